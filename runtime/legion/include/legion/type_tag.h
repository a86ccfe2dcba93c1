// Type tags: the dimension of index spaces and the type of their coordinates in a number.
//
// As Realm's lists of types give it: the dimension times 256, and 0 for int, 1 for unsigned and 2 for
// coord_t. 0 is no type.
#pragma once

#include <type_traits>

namespace Legion {
namespace Internal {

enum class Coordinates : unsigned { of_int = 0, of_unsigned = 1, of_coord_t = 2 };

constexpr unsigned type_tag_of(int dim, Coordinates coordinates = Coordinates::of_coord_t) {
  return static_cast<unsigned>(dim) << 8 | static_cast<unsigned>(coordinates);
}
constexpr int dimension_of(unsigned type_tag) {
  return static_cast<int>(type_tag >> 8);
}
constexpr Coordinates coordinates_of(unsigned type_tag) {
  return static_cast<Coordinates>(type_tag & 0xff);
}

// T: an integer of 4 or 8 bytes.
template <typename T>
constexpr Coordinates coordinates() {
  static_assert(std::is_integral<T>::value && (sizeof(T) == 4 || sizeof(T) == 8));
  if (sizeof(T) == 8) return Coordinates::of_coord_t;
  return std::is_signed<T>::value ? Coordinates::of_int : Coordinates::of_unsigned;
}

}  // namespace Internal
}  // namespace Legion
