// The event's word under every interleaving: the code of event_slot.h runs on fibers that stop before each
// atomic access, and a search goes through all orders in which they can go on. Reads and writes of atomics
// are sequentially consistent here; that the weaker orders of the code are enough is for the thread
// sanitizer.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "runtime/realm/event.h"
#include "runtime/realm/fiber.h"
#include "runtime/realm/merge_count.h"

namespace palatine::realm {
namespace {

// One schedule after the other, depth first: a path of choices is replayed and its last one is changed.
class Search {
 public:
  // The next choice of `count`.
  size_t choose(size_t count) {
    if (depth_ == path_.size()) path_.push_back({0, count});
    return path_[depth_++].taken;
  }
  // Goes to the next path. False when all were taken.
  bool next() {
    depth_ = 0;
    while (!path_.empty() && path_.back().taken + 1 == path_.back().count) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().taken;
    return true;
  }

 private:
  struct Choice {
    size_t taken;
    size_t count;
  };
  std::vector<Choice> path_;
  size_t depth_ = 0;
};

// Threads of the model. Each is a fiber that is used again for each schedule and never ends.
class Model {
 public:
  explicit Model(std::vector<std::function<void()>> bodies) {
    for (auto& body : bodies) {
      threads_.push_back(std::make_unique<Thread>());
      threads_.back()->body = std::move(body);
      threads_.back()->fiber = &Fiber::acquire(&run, nullptr, threads_.back().get());
      // A fiber that never ends goes back to no pool: it stays reachable here, also while the process ends.
      static auto& kept = *new std::vector<Fiber*>;
      kept.push_back(threads_.back()->fiber);
    }
  }

  // Runs all schedules: `reset` before and `check` after each. Returns how many there were. In a schedule at
  // most `spurious_failures` weak compare-and-swaps fail for no reason.
  size_t explore(const std::function<void()>& reset, const std::function<void()>& check,
                 int spurious_failures = 1) {
    Search search;
    search_ = &search;
    current_model = this;
    size_t schedules = 0;
    do {
      reset();
      spurious_left_ = spurious_failures;
      for (auto& thread : threads_) thread->is_done = false;
      for (;;) {
        std::vector<Thread*> enabled;
        for (auto& thread : threads_) {
          if (!thread->is_done) enabled.push_back(thread.get());
        }
        if (enabled.empty()) break;
        running_ = enabled[search.choose(enabled.size())];
        running_->fiber->resume();
        running_ = nullptr;
      }
      check();
      ++schedules;
    } while (search.next() && !testing::Test::HasFatalFailure());
    current_model = nullptr;
    return schedules;
  }

  // On a thread of the model: stops until the search lets it go on.
  static void step() {
    if (!current_model || !current_model->running_) return;
    current_model->running_->fiber->park([](Fiber&, void*) { return true; }, nullptr);
  }
  static bool fails_spuriously() {
    Model* model = current_model;
    if (!model || model->spurious_left_ == 0) return false;
    bool fails = model->search_->choose(2) == 1;
    if (fails) --model->spurious_left_;
    return fails;
  }

 private:
  struct Thread {
    std::function<void()> body;
    Fiber* fiber;
    bool is_done = false;
  };

  static void run(void* argument) {
    Thread& thread = *static_cast<Thread*>(argument);
    for (;;) {
      thread.body();
      thread.is_done = true;
      thread.fiber->park([](Fiber&, void*) { return true; }, nullptr);
    }
  }

  static Model* current_model;
  std::vector<std::unique_ptr<Thread>> threads_;
  Thread* running_ = nullptr;
  Search* search_ = nullptr;
  int spurious_left_ = 0;
};
Model* Model::current_model = nullptr;

// In the place of std::atomic<uint64_t>.
struct ScheduledWord {
  uint64_t value = 0;
  uint64_t load(std::memory_order) const {
    Model::step();
    return value;
  }
  uint64_t exchange(uint64_t next, std::memory_order) {
    Model::step();
    return std::exchange(value, next);
  }
  bool compare_exchange_weak(uint64_t& expected, uint64_t next, std::memory_order, std::memory_order) {
    Model::step();
    if (value != expected || Model::fails_spuriously()) {
      expected = value;
      return false;
    }
    value = next;
    return true;
  }
};

// Of the merge of a schedule: whether its last arrival has been, and whether it was used after that.
bool merge_is_over, merge_was_used_late;

// In the place of other atomics.
template <typename T>
struct ScheduledValue {
  T value;
  explicit ScheduledValue(T start) : value(start) {}
  void store(T next, std::memory_order) { value = next; }
  T load(std::memory_order) {
    Model::step();
    if (merge_is_over) merge_was_used_late = true;
    return value;
  }
  T exchange(T next, std::memory_order) {
    Model::step();
    if (merge_is_over) merge_was_used_late = true;
    return std::exchange(value, next);
  }
  T fetch_sub(T amount, std::memory_order) {
    Model::step();
    if (merge_is_over) merge_was_used_late = true;
    return std::exchange(value, static_cast<T>(value - amount));
  }
};

struct ModelWaiter : Waiter {
  int fired_clean = 0;
  int fired_poisoned = 0;
  bool was_refused = false;
  bool refused_poisoned = false;
  int times() const { return fired_clean + fired_poisoned + (was_refused ? 1 : 0); }
};

struct State {
  ScheduledWord word;
  ModelWaiter waiters[4];
  bool trigger_began = false;
  bool saw_too_early = false;
  bool is_spoilt = false;

  void subscribe(int k, uint64_t generation) {
    ModelWaiter& waiter = waiters[k];
    bool is_poisoned;
    if (!detail::slot_subscribe(word, generation, static_cast<Waiter&>(waiter), is_poisoned)) {
      waiter.was_refused = true;
      waiter.refused_poisoned = is_poisoned;
      if (!trigger_began) saw_too_early = true;
    }
  }
  bool trigger(uint64_t generation, bool poisons) {
    trigger_began = true;
    Waiter* latest;
    bool is_good = detail::slot_trigger(word, generation, poisons, latest);
    if (!is_good) is_spoilt = true;
    for (; latest; latest = latest->next) {
      ModelWaiter& waiter = static_cast<ModelWaiter&>(*latest);
      ++(poisons ? waiter.fired_poisoned : waiter.fired_clean);
    }
    return is_good;
  }
  void poll(uint64_t generation) {
    bool is_poisoned;
    if (detail::slot_has_triggered(word, generation, is_poisoned) && !trigger_began) saw_too_early = true;
  }
};

void check_waiters(int subscribers, int spurious_failures, size_t least_schedules) {
  // Of an event of the runtime, and of the program.
  for (uint64_t start : {uint64_t{0}, detail::kProgramBit})
    for (bool poisons : {false, true}) {
      State state;
      std::vector<std::function<void()>> threads = {[&] { state.trigger(0, poisons); }};
      for (int k = 0; k < subscribers; ++k) threads.push_back([&state, k] { state.subscribe(k, 0); });
      Model model(threads);
      size_t schedules = model.explore(
          [&] {
            state = State();
            state.word.value = start;
          },
          [&] {
            ASSERT_FALSE(state.is_spoilt);
            ASSERT_EQ(state.word.value & detail::kProgramBit, 0u);
            ASSERT_FALSE(state.saw_too_early);
            for (int k = 0; k < subscribers; ++k) {
              const ModelWaiter& waiter = state.waiters[k];
              ASSERT_EQ(waiter.times(), 1);
              ASSERT_EQ(waiter.fired_poisoned > 0 || waiter.refused_poisoned, poisons);
            }
          },
          spurious_failures);
      EXPECT_GE(schedules, least_schedules);
    }
}

// Each subscriber has two accesses at least when it comes in time, the trigger one.
TEST(EventModel, EveryWaiterIsCalledOrRefusedOnce) {
  check_waiters(1, 2, 3);
  check_waiters(2, 1, 30);
  check_waiters(3, 0, 100);
}

TEST(EventModel, AWaiterOfTheNextUseIsNotCalledByThisOne) {
  State state;
  // The slot is used again as soon as its event has triggered, while an old handle is still subscribed and
  // polled.
  Model model({[&] { state.subscribe(0, 0); },
               [&] {
                 state.trigger(0, false);
                 state.subscribe(1, 1);
               },
               [&] { state.poll(0); }});
  size_t schedules = model.explore([&] { state = State(); },
                                   [&] {
                                     ASSERT_FALSE(state.is_spoilt);
                                     ASSERT_FALSE(state.saw_too_early);
                                     ASSERT_EQ(state.waiters[0].times(), 1);
                                     ASSERT_EQ(state.waiters[1].times(), 0);
                                     ASSERT_TRUE(state.trigger(1, true));
                                     ASSERT_EQ(state.waiters[0].times(), 1);
                                     ASSERT_EQ(state.waiters[1].fired_poisoned, 1);
                                   });
  EXPECT_GT(schedules, 20u);
}

TEST(EventModel, OfTwoTriggersExactlyOneIsReported) {
  for (bool first : {false, true}) {
    for (bool second : {false, true}) {
      State state;
      int failures = 0;
      Model model({[&] { failures += state.trigger(0, first) ? 0 : 1; },
                   [&] { failures += state.trigger(0, second) ? 0 : 1; }, [&] { state.subscribe(0, 0); }});
      model.explore(
          [&] {
            state = State();
            failures = 0;
          },
          [&] { ASSERT_EQ(failures, 1); });
    }
  }
}

TEST(EventModel, AHandleOfAUsedSlotStaysTriggered) {
  State state;
  bool seen_pending_after = false;
  bool has_seen = false;
  Model model({[&] {
                 state.trigger(0, false);
                 state.trigger(1, false);
                 state.trigger(2, true);
               },
               [&] {
                 bool is_poisoned;
                 for (int k = 0; k < 3; ++k) {
                   bool has = detail::slot_has_triggered(state.word, 0, is_poisoned);
                   seen_pending_after = seen_pending_after || (has_seen && !has) || is_poisoned;
                   has_seen = has_seen || has;
                 }
               }});
  model.explore(
      [&] {
        state = State();
        seen_pending_after = has_seen = false;
      },
      [&] { ASSERT_FALSE(seen_pending_after); });
}

// The merge of up to three inputs, each of which triggers on a thread of its own while another one subscribes
// to them all, as `Event::merge` does.
struct MergeState {
  ScheduledWord words[3];
  Waiter waiters[3];
  MergeCount<ScheduledValue<uint32_t>, ScheduledValue<bool>> merge;
  int clean_triggers = 0, poisonings = 0, frees = 0;

  void arrive(uint32_t count) {
    switch (merge.arrive(count)) {
      case decltype(merge)::Arrival::kNotLast:
        break;
      case decltype(merge)::Arrival::kLast:
        free_it();
        ++clean_triggers;
        break;
      case decltype(merge)::Arrival::kLastAfterPoison:
        free_it();
        break;
    }
  }
  void free_it() {
    ++frees;
    merge_is_over = true;
  }
  void note_poison(bool ignores_faults) {
    if (!ignores_faults && merge.poison()) ++poisonings;
  }
  void build(int inputs, bool ignores_faults) {
    uint32_t arrived = 1;
    for (int k = 0; k < inputs; ++k) {
      bool is_poisoned;
      if (detail::slot_subscribe(words[k], 0, waiters[k], is_poisoned)) continue;
      if (is_poisoned) note_poison(ignores_faults);
      ++arrived;
    }
    arrive(arrived);
  }
  void trigger(int k, bool poisons, bool ignores_faults) {
    Waiter* latest;
    detail::slot_trigger(words[k], 0, poisons, latest);
    if (!latest) return;
    if (poisons) note_poison(ignores_faults);
    arrive(1);
  }
};

TEST(EventModel, AMergeTriggersOnceAndAsItsInputsDo) {
  size_t schedules = 0;
  for (int inputs : {1, 2}) {
    for (unsigned poisoned = 0; poisoned < 1u << inputs; ++poisoned) {
      for (bool ignores_faults : {false, true}) {
        MergeState state;
        std::vector<std::function<void()>> threads = {[&] { state.build(inputs, ignores_faults); }};
        for (int k = 0; k < inputs; ++k) {
          threads.push_back([&, k] { state.trigger(k, (poisoned >> k & 1) != 0, ignores_faults); });
        }
        Model model(threads);
        schedules += model.explore(
            [&] {
              state = MergeState();
              merge_is_over = merge_was_used_late = false;
              state.merge.start(static_cast<uint32_t>(inputs) + 1);
            },
            [&] {
              const bool ends_poisoned = poisoned != 0 && !ignores_faults;
              ASSERT_EQ(state.frees, 1);
              ASSERT_FALSE(merge_was_used_late);
              ASSERT_EQ(state.poisonings, ends_poisoned ? 1 : 0);
              ASSERT_EQ(state.clean_triggers, ends_poisoned ? 0 : 1);
            },
            inputs == 1 ? 1 : 0);
      }
    }
  }
  EXPECT_GT(schedules, 1000u);
}

}  // namespace
}  // namespace palatine::realm
