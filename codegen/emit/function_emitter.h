// One function or task body as C++. Used by emit_task and emit_function; the members are grouped in files:
//   emit_expr.cpp      values
//   emit_form.cpp      casts of pointers and other forms
//   emit_handle.cpp    index spaces and partitions
//   emit_list.cpp      lists
//   emit_access.cpp    region elements and accessors
//   emit_apart.cpp     bodies whose arrays do not overlap
//   emit_future.cpp    results that are not there yet
//   emit_call.cpp      C functions, terra functions, launches
//   emit_stat.cpp      statements
//   emit_loop.cpp      loops
//   emit_launch.cpp    index launches
//   emit_mapping.cpp   map and unmap
//   ../gpu/emit_kernel.cpp  kernels and their launches
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "codegen/emit/accesses.h"
#include "codegen/emit/code.h"
#include "codegen/emit/extremes.h"
#include "codegen/emit/streams.h"
#include "codegen/emit/unit.h"

namespace palatine::codegen {

struct KernelName;
struct KernelNames;

class FunctionEmitter {
 public:
  // Code goes to `out`; constants that the code refers to (launch sites) go to `constants`, which must stand
  // before.
  FunctionEmitter(Unit& unit, const ir::Function& function, Writer& out, Writer& constants);

  // `static T name(params) { ... }`. Tasks get the running task's context as their first parameter. Where
  // what a task writes overlaps nothing else, the body `apart`, if any, takes its place.
  void emit(const std::string& name, const std::string& apart = "");
  // That body, with its arrays as further parameters (apart.h, emit_apart.cpp).
  void emit_apart(const std::string& name);
  // The same body for a GPU: the loops of `kernels` are launches (gpu/kernels.h).
  void emit_for_gpu(const std::string& name, const KernelNames& kernels);
  // `static void NAME_point(arguments, sums, point)`: what one thread does for one point.
  void emit_kernel_point(KernelName& kernel);
  // `T name(params)` without a body, for declarations.
  static std::string signature(Unit& unit, const ir::Function& function, const std::string& name);

 private:
  // True for functions with labels.
  bool has_jumps_ = false;

  // The body of a Lua function: the compiler's process runs it (emit_function.cpp).
  void lua_call(const std::vector<std::string>& params);

  // ---- values (emit_expr.cpp)
  // The value of an expression; futures are waited for.
  Code value(const ir::Expr& expr);
  // The place itself, as the left side of an assignment.
  Code lvalue(const ir::Expr& expr);
  Code constant(const ir::ConstExpr& expr);
  Code local(const ir::Local& local);
  Code global(const ir::Global& global);
  Code unary(const ir::UnaryExpr& expr);
  Code binary_value(const ir::BinaryExpr& expr);
  // `a op b` in the C++ type of `type`; narrow integers are cut back to their width.
  Code arithmetic(ast::BinaryOp op, const Code& lhs, const Code& rhs, const sema::Type* operand_type,
                  const sema::Type* type);
  Code reduced(ast::ReductionOp op, const Code& target, const sema::Type* target_type, const Code& operand,
               const sema::Type* operand_type, const sema::Type* compute_type);
  Code member_of(const ir::FieldExpr& expr);
  Code element_of(const ir::IndexExpr& expr);
  Code address_of(const ir::AddressOfExpr& expr);
  // `member = value;` for a member of a C struct.
  std::string store_into_c(const Code& member, const sema::Type* member_type, const Code& value);
  Code aggregate(const ir::CtorExpr& expr);
  Code handle_member(const ir::HandleMemberExpr& expr);
  Code ispace_of(const ir::Expr& domain);
  // The boxes of a region or index space, for a loop.
  Code boxes_of(const ir::Expr& domain);
  // The last argument of calls that look for a region parameter (Context::mapped): ", 1" for the second.
  std::string placed(const ir::Local& region) const;
  std::string bounds_of(const ir::Local& region);
  // Casts of pointers, null (emit_form.cpp).
  Code form(const ir::FormExpr& expr);
  Code physical(const ir::PhysicalExpr& expr);
  Code null_point(const sema::Type* pointer);
  Code static_cast_of(const ir::FormExpr& expr);
  Code new_region(const ir::NewRegionExpr& expr, const std::string& variable);

  // ---- lists (emit_list.cpp)
  static bool is_list_form(ir::Form form);
  Code list_form(const ir::FormExpr& expr);
  Code list_op(const ir::HandleOpExpr& expr, const std::vector<Code>& operands);
  Code barrier_op(const char* name, const ir::HandleOpExpr& expr, std::vector<Code> operands);
  bool has_lists(const ir::Task& callee) const;

  // ---- index spaces and partitions (emit_handle.cpp)
  Code handle_op(const ir::HandleOpExpr& expr);
  Code new_collective(const ir::HandleOpExpr& expr);
  Code partition_info(const ir::HandleOpExpr& expr);
  Code image_by_task(const ir::HandleOpExpr& expr);
  std::string conditions(const std::vector<Code>& barriers, size_t await_count, bool has_list);
  std::string copy_step(const sema::Type* leaf, ast::ReductionOp op, const ir::Function* combine);
  Code copy(const ir::HandleOpExpr& expr, const std::vector<Code>& operands);
  Code attach_hdf5(const ir::HandleOpExpr& expr, const std::vector<Code>& operands);
  std::string field_table(const char* name, const std::vector<int>& fields);

  // ---- region elements (emit_access.cpp)
  void declare_asked_bounds();
  void declare_accessors(const ir::Local& region);
  std::string declare_accessor(const ir::Local& region, int leaf);
  static int region_dimensions(const ir::Local& region);
  void assign_accessor(const ir::Local& region, int leaf, SourceRange range);
  std::string accessor_type(const ir::Local& region, int leaf, bool is_written);
  std::string accessor(const ir::Local& region, int leaf) const;
  Code element(const ir::RegionAccessExpr& access, int leaf, const Code& index);
  Code region_value(const ir::RegionAccessExpr& access);
  void store(const ir::RegionAccessExpr& access, const Code& new_value, SourceRange range);
  Code member_at(const std::string& object, const ir::RegionAccessExpr& access, int leaf);
  // The index, checked against the region's bounds if the program is compiled so.
  Code checked_index(const ir::RegionAccessExpr& access);
  void check_array_index(const ir::IndexExpr& expr, Code& index);
  void check_transform_index(const ir::IndexExpr& expr, Code& index);

  // ---- calls (emit_call.cpp)
  Code c_call(const ir::CCallExpr& expr);
  // Of a function whose header stays C.
  Code linked_c_call(const ir::CCallExpr& expr);
  Code device_call(const ir::CCallExpr& expr);
  // Without the conversion of the result to the language's type.
  Code plain_c_call(const ir::CCallExpr& expr);
  static bool is_string(const ir::ConstExpr& expr);
  Code c_argument(const ir::Expr& arg, const cimport::CType* param);
  Code runtime_call(const ir::RuntimeCallExpr& expr);
  Code function_call(const ir::FunctionCallExpr& expr);
  Code pointer_call(const ir::PointerCallExpr& expr);
  // The launch itself: an api::Future.
  Code launch(const ir::TaskCallExpr& expr);
  // The arguments in the order of the parameters; arguments that are futures are left `{}` and listed in
  // `futures`.
  std::string argument_list(const ir::TaskCallExpr& expr, std::vector<std::string>& futures);
  // The variable, if the expression is one that holds a future.
  static const ir::Local* future_of(const ir::Expr& expr);

  // ---- results that are not there yet (emit_future.cpp)
  // The expression as an api::Future.
  Code future_value(const ir::Expr& expr);
  Code raw_future(const ir::FormExpr& expr);
  // A future of what `body` computes from the expressions, some of which are futures. While `body` runs, they
  // are emitted as the computation sees them.
  Code deferred(const sema::Type* result, const std::vector<const ir::Expr*>& exprs,
                const std::function<Code()>& body);
  struct DeferredParts {
    std::vector<std::string> captures, signature, operands;
    std::unordered_map<const ir::Local*, std::string> params;
  };
  void divide(const ir::Expr& expr, DeferredParts& parts);

  // ---- statements (emit_stat.cpp)
  void block(const ir::Block& block);
  void scoped_block(const ir::Block& block);
  void stat(const ir::Stat& stat);
  void var(const ir::VarStat& stat);
  void assign(const ir::AssignStat& stat);
  void reduce(const ir::ReduceStat& stat);
  void if_stat(const ir::IfStat& stat);
  void return_stat(const ir::ReturnStat& stat);
  void expr_stat(const ir::ExprStat& stat);
  void fill(const ir::FillStat& stat);
  void fence(const ir::FenceStat& stat);
  void delete_stat(const ir::DeleteStat& stat);
  // `target = text`, for targets outside of regions.
  void store_text(const ir::Expr& target, const Code& new_value, SourceRange range);

  // ---- loops (emit_loop.cpp)
  void while_stat(const ir::WhileStat& stat);
  void repeat_stat(const ir::RepeatStat& stat);
  void for_num(const ir::ForNumStat& stat);
  void for_list(const ir::ForListStat& stat);
  void for_elements(const ir::ForListStat& stat);
  void break_stat(const ir::BreakStat& stat);
  void trace(const ir::Stat& stat);
  // Loop heads over all points of a domain, outer dimension first, the variable declared in the innermost
  // one. Returns how many braces are open.
  void compare_kept(const std::vector<const ir::ReduceStat*>& extremes);
  // What the innermost loop over points does beside its body, in steps of some points.
  struct Steps {
    std::vector<Stream> streams;
    std::vector<const ir::ReduceStat*> extremes;
  };
  int open_domain_loops(const ir::Local& variable, const ir::Expr& domain, SourceRange range,
                        const Steps& steps = {});
  void open_steps(const std::string& coordinate, const std::string& lo, const std::string& hi,
                  const std::string& outer, const std::string& ahead, const Steps& steps, SourceRange range);
  void open_brace(SourceRange range, const std::string& head);
  void close_braces(int count);

  // ---- launches and mapping (emit_launch.cpp, emit_mapping.cpp)
  void index_launch(const ir::IndexLaunchStat& stat);
  std::string index_launch_site(const ir::IndexLaunchStat& stat);
  bool equal_arguments(const ir::IndexLaunchStat& stat, const std::string& launcher,
                       const std::vector<std::string>& range);
  std::string fold_of(const ir::IndexLaunchStat& stat);
  std::string launch_site(const ir::Task& callee, SourceRange range);
  void map(const ir::MapStat& stat);
  void unmap(const ir::UnmapStat& stat);
  // `callee(context, more, {r, fields, n, privilege} ...)`, with one MapDesc for each region.
  void map_call(const std::string& callee, const std::vector<ir::MappedField>& fields, const char* privilege,
                SourceRange range);

  // ---- kernels (gpu/emit_kernel.cpp)
  // What kernels reduce into a variable, not yet assigned to it.
  struct Pending {
    const ir::Local* variable;
    ast::ReductionOp op;
    std::string name;
    int block_depth;
  };
  void emit_scan(const KernelName& kernel, const std::string& arguments);
  void emit_uniform_place(const KernelName& kernel, size_t number);
  std::string table_of(const ir::ReduceStat& stat) const;
  void kernel_launch(const KernelName& kernel, const ir::Stat& stat);
  // Assigns what kernels have reduced into variables that the statement mentions.
  void settle(const ir::Stat& stat);
  // Likewise at the end of a block, for all of its kernels.
  void settle_block();
  void settle(const std::function<bool(const Pending&)>& is_wanted);
  // In a kernel: whether threads may meet in the target, which then is written as one step.
  bool kernel_reduce(const ir::ReduceStat& stat);
  // The number of what can go wrong here, and what checks of kernels are given besides the index.
  std::string kernel_site(const std::string& message, SourceRange range);

  // ---- bodies whose arrays do not overlap (emit_apart.cpp)
  void continue_apart(const std::string& apart, const std::vector<std::string>& params);
  // The body itself, up to the closing brace.
  void statements();

  std::string declare(const ir::Local& local);
  const std::string& name_of(const ir::Local& local) const { return local_names_.at(&local); }
  std::string type(const sema::Type* t) { return unit_.types().name(t); }
  NameScopes& names() { return unit_.names(); }

  Unit& unit_;
  const ir::Function& function_;
  // Terra functions are never checked: those that kernels call would know nobody to tell.
  bool checks_bounds() const { return task_ && task_->checks_bounds; }
  const ir::Task* task_;  // null for terra functions
  Writer& out_;
  Writer& constants_;
  Accesses accesses_;
  std::unordered_map<const ir::Local*, std::string> local_names_;
  // While a computation on futures is emitted: what its parts are there.
  std::unordered_map<const ir::Expr*, Code> deferred_parts_;
  std::map<std::pair<const ir::Local*, int>, std::string> accessor_names_;
  std::unordered_map<const ir::Local*, std::string> bounds_names_;  // with bounds checks only
  // Of regions whose bounds the function asks for: it asks once, for loops to have them at hand.
  std::unordered_map<const ir::Local*, std::string> asked_bounds_;
  // For each loop around the current statement: the label behind it, where `break` cannot leave it in one
  // step.
  struct Loop {
    std::string label;
    bool label_is_used = false;
  };
  std::vector<Loop> loops_;
  int trace_count_ = 0;
  // Where values are kept until they are compared (extremes.h), and how many there are.
  struct Kept {
    std::string array, index, count;
  };
  std::unordered_map<const ir::ReduceStat*, Kept> kept_values_;
  // Of the innermost loop over numbers or points; null outside of them.
  const ir::Local* loop_variable_ = nullptr;
  // Of a body for GPUs.
  const KernelNames* kernels_ = nullptr;
  std::vector<Pending> pending_;
  int block_depth_ = 0;
  // Pointers into several regions lead to one array.
  bool are_regions_one_ = false;
  // While a kernel's body is emitted, with the name of its arguments.
  KernelName* kernel_ = nullptr;
  std::string kernel_arguments_;
  std::vector<std::string> uniform_parts_;  // by number in `KernelLoop::uniform`
  std::string kernel_tables_;
};

// Writes the api::ListDesc of a list type, under names that begin with `base`, and gives its name.
std::string list_descriptor(const sema::Type* list, TypeEmitter& types, const std::string& base, Writer& out);

}  // namespace palatine::codegen
