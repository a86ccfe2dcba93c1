// What all functions of one translation unit share: the names of tasks, functions, types and files.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "codegen/emit/c_unit.h"
#include "codegen/emit/emit.h"
#include "codegen/emit/emit_types.h"
#include "codegen/emit/names.h"
#include "codegen/emit/writer.h"

namespace palatine::codegen {

struct TaskNames {
  std::string body;        // the function with the task's own parameters
  std::string entry;       // what the runtime calls
  std::string args;        // the argument struct
  std::string descriptor;  // the TaskDesc
};

struct GlobalName {
  std::string name;
  // The name is that of a pointer to the variable, which lies in the compiler, or which only C sees.
  bool is_pointer = false;
};

class Unit {
 public:
  Unit(const ir::Program& program, const SourceManager& sources, const EmitOptions& options);

  const SourceManager& sources() const { return sources_; }
  const EmitOptions& options() const { return options_; }
  const ir::Program& program() const { return program_; }
  NameScopes& names() { return names_; }
  TypeEmitter& types() { return types_; }
  CUnits& c_units() { return c_units_; }
  Writer writer() const { return Writer(sources_, options_.line_directives); }

  const TaskNames& task(const ir::Task& task) const { return tasks_.at(&task); }
  const std::string& function(const ir::Function& function) const { return functions_.at(&function); }
  const GlobalName& global(const ir::Global& global) const { return globals_.at(&global); }
  // The name of member k of the task's argument struct.
  std::string param_name(const ir::Task& task, size_t k) const;

  // A SourceLoc, `{daxpy_rg, 12}`.
  std::string loc(SourceRange range);
  // What stands before all code: rules of floating-point arithmetic and the names of the program's files.
  void write_files(Writer& out) const;

 private:
  void reserve_header_names();

  const ir::Program& program_;
  const SourceManager& sources_;
  const EmitOptions& options_;
  NameScopes names_;
  TypeEmitter types_;
  CUnits c_units_;
  std::unordered_map<const ir::Task*, TaskNames> tasks_;
  std::unordered_map<const ir::Function*, std::string> functions_;
  std::unordered_map<const ir::Global*, GlobalName> globals_;
  std::map<FileId, std::string> file_names_;
};

}  // namespace palatine::codegen
