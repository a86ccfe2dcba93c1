// Makes small pieces of IR by hand, for tests of passes and of the emitter.
//
// A Builder owns the types, the source text and the program; expressions are made bottom up:
//   Builder b;
//   Task& t = b.task("axpy");
//   Local* r = b.region_param(t, "r", b.types.floating(64), 1);
//   b.add(t.body, b.assign(b.access(r, b.use(i)), b.real(2.0)));
// Ranges are made from line numbers: `b.line = 7` puts what follows on line 7 of `test.rg`.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontend/source/source.h"
#include "sema/ir/ir.h"
#include "sema/types/types.h"

namespace palatine::test {

class Builder {
 public:
  SourceManager sources;
  sema::TypeTable types;
  ir::Program program;
  uint32_t line = 1;

  Builder() {
    std::string text;
    for (int k = 0; k < kLines; ++k) text += "          \n";
    file_ = sources.add("test.rg", text);
  }

  SourceRange range() const { return {file_, (line - 1) * 11, (line - 1) * 11 + 1}; }

  ir::Task& task(const std::string& name, const sema::Type* result = nullptr) {
    auto task = std::make_unique<ir::Task>();
    task->name = name;
    task->range = range();
    task->body_end = range();
    task->result = result ? result : types.unit();
    task->has_body = true;
    task->id = static_cast<uint32_t>(program.tasks.size());
    program.tasks.push_back(task.get());
    tasks_.push_back(std::move(task));
    return *tasks_.back();
  }

  ir::Local* local(ir::Function& function, const std::string& name, const sema::Type* type) {
    return function.new_local(name, type, types.new_symbol(name, type, range()), range());
  }
  ir::Local* param(ir::Function& function, const std::string& name, const sema::Type* type) {
    ir::Local* param = local(function, name, type);
    param->is_param = true;
    function.params.push_back(param);
    return param;
  }
  const sema::RegionType* region_type(const sema::Type* element, int dim) {
    return types.new_region(types.new_symbol("", types.new_ispace(types.index(dim)), range()), element);
  }
  ir::Local* region_param(ir::Task& task, const std::string& name, const sema::Type* element, int dim) {
    return param(task, name, region_type(element, dim));
  }
  void require(ir::Task& task, int param, ir::Requirement::Mode mode, std::vector<int> leaves) {
    task.requirements.push_back({param, mode, ir::ReductionOp::add, std::move(leaves)});
  }

  // ---- expressions
  template <typename Node>
  std::unique_ptr<Node> make(const sema::Type* type) {
    auto node = std::make_unique<Node>();
    node->type = type;
    node->range = range();
    return node;
  }
  ir::ExprPtr integer(int64_t value, const sema::Type* type = nullptr) {
    auto node = make<ir::ConstExpr>(type ? type : types.int32());
    node->integer = static_cast<uint64_t>(value);
    return node;
  }
  ir::ExprPtr real(double value, const sema::Type* type = nullptr) {
    auto node = make<ir::ConstExpr>(type ? type : types.floating(64));
    node->floating = value;
    return node;
  }
  ir::ExprPtr boolean(bool value) {
    auto node = make<ir::ConstExpr>(types.boolean());
    node->integer = value;
    return node;
  }
  ir::ExprPtr string(const std::string& value) {
    auto node = make<ir::ConstExpr>(types.rawstring());
    node->string = value;
    return node;
  }
  ir::ExprPtr use(ir::Local* local) {
    auto node = make<ir::LocalExpr>(local->type);
    node->local = local;
    node->is_lvalue = true;
    return node;
  }
  ir::ExprPtr cast(const sema::Type* type, ir::ExprPtr operand) {
    auto node = make<ir::CastExpr>(type);
    node->operand = std::move(operand);
    return node;
  }
  ir::ExprPtr unary(ast::UnaryOp op, ir::ExprPtr operand) {
    auto node = make<ir::UnaryExpr>(operand->type);
    node->op = op;
    node->operand = std::move(operand);
    return node;
  }
  // The type of the operands unless it is given.
  ir::ExprPtr binary(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, const sema::Type* type = nullptr) {
    auto node = make<ir::BinaryExpr>(type ? type : lhs->type);
    node->op = op;
    node->lhs = std::move(lhs);
    node->rhs = std::move(rhs);
    return node;
  }
  ir::ExprPtr field(ir::ExprPtr object, int field, const sema::Type* type) {
    auto node = make<ir::FieldExpr>(type);
    node->object = std::move(object);
    node->field = field;
    node->is_lvalue = true;
    return node;
  }
  ir::ExprPtr element(ir::ExprPtr object, ir::ExprPtr index, const sema::Type* type) {
    auto node = make<ir::IndexExpr>(type);
    node->object = std::move(object);
    node->index = std::move(index);
    node->is_lvalue = true;
    return node;
  }
  template <typename... Values>
  ir::ExprPtr ctor(const sema::Type* type, Values... values) {
    auto node = make<ir::CtorExpr>(type);
    (node->values.push_back(std::move(values)), ...);
    return node;
  }
  // A whole element, or the leaf at `path`.
  ir::ExprPtr access(ir::Local* region, ir::ExprPtr index, const std::vector<std::string>& path = {}) {
    const auto& region_type = sema::as<sema::RegionType>(region->type);
    const auto leaves = sema::flatten_fields(region_type.fspace);
    auto node = make<ir::RegionAccessExpr>(region_type.fspace);
    for (int k = 0; k < static_cast<int>(leaves.size()); ++k) {
      const auto& leaf = leaves[k].path;
      if (leaf.size() < path.size() || !std::equal(path.begin(), path.end(), leaf.begin())) continue;
      node->leaves.push_back(k);
      if (leaf.size() == path.size()) node->type = leaves[k].type;
    }
    node->regions = {region};
    node->path = path;
    node->index = std::move(index);
    node->is_lvalue = true;
    return node;
  }
  template <typename... Args>
  std::unique_ptr<ir::TaskCallExpr> call(ir::Task& callee, Args... args) {
    auto node = make<ir::TaskCallExpr>(callee.result);
    node->callee = &callee;
    (node->args.push_back(std::move(args)), ...);
    return node;
  }
  template <typename... Args>
  ir::ExprPtr c_call(const cimport::Header& header, const std::string& function, const sema::Type* result,
                     Args... args) {
    auto node = make<ir::CCallExpr>(result);
    node->header = &header;
    node->function = function;
    (node->args.push_back(std::move(args)), ...);
    return node;
  }

  // ---- statements
  template <typename Node>
  std::unique_ptr<Node> stat() {
    auto node = std::make_unique<Node>();
    node->range = range();
    return node;
  }
  static void add(ir::Block& block, ir::StatPtr stat) { block.stats.push_back(std::move(stat)); }
  ir::StatPtr var(ir::Local* local, ir::ExprPtr value) {
    auto node = stat<ir::VarStat>();
    node->local = local;
    node->value = std::move(value);
    return node;
  }
  ir::StatPtr assign(ir::ExprPtr target, ir::ExprPtr value) {
    auto node = stat<ir::AssignStat>();
    node->target = std::move(target);
    node->value = std::move(value);
    return node;
  }
  // Computed in the target's type unless another is given.
  ir::StatPtr reduce(ast::ReductionOp op, ir::ExprPtr target, ir::ExprPtr value,
                     const sema::Type* compute_type = nullptr) {
    auto node = stat<ir::ReduceStat>();
    node->op = op;
    node->compute_type = compute_type ? compute_type : target->type;
    node->target = std::move(target);
    node->value = std::move(value);
    return node;
  }
  std::unique_ptr<ir::ForListStat> for_list(ir::Local* variable, ir::ExprPtr domain) {
    auto node = stat<ir::ForListStat>();
    node->variable = variable;
    node->domain = std::move(domain);
    return node;
  }
  std::unique_ptr<ir::ForNumStat> for_num(ir::Local* variable, ir::ExprPtr first, ir::ExprPtr limit,
                                          ir::ExprPtr step = nullptr) {
    auto node = stat<ir::ForNumStat>();
    node->variable = variable;
    node->first = std::move(first);
    node->limit = std::move(limit);
    node->step = std::move(step);
    return node;
  }
  ir::StatPtr give_back(ir::ExprPtr value) {
    auto node = stat<ir::ReturnStat>();
    node->value = std::move(value);
    return node;
  }
  ir::StatPtr expr(ir::ExprPtr value) {
    auto node = stat<ir::ExprStat>();
    node->expr = std::move(value);
    return node;
  }

 private:
  static constexpr int kLines = 200;
  FileId file_;
  std::vector<std::unique_ptr<ir::Task>> tasks_;
};

}  // namespace palatine::test
