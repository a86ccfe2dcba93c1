// Makes small tasks in IR for tests of passes: one task at a time, one statement a line.
//
//   TaskBuilder t("main");
//   ir::Local& r = t.new_region("r", t.point_type());
//   t.body(t.write(r, 0), t.call(init, {t.use(r)}), t.read(r, 0));
//   mapping(t.task(), {});
//   EXPECT_EQ(shape(t.task()), "write r.x; unmap r.x; init; map-read r.x; read r.x");
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "frontend/diag/diag.h"
#include "frontend/source/source.h"
#include "sema/ir/ir.h"
#include "sema/types/types.h"

namespace palatine::test {

// What the tasks of one test share. Lines are numbered as statements are made.
struct Program {
  Program();

  sema::TypeTable types;
  SourceManager sources;
  Diagnostics diags{sources};
  FileId file;
  uint32_t next_line = 0;
  uint32_t next_task = 0;
  const sema::StructType* point;  // struct { x : double, y : double }

  SourceRange new_line();
};

class TaskBuilder {
 public:
  using Mode = ir::Requirement::Mode;

  TaskBuilder(Program& program, std::string name, const sema::Type* result = nullptr);

  ir::Task& task() { return task_; }

  // ---- variables

  // A parameter with one privilege on some leaves.
  ir::Local& region_param(const std::string& name, Mode mode, std::vector<int> leaves,
                          const sema::Type* element = nullptr);
  ir::Local& param(const std::string& name, const sema::Type* type);
  ir::Local& partition_param(const std::string& name, const ir::Local& parent, bool disjoint = true,
                             int color_dim = 1);
  // Another privilege for a parameter.
  void privilege(const ir::Local& region, Mode mode, std::vector<int> leaves,
                 ir::ReductionOp op = ir::ReductionOp::add);
  void disjoint(const ir::Local& a, const ir::Local& b);
  ir::Local& local(const std::string& name, const sema::Type* type);
  ir::Local& region(const std::string& name, const sema::Type* element = nullptr);
  ir::Local& region_of(const std::string& name, const ir::Local& same_type);
  // For `var s = p[c]`.
  ir::Local& subregion_local(const std::string& name, const ir::Local& partition);

  // ---- expressions

  ir::ExprPtr use(ir::Local& local);
  ir::ExprPtr number(int64_t value, const sema::Type* type = nullptr);
  ir::ExprPtr binary(ast::BinaryOp op, ir::ExprPtr a, ir::ExprPtr b);
  ir::ExprPtr cast(ir::ExprPtr value, const sema::Type* type);
  ir::ExprPtr ctor(const sema::Type* type, std::vector<ir::ExprPtr> values);
  ir::ExprPtr field(ir::ExprPtr object, int field, const sema::Type* type);
  // `r[0].<leaf>`
  ir::ExprPtr element(ir::Local& region, int leaf);
  ir::ExprPtr subregion(ir::Local& partition, ir::ExprPtr color);
  ir::ExprPtr task_call(TaskBuilder& callee, std::vector<ir::ExprPtr> args);
  ir::ExprPtr c_call(const std::string& name, std::vector<ir::ExprPtr> args, const sema::Type* result);

  // ---- statements

  ir::StatPtr var(ir::Local& local, ir::ExprPtr value);
  // `var r = region(...)`, `var p = partition(equal, r, ...)`, `var s = p[c]`
  ir::StatPtr make_region(ir::Local& region);
  ir::StatPtr assign(ir::ExprPtr target, ir::ExprPtr value);
  ir::StatPtr reduce(ir::ReductionOp op, ir::ExprPtr target, ir::ExprPtr value);
  ir::StatPtr expr(ir::ExprPtr value);
  ir::StatPtr read(ir::Local& region, int leaf);   // `c.use(r[0].x)`
  ir::StatPtr write(ir::Local& region, int leaf);  // `r[0].x = 1`
  ir::StatPtr call(TaskBuilder& callee, std::vector<ir::ExprPtr> args);
  ir::StatPtr call(TaskBuilder& callee, ir::Local& region);
  ir::StatPtr fill(ir::Local& region, int leaf);
  ir::StatPtr return_(ir::ExprPtr value = nullptr);
  ir::StatPtr break_();
  ir::StatPtr if_(ir::Block then_block, ir::Block else_block = {});
  ir::StatPtr if_(ir::ExprPtr condition, ir::Block then_block);
  ir::StatPtr do_(ir::Block body);
  ir::StatPtr while_(ir::ExprPtr condition, ir::Block body);
  ir::StatPtr repeat_(ir::Block body, ir::ExprPtr until);
  ir::StatPtr for_(ir::Local& variable, ir::Block body);  // from 0 to 10
  ir::StatPtr for_each(ir::Local& variable, ir::ExprPtr domain, ir::Block body);
  ir::StatPtr for_(ir::Block body);  // over a variable of its own

  template <typename... Stats>
  static ir::Block block(Stats... stats) {
    ir::Block result;
    (result.stats.push_back(std::move(stats)), ...);
    return result;
  }
  template <typename... Stats>
  void body(Stats... stats) {
    task_.body = block(std::move(stats)...);
  }

 private:
  ir::ExprPtr condition();
  template <typename T>
  std::unique_ptr<T> stat();
  template <typename T>
  std::unique_ptr<T> node(const sema::Type* type);
  sema::Symbol* symbol(const std::string& name, const sema::Type* type);

  Program& program_;
  ir::Task task_;
  std::shared_ptr<cimport::Header> header_;
};

// The statements in short: "write r.x; map-read r.x; for { read r.x }; unmap r.x; f".
std::string shape(const ir::Task& task);

}  // namespace palatine::test
