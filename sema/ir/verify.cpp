// Invariants of the IR: every expression is there and typed, variables belong to the function and are
// declared before use, operands have the types that the node's comment in ir.h promises.
#include <fmt/format.h>

#include <set>

#include "sema/ir/ir.h"

namespace palatine::ir {

namespace {

class Verifier {
 public:
  explicit Verifier(const Function& function) : function_(function) {
    for (const auto& local : function.locals) owned_.insert(local.get());
  }

  std::string run() {
    if (!function_.result) fail("function has no result type");
    for (const Local* param : function_.params) declare(param);
    if (function_.has_body) {
      if (function_.has_error) fail("an erroneous function has a body");
      block(function_.body);
    }
    return error_;
  }

 private:
  template <typename... Args>
  void fail(fmt::format_string<Args...> format, Args&&... args) {
    if (error_.empty()) error_ = function_.name + ": " + fmt::format(format, std::forward<Args>(args)...);
  }
  void require(bool holds, const char* what) {
    if (!holds) fail("{}", what);
  }

  void declare(const Local* local) {
    if (!local || !owned_.count(local)) {
      fail("a declared variable does not belong to the function");
      return;
    }
    if (!local->type || sema::is_error(local->type)) fail("variable `{}` has no type", local->name);
    if (!declared_.insert(local).second) fail("variable `{}` is declared twice", local->name);
  }
  void use(const Local* local) {
    if (!local || !owned_.count(local)) {
      fail("a used variable does not belong to the function");
    } else if (!declared_.count(local)) {
      fail("variable `{}` (%{}) is used before its declaration", local->name, local->id);
    }
  }

  void same(const Type* a, const Type* b, const char* what) {
    if (a != b) fail("{}: {} and {}", what, a ? sema::type_name(a) : "none", b ? sema::type_name(b) : "none");
  }

  void exprs(const std::vector<ExprPtr>& list) {
    for (const ExprPtr& e : list) expr(e.get());
  }

  void leaves(const Local* region, const std::vector<int>& list) {
    const auto* type = region ? sema::region_in(region->type) : nullptr;
    if (!type) {
      fail("a region access does not name a region variable");
      return;
    }
    const auto count = static_cast<int>(sema::flatten_fields(type->fspace).size());
    for (int leaf : list) {
      if (leaf < 0 || leaf >= count) fail("leaf {} is out of range", leaf);
    }
  }

  void expr(const Expr* node) {
    if (!node) {
      fail("an expression is missing");
      return;
    }
    if (!node->type || sema::is_error(node->type)) {
      fail("an expression of kind {} has no type", static_cast<int>(node->kind));
      return;
    }
    switch (node->kind) {
      case ExprKind::Const:
        return;
      case ExprKind::Local: {
        const auto& e = as<LocalExpr>(*node);
        use(e.local);
        if (e.local) same(e.type, e.local->type, "a variable's use and its declaration");
        return;
      }
      case ExprKind::Global: {
        const auto& e = as<GlobalExpr>(*node);
        require(e.global != nullptr, "a use of no global");
        if (e.global) same(e.type, e.global->type, "a global's use and its declaration");
        return;
      }
      case ExprKind::Unary:
        expr(as<UnaryExpr>(*node).operand.get());
        return;
      case ExprKind::Binary: {
        const auto& e = as<BinaryExpr>(*node);
        expr(e.lhs.get());
        expr(e.rhs.get());
        return;
      }
      case ExprKind::MinMax: {
        const auto& e = as<MinMaxExpr>(*node);
        expr(e.lhs.get());
        expr(e.rhs.get());
        if (e.lhs && e.rhs) same(e.lhs->type, e.rhs->type, "operands of max or min");
        return;
      }
      case ExprKind::Cast:
        expr(as<CastExpr>(*node).operand.get());
        return;
      case ExprKind::Field: {
        const auto& e = as<FieldExpr>(*node);
        expr(e.object.get());
        if (e.object && e.object->kind == ExprKind::RegionAccess) {
          const auto* structure = sema::try_as<sema::StructType>(e.object->type);
          if (structure && structure->sliceable) fail("a sliceable field is not part of its region access");
        }
        return;
      }
      case ExprKind::Index: {
        const auto& e = as<IndexExpr>(*node);
        expr(e.object.get());
        expr(e.index.get());
        return;
      }
      case ExprKind::Deref: {
        const auto& e = as<DerefExpr>(*node);
        expr(e.pointer.get());
        if (e.pointer)
          require(e.pointer->type->kind == sema::TypeKind::pointer, "dereference of no raw pointer");
        return;
      }
      case ExprKind::AddressOf: {
        const auto& e = as<AddressOfExpr>(*node);
        expr(e.operand.get());
        if (e.operand) require(e.operand->is_lvalue, "address of no lvalue");
        return;
      }
      case ExprKind::Ctor:
        exprs(as<CtorExpr>(*node).values);
        return;
      case ExprKind::RegionAccess: {
        const auto& e = as<RegionAccessExpr>(*node);
        require(!e.regions.empty(), "a region access without a region");
        for (const Local* region : e.regions) {
          use(region);
          leaves(region, e.leaves);
        }
        expr(e.index.get());
        return;
      }
      case ExprKind::Subregion: {
        const auto& e = as<SubregionExpr>(*node);
        expr(e.partition.get());
        expr(e.color.get());
        if (e.partition) {
          require(e.partition->type->kind == sema::TypeKind::partition, "a subregion of no partition");
        }
        return;
      }
      case ExprKind::HandleMember:
        expr(as<HandleMemberExpr>(*node).object.get());
        return;
      case ExprKind::NewIspace: {
        const auto& e = as<NewIspaceExpr>(*node);
        expr(e.extent.get());
        if (e.start) expr(e.start.get());
        return;
      }
      case ExprKind::NewRegion:
        expr(as<NewRegionExpr>(*node).ispace.get());
        return;
      case ExprKind::NewPartitionEqual: {
        const auto& e = as<NewPartitionEqualExpr>(*node);
        expr(e.region.get());
        expr(e.colors.get());
        return;
      }
      case ExprKind::Physical: {
        const auto& e = as<PhysicalExpr>(*node);
        require(e.region != nullptr, "physical regions of no region");
        require(e.leaves.size() == e.writes.size(), "a physical region whose use is unknown");
        return;
      }
      case ExprKind::HandleOp: {
        const auto& e = as<HandleOpExpr>(*node);
        require(!e.operands.empty(), "an operation on handles without its operands");
        exprs(e.operands);
        return;
      }
      case ExprKind::CCall: {
        const auto& e = as<CCallExpr>(*node);
        require(e.header != nullptr, "a C call without its header");
        exprs(e.args);
        return;
      }
      case ExprKind::RuntimeCall:
        exprs(as<RuntimeCallExpr>(*node).args);
        return;
      case ExprKind::FunctionCall: {
        const auto& e = as<FunctionCallExpr>(*node);
        exprs(e.args);
        arguments(e.callee, e.args.size());
        return;
      }
      case ExprKind::FunctionAddress:
        require(as<FunctionAddressExpr>(*node).callee || !as<FunctionAddressExpr>(*node).c_function.empty(),
                "an address of no function");
        return;
      case ExprKind::PointerCall:
        exprs(as<PointerCallExpr>(*node).args);
        expr(as<PointerCallExpr>(*node).callee.get());
        return;
      case ExprKind::TaskCall: {
        const auto& e = as<TaskCallExpr>(*node);
        exprs(e.args);
        exprs(e.awaits);
        exprs(e.arrives);
        arguments(e.callee, e.args.size());
        return;
      }
      case ExprKind::Form:
        exprs(as<FormExpr>(*node).operands);
        return;
    }
  }

  void arguments(const Function* callee, size_t count) {
    if (!callee) {
      fail("a call without a callee");
    } else if (callee->params.size() != count) {
      fail("a call of `{}` with {} arguments", callee->name, count);
    }
  }

  void condition(const Expr* node) {
    expr(node);
    if (node && node->type)
      require(node->type->kind == sema::TypeKind::boolean, "a condition that is no bool");
  }

  void block(const Block& body) {
    for (const StatPtr& stat : body.stats) statement(stat.get());
  }
  void loop_body(const Block& body) {
    ++loops_;
    block(body);
    --loops_;
  }

  void statement(const Stat* node) {
    if (!node) {
      fail("a statement is missing");
      return;
    }
    switch (node->kind) {
      case StatKind::Block:
        block(as<BlockStat>(*node).body);
        return;
      case StatKind::Var: {
        const auto& s = as<VarStat>(*node);
        if (s.value) {
          expr(s.value.get());
          if (s.local) same(s.value->type, s.local->type, "a variable and its value");
        }
        declare(s.local);
        return;
      }
      case StatKind::Assign: {
        const auto& s = as<AssignStat>(*node);
        expr(s.target.get());
        expr(s.value.get());
        if (s.target && s.value) {
          require(s.target->is_lvalue, "assignment to no lvalue");
          same(s.target->type, s.value->type, "an assignment's target and value");
        }
        return;
      }
      case StatKind::Reduce: {
        const auto& s = as<ReduceStat>(*node);
        expr(s.target.get());
        expr(s.value.get());
        require(s.compute_type != nullptr, "a reduction without its type");
        if (s.target) require(s.target->is_lvalue, "reduction of no lvalue");
        return;
      }
      case StatKind::If: {
        const auto& s = as<IfStat>(*node);
        condition(s.condition.get());
        block(s.then_block);
        block(s.else_block);
        return;
      }
      case StatKind::While: {
        const auto& s = as<WhileStat>(*node);
        block(s.condition_block);
        condition(s.condition.get());
        loop_body(s.body);
        return;
      }
      case StatKind::Repeat: {
        const auto& s = as<RepeatStat>(*node);
        loop_body(s.body);
        block(s.until_block);
        condition(s.until.get());
        return;
      }
      case StatKind::ForNum: {
        const auto& s = as<ForNumStat>(*node);
        expr(s.first.get());
        expr(s.limit.get());
        if (s.step) expr(s.step.get());
        declare(s.variable);
        if (s.variable && s.first && s.limit) {
          same(s.first->type, s.variable->type, "a loop's variable and its first value");
          same(s.limit->type, s.variable->type, "a loop's variable and its limit");
        }
        loop_body(s.body);
        return;
      }
      case StatKind::ForList: {
        const auto& s = as<ForListStat>(*node);
        expr(s.domain.get());
        declare(s.variable);
        loop_body(s.body);
        return;
      }
      case StatKind::Return: {
        const auto& s = as<ReturnStat>(*node);
        if (s.value) {
          expr(s.value.get());
          same(s.value->type, function_.result, "a returned value and the result type");
        } else if (function_.result) {
          require(function_.result->kind == sema::TypeKind::unit, "a return without a value");
        }
        return;
      }
      case StatKind::Break:
        require(loops_ > 0, "break outside of a loop");
        return;
      case StatKind::Jump:
        return;
      case StatKind::Expr:
        expr(as<ExprStat>(*node).expr.get());
        return;
      case StatKind::Fill: {
        const auto& s = as<FillStat>(*node);
        use(s.region);
        leaves(s.region, s.leaves);
        require(s.leaves.size() == s.values.size(), "a fill with another number of values than fields");
        exprs(s.values);
        return;
      }
      case StatKind::Fence:
        return;
      case StatKind::Delete:
        expr(as<DeleteStat>(*node).value.get());
        return;
      case StatKind::Map:
        mapped(as<MapStat>(*node).fields);
        return;
      case StatKind::Unmap:
        mapped(as<UnmapStat>(*node).fields);
        return;
      case StatKind::IndexLaunch: {
        const auto& s = as<IndexLaunchStat>(*node);
        if (s.domain) {
          expr(s.domain.get());
        } else {
          expr(s.first.get());
          expr(s.limit.get());
        }
        declare(s.variable);
        for (const StatPtr& stat : s.preamble) statement(stat.get());
        expr(s.call.get());
        if (s.reduction_target) expr(s.reduction_target.get());
        if (s.combine) expr(s.combine.get());
        require((s.reduction_target != nullptr) == (s.reduction || s.combine), "a fold without a step");
        if (s.call) {
          require(s.projections.size() == s.call->args.size(), "an index launch lacks projections");
        }
        return;
      }
    }
  }

  void mapped(const std::vector<MappedField>& fields) {
    for (const MappedField& field : fields) {
      use(field.region);
      leaves(field.region, {field.leaf});
    }
  }

  const Function& function_;
  std::set<const Local*> owned_;
  std::set<const Local*> declared_;
  std::string error_;
  int loops_ = 0;
};

}  // namespace

std::string verify(const Function& function) {
  return Verifier(function).run();
}

}  // namespace palatine::ir
