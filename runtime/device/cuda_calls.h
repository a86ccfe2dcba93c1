// Calls of the host on CUDA streams whose owners must hear of it when the device is lost before they are
// made: the driver drops them without a word.
//
// While such calls are queued a thread asks their streams now and then, so that a loss is noticed when nobody
// else uses the device.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/device/cuda_driver.h"
#include "runtime/device/device.h"

namespace palatine::device {

class CudaDevice;

// Thread safe.
class CudaCalls {
 public:
  class Call {
   public:
    Call(CudaStreamHandle on, HostFunction made, HostFunction dropped, void* with)
        : stream(on), function(made), lost(dropped), argument(with) {}
    const CudaStreamHandle stream;
    const HostFunction function, lost;
    void* const argument;
    // Nobody but its owner touches a call that is `made`.
    enum : uint8_t { queued, running, made, was_lost };
    std::atomic<uint8_t> state{queued};
  };

  explicit CudaCalls(const CudaDevice& device) : device_(device) {}
  ~CudaCalls();
  CudaCalls(const CudaCalls&) = delete;
  CudaCalls& operator=(const CudaCalls&) = delete;

  // What the driver is to be given with `make`. It belongs to this.
  Call* add(CudaStreamHandle stream, HostFunction function, void* argument, HostFunction lost);
  // The driver did not take it.
  void withdraw(const Call* call);
  // What the driver calls.
  static void make(void* call);
  // The stream ends: its calls were made, or are lost and told so now.
  void forget(CudaStreamHandle stream);

 private:
  void watch();
  // With `mutex_`, which is released meanwhile: tells the owners of all queued calls of `stream`, or of all
  // streams when it is null.
  void tell_lost(std::unique_lock<std::mutex>& lock, CudaStreamHandle stream);

  const CudaDevice& device_;
  // Guards what follows; taken after a stream's lock, never in a call.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Call>> calls_;
  // Kept, should the driver make a call after it has said that the device is lost.
  std::vector<std::unique_ptr<Call>> lost_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace palatine::device
