// Copies of expressions that may be evaluated more than once.
#include "sema/ir/ir.h"

namespace palatine::ir {

namespace {

template <typename T>
std::unique_ptr<T> copy_head(const T& from) {
  auto node = std::make_unique<T>();
  node->type = from.type;
  node->range = from.range;
  node->is_lvalue = from.is_lvalue;
  return node;
}

}  // namespace

bool is_simple(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Const:
    case ExprKind::Local:
    case ExprKind::Global:
      return true;
    case ExprKind::Unary:
      return is_simple(*as<UnaryExpr>(expr).operand);
    case ExprKind::Binary:
      return is_simple(*as<BinaryExpr>(expr).lhs) && is_simple(*as<BinaryExpr>(expr).rhs);
    case ExprKind::MinMax:
      return is_simple(*as<MinMaxExpr>(expr).lhs) && is_simple(*as<MinMaxExpr>(expr).rhs);
    case ExprKind::Cast:
      return is_simple(*as<CastExpr>(expr).operand);
    case ExprKind::Field:
      return is_simple(*as<FieldExpr>(expr).object);
    case ExprKind::Index:
      return is_simple(*as<IndexExpr>(expr).object) && is_simple(*as<IndexExpr>(expr).index);
    case ExprKind::Deref:
      return is_simple(*as<DerefExpr>(expr).pointer);
    case ExprKind::AddressOf:
      return is_simple(*as<AddressOfExpr>(expr).operand);
    case ExprKind::Ctor:
      for (const ExprPtr& value : as<CtorExpr>(expr).values) {
        if (!is_simple(*value)) return false;
      }
      return true;
    case ExprKind::RegionAccess:
      return is_simple(*as<RegionAccessExpr>(expr).index);
    case ExprKind::Subregion:
      return is_simple(*as<SubregionExpr>(expr).partition) && is_simple(*as<SubregionExpr>(expr).color);
    case ExprKind::HandleMember:
      return is_simple(*as<HandleMemberExpr>(expr).object);
    case ExprKind::Form:
      for (const ExprPtr& operand : as<FormExpr>(expr).operands) {
        if (!is_simple(*operand)) return false;
      }
      return true;
    case ExprKind::HandleOp: {
      const auto& e = as<HandleOpExpr>(expr);
      if (is_creation(e.op)) return false;
      for (const ExprPtr& operand : e.operands) {
        if (!is_simple(*operand)) return false;
      }
      return true;
    }
    case ExprKind::NewIspace:
    case ExprKind::NewRegion:
    case ExprKind::NewPartitionEqual:
    case ExprKind::Physical:
    case ExprKind::CCall:
    case ExprKind::RuntimeCall:
    case ExprKind::FunctionCall:
    case ExprKind::FunctionAddress:
    case ExprKind::PointerCall:
    case ExprKind::TaskCall:
      return false;
  }
  return false;
}

ExprPtr clone(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::Const: {
      const auto& from = as<ConstExpr>(expr);
      auto node = copy_head(from);
      node->integer = from.integer;
      node->floating = from.floating;
      node->string = from.string;
      return node;
    }
    case ExprKind::Local: {
      const auto& from = as<LocalExpr>(expr);
      auto node = copy_head(from);
      node->local = from.local;
      return node;
    }
    case ExprKind::Global: {
      auto node = copy_head(as<GlobalExpr>(expr));
      node->global = as<GlobalExpr>(expr).global;
      return node;
    }
    case ExprKind::FunctionAddress: {
      auto node = copy_head(as<FunctionAddressExpr>(expr));
      node->callee = as<FunctionAddressExpr>(expr).callee;
      node->c_function = as<FunctionAddressExpr>(expr).c_function;
      node->header = as<FunctionAddressExpr>(expr).header;
      return node;
    }
    case ExprKind::Unary: {
      const auto& from = as<UnaryExpr>(expr);
      auto node = copy_head(from);
      node->op = from.op;
      node->operand = clone(*from.operand);
      return node;
    }
    case ExprKind::Binary: {
      const auto& from = as<BinaryExpr>(expr);
      auto node = copy_head(from);
      node->op = from.op;
      node->lhs = clone(*from.lhs);
      node->rhs = clone(*from.rhs);
      return node;
    }
    case ExprKind::MinMax: {
      const auto& from = as<MinMaxExpr>(expr);
      auto node = copy_head(from);
      node->is_max = from.is_max;
      node->lhs = clone(*from.lhs);
      node->rhs = clone(*from.rhs);
      return node;
    }
    case ExprKind::Cast: {
      const auto& from = as<CastExpr>(expr);
      auto node = copy_head(from);
      node->operand = clone(*from.operand);
      node->is_explicit = from.is_explicit;
      return node;
    }
    case ExprKind::Field: {
      const auto& from = as<FieldExpr>(expr);
      auto node = copy_head(from);
      node->object = clone(*from.object);
      node->field = from.field;
      return node;
    }
    case ExprKind::Index: {
      const auto& from = as<IndexExpr>(expr);
      auto node = copy_head(from);
      node->object = clone(*from.object);
      node->index = clone(*from.index);
      return node;
    }
    case ExprKind::Deref: {
      const auto& from = as<DerefExpr>(expr);
      auto node = copy_head(from);
      node->pointer = clone(*from.pointer);
      return node;
    }
    case ExprKind::AddressOf: {
      const auto& from = as<AddressOfExpr>(expr);
      auto node = copy_head(from);
      node->operand = clone(*from.operand);
      return node;
    }
    case ExprKind::Ctor: {
      const auto& from = as<CtorExpr>(expr);
      auto node = copy_head(from);
      for (const ExprPtr& value : from.values) node->values.push_back(clone(*value));
      return node;
    }
    case ExprKind::RegionAccess: {
      const auto& from = as<RegionAccessExpr>(expr);
      auto node = copy_head(from);
      node->regions = from.regions;
      node->index = clone(*from.index);
      node->path = from.path;
      node->leaves = from.leaves;
      return node;
    }
    case ExprKind::Subregion: {
      const auto& from = as<SubregionExpr>(expr);
      auto node = copy_head(from);
      node->partition = clone(*from.partition);
      node->color = clone(*from.color);
      return node;
    }
    case ExprKind::HandleMember: {
      const auto& from = as<HandleMemberExpr>(expr);
      auto node = copy_head(from);
      node->object = clone(*from.object);
      node->member = from.member;
      return node;
    }
    case ExprKind::Form: {
      const auto& from = as<FormExpr>(expr);
      auto node = copy_head(from);
      node->form = from.form;
      for (const ExprPtr& operand : from.operands) node->operands.push_back(clone(*operand));
      node->numbers = from.numbers;
      return node;
    }
    case ExprKind::HandleOp: {
      const auto& from = as<HandleOpExpr>(expr);
      if (is_creation(from.op)) return nullptr;
      auto node = copy_head(from);
      node->op = from.op;
      for (const ExprPtr& operand : from.operands) node->operands.push_back(clone(*operand));
      node->leaves = from.leaves;
      return node;
    }
    // Calls and creations happen once; who wants a copy keeps their value in a variable.
    case ExprKind::NewIspace:
    case ExprKind::NewRegion:
    case ExprKind::NewPartitionEqual:
    case ExprKind::Physical:
    case ExprKind::CCall:
    case ExprKind::RuntimeCall:
    case ExprKind::FunctionCall:
    case ExprKind::PointerCall:
    case ExprKind::TaskCall:
      return nullptr;
  }
  return nullptr;
}

}  // namespace palatine::ir
