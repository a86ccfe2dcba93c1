#include "driver/compile.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

#include "codegen/build.h"
#include "driver/program_output.h"
#include "driver/reporter.h"
#include "driver/spawn.h"
#include "sema/passes/passes.h"
#include "sema/session.h"

namespace palatine::driver {

namespace {

constexpr int kWrongUsage = 2;

// Says what is wrong with the program's file, if anything.
bool is_readable(const std::string& file, Diagnostics& diags) {
  struct stat info;
  if (stat(file.c_str(), &info) != 0) {
    if (errno != ENOENT) {
      diags.report(DiagKind::file_not_readable, {}, file, strerror(errno));
      return false;
    }
    auto builder = diags.report(DiagKind::file_not_found, {}, file);
    std::string with_extension = file + ".rg";
    if (stat(with_extension.c_str(), &info) == 0)
      builder.note(DiagKind::file_did_you_mean, {}, with_extension);
    return false;
  }
  if (S_ISDIR(info.st_mode)) {
    diags.report(DiagKind::file_is_directory, {}, file);
    return false;
  }
  if (access(file.c_str(), R_OK) != 0) {
    diags.report(DiagKind::file_not_readable, {}, file, strerror(errno));
    return false;
  }
  return true;
}

// The processor time that the process had used when `main` began: loading and binding of shared libraries.
double used_ms() {
  timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

void print_times(const StageTimes& times, double whole_ms) {
  double rest_ms = whole_ms;
  fmt::print(stderr, "palatine: times in ms:");
  for (const auto& [name, ms] : times.stages()) {
    fmt::print(stderr, " {} {:.1f}", name, ms);
    rest_ms -= ms;
  }
  // What is in no other stage: Lua, parsing, checking and the passes.
  fmt::print(stderr, " lua {:.1f}\n", rest_ms);
}

}  // namespace

int compile(const CommandLine& line) {
  StageTimes times;
  double start_ms = used_ms();
  times.add("start", start_ms);
  auto began = StageTimes::Clock::now();
  SourceManager sources;
  Diagnostics diags(sources);
  if (line.flags.warn_as_error) diags.make_warnings_errors();
  Reporter reporter(diags, line.diagnostics);
  if (!is_readable(line.file, diags)) {
    reporter.finish();
    return kWrongUsage;
  }

  codegen::Paths paths = codegen::installation_paths();
  // For programs that compile others.
  setenv("REGENT", (paths.command + " run").c_str(), 0);
  ProgramOutput output(line, paths, sources, diags, reporter, times);
  sema::SessionOptions options;
  options.stdlib_dir = paths.stdlib_dir;
  options.runtime_include_dir = paths.include_dir;
  options.header_dir = paths.header_dir;
  options.resource_dir = paths.resource_dir;
  options.cache_dir = paths.cache_dir;
  options.args = {line.file};
  options.args.insert(options.args.end(), line.all_args.begin(), line.all_args.end());
  options.flags = line.flags;
  options.export_tasks = !line.header.empty();
  options.times = &times;
  bool is_ir_wanted = line.command == Command::emit && line.stage == Stage::ir;
  if (is_ir_wanted || line.explain) {
    options.on_task = [&](const ir::Task& task) {
      fmt::print("{}", is_ir_wanted ? ir::print(task) : sema::explain(task, sources));
    };
  }
  if (line.command == Command::emit && line.stage == Stage::ast) {
    options.on_construct_parsed = [&sources](const ast::Construct& construct) {
      fmt::print("{}", ast::print(sources, construct));
    };
  }

  sema::Session session(sources, diags, output, std::move(options));
  int exit_code = session.run_file(line.file);
  if (!diags.has_errors() && !output.has_started()) {
    if (line.command == Command::build) {
      diags.report(DiagKind::nothing_to_build, {}, line.file).note(DiagKind::how_to_start, {});
    } else if (line.command == Command::emit && line.stage == Stage::cpp) {
      output.print_cpp(session.program());
    }
  }
  if (diags.has_errors() && exit_code == 0) exit_code = 1;
  reporter.finish();
  if (line.timing) {
    std::chrono::duration<double, std::milli> whole = StageTimes::Clock::now() - began;
    print_times(times, start_ms + whole.count());
  }
  if (output.signal() != 0) die_by_signal(output.signal());
  return exit_code;
}

}  // namespace palatine::driver
