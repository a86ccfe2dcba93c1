// The word behind an event, and its atomic steps. The states are described in event.h.
//
// `Word` is `std::atomic<uint64_t>`; the model checker of the tests puts one in its place that stops before
// each access.
#pragma once

#include <atomic>
#include <cstdint>

namespace palatine::realm {

struct Waiter;

namespace detail {

constexpr int kGenerationBits = 18;
constexpr int kHeadBits = 44;
constexpr uint64_t kPoisonedBit = uint64_t{1} << kHeadBits;
// Of a pending event: programs may trigger it.
constexpr uint64_t kProgramBit = uint64_t{1} << (kHeadBits + 1);
constexpr int kGenerationShift = kHeadBits + 2;
constexpr uint64_t kHeadMask = (uint64_t{1} << kHeadBits) - 1;
constexpr uint64_t kMaxGeneration = (uint64_t{1} << kGenerationBits) - 1;

template <typename Word>
bool slot_has_triggered(const Word& slot, uint64_t generation, bool& is_poisoned) {
  uint64_t word = slot.load(std::memory_order_acquire);
  is_poisoned = false;
  if (word >> kGenerationShift != generation) return true;
  is_poisoned = (word & kPoisonedBit) != 0;
  return is_poisoned;
}

// Pushes the waiter, or says that the event has triggered. `W` is Waiter, whose definition comes later.
template <typename Word, typename W>
bool slot_subscribe(Word& slot, uint64_t generation, W& waiter, bool& is_poisoned) {
  is_poisoned = false;
  uint64_t word = slot.load(std::memory_order_acquire);
  do {
    if (word >> kGenerationShift != generation) return false;
    if (word & kPoisonedBit) {
      is_poisoned = true;
      return false;
    }
    waiter.next = reinterpret_cast<W*>((word & kHeadMask) << 4);
  } while (!slot.compare_exchange_weak(word, (word & ~kHeadMask) | reinterpret_cast<uint64_t>(&waiter) >> 4,
                                       std::memory_order_release, std::memory_order_acquire));
  return true;
}

// Triggers and takes the waiters, the latest first. False when the event has triggered before; then the slot
// is spoilt.
template <typename Word, typename W>
bool slot_trigger(Word& slot, uint64_t generation, bool is_poisoned, W*& latest) {
  uint64_t next =
      is_poisoned ? generation << kGenerationShift | kPoisonedBit : (generation + 1) << kGenerationShift;
  uint64_t word = slot.exchange(next, std::memory_order_acq_rel);
  latest = reinterpret_cast<W*>((word & kHeadMask) << 4);
  return word >> kGenerationShift == generation && !(word & kPoisonedBit);
}

// Whether a slot can be used again after this event.
constexpr bool is_slot_reusable(uint64_t generation, bool is_poisoned) {
  return !is_poisoned && generation + 1 < kMaxGeneration;
}

}  // namespace detail

}  // namespace palatine::realm
