#include "codegen/emit/emit_task.h"

#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/apart.h"
#include "codegen/emit/function_emitter.h"
#include "codegen/gpu/repeats.h"
#include "sema/passes/overwrites.h"

namespace palatine::codegen {

using Mode = ir::Requirement::Mode;

// Behind the parameters; no name of the language has a `$`.
static constexpr const char* kLoopPointMember = "$loop_point";
// Before it.
static constexpr const char* kExternMember = "$extern";

int future_words(const ir::Task& task) {
  return std::max(1, static_cast<int>((task.params.size() + 63) / 64));
}

void declare_task(Unit& unit, const ir::Task& task, Writer& out) {
  const TaskNames& names = unit.task(task);
  out.line(fmt::format("struct {} {{", names.args));
  out.indent();
  for (size_t k = 0; k < task.params.size(); ++k) {
    out.line(fmt::format("{} {};", unit.types().name(task.params[k]->type), unit.param_name(task, k)));
  }
  if (task.is_extern) out.line(fmt::format("api::ExternState<{}> {};", future_words(task), kExternMember));
  if (task.wants_loop_point) out.line(fmt::format("api::LoopPoint {};", kLoopPointMember));
  out.dedent();
  out.line("};");
  out.line(fmt::format("extern const api::TaskDesc {};", names.descriptor));
}

static bool has_result(const ir::Task& task) {
  return task.result && task.result->kind != sema::TypeKind::unit;
}

static bool returns_list(const ir::Task& task) {
  return task.result && task.result->kind == sema::TypeKind::list;
}

static bool is_text(const sema::Type* type) {
  const auto* structure = sema::try_as<sema::StructType>(type);
  return structure && structure->is_text;
}

// `{size, write, read}` for the runtime.
static std::string pack_descriptor(Unit& unit, const ir::Packing& packing, const sema::Type* type) {
  const std::string name = unit.types().name(type);
  return fmt::format(
      "{{[](const void* value) -> uint64_t {{ return {}(({}*)value); }}, "
      "[](const void* value, void* fixed, void** data) {{ {}(({}*)value, fixed, (uint8_t**)data); }}, "
      "[](void* fixed, void** data, void* value) {{ {}(fixed, (uint8_t**)data, ({}*)value); }}}}",
      unit.function(*packing.size), name, unit.function(*packing.write), name, unit.function(*packing.read),
      name);
}

static void emit_entry(Unit& unit, const ir::Task& task, const std::string& entry, const std::string& body,
                       Writer& out) {
  const TaskNames& names = unit.task(task);
  out.line(
      fmt::format("static void {}(api::Context& context, const void* raw_args, void* result) {{", entry));
  out.indent();
  std::string args = "context";
  if (!task.params.empty()) {
    out.line(fmt::format("const auto& args = *static_cast<const {}*>(raw_args);", names.args));
    for (size_t k = 0; k < task.params.size(); ++k) args += ", args." + unit.param_name(task, k);
  }
  if (returns_list(task)) {
    // What the list refers to may end with the arguments.
    out.line(fmt::format("api::construct(result, api::owned({}({})));", body, args));
  } else if (has_result(task)) {
    out.line(fmt::format("*static_cast<{}*>(result) = {}({});", unit.types().name(task.result), body, args));
    if (is_text(task.result)) out.line("api::keep_text(result);");
    if (task.result_packing) {
      out.line(fmt::format("static constexpr api::PackDesc pack = {};",
                           pack_descriptor(unit, *task.result_packing, task.result)));
      out.line("api::keep_packed(result, sizeof(*static_cast<" + unit.types().name(task.result) +
               "*>(result)), pack);");
    }
  } else {
    out.line(fmt::format("{}({});", body, args));
  }
  out.dedent();
  out.line("}");
}

// The parameters as code in C++ gets them (palatine_extern.h).
static void emit_extern_entry(Unit& unit, const ir::Task& task, Writer& out) {
  const TaskNames& names = unit.task(task);
  out.line(fmt::format("static void {}(api::Context& context, const void* raw_args, void* result) {{",
                       names.entry));
  out.indent();
  out.line(fmt::format("const auto& args = *static_cast<const {}*>(raw_args);", names.args));
  std::vector<std::string> members, values, fields;
  for (size_t k = 0; k < task.params.size(); ++k) {
    const sema::Type* type = task.params[k]->type;
    const std::string name = fmt::format("p{}", k), value = "args." + unit.param_name(task, k);
    const bool is_future =
        std::ranges::find(task.future_params, static_cast<int>(k)) != task.future_params.end();
    if (sema::is_handle(type)) {
      members.push_back(fmt::format("decltype(api::extern_handle(context, {})) {};", value, name));
      values.push_back(fmt::format("arguments.{} = api::extern_handle(context, {});", name, value));
    } else if (is_future) {
      members.push_back(fmt::format("api::ExternFuture {};", name));
    } else {
      members.push_back(fmt::format("{} {};", unit.types().name(type), name));
      values.push_back(fmt::format("arguments.{} = {};", name, value));
    }
    const auto* region = sema::try_as<sema::RegionType>(type);
    if (!region) continue;
    const size_t count = sema::flatten_fields(region->fspace).size();
    if (count == 0) continue;
    fields.push_back(fmt::format("uint32_t {}_fields[{}];", name, count));
    values.push_back(
        fmt::format("for (uint16_t k = 0; k < {}; ++k) arguments.{}_fields[k] = "
                    "api::extern_field(context, {}, k);",
                    count, name, value));
  }
  std::string arguments = "nullptr, 0";
  if (!task.params.empty()) {
    out.line("struct {");
    out.indent();
    out.line(fmt::format("uint64_t futures[{}];", future_words(task)));
    for (const auto* list : {&members, &fields}) {
      for (const std::string& member : *list) out.line(member);
    }
    out.dedent();
    out.line("} arguments;");
    out.line("__builtin_memset(&arguments, 0, sizeof(arguments));");
    out.line(fmt::format("__builtin_memcpy(arguments.futures, args.{}.futures, sizeof(arguments.futures));",
                         kExternMember));
    for (const std::string& value : values) out.line(value);
    arguments = "&arguments, sizeof(arguments)";
  }
  out.line(fmt::format("api::call_extern(context, args.{}.futures, {}, raw_args, result);", kExternMember,
                       arguments));
  out.dedent();
  out.line("}");
}

static const char* param_kind(const ir::Local& param) {
  const sema::Type* type = param.type;
  if (param.packing) return "packed";
  switch (type->kind) {
    case sema::TypeKind::ispace:
      return "ispace";
    case sema::TypeKind::region:
      return "region";
    case sema::TypeKind::partition:
      return "partition";
    case sema::TypeKind::list:
      return "list";
    default:
      return is_text(type) ? "text" : "value";
  }
}

static const char* privilege_name(Mode mode) {
  switch (mode) {
    case Mode::none:
      return "none";
    case Mode::read:
      return "read";
    case Mode::read_write:
      return "read_write";
    case Mode::write_discard:
      return "write_discard";
    case Mode::reduce:
      return "reduce";
  }
  return "none";
}

static void emit_params(Unit& unit, const ir::Task& task, const std::string& table, Writer& out) {
  const TaskNames& names = unit.task(task);
  std::vector<std::string> lists(task.params.size());
  for (size_t k = 0; k < task.params.size(); ++k) {
    if (const auto& packing = task.params[k]->packing) {
      const std::string pack = fmt::format("{}_pack_{}", names.descriptor, k);
      out.line(fmt::format("static constexpr api::PackDesc {} = {};", pack,
                           pack_descriptor(unit, *packing, task.params[k]->type)));
      lists[k] = ", nullptr, &" + pack;
    }
    if (task.params[k]->type->kind != sema::TypeKind::list) continue;
    const std::string base = fmt::format("{}_list_{}", names.descriptor, k);
    lists[k] = ", &" + list_descriptor(task.params[k]->type, unit.types(), base, out);
  }
  out.line(fmt::format("static constexpr api::ParamDesc {}[] = {{", table));
  out.indent();
  for (size_t k = 0; k < task.params.size(); ++k) {
    const ir::Local& param = *task.params[k];
    const std::string member = unit.param_name(task, k);
    out.line(fmt::format("{{{}, api::ParamKind::{}, offsetof({}, {}), sizeof({}::{}){}}},",
                         string_literal(param.name), param_kind(param), names.args, member, names.args,
                         member, lists[k]));
  }
  out.dedent();
  out.line("};");
}

static void emit_requirements(const ir::Task& task, const std::string& base, const std::string& table,
                              Writer& out) {
  std::vector<std::string> entries;
  for (size_t k = 0; k < task.requirements.size(); ++k) {
    const ir::Requirement& requirement = task.requirements[k];
    std::string fields = "nullptr";
    if (!requirement.leaves.empty()) {
      fields = fmt::format("{}_fields_{}", base, k);
      std::string list;
      for (const int leaf : requirement.leaves) list += fmt::format("{}{}", list.empty() ? "" : ", ", leaf);
      out.line(fmt::format("static constexpr uint16_t {}[] = {{{}}};", fields, list));
    }
    const bool shares = requirement.coherence == ir::Coherence::simultaneous ||
                        requirement.coherence == ir::Coherence::relaxed;
    const bool overwrites = !shares && sema::overwrites(task, requirement);
    const char* flags = overwrites ? ", false, true" : shares ? ", true" : "";
    entries.push_back(fmt::format("{{{}, api::Privilege::{}, api::ReductionOp::{}, {}, {}{}}},",
                                  requirement.param,
                                  overwrites ? "write_discard" : privilege_name(requirement.mode),
                                  reduction_name(requirement.op), fields, requirement.leaves.size(), flags));
  }
  out.line(fmt::format("static constexpr api::RequirementDesc {}[] = {{", table));
  out.indent();
  for (const std::string& entry : entries) out.line(entry);
  out.dedent();
  out.line("};");
}

static void emit_descriptor(Unit& unit, const ir::Task& task, const std::string& gpu_entry, bool gpu_repeats,
                            Writer& out) {
  const TaskNames& names = unit.task(task);
  std::string params = "nullptr", requirements = "nullptr";
  if (!task.params.empty()) {
    params = names.descriptor + "_params";
    emit_params(unit, task, params, out);
  }
  if (!task.requirements.empty()) {
    requirements = names.descriptor + "_requirements";
    emit_requirements(task, names.descriptor, requirements, out);
  }
  for (const auto* list : {&task.awaits, &task.arrives}) {
    if (list->empty()) continue;
    std::string numbers;
    for (const int param : *list) numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", param);
    out.line(fmt::format("static constexpr uint16_t {}_{}[] = {{{}}};", names.descriptor,
                         list == &task.awaits ? "awaits" : "arrives", numbers));
  }
  if (!task.variant_names.empty()) {
    std::string names_of_variants;
    for (const std::string& name : task.variant_names)
      names_of_variants += (names_of_variants.empty() ? "" : ", ") + string_literal(name);
    out.line(fmt::format("static constexpr const char* {}_variants[] = {{{}}};", names.descriptor,
                         names_of_variants));
  }
  const bool has_args = !task.params.empty() || task.wants_loop_point || task.is_extern;
  const std::string args_size = has_args ? fmt::format("sizeof({})", names.args) : "0";
  const std::string result_size =
      has_result(task) ? fmt::format("sizeof({})", unit.types().name(task.result)) : "0";
  out.line(fmt::format("const api::TaskDesc {} = {{", names.descriptor));
  out.indent();
  out.line(fmt::format(".name = {},", string_literal(task.name)));
  out.line(fmt::format(".loc = {},", unit.loc(task.range)));
  out.line(fmt::format(".args_size_bytes = {},", args_size));
  out.line(fmt::format(".args_align_bytes = alignof({}),", names.args));
  out.line(fmt::format(".result_size_bytes = {},", result_size));
  out.line(fmt::format(".params = {},", params));
  out.line(fmt::format(".param_count = {},", task.params.size()));
  out.line(fmt::format(".requirements = {},", requirements));
  out.line(fmt::format(".requirement_count = {},", task.requirements.size()));
  out.line(fmt::format(".is_leaf = {},", task.is_leaf));
  out.line(fmt::format(".is_inner = {},", task.is_inner));
  out.line(fmt::format(".is_idempotent = {},", task.is_idempotent));
  out.line(fmt::format(".is_replicable = {},", task.is_replicable));
  out.line(fmt::format(".body = {},", names.entry));
  for (const auto* list : {&task.awaits, &task.arrives}) {
    if (list->empty()) continue;
    const char* member = list == &task.awaits ? "awaits" : "arrives";
    out.line(fmt::format(".{} = {}_{},", member, names.descriptor, member));
    out.line(fmt::format(".{}_count = {},", list == &task.awaits ? "await" : "arrive", list->size()));
  }
  if (returns_list(task)) {
    out.line(fmt::format(".destroy_result = &api::destroy<{}>,", unit.types().name(task.result)));
  }
  if (task.mapper_id) out.line(fmt::format(".mapper_id = {},", task.mapper_id));
  if (!task.variant_names.empty()) {
    out.line(fmt::format(".variant_names = {}_variants,", names.descriptor));
    out.line(fmt::format(".variant_count = {},", task.variant_names.size()));
  }
  if (task.mapping_tag) out.line(fmt::format(".mapping_tag = {},", task.mapping_tag));
  if (task.wants_loop_point)
    out.line(fmt::format(".loop_point = 1 + offsetof({}, {}),", names.args, kLoopPointMember));
  if (!gpu_entry.empty()) out.line(fmt::format(".gpu_body = {},", gpu_entry));
  if (gpu_repeats) out.line(".gpu_repeats = true,");
  if (task.given_id) out.line(fmt::format(".given_id = {},", *task.given_id));
  if (task.is_extern)
    out.line(fmt::format(".extern_state = 1 + offsetof({}, {}),", names.args, kExternMember));
  out.dedent();
  out.line("};");
}

void emit_task(Unit& unit, const ir::Task& task, const KernelNames* kernels, Writer& out) {
  const TaskNames& names = unit.task(task);
  if (task.is_extern) {
    emit_extern_entry(unit, task, out);
    emit_descriptor(unit, task, "", false, out);
    out.blank();
    return;
  }
  std::string apart;
  if (!task.checks_bounds && gains_from_apart_arrays(task)) {
    apart = unit.names().declare_global(names.body + "_apart");
    Writer body = unit.writer();
    FunctionEmitter(unit, task, body, out).emit_apart(apart);
    out.append(body);
  }
  Writer body = unit.writer();
  FunctionEmitter(unit, task, body, out).emit(names.body, apart);
  out.append(body);
  emit_entry(unit, task, names.entry, names.body, out);
  std::string gpu_entry;
  if (kernels) {
    const std::string gpu_body = unit.names().declare_global(names.body + "_gpu");
    gpu_entry = unit.names().declare_global(gpu_body + "_entry");
    Writer gpu = unit.writer();
    FunctionEmitter(unit, task, gpu, out).emit_for_gpu(gpu_body, *kernels);
    out.append(gpu);
    emit_entry(unit, task, gpu_entry, gpu_body, out);
  }
  emit_descriptor(unit, task, gpu_entry, kernels && repeats_on_gpu(task, *kernels), out);
  out.blank();
}

}  // namespace palatine::codegen
