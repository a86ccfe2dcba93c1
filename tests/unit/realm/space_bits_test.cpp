// Parts of operations on fields: sets of bits, and numbers of colours. The operations are tested in
// tests/contract.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
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

// Values that follow each other are compared many at a time.
template <typename Color>
void expect_numbers_of_adjacent_values() {
  std::mt19937 random(12);
  for (unsigned same : {1u, 2u, 50u, 100000u}) {
    for (size_t count : {1u, 2u, 63u, 64u, 65u, 66u, 1000u, 20000u}) {
      std::vector<Color> colors;
      for (int k = 0; k < 7; ++k) colors.push_back(static_cast<Color>(k * 5 % 7 - 3));
      const ColorTable<Color> table(colors);
      // The values may lie at any address.
      std::vector<std::byte> bytes(count * sizeof(Color) + 1);
      std::vector<uint32_t> expected, found;
      Color value = 0;
      for (size_t k = 0; k < count; ++k) {
        if (random() % same == 0) value = static_cast<Color>(random() % 9) - 4;
        std::memcpy(&bytes[1 + k * sizeof(Color)], &value, sizeof(Color));
        expected.push_back(table.find(value));
      }
      std::vector<ColorRun> runs(ColorNumbers::kMaxRuns);
      while (found.size() < count) {
        size_t run_count = 0;
        const size_t at = found.size();
        const uint64_t taken = table.find_runs(&bytes[1 + at * sizeof(Color)], sizeof(Color), count - at,
                                               runs.data(), run_count);
        ASSERT_GT(taken, 0u);
        ASSERT_LE(run_count, ColorNumbers::kMaxRuns);
        for (size_t k = 0; k < run_count; ++k) found.insert(found.end(), runs[k].length, runs[k].number);
        ASSERT_EQ(found.size(), at + taken);
      }
      EXPECT_EQ(found, expected);
    }
  }
}

TEST(ColorTableTest, AdjacentColors) {
  expect_numbers_of_adjacent_values<int16_t>();
  expect_numbers_of_adjacent_values<int32_t>();
  expect_numbers_of_adjacent_values<int64_t>();
}

// The runs of what `bits` has, which is cleared.
std::vector<std::pair<uint64_t, uint64_t>> drained(Bits& bits) {
  const uint64_t count = bits.count_runs();
  std::vector<std::pair<uint64_t, uint64_t>> runs;
  bool is_done = false;
  bits.drain([&](const uint64_t* firsts, const uint64_t* lasts, size_t some, bool is_last) {
    EXPECT_GT(some, 0u);
    EXPECT_FALSE(is_done);
    is_done = is_last;
    if (!is_last) {
      EXPECT_NEAR(static_cast<double>(count - runs.size() - some), static_cast<double>(bits.count_runs()), 1);
    }
    for (size_t k = 0; k < some; ++k) runs.emplace_back(firsts[k], lasts[k]);
  });
  EXPECT_EQ(runs.size(), count);
  EXPECT_EQ(is_done, count > 0);
  return runs;
}
std::vector<std::pair<uint64_t, uint64_t>> runs_of(const std::set<uint64_t>& places) {
  std::vector<std::pair<uint64_t, uint64_t>> runs;
  for (uint64_t place : places) {
    if (runs.empty() || runs.back().second + 1 != place) runs.emplace_back(place, place);
    runs.back().second = place;
  }
  return runs;
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
    EXPECT_EQ(drained(bits), runs_of(expected));
  }
  EXPECT_TRUE(drained(bits).empty());
}

TEST(BitsTest, RunsAcrossWordsLinesAndBlocks) {
  Bits bits(1 << 18);
  for (uint64_t border : {64u, 512u, 1024u, 1u << 15, 1u << 17}) {
    for (uint64_t before : {1u, 2u, 600u}) {
      for (uint64_t after : {0u, 1u, 600u}) {
        std::set<uint64_t> expected;
        for (uint64_t k = border - std::min(border, before); k < border + after; ++k) {
          bits.mark(k);
          expected.insert(k);
        }
        // Neighbours that do not touch.
        for (uint64_t k : {border + after + 1, border + after + 70, uint64_t{1} << 18}) {
          bits.mark(k);
          expected.insert(k);
        }
        EXPECT_EQ(drained(bits), runs_of(expected)) << border << " " << before << " " << after;
      }
    }
  }
}

TEST(BitsTest, AnyDensity) {
  std::mt19937 random(16);
  constexpr uint64_t kSize = 70001;
  Bits bits(kSize);
  for (unsigned every : {1u, 2u, 3u, 10u, 64u, 1000u, 50000u}) {
    for (bool is_regular : {false, true}) {
      std::set<uint64_t> expected;
      for (uint64_t k = 0; k < kSize; ++k) {
        if (is_regular ? k % every != 0 : random() % every != 0) continue;
        bits.mark(k);
        expected.insert(k);
      }
      EXPECT_EQ(drained(bits), runs_of(expected)) << every;
    }
  }
}

}  // namespace
}  // namespace palatine::realm::space
