#include "driver/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "codegen/build.h"

namespace palatine::driver {

namespace {

constexpr int kWrongUsage = 2;

int usage_error(const std::string& text) {
  fmt::print(stderr,
             "palatine: error: {}\npalatine: note: `palatine help` lists the commands and their options\n",
             text);
  return kWrongUsage;
}

// An option whose value is one of a few words.
template <typename Enum>
void add_choice(CLI::App& app, const std::string& name, Enum& result,
                std::vector<std::pair<std::string, Enum>> choices, const std::string& help,
                const std::string& placeholder) {
  auto choose = [&result, choices = std::move(choices), name](const std::string& word) {
    std::string known;
    for (const auto& [choice, value] : choices) {
      if (word == choice) {
        result = value;
        return;
      }
      known += (known.empty() ? "" : ", ") + choice;
    }
    throw CLI::ValidationError(fmt::format("{} is one of {}, not `{}`", name, known, word));
  };
  app.add_option_function<std::string>(name, choose, help)->option_text(placeholder);
}

void add_common_options(CLI::App& app, CommandLine& line) {
  add_choice<DiagnosticsFormat>(app, "--diagnostics", line.diagnostics,
                                {{"text", DiagnosticsFormat::text}, {"json", DiagnosticsFormat::json}},
                                "how errors are printed: text or json", "FORMAT");
  app.add_flag("--timing", line.timing, "print where the time goes");
  app.add_option("-j,--jobs", line.jobs, "threads for compiling; all cores when not given")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
}

void add_debug_option(CLI::App& app, CommandLine& line) {
  app.add_flag("-g,--debug", line.debug, "no optimization, all debug information");
}

void add_file(CLI::App& app, CommandLine& line) {
  app.add_option("FILE", line.file, "the program")->required()->option_text(" ");
}

// Where the program's file stands in the words of `run`: the first that is no option and no value of one.
size_t find_file(const std::vector<std::string>& words) {
  size_t i = 1;
  while (i < words.size() && words[i].starts_with("-") && words[i] != "--") {
    bool has_value = words[i] == "-j" || words[i] == "--jobs" || words[i] == "--diagnostics";
    i += has_value ? 2 : 1;
  }
  return i < words.size() && words[i] == "--" ? i + 1 : i;
}

// Moves the runtime's flags behind the program's file, with their values, to the words for the program.
void take_runtime_flags(std::vector<std::string>& words, std::vector<std::string>& program_words) {
  auto is_runtime_flag = [](const std::string& word) {
    for (const char* prefix : {"-ll:", "-lg:", "-dm:", "-cuda:", "-level", "-logfile"}) {
      if (word.starts_with(prefix)) return true;
    }
    return false;
  };
  for (size_t i = find_file(words) + 1; i < words.size();) {
    if (!is_runtime_flag(words[i])) {
      ++i;
      continue;
    }
    size_t end = i + 1;
    if (end < words.size() && !words[end].starts_with("-")) ++end;
    auto first = words.begin() + static_cast<ptrdiff_t>(i);
    auto last = words.begin() + static_cast<ptrdiff_t>(end);
    program_words.insert(program_words.end(), first, last);
    words.erase(first, last);
  }
}

// Takes the words off that are not for this command but for the program: for `run` those after the file, else
// those after `--`.
std::vector<std::string> take_program_args(std::vector<std::string>& words) {
  size_t end = words.size();
  size_t next = words.size();
  if (words[0] == "run") {
    end = next = std::min(words.size(), find_file(words) + 1);
  } else if (auto dashes = std::find(words.begin(), words.end(), "--"); dashes != words.end()) {
    end = static_cast<size_t>(dashes - words.begin());
    next = end + 1;
  }
  std::vector<std::string> rest(words.begin() + static_cast<ptrdiff_t>(next), words.end());
  words.resize(end);
  if (words[0] != "run") take_runtime_flags(words, rest);
  return rest;
}

// Lua's `arg`: the words without those that were for the command itself. `-f` flags are in `all` only.
std::vector<std::string> lua_arguments(const std::vector<std::string>& all,
                                       const std::vector<std::string>& command) {
  std::vector<std::string> result;
  size_t next_command = 0;
  for (const std::string& word : all) {
    if (next_command < command.size() && word == command[next_command]) {
      ++next_command;
    } else if (word != "--" || command[0] == "run") {
      result.push_back(word);
    }
  }
  return result;
}

CLI::App* find_command(CLI::App& app, const std::string& name) {
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// `palatine help` and `palatine help COMMAND`.
void print_help(CLI::App& app, const std::vector<std::string>& words) {
  CLI::App* command = words.size() > 1 ? find_command(app, words[1]) : nullptr;
  fmt::print("{}", command ? command->help("palatine") : app.help());
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
  run->add_option("ARGS", line.program_args, "for the program, unchanged")->option_text(" ");

  CLI::App* build = app.add_subcommand("build", "compile a program to an executable");
  add_file(*build, line);
  build->add_option("-o,--output", line.output, "the file to write")->option_text("OUT");
  auto* shared = build->add_flag("--shared", line.shared_library, "write a shared library");
  build->add_flag("--object", line.object, "write an object file")->excludes(shared);
  build
      ->add_option("--header", line.header,
                   "write a library without `main`, and a C header of its tasks here")
      ->option_text("HEADER");
  build
      ->add_option("--march", line.architecture,
                   "the processors that run it, as Clang names them, e.g. x86-64-v3; this one when not given")
      ->check([](const std::string& name) {
        return codegen::is_known_architecture(name) ? "" : "Clang knows no processor `" + name + "`";
      })
      ->option_text("NAME");
  add_debug_option(*build, line);
  add_common_options(*build, line);

  CLI::App* check = app.add_subcommand("check", "print the errors of a program, compile nothing");
  add_file(*check, line);
  check->add_flag("--explain", line.explain,
                  "print what was inferred for each task, its mapping points and their reasons");
  add_common_options(*check, line);

  CLI::App* emit = app.add_subcommand("emit", "print what a program is compiled to");
  add_file(*emit, line);
  add_choice<Stage>(*emit, "--stage", line.stage,
                    {{"ast", Stage::ast}, {"ir", Stage::ir}, {"cpp", Stage::cpp}, {"ptx", Stage::ptx}},
                    "ast, ir, cpp or ptx (kernels for GPUs); cpp when not given", "STAGE");
  add_common_options(*emit, line);

  CLI::App* cache = app.add_subcommand("cache", "show the size of the cache of compiled programs");
  cache->add_flag("--clear", line.clear_cache, "remove everything from it");
  CLI::App* version = app.add_subcommand("version", "print the version");
  app.add_subcommand("help", "print this text");

  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  exit_code = kWrongUsage;
  // `-f` flags are upstream's and may stand anywhere; Lua's `arg` has them too.
  std::vector<std::string> all_words = words;
  if (std::string error = take_flags(words, line.flags); !error.empty()) {
    usage_error(error);
    return std::nullopt;
  }
  if (words.empty()) {
    fmt::print(stderr, "{}", app.help());
    return std::nullopt;
  }
  if (words[0] == "help") {
    print_help(app, words);
    exit_code = 0;
    return std::nullopt;
  }
  if (!words[0].starts_with("-") && !find_command(app, words[0])) {
    usage_error(fmt::format("there is no command `{}`", words[0]));
    return std::nullopt;
  }
  std::vector<std::string> program_args = take_program_args(words);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::Success& success) {
    exit_code = app.exit(success);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    exit_code = usage_error(error.what());
    return std::nullopt;
  }
  // One is what the reference compiler takes when nothing is said.
  if (const int jobs = std::atoi(line.flags.jobs.c_str()); line.jobs == 0 && jobs > 1) line.jobs = jobs;
  line.program_args = program_args;
  line.all_args = lua_arguments(all_words, words);
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
