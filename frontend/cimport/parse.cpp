// Macros are values only where they are used, so each candidate is used once: after the imported text stands
// a pragma, at which a list of definitions `__typeof__((M)) const P0 = (M);` is entered as one more source.
// Macros that are no expressions make errors in that source, which are dropped with their definition.
#include "frontend/cimport/parse.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/Pragma.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Sema/Sema.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <palatine_config.h>

#include <algorithm>

#include "frontend/cimport/collect.h"

namespace palatine::cimport {

namespace {

constexpr unsigned kStackBytes = 64u << 20;
constexpr const char* kTextName = "<included c code>";
constexpr const char* kMacrosName = "<macros>";
constexpr const char* kMacroPrefix = "__palatine_macro_";

class ErrorCollector : public clang::DiagnosticConsumer {
 public:
  explicit ErrorCollector(std::vector<ClangError>& errors) : errors_(&errors) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    if (level < clang::DiagnosticsEngine::Error) return;
    ClangError error;
    llvm::SmallString<256> text;
    info.FormatDiagnostic(text);
    error.text = text.str().str();
    if (info.hasSourceManager() && info.getLocation().isValid()) {
      const clang::SourceManager& sources = info.getSourceManager();
      clang::SourceLocation where = sources.getExpansionLoc(info.getLocation());
      if (sources.getBufferName(where) == kMacrosName) return;
      clang::PresumedLoc place = sources.getPresumedLoc(where);
      if (place.isValid()) {
        if (llvm::StringRef(place.getFilename()) != kTextName) error.file = place.getFilename();
        error.line = place.getLine();
        error.column = place.getColumn();
      }
    }
    errors_->push_back(std::move(error));
  }

 private:
  std::vector<ClangError>* errors_;
};

// Whether a macro's text may be an expression: no statements, and parentheses in pairs.
bool may_be_expression(const clang::MacroInfo& macro) {
  if (macro.isFunctionLike() || macro.isBuiltinMacro() || macro.tokens_empty()) return false;
  int depth = 0;
  for (const clang::Token& token : macro.tokens()) {
    switch (token.getKind()) {
      case clang::tok::l_paren:
        ++depth;
        break;
      case clang::tok::r_paren:
        if (--depth < 0) return false;
        break;
      case clang::tok::semi:
      case clang::tok::l_brace:
      case clang::tok::r_brace:
      case clang::tok::hash:
      case clang::tok::hashhash:
      case clang::tok::equal:
      case clang::tok::plusplus:
      case clang::tok::minusminus:
      case clang::tok::kw___attribute:
      case clang::tok::kw_return:
        return false;
      default:
        break;
    }
  }
  return depth == 0;
}

class MacroPragma : public clang::PragmaHandler {
 public:
  MacroPragma(std::vector<std::string>& names, clang::LangOptions& language)
      : PragmaHandler("palatine_macros"), names_(&names), language_(&language) {}

  void HandlePragma(clang::Preprocessor& preprocessor, clang::PragmaIntroducer introducer,
                    clang::Token& first) override {
    clang::Token token;
    do {
      preprocessor.LexUnexpandedToken(token);
    } while (token.isNot(clang::tok::eod));
    const clang::SourceManager& sources = preprocessor.getSourceManager();
    std::vector<std::string> names;
    for (const auto& entry : preprocessor.macros()) {
      const clang::MacroInfo* macro = preprocessor.getMacroInfo(entry.first);
      if (!macro || !may_be_expression(*macro)) continue;
      // Not those that the compiler itself defines.
      clang::SourceLocation where = macro->getDefinitionLoc();
      if (sources.isWrittenInBuiltinFile(where)) continue;
      names.push_back(entry.first->getName().str());
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (size_t i = 0; i < names.size(); ++i) {
      std::string value = "(" + names[i] + ")";
      text += "static const __typeof__(" + value + ") " + kMacroPrefix + std::to_string(i) + " = " + value +
              ";\n";
    }
    *names_ = std::move(names);
    // Nobody sees what a macro that is no expression may have meant, and guessing takes as long as parsing.
    language_->SpellChecking = false;
    clang::FileID file = preprocessor.getSourceManager().createFileID(
        llvm::MemoryBuffer::getMemBufferCopy(text, kMacrosName), clang::SrcMgr::C_User, 0, 0, introducer.Loc);
    preprocessor.EnterSourceFile(file, nullptr, introducer.Loc);
  }

 private:
  std::vector<std::string>* names_;
  clang::LangOptions* language_;
};

class CollectingConsumer : public clang::ASTConsumer {
 public:
  CollectingConsumer(Header& header, const std::vector<std::string>& macros)
      : header_(header), macros_(macros) {}
  void HandleTranslationUnit(clang::ASTContext& context) override {
    Collector(context, header_).collect(kMacroPrefix, macros_);
  }
  // What functions of the system's headers do is of no interest here.
  bool shouldSkipFunctionBody(clang::Decl* decl) override {
    const clang::SourceManager& sources = decl->getASTContext().getSourceManager();
    return sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
  }

 private:
  Header& header_;
  const std::vector<std::string>& macros_;
};

class ImportAction : public clang::ASTFrontendAction {
 public:
  explicit ImportAction(Header& header) : header_(header) {}

 protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& instance,
                                                        llvm::StringRef file) override {
    pragma_ = std::make_unique<MacroPragma>(macros_, instance.getLangOpts());
    instance.getPreprocessor().AddPragmaHandler(pragma_.get());
    return std::make_unique<CollectingConsumer>(header_, macros_);
  }
  void EndSourceFileAction() override {
    getCompilerInstance().getPreprocessor().RemovePragmaHandler(pragma_.get());
  }

 private:
  Header& header_;
  std::vector<std::string> macros_;
  std::unique_ptr<MacroPragma> pragma_;
};

class FileCollector : public clang::DependencyCollector {
 public:
  bool needSystemDependencies() override { return true; }
  bool sawDependency(llvm::StringRef file, bool is_from_module, bool is_system, bool is_module_file,
                     bool is_missing) override {
    if (!is_missing && !is_system && !file.starts_with("<")) has_own_files_ = true;
    return !is_missing && !file.starts_with("<");
  }
  // Whether a file was read that is no header of the system.
  bool has_own_files() const { return has_own_files_; }

 private:
  bool has_own_files_ = false;
};

// True when every line includes a header, or nothing.
bool has_only_includes(std::string_view text) {
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos) continue;
    line.remove_prefix(first);
    if (!line.starts_with("#include")) return false;
  }
  return true;
}

// Headers of the system that C++ does not understand, or whose macros spoil C++.
bool is_hostile_to_cpp(const std::string& path) {
  for (const char* name : {"/complex.h", "/tgmath.h", "/stdatomic.h", "/threads.h", "/stdnoreturn.h"}) {
    if (path.ends_with(name)) return true;
  }
  return false;
}

void run(const std::string& text, const ImportOptions& options, const ProgramFlags& flags,
         ParseResult& result) {
  ErrorCollector errors(result.errors);
  auto diag_options = llvm::makeIntrusiveRefCnt<clang::DiagnosticOptions>();
  llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> diags =
      clang::CompilerInstance::createDiagnostics(diag_options.get(), &errors, /*ShouldOwnClient=*/false);

  std::vector<std::string> command = c_command(options.resource_dir);
  command.insert(command.end(), flags.flags.begin(), flags.flags.end());
  command.insert(command.end(), {"-fsyntax-only", "-x", "c", kTextName});
  DriverAnswer answer = ask_driver(command);
  for (std::string& error : answer.errors) result.errors.push_back({"", 0, 0, std::move(error)});
  if (!answer.arguments) return;
  std::vector<const char*> args;
  for (const std::string& argument : *answer.arguments) args.push_back(argument.c_str());
  auto invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*invocation, args, *diags)) {
    if (result.errors.empty()) result.errors.push_back({"", 0, 0, "invalid arguments for Clang"});
    return;
  }
  // The semicolon ends what the text leaves unfinished, so that the error is in the text.
  std::string whole = text + "\n;\n#pragma palatine_macros\n";
  invocation->getFrontendOpts().Inputs = {clang::FrontendInputFile(llvm::MemoryBufferRef(whole, kTextName),
                                                                   clang::InputKind(clang::Language::C))};
  invocation->getFrontendOpts().DisableFree = false;
  invocation->getFrontendOpts().SkipFunctionBodies = true;
  invocation->getDiagnosticOpts().ShowCarets = false;
  invocation->getDiagnosticOpts().ErrorLimit = 0;

  clang::CompilerInstance instance;
  instance.setInvocation(std::move(invocation));
  instance.setDiagnostics(diags.get());
  auto files = std::make_shared<FileCollector>();
  instance.addDependencyCollector(files);
  auto header = std::make_shared<Header>();
  ImportAction action(*header);
  instance.ExecuteAction(action);
  for (llvm::StringRef file : files->getDependencies()) header->dependencies.push_back(file.str());
  header->is_c = !options.is_cpp &&
                 (flags.is_c_only || files->has_own_files() || !has_only_includes(text) ||
                  std::any_of(header->dependencies.begin(), header->dependencies.end(), is_hostile_to_cpp));
  if (result.errors.empty()) result.header = std::move(header);
}

}  // namespace

ParseResult parse_c(const std::string& text, const ImportOptions& options, const ProgramFlags& flags) {
  ParseResult result;
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext context;
  if (!context.RunSafelyOnThread([&] { run(text, options, flags, result); }, kStackBytes)) {
    result = {};
    result.errors.push_back({"", 0, 0, "Clang crashed"});
  }
  return result;
}

}  // namespace palatine::cimport
