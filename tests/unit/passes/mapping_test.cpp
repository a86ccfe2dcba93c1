#include "unit/passes/task_builder.h"

#include <gtest/gtest.h>

#include "sema/passes/passes.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;

// Callees that read or write field `x` (0) or `y` (1) of their region, and a task under test.
class Mapping : public ::testing::Test {
 protected:
  Mapping() {
    r_of_init = &init.region_param("r", Mode::read_write, {0});
    r_of_show = &show.region_param("r", Mode::read, {0});
    r_of_sum = &sum.region_param("r", Mode::reduce, {0});
    r_of_other = &other.region_param("r", Mode::read_write, {1});
  }

  std::string run(const sema::PassOptions& options = {}) {
    EXPECT_EQ(ir::verify(t.task()), "");
    sema::mapping(t.task(), options);
    EXPECT_EQ(ir::verify(t.task()), "") << ir::print(t.task());
    return shape(t.task());
  }
  ir::ExprPtr first_element_is_small(ir::Local& region) {
    return t.binary(ast::BinaryOp::less, t.element(region, 0), t.number(3, program.types.floating(64)));
  }

  Program program;
  TaskBuilder init{program, "init"}, show{program, "show"}, sum{program, "sum"}, other{program, "other"};
  TaskBuilder nothing{program, "nothing"};
  TaskBuilder t{program, "main"};
  ir::Local *r_of_init, *r_of_show, *r_of_sum, *r_of_other;
};

TEST_F(Mapping, MapsACreatedRegionAtItsFirstAccess) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(nothing, std::vector<ir::ExprPtr>{}), t.write(r, 0), t.read(r, 0));
  EXPECT_EQ(run(), "var r; nothing; map-write r.x; write r.x; read r.x");
}

TEST_F(Mapping, DoesNotMapARegionThatIsOnlyPassedOn) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.call(show, r));
  EXPECT_EQ(run(), "var r; init; show");
  EXPECT_TRUE(t.task().accessed_fields.empty());
  EXPECT_TRUE(t.task().mapping_points.empty());
}

TEST_F(Mapping, MapsAfterATaskWroteAndNamesIt) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.read(r, 0));
  EXPECT_EQ(run(), "var r; init; map-read r.x; read r.x");
  ASSERT_EQ(t.task().mapping_points.size(), 1u);
  const ir::MappingPoint& point = t.task().mapping_points[0];
  EXPECT_EQ(point.kind, ir::MappingPoint::Kind::block);
  ASSERT_EQ(point.causes.size(), 1u);
  EXPECT_EQ(point.causes[0].what, "`init`");
}

TEST_F(Mapping, GivesUpBeforeATaskWritesAndMapsAgain) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.call(init, r), t.read(r, 0));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; unmap r.x; init; map-read r.x; read r.x");
}

TEST_F(Mapping, GivesUpWhatItWroteBeforeATaskReads) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.call(show, r), t.read(r, 0));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; unmap r.x; show; map-read r.x; read r.x");
  // Two readers do not wait for each other.
  for (const ir::MappingPoint& point : t.task().mapping_points)
    EXPECT_NE(point.kind, ir::MappingPoint::Kind::block);
}

TEST_F(Mapping, TwoReadsDoNotConflict) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.read(r, 0), t.call(show, r), t.read(r, 0));
  EXPECT_EQ(run(), "var r; init; map-read r.x; read r.x; show; read r.x");
}

TEST_F(Mapping, AReadThatIsFollowedByAWriteMapsOnce) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.read(r, 0), t.write(r, 0));
  EXPECT_EQ(run(), "var r; init; map-write r.x; read r.x; write r.x");
}

TEST_F(Mapping, AWriteAfterAReaderWasLaunchedWaitsForIt) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.read(r, 0), t.call(show, r), t.write(r, 0));
  EXPECT_EQ(run(), "var r; init; map-read r.x; read r.x; show; unmap r.x; map-write r.x; write r.x");
  EXPECT_EQ(t.task().mapping_points.back().kind, ir::MappingPoint::Kind::block);
  EXPECT_EQ(t.task().mapping_points.back().causes.at(0).what, "`show`");
}

TEST_F(Mapping, ReductionsOfATaskConflictWithOwnReads) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.call(sum, r), t.read(r, 0));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; unmap r.x; sum; map-read r.x; read r.x");
}

TEST_F(Mapping, OtherFieldsDoNotConflict) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.call(other, r), t.read(r, 0), t.read(r, 1));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; other; read r.x; map-read r.y; read r.y");
}

TEST_F(Mapping, OtherRegionsDoNotConflict) {
  auto& r = t.region("r");
  auto& s = t.region("s");
  t.body(t.make_region(r), t.make_region(s), t.write(r, 0), t.call(init, s), t.read(r, 0));
  EXPECT_EQ(run(), "var r; var s; map-write r.x; write r.x; init; read r.x");
}

TEST_F(Mapping, AFillConflictsWithOwnAccesses) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.fill(r, 0), t.read(r, 0), t.fill(r, 0), t.fill(r, 1));
  EXPECT_EQ(run(), "var r; fill r; map-read r.x; read r.x; unmap r.x; fill r; fill r");
}

TEST_F(Mapping, TheMapStandsBeforeALoopOfAccesses) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.for_(t.block(t.read(r, 0))));
  EXPECT_EQ(run(), "var r; init; map-read r.x; for { read r.x }");
}

TEST_F(Mapping, TheMapStandsBeforeTheOutermostLoopWithoutConflict) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r),
         t.for_(t.block(
             t.for_(t.block(t.if_(t.block(t.write(r, 0))), t.call(nothing, std::vector<ir::ExprPtr>{}))))));
  EXPECT_EQ(run(), "var r; init; map-write r.x; for { for { if { write r.x }; nothing } }");
}

TEST_F(Mapping, ALoopWithAConflictMapsOnceInEachIteration) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.for_(t.block(t.call(init, r), t.for_(t.block(t.read(r, 0))))));
  EXPECT_EQ(run(), "var r; for { init; map-read r.x; for { read r.x }; unmap r.x }");
}

TEST_F(Mapping, ALoopThatEndsAsItBeganNeedsNothingAround) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.for_(t.block(t.call(init, r), t.write(r, 0))), t.write(r, 0));
  EXPECT_EQ(run(),
            "var r; map-write r.x; write r.x; for { unmap r.x; init; map-write r.x; write r.x }; write r.x");
}

TEST_F(Mapping, WaitsForTheLaunchOfThePreviousIteration) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.for_(t.block(t.read(r, 0), t.call(init, r))));
  EXPECT_EQ(run(), "var r; for { map-read r.x; read r.x; unmap r.x; init }");
  EXPECT_EQ(t.task().mapping_points.at(0).kind, ir::MappingPoint::Kind::block);
}

TEST_F(Mapping, BranchesMapOnTheirOwnPathOnly) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.call(init, r), t.if_(t.block(t.read(r, 0))), t.call(show, r));
  EXPECT_EQ(run(), "var r; init; if { map-read r.x; read r.x; unmap r.x }; show");
}

TEST_F(Mapping, BranchesThatEndAlikeStayMapped) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.if_(t.block(t.call(init, r), t.write(r, 0)), t.block(t.write(r, 0))),
         t.write(r, 0));
  EXPECT_EQ(run(),
            "var r; if { init; map-write r.x; write r.x } else { map-write r.x; write r.x }; write r.x");
}

TEST_F(Mapping, ABranchWithAConflictIsJoined) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.if_(t.block(t.call(init, r))), t.read(r, 0));
  EXPECT_EQ(
      run(),
      "var r; map-write r.x; write r.x; if { unmap r.x; init } else { unmap r.x }; map-read r.x; read r.x");
}

TEST_F(Mapping, ABranchThatReturnsDoesNotCount) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.if_(t.block(t.call(init, r), t.return_())), t.write(r, 0));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; if { unmap r.x; init; return }; write r.x");
}

TEST_F(Mapping, ABreakLeavesTheLoopAsItsEndDoes) {
  auto& r = t.region("r");
  t.body(t.make_region(r),
         t.for_(t.block(t.call(init, r), t.if_(first_element_is_small(r), t.block(t.break_())),
                        t.call(init, r))),
         t.read(r, 0));
  EXPECT_EQ(run(),
            "var r; for { init; map-read r.x; if read r.x { unmap r.x; break }; unmap r.x; init }; "
            "map-read r.x; read r.x");
}

TEST_F(Mapping, AConditionOfALoopWithConflictsIsComputedWhileMapped) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.while_(first_element_is_small(r), t.block(t.call(init, r))), t.read(r, 0));
  EXPECT_EQ(run(),
            "var r; while (map-read r.x; var t = read r.x; unmap r.x) { init }; map-read r.x; read r.x");
}

TEST_F(Mapping, AnUntilOfALoopWithConflictsIsComputedWhileMapped) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.repeat_(t.block(t.call(init, r)), first_element_is_small(r)));
  EXPECT_EQ(run(), "var r; repeat { init } until (map-read r.x; var t = read r.x; unmap r.x)");
}

TEST_F(Mapping, AConditionWithoutConflictKeepsTheRegionMapped) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.while_(first_element_is_small(r), t.block(t.write(r, 0))));
  EXPECT_EQ(run(), "var r; map-write r.x; while (var t = read r.x) { write r.x }");
}

TEST_F(Mapping, ArgumentsAreReadBeforeTheLaunch) {
  TaskBuilder with_value(program, "with_value");
  auto& p = with_value.region_param("r", Mode::read_write, {0});
  (void)p;
  with_value.param("v", program.types.floating(64));
  auto& r = t.region("r");
  std::vector<ir::ExprPtr> args;
  args.push_back(t.use(r));
  args.push_back(t.element(r, 0));
  t.body(t.make_region(r), t.call(with_value, std::move(args)));
  EXPECT_EQ(run(), "var r; map-read r.x; var t = read r.x; unmap r.x; with_value");
}

TEST_F(Mapping, ASubregionAliasesItsParent) {
  auto& r = t.region("r");
  auto& p = t.partition_param("p", r);
  auto& s = t.subregion_local("s", p);
  t.body(t.make_region(r), t.write(r, 0), t.var(s, t.subregion(p, t.number(0))), t.call(init, s),
         t.read(r, 0));
  EXPECT_EQ(run(), "var r; map-write r.x; write r.x; var s; unmap r.x; init; map-read r.x; read r.x");
}

TEST_F(Mapping, SiblingsWithDifferentConstantColoursAreApart) {
  auto& r = t.region("r");
  auto& p = t.partition_param("p", r);
  auto& a = t.subregion_local("a", p);
  auto& b = t.subregion_local("b", p);
  t.body(t.make_region(r), t.var(a, t.subregion(p, t.number(0))), t.var(b, t.subregion(p, t.number(1))),
         t.write(a, 0), t.call(init, b), t.write(a, 0), t.call(init, a));
  EXPECT_EQ(run(), "var r; var a; var b; map-write a.x; write a.x; init; write a.x; unmap a.x; init");
}

TEST_F(Mapping, SiblingsOfAnAliasedPartitionMayAlias) {
  auto& r = t.region("r");
  auto& p = t.partition_param("p", r, false);
  auto& a = t.subregion_local("a", p);
  auto& b = t.subregion_local("b", p);
  t.body(t.make_region(r), t.var(a, t.subregion(p, t.number(0))), t.var(b, t.subregion(p, t.number(1))),
         t.write(a, 0), t.call(init, b), t.write(a, 0));
  EXPECT_EQ(run(),
            "var r; var a; var b; map-write a.x; write a.x; unmap a.x; init; map-write a.x; write a.x");
}

TEST_F(Mapping, SiblingsWithUnknownColoursMayAlias) {
  auto& r = t.region("r");
  auto& p = t.partition_param("p", r);
  auto& i = t.param("i", program.types.int32());
  auto& a = t.subregion_local("a", p);
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, t.use(i)));
  t.body(t.make_region(r), t.var(a, t.subregion(p, t.number(0))), t.write(a, 0),
         t.call(init, std::move(args)));
  EXPECT_EQ(run(), "var r; var a; map-write a.x; write a.x; unmap a.x; init");
}

TEST_F(Mapping, ASubregionOfALoopIsGivenUpAtTheEndOfItsScope) {
  auto& r = t.region("r");
  auto& p = t.partition_param("p", r);
  auto& a = t.subregion_local("a", p);
  auto& k = t.local("k", program.types.int32());
  t.body(t.make_region(r),
         t.for_(k, t.block(t.var(a, t.subregion(p, t.use(k))), t.for_(t.block(t.write(a, 0))))));
  EXPECT_EQ(run(), "var r; for { var a; map-write a.x; for { write a.x }; unmap a.x }");
}

TEST_F(Mapping, ParametersAreMappedFromTheStart) {
  auto& r = t.region_param("r", Mode::read_write, {0, 1});
  t.body(t.write(r, 0), t.call(init, r), t.write(r, 0));
  EXPECT_EQ(run(), "write r.x; unmap r.x; init; map-write r.x; write r.x");
}

TEST_F(Mapping, AParameterThatIsOnlyReadLetsReadersRun) {
  auto& r = t.region_param("r", Mode::read_write, {0, 1});
  t.body(t.read(r, 0), t.call(show, r), t.read(r, 0));
  EXPECT_EQ(run(), "unmap r.x; map-read r.x; read r.x; show; read r.x");
}

TEST_F(Mapping, AParameterThatIsOnlyPassedOnIsGivenUpAtOnce) {
  auto& r = t.region_param("r", Mode::read_write, {0, 1});
  auto& s = t.region_param("s", Mode::read_write, {0, 1});
  t.disjoint(r, s);
  t.body(t.write(r, 0), t.call(init, s), t.write(r, 0));
  EXPECT_EQ(run(), "unmap s.x; write r.x; init; write r.x");
  EXPECT_EQ(t.task().accessed_fields.size(), 1u);
}

TEST_F(Mapping, ParametersMayAliasEachOther) {
  auto& r = t.region_param("r", Mode::read, {0});
  auto& s = t.region_param("s", Mode::read_write, {0});
  t.body(t.read(r, 0), t.call(init, s), t.read(r, 0));
  EXPECT_EQ(run(), "unmap s.x; read r.x; unmap r.x; init; map-read r.x; read r.x");
}

TEST_F(Mapping, DisjointParametersDoNotAlias) {
  auto& r = t.region_param("r", Mode::read_write, {0});
  auto& s = t.region_param("s", Mode::read_write, {0});
  t.disjoint(r, s);
  t.body(t.write(r, 0), t.call(init, s), t.read(r, 0));
  EXPECT_EQ(run(), "unmap s.x; write r.x; init; read r.x");
}

TEST_F(Mapping, ParametersWithOtherElementTypesDoNotAlias) {
  TaskBuilder on_ints(program, "on_ints");
  on_ints.region_param("r", Mode::read_write, {0}, program.types.int32());
  auto& r = t.region_param("r", Mode::read_write, {0});
  auto& s = t.region_param("s", Mode::read_write, {0}, program.types.int32());
  t.body(t.write(r, 0), t.call(on_ints, s), t.read(r, 0));
  EXPECT_EQ(run(), "unmap s; write r.x; on_ints; read r.x");
}

TEST_F(Mapping, AnotherNameForARegionAliasesIt) {
  auto& r = t.region("r");
  auto& s = t.region_of("s", r);
  t.body(t.make_region(r), t.var(s, t.use(r)), t.write(r, 0), t.call(init, s), t.read(r, 0));
  EXPECT_EQ(run(), "var r; var s; map-write r.x; write r.x; unmap r.x; init; map-read r.x; read r.x");
}

TEST_F(Mapping, FieldsOfOnePointShareAStatement) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.for_(t.block(t.write(r, 0), t.write(r, 1))));
  EXPECT_EQ(run(), "var r; map-write r.x r.y; for { write r.x; write r.y }");
  EXPECT_EQ(t.task().mapping_points.size(), 1u);
}

TEST_F(Mapping, LeafAndInnerTasksGetNoStatements) {
  auto& r = t.region_param("r", Mode::read_write, {0});
  t.body(t.write(r, 0), t.read(r, 0));
  t.task().is_leaf = true;
  EXPECT_EQ(run(), "write r.x; read r.x");
  EXPECT_EQ(t.task().accessed_fields.size(), 1u);

  TaskBuilder inner(program, "inner");
  auto& s = inner.region_param("s", Mode::read_write, {0});
  inner.body(inner.call(init, s));
  inner.task().is_inner = true;
  sema::mapping(inner.task(), {});
  EXPECT_EQ(shape(inner.task()), "init");
  EXPECT_TRUE(inner.task().accessed_fields.empty());
}

TEST_F(Mapping, WithoutThePassMapsStayAtTheAccess) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.for_(t.block(t.write(r, 0))));
  sema::PassOptions options;
  options.mapping = false;
  EXPECT_EQ(run(options), "var r; for { map-write r.x; write r.x; unmap r.x }");
}

}  // namespace
}  // namespace palatine::test
