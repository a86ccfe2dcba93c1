// What a program asks of `regentlib.saveobj`, `save_tasks` and `terralib.saveobj`.
#pragma once

#include <string>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::sema {

struct SaveRequest {
  std::string file;
  std::string kind;         // "executable", "object", "sharedlibrary" ...; empty: what the file's name says
  std::string header_file;  // where the declarations of the exported tasks go; empty: nowhere
  SourceRange where;        // the call
  const ir::Function* setup = nullptr;  // called before the runtime starts
  std::vector<std::string> link_flags;
  // `terralib.saveobj`: functions of terra under these names instead of a program.
  std::vector<const ir::Function*> functions;
  std::vector<std::string> function_names;
  // save_tasks only.
  bool is_library = false;
  std::vector<ir::Task*> exports;
  std::string registration_name;
};

// Why a task cannot be called from C: the parameter, or the result, whose type C does not have. Empty when it
// can.
std::string export_obstacle(const ir::Task& task);

}  // namespace palatine::sema
