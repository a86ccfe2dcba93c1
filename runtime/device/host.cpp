#include "runtime/device/host.h"

#include <unistd.h>

#include <algorithm>
#include <thread>

#include "runtime/device/software_device.h"
#include "runtime/device/software_memory.h"

namespace palatine::device {

namespace {

class HostPlatform final : public Platform {
 public:
  explicit HostPlatform(const HostOptions& options) : Platform("host"), core_(core_options(), true) {
    uint64_t machine_bytes =
        static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    uint64_t limit = options.limit_bytes > 0 ? options.limit_bytes : machine_bytes;
    size_t alignment = std::max<size_t>(options.alignment_bytes, 16);
    DeviceProperties properties;
    properties.name = "host";
    properties.memory_bytes = limit;
    properties.alignment_bytes = alignment;
    properties.multiprocessors = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    properties.max_threads_per_block = 1024;
    properties.warp_threads = 1;
    properties.max_shared_bytes_per_block = 48 * 1024;
    properties.can_use_host_memory = true;
    auto device = std::make_unique<SoftwareDevice>(core_, *this, 0, std::move(properties), MemoryKind::host);
    device->set_memory(std::make_unique<HostMemory>(*device, alignment, limit));
    core_.devices().push_back(std::move(device));
  }

  size_t device_count() const override { return 1; }
  Device& device(size_t index) override { return *core_.devices()[index]; }
  const std::string& absent_reason() const override {
    static const std::string none;
    return none;
  }

 private:
  static SimulatedOptions core_options() {
    SimulatedOptions options;
    options.is_stepped = false;
    return options;
  }
  SoftwareCore core_;
};

}  // namespace

std::unique_ptr<Platform> open_host(const HostOptions& options) {
  return std::make_unique<HostPlatform>(options);
}

}  // namespace palatine::device
