#include <gtest/gtest.h>

#include "sema/passes/passes.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;
using Projection = ir::IndexLaunchStat::Projection;
using ast::BinaryOp;

class IndexLaunches : public ::testing::Test {
 protected:
  IndexLaunches() {
    write.region_param("r", Mode::read_write, {0});
    read.region_param("r", Mode::read, {0});
    add.region_param("r", Mode::reduce, {0});
    both_write.region_param("a", Mode::read_write, {0});
    both_write.region_param("b", Mode::read_write, {0});
    write_and_read.region_param("a", Mode::read_write, {0});
    write_and_read.region_param("b", Mode::read, {0});
    two_fields.region_param("a", Mode::read_write, {0});
    two_fields.region_param("b", Mode::read_write, {1});
    value.param("n", i32);
  }

  std::string run(const sema::PassOptions& options = {}) {
    EXPECT_EQ(ir::verify(t.task()), "");
    sema::normalize(t.task(), program.types);
    sema::index_launches(t.task(), program.diags, options);
    // A task with an error is dropped.
    if (!t.task().has_error) EXPECT_EQ(ir::verify(t.task()), "") << ir::print(t.task());
    return shape(t.task());
  }

  // Runs the pass over `for i = 0, 10 do callee(args) end` and gives why it is no index launch; empty if it
  // is one.
  template <typename... Args>
  std::string reason(TaskBuilder& callee, Args... args) {
    std::vector<ir::ExprPtr> list;
    (list.push_back(std::move(args)), ...);
    t.body(demanded(t.for_(i, t.block(t.call(callee, std::move(list))))));
    return reason_of_body();
  }
  std::string reason_of_body(const sema::PassOptions& options = {}) {
    run(options);
    const ir::Inference& inference = t.task().inferences.at(0);
    EXPECT_EQ(inference.property, "index launch");
    EXPECT_EQ(program.diags.has_errors(), !inference.holds);
    EXPECT_EQ(t.task().has_error, !inference.holds);
    return inference.holds ? "" : inference.reason;
  }

  static ir::StatPtr demanded(ir::StatPtr loop,
                              ast::AnnotationOption option = ast::AnnotationOption::index_launch) {
    loop->annotations.push_back({ast::AnnotationLevel::demand, option, loop->range});
    return loop;
  }
  static ir::StatPtr forbidden(ir::StatPtr loop) {
    loop->annotations.push_back(
        {ast::AnnotationLevel::forbid, ast::AnnotationOption::index_launch, loop->range});
    return loop;
  }
  const ir::IndexLaunchStat& launch() { return ir::as<ir::IndexLaunchStat>(*t.task().body.stats.back()); }

  ir::ExprPtr at(BinaryOp op, int constant) { return t.binary(op, t.use(i), t.number(constant)); }
  ir::ExprPtr color(ir::ExprPtr integer) { return t.cast(std::move(integer), program.types.index(1)); }

  Program program;
  const sema::Type* i32 = program.types.int32();
  TaskBuilder write{program, "write"}, read{program, "read"}, add{program, "add"}, value{program, "value"};
  TaskBuilder both_write{program, "both_write"}, write_and_read{program, "write_and_read"};
  TaskBuilder two_fields{program, "two_fields"}, plain{program, "plain"};
  TaskBuilder count{program, "count", i32};
  TaskBuilder t{program, "main"};
  ir::Local& r = t.region_param("r", Mode::read_write, {0, 1});
  ir::Local& p = t.partition_param("p", r);
  ir::Local& q = t.partition_param("q", r);
  ir::Local& aliased = t.partition_param("aliased", r, false);
  ir::Local& n = t.param("n", i32);
  ir::Local& i = t.local("i", i32);
};

TEST_F(IndexLaunches, ALoopOverADisjointPartition) {
  EXPECT_EQ(reason(write, t.subregion(p, color(t.use(i)))), "");
  EXPECT_EQ(shape(t.task()), "index-launch write");
  EXPECT_EQ(launch().projections, std::vector{Projection::identity});
  EXPECT_FALSE(launch().needs_dynamic_check);
  EXPECT_TRUE(launch().is_demanded);
}

TEST_F(IndexLaunches, AffineColoursAreInjective) {
  EXPECT_EQ(reason(write, t.subregion(p, color(at(BinaryOp::add, 3)))), "");
  EXPECT_EQ(launch().projections, std::vector{Projection::computed});
  EXPECT_FALSE(launch().needs_dynamic_check);
}

TEST_F(IndexLaunches, ColoursThatMayRepeatAreCheckedAtRunTime) {
  EXPECT_EQ(reason(write, t.subregion(p, color(at(BinaryOp::modulo, 3)))), "");
  EXPECT_TRUE(launch().needs_dynamic_check);
}

TEST_F(IndexLaunches, ColoursThatMayRepeatAreRefusedWithoutTheRunTimeCheck) {
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, color(at(BinaryOp::modulo, 3))));
  t.body(demanded(t.for_(i, t.block(t.call(write, std::move(args))))));
  sema::PassOptions options;
  options.index_launch_dynamic = false;
  EXPECT_EQ(reason_of_body(options), "argument 1 interferes with itself");
}

TEST_F(IndexLaunches, AFactorOfZeroIsNotInjective) {
  EXPECT_EQ(reason(write, t.subregion(p, color(at(BinaryOp::multiply, 0)))), "");
  EXPECT_TRUE(launch().needs_dynamic_check);
}

TEST_F(IndexLaunches, ANarrowingConversionIsNotInjective) {
  auto narrow = t.cast(t.cast(t.use(i), program.types.integer(8, true)), program.types.index(1));
  EXPECT_EQ(reason(write, t.subregion(p, std::move(narrow))), "");
  EXPECT_TRUE(launch().needs_dynamic_check);
}

TEST_F(IndexLaunches, AnInvariantRegionMayOnlyBeReadOrReduced) {
  EXPECT_EQ(reason(write, t.use(r)), "argument 1 interferes with itself");
}
TEST_F(IndexLaunches, AnInvariantRegionMayBeRead) {
  EXPECT_EQ(reason(read, t.use(r)), "");
  EXPECT_EQ(launch().projections, std::vector{Projection::invariant_region});
}
TEST_F(IndexLaunches, AnInvariantRegionMayBeReduced) {
  EXPECT_EQ(reason(add, t.use(r)), "");
}

TEST_F(IndexLaunches, AnAliasedPartitionMayNotBeWritten) {
  EXPECT_EQ(reason(write, t.subregion(aliased, color(t.use(i)))), "argument 1 interferes with itself");
}

TEST_F(IndexLaunches, ArgumentsOfDifferentPartitionsInterfere) {
  EXPECT_EQ(reason(write_and_read, t.subregion(p, color(t.use(i))), t.subregion(q, color(t.use(i)))),
            "argument 2 interferes with argument 1");
}
TEST_F(IndexLaunches, ArgumentsOfOnePartitionAreCheckedAtRunTime) {
  EXPECT_EQ(
      reason(write_and_read, t.subregion(p, color(t.use(i))), t.subregion(p, color(at(BinaryOp::add, 1)))),
      "");
  EXPECT_TRUE(launch().needs_dynamic_check);
}
TEST_F(IndexLaunches, DifferentFieldsDoNotInterfere) {
  EXPECT_EQ(reason(two_fields, t.subregion(p, color(t.use(i))), t.subregion(q, color(t.use(i)))), "");
  EXPECT_FALSE(launch().needs_dynamic_check);
}
TEST_F(IndexLaunches, DisjointParametersDoNotInterfere) {
  auto& s = t.region_param("s", Mode::read_write, {0, 1});
  auto& of_s = t.partition_param("of_s", s);
  t.disjoint(r, s);
  EXPECT_EQ(reason(both_write, t.subregion(p, color(t.use(i))), t.subregion(of_s, color(t.use(i)))), "");
}
TEST_F(IndexLaunches, ARegionInterferesWithItsSubregions) {
  EXPECT_EQ(reason(write_and_read, t.subregion(p, color(t.use(i))), t.use(r)),
            "argument 2 interferes with argument 1");
}

TEST_F(IndexLaunches, ValuesMayDependOnThePoint) {
  EXPECT_EQ(reason(value, at(BinaryOp::multiply, 7)), "");
  EXPECT_EQ(launch().projections, std::vector{Projection::value});
}
TEST_F(IndexLaunches, ConstantTimeLaunchesNeedInvariantValues) {
  std::vector<ir::ExprPtr> args;
  args.push_back(t.use(i));
  t.body(demanded(t.for_(i, t.block(t.call(value, std::move(args)))),
                  ast::AnnotationOption::constant_time_launch));
  EXPECT_EQ(reason_of_body(), "argument 1 is not provably projectable or invariant");
  EXPECT_EQ(program.diags.all().at(0).main.text,
            "constant time launch failed: argument 1 is not provably projectable or invariant");
}
TEST_F(IndexLaunches, ArgumentsMustNotReadRegions) {
  TaskBuilder takes_double(program, "takes_double");
  takes_double.param("d", program.types.floating(64));
  EXPECT_EQ(reason(takes_double, t.element(r, 0)), "argument 1 is not side-effect free");
}

TEST_F(IndexLaunches, AVariableForASubregionIsNotProjectable) {
  auto& s = t.subregion_local("s", p);
  t.body(demanded(t.for_(i, t.block(t.var(s, t.subregion(p, color(t.use(i)))), t.call(read, s)))));
  EXPECT_EQ(reason_of_body(), "argument 1 is not provably projectable or invariant");
}

TEST_F(IndexLaunches, VariablesOfTheBodyAreExpanded) {
  auto& twice = t.local("twice", i32);
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, color(t.use(twice))));
  t.body(
      demanded(t.for_(i, t.block(t.var(twice, at(BinaryOp::multiply, 2)), t.call(write, std::move(args))))));
  EXPECT_EQ(reason_of_body(), "");
  EXPECT_FALSE(launch().needs_dynamic_check);
  EXPECT_EQ(launch().preamble.size(), 1u);
}

TEST_F(IndexLaunches, AnEmptyBody) {
  t.body(demanded(t.for_(i, t.block())));
  EXPECT_EQ(reason_of_body(), "body is empty");
}
TEST_F(IndexLaunches, ABodyThatIsNoCall) {
  t.body(demanded(t.for_(i, t.block(t.write(r, 0)))));
  EXPECT_EQ(reason_of_body(), "body is not a function call");
}
TEST_F(IndexLaunches, ACallOfAFunction) {
  t.body(demanded(t.for_(i, t.block(t.expr(t.c_call("f", {}, program.types.unit()))))));
  EXPECT_EQ(reason_of_body(), "function is not a task");
}
TEST_F(IndexLaunches, AnotherStatementBeforeTheCall) {
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, color(t.use(i))));
  t.body(demanded(t.for_(i, t.block(t.if_(t.block()), t.call(write, std::move(args))))));
  EXPECT_EQ(reason_of_body(), "preamble statement is not a variable");
}
TEST_F(IndexLaunches, ALaunchBeforeTheCall) {
  auto& x = t.local("x", i32);
  std::vector<ir::ExprPtr> args;
  args.push_back(t.use(x));
  t.body(demanded(t.for_(i, t.block(t.var(x, t.task_call(count, {})), t.call(value, std::move(args))))));
  EXPECT_EQ(reason_of_body(), "preamble statement is not side-effect free");
}
TEST_F(IndexLaunches, AStride) {
  auto loop = t.for_(i, t.block(t.call(plain, std::vector<ir::ExprPtr>{})));
  ir::as<ir::ForNumStat>(*loop).step = t.number(2);
  t.body(demanded(std::move(loop)));
  EXPECT_EQ(reason_of_body(), "stride not equal to 1");
}

TEST_F(IndexLaunches, ResultsAreFolded) {
  auto& sum = t.local("sum", i32);
  t.body(t.var(sum, t.number(0)),
         demanded(t.for_(i, t.block(t.reduce(ir::ReductionOp::add, t.use(sum), t.task_call(count, {}))))));
  EXPECT_EQ(reason_of_body(), "");
  EXPECT_EQ(launch().reduction, ir::ReductionOp::add);
}
TEST_F(IndexLaunches, ResultsThatAreConvertedAreNotFolded) {
  auto& sum = t.local("sum", program.types.int64());
  t.body(t.var(sum, t.number(0, program.types.int64())),
         t.for_(i, t.block(t.reduce(ir::ReductionOp::add, t.use(sum),
                                    t.cast(t.task_call(count, {}), program.types.int64())))));
  EXPECT_EQ(run(), "var sum; for { var t = count; reduce  }");
  EXPECT_FALSE(program.diags.has_errors());
}
TEST_F(IndexLaunches, ResultsThatAreConvertedAreFoldedOnDemand) {
  auto& sum = t.local("sum", program.types.int64());
  t.body(t.var(sum, t.number(0, program.types.int64())),
         demanded(t.for_(i, t.block(t.reduce(ir::ReductionOp::add, t.use(sum),
                                             t.cast(t.task_call(count, {}), program.types.int64()))))));
  EXPECT_EQ(run(), "var sum; do { var t; index-launch count; reduce  }");
  EXPECT_FALSE(program.diags.has_errors());
}
TEST_F(IndexLaunches, ATargetThatThePointsReadStaysALoop) {
  TaskBuilder next(program, "next", i32);
  next.param("n", i32);
  auto& sum = t.local("sum", i32);
  std::vector<ir::ExprPtr> args;
  args.push_back(t.use(sum));
  t.body(t.var(sum, t.number(0)), demanded(t.for_(i, t.block(t.reduce(ir::ReductionOp::add, t.use(sum),
                                                                      t.task_call(next, std::move(args)))))));
  EXPECT_EQ(reason_of_body(), "argument 1 reads the reduction target");
}

TEST_F(IndexLaunches, LoopsOfFillsAreCheckedAndStay) {
  auto& s = t.subregion_local("", p);
  auto loop = t.for_(i, t.block(t.var(s, t.subregion(p, color(t.use(i)))), t.fill(s, 0)));
  t.body(demanded(std::move(loop)));
  EXPECT_EQ(run(), "for { var t; fill a temporary }");
  EXPECT_FALSE(program.diags.has_errors());
}
TEST_F(IndexLaunches, AFillOfOneSubregionInterferes) {
  auto& s = t.subregion_local("", p);
  t.body(demanded(t.for_(i, t.block(t.var(s, t.subregion(p, color(t.use(n)))), t.fill(s, 0)))));
  EXPECT_EQ(reason_of_body(), "fill target interferes with itself");
}
TEST_F(IndexLaunches, AFillValueMustNotDependOnThePoint) {
  auto& s = t.subregion_local("", p);
  auto fill = t.fill(s, 0);
  ir::as<ir::FillStat>(*fill).values[0] = t.cast(t.use(i), program.types.floating(64));
  t.body(demanded(t.for_(i, t.block(t.var(s, t.subregion(p, color(t.use(i)))), std::move(fill)))));
  EXPECT_EQ(reason_of_body(), "fill value is not provably invariant");
}
TEST_F(IndexLaunches, AFillHasNoVariables) {
  auto& s = t.subregion_local("s", p);
  t.body(demanded(t.for_(i, t.block(t.var(s, t.subregion(p, color(t.use(i)))), t.fill(s, 0)))));
  EXPECT_EQ(reason_of_body(), "fill must not have any preamble statement");
}

TEST_F(IndexLaunches, WithoutDemandAFailureIsSilent) {
  t.body(t.for_(i, t.block(t.call(write, r))));
  EXPECT_EQ(run(), "for { write }");
  EXPECT_FALSE(program.diags.has_errors());
  EXPECT_FALSE(t.task().inferences.at(0).holds);
}
TEST_F(IndexLaunches, OneColourForAllPointsStaysALoopUnlessDemanded) {
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, color(t.use(n))));
  t.body(t.for_(i, t.block(t.call(write, std::move(args)))));
  EXPECT_EQ(run(), "for { write }");
}
TEST_F(IndexLaunches, ForbiddenLoopsStay) {
  t.body(forbidden(t.for_(i, t.block(t.call(plain, std::vector<ir::ExprPtr>{})))));
  EXPECT_EQ(run(), "for { plain }");
}
TEST_F(IndexLaunches, ForbidAndConstantTimeConflict) {
  t.body(demanded(forbidden(t.for_(i, t.block(t.call(plain, std::vector<ir::ExprPtr>{})))),
                  ast::AnnotationOption::constant_time_launch));
  run();
  EXPECT_EQ(program.diags.all().at(0).main.text,
            "conflicting annotations: __constant_time_launch requires __index_launch");
}
TEST_F(IndexLaunches, LoopsInsideLoopsAreFound) {
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, color(t.use(i))));
  t.body(t.for_(t.block(t.for_(i, t.block(t.call(write, std::move(args)))))));
  EXPECT_EQ(run(), "for { index-launch write }");
}

// Loops over two dimensions: the rank of the factors decides.
class IndexLaunches2d : public IndexLaunches {
 protected:
  ir::ExprPtr x() { return t.field(t.use(c), 0, program.types.int64()); }
  ir::ExprPtr y() { return t.field(t.use(c), 1, program.types.int64()); }
  ir::ExprPtr pair(ir::ExprPtr a, ir::ExprPtr b) {
    std::vector<ir::ExprPtr> values;
    values.push_back(std::move(a));
    values.push_back(std::move(b));
    return t.ctor(program.types.index(2), std::move(values));
  }
  bool is_proved(ir::ExprPtr point) {
    std::vector<ir::ExprPtr> args;
    args.push_back(t.subregion(grid, std::move(point)));
    t.body(demanded(t.for_each(c, t.use(domain), t.block(t.call(write, std::move(args))))));
    EXPECT_EQ(reason_of_body(), "");
    return !launch().needs_dynamic_check;
  }

  ir::Local& grid = t.partition_param("grid", r, true, 2);
  ir::Local& domain = t.param("domain", program.types.new_ispace(program.types.index(2)));
  ir::Local& c = t.local("c", program.types.bounded(program.types.index(2), nullptr, {domain.symbol}));
};

TEST_F(IndexLaunches2d, Identity) {
  EXPECT_TRUE(is_proved(t.cast(t.use(c), program.types.index(2))));
  EXPECT_EQ(launch().projections, std::vector{Projection::identity});
}
TEST_F(IndexLaunches2d, Swapped) {
  EXPECT_TRUE(is_proved(pair(y(), x())));
}
TEST_F(IndexLaunches2d, Sheared) {
  EXPECT_TRUE(is_proved(pair(t.binary(BinaryOp::add, x(), y()), y())));
}
TEST_F(IndexLaunches2d, Shifted) {
  EXPECT_TRUE(
      is_proved(t.binary(BinaryOp::add, t.cast(t.use(c), program.types.index(2)),
                         pair(t.number(1, program.types.int64()), t.number(0, program.types.int64())))));
}
TEST_F(IndexLaunches2d, ASingularMatrixWithoutZerosIsNotInjective) {
  EXPECT_FALSE(is_proved(pair(t.binary(BinaryOp::add, x(), y()), t.binary(BinaryOp::add, x(), y()))));
}
TEST_F(IndexLaunches2d, OneComponentTwiceIsNotInjective) {
  EXPECT_FALSE(is_proved(pair(x(), x())));
}

}  // namespace
}  // namespace palatine::test
