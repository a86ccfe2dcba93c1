#include "runtime/device/device.h"

namespace palatine::device {

const char* to_string(StatusCode code) {
  switch (code) {
    case StatusCode::ok:
      return "ok";
    case StatusCode::out_of_memory:
      return "out of memory";
    case StatusCode::invalid_argument:
      return "invalid argument";
    case StatusCode::not_supported:
      return "not supported";
    case StatusCode::not_found:
      return "not found";
    case StatusCode::launch_failed:
      return "launch failed";
    case StatusCode::device_lost:
      return "device lost";
    case StatusCode::driver_error:
      return "driver error";
  }
  return "unknown";
}

const char* to_string(MemoryKind kind) {
  switch (kind) {
    case MemoryKind::device:
      return "device";
    case MemoryKind::host:
      return "host";
    case MemoryKind::pinned:
      return "pinned";
    case MemoryKind::managed:
      return "managed";
  }
  return "unknown";
}

Status Status::error(StatusCode code, std::string message, int driver_code) {
  Status status;
  status.detail_ = std::make_shared<const Detail>(Detail{code, driver_code, std::move(message)});
  return status;
}

const std::string& Status::message() const {
  static const std::string empty;
  return detail_ ? detail_->message : empty;
}

static uint64_t next_stream_id() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

Stream::Stream(Device& device) : device_(device), id_(next_stream_id()) {}

static Status no_graphs(const Device& device) {
  return Status::error(StatusCode::not_supported, device.describe() + " has no graphs");
}

Status Stream::begin_recording() {
  return no_graphs(device_);
}

Result<std::unique_ptr<Graph>> Stream::end_recording() {
  return no_graphs(device_);
}

Status Stream::launch_graph(Graph&) {
  return no_graphs(device_);
}

Result<Graph::Node> Stream::recorded_launch() {
  return Status::error(StatusCode::not_supported,
                       "launches of graphs of " + device_.describe() + " do not change");
}

std::string Device::describe() const {
  return platform_.name() + " device " + std::to_string(index_) + " (" + properties_.name + ")";
}

Memory::~Memory() = default;

Result<void*> Memory::allocate(size_t size_bytes) {
  if (size_bytes == 0) {
    return Status::error(
        StatusCode::invalid_argument,
        "allocation of 0 bytes of " + std::string(to_string(kind_)) + " memory on " + device_.describe());
  }
  Result<uint64_t> used = take_bytes(size_bytes);
  if (!used.ok()) return used.status();
  Result<void*> address = do_allocate(size_bytes);
  if (!address.ok()) {
    give_bytes(size_bytes);
    return address;
  }
  blocks_.fetch_add(1, std::memory_order_relaxed);
  note_high_water(used.value());
  return address;
}

// Before the bytes are asked for, so that two threads together never exceed the limit.
Result<uint64_t> Memory::take_bytes(size_t size_bytes) {
  uint64_t used = used_bytes_.load(std::memory_order_relaxed);
  do {
    uint64_t limit = limit_bytes();
    if (used > limit || size_bytes > limit - used)
      return out_of_memory("allocation", size_bytes, "above the limit");
  } while (!used_bytes_.compare_exchange_weak(used, used + size_bytes, std::memory_order_relaxed));
  return used + size_bytes;
}

void Memory::note_high_water(uint64_t now) {
  uint64_t high = high_water_bytes_.load(std::memory_order_relaxed);
  while (high < now && !high_water_bytes_.compare_exchange_weak(high, now, std::memory_order_relaxed)) {
  }
}

Status Memory::free(void* address, size_t size_bytes) {
  Status status;
  if (mapping_bytes_ > 0 && free_growing(address, size_bytes, status)) return status;
  status = do_free(address, size_bytes);
  // What a lost device held is gone with it, so it counts as freed.
  if (!status.ok() && status.code() != StatusCode::device_lost) return status;
  used_bytes_.fetch_sub(size_bytes, std::memory_order_relaxed);
  blocks_.fetch_sub(1, std::memory_order_relaxed);
  return status;
}

Result<uint64_t> Memory::free_bytes() const {
  uint64_t used = used_bytes(), limit = limit_bytes();
  return used < limit ? limit - used : 0;
}

Status Memory::out_of_memory(std::string_view call, size_t size_bytes, std::string_view why,
                             int driver_code) const {
  std::string message(call);
  message += " of " + std::to_string(size_bytes) + " bytes of " + to_string(kind_) + " memory on " +
             device_.describe() + ": " + std::string(why) + "; " + std::to_string(used_bytes()) +
             " bytes in " + std::to_string(blocks()) + " blocks are used, the limit is " +
             std::to_string(limit_bytes());
  return Status::error(StatusCode::out_of_memory, std::move(message), driver_code);
}

Status Device::lock_host(void*, size_t) {
  return Status::error(StatusCode::not_supported, describe() + " locks no memory of the host");
}

Status Device::unlock_host(void*) {
  return Status::error(StatusCode::invalid_argument, describe() + " has locked no memory of the host");
}

}  // namespace palatine::device
