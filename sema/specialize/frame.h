// What specializing a construct gives: values for the names and holes of its syntax tree.
//
// A Frame belongs to one execution of one construct. Check reads tree and frame together. A quote is a tree
// with its frame; splicing it means checking that tree with that frame, inside the frame of the construct
// around it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "frontend/ast/ast.h"
#include "frontend/cimport/cimport.h"
#include "sema/ir/ir.h"
#include "sema/types/types.h"

namespace palatine::sema {

struct Frame;

// `rexpr`, `rquote` (and terra's quotes): a tree and its values. Shared by every place that splices it.
struct Quote {
  Quote() = default;
  // Quotes refer to quotes: a long chain of them is taken down without deep recursion.
  ~Quote();
  Quote(const Quote&) = delete;
  Quote& operator=(const Quote&) = delete;

  const ast::Construct* construct = nullptr;
  std::shared_ptr<Frame> frame;
  // A quote that stands for an expression which check already typed: the argument of a macro. Used once.
  std::shared_ptr<ir::ExprPtr> checked;
  // A quote that stands for a type: the argument of a macro.
  const Type* as_type = nullptr;
  bool has_error = false;
};

// A function of a C header.
struct CFunctionValue {
  std::shared_ptr<const cimport::Header> header;
  std::string name;
  const FunctionType* type;
  // The program says that every copy of a replicated task may call it.
  bool is_replicable = false;
};

// A constant from Lua: a number, bool or string, or a whole value of another type.
struct ConstantValue {
  const Type* type;
  uint64_t integer = 0;  // integers and bool
  double floating = 0;
  std::string string;  // the text of a rawstring; of types that are not primitive, the bytes of the value
};

// Functions of the language that take any number of elements, or a type.
// `sizeof(T)`, `unpacktuple(e)` (its members as arguments or values).
enum class SpecialForm : uint8_t { array, arrayof, vector, vectorof, size_of, unpack };

// What privileges and coherence modes look like as Lua values: `regentlib.privilege(regentlib.reads, r,
// "f")`.
struct EffectValue {
  ast::EffectMode mode;
  ast::ReductionOp reduction = ast::ReductionOp::add;
  const Symbol* region = nullptr;  // null: a bare mode such as `regentlib.reads`
  std::vector<std::string> path;
};

// `regentlib.macro(f)`: called while checking. Defined by specialize; see MacroExpander in sema/check.
struct MacroValue {
  int lua_reference;
  // Terra's `macro(f)`: its arguments may be types, and it may give statements and plain Lua values.
  bool is_terra = false;
};

// A Lua value as the language sees it.
struct Value {
  enum class Kind : uint8_t {
    undefined,  // nil, or a name that is not there
    error,      // could not be evaluated, and was reported: every use is silent. In Lua: see push_unsupported
    constant,   // ConstantValue
    type,       // const Type*
    symbol,     // const Symbol*
    quote,      // Quote
    task,       // ir::Task*
    function,   // terra function: const ir::Function*
    overloaded,        // vector<Value>: terra functions, of which a call selects one
    c_function,        // CFunctionValue
    global,            // terralib.global: const ir::Global*
    runtime_function,  // ir::RuntimeFunction
    special,           // SpecialForm
    macro,             // MacroValue
    fspace,            // const FspaceDefinition*, with parameters; one without is a type
    effect,            // EffectValue
    field_path,        // vector<string>: `regentlib.field_path`, or a plain string in a field position
    list,              // vector<Value>: a Lua list in a list position
    other,             // anything else; `description` says what
  };
  Kind kind = Kind::undefined;
  std::variant<std::monostate, ConstantValue, const Type*, const Symbol*, std::shared_ptr<Quote>, ir::Task*,
               const ir::Function*, const ir::Global*, CFunctionValue, ir::RuntimeFunction, SpecialForm,
               MacroValue, const FspaceDefinition*, EffectValue, std::vector<std::string>, std::vector<Value>>
      data;
  std::string description;  // the Lua type, for messages: "table", "lua function"

  const ConstantValue& constant() const { return std::get<ConstantValue>(data); }
  const Type* type() const { return std::get<const Type*>(data); }
  const Symbol* symbol() const { return std::get<const Symbol*>(data); }
  const Quote& quote() const { return *std::get<std::shared_ptr<Quote>>(data); }
  const std::vector<Value>& list() const { return std::get<std::vector<Value>>(data); }
  const std::vector<std::string>& field_path() const { return std::get<std::vector<std::string>>(data); }
};

struct Frame {
  const ast::Construct* construct = nullptr;
  // By BindingId: the symbol of each variable that the construct declares. Types are set where they are
  // written.
  std::vector<Symbol*> symbols;
  // By BindingId, for bindings that name no variable but an object: the task or field space itself.
  std::unordered_map<uint32_t, Value> objects;
  // By CaptureId.
  std::vector<Value> captures;
  // By EscapeId: types, spliced values, lists; for `rescape` the list of emitted quotes.
  std::vector<Value> escapes;
  // Expressions that name something inside a Lua table: `c.printf`, `config.n`. The whole Field chain is one
  // value.
  std::unordered_map<const ast::Expr*, Value> table_fields;
  // Escapes or captures that failed and were reported; check stays silent about them.
  bool has_error = false;

  // The value of a Name, Escape or Field expression that stands for a Lua value or an object; null for
  // variables and ordinary expressions.
  const Value* value_of(const ast::Expr& expr) const;
};

// What check asks Lua for.
class MacroExpander {
 public:
  virtual ~MacroExpander() = default;
  // Gives each argument as a quote of a checked expression or of a type, runs the Lua function, and returns
  // what it made: the quote of an expression, and from Terra's macros also statements and other values. The
  // kind is `error` when something else was reported.
  virtual Value expand(const MacroValue& macro, std::vector<std::shared_ptr<Quote>> arguments,
                       SourceRange where) = 0;
  // What a struct's table `methods` or `metamethods` holds under the name: a terra function, an overloaded
  // one, a macro; `undefined` when there is nothing.
  virtual Value find_member(const StructType& type, const char* table, const std::string& name) = 0;
  // The C function as a terra function that calls it, so that it has an address; null when it takes any
  // number of arguments.
  virtual const ir::Function* function_of_c(const CFunctionValue& function) = 0;
  // Checks the body of a terra function that waits for other definitions.
  virtual void check_pending(const ir::Function& function) = 0;
  // The terra functions that a type has as its metamethod; none for types that are no structs.
  virtual std::vector<const ir::Function*> find_metamethods(const Type* type, const std::string& name) = 0;
  // How tasks get values of this type, when it or the elements of the array serialize themselves. What is
  // wrong with its Lua functions is reported.
  virtual std::optional<ir::Packing> packing_of(const Type* type) = 0;
  // Asks the `__cast` of the two types for the value as one of type `to`. Null when neither has one that
  // accepts it.
  virtual std::shared_ptr<Quote> user_cast(const Type* from, const Type* to,
                                           std::shared_ptr<Quote> value) = 0;
};

}  // namespace palatine::sema
