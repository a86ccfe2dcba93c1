// The GPUs of a running low-level runtime.
//
// A GPU is a processor (TOC_PROC) whose tasks run on a thread of the host and queue work on the device's
// streams, and a memory (GPU_FB_MEM) that only that work can touch. Work of one stream is in order; the
// runtime orders work of different streams by its own events: an operation is over when a host function
// behind its work on the stream was called, which hands over to the workers. So nobody polls, and the device
// is never waited for as a whole, but for tasks that use streams of their own
// (`Cuda::set_task_ctxsync_required`).
//
// A device that is lost, and work that the driver refuses, end the program with the device's message.
//
// Thread safety: all calls, from any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/device/box_copy.h"
#include "runtime/device/device.h"
#include "runtime/realm/gpu/gpu_config.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

// Of the running task of a runtime above this one; null when there is no such runtime. It gives null for a
// task that does not run on a GPU.
extern device::Stream* (*stream_of_running_task)();

class Gpu {
 public:
  // How much it takes at once: of its own memory, of the host's that it reaches, of managed memory.
  struct Sizes {
    uint64_t memory_bytes = 0, pinned_bytes = 0, managed_bytes = 0;
  };
  // `number`: what the driver calls it. `submit(argument, work)` queues work for the workers, from any
  // thread; null: those of the low-level runtime.
  using Submit = void (*)(void* argument, Work& work);
  Gpu(device::Device& device, int number, const Sizes& sizes, int task_streams, Submit submit = nullptr,
      void* submit_argument = nullptr);
  ~Gpu();

  device::Device& device() const { return device_; }
  int number() const { return number_; }
  char* bytes() const { return bytes_; }
  char* pinned_bytes() const { return pinned_; }
  char* managed_bytes() const { return managed_; }

  // For the next task; in turns.
  device::Stream& next_task_stream();
  const std::vector<std::unique_ptr<device::Stream>>& task_streams() const { return task_streams_; }
  // For copies from and to the host, and inside of the device.
  device::Stream& to_device() { return *to_device_; }
  device::Stream& to_host() { return *to_host_; }
  device::Stream& inside() { return *inside_; }
  // For boxes whose rows are short, on both sides in memory of this device.
  device::BoxCopier& box_copier() { return box_copier_; }
  // Does nothing but wait for others' events and call the host, so that no work waits for such a call.
  device::Stream& notices() { return *notices_; }

  // Recorded on the stream. The event is used again when nobody has it any more; it must not outlive this.
  std::shared_ptr<device::Event> record(device::Stream& stream);

  // Hands `work` to the workers when all that is queued on the stream is done. `work` lives until then. Of a
  // lost device the program ends.
  void when_done(device::Stream& stream, Work& work);

  // Whether nothing is waited for.
  bool is_idle() const { return awaited_.load(std::memory_order_acquire) == 0; }

  // Wait for the bytes.
  void read(void* to, const void* from, size_t bytes);
  void write(void* to, const void* from, size_t bytes);

  // Ends the program when it is an error; `what` was tried.
  void check(const device::Status& status, const char* what) const;
  // Added to the message: what the device was doing, for instance. Set before anything can fail.
  void set_note(std::function<std::string()> note) { note_ = std::move(note); }

 private:
  std::unique_ptr<device::Stream> make_stream();
  void watch();

  device::Device& device_;
  const int number_;
  const Submit submit_;
  void* const submit_argument_;
  std::function<std::string()> note_;
  const Sizes sizes_;
  char* bytes_ = nullptr;
  char* pinned_ = nullptr;
  char* managed_ = nullptr;
  std::vector<std::unique_ptr<device::Stream>> task_streams_;
  std::atomic<size_t> next_{0};
  device::BoxCopier box_copier_;
  std::unique_ptr<device::Stream> to_device_, to_host_, inside_, notices_;
  // Guards the events that wait to be used again.
  std::mutex events_mutex_;
  std::vector<std::unique_ptr<device::Event>> events_;

  // A lost device calls nobody: a thread looks now and then while something is waited for.
  std::atomic<uint64_t> awaited_{0};
  std::mutex watch_mutex_;
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  std::thread watcher_;
};

// All GPUs of the runtime; empty when none are asked for.
class GpuSet {
 public:
  // Ends the program with a message when there are not as many as are asked for.
  explicit GpuSet(const GpuConfig& config);
  ~GpuSet();
  const std::vector<std::unique_ptr<Gpu>>& all() const { return gpus_; }

 private:
  std::unique_ptr<device::Platform> platform_;
  std::vector<std::unique_ptr<Gpu>> gpus_;
};

}  // namespace palatine::realm
