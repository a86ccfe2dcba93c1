// The cache has two steps, because a unit's headers are known only once it was compiled:
//
//   unit key   = text, options, compiler      UNIT.deps: the objects' keys, the headers it read with their
//   stamps object key = unit key, the object         OBJECT.o: the object
//
// A unit is found when its .deps file is there, every header is as it was, and the objects are there.
#include "codegen/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <thread>

#include "codegen/clang/compile.h"
#include "codegen/clang/report.h"
#include "frontend/base/content_hash.h"

namespace palatine::codegen {

namespace {

std::string unit_key(const EmittedUnit& unit, const Toolchain& toolchain,
                     const std::vector<std::string>& args) {
  ContentHash hash;
  hash.add("object 4")
      .add(unit.is_c ? "c" : "c++")
      .add(toolchain.identity)
      .add(toolchain.cpu)
      .add(unit.name)
      .add(unit.text);
  for (const std::string& arg : args) hash.add(arg);
  hash.add("").add("own arguments");
  for (const std::string& arg : unit.clang_args) hash.add(arg);
  // Debug information and relative include folders depend on it.
  std::error_code error;
  hash.add(std::filesystem::current_path(error).string());
  return hash.hex();
}

std::optional<std::vector<ObjectFile>> find_objects(const std::string& key, const DiskCache& store) {
  std::optional<std::string> deps = store.read(key, "deps");
  if (!deps) return std::nullopt;
  std::istringstream in(*deps);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  FileStamp stamp;
  while (in >> stamp.size_bytes >> stamp.mtime_ns && in.get() == ' ' && std::getline(in, stamp.path)) {
    if (!is_current(stamp)) return std::nullopt;
  }
  std::vector<ObjectFile> objects;
  std::istringstream keys(line);
  for (std::string object_key; keys >> object_key;) {
    if (!store.contains(object_key, "o")) return std::nullopt;
    objects.push_back({store.path(object_key, "o"), object_key});
    store.touch(objects.back().path);
  }
  return objects;
}

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Stores objects that were compiled from `started_ns` on; none when they cannot be written.
std::vector<ObjectFile> store_objects(const std::string& key, const CompileResult& compiled,
                                      int64_t started_ns, const DiskCache& store) {
  std::string deps, keys;
  bool is_stable = true;
  for (const std::string& path : compiled.dependencies) {
    std::optional<FileStamp> stamp = stamp_file(path);
    // A header that changes while it is read must not be taken for what was compiled.
    if (!stamp || stamp->mtime_ns >= started_ns) is_stable = false;
    if (stamp) deps += fmt::format("{} {} {}\n", stamp->size_bytes, stamp->mtime_ns, stamp->path);
  }
  std::vector<ObjectFile> objects;
  for (const std::string& object : compiled.objects) {
    const std::string object_key = ContentHash().add(key).add(object).hex();
    if (!store.write(object_key, "o", object)) return {};
    keys += (keys.empty() ? "" : " ") + object_key;
    objects.push_back({store.path(object_key, "o"), object_key});
  }
  if (is_stable) store.write(key, "deps", keys + "\n" + deps);
  return objects;
}

// The C++ unit that C units can be joined to: the only one, where there are C units; else null.
const EmittedUnit* joining_unit(const std::vector<EmittedUnit>& units) {
  const auto is_cpp = [](const EmittedUnit& unit) { return !unit.is_c; };
  if (units.size() < 2 || std::ranges::count_if(units, is_cpp) != 1) return nullptr;
  return &*std::ranges::find_if(units, is_cpp);
}

// The C units with their arguments; none when they cannot be joined to the C++ unit.
std::vector<CUnit> joined_units(const std::vector<EmittedUnit>& units, const Toolchain& toolchain) {
  std::vector<CUnit> result;
  for (const EmittedUnit& unit : units) {
    if (!unit.is_c) continue;
    std::optional<std::vector<std::string>> args = c_arguments(toolchain, false, unit.clang_args);
    if (!args || !can_be_joined(*args)) return {};
    result.push_back({&unit, std::move(*args)});
  }
  return result;
}

}  // namespace

std::optional<std::vector<ObjectFile>> make_objects(const std::vector<EmittedUnit>& units,
                                                    const Toolchain& toolchain, const CompileOptions& options,
                                                    const DiskCache& store, Diagnostics& diags) {
  const bool debug = options.debug;
  const unsigned jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  const std::vector<std::string>& args = debug ? toolchain.debug_args : toolchain.release_args;
  const std::string& pch = debug ? toolchain.debug_pch : toolchain.release_pch;
  const std::string prelude = prelude_header(toolchain.lib_dir);
  std::vector<std::vector<ObjectFile>> objects(units.size());
  std::vector<CompileResult> results(units.size());
  std::vector<size_t> missing;
  std::vector<std::string> keys;
  for (const EmittedUnit& unit : units) keys.push_back(unit_key(unit, toolchain, args));
  const EmittedUnit* const joining = options.joins_c && can_be_joined(args) ? joining_unit(units) : nullptr;
  std::string joined_key;
  if (joining != nullptr) {
    ContentHash hash;
    hash.add("joined");
    for (const std::string& key : keys) hash.add(key);
    joined_key = hash.hex();
    if (auto found = find_objects(joined_key, store)) return found;
  }
  for (size_t i = 0; i < units.size(); ++i) {
    if (auto found = find_objects(keys[i], store)) {
      objects[i] = std::move(*found);
    } else {
      missing.push_back(i);
    }
  }
  const std::vector<CUnit> c_units =
      joining != nullptr && !missing.empty() ? joined_units(units, toolchain) : std::vector<CUnit>();
  if (!c_units.empty()) {
    const int64_t started_ns = now_ns();
    const CompileResult result = compile_joined(*joining, args, c_units, pch, prelude, jobs);
    std::vector<ObjectFile> made;
    if (result.is_ok) made = store_objects(joined_key, result, started_ns, store);
    // What is wrong with it is found again below.
    if (!made.empty()) return made;
  }

  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t m; (m = next.fetch_add(1)) < missing.size();) {
      size_t i = missing[m];
      int64_t started_ns = now_ns();
      std::optional<std::vector<std::string>> c_args;
      if (units[i].is_c) c_args = c_arguments(toolchain, debug, units[i].clang_args);
      if (units[i].is_c && !c_args) {
        results[i].messages.push_back({true, "", 0, 0, "invalid arguments for Clang", true});
        continue;
      }
      if (units[i].is_c) {
        results[i] = compile_unit(units[i], *c_args, "", prelude, jobs);
      } else {
        results[i] = compile_unit(units[i], args, pch, prelude, jobs);
      }
      // The precompiled header may be out of date, when a system header changed after Palatine was built.
      if (!results[i].is_ok && !units[i].is_c && !pch.empty())
        results[i] = compile_unit(units[i], args, "", prelude, jobs);
      if (results[i].is_ok) objects[i] = store_objects(keys[i], results[i], started_ns, store);
    }
  };
  size_t thread_count = std::min<size_t>(missing.size(), jobs);
  std::vector<std::thread> helpers;
  for (size_t t = 1; t < thread_count; ++t) helpers.emplace_back(work);
  work();
  for (std::thread& helper : helpers) helper.join();

  bool is_ok = true;
  for (size_t i : missing) {
    if (!results[i].is_ok) {
      report_compile_failure(results[i], diags);
      is_ok = false;
    } else if (objects[i].empty()) {
      diags.report(DiagKind::output_not_written, {}, store.folder(), strerror(errno));
      return std::nullopt;
    }
  }
  if (!is_ok) return std::nullopt;
  std::vector<ObjectFile> all;
  for (const std::vector<ObjectFile>& own : objects) all.insert(all.end(), own.begin(), own.end());
  return all;
}

}  // namespace palatine::codegen
