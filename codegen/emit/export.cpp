#include "codegen/emit/export.h"

#include <fmt/format.h>

namespace palatine::codegen {

using sema::TypeKind;

// C's name of a scalar type.
static std::string c_name(const sema::Type* type) {
  switch (type->kind) {
    case TypeKind::boolean:
      return "bool";
    case TypeKind::floating:
      return sema::as<sema::FloatType>(type).bits == 32 ? "float" : "double";
    default: {
      const auto& integer = sema::as<sema::IntegerType>(type);
      return fmt::format("{}int{}_t", integer.is_signed ? "" : "u", integer.bits);
    }
  }
}

static bool has_result(const ir::Task& task) {
  return task.result && task.result->kind != TypeKind::unit;
}

static std::string first_of(const ir::Task& task) {
  return fmt::format("first_of_{}_{}", identifier(task.name), task.id);
}

static std::string function_name(const ir::Task& task) {
  return identifier(task.name) + "_run";
}

// `int f_run(int argc, char** argv, int32_t n, double* result)`
static std::string signature(const ir::Task& task) {
  NameScopes names;
  std::string params = "int argc, char** argv";
  names.reserve("argc");
  names.reserve("argv");
  names.reserve("result");
  for (const ir::Local* param : task.params) {
    params += fmt::format(", {} {}", c_name(param->type), names.declare(param->name));
  }
  if (has_result(task)) params += fmt::format(", {}* result", c_name(task.result));
  return fmt::format("int {}({})", function_name(task), params);
}

std::string export_descriptors(const ir::Program& program) {
  std::string list;
  for (const ir::Task* task : program.exports) {
    list += fmt::format("{}&{}", list.empty() ? "" : ", ", first_of(*task));
  }
  return list;
}

// A task without parameters that launches the exported one with the arguments that wait for it.
static void emit_first_task(Unit& unit, const ir::Task& task, Writer& out) {
  const std::string first = first_of(task);
  const TaskNames& names = unit.task(task);
  out.line(fmt::format("static {} {}_args;", names.args, first));
  if (has_result(task)) out.line(fmt::format("static {} {}_result;", unit.types().name(task.result), first));
  out.line(fmt::format("static constexpr api::LaunchSiteDesc {}_site{{&{}, {}}};", first, names.descriptor,
                       unit.loc(task.range)));
  out.line(fmt::format("static void {}_entry(api::Context& context, const void*, void*) {{", first));
  out.indent();
  const std::string launch = fmt::format("api::launch(context, {0}_site, {0}_args)", first);
  out.line(has_result(task) ? fmt::format("{}_result = {}.get<{}>(context);", first, launch,
                                          unit.types().name(task.result))
                            : launch + ";");
  out.dedent();
  out.line("}");
  out.line(fmt::format("const api::TaskDesc {} = {{", first));
  out.indent();
  out.line(fmt::format(".name = {},", string_literal(task.name + " from C")));
  out.line(fmt::format(".loc = {},", unit.loc(task.range)));
  out.line(".args_size_bytes = 0,");
  out.line(".args_align_bytes = 1,");
  out.line(".result_size_bytes = 0,");
  out.line(".params = nullptr,");
  out.line(".param_count = 0,");
  out.line(".requirements = nullptr,");
  out.line(".requirement_count = 0,");
  out.line(".is_leaf = false,");
  out.line(".is_inner = true,");
  out.line(".is_idempotent = false,");
  out.line(".is_replicable = false,");
  out.line(fmt::format(".body = {}_entry,", first));
  out.dedent();
  out.line("};");
}

void emit_exports(Unit& unit, Writer& out) {
  for (const ir::Task* task : unit.program().exports) emit_first_task(unit, *task, out);
}

static void emit_function(Unit& unit, const ir::Task& task, Writer& out) {
  const std::string first = first_of(task);
  NameScopes names;
  for (const char* word : {"argc", "argv", "result"}) names.reserve(word);
  out.line(fmt::format("extern \"C\" __attribute__((visibility(\"default\"))) {} {{", signature(task)));
  out.indent();
  std::string values;
  for (const ir::Local* param : task.params) {
    values += (values.empty() ? "" : ", ") +
              fmt::format("({}){}", unit.types().name(param->type), names.declare(param->name));
  }
  if (!task.params.empty()) {
    out.line(fmt::format("program::{0}_args = program::{1}{{{2}}};", first, unit.task(task).args, values));
  }
  out.line(fmt::format("palatine::api::ProgramDesc description = program::program_desc;"));
  out.line(fmt::format("description.main = &program::{};", first));
  out.line("const int code = palatine::api::run(description, argc, argv);");
  if (has_result(task)) out.line(fmt::format("if (result) *result = program::{}_result;", first));
  out.line("return code;");
  out.dedent();
  out.line("}");
}

// `void tasks_h_register(void)`
static std::string registration_signature(const ir::Program& program) {
  return fmt::format("void {}({})", program.registration_name,
                     program.main ? "int argc, char** argv" : "void");
}

void emit_export_functions(Unit& unit, Writer& out) {
  const ir::Program& program = unit.program();
  for (const ir::Task* task : program.exports) emit_function(unit, *task, out);
  if (program.registration_name.empty()) return;
  // Tasks need no registration; programs call it all the same. With a first task it runs that one.
  const char* body = program.main ? "palatine::api::run(program::program_desc, argc, argv);" : "";
  out.line(fmt::format("extern \"C\" __attribute__((visibility(\"default\"))) {} {{ {} }}",
                       registration_signature(program), body));
}

std::string export_header(const ir::Program& program, const std::string& file_name) {
  std::string guard = identifier(file_name);
  for (char& c : guard) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string text = fmt::format(
      "// Tasks that C and C++ programs call. Written by palatine.\n"
      "//\n"
      "// Each function starts the runtime with the arguments of the process, runs its task and waits for "
      "all\n"
      "// tasks that it launched. It returns 0. One call at a time.\n"
      "#ifndef {0}\n#define {0}\n\n#include <stdbool.h>\n#include <stdint.h>\n\n"
      "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n",
      guard);
  if (!program.registration_name.empty()) {
    if (program.main) text += "// Starts the runtime and runs the whole program.\n";
    text += registration_signature(program) + ";\n";
  }
  for (const ir::Task* task : program.exports) text += signature(*task) + ";\n";
  return text + "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

}  // namespace palatine::codegen
