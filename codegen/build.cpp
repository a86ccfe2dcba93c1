#include "codegen/build.h"

#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>
#include <llvm/TargetParser/X86TargetParser.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <thread>

#include "codegen/clang/compile.h"
#include "codegen/clang/report.h"
#include "codegen/gpu/embed.h"
#include "codegen/gpu/ptx.h"
#include "codegen/link/link.h"
#include "codegen/objects.h"
#include "frontend/base/content_hash.h"
#include "frontend/base/disk_cache.h"

namespace palatine::codegen {

namespace fs = std::filesystem;

namespace {

// The folder where intermediate files live: the cache, or a folder of this build alone when there is no
// cache.
class Workspace {
 public:
  explicit Workspace(const std::string& cache_dir) : store_(cache_dir) {
    if (store_.is_enabled()) return;
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "palatine-XXXXXX").string();
    if (mkdtemp(name.data())) private_folder_ = name;
    store_ = DiskCache(private_folder_);
  }
  ~Workspace() {
    std::error_code error;
    if (!private_folder_.empty()) fs::remove_all(private_folder_, error);
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  const DiskCache& store() const { return store_; }

 private:
  std::string private_folder_;
  DiskCache store_;
};

const char* extension(OutputKind kind) {
  switch (kind) {
    case OutputKind::executable:
      return "exe";
    case OutputKind::shared_library:
      return "so";
    case OutputKind::object:
      return "o";
  }
  return "";
}

// lld's arguments with the placeholders filled in.
std::vector<std::string> link_arguments(const Toolchain& toolchain, OutputKind kind,
                                        const std::vector<ObjectFile>& objects,
                                        const std::vector<std::string>& link_flags,
                                        const std::string& output) {
  std::vector<std::string> pattern;
  switch (kind) {
    case OutputKind::executable:
      pattern = toolchain.link_executable;
      break;
    case OutputKind::shared_library:
      pattern = toolchain.link_shared;
      break;
    case OutputKind::object:
      pattern = {"-r", "-o", kLinkOutput, kLinkInput};
      break;
  }
  std::vector<std::string> arguments;
  for (const std::string& word : pattern) {
    if (word == kLinkOutput) {
      arguments.push_back(output);
    } else if (word == kLinkInput) {
      for (const ObjectFile& object : objects) arguments.push_back(object.path);
      // Who links an object into a program names the libraries then; joining objects takes none.
      if (kind != OutputKind::object) arguments.insert(arguments.end(), link_flags.begin(), link_flags.end());
    } else {
      arguments.push_back(word);
    }
  }
  return arguments;
}

void add_stamp(ContentHash& hash, const std::string& path) {
  if (std::optional<FileStamp> stamp = stamp_file(path)) {
    hash.add(std::to_string(stamp->size_bytes)).add(std::to_string(stamp->mtime_ns));
  }
}

std::string output_key(const Toolchain& toolchain, OutputKind kind, const std::vector<ObjectFile>& objects,
                       const std::vector<std::string>& link_flags) {
  ContentHash hash;
  hash.add("output 1").add(extension(kind)).add(toolchain.identity);
  for (const ObjectFile& object : objects) hash.add(object.key);
  // Every file among the arguments counts with its state: archives of the runtime, objects of the program.
  for (const std::string& word : link_arguments(toolchain, kind, {}, link_flags, "")) {
    hash.add(word);
    if (!word.empty() && word[0] != '-') add_stamp(hash, word);
  }
  return hash.hex();
}

// Links into the store. The entry's path, or empty when an error was reported.
std::string link_output(const Toolchain& toolchain, OutputKind kind, const std::vector<ObjectFile>& objects,
                        const std::vector<std::string>& link_flags, const std::string& key,
                        const DiskCache& store, SourceRange where, Diagnostics& diags) {
  std::string temporary = store.temporary_path();
  LinkResult result = link(link_arguments(toolchain, kind, objects, link_flags, temporary));
  if (!result.is_ok) {
    unlink(temporary.c_str());
    auto builder = diags.report(DiagKind::link_failed, where);
    for (const std::string& message : result.messages) builder.note(DiagKind::linker_says, {}, message);
    return {};
  }
  std::string path = store.adopt(temporary, key, extension(kind));
  if (path.empty()) diags.report(DiagKind::output_not_written, {}, store.folder(), strerror(errno));
  store.evict_beyond(DiskCache::kDefaultLimitBytes);
  return path;
}

bool copy_to(const std::string& from, const std::string& output, OutputKind kind, SourceRange where,
             Diagnostics& diags) {
  std::optional<std::string> content = read_whole_file(from);
  if (content && write_file_atomically(output, *content, kind != OutputKind::object)) return true;
  diags.report(DiagKind::output_not_written, where, output, strerror(errno));
  return false;
}

// The objects of all units. Kernels for devices are compiled beside the other units, which do not ask for
// them.
std::optional<std::vector<ObjectFile>> objects_of(const std::vector<EmittedUnit>& units,
                                                  const Toolchain& toolchain, const BuildOptions& options,
                                                  const DiskCache& store, Diagnostics& diags) {
  std::vector<EmittedUnit> host, kernels;
  for (const EmittedUnit& unit : units) (unit.ptx_symbol.empty() ? host : kernels).push_back(unit);
  std::thread helper;
  if (!kernels.empty() && options.jobs != 1) {
    helper = std::thread([&] {
      for (const EmittedUnit& unit : kernels) prepare_ptx(unit, toolchain, store);
    });
  }
  std::optional<std::vector<ObjectFile>> objects =
      make_objects(host, toolchain, {options.debug, options.jobs, options.joins_c}, store, diags);
  if (helper.joinable()) helper.join();
  if (!objects || kernels.empty()) return objects;
  const std::optional<std::vector<EmittedUnit>> images =
      embed_kernels(kernels, toolchain, options.gpu_arch, store, diags);
  if (!images) return std::nullopt;
  const std::optional<std::vector<ObjectFile>> more =
      make_objects(*images, toolchain, {options.debug, options.jobs, false}, store, diags);
  if (!more) return std::nullopt;
  objects->insert(objects->end(), more->begin(), more->end());
  return objects;
}

}  // namespace

bool is_known_architecture(const std::string& name) {
  // Of other machines' kinds the compiler itself says what it does not know.
  const bool is_x86 = llvm::Triple(llvm::sys::getDefaultTargetTriple()).isX86();
  return name == kThisProcessor || !is_x86 || llvm::X86::parseArchX86(name) != llvm::X86::CK_None;
}

std::optional<std::string> build(const std::vector<EmittedUnit>& units, OutputKind kind,
                                 const std::string& output, const BuildOptions& options, Diagnostics& diags) {
  std::optional<Toolchain> toolchain = load_toolchain(options.lib_dir, options.architecture);
  if (!toolchain) {
    diags.report(DiagKind::toolchain_unknown, {});
    return std::nullopt;
  }
  Workspace workspace(options.cache_dir);
  const DiskCache& store = workspace.store();
  std::optional<std::vector<ObjectFile>> objects;
  {
    StageTimer timer(options.times, "clang");
    objects = objects_of(units, *toolchain, options, store, diags);
  }
  if (!objects) return std::nullopt;

  std::string path;
  if (kind == OutputKind::object && objects->size() == 1) {
    path = objects->front().path;
  } else {
    std::vector<std::string> link_flags = options.link_flags;
    if (options.finish_link_flags) {
      StageTimer timer(options.times, "libraries");
      if (!options.finish_link_flags(link_flags)) return std::nullopt;
    }
    StageTimer timer(options.times, "lld");
    std::string key = output_key(*toolchain, kind, *objects, link_flags);
    path = store.path(key, extension(kind));
    if (store.contains(key, extension(kind))) {
      store.touch(path);
    } else {
      path = link_output(*toolchain, kind, *objects, link_flags, key, store, options.where, diags);
    }
  }
  if (path.empty()) return std::nullopt;
  if (output.empty()) return path;
  if (!copy_to(path, output, kind, options.where, diags)) return std::nullopt;
  return output;
}

std::optional<std::string> ptx_of(const std::vector<EmittedUnit>& units, const BuildOptions& options,
                                  Diagnostics& diags) {
  std::optional<Toolchain> toolchain = load_toolchain(options.lib_dir, options.architecture);
  if (!toolchain) {
    diags.report(DiagKind::toolchain_unknown, {});
    return std::nullopt;
  }
  Workspace workspace(options.cache_dir);
  std::string text;
  for (const EmittedUnit& unit : units) {
    if (unit.ptx_symbol.empty()) continue;
    const std::optional<Ptx> ptx = make_ptx(unit, *toolchain, workspace.store(), diags);
    if (!ptx) return std::nullopt;
    text += ptx->problem.empty() ? ptx->text : "// " + ptx->problem + "\n";
  }
  return text;
}

bool precompile_api(const std::string& lib_dir, Diagnostics& diags) {
  std::optional<Toolchain> toolchain = detect_toolchain(lib_dir);
  if (!toolchain) {
    diags.report(DiagKind::toolchain_unknown, {});
    return false;
  }
  const std::string header = prelude_header(lib_dir);
  toolchain->release_pch = lib_dir + "/palatine_api.pch";
  toolchain->debug_pch = lib_dir + "/palatine_api_debug.pch";
  for (bool debug : {false, true}) {
    CompileResult result = precompile_header(header, debug ? toolchain->debug_args : toolchain->release_args,
                                             debug ? toolchain->debug_pch : toolchain->release_pch);
    if (result.is_ok) continue;
    auto builder = diags.report(DiagKind::api_not_precompiled, {}, header);
    for (const ClangMessage& message : result.messages) {
      builder.note(DiagKind::clang_says_at, {}, message.file, message.line, message.column, message.text);
    }
    return false;
  }
  if (save_toolchain(*toolchain)) return true;
  diags.report(DiagKind::output_not_written, {}, toolchain_file(lib_dir), strerror(errno));
  return false;
}

}  // namespace palatine::codegen
