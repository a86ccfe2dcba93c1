// Numbers of colours, and runs of equal values of a field.
//
// A table knows the type of the colours; who uses it sees numbers only, so work on a field is built once for
// a kind of space and not once more for each type of colours. A table never changes and may be read by any
// threads at once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "runtime/realm/space/changes.h"

namespace palatine::realm::space {

constexpr uint32_t kNoColor = UINT32_MAX;

// Values of one colour that follow each other; kNoColor when the table does not have the colour.
struct ColorRun {
  uint32_t length;
  uint32_t number;
};

class ColorNumbers {
 public:
  // Room for the runs of one call, and the most values that it takes.
  static constexpr size_t kMaxRuns = 512;
  static constexpr uint64_t kMaxValues = uint64_t{1} << 30;

  virtual ~ColorNumbers() = default;
  virtual uint32_t size() const = 0;
  // Cuts the first of `count` > 0 values, `stride` bytes apart, into at most kMaxRuns runs. Returns how many
  // values they are and sets `run_count`. A run may go on in the next call.
  virtual uint64_t find_runs(const std::byte* values, ptrdiff_t stride, uint64_t count, ColorRun* runs,
                             size_t& run_count) const = 0;
};

// For colours of `color_bytes` bytes; null when there are no tables for colours of that size. `numbers`
// becomes the number of each colour, which is smaller than `count`; a colour may be there several times.
std::unique_ptr<ColorNumbers> make_color_table(const void* colors, size_t count, size_t color_bytes,
                                               std::vector<uint32_t>& numbers);

// Numbers for distinct colours, in the order of their first appearance. `C` is compared as bytes, so it must
// have no padding: integers, points and rectangles.
template <typename C>
class ColorTable final : public ColorNumbers {
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

  uint32_t size() const override { return static_cast<uint32_t>(map_.size()); }
  uint32_t find(const C& color) const {
    if constexpr (std::is_integral_v<C>) {
      const uint64_t offset = static_cast<uint64_t>(color) - low_;
      if (offset < dense_.size()) return dense_[offset];
      if (!dense_.empty()) return kNoColor;
    }
    auto it = map_.find(key(color));
    return it == map_.end() ? kNoColor : it->second;
  }

  uint64_t find_runs(const std::byte* values, ptrdiff_t stride, uint64_t count, ColorRun* runs,
                     size_t& run_count) const override {
    if (count > kMaxValues) count = kMaxValues;
    size_t found = 0;
    uint64_t start = 0, i = 0;
    if constexpr (sizeof(C) == 4 || sizeof(C) == 8) {
      if (stride == sizeof(C)) {
        for (i = 1; i + 64 <= count && found + 65 <= kMaxRuns; i += 64) {
          uint64_t changes = changes_of_64(values + i * sizeof(C), sizeof(C));
          for (; changes != 0; changes &= changes - 1) {
            const uint64_t end = i + static_cast<uint64_t>(std::countr_zero(changes));
            runs[found++] = {static_cast<uint32_t>(end - start), find(load(values + start * sizeof(C)))};
            start = end;
          }
        }
        if (i + 64 <= count) {
          run_count = found;
          return start;
        }
        // What is left goes one by one, from the last value that is known to be of the open run.
        i -= 1;
      }
    }
    C color = load(values + static_cast<ptrdiff_t>(start) * stride);
    while (found < kMaxRuns && i < count) {
      C next = color;
      while (++i < count) {
        next = load(values + static_cast<ptrdiff_t>(i) * stride);
        if (std::memcmp(&next, &color, sizeof(C)) != 0) break;
      }
      runs[found++] = {static_cast<uint32_t>(i - start), find(color)};
      start = i;
      color = next;
    }
    run_count = found;
    return start;
  }

 private:
  static C load(const std::byte* from) {
    C value;
    std::memcpy(&value, from, sizeof(C));
    return value;
  }
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

}  // namespace palatine::realm::space
