#include "runtime/legion/gpu/gpus.h"

#include <algorithm>
#include <cstdio>

#include "runtime/device/cuda.h"
#include "runtime/device/simulated_faults.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/gpu/gpu_config.h"

namespace palatine::legion::gpu {

void (*device_ends)(device::Device& device) = nullptr;
device::Platform* platform_override = nullptr;

Gpus::DeviceState::DeviceState(Gpus& gpus, device::Device& device, int number, uint64_t limit, int streams)
    : limit_bytes(limit),
      gpu(
          device, number, {}, streams,
          [](void* runtime, realm::Work& work) { static_cast<Runtime*>(runtime)->scheduler.submit(work); },
          &gpus.runtime_),
      source(device.main_memory()) {
  const auto add = [&](device::Stream& stream) {
    // Programs may queue work of their own on the streams.
    timelines.push_back(std::make_unique<pool::StreamTimeline>(stream, pool::StreamTimeline::Work::foreign));
    gpus.stream_ids_[stream.id()] = gpus.order_.add(*timelines.back());
  };
  for (const auto& stream : gpu.task_streams()) add(*stream);
  add(gpu.to_host());
  constexpr uint64_t kSmall = 1 << 20, kMostScratch = 64 << 20;
  PoolOptions options;
  options.granule_bytes = 256;
  options.stream_waits = StreamWaits::under_pressure;
  const uint64_t scratch_bytes = limit < kSmall ? 0 : std::min(limit / 16, kMostScratch);
  if (scratch_bytes > 0) {
    options.limit_bytes = scratch_bytes;
    options.first_block_bytes = options.next_block_bytes = std::min<uint64_t>(scratch_bytes, 1 << 20);
    scratch_pool = std::make_unique<Pool>(source, gpus.order_, options);
  }
  options.limit_bytes = limit - scratch_bytes;
  // A block is a region's field: small ones share blocks, large ones have their own.
  options.first_block_bytes = options.next_block_bytes =
      std::min<uint64_t>(1 << 20, std::max<uint64_t>(limit / 16, 4096));
  pool = std::make_unique<Pool>(source, gpus.order_, options);
  notice.gpus = &gpus;
  notice.device = static_cast<int>(gpus.devices_.size());
  notice.run = [](realm::Work& work, realm::Worker&) {
    const Notice& self = static_cast<Notice&>(work);
    self.gpus->look_for_ended(*self.gpus->devices_[static_cast<size_t>(self.device)]);
  };
}

Gpus::Gpus(Runtime& runtime, device::Platform& platform, std::unique_ptr<device::Platform> owned,
           const std::vector<int>& ids, uint64_t limit_bytes, int streams)
    : runtime_(runtime), owned_platform_(std::move(owned)) {
  for (int id : ids) {
    device::Device& device = platform.device(static_cast<size_t>(id));
    uint64_t limit = device.main_memory().limit_bytes();
    if (limit_bytes) limit = std::min(limit, limit_bytes);
    const int number = static_cast<int>(devices_.size());
    devices_.push_back(std::make_unique<DeviceState>(*this, device, id, limit, streams));
    gpu(number).set_note([this, number] { return running_on(number); });
  }
}

Gpus::~Gpus() {
  for (const auto& [root, places] : roots_) {
    for (const std::unique_ptr<FieldPlaces>& field : places->fields) unlock_home(*field);
  }
  // Places die with the pools' memory.
  for (const auto& state : devices_) {
    if (device_ends) device_ends(state->gpu.device());
    state->scratch_pool.reset();
    state->pool.reset();
  }
}

std::unique_ptr<GpuFace> open_gpus(Runtime& runtime, const std::vector<std::string>& flags) {
  realm::GpuConfig config;
  std::vector<std::string> words = flags;
  config.configure_from_cmdline(words);
  using Kind = realm::GpuConfig::Platform;
  if (config.platform == Kind::off) return nullptr;
  const bool says_size =
      std::any_of(flags.begin(), flags.end(), [](const std::string& flag) { return flag == "-ll:fsize"; });
  std::unique_ptr<device::Platform> owned;
  device::Platform* platform = platform_override;
  if (!platform && config.platform == Kind::simulated) {
    device::SimulatedOptions options;
    options.devices = static_cast<size_t>(config.wanted());
    for (int id : config.ids) options.devices = std::max(options.devices, static_cast<size_t>(id) + 1);
    auto opened = device::open_simulated(options);
    if (!opened.ok()) realm::fatal_error("error: %s", opened.status().message().c_str());
    owned = opened.take();
    platform = owned.get();
  }
  if (!platform) {
    owned = device::open_cuda();
    platform = owned.get();
  }
  const size_t count = platform->device_count();
  std::vector<int> ids = config.ids;
  if (ids.empty()) {
    // All that there are, unless it is said how many.
    const int wanted = config.gpus > 0 ? config.gpus : std::max(config.wanted(), static_cast<int>(count));
    for (int k = 0; k < wanted; ++k) ids.push_back(k);
  }
  const auto is_missing = [&](int id) { return static_cast<size_t>(id) >= count; };
  if (const auto missing = std::find_if(ids.begin(), ids.end(), is_missing); missing != ids.end()) {
    const int id = *missing;
    const std::string& reason = platform->absent_reason();
    const std::string why = reason.empty() ? std::to_string(count) + " can be used" : reason;
    if (config.platform != Kind::automatic)
      realm::fatal_error("error: GPU %d is asked for: %s (`--gpu=simulated` runs without one)", id,
                         why.c_str());
    // One command line is for all machines.
    std::erase_if(ids, is_missing);
    fprintf(stderr, "warning: GPU %d is asked for: %s; %s\n", id, why.c_str(),
            ids.empty() ? "tasks for GPUs run on processors" : "the program runs with fewer");
  }
  if (ids.empty()) return nullptr;
  return std::make_unique<Gpus>(runtime, *platform, std::move(owned), ids, says_size ? config.fbmem : 0,
                                config.task_streams);
}

}  // namespace palatine::legion::gpu
