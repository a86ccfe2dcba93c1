// Types, privileges and constraints: from a syntax tree and its frame to IR.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "frontend/diag/diag.h"
#include "sema/ir/ir.h"
#include "sema/specialize/frame.h"

namespace palatine::sema {

// What a call of a task that demands inlining is replaced by: the body and its values.
struct InlineBody {
  const ast::Task* tree;
  std::shared_ptr<const Frame> frame;
};

struct CheckContext {
  TypeTable& types;
  Diagnostics& diags;
  MacroExpander& macros;
  // A type of the Legion C API by its name, as `regentlib.c` has it; null where the runtime's header is
  // missing.
  std::function<const Type*(const std::string& name)> legion_type = {};
  // -finline
  bool inline_tasks = true;
  // Tasks that demand inlining, once they are checked.
  std::map<const ir::Task*, InlineBody>* inline_bodies = nullptr;
  // Adds the names of the program's tasks and functions, for suggestions; may be empty.
  std::function<void(std::vector<std::string>&)> add_names = {};
  // Told of a task that is launched though it demands inlining; may be empty.
  std::function<void(ir::Task&)> on_launch = {};
};

// Fills in the signature of a task from its frame: parameters, result, privileges, requirements, constraints.
// Done before the body, so that recursive calls know it.
void check_signature(ir::Task& task, const ast::Task& tree, const Frame& frame, CheckContext& context);

// Checks the body and makes its IR. Reports all errors; sets has_error on any.
void check_body(ir::Task& task, const ast::Task& tree, const Frame& frame, CheckContext& context);

// The same for terra functions, which know no regions.
void check_terra_function(ir::Function& function, const ast::TerraFunction& tree, Frame& frame,
                          CheckContext& context);

}  // namespace palatine::sema
