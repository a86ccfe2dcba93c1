// Signatures of tasks, and the entry points of this folder.
#include <algorithm>

#include "sema/check/checker.h"
#include "sema/check/hints.h"

namespace palatine::sema {

const char* annotation_internal_name(ast::AnnotationOption option);

namespace {

// Builds one task's signature from its tree and frame.
class SignatureChecker {
 public:
  SignatureChecker(ir::Task& task, const ast::Task& tree, const Frame& frame, CheckContext& context)
      : task_(task), tree_(tree), frame_(frame), context_(context) {}

  void run() {
    task_.is_extern = tree_.is_extern;
    task_.annotations = tree_.annotations;
    check_annotations();
    for (const ast::Param& param : tree_.params) check_param(param);
    for (const ir::Local* param : task_.params) {
      const auto* instance = try_as<StructType>(param->type);
      if (instance && instance->definition && !check_fspace_args(*instance, context_.types, context_.diags)) {
        task_.has_error = true;
      }
    }
    check_result();
    for (const ast::Effect& effect : tree_.effects) check_effect(effect);
    check_reductions();
    if (task_.is_extern) check_extern();
    task_.requirements = make_requirements(task_);
  }

 private:
  template <typename... Args>
  Diagnostics::Builder error(DiagKind kind, SourceRange range, const Args&... args) {
    task_.has_error = true;
    return context_.diags.report(kind, range, args...);
  }

  void check_annotations() {
    using Option = ast::AnnotationOption;
    // Other demands of a task that is only ever inlined are about nothing.
    if (ir::has_annotation(tree_.annotations, ast::AnnotationLevel::demand, Option::inline_)) return;
    for (const ast::Annotation& annotation : tree_.annotations) {
      if (annotation.level == ast::AnnotationLevel::allow) continue;
      switch (annotation.option) {
        case Option::cuda:
        case Option::idempotent:
        case Option::inline_:
        case Option::inner:
        case Option::leaf:
        case Option::local:
        case Option::optimize:
        case Option::parallel:
        case Option::replicable:
          break;
        default:
          error(DiagKind::annotation_not_permitted, tree_.anchor,
                ast::annotation_level_name(annotation.level), annotation_internal_name(annotation.option));
      }
    }
  }

  const Value* escape(ast::EscapeId id) const {
    return id.is_valid() && id.index < frame_.escapes.size() ? &frame_.escapes[id.index] : nullptr;
  }

  void add_param(const Symbol* symbol, const std::string& name, const Type* type, SourceRange range) {
    const auto* future = try_as<StructType>(type);
    if (future && future->future_of) {
      if (!task_.is_extern) error(DiagKind::future_param, range, name, type_name(type));
      task_.future_params.push_back(static_cast<int>(task_.params.size()));
      type = future->future_of;
      if (symbol) const_cast<Symbol*>(symbol)->type = type;
    }
    ir::Local* local = task_.new_local(name, type ? type : context_.types.error(), symbol, range);
    local->is_param = true;
    task_.params.push_back(local);
    if (!type || is_error(type)) {
      task_.has_error = true;
      return;
    }
    if (const auto* structure = try_as<StructType>(type)) {
      context_.types.complete(structure);
      std::string_view c_name = structure->c_spelling;
      if (c_name.starts_with("struct ")) c_name.remove_prefix(7);
      // They belong to the running task and mean nothing to another.
      if (structure->origin == StructOrigin::c &&
          (c_name == "legion_runtime_t" || c_name == "legion_context_t")) {
        error(DiagKind::inadmissible_param, range, name, c_name);
      }
    }
    if (const RegionType* region = region_in(type)) {
      if (const auto* element = try_as<StructType>(region->fspace)) context_.types.complete(element);
    }
    local->packing = context_.macros.packing_of(type);
    for (const ir::Local* other : task_.params) {
      if (other == local || !is_handle(type) || other->type != type) continue;
      error(DiagKind::same_parameter_type, range, name, other->name)
          .note(DiagKind::previous_definition, other->range, other->name);
    }
  }

  void check_param(const ast::Param& param) {
    if (param.declared.binding.is_valid()) {
      const auto index = param.declared.binding.index;
      const Symbol* symbol = index < frame_.symbols.size() ? frame_.symbols[index] : nullptr;
      const Type* type = symbol ? symbol->type : nullptr;
      const Value* written = escape(param.type);
      if (!type && written && written->kind == Value::Kind::type) {
        type = written->type();
        if (symbol) frame_.symbols[index]->type = type;
      }
      if (!type && !frame_.has_error) {
        const bool is_nil = !written || written->kind == Value::Kind::undefined;
        auto builder =
            error(is_nil ? DiagKind::param_type_undefined : DiagKind::param_type_not_type, param.range);
        hint_type(builder, context_.diags, frame_.construct->escapes.at(param.type.index).range);
      }
      add_param(symbol, param.declared.text, type, param.declared.range);
      return;
    }
    const Value* value = escape(param.declared.escape);
    if (!value) return;
    if (value->kind == Value::Kind::list) {
      for (const Value& entry : value->list()) add_symbol(entry, param.declared.range, true);
    } else {
      add_symbol(*value, param.declared.range, false);
    }
  }

  void add_symbol(const Value& value, SourceRange range, bool in_list) {
    if (value.kind != Value::Kind::symbol) {
      task_.has_error = true;
      if (frame_.has_error) return;
      if (in_list) {
        error(DiagKind::param_list_non_symbol, range);
      } else {
        error(DiagKind::expected_symbol_or_list, range, value.description);
      }
      return;
    }
    const Symbol* symbol = value.symbol();
    if (!symbol->type) error(DiagKind::param_symbol_untyped, range);
    add_param(symbol, symbol->name, symbol->type, range);
  }

  void check_result() {
    if (tree_.return_type.is_valid()) {
      const Value* value = escape(tree_.return_type);
      if (value && value->kind == Value::Kind::type) {
        task_.result = value->type();
        if (const auto* structure = try_as<StructType>(task_.result)) context_.types.complete(structure);
        task_.result_packing = context_.macros.packing_of(task_.result);
      } else {
        task_.result = context_.types.error();
        if (!frame_.has_error)
          error(DiagKind::not_a_type, tree_.name_range, value ? value->description : "nil");
        task_.has_error = true;
      }
    } else if (tree_.is_extern) {
      task_.result = context_.types.unit();
    }
  }

  // C++ code gets values and handles, and returns values.
  static bool is_plain(const Type* type) {
    if (type->kind == TypeKind::phase_barrier || type->kind == TypeKind::dynamic_collective) return false;
    const auto* structure = try_as<StructType>(type);
    return layout_of(type) && !(structure && (structure->is_text || structure->future_of));
  }
  void check_extern() {
    for (const ir::Local* param : task_.params) {
      const bool is_known_handle = is_handle(param->type) && param->type->kind != TypeKind::cross_product;
      if (is_known_handle || is_plain(param->type) || is_error(param->type)) continue;
      error(DiagKind::extern_task_param, param->range, param->name, task_.name, type_name(param->type));
    }
    const Type* result = task_.result;
    if (result->kind != TypeKind::unit && !is_plain(result) && !is_error(result))
      error(DiagKind::extern_task_result, tree_.name_range, task_.name, type_name(result));
    // Their code may ask for it.
    task_.wants_loop_point = true;
  }

  // The symbol that an effect names; null when it names none.
  const Symbol* symbol_of(const ast::NameUse& name) const {
    if (name.binding.is_valid() && name.binding.index < frame_.symbols.size())
      return frame_.symbols[name.binding.index];
    if (name.capture.is_valid() && name.capture.index < frame_.captures.size()) {
      const Value& value = frame_.captures[name.capture.index];
      if (value.kind == Value::Kind::symbol) return value.symbol();
    }
    return nullptr;
  }

  // The parameter for a region that an effect names; reports what is wrong with it.
  ir::Local* region_param(const Symbol* symbol, const std::string& requested, SourceRange range,
                          bool is_privilege = true) {
    if (!symbol) {
      error(DiagKind::privilege_target_not_region, range);
      return nullptr;
    }
    auto is_symbol = [&](const ir::Local* param) { return param->symbol == symbol; };
    auto it = std::find_if(task_.params.begin(), task_.params.end(), is_symbol);
    const Type* type = it != task_.params.end() ? (*it)->type : symbol->type;
    if (type && is_error(type)) {
      task_.has_error = true;
      return nullptr;
    }
    if (type && !region_in(type)) {
      error(DiagKind::type_mismatch, range, "a region", type_name(type));
      return nullptr;
    }
    if (it == task_.params.end()) {
      error(DiagKind::requested_non_parameter, is_privilege ? tree_.anchor : range, requested,
            symbol_name(*symbol));
      return nullptr;
    }
    return *it;
  }

  void add_privilege(const Symbol* symbol, const std::vector<FieldPathNames>& paths, ir::Privilege privilege,
                     ast::ReductionOp op, SourceRange region_range, SourceRange range) {
    for (const FieldPathNames& path : paths) {
      const std::string requested =
          symbol ? privilege_name(privilege, op, symbol_name(*symbol), path) : std::string();
      ir::Local* region = region_param(symbol, requested, region_range);
      if (!region) return;
      const Type* element = region_in(region->type)->fspace;
      size_t missing = 0;
      if (!type_at_path(element, path, context_.types, missing)) {
        report_missing_field(*region, element, path, missing, range);
        // Whatever field was meant: accesses are not worth messages of their own.
        task_.privileges.push_back({region, {}, privilege, op, range});
        continue;
      }
      task_.privileges.push_back({region, path, privilege, op, range});
    }
  }

  void report_missing_field(const ir::Local& region, const Type* element, const FieldPathNames& path,
                            size_t missing, SourceRange range) {
    const FieldPathNames head(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(missing));
    const std::string name = symbol_name(*region.symbol) + (head.empty() ? "" : "." + field_path_name(head));
    auto builder = error(DiagKind::no_field_in_region, range, path[missing], name);
    size_t ignored = 0;
    const auto* structure = try_as<StructType>(type_at_path(element, head, context_.types, ignored));
    std::vector<std::string> names;
    if (structure) {
      for (const StructField& field : structure->fields) names.push_back(field.name);
    }
    const std::string close = closest_name(path[missing], names);
    if (!close.empty()) builder.note(DiagKind::hint_did_you_mean, range, close);
  }

  void add_mode(ast::EffectMode mode, ast::ReductionOp op, const Symbol* symbol,
                const std::vector<FieldPathNames>& paths, SourceRange region_range, SourceRange range) {
    switch (mode) {
      case ast::EffectMode::reads:
        add_privilege(symbol, paths, ir::Privilege::reads, op, region_range, range);
        return;
      case ast::EffectMode::writes:
        add_privilege(symbol, paths, ir::Privilege::writes, op, region_range, range);
        return;
      case ast::EffectMode::reduces:
        add_privilege(symbol, paths, ir::Privilege::reduces, op, region_range, range);
        return;
      case ast::EffectMode::exclusive:
        return add_coherence(symbol, paths, ir::Coherence::exclusive, region_range, range);
      case ast::EffectMode::atomic:
        return add_coherence(symbol, paths, ir::Coherence::atomic, region_range, range);
      case ast::EffectMode::simultaneous:
        return add_coherence(symbol, paths, ir::Coherence::simultaneous, region_range, range);
      case ast::EffectMode::relaxed:
        return add_coherence(symbol, paths, ir::Coherence::relaxed, region_range, range);
      // A promise that changes nothing here: data is never moved.
      case ast::EffectMode::no_access_flag:
        region_param(symbol, "no_access_flag", region_range);
        return;
    }
  }

  static std::string coherence_name(ir::Coherence mode, const ir::Local& region, const FieldPathNames& path) {
    static constexpr const char* kNames[] = {"exclusive", "atomic", "simultaneous", "relaxed"};
    return std::string(kNames[static_cast<size_t>(mode)]) + "(" + symbol_name(*region.symbol) +
           (path.empty() ? "" : "." + field_path_name(path)) + ")";
  }

  void add_coherence(const Symbol* symbol, const std::vector<FieldPathNames>& paths, ir::Coherence mode,
                     SourceRange region_range, SourceRange range) {
    for (const FieldPathNames& path : paths) {
      ir::Local unnamed{};
      unnamed.symbol = symbol;
      ir::Local* region = region_param(symbol, symbol ? coherence_name(mode, unnamed, path) : std::string(),
                                       region_range, false);
      if (!region) return;
      const Type* element = region_in(region->type)->fspace;
      size_t missing = 0;
      if (!type_at_path(element, path, context_.types, missing)) {
        report_missing_field(*region, element, path, missing, range);
        continue;
      }
      for (const ir::CoherenceDecl& earlier : task_.coherences) {
        const size_t common = std::min(earlier.path.size(), path.size());
        const bool overlap = earlier.region == region &&
                             std::equal(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(common),
                                        earlier.path.begin());
        if (!overlap || earlier.mode == mode) continue;
        error(DiagKind::conflicting_coherence, range, coherence_name(earlier.mode, *region, earlier.path),
              coherence_name(mode, *region, path));
        break;
      }
      task_.coherences.push_back({region, path, mode});
    }
  }

  void add_conditions(const ast::Effect& effect) {
    for (const ast::NameUse& name : effect.barriers) {
      const Symbol* symbol = symbol_of(name);
      size_t index = 0;
      while (index < task_.params.size() && task_.params[index]->symbol != symbol) ++index;
      if (!symbol || index == task_.params.size()) {
        error(DiagKind::requested_non_parameter, tree_.anchor, effect.arrives ? "arrives" : "awaits",
              symbol ? symbol_name(*symbol) : name.text);
        continue;
      }
      const Type* type = task_.params[index]->type;
      if (is_error(type)) continue;
      if (leaf_element(type)->kind != TypeKind::phase_barrier) {
        error(DiagKind::type_mismatch, name.range, "phase_barrier", type_name(type));
        continue;
      }
      if (effect.arrives) task_.arrives.push_back(static_cast<int>(index));
      if (effect.awaits) task_.awaits.push_back(static_cast<int>(index));
    }
  }

  void check_effect(const ast::Effect& effect) {
    switch (effect.kind) {
      case ast::Effect::Kind::modes:
        for (const auto& root : effect.roots) {
          std::vector<FieldPathNames> paths{FieldPathNames{}};
          if (root.has_fields)
            paths = expand_field_paths(root.fields, frame_, context_.diags, task_.has_error);
          // Without fields there is nothing to grant, but the region is still looked at.
          if (paths.empty()) region_param(symbol_of(root.region), root.region.text, root.region.range);
          for (const auto& mode : effect.modes) {
            add_mode(mode.mode, mode.reduction, symbol_of(root.region), paths, root.region.range, root.range);
          }
        }
        return;
      case ast::Effect::Kind::conditions:
        return add_conditions(effect);
      case ast::Effect::Kind::constraint: {
        const Symbol* lhs = constrained(effect.lhs);
        const Symbol* rhs = constrained(effect.rhs);
        if (!lhs || !rhs) return;
        task_.constraints.push_back(
            {effect.disjoint ? ir::Constraint::Kind::disjoint : ir::Constraint::Kind::subregion, lhs, rhs,
             effect.range});
        return;
      }
      case ast::Effect::Kind::escape:
        if (const Value* value = escape(effect.escape)) add_effects(*value, effect.range);
        return;
    }
  }

  const Symbol* constrained(const ast::NameUse& name) {
    const Symbol* symbol = symbol_of(name);
    if (!symbol) {
      error(DiagKind::privilege_target_not_region, name.range);
      return nullptr;
    }
    if (symbol->type && is_error(symbol->type)) {
      task_.has_error = true;
      return nullptr;
    }
    const bool fits =
        symbol->type && (symbol->type->kind == TypeKind::region || symbol->type->kind == TypeKind::partition);
    if (!fits) {
      if (symbol->type) error(DiagKind::type_mismatch, name.range, "a region", type_name(symbol->type));
      task_.has_error = true;
      return nullptr;
    }
    return symbol;
  }

  void add_effects(const Value& value, SourceRange range) {
    if (value.kind == Value::Kind::list) {
      for (const Value& entry : value.list()) add_effects(entry, range);
      return;
    }
    if (value.kind != Value::Kind::effect) {
      if (!frame_.has_error) error(DiagKind::expected_effect, range, value.description);
      task_.has_error = true;
      return;
    }
    const auto& effect = std::get<EffectValue>(value.data);
    add_mode(effect.mode, effect.reduction, effect.region, {effect.path}, range, range);
  }

  // A reduction needs numbers, or a type that defines the operator, in every field that it covers.
  void check_reductions() {
    for (const ir::PrivilegeDecl& decl : task_.privileges) {
      if (decl.privilege != ir::Privilege::reduces) continue;
      size_t missing = 0;
      const Type* field =
          type_at_path(region_in(decl.region->type)->fspace, decl.path, context_.types, missing);
      for (const LeafField& leaf : flatten_fields(field)) {
        const Type* type = element_of_arrays(leaf.type);
        if (is_numeric(type)) continue;
        const std::string name = reduction_metamethod(decl.op);
        if (!name.empty() && !context_.macros.find_metamethods(type, name).empty()) continue;
        error(DiagKind::reduction_not_numeric, decl.range, ast::reduction_op_text(decl.op),
              type_name(leaf.type));
        break;
      }
    }
  }

  ir::Task& task_;
  const ast::Task& tree_;
  const Frame& frame_;
  CheckContext& context_;
};

// Checks a body until recursive calls and the result type agree, then keeps the IR if there was no error.
void check_function(ir::Function& function, ir::Task* task, const ast::Block& body, const Frame& frame,
                    CheckContext& context) {
  const Type* declared = function.result;
  const size_t param_count = function.locals.size();
  const Type* expected = declared;
  // A result type only ever grows, through the few number types.
  constexpr int kMaxRounds = 4;
  for (int round = 0;; ++round) {
    Checker checker(function, task, frame, context);
    if (task) task->local_calls.clear();
    const bool is_final = checker.run(body, declared, expected);
    function.result = checker.result();
    if (checker.has_error() || frame.has_error) function.has_error = true;
    if (is_final || function.has_error) break;
    if (round == kMaxRounds) {
      context.diags.report(DiagKind::recursive_result, function.range, function.name);
      function.has_error = true;
      break;
    }
    expected = checker.result();
    function.body.stats.clear();
    function.locals.resize(param_count);
  }
  function.has_body = !function.has_error;
  if (function.has_error) {
    function.body.stats.clear();
    return;
  }
}

}  // namespace

void check_signature(ir::Task& task, const ast::Task& tree, const Frame& frame, CheckContext& context) {
  SignatureChecker(task, tree, frame, context).run();
}

namespace {

void count_returns(const ast::Block& block, int& count);

void count_returns(const ast::Stat& stat, int& count) {
  switch (stat.kind) {
    case ast::StatKind::Return:
      ++count;
      return;
    case ast::StatKind::If: {
      const auto& branch = ast::as<ast::IfStat>(stat);
      for (const auto& clause : branch.clauses) count_returns(clause.block, count);
      if (branch.otherwise) count_returns(*branch.otherwise, count);
      return;
    }
    case ast::StatKind::While:
      return count_returns(ast::as<ast::WhileStat>(stat).body, count);
    case ast::StatKind::Repeat:
      return count_returns(ast::as<ast::RepeatStat>(stat).body, count);
    case ast::StatKind::ForNum:
      return count_returns(ast::as<ast::ForNumStat>(stat).body, count);
    case ast::StatKind::ForList:
      return count_returns(ast::as<ast::ForListStat>(stat).body, count);
    case ast::StatKind::Do:
      return count_returns(ast::as<ast::DoStat>(stat).body, count);
    default:
      return;
  }
}

void count_returns(const ast::Block& block, int& count) {
  for (const ast::StatPtr& stat : block.stats) count_returns(*stat, count);
}

// A task that demands inlining returns at its end or not at all.
void check_inline(ir::Task& task, const ast::Task& tree, CheckContext& context) {
  if (!ir::has_annotation(task.annotations, ast::AnnotationLevel::demand, ast::AnnotationOption::inline_))
    return;
  int count = 0;
  count_returns(*tree.body, count);
  if (count == 0) return;
  const bool is_last = tree.body->stats.back()->kind == ast::StatKind::Return;
  if (count == 1 && is_last) return;
  context.diags.report(count > 1 ? DiagKind::inline_returns : DiagKind::inline_return_last, task.range);
  task.has_error = true;
}

}  // namespace

bool returns_at_end(const ast::Block& body) {
  int count = 0;
  count_returns(body, count);
  return count == 0 || (count == 1 && body.stats.back()->kind == ast::StatKind::Return);
}

void check_body(ir::Task& task, const ast::Task& tree, const Frame& frame, CheckContext& context) {
  if (tree.body) check_inline(task, tree, context);
  if (tree.body) check_function(task, &task, *tree.body, frame, context);
}

void check_terra_function(ir::Function& function, const ast::TerraFunction& tree, Frame& frame,
                          CheckContext& context) {
  const bool is_known = !frame.has_error;
  // Types of the signature are there now or never.
  auto wrong_type = [&](DiagKind kind, SourceRange range, const char* what) {
    if (is_known) context.diags.report(kind, range, what);
    function.has_error = frame.has_error = true;
  };
  auto add_param = [&](const Symbol* symbol, const std::string& name, const Type* type, SourceRange range) {
    if (!type || is_error(type)) {
      wrong_type(DiagKind::param_type_undefined, range, "");
      type = context.types.error();
    }
    if (const auto* structure = try_as<StructType>(type)) context.types.complete(structure);
    ir::Local* local = function.new_local(name, type, symbol, range);
    local->is_param = true;
    function.params.push_back(local);
  };
  auto type_of = [&](ast::EscapeId escape) -> const Type* {
    if (!escape.is_valid() || escape.index >= frame.escapes.size()) return nullptr;
    const Value& value = frame.escapes[escape.index];
    return value.kind == Value::Kind::type ? value.type() : nullptr;
  };

  function.has_error = false;
  // A function that was declared before (for recursion) may have its parameters already.
  if (function.params.empty()) {
    if (tree.is_method && tree.self_param.is_valid() && tree.self_param.index < frame.symbols.size()) {
      const Symbol* self = frame.symbols[tree.self_param.index];
      add_param(self, "self", self ? self->type : nullptr, tree.name_range);
    }
    for (const ast::Param& param : tree.params) {
      if (param.declared.binding.is_valid() && param.declared.binding.index < frame.symbols.size()) {
        Symbol* symbol = frame.symbols[param.declared.binding.index];
        if (symbol && !symbol->type) symbol->type = type_of(param.type);
        add_param(symbol, param.declared.text, symbol ? symbol->type : nullptr, param.declared.range);
      } else if (param.declared.escape.is_valid() && param.declared.escape.index < frame.escapes.size()) {
        const Value& value = frame.escapes[param.declared.escape.index];
        // Lists, and Lua's own tables too.
        const auto* list = std::get_if<std::vector<Value>>(&value.data);
        for (const Value& entry : list ? *list : std::vector<Value>{value}) {
          const Symbol* symbol = entry.kind == Value::Kind::symbol ? entry.symbol() : nullptr;
          add_param(symbol, symbol ? symbol->name : "", symbol ? symbol->type : nullptr,
                    param.declared.range);
        }
      }
    }
  }
  if (tree.return_type.is_valid() && !function.result) {
    function.result = type_of(tree.return_type);
    if (!function.result) {
      wrong_type(DiagKind::not_a_type, tree.name_range, "nil");
      function.result = context.types.error();
    }
  }
  check_function(function, nullptr, tree.body, frame, context);
}

}  // namespace palatine::sema
