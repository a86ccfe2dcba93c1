// How generated code is compiled and linked on this machine: the argument lists of Clang's front end and of
// lld.
//
// Finding them takes Clang's driver, with its search for the C library and the C++ standard library. That is
// done once, when Palatine is built, and kept in a file beside the precompiled header. The file is good for
// one installation folder and one processor; on another, the arguments are found again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace palatine::codegen {

// The processor that the compiler runs on.
inline constexpr const char* kThisProcessor = "native";

struct Toolchain {
  std::string lib_dir;
  // What code is generated for, as Clang's `-march` has it, and LLVM's name of the processor.
  std::string architecture;
  std::string cpu;
  // Content of the headers in the precompiled header, and the version of the compiler: part of every cache
  // key.
  std::string identity;
  // Arguments of `clang -cc1` for C++, without input and output.
  std::vector<std::string> release_args;
  std::vector<std::string> debug_args;
  // Arguments of ld.lld, with kLinkInput and kLinkOutput where the files go.
  std::vector<std::string> link_executable;
  std::vector<std::string> link_shared;
  // Empty: there is no precompiled header, and the header is included as text.
  std::string release_pch;
  std::string debug_pch;
};

inline constexpr const char* kLinkInput = "palatine_input.o";
inline constexpr const char* kLinkOutput = "palatine_output";

// The header that generated code gets without asking, and that is precompiled.
std::string prelude_header(const std::string& lib_dir);
std::string toolchain_file(const std::string& lib_dir);

// Asks Clang's driver. Precompiled headers are left empty. Nothing when Clang does not know this machine.
std::optional<Toolchain> detect_toolchain(const std::string& lib_dir,
                                          const std::string& architecture = kThisProcessor);

// Arguments for a unit in C whose header the program imports with these flags of Clang's driver. The driver
// is asked each time, which takes some milliseconds. Nothing when it does not accept the flags.
std::optional<std::vector<std::string>> c_arguments(const Toolchain& toolchain, bool debug,
                                                    const std::vector<std::string>& flags);

// The kept file, when it is valid for this folder and processor; else, and for other processors than this
// one, what is detected now.
std::optional<Toolchain> load_toolchain(const std::string& lib_dir,
                                        const std::string& architecture = kThisProcessor);
bool save_toolchain(const Toolchain& toolchain);

}  // namespace palatine::codegen
