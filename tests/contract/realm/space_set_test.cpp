// Set operations of index spaces, pieces and queries, against sets of points.
#include "contract/realm/space_support.h"

namespace palatine::realm::space {
namespace {

template <typename S>
class SpaceSetTest : public SpaceTest {};
TYPED_TEST_SUITE(SpaceSetTest, Shapes);

#define SHAPE                                      \
  constexpr int N = TypeParam::N;                  \
  using T = typename TypeParam::T;                 \
  using Space [[maybe_unused]] = IndexSpace<N, T>; \
  using Set [[maybe_unused]] = PointSet<N, T>

template <int N, typename T>
PointSet<N, T> combine(int operation, const PointSet<N, T>& a, const PointSet<N, T>& b) {
  PointSet<N, T> out;
  auto to = std::inserter(out, out.end());
  if (operation == 0) std::set_union(a.begin(), a.end(), b.begin(), b.end(), to, PointLess());
  if (operation == 1) std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), to, PointLess());
  if (operation == 2) std::set_difference(a.begin(), a.end(), b.begin(), b.end(), to, PointLess());
  return out;
}

TYPED_TEST(SpaceSetTest, OfTwo) {
  SHAPE;
  RandomSets<N, T> random(21);
  for (int round = 0; round < 30; round++) {
    auto a = random_space(random), b = random_space(random);
    for (int operation = 0; operation < 3; operation++) {
      using Call = Event (*)(const Space&, const Space&, Space&, const ProfilingRequestSet&, Event);
      const Call call = operation == 0   ? static_cast<Call>(&Space::compute_union)
                        : operation == 1 ? static_cast<Call>(&Space::compute_intersection)
                                         : static_cast<Call>(&Space::compute_difference);
      Space result;
      call(a, b, result, ProfilingRequestSet(), Event::NO_EVENT).wait();
      const Set expected = combine(operation, points_of(a), points_of(b));
      EXPECT_EQ(points_of(result), expected) << operation << " " << a << " " << b;
      EXPECT_EQ(result.volume(), expected.size());
      const Space tight = result.tighten();
      EXPECT_EQ(points_of(tight), expected);
      EXPECT_EQ(tight.empty(), expected.empty());
      EXPECT_EQ(tight.dense(), tight.bounds.volume() == expected.size());
      for (const auto& p : expected) EXPECT_TRUE(result.bounds.contains(p));
      result.destroy();
    }
    a.destroy();
    b.destroy();
  }
}

// Results are used before they are known, and destroyed before the operation has run.
TYPED_TEST(SpaceSetTest, ListsAndChains) {
  SHAPE;
  RandomSets<N, T> random(22);
  for (int round = 0; round < 10; round++) {
    const UserEvent start = UserEvent::create_user_event();
    auto a = random_spaces(random, 4), b = random_spaces(random, 4);
    auto one = random_space(random);
    std::vector<Space> unions, intersections, differences, left;
    const Event e1 = Space::compute_unions(a, b, unions, ProfilingRequestSet(), start);
    // No precondition: they wait for the points of their inputs.
    const Event e2 = Space::compute_intersections(unions, one, intersections, ProfilingRequestSet());
    const Event e3 = Space::compute_differences(one, intersections, differences, ProfilingRequestSet());
    Space all, common;
    const Event e4 = Space::compute_union(differences, all, ProfilingRequestSet());
    const Event e5 = Space::compute_intersection(unions, common, ProfilingRequestSet());
    const Event done = Event::merge_events({e1, e2, e3, e4, e5});
    for (auto& space : intersections) space.destroy(done);
    EXPECT_EQ(unions.size(), 4u);
    start.trigger();
    done.wait();
    Set expected_all, expected_common;
    for (size_t i = 0; i < 4; i++) {
      const Set u = combine(0, points_of(a[i]), points_of(b[i]));
      EXPECT_EQ(points_of(unions[i]), u);
      const Set d = combine(2, points_of(one), combine(1, u, points_of(one)));
      EXPECT_EQ(points_of(differences[i]), d);
      expected_all = combine(0, expected_all, d);
      expected_common = i == 0 ? u : combine(1, expected_common, u);
    }
    EXPECT_EQ(points_of(all), expected_all);
    EXPECT_EQ(points_of(common), expected_common);
    destroy_all(a);
    destroy_all(b);
    destroy_all(unions);
    destroy_all(differences);
    one.destroy();
    all.destroy();
    common.destroy();
  }
}

TYPED_TEST(SpaceSetTest, EqualAndWeightedPieces) {
  SHAPE;
  RandomSets<N, T> random(23);
  for (int round = 0; round < 20; round++) {
    auto parent = random_space(random);
    const size_t count = 1 + static_cast<size_t>(random.number(6)),
                 granularity = static_cast<size_t>(random.number(4));
    std::vector<Space> pieces, weighted;
    parent.create_equal_subspaces(count, granularity, pieces, ProfilingRequestSet()).wait();
    std::vector<int> weights;
    for (size_t i = 0; i < count; i++) weights.push_back(1 + random.number(5));
    parent.create_weighted_subspaces(count, granularity, weights, weighted, ProfilingRequestSet()).wait();
    for (auto* list : {&pieces, &weighted}) {
      ASSERT_EQ(list->size(), count);
      Set all;
      size_t sum = 0;
      for (const auto& piece : *list) {
        const Set points = points_of(piece);
        sum += points.size();
        all.insert(points.begin(), points.end());
      }
      EXPECT_EQ(all, points_of(parent));
      EXPECT_EQ(sum, all.size());
    }
    if (!parent.dense() && parent.volume() > 0) {
      for (const auto& piece : pieces) {
        const size_t granule = std::max<size_t>(granularity, 1);
        EXPECT_LE(piece.volume(), (parent.volume() / granule / count + 2) * granule);
      }
    }
    for (unsigned i = 0; i < count; i++) {
      Space single;
      parent.create_equal_subspace(count, granularity, i, single, ProfilingRequestSet()).wait();
      EXPECT_EQ(points_of(single), points_of(pieces[i]));
      single.destroy();
    }
    destroy_all(pieces);
    destroy_all(weighted);
    parent.destroy();
  }
}

TYPED_TEST(SpaceSetTest, Queries) {
  SHAPE;
  RandomSets<N, T> random(24);
  for (int round = 0; round < 20; round++) {
    auto a = random_space(random), b = random_space(random);
    const Set points = points_of(a);
    EXPECT_EQ(a.overlaps(b), !combine(1, points, points_of(b)).empty());
    for (int i = 0; i < 20; i++) {
      const auto p = random.point();
      EXPECT_EQ(a.contains(p), points.contains(p));
      const auto r = random.rect();
      const Set inside = points_of(std::vector{r});
      const Set common = combine(1, inside, points);
      EXPECT_EQ(a.contains_all(r), common.size() == inside.size());
      EXPECT_EQ(a.contains_any(r), !common.empty());
      Set restricted;
      a.foreach_subrect([&](const Rect<N, T>& part) { restricted.merge(points_of(std::vector{part})); }, r);
      EXPECT_EQ(restricted, common);
    }
    for (size_t max : {0, 1, 2, 5}) {
      std::vector<Rect<N, T>> covering;
      if (!a.compute_covering(max, -1, covering)) {
        ADD_FAILURE() << "no covering of " << max;
        continue;
      }
      EXPECT_TRUE(max == 0 || covering.size() <= max);
      const Set covered = points_of(covering);
      EXPECT_TRUE(std::includes(covered.begin(), covered.end(), points.begin(), points.end(), PointLess()));
      EXPECT_EQ(volume(covering), covered.size());
      std::vector<Rect<N, T>> exact;
      const bool is_exact = a.compute_covering(max, 0, exact);
      if (is_exact) {
        EXPECT_EQ(points_of(exact), points);
        EXPECT_TRUE(max == 0 || exact.size() <= max);
      } else {
        EXPECT_NE(covered, points);
      }
    }
    a.destroy();
    b.destroy();
  }
}

// Without a limit of points no rectangle of the space is cut. Around a hole every plane would cut one.
TYPED_TEST(SpaceSetTest, CoveringsKeepRectanglesWhole) {
  SHAPE;
  if constexpr (N >= 2) {
    Point<N, T> lo[4], hi[4];
    const int corners[4][4] = {{0, 0, 5, 2}, {6, 0, 8, 5}, {3, 6, 8, 8}, {0, 3, 2, 8}};
    std::vector<Rect<N, T>> pinwheel;
    for (int k = 0; k < 4; k++) {
      lo[k] = hi[k] = Point<N, T>(1);
      lo[k][0] = static_cast<T>(corners[k][0]), lo[k][1] = static_cast<T>(corners[k][1]);
      hi[k][0] = static_cast<T>(corners[k][2]), hi[k][1] = static_cast<T>(corners[k][3]);
      pinwheel.emplace_back(lo[k], hi[k]);
    }
    Space space(pinwheel);
    for (size_t max : {2, 3}) {
      std::vector<Rect<N, T>> covering;
      ASSERT_TRUE(space.compute_covering(max, -1, covering));
      for (const Rect<N, T>& rect : pinwheel) {
        size_t holders = 0;
        for (const Rect<N, T>& cover : covering) holders += cover.contains(rect);
        EXPECT_EQ(holders, 1u);
      }
    }
    space.destroy();
  }
}

TYPED_TEST(SpaceSetTest, AnyKindOfSpace) {
  SHAPE;
  RandomSets<N, T> random(25);
  Space space(random.rects());
  Realm::IndexSpaceGeneric generic(space), other;
  other = generic;
  EXPECT_EQ((other.template as_index_space<N, T>()), space);
  generic = space.bounds;
  EXPECT_TRUE((generic.template as_index_space<N, T>().dense()));
  EXPECT_EXIT((other.template as_index_space<N == 1 ? 2 : 1, T>()), testing::ExitedWithCode(1),
              "of another kind");
  other.destroy();
}

}  // namespace
}  // namespace palatine::realm::space
