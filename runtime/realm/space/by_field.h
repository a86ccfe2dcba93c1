// Pieces by field: the points whose value is a given colour.
//
//   ColorTable<int> table(colors);
//   ByField<2, long long> pieces(table.size());
//   for_each_row(domain, view, [&](auto& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
//     pieces.add_row(first, count, values, stride, table);
//   });
//   RectList<2, long long> piece = pieces.take(table.find(color));
//
// The values are read once; work for a colour is per run of equal values. A domain may be divided among
// threads with a ByField each, whose results are united (they do not overlap: append and coalesce).
#pragma once

#include <cstring>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/realm/space/field_rows.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

constexpr uint32_t kNoColor = UINT32_MAX;

// Numbers for distinct colours, in the order of their first appearance. `C` is compared as bytes, so it must
// have no padding: integers, points and rectangles.
template <typename C>
class ColorTable {
 public:
  static_assert(std::is_trivially_copyable_v<C>);

  explicit ColorTable(const std::vector<C>& colors) {
    for (const C& color : colors) map_.emplace(key(color), static_cast<uint32_t>(map_.size()));
    if constexpr (std::is_integral_v<C>) {
      if (colors.empty()) return;
      C low = colors[0], high = colors[0];
      for (C color : colors) {
        low = color < low ? color : low;
        high = color > high ? color : high;
      }
      const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
      if (span > 16 * colors.size() + 4096) return;
      dense_.assign(span + 1, kNoColor);
      for (const auto& [bytes, number] : map_)
        dense_[static_cast<uint64_t>(value(bytes)) - static_cast<uint64_t>(low)] = number;
      low_ = static_cast<uint64_t>(low);
    }
  }

  uint32_t size() const { return static_cast<uint32_t>(map_.size()); }
  uint32_t find(const C& color) const {
    if constexpr (std::is_integral_v<C>) {
      const uint64_t offset = static_cast<uint64_t>(color) - low_;
      if (offset < dense_.size()) return dense_[offset];
      if (!dense_.empty()) return kNoColor;
    }
    auto it = map_.find(key(color));
    return it == map_.end() ? kNoColor : it->second;
  }

 private:
  struct Key {
    unsigned char bytes[sizeof(C)];
    friend bool operator==(const Key& a, const Key& b) {
      return std::memcmp(a.bytes, b.bytes, sizeof(C)) == 0;
    }
  };
  struct Hash {
    size_t operator()(const Key& k) const {
      uint64_t h = 0xcbf29ce484222325u;
      for (unsigned char byte : k.bytes) h = (h ^ byte) * 0x100000001b3u;
      return h ^ (h >> 32);
    }
  };
  static Key key(const C& color) {
    Key k;
    std::memcpy(k.bytes, &color, sizeof(C));
    return k;
  }
  static C value(const Key& k) {
    C color;
    std::memcpy(&color, k.bytes, sizeof(C));
    return color;
  }

  std::unordered_map<Key, uint32_t, Hash> map_;
  std::vector<uint32_t> dense_;
  uint64_t low_ = 0;
};

template <int N, typename T>
class ByField {
 public:
  explicit ByField(uint32_t colors) : pieces_(colors) {}

  // Rows must not overlap. `table.find` gives a number below the count of colours, or kNoColor.
  template <typename C>
  void add_row(Point<N, T> first, uint64_t count, const std::byte* values, ptrdiff_t stride,
               const ColorTable<C>& table) {
    uint64_t start = 0;
    C color = load<C>(values);
    const T origin = first[0];
    for (uint64_t i = 1; i <= count; i++) {
      C next;
      if (i < count) {
        next = load<C>(values + static_cast<ptrdiff_t>(i) * stride);
        if (std::memcmp(&next, &color, sizeof(C)) == 0) continue;
      }
      if (const uint32_t number = table.find(color); number != kNoColor) {
        first[0] = static_cast<T>(origin + static_cast<T>(start));
        pieces_[number].append_run(first, i - start);
      }
      if (i == count) return;
      start = i;
      color = next;
    }
  }

  // The points of one colour; call once for each.
  RectList<N, T> take(uint32_t number) { return pieces_[number].take(); }

 private:
  template <typename C>
  static C load(const std::byte* from) {
    C value;
    std::memcpy(&value, from, sizeof(C));
    return value;
  }

  std::vector<RectBuilder<N, T>> pieces_;
};

}  // namespace palatine::realm::space
