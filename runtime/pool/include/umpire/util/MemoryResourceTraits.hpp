// What kind of memory an allocator gives.
#pragma once

#include <cstddef>

namespace umpire {

struct MemoryResourceTraits {
  enum class optimized_for { any, latency, bandwidth, access };
  enum class vendor_type { unknown, amd, ibm, intel, nvidia };
  enum class memory_type { unknown, ddr, gddr, hbm, nvme };
  enum class resource_type { unknown, host, device, device_const, pinned, um, file, shared };
  enum class shared_scope { unknown, node, socket };

  int id = -1;
  bool unified = false;
  bool ipc = false;
  std::size_t size = 0;
  vendor_type vendor = vendor_type::unknown;
  memory_type kind = memory_type::unknown;
  optimized_for used_for = optimized_for::any;
  resource_type resource = resource_type::unknown;
  shared_scope scope = shared_scope::unknown;
  bool tracking = true;
};

}  // namespace umpire
