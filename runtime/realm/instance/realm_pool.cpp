// Pools whose blocks are instances.
#include <algorithm>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "palatine/realm_pool.h"
#include "realm/instance.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/process.h"

namespace palatine {

namespace {

constexpr const char* kCall = "RealmPool";
// What the bytes of every memory are aligned to.
constexpr uint64_t kPageBytes = 4096;

// Triggers an event on a worker: the end of work may be told from where neither locks may be taken nor
// devices be used.
struct LaterTrigger : realm::Work {
  explicit LaterTrigger() : event(realm::UserEvent::create()) {
    run = [](realm::Work& work, realm::Worker&) {
      auto& self = static_cast<LaterTrigger&>(work);
      self.event.trigger();
      delete &self;
    };
  }
  static void submit(void* self) { realm::submit_background(*static_cast<LaterTrigger*>(self)); }

  realm::UserEvent event;
};

}  // namespace

class RealmPool::Inside final : public MemorySource, public realm::MemoryHolder {
 public:
  Inside(Realm::Memory memory, StreamOrder& order, const PoolOptions& options)
      : heap_(realm::find_heap(memory, kCall)), pool_(std::make_unique<Pool>(*this, order, options)) {
    heap_.add_holder(*this);
  }

  ~Inside() override {
    // Instances that do not fit from now on wait for what is pending as for any other destruction.
    pool_->surrender();
    heap_.remove_holder(*this);
    pool_.reset();
    for (const Ending& ending : endings_) {
      // Devices make progress, and notice that they are lost, where they are waited for.
      if (!ending.over.has_triggered()) ending.timeline->wait(ending.number);
      bool is_poisoned;
      ending.over.wait_faultaware(is_poisoned);
    }
  }

  Pool& pool() { return *pool_; }

  // ---- as a source of blocks

  void* allocate(uint64_t size, uint64_t alignment) override {
    Realm::RegionInstance instance;
    char* base = heap_.take_block(size + slack(alignment), alignment, instance);
    return enter(instance, base, alignment);
  }

  void* allocate_later(uint64_t size, uint64_t alignment) override {
    // Failures are told by the event, and end nothing.
    Realm::ProfilingRequestSet requests;
    requests.add_request(Realm::Processor::NO_PROC, 0)
        .add_measurement<Realm::ProfilingMeasurements::InstanceStatus>();
    Realm::RegionInstance instance;
    Realm::Event ready = heap_.create(
        kCall, instance, std::make_shared<Realm::InstanceLayoutOpaque>(size + slack(alignment), alignment),
        nullptr, requests, Realm::Event::NO_EVENT);
    if (!instance.exists()) return nullptr;
    bool is_poisoned;
    ready.wait_faultaware(is_poisoned);
    if (is_poisoned) {
      instance.destroy();
      return nullptr;
    }
    return enter(instance, static_cast<char*>(instance.pointer_untyped(0, 0)), alignment);
  }

  void free(void* address, uint64_t, uint64_t) override { leave(address, Realm::Event::NO_EVENT); }

  bool free_after(void* address, uint64_t, uint64_t, const std::vector<PendingWork>& work) override {
    std::vector<Ending> endings;
    std::vector<Realm::Event> ends;
    bool can_wait = true;
    for (const PendingWork& part : work) {
      auto* end = new LaterTrigger;
      ends.push_back(realm::public_event(end->event));
      can_wait = part.timeline->call_when_over(part.number, LaterTrigger::submit, end);
      // The position covers the call itself.
      endings.push_back({part.timeline, part.timeline->position(), ends.back()});
      if (can_wait) continue;
      LaterTrigger::submit(end);
      break;
    }
    Realm::Event over = Realm::Event::merge_events(ends.data(), ends.size());
    if (can_wait) leave(address, over);
    std::lock_guard lock(mutex_);
    std::erase_if(endings_, [](const Ending& ending) { return ending.over.has_triggered(); });
    endings_.insert(endings_.end(), endings.begin(), endings.end());
    return can_wait;
  }

  void settle() override {
    std::vector<Leaving> leaving;
    {
      std::lock_guard lock(mutex_);
      leaving.swap(leaving_);
    }
    for (const Leaving& block : leaving) block.instance.destroy(block.over);
  }

  bool is_host_accessible() const override { return heap_.info().gpu == nullptr; }

  // ---- as a holder of memory

  void give_back() override { pool_->surrender(); }

 private:
  struct Leaving {
    Realm::RegionInstance instance;
    Realm::Event over;
  };

  // Work that blocks which were given back wait for, and its end. A lost stream's work is over too.
  struct Ending {
    Timeline* timeline;
    uint64_t number;
    Realm::Event over;
  };

  static uint64_t slack(uint64_t alignment) { return alignment > kPageBytes ? alignment : 0; }

  void* enter(Realm::RegionInstance instance, char* base, uint64_t alignment) {
    if (!base) return nullptr;
    uint64_t start = reinterpret_cast<uint64_t>(base);
    char* address = base + ((start + alignment - 1) / alignment * alignment - start);
    std::lock_guard lock(mutex_);
    blocks_.emplace(address, instance);
    return address;
  }

  // Destroying may trigger events and so must wait until the pool's lock is free.
  void leave(void* address, Realm::Event over) {
    std::lock_guard lock(mutex_);
    auto block = blocks_.find(address);
    leaving_.push_back({block->second, over});
    blocks_.erase(block);
  }

  realm::InstanceHeap& heap_;
  // Guards what follows; taken under the pool's lock, and no other lock is taken below it.
  std::mutex mutex_;
  std::unordered_map<void*, Realm::RegionInstance> blocks_;
  std::vector<Leaving> leaving_;
  std::vector<Ending> endings_;
  std::unique_ptr<Pool> pool_;
};

RealmPool::RealmPool(Realm::Memory memory, StreamOrder& order, const PoolOptions& options)
    : inside_(std::make_unique<Inside>(memory, order, options)) {}
RealmPool::~RealmPool() = default;

Pool& RealmPool::pool() {
  return inside_->pool();
}

}  // namespace palatine
