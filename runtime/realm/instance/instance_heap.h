// The instances of one memory: their records, their bytes, and the calls that create and destroy them.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "realm/id.h"
#include "runtime/realm/instance/instance_record.h"
#include "runtime/realm/spin_lock.h"

namespace palatine::realm {

// Things to do when no lock is held.
struct Effects {
  struct Ready {
    UserEvent event;
    bool is_poisoned;
  };
  struct OutOfMemory {
    uint64_t asked_bytes, free_bytes, largest_bytes;
  };
  std::vector<Ready> ready;
  std::vector<std::unique_ptr<Profile>> finished_profiles;
  std::vector<OutOfMemory> fatal;
  // Requests that do not fit, to be made again when the holders have given back what they do not need.
  std::vector<InstanceRecord*> short_of_memory;
};

// Somebody who keeps instances in the place of memory that he hands out himself.
class MemoryHolder {
 public:
  virtual ~MemoryHolder() = default;
  // Destroys those that hold nothing any more, now or with a precondition. Called without any lock of the
  // heap, from any thread, also from triggers; must not block.
  virtual void give_back() = 0;
};

class InstanceHeap {
 public:
  explicit InstanceHeap(const MemoryInfo& info);
  ~InstanceHeap();

  // `resource` (null: an instance of this memory) is taken over. `inst` is NO_INST when there
  // are no handles left.
  Realm::Event create(const char* call, Realm::RegionInstance& inst,
                      const std::shared_ptr<const Realm::InstanceLayoutGeneric>& layout,
                      std::unique_ptr<Realm::ExternalInstanceResource> resource,
                      const Realm::ProfilingRequestSet& requests, Realm::Event wait_on);
  // For holders, under their own locks: bytes that are free and promised to nobody. Null: there are none.
  char* take_block(uint64_t bytes, uint64_t alignment, Realm::RegionInstance& inst);
  void add_holder(MemoryHolder& holder);
  // Afterwards the holder is not called any more.
  void remove_holder(MemoryHolder& holder);
  void destroy(const char* call, InstanceRecord& record,
               std::vector<Realm::RegionInstance::DestroyedField> fields, Realm::Event wait_on);
  Realm::Event redistrict(const char* call, InstanceRecord& record, Realm::RegionInstance* instances,
                          const Realm::InstanceLayoutGeneric** layouts, size_t count,
                          const Realm::ProfilingRequestSet* requests, Realm::Event wait_on);

  const MemoryInfo& info() const { return info_; }
  // Null when no such instance exists.
  InstanceRecord* find(unsigned index);
  uint64_t peak_bytes();
  // None when the bytes are there, or will never be waited for.
  Realm::Event ready_event(InstanceRecord& record);

 private:
  static constexpr unsigned kChunkBits = 10;
  static constexpr unsigned kChunks = (1u << Realm::ID::INSTANCE_INDEX_WIDTH) >> kChunkBits;

  static void creation_event_triggered(Waiter& waiter, bool is_poisoned);
  static void destruction_event_triggered(Waiter& waiter, bool is_poisoned);

  // The rest needs the mutex.
  InstanceRecord* new_record();
  void prepare(InstanceRecord& record, const std::shared_ptr<const Realm::InstanceLayoutGeneric>& layout,
               const Realm::ProfilingRequestSet& requests);
  void ask(InstanceRecord& record, bool is_poisoned, Effects& effects, bool may_ask_holders = true);
  void ask_external(InstanceRecord& record, Effects& effects);
  void follow_destruction(InstanceRecord& record, Effects& effects);
  void announce(InstanceRecord& record, Effects& effects);
  void allocated(InstanceRecord& record, char* base, Effects& effects);
  void failed(InstanceRecord& record, bool is_reportable, Effects& effects);
  void apply(AllocationPlanner::Changes& changes, Effects& effects);
  void destruction_ready(InstanceRecord& record, Effects& effects);
  void destruction_poisoned(InstanceRecord& record, Effects& effects);
  void split_external(InstanceRecord& record, Effects& effects);
  void cancel_pieces(InstanceRecord& record);
  void fail_pieces(InstanceRecord& record, Effects& effects);
  void retire(InstanceRecord& record, Effects& effects);

  // Not under the mutex.
  void carry_out(Effects& effects);
  static void ask_again(const std::vector<InstanceRecord*>& records);
  void destruction_event(InstanceRecord& record, bool is_poisoned);

  const MemoryInfo info_;
  // Held for some lookups and changes of lists, so that waiting for it by turns is cheapest.
  SpinLock mutex_;
  AllocationPlanner planner_;
  char* bytes_ = nullptr;  // the whole memory
  std::atomic<InstanceRecord*> chunks_[kChunks] = {};
  unsigned record_count_ = 0;
  std::vector<InstanceRecord*> spare_;

  // Guards `holders_`, and is held while they are called. Never taken under `mutex_`.
  std::mutex holders_mutex_;
  std::vector<MemoryHolder*> holders_;
  // Read without the lock: most heaps never have any.
  std::atomic<bool> has_holders_{false};
};

// The GPU whose work alone can touch the instance's bytes, or null.
Gpu* gpu_of(Realm::RegionInstance instance);

// The heap of a memory; a message that names `call` when there is none.
InstanceHeap& find_heap(Realm::Memory memory, const char* call);

}  // namespace palatine::realm
