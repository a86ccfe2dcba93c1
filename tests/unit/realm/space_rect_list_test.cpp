// Rectangle lists against sets of points, for every dimension and coordinate type.
#include "runtime/realm/space/rect_list.h"

#include <gtest/gtest.h>

#include <limits>

#include "runtime/realm/space/rect_index.h"
#include "unit/realm/space_oracle.h"

namespace palatine::realm::space {
namespace {

template <typename S>
class RectListTest : public testing::Test {};
TYPED_TEST_SUITE(RectListTest, Shapes);

constexpr int kRounds = 60;

#define SHAPE                      \
  constexpr int N = TypeParam::N;  \
  using T = typename TypeParam::T; \
  using Set [[maybe_unused]] = PointSet<N, T>

TYPED_TEST(RectListTest, NormaliseKeepsThePoints) {
  SHAPE;
  RandomSets<N, T> random(1);
  for (int round = 0; round < kRounds; round++) {
    const auto rects = random.rects();
    const auto list = normalise(rects);
    EXPECT_TRUE(is_normal(list));
    EXPECT_EQ(points_of(list), points_of(rects));
    EXPECT_EQ(volume(list), points_of(rects).size());
    const auto points = points_of(rects);
    std::vector<Point<N, T>> shuffled(points.begin(), points.end());
    shuffled.insert(shuffled.end(), points.begin(), points.end());
    const auto again = from_points(shuffled);
    EXPECT_TRUE(is_normal(again));
    EXPECT_TRUE(same_points(again, list));
  }
}

TYPED_TEST(RectListTest, SetOperations) {
  SHAPE;
  RandomSets<N, T> random(2);
  for (int round = 0; round < kRounds; round++) {
    const auto a = random.list(), b = random.list();
    const Set pa = points_of(a), pb = points_of(b);
    Set both, only, all;
    std::set_union(pa.begin(), pa.end(), pb.begin(), pb.end(), std::inserter(all, all.end()), PointLess());
    std::set_intersection(pa.begin(), pa.end(), pb.begin(), pb.end(), std::inserter(both, both.end()),
                          PointLess());
    std::set_difference(pa.begin(), pa.end(), pb.begin(), pb.end(), std::inserter(only, only.end()),
                        PointLess());
    for (const auto& [list, points] :
         {std::pair(unite(a, b), all), std::pair(intersect(a, b), both), std::pair(subtract(a, b), only)}) {
      EXPECT_TRUE(is_normal(list));
      EXPECT_EQ(points_of(list), points);
    }
    EXPECT_EQ(overlaps(a, b), !both.empty());
    EXPECT_EQ(is_subset(a, b), only.empty());
    EXPECT_EQ(same_points(a, b), pa == pb);
    EXPECT_TRUE(same_points(unite(intersect(a, b), subtract(a, b)), a));
    EXPECT_TRUE(is_subset(intersect(a, b), a));
  }
}

TYPED_TEST(RectListTest, UnionOfMany) {
  SHAPE;
  RandomSets<N, T> random(3);
  for (int round = 0; round < kRounds / 4; round++) {
    std::vector<RectList<N, T>> lists;
    for (int i = random.number(6); i >= 0; i--) lists.push_back(random.list());
    std::vector<const RectList<N, T>*> pointers;
    Set all;
    for (const auto& list : lists) {
      pointers.push_back(&list);
      all.merge(points_of(list));
    }
    const auto united = unite_all(pointers);
    EXPECT_TRUE(is_normal(united));
    EXPECT_EQ(points_of(united), all);
  }
}

TYPED_TEST(RectListTest, Queries) {
  SHAPE;
  RandomSets<N, T> random(4);
  for (int round = 0; round < kRounds; round++) {
    const auto list = random.list();
    const Set points = points_of(list);
    const RectIndex<N, T> index(list);
    for (int i = 0; i < 20; i++) {
      const auto p = random.point();
      EXPECT_EQ(contains(list, p), points.contains(p));
      const int64_t found = index.find(p);
      EXPECT_EQ(found >= 0, points.contains(p));
      if (found >= 0) {
        EXPECT_TRUE(list[static_cast<size_t>(found)].contains(p));
      }
      const auto r = random.rect();
      const Set inside = points_of(std::vector{r});
      const auto common =
          std::count_if(inside.begin(), inside.end(), [&](auto& q) { return points.contains(q); });
      EXPECT_EQ(overlaps(list, r), common > 0);
      EXPECT_EQ(contains_all(list, r), static_cast<size_t>(common) == inside.size());
      const auto part = intersect(list, r);
      EXPECT_TRUE(is_normal(part));
      EXPECT_EQ(volume(part), static_cast<uint64_t>(common));
    }
    const auto box = bounds(list);
    EXPECT_EQ(box.empty(), list.empty());
    for (const auto& p : points) EXPECT_TRUE(box.contains(p));
  }
}

TYPED_TEST(RectListTest, SlicesCoverAllInOrder) {
  SHAPE;
  RandomSets<N, T> random(5);
  for (int round = 0; round < kRounds; round++) {
    const auto list = random.list();
    const uint64_t total = volume(list);
    const uint64_t pieces = 1 + static_cast<uint64_t>(random.number(7));
    RectList<N, T> all;
    for (uint64_t i = 0; i < pieces; i++) {
      const auto piece = slice(list, total * i / pieces, total * (i + 1) / pieces);
      EXPECT_TRUE(is_normal(piece));
      EXPECT_EQ(volume(piece), total * (i + 1) / pieces - total * i / pieces);
      EXPECT_FALSE(overlaps(all, piece));
      all = unite(all, piece);
    }
    EXPECT_TRUE(same_points(all, list));
  }
}

TYPED_TEST(RectListTest, OverlapsOfManySets) {
  SHAPE;
  RandomSets<N, T> random(6);
  for (int round = 0; round < kRounds / 4; round++) {
    std::vector<RectList<N, T>> sets;
    for (int i = 0; i < 12; i++)
      sets.push_back(random.number(2) ? random.list() : normalise(std::vector{random.rect()}));
    std::vector<const RectList<N, T>*> a, b;
    for (int i = 0; i < 12; i++) (i < 6 ? a : b).push_back(&sets[static_cast<size_t>(i)]);
    std::vector<std::pair<uint32_t, uint32_t>> expected;
    for (uint32_t i = 0; i < 6; i++)
      for (uint32_t j = 0; j < 6; j++)
        if (overlaps(*a[i], *b[j])) expected.emplace_back(i, j);
    EXPECT_EQ(overlapping_sets(a, b), expected);
    bool is_disjoint = true;
    for (uint32_t i = 0; i < 6; i++)
      for (uint32_t j = 0; j < i; j++) is_disjoint &= !overlaps(*a[i], *a[j]);
    EXPECT_EQ(are_disjoint(a), is_disjoint);
    // Pieces of one set.
    std::vector<RectList<N, T>> pieces;
    for (uint64_t i = 0; i < 4; i++)
      pieces.push_back(slice(sets[0], volume(sets[0]) * i / 4, volume(sets[0]) * (i + 1) / 4));
    EXPECT_TRUE(
        are_disjoint(std::vector<const RectList<N, T>*>{&pieces[0], &pieces[1], &pieces[2], &pieces[3]}));
  }
}

TYPED_TEST(RectListTest, TilesMergeBackToOne) {
  SHAPE;
  std::vector<Rect<N, T>> tiles;
  const Rect<N, T> grid(Point<N, T>(T(0)), Point<N, T>(T(N == 4 ? 3 : 7)));
  for (Realm::PointInRectIterator<N, T> it(grid); it.valid; it.step()) {
    const Point<N, T> lo = it.p * Point<N, T>(T(5));
    tiles.emplace_back(lo, lo + Point<N, T>(T(4)));
  }
  std::mt19937 random(7);
  std::shuffle(tiles.begin(), tiles.end(), random);
  EXPECT_EQ(coalesce(tiles).size(), 1u);
  EXPECT_EQ(normalise(tiles).size(), 1u);
}

// Nothing is added to the largest coordinate, or taken from the smallest.
TYPED_TEST(RectListTest, EndsOfTheRangeOfCoordinates) {
  SHAPE;
  const T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  Rect<N, T> low(Point<N, T>(T(0)), Point<N, T>(T(9))), high = low;
  low.lo[0] = least;
  low.hi[0] = static_cast<T>(least + 3);
  high.lo[0] = static_cast<T>(most - 3);
  high.hi[0] = most;
  const auto both = normalise(std::vector{high, low});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(unite(both, both).size(), 2u);
  EXPECT_TRUE(subtract(both, both).empty());
  EXPECT_TRUE(same_points(subtract(both, {low}), {high}));
  EXPECT_EQ(intersect(both, both).size(), 2u);
  EXPECT_TRUE(contains(both, high.hi));
  const RectIndex<N, T> index(both);
  EXPECT_GE(index.find(low.lo), 0);
  EXPECT_EQ(volume(slice(both, 1, volume(both))), volume(both) - 1);
}

// Many tall columns of different heights: bands over all of them would be 10^8 pieces.
TEST(RectListGrowth, ColumnsStayColumns) {
  RectList<2, int> columns;
  std::mt19937 random(8);
  for (int x = 0; x < 20000; x++) {
    const int lo = static_cast<int>(random() % 100000), hi = lo + static_cast<int>(random() % 100000);
    columns.emplace_back(Point<2, int>(2 * x, lo), Point<2, int>(2 * x, hi));
  }
  const auto list = normalise(columns);
  EXPECT_EQ(list.size(), columns.size());
  // A band across all cuts each column into at most two more.
  const RectList<2, int> band{{Point<2, int>(-10, 50000), Point<2, int>(50000, 50999)}};
  EXPECT_LE(subtract(list, band).size(), 2 * columns.size());
  EXPECT_LE(unite(list, band).size(), 2 * columns.size() + 1);
  EXPECT_EQ(volume(unite(list, band)), volume(list) + volume(band) - volume(intersect(list, band)));
}

}  // namespace
}  // namespace palatine::realm::space
