// Gives each kind of construct its meaning: makes the task, field space, struct, terra function or quote.
#pragma once

#include <functional>

#include "frontend/base/stage_times.h"
#include "frontend/host/host.h"
#include "sema/check/check.h"
#include "sema/passes/passes.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// A terra function whose body could not be checked where it is defined.
struct PendingFunction {
  ir::Function* function;
  const ast::TerraFunction* tree;
  std::shared_ptr<Frame> frame;
};

// How the session wants its tasks.
struct DefineOptions {
  PassOptions passes;
  bool bounds_checks = false;
  // -fbounds-checks-targets: patterns of Lua with commas between them, one of which a checked task's name
  // has.
  std::string bounds_checks_targets = ".*";
  bool inline_tasks = true;
  std::map<const ir::Task*, InlineBody>* inline_bodies = nullptr;
  // Where terra functions with errors wait for other definitions; null: they are reported at once.
  std::vector<PendingFunction>* pending = nullptr;
  StageTimes* times = nullptr;
  std::function<void(const ir::Task&)> on_task;  // may be empty
  // -fpretty: every task is printed when it is complete.
  bool prints_tasks = false;
};

// Specializes the construct, checks it and sends tasks through the passes. What it makes; the error value
// when the construct cannot stand for anything (reported).
Value define(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env,
             MacroExpander& macros, const DefineOptions& options);

// Sends a task through the passes that waited because it demands inlining: something launches it after all.
// What is wrong with it is reported. Does nothing for other tasks.
void finish_task(ir::Task& task, World& world, const DefineOptions& options);

// Checks functions that wait again: `only`, or all when that is null. What is still wrong is reported.
void check_pending(World& world, MacroExpander& macros, std::vector<PendingFunction>& pending,
                   const ir::Function* only);

// A terra function without parameters that returns the value, converted to `type` if that is not null. What
// is wrong with the value is reported at `where`; the function has an error then.
const ir::Function* define_function_returning(World& world, MacroExpander& macros, const Value& value,
                                              const Type* type, SourceRange where);

}  // namespace palatine::sema
