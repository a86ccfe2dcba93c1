// When the points of spaces are known, how long their maps live, and what wrong uses say.
#include "contract/realm/space_support.h"
#include "runtime/realm/space/sparsity_contents.h"

namespace palatine::realm::space {
namespace {

using Space = IndexSpace<2, int>;
using Rects = std::vector<Rect<2, int>>;

class SpaceLifetimeTest : public SpaceTest {
 protected:
  const Rects two_{{Point<2>(0, 0), Point<2>(3, 3)}, {Point<2>(6, 6), Point<2>(9, 9)}};
  const Rects other_{{Point<2>(2, 2), Point<2>(7, 7)}, {Point<2>(20, 0), Point<2>(21, 1)}};
};

TEST_F(SpaceLifetimeTest, ValidWhenTheOperationHasRun) {
  Space a(two_), b(other_), u, d;
  EXPECT_TRUE(a.is_valid());
  EXPECT_FALSE(a.make_valid().exists());
  const UserEvent start = UserEvent::create_user_event();
  const Event done = Space::compute_union(a, b, u, ProfilingRequestSet(), start);
  const Event next = Space::compute_difference(u, a, d, ProfilingRequestSet());
  EXPECT_FALSE(u.is_valid());
  EXPECT_FALSE(d.is_valid());
  EXPECT_FALSE(u.make_valid().has_triggered());
  EXPECT_TRUE(u.bounds.contains(a.bounds) && u.bounds.contains(b.bounds));
  // Inputs may go at once; the operation keeps what it reads.
  a.destroy();
  b.destroy();
  start.trigger();
  done.wait();
  EXPECT_TRUE(u.is_valid());
  EXPECT_TRUE(u.make_valid().has_triggered());
  next.wait();
  EXPECT_EQ(u.volume(), 16u + 16 + 36 - 4 - 4 + 4);
  u.destroy();
  d.destroy();
}

TEST_F(SpaceLifetimeTest, ResultsThatShareAMapOwnAReference) {
  const uint64_t before = map_count();
  Space a(two_), shared, narrowed;
  EXPECT_EQ(map_count(), before + 1);
  Space::compute_union(a, Space(), shared, ProfilingRequestSet()).wait();
  EXPECT_EQ(shared.sparsity, a.sparsity);
  Space::compute_intersection(a, Space(Rect<2>(Point<2>(1, 1), Point<2>(8, 8))), narrowed,
                              ProfilingRequestSet())
      .wait();
  EXPECT_EQ(narrowed.sparsity, a.sparsity);
  EXPECT_EQ(narrowed.volume(), 18u);
  a.destroy();
  EXPECT_EQ(shared.volume(), 32u);
  shared.destroy();
  const UserEvent later = UserEvent::create_user_event();
  narrowed.destroy(later);
  EXPECT_EQ(narrowed.volume(), 18u);
  later.trigger();
  while (map_count() > before) later.wait();
  EXPECT_EQ(map_count(), before);
}

TEST_F(SpaceLifetimeTest, ReferencesAreCounted) {
  const uint64_t before = map_count();
  Space a(two_);
  a.sparsity.add_reference(2).wait();
  a.sparsity.destroy();
  a.sparsity.remove_reference(1);
  EXPECT_EQ(a.volume(), 32u);
  a.destroy();
  EXPECT_EQ(map_count(), before);
  // The place is used again under another handle.
  Space b(other_);
  EXPECT_NE(a.sparsity, b.sparsity);
  EXPECT_EXIT(a.volume(), testing::ExitedWithCode(1),
              "error: IndexSpace::volume: sparsity map .* does not exist");
  b.destroy();
}

TEST_F(SpaceLifetimeTest, PoisonMakesResultsInvalidForEver) {
  Space a(two_), b(other_), u, v;
  const UserEvent start = UserEvent::create_user_event();
  const Event done = Space::compute_union(a, b, u, ProfilingRequestSet(), start);
  const Event next = Space::compute_difference(u, a, v, ProfilingRequestSet());
  start.cancel();
  bool is_poisoned = false;
  next.wait_faultaware(is_poisoned);
  EXPECT_TRUE(is_poisoned);
  done.wait_faultaware(is_poisoned);
  EXPECT_TRUE(is_poisoned);
  EXPECT_FALSE(u.is_valid());
  EXPECT_TRUE(u.make_valid().has_triggered_faultaware(is_poisoned));
  EXPECT_TRUE(is_poisoned);
  u.destroy();
  v.destroy();
  a.destroy();
  b.destroy();
}

TEST_F(SpaceLifetimeTest, SimpleCasesAnswerWithThePrecondition) {
  const UserEvent start = UserEvent::create_user_event();
  const Space a(Rect<2>(Point<2>(0, 0), Point<2>(9, 9))), b(Rect<2>(Point<2>(5, 5), Point<2>(19, 19)));
  Space result;
  EXPECT_EQ(Space::compute_intersection(a, b, result, ProfilingRequestSet(), start), start);
  EXPECT_EQ(result, Space(Rect<2>(Point<2>(5, 5), Point<2>(9, 9))));
  std::vector<Space> pieces;
  EXPECT_EQ(a.create_equal_subspaces(4, 1, pieces, ProfilingRequestSet(), start), start);
  EXPECT_EQ(pieces[0], Space(Rect<2>(Point<2>(0, 0), Point<2>(1, 9))));
  start.trigger();
}

TEST_F(SpaceLifetimeTest, ContentsOfAMap) {
  Space a(two_);
  auto* map = a.sparsity.impl();
  ASSERT_EQ(map->get_entries().size(), 2u);
  EXPECT_EQ(map->get_entries()[0].bounds, two_[0]);
  EXPECT_FALSE(map->get_entries()[0].sparsity.exists());
  EXPECT_EQ(map->get_approx_rects().size(), 2u);
  Space b(other_);
  EXPECT_TRUE(map->overlaps(b.sparsity.impl(), Rect<2>(Point<2>(3, 3), Point<2>(3, 3)), false));
  EXPECT_FALSE(map->overlaps(b.sparsity.impl(), Rect<2>(Point<2>(4, 4), Point<2>(5, 5)), false));
  a.destroy();
  b.destroy();
  // Full rectangles have no map unless it is asked for.
  const Rects whole{{Point<2>(0, 0), Point<2>(3, 1)}, {Point<2>(0, 2), Point<2>(3, 5)}};
  EXPECT_TRUE(Space(whole).dense());
  auto forced = Realm::SparsityMap<2, int>::construct(whole, true, false);
  EXPECT_TRUE(forced.exists());
  EXPECT_TRUE(Space(Rect<2>(Point<2>(0, 0), Point<2>(3, 5)), forced).tighten().dense());
  forced.destroy();
}

// Runs in a process of its own, with a runtime of its own.
void leave_a_map(bool is_reported) {
  static char name[] = "test", flag[] = "-ll:report_sparsity_leaks";
  static char* words[] = {name, flag, nullptr};
  int argc = is_reported ? 2 : 1;
  char** argv = words;
  Realm::Runtime runtime;
  runtime.init(&argc, &argv);
  Space left(Rects{{Point<2>(0, 0), Point<2>(3, 3)}, {Point<2>(6, 6), Point<2>(9, 9)}});
  runtime.shutdown();
  exit(runtime.wait_for_shutdown());
}

TEST(SpaceLeakTest, MapsThatAreLeftAtTheEnd) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(leave_a_map(true), testing::ExitedWithCode(1), "error: 1 sparsity maps were not destroyed");
  EXPECT_EXIT(leave_a_map(false), testing::ExitedWithCode(0), "");
}

TEST_F(SpaceLifetimeTest, WrongUses) {
  const auto fails = testing::ExitedWithCode(1);
  Space a(two_), b(other_), result;
  const UserEvent start = UserEvent::create_user_event();
  Space::compute_union(a, b, result, ProfilingRequestSet(), start);
  EXPECT_EXIT(result.volume(), fails, "error: IndexSpace::volume: the index space is not valid yet");
  EXPECT_EXIT(result.contains(Point<2>(0, 0)), fails, "not valid yet");
  EXPECT_EXIT(
      {
        a.destroy();
        a.destroy();
      },
      fails, "error: SparsityMap::remove_reference: sparsity map .* does not exist; it was destroyed");
  EXPECT_EXIT(a.sparsity.destroy(Event::NO_EVENT, 2), fails, "less than 2 references");
  std::vector<Space> many{a}, both{a, b}, three{a, b, a}, none;
  EXPECT_EXIT(a.create_equal_subspaces(2, 1, many, ProfilingRequestSet()), fails,
              "vector for the results is not empty");
  EXPECT_EXIT(a.create_equal_subspaces(0, 1, none, ProfilingRequestSet()), fails, "number of pieces is 0");
  EXPECT_EXIT(a.create_equal_subspace(2, 1, 2, result, ProfilingRequestSet()), fails, "no piece 2 of 2");
  EXPECT_EXIT(a.create_weighted_subspaces(2, 1, std::vector<int>{1, -1}, none, ProfilingRequestSet()), fails,
              "a weight is negative");
  EXPECT_EXIT(a.create_weighted_subspaces(3, 1, std::vector<int>{1, 1}, none, ProfilingRequestSet()), fails,
              "2 weights for 3 pieces");
  EXPECT_EXIT(Space::compute_unions(both, three, none, ProfilingRequestSet()), fails, "different lengths");
  Realm::SparsityMap<1, int> wrong;
  wrong.id = a.sparsity.id;
  EXPECT_EXIT(wrong.impl(), fails, "has 2 dimensions");
  start.trigger();
  result.make_valid().wait();
  a.destroy();
  b.destroy();
  result.destroy();
}

TEST_F(SpaceLifetimeTest, WrongFields) {
  const auto fails = testing::ExitedWithCode(1);
  using Line = IndexSpace<1, int>;
  const Rect<1, int> box(Point<1>(0), Point<1>(9));
  TestField<1, int, int> field(box, [](const auto& p) { return p[0]; });
  std::vector<Line> pieces;
  auto by_field = [&](const Line& parent, auto data) {
    parent.create_subspaces_by_field(data, std::vector<int>{1}, pieces, ProfilingRequestSet()).wait();
  };
  auto data = field.data;
  data[0].field_offset = 5;
  EXPECT_EXIT(by_field(Line(box), data), fails, "has no field 5");
  data = field.data;
  data[0].inst = RegionInstance::NO_INST;
  EXPECT_EXIT(by_field(Line(box), data), fails, "a field descriptor has no instance");
  data = field.data;
  data[0].index_space.bounds.hi[0] = 9;
  EXPECT_EXIT(by_field(Line(box), data), fails, "does not hold 5 of the points");
}

}  // namespace
}  // namespace palatine::realm::space
