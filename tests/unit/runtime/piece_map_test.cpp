// Which places hold the newest values: against a table of points.
#include "runtime/legion/gpu/piece_map.h"

#include <gtest/gtest.h>

#include <random>

namespace palatine::legion::gpu {
namespace {

Box box_of(int dim, const int64_t* lo, const int64_t* hi) {
  Box box;
  box.dim = dim;
  for (int d = 0; d < 3; ++d) {
    box.lo[d] = d < dim ? lo[d] : 0;
    box.hi[d] = d < dim ? hi[d] : 0;
  }
  return box;
}

// Every point of the bounds is in one piece, with the set of the table.
void expect_same(const PieceMap& map, const Box& bounds, const std::vector<PlaceSet>& table) {
  std::vector<int> seen(table.size());
  map.for_each(bounds, [&](const Box& part, PlaceSet places) {
    for_each_point(part, [&](const int64_t* p) {
      const uint64_t k = bounds.linear_index(p);
      ++seen[k];
      EXPECT_EQ(places, table[k]);
    });
  });
  for (int count : seen) ASSERT_EQ(count, 1);
}

TEST(PieceMap, KnowsTheSetOfEachPoint) {
  for (int dim = 1; dim <= 3; ++dim) {
    std::mt19937_64 random(static_cast<uint64_t>(dim));
    const int64_t low[] = {-3, 2, 0}, high[] = {8, 9, 5};
    const Box bounds = box_of(dim, low, high);
    PieceMap map(bounds, 1);
    std::vector<PlaceSet> table(bounds.volume(), 1);
    for (int step = 0; step < 300; ++step) {
      int64_t lo[3], hi[3];
      for (int d = 0; d < 3; ++d) {
        const uint64_t extent = static_cast<uint64_t>(high[d] - low[d] + 1);
        lo[d] = low[d] + static_cast<int64_t>(random() % extent);
        hi[d] = std::min(high[d], lo[d] + static_cast<int64_t>(random() % extent));
      }
      const Box box = box_of(dim, lo, hi);
      const PlaceSet bit = PlaceSet{1} << random() % 3;
      const bool adds = random() % 2;
      map.change(box, [&](const Box&, PlaceSet places) { return adds ? places | bit : bit; });
      for_each_point(box, [&](const int64_t* p) {
        PlaceSet& places = table[bounds.linear_index(p)];
        places = adds ? places | bit : bit;
      });
      EXPECT_TRUE(map.all_of(box, [&](PlaceSet places) { return (places & bit) != 0; }));
      if (random() % 50 == 0) {
        map.remove(4);
        for (PlaceSet& places : table) places &= ~PlaceSet{4};
      }
      expect_same(map, bounds, table);
    }
  }
}

TEST(PieceMap, JoinsPiecesThatBecameEqual) {
  const int64_t lo[] = {0, 0, 0}, hi[] = {63, 63, 0};
  const Box bounds = box_of(2, lo, hi);
  PieceMap map(bounds, 1);
  for (int64_t y = 0; y < 64; y += 16) {
    for (int64_t x = 0; x < 64; x += 16) {
      const int64_t from[] = {x, y}, to[] = {x + 15, y + 15};
      map.change(box_of(2, from, to), [](const Box&, PlaceSet) { return PlaceSet{2}; });
    }
  }
  EXPECT_EQ(map.piece_count(), 1u);
}

TEST(PieceMap, HasNoPiecesWithoutPoints) {
  PieceMap map(Box{}, 1);
  EXPECT_EQ(map.piece_count(), 0u);
  map.change(Box{}, [](const Box&, PlaceSet) { return PlaceSet{2}; });
  EXPECT_EQ(map.piece_count(), 0u);
}

}  // namespace
}  // namespace palatine::legion::gpu
