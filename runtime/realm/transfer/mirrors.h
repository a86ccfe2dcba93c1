// Copies in the host's memory of instances that lie in a GPU's: for what only the host can do (reductions,
// serializers, gathers and scatters).
//
// Thread safety: one thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "realm/instance.h"

namespace palatine::device {
class Stream;
}

namespace palatine::realm {
class Gpu;
}

namespace palatine::realm::transfer {

class Mirrors {
 public:
  // Nothing for an instance that the host can touch itself.
  void add(Realm::RegionInstance instance);
  // Queues the copies from the devices. The bytes are there when the stream has done it.
  void read(Gpu& gpu, device::Stream& stream);
  // Keeps what was read, for `write_changes`.
  void remember();
  // Queues copies of the bytes that differ from what was remembered.
  void write_changes(Gpu& gpu, device::Stream& stream) const;

  // Of the mirror, if the instance has one, else `base`.
  char* bytes_of(Realm::RegionInstance instance, char* base) const;
  // Where an address of a mirror is on the device; null for other addresses.
  char* on_device(const char* address) const;

 private:
  struct Mirror {
    Realm::RegionInstance instance;
    char* device;
    size_t bytes;
    std::unique_ptr<char[]> host;
    std::unique_ptr<char[]> before;
  };
  std::vector<Mirror> all_;
};

}  // namespace palatine::realm::transfer
