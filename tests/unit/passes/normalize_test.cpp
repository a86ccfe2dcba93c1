#include <gtest/gtest.h>

#include "sema/passes/passes.h"
#include "sema/passes/walk.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;
using ast::BinaryOp;

class Normalize : public ::testing::Test {
 protected:
  Normalize() { touch.region_param("r", Mode::read_write, {0}); }

  std::string run() {
    EXPECT_EQ(ir::verify(t.task()), "");
    sema::normalize(t.task(), program.types);
    EXPECT_EQ(ir::verify(t.task()), "") << ir::print(t.task());
    return shape(t.task());
  }
  ir::ExprPtr f() { return t.task_call(number, {}); }
  ir::ExprPtr truth() { return t.task_call(flag, {}); }

  Program program;
  const sema::Type* f64 = program.types.floating(64);
  TaskBuilder touch{program, "touch"}, number{program, "f", f64}, flag{program, "g", program.types.boolean()};
  TaskBuilder t{program, "main"};
  ir::Local& r = t.region_param("r", Mode::read_write, {0, 1});
  ir::Local& x = t.local("x", f64);
};

TEST_F(Normalize, AnInitialiserStays) {
  t.body(t.var(x, f()));
  EXPECT_EQ(run(), "var x = f");
}

TEST_F(Normalize, ACallRunsBeforePlainReads) {
  t.body(t.var(x, t.binary(BinaryOp::add, t.element(r, 0), f())));
  EXPECT_EQ(run(), "var t = f; var x = read r.x");
}

TEST_F(Normalize, CallsRunFromLeftToRight) {
  auto& y = t.local("y", f64);
  auto second = t.c_call("second", {}, f64);
  t.body(t.var(x, t.number(0, f64)),
         t.var(y, t.binary(BinaryOp::add, f(), t.binary(BinaryOp::add, t.use(x), f()))));
  EXPECT_EQ(run(), "var x; var t = f; var t = f; var y");
}

TEST_F(Normalize, AnAssignedCallStaysForAPlainVariable) {
  t.body(t.var(x, t.number(0, f64)), t.assign(t.use(x), f()));
  EXPECT_EQ(run(), "var x; assign = f");
}

TEST_F(Normalize, ACallRunsBeforeItsTargetIsLookedUp) {
  t.body(t.assign(t.element(r, 0), f()));
  EXPECT_EQ(run(), "var t = f; write r.x");
}

TEST_F(Normalize, AReductionReadsItsTargetAfterTheCall) {
  t.body(t.var(x, t.number(0, f64)), t.reduce(ir::ReductionOp::add, t.use(x), f()));
  EXPECT_EQ(run(), "var x; var t = f; reduce ");
}

TEST_F(Normalize, SubregionsStayInArguments) {
  auto& p = t.partition_param("p", r);
  std::vector<ir::ExprPtr> args;
  args.push_back(t.subregion(p, t.c_call("color", {}, program.types.index(1))));
  t.body(t.call(touch, std::move(args)));
  EXPECT_EQ(run(), "var t; touch");
  const auto& call = ir::as<ir::TaskCallExpr>(*ir::as<ir::ExprStat>(*t.task().body.stats[1]).expr);
  EXPECT_EQ(call.args[0]->kind, ir::ExprKind::Subregion);
}

TEST_F(Normalize, TheRightSideOfAndRunsOnlyWhenNeeded) {
  auto& b = t.local("b", program.types.boolean());
  t.body(t.var(b, t.binary(BinaryOp::logical_and, truth(), truth())));
  EXPECT_EQ(run(), "var t = g; if { assign = g }; var b");
}

TEST_F(Normalize, OrTestsTheOpposite) {
  auto& b = t.local("b", program.types.boolean());
  t.body(t.var(b, t.binary(BinaryOp::logical_or, truth(), truth())));
  EXPECT_EQ(run(), "var t = g; if { assign = g }; var b");
  const auto& branch = ir::as<ir::IfStat>(*t.task().body.stats[1]);
  EXPECT_EQ(branch.condition->kind, ir::ExprKind::Unary);
}

TEST_F(Normalize, AndWithoutCallsStays) {
  auto& a = t.local("a", program.types.boolean());
  auto& b = t.local("b", program.types.boolean());
  t.body(t.var(a, truth()), t.var(b, t.binary(BinaryOp::logical_and, t.use(a), t.use(a))));
  EXPECT_EQ(run(), "var a = g; var b");
}

TEST_F(Normalize, AConditionRunsBeforeEachTest) {
  t.body(t.while_(truth(), t.block(t.call(touch, r))));
  EXPECT_EQ(run(), "while (var t = g) { touch }");
}

TEST_F(Normalize, AnUntilRunsAfterEachIteration) {
  t.body(t.repeat_(t.block(t.call(touch, r)), truth()));
  EXPECT_EQ(run(), "repeat { touch } until (var t = g)");
}

TEST_F(Normalize, AnInnerConditionRunsOnItsOwnPath) {
  t.body(t.if_(truth(), t.block(t.if_(truth(), t.block(t.call(touch, r))))));
  EXPECT_EQ(run(), "var t = g; if { var t = g; if { touch } }");
}

TEST_F(Normalize, ANestedCreationGetsAVariable) {
  auto& s = t.region("s");
  t.body(t.make_region(s));
  EXPECT_EQ(run(), "var t; var s");
}

}  // namespace
}  // namespace palatine::test
