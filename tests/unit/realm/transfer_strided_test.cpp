// The inner loops of copies against single bytes: all sizes of elements, any alignment, all orders of axes,
// through the caches and past them.
#include "runtime/realm/transfer/strided.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace palatine::realm::transfer {
namespace {

// Counts and which axis comes first in memory on each side; `gap` elements lie between those of a structure.
struct Shape {
  size_t element_bytes;
  std::vector<uint64_t> counts;
  std::vector<int> dst_order;
  std::vector<int> src_order;
  size_t dst_shift = 0, src_shift = 0;
  size_t dst_gap_bytes = 0, src_gap_bytes = 0;
};

std::string text_of(const Shape& shape) {
  std::string text = std::to_string(shape.element_bytes) + " bytes, counts";
  for (uint64_t count : shape.counts) text += " " + std::to_string(count);
  for (int axis : shape.dst_order) text += " d" + std::to_string(axis);
  for (int axis : shape.src_order) text += " s" + std::to_string(axis);
  return text + ", shifts " + std::to_string(shape.dst_shift) + " " + std::to_string(shape.src_shift) +
         ", gaps " + std::to_string(shape.dst_gap_bytes) + " " + std::to_string(shape.src_gap_bytes);
}

std::vector<int64_t> strides_of(const Shape& shape, const std::vector<int>& order, size_t gap_bytes,
                                size_t& bytes) {
  std::vector<int64_t> strides(shape.counts.size());
  bytes = shape.element_bytes;
  for (size_t k = 0; k < order.size(); ++k) {
    if (k == 1) bytes += gap_bytes;
    const size_t axis = static_cast<size_t>(order[k]);
    strides[axis] = static_cast<int64_t>(bytes);
    bytes *= shape.counts[axis];
  }
  bytes += gap_bytes;
  return strides;
}

void check(const Shape& shape, bool is_streaming) {
  size_t dst_bytes, src_bytes;
  const auto dst_strides = strides_of(shape, shape.dst_order, shape.dst_gap_bytes, dst_bytes);
  const auto src_strides = strides_of(shape, shape.src_order, shape.src_gap_bytes, src_bytes);
  std::vector<char> src(src_bytes + 256), dst(dst_bytes + 256, 'x');
  for (size_t k = 0; k < src.size(); ++k) src[k] = static_cast<char>(k * 2654435761u >> 24);
  // A known alignment, so that the shifts mean what they say.
  auto aligned = [](std::vector<char>& bytes) {
    return bytes.data() + (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  };
  Strided move;
  move.dst = aligned(dst) + shape.dst_shift;
  move.src = aligned(src) + shape.src_shift;
  move.element_bytes = shape.element_bytes;
  move.axis_count = static_cast<int>(shape.counts.size());
  for (size_t a = 0; a < shape.counts.size(); ++a)
    move.axes[a] = {shape.counts[a], dst_strides[a], src_strides[a]};

  std::vector<char> expected = dst;
  char* expected_at = expected.data() + (move.dst - dst.data());
  std::vector<uint64_t> at(shape.counts.size());
  for (bool is_inside = true; is_inside;) {
    int64_t to = 0, from = 0;
    for (size_t a = 0; a < at.size(); ++a) {
      to += static_cast<int64_t>(at[a]) * dst_strides[a];
      from += static_cast<int64_t>(at[a]) * src_strides[a];
    }
    std::memcpy(expected_at + to, move.src + from, shape.element_bytes);
    size_t a = 0;
    while (a < at.size() && ++at[a] == shape.counts[a]) at[a++] = 0;
    is_inside = a < at.size();
  }
  copy_strided(move, is_streaming);
  ASSERT_TRUE(dst == expected) << text_of(shape) << (is_streaming ? ", streaming" : "");
}

// Elements of 16 bytes where only 8 divide the addresses.
TEST(Strided, ElementsNeedNoAlignment) {
  for (size_t bytes : {2, 4, 8, 16, 32, 64}) {
    for (size_t shift : {size_t{1}, bytes / 2}) {
      for (bool is_streaming : {false, true}) {
        check({bytes, {40, 30}, {0, 1}, {1, 0}, shift, shift}, is_streaming);
        check({bytes, {300}, {0}, {0}, shift, 0, 0, 8}, is_streaming);
        check({bytes, {40, 9}, {0, 1}, {0, 1}, shift, shift, bytes / 2, bytes}, is_streaming);
      }
    }
  }
}

// Structures of few and of many fields that become columns and the other way round, with edges of every
// length.
TEST(Strided, ColumnsAndStructures) {
  for (size_t bytes : {1, 2, 4, 8, 16}) {
    for (uint64_t fields : {2, 3, 5, 8, 16, 17, 33}) {
      for (uint64_t points : {1, 7, 64, 129, 1000}) {
        for (bool is_streaming : {false, true}) {
          check({bytes, {points, fields}, {0, 1}, {1, 0}}, is_streaming);
          check({bytes, {points, fields}, {1, 0}, {0, 1}}, is_streaming);
          check({bytes, {points, fields}, {0, 1}, {1, 0}, bytes, 0, 24, 0}, is_streaming);
        }
      }
    }
  }
}

TEST(Strided, TransposesOfManyTiles) {
  for (size_t bytes : {1, 4, 8}) {
    for (bool is_streaming : {false, true}) {
      check({bytes, {700, 531}, {0, 1}, {1, 0}}, is_streaming);
      check({bytes, {512, 512}, {1, 0}, {0, 1}, 3, 5}, is_streaming);
      check({bytes, {70, 53, 41}, {2, 0, 1}, {0, 1, 2}}, is_streaming);
    }
  }
}

// Rows of the destination that begin where lines do, or all the same number of elements or bytes behind.
TEST(Strided, TransposesOfWholeLines) {
  for (size_t bytes : {4, 8, 16}) {
    for (size_t shift : {0, 24, 56, 5}) {
      check({bytes, {704, 531}, {0, 1}, {1, 0}, shift, 5}, true);
      check({bytes, {256, 1100}, {0, 1}, {1, 0}, shift, 0}, true);
      check({bytes, {256, 256}, {1, 0}, {0, 1}, shift, 8}, true);
    }
  }
}

// Structures that are one or several lines, wherever the first of them begins.
TEST(Strided, StructuresOfWholeLines) {
  for (uint64_t fields : {8, 16, 24, 40}) {
    for (uint64_t points : {64, 300, 1003}) {
      for (size_t shift = 0; shift < 64; shift += 8) {
        check({8, {points, fields}, {1, 0}, {0, 1}, shift, 8}, true);
        check({8, {points, fields}, {0, 1}, {1, 0}, shift, 16}, true);
      }
      check({8, {points, fields, 3}, {1, 0, 2}, {0, 1, 2}}, true);
    }
  }
}

TEST(Strided, RandomShapes) {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    Shape shape;
    shape.element_bytes = 1 + random() % (round % 2 == 0 ? 16 : 100);
    const size_t axes = 1 + random() % (kMaxAxes - 1);
    for (size_t a = 0; a < axes; ++a) {
      shape.counts.push_back(1 + random() % (axes > 2 ? 12 : 60));
      shape.dst_order.push_back(static_cast<int>(a));
    }
    shape.src_order = shape.dst_order;
    std::shuffle(shape.dst_order.begin(), shape.dst_order.end(), random);
    std::shuffle(shape.src_order.begin(), shape.src_order.end(), random);
    shape.dst_shift = random() % 64;
    shape.src_shift = random() % 64;
    shape.dst_gap_bytes = random() % 3 == 0 ? random() % 20 : 0;
    shape.src_gap_bytes = random() % 3 == 0 ? random() % 20 : 0;
    check(shape, random() % 2 == 0);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace palatine::realm::transfer
