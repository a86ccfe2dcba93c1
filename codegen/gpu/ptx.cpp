#include "codegen/gpu/ptx.h"

#include <fmt/format.h>
#include <palatine_config.h>

#include <cstdlib>
#include <filesystem>

#include "codegen/clang/compile.h"
#include "codegen/clang/report.h"
#include "codegen/emit/writer.h"
#include "frontend/base/content_hash.h"

namespace palatine::codegen {

namespace fs = std::filesystem;

std::string find_libdevice() {
  std::vector<std::string> folders;
  for (const char* variable : {"CUDA_HOME", "CUDA_PATH"}) {
    if (const char* folder = std::getenv(variable)) folders.emplace_back(folder);
  }
  folders.insert(folders.end(),
                 {"/usr/local/cuda", "/opt/cuda", "/usr/lib/cuda", "/usr/lib/nvidia-cuda-toolkit"});
  for (const std::string& folder : folders) {
    for (const char* place : {"/nvvm/libdevice/libdevice.10.bc", "/libdevice/libdevice.10.bc"}) {
      std::error_code error;
      if (fs::is_regular_file(folder + place, error)) return folder + place;
    }
  }
  return {};
}

// A function of NVIDIA's library that nobody has: its name.
static std::string missing_function(const std::string& ptx) {
  for (size_t at = 0; (at = ptx.find(".extern .func", at)) != std::string::npos; ++at) {
    const size_t line_end = ptx.find(';', at);
    const size_t name = ptx.find("__nv_", at);
    if (name < line_end) return ptx.substr(name + 5, ptx.find_first_of(" \n(", name) - name - 5);
  }
  return {};
}

std::optional<Ptx> make_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store,
                            Diagnostics& diags) {
  PtxOptions options;
  options.resource_dir = PALATINE_RESOURCE_DIR;
  options.include_dir = toolchain.lib_dir + "/include";
  options.libdevice = find_libdevice();
  ContentHash hash;
  hash.add("ptx 2").add(toolchain.identity).add(options.architecture).add(options.isa).add(options.libdevice);
  if (std::optional<FileStamp> stamp = stamp_file(options.libdevice)) {
    hash.add(std::to_string(stamp->size_bytes)).add(std::to_string(stamp->mtime_ns));
  }
  hash.add(unit.text);
  const std::string key = hash.hex();
  Ptx ptx;
  if (std::optional<std::string> found = store.read(key, "ptx")) {
    ptx.text = std::move(*found);
  } else {
    CompileResult result = compile_ptx(unit, options);
    if (!result.is_ok) {
      report_compile_failure(result, diags);
      return std::nullopt;
    }
    ptx.text = std::move(result.object);
    store.write(key, "ptx", ptx.text);
  }
  if (const std::string name = missing_function(ptx.text); !name.empty()) {
    ptx.problem = fmt::format(
        "`{}` in a kernel needs libdevice of the CUDA toolkit, which was not found when the program was "
        "compiled (CUDA_HOME says where it is)",
        name);
    ptx.text.clear();
  }
  return ptx;
}

std::optional<std::vector<EmittedUnit>> embed_ptx(const std::vector<EmittedUnit>& units,
                                                  const Toolchain& toolchain, const DiskCache& store,
                                                  Diagnostics& diags) {
  std::vector<EmittedUnit> result;
  for (const EmittedUnit& unit : units) {
    if (unit.ptx_symbol.empty()) {
      result.push_back(unit);
      continue;
    }
    std::optional<Ptx> ptx = make_ptx(unit, toolchain, store, diags);
    if (!ptx) return std::nullopt;
    EmittedUnit constant;
    constant.name = unit.name;
    constant.is_c = true;
    // Line by line: C's compilers need not take literals of any length in one piece. What follows the zero
    // byte says why there is no text.
    constant.text =
        fmt::format("__attribute__((visibility(\"hidden\"), weak)) const char {}[] =\n", unit.ptx_symbol);
    for (size_t at = 0; at < ptx->text.size();) {
      const size_t end = std::min(ptx->text.find('\n', at), ptx->text.size() - 1) + 1;
      constant.text += string_literal(std::string_view(ptx->text).substr(at, end - at)) + "\n";
      at = end;
    }
    constant.text += "\"\\0\" " + string_literal(ptx->problem) + ";\n";
    result.push_back(std::move(constant));
  }
  return result;
}

}  // namespace palatine::codegen
