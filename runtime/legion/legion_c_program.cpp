// The running task, processors, memories and traces of the Legion C API.
#include <algorithm>
#include <vector>

#include "realm/id.h"
#include "runtime/legion/c_calls.h"
#include "runtime/legion/context.h"
#include "runtime/legion/include/legion/legion_c.h"
#include "runtime/legion/process.h"
#include "runtime/realm/fatal.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;

namespace {

// Ids as Realm's look: a kind in the upper bits. 0 names nothing.
const legion_proc_id_t kFirstProcessor = Realm::ID::make_processor(0, 0).id;
constexpr legion_memory_id_t kSystemMemory = 0x1e00000000000000;

size_t processor_count() {
  legion::Runtime* runtime = legion::runtime_of_process();
  return runtime ? static_cast<size_t>(runtime->scheduler.worker_count()) : 0;
}

const legion::Task& task_of(legion_task_t task) {
  if (!task.impl) realm::fatal_error("a task of the C API is null");
  return legion::ContextImpl::of(*static_cast<palatine::api::Context*>(task.impl)).task();
}

legion::ContextImpl& context_of(legion_context_t context) {
  if (!context.impl) realm::fatal_error("a context of the C API is null");
  return legion::ContextImpl::of(*static_cast<palatine::api::Context*>(context.impl));
}

// The ids of what a query selects, ascending.
template <typename Query>
std::vector<unsigned long long>& selected(Query query) {
  if (!query.impl) realm::fatal_error("a query of the C API is null");
  return *static_cast<std::vector<unsigned long long>*>(query.impl);
}

template <typename Query>
unsigned long long next_of(Query query, unsigned long long after) {
  const auto& ids = selected(query);
  const auto next = std::upper_bound(ids.begin(), ids.end(), after);
  return next == ids.end() ? 0 : *next;
}

}  // namespace

const char* legion_task_get_name(legion_task_t task) {
  PALATINE_IF_CPP_TASK(task_get_name, task);
  return task_of(task).info.desc->name;
}
void* legion_task_get_args(legion_task_t task) {
  PALATINE_IF_CPP_TASK(task_get_args, task);
  return task_of(task).args;
}
size_t legion_task_get_arglen(legion_task_t task) {
  PALATINE_IF_CPP_TASK(task_get_arglen, task);
  return task_of(task).info.desc->args_size_bytes;
}
bool legion_task_get_is_index_space(legion_task_t task) {
  PALATINE_IF_CPP_TASK(task_get_is_index_space, task);
  return task_of(task).is_point();
}

legion_domain_point_t legion_task_get_index_point(legion_task_t handle) {
  PALATINE_IF_CPP_TASK(task_get_index_point, handle);
  const legion::Task& task = task_of(handle);
  legion_domain_point_t result = {};
  const uint32_t place = task.info.desc->loop_point;
  if (place == 0) return result;
  const auto& point = *reinterpret_cast<const palatine::api::LoopPoint*>(task.args + place - 1);
  result.dim = point.dim;
  for (int d = 0; d < point.dim; ++d) result.point_data[d] = point.c[d];
  return result;
}

legion_memory_kind_t legion_memory_kind(legion_memory_t memory) {
  return memory.id == kSystemMemory ? SYSTEM_MEM : NO_MEMKIND;
}
legion_address_space_t legion_memory_address_space(legion_memory_t) {
  return 0;
}
size_t legion_physical_region_get_memory_count(legion_physical_region_t handle) {
  return legion_physical_region_is_mapped(handle) ? 1 : 0;
}
legion_memory_t legion_physical_region_get_memory(legion_physical_region_t handle, size_t index) {
  if (index >= legion_physical_region_get_memory_count(handle))
    realm::fatal_error("legion_physical_region_get_memory: there is no memory %zu of the region", index);
  return {kSystemMemory};
}

legion_machine_t legion_machine_create(void) {
  return {legion::runtime_of_process()};
}
void legion_machine_destroy(legion_machine_t) {}
void legion_machine_get_all_processors(legion_machine_t, legion_processor_t* processors, size_t size) {
  for (size_t k = 0; k < std::min(size, processor_count()); ++k) processors[k] = {kFirstProcessor + k};
}
size_t legion_machine_get_all_processors_size(legion_machine_t) {
  return processor_count();
}
void legion_machine_get_all_memories(legion_machine_t, legion_memory_t* memories, size_t size) {
  if (size > 0) memories[0] = {kSystemMemory};
}
size_t legion_machine_get_all_memories_size(legion_machine_t) {
  return 1;
}

legion_processor_query_t legion_processor_query_create(legion_machine_t) {
  auto* ids = new std::vector<unsigned long long>;
  for (size_t k = 0; k < processor_count(); ++k) ids->push_back(kFirstProcessor + k);
  return {ids};
}
void legion_processor_query_destroy(legion_processor_query_t handle) {
  delete &selected(handle);
}
void legion_processor_query_only_kind(legion_processor_query_t query, legion_processor_kind_t kind) {
  std::erase_if(selected(query), [&](unsigned long long id) { return legion_processor_kind({id}) != kind; });
}
void legion_processor_query_local_address_space(legion_processor_query_t) {}
size_t legion_processor_query_count(legion_processor_query_t query) {
  return selected(query).size();
}
legion_processor_t legion_processor_query_first(legion_processor_query_t query) {
  return {next_of(query, 0)};
}
legion_processor_t legion_processor_query_next(legion_processor_query_t query, legion_processor_t after) {
  return {next_of(query, after.id)};
}

legion_memory_query_t legion_memory_query_create(legion_machine_t) {
  return {new std::vector<unsigned long long>{kSystemMemory}};
}
void legion_memory_query_destroy(legion_memory_query_t handle) {
  delete &selected(handle);
}
void legion_memory_query_only_kind(legion_memory_query_t query, legion_memory_kind_t kind) {
  std::erase_if(selected(query), [&](unsigned long long id) { return legion_memory_kind({id}) != kind; });
}
void legion_memory_query_local_address_space(legion_memory_query_t) {}
// Every processor reaches the one memory.
void legion_memory_query_has_affinity_to_processor(legion_memory_query_t, legion_processor_t, unsigned,
                                                   unsigned) {}
void legion_memory_query_best_affinity_to_processor(legion_memory_query_t, legion_processor_t, unsigned,
                                                    unsigned) {}
size_t legion_memory_query_count(legion_memory_query_t query) {
  return selected(query).size();
}
legion_memory_t legion_memory_query_first(legion_memory_query_t query) {
  return {next_of(query, 0)};
}
legion_memory_t legion_memory_query_next(legion_memory_query_t query, legion_memory_t after) {
  return {next_of(query, after.id)};
}

legion_processor_query_t legion_processor_query_create_copy(legion_processor_query_t query) {
  return {new std::vector<unsigned long long>(selected(query))};
}
void legion_processor_query_same_address_space_as_processor(legion_processor_query_t, legion_processor_t) {}
void legion_processor_query_same_address_space_as_memory(legion_processor_query_t, legion_memory_t) {}
void legion_processor_query_has_affinity_to_memory(legion_processor_query_t, legion_memory_t, unsigned,
                                                   unsigned) {}
void legion_processor_query_best_affinity_to_memory(legion_processor_query_t, legion_memory_t, int, int) {}
legion_processor_t legion_processor_query_random(legion_processor_query_t query) {
  return legion_processor_query_first(query);
}
legion_memory_query_t legion_memory_query_create_copy(legion_memory_query_t query) {
  return {new std::vector<unsigned long long>(selected(query))};
}
void legion_memory_query_same_address_space_as_processor(legion_memory_query_t, legion_processor_t) {}
void legion_memory_query_same_address_space_as_memory(legion_memory_query_t, legion_memory_t) {}
void legion_memory_query_has_affinity_to_memory(legion_memory_query_t, legion_memory_t, unsigned, unsigned) {}
void legion_memory_query_best_affinity_to_memory(legion_memory_query_t, legion_memory_t, int, int) {}
legion_memory_t legion_memory_query_random(legion_memory_query_t query) {
  return legion_memory_query_first(query);
}

void legion_runtime_begin_trace(legion_runtime_t runtime, legion_context_t context, legion_trace_id_t id,
                                bool logical_only) {
  PALATINE_IF_CPP_TASK(runtime_begin_trace, runtime, context, id, logical_only);
  context_of(context).begin_trace(id);
}
void legion_runtime_end_trace(legion_runtime_t runtime, legion_context_t context, legion_trace_id_t id) {
  PALATINE_IF_CPP_TASK(runtime_end_trace, runtime, context, id);
  context_of(context).end_trace(id);
}
