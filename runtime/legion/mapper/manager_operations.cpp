// MapperManager: operations other than tasks, contexts, must epochs, tunables and messages.
#include <type_traits>

#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;
using Legion::Mapping::PhysicalInstance;

template <typename Description>
void MapperManager::begin(Description& description, MappedTask& parent) {
  description.unique_id = next_unique_id_.fetch_add(1, std::memory_order_relaxed);
  description.parent_task = &parent.description;
  description.depth = parent.description.depth + 1;
}

MapperManager::Instances MapperManager::ask_inline(MappedTask& parent, DescribedInline& description) {
  begin(description, parent);
  Instances chosen;
  call(description.map_id, parent.description.current_proc, "map_inline", &description,
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
         chosen = std::move(output.chosen_instances);
       });
  return chosen;
}

void MapperManager::inline_mapping(ContextImpl& context, const api::MapDesc& map) {
  MappedTask* parent = shown_record(context.task());
  // Programs in C++ describe what they map themselves.
  if (!parent || map.field_count == 0 || cpp_face) return;
  DescribedInline description;
  api::RequirementDesc requirement = {};
  requirement.privilege = map.privilege;
  requirement.fields = map.fields;
  requirement.field_count = map.field_count;
  description.requirement = requirement_of(runtime_.forest, requirement, map.region);
  ask_inline(*parent, description);
}

void MapperManager::inline_mapping(ContextImpl& context, DescribedInline& operation,
                                   std::vector<Legion::LayoutConstraintSet>& layouts) {
  MappedTask* parent = shown_record(context.task());
  if (!parent) return;
  for (const PhysicalInstance& instance : ask_inline(*parent, operation)) {
    if (instance.view()->has_own_memory) layouts.push_back(instance.view()->layout);
  }
}

void MapperManager::ask_copy(MappedTask& parent, DescribedCopy& description) {
  begin(description, parent);
  typedef std::vector<Legion::RegionRequirement> Requirements;
  call(description.map_id, parent.description.current_proc, "map_copy", &description,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapCopyInput input;
         Mapper::MapCopyOutput output;
         const auto prepare = [&](const Requirements& requirements, std::vector<Instances>& valid,
                                  auto& collectives, auto& chosen, std::vector<Instances>& sources) {
           valid.resize(requirements.size());
           collectives.resize(requirements.size());
           chosen.resize(requirements.size());
           sources.resize(requirements.size());
           if (!mapper.request_valid_instances()) return;
           for (size_t k = 0; k < requirements.size(); ++k) valid[k] = valid_instances(requirements[k]);
         };
         prepare(description.src_requirements, input.src_instances, input.src_collectives,
                 output.src_instances, output.src_source_instances);
         prepare(description.dst_requirements, input.dst_instances, input.dst_collectives,
                 output.dst_instances, output.dst_source_instances);
         prepare(description.src_indirect_requirements, input.src_indirect_instances,
                 input.src_indirect_collectives, output.src_indirect_instances,
                 output.src_indirect_source_instances);
         prepare(description.dst_indirect_requirements, input.dst_indirect_instances,
                 input.dst_indirect_collectives, output.dst_indirect_instances,
                 output.dst_indirect_source_instances);
         mapper.map_copy(&asked, description, input, output);
         const auto check = [&](const char* what, const Requirements& requirements, const auto& chosen) {
           if (chosen.size() != requirements.size()) {
             asked.reject("instances are chosen for " + std::to_string(chosen.size()) + " of the copy's " +
                          std::to_string(requirements.size()) + " " + what);
           }
           for (size_t k = 0; k < requirements.size(); ++k) {
             if constexpr (std::is_same_v<decltype(chosen[k]), const Instances&>) {
               check_instances(asked, static_cast<unsigned>(k), requirements[k], chosen[k]);
             } else {
               check_instances(asked, static_cast<unsigned>(k), requirements[k], {chosen[k]});
             }
           }
         };
         check("sources", description.src_requirements, output.src_instances);
         check("destinations", description.dst_requirements, output.dst_instances);
         check("indirect sources", description.src_indirect_requirements, output.src_indirect_instances);
         check("indirect destinations", description.dst_indirect_requirements, output.dst_indirect_instances);
         for (const Instances& instances : output.dst_instances) {
           for (const PhysicalInstance& instance : instances) {
             if (instance.is_virtual_instance())
               asked.reject("a virtual instance is the destination of a copy");
           }
         }
       });
}

void MapperManager::copy(ContextImpl& context, Region& source, Region& target, const api::CopyField& field) {
  MappedTask* parent = shown_record(context.task());
  if (!parent || cpp_face) return;
  DescribedCopy description;
  api::RequirementDesc requirement = {};
  requirement.field_count = 1;
  requirement.fields = &field.source;
  requirement.privilege = api::Privilege::read;
  description.src_requirements.push_back(requirement_of(runtime_.forest, requirement, {source.id}));
  requirement.fields = &field.target;
  requirement.privilege = api::Privilege::read_write;
  description.dst_requirements.push_back(requirement_of(runtime_.forest, requirement, {target.id}));
  ask_copy(*parent, description);
}

void MapperManager::copy(ContextImpl& context, DescribedCopy& operation) {
  if (MappedTask* parent = shown_record(context.task())) ask_copy(*parent, operation);
}

void MapperManager::partition(ContextImpl& context, DescribedPartition& operation) {
  MappedTask* parent = shown_record(context.task());
  if (!parent) return;
  begin(operation, *parent);
  call(operation.map_id, parent->description.current_proc, "map_partition", &operation,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapPartitionInput input;
         Mapper::MapPartitionOutput output;
         if (mapper.request_valid_instances()) input.valid_instances = valid_instances(operation.requirement);
         mapper.map_partition(&asked, operation, input, output);
         check_instances(asked, 0, operation.requirement, output.chosen_instances);
       });
}

void MapperManager::acquire(ContextImpl& context, DescribedAcquire& operation) {
  MappedTask* parent = shown_record(context.task());
  if (!parent) return;
  begin(operation, *parent);
  call(operation.map_id, parent->description.current_proc, "map_acquire", &operation,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapAcquireOutput output;
         mapper.map_acquire(&asked, operation, {}, output);
       });
}

void MapperManager::release(ContextImpl& context, DescribedRelease& operation) {
  MappedTask* parent = shown_record(context.task());
  if (!parent) return;
  begin(operation, *parent);
  call(operation.map_id, parent->description.current_proc, "map_release", &operation,
       [&](Mapper& mapper, MapperCall& asked) {
         Mapper::MapReleaseOutput output;
         mapper.map_release(&asked, operation, {}, output);
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
