// Tasks for GPUs while all data lie in the host's memory: their bodies run on workers, and each waits for its
// stream before it is complete. Simulated devices can use the host's memory; others cannot, so with these the
// other bodies run.
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/device/simulated.h"
#include "runtime/legion/context.h"
#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/kernel_launch.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/gpu/gpu.h"

namespace palatine::legion {

extern bool (*gpu_runner)(ContextImpl& context);

namespace {

// The body that the thread runs.
struct Running {
  realm::Gpu* gpu;
  device::Stream* stream;
  std::vector<std::pair<void*, uint64_t>> scratch;
};
thread_local Running* running = nullptr;

struct Devices {
  explicit Devices(const realm::GpuConfig& config) : platform(options(config)) {
    for (size_t k = 0; k < platform.device_count(); ++k)
      gpus.push_back(
          std::make_unique<realm::Gpu>(platform.device(k), static_cast<int>(k), 0, 0, config.task_streams));
  }
  static device::SimulatedOptions options(const realm::GpuConfig& config) {
    device::SimulatedOptions options;
    options.is_stepped = false;
    options.devices = static_cast<size_t>(config.wanted());
    return options;
  }
  device::SimulatedPlatform platform;
  std::vector<std::unique_ptr<realm::Gpu>> gpus;
};

// All of a run.
Devices* devices_of(Runtime& runtime) {
  static std::mutex mutex;
  static Runtime* owner = nullptr;
  static std::unique_ptr<Devices> set;
  std::lock_guard lock(mutex);
  if (owner == &runtime) return set.get();
  realm::GpuConfig config;
  std::vector<std::string> words;
  for (int k = 1; k < runtime.command_line_count; ++k) words.emplace_back(runtime.command_line[k]);
  config.configure_from_cmdline(words);
  if (set) {
    for (const auto& gpu : set->gpus) forget_kernels(gpu->device());
  }
  set.reset();
  owner = &runtime;
  if (config.platform == realm::GpuConfig::Platform::simulated) set = std::make_unique<Devices>(config);
  return set.get();
}

bool run(ContextImpl& context) {
  Task& task = context.task();
  Devices* set = devices_of(context.runtime());
  if (!set) return false;
  static std::atomic<size_t> turn{0};
  Running mine;
  mine.gpu = set->gpus[turn.fetch_add(1, std::memory_order_relaxed) % set->gpus.size()].get();
  mine.stream = &mine.gpu->next_task_stream();
  running = &mine;
  task.info.desc->gpu_body(context, task.args, task.result);
  gpu::check(context, mine.stream->synchronize(), "a kernel failed");
  for (const auto& [memory, size_bytes] : mine.scratch)
    mine.gpu->device().main_memory().free(memory, size_bytes).ignore();
  running = nullptr;
  return true;
}

[[maybe_unused]] const bool is_hooked = [] {
  gpu_runner = &run;
  return true;
}();

}  // namespace

namespace gpu {

device::Stream& stream_of(api::Context&) {
  return *running->stream;
}

void check(api::Context& context, const device::Status& status, const char* what) {
  if (status.ok()) return;
  const api::TaskDesc& desc = *ContextImpl::of(context).task().info.desc;
  realm::fatal_error("%s:%u: task `%s`: %s: %s", desc.loc.file ? desc.loc.file : "?", desc.loc.line,
                     desc.name, what, status.message().c_str());
}

void wait_for_stream(api::Context& context) {
  check(context, running->stream->synchronize(), "a kernel failed");
}

void* scratch(api::Context& context, uint64_t size_bytes) {
  auto memory = running->gpu->device().main_memory().allocate(size_bytes);
  check(context, memory.status(), "cannot take memory");
  running->scratch.emplace_back(memory.value(), size_bytes);
  return memory.value();
}

}  // namespace gpu

}  // namespace palatine::legion
