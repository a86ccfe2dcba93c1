// What a merged event counts, and its atomic steps.
//
// `Count` and `Flag` are `std::atomic<uint32_t>` and `std::atomic<bool>`; the model checker of the tests puts
// others in their place that stop before each access.
//
// Memory orders: the count is acquire-release, so who arrives last sees what happened before all arrivals and
// passes it on. The flag needs no order of its own: whoever sets it arrives afterwards, so the last one sees
// it.
#pragma once

#include <atomic>
#include <cstdint>

namespace palatine::realm {

template <typename Count = std::atomic<uint32_t>, typename Flag = std::atomic<bool>>
class MergeCount {
 public:
  // Before anybody else knows it.
  void start(uint32_t missing) { missing_.store(missing, std::memory_order_relaxed); }

  // An input is poisoned. True for the first one: the caller poisons the merged event. It has still to
  // arrive.
  bool poison() { return !is_poisoned_.exchange(true, std::memory_order_relaxed); }

  enum class Arrival {
    kNotLast,
    kLast,             // the caller triggers the merged event
    kLastAfterPoison,  // nothing is left to trigger
  };
  // After this only the last one may touch the merge.
  Arrival arrive(uint32_t inputs) {
    if (missing_.fetch_sub(inputs, std::memory_order_acq_rel) != inputs) return Arrival::kNotLast;
    return is_poisoned_.load(std::memory_order_relaxed) ? Arrival::kLastAfterPoison : Arrival::kLast;
  }

 private:
  Count missing_{0};
  Flag is_poisoned_{false};
};

}  // namespace palatine::realm
