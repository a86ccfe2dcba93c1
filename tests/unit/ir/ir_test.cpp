// Printing, verifying and copying of the IR.
#include "sema/ir/ir.h"

#include <gtest/gtest.h>

namespace palatine::ir {
namespace {

class IrTest : public testing::Test {
 protected:
  IrTest() {
    task_.name = "work";
    task_.result = types_.unit();
    task_.has_body = true;
    sum_ = task_.new_local("sum", types_.int32(), nullptr, {});
  }

  ExprPtr local(Local* variable) {
    auto node = std::make_unique<LocalExpr>();
    node->type = variable->type;
    node->local = variable;
    node->is_lvalue = true;
    return node;
  }
  ExprPtr number(int64_t value, const Type* type) {
    auto node = std::make_unique<ConstExpr>();
    node->type = type;
    node->integer = static_cast<uint64_t>(value);
    return node;
  }
  void var(Local* variable, ExprPtr value) {
    auto stat = std::make_unique<VarStat>();
    stat->local = variable;
    stat->value = std::move(value);
    task_.body.stats.push_back(std::move(stat));
  }
  void assign(ExprPtr target, ExprPtr value) {
    auto stat = std::make_unique<AssignStat>();
    stat->target = std::move(target);
    stat->value = std::move(value);
    task_.body.stats.push_back(std::move(stat));
  }

  sema::TypeTable types_;
  Task task_;
  Local* sum_;
};

TEST_F(IrTest, PrintsEachStatementOnItsLine) {
  var(sum_, number(0, types_.int32()));
  auto binary = std::make_unique<BinaryExpr>();
  binary->type = types_.int32();
  binary->op = ast::BinaryOp::add;
  binary->lhs = local(sum_);
  binary->rhs = number(-2, types_.int32());
  assign(local(sum_), std::move(binary));
  EXPECT_EQ(verify(task_), "");
  EXPECT_EQ(print(task_),
            "task work() : {}\n"
            "{\n"
            "  var sum : int32 = 0\n"
            "  sum = (sum + -2)\n"
            "}\n");
}

TEST_F(IrTest, VariablesOfOneNameAreToldApart) {
  Local* other = task_.new_local("sum", types_.int32(), nullptr, {});
  Local* temporary = task_.new_local("", types_.int32(), nullptr, {});
  var(sum_, number(1, types_.int32()));
  var(other, local(sum_));
  var(temporary, local(other));
  EXPECT_EQ(print(task_),
            "task work() : {}\n"
            "{\n"
            "  var sum#0 : int32 = 1\n"
            "  var sum#1 : int32 = sum#0\n"
            "  var %2 : int32 = sum#1\n"
            "}\n");
}

TEST_F(IrTest, VerifyFindsUsesBeforeDeclarations) {
  assign(local(sum_), number(1, types_.int32()));
  EXPECT_NE(verify(task_).find("used before its declaration"), std::string::npos);
}

TEST_F(IrTest, VerifyFindsMissingConversions) {
  var(sum_, number(1, types_.int64()));
  EXPECT_NE(verify(task_).find("a variable and its value"), std::string::npos);
}

TEST_F(IrTest, VerifyFindsBreakOutsideOfLoops) {
  task_.body.stats.push_back(std::make_unique<BreakStat>());
  EXPECT_NE(verify(task_).find("break outside of a loop"), std::string::npos);
}

TEST_F(IrTest, VerifyFindsVariablesOfOtherFunctions) {
  Task other;
  Local* foreign = other.new_local("x", types_.int32(), nullptr, {});
  var(sum_, local(foreign));
  EXPECT_NE(verify(task_).find("does not belong"), std::string::npos);
}

TEST_F(IrTest, CopiesAreEqualAndIndependent) {
  auto binary = std::make_unique<BinaryExpr>();
  binary->type = types_.int32();
  binary->op = ast::BinaryOp::multiply;
  binary->lhs = local(sum_);
  binary->rhs = number(3, types_.int32());
  ASSERT_TRUE(is_simple(*binary));
  ExprPtr copy = clone(*binary);
  static_cast<ConstExpr&>(*binary->rhs).integer = 4;
  var(sum_, number(0, types_.int32()));
  assign(local(sum_), std::move(copy));
  EXPECT_NE(print(task_).find("(sum * 3)"), std::string::npos);
}

TEST_F(IrTest, CallsAreNotSimple) {
  auto call = std::make_unique<TaskCallExpr>();
  call->type = types_.int32();
  call->callee = &task_;
  EXPECT_FALSE(is_simple(*call));
}

TEST_F(IrTest, LaterAnnotationsOverrideEarlierOnes) {
  using ast::AnnotationLevel;
  using ast::AnnotationOption;
  const std::vector<ast::Annotation> list = {{AnnotationLevel::demand, AnnotationOption::leaf, {}},
                                             {AnnotationLevel::forbid, AnnotationOption::leaf, {}}};
  EXPECT_TRUE(has_annotation(list, AnnotationLevel::forbid, AnnotationOption::leaf));
  EXPECT_FALSE(has_annotation(list, AnnotationLevel::demand, AnnotationOption::leaf));
}

}  // namespace
}  // namespace palatine::ir
