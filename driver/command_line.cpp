#include "driver/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

namespace palatine::driver {

namespace {

constexpr int kWrongUsage = 2;

void add_common_options(CLI::App& app, CommandLine& line) {
  app.add_option("--diagnostics", line.diagnostics, "how errors are printed: text or json")
      ->transform(CLI::CheckedTransformer(std::map<std::string, DiagnosticsFormat>{
          {"text", DiagnosticsFormat::text}, {"json", DiagnosticsFormat::json}}))
      ->option_text("FORMAT");
  app.add_flag("--timing", line.timing, "print where the time goes");
  app.add_option("-j,--jobs", line.jobs, "threads for compiling; all cores when not given")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
}

void add_debug_option(CLI::App& app, CommandLine& line) {
  app.add_flag("-g,--debug", line.debug, "no optimization, all debug information");
}

void add_file(CLI::App& app, CommandLine& line) {
  app.add_option("FILE", line.file, "the program")->required()->option_text("FILE.rg");
}

// `-f` flags are upstream's and may stand anywhere; they are taken out before the rest is read.
bool take_flags_out(std::vector<std::string>& words, CommandLine& line) {
  std::string error = take_flags(words, line.flags);
  if (error.empty()) return true;
  fmt::print(stderr, "palatine: error: {}\n", error);
  return false;
}

}  // namespace

std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code) {
  CommandLine line;
  CLI::App app("Compiles and runs Regent programs.", "palatine");
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "print this text");
  app.footer(
      "Upstream's flags are accepted after the program: -fNAME VALUE for the compiler, -ll:NAME, -lg:NAME,\n"
      "-dm:NAME and -level for the runtime. Exit codes: 0; 1 for a rejected program; 2 for wrong usage; for "
      "`run`\n"
      "the program's own.");

  CLI::App* run = app.add_subcommand("run", "compile a program and run it");
  add_file(*run, line);
  add_debug_option(*run, line);
  add_common_options(*run, line);
  run->add_option("ARGS", line.program_args, "for the program, unchanged");
  // From the file on everything is the program's.
  run->positionals_at_end();

  CLI::App* build = app.add_subcommand("build", "compile a program to an executable");
  add_file(*build, line);
  build->add_option("-o,--output", line.output, "the file to write")->option_text("OUT");
  auto* shared = build->add_flag("--shared", line.shared_library, "write a shared library");
  build->add_flag("--object", line.object, "write an object file")->excludes(shared);
  add_debug_option(*build, line);
  add_common_options(*build, line);

  CLI::App* check = app.add_subcommand("check", "print the errors of a program, compile nothing");
  add_file(*check, line);
  check->add_flag("--explain", line.explain,
                  "print what was inferred for each task, its mapping points and their reasons");
  add_common_options(*check, line);

  CLI::App* emit = app.add_subcommand("emit", "print what a program is compiled to");
  add_file(*emit, line);
  emit->add_option("--stage", line.stage, "ast, ir or cpp")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Stage>{{"ast", Stage::ast}, {"ir", Stage::ir}, {"cpp", Stage::cpp}}))
      ->option_text("STAGE")
      ->default_str("cpp");
  add_common_options(*emit, line);

  CLI::App* cache = app.add_subcommand("cache", "show the size of the cache of compiled programs");
  cache->add_flag("--clear", line.clear_cache, "remove everything from it");
  CLI::App* version = app.add_subcommand("version", "print the version");
  CLI::App* help = app.add_subcommand("help", "print this text");

  std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  exit_code = kWrongUsage;
  if (words.empty()) {
    fmt::print(stderr, "{}", app.help());
    return std::nullopt;
  }
  // For `run` the words after the file are the program's: they are cut off before CLI11 looks for options in
  // them.
  std::vector<std::string> rest;
  if (words[0] == "run") {
    if (!take_flags_out(words, line)) return std::nullopt;
    size_t i = 1;
    while (i < words.size() && words[i].starts_with("-") && words[i] != "--") {
      bool has_value = words[i] == "-j" || words[i] == "--jobs" || words[i] == "--diagnostics";
      i += has_value ? 2 : 1;
    }
    if (i + 1 < words.size()) {
      rest.assign(words.begin() + static_cast<ptrdiff_t>(i) + 1, words.end());
      words.resize(i + 1);
    }
  } else if (!take_flags_out(words, line)) {
    return std::nullopt;
  }

  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error) == 0 ? 0 : kWrongUsage;
    return std::nullopt;
  }
  if (help->parsed()) {
    fmt::print("{}", app.help());
    exit_code = 0;
    return std::nullopt;
  }
  line.program_args = rest;
  // Lua sees every word after the file, the compiler's flags too.
  bool is_after_file = false;
  for (int i = 2; i < argc; ++i) {
    if (is_after_file) line.all_args.emplace_back(argv[i]);
    if (!is_after_file && line.file == argv[i]) is_after_file = true;
  }
  if (run->parsed()) line.command = Command::run;
  if (build->parsed()) line.command = Command::build;
  if (check->parsed()) line.command = Command::check;
  if (emit->parsed()) line.command = Command::emit;
  if (cache->parsed()) line.command = Command::cache;
  if (version->parsed()) line.command = Command::version;
  exit_code = 0;
  return line;
}

}  // namespace palatine::driver
