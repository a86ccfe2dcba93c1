#include <gtest/gtest.h>

#include "sema/passes/passes.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using ast::BinaryOp;

class Futures : public ::testing::Test {
 protected:
  Futures() { take.param("n", i32); }

  std::string run(const sema::PassOptions& options = {}) {
    EXPECT_EQ(ir::verify(t.task()), "");
    sema::futures(t.task(), options);
    EXPECT_EQ(ir::verify(t.task()), "") << ir::print(t.task());
    return shape(t.task());
  }
  ir::ExprPtr f() { return t.task_call(number, {}); }
  std::vector<ir::ExprPtr> args(ir::ExprPtr arg) {
    std::vector<ir::ExprPtr> list;
    list.push_back(std::move(arg));
    return list;
  }
  size_t waits() { return t.task().mapping_points.size(); }

  Program program;
  const sema::Type* i32 = program.types.int32();
  TaskBuilder number{program, "f", i32}, take{program, "take"};
  TaskBuilder t{program, "main"};
  ir::Local& x = t.local("x", i32);
  ir::Local& y = t.local("y", i32);
};

TEST_F(Futures, AResultThatIsPassedOnIsNotWaitedFor) {
  t.body(t.var(x, f()), t.call(take, args(t.use(x))));
  run();
  EXPECT_TRUE(x.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, ACopyOfAFutureIsOne) {
  t.body(t.var(x, f()), t.var(y, t.use(x)), t.call(take, args(t.use(y))));
  run();
  EXPECT_TRUE(y.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, AReadWaitsAndNamesTheTask) {
  y.is_address_taken = true;
  t.body(t.var(x, f()), t.var(y, t.binary(BinaryOp::add, t.use(x), t.number(1))));
  run();
  EXPECT_TRUE(x.is_future);
  EXPECT_FALSE(y.is_future);
  ASSERT_EQ(waits(), 1u);
  const ir::MappingPoint& point = t.task().mapping_points[0];
  EXPECT_EQ(point.reason, "the value of `x` is needed here");
  ASSERT_EQ(point.causes.size(), 1u);
  EXPECT_EQ(point.causes[0].what, "`f`");
}

TEST_F(Futures, WhatIsComputedFromAFutureIsOne) {
  t.body(t.var(x, f()), t.var(y, t.binary(BinaryOp::add, t.use(x), t.number(1))));
  run();
  EXPECT_TRUE(y.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, AConversionOfAFutureIsOne) {
  ir::Local& wide = t.local("wide", program.types.int64());
  t.body(t.var(wide, t.cast(t.use(x), program.types.int64())));
  t.task().body.stats.insert(t.task().body.stats.begin(), t.var(x, f()));
  run();
  EXPECT_TRUE(wide.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, AVariableMayHaveOtherValues) {
  t.body(t.var(x, t.number(0)), t.assign(t.use(x), f()));
  run();
  EXPECT_TRUE(x.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, AVariableOfResultsOnlyMayBeAssigned) {
  t.body(t.var(x, f()), t.for_(t.block(t.assign(t.use(x), f()))), t.call(take, args(t.use(x))));
  run();
  EXPECT_TRUE(x.is_future);
}

TEST_F(Futures, AVariableMayBeReducedInto) {
  t.body(t.var(x, t.number(1)), t.var(y, f()), t.reduce(ir::ReductionOp::add, t.use(x), t.use(y)));
  run();
  EXPECT_TRUE(x.is_future);
  EXPECT_EQ(waits(), 0u);
}

TEST_F(Futures, AVariableWithAnAddressIsPlain) {
  x.is_address_taken = true;
  t.body(t.var(x, f()));
  run();
  EXPECT_FALSE(x.is_future);
}

TEST_F(Futures, AVariableMayGetItsFirstValueLater) {
  t.body(t.var(x, nullptr), t.assign(t.use(x), f()));
  run();
  EXPECT_TRUE(x.is_future);
}

TEST_F(Futures, ALoopWithoutLaunchesWorksOnAPlainValue) {
  t.body(t.var(x, f()),
         t.for_(t.block(t.for_(t.block(t.var(y, t.binary(BinaryOp::add, t.use(x), t.use(x))))))));
  EXPECT_EQ(run(), "var x = f; var t; for { for { var y } }");
  const auto& read = ir::as<ir::VarStat>(*t.task().body.stats[1]);
  EXPECT_FALSE(read.local->is_future);
  EXPECT_EQ(waits(), 1u);
}

TEST_F(Futures, ALoopWithLaunchesWaitsWhereTheValueIsNeeded) {
  t.body(t.var(x, f()), t.for_(t.block(t.call(take, args(t.use(x))),
                                       t.var(y, t.binary(BinaryOp::add, t.use(x), t.use(x))))));
  EXPECT_EQ(run(), "var x = f; for { take; var y }");
}

TEST_F(Futures, SwitchedOff) {
  t.body(t.var(x, f()), t.call(take, args(t.use(x))));
  sema::PassOptions options;
  options.futures = false;
  run(options);
  EXPECT_FALSE(x.is_future);
  EXPECT_EQ(waits(), 1u);
}

}  // namespace
}  // namespace palatine::test
