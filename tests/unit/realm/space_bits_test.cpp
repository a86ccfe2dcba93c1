// Parts of operations on fields: sets of bits, and numbers of colours. The operations are tested in
// tests/contract.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "runtime/realm/space/bits.h"
#include "runtime/realm/space/color_table.h"

namespace palatine::realm::space {
namespace {

struct Slot {
  long long value;
  char gap[5];
};

// Every colour by itself, in the order of the field.
std::vector<uint32_t> numbers_of(const ColorNumbers& table, const std::vector<Slot>& slots) {
  std::vector<uint32_t> found;
  std::vector<ColorRun> runs(ColorNumbers::kMaxRuns);
  for (size_t at = 0; at < slots.size();) {
    size_t count = 0;
    const uint64_t taken = table.find_runs(reinterpret_cast<const std::byte*>(&slots[at].value), sizeof(Slot),
                                           slots.size() - at, runs.data(), count);
    EXPECT_GT(taken, 0u);
    EXPECT_LE(count, ColorNumbers::kMaxRuns);
    for (size_t k = 0; k < count; ++k) {
      EXPECT_GT(runs[k].length, 0u);
      found.insert(found.end(), runs[k].length, runs[k].number);
    }
    at += taken;
    EXPECT_EQ(found.size(), at);
  }
  return found;
}

TEST(ColorTableTest, RunsOfDenseAndScatteredColors) {
  std::mt19937 random(11);
  for (long long distance : {1ll, 100000ll, 1ll << 40}) {
    for (unsigned same : {1u, 3u, 1000u}) {
      std::vector<long long> colors;
      for (int k = 0; k < 7; ++k) colors.push_back((k * 5 % 7 - 3) * distance);
      colors.push_back(colors[2]);
      std::vector<uint32_t> numbers;
      const auto table = make_color_table(colors.data(), colors.size(), sizeof(long long), numbers);
      ASSERT_TRUE(table);
      EXPECT_EQ(table->size(), 7u);
      EXPECT_EQ(numbers, (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 2}));
      std::vector<Slot> slots(3000);
      std::vector<uint32_t> expected;
      long long value = 0;
      for (Slot& slot : slots) {
        if (random() % same == 0) value = (static_cast<long long>(random() % 9) - 4) * distance;
        slot.value = value;
        const auto at = std::find(colors.begin(), colors.end(), value);
        expected.push_back(at == colors.end() ? kNoColor : static_cast<uint32_t>(at - colors.begin()));
      }
      EXPECT_EQ(numbers_of(*table, slots), expected);
    }
  }
}

TEST(ColorTableTest, SizesOfColors) {
  std::vector<uint32_t> numbers;
  const std::vector<char> bytes(200, 'x');
  for (size_t size : {1, 2, 4, 8, 12, 16, 24, 32, 48, 64}) {
    const auto table = make_color_table(bytes.data(), 3, size, numbers);
    ASSERT_TRUE(table) << size;
    EXPECT_EQ(table->size(), 1u);
    EXPECT_EQ(numbers, (std::vector<uint32_t>{0, 0, 0}));
  }
  EXPECT_FALSE(make_color_table(bytes.data(), 3, 7, numbers));
}

TEST(BitsTest, DrainGivesRunsAndClears) {
  std::mt19937 random(15);
  Bits bits(3000000);
  for (int round = 0; round < 5; round++) {
    std::set<uint64_t> expected;
    for (int i = 0; i < 2000; i++) {
      const uint64_t at = random() % 2999000;
      if (i % 3) {
        bits.mark(at);
        expected.insert(at);
      } else {
        const uint64_t last = at + random() % 300;
        bits.mark_range(at, last);
        for (uint64_t k = at; k <= last; k++) expected.insert(k);
      }
    }
    std::set<uint64_t> found;
    uint64_t end = 0;
    bits.drain([&](uint64_t first, uint64_t last) {
      EXPECT_TRUE(found.empty() || first > end + 1);
      for (uint64_t k = first; k <= last; k++) found.insert(k);
      end = last;
    });
    EXPECT_EQ(found, expected);
  }
  bits.drain([](uint64_t, uint64_t) { FAIL(); });
}

}  // namespace
}  // namespace palatine::realm::space
