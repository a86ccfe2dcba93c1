// Lists of runs that grow at once, and where pointers lead.
#include "runtime/realm/space/run_lists.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "runtime/realm/space/preimage.h"

namespace palatine::realm::space {
namespace {

template <typename T>
using Line = RectList<1, T>;

template <typename T>
Rect<1, T> run_of(T lo, T hi) {
  return Rect<1, T>(Point<1, T>(lo), Point<1, T>(hi));
}

template <typename T>
class RunListsTest : public testing::Test {};
using Coordinates = testing::Types<int, unsigned, long long>;
TYPED_TEST_SUITE(RunListsTest, Coordinates);

TYPED_TEST(RunListsTest, ManyPiecesOfSeveralParts) {
  using T = TypeParam;
  std::mt19937 random(21);
  for (size_t pieces : {1u, 7u, 3000u}) {
    for (size_t parts : {1u, 3u}) {
      std::vector<RunLists<1, T>> lists(parts);
      std::vector<Line<T>> expected(pieces);
      T at = 0;
      for (auto& part : lists) {
        part = RunLists<1, T>(pieces);
        for (int k = 0; k < 20000; ++k) {
          // Runs of one piece often continue each other.
          const size_t piece = random() % 3 != 0 && pieces > 1 ? 1 : random() % pieces;
          const T length = static_cast<T>(1 + random() % 3);
          at = static_cast<T>(at + static_cast<T>(random() % 2));
          part.append_run(piece, Point<1, T>(at), static_cast<uint64_t>(length));
          expected[piece].push_back(run_of<T>(at, static_cast<T>(at + length - 1)));
          at = static_cast<T>(at + length);
        }
      }
      for (size_t piece = 0; piece < pieces; ++piece) {
        const Line<T> found = RunLists<1, T>::take(lists, piece);
        EXPECT_EQ(found, coalesce(expected[piece]));
        EXPECT_LE(found.capacity(), 2 * found.size() + 8);
      }
    }
  }
}

TYPED_TEST(RunListsTest, OutOfOrderAndAtTheEndsOfTheType) {
  using T = TypeParam;
  constexpr T kLow = std::numeric_limits<T>::min(), kHigh = std::numeric_limits<T>::max();
  std::vector<RunLists<1, T>> lists(1);
  lists[0] = RunLists<1, T>(2);
  EXPECT_TRUE((RunLists<1, T>::take(lists, 0)).empty());
  lists[0].append_run(1, Point<1, T>(static_cast<T>(kHigh - 1)), 2);
  lists[0].append_run(1, Point<1, T>(kLow), 1);
  lists[0].append_run(1, Point<1, T>(static_cast<T>(kLow + 1)), 1);
  lists[0].append_run(1, Point<1, T>(static_cast<T>(kHigh - 3)), 2);
  EXPECT_EQ((RunLists<1, T>::take(lists, 1)), (Line<T>{run_of<T>(kLow, static_cast<T>(kLow + 1)),
                                                       run_of<T>(static_cast<T>(kHigh - 3), kHigh)}));
}

TEST(RunListsOfRowsTest, RunsOfMoreThan32Bits) {
  constexpr long long kLong = 5ll << 33;
  std::vector<RunLists<1, long long>> lists(1);
  lists[0] = RunLists<1, long long>(1);
  lists[0].append_run(0, Point<1, long long>(-kLong), static_cast<uint64_t>(kLong));
  lists[0].append_run(0, Point<1, long long>(0), 1);
  lists[0].append_run(0, Point<1, long long>(kLong), static_cast<uint64_t>(kLong));
  lists[0].append_run(0, Point<1, long long>(3 * kLong), 1ull << 32);
  lists[0].append_run(0, Point<1, long long>(3 * kLong + (1ll << 32)), 1);
  EXPECT_EQ((RunLists<1, long long>::take(lists, 0)),
            (Line<long long>{run_of<long long>(-kLong, 0), run_of<long long>(kLong, 2 * kLong - 1),
                             run_of<long long>(3 * kLong, 3 * kLong + (1ll << 32))}));
}

TEST(RunListsOfRowsTest, RowsOfTwoDimensionsBecomeRectangles) {
  using Lists = RunLists<2, int>;
  std::vector<Lists> lists(2);
  for (int part = 0; part < 2; ++part) {
    lists[static_cast<size_t>(part)] = Lists(1);
    for (int row = 0; row < 3; ++row)
      lists[static_cast<size_t>(part)].append_run(0, Point<2, int>(4, 3 * part + row), 5);
  }
  EXPECT_EQ(Lists::take(lists, 0),
            (RectList<2, int>{Rect<2, int>(Point<2, int>(4, 0), Point<2, int>(8, 5))}));
}

// Against asking every target.
TEST(LocatorTest, PointersIntoManyOverlappingTargets) {
  using T = long long;
  std::mt19937_64 random(22);
  for (size_t count : {1u, 5u, 400u}) {
    for (T extent : {T{50}, T{100000}, T{1} << 40}) {
      for (uint64_t pointers : {3u, 1000u}) {
        std::vector<Line<T>> targets(count);
        std::vector<const Line<T>*> lists;
        for (auto& target : targets) {
          for (int k = 0; k < 3; ++k) {
            const T lo = static_cast<T>(random() % static_cast<uint64_t>(extent)) - extent / 2;
            const uint64_t most = static_cast<uint64_t>(extent) / (2 * count) + 1;
            target.push_back(run_of<T>(lo, lo + static_cast<T>(random() % most)));
          }
          target = normalise(std::move(target));
          lists.push_back(&target);
        }
        const Locator<1, T> locator(lists, pointers);
        std::vector<Point<1, T>> values;
        T value = 0;
        for (uint64_t k = 0; k < pointers; ++k) {
          // Some point before or behind all targets, some are equal to the one before.
          if (random() % 3 != 0)
            value = static_cast<T>(random() % static_cast<uint64_t>(2 * extent)) - extent;
          values.push_back(Point<1, T>(value));
        }
        std::vector<std::vector<uint32_t>> found(pointers);
        uint64_t end = 0;
        locator.locate_points(reinterpret_cast<const std::byte*>(values.data()), sizeof(values[0]), pointers,
                              [&](uint32_t combination, uint64_t start, uint64_t length) {
                                EXPECT_GE(start, end);
                                EXPECT_GT(length, 0u);
                                end = start + length;
                                const auto set = locator.targets(combination);
                                for (uint64_t k = start; k < end; ++k)
                                  found[k].assign(set.begin(), set.end());
                              });
        for (uint64_t k = 0; k < pointers; ++k) {
          std::vector<uint32_t> expected;
          for (uint32_t i = 0; i < count; ++i)
            if (contains(targets[i], values[k])) expected.push_back(i);
          ASSERT_EQ(found[k], expected) << values[k][0];
        }
      }
    }
  }
}

}  // namespace
}  // namespace palatine::realm::space
