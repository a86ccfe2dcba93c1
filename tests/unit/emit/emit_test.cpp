// What the emitter writes for small pieces of IR; that the result compiles and runs is the run tests' part.
#include "codegen/emit/emit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/ir_builder.h"

namespace palatine::codegen {
namespace {

using test::Builder;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const Builder& b, const EmitOptions& options = {}) {
  return emit(b.program, b.sources, options).at(0).text;
}

// for i in r do y[i] += alpha * x[i] end
ir::Task& make_daxpy(Builder& b) {
  const sema::Type* real = b.types.floating(64);
  b.line = 3;
  ir::Task& task = b.task("daxpy");
  task.is_leaf = true;
  ir::Local* alpha = b.param(task, "alpha", real);
  ir::Local* x = b.region_param(task, "x", real, 1);
  ir::Local* y = b.region_param(task, "y", real, 1);
  b.require(task, 1, ir::Requirement::Mode::read, {0});
  b.require(task, 2, ir::Requirement::Mode::read_write, {0});
  b.line = 5;
  ir::Local* i = b.local(task, "i", b.types.index(1));
  auto loop = b.for_list(i, b.use(x));
  b.line = 6;
  b.add(loop->body, b.reduce(ast::ReductionOp::add, b.access(y, b.use(i)),
                             b.binary(ast::BinaryOp::multiply, b.use(alpha), b.access(x, b.use(i)))));
  b.add(task.body, std::move(loop));
  b.line = 8;
  task.body_end = b.range();
  return task;
}

TEST(Emit, LeafTaskUsesAccessorsInPlainLoop) {
  Builder b;
  make_daxpy(b);
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("const api::Accessor<const double, 1> x_value{context.field(x, 0)};"));
  EXPECT_THAT(text, HasSubstr("const api::Accessor<double, 1> y_value{context.field(y, 0)};"));
  EXPECT_THAT(text, HasSubstr("for (int64_t i = box.lo, i_end = box.hi + 1; i < i_end; ++i) {"));
  EXPECT_THAT(text, HasSubstr("y_value[i] += alpha * x_value[i];"));
}

TEST(Emit, LinesBelongToTheSource) {
  Builder b;
  make_daxpy(b);
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("#line 3 \"test.rg\"\nstatic void task_daxpy("));
  EXPECT_THAT(text, ContainsRegex("#line 8\n}"));
  EXPECT_THAT(text_of(b, {.line_directives = false}), Not(HasSubstr("#line 3")));
}

TEST(Emit, IsDeterministic) {
  Builder a, b;
  make_daxpy(a);
  make_daxpy(b);
  EXPECT_EQ(text_of(a), text_of(b));
}

TEST(Emit, DescriptorsListRequirements) {
  Builder b;
  make_daxpy(b);
  const std::string text = text_of(b);
  EXPECT_THAT(text,
              HasSubstr("{1, api::Privilege::read, api::ReductionOp::add, task_daxpy_desc_fields_0, 1},"));
  EXPECT_THAT(
      text,
      HasSubstr("{2, api::Privilege::read_write, api::ReductionOp::add, task_daxpy_desc_fields_1, 1},"));
  EXPECT_THAT(text, HasSubstr(".is_leaf = true,"));
}

TEST(Emit, NamesThatClashGetASuffix) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* keyword = b.local(task, "register", b.types.int32());
  ir::Local* again = b.local(task, "register", b.types.int32());
  b.add(task.body, b.var(keyword, b.integer(1)));
  b.add(task.body, b.var(again, b.use(keyword)));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("int32_t register_2 = 1;"));
  EXPECT_THAT(text, HasSubstr("int32_t register_3 = register_2;"));
}

TEST(Emit, SiblingLoopsKeepTheName) {
  Builder b;
  ir::Task& task = b.task("f");
  for (int k = 0; k < 2; ++k) {
    ir::Local* i = b.local(task, "i", b.types.int32());
    b.add(task.body, b.for_num(i, b.integer(0), b.integer(10)));
  }
  const std::string text = text_of(b);
  EXPECT_THAT(text, Not(HasSubstr("i_2")));
}

TEST(Emit, NarrowIntegersAreCutBack) {
  Builder b;
  ir::Task& task = b.task("f", b.types.integer(8, false));
  ir::Local* x = b.param(task, "x", b.types.integer(8, false));
  b.add(task.body, b.give_back(b.binary(ast::BinaryOp::add, b.use(x), b.use(x))));
  EXPECT_THAT(text_of(b), HasSubstr("return uint8_t(x + x);"));
}

TEST(Emit, StepSignDecidesTheTest) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* s = b.param(task, "s", b.types.int32());
  ir::Local* down = b.local(task, "i", b.types.int32());
  ir::Local* unknown = b.local(task, "j", b.types.int32());
  b.add(task.body, b.for_num(down, b.integer(10), b.integer(0), b.unary(ast::UnaryOp::negate, b.integer(1))));
  b.add(task.body, b.for_num(unknown, b.integer(10), b.integer(0), b.use(s)));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("; i > i_end; i += i_step)"));
  EXPECT_THAT(text, HasSubstr("; j_step > 0 ? j < j_end : j > j_end; j += j_step)"));
}

TEST(Emit, WholeElementsAreStoredLeafByLeaf) {
  Builder b;
  sema::StructType* vec = b.types.new_struct(sema::StructOrigin::fspace, "vec");
  vec->fields = {{"x", b.types.floating(64), {}}, {"y", b.types.int32(), {}}};
  ir::Task& task = b.task("f");
  ir::Local* r = b.region_param(task, "r", vec, 1);
  ir::Local* i = b.param(task, "i", b.types.index(1));
  ir::Local* v = b.local(task, "v", vec);
  b.add(task.body, b.var(v, b.access(r, b.use(i))));
  b.add(task.body, b.assign(b.access(r, b.use(i)), b.use(v)));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("struct vec {\n  double x;\n  int32_t y;\n};"));
  EXPECT_THAT(
      text,
      HasSubstr(
          "vec v = [&, at = i] { vec loaded; loaded.x = r_x[at]; loaded.y = r_y[at]; return loaded; }();"));
  EXPECT_THAT(text, HasSubstr("[&, at = i](vec stored) { r_x[at] = stored.x; r_y[at] = stored.y; }(v);"));
}

TEST(Emit, FuturesArePassedOnAndForcedWhereValuesAreNeeded) {
  Builder b;
  const sema::Type* int32 = b.types.int32();
  ir::Task& callee = b.task("f", int32);
  b.param(callee, "x", int32);
  b.add(callee.body, b.give_back(b.integer(1)));
  ir::Task& main = b.task("main");
  ir::Local* a = b.local(main, "a", int32);
  a->is_future = true;
  ir::Local* c = b.local(main, "c", int32);
  b.add(main.body, b.var(a, b.call(callee, b.integer(1))));
  b.add(main.body, b.expr(b.call(callee, b.use(a))));
  b.add(main.body, b.var(c, b.use(a)));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("api::Future a = api::launch(context, launch_of_f, task_f_args{1});"));
  EXPECT_THAT(text,
              HasSubstr("api::launch(context, launch_of_f_2, task_f_args{{}}, api::FutureArg{0, &a});"));
  EXPECT_THAT(text, HasSubstr("int32_t c = a.get<int32_t>(context);"));
}

TEST(Emit, MissingReturnIsAnErrorAtRunTime) {
  Builder b;
  b.line = 4;
  b.task("f", b.types.int32());
  EXPECT_THAT(text_of(b),
              HasSubstr("api::runtime_error(\"missing return statement in task that is expected to return "
                        "int32\", {test_rg, 4});"));
}

TEST(Emit, MapSetsAccessors) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* r = b.local(task, "r", b.region_type(b.types.int32(), 1));
  ir::Local* is = b.param(task, "is", b.types.new_ispace(b.types.index(1)));
  auto created = b.make<ir::NewRegionExpr>(r->type);
  created->ispace = b.use(is);
  b.add(task.body, b.var(r, std::move(created)));
  auto map = b.stat<ir::MapStat>();
  map->fields = {{r, 0}};
  map->write = true;
  b.add(task.body, std::move(map));
  b.add(task.body, b.assign(b.access(r, b.integer(0, b.types.index(1))), b.integer(7)));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("context.create_region(is, fields_of_int32, {\"r\", {test_rg, 1}});"));
  EXPECT_THAT(text, HasSubstr("api::Accessor<int32_t, 1> r_value;"));
  EXPECT_THAT(text, HasSubstr("{r, r_fields, 1, api::Privilege::read_write}"));
  EXPECT_THAT(text, HasSubstr("r_value = api::Accessor<int32_t, 1>{context.field(r, 0)};"));
}

TEST(Emit, BoundsAreCheckedOnRequest) {
  Builder b;
  make_daxpy(b);
  EXPECT_THAT(
      text_of(b, {.bounds_checks = true}),
      HasSubstr("y_value[api::in_bounds<1>(i, y_bounds, \"pointer int1d(double, $y) is out-of-bounds\""));
}

}  // namespace
}  // namespace palatine::codegen
