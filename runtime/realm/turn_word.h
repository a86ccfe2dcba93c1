// What is known of a reservation without its lock, in one word: whether it is held, and who gets it next.
//
// A task that asks for what is held exclusively may look at the word for a moment instead of queueing: then
// the holder hands it over by one atomic step. Each who looks has a number of its own. It may have been away
// for long when it finds out: what it was handed it holds until it releases it, so until then no other number
// takes the place of its own; and what it was not handed goes to other numbers.
//
// Thread safety: any thread may call everything but `guard` and `restore`, which are for who has the lock.
#pragma once

#include <atomic>
#include <cstdint>

namespace palatine::realm {

class TurnWord {
 public:
  enum class State : uint32_t {
    free,
    held,       // exclusively, and nobody is in the queue
    looked_at,  // the same, and one who looks gets it next
    guarded,    // what the lock guards says it
  };
  // What one who looks has seen, with its number.
  using Look = uint64_t;

  // An exclusive request when nobody holds it.
  bool take() {
    const uint64_t seen = word_.load(std::memory_order_relaxed);
    return state_of(seen) == State::free && go(seen, with(seen, State::held));
  }
  // The end of an exclusive hold when nobody is in the queue: free, or held by who looks.
  bool leave() {
    for (;;) {
      const uint64_t seen = word_.load(std::memory_order_relaxed);
      const State state = state_of(seen);
      if (state != State::held && state != State::looked_at) return false;
      if (go(seen, state == State::held ? with(seen, State::free) : with_looker_as_holder(seen))) return true;
    }
  }

  // Whether somebody may begin to look.
  bool may_be_looked_at() const { return state_of(word_.load(std::memory_order_relaxed)) == State::held; }
  // False: look no more, and queue.
  bool begin_look(Look& look) {
    const uint64_t seen = word_.load(std::memory_order_relaxed);
    if (state_of(seen) != State::held) return false;
    look = with_next_looker(seen);
    return go(seen, look);
  }
  bool is_unchanged(Look look) const { return word_.load(std::memory_order_acquire) == look; }
  // Gives up if nothing has happened. Whether it was handed over to who looked.
  bool end_look(Look look) {
    uint64_t now = word_.load(std::memory_order_acquire);
    if (now == look) {
      if (go(look, with(look, State::held))) return false;
      now = word_.load(std::memory_order_acquire);
    }
    return handed_to(now) == looker_of(look);
  }

  // From here on the lock is needed. What was known before; who looks is sent to the queue.
  State guard() {
    return state_of(word_.fetch_or(static_cast<uint64_t>(State::guarded), std::memory_order_acq_rel));
  }
  // `state`: free or held.
  void restore(State state) {
    word_.store(with(word_.load(std::memory_order_relaxed), state), std::memory_order_release);
  }

 private:
  static constexpr int kLookerShift = 2, kHandedShift = 33;
  static constexpr uint64_t kStateMask = 3, kNumberMask = (uint64_t{1} << 31) - 1;

  // The state, the number of the last one who looked, and of the last one of these to whom it was handed.
  static State state_of(uint64_t word) { return static_cast<State>(word & kStateMask); }
  static uint64_t looker_of(uint64_t word) { return word >> kLookerShift & kNumberMask; }
  static uint64_t handed_to(uint64_t word) { return word >> kHandedShift & kNumberMask; }
  static uint64_t make(uint64_t handed, uint64_t looker, State state) {
    return handed << kHandedShift | looker << kLookerShift | static_cast<uint64_t>(state);
  }
  static uint64_t with(uint64_t word, State state) {
    return (word & ~kStateMask) | static_cast<uint64_t>(state);
  }
  static uint64_t with_next_looker(uint64_t word) {
    return make(handed_to(word), (looker_of(word) + 1) & kNumberMask, State::looked_at);
  }
  static uint64_t with_looker_as_holder(uint64_t word) {
    return make(looker_of(word), looker_of(word), State::held);
  }
  // Acquire and release: who takes it sees what was done by who held it.
  bool go(uint64_t seen, uint64_t to) {
    return word_.compare_exchange_strong(seen, to, std::memory_order_acq_rel, std::memory_order_relaxed);
  }

  std::atomic<uint64_t> word_{static_cast<uint64_t>(State::free)};
};

}  // namespace palatine::realm
