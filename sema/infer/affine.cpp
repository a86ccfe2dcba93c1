#include "sema/infer/affine.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// Larger factors could wrap around in 32 bits for indices that occur.
constexpr int64_t kMaxFactor = 1 << 12;

// The factors of one component over the components of the loop's index.
struct Form {
  std::vector<int64_t> factors;
  std::optional<int64_t> literal;  // when the component is a literal constant

  bool is_bounded() const {
    return std::ranges::all_of(factors, [](int64_t factor) { return std::abs(factor) <= kMaxFactor; });
  }
};

const IndexType* index_of(const Type* type) {
  if (const auto* bounded = try_as<BoundedType>(type)) return bounded->index;
  if (const auto* rect = try_as<RectType>(type)) return rect->index;
  return try_as<IndexType>(type);
}

int component_count(const Type* type) {
  const IndexType* index = index_of(type);
  return index ? index->components() : 1;
}

// Integers have their own width, indices and pointers of one dimension 64 bits; 0 for other types.
int bits_of(const Type* type) {
  if (const auto* integer = try_as<IntegerType>(type)) return integer->bits;
  const IndexType* index = index_of(type);
  return index && index->components() == 1 && type->kind != TypeKind::rect ? 64 : 0;
}

class Analysis {
 public:
  explicit Analysis(const LoopVariables& loop) : loop_(loop), dim_(component_count(loop.index->type)) {}

  // One form for each component of `expr`; empty for components of no affine form.
  std::vector<std::optional<Form>> components(const ir::Expr& expr) const {
    int count = component_count(expr.type);
    if (count == 1) return {scalar(expr)};
    std::vector<std::optional<Form>> none(count);
    if (!loop_.is_variant(expr)) return std::vector<std::optional<Form>>(count, invariant());
    switch (expr.kind) {
      case ir::ExprKind::Local: {
        const ir::Local* local = ir::as<ir::LocalExpr>(expr).local;
        auto initialiser = loop_.preamble.find(local);
        if (initialiser != loop_.preamble.end()) return components(*initialiser->second);
        if (local != loop_.index) return none;
        for (int i = 0; i < count; ++i) none[i] = unit(i);
        return none;
      }
      case ir::ExprKind::Cast: {
        const ir::Expr& operand = *ir::as<ir::CastExpr>(expr).operand;
        return component_count(operand.type) == count ? components(operand) : none;
      }
      case ir::ExprKind::Ctor: {
        const auto& values = ir::as<ir::CtorExpr>(expr).values;
        if (static_cast<int>(values.size()) != count) return none;
        for (int i = 0; i < count; ++i) none[i] = scalar(*values[i]);
        return none;
      }
      case ir::ExprKind::Binary: {
        const auto& binary = ir::as<ir::BinaryExpr>(expr);
        if (component_count(binary.lhs->type) != count || component_count(binary.rhs->type) != count)
          return none;
        auto lhs = components(*binary.lhs);
        auto rhs = components(*binary.rhs);
        for (int i = 0; i < count; ++i) none[i] = combine(binary.op, lhs[i], rhs[i]);
        return none;
      }
      default:
        return none;
    }
  }

  int dim() const { return dim_; }

 private:
  Form invariant() const { return {std::vector<int64_t>(dim_, 0), {}}; }
  Form unit(int component) const {
    Form form = invariant();
    form.factors.at(component) = 1;
    return form;
  }

  std::optional<Form> scalar(const ir::Expr& expr) const {
    if (const auto* constant = ir::try_as<ir::ConstExpr>(&expr)) {
      Form form = invariant();
      if (constant->type->kind == TypeKind::integer) form.literal = static_cast<int64_t>(constant->integer);
      return form;
    }
    if (const auto* cast = ir::try_as<ir::CastExpr>(&expr)) {
      int from = bits_of(cast->operand->type);
      int to = bits_of(cast->type);
      if (from != 0 && from <= to) return scalar(*cast->operand);
    }
    if (!loop_.is_variant(expr)) return invariant();
    switch (expr.kind) {
      case ir::ExprKind::Local: {
        const ir::Local* local = ir::as<ir::LocalExpr>(expr).local;
        auto initialiser = loop_.preamble.find(local);
        if (initialiser != loop_.preamble.end()) return scalar(*initialiser->second);
        if (local == loop_.index && dim_ == 1 && bits_of(local->type) != 0) return unit(0);
        return {};
      }
      case ir::ExprKind::Field: {
        const auto& field = ir::as<ir::FieldExpr>(expr);
        if (!index_of(field.object->type) || field.object->type->kind == TypeKind::rect) return {};
        auto parts = components(*field.object);
        if (field.field < 0 || field.field >= static_cast<int>(parts.size())) return {};
        return parts[field.field];
      }
      case ir::ExprKind::Unary: {
        const auto& unary = ir::as<ir::UnaryExpr>(expr);
        if (unary.op != ast::UnaryOp::negate) return {};
        return combine(ast::BinaryOp::subtract, invariant(), scalar(*unary.operand));
      }
      case ir::ExprKind::Binary: {
        const auto& binary = ir::as<ir::BinaryExpr>(expr);
        return combine(binary.op, scalar(*binary.lhs), scalar(*binary.rhs));
      }
      default:
        return {};
    }
  }

  std::optional<Form> combine(ast::BinaryOp op, std::optional<Form> lhs, std::optional<Form> rhs) const {
    if (!lhs || !rhs) return {};
    Form result = invariant();
    switch (op) {
      case ast::BinaryOp::add:
      case ast::BinaryOp::subtract:
        for (int i = 0; i < dim_; ++i) {
          result.factors[i] =
              lhs->factors[i] + (op == ast::BinaryOp::add ? rhs->factors[i] : -rhs->factors[i]);
        }
        break;
      case ast::BinaryOp::multiply: {
        if (!lhs->literal) std::swap(lhs, rhs);
        if (!lhs->literal || std::abs(*lhs->literal) > kMaxFactor) return {};
        for (int i = 0; i < dim_; ++i) result.factors[i] = *lhs->literal * rhs->factors[i];
        break;
      }
      default:
        return {};
    }
    if (!result.is_bounded()) return {};
    return result;
  }

  const LoopVariables& loop_;
  int dim_;
};

constexpr int64_t kPrime = (int64_t{1} << 61) - 1;

int64_t product(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<__int128>(a) * b % kPrime);
}

// The rank modulo a large prime, which is at most the one over the rationals: numbers of elimination without
// fractions would outgrow 64 bits in four dimensions.
int rank(std::vector<std::vector<int64_t>> rows, int column_count) {
  size_t done = 0;
  for (int column = 0; column < column_count && done < rows.size(); ++column) {
    auto pivot =
        std::find_if(rows.begin() + done, rows.end(), [&](const auto& row) { return row[column] != 0; });
    if (pivot == rows.end()) continue;
    std::swap(*pivot, rows[done]);
    for (size_t i = done + 1; i < rows.size(); ++i) {
      int64_t factor = rows[i][column];
      for (int k = 0; k < column_count; ++k) {
        rows[i][k] = (product(rows[i][k], rows[done][column]) - product(factor, rows[done][k])) % kPrime;
      }
    }
    ++done;
  }
  return static_cast<int>(done);
}

}  // namespace

bool LoopVariables::is_variant(const ir::Expr& expr) const {
  return any_expr(expr, [&](const ir::Expr& node) {
    const auto* use = ir::try_as<ir::LocalExpr>(&node);
    if (!use) return false;
    if (use->local == index) return true;
    auto initialiser = preamble.find(use->local);
    return initialiser != preamble.end() && is_variant(*initialiser->second);
  });
}

bool is_injective(const ir::Expr& color, const LoopVariables& loop) {
  Analysis analysis(loop);
  std::vector<std::vector<int64_t>> rows;
  for (const auto& form : analysis.components(color)) {
    if (form) rows.push_back(form->factors);
  }
  return rank(std::move(rows), analysis.dim()) == analysis.dim();
}

}  // namespace palatine::sema
