#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <random>

#include "realm/id.h"
#include "realm/machine.h"
#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/topology.h"

namespace Realm {

namespace core = palatine::realm;

namespace {

using Details = Machine::AffinityDetails;

// Nominal numbers by kind of memory: they order the choices. A processor reaches what the process can
// address.
std::optional<Details> nominal(Memory::Kind kind) {
  switch (kind) {
    case Memory::SYSTEM_MEM:
    case Memory::SOCKET_MEM:
      return Details{20000, 100};
    case Memory::REGDMA_MEM:
      return Details{20000, 110};
    case Memory::DISK_MEM:
      return Details{500, 100000};
    case Memory::Z_COPY_MEM:
      return Details{15000, 150};
    case Memory::GPU_MANAGED_MEM:
      return Details{10000, 200};
    default:
      return std::nullopt;
  }
}

// How much farther than its own memory a node's memory is, in tenths.
unsigned distance_between(int from_node, int to_node) {
  const core::Topology& machine = core::topology();
  size_t from = 0, to = 0;
  for (size_t k = 0; k < machine.nodes.size(); ++k) {
    if (machine.nodes[k].number == from_node) from = k;
    if (machine.nodes[k].number == to_node) to = k;
  }
  if (machine.distances.empty()) return from == to ? 10 : 20;
  return static_cast<unsigned>(std::max<uint64_t>(10, machine.distances[from * machine.nodes.size() + to]));
}

// Processors that run on a node prefer its memory to memory that lies anywhere; for others, memory of a node
// may be far away.
std::optional<Details> between(const core::ProcessorState& processor, const core::MemoryInfo& memory) {
  // A GPU reaches its own memory, that of its peers, and the host's where it is locked in place.
  if (processor.gpu || memory.gpu) {
    if (processor.gpu && memory.gpu == processor.gpu) return Details{200000, 10};
    if (processor.gpu && memory.gpu && processor.gpu->device().can_access(memory.gpu->device()))
      return Details{20000, 400};
    if (processor.gpu && memory.kind == Memory::Z_COPY_MEM) return Details{12000, 500};
    if (processor.gpu && memory.kind == Memory::GPU_MANAGED_MEM) return Details{15000, 450};
    return std::nullopt;
  }
  std::optional<Details> details = nominal(memory.kind);
  if (!details || memory.numa_node < 0) return details;
  if (processor.numa_node < 0) return Details{details->bandwidth * 3 / 4, details->latency * 4 / 3};
  const unsigned tenths = distance_between(processor.numa_node, memory.numa_node);
  if (tenths == 10) return Details{details->bandwidth * 5 / 4, details->latency * 4 / 5};
  return Details{details->bandwidth * 10 / tenths, details->latency * tenths / 10};
}

std::optional<Details> between(const core::MemoryInfo& memory, const core::ProcessorState& processor) {
  return between(processor, memory);
}

// Copies go between any two memories; files are slow.
std::optional<Details> between(const core::MemoryInfo& a, const core::MemoryInfo& b) {
  if (a.gpu && a.gpu == b.gpu) return Details{100000, 10};
  if (a.gpu || b.gpu) return Details{12000, 1000};
  Details file = {400, 200000};
  Details first = nominal(a.kind).value_or(file);
  Details second = nominal(b.kind).value_or(file);
  return Details{std::min(first.bandwidth, second.bandwidth) / 2, std::max(first.latency, second.latency)};
}

const core::MemoryInfo& need_memory(Memory memory, const char* call) {
  core::need_runtime(call);
  const core::MemoryInfo* info = core::find_memory(memory);
  if (!info) core::bad_use(call, "%llx is no memory", memory.id);
  return *info;
}

const core::ProcessorState& need_processor(Processor processor, const char* call) {
  core::need_runtime(call);
  const core::ProcessorState* state = core::find_processor(processor);
  if (!state) core::bad_use(call, "%llx is no processor", processor.id);
  return *state;
}

bool is_enough(const std::optional<Details>& details, int64_t min_bandwidth, int64_t max_latency) {
  return details && details->bandwidth >= min_bandwidth &&
         (max_latency == 0 || details->latency <= max_latency);
}

// Whether `partner` is among the best of `candidates` for `self`: the highest bandwidth, ties kept, or with
// other weights the first with the greatest weighted sum.
template <typename Self, typename Candidate, typename Handle>
bool is_best(const Self& self, const std::vector<const Candidate*>& candidates, Handle partner,
             int64_t bandwidth_weight, int64_t latency_weight) {
  bool keeps_ties = bandwidth_weight == 1 && latency_weight == 0;
  int64_t best = 0;
  bool has_best = false;
  bool is_among = false;
  for (const Candidate* candidate : candidates) {
    std::optional<Details> details = between(self, *candidate);
    if (!details) continue;
    int64_t value = details->bandwidth * bandwidth_weight + details->latency * latency_weight;
    if (!has_best || value > best) {
      best = value;
      has_best = true;
      is_among = candidate->handle == partner;
    } else if (value == best && keeps_ties && candidate->handle == partner) {
      is_among = true;
    }
  }
  return is_among;
}

std::vector<const core::MemoryInfo*> all_memories() {
  std::vector<const core::MemoryInfo*> all;
  for (const core::MemoryInfo& memory : core::memories()) all.push_back(&memory);
  return all;
}

std::vector<const core::ProcessorState*> all_processors() {
  std::vector<const core::ProcessorState*> all;
  for (auto& processor : core::processors()) all.push_back(processor.get());
  return all;
}

template <typename Query, typename Handle>
Handle any_of(const Query& query) {
  thread_local std::minstd_rand generator{std::random_device{}()};
  size_t count = query.count();
  if (count == 0) return Handle();
  size_t steps = std::uniform_int_distribution<size_t>(0, count - 1)(generator);
  Handle found = query.first();
  while (steps-- > 0) found = query.next(found);
  return found;
}

}  // namespace

// ---- memories

AddressSpace Memory::address_space() const {
  return 0;
}

Memory::Kind Memory::kind() const {
  return exists() ? need_memory(*this, "Memory::kind").kind : NO_MEMKIND;
}

size_t Memory::capacity() const {
  return exists() ? static_cast<size_t>(need_memory(*this, "Memory::capacity").capacity_bytes) : 0;
}

// ---- the machine

Machine Machine::get_machine() {
  return Machine(nullptr);
}

bool Machine::has_affinity(Processor p, Memory m, AffinityDetails* details) const {
  const char* call = "Machine::has_affinity";
  std::optional<Details> found = between(need_processor(p, call), need_memory(m, call));
  if (found && details) *details = *found;
  return found.has_value();
}

bool Machine::has_affinity(Memory m1, Memory m2, AffinityDetails* details) const {
  const char* call = "Machine::has_affinity";
  std::optional<Details> found = between(need_memory(m1, call), need_memory(m2, call));
  if (found && details) *details = *found;
  return found.has_value();
}

void Machine::get_all_memories(std::set<Memory>& mset) const {
  core::need_runtime("Machine::get_all_memories");
  for (const core::MemoryInfo& memory : core::memories()) mset.insert(memory.handle);
}

void Machine::get_all_processors(std::set<Processor>& pset) const {
  core::need_runtime("Machine::get_all_processors");
  for (auto& processor : core::processors()) pset.insert(processor->handle);
}

void Machine::get_local_processors(std::set<Processor>& pset) const {
  get_all_processors(pset);
}

void Machine::get_local_processors_by_kind(std::set<Processor>& pset, Processor::Kind kind) const {
  core::need_runtime("Machine::get_local_processors_by_kind");
  for (auto& processor : core::processors()) {
    if (processor->kind == kind) pset.insert(processor->handle);
  }
}

void Machine::get_visible_memories(Processor p, std::set<Memory>& mset, bool) const {
  const core::ProcessorState& processor = need_processor(p, "Machine::get_visible_memories");
  for (const core::MemoryInfo& memory : core::memories()) {
    if (between(processor, memory)) mset.insert(memory.handle);
  }
}

void Machine::get_visible_memories(Memory m, std::set<Memory>& mset, bool) const {
  const core::MemoryInfo& from = need_memory(m, "Machine::get_visible_memories");
  for (const core::MemoryInfo& memory : core::memories()) {
    if (between(from, memory)) mset.insert(memory.handle);
  }
}

void Machine::get_shared_processors(Memory m, std::set<Processor>& pset, bool) const {
  const core::MemoryInfo& memory = need_memory(m, "Machine::get_shared_processors");
  for (auto& processor : core::processors()) {
    if (between(*processor, memory)) pset.insert(processor->handle);
  }
}

size_t Machine::get_address_space_count() const {
  return 1;
}

bool Machine::get_process_info(Processor p, ProcessInfo* info) const {
  need_processor(p, "Machine::get_process_info");
  if (!info) return true;
  memset(info, 0, sizeof *info);
  gethostname(info->hostname, sizeof info->hostname - 1);
  info->hostid = static_cast<uint64_t>(gethostid());
  info->processid = static_cast<uint32_t>(getpid());
  return true;
}

int Machine::get_proc_mem_affinity(std::vector<ProcessorMemoryAffinity>& result, Processor restrict_proc,
                                   Memory restrict_memory, bool) const {
  core::need_runtime("Machine::get_proc_mem_affinity");
  int count = 0;
  for (auto& processor : core::processors()) {
    if (restrict_proc.exists() && processor->handle != restrict_proc) continue;
    for (const core::MemoryInfo& memory : core::memories()) {
      if (restrict_memory.exists() && memory.handle != restrict_memory) continue;
      std::optional<Details> details = between(*processor, memory);
      if (!details) continue;
      result.push_back({processor->handle, memory.handle, details->bandwidth, details->latency});
      ++count;
    }
  }
  return count;
}

int Machine::get_mem_mem_affinity(std::vector<MemoryMemoryAffinity>& result, Memory restrict_mem1,
                                  Memory restrict_mem2, bool) const {
  core::need_runtime("Machine::get_mem_mem_affinity");
  int count = 0;
  for (const core::MemoryInfo& first : core::memories()) {
    if (restrict_mem1.exists() && first.handle != restrict_mem1) continue;
    for (const core::MemoryInfo& second : core::memories()) {
      if (restrict_mem2.exists() && second.handle != restrict_mem2) continue;
      std::optional<Details> details = between(first, second);
      if (!details) continue;
      result.push_back({first.handle, second.handle, details->bandwidth, details->latency});
      ++count;
    }
  }
  return count;
}

// ---- subscriptions

namespace {

struct Subscription {
  Machine::MachineUpdateSubscriber* subscriber;
  // What it wants to know about; without queries, everything.
  std::optional<Machine::ProcessorQuery> processors;
  std::optional<Machine::MemoryQuery> memories;
};

// The mutex guards the list; subscribers are called without it.
std::mutex subscriptions_mutex;
std::vector<Subscription>& subscriptions() {
  static auto* instance = new std::vector<Subscription>;
  return *instance;
}

void subscribe(Subscription subscription, const char* call) {
  if (!subscription.subscriber) core::bad_use(call, "the subscriber is null");
  std::lock_guard lock(subscriptions_mutex);
  subscriptions().push_back(std::move(subscription));
}

std::vector<Subscription> current_subscriptions() {
  std::lock_guard lock(subscriptions_mutex);
  return subscriptions();
}

template <typename Query, typename Handle>
bool contains(const Query& query, Handle handle) {
  for (Handle found : query) {
    if (found == handle) return true;
  }
  return false;
}

}  // namespace

void Machine::add_subscription(MachineUpdateSubscriber* subscriber) {
  subscribe({subscriber, std::nullopt, std::nullopt}, "Machine::add_subscription");
}

void Machine::add_subscription(MachineUpdateSubscriber* subscriber, const ProcessorQuery& query) {
  subscribe({subscriber, query, std::nullopt}, "Machine::add_subscription");
}

void Machine::add_subscription(MachineUpdateSubscriber* subscriber, const MemoryQuery& query) {
  subscribe({subscriber, std::nullopt, query}, "Machine::add_subscription");
}

void Machine::remove_subscription(MachineUpdateSubscriber* subscriber) {
  std::lock_guard lock(subscriptions_mutex);
  auto& all = subscriptions();
  const auto same = [&](const Subscription& entry) { return entry.subscriber == subscriber; };
  const auto rest = std::remove_if(all.begin(), all.end(), same);
  if (rest == all.end()) {
    core::bad_use("Machine::remove_subscription", "%p has not subscribed", static_cast<void*>(subscriber));
  }
  all.erase(rest, all.end());
}

// ---- faults of the hardware: subscribers hear of them; without any, the program ends

void Processor::report_processor_fault(int reason, const void* reason_data, size_t reason_size) const {
  const char* call = "Processor::report_processor_fault";
  need_processor(*this, call);
  bool is_heard = false;
  for (const Subscription& entry : current_subscriptions()) {
    if (entry.memories || (entry.processors && !contains(*entry.processors, *this))) continue;
    entry.subscriber->processor_updated(*this, Machine::MachineUpdateSubscriber::THING_UPDATED, reason_data,
                                        reason_size);
    is_heard = true;
  }
  if (!is_heard) {
    core::bad_use(call, "processor %llx has fault %d (%zu bytes of details)", id, reason, reason_size);
  }
}

void Memory::report_memory_fault(int reason, const void* reason_data, size_t reason_size) const {
  const char* call = "Memory::report_memory_fault";
  need_memory(*this, call);
  bool is_heard = false;
  for (const Subscription& entry : current_subscriptions()) {
    if (entry.processors || (entry.memories && !contains(*entry.memories, *this))) continue;
    entry.subscriber->memory_updated(*this, Machine::MachineUpdateSubscriber::THING_UPDATED, reason_data,
                                     reason_size);
    is_heard = true;
  }
  if (!is_heard) {
    core::bad_use(call, "memory %llx has fault %d (%zu bytes of details)", id, reason, reason_size);
  }
}

// ---- queries over processors

Machine::ProcessorQuery::ProcessorQuery(const Machine&) {}

bool Machine::ProcessorQuery::operator==(const ProcessorQuery& compare_to) const {
  return conditions == compare_to.conditions;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::only_kind(Processor::Kind kind) {
  conditions.push_back({Condition::kKind, kind, 0, Memory::NO_MEMORY});
  return *this;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::local_address_space() {
  conditions.push_back({Condition::kAddressSpace, 0, 0, Memory::NO_MEMORY});
  return *this;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::same_address_space_as(Processor p) {
  conditions.push_back({Condition::kAddressSpace, p.address_space(), 0, Memory::NO_MEMORY});
  return *this;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::same_address_space_as(Memory m) {
  conditions.push_back({Condition::kAddressSpace, m.address_space(), 0, Memory::NO_MEMORY});
  return *this;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::has_affinity_to(Memory m, unsigned min_bandwidth,
                                                                  unsigned max_latency) {
  conditions.push_back({Condition::kAffinity, min_bandwidth, max_latency, m});
  return *this;
}

Machine::ProcessorQuery& Machine::ProcessorQuery::best_affinity_to(Memory m, int bandwidth_weight,
                                                                   int latency_weight) {
  conditions.push_back({Condition::kBest, bandwidth_weight, latency_weight, m});
  return *this;
}

bool Machine::ProcessorQuery::matches(Processor p) const {
  const core::ProcessorState& state = *core::find_processor(p);
  for (const Condition& c : conditions) {
    switch (c.what) {
      case Condition::kKind:
        if (state.kind != c.a) return false;
        break;
      case Condition::kAddressSpace:
        if (c.a != 0) return false;
        break;
      case Condition::kAffinity:
        if (!is_enough(between(state, need_memory(c.memory, "ProcessorQuery::has_affinity_to")), c.a, c.b)) {
          return false;
        }
        break;
      case Condition::kBest:
        need_memory(c.memory, "ProcessorQuery::best_affinity_to");
        if (!is_best(state, all_memories(), c.memory, c.a, c.b)) return false;
        break;
    }
  }
  return true;
}

Processor Machine::ProcessorQuery::next(Processor after) const {
  core::need_runtime("ProcessorQuery");
  for (auto& processor : core::processors()) {
    if (after < processor->handle && matches(processor->handle)) return processor->handle;
  }
  return Processor::NO_PROC;
}

Processor Machine::ProcessorQuery::first() const {
  return next(Processor::NO_PROC);
}

size_t Machine::ProcessorQuery::count() const {
  size_t count = 0;
  for (Processor p = first(); p.exists(); p = next(p)) ++count;
  return count;
}

Processor Machine::ProcessorQuery::random() const {
  return any_of<ProcessorQuery, Processor>(*this);
}

Machine::ProcessorQuery::iterator Machine::ProcessorQuery::begin() const {
  return iterator(*this, first());
}

Machine::ProcessorQuery::iterator Machine::ProcessorQuery::end() const {
  return iterator(*this, Processor::NO_PROC);
}

// ---- queries over memories

Machine::MemoryQuery::MemoryQuery(const Machine&) {}

bool Machine::MemoryQuery::operator==(const MemoryQuery& compare_to) const {
  return conditions == compare_to.conditions;
}

Machine::MemoryQuery& Machine::MemoryQuery::only_kind(Memory::Kind kind) {
  conditions.push_back({Condition::kKind, kind, 0, 0});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::local_address_space() {
  conditions.push_back({Condition::kAddressSpace, 0, 0, 0});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::same_address_space_as(Processor p) {
  conditions.push_back({Condition::kAddressSpace, p.address_space(), 0, 0});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::same_address_space_as(Memory m) {
  conditions.push_back({Condition::kAddressSpace, m.address_space(), 0, 0});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::has_affinity_to(Processor p, unsigned min_bandwidth,
                                                            unsigned max_latency) {
  conditions.push_back({Condition::kProcAffinity, min_bandwidth, max_latency, p.id});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::has_affinity_to(Memory m, unsigned min_bandwidth,
                                                            unsigned max_latency) {
  conditions.push_back({Condition::kMemAffinity, min_bandwidth, max_latency, m.id});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::best_affinity_to(Processor p, int bandwidth_weight,
                                                             int latency_weight) {
  conditions.push_back({Condition::kBestProc, bandwidth_weight, latency_weight, p.id});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::best_affinity_to(Memory m, int bandwidth_weight,
                                                             int latency_weight) {
  conditions.push_back({Condition::kBestMem, bandwidth_weight, latency_weight, m.id});
  return *this;
}

Machine::MemoryQuery& Machine::MemoryQuery::has_capacity(size_t min_bytes) {
  conditions.push_back({Condition::kCapacity, static_cast<int64_t>(min_bytes), 0, 0});
  return *this;
}

bool Machine::MemoryQuery::matches(Memory m) const {
  const core::MemoryInfo& info = *core::find_memory(m);
  for (const Condition& c : conditions) {
    switch (c.what) {
      case Condition::kKind:
        if (info.kind != c.a) return false;
        break;
      case Condition::kAddressSpace:
        if (c.a != 0) return false;
        break;
      case Condition::kProcAffinity: {
        const auto& state = need_processor(Processor(c.partner), "MemoryQuery::has_affinity_to");
        if (!is_enough(between(state, info), c.a, c.b)) return false;
        break;
      }
      case Condition::kMemAffinity: {
        const auto& other = need_memory(Memory(c.partner), "MemoryQuery::has_affinity_to");
        if (!is_enough(between(info, other), c.a, c.b)) return false;
        break;
      }
      case Condition::kBestProc:
        need_processor(Processor(c.partner), "MemoryQuery::best_affinity_to");
        if (!is_best(info, all_processors(), Processor(c.partner), c.a, c.b)) return false;
        break;
      case Condition::kBestMem:
        need_memory(Memory(c.partner), "MemoryQuery::best_affinity_to");
        if (!is_best(info, all_memories(), Memory(c.partner), c.a, c.b)) return false;
        break;
      case Condition::kCapacity:
        if (info.capacity_bytes < static_cast<uint64_t>(c.a)) return false;
        break;
    }
  }
  return true;
}

Memory Machine::MemoryQuery::next(Memory after) const {
  core::need_runtime("MemoryQuery");
  for (const core::MemoryInfo& memory : core::memories()) {
    if (after < memory.handle && matches(memory.handle)) return memory.handle;
  }
  return Memory::NO_MEMORY;
}

Memory Machine::MemoryQuery::first() const {
  return next(Memory::NO_MEMORY);
}

size_t Machine::MemoryQuery::count() const {
  size_t count = 0;
  for (Memory m = first(); m.exists(); m = next(m)) ++count;
  return count;
}

Memory Machine::MemoryQuery::random() const {
  return any_of<MemoryQuery, Memory>(*this);
}

Machine::MemoryQuery::iterator Machine::MemoryQuery::begin() const {
  return iterator(*this, first());
}

Machine::MemoryQuery::iterator Machine::MemoryQuery::end() const {
  return iterator(*this, Memory::NO_MEMORY);
}

}  // namespace Realm
