// Processors of the Legion C API.
#include "realm/id.h"
#include "realm/processor.h"
#include "runtime/legion/context.h"
#include "runtime/legion/include/legion/legion_c.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/process.h"
#include "runtime/realm/process.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;

legion_processor_t legion_runtime_get_executing_processor(legion_runtime_t, legion_context_t context) {
  auto& running = legion::ContextImpl::of(*static_cast<palatine::api::Context*>(context.impl));
  if (legion::LaunchMapper* mapper = running.runtime().mapper) {
    if (uint64_t id = mapper->processor_id(running.task())) return {id};
  }
  const realm::Worker* worker = realm::Worker::current();
  return {Realm::ID::make_processor(0, worker ? static_cast<unsigned>(worker->index()) : 0).id};
}

legion_processor_kind_t legion_processor_kind(legion_processor_t proc) {
  if (proc.id == 0) return NO_KIND;
  // Without mappers the machine has the workers only.
  if (!realm::is_runtime_running()) {
    const legion::Runtime* runtime = legion::runtime_of_process();
    const uint64_t first = Realm::ID::make_processor(0, 0).id;
    const uint64_t count = runtime ? static_cast<uint64_t>(runtime->scheduler.worker_count()) : 0;
    return proc.id >= first && proc.id - first < count ? LOC_PROC : NO_KIND;
  }
  return static_cast<legion_processor_kind_t>(Realm::Processor{proc.id}.kind());
}

legion_address_space_t legion_processor_address_space(legion_processor_t) {
  return 0;
}
