#include "unit/passes/task_builder.h"

#include <fmt/format.h>

#include "sema/infer/describe.h"
#include "sema/passes/walk.h"

namespace palatine::test {

using sema::as;

Program::Program() {
  std::string text;
  for (int i = 1; i <= 400; ++i) text += fmt::format("line {:03}\n", i);
  file = sources.add("test.rg", text);
  auto* structure = types.new_struct(sema::StructOrigin::fspace, "point");
  structure->fields = {{"x", types.floating(64), {}}, {"y", types.floating(64), {}}};
  point = structure;
}

SourceRange Program::new_line() {
  uint32_t begin = next_line++ * 9;
  return {file, begin, begin + 4};
}

TaskBuilder::TaskBuilder(Program& program, std::string name, const sema::Type* result) : program_(program) {
  task_.name = std::move(name);
  task_.id = program.next_task++;
  task_.range = program.new_line();
  task_.body_end = task_.range;
  task_.result = result ? result : program.types.unit();
  task_.has_body = true;
  header_ = std::make_shared<cimport::Header>();
}

template <typename T>
std::unique_ptr<T> TaskBuilder::stat() {
  auto result = std::make_unique<T>();
  result->range = program_.new_line();
  return result;
}

template <typename T>
std::unique_ptr<T> TaskBuilder::node(const sema::Type* type) {
  auto result = std::make_unique<T>();
  result->type = type;
  // The line of the statement that is made next, of which this will be a part.
  result->range = program_.new_line();
  --program_.next_line;
  return result;
}

sema::Symbol* TaskBuilder::symbol(const std::string& name, const sema::Type* type) {
  return program_.types.new_symbol(name, type, program_.new_line());
}

// ---- variables

ir::Local& TaskBuilder::local(const std::string& name, const sema::Type* type) {
  sema::Symbol* variable = symbol(name, type);
  return *task_.new_local(name, type, variable, variable->range);
}

ir::Local& TaskBuilder::param(const std::string& name, const sema::Type* type) {
  ir::Local& result = local(name, type);
  result.is_param = true;
  task_.params.push_back(&result);
  return result;
}

ir::Local& TaskBuilder::region(const std::string& name, const sema::Type* element) {
  auto* ispace = symbol("", program_.types.new_ispace(program_.types.index(1)));
  return local(name, program_.types.new_region(ispace, element ? element : program_.point));
}

ir::Local& TaskBuilder::region_of(const std::string& name, const ir::Local& same_type) {
  return local(name, same_type.type);
}

ir::Local& TaskBuilder::subregion_local(const std::string& name, const ir::Local& partition) {
  const sema::Symbol* parent = as<sema::PartitionType>(partition.type).parent;
  const auto& region = as<sema::RegionType>(parent->type);
  return local(name, program_.types.new_region(region.ispace, region.fspace));
}

ir::Local& TaskBuilder::region_param(const std::string& name, Mode mode, std::vector<int> leaves,
                                     const sema::Type* element) {
  ir::Local& result = region(name, element);
  result.is_param = true;
  task_.params.push_back(&result);
  privilege(result, mode, std::move(leaves));
  return result;
}

ir::Local& TaskBuilder::partition_param(const std::string& name, const ir::Local& parent, bool disjoint,
                                        int color_dim) {
  auto* colors = symbol("", program_.types.new_ispace(program_.types.index(color_dim)));
  return param(name, program_.types.new_partition(disjoint, parent.symbol, colors));
}

void TaskBuilder::privilege(const ir::Local& region, Mode mode, std::vector<int> leaves, ir::ReductionOp op) {
  ir::Requirement requirement;
  for (size_t i = 0; i < task_.params.size(); ++i) {
    if (task_.params[i] == &region) requirement.param = static_cast<int>(i);
  }
  requirement.mode = mode;
  requirement.op = op;
  requirement.leaves = std::move(leaves);
  task_.requirements.push_back(std::move(requirement));
}

void TaskBuilder::disjoint(const ir::Local& a, const ir::Local& b) {
  task_.constraints.push_back({ir::Constraint::Kind::disjoint, a.symbol, b.symbol, {}});
}

// ---- expressions

ir::ExprPtr TaskBuilder::use(ir::Local& local) {
  return sema::make_local_expr(local, {program_.file, program_.next_line * 9, program_.next_line * 9 + 4});
}

ir::ExprPtr TaskBuilder::number(int64_t value, const sema::Type* type) {
  auto result = node<ir::ConstExpr>(type ? type : program_.types.int32());
  result->integer = static_cast<uint64_t>(value);
  if (result->type->kind == sema::TypeKind::floating) result->floating = static_cast<double>(value);
  return result;
}

ir::ExprPtr TaskBuilder::binary(ast::BinaryOp op, ir::ExprPtr a, ir::ExprPtr b) {
  bool is_comparison = op == ast::BinaryOp::less || op == ast::BinaryOp::equal;
  auto result = node<ir::BinaryExpr>(is_comparison ? program_.types.boolean() : a->type);
  result->op = op;
  result->lhs = std::move(a);
  result->rhs = std::move(b);
  return result;
}

ir::ExprPtr TaskBuilder::cast(ir::ExprPtr value, const sema::Type* type) {
  auto result = node<ir::CastExpr>(type);
  result->operand = std::move(value);
  return result;
}

ir::ExprPtr TaskBuilder::ctor(const sema::Type* type, std::vector<ir::ExprPtr> values) {
  auto result = node<ir::CtorExpr>(type);
  result->values = std::move(values);
  return result;
}

ir::ExprPtr TaskBuilder::field(ir::ExprPtr object, int field, const sema::Type* type) {
  auto result = node<ir::FieldExpr>(type);
  result->object = std::move(object);
  result->field = field;
  return result;
}

ir::ExprPtr TaskBuilder::element(ir::Local& region, int leaf) {
  auto leaves = sema::flatten_fields(as<sema::RegionType>(region.type).fspace);
  auto result = node<ir::RegionAccessExpr>(leaves.at(leaf).type);
  result->regions = {&region};
  result->path = leaves.at(leaf).path;
  result->leaves = {leaf};
  result->is_lvalue = true;
  result->index = number(0, program_.types.index(1));
  return result;
}

ir::ExprPtr TaskBuilder::subregion(ir::Local& partition, ir::ExprPtr color) {
  const sema::Symbol* parent = as<sema::PartitionType>(partition.type).parent;
  const auto& region = as<sema::RegionType>(parent->type);
  auto result = node<ir::SubregionExpr>(program_.types.new_region(region.ispace, region.fspace));
  result->partition = use(partition);
  result->color = std::move(color);
  return result;
}

ir::ExprPtr TaskBuilder::task_call(TaskBuilder& callee, std::vector<ir::ExprPtr> args) {
  auto result = node<ir::TaskCallExpr>(callee.task_.result);
  result->callee = &callee.task_;
  result->args = std::move(args);
  return result;
}

ir::ExprPtr TaskBuilder::c_call(const std::string& name, std::vector<ir::ExprPtr> args,
                                const sema::Type* result_type) {
  auto result = node<ir::CCallExpr>(result_type);
  result->header = header_.get();
  result->function = name;
  result->args = std::move(args);
  return result;
}

ir::ExprPtr TaskBuilder::condition() {
  return number(1, program_.types.boolean());
}

// ---- statements

ir::StatPtr TaskBuilder::var(ir::Local& local, ir::ExprPtr value) {
  auto result = stat<ir::VarStat>();
  result->local = &local;
  if (value && sema::is_handle(local.type)) value->type = local.type;
  result->value = std::move(value);
  return result;
}

ir::StatPtr TaskBuilder::make_region(ir::Local& region) {
  auto ispace = node<ir::NewIspaceExpr>(as<sema::RegionType>(region.type).ispace->type);
  ispace->extent = number(10, program_.types.index(1));
  auto value = node<ir::NewRegionExpr>(region.type);
  value->ispace = std::move(ispace);
  return var(region, std::move(value));
}

ir::StatPtr TaskBuilder::assign(ir::ExprPtr target, ir::ExprPtr value) {
  auto result = stat<ir::AssignStat>();
  if (auto* local = sema::local_of(*target)) local->is_assigned = true;
  result->target = std::move(target);
  result->value = std::move(value);
  return result;
}

ir::StatPtr TaskBuilder::reduce(ir::ReductionOp op, ir::ExprPtr target, ir::ExprPtr value) {
  auto result = stat<ir::ReduceStat>();
  result->op = op;
  result->compute_type = target->type;
  if (auto* local = sema::local_of(*target)) local->is_assigned = true;
  result->target = std::move(target);
  result->value = std::move(value);
  return result;
}

ir::StatPtr TaskBuilder::expr(ir::ExprPtr value) {
  auto result = stat<ir::ExprStat>();
  result->expr = std::move(value);
  return result;
}

ir::StatPtr TaskBuilder::read(ir::Local& region, int leaf) {
  std::vector<ir::ExprPtr> args;
  args.push_back(element(region, leaf));
  return expr(c_call("use", std::move(args), program_.types.unit()));
}

ir::StatPtr TaskBuilder::write(ir::Local& region, int leaf) {
  ir::ExprPtr target = element(region, leaf);
  const sema::Type* type = target->type;
  return assign(std::move(target), number(1, type));
}

ir::StatPtr TaskBuilder::call(TaskBuilder& callee, std::vector<ir::ExprPtr> args) {
  return expr(task_call(callee, std::move(args)));
}

ir::StatPtr TaskBuilder::call(TaskBuilder& callee, ir::Local& region) {
  std::vector<ir::ExprPtr> args;
  args.push_back(use(region));
  return call(callee, std::move(args));
}

ir::StatPtr TaskBuilder::fill(ir::Local& region, int leaf) {
  auto result = stat<ir::FillStat>();
  result->region = &region;
  result->leaves = {leaf};
  const auto leaves = sema::flatten_fields(as<sema::RegionType>(region.type).fspace);
  result->values.push_back(number(0, leaves.at(leaf).type));
  return result;
}

ir::StatPtr TaskBuilder::return_(ir::ExprPtr value) {
  auto result = stat<ir::ReturnStat>();
  result->value = std::move(value);
  return result;
}

ir::StatPtr TaskBuilder::break_() {
  return stat<ir::BreakStat>();
}

ir::StatPtr TaskBuilder::if_(ir::Block then_block, ir::Block else_block) {
  auto result = stat<ir::IfStat>();
  result->condition = condition();
  result->then_block = std::move(then_block);
  result->else_block = std::move(else_block);
  return result;
}

ir::StatPtr TaskBuilder::if_(ir::ExprPtr condition, ir::Block then_block) {
  auto result = stat<ir::IfStat>();
  result->condition = std::move(condition);
  result->then_block = std::move(then_block);
  return result;
}

ir::StatPtr TaskBuilder::do_(ir::Block body) {
  auto result = stat<ir::BlockStat>();
  result->body = std::move(body);
  return result;
}

ir::StatPtr TaskBuilder::while_(ir::ExprPtr condition, ir::Block body) {
  auto result = stat<ir::WhileStat>();
  result->condition = std::move(condition);
  result->body = std::move(body);
  return result;
}

ir::StatPtr TaskBuilder::repeat_(ir::Block body, ir::ExprPtr until) {
  auto result = stat<ir::RepeatStat>();
  result->body = std::move(body);
  result->until = std::move(until);
  return result;
}

ir::StatPtr TaskBuilder::for_(ir::Local& variable, ir::Block body) {
  auto result = stat<ir::ForNumStat>();
  result->variable = &variable;
  result->first = number(0, variable.type);
  result->limit = number(10, variable.type);
  result->body = std::move(body);
  return result;
}

ir::StatPtr TaskBuilder::for_(ir::Block body) {
  return for_(local("k", program_.types.int32()), std::move(body));
}

ir::StatPtr TaskBuilder::for_each(ir::Local& variable, ir::ExprPtr domain, ir::Block body) {
  auto result = stat<ir::ForListStat>();
  result->variable = &variable;
  result->domain = std::move(domain);
  result->body = std::move(body);
  return result;
}

// ---- the short form

namespace {

std::string fields(const std::vector<ir::MappedField>& list) {
  std::string result;
  for (const ir::MappedField& field : list) result += " " + sema::describe(field);
  return result;
}

std::string shape_of(const ir::Block& block);

std::string expr_shape(const ir::Expr& expr) {
  std::string result;
  sema::walk_expr(expr, [&](const ir::Expr& node) {
    std::string part;
    if (const auto* call = ir::try_as<ir::TaskCallExpr>(&node)) part = call->callee->name;
    if (const auto* access = ir::try_as<ir::RegionAccessExpr>(&node))
      part = "read " + sema::describe(*access);
    if (!part.empty()) result += (result.empty() ? "" : ", ") + part;
  });
  return result;
}

std::string with_block(const std::string& head, const ir::Block& block) {
  std::string inner = shape_of(block);
  return inner.empty() ? head + " {}" : head + " { " + inner + " }";
}

std::string stat_shape(const ir::Stat& stat) {
  switch (stat.kind) {
    case ir::StatKind::Block:
      return with_block("do", ir::as<ir::BlockStat>(stat).body);
    case ir::StatKind::Var: {
      const auto& var = ir::as<ir::VarStat>(stat);
      std::string value = var.value ? expr_shape(*var.value) : "";
      return "var " + (var.local->name.empty() ? "t" : var.local->name) +
             (value.empty() ? "" : " = " + value);
    }
    case ir::StatKind::Assign: {
      const auto& assign = ir::as<ir::AssignStat>(stat);
      const auto* target = ir::try_as<ir::RegionAccessExpr>(assign.target.get());
      std::string value = expr_shape(*assign.value);
      return (target ? "write " + sema::describe(*target) : "assign") + (value.empty() ? "" : " = " + value);
    }
    case ir::StatKind::Reduce: {
      const auto& reduce = ir::as<ir::ReduceStat>(stat);
      return "reduce " + expr_shape(*reduce.target);
    }
    case ir::StatKind::If: {
      const auto& branch = ir::as<ir::IfStat>(stat);
      std::string condition = expr_shape(*branch.condition);
      std::string result = with_block(condition.empty() ? "if" : "if " + condition, branch.then_block);
      return branch.else_block.stats.empty() ? result : result + with_block(" else", branch.else_block);
    }
    case ir::StatKind::While: {
      const auto& loop = ir::as<ir::WhileStat>(stat);
      std::string before = shape_of(loop.condition_block);
      std::string condition = expr_shape(*loop.condition);
      std::string head = "while";
      if (!before.empty()) head += " (" + before + ")";
      if (!condition.empty()) head += " " + condition;
      return with_block(head, loop.body);
    }
    case ir::StatKind::Repeat: {
      const auto& loop = ir::as<ir::RepeatStat>(stat);
      std::string before = shape_of(loop.until_block);
      return with_block("repeat", loop.body) + (before.empty() ? "" : " until (" + before + ")");
    }
    case ir::StatKind::ForNum:
      return with_block("for", ir::as<ir::ForNumStat>(stat).body);
    case ir::StatKind::ForList:
      return with_block("for", ir::as<ir::ForListStat>(stat).body);
    case ir::StatKind::Return:
      return "return";
    case ir::StatKind::Break:
      return "break";
    case ir::StatKind::Jump:
      return "jump";
    case ir::StatKind::Expr:
      return expr_shape(*ir::as<ir::ExprStat>(stat).expr);
    case ir::StatKind::Fill:
      return "fill " + sema::local_name(*ir::as<ir::FillStat>(stat).region);
    case ir::StatKind::Fence:
      return "fence";
    case ir::StatKind::Delete:
      return "delete";
    case ir::StatKind::Map: {
      const auto& map = ir::as<ir::MapStat>(stat);
      return (map.write ? "map-write" : "map-read") + fields(map.fields);
    }
    case ir::StatKind::Unmap:
      return "unmap" + fields(ir::as<ir::UnmapStat>(stat).fields);
    case ir::StatKind::IndexLaunch:
      return "index-launch " + ir::as<ir::IndexLaunchStat>(stat).call->callee->name;
  }
  return "";
}

std::string shape_of(const ir::Block& block) {
  std::string result;
  for (const ir::StatPtr& stat : block.stats) result += (result.empty() ? "" : "; ") + stat_shape(*stat);
  return result;
}

}  // namespace

std::string shape(const ir::Task& task) {
  return shape_of(task.body);
}

}  // namespace palatine::test
