// Devices: memories, streams of work, events between them, kernels.
//
// A platform is a set of devices of one kind: `host.h` (the host's own cores), `simulated.h` (devices whose
// order and faults a test controls) and `cuda.h` (NVIDIA's driver, loaded at run time). Code above this
// folder sees only the interfaces of this file.
//
// Work is queued on streams and done later. Operations of one stream are done one after another, in the order
// in which they were queued; operations of different streams in any order, and at the same time, unless an
// event orders them. The model, and the meaning of an event that is recorded again, are those of the CUDA
// driver API.
//
// Owners: a platform owns its devices, a device its memories. Streams, events and modules belong to the
// caller and must be destroyed before their platform.
//
// Thread safety: every call may be made from any thread unless it says otherwise. Of two calls on one stream
// that are made at the same time, either may be queued first. An event must not be recorded and used at the
// same time.
//
// Addresses: all memories of a platform share one address space with the host, so a copy needs no direction.
// Memory of kind `device` must not be touched by the host; that of the others may, when no queued work uses
// it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/device/status.h"

namespace palatine::device {

class Device;
class Platform;

// Kinds of memory; each is a memory of its own, with its own limit.
enum class MemoryKind : uint8_t {
  // The device's own.
  device,
  // The host's, as malloc gives it. A copy between it and a device may make the host wait.
  host,
  // The host's, locked in place, so that the device copies from and to it at full speed and while the host
  // goes on.
  pinned,
  // One address for host and device; pages go where they are touched.
  managed,
};
constexpr size_t kMemoryKinds = 4;
const char* to_string(MemoryKind kind);

// Operations of a stream are numbered upwards in the order in which they were queued. 0 is before the first.
using Sequence = uint64_t;

struct DeviceProperties {
  std::string name;
  // Of the memory that kernels prefer (`Device::main_memory`).
  uint64_t memory_bytes = 0;
  // What `Memory::allocate` of the main memory aligns to at least.
  size_t alignment_bytes = 0;
  // How many copies from and to the host can go on beside kernels.
  int copy_engines = 0;
  int multiprocessors = 0;
  int max_threads_per_block = 0;
  int warp_threads = 0;
  // What a kernel may ask for without further ado.
  size_t max_shared_bytes_per_block = 0;
  // What tells it from all others, as CUDA has it; made up for simulated devices, zeros where it is not
  // known.
  std::array<char, 16> uuid{};
  // For CUDA the compute capability, else 0.0.
  int capability_major = 0;
  int capability_minor = 0;
  bool has_managed_memory = false;
  // The host may touch managed memory while kernels run.
  bool has_concurrent_managed_access = false;
  // Kernels may use all memory of the process by its address, also what no `Memory` gave.
  bool can_use_host_memory = false;
};

// One memory of one device, given out in blocks. This is what lies under a pool; it is not made to be called
// often.
class Memory {
 public:
  virtual ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  Device& device() const { return device_; }
  MemoryKind kind() const { return kind_; }
  // Every address given out is a multiple of it.
  size_t alignment_bytes() const { return alignment_bytes_; }

  // Uninitialised memory. `invalid_argument` for 0 bytes; `out_of_memory` with asked, used and limit;
  // `device_lost`.
  Result<void*> allocate(size_t size_bytes);
  // `size_bytes` as it was asked for. Memory that queued work still uses must not be freed: a simulated or
  // host device gives it out again at once; CUDA's driver may wait for the whole device. `invalid_argument`
  // for a foreign address.
  Status free(void* address, size_t size_bytes);

  // ---- blocks that grow where they lie. Addresses are set aside for them, and memory is mapped there when
  // it is needed. Freed with `free` and the size that they have then. Calls for one block must not be made at
  // once.

  // What their sizes and ranges are multiples of, and their addresses too; 0: this memory has no such blocks.
  size_t mapping_bytes() const { return mapping_bytes_; }
  // As `allocate`, with addresses for `range_bytes`, which cost nothing. `not_supported` without such blocks.
  Result<void*> allocate_growing(size_t size_bytes, size_t range_bytes);
  // Memory behind the block. When it fails, nothing has changed: `out_of_memory`, `device_lost`, or
  // `invalid_argument` beyond the range.
  Status extend(void* address, size_t more_bytes);
  // Gives back what `extend` has added last, the whole of it, if at least `keep_bytes` are left then. The
  // size that the block has now; memory that queued work uses must not be given back, as with `free`.
  Result<size_t> shrink(void* address, size_t keep_bytes);

  // Allocations that would put `used_bytes` above it fail. At first what the memory has.
  uint64_t limit_bytes() const { return limit_bytes_.load(std::memory_order_relaxed); }
  void set_limit_bytes(uint64_t limit_bytes) { limit_bytes_.store(limit_bytes, std::memory_order_relaxed); }
  // Sum of the sizes asked for and not freed, its maximum, and the number of blocks.
  uint64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  uint64_t used_high_water_bytes() const { return high_water_bytes_.load(std::memory_order_relaxed); }
  uint64_t blocks() const { return blocks_.load(std::memory_order_relaxed); }
  // What could be had now: the limit less what is used, or less where others use the same memory (CUDA asks
  // the driver). An allocation of that size may still fail where the memory is fragmented.
  virtual Result<uint64_t> free_bytes() const;

 protected:
  // `mapping_bytes` is not 0 for those who have the four calls for ranges.
  Memory(Device& device, MemoryKind kind, size_t alignment_bytes, uint64_t limit_bytes,
         size_t mapping_bytes = 0)
      : device_(device),
        kind_(kind),
        alignment_bytes_(alignment_bytes),
        mapping_bytes_(mapping_bytes),
        limit_bytes_(limit_bytes) {}
  // The limit is kept by the callers of these.
  virtual Result<void*> do_allocate(size_t size_bytes) = 0;
  virtual Status do_free(void* address, size_t size_bytes) = 0;
  // Addresses without memory, a multiple of `mapping_bytes`.
  virtual Result<void*> do_reserve(size_t range_bytes);
  virtual void do_unreserve(void* address, size_t range_bytes);
  // Memory at addresses of a range. `do_unmap` is called for what one call has mapped, last first.
  virtual Status do_map(void* address, size_t size_bytes);
  virtual Status do_unmap(void* address, size_t size_bytes);
  // For destructors, while these calls can still be made.
  void free_all_growing();
  // An `out_of_memory` error; `call` is what failed, e.g. the driver's function.
  Status out_of_memory(std::string_view call, size_t size_bytes, std::string_view why,
                       int driver_code = 0) const;

 private:
  struct Growing {
    size_t range_bytes;
    size_t size_bytes;
    // What was mapped, in order.
    std::vector<size_t> pieces;
  };
  // Counts bytes against the limit before they are asked for; what is used then.
  Result<uint64_t> take_bytes(size_t size_bytes);
  void note_high_water(uint64_t used_bytes);
  void give_bytes(size_t size_bytes) { used_bytes_.fetch_sub(size_bytes, std::memory_order_relaxed); }
  // False: no such block.
  bool free_growing(void* address, size_t size_bytes, Status& status);

  Device& device_;
  const MemoryKind kind_;
  const size_t alignment_bytes_;
  const size_t mapping_bytes_;
  std::atomic<uint64_t> limit_bytes_;
  // Relaxed, all three: they are counts; the blocks themselves are handed over by the callers.
  std::atomic<uint64_t> used_bytes_{0};
  std::atomic<uint64_t> high_water_bytes_{0};
  std::atomic<uint64_t> blocks_{0};
  // Guards the map, and is held while memory is mapped; the locks of implementations are taken under it.
  std::mutex growing_mutex_;
  std::map<void*, Growing> growing_;
};

// A point in a stream. It stands for the operations that were queued before `Stream::record`; recorded again,
// it forgets the first point, also for those who wait for it afterwards, but not for those who already do.
class Event {
 public:
  virtual ~Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  Device& device() const { return device_; }
  // Where it was last recorded: the stream's `id` and the record's own number; 0 and 0 when it never was.
  uint64_t stream_id() const { return stream_id_; }
  Sequence sequence() const { return sequence_; }

  // True when everything before the point is done, and for an event that was never recorded. Whoever sees
  // true sees what those operations wrote. `device_lost` when it will never be done.
  virtual Result<bool> query() const = 0;
  // Blocks the calling thread until `query` gives true or an error. The stepped simulation makes the
  // necessary steps.
  virtual Status wait() const = 0;

 protected:
  explicit Event(Device& device) : device_(device) {}
  Device& device_;
  uint64_t stream_id_ = 0;
  Sequence sequence_ = 0;
};

struct Dim3 {
  uint32_t x = 1, y = 1, z = 1;
  friend bool operator==(const Dim3&, const Dim3&) = default;
};

struct LaunchShape {
  // In blocks, and in threads a block.
  Dim3 grid;
  Dim3 block;
  // Beyond what the kernel declares itself.
  uint32_t shared_bytes = 0;
};

// A kernel's argument, by value: `size_bytes` bytes are copied when the kernel is queued.
struct KernelArgument {
  const void* data = nullptr;
  size_t size_bytes = 0;
};

template <typename T>
KernelArgument argument(const T& value) {
  return {&value, sizeof(T)};
}

// Which thread of a kernel a host function is called for.
struct HostKernelPoint {
  Dim3 grid;
  Dim3 block;
  Dim3 block_index;
  Dim3 thread_index;
  // `LaunchShape::shared_bytes`, the same for all threads of a block and zeroed for each block.
  void* shared = nullptr;
};

// A kernel as a host function: called for each thread, one after another, blocks in order x, y, z, in a block
// threads in the same order. `arguments[i]` points to a copy of argument i, aligned to 16 bytes. Must not
// throw.
using HostKernel = void (*)(const HostKernelPoint& point, void* const* arguments);

struct HostKernelEntry {
  std::string name;
  HostKernel function = nullptr;
};

// A program for devices in the forms that it exists in; each device takes the one that it runs. The contents
// are only used during the call that takes it.
struct ModuleSource {
  // For messages.
  std::string name;
  // PTX text (with or without closing zero byte), cubin or fatbin; for CUDA.
  std::string_view image;
  // For the host and simulated devices.
  std::span<const HostKernelEntry> host_kernels;
};

// Valid as long as its module.
class Kernel {
 public:
  virtual ~Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  Device& device() const { return device_; }
  const std::string& name() const { return name_; }

 protected:
  Kernel(Device& device, std::string name) : device_(device), name_(std::move(name)) {}

 private:
  Device& device_;
  std::string name_;
};

// A loaded program. Queued launches of its kernels must be done before it is destroyed.
class Module {
 public:
  struct Global {
    void* address = nullptr;
    size_t size_bytes = 0;
  };
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  // `not_found` when it has none of that name. Each name gives the same kernel every time.
  virtual Result<Kernel*> kernel(std::string_view name) = 0;
  // A variable of the program. Host functions have none.
  virtual Result<Global> global(std::string_view name) = 0;

 protected:
  Module() = default;
};

// Rows of `row_bytes` bytes in `slices` planes of `rows` rows. Pitches are in bytes from the start of one row
// or plane to the next; 0 means no gap. Rows must not overlap in the destination, nor source and destination
// each other.
struct StridedCopy {
  void* dst = nullptr;
  const void* src = nullptr;
  size_t row_bytes = 0;
  size_t rows = 1;
  size_t slices = 1;
  size_t dst_row_pitch_bytes = 0;
  size_t dst_slice_pitch_bytes = 0;
  size_t src_row_pitch_bytes = 0;
  size_t src_slice_pitch_bytes = 0;
};

// What was recorded from streams of a device (`Stream::begin_recording`), to be launched as often as wanted.
// Its last launch must be done before it is destroyed.
class Graph {
 public:
  virtual ~Graph() = default;
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  Device& device() const { return device_; }

  // Names a launch of the recording, as `Stream::recorded_launch` tells it.
  using Node = uint64_t;
  // Launches of the graph from now on launch the node's kernel so, with arguments of the same number and
  // sizes; those that are queued are as they were. After an error the graph must not be launched any more.
  // Not at the same time as another call for the graph.
  virtual Status set_launch(Node node, Kernel& kernel, const LaunchShape& shape,
                            std::span<const KernelArgument> arguments) = 0;

 protected:
  explicit Graph(Device& device) : device_(device) {}

 private:
  Device& device_;
};

// Called by a thread of the platform, in the stepped simulation by the thread that makes the step. Must not
// call a device, must not throw and should be short: the stream waits for it.
using HostFunction = void (*)(void* argument);

// A queue of work. All calls that queue return before the work is done, except that copies from and to memory
// of kind `host` may wait for it. A call that returns an error has queued nothing. Copies and fills of 0
// bytes queue nothing.
class Stream {
 public:
  // Waits for the work that is queued, unless the device is lost.
  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Device& device() const { return device_; }
  // Different from that of any other stream that the process ever had; never 0.
  uint64_t id() const { return id_; }
  // What the driver calls it, for programs that queue work of their own (CUDA: a `CUstream`); null without a
  // driver.
  virtual void* native_handle() const { return nullptr; }

  // The number of the last operation that was queued. Every queueing call that returns ok counts at least one
  // up, `record` and `wait` too.
  virtual Sequence submitted() const = 0;
  // All operations up to this number are done, and the caller sees what they wrote. It never falls and is
  // never too high, but on real devices it is only what is known from `query`, `synchronize` and the queries
  // and waits of events that were recorded on this stream. It does not grow any more when the device is lost.
  virtual Sequence completed() const = 0;

  virtual Status copy(void* dst, const void* src, size_t size_bytes) = 0;
  virtual Status copy_strided(const StridedCopy& copy) = 0;
  // Writes `count` times the `pattern_bytes` bytes at `pattern`, which are read before the call returns. At
  // most 256 bytes.
  virtual Status fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) = 0;
  virtual Status launch(Kernel& kernel, const LaunchShape& shape,
                        std::span<const KernelArgument> arguments) = 0;
  // Not called when the stream is lost before; then `lost`, if there is one, is called with the argument
  // instead, once, from any thread, as soon as the loss is known. One of the two is always called.
  virtual Status call(HostFunction function, void* argument, HostFunction lost = nullptr) = 0;
  // `event` must be of this device.
  virtual Status record(Event& event) = 0;
  // Operations queued from now on begin after the point at which `event` is recorded now. The event may be of
  // another device of the platform. When that device is lost, this stream is too.
  virtual Status wait(const Event& event) = 0;

  // True when all that was queued before the call is done.
  virtual Result<bool> query() = 0;
  // Blocks the calling thread until that.
  virtual Status synchronize() = 0;

  // ---- recording. From here to `end_recording` copies, fills and launches on this stream are not done but
  // recorded, and so are those on streams of the device from where they wait for an event of the recording to
  // its end. Nothing else may be asked of these streams but to record events and to wait for events of the
  // recording, and only the recording's are waited for. One thread at a time uses them.

  // `not_supported` where there are no graphs.
  virtual Status begin_recording();
  // Directly behind `launch`: its name for `Graph::set_launch`. `not_supported` where launches of graphs stay
  // as they are.
  virtual Result<Graph::Node> recorded_launch();
  // This stream must have waited for all that was recorded. After an error nothing is recorded any more, too.
  virtual Result<std::unique_ptr<Graph>> end_recording();
  // All of it, in an order that the streams' and events' allow. Of two launches of one graph, one must come
  // behind the other by streams and events.
  virtual Status launch_graph(Graph& graph);

 protected:
  explicit Stream(Device& device);
  Device& device_;
  const uint64_t id_;
};

struct StreamOptions {
  // Ask for a stream whose kernels go first. A device without priorities takes it as any other.
  bool is_urgent = false;
};

struct EventOptions {
  // For `Device::elapsed_ns`. Costs a little time.
  bool has_time = false;
};

class Device {
 public:
  virtual ~Device() = default;
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  Platform& platform() const { return platform_; }
  // Its number in the platform.
  size_t index() const { return index_; }
  const DeviceProperties& properties() const { return properties_; }
  // For messages, e.g. `cuda device 0 (NVIDIA H200)`.
  std::string describe() const;

  // Null when the device has no such memory.
  virtual Memory* memory(MemoryKind kind) = 0;
  // That of kind `device`; for the host that of kind `host`.
  virtual Memory& main_memory() = 0;

  virtual Result<std::unique_ptr<Stream>> create_stream(const StreamOptions& options = {}) = 0;
  virtual Result<std::unique_ptr<Event>> create_event(const EventOptions& options = {}) = 0;
  virtual Result<std::unique_ptr<Module>> load_module(const ModuleSource& source) = 0;

  // Whether kernels of this device can use memory of `other`, and so that they can. Copies need neither.
  virtual bool can_access(const Device& other) const = 0;
  virtual Status enable_access(Device& other) = 0;

  // Locks memory of the host in place: copies from and to it are then those of kind `pinned`, on all devices
  // of the platform. Whole pages that are used for nothing else. After an error copies work as before. It
  // must be unlocked, when nothing that is queued uses it, before it is freed.
  virtual Status lock_host(void* address, size_t size_bytes);
  virtual Status unlock_host(void* address);

  // Makes it the calling thread's current device for programs that call the driver themselves.
  virtual Status use_on_this_thread() { return {}; }

  // Between the points of two events with time that are done.
  virtual Result<double> elapsed_ns(const Event& from, const Event& to) = 0;
  // Waits for all streams of the device.
  virtual Status synchronize() = 0;
  // Ok, or why the device is lost.
  virtual Status status() const = 0;

 protected:
  Device(Platform& platform, size_t index) : platform_(platform), index_(index) {}
  Platform& platform_;
  const size_t index_;
  DeviceProperties properties_;
};

class Platform {
 public:
  virtual ~Platform() = default;
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  // `host`, `simulated` or `cuda`.
  const std::string& name() const { return name_; }
  virtual size_t device_count() const = 0;
  virtual Device& device(size_t index) = 0;
  // Why there are no devices; empty when there are some.
  virtual const std::string& absent_reason() const = 0;

 protected:
  explicit Platform(std::string name) : name_(std::move(name)) {}

 private:
  const std::string name_;
};

}  // namespace palatine::device
