// The text form of syntax trees: one node a line, children indented.
#include <fmt/format.h>

#include <iterator>

#include "frontend/ast/ast.h"

namespace palatine::ast {

namespace {

const char* expr_kind_name(ExprKind kind) {
  static const char* const kNames[] = {
#define AST_EXPR(name) #name,
#include "frontend/ast/nodes.def"
#undef AST_EXPR
  };
  return kNames[static_cast<size_t>(kind)];
}

const char* stat_kind_name(StatKind kind) {
  static const char* const kNames[] = {
#define AST_STAT(name) #name,
#include "frontend/ast/nodes.def"
#undef AST_STAT
  };
  return kNames[static_cast<size_t>(kind)];
}

const char* construct_kind_name(ConstructKind kind) {
  static const char* const kNames[] = {"task",           "fspace",       "rexpr",      "rquote",
                                       "terra_function", "terra_struct", "terra_expr", "terra_quote"};
  return kNames[static_cast<size_t>(kind)];
}

const char* effect_mode_name(EffectMode mode) {
  static const char* const kNames[] = {"reads",  "writes",       "reduces", "exclusive",
                                       "atomic", "simultaneous", "relaxed", "no_access_flag"};
  return kNames[static_cast<size_t>(mode)];
}

const char* number_type_name(NumberType type) {
  static const char* const kNames[] = {"int32", "uint32", "int64", "uint64", "float", "double"};
  return kNames[static_cast<size_t>(type)];
}

// A string as C would write it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += std::string("\\") + c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

class Printer {
 public:
  Printer(const SourceManager& sources, const Construct& construct)
      : sources_(sources), construct_(construct) {}

  std::string run() {
    print_construct();
    return std::move(out_);
  }

 private:
  // Prints children one level deeper than the node above them.
  struct Indent {
    explicit Indent(Printer& printer) : printer_(printer) { ++printer_.depth_; }
    ~Indent() { --printer_.depth_; }
    Printer& printer_;
  };

  void line(std::string_view text) {
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }

  // `[lua text]`, on one line.
  std::string escape(EscapeId id) const {
    std::string text = "[";
    bool was_space = false;
    for (char c : sources_.text(construct_.escapes[id.index].range)) {
      bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      if (is_space && !was_space) text += ' ';
      if (!is_space) text += c;
      was_space = is_space;
    }
    return text + "]";
  }
  std::string binding(BindingId id) const {
    return fmt::format("{}#{}", construct_.bindings[id.index].name, id.index);
  }
  std::string use(const NameUse& name) const {
    return name.binding.is_valid() ? binding(name.binding) : name.text;
  }
  std::string declared(const Declared& declared) const {
    return declared.escape.is_valid() ? escape(declared.escape) : binding(declared.binding);
  }
  std::string field(const FieldName& name) const {
    return name.escape.is_valid() ? escape(name.escape) : name.text;
  }
  std::string type(EscapeId type) const { return type.is_valid() ? " : " + escape(type) : ""; }

  std::string paths(const std::vector<FieldPath>& fields) const {
    std::string text = "{";
    for (const FieldPath& path : fields) {
      if (text.size() > 1) text += ", ";
      text += field(path.name);
      if (!path.children.empty()) text += "." + paths(path.children);
    }
    return text + "}";
  }
  std::string projection(const std::vector<ProjectionField>& fields) const {
    std::string text = "{";
    for (const ProjectionField& part : fields) {
      if (text.size() > 1) text += ", ";
      if (part.rename) text += field(*part.rename) + " = ";
      text += field(part.field);
      if (!part.children.empty()) text += "." + projection(part.children);
    }
    return text + "}";
  }
  static std::string annotations(const Annotations& list) {
    std::string text;
    for (const Annotation& a : list) {
      text += fmt::format(" {}({})", annotation_level_name(a.level), annotation_option_name(a.option));
    }
    return text;
  }
  static std::string dotted(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? " " : ".") + part;
    return text;
  }

  // ---- constructs

  void print_construct() {
    std::string head = construct_kind_name(construct_.kind);
    switch (construct_.kind) {
      case ConstructKind::task:
        return print_task(static_cast<const Task&>(construct_));
      case ConstructKind::fspace:
        return print_fspace(static_cast<const Fspace&>(construct_));
      case ConstructKind::rexpr: {
        const auto& quote = static_cast<const Rexpr&>(construct_);
        line(head + annotations(quote.annotations));
        Indent indent(*this);
        return print_expr(*quote.expr);
      }
      case ConstructKind::rquote: {
        const auto& quote = static_cast<const Rquote&>(construct_);
        line(head + annotations(quote.annotations));
        return print_block(quote.body);
      }
      case ConstructKind::terra_function: {
        const auto& function = static_cast<const TerraFunction&>(construct_);
        line(head + dotted(function.name) + (function.is_method ? " method" : "") +
             type(function.return_type));
        print_params(function.params);
        return print_block(function.body);
      }
      case ConstructKind::terra_struct: {
        const auto& record = static_cast<const TerraStruct&>(construct_);
        line(head + dotted(record.name));
        return print_fields(record.fields);
      }
      case ConstructKind::terra_expr: {
        line(head);
        Indent indent(*this);
        return print_expr(*static_cast<const TerraExpr&>(construct_).expr);
      }
      case ConstructKind::terra_quote: {
        const auto& quote = static_cast<const TerraQuote&>(construct_);
        line(head);
        print_block(quote.body);
        return print_exprs("in", quote.in_values);
      }
    }
  }

  void print_task(const Task& task) {
    line((task.is_extern ? "extern task" : "task") + dotted(task.name) + type(task.return_type) +
         annotations(task.annotations));
    print_params(task.params);
    for (const Effect& effect : task.effects) print_effect(effect);
    if (task.body) print_block(*task.body);
  }

  void print_fspace(const Fspace& fspace) {
    line("fspace" + dotted(fspace.name) + annotations(fspace.annotations));
    print_params(fspace.params);
    print_fields(fspace.fields);
    for (const Effect& constraint : fspace.constraints) print_effect(constraint);
  }

  void print_params(const std::vector<Param>& params) {
    Indent indent(*this);
    for (const Param& param : params) line("param " + declared(param.declared) + type(param.type));
  }

  void print_fields(const std::vector<FspaceField>& fields) {
    Indent indent(*this);
    for (const FspaceField& f : fields) line("field " + f.name + type(f.type));
  }

  void print_effect(const Effect& effect) {
    Indent indent(*this);
    switch (effect.kind) {
      case Effect::Kind::escape:
        return line("effect " + escape(effect.escape));
      case Effect::Kind::constraint:
        return line("constraint " + use(effect.lhs) + (effect.disjoint ? " * " : " <= ") + use(effect.rhs));
      case Effect::Kind::conditions: {
        std::string text = "condition";
        if (effect.arrives) text += " arrives";
        if (effect.awaits) text += " awaits";
        for (const NameUse& barrier : effect.barriers) text += " " + use(barrier);
        return line(text);
      }
      case Effect::Kind::modes:
        break;
    }
    std::string text = "effect";
    for (const Effect::Mode& mode : effect.modes) {
      text += std::string(" ") + effect_mode_name(mode.mode);
      if (mode.mode == EffectMode::reduces) text += std::string(" ") + reduction_op_text(mode.reduction);
    }
    for (const Effect::Root& root : effect.roots) {
      text += " " + use(root.region);
      if (root.has_fields) text += "." + paths(root.fields);
    }
    line(text);
  }

  // ---- statements

  void print_block(const Block& block) {
    Indent indent(*this);
    for (const StatPtr& stat : block.stats) print_stat(*stat);
  }

  void print_stat(const Stat& stat) {
    std::string head = stat_kind_name(stat.kind) + annotations(stat.annotations);
    switch (stat.kind) {
      case StatKind::If: {
        const auto& node = as<IfStat>(stat);
        for (const IfStat::Clause& clause : node.clauses) {
          line(&clause == &node.clauses.front() ? head : "ElseIf");
          print_nested(*clause.condition);
          print_block(clause.block);
        }
        if (!node.otherwise) return;
        line("Else");
        return print_block(*node.otherwise);
      }
      case StatKind::While:
        line(head);
        print_nested(*as<WhileStat>(stat).condition);
        return print_block(as<WhileStat>(stat).body);
      case StatKind::Repeat:
        line(head);
        print_block(as<RepeatStat>(stat).body);
        return print_nested(*as<RepeatStat>(stat).until);
      case StatKind::ForNum: {
        const auto& node = as<ForNumStat>(stat);
        line(head + " " + declared(node.variable) + type(node.type));
        print_nested(*node.first);
        print_nested(*node.limit);
        if (node.step) print_nested(*node.step);
        return print_block(node.body);
      }
      case StatKind::ForList: {
        const auto& node = as<ForListStat>(stat);
        line(head + " " + declared(node.variable) + type(node.type));
        print_nested(*node.domain);
        return print_block(node.body);
      }
      case StatKind::MustEpoch:
        line(head);
        return print_block(as<MustEpochStat>(stat).body);
      case StatKind::Do:
        line(as<DoStat>(stat).is_deferred ? head + " deferred" : head);
        return print_block(as<DoStat>(stat).body);
      case StatKind::Var: {
        const auto& node = as<VarStat>(stat);
        for (const VarStat::Variable& variable : node.variables)
          head += " " + declared(variable.declared) + type(variable.type);
        return print_exprs(head, node.values);
      }
      case StatKind::VarUnpack: {
        const auto& node = as<VarUnpackStat>(stat);
        for (const VarUnpackStat::Part& part : node.parts)
          head += " " + declared(part.declared) + " = " + part.field;
        line(head);
        return print_nested(*node.value);
      }
      case StatKind::Return:
        return print_exprs(head, as<ReturnStat>(stat).values);
      case StatKind::Break:
        return line(head);
      case StatKind::Jump: {
        const auto& jump = as<JumpStat>(stat);
        return line(head + (jump.is_label ? " label " : " ") + jump.label);
      }
      case StatKind::Rescape:
        return line(head + " " + escape(as<RescapeStat>(stat).escape));
      case StatKind::Delete:
        line(head);
        return print_nested(*as<DeleteStat>(stat).value);
      case StatKind::Fence: {
        const auto& node = as<FenceStat>(stat);
        return line(head + (node.execution ? " execution" : " mapping") + (node.block ? " block" : ""));
      }
      case StatKind::ParallelizeWith:
        print_exprs(head, as<ParallelizeWithStat>(stat).hints);
        return print_block(as<ParallelizeWithStat>(stat).body);
      case StatKind::ParallelPrefix: {
        const auto& node = as<ParallelPrefixStat>(stat);
        line(head + " " + reduction_op_text(node.op));
        Indent indent(*this);
        print_root(node.lhs);
        print_root(node.rhs);
        return print_expr(*node.direction);
      }
      case StatKind::Expr:
        line(head);
        return print_nested(*as<ExprStat>(stat).expr);
      case StatKind::Assign: {
        const auto& node = as<AssignStat>(stat);
        if (node.op) head += std::string(" ") + reduction_op_text(*node.op);
        print_exprs(head, node.targets);
        return print_exprs("=", node.values);
      }
    }
  }

  // ---- expressions

  void print_nested(const Expr& expr) {
    Indent indent(*this);
    print_expr(expr);
  }

  void print_exprs(std::string_view head, const std::vector<ExprPtr>& exprs) {
    line(head);
    for (const ExprPtr& expr : exprs) print_nested(*expr);
  }

  void print_conditions(const std::vector<Condition>& conditions) {
    Indent indent(*this);
    for (const Condition& condition : conditions) {
      std::string head = "condition";
      if (condition.arrives) head += " arrives";
      if (condition.awaits) head += " awaits";
      print_exprs(head, condition.values);
    }
  }

  void print_root(const RegionRoot& root) {
    line("root" + (root.has_fields ? " " + paths(root.fields) : ""));
    print_nested(*root.region);
  }

  void print_expr(const Expr& expr) {
    std::string head = expr_kind_name(expr.kind);
    switch (expr.kind) {
      case ExprKind::Number: {
        const auto& node = as<NumberExpr>(expr);
        bool is_floating = node.type == NumberType::float32 || node.type == NumberType::float64;
        return line(
            fmt::format("{} {} {}", head, number_type_name(node.type),
                        is_floating ? fmt::format("{}", node.floating) : fmt::format("{}", node.integer)));
      }
      case ExprKind::String:
        return line(head + " " + quoted(as<StringExpr>(expr).value));
      case ExprKind::Bool:
        return line(head + (as<BoolExpr>(expr).value ? " true" : " false"));
      case ExprKind::Nil:
        return line(head);
      case ExprKind::Name:
        return line(head + " " + use(as<NameExpr>(expr).name));
      case ExprKind::Escape:
        return line(head + " " + escape(as<EscapeExpr>(expr).escape));
      case ExprKind::Unary:
        line(head + " " + unary_op_text(as<UnaryExpr>(expr).op));
        return print_nested(*as<UnaryExpr>(expr).operand);
      case ExprKind::Binary:
        line(head + " " + binary_op_text(as<BinaryExpr>(expr).op));
        print_nested(*as<BinaryExpr>(expr).lhs);
        return print_nested(*as<BinaryExpr>(expr).rhs);
      case ExprKind::Field:
        line(head + " " + field(as<FieldExpr>(expr).field));
        return print_nested(*as<FieldExpr>(expr).object);
      case ExprKind::Index:
        line(head);
        print_nested(*as<IndexExpr>(expr).object);
        return print_nested(*as<IndexExpr>(expr).index);
      case ExprKind::Call: {
        const auto& node = as<CallExpr>(expr);
        line(head + annotations(node.annotations));
        print_nested(*node.callee);
        for (const ExprPtr& arg : node.args) print_nested(*arg);
        return print_conditions(node.conditions);
      }
      case ExprKind::MethodCall: {
        const auto& node = as<MethodCallExpr>(expr);
        line(head + " " + field(node.method) + annotations(node.annotations));
        print_nested(*node.object);
        for (const ExprPtr& arg : node.args) print_nested(*arg);
        return;
      }
      case ExprKind::Ctor: {
        line(head);
        Indent indent(*this);
        for (const CtorField& f : as<CtorExpr>(expr).fields) {
          line(f.name ? "field " + field(*f.name) : "element");
          print_nested(*f.value);
        }
        return;
      }
      case ExprKind::Projection:
        line(head + " " + projection(as<ProjectionExpr>(expr).fields));
        return print_nested(*as<ProjectionExpr>(expr).object);
      case ExprKind::Builtin: {
        const auto& node = as<BuiltinExpr>(expr);
        line(head + " " + builtin_form_keyword(node.form));
        for (const BuiltinOperand& operand : node.operands) print_operand(operand);
        return print_conditions(node.conditions);
      }
    }
  }

  void print_operand(const BuiltinOperand& operand) {
    Indent indent(*this);
    switch (operand.kind) {
      case BuiltinOperand::Kind::expr:
        return print_expr(*operand.expr);
      case BuiltinOperand::Kind::type:
        return line("type " + escape(operand.type));
      case BuiltinOperand::Kind::region_root:
        return print_root(operand.root);
      case BuiltinOperand::Kind::word:
        return line("word " + operand.word);
      case BuiltinOperand::Kind::reduction:
        return line(std::string("operator ") + reduction_op_text(operand.reduction));
      case BuiltinOperand::Kind::boolean:
        return line(operand.boolean ? "true" : "false");
    }
  }

  const SourceManager& sources_;
  const Construct& construct_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string print(const SourceManager& sources, const Construct& construct) {
  return Printer(sources, construct).run();
}

}  // namespace palatine::ast
