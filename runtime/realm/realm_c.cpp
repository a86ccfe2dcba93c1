#include "realm/realm_c.h"

#include "realm/codedesc.h"
#include "realm/machine.h"
#include "realm/profiling.h"
#include "realm/runtime.h"
#include "runtime/realm/event.h"
#include "runtime/realm/process_state.h"

namespace {

using namespace Realm;
namespace core = palatine::realm;

// There is one runtime; any handle of it is this address.
char the_runtime;

bool is_runtime(realm_runtime_t runtime) {
  return reinterpret_cast<char*>(runtime) == &the_runtime;
}

// REALM_SUCCESS when the handle is good and the runtime has been started.
realm_status_t check(realm_runtime_t runtime) {
  if (!is_runtime(runtime)) return REALM_RUNTIME_ERROR_INVALID_RUNTIME;
  return core::is_runtime_running() ? REALM_SUCCESS : REALM_RUNTIME_ERROR_NOT_INITIALIZED;
}

bool is_event(realm_event_t event) {
  if (event == REALM_NO_EVENT) return true;
  return event >> 63 ? core::Event::is_event(event & ~(1ull << 63)) : event >> 60 == 2;
}

realm_processor_query_t handle_of(Machine::ProcessorQuery* query) {
  return reinterpret_cast<realm_processor_query_t>(query);
}
Machine::ProcessorQuery* object_of(realm_processor_query_t query) {
  return reinterpret_cast<Machine::ProcessorQuery*>(query);
}
realm_memory_query_t handle_of(Machine::MemoryQuery* query) {
  return reinterpret_cast<realm_memory_query_t>(query);
}
Machine::MemoryQuery* object_of(realm_memory_query_t query) {
  return reinterpret_cast<Machine::MemoryQuery*>(query);
}

// Calls `callback` for at most `most` results.
template <typename Query, typename Callback>
realm_status_t for_each(const Query& query, Callback callback, void* user_data, size_t most) {
  auto at = query.begin();
  for (size_t k = 0; k < most && at; ++k, ++at) {
    realm_status_t status = callback((*at).id, user_data);
    if (status != REALM_SUCCESS) return status;
  }
  return REALM_SUCCESS;
}

}  // namespace

extern "C" {

realm_status_t realm_runtime_create(realm_runtime_t* runtime) {
  return realm_runtime_get_runtime(runtime);
}

realm_status_t realm_runtime_destroy(realm_runtime_t runtime) {
  return is_runtime(runtime) ? REALM_SUCCESS : REALM_RUNTIME_ERROR_INVALID_RUNTIME;
}

realm_status_t realm_runtime_get_runtime(realm_runtime_t* runtime) {
  if (!runtime) return REALM_RUNTIME_ERROR_INVALID_RUNTIME;
  *runtime = reinterpret_cast<realm_runtime_t>(&the_runtime);
  return REALM_SUCCESS;
}

realm_status_t realm_runtime_init(realm_runtime_t runtime, int* argc, char*** argv) {
  if (!is_runtime(runtime)) return REALM_RUNTIME_ERROR_INVALID_RUNTIME;
  return Runtime().init(argc, argv) ? REALM_SUCCESS : REALM_ERROR;
}

realm_status_t realm_runtime_signal_shutdown(realm_runtime_t runtime, realm_event_t wait_on,
                                             int result_code) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!is_event(wait_on)) return REALM_EVENT_ERROR_INVALID_EVENT;
  Runtime().shutdown(Event(wait_on), result_code);
  return REALM_SUCCESS;
}

realm_status_t realm_runtime_wait_for_shutdown(realm_runtime_t runtime) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  return Runtime().wait_for_shutdown() == 0 ? REALM_SUCCESS : REALM_ERROR;
}

realm_status_t realm_runtime_collective_spawn(realm_runtime_t runtime, realm_processor_t target_proc,
                                              realm_task_func_id_t task_id, const void* args, size_t arglen,
                                              realm_event_t wait_on, int priority, realm_event_t* event) {
  return realm_processor_spawn(runtime, target_proc, task_id, args, arglen, nullptr, wait_on, priority,
                               event);
}

realm_status_t realm_processor_register_task_by_kind(realm_runtime_t runtime,
                                                     realm_processor_kind_t target_kind,
                                                     realm_register_task_flags_t flags,
                                                     realm_task_func_id_t task_id, realm_task_pointer_t func,
                                                     void* user_data, size_t user_data_len,
                                                     realm_event_t* event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (target_kind <= NO_KIND || target_kind > PY_PROC) return REALM_PROCESSOR_ERROR_INVALID_PROCESSOR_KIND;
  if (!func || !event) return REALM_PROCESSOR_ERROR_INVALID_TASK_FUNCTION;
  // A processor is passed as its id either way.
  auto any = reinterpret_cast<void (*)()>(func);
  CodeDescriptor code(reinterpret_cast<Processor::TaskFuncPtr>(any));
  Event done = Processor::register_task_by_kind(static_cast<Processor::Kind>(target_kind),
                                                flags & REALM_REGISTER_TASK_GLOBAL, task_id, code,
                                                ProfilingRequestSet(), user_data, user_data_len);
  *event = done.id;
  return REALM_SUCCESS;
}

realm_status_t realm_processor_spawn(realm_runtime_t runtime, realm_processor_t target_proc,
                                     realm_task_func_id_t task_id, const void* args, size_t arglen,
                                     realm_profiling_request_set_t prs, realm_event_t wait_on, int priority,
                                     realm_event_t* event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!core::find_target(Processor(target_proc))) return REALM_PROCESSOR_ERROR_INVALID_PROCESSOR;
  if (!is_event(wait_on)) return REALM_EVENT_ERROR_INVALID_EVENT;
  if (!event) return REALM_ERROR;
  Processor processor(target_proc);
  Event done = prs ? processor.spawn(task_id, args, arglen, *reinterpret_cast<ProfilingRequestSet*>(prs),
                                     Event(wait_on), priority)
                   : processor.spawn(task_id, args, arglen, Event(wait_on), priority);
  *event = done.id;
  return REALM_SUCCESS;
}

realm_status_t realm_processor_get_attributes(realm_runtime_t runtime, realm_processor_t proc,
                                              realm_processor_attr_t* attrs, uint64_t* values, size_t num) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!core::find_target(Processor(proc))) return REALM_PROCESSOR_ERROR_INVALID_PROCESSOR;
  if (!attrs || !values || num == 0) return REALM_PROCESSOR_ERROR_INVALID_ATTRIBUTE;
  for (size_t k = 0; k < num; ++k) {
    switch (attrs[k]) {
      case REALM_PROCESSOR_ATTR_KIND:
        values[k] = Processor(proc).kind();
        break;
      case REALM_PROCESSOR_ATTR_ADDRESS_SPACE:
        values[k] = Processor(proc).address_space();
        break;
      default:
        return REALM_PROCESSOR_ERROR_INVALID_ATTRIBUTE;
    }
  }
  return REALM_SUCCESS;
}

realm_status_t realm_processor_query_create(realm_runtime_t runtime, realm_processor_query_t* query) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!query) return REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY;
  *query = handle_of(new Machine::ProcessorQuery(Machine::get_machine()));
  return REALM_SUCCESS;
}

realm_status_t realm_processor_query_destroy(realm_processor_query_t query) {
  if (!query) return REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY;
  delete object_of(query);
  return REALM_SUCCESS;
}

realm_status_t realm_processor_query_restrict_to_kind(realm_processor_query_t query,
                                                      realm_processor_kind_t kind) {
  if (!query) return REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY;
  if (kind <= NO_KIND || kind > PY_PROC) return REALM_PROCESSOR_ERROR_INVALID_PROCESSOR_KIND;
  object_of(query)->only_kind(static_cast<Processor::Kind>(kind));
  return REALM_SUCCESS;
}

realm_status_t realm_processor_query_restrict_to_address_space(realm_processor_query_t query,
                                                               realm_address_space_t address_space) {
  if (!query) return REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY;
  if (address_space != 0) return REALM_ADDRESS_SPACE_INVALID;
  object_of(query)->local_address_space();
  return REALM_SUCCESS;
}

realm_status_t realm_processor_query_iter(realm_processor_query_t query, realm_processor_query_cb_t cb,
                                          void* user_data, size_t max_queries) {
  if (!query) return REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY;
  if (!cb) return REALM_PROCESSOR_QUERY_ERROR_INVALID_CALLBACK;
  if (!core::is_runtime_running()) return REALM_RUNTIME_ERROR_NOT_INITIALIZED;
  return for_each(*object_of(query), cb, user_data, max_queries);
}

realm_status_t realm_memory_get_attributes(realm_runtime_t runtime, realm_memory_t mem,
                                           realm_memory_attr_t* attrs, uint64_t* values, size_t num) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  const core::MemoryInfo* memory = core::find_memory(Memory(mem));
  if (!memory) return REALM_MEMORY_ERROR_INVALID_MEMORY;
  if (!attrs || !values || num == 0) return REALM_MEMORY_ERROR_INVALID_ATTRIBUTE;
  for (size_t k = 0; k < num; ++k) {
    switch (attrs[k]) {
      case REALM_MEMORY_ATTR_KIND:
        values[k] = memory->kind;
        break;
      case REALM_MEMORY_ATTR_ADDRESS_SPACE:
        values[k] = 0;
        break;
      case REALM_MEMORY_ATTR_CAPACITY:
        values[k] = memory->capacity_bytes;
        break;
      default:
        return REALM_MEMORY_ERROR_INVALID_ATTRIBUTE;
    }
  }
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_create(realm_runtime_t runtime, realm_memory_query_t* query) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  *query = handle_of(new Machine::MemoryQuery(Machine::get_machine()));
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_destroy(realm_memory_query_t query) {
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  delete object_of(query);
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_restrict_to_kind(realm_memory_query_t query, realm_memory_kind_t kind) {
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  if (kind <= NO_MEMKIND || kind > GPU_DYNAMIC_MEM) return REALM_MEMORY_ERROR_INVALID_MEMORY_KIND;
  object_of(query)->only_kind(static_cast<Memory::Kind>(kind));
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_restrict_to_address_space(realm_memory_query_t query,
                                                            realm_address_space_t address_space) {
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  if (address_space != 0) return REALM_ADDRESS_SPACE_INVALID;
  object_of(query)->local_address_space();
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_restrict_by_capacity(realm_memory_query_t query, size_t min_bytes) {
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  object_of(query)->has_capacity(min_bytes);
  return REALM_SUCCESS;
}

realm_status_t realm_memory_query_iter(realm_memory_query_t query, realm_memory_query_cb_t cb,
                                       void* user_data, size_t max_queries) {
  if (!query) return REALM_MEMORY_QUERY_ERROR_INVALID_QUERY;
  if (!cb) return REALM_MEMORY_QUERY_ERROR_INVALID_CALLBACK;
  if (!core::is_runtime_running()) return REALM_RUNTIME_ERROR_NOT_INITIALIZED;
  return for_each(*object_of(query), cb, user_data, max_queries);
}

realm_status_t realm_event_wait(realm_runtime_t runtime, realm_event_t event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!is_event(event)) return REALM_EVENT_ERROR_INVALID_EVENT;
  bool is_poisoned;
  Event(event).wait_faultaware(is_poisoned);
  return is_poisoned ? REALM_ERROR : REALM_SUCCESS;
}

realm_status_t realm_event_merge(realm_runtime_t runtime, const realm_event_t* wait_for, size_t num_events,
                                 realm_event_t* event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!event || (!wait_for && num_events > 0)) return REALM_EVENT_ERROR_INVALID_EVENT;
  std::vector<Event> events;
  for (size_t k = 0; k < num_events; ++k) {
    if (!is_event(wait_for[k])) return REALM_EVENT_ERROR_INVALID_EVENT;
    events.push_back(Event(wait_for[k]));
  }
  *event = Event::merge_events(events).id;
  return REALM_SUCCESS;
}

realm_status_t realm_user_event_create(realm_runtime_t runtime, realm_user_event_t* event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (!event) return REALM_EVENT_ERROR_INVALID_EVENT;
  *event = UserEvent::create_user_event().id;
  return REALM_SUCCESS;
}

realm_status_t realm_user_event_trigger(realm_runtime_t runtime, realm_user_event_t event) {
  if (realm_status_t status = check(runtime); status != REALM_SUCCESS) return status;
  if (event == REALM_NO_EVENT || !is_event(event)) return REALM_EVENT_ERROR_INVALID_EVENT;
  UserEvent(event).trigger();
  return REALM_SUCCESS;
}

}  // extern "C"
