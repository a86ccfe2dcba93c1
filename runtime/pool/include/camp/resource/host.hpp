// The host's own thread as a resource: its work is over when the call that does it returns.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "../../palatine/device_streams.h"
#include "event.hpp"
#include "platform.hpp"

namespace camp::resources {
inline namespace v1 {

struct HostEvent {
  bool check() const { return true; }
  void wait() const {}
};

class Host {
 public:
  Host(int group = -1) { (void)group; }
  static Host get_default() { return {}; }

  Platform get_platform() const { return Platform::host; }
  HostEvent get_event() { return {}; }
  Event get_event_erased() { return HostEvent{}; }
  void wait() {}
  void wait_for(Event* event) { event->wait(); }

  template <typename T>
  T* allocate(std::size_t count, MemoryAccess = MemoryAccess::Device) {
    return static_cast<T*>(std::malloc(count * sizeof(T)));
  }
  void* calloc(std::size_t bytes, MemoryAccess = MemoryAccess::Device) { return std::calloc(bytes, 1); }
  void deallocate(void* address, MemoryAccess = MemoryAccess::Device) { std::free(address); }
  void memcpy(void* dst, const void* src, std::size_t bytes) { std::memcpy(dst, src, bytes); }
  void memset(void* address, int byte, std::size_t bytes) { std::memset(address, byte, bytes); }

  bool operator==(const Host&) const { return true; }
  std::size_t get_hash() const { return std::hash<int>()(static_cast<int>(Platform::host)); }
  palatine::StreamId palatine_stream() const { return palatine::devices::host_id(); }
};

}  // namespace v1
}  // namespace camp::resources

template <>
struct std::hash<camp::resources::Host> {
  std::size_t operator()(const camp::resources::Host& host) const { return host.get_hash(); }
};
