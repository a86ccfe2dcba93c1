#include "runtime/pool/include/palatine/device_streams.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/device/cuda.h"
#include "runtime/device/simulated.h"
#include "runtime/pool/device_streams_inside.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::devices {

namespace {

constexpr int kStreams = 16;

void require(const device::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.message());
}

std::unique_ptr<device::Platform> open_platform() {
  const char* wanted = std::getenv("PALATINE_DEVICE");
  std::string name = wanted ? wanted : "";
  if (name != "simulated") {
    auto cuda = device::open_cuda();
    if (cuda->device_count() > 0) return cuda;
    if (name == "cuda") throw std::runtime_error("PALATINE_DEVICE=cuda: " + cuda->absent_reason());
  }
  device::SimulatedOptions options;
  options.is_stepped = false;
  options.hides_progress = true;
  // Programs take first blocks of 512 MiB for each pool; memory costs nothing before it is touched.
  options.capacity_bytes.fill(uint64_t{256} << 30);
  return std::make_unique<device::SimulatedPlatform>(options);
}

// Memory of one device, and what is allocated outside pools.
struct DeviceMemories {
  std::unique_ptr<pool::DeviceSource> sources[4];
};

}  // namespace

class Stream {
 public:
  Stream(std::unique_ptr<device::Stream> made, StreamOrder& order)
      : stream(std::move(made)),
        timeline(*stream, pool::StreamTimeline::Work::foreign),
        id(order.add(timeline)) {}

  std::unique_ptr<device::Stream> stream;
  pool::StreamTimeline timeline;
  StreamId id;
};

class Event {
 public:
  std::unique_ptr<device::Event> event;
  StreamPoint point;
};

namespace {

class Devices {
 public:
  Devices() : platform(open_platform()), host_id(order.add(host)) {
    is_simulated = platform->name() == "simulated";
    memories.resize(platform->device_count());
    streams.resize(platform->device_count());
    for (size_t k = 0; k < memories.size(); ++k) {
      constexpr device::MemoryKind kinds[] = {device::MemoryKind::host, device::MemoryKind::device,
                                              device::MemoryKind::pinned, device::MemoryKind::managed};
      for (int kind = 0; kind < 4; ++kind) {
        if (device::Memory* memory = platform->device(k).memory(kinds[kind])) {
          memories[k].sources[kind] = std::make_unique<pool::DeviceSource>(*memory);
        }
      }
    }
  }

  Stream& stream(int group, int device) {
    if (device < 0 || static_cast<size_t>(device) >= streams.size()) {
      throw std::runtime_error("there is no device " + std::to_string(device));
    }
    std::lock_guard lock(mutex);
    auto& of_device = streams[static_cast<size_t>(device)];
    while (of_device.size() < kStreams) {
      auto made = platform->device(static_cast<size_t>(device)).create_stream();
      require(made.status());
      of_device.push_back(std::make_unique<Stream>(made.take(), order));
      by_handle[handle(*of_device.back())] = of_device.back().get();
    }
    if (group < 0) group = ++turn;
    return *of_device[static_cast<size_t>(group % kStreams)];
  }

  // With `mutex`: one that others have made.
  Stream& adopt(void* native_handle) {
    std::string why;
    for (size_t k = 0; k < streams.size(); ++k) {
      auto taken = device::adopt_cuda_stream(platform->device(k), native_handle);
      if (!taken.ok()) {
        why = taken.status().message();
        continue;
      }
      adopted.push_back(std::make_unique<Stream>(taken.take(), order));
      return *(by_handle[native_handle] = adopted.back().get());
    }
    throw std::runtime_error(why);
  }

  StreamOrder order;
  ImmediateTimeline host;
  std::unique_ptr<device::Platform> platform;
  StreamId host_id;
  bool is_simulated = false;
  std::vector<DeviceMemories> memories;
  // Guards what is below. Taken before any lock of a device.
  std::mutex mutex;
  // After the platform, so that they are gone before it.
  std::vector<std::vector<std::unique_ptr<Stream>>> streams;
  std::vector<std::unique_ptr<Stream>> adopted;
  std::unordered_map<void*, Stream*> by_handle;
  struct Outside {
    MemorySource* source;
    size_t bytes;
  };
  std::unordered_map<void*, Outside> outside;
  int turn = 0;
};

Devices& all() {
  static Devices devices;
  return devices;
}

}  // namespace

device::Stream& inside(Stream& stream) {
  return *stream.stream;
}

size_t count() {
  return all().platform->device_count();
}
bool are_simulated() {
  return all().is_simulated;
}
Stream& stream(int group, int device) {
  return all().stream(group, device);
}

Stream& stream_of(void* handle) {
  Devices& devices = all();
  // So that all handles are known.
  for (size_t k = 0; k < count(); ++k) devices.stream(0, static_cast<int>(k));
  std::lock_guard lock(devices.mutex);
  // The null handle is the default stream: the first.
  if (!handle) return *devices.streams[0][0];
  auto at = devices.by_handle.find(handle);
  if (at != devices.by_handle.end()) return *at->second;
  return devices.adopt(handle);
}

void* handle(const Stream& stream) {
  void* native = stream.stream->native_handle();
  return native ? native : stream.stream.get();
}
int device_of(const Stream& stream) {
  return static_cast<int>(stream.stream->device().index());
}
StreamId id_of(const Stream& stream) {
  return stream.id;
}

EventRef record(Stream& stream) {
  auto made = stream.stream->device().create_event();
  require(made.status());
  auto result = std::make_shared<Event>();
  result->event = made.take();
  result->point = all().order.point(stream.id);
  require(stream.stream->record(*result->event));
  return result;
}

bool is_done(const Event& event) {
  auto done = event.event->query();
  require(done.status());
  return done.value();
}

void wait(const Event& event) {
  require(event.event->wait());
}

void wait_for(Stream& stream, const Event& event) {
  require(stream.stream->wait(*event.event));
  all().order.wait(stream.id, event.point);
}

void synchronize(Stream& stream) {
  // The mark covers what others have queued, so that frees before it are known to be over.
  stream.timeline.mark();
  require(stream.stream->synchronize());
}

void synchronize_all() {
  for (size_t k = 0; k < count(); ++k) require(all().platform->device(k).synchronize());
}

void copy(Stream& stream, void* dst, const void* src, size_t bytes) {
  require(stream.stream->copy(dst, src, bytes));
}

void fill(Stream& stream, void* dst, int byte, size_t bytes) {
  unsigned char pattern = static_cast<unsigned char>(byte);
  require(stream.stream->fill(dst, &pattern, 1, bytes));
}

void copy_now(void* dst, const void* src, size_t bytes) {
  synchronize_all();
  Stream& by = stream(0, 0);
  copy(by, dst, src, bytes);
  synchronize(by);
}

void fill_now(void* dst, int byte, size_t bytes) {
  synchronize_all();
  Stream& by = stream(0, 0);
  fill(by, dst, byte, bytes);
  synchronize(by);
}

MemorySource* memory(Kind kind, int device) {
  Devices& devices = all();
  if (device < 0 || static_cast<size_t>(device) >= devices.memories.size()) return nullptr;
  return devices.memories[static_cast<size_t>(device)].sources[static_cast<int>(kind)].get();
}

void* allocate(Kind kind, int device, size_t bytes) {
  MemorySource* source = memory(kind, device);
  void* address = source && bytes ? source->allocate(bytes, 256) : nullptr;
  if (!address) throw std::bad_alloc();
  Devices& devices = all();
  std::lock_guard lock(devices.mutex);
  devices.outside[address] = {source, bytes};
  return address;
}

void free(void* address) {
  if (!address) return;
  Devices& devices = all();
  Devices::Outside block;
  {
    std::lock_guard lock(devices.mutex);
    auto at = devices.outside.find(address);
    if (at == devices.outside.end()) throw std::runtime_error("the address was not allocated here");
    block = at->second;
    devices.outside.erase(at);
  }
  synchronize_all();
  block.source->free(address, block.bytes, 256);
}

StreamOrder& order() {
  return all().order;
}
StreamId host_id() {
  return all().host_id;
}

}  // namespace palatine::devices
