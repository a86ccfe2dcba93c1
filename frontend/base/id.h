// Typed indices: an index is a type of its own, never a bare `int`.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace palatine {

// An index into some table. `Tag` tells the table: `struct FileTag; using FileId = Id<FileTag>;`.
// A default-constructed id names nothing; `is_valid()` tells.
template <typename Tag>
struct Id {
  static constexpr uint32_t kInvalid = UINT32_MAX;
  uint32_t index = kInvalid;

  constexpr bool is_valid() const { return index != kInvalid; }
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace palatine

template <typename Tag>
struct std::hash<palatine::Id<Tag>> {
  size_t operator()(palatine::Id<Tag> id) const noexcept { return std::hash<uint32_t>{}(id.index); }
};
