// The state of checking one function, shared by the files of this folder.
//
// Each file adds the methods for one subject: names and scopes (checker.cpp), expressions (check_expr.cpp),
// operators, conversions, accesses of regions, calls, builtin forms, statements, splices. A check_* method
// takes a syntax tree and gives IR; on an error it reports and gives an expression of the error type, which
// every other method accepts silently.
//
// Expressions come back as written: an lvalue has not been read yet. `read` checks the privilege and makes it
// a value. What IR cannot express in place is appended to `sink_` as a temporary before the statement.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sema/check/check.h"
#include "sema/privilege/privileges.h"
#include "sema/types/substitute.h"

namespace palatine::sema {

// The name of the metamethod that a type of the program's own reduces with; empty when there is none.
std::string reduction_metamethod(ast::ReductionOp op);
// The type itself, or that of the elements of arrays of arrays.
const Type* element_of_arrays(const Type* type);

// How a callee's regions correspond to the caller's.
class CallMapping;

class Checker {
 public:
  // `task` is the function when that is a task, else null.
  Checker(ir::Function& function, ir::Task* task, const Frame& frame, CheckContext& context);

  // Checks the body once. False when a recursive call saw another result type than the body turned out to
  // have: then the function has to be checked again with `expected_result`.
  bool run(const ast::Block& body, const Type* declared_result, const Type* expected_result);
  const Type* result() const { return result_; }
  bool has_error() const { return has_error_; }

 private:
  // ---- names and scopes: checker.cpp ----
  // `branch` covers everything that runs under a condition, bodies of `while` loops too.
  enum class ScopeKind : uint8_t { block, branch, counted_loop };
  struct Scope {
    ScopeKind kind;
    ir::Block* block;  // where statements of this scope go
    std::unordered_map<const Symbol*, ir::Local*> locals;
    // The first variable of each handle type.
    std::unordered_map<const Type*, ir::Local*> handles;
  };
  // Opens a scope whose statements go into `block`, until destroyed.
  class ScopeGuard {
   public:
    ScopeGuard(Checker& checker, ScopeKind kind, ir::Block& block);
    ~ScopeGuard();
    ScopeGuard(const ScopeGuard&) = delete;
    ScopeGuard& operator=(const ScopeGuard&) = delete;

   private:
    Checker& checker_;
    ir::Block* outer_sink_;
  };
  // Checks trees of another frame (a quote's), until destroyed.
  class FrameGuard {
   public:
    FrameGuard(Checker& checker, const Frame& frame) : checker_(checker), outer_(checker.frame_) {
      checker.frame_ = &frame;
      ++checker.quote_depth_;
      checker.splice_parents_.push_back(checker.splice_);
      checker.splice_ = static_cast<int>(checker.splice_parents_.size()) - 1;
    }
    ~FrameGuard() {
      checker_.splice_ = checker_.splice_parents_[static_cast<size_t>(checker_.splice_)];
      checker_.frame_ = outer_;
      --checker_.quote_depth_;
    }
    FrameGuard(const FrameGuard&) = delete;
    FrameGuard& operator=(const FrameGuard&) = delete;

   private:
    Checker& checker_;
    const Frame* outer_;
  };

  // The symbol that a declaration names, and whether it came from Lua. Null when it was reported.
  // Whether an escape among the effects of the task failed.
  bool has_unknown_effects() const;
  const Symbol* declared_symbol(const ast::Declared& declared);
  // Makes a variable of the innermost scope. A null `type` is filled in later by `set_type`.
  ir::Local* declare(const Symbol* symbol, const std::string& name, const Type* type, SourceRange range);
  void set_type(ir::Local* local, const Type* type);
  ir::Local* lookup(const Symbol* symbol) const;
  // The variable that stands for a region, partition or ispace of this type; null when there is none in
  // sight.
  ir::Local* lookup_handle(const Type* type) const;
  // What a handle type is called in messages: "$r".
  std::string handle_name(const Type* type) const;
  const Symbol* handle_symbol(const Type* type) const;
  void enter(ir::Local* local, const Symbol* symbol, size_t scope_index);
  // The outermost scope in which the subregion can be looked up: a loop need not do it again and again, but
  // what a branch guards stays behind its condition.
  size_t hoisting_scope(const ir::SubregionExpr& subregion) const;
  // The type with symbols of quotes replaced by the variables that they became.
  const Type* resolve_type(const Type* type);
  const Symbol* resolve_symbol(const Symbol* symbol) const;
  // The type that an escape evaluated to; the error type when it is none (reported).
  const Type* escaped_type(ast::EscapeId escape, SourceRange range);

  template <typename T>
  std::unique_ptr<T> make(const Type* type, SourceRange range) const {
    auto node = std::make_unique<T>();
    node->type = type;
    node->range = range;
    return node;
  }
  template <typename T>
  std::unique_ptr<T> make_stat(const ast::Stat& tree) const {
    auto node = std::make_unique<T>();
    node->range = stat_range(tree);
    node->annotations = tree.annotations;
    return node;
  }
  ir::ExprPtr make_error(SourceRange range) const;
  ir::ExprPtr make_local(ir::Local* local, SourceRange range) const;
  ir::ExprPtr make_integer(int64_t value, const Type* type, SourceRange range) const;
  ir::ExprPtr make_binary(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, const Type* type) const;
  ir::ExprPtr make_field(ir::ExprPtr object, int field, const Type* type) const;

  template <typename... Args>
  Diagnostics::Builder error(DiagKind kind, SourceRange range, const Args&... args) {
    has_error_ = true;
    return context_.diags.report(kind, range, args...);
  }
  // The tree being checked is terra code, not the language's own.
  bool in_terra() const { return frame_->construct && ast::is_terra(frame_->construct->kind); }
  // How members of an aggregate without names are called: terra's tuples count from 0.
  std::string positional_name(size_t position) const {
    return "_" + std::to_string(in_terra() ? position : position + 1);
  }
  SourceRange range_of(const ast::Expr& tree) const {
    return ast::diagnostic_range(context_.diags.sources(), tree);
  }
  SourceRange stat_range(const ast::Stat& tree) const;
  TypeTable& types() const { return context_.types; }

  void emit(ir::StatPtr stat) { sink_->stats.push_back(std::move(stat)); }
  // A new variable that holds the value from here on.
  ir::Local* temporary(ir::ExprPtr value, const std::string& handle_text = "");
  // The variable itself if the value is one that cannot change during the statement, else a temporary.
  ir::Local* spill(ir::ExprPtr value);
  // A variable for a handle value: the one that it names, an older one of the same type, or a temporary.
  ir::Local* handle_local(ir::ExprPtr value);
  // Of the type {}: a variable without a value.
  ir::ExprPtr empty_value(SourceRange range);

  // ---- expressions: check_expr.cpp ----
  ir::ExprPtr check_expr(const ast::Expr& tree);
  // check_expr and read.
  ir::ExprPtr check_value(const ast::Expr& tree);
  ir::ExprPtr check_name(const ast::NameExpr& tree);
  // Reports a name that means nothing, and what may have been meant.
  // For an assignment to what is no variable of the task.
  void hint_constant(Diagnostics::Builder& builder, const ast::Expr& target);
  void report_undefined(const std::string& name, SourceRange range);
  ir::ExprPtr check_ctor(const ast::CtorExpr& tree);
  ir::ExprPtr check_and_or(const ast::BinaryExpr& tree);

  // ---- members and elements: check_member.cpp ----
  ir::ExprPtr check_field(const ast::FieldExpr& tree);
  ir::ExprPtr field_of(ir::ExprPtr object, const std::string& name, SourceRange range,
                       SourceRange name_range);
  // Null when a handle of this type has no such member.
  ir::ExprPtr handle_member(ir::ExprPtr object, const std::string& name, SourceRange range);
  ir::ExprPtr no_field(const Type* type, const std::string& name, SourceRange range);
  ir::ExprPtr check_index(const ast::IndexExpr& tree);
  ir::ExprPtr subregion(ir::ExprPtr partition, ir::ExprPtr color, SourceRange range);
  ir::ExprPtr rect_size(ir::ExprPtr rect);
  ir::ExprPtr check_method(const ast::MethodCallExpr& tree);
  // Null when the value has no such method.
  ir::ExprPtr rect_method(ir::ExprPtr& object, const std::string& name, SourceRange range);

  // ---- projections of regions: check_projection.cpp ----
  ir::ExprPtr check_projection(const ast::ProjectionExpr& tree);
  // The region with another element type; `fields` say where that one's fields come from. `text` is what the
  // projection is called in messages.
  ir::ExprPtr project(ir::ExprPtr region, const Type* element, const std::vector<ProjectedField>& fields,
                      const std::string& text, SourceRange range);
  // The region seen with an element type that has the same fields by name. `is_by_layout`: unchanged if they
  // have the same order, too.
  ir::ExprPtr with_element(ir::ExprPtr region, const Type* element, bool is_by_layout);
  // Reports, and gives true, when a region that is to be partitioned is a projection.
  bool reject_projected(const Type* region, SourceRange range);

  // ---- accesses of regions: check_access.cpp ----
  ir::ExprPtr access_region(ir::Local* region, ir::ExprPtr index, SourceRange range);
  ir::ExprPtr access_pointer(ir::ExprPtr pointer, SourceRange range);
  ir::ExprPtr access_field(std::unique_ptr<ir::RegionAccessExpr> element, const std::string& name,
                           SourceRange range, SourceRange name_range);
  // Checks the privilege to read an lvalue, and gives its value. Values pass unchanged.
  ir::ExprPtr read(ir::ExprPtr expr);
  void require_privilege(const ir::RegionAccessExpr& access, ir::Privilege privilege, ast::ReductionOp op,
                         SourceRange range);
  void note_privileges(Diagnostics::Builder& builder, const Type* region, const FieldPathNames& path);
  void mark_address_taken(ir::Expr& lvalue);
  void mark_assigned(ir::Expr& lvalue);
  // True when the bounded type's regions fit its element and index type; reports otherwise.
  bool check_bounds(const BoundedType& type, SourceRange range);

  // The variables that a bounded type's bounds name; nothing, reported, when one is not known here.
  std::optional<std::vector<ir::Local*>> bound_locals(const BoundedType& type, SourceRange range);

  // ---- values of the C interface: check_c_value.cpp ----
  // `i:to_point()` and others; null when the value has no such method.
  ir::ExprPtr c_method(ir::ExprPtr& object, const std::string& name, SourceRange range);

  // ---- arrays and vectors: check_array.cpp ----
  ir::ExprPtr check_aggregate_call(SpecialForm form, const ast::CallExpr& tree);

  // ---- casts of pointers and partitions, null: check_cast.cpp ----
  std::unique_ptr<ir::FormExpr> make_form(ir::Form form, const Type* type, SourceRange range) const;
  ir::ExprPtr check_dynamic_cast(const ast::BuiltinExpr& tree);
  ir::ExprPtr dynamic_cast_partition(const PartitionType& to, ir::ExprPtr value, SourceRange range);
  ir::ExprPtr check_static_cast(const ast::BuiltinExpr& tree);
  ir::ExprPtr static_cast_partition(const PartitionType& to, ir::ExprPtr value, SourceRange range);
  // Checks that the colors and parents of two partition types agree, and remembers the new one's parent.
  bool recast_partition(const PartitionType& to, const PartitionType& from, SourceRange range);
  ir::ExprPtr check_unsafe_cast(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_isnull(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_null(const ast::BuiltinExpr& tree);
  // The type and the value of a cast; false when one of them was reported.
  bool cast_operands(const ast::BuiltinExpr& tree, const Type*& type, ir::ExprPtr& value);
  // Whether an index lies in an ispace or region.
  ir::ExprPtr contains(ir::ExprPtr domain, ir::ExprPtr index, SourceRange range);

  // ---- values of field spaces with regions: check_fspace.cpp ----
  // Field types with new variables for the regions among the fields, and the field space's constraints
  // between them. `named` are variables that stand for some of them.
  struct Unpacked {
    Substitution substitution;
    std::vector<const Symbol*> symbols;  // for each field; null for those that are no handles
  };
  Unpacked unpack(const StructType& instance, const std::map<int, const Symbol*>& named, SourceRange range);
  void add_constraints(const FspaceDefinition& definition, const Substitution& substitution);
  // `object.f` where the fields' types may mention one another.
  bool needs_unpacking(const StructType& instance, int field);
  ir::ExprPtr unpacked_field(ir::ExprPtr object, int field, SourceRange range, SourceRange name_range);
  // `s(r) { ... }`: the regions of the fields have to meet the field space's constraints.
  ir::ExprPtr construct_fspace(const StructType& instance, ir::ExprPtr value, SourceRange range);

  // ---- operators: check_operator.cpp ----
  ir::ExprPtr check_unary(const ast::UnaryExpr& tree);
  ir::ExprPtr check_binary(const ast::BinaryExpr& tree);
  ir::ExprPtr binary(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);
  ir::ExprPtr index_arithmetic(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);
  ir::ExprPtr index_comparison(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);
  ir::ExprPtr pointer_arithmetic(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);
  // The array or vector with other innermost elements.
  const Type* with_leaf(const Type* aggregate, const Type* leaf);
  ir::ExprPtr mismatch(const Type* a, const Type* b, SourceRange range);
  const Type* type_of_max(const IndexType& index);
  ir::ExprPtr min_max(bool is_max, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);

  // ---- conversions: convert.cpp ----
  bool can_convert(const Type* from, const Type* to) const;
  // Without what the program defines.
  bool converts_by_itself(const Type* from, const Type* to) const;
  bool can_cast(const Type* from, const Type* to) const;
  bool fills_partly(const StructType& from, const Type* to) const;
  // The common type of two operands or results; null when there is none.
  const Type* meet(const Type* a, const Type* b) const;
  // Requires can_convert or can_cast. The value was read.
  ir::ExprPtr convert(ir::ExprPtr value, const Type* to, bool is_explicit = false);
  ir::ExprPtr convert_ctor(ir::ExprPtr value, const Type* to, bool is_explicit);
  // Reads and converts, or reports `type mismatch: expected A but got B`.
  ir::ExprPtr expect(ir::ExprPtr value, const Type* type, SourceRange range);
  ir::ExprPtr check_condition(const ast::Expr& tree);

  // ---- calls: check_call.cpp, check_task_call.cpp ----
  ir::ExprPtr check_call(const ast::CallExpr& tree);
  std::vector<ir::ExprPtr> check_args(const std::vector<ast::ExprPtr>& trees, size_t first = 0);
  // `[ptr]{ __ptr = raw }` and `[ptr(T, r)]{ __ptr = p }`, where `raw` is a legion_ptr_t and `p` an index:
  // the pointer with this index, unchecked; with several bounds also `__index`, the place of the region among
  // them, from 1. Null for every other value.
  ir::ExprPtr pointer_of_parts(const Type& type, ir::ExprPtr& value, SourceRange range);
  ir::ExprPtr call_cast(const Type* type, const ast::CallExpr& tree);
  ir::ExprPtr call_c(const CFunctionValue& callee, const ast::CallExpr& tree);
  ir::ExprPtr call_terra(const ir::Function& callee, std::vector<ir::ExprPtr> args, SourceRange range);
  ir::ExprPtr call_runtime(ir::RuntimeFunction function, const ast::CallExpr& tree);
  ir::ExprPtr call_macro(const MacroValue& macro, const ast::CallExpr& tree);
  // What a macro gives for these arguments, each an expression or, where null, the type beside it.
  Value expand_macro(const MacroValue& macro, std::vector<ir::ExprPtr> args, std::vector<const Type*> types,
                     SourceRange range);
  // The arguments of a macro's call; false when one of them was reported.
  bool macro_arguments(const std::vector<ast::ExprPtr>& trees, std::vector<ir::ExprPtr>& args,
                       std::vector<const Type*>& types);
  ir::ExprPtr macro_value(const Value& result, SourceRange range);
  ir::ExprPtr method_macro(const MacroValue& macro, std::vector<ir::ExprPtr> args, bool is_statement,
                           SourceRange range);
  // The next method call is a statement.
  bool is_statement_ = false;
  // What an expression stands for: a value of Lua's or an object, and in terra code also `T.method`, which
  // `kept` holds. Null for all others.
  const Value* value_at(const ast::Expr& tree, Value& kept);
  // The type that an expression names: `T`, `&T`, `T[4]`; null when it is a value.
  const Type* named_type(const ast::Expr& tree);
  // A terra function as a value.
  ir::ExprPtr function_address(const ir::Function& callee, SourceRange range);
  // A call through a pointer, or of a struct with `__apply`; null when the value is neither.
  ir::ExprPtr call_value(ir::ExprPtr callee, const ast::CallExpr& tree);
  // The definitions of a struct's method; none when it has none or it is no function.
  std::vector<const ir::Function*> find_methods(const StructType& type, const std::string& name);
  // `self` of a method call: the address of a variable, or of a copy of a value.
  ir::ExprPtr method_receiver(ir::ExprPtr object, const StructType& structure,
                              const std::vector<const ir::Function*>& methods, SourceRange range);
  // Whether the tree is `unpacktuple(e)`; its members then follow `values`.
  bool is_unpack(const ast::Expr& tree) const;
  void unpack_into(const ast::CallExpr& tree, std::vector<ir::ExprPtr>& values);
  // The members of a struct's value.
  void unpack_value(ir::ExprPtr value, SourceRange range, std::vector<ir::ExprPtr>& values);
  // Terra code: when the last value is a tuple and stands for as many values as are missing, its members do.
  void unpack_last(std::vector<ir::ExprPtr>& values, size_t wanted, SourceRange range);
  void check_var_values(const ast::VarStat& tree);
  const std::vector<Value>* declared_list(const ast::Declared& declared) const;
  ir::ExprPtr tuple_of(std::vector<ir::ExprPtr> values, SourceRange range);
  ir::ExprPtr call_task(ir::Task& callee, const ast::CallExpr& tree);
  // ---- what programs define for their types: check_overload.cpp ----
  // " A, B": the types of arguments in messages.
  static std::string argument_types(const std::vector<ir::ExprPtr>& args);
  ir::ExprPtr call_overloaded(const std::string& name, const std::vector<const ir::Function*>& callees,
                              std::vector<ir::ExprPtr> args, SourceRange range);
  // A function, an overloaded one or a macro among the type's metamethods.
  bool has_metamethod(const Type* type, const std::string& name);
  // Requires has_metamethod.
  ir::ExprPtr call_metamethod(const StructType& owner, const std::string& name, std::vector<ir::ExprPtr> args,
                              SourceRange range);
  // Null, with the operands untouched, when no type defines the operator.
  ir::ExprPtr binary_metamethod(ast::BinaryOp op, ir::ExprPtr& lhs, ir::ExprPtr& rhs, SourceRange range);
  ir::ExprPtr unary_metamethod(ast::UnaryOp op, ir::ExprPtr& operand, SourceRange range);
  // `target op= value` as an assignment. False, with the operands untouched, when no type defines the
  // operator.
  // The function of a type with operators of its own that joins two values that were reduced; or null.
  const ir::Function* joining_function(const Type* type, ast::ReductionOp op);
  bool reduce_by_metamethod(ast::ReductionOp op, ir::ExprPtr& target, ir::ExprPtr& value,
                            const ast::AssignStat& tree);
  bool has_user_cast(const Type* from, const Type* to) const;
  ir::ExprPtr convert_by_user(ir::ExprPtr value, const Type* to);
  ir::ExprPtr constant_of_bytes(const Type* type, const char* bytes, SourceRange range);
  ir::ExprPtr constant_of_lua(const ConstantValue& constant, SourceRange range);

  // A type of its own for the handle that a call returns, and what is known about it.
  const Type* new_handle_type(const Type* type, SourceRange range);
  bool check_arity(size_t expected, size_t got, const ir::Function* callee, SourceRange range);
  ir::ExprPtr task_argument(ir::Task& callee, size_t index, ir::ExprPtr arg, CallMapping& mapping,
                            SourceRange range);
  void check_call_privileges(const ir::Task& callee, const CallMapping& mapping, SourceRange range);
  void check_call_constraints(const ir::Task& callee, const CallMapping& mapping, SourceRange range);
  // The result type that a call of a function sees; notes recursion.
  const Type* result_of(const ir::Function& callee);

  // ---- handles of the C API: check_raw.cpp ----
  // A type of `regentlib.c`, or the error type when that was reported.
  const Type* legion_type(const std::string& name, SourceRange range);
  ir::ExprPtr runtime_handle(ir::RuntimeFunction function, const std::string& type, SourceRange range);
  ir::ExprPtr check_raw(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_raw_future(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_fields(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_scratch_fields(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_physical(const ast::BuiltinExpr& tree);
  // The region and the leaf fields that `__fields` or `__physical` names; no region when it was reported.
  struct NamedLeaves {
    ir::Local* region = nullptr;
    std::vector<int> leaves;
    std::vector<bool> writes;
    size_t handle_count = 0;  // how many fields they are to C
  };
  NamedLeaves named_leaves(const ast::BuiltinExpr& tree);
  // ---- imports, acquire and release: check_import.cpp ----
  // The value of a handle of this type of the C API; of the error type when it is another one (reported).
  ir::ExprPtr raw_handle(const ast::Expr& tree, const char* type_of_handle, int number,
                         const std::string& what, SourceRange range);
  ir::ExprPtr check_import_ispace(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_import_region(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_import_partition(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_import_cross_product(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_acquire(const ast::BuiltinExpr& tree);
  // The numbers of the leaf fields of a form that both reads and writes them, added to `numbers`. False when
  // a field is missing, or the task lacks a privilege: reported, under the form that needs it. `name` is what
  // messages call the region.
  bool check_exclusive_fields(const RegionType& type, const ast::RegionRoot& root, const std::string& name,
                              const char* reading_form, const char* writing_form, SourceRange range,
                              std::vector<int>& numbers);
  // `return` in the body of an inlined task, which may stand in a quote.
  void return_to_caller(const ast::ReturnStat& tree);
  ir::ExprPtr check_attach(const ast::BuiltinExpr& tree);  // check_attach.cpp
  // ---- inlining: check_inline.cpp ----
  // Null when the call stays a call; errors about the demand are reported.
  const InlineBody* local_body(const ir::Task& callee, SourceRange range);
  const InlineBody* inline_body(const ir::Task& callee, const ast::Annotations& annotations,
                                SourceRange range);
  // The body of the callee in the place of its call; `args` fit its parameters.
  ir::ExprPtr inline_call(const ir::Task& callee, const InlineBody& inlined, std::vector<ir::ExprPtr> args,
                          const CallMapping& mapping, SourceRange range);

  // ---- builtin forms: check_builtin.cpp ----
  ir::ExprPtr check_builtin(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_ispace(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_region(const ast::BuiltinExpr& tree);
  void check_fill(const ast::BuiltinExpr& tree);
  // The operands that are expressions, in order, and the first operand of a kind; null when there is none.
  static std::vector<const ast::Expr*> expr_operands(const ast::BuiltinExpr& tree);
  static const ast::BuiltinOperand* find_operand(const ast::BuiltinExpr& tree,
                                                 ast::BuiltinOperand::Kind kind);
  ir::ExprPtr argument_mismatch(int number, const std::string& expected, const Type* got, SourceRange range);
  ir::ExprPtr unsupported(const std::string& what, SourceRange range);
  // The paths that a region operand lists; all fields, an empty path, when it lists none.
  std::vector<FieldPathNames> listed_paths(const std::vector<ast::FieldPath>& fields, bool has_fields);

  // ---- lists: check_list.cpp ----
  ir::ExprPtr check_list(const ast::BuiltinExpr& tree);
  ir::ExprPtr list_mismatch(const std::string& expected, const Type* got, SourceRange range);
  ir::ExprPtr make_list(ir::Form form, const Type* type, std::vector<ir::ExprPtr> operands,
                        SourceRange range) const;
  ir::ExprPtr make_list_op(ir::HandleOp op, const Type* type, std::vector<ir::ExprPtr> operands,
                           SourceRange range);
  ir::ExprPtr list_of_pieces(const ast::BuiltinExpr& tree, std::vector<ir::ExprPtr> values,
                             SourceRange range);
  ir::ExprPtr list_product(const ast::BuiltinExpr& tree, std::vector<ir::ExprPtr> values, SourceRange range);
  ir::ExprPtr list_element(ir::ExprPtr list, ir::ExprPtr index, SourceRange range);
  // Null when lists have no such method.
  ir::ExprPtr list_method(ir::ExprPtr& object, const std::string& name, SourceRange range);

  // ---- partitions: check_partition.cpp ----
  struct FieldOperand {
    ir::Local* region = nullptr;  // null: reported
    FieldPathNames path;
    const Type* field = nullptr;
    int leaf = -1;  // of the field; -1 when it is no leaf
  };
  ir::ExprPtr check_partition_equal(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_partition_coloring(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_partition_by_field(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_image(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_image_by_task(const ast::BuiltinExpr& tree, const Value& callee, ir::ExprPtr parent,
                                  ir::ExprPtr partition);
  // ---- phase barriers, copies, epochs: check_epoch.cpp ----
  ir::ExprPtr check_barrier(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_collective(const ast::BuiltinExpr& tree, ir::ExprPtr collective);
  ir::ExprPtr check_new_collective(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_collective_result(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_copy(const ast::BuiltinExpr& tree);
  void check_must_epoch(const ast::MustEpochStat& tree);
  // The barriers of `arrives(...)` and `awaits(...)` behind a call or copy.
  void check_conditions(const std::vector<ast::Condition>& conditions, std::vector<ir::ExprPtr>& awaits,
                        std::vector<ir::ExprPtr>& arrives);
  ir::ExprPtr check_restrict(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_cross_product(const ast::BuiltinExpr& tree);
  ir::ExprPtr check_cross_product_array(const ast::BuiltinExpr& tree);
  ir::ExprPtr set_operation(ast::BinaryOp op, ir::ExprPtr lhs, ir::ExprPtr rhs, SourceRange range);
  ir::ExprPtr subpartition(ir::ExprPtr product, ir::ExprPtr color, SourceRange range);
  ir::ExprPtr make_partition(ir::HandleOp op, const ast::BuiltinExpr* tree, bool disjoint,
                             const Symbol* parent, const Symbol* colors, std::vector<ir::ExprPtr> operands,
                             int leaf, SourceRange range);
  FieldOperand check_field_operand(const ast::BuiltinOperand& operand, int number, SourceRange range);
  void require_field_read(const FieldOperand& operand, int number, SourceRange range);
  // Reports when `lower <= upper` cannot be proved.
  void require_subregion(const Type* lower, const Type* upper, const char* form, SourceRange range);
  // Reports `type mismatch in argument N: expected WHAT` and gives false when the type is of another kind.
  bool expect_operand(const ir::Expr& value, TypeKind kind, int number, const char* what, SourceRange range);
  // The symbol of a handle value: of its variable, or a new one.
  const Symbol* symbol_of(const ir::Expr& value);
  // The Lua value that a name or escape stands for; null for variables.
  const Value* named_value(const ast::Expr& tree) const;
  static bool is_callable(const Value& value);

  // ---- statements: check_stat.cpp, check_var.cpp, check_loop.cpp ----
  void check_block(const ast::Block& block);
  void check_stat(const ast::Stat& tree);
  void check_if(const ast::IfStat& tree);
  void check_clause(const ast::IfStat& tree, size_t clause);
  void check_do(const ast::DoStat& tree);
  void check_return(const ast::ReturnStat& tree);
  void check_break(const ast::BreakStat& tree);
  // That each label of the function stands once, where its jumps may go.
  void check_jumps();
  void check_delete(const ast::DeleteStat& tree);
  void check_expr_stat(const ast::ExprStat& tree);
  void check_var(const ast::VarStat& tree);
  void check_var_unpack(const ast::VarUnpackStat& tree);
  // Whether the expression of this type gave nil.
  bool is_nil_type(ast::EscapeId escape) const;
  ir::ExprPtr check_initializer(const ast::VarStat& tree, size_t index, const Type* declared);
  void check_assign(const ast::AssignStat& tree);
  // `e.{a, b} = v`: check_fields_assign.cpp. False for every other assignment.
  bool assign_fields(const ast::AssignStat& tree);
  std::vector<ir::ExprPtr> members(const ast::ProjectionExpr& tree, ir::ExprPtr object);
  void assign(ir::ExprPtr target, ir::ExprPtr value, const ast::Expr& target_tree,
              const ast::AssignStat& tree);
  void reduce(ir::ExprPtr target, ir::ExprPtr value, const ast::Expr& target_tree,
              const ast::AssignStat& tree);
  // Hints for a parallelizer; the statements mean what they mean without them.
  void check_parallelize_with(const ast::ParallelizeWithStat& tree);
  void check_hint(const ast::Expr& tree, bool is_constrained);
  // check_prefix.cpp
  void check_parallel_prefix(const ast::ParallelPrefixStat& tree);
  struct PrefixOperand {
    ir::Local* region = nullptr;
    FieldPathNames path;
    const Type* type = nullptr;
  };
  std::optional<PrefixOperand> prefix_operand(const ast::RegionRoot& root, int number,
                                              ir::Privilege privilege);
  void prefix_loop(const PrefixOperand& target, const PrefixOperand& source, ast::ReductionOp op,
                   ir::Local* target_first, ir::Local* source_first, ir::Local* count, bool is_forward,
                   SourceRange range);
  void check_while(const ast::WhileStat& tree);
  void check_repeat(const ast::RepeatStat& tree);
  void check_for_num(const ast::ForNumStat& tree);
  void check_for_list(const ast::ForListStat& tree);
  void check_loop_body(const ast::Block& tree, ir::Block& body, ScopeKind kind);
  // Gives every `return` the final result type.
  void finish_returns();

  // ---- annotations: check_annotations.cpp ----
  void check_annotations(const ast::Stat& tree);
  void check_call_annotations(const ast::Annotations& annotations);

  // ---- splices: check_splice.cpp ----
  ir::ExprPtr value_of_lua(const Value& value, const std::string& name, SourceRange range);
  // The values that stand in the place of one: of a list, in terra code also of a table of Lua's own. Null
  // for others.
  const std::vector<Value>* spliced_list(const Value* value) const;
  ir::ExprPtr splice_expr(const Quote& quote, SourceRange range);
  void splice_stat(const Value& value, SourceRange range);
  void splice_stat(const Quote& quote, SourceRange range);

  friend class ScopeGuard;
  friend class FrameGuard;

  ir::Function& function_;
  ir::Task* task_;
  const Frame* frame_;
  CheckContext& context_;
  Constraints constraints_;
  Privileges privileges_;

  // Splices of quotes, by number, and the one around each; 0 is the function's own text. Labels of a quote
  // are others each time.
  int splice_ = 0;
  std::vector<int> splice_parents_ = {0};
  std::vector<Scope> scopes_;
  ir::Block* sink_ = nullptr;
  // The name that the statement assigns to; null elsewhere.
  const ast::Expr* assigned_name_ = nullptr;
  // Names that were reported.
  std::unordered_set<std::string> undefined_names_;
  std::unordered_set<const ir::Local*> loop_variables_;
  std::unordered_map<const ir::Local*, size_t> scope_of_local_;
  // The symbols of variables whose type is found out here: those of the function's own tree and fresh copies.
  std::unordered_map<const Symbol*, Symbol*> own_symbols_;
  // The first variable of every handle type, for messages also after its scope has ended.
  std::unordered_map<const Type*, const Symbol*> handle_symbols_;
  // Regions known so far: a fresh region is disjoint from all of them.
  std::vector<const Type*> known_regions_;

  // Subregions by partition and an index that is a constant, or a loop variable plus a constant.
  struct ColorKey {
    const Type* partition;
    const ir::Local* base;
    std::vector<int64_t> offset;
    friend auto operator<=>(const ColorKey&, const ColorKey&) = default;
  };
  std::optional<ColorKey> analyze_color(const Type* partition, const ir::Expr& color) const;
  std::map<ColorKey, const RegionType*> subregions_;
  // What `cp[i]` is, by cross product and index.
  std::map<ColorKey, const Type*> subpartitions_;
  // The type of `p[c]`; always the same one for a known colour.
  const RegionType* subregion_type(const PartitionType& partition, const std::optional<ColorKey>& key,
                                   SourceRange range);

  struct PendingReturn {
    ir::ReturnStat* stat;
    SourceRange range;
  };
  std::vector<PendingReturn> returns_;
  const Type* declared_result_ = nullptr;
  const Type* expected_result_ = nullptr;
  const Type* result_ = nullptr;
  bool saw_recursion_ = false;

  int quote_depth_ = 0;
  int depth_ = 0;
  int loop_depth_ = 0;
  int epoch_depth_ = 0;
  int inline_depth_ = 0;
  // Of the body that is being inlined: its task, what its `return` gave, and the scope that it stands in.
  // Null outside of inlined bodies.
  struct InlineReturn {
    const ir::Task& callee;
    size_t scope_count;
    bool is_reached = false;
    ir::ExprPtr value;
  };
  InlineReturn* inline_return_ = nullptr;
  std::vector<SourceRange> for_ranges_;  // of the `for` loops around the current statement
  bool has_error_ = false;
};

// True for a body that returns as its last statement or not at all.
bool returns_at_end(const ast::Block& body);

// Whether an instance's arguments fit the field space's parameters; reports at the field space.
bool check_fspace_args(const StructType& instance, TypeTable& types, Diagnostics& diags);

// Points and rects as structs of the C interface, and back: convert_c.cpp.
bool converts_to_c(const Type* from, const Type* to);
bool converts_from_c(const Type* from, const Type* to);

// Paths of a written field tree: `{a, b.c}` gives a and b.c. Escapes are looked up in the frame; what they
// evaluate to is reported through `diags` when it names no field.
std::vector<FieldPathNames> expand_field_paths(const std::vector<ast::FieldPath>& fields, const Frame& frame,
                                               Diagnostics& diags, bool& has_error);

// The type that a path leads to from an element type; null, with `missing` the number of steps that exist,
// when there is no such field.
const Type* type_at_path(const Type* element, const FieldPathNames& path, TypeTable& types, size_t& missing);

// The name among `candidates` that is one or two edits away from `name`; empty when none is.
std::string closest_name(const std::string& name, const std::vector<std::string>& candidates,
                         size_t max_distance = 2);

}  // namespace palatine::sema
