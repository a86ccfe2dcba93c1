// The whole translation unit: headers, types, tasks, and the program's description.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/emit/emit.h"
#include "codegen/emit/emit_task.h"
#include "codegen/emit/export.h"
#include "codegen/emit/function_emitter.h"
#include "codegen/gpu/kernels.h"

namespace palatine::codegen {

static std::string unit_name(const ir::Program& program, const SourceManager& sources) {
  if (!program.main || !program.main->range.is_valid()) return "program";
  std::string name = sources.name(program.main->range.file);
  name = name.substr(name.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

static void include_headers(const ir::Program& program, bool has_kernels, Writer& out) {
  out.line("#include <palatine_prelude.h>");
  if (has_kernels) out.line("#include <palatine_kernel.h>");
  if (std::ranges::any_of(program.functions,
                          [](const ir::Function* function) { return function->lua_number != 0; }))
    out.line("#include <palatine_lua.h>");
  if (std::ranges::any_of(program.tasks, [](const ir::Task* task) { return task->is_extern; }))
    out.line("#include <palatine_extern.h>");
  const bool has_includes =
      std::ranges::any_of(program.headers, [](const auto& header) { return !header->is_c; });
  if (has_includes) {
    out.line("extern \"C\" {");
    for (const auto& header : program.headers) {
      if (header->is_c) continue;
      std::string text = header->source_text;
      while (!text.empty() && text.back() == '\n') text.pop_back();
      out.lines(text);
    }
    out.line("}");
  }
  out.blank();
}

static void emit_global(Unit& unit, size_t k, Writer& out) {
  const ir::ProgramGlobal& entry = unit.program().globals[k];
  const std::string type = unit.types().name(entry.global->type);
  const std::string& name = unit.global(*entry.global).name;
  if (entry.global->header) {
    out.line(fmt::format("extern \"C\" {}* const {} __asm__(\"{}\");", type, name,
                         unit.c_units().pointer_to(*entry.global->header, entry.global->symbol)));
  } else if (!entry.global->symbol.empty()) {
    // Under a name of its own, which no macro of a header replaces.
    out.line(fmt::format("extern \"C\" {} {} __asm__(\"{}\");", type, name, entry.global->symbol));
  } else if (entry.memory) {
    out.line(
        fmt::format("extern \"C\" __attribute__((visibility(\"default\"))) {}* {} "
                    "__asm__(\"palatine_global_{}\");",
                    type, name, k + 1));
    out.line(fmt::format("{}* {};", type, name));
  } else {
    const std::string value = entry.first_value ? " = " + unit.function(*entry.first_value) + "()" : "{}";
    out.line(fmt::format("static {} {}{};", type, name, value));
  }
}

static void emit_functions(Unit& unit, Writer& out) {
  for (const ir::Function* function : unit.program().functions) {
    out.line(FunctionEmitter::signature(unit, *function, unit.function(*function)) + ";");
  }
  for (size_t k = 0; k < unit.program().globals.size(); ++k) emit_global(unit, k, out);
  for (const ir::Function* function : unit.program().functions) {
    if (!function->has_body) continue;
    Writer body = unit.writer();
    FunctionEmitter(unit, *function, body, out).emit(unit.function(*function));
    out.append(body);
    out.blank();
  }
}

// What the compiler calls while it runs: plain functions that take the addresses of their arguments.
static void emit_entries(Unit& unit, Writer& out) {
  int number = 0;
  for (const ir::Function* function : unit.program().entries) {
    std::string arguments;
    for (size_t k = 0; k < function->params.size(); ++k) {
      arguments += fmt::format("{}*({}*)arguments[{}]", k == 0 ? "" : ", ",
                               unit.types().name(function->params[k]->type), k);
    }
    const std::string call = fmt::format("{}({})", unit.function(*function), arguments);
    const std::string result = unit.types().result_name(function->result);
    out.line(
        fmt::format("extern \"C\" __attribute__((visibility(\"default\"))) void palatine_call_{}(void* "
                    "result, void** arguments) {{",
                    ++number));
    out.indent();
    out.line(result == "void" ? call + ";" : fmt::format("*({}*)result = {};", result, call));
    out.dedent();
    out.line("}");
  }
}

// The same functions as C calls them.
static void emit_named_entries(Unit& unit, Writer& out) {
  for (size_t i = 0; i < unit.program().entries.size(); ++i) {
    const ir::Function& function = *unit.program().entries[i];
    const std::string name = fmt::format("entry_{}", i + 1);
    std::string params, arguments;
    for (size_t k = 0; k < function.params.size(); ++k) {
      const char* comma = k == 0 ? "" : ", ";
      params += fmt::format("{}{} argument_{}", comma, unit.types().name(function.params[k]->type), k);
      arguments += fmt::format("{}argument_{}", comma, k);
    }
    const std::string result = unit.types().result_name(function.result);
    // Under a name of its own, which no declaration of a header is about.
    out.line(fmt::format("extern \"C\" __attribute__((visibility(\"default\"))) {} {}({}) __asm__(\"{}\");",
                         result, name, params, unit.program().entry_names[i]));
    out.line(fmt::format("{} {}({}) {{", result, name, params));
    out.indent();
    out.line(fmt::format("{}{}({});", result == "void" ? "" : "return ", unit.function(function), arguments));
    out.dedent();
    out.line("}");
  }
}

static bool is_emitted(const ir::Task& task) {
  return task.has_body || task.is_extern;
}

static void emit_program_desc(Unit& unit, Writer& out) {
  std::string list;
  for (const ir::Task* task : unit.program().tasks) {
    if (is_emitted(*task))
      list += fmt::format("{}&{}", list.empty() ? "" : ", ", unit.task(*task).descriptor);
  }
  const std::string exported = export_descriptors(unit.program());
  if (!exported.empty()) list += (list.empty() ? "" : ", ") + exported;
  const auto count =
      std::ranges::count_if(unit.program().tasks, [](const ir::Task* task) { return is_emitted(*task); }) +
      static_cast<std::ptrdiff_t>(unit.program().exports.size());
  out.line(fmt::format("static constexpr const api::TaskDesc* all_tasks[] = {{{}}};", list));
  const ir::Task* main = unit.program().main;
  out.line(fmt::format("static constexpr api::ProgramDesc program_desc{{all_tasks, {}, {}}};", count,
                       main ? "&" + unit.task(*main).descriptor : "nullptr"));
}

std::vector<EmittedUnit> emit(const ir::Program& program, const SourceManager& sources,
                              const EmitOptions& options) {
  Unit unit(program, sources, options);
  // Types, conversions and file names are known only when all code that uses them is there.
  Writer tasks = unit.writer();
  for (const ir::Task* task : program.tasks) declare_task(unit, *task, tasks);
  tasks.blank();
  emit_functions(unit, tasks);
  ProgramKernels kernels(unit);
  kernels.emit_host(tasks);
  for (const ir::Task* task : program.tasks) {
    if (is_emitted(*task)) emit_task(unit, *task, kernels.find(*task), tasks);
  }
  program.entry_names.empty() ? emit_entries(unit, tasks) : emit_named_entries(unit, tasks);
  emit_exports(unit, tasks);
  if (program.entries.empty()) emit_program_desc(unit, tasks);

  Writer out = unit.writer();
  include_headers(program, !kernels.is_empty(), out);
  out.line("namespace program {");
  out.line("namespace api = palatine::api;");
  out.blank();
  unit.write_files(out);
  unit.types().write_definitions(out);
  unit.c_units().write_declarations(out);
  out.append(tasks);
  out.leave_source();
  out.blank();
  out.line("}  // namespace program");
  emit_export_functions(unit, out);
  if (options.emit_main && program.entries.empty()) {
    out.blank();
    out.line("int main(int argc, char** argv) {");
    out.indent();
    if (program.setup) out.line(fmt::format("program::{}();", unit.function(*program.setup)));
    out.line("return palatine::api::run(program::program_desc, argc, argv);");
    out.dedent();
    out.line("}");
  }
  EmittedUnit result;
  result.name = unit_name(program, sources);
  const std::optional<EmittedUnit> device = kernels.device_unit(result.name);
  result.text = out.finish(result.name + ".cpp");
  for (const auto& header : program.headers) {
    if (header->is_c) continue;
    for (const std::string& arg : header->cpp_args) {
      if (std::ranges::find(result.clang_args, arg) == result.clang_args.end())
        result.clang_args.push_back(arg);
    }
  }
  std::vector<EmittedUnit> units = unit.c_units().units(program, result.name);
  units.insert(units.begin(), std::move(result));
  if (device) units.push_back(*device);
  return units;
}

}  // namespace palatine::codegen
