#include "codegen/gpu/ptx.h"

#include <fmt/format.h>
#include <palatine_config.h>

#include "codegen/clang/compile.h"
#include "codegen/clang/report.h"
#include "codegen/gpu/toolkit.h"
#include "frontend/base/content_hash.h"

namespace palatine::codegen {

// A function of NVIDIA's library that nobody has: its name.
static std::string missing_function(const std::string& ptx) {
  for (size_t at = 0; (at = ptx.find(".extern .func", at)) != std::string::npos; ++at) {
    const size_t line_end = ptx.find(';', at);
    const size_t name = ptx.find("__nv_", at);
    if (name < line_end) return ptx.substr(name + 5, ptx.find_first_of(" \n(", name) - name - 5);
  }
  return {};
}

static PtxOptions options_of(const Toolchain& toolchain) {
  PtxOptions options;
  options.resource_dir = PALATINE_RESOURCE_DIR;
  options.include_dir = toolchain.lib_dir + "/include";
  options.libdevice = find_libdevice();
  return options;
}

static std::string ptx_key(const EmittedUnit& unit, const Toolchain& toolchain, const PtxOptions& options) {
  ContentHash hash;
  hash.add("ptx 2").add(toolchain.identity).add(options.architecture).add(options.isa).add(options.libdevice);
  if (std::optional<FileStamp> stamp = stamp_file(options.libdevice)) {
    hash.add(std::to_string(stamp->size_bytes)).add(std::to_string(stamp->mtime_ns));
  }
  hash.add(unit.text);
  return hash.hex();
}

void prepare_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store) {
  const PtxOptions options = options_of(toolchain);
  const std::string key = ptx_key(unit, toolchain, options);
  if (store.contains(key, "ptx")) return;
  const CompileResult result = compile_ptx(unit, options);
  if (result.is_ok) store.write(key, "ptx", result.objects.front());
}

std::optional<Ptx> make_ptx(const EmittedUnit& unit, const Toolchain& toolchain, const DiskCache& store,
                            Diagnostics& diags) {
  const PtxOptions options = options_of(toolchain);
  const std::string key = ptx_key(unit, toolchain, options);
  Ptx ptx;
  if (std::optional<std::string> found = store.read(key, "ptx")) {
    ptx.text = std::move(*found);
  } else {
    CompileResult result = compile_ptx(unit, options);
    if (!result.is_ok) {
      report_compile_failure(result, diags);
      return std::nullopt;
    }
    ptx.text = std::move(result.objects.front());
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

}  // namespace palatine::codegen
