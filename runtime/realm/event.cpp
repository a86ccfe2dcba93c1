#include "runtime/realm/event.h"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <vector>

#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/merge_count.h"

namespace palatine::realm {

namespace {

// Address space for the slots; memory comes as slots are used for the first time.
uint64_t slot_limit;

std::atomic<uint64_t>* reserve_slots() {
  for (uint64_t count = uint64_t{1} << 30; count >= uint64_t{1} << 20; count >>= 2) {
    void* address = mmap(nullptr, count * sizeof(uint64_t), PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address != MAP_FAILED) {
      slot_limit = count;
      return static_cast<std::atomic<uint64_t>*>(address);
    }
  }
  fatal_error("cannot reserve address space for events");
}

// Slots that no thread has. `mutex` guards `batches` and changes of `fresh_event_slot`.
struct SharedSlots {
  std::mutex mutex;
  std::vector<std::vector<uint32_t>> batches;
};

SharedSlots& shared_slots() {
  static SharedSlots* instance = new SharedSlots;
  return *instance;
}

// Free slots of one thread. A slot's word keeps the generation of its next event. Without a constructor and a
// destructor, so that using it costs no check whether it exists: `SlotsGoBack` gives what is left back.
struct SlotCache {
  static constexpr size_t kBatch = 256;
  uint32_t slots[2 * kBatch];
  size_t count;

  void give(size_t n) {
    if (n == 0) return;
    std::vector<uint32_t> batch(slots + count - n, slots + count);
    count -= n;
    SharedSlots& shared = shared_slots();
    std::lock_guard lock(shared.mutex);
    shared.batches.push_back(std::move(batch));
  }

  void refill() {
    SharedSlots& shared = shared_slots();
    std::lock_guard lock(shared.mutex);
    if (!shared.batches.empty()) {
      for (uint32_t slot : shared.batches.back()) slots[count++] = slot;
      shared.batches.pop_back();
      return;
    }
    uint64_t first = detail::fresh_event_slot.load(std::memory_order_relaxed);
    if (first + kBatch > slot_limit) {
      fatal_error("out of events: more than %llu operations are pending",
                  static_cast<unsigned long long>(slot_limit));
    }
    // Descending, so that events are created in ascending slots.
    for (size_t k = kBatch; k-- > 0;) slots[count++] = static_cast<uint32_t>(first + k);
    detail::fresh_event_slot.store(first + kBatch, std::memory_order_relaxed);
  }
};

constinit thread_local SlotCache slot_cache = {};

struct SlotsGoBack {
  ~SlotsGoBack() { slot_cache.give(slot_cache.count); }
  void need() {}
};
thread_local SlotsGoBack slots_go_back;

// Waiters that a trigger on this thread has still to call: two lists. Triggers from inside a waiter only
// append.
struct Drain {
  struct List {
    Waiter* first;
    Waiter* last;  // means nothing while there is no first one
    void append(Waiter* head, Waiter* tail) {
      (first ? last->next : first) = head;
      last = tail;
    }
    Waiter* take() {
      Waiter* taken = first;
      first = taken->next;
      return taken;
    }
  };
  bool is_active;
  List clean, poisoned;
};

constinit thread_local Drain drain = {};

void fire_all(Waiter* latest, bool is_poisoned) {
  // Waiters were pushed in front: reversed, they are called in the order in which they came.
  Waiter* first = nullptr;
  Waiter* last = latest;
  while (latest) {
    Waiter* earlier = latest->next;
    latest->next = first;
    first = latest;
    latest = earlier;
  }
  Drain& d = drain;
  (is_poisoned ? d.poisoned : d.clean).append(first, last);
  if (d.is_active) return;
  d.is_active = true;
  for (;;) {
    if (d.clean.first) {
      Waiter* waiter = d.clean.take();
      waiter->fire(*waiter, false);
    } else if (d.poisoned.first) {
      Waiter* waiter = d.poisoned.take();
      waiter->fire(*waiter, true);
    } else {
      break;
    }
  }
  d.is_active = false;
}

// A trigger that waits for another event.
struct Chain : Waiter {
  UserEvent target;
  bool ignores_faults;

  static void on_event(Waiter& waiter, bool is_poisoned) {
    Chain& chain = static_cast<Chain&>(waiter);
    UserEvent target = chain.target;
    bool poisons = is_poisoned && !chain.ignores_faults;
    free_block(&chain, sizeof(Chain));
    poisons ? target.poison() : target.trigger();
  }
};

// A merged event: counts the events that are missing. The first poisoned one triggers the target at once.
struct alignas(16) Merge {
  MergeCount<> count;
  bool ignores_faults;
  UserEvent target;
  size_t size_bytes;

  struct Input : Waiter {
    Merge* merge;
  };

  Input* inputs() { return reinterpret_cast<Input*>(reinterpret_cast<char*>(this) + sizeof(Merge)); }

  static void on_event(Waiter& waiter, bool is_poisoned) {
    Merge* merge = static_cast<Input&>(waiter).merge;
    if (is_poisoned) merge->poison();
    merge->arrive(1);
  }

  void poison() {
    if (!ignores_faults && count.poison()) target.poison();
  }

  void arrive(uint32_t inputs_arrived) {
    const MergeCount<>::Arrival arrival = count.arrive(inputs_arrived);
    if (arrival == MergeCount<>::Arrival::kNotLast) return;
    UserEvent event = target;
    free_block(this, size_bytes);
    if (arrival == MergeCount<>::Arrival::kLast) event.trigger();
  }
};
static_assert(sizeof(Merge) % alignof(Waiter) == 0);

}  // namespace

namespace detail {
std::atomic<uint64_t>* const event_slots = reserve_slots();
// Slot 0 stays unused, so that handle 0 is no event.
constinit std::atomic<uint64_t> fresh_event_slot{1};
}  // namespace detail

uint64_t event_slots_used() {
  return detail::fresh_event_slot.load(std::memory_order_relaxed);
}

uint64_t event_slot_limit() {
  return slot_limit;
}

bool Event::subscribe(Waiter& waiter, bool& is_poisoned) const {
  is_poisoned = false;
  if (id_ == 0) return false;
  return detail::slot_subscribe(detail::slot_of(id_), id_ & detail::kMaxGeneration, waiter, is_poisoned);
}

namespace {

uint64_t take_slot() {
  SlotCache& cache = slot_cache;
  if (cache.count == 0) {
    slots_go_back.need();
    cache.refill();
  }
  return cache.slots[--cache.count];
}

}  // namespace

UserEvent UserEvent::create() {
  const uint64_t slot = take_slot();
  const uint64_t word = detail::event_slots[slot].load(std::memory_order_relaxed);
  return UserEvent(slot << detail::kGenerationBits | word >> detail::kGenerationShift);
}

UserEvent UserEvent::create_of_program() {
  const uint64_t slot = take_slot();
  const uint64_t word = detail::event_slots[slot].load(std::memory_order_relaxed);
  // Nobody has a handle of this generation yet; who looks at the slot with an older one reads only the
  // generation.
  detail::event_slots[slot].store(word | detail::kProgramBit, std::memory_order_relaxed);
  return UserEvent(slot << detail::kGenerationBits | word >> detail::kGenerationShift);
}

void UserEvent::trigger_as(bool is_poisoned) const {
  if (!try_trigger(is_poisoned)) {
    internal_error("event %llx was triggered twice", static_cast<unsigned long long>(id_));
  }
}

bool UserEvent::try_trigger(bool is_poisoned) const {
  uint64_t generation = id_ & detail::kMaxGeneration;
  Waiter* latest;
  if (!detail::slot_trigger(detail::slot_of(id_), generation, is_poisoned, latest)) return false;
  if (detail::is_slot_reusable(generation, is_poisoned)) {
    SlotCache& cache = slot_cache;
    if (cache.count == 0) slots_go_back.need();
    if (cache.count == 2 * SlotCache::kBatch) cache.give(SlotCache::kBatch);
    cache.slots[cache.count++] = static_cast<uint32_t>(id_ >> detail::kGenerationBits);
  }
  if (latest) fire_all(latest, is_poisoned);
  return true;
}

void UserEvent::trigger_after(Event precondition, bool ignores_faults) const {
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    Chain* chain = new (allocate_block(sizeof(Chain))) Chain;
    chain->fire = &Chain::on_event;
    chain->target = *this;
    chain->ignores_faults = ignores_faults;
    if (precondition.subscribe(*chain, is_poisoned)) return;
    free_block(chain, sizeof(Chain));
  }
  trigger_as(is_poisoned && !ignores_faults);
}

Event Event::merge(const Event* events, size_t count, bool ignores_faults) {
  size_t pending = 0;
  Event last;
  for (size_t k = 0; k < count; ++k) {
    bool is_poisoned;
    if (!events[k].has_triggered(is_poisoned)) {
      ++pending;
      last = events[k];
    } else if (is_poisoned && !ignores_faults) {
      return events[k];
    }
  }
  // A single event can stand for the merge, unless its poison is to be ignored.
  if (pending == 0 || (pending == 1 && !ignores_faults)) return last;
  size_t size_bytes = sizeof(Merge) + count * sizeof(Merge::Input);
  Merge* merge = new (allocate_block(size_bytes)) Merge;
  UserEvent target = UserEvent::create();
  merge->target = target;
  merge->ignores_faults = ignores_faults;
  merge->size_bytes = size_bytes;
  // One more than there can be inputs, so that inputs that trigger now do not finish it.
  merge->count.start(static_cast<uint32_t>(count) + 1);
  uint32_t arrived = 1;
  for (size_t k = 0; k < count; ++k) {
    Merge::Input* input = new (&merge->inputs()[k]) Merge::Input;
    input->fire = &Merge::on_event;
    input->merge = merge;
    bool is_poisoned;
    if (!events[k].subscribe(*input, is_poisoned)) {
      if (is_poisoned) merge->poison();
      ++arrived;
    }
  }
  merge->arrive(arrived);
  return target;
}

}  // namespace palatine::realm
