// The typed program: what check makes, what passes rewrite and what codegen reads.
//
// Every expression has a type, every implicit conversion is a Cast, every implicit dereference is written
// out, and every name is a Local. Errors do not get this far: a task with an error has no IR body. Forms that
// evaluate in a prescribed order (calls before plain reads, language reference 5.2) are in that order after
// the normalize pass.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontend/ast/ast.h"
#include "frontend/cimport/cimport.h"
#include "sema/types/types.h"

namespace palatine::ir {

using ast::AnnotationLevel;
using ast::AnnotationOption;
using ast::ReductionOp;
using sema::Type;

struct Function;
struct Task;

// A variable of the whole program (`terralib.global`), or one of a C header.
struct Global {
  std::string name;
  const Type* type;
  SourceRange range;
  // Returns the value that it is declared with; null: all zeros.
  const Function* initializer = nullptr;
  // What C calls it, where C defines it; else empty.
  std::string symbol = {};
  // Of a variable that only this text of C sees.
  const cimport::Header* header = nullptr;
};

// A variable of one function. Region, partition and ispace variables are Locals too: their types name them
// through `symbol`, so that `ptr(T, r)` can be led back to the variable `r`.
// Terra functions for values of a type that serializes itself, of which tasks get and return copies
// (ParamKind `packed` of the runtime).
struct Packing {
  const Function* size;
  const Function* write;
  const Function* read;
};

struct Local {
  uint32_t id;       // unique in its function
  std::string name;  // as written; temporaries are empty
  const Type* type;
  const sema::Symbol* symbol;  // null for temporaries
  SourceRange range;
  bool is_param = false;
  bool is_assigned = false;  // anywhere after its declaration
  bool is_address_taken = false;
  // Holds a future of `type` (set by the futures pass): assigned and reduced into as a whole only. What is
  // computed of futures and goes to such a variable is a future, too.
  bool is_future = false;
  // Of a task's parameter whose type serializes itself.
  std::optional<Packing> packing = {};
};

// ---- expressions
// -------------------------------------------------------------------------------------------------

enum class ExprKind : uint8_t {
#define IR_EXPR(name) name,
#include "sema/ir/nodes.def"
#undef IR_EXPR
};

struct Expr {
  ExprKind kind;
  const Type* type = nullptr;
  SourceRange range;
  bool is_lvalue = false;
  virtual ~Expr() = default;

 protected:
  explicit Expr(ExprKind k) : kind(k) {}
};
using ExprPtr = std::unique_ptr<Expr>;

template <ExprKind K>
struct ExprNode : Expr {
  static constexpr ExprKind kKind = K;
  ExprNode() : Expr(K) {}
};

template <typename T, typename Node>
T& as(Node& node) {
  return static_cast<T&>(node);
}
template <typename T, typename Node>
const T& as(const Node& node) {
  return static_cast<const T&>(node);
}
template <typename T, typename Node>
T* try_as(Node* node) {
  return node && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <typename T, typename Node>
const T* try_as(const Node* node) {
  return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

// A scalar constant of `type`: bool, integer, float, string (type rawstring) or nil (niltype; a Cast makes it
// a pointer, so that it differs from an empty string).
struct ConstExpr : ExprNode<ExprKind::Const> {
  uint64_t integer = 0;  // integers by their bits, bool as 0 and 1
  double floating = 0;
  std::string string;  // of a `rawstring`; of a value with parts its bytes in memory
};
struct LocalExpr : ExprNode<ExprKind::Local> {
  Local* local;
};
struct GlobalExpr : ExprNode<ExprKind::Global> {
  const Global* global;
};
// Negate, logical/bitwise not. Deref of a raw pointer is DerefExpr.
struct UnaryExpr : ExprNode<ExprKind::Unary> {
  ast::UnaryOp op;
  ExprPtr operand;
};
// Both operands have the type in which the operation is done (after casts); comparisons have type bool. Index
// and rect operands work component by component. `and`/`or` on bool short-circuit, on integers are bitwise.
struct BinaryExpr : ExprNode<ExprKind::Binary> {
  ast::BinaryOp op;
  ExprPtr lhs;
  ExprPtr rhs;
};
// max(a, b), min(a, b): for floats a NaN operand is ignored.
struct MinMaxExpr : ExprNode<ExprKind::MinMax> {
  bool is_max;
  ExprPtr lhs;
  ExprPtr rhs;
};
// A conversion, implicit or written; the two types tell what it does.
struct CastExpr : ExprNode<ExprKind::Cast> {
  ExprPtr operand;
  bool is_explicit = false;
};
// A member of a struct, a component of an index (`i.x` has field 0), `lo`/`hi` of a rect (fields 0, 1).
struct FieldExpr : ExprNode<ExprKind::Field> {
  ExprPtr object;
  int field;
};
// An element of an array or raw pointer.
struct IndexExpr : ExprNode<ExprKind::Index> {
  ExprPtr object;
  ExprPtr index;
};
struct DerefExpr : ExprNode<ExprKind::Deref> {
  ExprPtr pointer;
};
struct AddressOfExpr : ExprNode<ExprKind::AddressOf> {
  ExprPtr operand;
};
// An aggregate of `type` (struct, constructor, index, rect, array) from its members in order.
struct CtorExpr : ExprNode<ExprKind::Ctor> {
  std::vector<ExprPtr> values;
};

// `r[i]`, `@p`, `p.f`: an element, or some fields of it, of a region. An lvalue. `leaves` are the indices, in
// flatten_fields(element), of the leaf fields that the access covers; `path` is the field path from the
// element.
struct RegionAccessExpr : ExprNode<ExprKind::RegionAccess> {
  // One region, or the candidates of a pointer with several bounds (then the pointer's selector chooses).
  std::vector<Local*> regions;
  ExprPtr index;  // of the region's index type (or bounded by it)
  std::vector<std::string> path;
  std::vector<int> leaves;
};

// `p[c]`: a subregion.
struct SubregionExpr : ExprNode<ExprKind::Subregion> {
  ExprPtr partition;
  ExprPtr color;
};

enum class HandleMember : uint8_t { bounds, volume, ispace, colors };
// `is.bounds`, `is.volume`, `r.bounds`, `r.volume`, `r.ispace`, `p.colors`.
struct HandleMemberExpr : ExprNode<ExprKind::HandleMember> {
  ExprPtr object;
  HandleMember member;
};

struct NewIspaceExpr : ExprNode<ExprKind::NewIspace> {
  ExprPtr extent;  // of the index type
  ExprPtr start;   // optional
};
struct NewRegionExpr : ExprNode<ExprKind::NewRegion> {
  ExprPtr ispace;
};
struct NewPartitionEqualExpr : ExprNode<ExprKind::NewPartitionEqual> {
  ExprPtr region;
  ExprPtr colors;  // ispace
};

// `__physical(r.{a, b})`: handles of the C API through which C code accesses the leaf fields, one for each.
// The task counts as accessing them here.
struct PhysicalExpr : ExprNode<ExprKind::Physical> {
  Local* region;
  std::vector<int> leaves;
  std::vector<bool> writes;  // for each leaf: the task may change it
};

// Operations on index spaces, regions and partitions, with their operands in order. See `is_creation`
// for those that make something new.
enum class HandleOp : uint8_t {
  partition_by_coloring,        // region, coloring [, colors]
  partition_by_field,           // region, colors; leaf
  image,                        // parent, partition, region; leaf
  image_by_task,                // parent, partition; callee
  preimage,                     // parent, partition, region; leaf
  restriction,                  // region, transform, extent, colors
  partition_union,              // partition, partition
  partition_intersection,       // partition, partition
  partition_difference,         // partition, partition
  region_intersection,          // region, partition: the partition's pieces cut with the region
  ispace_union,                 // ispace, ispace
  ispace_intersection,          // ispace, ispace
  ispace_difference,            // ispace, ispace
  cross_product,                // partition, partition, ...
  cross_product_by_coloring,    // partition, array of colorings
  copy,                         // region, region, barriers
  new_barrier,                  // count
  barrier_advance,              // barrier
  barrier_adjust,               // barrier, count
  barrier_arrive,               // barrier
  barrier_await,                // barrier
  new_collective,               // count; `reduction`
  collective_advance,           // collective
  collective_arrive,            // collective, value
  list_slice_partition,         // partition, colors
  list_duplicate_partition,     // partition, colors
  list_cross_product,           // list of regions, list of regions
  list_cross_product_shallow,   // the same
  list_cross_product_complete,  // list of regions, shallow product
  list_phase_barriers,          // product
  acquire,                      // region, barriers; `leaves`, the first `await_count` are awaited
  release,                      // likewise
  attach_hdf5,                  // region, file, mode, names of datasets; `leaves` with their `elements`
  detach_hdf5,                  // region; `leaves`
  import_ispace,                // handle of the C API
  import_region,                // ispace, handle, array of field ids
  import_partition,             // region, ispace, handle
  import_cross_product,         // partition, partition, ..., handle
  partition_cast,               // partition; checks what the type says
  subpartition,                 // cross product, color: a partition, or a cross product of fewer partitions
  projection,                   // region; `leaves`: for each leaf of the result the operand's that it is
  scratch_fields,               // region, or list of them; `leaves`
  with_scratch_fields,          // region, or list of them, array of numbers of fields; `leaves`
};
// Whether the operation makes something new: then it happens once, in the order of the program.
bool is_creation(HandleOp op);
const char* handle_op_name(HandleOp op);  // "image"

// What a program claims about a partition that it makes.
enum class PartitionClaim : uint8_t { none, yes, no };
// What a file has for one element of a field: 'i' signed, 'u' unsigned, 'f' floating or 'o' other values.
struct FileElement {
  char kind;
  uint32_t count;
};
struct HandleOpExpr : ExprNode<ExprKind::HandleOp> {
  HandleOp op;
  std::vector<ExprPtr> operands;
  int leaf = -1;                         // the field that is read, of the last operand or of the region
  Task* callee = nullptr;                // of image_by_task
  std::vector<int> leaves;               // of copy: source, destination, source ...
  std::optional<ReductionOp> reduction;  // of copy, new_collective
  // Of a copy with a reduction, for each pair of leaves: the operator of a type with its own, else null.
  std::vector<const Function*> combine;
  size_t await_count = 0;             // of copy, acquire, release: the operands after the regions
  std::vector<FileElement> elements;  // of attach_hdf5
  std::vector<std::string> names;     // of imports: what messages call the operands
  PartitionClaim disjoint = PartitionClaim::none;
  PartitionClaim complete = PartitionClaim::none;
};

// A call of a function from a C header.
struct CCallExpr : ExprNode<ExprKind::CCall> {
  const cimport::Header* header;
  std::string function;
  std::vector<ExprPtr> args;
  bool is_replicable = false;  // the program says so
};
// Functions that the runtime offers to programs directly.
enum class RuntimeFunction : uint8_t {
  assert_,         // regentlib.assert(bool, rawstring)
  runtime_handle,  // __runtime()
  context_handle,  // __context()
  task_handle,     // __task()
  fail,            // ends the program with a message: (rawstring)
};
struct RuntimeCallExpr : ExprNode<ExprKind::RuntimeCall> {
  RuntimeFunction function;
  std::vector<ExprPtr> args;
};
// A call of a terra function (a Function that is not a task).
struct FunctionCallExpr : ExprNode<ExprKind::FunctionCall> {
  const Function* callee;
  std::vector<ExprPtr> args;
  bool is_operator = false;  // the program has an operator here, of a type of its own
};
// A function as a value: a pointer to it. A terra function, or, where `callee` is null, one of a C header.
struct FunctionAddressExpr : ExprNode<ExprKind::FunctionAddress> {
  const Function* callee = nullptr;
  std::string c_function;
  const cimport::Header* header = nullptr;
};
// A call through a pointer to a function.
struct PointerCallExpr : ExprNode<ExprKind::PointerCall> {
  ExprPtr callee;
  std::vector<ExprPtr> args;
};
// A launch. The value is a future that is read where a value is needed.
struct TaskCallExpr : ExprNode<ExprKind::TaskCall> {
  Task* callee;
  std::vector<ExprPtr> args;
  std::vector<ast::Annotation> annotations;
  // Phase barriers of this call alone: waited for before, arrived at after it.
  std::vector<ExprPtr> awaits, arrives;
};

// Operations that are the same for every pass: what they compute follows from their operands alone, they
// launch nothing and access no region. The list with its operands: forms.def.
enum class Form : uint8_t {
#define IR_FORM(name, text) name,
#include "sema/ir/forms.def"
#undef IR_FORM
};
const char* form_text(Form form);
struct FormExpr : ExprNode<ExprKind::Form> {
  Form form{};
  std::vector<ExprPtr> operands;
  std::vector<int> numbers;
};

// ---- statements
// --------------------------------------------------------------------------------------------------

enum class StatKind : uint8_t {
#define IR_STAT(name) name,
#include "sema/ir/nodes.def"
#undef IR_STAT
};

struct Stat {
  StatKind kind;
  SourceRange range;
  std::vector<ast::Annotation> annotations;
  virtual ~Stat() = default;

 protected:
  explicit Stat(StatKind k) : kind(k) {}
};
using StatPtr = std::unique_ptr<Stat>;

template <StatKind K>
struct StatNode : Stat {
  static constexpr StatKind kKind = K;
  StatNode() : Stat(K) {}
};

struct Block {
  std::vector<StatPtr> stats;
};

struct BlockStat : StatNode<StatKind::Block> {
  Block body;
  bool is_scan = false;      // `__parallel_prefix`: a kernel of its own on a GPU
  bool is_epoch = false;     // `must_epoch`: what it launches may run at the same time
  bool is_deferred = false;  // of terra functions: runs when the block around it is left, the last one first
};
struct VarStat : StatNode<StatKind::Var> {
  Local* local;
  ExprPtr value;  // null: undefined until assigned
};
struct AssignStat : StatNode<StatKind::Assign> {
  ExprPtr target;
  ExprPtr value;  // of the target's type
  // Of `target op= x` where `op` is an operator of the program's own: the value is a call of it.
  std::optional<ReductionOp> reduction;
};
// `target op= value`, computed in `compute_type` and converted back (language reference 5.3).
struct ReduceStat : StatNode<StatKind::Reduce> {
  ReductionOp op;
  ExprPtr target;
  ExprPtr value;
  const Type* compute_type;
};
struct IfStat : StatNode<StatKind::If> {
  ExprPtr condition;
  Block then_block;
  Block else_block;
};
struct WhileStat : StatNode<StatKind::While> {
  // Runs before each test (the hoisted part of the condition); may be empty.
  Block condition_block;
  ExprPtr condition;
  Block body;
};
// The body, then `until_block` in the same scope, then the test.
struct RepeatStat : StatNode<StatKind::Repeat> {
  Block body;
  Block until_block;
  ExprPtr until;
};
struct ForNumStat : StatNode<StatKind::ForNum> {
  Local* variable;
  ExprPtr first;
  ExprPtr limit;  // exclusive
  ExprPtr step;   // optional
  Block body;
};
// Over an ispace, a region, a rect, or a list that is not of regions. The first component varies fastest.
struct ForListStat : StatNode<StatKind::ForList> {
  Local* variable;
  ExprPtr domain;
  Block body;
};
struct ReturnStat : StatNode<StatKind::Return> {
  ExprPtr value;  // null: none
};
struct BreakStat : StatNode<StatKind::Break> {};
// Of terra functions: `goto label`, or the label itself, which stands in the same block or in one around it.
struct JumpStat : StatNode<StatKind::Jump> {
  std::string label;
  // Which of the labels with this name; 0 for the one in the function's own text.
  int splice = 0;
  bool is_label = false;
};
struct ExprStat : StatNode<StatKind::Expr> {
  ExprPtr expr;
};
// `fill(r.{a, b}, v)`: one value, converted to each leaf's type.
struct FillStat : StatNode<StatKind::Fill> {
  Local* region;  // or a list of regions
  std::vector<int> leaves;
  std::vector<ExprPtr> values;  // one for each leaf
};
struct FenceStat : StatNode<StatKind::Fence> {
  bool execution = false;
  bool block = false;
};
struct DeleteStat : StatNode<StatKind::Delete> {
  ExprPtr value;
};

// A field of a region variable of the task, as the mapping pass counts them.
struct MappedField {
  Local* region;
  int leaf;
  friend bool operator==(const MappedField&, const MappedField&) = default;
};
// Inserted by the mapping pass: from here on the task accesses these fields itself; waits for earlier
// launches that conflict, then (re)computes the accessors.
struct MapStat : StatNode<StatKind::Map> {
  std::vector<MappedField> fields;
  bool write = false;  // else the task only reads them until the next unmap
};
// Inserted by the mapping pass: the task gives these fields up, so that a launch may use them.
struct UnmapStat : StatNode<StatKind::Unmap> {
  std::vector<MappedField> fields;
};

// A loop that became an index launch: preamble variables, then one launch for every point of the domain.
struct IndexLaunchStat : StatNode<StatKind::IndexLaunch> {
  Local* variable;
  ExprPtr domain;                 // ispace, region or rect; null for a numeric loop
  ExprPtr first, limit;           // numeric loop
  std::vector<StatPtr> preamble;  // VarStats
  std::unique_ptr<TaskCallExpr> call;
  // How each region argument follows from the point; other arguments are Projection::value.
  enum class Projection : uint8_t { value, invariant_region, identity, computed };
  std::vector<Projection> projections;
  // The other arguments are the same for all points, and the regions are `p[point]`, or the same too, where
  // partition and region are variables.
  bool has_equal_values = false;
  // `target op= call`, or `target = combine(target, call)`: the address of a function that only computes.
  ExprPtr reduction_target;
  std::optional<ReductionOp> reduction;
  ExprPtr combine;
  // Launch points one after the other if two written arguments turn out to name the same subregion at run
  // time.
  bool needs_dynamic_check = false;
  bool is_demanded = false;
};

// A loop that becomes a kernel of a GPU, with all that its body takes from outside.
struct KernelLoop {
  // The loop, or one that a single thread of the device runs as it is (of `__parallel_prefix`).
  const ForListStat* loop = nullptr;
  const ForNumStat* serial = nullptr;
  // Values that it reads.
  std::vector<const Local*> captures;
  // Variables that it reduces into.
  struct Reduction {
    const Local* variable;
    ReductionOp op;
  };
  std::vector<Reduction> reductions;
  // Fields that it accesses, each once.
  struct Field {
    const Local* region;
    int leaf;
    bool is_written;
    bool is_constant;  // nothing that the kernel writes can lie there
  };
  std::vector<Field> fields;
  // Bounds and volumes, which the host computes before.
  std::vector<const Expr*> hoisted;
  // Index spaces and regions that loops inside of it go through.
  std::vector<const Expr*> inner_domains;
  // Reductions into elements in which threads may meet.
  std::vector<const ReduceStat*> atomics;
  // Those of them whose element is the same for all points: each thread folds what it has by itself first.
  std::vector<const ReduceStat*> uniform;
  // Fields that are only reduced into, by one operator, of which blocks may keep tables. Each reduction of
  // such a field that is not `uniform` may go there.
  struct Table {
    const Local* region;
    int leaf;
    ReductionOp op;
    std::vector<const ReduceStat*> reductions;
  };
  std::vector<Table> tables;
};

// ---- functions and tasks
// -----------------------------------------------------------------------------------------

enum class Privilege : uint8_t {
  none,
  reads,
  writes,
  reduces
};  // `writes` alone is treated as read-write at run time

// One declared privilege: a region parameter, a field path, what may be done.
struct PrivilegeDecl {
  Local* region;
  std::vector<std::string> path;  // empty: all fields
  Privilege privilege;
  ReductionOp op = ReductionOp::add;  // of `reduces`
  SourceRange range;
};

// What others may do with the fields at the same time.
enum class Coherence : uint8_t { exclusive, atomic, simultaneous, relaxed };
struct CoherenceDecl {
  Local* region;
  std::vector<std::string> path;  // empty: all fields
  Coherence mode;
};

// Fields of one region parameter with the same privilege and coherence: one region requirement at run time.
struct Requirement {
  int param;  // index into Function::params
  enum class Mode : uint8_t { none, read, read_write, write_discard, reduce } mode;
  ReductionOp op = ReductionOp::add;
  std::vector<int> leaves;
  Coherence coherence = Coherence::exclusive;
};

struct Constraint {
  enum class Kind : uint8_t { subregion, disjoint } kind;
  const sema::Symbol* lhs;
  const sema::Symbol* rhs;
  SourceRange range;
};

// A property of a task, or a loop, with the reason: what `check --explain` prints.
struct Inference {
  std::string property;  // "leaf", "inner", "index launch" ...
  bool holds;
  std::string reason;  // why, or why not; may be empty
  SourceRange range;   // of the reason: the first statement that decided
};
// A mapping point of a task, for `check --explain`.
struct MappingPoint {
  enum class Kind : uint8_t { map, unmap, block } kind;
  SourceRange range;
  std::vector<MappedField> fields;
  std::string reason;
  // What is waited for, or what the fields are given up for: "`init`", and where it is issued.
  struct Cause {
    std::string what;
    SourceRange range;
  };
  std::vector<Cause> causes;
};

struct Function {
  std::string name;
  SourceRange range;     // its name
  SourceRange body_end;  // the closing `end`
  std::vector<Local*> params;
  const Type* result = nullptr;  // unit when there is none
  Block body;
  bool has_body = false;  // false: extern, or rejected
  bool has_error = false;
  // Of a terra function: declared by its type alone; its definition may follow.
  bool is_declaration = false;
  // The program says that every copy of a replicated task may call it.
  bool is_replicable = false;
  // Of a Lua function: its number, from 1; the compiler's process runs it. Its body is empty.
  uint32_t lua_number = 0;
  std::vector<std::unique_ptr<Local>> locals;  // all of them, parameters included

  Local* new_local(std::string local_name, const Type* type, const sema::Symbol* symbol,
                   SourceRange local_range);
  virtual ~Function() = default;
};

struct Task : Function {
  uint32_t id = 0;  // unique in the program
  // Checked, but not yet sent through the passes.
  bool waits_for_passes = false;
  // Accesses are checked when it runs (-fbounds-checks, -fbounds-checks-targets).
  bool checks_bounds = false;
  bool makes_traces = true;  // -ftrace
  bool is_extern = false;
  // What the program calls it in `set_task_id`: the number under which C++ code knows it, or implements it.
  std::optional<uint32_t> given_id;
  // Of an extern task: parameters of type `future(T)`, which are futures whatever the argument is.
  std::vector<int> future_params;
  // Of a result whose type serializes itself.
  std::optional<Packing> result_packing;
  // For mappers, which alone look at them.
  uint32_t mapper_id = 0;
  uint64_t mapping_tag = 0;
  // Variants that the program registered besides its body; they run the same.
  std::vector<std::string> variant_names;
  std::vector<ast::Annotation> annotations;
  std::vector<PrivilegeDecl> privileges;
  std::vector<CoherenceDecl> coherences;
  // Parameters that are phase barriers: waited for before, arrived at after the task.
  std::vector<int> awaits, arrives;
  std::vector<Constraint> constraints;
  std::vector<Requirement> requirements;  // made from `privileges` by check, in parameter order

  bool is_leaf = false, is_inner = false, is_idempotent = false, is_replicable = false;
  // It contains `__task()`, whose point C code may ask for: launches say at which point of a loop they are.
  bool wants_loop_point = false;
  std::vector<Inference> inferences;
  std::vector<MappingPoint> mapping_points;
  // What computes the colors of its index launches (sema/infer/projection_key.h).
  std::vector<std::string> projection_keys;
  // Calls of tasks that demand to be run inside the caller (`__local`): their bodies are part of this one.
  struct LocalCall {
    const Task* callee;
    SourceRange range;
    SourceRange loop;  // the innermost `for` around it, if any
  };
  std::vector<LocalCall> local_calls;
  // The region variables that the task accesses itself somewhere; others are never mapped.
  std::vector<MappedField> accessed_fields;
  // Of a task with `__demand(__cuda)`: the kernels of its form for GPUs, in the order of the text. Empty: it
  // has no such form.
  std::vector<KernelLoop> kernels;
};

// Everything that one output contains. Tasks are in the order of their definition.
// A call of a Lua function by compiled code, with the bytes of its arguments (of a `rawstring` the text).
struct LuaCall {
  uint32_t function = 0;
  std::vector<std::string> arguments;
};
// The bytes of the result; nothing when the function failed, which is reported.
using AnswerLua = std::function<std::optional<std::string>(const LuaCall&)>;

// A global in one output.
struct ProgramGlobal {
  const Global* global;
  // Returns the value that the output starts with; null: all zeros.
  const Function* first_value = nullptr;
  // Of an output that the compiler loads: where the variable lies, which is not in the output.
  void* memory = nullptr;
};

struct Program {
  std::vector<Task*> tasks;
  std::vector<const Function*> functions;
  std::vector<ProgramGlobal> globals;
  // Functions that the output offers under the names palatine_call_1, palatine_call_2 ... to callers that
  // give pointers to the result and to each argument.
  std::vector<const Function*> entries;
  // When there are names, the entries are offered under these instead, with parameters and results of their
  // own.
  std::vector<std::string> entry_names;
  Task* main = nullptr;
  std::vector<std::shared_ptr<const cimport::Header>> headers;
  // Called before the runtime starts; null: nothing is.
  const Function* setup = nullptr;
  // Tasks that C programs call, and the function that they call to make them known; empty when there is none.
  std::vector<Task*> exports;
  std::string registration_name;
  // For the linker, in order: libraries and options.
  std::vector<std::string> link_flags;
  // Called right before linking: waits for libraries that are being compiled. False when one cannot be.
  std::function<bool(std::vector<std::string>& link_flags)> finish_link_flags;
  // Empty when the program calls no Lua function.
  AnswerLua answer_lua;
};

// A copy of an expression without calls and creations; see is_simple.
ExprPtr clone(const Expr& expr);

// True for what may be evaluated any number of times: variables, constants, members, elements, dereferences,
// operators, conversions, constructors. False when a call or a creation is part of it.
bool is_simple(const Expr& expr);

// True when the annotation is there with this level; later ones override earlier ones.
bool has_annotation(const std::vector<ast::Annotation>& annotations, AnnotationLevel level,
                    AnnotationOption option);

// A text form for `palatine emit --stage=ir` and golden tests.
std::string print(const Function& function);

// Checks the invariants that this file states; an empty string, or what is wrong. For tests and debug builds.
std::string verify(const Function& function);

}  // namespace palatine::ir
