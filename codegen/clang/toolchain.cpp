#include "codegen/clang/toolchain.h"

#include <llvm/ADT/StringRef.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/TargetParser/Host.h>
#include <palatine_config.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "frontend/base/content_hash.h"
#include "frontend/base/disk_cache.h"
#include "frontend/cimport/driver.h"

namespace palatine::codegen {

namespace fs = std::filesystem;

namespace {

// What the sanitizers of this build need, as flags.
void add_build_flags(std::vector<std::string>& command) {
  const char* const flags[] = {PALATINE_GENERATED_CODE_FLAGS nullptr};
  for (const char* const* flag = flags; *flag; ++flag) command.emplace_back(*flag);
}

std::vector<std::string> base_command() {
  std::vector<std::string> command = {PALATINE_CLANG_PATH, "--driver-mode=g++", "-resource-dir",
                                      PALATINE_RESOURCE_DIR};
  add_build_flags(command);
  return command;
}

// How code is made, in both languages. One kind of position-independent code serves executables and
// libraries, so both share cached objects. The language's integers wrap, its pointers may alias whatever they
// are cast to, its loops may go on for ever, and its floating-point operations are each rounded.
void add_code_flags(std::vector<std::string>& command, const std::string& lib_dir, bool debug,
                    const std::string& architecture) {
  command.insert(command.end(), {"-fwrapv", "-fno-strict-aliasing", "-fno-finite-loops", "-ffp-contract=off",
                                 "-fsigned-char", "-march=" + architecture, "-fPIC", "-fno-math-errno", "-w",
                                 "-I" + lib_dir + "/include"});
  if (debug) {
    command.insert(command.end(), {"-O0", "-g", "-fstandalone-debug"});
  } else {
    command.insert(command.end(), {"-O2", "-gline-tables-only"});
  }
}

// The driver's arguments without input and output, which are set for each unit.
std::optional<std::vector<std::string>> unit_arguments(std::vector<std::string> command, const char* input) {
  command.insert(command.end(), {"-c", input, "-o", kLinkInput});
  std::optional<std::vector<std::string>> arguments = cimport::ask_driver(command).arguments;
  if (!arguments || arguments->empty()) return std::nullopt;
  for (const char* flag : {"-main-file-name", "-o"}) {
    auto found = std::find(arguments->begin(), arguments->end(), flag);
    if (found != arguments->end()) arguments->erase(found, found + 2);
  }
  std::erase(*arguments, input);
  return arguments;
}

std::optional<std::vector<std::string>> compile_arguments(const std::string& lib_dir, bool debug,
                                                          const std::string& architecture) {
  std::vector<std::string> command = base_command();
  add_code_flags(command, lib_dir, debug, architecture);
  // Without the C++ library C headers mean what they mean in C.
  command.insert(command.end(), {"-std=c++20", "-nostdinc++"});
  return unit_arguments(std::move(command), "palatine_input.cpp");
}

std::optional<std::vector<std::string>> link_arguments(const std::string& lib_dir, bool is_shared) {
  std::vector<std::string> command = base_command();
  if (is_shared) command.emplace_back("-shared");
  command.insert(command.end(),
                 {"-fuse-ld=lld", kLinkInput, "-o", kLinkOutput, lib_dir + "/libpalatine_runtime.a"});
  const char* const libraries[] = {PALATINE_RUNTIME_LIBRARIES nullptr};
  for (const char* const* library = libraries; *library; ++library) {
    std::string name = *library;
    bool is_relative = name[0] != '/' && name[0] != '-';
    command.push_back(is_relative ? lib_dir + "/" + name : name);
  }
  command.insert(command.end(),
                 {"-pthread", "-ldl", "-Wl,--build-id=none", "-Wl,--as-needed", "-Wl,--gc-sections"});
  return cimport::ask_driver(command).arguments;
}

// The version of the compiler, and the content of everything that generated code may include from us.
std::string compiler_identity(const std::string& lib_dir) {
  ContentHash hash;
  hash.add(PALATINE_VERSION).add(LLVM_VERSION_STRING).add(PALATINE_SANITIZE);
  std::vector<std::string> headers;
  std::error_code error;
  for (fs::recursive_directory_iterator it(lib_dir + "/include", error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error)) headers.push_back(it->path().string());
  }
  std::sort(headers.begin(), headers.end());
  for (const std::string& header : headers) hash.add(header).add(read_whole_file(header).value_or(""));
  return hash.hex();
}

}  // namespace

std::string prelude_header(const std::string& lib_dir) {
  return lib_dir + "/include/palatine_prelude.h";
}
std::string toolchain_file(const std::string& lib_dir) {
  return lib_dir + "/toolchain.json";
}

std::optional<std::vector<std::string>> c_arguments(const Toolchain& toolchain, bool debug,
                                                    const std::vector<std::string>& flags) {
  std::vector<std::string> command = cimport::c_command(PALATINE_RESOURCE_DIR);
  add_build_flags(command);
  add_code_flags(command, toolchain.lib_dir, debug, toolchain.architecture);
  command.insert(command.end(), flags.begin(), flags.end());
  command.insert(command.end(), {"-x", "c"});
  return unit_arguments(std::move(command), "palatine_input.c");
}

std::optional<Toolchain> detect_toolchain(const std::string& lib_dir, const std::string& architecture) {
  auto release = compile_arguments(lib_dir, false, architecture);
  auto debug = compile_arguments(lib_dir, true, architecture);
  auto executable = link_arguments(lib_dir, false);
  auto shared = link_arguments(lib_dir, true);
  if (!release || !debug || !executable || !shared) return std::nullopt;
  Toolchain toolchain;
  toolchain.lib_dir = lib_dir;
  toolchain.architecture = architecture;
  toolchain.cpu = architecture == kThisProcessor ? llvm::sys::getHostCPUName().str() : architecture;
  toolchain.identity = compiler_identity(lib_dir);
  toolchain.release_args = std::move(*release);
  toolchain.debug_args = std::move(*debug);
  toolchain.link_executable = std::move(*executable);
  toolchain.link_shared = std::move(*shared);
  return toolchain;
}

std::optional<Toolchain> load_toolchain(const std::string& lib_dir, const std::string& architecture) {
  if (architecture != kThisProcessor) return detect_toolchain(lib_dir, architecture);
  std::optional<std::string> text = read_whole_file(toolchain_file(lib_dir));
  if (!text) return detect_toolchain(lib_dir);
  nlohmann::json json = nlohmann::json::parse(*text, nullptr, false);
  if (json.is_discarded() || json.value("lib_dir", "") != lib_dir ||
      json.value("cpu", "") != llvm::sys::getHostCPUName().str()) {
    return detect_toolchain(lib_dir);
  }
  Toolchain toolchain;
  toolchain.lib_dir = lib_dir;
  toolchain.architecture = kThisProcessor;
  toolchain.cpu = json.value("cpu", "");
  toolchain.identity = json.value("identity", "");
  using Strings = std::vector<std::string>;
  toolchain.release_args = json.value("release_args", Strings());
  toolchain.debug_args = json.value("debug_args", Strings());
  toolchain.link_executable = json.value("link_executable", Strings());
  toolchain.link_shared = json.value("link_shared", Strings());
  toolchain.release_pch = json.value("release_pch", "");
  toolchain.debug_pch = json.value("debug_pch", "");
  return toolchain;
}

bool save_toolchain(const Toolchain& toolchain) {
  nlohmann::json json = {
      {"lib_dir", toolchain.lib_dir},         {"cpu", toolchain.cpu},
      {"identity", toolchain.identity},       {"release_args", toolchain.release_args},
      {"debug_args", toolchain.debug_args},   {"link_executable", toolchain.link_executable},
      {"link_shared", toolchain.link_shared}, {"release_pch", toolchain.release_pch},
      {"debug_pch", toolchain.debug_pch},
  };
  return write_file_atomically(toolchain_file(toolchain.lib_dir), json.dump(1) + "\n");
}

}  // namespace palatine::codegen
