#include "frontend/cimport/driver.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/DiagnosticOptions.h>
#include <clang/Driver/Compilation.h>
#include <clang/Driver/Driver.h>
#include <clang/Driver/Options.h>
#include <clang/Driver/Tool.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Option/Arg.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/TargetParser/Host.h>
#include <palatine_config.h>

namespace palatine::cimport {

namespace options = clang::driver::options;

namespace {

class ErrorTexts : public clang::DiagnosticConsumer {
 public:
  explicit ErrorTexts(std::vector<std::string>& errors) : errors_(&errors) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    if (level < clang::DiagnosticsEngine::Error) return;
    llvm::SmallString<256> text;
    info.FormatDiagnostic(text);
    errors_->push_back(text.str().str());
  }

 private:
  std::vector<std::string>* errors_;
};

// Flags that say what to do with the result, or ask for something else than compiling.
bool is_without_meaning(const llvm::opt::Option& option) {
  for (options::ID id : {options::OPT_Action_Group, options::OPT_Link_Group, options::OPT_M_Group,
                         options::OPT_o, options::OPT_l, options::OPT_L, options::OPT_x, options::OPT_v,
                         options::OPT__HASH_HASH_HASH, options::OPT_help, options::OPT_version,
                         options::OPT_pipe, options::OPT_save_temps, options::OPT_save_temps_EQ}) {
    if (option.matches(id)) return true;
  }
  return option.hasFlag(options::LinkerInput);
}

// `-mFEATURE` for a feature of this processor, and `-march=native`: code is made for this processor anyway.
bool is_given_anyway(const llvm::opt::Arg& arg, const std::string& spelling) {
  if (spelling == "-march=native" || spelling == "-mtune=native") return true;
  if (!arg.getOption().matches(options::OPT_m_x86_Features_Group)) return false;
  static const llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  auto feature = features.find(llvm::StringRef(spelling).drop_front(2));
  return feature != features.end() && feature->second;
}

}  // namespace

DriverAnswer ask_driver(const std::vector<std::string>& command) {
  DriverAnswer answer;
  auto diag_options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  ErrorTexts errors(answer.errors);
  clang::DiagnosticsEngine diags(llvm::makeIntrusiveRefCnt<clang::DiagnosticIDs>(), diag_options, &errors,
                                 /*ShouldOwnClient=*/false);
  clang::driver::Driver driver(PALATINE_CLANG_PATH, llvm::sys::getDefaultTargetTriple(), diags);
  driver.setCheckInputsExist(false);
  std::vector<const char*> pointers;
  for (const std::string& argument : command) pointers.push_back(argument.c_str());
  std::unique_ptr<clang::driver::Compilation> compilation(driver.BuildCompilation(pointers));
  if (!compilation || compilation->containsError() || compilation->getJobs().empty()) {
    if (answer.errors.empty()) answer.errors.emplace_back("invalid arguments for Clang");
  }
  if (!answer.errors.empty()) return answer;
  const clang::driver::Command* last = nullptr;
  for (const clang::driver::Command& job : compilation->getJobs()) last = &job;
  std::vector<std::string> arguments;
  for (const char* argument : last->getArguments()) arguments.emplace_back(argument);
  std::erase(arguments, "-cc1");
  answer.arguments = std::move(arguments);
  return answer;
}

std::vector<std::string> c_command(const std::string& resource_dir) {
  return {PALATINE_CLANG_PATH, "-resource-dir", resource_dir,    "-std=gnu17",
          "-D_GNU_SOURCE",     "-march=native", "-fsigned-char", "-w"};
}

ProgramFlags sort_flags(const std::vector<std::string>& args) {
  ProgramFlags result;
  std::vector<const char*> pointers;
  for (const std::string& arg : args) pointers.push_back(arg.c_str());
  unsigned missing_index = 0;
  unsigned missing_count = 0;
  llvm::opt::InputArgList parsed = clang::driver::getDriverOptTable().ParseArgs(
      pointers, missing_index, missing_count, llvm::opt::Visibility(options::ClangOption));
  if (missing_count > 0) {
    result.error = args[missing_index];
    return result;
  }
  for (const llvm::opt::Arg* arg : parsed) {
    const llvm::opt::Option& option = arg->getOption();
    if (option.matches(options::OPT_INPUT)) {
      result.error = arg->getSpelling().empty() ? arg->getValue() : arg->getSpelling().str();
      return result;
    }
    if (is_without_meaning(option)) continue;
    const std::string spelling = arg->getAsString(parsed);
    if (is_given_anyway(*arg, spelling)) continue;
    llvm::opt::ArgStringList words;
    arg->render(parsed, words);
    result.flags.insert(result.flags.end(), words.begin(), words.end());
    if (option.matches(options::OPT_I)) {
      result.cpp_flags.push_back(std::string("-I") + arg->getValue());
    } else if (option.matches(options::OPT_D)) {
      result.cpp_flags.push_back(std::string("-D") + arg->getValue());
    } else if (option.matches(options::OPT_U)) {
      result.cpp_flags.push_back(std::string("-U") + arg->getValue());
    } else if (!option.matches(options::OPT_O_Group) && !option.matches(options::OPT_W_Group) &&
               !option.matches(options::OPT_w) && !option.matches(options::OPT_DebugInfo_Group)) {
      result.is_c_only = true;
    }
  }
  return result;
}

}  // namespace palatine::cimport
