// MapperManager: operations other than tasks, contexts, must epochs, tunables and messages.
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;
using Legion::Mapping::PhysicalInstance;

namespace {

class DescribedInline : public Described<Legion::InlineMapping> {};
class DescribedCopy : public Described<Legion::Copy> {};

// What an operation of the running task has in common with others.
template <typename Description>
void begin(Description& description, MappedTask* parent, uint64_t unique_id) {
  description.unique_id = unique_id;
  if (!parent) return;
  description.parent_task = &parent->description;
  description.depth = parent->description.depth + 1;
}

}  // namespace

void MapperManager::inline_mapping(ContextImpl& context, const api::MapDesc& map) {
  MappedTask* parent = shown_record(context.task());
  // Operations of programs in C++ other than tasks are not shown to mappers.
  if (!parent || map.field_count == 0 || cpp_face) return;
  DescribedInline description;
  begin(description, parent, next_unique_id_.fetch_add(1, std::memory_order_relaxed));
  api::RequirementDesc requirement = {};
  requirement.privilege = map.privilege;
  requirement.fields = map.fields;
  requirement.field_count = map.field_count;
  description.requirement = requirement_of(runtime_.forest, requirement, map.region);
  call(description.map_id, parent->description.current_proc, "map_inline", &description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapInlineInput input;
         Mapper::MapInlineOutput output;
         if (mapper.request_valid_instances())
           input.valid_instances = valid_instances(description.requirement);
         mapper.map_inline(&asked, description, input, output);
         check_instances(asked, 0, description.requirement, output.chosen_instances);
         for (const PhysicalInstance& instance : output.chosen_instances) {
           if (instance.is_virtual_instance())
             asked.reject("a virtual instance is chosen for an inline mapping");
         }
       });
}

void MapperManager::copy(ContextImpl& context, Region& source, Region& target, const api::CopyField& field) {
  MappedTask* parent = shown_record(context.task());
  if (!parent || cpp_face) return;
  DescribedCopy description;
  begin(description, parent, next_unique_id_.fetch_add(1, std::memory_order_relaxed));
  api::RequirementDesc requirement = {};
  requirement.field_count = 1;
  requirement.fields = &field.source;
  requirement.privilege = api::Privilege::read;
  description.src_requirements.push_back(requirement_of(runtime_.forest, requirement, {source.id}));
  requirement.fields = &field.target;
  requirement.privilege = api::Privilege::read_write;
  description.dst_requirements.push_back(requirement_of(runtime_.forest, requirement, {target.id}));
  call(description.map_id, parent->description.current_proc, "map_copy", &description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapCopyInput input;
         Mapper::MapCopyOutput output;
         input.src_instances.resize(1);
         input.dst_instances.resize(1);
         input.src_collectives.resize(1);
         input.dst_collectives.resize(1);
         if (mapper.request_valid_instances()) {
           input.src_instances[0] = valid_instances(description.src_requirements[0]);
           input.dst_instances[0] = valid_instances(description.dst_requirements[0]);
         }
         output.src_instances.resize(1);
         output.dst_instances.resize(1);
         output.src_source_instances.resize(1);
         output.dst_source_instances.resize(1);
         mapper.map_copy(&asked, description, input, output);
         if (output.src_instances.size() != 1 || output.dst_instances.size() != 1) {
           asked.reject("instances are not chosen for the one source and the one destination of the copy");
         }
         check_instances(asked, 0, description.src_requirements[0], output.src_instances[0]);
         check_instances(asked, 0, description.dst_requirements[0], output.dst_instances[0]);
         for (const PhysicalInstance& instance : output.dst_instances[0]) {
           if (instance.is_virtual_instance())
             asked.reject("a virtual instance is the destination of a copy");
         }
       });
}

void MapperManager::configure(ContextImpl& context, uint32_t& limit, uint32_t& wait_until) {
  MappedTask* record = shown_record(context.task());
  if (!record) return;
  DescribedTask& description = record->description;
  call(description.map_id, description.current_proc, "configure_context", &description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::ContextConfigOutput output;
         output.max_window_size = limit;
         mapper.configure_context(&asked, description, output);
         if (output.hysteresis_percentage > 100) asked.reject("a hysteresis of more than 100 per cent");
         // 0: no limit.
         limit = output.max_window_size == 0 ? 1u << 30 : output.max_window_size;
         wait_until = static_cast<uint32_t>(uint64_t{limit} * (100 - output.hysteresis_percentage) / 100);
         // A task counts twice: it and its record.
         limit *= 2;
         wait_until *= 2;
       });
}

void MapperManager::begin_epoch(ContextImpl& context) {
  std::lock_guard lock(mutex_);
  epochs_[&context];
}

void MapperManager::end_epoch(ContextImpl& context) {
  std::vector<MappedTask*> records;
  {
    std::lock_guard lock(mutex_);
    auto epoch = epochs_.find(&context);
    if (epoch == epochs_.end()) return;
    records = std::move(epoch->second);
    epochs_.erase(epoch);
  }
  if (records.empty()) return;
  for (MappedTask* record : records) {
    record->description.must_epoch_task = true;
    select_options(*record);
  }
  // Requirements of one tree that are not exclusive share an instance.
  Mapper::MapMustEpochInput input;
  std::map<Legion::RegionTreeID, Mapper::MappingConstraint> shared;
  for (MappedTask* record : records) {
    input.tasks.push_back(&record->description);
    for (unsigned k = 0; k < record->description.regions.size(); ++k) {
      const Legion::RegionRequirement& req = record->description.regions[k];
      if (req.prop == LEGION_EXCLUSIVE) continue;
      Mapper::MappingConstraint& constraint = shared[req.region.get_tree_id()];
      constraint.constrained_tasks.push_back(&record->description);
      constraint.requirement_indexes.push_back(k);
    }
  }
  for (auto& entry : shared) {
    if (entry.second.constrained_tasks.size() > 1) input.constraints.push_back(entry.second);
  }
  MappedTask* parent = shown_record(context.task());
  Instances chosen;
  call(0, parent->description.current_proc, "map_must_epoch", &parent->description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapMustEpochOutput output;
         output.task_processors.resize(records.size());
         output.constraint_mappings.resize(input.constraints.size());
         mapper.map_must_epoch(&asked, input, output);
         if (output.task_processors.size() != records.size()) {
           asked.reject("processors are chosen for " + std::to_string(output.task_processors.size()) +
                        " of " + std::to_string(records.size()) + " tasks");
         }
         for (size_t k = 0; k < records.size(); ++k) {
           if (!processors_.find(output.task_processors[k])) {
             asked.reject(std::string("task `") + records[k]->description.name +
                          "` is sent to a processor that runs no tasks");
           }
           records[k]->description.target_proc = output.task_processors[k];
           records[k]->description.current_proc = output.task_processors[k];
         }
         for (auto& mapping : output.constraint_mappings) {
           for (const PhysicalInstance& instance : mapping) chosen.push_back(instance);
         }
       });
  for (MappedTask* record : records) map(*record, &chosen);
}

std::vector<char> MapperManager::tunable(ContextImpl& context, Legion::TunableID tunable, Legion::MapperID id,
                                         Legion::MappingTagID tag, const void* args, size_t arglen) {
  MappedTask* record = shown_record(context.task());
  std::vector<char> value;
  call(id, record->description.current_proc, "select_tunable_value", &record->description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::SelectTunableInput input;
         input.tunable_id = tunable;
         input.mapping_tag = tag;
         input.args = args;
         input.size = arglen;
         Mapper::SelectTunableOutput output;
         mapper.select_tunable_value(&asked, record->description, input, output);
         if (!output.value && output.size > 0) asked.reject("the value of a tunable is null");
         const char* bytes = static_cast<const char*>(output.value);
         value.assign(bytes, bytes + output.size);
         if (output.take_ownership) free(output.value);
       });
  return value;
}

void MapperManager::send(MapperCall& from, Legion::Processor target, const void* message, size_t size,
                         unsigned kind) {
  const char* bytes = static_cast<const char*>(message);
  std::vector<char> copy(bytes, bytes + size);
  // Not within the call: the other mapper may be waiting for this one.
  later([this, id = from.mapper_id, sender = from.processor, target, copy = std::move(copy), kind] {
    call(id, target, "handle_message", nullptr, [&](Mapper& mapper, MapperCall& asked) {
      Mapper::MapperMessage received;
      received.sender = sender;
      received.kind = kind;
      received.message = copy.data();
      received.size = copy.size();
      mapper.handle_message(&asked, received);
    });
  });
}

void MapperManager::broadcast(MapperCall& from, const void* message, size_t size, unsigned kind) {
  const char* bytes = static_cast<const char*>(message);
  std::vector<char> copy(bytes, bytes + size);
  std::set<MapperSlot*> told{&from.slot};
  for (auto& processor : processors_.all()) {
    MapperSlot& slot = slot_of(from.mapper_id, processor->handle, "broadcast");
    if (!told.insert(&slot).second) continue;
    later([this, id = from.mapper_id, sender = from.processor, target = processor->handle, copy, kind] {
      call(id, target, "handle_message", nullptr, [&](Mapper& mapper, MapperCall& asked) {
        Mapper::MapperMessage received;
        received.sender = sender;
        received.kind = kind;
        received.message = copy.data();
        received.size = copy.size();
        received.broadcast = true;
        mapper.handle_message(&asked, received);
      });
    });
  }
}

}  // namespace palatine::legion
