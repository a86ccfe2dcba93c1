#include "frontend/base/flags.h"

#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

namespace palatine {

namespace {

bool parse_number(const std::string& text, double& number) {
  char* end = nullptr;
  double value = strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return false;
  number = value;
  return true;
}

bool parse_switch(const std::string& text, bool& is_on) {
  double number;
  if (!parse_number(text, number)) return false;
  is_on = number != 0;
  return true;
}

enum class SetResult { done, unknown, wrong_value };

SetResult set_flag(Flags& flags, std::string_view flag, const std::string& value) {
#define FLAG_SWITCH(member, name, initial) \
  if (flag == name) return parse_switch(value, flags.member) ? SetResult::done : SetResult::wrong_value;
#define FLAG_NUMBER(member, name, initial) \
  if (flag == name) return parse_number(value, flags.member) ? SetResult::done : SetResult::wrong_value;
#define FLAG_TEXT(member, name, initial) \
  if (flag == name) {                    \
    flags.member = value;                \
    return SetResult::done;              \
  }
#include "frontend/base/flags.def"
  return SetResult::unknown;
}

bool is_known(std::string_view flag) {
  Flags scratch;
  return set_flag(scratch, flag, "0") != SetResult::unknown;
}

constexpr const char* kUnspecified = "unspecified";

bool is_switched_off(const std::string& gpu) {
  return gpu == "none" || gpu == "off" || gpu.empty();
}

// The older names of flags about GPUs are taken for the newer ones.
std::string settle_gpu_flags(Flags& flags) {
  if (flags.cuda >= 0) {
    if (flags.gpu != kUnspecified) return "-fcuda and -fgpu exclude each other; -fcuda is the older one";
    flags.gpu = flags.cuda >= 1 ? "cuda" : "none";
  }
  if (flags.cuda_arch != kUnspecified) {
    if (flags.gpu_arch != kUnspecified)
      return "-fcuda-arch and -fgpu-arch exclude each other; -fcuda-arch is the older one";
    flags.gpu_arch = flags.cuda_arch;
  }
  if (flags.cuda_offline && flags.gpu_offline)
    return "-fcuda-offline and -fgpu-offline exclude each other; -fcuda-offline is the older one";
  const bool is_known_gpu = flags.gpu == kUnspecified || flags.gpu == "cuda" || is_switched_off(flags.gpu);
  if (flags.gpu == "hip") return "-fgpu `hip`: AMD's GPUs are not supported; there are `cuda` and `none`";
  if (!is_known_gpu) return fmt::format("-fgpu `{}`: there are `cuda` and `none`", flags.gpu);
  return {};
}

}  // namespace

bool makes_kernels(const Flags& flags) {
  return !is_switched_off(flags.gpu);
}

std::string gpu_arch(const Flags& flags) {
  if (flags.gpu_arch != kUnspecified) return flags.gpu_arch;
  const char* const named = std::getenv("GPU_ARCH");
  return named ? named : "";
}

std::string take_flags(std::vector<std::string>& arguments, Flags& flags) {
  std::vector<std::string> rest;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (!word.starts_with("-f")) {
      rest.push_back(word);
      continue;
    }
    std::string_view name = std::string_view(word).substr(2);
    if (!is_known(name)) return fmt::format("unknown option {}", word);
    if (i + 1 == arguments.size()) return fmt::format("option {} missing argument", word);
    const std::string& value = arguments[++i];
    if (set_flag(flags, name, value) == SetResult::wrong_value) {
      return fmt::format("option {} needs a number, not `{}`", word, value);
    }
  }
  if (flags.flow >= 1) return fmt::format("-fflow {:g} is no longer supported", flags.flow);
  if (std::string error = settle_gpu_flags(flags); !error.empty()) return error;
  arguments = std::move(rest);
  return {};
}

}  // namespace palatine
