#include "codegen/clang/compile.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Basic/TargetInfo.h>
#include <clang/CodeGen/BackendUtil.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/DiagnosticHandler.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/PassInstrumentation.h>
#include <llvm/IR/PassManager.h>
#include <llvm/Linker/Linker.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/VirtualFileSystem.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/IPO/GlobalDCE.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

#include "codegen/clang/parts.h"
#include "frontend/base/content_hash.h"

// Of the library; its headers name only the targets that they were configured for.
extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

namespace palatine::codegen {

namespace {

// Clang recurses deeply on deep expressions.
constexpr unsigned kStackBytes = 64u << 20;

class MessageCollector : public clang::DiagnosticConsumer {
 public:
  explicit MessageCollector(std::vector<ClangMessage>& messages) : messages_(&messages) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    clang::DiagnosticConsumer::HandleDiagnostic(level, info);
    if (level < clang::DiagnosticsEngine::Note || level == clang::DiagnosticsEngine::Warning) return;
    ClangMessage message;
    message.is_error = level >= clang::DiagnosticsEngine::Error;
    llvm::SmallString<256> text;
    info.FormatDiagnostic(text);
    message.text = text.str().str();
    if (info.hasSourceManager() && info.getLocation().isValid()) {
      const clang::SourceManager& sources = info.getSourceManager();
      clang::PresumedLoc place = sources.getPresumedLoc(info.getLocation());
      if (place.isValid()) {
        message.file = place.getFilename();
        message.line = place.getLine();
        message.column = place.getColumn();
      }
      message.is_in_header = !sources.isInMainFile(sources.getExpansionLoc(info.getLocation()));
    }
    messages_->push_back(std::move(message));
  }

 private:
  std::vector<ClangMessage>* messages_;
};

// The headers that this text includes itself; those of the precompiled header are covered by its identity.
class HeaderCollector : public clang::DependencyCollector {
 public:
  bool needSystemDependencies() override { return true; }
  bool sawDependency(llvm::StringRef file, bool is_from_module, bool is_system, bool is_module_file,
                     bool is_missing) override {
    return !is_from_module && !is_module_file && !is_missing && !file.starts_with("<");
  }
};

void initialize_targets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser();
  });
}

std::string working_directory() {
  std::error_code error;
  return std::filesystem::current_path(error).string();
}

// Runs `action` on an instance that was made from the arguments; `configure` has the last word on the
// invocation, and `finish` gets the instance when all went well.
template <typename Configure, typename Finish>
CompileResult run_action(const std::vector<std::string>& cc1_args, clang::FrontendAction& action,
                         std::unique_ptr<llvm::raw_pwrite_stream> output, const Configure& configure,
                         const Finish& finish) {
  CompileResult result;
  initialize_targets();
  auto collector = std::make_unique<MessageCollector>(result.messages);
  auto diag_options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> diags = clang::CompilerInstance::createDiagnostics(
      diag_options.get(), collector.get(), /*ShouldOwnClient=*/false);

  std::vector<const char*> pointers;
  for (const std::string& argument : cc1_args) pointers.push_back(argument.c_str());
  auto invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*invocation, pointers, *diags)) return result;
  invocation->getFrontendOpts().DisableFree = false;
  // No "1 error generated." on the terminal.
  invocation->getDiagnosticOpts().ShowCarets = false;
  invocation->getCodeGenOpts().DebugCompilationDir = working_directory();
  invocation->getCodeGenOpts().CoverageCompilationDir.clear();
  configure(*invocation);

  clang::CompilerInstance instance;
  instance.setInvocation(std::move(invocation));
  instance.setDiagnostics(diags.get());
  auto headers = std::make_shared<HeaderCollector>();
  instance.addDependencyCollector(headers);
  if (output) instance.setOutputStream(std::move(output));
  result.is_ok = instance.ExecuteAction(action) && !diags->hasErrorOccurred();
  // The text itself is no header; it is named when a line directive in it leads back to it.
  const auto& inputs = instance.getFrontendOpts().Inputs;
  for (llvm::StringRef file : headers->getDependencies()) {
    const bool is_text = !inputs.empty() && inputs[0].isFile() && inputs[0].getFile() == file;
    const bool is_buffer =
        !inputs.empty() && inputs[0].isBuffer() && inputs[0].getBuffer().getBufferIdentifier() == file;
    if (!is_text && !is_buffer) result.dependencies.push_back(file.str());
  }
  if (result.is_ok) finish(instance, result);
  return result;
}

template <typename Configure>
CompileResult run_action(const std::vector<std::string>& cc1_args, clang::FrontendAction& action,
                         std::unique_ptr<llvm::raw_pwrite_stream> output, const Configure& configure) {
  return run_action(cc1_args, action, std::move(output), configure,
                    [](clang::CompilerInstance&, CompileResult&) {});
}

// Runs `work` on a thread with a deep stack, and survives a crash of Clang in it.
template <typename Work>
CompileResult guarded(const Work& work) {
  static std::once_flag once;
  std::call_once(once, [] { llvm::CrashRecoveryContext::Enable(); });
  CompileResult result;
  llvm::CrashRecoveryContext context;
  if (!context.RunSafelyOnThread([&] { result = work(); }, kStackBytes)) {
    result = {};
    result.has_crashed = true;
  }
  return result;
}

// Smaller texts make one part.
constexpr size_t kMinBytesOfParts = 100000;

// Optimized code that is itself: sanitizers add to modules what must be there once.
bool is_optimized(const std::vector<std::string>& args) {
  return std::ranges::find(args, "-O0") == args.end() &&
         std::ranges::none_of(args, [](const std::string& arg) { return arg.starts_with("-fsanitize"); });
}

std::string part_suffix(const EmittedUnit& unit) {
  return "palatine." + ContentHash().add(unit.name).add(unit.text).hex();
}

// Errors are found again, and reported, when the unit is compiled as a whole.
class ErrorFinder : public llvm::DiagnosticHandler {
 public:
  bool handleDiagnostics(const llvm::DiagnosticInfo& info) override {
    has_error |= info.getSeverity() == llvm::DS_Error;
    return true;
  }
  bool has_error = false;
};

// Optimizes a module and makes its object; empty when there are errors.
std::string object_of(llvm::Module& module, const clang::CompilerInstance& instance) {
  auto handler = std::make_unique<ErrorFinder>();
  const ErrorFinder& errors = *handler;
  module.getContext().setDiagnosticHandler(std::move(handler));
  clang::IgnoringDiagConsumer ignored;
  auto diag_options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> diags =
      clang::CompilerInstance::createDiagnostics(diag_options.get(), &ignored, /*ShouldOwnClient=*/false);
  clang::CodeGenOptions options = instance.getCodeGenOpts();
  options.DisableLLVMPasses = false;
  llvm::SmallVector<char, 0> object;
  clang::EmitBackendOutput(*diags, instance.getHeaderSearchOpts(), options, instance.getTargetOpts(),
                           instance.getLangOpts(), instance.getTarget().getDataLayoutString(), &module,
                           clang::Backend_EmitObj, llvm::vfs::getRealFileSystem(),
                           std::make_unique<llvm::raw_svector_ostream>(object));
  if (errors.has_error || diags->hasErrorOccurred()) return {};
  return std::string(object.begin(), object.end());
}

void remove_unused(llvm::Module& module) {
  llvm::ModuleAnalysisManager analyses;
  llvm::FunctionAnalysisManager function_analyses;
  analyses.registerPass([&] { return llvm::FunctionAnalysisManagerModuleProxy(function_analyses); });
  analyses.registerPass([] { return llvm::PassInstrumentationAnalysis(); });
  llvm::GlobalDCEPass().run(module, analyses);
}

// One part of a module that was written as bitcode.
std::string part_object(const llvm::MemoryBufferRef& bitcode, const ModuleParts& parts, int part,
                        const clang::CompilerInstance& instance) {
  llvm::LLVMContext context;
  context.setDiscardValueNames(true);
  llvm::Expected<std::unique_ptr<llvm::Module>> module = llvm::getLazyBitcodeModule(bitcode, context);
  if (!module) {
    llvm::consumeError(module.takeError());
    return {};
  }
  parts.keep(**module, part);
  if (llvm::Error error = (*module)->materializeAll()) {
    llvm::consumeError(std::move(error));
    return {};
  }
  remove_unused(**module);
  return object_of(**module, instance);
}

// The objects of a module's parts; none when there are errors.
std::vector<std::string> compile_parts(llvm::Module& module, const clang::CompilerInstance& instance,
                                       const std::string& suffix, unsigned jobs) {
  const ModuleParts parts(module, suffix);
  const int count = parts.count();
  std::vector<std::string> objects(static_cast<size_t>(count));
  llvm::SmallVector<char, 0> bitcode;
  if (count > 1) {
    llvm::raw_svector_ostream out(bitcode);
    llvm::WriteBitcodeToFile(module, out);
  }
  const llvm::MemoryBufferRef buffer(llvm::StringRef(bitcode.data(), bitcode.size()), "parts");
  std::atomic<int> next{1};
  const auto compile_rest = [&] {
    for (int part; (part = next.fetch_add(1)) < count;)
      objects[static_cast<size_t>(part)] = part_object(buffer, parts, part, instance);
  };
  std::vector<std::thread> helpers;
  for (unsigned t = 1; t < std::min(jobs, static_cast<unsigned>(count)); ++t) {
    helpers.emplace_back([&] {
      llvm::CrashRecoveryContext context;
      context.RunSafelyOnThread(compile_rest, kStackBytes);
    });
  }
  // The first part is the module itself.
  if (count > 1) {
    parts.keep(module, 0);
    remove_unused(module);
  }
  objects[0] = object_of(module, instance);
  compile_rest();
  for (std::thread& helper : helpers) helper.join();
  if (std::ranges::any_of(objects, [](const std::string& object) { return object.empty(); })) return {};
  return objects;
}

// `prelude`: the header that is included as text where there is no `pch`.
void set_input(clang::CompilerInvocation& invocation, const EmittedUnit& unit, const std::string& pch,
               const std::string& prelude) {
  const std::string file_name = unit.name + (unit.is_c ? ".c" : ".cpp");
  clang::FrontendOptions& frontend = invocation.getFrontendOpts();
  frontend.ProgramAction = clang::frontend::EmitObj;
  // A file that stands for the text, since sanitizers look for the main file by its entry.
  frontend.Inputs = {clang::FrontendInputFile(
      file_name, clang::InputKind(unit.is_c ? clang::Language::C : clang::Language::CXX))};
  invocation.getCodeGenOpts().MainFileName = file_name;
  clang::PreprocessorOptions& preprocessor = invocation.getPreprocessorOpts();
  preprocessor.addRemappedFile(file_name, llvm::MemoryBuffer::getMemBuffer(unit.text, file_name).release());
  if (unit.is_c) return;
  if (pch.empty()) {
    preprocessor.Includes.insert(preprocessor.Includes.begin(), prelude);
  } else {
    preprocessor.ImplicitPCHInclude = pch;
  }
}

// finish(module, instance, result) gets the module before it is optimized, and leaves objects in the result.
template <typename Finish>
CompileResult compile_module(const EmittedUnit& unit, const std::vector<std::string>& args,
                             const std::string& pch, const std::string& prelude, const Finish& finish) {
  return guarded([&] {
    llvm::LLVMContext context;
    clang::EmitLLVMOnlyAction action(&context);
    return run_action(
        args, action, nullptr,
        [&](clang::CompilerInvocation& invocation) {
          set_input(invocation, unit, pch, prelude);
          invocation.getFrontendOpts().ProgramAction = clang::frontend::EmitLLVMOnly;
          invocation.getCodeGenOpts().DisableLLVMPasses = true;
        },
        [&](clang::CompilerInstance& instance, CompileResult& made) {
          const std::unique_ptr<llvm::Module> module = action.takeModule();
          if (module) finish(*module, instance, made);
          made.is_ok = !made.objects.empty();
        });
  });
}

// A C unit as bitcode, its only object.
CompileResult c_bitcode(const CUnit& c_unit) {
  std::vector<std::string> args = c_unit.cc1_args;
  // As between units, exceptions may pass through C.
  args.emplace_back("-fexceptions");
  return compile_module(*c_unit.unit, args, "", "", [](auto& module, auto&, auto& made) {
    llvm::SmallVector<char, 0> bitcode;
    llvm::raw_svector_ostream out(bitcode);
    llvm::WriteBitcodeToFile(module, out);
    made.objects = {std::string(bitcode.begin(), bitcode.end())};
  });
}

// Whether both can be one module.
bool link_bitcode(llvm::Module& module, const std::string& bitcode) {
  module.getContext().setDiagnosticHandler(std::make_unique<ErrorFinder>());
  llvm::Expected<std::unique_ptr<llvm::Module>> other =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "c"), module.getContext());
  if (!other) {
    llvm::consumeError(other.takeError());
    return false;
  }
  return !llvm::Linker::linkModules(module, std::move(*other));
}

}  // namespace

CompileResult compile_unit(const EmittedUnit& unit, const std::vector<std::string>& cc1_args,
                           const std::string& pch, const std::string& prelude, unsigned jobs) {
  std::vector<std::string> args = cc1_args;
  if (!unit.is_c) args.insert(args.end(), unit.clang_args.begin(), unit.clang_args.end());
  if (!unit.is_c && unit.text.size() >= kMinBytesOfParts && is_optimized(args)) {
    CompileResult result =
        compile_module(unit, args, pch, prelude, [&](auto& module, auto& instance, auto& made) {
          made.objects = compile_parts(module, instance, part_suffix(unit), jobs);
        });
    // What cannot be compiled in parts is compiled as a whole, which reports what is wrong with it.
    if (result.is_ok) return result;
  }
  return guarded([&] {
    llvm::SmallVector<char, 0> object;
    clang::EmitObjAction action;
    CompileResult result = run_action(args, action, std::make_unique<llvm::raw_svector_ostream>(object),
                                      [&](auto& invocation) { set_input(invocation, unit, pch, prelude); });
    result.objects = {std::string(object.begin(), object.end())};
    return result;
  });
}

bool can_be_joined(const std::vector<std::string>& cc1_args) {
  return is_optimized(cc1_args);
}

CompileResult compile_joined(const EmittedUnit& unit, const std::vector<std::string>& cc1_args,
                             const std::vector<CUnit>& c_units, const std::string& pch,
                             const std::string& prelude, unsigned jobs) {
  std::vector<std::string> args = cc1_args;
  args.insert(args.end(), unit.clang_args.begin(), unit.clang_args.end());
  std::future<std::vector<CompileResult>> c_results =
      std::async(jobs > 1 ? std::launch::async : std::launch::deferred, [&] {
        std::vector<CompileResult> results;
        for (const CUnit& c_unit : c_units) results.push_back(c_bitcode(c_unit));
        return results;
      });
  CompileResult result =
      compile_module(unit, args, pch, prelude, [&](auto& module, auto& instance, auto& made) {
        for (const CompileResult& c_result : c_results.get()) {
          if (!c_result.is_ok || !link_bitcode(module, c_result.objects.front())) return;
          made.dependencies.insert(made.dependencies.end(), c_result.dependencies.begin(),
                                   c_result.dependencies.end());
        }
        made.objects = compile_parts(module, instance, part_suffix(unit), jobs);
      });
  result.messages.clear();
  return result;
}

CompileResult compile_ptx(const EmittedUnit& unit, const PtxOptions& options) {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  return guarded([&] {
    // As for the host: integers wrap, pointers may alias, loops may go on for ever, floating-point operations
    // are each rounded.
    std::vector<std::string> args = {
        "-triple", "nvptx64-nvidia-cuda", "-target-cpu", options.architecture, "-target-feature", options.isa,
        "-O2", "-std=c++20", "-x", "c++", "-ffreestanding", "-fwrapv", "-relaxed-aliasing",
        "-fno-finite-loops", "-ffp-contract=off", "-fgnuc-version=4.2.1", "-nostdsysteminc",
        // The host's types, which the generated code's literals have: `1L` is an int64_t.
        "-U__INT64_TYPE__", "-D__INT64_TYPE__=long", "-U__UINT64_TYPE__", "-D__UINT64_TYPE__=unsigned long",
        "-resource-dir", options.resource_dir, "-internal-isystem", options.resource_dir + "/include", "-I",
        options.include_dir, "-w"};
    if (!options.libdevice.empty()) {
      args.emplace_back("-mlink-builtin-bitcode");
      args.push_back(options.libdevice);
    }
    llvm::SmallVector<char, 0> text;
    clang::EmitAssemblyAction action;
    const std::string file_name = unit.name + ".cpp";
    CompileResult result =
        run_action(args, action, std::make_unique<llvm::raw_svector_ostream>(text), [&](auto& invocation) {
          clang::FrontendOptions& frontend = invocation.getFrontendOpts();
          frontend.ProgramAction = clang::frontend::EmitAssembly;
          frontend.Inputs = {clang::FrontendInputFile(file_name, clang::InputKind(clang::Language::CXX))};
          invocation.getCodeGenOpts().MainFileName = file_name;
          invocation.getPreprocessorOpts().addRemappedFile(
              file_name, llvm::MemoryBuffer::getMemBuffer(unit.text, file_name).release());
        });
    result.objects = {std::string(text.begin(), text.end())};
    return result;
  });
}

CompileResult precompile_header(const std::string& header, const std::vector<std::string>& cc1_args,
                                const std::string& output) {
  return guarded([&] {
    clang::GeneratePCHAction action;
    return run_action(cc1_args, action, nullptr, [&](auto& invocation) {
      clang::FrontendOptions& frontend = invocation.getFrontendOpts();
      frontend.ProgramAction = clang::frontend::GeneratePCH;
      clang::InputKind kind(clang::Language::CXX, clang::InputKind::Source, false,
                            clang::InputKind::HeaderUnit_None, true);
      frontend.Inputs = {clang::FrontendInputFile(header, kind)};
      frontend.OutputFile = output;
    });
  });
}

}  // namespace palatine::codegen
