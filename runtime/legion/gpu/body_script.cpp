#include "runtime/legion/gpu/body_script.h"

#include <algorithm>
#include <cstring>

namespace palatine::legion::gpu {

using Kind = BodyScript::Kind;
using Step = BodyScript::Step;

namespace {

Step fill_step(void* to, const void* pattern, size_t pattern_bytes, size_t count) {
  const char* bytes = static_cast<const char*>(pattern);
  return {.kind = Kind::fill, .to = to, .size = count, .bytes = {bytes, bytes + pattern_bytes}};
}

Step launch_step(device::Kernel& kernel, const device::LaunchShape& shape,
                 std::span<const device::KernelArgument> arguments) {
  Step step{.kind = Kind::launch, .kernel = &kernel, .shape = shape};
  for (const device::KernelArgument& argument : arguments) {
    const char* bytes = static_cast<const char*>(argument.data);
    step.bytes.insert(step.bytes.end(), bytes, bytes + argument.size_bytes);
    step.sizes.push_back(argument.size_bytes);
  }
  return step;
}

bool are_same(const device::LaunchShape& a, const device::LaunchShape& b) {
  return a.grid == b.grid && a.block == b.block && a.shared_bytes == b.shared_bytes;
}

}  // namespace

// ---- writing

device::Status ScriptWriter::copy(void* dst, const void* src, size_t size_bytes) {
  script_.steps.push_back({.kind = Kind::copy, .to = dst, .from = src, .size = size_bytes});
  return to_.copy(dst, src, size_bytes);
}

device::Status ScriptWriter::copy_strided(const device::StridedCopy& copy) {
  script_.is_whole = false;
  return to_.copy_strided(copy);
}

device::Status ScriptWriter::fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) {
  script_.steps.push_back(fill_step(dst, pattern, pattern_bytes, count));
  return to_.fill(dst, pattern, pattern_bytes, count);
}

device::Status ScriptWriter::launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                    std::span<const device::KernelArgument> arguments) {
  if (device::Status status = to_.launch(kernel, shape, arguments); !status.ok()) return status;
  const device::Result<device::Graph::Node> node = to_.recorded_launch();
  script_.is_whole = script_.is_whole && node.ok();
  if (!script_.is_whole) return {};
  script_.steps.push_back(launch_step(kernel, shape, arguments));
  script_.steps.back().node = node.value();
  return {};
}

device::Status ScriptWriter::call(device::HostFunction function, void* argument, device::HostFunction lost) {
  script_.is_whole = false;
  return to_.call(function, argument, lost);
}

void ScriptWriter::given(void* memory, uint64_t size_bytes) {
  script_.steps.push_back({.kind = Kind::memory, .to = memory, .size = size_bytes});
}

void ScriptWriter::kept() {
  const bool is_copy = !script_.steps.empty() && script_.steps.back().kind == Kind::copy;
  if (is_copy) script_.steps.back().is_upload = true;
  script_.is_whole = script_.is_whole && is_copy;
}

// ---- comparing

ScriptReader::~ScriptReader() {
  for (const std::function<void()>& give_back : given_back_) give_back();
}

Step* ScriptReader::next(Kind kind) {
  if (is_same_ && !awaits_keeping_ && next_ < script_.steps.size() && script_.steps[next_].kind == kind)
    return &script_.steps[next_++];
  differ();
  return nullptr;
}

device::Status ScriptReader::copy(void* dst, const void* src, size_t size_bytes) {
  const Step* step = next(Kind::copy);
  if (!step) return {};
  if (step->to != dst || step->size != size_bytes || (step->from != src && !step->is_upload)) differ();
  awaits_keeping_ = step->is_upload;
  copied_from_ = src;
  return {};
}

device::Status ScriptReader::copy_strided(const device::StridedCopy&) {
  differ();
  return {};
}

device::Status ScriptReader::fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) {
  const Step* step = next(Kind::fill);
  if (!step) return {};
  const Step asked = fill_step(dst, pattern, pattern_bytes, count);
  if (step->to != asked.to || step->size != asked.size || step->bytes != asked.bytes) differ();
  return {};
}

device::Status ScriptReader::launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                    std::span<const device::KernelArgument> arguments) {
  Step* step = next(Kind::launch);
  if (!step) return {};
  Step asked = launch_step(kernel, shape, arguments);
  if (step->kernel != &kernel || step->sizes != asked.sizes) {
    differ();
    return {};
  }
  if (step->bytes == asked.bytes && are_same(step->shape, shape)) return {};
  if (!graph_.set_launch(step->node, kernel, shape, arguments).ok()) differ();
  step->shape = shape;
  step->bytes = std::move(asked.bytes);
  return {};
}

device::Status ScriptReader::call(device::HostFunction, void*, device::HostFunction) {
  differ();
  return {};
}

void* ScriptReader::scratch(GpuTask&, uint64_t size_bytes) {
  const Step* step = next(Kind::memory);
  if (step && step->size == size_bytes) return step->to;
  differ();
  // Nobody uses it.
  return reinterpret_cast<void*>(uintptr_t{256});
}

void ScriptReader::keep(std::function<void()> give_back) {
  given_back_.push_back(std::move(give_back));
  if (!is_same_) return;
  const Step* step = awaits_keeping_ ? &script_.steps[next_ - 1] : nullptr;
  if (!step || memcmp(step->from, copied_from_, step->size) != 0) differ();
  awaits_keeping_ = false;
}

}  // namespace palatine::legion::gpu
