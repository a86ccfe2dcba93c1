#include "codegen/gpu/embed.h"

#include <fmt/format.h>

#include "codegen/emit/writer.h"
#include "codegen/gpu/native.h"
#include "codegen/gpu/ptx.h"

namespace palatine::codegen {

namespace {

// Laid out as `api::NativeKernels` and `api::KernelImages` (runtime/api/palatine_launch.h).
constexpr const char* kStructs =
    "struct native_kernels { const char* bytes; unsigned long size_bytes; unsigned capability, is_exact; };\n"
    "struct kernel_images { const char *ptx, *problem; const struct native_kernels* native; "
    "unsigned long native_count; };\n";

// As several literals, because C's compilers need not take one of any length.
std::string text_of(std::string_view text) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    result += string_literal(text.substr(at, end - at)) + "\n";
    at = end;
  }
  return result + "\"\"";
}

std::string text_of_bytes(std::string_view bytes) {
  constexpr size_t kLine = 64;
  std::string result;
  for (size_t at = 0; at < bytes.size(); at += kLine)
    result += string_literal(bytes.substr(at, kLine)) + "\n";
  return result;
}

std::string definition(const std::string& symbol, const Ptx& ptx, const std::vector<NativeImage>& images) {
  std::string text = kStructs;
  std::string table;
  for (size_t k = 0; k < images.size(); ++k) {
    const NativeImage& image = images[k];
    // Drivers read it as the file that it was.
    text += fmt::format("static const char image_{}[] __attribute__((aligned(64))) =\n{};\n", k,
                        text_of_bytes(image.bytes));
    table += fmt::format("{{image_{}, {}, {}, {}}}, ", k, image.bytes.size(), image.architecture.capability,
                         image.architecture.is_exact ? 1 : 0);
  }
  if (!table.empty()) text += fmt::format("static const struct native_kernels images[] = {{{}}};\n", table);
  text += fmt::format("static const char ptx[] =\n{};\n", text_of(ptx.text));
  text += fmt::format(
      "__attribute__((visibility(\"hidden\"), weak)) const struct kernel_images {} = {{ptx, {}, {}, {}}};\n",
      symbol, string_literal(ptx.problem), table.empty() ? "0" : "images", images.size());
  return text;
}

}  // namespace

std::optional<std::vector<EmittedUnit>> embed_kernels(const std::vector<EmittedUnit>& units,
                                                      const Toolchain& toolchain, const std::string& gpu_arch,
                                                      const DiskCache& store, Diagnostics& diags) {
  std::vector<EmittedUnit> result;
  for (const EmittedUnit& unit : units) {
    const std::optional<std::vector<GpuArchitecture>> architectures =
        parse_gpu_architectures(gpu_arch, diags);
    if (!architectures) return std::nullopt;
    const std::optional<Ptx> ptx = make_ptx(unit, toolchain, store, diags);
    if (!ptx) return std::nullopt;
    std::vector<NativeImage> images;
    if (!ptx->text.empty()) images = make_native(ptx->text, *architectures, store, diags);
    EmittedUnit constant;
    constant.name = unit.name;
    constant.is_c = true;
    constant.text = definition(unit.ptx_symbol, *ptx, images);
    result.push_back(std::move(constant));
  }
  return result;
}

}  // namespace palatine::codegen
