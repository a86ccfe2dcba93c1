// The kernels of a program, as C++ for the host and for devices.
//
// Each kernel has, in both texts: a struct of its arguments, `NAME_point`, which computes one point, and an
// entry. The texts are made by the same code from the same IR, with one `Unit` each; they differ in the entry
// and in the C functions that they call. The host's text also has the descriptor that launches name.
//
// The text for devices becomes PTX (codegen/gpu/ptx.h), which the program holds as a constant. Its symbol is
// made of the text's hash, so it is known before.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codegen/emit/unit.h"

namespace palatine::codegen {

// The parts of the loop of a `__parallel_prefix`.
struct ScanParts {
  ast::ReductionOp op;
  const ir::Local* sum;
  const ir::Local* value;
  const ir::AssignStat* store;
  std::vector<const ir::VarStat*> before;  // lead to the value and the place of the store
};

// A kernel with the names of its parts.
struct KernelName {
  const ir::Task* task = nullptr;
  const ir::KernelLoop* loop = nullptr;
  std::string name;                                                // of the entry for devices
  std::map<const ir::Local*, std::string> captures;                // members of the argument struct
  std::map<const ir::Local*, std::string> reductions;              // likewise
  std::map<std::pair<const ir::Local*, int>, std::string> fields;  // likewise
  // Of regions, with bounds checks; in the order of the members.
  std::vector<std::pair<const ir::Local*, std::string>> bounds;
  std::vector<std::string> hoisted, inner_domains, tables;
  // What can go wrong in it: message and place.
  std::vector<std::pair<std::string, SourceRange>> sites;
  bool takes_address = false;
  // Of a serial loop that is a scan; other serial loops run on one thread.
  std::optional<ScanParts> scan;

  std::string args() const { return name + "_args"; }
  std::string point() const { return name + "_point"; }
  std::string host() const { return name + "_host"; }
  // Of an element that all points reduce into.
  std::string place(size_t number) const { return name + "_place_" + std::to_string(number); }
  std::string descriptor() const { return name + "_desc"; }
  int dimensions() const;
  const ir::Stat& stat() const;
};

// Those of one task.
struct KernelNames {
  std::vector<KernelName> kernels;
  const KernelName* find(const ir::Stat& stat) const;
};

class ProgramKernels {
 public:
  // Of all tasks of the unit's program.
  explicit ProgramKernels(Unit& host);

  bool is_empty() const { return tasks_.empty(); }
  // Null when the task has no form for GPUs.
  const KernelNames* find(const ir::Task& task) const;
  // Argument structs, host forms and descriptors. Also makes the text for devices.
  void emit_host(Writer& out);
  // The text for devices; nothing without kernels. `name`: the program's.
  std::optional<EmittedUnit> device_unit(const std::string& name) const;

 private:
  std::string device_text();

  Unit& host_;
  std::map<const ir::Task*, KernelNames> tasks_;
  std::vector<const ir::Task*> order_;
  std::string device_text_, ptx_symbol_;
};

}  // namespace palatine::codegen
