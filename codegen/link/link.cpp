#include "codegen/link/link.h"

#include <lld/Common/CommonLinkerContext.h>
#include <lld/Common/Driver.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>

LLD_HAS_DRIVER(elf)

namespace palatine::codegen {

LinkResult link(const std::vector<std::string>& arguments) {
  // lld keeps its state in globals.
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  std::vector<const char*> pointers = {"ld.lld"};
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  std::string text;
  llvm::raw_string_ostream stream(text);
  LinkResult result;
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext context;
  bool has_crashed = !context.RunSafely([&] {
    result.is_ok = lld::elf::link(pointers, stream, stream, /*exitEarly=*/false, /*disableOutput=*/false);
    lld::CommonLinkerContext::destroy();
  });
  if (has_crashed) result.is_ok = false;
  llvm::SmallVector<llvm::StringRef, 8> lines;
  llvm::StringRef(text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) result.messages.push_back(line.str());
  if (has_crashed && result.messages.empty()) result.messages.emplace_back("the linker crashed");
  return result;
}

}  // namespace palatine::codegen
