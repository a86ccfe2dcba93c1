// The syntax tree of one embedded construct (task, fspace, quote, terra function, struct).
//
// The host parser makes one `Construct` for each construct in a file, when the file is loaded. A construct is
// executed any number of times by the surrounding Lua: each execution gives it other captured values, so the
// tree holds names and numbered holes, never values:
//
//   binding   a variable that the construct itself declares (parameter, `var`, loop variable, field-space
//             parameter ...). Resolved lexically by the parser.
//   capture   a name that is not a binding: its value is taken from the surrounding Lua when the construct
//   runs. escape    an embedded Lua expression: a type, `[e]`, `x.[e]`, or the statements of a `rescape`. Lua
//   code that
//             mentions bindings receives their symbol objects as arguments, in the order of
//             `EscapeInfo::params`.
//
// Grammar and names: language reference, section 2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontend/base/id.h"
#include "frontend/source/source.h"

namespace palatine::ast {

struct BindingTag;
struct CaptureTag;
struct EscapeTag;
using BindingId = Id<BindingTag>;
using CaptureId = Id<CaptureTag>;
using EscapeId = Id<EscapeTag>;

// A use of a name: exactly one of `binding` and `capture` is valid.
struct NameUse {
  std::string text;
  SourceRange range;
  BindingId binding;
  CaptureId capture;
};

// The declaration of a variable: a plain name, or an escape that yields a symbol (`var [s]`, `for [s] in`)
// or, for parameters, a symbol or a list of symbols. Exactly one of `binding` and `escape` is valid.
struct Declared {
  std::string text;
  SourceRange range;
  BindingId binding;
  EscapeId escape;
};

// `.name` or `.[escape]`.
struct FieldName {
  std::string text;
  SourceRange range;
  EscapeId escape;
};

// A tree of field names: `a`, `a.b`, `a.{b, c.d}`.
struct FieldPath {
  FieldName name;
  std::vector<FieldPath> children;
};

// ---- annotations
// -------------------------------------------------------------------------------------------------

enum class AnnotationLevel : uint8_t { allow, demand, forbid };

enum class AnnotationOption : uint8_t {
#define ANNOTATION(name) name,
#include "frontend/ast/annotations.def"
#undef ANNOTATION
};
const char* annotation_option_name(AnnotationOption option);  // "__inner"
const char* annotation_level_name(AnnotationLevel level);     // "__demand"

struct Annotation {
  AnnotationLevel level;
  AnnotationOption option;
  SourceRange range;
  // Spelled `__parallel` before a loop, as earlier versions of the language spelled `__index_launch`.
  bool has_former_name = false;
};
using Annotations = std::vector<Annotation>;

// ---- expressions
// -------------------------------------------------------------------------------------------------

enum class ExprKind : uint8_t {
#define AST_EXPR(name) name,
#include "frontend/ast/nodes.def"
#undef AST_EXPR
};

struct Expr {
  ExprKind kind;
  // All of the expression.
  SourceRange range;
  // The token at whose line the reference compiler reports errors about this node: the first suffix token of
  // a call/field/index chain, the operand start of a binary operator, else the first token.
  SourceRange anchor;
  // Levels of the tree below, itself included: the parser keeps it small enough for passes to recurse.
  uint16_t height = 1;
  bool has_parens = false;

  virtual ~Expr() = default;

 protected:
  explicit Expr(ExprKind k) : kind(k) {}
};
using ExprPtr = std::unique_ptr<Expr>;

// The range that a diagnostic about `expr` shows: all of it when it starts on the anchor's line, else the
// anchor.
SourceRange diagnostic_range(const SourceManager& sources, const Expr& expr);

template <ExprKind K>
struct ExprNode : Expr {
  static constexpr ExprKind kKind = K;
  ExprNode() : Expr(K) {}
};

template <typename T, typename Node>
const T& as(const Node& node) {
  return static_cast<const T&>(node);
}
template <typename T, typename Node>
const T* try_as(const Node* node) {
  return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}

// The type of a number literal follows its spelling (language reference, 1.3).
enum class NumberType : uint8_t { int32, uint32, int64, uint64, float32, float64 };

struct NumberExpr : ExprNode<ExprKind::Number> {
  NumberType type = NumberType::int32;
  uint64_t integer = 0;  // when `type` is an integer type
  double floating = 0;   // when it is not
};
struct StringExpr : ExprNode<ExprKind::String> {
  std::string value;  // bytes, escapes resolved
};
struct BoolExpr : ExprNode<ExprKind::Bool> {
  bool value = false;
};
struct NilExpr : ExprNode<ExprKind::Nil> {};
struct NameExpr : ExprNode<ExprKind::Name> {
  NameUse name;
};
struct EscapeExpr : ExprNode<ExprKind::Escape> {
  EscapeId escape;
};

enum class UnaryOp : uint8_t { deref, address_of, negate, logical_not };
enum class BinaryOp : uint8_t {
  multiply,
  divide,
  modulo,
  add,
  subtract,
  shift_left,
  shift_right,
  less,
  greater,
  less_equal,
  greater_equal,
  equal,
  not_equal,
  set_intersect,
  bit_xor,
  set_union,
  logical_and,
  logical_or,
};
const char* unary_op_text(UnaryOp op);
const char* binary_op_text(BinaryOp op);

struct UnaryExpr : ExprNode<ExprKind::Unary> {
  UnaryOp op;
  ExprPtr operand;
};
struct BinaryExpr : ExprNode<ExprKind::Binary> {
  BinaryOp op;
  ExprPtr lhs;
  ExprPtr rhs;
};
struct FieldExpr : ExprNode<ExprKind::Field> {
  ExprPtr object;
  FieldName field;
};
struct IndexExpr : ExprNode<ExprKind::Index> {
  ExprPtr object;
  ExprPtr index;
};

// `arrives(e, ...)`, `awaits(e, ...)` behind the arguments of a call, copy, ...
struct Condition {
  bool arrives = false;
  bool awaits = false;
  std::vector<ExprPtr> values;
  SourceRange range;
};
struct CallExpr : ExprNode<ExprKind::Call> {
  Annotations annotations;  // of `__demand(__inline, f(x))`
  ExprPtr callee;
  std::vector<ExprPtr> args;
  std::vector<Condition> conditions;
};
struct MethodCallExpr : ExprNode<ExprKind::MethodCall> {
  Annotations annotations;
  ExprPtr object;
  FieldName method;
  std::vector<ExprPtr> args;
};

// One entry of `{ ... }`: positional when `name` is empty. `[e] = v` has an escape as its name; a positional
// `[e]` is an EscapeExpr value, which may splice a list.
struct CtorField {
  std::optional<FieldName> name;
  ExprPtr value;
};
struct CtorExpr : ExprNode<ExprKind::Ctor> {
  std::vector<CtorField> fields;
};

// `r.{a, b = c.d, e.{f}}`. `rename` is the left side of `=`.
struct ProjectionField {
  std::optional<FieldName> rename;
  FieldName field;
  std::vector<ProjectionField> children;
};
struct ProjectionExpr : ExprNode<ExprKind::Projection> {
  ExprPtr object;
  std::vector<ProjectionField> fields;
};

// A region operand of `fill`, `copy`, ...: a prefix expression and fields.
struct RegionRoot {
  ExprPtr region;
  std::vector<FieldPath> fields;  // empty: no fields were written
  bool has_fields = false;
  SourceRange range;
};

enum class ReductionOp : uint8_t { add, subtract, multiply, divide, max, min };
inline constexpr ReductionOp kReductionOps[] = {ReductionOp::add,      ReductionOp::subtract,
                                                ReductionOp::multiply, ReductionOp::divide,
                                                ReductionOp::max,      ReductionOp::min};
const char* reduction_op_text(ReductionOp op);

// The builtin prefix forms (`region(...)`, `partition(equal, ...)`, `fill(...)`, `__fields(...)` ...) are one
// node with typed operands; which operands a form has is in builtins.def.
enum class BuiltinForm : uint8_t {
#define BUILTIN(name, keyword, signature) name,
#include "frontend/ast/builtins.def"
#undef BUILTIN
};
const char* builtin_form_keyword(BuiltinForm form);

struct BuiltinOperand {
  enum class Kind : uint8_t { expr, type, region_root, word, reduction, boolean };
  Kind kind;
  SourceRange range;
  ExprPtr expr;           // expr
  EscapeId type;          // type: the Lua expression of it
  RegionRoot root;        // region_root
  std::string word;       // word: "disjoint", "aliased", "complete", "incomplete", "equal", "hdf5"
  ReductionOp reduction;  // reduction
  bool boolean = false;   // boolean
};
struct BuiltinExpr : ExprNode<ExprKind::Builtin> {
  BuiltinForm form;
  std::vector<BuiltinOperand> operands;
  std::vector<Condition> conditions;
};

// ---- statements
// --------------------------------------------------------------------------------------------------

enum class StatKind : uint8_t {
#define AST_STAT(name) name,
#include "frontend/ast/nodes.def"
#undef AST_STAT
};

struct Stat {
  StatKind kind;
  SourceRange range;   // all of it, annotations included
  SourceRange anchor;  // its keyword, after annotations
  Annotations annotations;

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
  SourceRange range;
};

struct IfStat : StatNode<StatKind::If> {
  struct Clause {
    ExprPtr condition;
    Block block;
    SourceRange anchor;  // `if` or `elseif`
  };
  std::vector<Clause> clauses;
  std::optional<Block> otherwise;
};
struct WhileStat : StatNode<StatKind::While> {
  ExprPtr condition;
  Block body;
};
struct RepeatStat : StatNode<StatKind::Repeat> {
  Block body;
  ExprPtr until;  // sees the variables of the body
};
struct ForNumStat : StatNode<StatKind::ForNum> {
  Declared variable;
  EscapeId type;  // optional
  ExprPtr first;
  ExprPtr limit;  // exclusive
  ExprPtr step;   // optional
  Block body;
};
struct ForListStat : StatNode<StatKind::ForList> {
  Declared variable;
  EscapeId type;  // optional
  ExprPtr domain;
  Block body;
};
struct MustEpochStat : StatNode<StatKind::MustEpoch> {
  Block body;
};
struct DoStat : StatNode<StatKind::Do> {
  Block body;
  bool is_deferred = false;  // Terra's `defer`: runs when the block around it is left
};
struct VarStat : StatNode<StatKind::Var> {
  struct Variable {
    Declared declared;
    EscapeId type;  // optional
  };
  std::vector<Variable> variables;
  std::vector<ExprPtr> values;  // may be fewer
};
// `var {a, b = f} = e`: variable `b` takes field `f`.
struct VarUnpackStat : StatNode<StatKind::VarUnpack> {
  struct Part {
    Declared declared;
    std::string field;
  };
  std::vector<Part> parts;
  ExprPtr value;
};
struct ReturnStat : StatNode<StatKind::Return> {
  std::vector<ExprPtr> values;  // more than one only in terra functions
};
struct BreakStat : StatNode<StatKind::Break> {};
// Of terra code: `goto label`, or the label itself.
struct JumpStat : StatNode<StatKind::Jump> {
  std::string label;
  bool is_label = false;
};
struct RescapeStat : StatNode<StatKind::Rescape> {
  EscapeId escape;  // runs Lua statements; yields the list of quotes that they emitted
};
struct DeleteStat : StatNode<StatKind::Delete> {
  ExprPtr value;
};
struct FenceStat : StatNode<StatKind::Fence> {
  bool execution = false;  // else mapping
  bool block = false;
};
struct ParallelizeWithStat : StatNode<StatKind::ParallelizeWith> {
  std::vector<ExprPtr> hints;
  Block body;
};
struct ParallelPrefixStat : StatNode<StatKind::ParallelPrefix> {
  RegionRoot lhs;
  RegionRoot rhs;
  ReductionOp op;
  ExprPtr direction;
};
// An expression statement. An EscapeExpr here splices statements, or a list of them.
struct ExprStat : StatNode<StatKind::Expr> {
  ExprPtr expr;
};
// `a, b = c, d` and, with `op`, `a, b += c, d`.
struct AssignStat : StatNode<StatKind::Assign> {
  std::vector<ExprPtr> targets;
  std::optional<ReductionOp> op;
  std::vector<ExprPtr> values;
};

// ---- constructs
// --------------------------------------------------------------------------------------------------

struct BindingInfo {
  std::string name;
  SourceRange range;
};
struct CaptureInfo {
  std::string name;
  SourceRange range;      // of the first use
  bool is_local = false;  // a Lua local; else a global
};
struct EscapeInfo {
  SourceRange range;
  std::vector<BindingId> params;
  bool is_statements = false;  // of a `rescape`: gives a list of what was emitted
};

enum class ConstructKind : uint8_t {
  task,
  fspace,
  rexpr,
  rquote,
  terra_function,
  terra_struct,
  terra_expr,
  terra_quote
};
constexpr bool is_terra(ConstructKind kind) {
  return kind >= ConstructKind::terra_function;
}

struct Construct {
  ConstructKind kind;
  SourceRange range;   // all of it, annotations included
  SourceRange anchor;  // its keyword, after annotations
  std::vector<BindingInfo> bindings;
  std::vector<CaptureInfo> captures;
  std::vector<EscapeInfo> escapes;

  virtual ~Construct() = default;

 protected:
  explicit Construct(ConstructKind k) : kind(k) {}
};
using ConstructPtr = std::unique_ptr<Construct>;

template <ConstructKind K>
struct ConstructNode : Construct {
  static constexpr ConstructKind kKind = K;
  ConstructNode() : Construct(K) {}
};

enum class EffectMode : uint8_t {
  reads,
  writes,
  reduces,
  exclusive,
  atomic,
  simultaneous,
  relaxed,
  no_access_flag,
};
struct Effect {
  enum class Kind : uint8_t { modes, conditions, constraint, escape };
  Kind kind;
  SourceRange range;
  SourceRange anchor;  // the first mode

  struct Mode {
    EffectMode mode;
    ReductionOp reduction;  // of `reduces`
    SourceRange range;
  };
  std::vector<Mode> modes;  // modes
  struct Root {
    NameUse region;
    std::vector<FieldPath> fields;
    bool has_fields = false;
    SourceRange range;
  };
  std::vector<Root> roots;  // modes
  bool arrives = false;     // conditions
  bool awaits = false;
  std::vector<NameUse> barriers;
  NameUse lhs;  // constraint: `lhs <= rhs`, or `lhs * rhs` when `disjoint`
  NameUse rhs;
  bool disjoint = false;
  EscapeId escape;  // escape
};

struct Param {
  Declared declared;  // an escape may yield a list of symbols
  EscapeId type;      // invalid for an escape
  SourceRange range;
};

struct Task : ConstructNode<ConstructKind::task> {
  Annotations annotations;
  bool is_extern = false;
  std::vector<std::string> name;  // `a.b.c` has three parts
  SourceRange name_range;
  BindingId self;  // of a name with one part: the task itself, inside its own scope
  std::vector<Param> params;
  EscapeId return_type;  // optional
  std::vector<Effect> effects;
  std::optional<Block> body;  // absent for extern tasks
};

struct FspaceField {
  BindingId binding;
  std::string name;
  SourceRange range;
  EscapeId type;
  // Of terra structs: fields of one `union { ... }` share a number, which counts up from 1; 0 for others.
  int union_number = 0;
};
struct Fspace : ConstructNode<ConstructKind::fspace> {
  Annotations annotations;
  std::vector<std::string> name;
  SourceRange name_range;
  BindingId self;
  std::vector<Param> params;  // plain names only
  std::vector<FspaceField> fields;
  std::vector<Effect> constraints;
};

struct Rexpr : ConstructNode<ConstructKind::rexpr> {
  Annotations annotations;
  ExprPtr expr;
};
struct Rquote : ConstructNode<ConstructKind::rquote> {
  Annotations annotations;
  Block body;
};

// `terra f(a : T) : R ... end`, `terra T:m(...)` (with an implicit `self : &T`), and the anonymous form.
struct TerraFunction : ConstructNode<ConstructKind::terra_function> {
  std::vector<std::string> name;  // empty: anonymous
  SourceRange name_range;
  BindingId self;               // of a name with one part
  bool is_declaration = false;  // `terra f :: T`; the type is in return_type
  bool is_method = false;
  EscapeId receiver;     // of a method: the type before the colon
  BindingId self_param;  // `self` of a method
  std::vector<Param> params;
  EscapeId return_type;  // optional
  Block body;
};
struct TerraStruct : ConstructNode<ConstructKind::terra_struct> {
  bool has_body = true;           // `struct S` alone declares a type without fields
  bool is_local = false;          // another type than what was declared under the name
  std::vector<std::string> name;  // empty: anonymous
  SourceRange name_range;
  BindingId self;
  std::vector<FspaceField> fields;
};
struct TerraExpr : ConstructNode<ConstructKind::terra_expr> {
  ExprPtr expr;
};
struct TerraQuote : ConstructNode<ConstructKind::terra_quote> {
  Block body;
  std::vector<ExprPtr> in_values;  // of `quote ... in e end`
};

// An indented text form, for `palatine emit --stage=ast` and golden tests.
std::string print(const SourceManager& sources, const Construct& construct);

}  // namespace palatine::ast
