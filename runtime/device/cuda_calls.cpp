#include "runtime/device/cuda_calls.h"

#include <algorithm>
#include <chrono>

#include "runtime/device/cuda_device.h"

namespace palatine::device {

CudaCalls::~CudaCalls() {
  {
    std::unique_lock lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

CudaCalls::Call* CudaCalls::add(CudaStreamHandle stream, HostFunction function, void* argument,
                                HostFunction lost) {
  std::unique_lock lock(mutex_);
  std::erase_if(calls_,
                [](const auto& call) { return call->state.load(std::memory_order_acquire) == Call::made; });
  Call* call = calls_.emplace_back(std::make_unique<Call>(stream, function, lost, argument)).get();
  if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
  if (calls_.size() == 1) changed_.notify_all();
  return call;
}

void CudaCalls::withdraw(const Call* call) {
  std::unique_lock lock(mutex_);
  std::erase_if(calls_, [&](const auto& known) { return known.get() == call; });
}

void CudaCalls::make(void* argument) {
  Call& call = *static_cast<Call*>(argument);
  uint8_t expected = Call::queued;
  if (!call.state.compare_exchange_strong(expected, Call::running, std::memory_order_acquire)) return;
  call.function(call.argument);
  call.state.store(Call::made, std::memory_order_release);
}

void CudaCalls::tell_lost(std::unique_lock<std::mutex>& lock, CudaStreamHandle stream) {
  std::vector<Call*> told;
  for (auto& call : calls_) {
    if (stream && call->stream != stream) continue;
    uint8_t expected = Call::queued;
    if (!call->state.compare_exchange_strong(expected, Call::was_lost)) continue;
    told.push_back(call.get());
    lost_.push_back(std::move(call));
  }
  std::erase(calls_, nullptr);
  lock.unlock();
  for (const Call* call : told) call->lost(call->argument);
  lock.lock();
}

void CudaCalls::forget(CudaStreamHandle stream) {
  std::unique_lock lock(mutex_);
  if (!calls_.empty()) tell_lost(lock, stream);
}

void CudaCalls::watch() {
  constexpr auto kBetween = std::chrono::milliseconds(20);
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (calls_.empty()) {
      changed_.wait(lock);
      continue;
    }
    changed_.wait_for(lock, kBetween);
    std::erase_if(calls_,
                  [](const auto& call) { return call->state.load(std::memory_order_acquire) == Call::made; });
    if (calls_.empty() || is_stopping_) continue;
    if (device_.status().ok()) {
      // With the lock, so that the stream lives; what the driver makes meanwhile needs no lock.
      CudaScope scope(device_);
      const int code = scope.status().ok() ? device_.driver().cuStreamQuery(calls_.front()->stream) : 0;
      if (code != 0 && code != cuda_result::not_ready) (void)device_.error("cuStreamQuery", "", code);
    }
    if (!device_.status().ok()) tell_lost(lock, nullptr);
  }
}

}  // namespace palatine::device
