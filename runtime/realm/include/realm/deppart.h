// How the operations of IndexSpace reach the library: the same calls with types forgotten where an operation
// works between two kinds of spaces. For realm/indexspace.h only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "realm/event.h"
#include "realm/instance.h"
#include "realm/point.h"
#include "realm/transform.h"

namespace Realm {
namespace detail {

enum class SetOperation { kUnion, kIntersection, kDifference };

// A list of index spaces; see runtime/realm/space/space_family.h.
class SpaceFamily;
// Where a field of pointers lies at the points of a list of index spaces.
class FieldRows;

// p becomes matrix * p + offset.
struct AffineMap {
  int rows = 0;
  int columns = 0;
  int64_t matrix[4][4] = {};
  int64_t offset[4] = {};
};

template <int N, typename T, int N2, typename T2>
AffineMap affine_map(const StructuredTransform<N, T, N2, T2>& transform) {
  // Unsigned coordinates wrap, so that a large offset stands for a negative one.
  typedef typename std::make_signed<T2>::type Signed;
  AffineMap map;
  map.rows = N;
  map.columns = N2;
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N2; j++) map.matrix[i][j] = static_cast<Signed>(transform.transform_matrix[i][j]);
    map.offset[i] = static_cast<Signed>(transform.offset[i]);
  }
  return map;
}

// A FieldDataDescriptor without the type of its values.
template <int N, typename T>
struct FieldSource {
  IndexSpace<N, T> space;
  RegionInstance inst;
  size_t field;
};

template <int N, typename T, typename FT>
std::vector<FieldSource<N, T>> field_sources(
    const std::vector<FieldDataDescriptor<IndexSpace<N, T>, FT>>& data) {
  std::vector<FieldSource<N, T>> sources;
  for (const auto& piece : data) sources.push_back({piece.index_space, piece.inst, piece.field_offset});
  return sources;
}

// `call` names the public call in messages.

template <int N, typename T>
std::shared_ptr<SpaceFamily> space_family(const std::vector<IndexSpace<N, T>>& spaces, const char* call);
template <int N, typename T>
std::shared_ptr<FieldRows> field_rows(const std::vector<IndexSpace<N, T>>& spaces,
                                      const std::vector<FieldSource<N, T>>& fields, size_t value_bytes,
                                      const char* call);

// lhss[i] with rhss[i]; a list of one goes with each of the other.
template <int N, typename T>
Event set_operations(SetOperation operation, const char* call, const IndexSpace<N, T>* lhss, size_t lhs_count,
                     const IndexSpace<N, T>* rhss, size_t rhs_count, std::vector<IndexSpace<N, T>>& results,
                     const ProfilingRequestSet& requests, Event wait_on);
// All of a list; union or intersection.
template <int N, typename T>
Event set_reduction(SetOperation operation, const char* call, const std::vector<IndexSpace<N, T>>& spaces,
                    IndexSpace<N, T>& result, const ProfilingRequestSet& requests, Event wait_on);

// Pieces `first` to `last` - 1 of pieces of near-equal size.
template <int N, typename T>
Event equal_pieces(const IndexSpace<N, T>& parent, const char* call, size_t count, size_t granularity,
                   size_t first, size_t last, std::vector<IndexSpace<N, T>>& pieces,
                   const ProfilingRequestSet& requests, Event wait_on);
template <int N, typename T>
Event weighted_pieces(const IndexSpace<N, T>& parent, const char* call, size_t count, size_t granularity,
                      const std::vector<size_t>& weights, std::vector<IndexSpace<N, T>>& pieces,
                      const ProfilingRequestSet& requests, Event wait_on);

// `colors`: `count` values of `color_bytes` bytes.
template <int N, typename T>
Event pieces_by_field(const IndexSpace<N, T>& parent, const char* call,
                      const std::vector<FieldSource<N, T>>& fields, const void* colors, size_t count,
                      size_t color_bytes, std::vector<IndexSpace<N, T>>& pieces,
                      const ProfilingRequestSet& requests, Event wait_on);

// `without`: null, or what to take away from each image.
template <int N, typename T>
Event images_by_field(const IndexSpace<N, T>& parent, const char* call, std::shared_ptr<FieldRows> pointers,
                      bool are_ranges, const std::vector<IndexSpace<N, T>>* without,
                      std::vector<IndexSpace<N, T>>& images, const ProfilingRequestSet& requests,
                      Event wait_on);
template <int N, typename T>
Event images_by_map(const IndexSpace<N, T>& parent, const char* call, const AffineMap& map,
                    std::shared_ptr<SpaceFamily> sources, const std::vector<IndexSpace<N, T>>* without,
                    std::vector<IndexSpace<N, T>>& images, const ProfilingRequestSet& requests,
                    Event wait_on);

template <int N, typename T>
Event preimages_by_field(const IndexSpace<N, T>& parent, const char* call,
                         const std::vector<FieldSource<N, T>>& fields, bool are_ranges,
                         std::shared_ptr<SpaceFamily> targets, std::vector<IndexSpace<N, T>>& preimages,
                         const ProfilingRequestSet& requests, Event wait_on);
template <int N, typename T>
Event preimages_by_map(const IndexSpace<N, T>& parent, const char* call, const AffineMap& map,
                       std::shared_ptr<SpaceFamily> targets, std::vector<IndexSpace<N, T>>& preimages,
                       const ProfilingRequestSet& requests, Event wait_on);

template <int N, typename T>
Event associate(const IndexSpace<N, T>& parent, const char* call,
                const std::vector<FieldSource<N, T>>& fields, std::shared_ptr<SpaceFamily> range,
                const ProfilingRequestSet& requests, Event wait_on);

// "error: CALL: MESSAGE", and the program ends.
[[noreturn]] REALM_PUBLIC_API void wrong_use(const char* call, const char* message);

}  // namespace detail
}  // namespace Realm
