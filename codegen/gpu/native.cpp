#include "codegen/gpu/native.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <sstream>

#include "codegen/gpu/toolkit.h"
#include "frontend/base/content_hash.h"

namespace palatine::codegen {

namespace {

// The PTX is for capability 7.0 and later.
constexpr int kFirstCapability = 70;

struct Generation {
  const char* name;
  int capability;
};
constexpr Generation kGenerations[] = {{"volta", 70}, {"turing", 75}, {"ampere", 80},
                                       {"ada", 89},   {"hopper", 90}, {"blackwell", 100}};

std::string generation_names() {
  std::string names;
  for (const Generation& generation : kGenerations)
    names += fmt::format("{}`{}`", names.empty() ? "" : ", ", generation.name);
  return names;
}

std::optional<GpuArchitecture> parse_one(std::string word) {
  for (char& c : word) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  for (const Generation& generation : kGenerations) {
    if (word == generation.name) return GpuArchitecture{generation.capability, false};
  }
  if (word.starts_with("sm_")) word = word.substr(3);
  GpuArchitecture result;
  if (word.ends_with("a")) {
    result.is_exact = true;
    word.pop_back();
  }
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, result.capability);
  if (error != std::errc() || stop != end || result.capability < kFirstCapability) return std::nullopt;
  return result;
}

struct Assembled {
  std::string bytes;
  std::string problem;  // what the assembler said, when it made nothing
};

// A temporary file that goes with its owner.
class Scratch {
 public:
  explicit Scratch(const DiskCache& store) : path_(store.temporary_path()) {}
  ~Scratch() { unlink(path_.c_str()); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Assembled assemble(const std::string& ptxas, const std::string& ptx, const std::string& name,
                   const DiskCache& store) {
  const Scratch source(store), output(store), messages(store);
  Assembled result;
  if (!write_file_atomically(source.path(), ptx)) return {{}, strerror(errno)};
  std::string words[] = {ptxas, "--gpu-name", name, source.path(), "--output-file", output.path()};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, messages.path().c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int error = posix_spawn(&child, ptxas.c_str(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return {{}, strerror(error)};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::optional<std::string> bytes;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) bytes = read_whole_file(output.path());
  if (bytes && !bytes->empty()) return {std::move(*bytes), {}};
  result.problem = read_whole_file(messages.path()).value_or("");
  while (result.problem.ends_with('\n')) result.problem.pop_back();
  if (result.problem.empty()) result.problem = "it ended without a word";
  return result;
}

}  // namespace

std::string GpuArchitecture::name() const {
  return fmt::format("sm_{}{}", capability, is_exact ? "a" : "");
}

std::optional<std::vector<GpuArchitecture>> parse_gpu_architectures(const std::string& text,
                                                                    Diagnostics& diags) {
  std::vector<GpuArchitecture> result;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const std::optional<GpuArchitecture> one = parse_one(word);
    if (!one) {
      diags.report(DiagKind::gpu_arch_unknown, {}, word, generation_names());
      return std::nullopt;
    }
    result.push_back(*one);
  }
  return result;
}

std::vector<NativeImage> make_native(const std::string& ptx,
                                     const std::vector<GpuArchitecture>& architectures,
                                     const DiskCache& store, Diagnostics& diags) {
  std::vector<NativeImage> images;
  if (architectures.empty()) return images;
  const std::string ptxas = find_ptxas();
  const std::optional<FileStamp> stamp = stamp_file(ptxas);
  for (const GpuArchitecture& architecture : architectures) {
    const std::string name = architecture.name();
    if (!stamp) {
      diags.report(DiagKind::gpu_arch_without_toolkit, {}, name);
      continue;
    }
    ContentHash hash;
    hash.add("native 1")
        .add(ptxas)
        .add(std::to_string(stamp->size_bytes))
        .add(std::to_string(stamp->mtime_ns));
    hash.add(name).add(ptx);
    const std::string key = hash.hex();
    if (std::optional<std::string> found = store.read(key, "cubin")) {
      images.push_back({architecture, std::move(*found)});
      continue;
    }
    Assembled made = assemble(ptxas, ptx, name, store);
    if (made.bytes.empty()) {
      diags.report(DiagKind::gpu_arch_not_assembled, {}, name)
          .note(DiagKind::ptxas_says, {}, ptxas, made.problem);
      continue;
    }
    store.write(key, "cubin", made.bytes);
    images.push_back({architecture, std::move(made.bytes)});
  }
  return images;
}

}  // namespace palatine::codegen
