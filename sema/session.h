// One compilation: the Lua host, the types, and the tasks that the program defined.
//
// Lua drives it: each construct that Lua executes is specialized, checked and sent through the passes at
// once, so all static errors of a task are known where it is defined. `regentlib.start` and `saveobj` hand
// the finished program to the Output.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontend/base/flags.h"
#include "frontend/base/stage_times.h"
#include "frontend/diag/diag.h"
#include "frontend/host/host.h"
#include "sema/ir/ir.h"
#include "sema/specialize/save.h"

namespace palatine::sema {

// Where finished programs go. Implemented by the driver.
class Output {
 public:
  virtual ~Output() = default;
  // `regentlib.start(main)`: builds and runs the program; returns its exit code. Called only while the
  // program has no errors. A non-zero code ends the compilation with that code.
  virtual int start(const ir::Program& program) = 0;
  // Compiles the program's entries and loads them into this process. Their addresses, in order; empty when
  // errors were reported.
  virtual std::vector<void*> load(const ir::Program& program) = 0;
  // `regentlib.saveobj` and `save_tasks`. False: reported.
  virtual bool save(const ir::Program& program, const SaveRequest& request) = 0;
};

struct SessionOptions {
  std::string stdlib_dir;
  std::string runtime_include_dir;  // for regentlib.c
  std::string header_dir;           // imports of headers that are there already; empty: none
  std::string resource_dir;         // Clang's own headers
  std::string cache_dir;            // empty: no caches
  std::vector<std::string> args;    // Lua's `arg`: args[0] is the program's path
  Flags flags;                      // `-f...`
  // `regentlib.start` gives a program that exports all tasks which C can call.
  bool export_tasks = false;
  StageTimes* times = nullptr;  // where the time goes; may be null
  // Called for every task when its passes are done, in order (`emit`, `--explain`); may be empty.
  std::function<void(const ir::Task&)> on_task;
  std::function<void(const ast::Construct&)> on_construct_parsed;
};

class Session {
 public:
  Session(SourceManager& sources, Diagnostics& diags, Output& output, SessionOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Runs the whole file. The exit code so far: 0; 1 when errors were reported; else what Output::start gave.
  int run_file(const std::string& path);

  const ir::Program& program() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace palatine::sema
