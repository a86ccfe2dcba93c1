#include "runtime/realm/instance/instance_heap.h"

#include <algorithm>
#include <sstream>
#include <string>

#include "realm/faults.h"
#include "realm/logging.h"
#include "realm/timers.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/backing.h"
#include "runtime/realm/reductions.h"
#include "runtime/realm/topology.h"

namespace palatine::realm {

namespace measurements = Realm::ProfilingMeasurements;
using Creation = InstanceRecord::Creation;
using Destruction = InstanceRecord::Destruction;

namespace {

Realm::Logger log_inst("inst");

std::string name_of(const MemoryInfo& info) {
  std::ostringstream text;
  text << info.handle << " (" << info.kind << ")";
  return text.str();
}

uint64_t now() {
  return static_cast<uint64_t>(Realm::Clock::current_time_in_nanoseconds());
}

}  // namespace

// ---- records

InstanceHeap::InstanceHeap(const MemoryInfo& info) : info_(info), planner_(info.capacity_bytes) {
  planner_.set_defers(info.defers_allocation);
  bytes_ = info.bytes;
  if (info.capacity_bytes && !bytes_) {
    bytes_ = reserve_bytes(info.capacity_bytes, info.kind == Realm::Memory::DISK_MEM);
    if (!bytes_) {
      fatal_error("error: no address space for the %llu bytes of memory %s",
                  static_cast<unsigned long long>(info.capacity_bytes), name_of(info).c_str());
    }
    if (info.numa_node >= 0 && topology().nodes.size() > 1 &&
        !bind_bytes_to_node(bytes_, info.capacity_bytes, info.numa_node)) {
      log_inst.warning() << "memory " << name_of(info) << " could not be bound to node " << info.numa_node;
    }
  }
}

InstanceHeap::~InstanceHeap() {
  for (unsigned k = 0; k < kChunks && chunks_[k].load(std::memory_order_relaxed); ++k) {
    InstanceRecord* chunk = chunks_[k].load(std::memory_order_relaxed);
    for (unsigned r = 0; r < 1u << kChunkBits; ++r) delete chunk[r].tables.load(std::memory_order_relaxed);
    delete[] chunk;
  }
  if (bytes_ && !info_.bytes) release_bytes(bytes_, info_.capacity_bytes);
}

InstanceRecord* InstanceHeap::find(unsigned index) {
  InstanceRecord* chunk = chunks_[index >> kChunkBits].load(std::memory_order_acquire);
  if (!chunk) return nullptr;
  InstanceRecord* record = &chunk[index & ((1u << kChunkBits) - 1)];
  return record->creation.load(std::memory_order_acquire) == Creation::kUnused ? nullptr : record;
}

InstanceRecord* InstanceHeap::new_record() {
  if (!spare_.empty()) {
    InstanceRecord* record = spare_.back();
    spare_.pop_back();
    return record;
  }
  if (record_count_ == kChunks << kChunkBits) return nullptr;
  const unsigned index = record_count_++;
  std::atomic<InstanceRecord*>& chunk = chunks_[index >> kChunkBits];
  if (!chunk.load(std::memory_order_relaxed)) {
    chunk.store(new InstanceRecord[1u << kChunkBits], std::memory_order_release);
  }
  InstanceRecord* record = &chunk.load(std::memory_order_relaxed)[index & ((1u << kChunkBits) - 1)];
  record->handle.id = Realm::ID::make_instance(0, 0, Realm::ID(info_.handle).memory_mem_idx(), index).id;
  record->heap = this;
  record->creation_waiter.owner = record->destruction_waiter.owner = record;
  record->creation_waiter.fire = creation_event_triggered;
  record->destruction_waiter.fire = destruction_event_triggered;
  return record;
}

void InstanceHeap::prepare(InstanceRecord& record,
                           const std::shared_ptr<const Realm::InstanceLayoutGeneric>& layout,
                           const Realm::ProfilingRequestSet& requests) {
  // Of instances of one layout that come one after the other, all but the first find it here.
  if (record.layout != layout) record.layout = layout;
  record.destruction = Destruction::kNone;
  record.is_cancelled = record.is_announced = record.is_external = false;
  record.is_status_wanted = record.is_alloc_result_wanted = false;
  record.ticket = AllocationPlanner::kNoTicket;
  record.ready = UserEvent();
  record.profile = make_profile(requests);
  if (record.profile) {
    record.is_status_wanted = record.profile->wants<measurements::InstanceStatus>() ||
                              record.profile->wants<measurements::InstanceAbnormalStatus>();
    record.is_alloc_result_wanted = record.profile->wants<measurements::InstanceAllocResult>();
    record.timeline = measurements::InstanceTimeline();
    record.timeline.instance = record.handle;
    record.timeline.create_time = now();
  }
  record.creation.store(Creation::kAwaiting, std::memory_order_release);
}

void InstanceHeap::retire(InstanceRecord& record, Effects& effects) {
  if (record.profile) {
    record.timeline.delete_time = now();
    if (record.creation == Creation::kAllocated) {
      // How it ended; that it was allocated is told by `InstanceAllocResult`.
      measurements::InstanceStatus status;
      status.result = measurements::InstanceStatus::DESTROYED_SUCCESSFULLY;
      record.profile->add(status);
      record.profile->add(record.timeline);
    }
    effects.finished_profiles.push_back(std::move(record.profile));
  }
  record.base.store(nullptr, std::memory_order_relaxed);
  // Nobody uses a destroyed instance: its tables and its layout are the heap's alone.
  if (PieceTables* tables = record.tables.load(std::memory_order_relaxed)) {
    record.tables.store(nullptr, std::memory_order_relaxed);
    delete tables;
  }
  // A layout that others have, too, stays for the next use of the record: it costs nothing there.
  if (record.layout.use_count() == 1) record.layout.reset();
  record.resource.reset();
  record.mapping.reset();
  record.pieces.clear();
  record.destroyed_fields.clear();
  record.creation.store(Creation::kUnused, std::memory_order_release);
  spare_.push_back(&record);
}

// ---- creation

Realm::Event InstanceHeap::create(const char* call, Realm::RegionInstance& inst,
                                  const std::shared_ptr<const Realm::InstanceLayoutGeneric>& layout,
                                  std::unique_ptr<Realm::ExternalInstanceResource> resource,
                                  const Realm::ProfilingRequestSet& requests, Realm::Event wait_on) {
  const Event precondition = core_event(wait_on, call);
  bool is_poisoned = false;
  const bool has_triggered = precondition.has_triggered(is_poisoned);
  Effects effects;
  Event result;
  InstanceRecord* record;
  {
    std::lock_guard lock(mutex_);
    record = new_record();
    if (record) {
      prepare(*record, layout, requests);
      record->resource = std::move(resource);
      record->is_external = record->resource != nullptr;
      inst = record->handle;
      if (has_triggered) {
        ask(*record, is_poisoned, effects);
      } else {
        record->ready = UserEvent::create();
      }
      result = record->ready;
    }
  }
  if (!record) {
    inst = Realm::RegionInstance::NO_INST;
    if (std::unique_ptr<Profile> profile = make_profile(requests)) {
      measurements::InstanceStatus status;
      status.result = measurements::InstanceStatus::INSTANCE_COUNT_EXCEEDED;
      measurements::InstanceAbnormalStatus abnormal;
      abnormal.result = status.result;
      profile->add(status);
      profile->add(abnormal);
      profile->add(measurements::InstanceAllocResult());
      profile->finish();
    }
    UserEvent failure = UserEvent::create();
    failure.poison();
    return public_event(failure);
  }
  carry_out(effects);
  if (!has_triggered && !precondition.subscribe(record->creation_waiter, is_poisoned)) {
    creation_event_triggered(record->creation_waiter, is_poisoned);
  }
  return public_event(result);
}

void InstanceHeap::creation_event_triggered(Waiter& waiter, bool is_poisoned) {
  InstanceRecord& record = *static_cast<InstanceRecord::OwnedWaiter&>(waiter).owner;
  InstanceHeap& heap = *record.heap;
  Effects effects;
  {
    std::lock_guard lock(heap.mutex_);
    heap.ask(record, is_poisoned, effects);
  }
  heap.carry_out(effects);
}

// The precondition has triggered: asks for the bytes.
void InstanceHeap::ask(InstanceRecord& record, bool is_poisoned, Effects& effects, bool may_ask_holders) {
  if (is_poisoned) {
    record.is_cancelled = true;
    failed(record, true, effects);
  } else if (record.is_external) {
    ask_external(record, effects);
  } else {
    const uint64_t bytes = record.layout->bytes_used;
    auto placed = planner_.allocate(bytes, record.layout->alignment_reqd, &record);
    record.ticket = placed.ticket;
    switch (placed.outcome) {
      case AllocationPlanner::Outcome::kGranted:
        allocated(record, bytes_ + placed.offset, effects);
        break;
      case AllocationPlanner::Outcome::kDeferred:
        record.creation.store(Creation::kDeferred, std::memory_order_release);
        if (!record.ready.exists()) record.ready = UserEvent::create();
        if (record.profile) record.profile->add(measurements::InstanceAllocResult{true});
        break;
      case AllocationPlanner::Outcome::kFailed:
        if (may_ask_holders && has_holders_.load(std::memory_order_relaxed)) {
          // As if the precondition had not triggered yet.
          if (!record.ready.exists()) record.ready = UserEvent::create();
          effects.short_of_memory.push_back(&record);
          return;
        }
        failed(record, record.is_status_wanted || record.is_alloc_result_wanted, effects);
        break;
    }
  }
  follow_destruction(record, effects);
}

void InstanceHeap::ask_external(InstanceRecord& record, Effects& effects) {
  if (auto* memory = dynamic_cast<Realm::ExternalMemoryResource*>(record.resource.get())) {
    allocated(record, reinterpret_cast<char*>(memory->base), effects);
    return;
  }
  auto& file = static_cast<Realm::ExternalFileResource&>(*record.resource);
  std::string error;
  char* base = nullptr;
  record.mapping = map_file(file.filename, file.mode, file.offset, record.layout->bytes_used, base, error);
  if (record.mapping || record.layout->bytes_used == 0) {
    allocated(record, base, effects);
  } else {
    if (!record.is_status_wanted && !record.is_alloc_result_wanted) fatal_error("error: %s", error.c_str());
    log_inst.error() << error;
    failed(record, true, effects);
  }
}

void InstanceHeap::allocated(InstanceRecord& record, char* base, Effects& effects) {
  record.base.store(base, std::memory_order_release);
  record.creation.store(Creation::kAllocated, std::memory_order_release);
  if (record.profile) {
    record.timeline.ready_time = now();
    record.profile->add(measurements::InstanceAllocResult{true});
    measurements::InstanceMemoryUsage usage;
    usage.instance = record.handle;
    usage.memory = info_.handle;
    usage.bytes = record.layout->bytes_used;
    record.profile->add(usage);
  }
  if (record.ready.exists()) effects.ready.push_back({record.ready, false});
}

void InstanceHeap::failed(InstanceRecord& record, bool is_reportable, Effects& effects) {
  record.creation.store(Creation::kFailed, std::memory_order_release);
  record.ticket = AllocationPlanner::kNoTicket;
  record.is_announced = false;
  if (!is_reportable && !record.is_cancelled) {
    effects.fatal.push_back(
        {record.layout->bytes_used, planner_.free_bytes(), planner_.largest_free_bytes()});
  }
  if (record.profile) {
    measurements::InstanceStatus status;
    measurements::InstanceAbnormalStatus abnormal;
    status.result = abnormal.result = record.is_cancelled ? measurements::InstanceStatus::CANCELLED_ALLOCATION
                                                          : measurements::InstanceStatus::FAILED_ALLOCATION;
    status.error_code = abnormal.error_code =
        record.is_cancelled ? static_cast<int>(Realm::Faults::ERROR_POISONED_PRECONDITION) : 0;
    record.profile->add(status);
    record.profile->add(abnormal);
    record.profile->add(measurements::InstanceAllocResult{false});
    effects.finished_profiles.push_back(std::move(record.profile));
  }
  if (!record.ready.exists()) record.ready = UserEvent::create();
  effects.ready.push_back({record.ready, true});
  fail_pieces(record, effects);
}

// What would have been cut out of `record` will not be.
void InstanceHeap::fail_pieces(InstanceRecord& record, Effects& effects) {
  std::vector<InstanceRecord*> pieces;
  pieces.swap(record.pieces);
  for (InstanceRecord* piece : pieces) {
    piece->is_cancelled = true;
    failed(*piece, true, effects);
    if (piece->destruction == Destruction::kReady) retire(*piece, effects);
  }
}

// The creation was decided after the destruction had been asked for.
void InstanceHeap::follow_destruction(InstanceRecord& record, Effects& effects) {
  if (record.destruction == Destruction::kAsked) announce(record, effects);
  if (record.destruction == Destruction::kReady) destruction_ready(record, effects);
}

// ---- destruction

void InstanceHeap::destroy(const char* call, InstanceRecord& record,
                           std::vector<Realm::RegionInstance::DestroyedField> fields, Realm::Event wait_on) {
  const Event precondition = core_event(wait_on, call);
  bool is_poisoned = false;
  const bool has_triggered = precondition.has_triggered(is_poisoned);
  bool is_done = false;
  Effects effects;
  {
    std::lock_guard lock(mutex_);
    if (record.destruction != Destruction::kNone) {
      bad_use(call, "instance %llx has been destroyed before",
              static_cast<unsigned long long>(record.handle.id));
    }
    record.destruction = Destruction::kAsked;
    record.destroyed_fields = std::move(fields);
    if (!has_triggered) {
      announce(record, effects);
    } else if (!is_poisoned && record.destroyed_fields.empty()) {
      destruction_ready(record, effects);
      is_done = true;
    }
  }
  carry_out(effects);
  if (is_done) return;
  if (has_triggered || !precondition.subscribe(record.destruction_waiter, is_poisoned)) {
    destruction_event(record, is_poisoned);
  }
}

Realm::Event InstanceHeap::redistrict(const char* call, InstanceRecord& record,
                                      Realm::RegionInstance* instances,
                                      const Realm::InstanceLayoutGeneric** layouts, size_t count,
                                      const Realm::ProfilingRequestSet* requests, Realm::Event wait_on) {
  const Event precondition = core_event(wait_on, call);
  bool is_poisoned = false;
  const bool has_triggered = precondition.has_triggered(is_poisoned);
  Effects effects;
  std::vector<Event> ready;
  {
    std::lock_guard lock(mutex_);
    if (record.destruction != Destruction::kNone) {
      bad_use(call, "instance %llx has been destroyed before",
              static_cast<unsigned long long>(record.handle.id));
    }
    record.destruction = Destruction::kAsked;
    for (size_t k = 0; k < count; ++k) {
      InstanceRecord* piece = new_record();
      if (!piece) bad_use(call, "memory %s has no handles left", name_of(info_).c_str());
      prepare(*piece, std::unique_ptr<Realm::InstanceLayoutGeneric>(layouts[k]->clone()), requests[k]);
      piece->is_external = record.is_external;
      piece->ready = UserEvent::create();
      ready.push_back(piece->ready);
      instances[k] = piece->handle;
      record.pieces.push_back(piece);
    }
    announce(record, effects);
  }
  carry_out(effects);
  if (has_triggered || !precondition.subscribe(record.destruction_waiter, is_poisoned)) {
    destruction_event(record, is_poisoned);
  }
  return public_event(Event::merge(ready.data(), ready.size()));
}

void InstanceHeap::destruction_event_triggered(Waiter& waiter, bool is_poisoned) {
  InstanceRecord& record = *static_cast<InstanceRecord::OwnedWaiter&>(waiter).owner;
  record.heap->destruction_event(record, is_poisoned);
}

void InstanceHeap::destruction_event(InstanceRecord& record, bool is_poisoned) {
  if (!is_poisoned && !record.destroyed_fields.empty()) destroy_objects(record);
  Effects effects;
  {
    std::lock_guard lock(mutex_);
    if (is_poisoned) {
      destruction_poisoned(record, effects);
    } else {
      destruction_ready(record, effects);
    }
  }
  carry_out(effects);
}

// Tells the planner that the bytes will be released, if it knows the instance already.
void InstanceHeap::announce(InstanceRecord& record, Effects& effects) {
  if (record.is_external || record.is_announced) return;
  // The bytes of a piece that is still part of another instance are the planner's business too.
  if (record.ticket == AllocationPlanner::kNoTicket) return;
  record.is_announced = true;
  if (record.pieces.empty()) {
    planner_.announce_release(record.ticket);
    return;
  }
  std::vector<AllocationPlanner::Piece> wanted;
  for (InstanceRecord* piece : record.pieces) {
    wanted.push_back({piece->layout->bytes_used, piece->layout->alignment_reqd, piece});
  }
  auto placed = planner_.announce_split(record.ticket, wanted);
  // Those that do not fit have failed and are no pieces any more.
  std::vector<InstanceRecord*> pieces;
  pieces.swap(record.pieces);
  for (size_t k = 0; k < pieces.size(); ++k) {
    InstanceRecord& piece = *pieces[k];
    piece.ticket = placed[k].ticket;
    if (placed[k].outcome == AllocationPlanner::Outcome::kFailed) {
      failed(piece, piece.is_status_wanted || piece.is_alloc_result_wanted, effects);
    } else {
      record.pieces.push_back(&piece);
      piece.creation.store(Creation::kDeferred, std::memory_order_release);
      if (piece.profile) piece.profile->add(measurements::InstanceAllocResult{true});
    }
    follow_destruction(piece, effects);
  }
}

void InstanceHeap::destruction_ready(InstanceRecord& record, Effects& effects) {
  record.destruction = Destruction::kReady;
  const Creation creation = record.creation;
  if (creation == Creation::kFailed) {
    retire(record, effects);
  } else if (record.is_external) {
    if (creation != Creation::kAllocated) return;
    split_external(record, effects);
    retire(record, effects);
  } else if (record.ticket != AllocationPlanner::kNoTicket) {
    if (!record.pieces.empty()) announce(record, effects);
    AllocationPlanner::Changes changes;
    planner_.release(record.ticket, changes);
    if (creation == Creation::kAllocated) retire(record, effects);
    apply(changes, effects);
  }
}

void InstanceHeap::destruction_poisoned(InstanceRecord& record, Effects& effects) {
  log_inst.info() << "instance " << record.handle
                  << " stays: the precondition of its destruction is poisoned";
  record.destruction = Destruction::kNone;
  record.destroyed_fields.clear();
  cancel_pieces(record);
  if (!record.is_announced) {
    fail_pieces(record, effects);
    return;
  }
  // The planner tells which pieces are gone.
  AllocationPlanner::Changes changes;
  planner_.keep(record.ticket, changes);
  record.is_announced = false;
  record.pieces.clear();
  apply(changes, effects);
}

void InstanceHeap::cancel_pieces(InstanceRecord& record) {
  for (InstanceRecord* piece : record.pieces) {
    piece->is_cancelled = true;
    cancel_pieces(*piece);
  }
}

void InstanceHeap::split_external(InstanceRecord& record, Effects& effects) {
  std::vector<InstanceRecord*> pieces;
  pieces.swap(record.pieces);
  uintptr_t at = reinterpret_cast<uintptr_t>(record.base.load(std::memory_order_relaxed));
  const uintptr_t end = at + record.layout->bytes_used;
  for (InstanceRecord* piece : pieces) {
    const size_t alignment = std::max<size_t>(piece->layout->alignment_reqd, 1);
    const uintptr_t start = (at + alignment - 1) / alignment * alignment;
    if (start > end || end - start < piece->layout->bytes_used) {
      failed(*piece, piece->is_status_wanted || piece->is_alloc_result_wanted, effects);
    } else {
      at = start + piece->layout->bytes_used;
      piece->mapping = record.mapping;
      allocated(*piece, reinterpret_cast<char*>(start), effects);
    }
    follow_destruction(*piece, effects);
  }
}

// Carries out what the planner decided about requests that had been deferred.
void InstanceHeap::apply(AllocationPlanner::Changes& changes, Effects& effects) {
  // What should have been cut out of an instance that failed is cancelled with it. It comes before it in the
  // list.
  for (const AllocationPlanner::Change& change : changes) {
    if (change.outcome == AllocationPlanner::Outcome::kFailed) {
      cancel_pieces(*static_cast<InstanceRecord*>(change.owner));
    }
  }
  for (const AllocationPlanner::Change& change : changes) {
    InstanceRecord& record = *static_cast<InstanceRecord*>(change.owner);
    if (change.outcome == AllocationPlanner::Outcome::kGranted) {
      allocated(record, bytes_ + change.offset, effects);
    } else {
      record.pieces.clear();
      failed(record, record.is_status_wanted, effects);
    }
    // The planner has released it already.
    if (record.destruction == Destruction::kReady) retire(record, effects);
  }
}

void InstanceHeap::carry_out(Effects& effects) {
  for (const Effects::OutOfMemory& failure : effects.fatal) {
    fatal_error(
        "error: out of memory: an instance needs %llu bytes of memory %s; %llu bytes are free, the "
        "largest free block has %llu, the limit is %llu",
        static_cast<unsigned long long>(failure.asked_bytes), name_of(info_).c_str(),
        static_cast<unsigned long long>(failure.free_bytes),
        static_cast<unsigned long long>(failure.largest_bytes),
        static_cast<unsigned long long>(info_.capacity_bytes));
  }
  for (std::unique_ptr<Profile>& profile : effects.finished_profiles) profile->finish();
  for (const Effects::Ready& ready : effects.ready) {
    ready.is_poisoned ? ready.event.poison() : ready.event.trigger();
  }
  if (!effects.short_of_memory.empty()) ask_again(effects.short_of_memory);
}

// ---- memory that is handed out by others

// What holders give back may trigger events whose waiters are short of memory too: these are appended here
// instead of asking the holders from within themselves.
void InstanceHeap::ask_again(const std::vector<InstanceRecord*>& records) {
  static thread_local std::vector<InstanceRecord*>* waiting = nullptr;
  if (waiting) {
    waiting->insert(waiting->end(), records.begin(), records.end());
    return;
  }
  std::vector<InstanceRecord*> queue = records;
  waiting = &queue;
  for (size_t k = 0; k < queue.size(); ++k) {
    InstanceRecord& record = *queue[k];
    InstanceHeap& heap = *record.heap;
    {
      std::lock_guard lock(heap.holders_mutex_);
      for (MemoryHolder* holder : heap.holders_) holder->give_back();
    }
    Effects effects;
    {
      std::lock_guard lock(heap.mutex_);
      heap.ask(record, false, effects, false);
    }
    heap.carry_out(effects);
  }
  waiting = nullptr;
}

void InstanceHeap::add_holder(MemoryHolder& holder) {
  std::lock_guard lock(holders_mutex_);
  holders_.push_back(&holder);
  has_holders_ = true;
}

void InstanceHeap::remove_holder(MemoryHolder& holder) {
  std::lock_guard lock(holders_mutex_);
  std::erase(holders_, &holder);
  has_holders_ = !holders_.empty();
}

char* InstanceHeap::take_block(uint64_t bytes, uint64_t alignment, Realm::RegionInstance& inst) {
  std::lock_guard lock(mutex_);
  if (planner_.largest_free_bytes() < bytes) return nullptr;
  InstanceRecord* record = new_record();
  if (!record) return nullptr;
  auto placed = planner_.allocate_unpromised(bytes, alignment, record);
  if (placed.outcome != AllocationPlanner::Outcome::kGranted) {
    spare_.push_back(record);
    return nullptr;
  }
  prepare(*record, std::make_shared<Realm::InstanceLayoutOpaque>(bytes, alignment),
          Realm::ProfilingRequestSet());
  record->ticket = placed.ticket;
  Effects effects;  // none: nobody waits for it
  allocated(*record, bytes_ + placed.offset, effects);
  inst = record->handle;
  return bytes_ + placed.offset;
}

uint64_t InstanceHeap::peak_bytes() {
  std::lock_guard lock(mutex_);
  return planner_.peak_bytes();
}

Realm::Event InstanceHeap::ready_event(InstanceRecord& record) {
  std::lock_guard lock(mutex_);
  return public_event(record.ready);
}

// ---- all heaps

namespace {

std::vector<std::unique_ptr<InstanceHeap>>& heaps() {
  static std::vector<std::unique_ptr<InstanceHeap>> all;
  return all;
}

const Component component(
    [] {
      for (const MemoryInfo& info : memories()) heaps().push_back(std::make_unique<InstanceHeap>(info));
    },
    [] { heaps().clear(); });

}  // namespace

InstanceHeap& find_heap(Realm::Memory memory, const char* call) {
  need_runtime(call);
  if (!find_memory(memory)) bad_use(call, "%llx is no memory", static_cast<unsigned long long>(memory.id));
  return *heaps()[Realm::ID(memory).memory_mem_idx()];
}

InstanceRecord& find_instance(Realm::RegionInstance instance, const char* call) {
  const Realm::ID id(instance);
  InstanceRecord* record = nullptr;
  if (id.is_instance()) {
    const size_t heap = id.instance_mem_idx();
    if (heap < heaps().size())
      record = heaps()[heap]->find(static_cast<unsigned>(Realm::ID::IDType(id.instance_inst_idx())));
  }
  if (!record) bad_use(call, "%llx is no instance", static_cast<unsigned long long>(instance.id));
  return *record;
}

Gpu* gpu_of(Realm::RegionInstance instance) {
  if (gpus().empty() || !instance.exists()) return nullptr;
  return find_instance(instance, "RegionInstance::get_location").heap->info().gpu;
}

InstanceRecord& find_allocated_instance(Realm::RegionInstance instance, const char* call, char*& base) {
  InstanceRecord& record = find_instance(instance, call);
  base = record.base.load(std::memory_order_acquire);
  if (!base && record.creation.load(std::memory_order_acquire) != Creation::kAllocated) {
    bad_use(call, "instance %llx has no memory yet: its creation's event has not triggered",
            static_cast<unsigned long long>(instance.id));
  }
  return record;
}

uint64_t peak_instance_bytes(Realm::Memory memory) {
  return find_heap(memory, "peak_instance_bytes").peak_bytes();
}

void PieceTables::List::make_order(int dimension) {
  constexpr size_t kFewPieces = 8;
  if (!is_affine || pieces.size() <= kFewPieces) return;
  const int d = dimension - 1;
  order.resize(pieces.size());
  for (uint32_t k = 0; k < pieces.size(); ++k) order[k] = k;
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return pieces[a].lo[d] < pieces[b].lo[d]; });
  reach.resize(pieces.size());
  for (size_t k = 0; k < order.size(); ++k) {
    reach[k] = pieces[order[k]].hi[d];
    if (k > 0) reach[k] = std::max(reach[k], reach[k - 1]);
  }
}

const PieceTables& InstanceRecord::piece_tables() {
  PieceTables* known = tables.load(std::memory_order_acquire);
  if (known) return *known;
  auto made = std::make_unique<PieceTables>();
  int lists = 0;
  for (const auto& [id, field] : layout->fields) lists = std::max(lists, field.list_idx + 1);
  made->lists.resize(static_cast<size_t>(lists));
  for (int k = 0; k < lists; ++k) {
    PieceTables::List& list = made->lists[static_cast<size_t>(k)];
    list.is_affine = layout->affine_pieces(k, list.pieces);
    list.make_order(layout->dimension());
  }
  if (tables.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) known = made.release();
  return *known;
}

}  // namespace palatine::realm
