// `__parallel_prefix(target.f, source.g, op, direction)`: an inclusive scan, forwards when the direction is
// not negative. It becomes loops over the points.
#include "sema/check/checker.h"

namespace palatine::sema {

std::optional<Checker::PrefixOperand> Checker::prefix_operand(const ast::RegionRoot& root, int number,
                                                              ir::Privilege privilege) {
  ir::ExprPtr value = check_value(*root.region);
  const auto paths = listed_paths(root.fields, root.has_fields);
  if (is_error(value->type)) return std::nullopt;
  const auto* type = try_as<RegionType>(value->type);
  if (!type) {
    error(DiagKind::type_mismatch, root.range, "a region", type_name(value->type));
    return std::nullopt;
  }
  if (paths.size() != 1) {
    const size_t got = paths.size();
    error(DiagKind::prefix_paths, root.range, number, got);
    return std::nullopt;
  }
  PrefixOperand operand;
  operand.region = handle_local(std::move(value));
  operand.path = paths.front();
  const std::string name = operand.region->symbol ? symbol_name(*operand.region->symbol) : handle_name(type);
  size_t missing = 0;
  operand.type = type_at_path(type->fspace, operand.path, types(), missing);
  if (!operand.type) {
    error(DiagKind::no_field_in_region, root.range, operand.path[missing], name);
    return std::nullopt;
  }
  if (!is_numeric(operand.type)) {
    error(DiagKind::prefix_primitive, root.range, number, type_name(operand.type));
    return std::nullopt;
  }
  if (number == 1 && type->index()->dim != 1) {
    error(DiagKind::prefix_ispace, root.range, type_name(type->ispace->type));
    return std::nullopt;
  }
  if (!privileges_.allows(type, operand.path, privilege, ast::ReductionOp::add)) {
    auto builder = error(DiagKind::prefix_privilege, root.range, number,
                         privilege_name(privilege, ast::ReductionOp::add, name, operand.path));
    note_privileges(builder, type, operand.path);
    return std::nullopt;
  }
  return operand;
}

void Checker::prefix_loop(const PrefixOperand& target, const PrefixOperand& source, ast::ReductionOp op,
                          ir::Local* target_first, ir::Local* source_first, ir::Local* count, bool is_forward,
                          SourceRange range) {
  const Type* int64 = types().int64();
  ir::Local* sum = temporary(make_integer(0, int64, range));
  sum->type = source.type;
  sum->is_assigned = true;
  static_cast<ir::VarStat&>(*sink_->stats.back()).value = nullptr;
  auto loop = std::make_unique<ir::ForNumStat>();
  loop->range = range;
  loop->first = make_integer(0, int64, range);
  loop->limit = make_local(count, range);
  {
    ScopeGuard scope(*this, ScopeKind::counted_loop, loop->body);
    loop->variable = declare(nullptr, "k", int64, range);
    loop_variables_.insert(loop->variable);
    ir::ExprPtr offset = make_local(loop->variable, range);
    if (!is_forward) {
      ir::ExprPtr last = make_binary(ast::BinaryOp::subtract, make_local(count, range),
                                     make_integer(1, int64, range), int64);
      offset = make_binary(ast::BinaryOp::subtract, std::move(last), std::move(offset), int64);
    }
    ir::Local* place = temporary(std::move(offset));
    auto element = [&](const PrefixOperand& operand, ir::Local* first) {
      ir::ExprPtr index =
          make_binary(ast::BinaryOp::add, make_local(first, range), make_local(place, range), int64);
      ir::ExprPtr access =
          access_region(operand.region, convert(std::move(index), types().index(1), true), range);
      for (const std::string& name : operand.path) access = field_of(std::move(access), name, range, range);
      return access;
    };
    ir::Local* value = temporary(element(source, source_first));
    auto branch = std::make_unique<ir::IfStat>();
    branch->range = range;
    branch->condition = make_binary(ast::BinaryOp::equal, make_local(loop->variable, range),
                                    make_integer(0, int64, range), types().boolean());
    auto start = std::make_unique<ir::AssignStat>();
    start->range = range;
    start->target = make_local(sum, range);
    start->value = make_local(value, range);
    branch->then_block.stats.push_back(std::move(start));
    auto step = std::make_unique<ir::ReduceStat>();
    step->range = range;
    step->op = op;
    step->target = make_local(sum, range);
    step->value = make_local(value, range);
    step->compute_type = source.type;
    branch->else_block.stats.push_back(std::move(step));
    emit(std::move(branch));
    auto store = std::make_unique<ir::AssignStat>();
    store->range = range;
    store->target = element(target, target_first);
    store->value = make_local(sum, range);
    emit(std::move(store));
  }
  emit(std::move(loop));
}

void Checker::check_parallel_prefix(const ast::ParallelPrefixStat& tree) {
  const SourceRange range = tree.anchor;
  const auto target = prefix_operand(tree.lhs, 1, ir::Privilege::writes);
  const auto source = prefix_operand(tree.rhs, 2, ir::Privilege::reads);
  ir::ExprPtr direction = check_value(*tree.direction);
  const bool is_operator = tree.op == ast::ReductionOp::add || tree.op == ast::ReductionOp::multiply ||
                           tree.op == ast::ReductionOp::min || tree.op == ast::ReductionOp::max;
  if (!is_operator) error(DiagKind::prefix_operator, range, ast::reduction_op_text(tree.op));
  if (!is_error(direction->type) && direction->type->kind != TypeKind::integer) {
    error(DiagKind::prefix_direction, range_of(*tree.direction), type_name(direction->type));
    return;
  }
  if (!target || !source || !is_operator || is_error(direction->type)) return;
  if (target->type != source->type) {
    error(DiagKind::prefix_type, tree.rhs.range, type_name(target->type), type_name(source->type));
    return;
  }
  auto whole = std::make_unique<ir::BlockStat>();
  whole->range = range;
  whole->is_scan = true;
  {
    ScopeGuard scope(*this, ScopeKind::block, whole->body);
    const Type* int64 = types().int64();
    auto member = [&](const PrefixOperand& operand, const char* name) {
      return handle_member(make_local(operand.region, range), name, range);
    };
    auto first_of = [&](const PrefixOperand& operand) {
      ir::Local* bounds = temporary(member(operand, "bounds"));
      return temporary(convert(make_field(make_local(bounds, range), 0, types().index(1)), int64, true));
    };
    auto extent_of = [&](const PrefixOperand& operand) {
      ir::ExprPtr extent = rect_size(make_local(temporary(member(operand, "bounds")), range));
      return temporary(convert(std::move(extent), int64, true));
    };
    auto fail_unless_equal = [&](ir::ExprPtr a, ir::ExprPtr b, const char* message) {
      auto check = std::make_unique<ir::IfStat>();
      check->range = range;
      check->condition = make_binary(ast::BinaryOp::not_equal, std::move(a), std::move(b), types().boolean());
      auto text = make<ir::ConstExpr>(types().rawstring(), range);
      text->string = message;
      auto fail = make<ir::RuntimeCallExpr>(types().unit(), range);
      fail->function = ir::RuntimeFunction::fail;
      fail->args.push_back(std::move(text));
      auto stat = std::make_unique<ir::ExprStat>();
      stat->range = range;
      stat->expr = std::move(fail);
      check->then_block.stats.push_back(std::move(stat));
      emit(std::move(check));
    };
    ir::Local* target_count = temporary(member(*target, "volume"));
    ir::Local* source_count = temporary(member(*source, "volume"));
    for (const auto& [operand, count] :
         {std::pair{&*target, target_count}, std::pair{&*source, source_count}}) {
      fail_unless_equal(make_local(extent_of(*operand), range), make_local(count, range),
                        "parallel prefix operator supports only dense regions");
    }
    fail_unless_equal(make_local(target_count, range), make_local(source_count, range),
                      "the source and the target of a parallel prefix operator must have the same size");
    ir::Local* target_first = first_of(*target);
    ir::Local* source_first = first_of(*source);
    auto branch = std::make_unique<ir::IfStat>();
    branch->range = range;
    const Type* direction_type = direction->type;
    branch->condition = make_binary(ast::BinaryOp::greater_equal, std::move(direction),
                                    make_integer(0, direction_type, range), types().boolean());
    {
      ScopeGuard forward(*this, ScopeKind::branch, branch->then_block);
      prefix_loop(*target, *source, tree.op, target_first, source_first, source_count, true, range);
    }
    {
      ScopeGuard backward(*this, ScopeKind::branch, branch->else_block);
      prefix_loop(*target, *source, tree.op, target_first, source_first, source_count, false, range);
    }
    emit(std::move(branch));
  }
  emit(std::move(whole));
}

}  // namespace palatine::sema
