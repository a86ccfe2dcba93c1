// What programs define for their own types: overloaded functions, operators, conversions; and whole values as
// constants.
#include <algorithm>
#include <cstring>

#include "sema/check/checker.h"
#include "sema/ir/lvalue.h"
#include "sema/specialize/global_memory.h"

namespace palatine::sema {

namespace {

bool any_error(const std::vector<ir::ExprPtr>& args) {
  for (const ir::ExprPtr& arg : args) {
    if (is_error(arg->type)) return true;
  }
  return false;
}

bool is_structure(const Type* type) {
  return type->kind == TypeKind::structure;
}

bool is_pointer_to_structure(const Type* type) {
  const auto* pointer = try_as<PointerType>(type);
  return pointer && is_structure(pointer->element);
}

const char* metamethod_name(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::add:
      return "__add";
    case ast::BinaryOp::subtract:
      return "__sub";
    case ast::BinaryOp::multiply:
      return "__mul";
    case ast::BinaryOp::divide:
      return "__div";
    case ast::BinaryOp::modulo:
      return "__mod";
    case ast::BinaryOp::less:
      return "__lt";
    case ast::BinaryOp::less_equal:
      return "__le";
    case ast::BinaryOp::greater:
      return "__gt";
    case ast::BinaryOp::greater_equal:
      return "__ge";
    case ast::BinaryOp::equal:
      return "__eq";
    case ast::BinaryOp::not_equal:
      return "__ne";
    case ast::BinaryOp::shift_left:
      return "__lshift";
    case ast::BinaryOp::shift_right:
      return "__rshift";
    case ast::BinaryOp::bit_xor:
      return "__xor";
    case ast::BinaryOp::logical_and:
      return "__and";
    case ast::BinaryOp::logical_or:
      return "__or";
    default:
      return "";
  }
}

}  // namespace

std::string reduction_metamethod(ast::ReductionOp op) {
  switch (op) {
    case ast::ReductionOp::add:
      return metamethod_name(ast::BinaryOp::add);
    case ast::ReductionOp::subtract:
      return metamethod_name(ast::BinaryOp::subtract);
    case ast::ReductionOp::multiply:
      return metamethod_name(ast::BinaryOp::multiply);
    case ast::ReductionOp::divide:
      return metamethod_name(ast::BinaryOp::divide);
    default:
      return "";
  }
}

const Type* element_of_arrays(const Type* type) {
  while (const auto* array = try_as<ArrayType>(type)) type = array->element;
  return type;
}

// `-` adds and `/` multiplies what was subtracted, or divided by.
const ir::Function* Checker::joining_function(const Type* type, ast::ReductionOp op) {
  if (op == ast::ReductionOp::subtract) op = ast::ReductionOp::add;
  if (op == ast::ReductionOp::divide) op = ast::ReductionOp::multiply;
  const std::string name = reduction_metamethod(op);
  if (name.empty() || !is_structure(type)) return nullptr;
  for (const ir::Function* function : context_.macros.find_metamethods(type, name)) {
    const bool fits =
        function->params.size() == 2 && std::ranges::all_of(function->params, [&](const ir::Local* param) {
          return param->type && same_type(param->type, type);
        });
    if (fits && !function->has_error && same_type(result_of(*function), type)) return function;
  }
  return nullptr;
}

std::string Checker::argument_types(const std::vector<ir::ExprPtr>& args) {
  std::string names;
  for (const ir::ExprPtr& arg : args) names += (names.empty() ? " " : ", ") + type_name(arg->type);
  return names;
}

// The definition that needs the fewest conversions; among equals the first.
ir::ExprPtr Checker::call_overloaded(const std::string& name, const std::vector<const ir::Function*>& callees,
                                     std::vector<ir::ExprPtr> args, SourceRange range) {
  if (callees.size() == 1) return call_terra(*callees.front(), std::move(args), range);
  if (any_error(args)) return make_error(range);
  const ir::Function* best = nullptr;
  size_t best_conversions = 0;
  for (const ir::Function* callee : callees) {
    if (callee->has_error) {
      has_error_ = true;
      return make_error(range);
    }
    if (callee->params.size() != args.size()) continue;
    size_t conversions = 0;
    bool fits = true;
    for (size_t i = 0; fits && i < args.size(); ++i) {
      const Type* param = callee->params[i]->type;
      fits = can_convert(args[i]->type, param);
      if (!same_type(args[i]->type, param)) ++conversions;
    }
    if (!fits || (best && conversions >= best_conversions)) continue;
    best = callee;
    best_conversions = conversions;
  }
  if (best) return call_terra(*best, std::move(args), range);
  error(DiagKind::no_applicable_function, range, name, argument_types(args));
  return make_error(range);
}

bool Checker::has_metamethod(const Type* type, const std::string& name) {
  const auto* structure = try_as<StructType>(type);
  if (!structure) return false;
  return context_.macros.find_member(*structure, "metamethods", name).kind == Value::Kind::macro ||
         !context_.macros.find_metamethods(structure, name).empty();
}

ir::ExprPtr Checker::call_metamethod(const StructType& owner, const std::string& name,
                                     std::vector<ir::ExprPtr> args, SourceRange range) {
  const Value member = context_.macros.find_member(owner, "metamethods", name);
  if (member.kind != Value::Kind::macro) {
    ir::ExprPtr result =
        call_overloaded(name, context_.macros.find_metamethods(&owner, name), std::move(args), range);
    if (auto* call = ir::try_as<ir::FunctionCallExpr>(result.get())) call->is_operator = true;
    return result;
  }
  if (any_error(args)) return make_error(range);
  return read(
      macro_value(expand_macro(std::get<MacroValue>(member.data), std::move(args), {}, range), range));
}

ir::ExprPtr Checker::binary_metamethod(ast::BinaryOp op, ir::ExprPtr& lhs, ir::ExprPtr& rhs,
                                       SourceRange range) {
  const std::string name = metamethod_name(op);
  const Type* owner = has_metamethod(lhs->type, name) ? lhs->type : rhs->type;
  if (owner == rhs->type && !has_metamethod(owner, name)) return nullptr;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(lhs));
  args.push_back(std::move(rhs));
  return call_metamethod(as<StructType>(owner), name, std::move(args), range);
}

ir::ExprPtr Checker::unary_metamethod(ast::UnaryOp op, ir::ExprPtr& operand, SourceRange range) {
  const std::string name = op == ast::UnaryOp::negate ? "__unm" : "__not";
  const Type* owner = operand->type;
  if (!has_metamethod(owner, name)) return nullptr;
  std::vector<ir::ExprPtr> args;
  args.push_back(std::move(operand));
  return call_metamethod(as<StructType>(owner), name, std::move(args), range);
}

bool Checker::reduce_by_metamethod(ast::ReductionOp op, ir::ExprPtr& target, ir::ExprPtr& value,
                                   const ast::AssignStat& tree) {
  const SourceRange range = stat_range(tree);
  ast::BinaryOp binary_op = ast::BinaryOp::add;
  if (op == ast::ReductionOp::subtract) binary_op = ast::BinaryOp::subtract;
  if (op == ast::ReductionOp::multiply) binary_op = ast::BinaryOp::multiply;
  if (op == ast::ReductionOp::divide) binary_op = ast::BinaryOp::divide;
  const std::string name = reduction_metamethod(op);
  const bool is_defined = has_metamethod(target->type, name) || has_metamethod(value->type, name);
  if (!is_defined || !ir::is_simple(*target)) return false;
  // Whose privilege it is to reduce sees the old value here only.
  ir::ExprPtr old_value = ir::clone(*target);
  if (ir::root_access(*target)) old_value = make_local(temporary(std::move(old_value)), range);
  ir::ExprPtr result = binary_metamethod(binary_op, old_value, value, range);
  if (!result || is_error(result->type)) return true;
  if (!can_convert(result->type, target->type)) {
    mismatch(target->type, result->type, range);
    return true;
  }
  mark_assigned(*target);
  auto stat = make_stat<ir::AssignStat>(tree);
  stat->reduction = op;
  stat->value = convert(std::move(result), target->type);
  stat->target = std::move(target);
  emit(std::move(stat));
  return true;
}

// ---- conversions
// -------------------------------------------------------------------------------------------------

bool Checker::has_user_cast(const Type* from, const Type* to) const {
  const bool may_have =
      is_structure(from) || is_structure(to) || is_pointer_to_structure(from) || is_pointer_to_structure(to);
  if (!may_have || is_handle(from) || is_handle(to)) return false;
  // Only whether the program's function accepts the types is asked for; the quote is not looked at.
  return context_.macros.user_cast(from, to, std::make_shared<Quote>()) != nullptr;
}

ir::ExprPtr Checker::convert_by_user(ir::ExprPtr value, const Type* to) {
  const SourceRange range = value->range;
  const Type* from = value->type;
  if (!ir::is_simple(*value)) value = make_local(temporary(std::move(value)), range);
  auto quote = std::make_shared<Quote>();
  quote->checked = std::make_shared<ir::ExprPtr>(std::move(value));
  const auto result = context_.macros.user_cast(from, to, std::move(quote));
  if (!result) return make_error(range);
  struct Depth {
    int& depth;
    explicit Depth(int& d) : depth(d) { depth += 10; }
    ~Depth() { depth -= 10; }
  } depth(depth_);
  ir::ExprPtr converted = read(splice_expr(*result, range));
  if (is_error(converted->type)) return converted;
  if (same_type(converted->type, to)) return converted;
  if (converts_by_itself(converted->type, to)) return convert(std::move(converted), to);
  error(DiagKind::type_mismatch, range, type_name(to), type_name(converted->type));
  return make_error(range);
}

// ---- constants
// ---------------------------------------------------------------------------------------------------

namespace {

uint64_t read_bits(const char* bytes, size_t count) {
  uint64_t bits = 0;
  std::memcpy(&bits, bytes, count);
  return bits;
}

}  // namespace

ir::ExprPtr Checker::constant_of_bytes(const Type* type, const char* bytes, SourceRange range) {
  auto parts = [&](const std::vector<const Type*>& members) -> ir::ExprPtr {
    auto node = make<ir::CtorExpr>(type, range);
    uint64_t offset = 0;
    for (const Type* member : members) {
      const Layout layout = *layout_of(member);
      offset = (offset + layout.align_bytes - 1) / layout.align_bytes * layout.align_bytes;
      node->values.push_back(constant_of_bytes(member, bytes + offset, range));
      if (is_error(node->values.back()->type)) return make_error(range);
      offset += layout.size_bytes;
    }
    return node;
  };
  switch (type->kind) {
    case TypeKind::boolean:
    case TypeKind::integer: {
      const auto* integer = try_as<IntegerType>(type);
      uint64_t bits = read_bits(bytes, layout_of(type)->size_bytes);
      if (integer && integer->is_signed && integer->bits < 64 && (bits >> (integer->bits - 1)) != 0) {
        bits |= ~uint64_t{0} << integer->bits;
      }
      return make_integer(static_cast<int64_t>(bits), type, range);
    }
    case TypeKind::floating: {
      auto node = make<ir::ConstExpr>(type, range);
      if (as<FloatType>(type).bits == 32) {
        float number = 0;
        std::memcpy(&number, bytes, sizeof number);
        node->floating = number;
      } else {
        std::memcpy(&node->floating, bytes, sizeof node->floating);
      }
      return node;
    }
    case TypeKind::pointer: {
      if (read_bits(bytes, sizeof(void*)) != 0) break;
      return convert(make<ir::ConstExpr>(types().niltype(), range), type);
    }
    case TypeKind::array:
      return parts(std::vector<const Type*>(as<ArrayType>(type).count, as<ArrayType>(type).element));
    case TypeKind::index:
      if (as<IndexType>(type).components() == 1) {
        return make_integer(static_cast<int64_t>(read_bits(bytes, 8)), type, range);
      }
      return parts(
          std::vector<const Type*>(static_cast<size_t>(as<IndexType>(type).components()), types().int64()));
    case TypeKind::rect:
      return parts({as<RectType>(type).index, as<RectType>(type).index});
    case TypeKind::structure: {
      const auto& structure = as<StructType>(type);
      if (structure.has_union()) {
        if (!is_free_of_pointers(type, bytes)) break;
        auto node = make<ir::ConstExpr>(type, range);
        node->string.assign(bytes, layout_of(type)->size_bytes);
        return node;
      }
      std::vector<const Type*> members;
      for (const StructField& field : structure.fields) members.push_back(field.type);
      // Bit-fields and unnamed members of C are not among the fields.
      return parts(members);
    }
    default:
      break;
  }
  return unsupported("a constant of type " + type_name(type), range);
}

ir::ExprPtr Checker::constant_of_lua(const ConstantValue& constant, SourceRange range) {
  if (!is_primitive(constant.type) && constant.type != types().rawstring()) {
    return constant_of_bytes(constant.type, constant.string.data(), range);
  }
  auto node = make<ir::ConstExpr>(constant.type, range);
  node->integer = constant.integer;
  node->floating = constant.floating;
  node->string = constant.string;
  return node;
}

}  // namespace palatine::sema
