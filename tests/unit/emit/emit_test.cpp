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
  EXPECT_THAT(text, HasSubstr("const api::Accessor<const double, 1> x_value{context.mapped(x, 0)};"));
  EXPECT_THAT(text, HasSubstr("const api::Accessor<double, 1> y_value{context.mapped(y, 0, 1)};"));
  EXPECT_THAT(text, HasSubstr("for (int64_t i = i_from; i < i_to; ++i) {"));
  EXPECT_THAT(text, HasSubstr("y_value[i] += alpha * x_value[i];"));
}

TEST(Emit, LoopsFetchTheirArraysAhead) {
  Builder b;
  make_daxpy(b);
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("const api::Ahead ahead(box, sizeof(double) + sizeof(double));"));
  EXPECT_THAT(
      text,
      HasSubstr("for (int64_t i_from = box.lo, i_end = box.hi + 1, i_to; i_from < i_end; i_from = i_to) {"));
  EXPECT_THAT(text, HasSubstr("i_to = ahead.step_end(i_from);"));
  EXPECT_THAT(text, HasSubstr("ahead.fetch(x_value, i_from);"));
  EXPECT_THAT(text, HasSubstr("ahead.fetch(y_value, i_from);"));
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

// A task that launches another 60 times, each time with an argument of so many additions.
std::string text_of_launches(int additions) {
  Builder b;
  const sema::Type* int32 = b.types.int32();
  ir::Task& callee = b.task("f");
  b.param(callee, "x", int32);
  ir::Task& outer = b.task("outer");
  for (int k = 0; k < 60; ++k) {
    ir::ExprPtr sum = b.integer(k);
    for (int n = 0; n < additions; ++n) sum = b.binary(ast::BinaryOp::add, std::move(sum), b.integer(n));
    b.add(outer.body, b.expr(b.call(callee, std::move(sum))));
  }
  return text_of(b);
}

TEST(Emit, OnlyLargeTasksThatLaunchAreNotOptimized) {
  EXPECT_THAT(text_of_launches(100), HasSubstr("optnone"));
  EXPECT_THAT(text_of_launches(10), Not(HasSubstr("optnone")));
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
  EXPECT_THAT(
      text,
      HasSubstr(
          "api::map(context, {test_rg, 1}, api::MapDesc{r, r_fields, 1, api::Privilege::read_write});"));
  EXPECT_THAT(text, HasSubstr("r_value = api::Accessor<int32_t, 1>{context.mapped(r, 0)};"));
}

TEST(Emit, BoundsAreCheckedOnRequest) {
  Builder b;
  make_daxpy(b);
  for (ir::Task* task : b.program.tasks) task->checks_bounds = true;
  EXPECT_THAT(
      text_of(b),
      HasSubstr("y_value[api::in_bounds<1>(i, y_bounds, \"pointer int1d(double, $y) is out-of-bounds\""));
}

TEST(Emit, BreakLeavesAllLoopsOverADomain) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* box = b.param(task, "box", b.types.rect(2));
  ir::Local* p = b.local(task, "p", b.types.index(2));
  auto loop = b.for_list(p, b.use(box));
  b.add(loop->body, b.stat<ir::BreakStat>());
  b.add(task.body, std::move(loop));
  const std::string text = text_of(b);
  EXPECT_THAT(text, ContainsRegex("for \\(int64_t p_y = [^\n]*\n(#line [0-9]+\n)? *for \\(int64_t p_x = "));
  EXPECT_THAT(text, HasSubstr("const api::Point<2> p{{p_x, p_y}};"));
  EXPECT_THAT(text, HasSubstr("goto loop_end;"));
  EXPECT_THAT(text, HasSubstr("loop_end:;"));
}

TEST(Emit, ConditionsWithCallsRunBeforeEachTest) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* go_on = b.local(task, "", b.types.boolean());
  auto loop = b.stat<ir::WhileStat>();
  b.add(loop->condition_block, b.var(go_on, b.boolean(false)));
  loop->condition = b.use(go_on);
  b.add(loop->body, b.stat<ir::BreakStat>());
  b.add(task.body, std::move(loop));
  const std::string text = text_of(b);
  EXPECT_THAT(text, ContainsRegex("for \\(;;\\) \\{\n(#line [0-9]+\n)? *bool temp = false;"));
  EXPECT_THAT(text, HasSubstr("if (!temp) break;"));
}

TEST(Emit, IndexLaunchFoldsResults) {
  Builder b;
  const sema::Type* int64 = b.types.int64();
  ir::Task& callee = b.task("f", int64);
  b.param(callee, "x", int64);
  b.add(callee.body, b.give_back(b.integer(1, int64)));
  ir::Task& main = b.task("main");
  ir::Local* sum = b.local(main, "sum", int64);
  b.add(main.body, b.var(sum, b.integer(0, int64)));
  auto launch = b.stat<ir::IndexLaunchStat>();
  launch->variable = b.local(main, "i", int64);
  launch->first = b.integer(0, int64);
  launch->limit = b.integer(4, int64);
  launch->call = b.call(callee, b.use(launch->variable));
  launch->projections = {ir::IndexLaunchStat::Projection::value};
  launch->reduction = ast::ReductionOp::max;
  launch->reduction_target = b.use(sum);
  b.add(main.body, std::move(launch));
  const std::string text = text_of(b);
  EXPECT_THAT(text,
              HasSubstr("*static_cast<int64_t*>(target) = api::max_of(*static_cast<int64_t*>(target), "));
  EXPECT_THAT(text, HasSubstr("*static_cast<task_f_args*>(launcher.point_args()) = task_f_args{i};"));
  EXPECT_THAT(text, HasSubstr("sum = api::fold<int64_t>(context, launcher, sum);"));
}

TEST(Emit, MembersOfCStructsKeepTheirCTypes) {
  Builder b;
  auto header = std::make_shared<cimport::Header>();
  header->source_text =
      "enum color { RED };\nstruct paint { enum color color; const char* name; int rgb[3]; };\n"
      "int mix(struct paint p, enum color c);\n";
  header->functions["mix"].name = "mix";
  auto type = std::make_shared<cimport::CType>();
  type->kind = cimport::CType::Kind::function;
  auto record = std::make_shared<cimport::CType>();
  record->kind = cimport::CType::Kind::record;
  auto enumeration = std::make_shared<cimport::CType>();
  enumeration->kind = cimport::CType::Kind::enumeration;
  type->params = {record, enumeration};
  header->functions["mix"].type = type;
  header->records["paint"].spelling = "struct paint";
  b.program.headers.push_back(header);

  const sema::Type* int32 = b.types.int32();
  const sema::Type* rgb = b.types.array(int32, 3);
  sema::StructType* paint = b.types.new_struct(sema::StructOrigin::c, "paint");
  paint->c_spelling = "struct paint";
  paint->fields = {{"color", int32, {}}, {"name", b.types.rawstring(), {}}, {"rgb", rgb, {}}};
  ir::Task& task = b.task("f");
  ir::Local* p = b.local(task, "mix", paint);
  b.add(task.body, b.var(p, b.ctor(paint, b.integer(0), b.string("a\"b"),
                                   b.ctor(rgb, b.integer(1), b.integer(2), b.integer(3)))));
  b.add(task.body, b.assign(b.field(b.use(p), 0, int32), b.integer(0)));
  b.add(task.body, b.assign(b.element(b.field(b.use(p), 2, rgb), b.integer(1), int32), b.integer(9)));
  b.add(task.body, b.expr(b.c_call(*header, "mix", int32, b.use(p), b.integer(0))));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("mix_2.color = (decltype(mix_2.color))(0);"));
  EXPECT_THAT(text, HasSubstr("reinterpret_cast<api::Array<int32_t, 3>&>(mix_2.rgb).e[1] = 9;"));
  EXPECT_THAT(text, HasSubstr("  mix(mix_2, api::AnyEnum{0});"));
}

TEST(Emit, ConstantsKeepTheirValues) {
  Builder b;
  ir::Task& task = b.task("f");
  const auto add = [&](const std::string& name, ir::ExprPtr value) {
    ir::Local* local = b.local(task, name, value->type);
    b.add(task.body, b.var(local, std::move(value)));
  };
  add("a", b.integer(INT64_MIN, b.types.int64()));
  add("b", b.integer(-1, b.types.integer(64, false)));
  add("c", b.integer(-5, b.types.integer(8, true)));
  add("d", b.real(0.1));
  add("e", b.real(1e300));
  add("f", b.real(0.1f, b.types.floating(32)));
  add("g", b.real(3));
  add("h", b.unary(ast::UnaryOp::negate, b.integer(-5)));
  add("s", b.string("tab\t\"quote\" \xff"
                    "1"));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("int64_t a = (-9223372036854775807L - 1);"));
  EXPECT_THAT(text, HasSubstr("uint64_t b = 18446744073709551615UL;"));
  EXPECT_THAT(text, HasSubstr("char c = char(-5);"));
  EXPECT_THAT(text, HasSubstr("double d = 0.1;"));
  EXPECT_THAT(text, HasSubstr("double e = 1e+300;"));
  EXPECT_THAT(text, HasSubstr("float f = 0.1f;"));
  EXPECT_THAT(text, HasSubstr("double g = 3.0;"));
  EXPECT_THAT(text, HasSubstr("int32_t h = -(-5);"));
  EXPECT_THAT(text, HasSubstr("char* s = (char*)\"tab\\t\\\"quote\\\" \\3771\";"));
}

TEST(Emit, ParenthesesKeepTheTree) {
  Builder b;
  ir::Task& task = b.task("f");
  ir::Local* x = b.param(task, "x", b.types.int32());
  using ast::BinaryOp;
  const auto sum = [&] { return b.binary(BinaryOp::add, b.use(x), b.integer(1)); };
  const auto add = [&](ir::ExprPtr value) {
    b.add(task.body, b.var(b.local(task, "v", value->type), std::move(value)));
  };
  add(b.binary(BinaryOp::multiply, sum(), b.use(x)));
  add(b.binary(BinaryOp::subtract, b.use(x), sum()));
  add(b.binary(BinaryOp::subtract, sum(), b.use(x)));
  add(b.binary(BinaryOp::shift_left, b.use(x), sum()));
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("= (x + 1) * x;"));
  EXPECT_THAT(text, HasSubstr("= x - (x + 1);"));
  EXPECT_THAT(text, HasSubstr("= x + 1 - x;"));
  EXPECT_THAT(text, HasSubstr("= x << (x + 1);"));
}

}  // namespace
}  // namespace palatine::codegen
