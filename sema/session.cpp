#include "sema/session.h"

#include <algorithm>
#include <filesystem>
#include <lua.hpp>
#include <map>

#include "sema/define.h"
#include "sema/macros.h"
#include "sema/program.h"
#include "sema/specialize/foreign_library.h"
#include "sema/specialize/library.h"
#include "sema/specialize/lua_callback.h"
#include "sema/specialize/lua_flags.h"
#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

static PassOptions pass_options(const Flags& flags) {
  PassOptions options;
  options.index_launch = flags.index_launch;
  options.index_launch_dynamic = flags.index_launch_dynamic;
  options.override_demand_index_launch = flags.override_demand_index_launch;
  options.override_demand_openmp = flags.override_demand_openmp;
  options.override_demand_cuda = flags.override_demand_cuda;
  options.makes_kernels = makes_kernels(flags);
  options.inner = flags.inner;
  options.leaf = flags.leaf;
  options.idempotent = flags.idempotent;
  options.replicable = flags.replicable;
  options.mapping = flags.mapping;
  options.futures = flags.future;
  options.predicate = flags.predicate;
  options.trace = flags.trace;
  return options;
}

struct Session::Impl : host::ConstructHandler {
  Impl(SourceManager& sources, Diagnostics& diagnostics, Output& program_output,
       SessionOptions session_options)
      : diags(diagnostics),
        output(program_output),
        options(std::move(session_options)),
        world(diagnostics),
        macros(world),
        host(sources, diagnostics, *this, {options.stdlib_dir, options.args, options.on_construct_parsed}) {
    world.host = &host;
    world.stdlib_dir = options.stdlib_dir;
    world.runtime_include_dir = options.runtime_include_dir;
    world.import_options.resource_dir = options.resource_dir;
    world.import_options.cache_dir = options.cache_dir;
    world.import_options.installed_dir = options.header_dir;
    world.import_options.times = options.times;
    world.start = [this](lua_State* lua, ir::Task* main, const ir::Function* setup, SourceRange where) {
      start(lua, main, setup, where);
    };
    world.save = [this](lua_State*, ir::Task* main, const SaveRequest& request) { save(main, request); };
    world.compile = [this](const ir::Function& function) { return compile(function); };
    world.function_returning = [this](const Value& value, const Type* type, SourceRange where) {
      return define_function_returning(world, macros, value, type, where);
    };
    define_options.passes = pass_options(options.flags);
    define_options.bounds_checks = options.flags.bounds_checks;
    define_options.bounds_checks_targets = options.flags.bounds_checks_targets;
    define_options.prints_tasks = options.flags.pretty;
    define_options.inline_tasks = options.flags.inlining;
    define_options.inline_bodies = &inline_bodies;
    define_options.times = options.times;
    define_options.on_task = options.on_task;
    define_options.pending = &pending;
    world.check_pending = [this](const ir::Function* only) {
      if (!pending.empty()) check_pending(world, macros, pending, only);
    };
    set_world(host.state(), world);
    // Where programs that compile parts in C++ themselves look for the runtime's headers.
    setenv("LG_RT_DIR", options.runtime_include_dir.c_str(), 0);
    is_open = open_world(host.state());
    lua_getglobal(host.state(), "__palatine");
    push_flags(host.state(), options.flags);
    lua_setfield(host.state(), -2, "flags");
    lua_pop(host.state(), 1);
  }

  // ---- constructs ----

  void execute(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env) override {
    push_value(lua, define(lua, construct, env, macros, define_options));
  }
  bool import_language(lua_State* lua, const std::string& name) override {
    if (name != "regent") return false;
    if (is_regent_imported) return true;
    is_regent_imported = true;
    import_regent(lua);
    lua_getglobal(lua, "__palatine");
    add_macro_functions(lua);
    lua_pop(lua, 1);
    return true;
  }
  void pointer_type(lua_State* lua) override { push_pointer_type(lua); }
  void function_type(lua_State* lua) override { push_function_type(lua); }

  // ---- programs ----

  // False, reported, when `main` cannot be the first task. `function` is the one that the program called.
  bool check_main(ir::Task* main, const char* function, SourceRange where) {
    if (!main) {
      diags.report(DiagKind::start_not_task, where, function);
      return false;
    }
    if (main->params.empty()) return true;
    diags.report(DiagKind::start_with_parameters, main->range)
        .note(DiagKind::start_called_here, where, function);
    return false;
  }

  void start(lua_State* lua, ir::Task* main, const ir::Function* setup, SourceRange where) {
    world.check_pending(nullptr);
    if (!check_main(main, "start", where) || diags.has_errors()) return;
    // Programs are shown, not run.
    if (options.flags.pretty) end(lua, 0);
    std::vector<ir::Task*> exports;
    for (const auto& task : world.tasks) {
      if (options.export_tasks && export_obstacle(*task).empty()) exports.push_back(task.get());
    }
    program = collect_tasks(main, exports, setup, true);
    if (diags.has_errors()) return;
    int code = output.start(program);
    if (code != 0) end(lua, code);
  }

  void save(ir::Task* main, const SaveRequest& request) {
    if (!request.functions.empty()) return save_functions(request);
    const char* function = request.is_library ? "save_tasks" : "saveobj";
    bool needs_main = !request.is_library || main;
    world.check_pending(nullptr);
    if ((needs_main && !check_main(main, function, request.where)) || diags.has_errors()) return;
    program = collect_tasks(main, request.exports, request.setup, false);
    if (diags.has_errors()) return;
    program.registration_name = request.registration_name;
    program.link_flags.insert(program.link_flags.end(), request.link_flags.begin(), request.link_flags.end());
    output.save(program, request);
  }

  void save_functions(const SaveRequest& request) {
    program = collect_complete(request.functions);
    if (diags.has_errors()) return;
    program.entry_names = request.function_names;
    program.link_flags.insert(program.link_flags.end(), request.link_flags.begin(), request.link_flags.end());
    output.save(program, request);
  }

  ir::Program collect_tasks(ir::Task* main, const std::vector<ir::Task*>& exports, const ir::Function* setup,
                            bool starts) {
    if (main) finish_task(*main, world, define_options);
    for (ir::Task* task : exports) finish_task(*task, world, define_options);
    ir::Program collected = collect_program(world, main, exports, setup, starts);
    answer_lua(collected);
    check_defined(collected);
    return collected;
  }

  // What the functions need, whose bodies are all checked then.
  ir::Program collect_complete(const std::vector<const ir::Function*>& functions) {
    for (;;) {
      ir::Program collected = collect_functions(world, functions);
      const size_t waiting = pending.size();
      for (const ir::Function* function : collected.functions) world.check_pending(function);
      if (pending.size() == waiting) {
        answer_lua(collected);
        check_defined(collected);
        return collected;
      }
    }
  }
  void answer_lua(ir::Program& collected) {
    const bool calls_lua = std::ranges::any_of(
        collected.functions, [](const ir::Function* function) { return function->lua_number != 0; });
    if (calls_lua) {
      collected.answer_lua = [this](const ir::LuaCall& call) { return answer_lua_call(world, call); };
    }
  }
  void check_defined(const ir::Program& collected) {
    for (const ir::Task* task : collected.tasks) {
      if (task->has_body || diags.has_errors() || (task->is_extern && task->given_id)) continue;
      auto builder = diags.report(DiagKind::function_not_defined, task->range, "of task " + task->name);
      if (task->is_extern) builder.note(DiagKind::hint_extern_task, task->range, task->name);
    }
    for (const ir::Function* function : collected.functions) {
      if (!function->is_declaration) continue;
      diags.report(DiagKind::function_not_defined, function->range, function->name);
    }
  }

  void* compile(const ir::Function& function) {
    auto [entry, is_new] = addresses.try_emplace(&function, nullptr);
    if (is_new) {
      if (!finish_libraries(world, nullptr)) return nullptr;
      ir::Program functions = collect_complete({&function});
      for (ir::ProgramGlobal& global : functions.globals) {
        // What a variable of C is, only C knows.
        if (!global.global->symbol.empty()) continue;
        const GlobalMemory* memory = memory_of(world, *global.global);
        if (memory) global.memory = memory->address;
      }
      if (diags.has_errors()) return nullptr;
      std::vector<void*> loaded = output.load(functions);
      if (!loaded.empty()) entry->second = loaded.front();
    }
    return entry->second;
  }

  // Ends the program's Lua with an exit code.
  [[noreturn]] void end(lua_State* lua, int code) {
    exit_code = code;
    host::Host::raise_reported(lua);
  }

  Diagnostics& diags;
  Output& output;
  SessionOptions options;
  World world;
  LuaMacroExpander macros;
  DefineOptions define_options;
  std::map<const ir::Task*, InlineBody> inline_bodies;
  std::vector<PendingFunction> pending;
  ir::Program program;
  // Of functions that were called while compiling.
  std::map<const ir::Function*, void*> addresses;
  int exit_code = 0;
  bool is_regent_imported = false;
  bool is_open = false;
  // Last: its Lua objects refer to the world.
  host::Host host;
};

Session::Session(SourceManager& sources, Diagnostics& diags, Output& output, SessionOptions options)
    : impl_(std::make_unique<Impl>(sources, diags, output, std::move(options))) {}

Session::~Session() = default;

int Session::run_file(const std::string& path) {
  std::string folder = std::filesystem::path(path).parent_path();
  impl_->world.import_options.args.push_back("-I" + (folder.empty() ? "." : folder));
  if (impl_->is_open) {
    impl_->host.run_file(path);
    impl_->world.check_pending(nullptr);
    finish_libraries(impl_->world, nullptr);
  }
  return impl_->diags.has_errors() ? 1 : impl_->exit_code;
}

const ir::Program& Session::program() const {
  return impl_->program;
}

}  // namespace palatine::sema
