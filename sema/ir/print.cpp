// The text form of a function: one statement a line, every conversion and every variable visible.
//
// Variables print as written; a number follows when another variable of the function has the same name.
// Temporaries print as `%<id>`.
#include <fmt/format.h>

#include <iterator>
#include <map>

#include "sema/ir/ir.h"

namespace palatine::ir {

namespace {

const char* privilege_text(Privilege privilege) {
  switch (privilege) {
    case Privilege::none:
      return "none";
    case Privilege::reads:
      return "reads";
    case Privilege::writes:
      return "writes";
    case Privilege::reduces:
      return "reduces";
  }
  return "";
}

const char* mode_text(Requirement::Mode mode) {
  switch (mode) {
    case Requirement::Mode::none:
      return "none";
    case Requirement::Mode::read:
      return "read";
    case Requirement::Mode::read_write:
      return "read_write";
    case Requirement::Mode::write_discard:
      return "write_discard";
    case Requirement::Mode::reduce:
      return "reduce";
  }
  return "";
}

const char* member_text(HandleMember member) {
  switch (member) {
    case HandleMember::bounds:
      return "bounds";
    case HandleMember::volume:
      return "volume";
    case HandleMember::ispace:
      return "ispace";
    case HandleMember::colors:
      return "colors";
  }
  return "";
}

const char* runtime_function_text(RuntimeFunction function) {
  switch (function) {
    case RuntimeFunction::assert_:
      return "assert";
    case RuntimeFunction::runtime_handle:
      return "__runtime";
    case RuntimeFunction::context_handle:
      return "__context";
    case RuntimeFunction::task_handle:
      return "__task";
    case RuntimeFunction::fail:
      return "fail";
  }
  return "";
}

const char* projection_text(IndexLaunchStat::Projection projection) {
  switch (projection) {
    case IndexLaunchStat::Projection::value:
      return "value";
    case IndexLaunchStat::Projection::invariant_region:
      return "invariant";
    case IndexLaunchStat::Projection::identity:
      return "identity";
    case IndexLaunchStat::Projection::computed:
      return "computed";
  }
  return "";
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c < 0x20 || c >= 0x7f) {
      out += fmt::format("\\x{:02x}", c);
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

class Printer {
 public:
  explicit Printer(const Function& function) : function_(function) {
    for (const auto& local : function.locals) ++uses_of_name_[local->name];
  }

  std::string run() {
    header();
    if (function_.has_body) {
      open("{{");
      block(function_.body);
      close("}}");
    }
    return std::move(out_);
  }

 private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_.append(static_cast<size_t>(depth_) * 2, ' ');
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  template <typename... Args>
  void open(fmt::format_string<Args...> format, Args&&... args) {
    line(format, std::forward<Args>(args)...);
    ++depth_;
  }
  template <typename... Args>
  void close(fmt::format_string<Args...> format, Args&&... args) {
    --depth_;
    line(format, std::forward<Args>(args)...);
  }

  std::string name(const Local* local) const {
    if (!local) return "<null>";
    if (local->name.empty()) return fmt::format("%{}", local->id);
    auto it = uses_of_name_.find(local->name);
    if (it != uses_of_name_.end() && it->second > 1) return fmt::format("{}#{}", local->name, local->id);
    return local->name;
  }

  std::string leaf_names(const Local* region, const std::vector<int>& leaves) const {
    const auto* type = region ? sema::try_as<sema::RegionType>(region->type) : nullptr;
    if (!type) return "";
    const auto fields = sema::flatten_fields(type->fspace);
    std::string out;
    for (int leaf : leaves) {
      if (!out.empty()) out += ", ";
      out += static_cast<size_t>(leaf) < fields.size()
                 ? sema::field_path_name(fields[static_cast<size_t>(leaf)].path)
                 : fmt::format("?{}", leaf);
    }
    return "{" + out + "}";
  }

  std::string mapped_fields(const std::vector<MappedField>& fields) const {
    std::string out;
    for (size_t i = 0; i < fields.size();) {
      std::vector<int> leaves;
      size_t end = i;
      while (end < fields.size() && fields[end].region == fields[i].region)
        leaves.push_back(fields[end++].leaf);
      if (!out.empty()) out += ", ";
      out += name(fields[i].region) + "." + leaf_names(fields[i].region, leaves);
      i = end;
    }
    return out;
  }

  void annotations(const std::vector<ast::Annotation>& list) {
    for (const ast::Annotation& annotation : list) {
      line("{}({})", ast::annotation_level_name(annotation.level),
           ast::annotation_option_name(annotation.option));
    }
  }

  void header() {
    const auto* task = dynamic_cast<const Task*>(&function_);
    if (task) annotations(task->annotations);
    std::string params;
    for (const Local* param : function_.params) {
      if (!params.empty()) params += ", ";
      params += fmt::format("{} : {}", name(param), sema::type_name(param->type));
    }
    line("{} {}({}) : {}", task ? (task->is_extern ? "extern task" : "task") : "terra", function_.name,
         params, function_.result ? sema::type_name(function_.result) : "?");
    if (!task) return;
    ++depth_;
    for (const PrivilegeDecl& privilege : task->privileges) {
      line("where {}{}({}{})", privilege_text(privilege.privilege),
           privilege.privilege == Privilege::reduces ? std::string(" ") + ast::reduction_op_text(privilege.op)
                                                     : "",
           name(privilege.region), privilege.path.empty() ? "" : "." + sema::field_path_name(privilege.path));
    }
    for (const Constraint& constraint : task->constraints) {
      line("where {} {} {}", sema::symbol_name(*constraint.lhs),
           constraint.kind == Constraint::Kind::subregion ? "<=" : "*", sema::symbol_name(*constraint.rhs));
    }
    for (const Requirement& requirement : task->requirements) {
      const Local* param = function_.params[static_cast<size_t>(requirement.param)];
      line("requires {}{} {}.{}", mode_text(requirement.mode),
           requirement.mode == Requirement::Mode::reduce
               ? std::string(" ") + ast::reduction_op_text(requirement.op)
               : "",
           name(param), leaf_names(param, requirement.leaves));
    }
    std::string properties;
    auto add = [&](bool holds, const char* property) {
      if (holds) properties += std::string(properties.empty() ? "" : ", ") + property;
    };
    add(task->is_leaf, "leaf");
    add(task->is_inner, "inner");
    add(task->is_idempotent, "idempotent");
    add(task->is_replicable, "replicable");
    if (!properties.empty()) line("is {}", properties);
    --depth_;
  }

  std::string list(const std::vector<ExprPtr>& values) const {
    std::string out;
    for (const ExprPtr& value : values) {
      if (!out.empty()) out += ", ";
      out += expr(value.get());
    }
    return out;
  }

  std::string constant(const ConstExpr& node) const {
    switch (node.type->kind) {
      case sema::TypeKind::boolean:
        return node.integer ? "true" : "false";
      case sema::TypeKind::integer:
        return sema::as<sema::IntegerType>(node.type).is_signed
                   ? fmt::format("{}", static_cast<int64_t>(node.integer))
                   : fmt::format("{}U", node.integer);
      case sema::TypeKind::floating: {
        const std::string text = fmt::format("{}", node.floating);
        return text.find_first_of(".ein") == std::string::npos ? text + ".0" : text;
      }
      case sema::TypeKind::pointer:
        return quoted(node.string);
      default:
        return "nil";
    }
  }

  std::string field_name(const FieldExpr& node) const {
    const Type* type = node.object->type;
    const auto index = static_cast<size_t>(node.field);
    if (const auto* structure = sema::try_as<sema::StructType>(type)) {
      return index < structure->fields.size() ? structure->fields[index].name
                                              : fmt::format("?{}", node.field);
    }
    if (type->kind == sema::TypeKind::rect) return node.field == 0 ? "lo" : "hi";
    return index < 9 ? std::string(1, "xyzwvutsr"[index]) : fmt::format("?{}", node.field);
  }

  std::string expr(const Expr* node) const {
    if (!node) return "<null>";
    switch (node->kind) {
      case ExprKind::Const:
        return constant(as<ConstExpr>(*node));
      case ExprKind::Local:
        return name(as<LocalExpr>(*node).local);
      case ExprKind::Global:
        return "global " + as<GlobalExpr>(*node).global->name;
      case ExprKind::Unary: {
        const auto& e = as<UnaryExpr>(*node);
        return fmt::format("({} {})", ast::unary_op_text(e.op), expr(e.operand.get()));
      }
      case ExprKind::Binary: {
        const auto& e = as<BinaryExpr>(*node);
        return fmt::format("({} {} {})", expr(e.lhs.get()), ast::binary_op_text(e.op), expr(e.rhs.get()));
      }
      case ExprKind::MinMax: {
        const auto& e = as<MinMaxExpr>(*node);
        return fmt::format("{}({}, {})", e.is_max ? "max" : "min", expr(e.lhs.get()), expr(e.rhs.get()));
      }
      case ExprKind::Cast:
        return fmt::format("[{}]({})", sema::type_name(node->type), expr(as<CastExpr>(*node).operand.get()));
      case ExprKind::Field: {
        const auto& e = as<FieldExpr>(*node);
        return fmt::format("{}.{}", expr(e.object.get()), field_name(e));
      }
      case ExprKind::Index: {
        const auto& e = as<IndexExpr>(*node);
        return fmt::format("{}[{}]", expr(e.object.get()), expr(e.index.get()));
      }
      case ExprKind::Deref:
        return fmt::format("@({})", expr(as<DerefExpr>(*node).pointer.get()));
      case ExprKind::AddressOf:
        return fmt::format("&({})", expr(as<AddressOfExpr>(*node).operand.get()));
      case ExprKind::Ctor:
        return fmt::format("{} {{{}}}", sema::type_name(node->type), list(as<CtorExpr>(*node).values));
      case ExprKind::RegionAccess: {
        const auto& e = as<RegionAccessExpr>(*node);
        std::string regions;
        for (const Local* region : e.regions) regions += (regions.empty() ? "" : "|") + name(region);
        return fmt::format("{}[{}]{}", regions, expr(e.index.get()),
                           e.path.empty() ? "" : "." + sema::field_path_name(e.path));
      }
      case ExprKind::Subregion: {
        const auto& e = as<SubregionExpr>(*node);
        return fmt::format("{}[{}]", expr(e.partition.get()), expr(e.color.get()));
      }
      case ExprKind::HandleMember: {
        const auto& e = as<HandleMemberExpr>(*node);
        return fmt::format("{}.{}", expr(e.object.get()), member_text(e.member));
      }
      case ExprKind::NewIspace: {
        const auto& e = as<NewIspaceExpr>(*node);
        return fmt::format("ispace({}{})", expr(e.extent.get()), e.start ? ", " + expr(e.start.get()) : "");
      }
      case ExprKind::NewRegion:
        return fmt::format("region({})", expr(as<NewRegionExpr>(*node).ispace.get()));
      case ExprKind::NewPartitionEqual: {
        const auto& e = as<NewPartitionEqualExpr>(*node);
        return fmt::format("partition(equal, {}, {})", expr(e.region.get()), expr(e.colors.get()));
      }
      case ExprKind::Physical: {
        const auto& e = as<PhysicalExpr>(*node);
        std::string leaves;
        for (size_t k = 0; k < e.leaves.size(); ++k) {
          leaves += fmt::format("{}{}{}", k ? ", " : "", e.leaves[k], e.writes[k] ? " write" : "");
        }
        return fmt::format("__physical({} [{}])", name(e.region), leaves);
      }
      case ExprKind::HandleOp: {
        const auto& e = as<HandleOpExpr>(*node);
        if (e.op == HandleOp::subpartition) {
          return fmt::format("{}[{}]", expr(e.operands[0].get()), expr(e.operands[1].get()));
        }
        if (e.op == HandleOp::projection)
          return fmt::format("{}.{{{}}}", expr(e.operands[0].get()), fmt::join(e.leaves, ", "));
        std::string field = e.leaf < 0 ? "" : fmt::format(", field {}", e.leaf);
        if (e.callee) field += ", task " + e.callee->name;
        return fmt::format("{}({}{})", handle_op_name(e.op), list(e.operands), field);
      }
      case ExprKind::CCall: {
        const auto& e = as<CCallExpr>(*node);
        return fmt::format("c {}({})", e.function, list(e.args));
      }
      case ExprKind::RuntimeCall: {
        const auto& e = as<RuntimeCallExpr>(*node);
        return fmt::format("runtime {}({})", runtime_function_text(e.function), list(e.args));
      }
      case ExprKind::FunctionCall: {
        const auto& e = as<FunctionCallExpr>(*node);
        return fmt::format("terra {}({})", e.callee->name, list(e.args));
      }
      case ExprKind::FunctionAddress:
        return as<FunctionAddressExpr>(*node).callee
                   ? fmt::format("&terra {}", as<FunctionAddressExpr>(*node).callee->name)
                   : "&" + as<FunctionAddressExpr>(*node).c_function;
      case ExprKind::PointerCall: {
        const auto& e = as<PointerCallExpr>(*node);
        return fmt::format("call ({})({})", expr(e.callee.get()), list(e.args));
      }
      case ExprKind::TaskCall: {
        const auto& e = as<TaskCallExpr>(*node);
        return fmt::format("task {}({})", e.callee->name, list(e.args));
      }
      case ExprKind::Form: {
        const auto& e = as<FormExpr>(*node);
        std::string numbers;
        for (int number : e.numbers) numbers += fmt::format("{}{}", numbers.empty() ? " " : ", ", number);
        return fmt::format("{}[{}{}]({})", form_text(e.form), sema::type_name(e.type), numbers,
                           list(e.operands));
      }
    }
    return "";
  }

  void block(const Block& body) {
    for (const StatPtr& stat : body.stats) statement(stat.get());
  }
  void body(const Block& stats) {
    ++depth_;
    block(stats);
    close("end");
  }

  void statement(const Stat* node) {
    if (!node) {
      line("<null>");
      return;
    }
    annotations(node->annotations);
    switch (node->kind) {
      case StatKind::Block:
        line("{}", as<BlockStat>(*node).is_deferred ? "defer" : "do");
        body(as<BlockStat>(*node).body);
        return;
      case StatKind::Var: {
        const auto& s = as<VarStat>(*node);
        line("var {} : {}{}{}", name(s.local), s.local->is_future ? "future " : "",
             sema::type_name(s.local->type), s.value ? " = " + expr(s.value.get()) : "");
        return;
      }
      case StatKind::Assign: {
        const auto& s = as<AssignStat>(*node);
        line("{} = {}", expr(s.target.get()), expr(s.value.get()));
        return;
      }
      case StatKind::Reduce: {
        const auto& s = as<ReduceStat>(*node);
        line("{} {}= {} in {}", expr(s.target.get()), ast::reduction_op_text(s.op), expr(s.value.get()),
             sema::type_name(s.compute_type));
        return;
      }
      case StatKind::If: {
        const auto& s = as<IfStat>(*node);
        line("if {} then", expr(s.condition.get()));
        ++depth_;
        block(s.then_block);
        --depth_;
        if (!s.else_block.stats.empty()) {
          line("else");
          ++depth_;
          block(s.else_block);
          --depth_;
        }
        line("end");
        return;
      }
      case StatKind::While: {
        const auto& s = as<WhileStat>(*node);
        line("while");
        ++depth_;
        block(s.condition_block);
        line("{}", expr(s.condition.get()));
        --depth_;
        line("do");
        body(s.body);
        return;
      }
      case StatKind::Repeat: {
        const auto& s = as<RepeatStat>(*node);
        line("repeat");
        ++depth_;
        block(s.body);
        block(s.until_block);
        close("until {}", expr(s.until.get()));
        return;
      }
      case StatKind::ForNum: {
        const auto& s = as<ForNumStat>(*node);
        line("for {} : {} = {}, {}{} do", name(s.variable), sema::type_name(s.variable->type),
             expr(s.first.get()), expr(s.limit.get()), s.step ? ", " + expr(s.step.get()) : "");
        body(s.body);
        return;
      }
      case StatKind::ForList: {
        const auto& s = as<ForListStat>(*node);
        line("for {} : {} in {} do", name(s.variable), sema::type_name(s.variable->type),
             expr(s.domain.get()));
        body(s.body);
        return;
      }
      case StatKind::Return: {
        const auto& s = as<ReturnStat>(*node);
        line("return{}", s.value ? " " + expr(s.value.get()) : "");
        return;
      }
      case StatKind::Break:
        line("break");
        return;
      case StatKind::Jump:
        line("{} {}", as<JumpStat>(*node).is_label ? "label" : "goto", as<JumpStat>(*node).label);
        return;
      case StatKind::Expr:
        line("{}", expr(as<ExprStat>(*node).expr.get()));
        return;
      case StatKind::Fill: {
        const auto& s = as<FillStat>(*node);
        line("fill {}.{} = {}", name(s.region), leaf_names(s.region, s.leaves), list(s.values));
        return;
      }
      case StatKind::Fence: {
        const auto& s = as<FenceStat>(*node);
        line("fence {}{}", s.execution ? "execution" : "mapping", s.block ? ", block" : "");
        return;
      }
      case StatKind::Delete:
        line("delete {}", expr(as<DeleteStat>(*node).value.get()));
        return;
      case StatKind::Map: {
        const auto& s = as<MapStat>(*node);
        line("map {} {}", s.write ? "read_write" : "read", mapped_fields(s.fields));
        return;
      }
      case StatKind::Unmap:
        line("unmap {}", mapped_fields(as<UnmapStat>(*node).fields));
        return;
      case StatKind::IndexLaunch:
        index_launch(as<IndexLaunchStat>(*node));
        return;
    }
  }

  void index_launch(const IndexLaunchStat& s) {
    std::string domain = s.domain ? "in " + expr(s.domain.get())
                                  : fmt::format("= {}, {}", expr(s.first.get()), expr(s.limit.get()));
    open("index launch {} : {} {}{}{} do", name(s.variable), sema::type_name(s.variable->type), domain,
         s.is_demanded ? " demanded" : "", s.needs_dynamic_check ? " checked" : "");
    for (const StatPtr& stat : s.preamble) statement(stat.get());
    std::string projections;
    for (auto projection : s.projections) {
      projections += (projections.empty() ? "" : ", ") + std::string(projection_text(projection));
    }
    std::string fold;
    if (s.reduction)
      fold = fmt::format("{} {}= ", expr(s.reduction_target.get()), ast::reduction_op_text(*s.reduction));
    if (s.combine) fold = fmt::format("{} {}= ", expr(s.reduction_target.get()), expr(s.combine.get()));
    line("{}{} by ({})", fold, expr(s.call.get()), projections);
    close("end");
  }

  const Function& function_;
  std::map<std::string, int> uses_of_name_;
  std::string out_;
  int depth_ = 0;
};

}  // namespace

std::string print(const Function& function) {
  return Printer(function).run();
}

}  // namespace palatine::ir
