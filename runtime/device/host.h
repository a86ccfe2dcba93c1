// The host's cores as a device: streams are worker queues, each a thread, with events that are not complete
// before the work is.
//
// One device with memory of kind `host`. Kernels are host functions and run on the stream's thread, so the
// rules of streams and events can be used, and tested, where there is no other device.
#pragma once

#include <memory>

#include "runtime/device/device.h"

namespace palatine::device {

struct HostOptions {
  // Of the memory of kind `host`; 0: what the machine has.
  uint64_t limit_bytes = 0;
  // Of every allocation; a power of two, at least 16.
  size_t alignment_bytes = 64;
};

std::unique_ptr<Platform> open_host(const HostOptions& options = {});

}  // namespace palatine::device
