// A stream of a device. With NVIDIA's driver it is one of its streams; without, one of a simulated device,
// whose memory is the host's and whose work others queue through palatine/device_streams.h.
// Thread safety: as `Resource`. Errors of the device are thrown as `std::runtime_error`.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "../../palatine/device_streams.h"
#include "event.hpp"
#include "platform.hpp"

// What CUDA's headers call `cudaStream_t`.
struct CUstream_st;

namespace camp::resources {
inline namespace v1 {

// Does not leak: the event goes with its last copy.
class CudaEvent {
 public:
  explicit CudaEvent(CUstream_st* stream)
      : CudaEvent(palatine::devices::record(palatine::devices::stream_of(stream))) {}
  explicit CudaEvent(palatine::devices::EventRef event) : event_(std::move(event)) {}
  bool check() const { return palatine::devices::is_done(*event_); }
  void wait() const { palatine::devices::wait(*event_); }
  const palatine::devices::EventRef& palatine_event() const { return event_; }

 private:
  palatine::devices::EventRef event_;
};

class Cuda {
 public:
  // One of sixteen streams, the next in turn when `group` is negative: more than sixteen resources share
  // streams.
  Cuda(int group = -1, int device = 0) : stream_(&palatine::devices::stream(group, device)) {}
  // A stream whose handle `get_stream` gave, or that others have made; its device is the driver's word.
  static Cuda CudaFromStream(CUstream_st* stream, int device = -1) {
    (void)device;
    return Cuda(palatine::devices::stream_of(stream));
  }
  static Cuda get_default() {
    static Cuda cuda(0);
    return cuda;
  }

  Platform get_platform() const { return Platform::cuda; }
  CUstream_st* get_stream() const { return static_cast<CUstream_st*>(palatine::devices::handle(*stream_)); }
  int get_device() const { return palatine::devices::device_of(*stream_); }
  CudaEvent get_event() { return CudaEvent(palatine::devices::record(*stream_)); }
  Event get_event_erased() { return get_event(); }
  void wait() { palatine::devices::synchronize(*stream_); }
  // On the device when the event is one of a device; pools then know the order too.
  void wait_for(Event* event) {
    if (CudaEvent* cuda = event->try_get<CudaEvent>())
      palatine::devices::wait_for(*stream_, *cuda->palatine_event());
    else
      event->wait();
  }

  template <typename T>
  T* allocate(std::size_t count, MemoryAccess access = MemoryAccess::Device) {
    return static_cast<T*>(palatine::devices::allocate(kind_of(access), get_device(), count * sizeof(T)));
  }
  void* calloc(std::size_t bytes, MemoryAccess access = MemoryAccess::Device) {
    void* address = allocate<char>(bytes, access);
    memset(address, 0, bytes);
    return address;
  }
  void deallocate(void* address, MemoryAccess = MemoryAccess::Device) { palatine::devices::free(address); }
  void memcpy(void* dst, const void* src, std::size_t bytes) {
    palatine::devices::copy(*stream_, dst, src, bytes);
  }
  void memset(void* address, int byte, std::size_t bytes) {
    palatine::devices::fill(*stream_, address, byte, bytes);
  }

  bool operator==(const Cuda& other) const { return stream_ == other.stream_; }
  std::size_t get_hash() const { return std::hash<const void*>()(stream_); }
  palatine::StreamId palatine_stream() const { return palatine::devices::id_of(*stream_); }
  palatine::devices::Stream& palatine_device_stream() const { return *stream_; }

 private:
  explicit Cuda(palatine::devices::Stream& stream) : stream_(&stream) {}
  static palatine::devices::Kind kind_of(MemoryAccess access) {
    switch (access) {
      case MemoryAccess::Pinned:
        return palatine::devices::Kind::pinned;
      case MemoryAccess::Managed:
        return palatine::devices::Kind::managed;
      default:
        return palatine::devices::Kind::device;
    }
  }

  palatine::devices::Stream* stream_;
};

}  // namespace v1
}  // namespace camp::resources

template <>
struct std::hash<camp::resources::Cuda> {
  std::size_t operator()(const camp::resources::Cuda& cuda) const { return cuda.get_hash(); }
};
