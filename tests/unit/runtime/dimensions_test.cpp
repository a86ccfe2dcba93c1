// Boxes and domains of one to nine dimensions, against sets of points.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "runtime/legion/domain.h"

namespace palatine::legion {
namespace {

using Point = std::vector<int64_t>;
using Points = std::set<Point>;

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  int64_t operator()(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

Box random_box(int dim, Random& random) {
  Box box;
  box.dim = dim;
  for (int d = 0; d < dim; ++d) {
    box.lo[d] = random(-2, 2);
    box.hi[d] = box.lo[d] + random(0, dim > 5 ? 1 : 2);
  }
  return box;
}

Points points_of(const Box& box) {
  Points points;
  for_each_point(box, [&](const int64_t* p) { points.emplace(p, p + box.dim); });
  return points;
}
Points points_of(const Domain& domain) {
  Points points;
  for_each_box(domain, [&](const Box& box) {
    EXPECT_EQ(box.dim, domain.box.dim);
    for (const Point& p : points_of(box)) EXPECT_TRUE(points.insert(p).second) << "a point twice";
  });
  return points;
}

TEST(Coordinates, AreZeroUntilSet) {
  Coordinates a;
  a[8] = 5;
  const Coordinates b = a;
  EXPECT_EQ(b[8], 5);
  EXPECT_EQ(b[3], 0);
  a = Coordinates(1, 2, 3);
  EXPECT_EQ(static_cast<const Coordinates&>(a)[8], 0);
  EXPECT_EQ(b[8], 5) << "a copy has coordinates of its own";
  EXPECT_TRUE(a < b);
  EXPECT_FALSE(b < a);
}

TEST(Box, NumbersItsPointsInOrder) {
  Random random(1);
  for (int dim = 1; dim <= kMaxDim; ++dim) {
    const Box box = random_box(dim, random);
    uint64_t number = 0;
    for_each_point(box, [&](const int64_t* p) {
      EXPECT_TRUE(box.contains_point(p));
      EXPECT_EQ(box.linear_index(p), number);
      int64_t q[kMaxDim] = {};
      box.point_at(number, q);
      for (int d = 0; d < dim; ++d) EXPECT_EQ(p[d], q[d]);
      ++number;
    });
    EXPECT_EQ(number, box.volume()) << dim << " dimensions";
    EXPECT_EQ(points_of(box).size(), box.volume());
  }
}

TEST(Box, KnowsWhatItSharesWithAnother) {
  Random random(2);
  for (int round = 0; round < 300; ++round) {
    const int dim = static_cast<int>(random(1, kMaxDim));
    const Box a = random_box(dim, random), b = random_box(dim, random);
    const Points p = points_of(a), q = points_of(b);
    Points both;
    for (const Point& point : p) {
      if (q.count(point)) both.insert(point);
    }
    EXPECT_EQ(points_of(intersection(a, b)), both);
    EXPECT_EQ(a.overlaps(b), !both.empty());
    EXPECT_EQ(a.contains(b), both.size() == q.size());
  }
}

TEST(Box, VolumeSaturates) {
  Box box;
  box.dim = 9;
  for (int d = 0; d < 9; ++d) box.hi[d] = 1 << 20;
  EXPECT_EQ(box.volume(), UINT64_MAX);
  box.hi[8] = -1;
  EXPECT_EQ(box.volume(), 0);
  EXPECT_TRUE(box.is_empty());
}

TEST(Domain, HasTheAlgebraOfSets) {
  Random random(3);
  for (int round = 0; round < 200; ++round) {
    const int dim = static_cast<int>(random(1, 7));
    OwnedDomain domains[2];
    Points sets[2];
    for (int k = 0; k < 2; ++k) {
      domains[k] = OwnedDomain(random_box(dim, random));
      for (int64_t n = random(0, 2); n > 0; --n)
        domains[k] = unite(domains[k], OwnedDomain(random_box(dim, random)));
      sets[k] = points_of(domains[k]);
      EXPECT_EQ(domains[k].volume(), sets[k].size());
    }
    Points united = sets[0], common, rest;
    united.insert(sets[1].begin(), sets[1].end());
    for (const Point& p : sets[0]) (sets[1].count(p) ? common : rest).insert(p);
    EXPECT_EQ(points_of(unite(domains[0], domains[1])), united);
    EXPECT_EQ(points_of(intersect(domains[0], domains[1])), common);
    EXPECT_EQ(points_of(subtract(domains[0], domains[1])), rest);
    EXPECT_EQ(overlaps(domains[0], domains[1]), !common.empty());
    EXPECT_EQ(contains(domains[0], domains[1]), common.size() == sets[1].size());
    for (const Point& p : united) {
      int64_t c[kMaxDim] = {};
      std::copy(p.begin(), p.end(), c);
      EXPECT_EQ(domains[0].contains_point(c), sets[0].count(p) > 0);
    }
    const uint64_t half = domains[0].volume() / 2;
    const OwnedDomain first = slice(domains[0], 0, half),
                      second = slice(domains[0], half, domains[0].volume());
    EXPECT_EQ(first.volume(), half);
    EXPECT_FALSE(overlaps(first, second));
    EXPECT_EQ(points_of(unite(first, second)), sets[0]);
    if (dim > 3 && !domains[0].is_dense()) {
      EXPECT_EQ(domains[0].points->corners(dim).size(),
                domains[0].points->rects<kMaxDim>().size() * 2 * static_cast<size_t>(dim));
    }
  }
}

}  // namespace
}  // namespace palatine::legion
