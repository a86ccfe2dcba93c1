// The calls of Legion's Runtime that register mappers, and callbacks that run at the start of a program.
#include <set>
#include <utility>
#include <vector>

#include "legion.h"
#include "legion/legion_mapping.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/mapper/manager.h"
#include "runtime/legion/mapper/mapper_error.h"
#include "runtime/legion/mapper/startup.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/machine.h"
#include "runtime/realm/process_state.h"

namespace Legion {

namespace core = palatine::legion;

namespace {

// Runtime has no state of its own.
Runtime the_runtime;

// True the first time for what was registered once already.
bool is_registered_before(const void* callback, size_t tag) {
  static auto* known = new std::set<std::pair<const void*, size_t>>;
  return !known->insert({callback, tag}).second;
}

}  // namespace

void Runtime::add_registration_callback(RegistrationCallbackFnptr callback, bool dedup, size_t dedup_tag) {
  if (dedup && is_registered_before(reinterpret_cast<const void*>(callback), dedup_tag)) return;
  core::add_start_callback([callback](Machine machine, const std::set<Processor>& processors) {
    callback(machine, &the_runtime, processors);
  });
}

void Runtime::add_registration_callback(RegistrationWithArgsCallbackFnptr callback,
                                        const UntypedBuffer& buffer, bool dedup, size_t dedup_tag) {
  if (dedup && is_registered_before(reinterpret_cast<const void*>(callback), dedup_tag)) return;
  const char* bytes = static_cast<const char*>(buffer.get_ptr());
  core::add_start_callback([callback, kept = std::vector<char>(bytes, bytes + buffer.get_size())](
                               Machine machine, const std::set<Processor>& processors) {
    callback({machine, &the_runtime, processors, UntypedBuffer(kept.data(), kept.size())});
  });
}

void Runtime::perform_registration_callback(RegistrationCallbackFnptr callback, bool, bool deduplicate,
                                            size_t dedup_tag) {
  if (!has_runtime()) {
    add_registration_callback(callback, deduplicate, dedup_tag);
    return;
  }
  // Ends the program when it has no machine to show.
  if (!palatine::realm::is_runtime_running()) core::mappers_of_process("perform_registration_callback");
  if (deduplicate && is_registered_before(reinterpret_cast<const void*>(callback), dedup_tag)) return;
  std::set<Processor> processors;
  for (const auto& processor : palatine::realm::processors()) {
    if (processor->kind != Processor::UTIL_PROC) processors.insert(processor->handle);
  }
  callback(Machine::get_machine(), &the_runtime, processors);
}

Mapping::MapperRuntime* Runtime::get_mapper_runtime() {
  return core::mappers_of_process("get_mapper_runtime").mapper_runtime();
}

void Runtime::add_mapper(MapperID map_id, Mapping::Mapper* mapper, Processor proc) {
  core::mappers_of_process("add_mapper").add_mapper(map_id, mapper, proc);
}

void Runtime::replace_default_mapper(Mapping::Mapper* mapper, Processor proc) {
  core::mappers_of_process("replace_default_mapper").replace_default_mapper(mapper, proc);
}

Mapping::Mapper* Runtime::get_mapper(Context ctx, MapperID id, Processor target) {
  core::MapperManager* mappers = core::find_mappers_of_process();
  Mapping::Mapper* mapper = mappers ? mappers->find_mapper(id, target) : nullptr;
  if (!mapper)
    palatine::realm::fatal_error("error: task `%s` asks for mapper %u, which is not registered",
                                 ctx->task.get_task_name(), id);
  return mapper;
}

}  // namespace Legion
