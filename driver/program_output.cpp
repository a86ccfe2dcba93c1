#include "driver/program_output.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "codegen/emit/emit.h"
#include "driver/lua_service.h"
#include "driver/spawn.h"
#include "frontend/base/disk_cache.h"

namespace palatine::driver {

namespace fs = std::filesystem;
using codegen::OutputKind;

namespace {

std::string default_output(const std::string& file, OutputKind kind) {
  std::string stem = fs::path(file).stem().string();
  switch (kind) {
    case OutputKind::executable:
      return stem;
    case OutputKind::shared_library:
      return "lib" + stem + ".so";
    case OutputKind::object:
      return stem + ".o";
  }
  return stem;
}

// The kinds of `saveobj`, or what the file's name says when none is given.
std::optional<OutputKind> output_kind(const std::string& file, std::string kind) {
  if (kind.empty()) {
    std::string extension = fs::path(file).extension().string();
    if (extension == ".o") kind = "object";
    if (extension == ".so" || extension == ".dylib" || extension == ".dll") kind = "sharedlibrary";
    if (extension == ".bc") kind = "bitcode";
    if (extension == ".ll") kind = "llvmir";
    if (extension == ".s") kind = "asm";
    if (kind.empty()) kind = "executable";
  }
  if (kind == "executable") return OutputKind::executable;
  if (kind == "object") return OutputKind::object;
  if (kind == "sharedlibrary") return OutputKind::shared_library;
  return std::nullopt;
}

// Whether what is compiled to run here at once may meet a GPU: a driver, or flags that ask for one.
bool may_meet_gpu(const CommandLine& line) {
  const Flags& flags = line.flags;
  if (flags.gpu == "cuda" || !gpu_arch(flags).empty() || flags.gpu_offline || flags.cuda_offline) return true;
  for (const std::string& word : line.program_args) {
    if (word.starts_with("-ll:gpu") || word.starts_with("-cuda:")) return true;
    if (word.starts_with("--gpu=") && word != "--gpu=off") return true;
  }
  void* const driver = dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (driver) dlclose(driver);
  return driver != nullptr;
}

}  // namespace

std::vector<codegen::EmittedUnit> ProgramOutput::emit(const ir::Program& program, bool has_main) {
  StageTimer timer(&times_, "emit");
  codegen::EmitOptions options;
  options.fast_math = line_.flags.fast_math >= 1;
  options.emit_main = has_main;
  options.kernels = has_kernels_;
  return codegen::emit(program, sources_, options);
}

std::optional<std::string> ProgramOutput::build(const ir::Program& program, OutputKind kind,
                                                const std::string& output, bool has_main, SourceRange where,
                                                bool joins_c) {
  std::vector<codegen::EmittedUnit> units = emit(program, has_main);
  codegen::BuildOptions options;
  options.lib_dir = paths_.lib_dir;
  options.cache_dir = paths_.cache_dir;
  options.architecture = line_.architecture;
  options.debug = line_.debug;
  options.jobs = line_.jobs;
  options.joins_c = joins_c;
  options.link_flags = program.link_flags;
  options.finish_link_flags = program.finish_link_flags;
  options.gpu_arch = gpu_arch(line_.flags);
  options.where = where;
  options.times = &times_;
  return codegen::build(units, kind, output, options, diags_);
}

int ProgramOutput::run(const ir::Program& program) {
  const bool wants_kernels =
      std::ranges::any_of(program.tasks, [](const ir::Task* task) { return !task->kernels.empty(); });
  has_kernels_ = wants_kernels && may_meet_gpu(line_);
  std::optional<std::string> executable = build(program, OutputKind::executable, "");
  if (!executable) return 1;
  reporter_.print_new();
  std::vector<std::string> argv = {line_.file};
  argv.insert(argv.end(), line_.program_args.begin(), line_.program_args.end());
  StageTimer timer(&times_, "run");
  std::function<void(int)> serve;
  if (program.answer_lua) serve = [&program](int socket) { serve_lua_calls(socket, program.answer_lua); };
  ChildResult child = run_child(*executable, argv, serve);
  if (child.start_error != 0) {
    diags_.report(DiagKind::program_not_started, {}, strerror(child.start_error));
    return 1;
  }
  signal_ = child.signal;
  return child.signal != 0 ? 128 + child.signal : child.exit_code;
}

int ProgramOutput::write_output(const ir::Program& program) {
  OutputKind kind = OutputKind::executable;
  if (line_.shared_library) kind = OutputKind::shared_library;
  if (line_.object) kind = OutputKind::object;
  std::string output = line_.output.empty() ? default_output(line_.file, kind) : line_.output;
  const bool is_library = !line_.header.empty();
  if (is_library && !write_header(program, line_.header, {})) return 1;
  return build(program, kind, output, !is_library) ? 0 : 1;
}

bool ProgramOutput::write_header(const ir::Program& program, const std::string& file, SourceRange where) {
  const std::string text = codegen::export_header(program, fs::path(file).filename().string());
  if (write_file_atomically(file, text, false)) return true;
  diags_.report(DiagKind::output_not_written, where, file, strerror(errno));
  return false;
}

int ProgramOutput::start(const ir::Program& program) {
  has_started_ = true;
  switch (line_.command) {
    case Command::run:
      return run(program);
    case Command::build:
      return write_output(program);
    case Command::emit:
      if (line_.stage == Stage::cpp) print_cpp(program);
      if (line_.stage == Stage::ptx) return print_ptx(program) ? 0 : 1;
      return 0;
    default:
      return 0;
  }
}

bool ProgramOutput::save(const ir::Program& program, const sema::SaveRequest& request) {
  has_started_ = true;
  std::optional<OutputKind> output = output_kind(request.file, request.kind);
  const bool has_main = !request.is_library && request.functions.empty();
  if (!output || (request.is_library && *output == OutputKind::executable)) {
    diags_.report(DiagKind::filetype_unsupported, request.where,
                  request.kind.empty() ? fs::path(request.file).extension().string() : request.kind);
    return false;
  }
  switch (line_.command) {
    case Command::run:
    case Command::build:
      if (request.is_library && !write_header(program, request.header_file, request.where)) return false;
      return build(program, *output, request.file, has_main, request.where).has_value();
    case Command::emit:
      if (line_.stage == Stage::cpp) print_cpp(program);
      return line_.stage != Stage::ptx || print_ptx(program);
    default:
      return true;
  }
}

std::vector<void*> ProgramOutput::load(const ir::Program& program) {
  std::optional<std::string> library = build(program, OutputKind::shared_library, "", true, {}, false);
  if (!library) return {};
  // Loaded until the end: Lua may keep pointers into it.
  void* handle = dlopen(library->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    diags_.report(DiagKind::function_not_loaded, {}, dlerror());
    return {};
  }
  if (program.answer_lua) {
    answer_lua_calls_of(handle, [this, answer = program.answer_lua](const ir::LuaCall& call) {
      std::optional<std::string> result = answer(call);
      // The code that called it ends the process.
      if (!result) reporter_.print_new();
      return result;
    });
  }
  for (size_t i = 0; i < program.globals.size(); ++i) {
    if (!program.globals[i].memory) continue;
    *static_cast<void**>(dlsym(handle, fmt::format("palatine_global_{}", i + 1).c_str())) =
        program.globals[i].memory;
  }
  std::vector<void*> addresses;
  for (size_t i = 0; i < program.entries.size(); ++i) {
    addresses.push_back(dlsym(handle, fmt::format("palatine_call_{}", i + 1).c_str()));
  }
  return addresses;
}

bool ProgramOutput::print_ptx(const ir::Program& program) {
  codegen::BuildOptions options;
  options.lib_dir = paths_.lib_dir;
  options.cache_dir = paths_.cache_dir;
  const std::optional<std::string> text = codegen::ptx_of(emit(program, true), options, diags_);
  if (text) fmt::print("{}", *text);
  return text.has_value();
}

void ProgramOutput::print_cpp(const ir::Program& program) {
  for (const codegen::EmittedUnit& unit : emit(program, true)) fmt::print("{}", unit.text);
}

}  // namespace palatine::driver
