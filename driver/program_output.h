// What the command does with finished programs: runs them, writes them, prints them, or nothing.
#pragma once

#include <string>

#include "codegen/build.h"
#include "driver/command_line.h"
#include "driver/reporter.h"
#include "sema/session.h"

namespace palatine::driver {

class ProgramOutput : public sema::Output {
 public:
  ProgramOutput(const CommandLine& line, const codegen::Paths& paths, SourceManager& sources,
                Diagnostics& diags, Reporter& reporter, StageTimes& times)
      : line_(line), paths_(paths), sources_(sources), diags_(diags), reporter_(reporter), times_(times) {}

  int start(const ir::Program& program) override;
  std::vector<void*> load(const ir::Program& program) override;
  bool save(const ir::Program& program, const sema::SaveRequest& request) override;

  // The program reached `regentlib.start` or `saveobj`.
  bool has_started() const { return has_started_; }
  // The signal that ended the program; 0 when none did.
  int signal() const { return signal_; }

  // `emit --stage=ptx`; false when an error was reported.
  bool print_ptx(const ir::Program& program);
  // `emit --stage=cpp`
  void print_cpp(const ir::Program& program);

 private:
  std::vector<codegen::EmittedUnit> emit(const ir::Program& program, bool has_main);
  std::optional<std::string> build(const ir::Program& program, codegen::OutputKind kind,
                                   const std::string& output, bool has_main = true, SourceRange where = {},
                                   bool joins_c = true);
  bool write_header(const ir::Program& program, const std::string& file, SourceRange where);
  int run(const ir::Program& program);
  int write_output(const ir::Program& program);

  const CommandLine& line_;
  const codegen::Paths& paths_;
  SourceManager& sources_;
  Diagnostics& diags_;
  Reporter& reporter_;
  StageTimes& times_;
  bool has_started_ = false;
  // Tasks have their forms for GPUs: not where the program runs at once and can meet none.
  bool has_kernels_ = true;
  int signal_ = 0;
};

}  // namespace palatine::driver
