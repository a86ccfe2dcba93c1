// MapperManager: map_task, what is checked of its answer, and what is reported when the task is complete.
#include <algorithm>

#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/legion/mapper/mapper_error.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;
using Legion::Mapping::PhysicalInstance;

namespace {

// A field as programs call it.
std::string name_of_field(const RootRegion& root, Legion::FieldSpace fields, Legion::FieldID field) {
  if (cpp_face) return cpp_face->name_of(fields, field);
  if (field >= root.fields.size()) return "number " + std::to_string(field);
  const char* name = root.fields[field].name;
  return name && *name ? "`" + std::string(name) + "`" : "number " + std::to_string(field);
}

std::string name_of_region(const RootRegion& root) {
  return root.name.empty() ? "a region" : "region `" + root.name + "`";
}

}  // namespace

MapperManager::Instances MapperManager::valid_instances(const Legion::RegionRequirement& req) {
  Instances valid;
  Region* region = runtime_.forest.find_region(Legion::Internal::Handle::core_region(req.region));
  if (!region || req.privilege == LEGION_REDUCE) return valid;
  RootRegion& root = *region->root;
  if (instances_.is_valid(root, req.privilege_fields)) {
    valid.push_back(
        PhysicalInstance(instances_.whole(root, req.region.get_field_space(), req.region.get_tree_id())));
  }
  return valid;
}

void MapperManager::check_instances(MapperCall& call, unsigned index, const Legion::RegionRequirement& req,
                                    const Instances& chosen) {
  if (req.privilege == LEGION_NO_ACCESS || req.privilege_fields.empty()) return;
  Region& region = region_of(runtime_.forest, req.region);
  RootRegion& root = *region.root;
  const std::string where = "region requirement " + std::to_string(index) + " (" + name_of_region(root) + ")";
  if (chosen.empty()) call.reject("no instance is chosen for " + where);
  std::set<Legion::FieldID> missing = req.privilege_fields;
  bool is_virtual = false;
  for (const PhysicalInstance& instance : chosen) {
    if (!instance.view()) call.reject("an instance that does not exist is chosen for " + where);
    const InstanceView& view = *instance.view();
    if (view.kind == InstanceView::Kind::virtual_) {
      is_virtual = true;
      continue;
    }
    if (view.root != root.id) call.reject("an instance of another region tree is chosen for " + where);
    if (!instances_.is_alive(view))
      call.reject("an instance whose region was destroyed is chosen for " + where);
    const bool is_reduction = view.kind == InstanceView::Kind::reduction;
    if (is_reduction != (req.privilege == LEGION_REDUCE) && is_reduction) {
      call.reject("a reduction instance is chosen for " + where + ", which does not reduce");
    }
    if (is_reduction && view.redop != req.redop) {
      call.reject("an instance of another reduction operator is chosen for " + where);
    }
    if (view.is_partial && !view.covers(region.domain.box)) {
      call.reject("an instance is chosen for " + where + " that does not have all of its points");
    }
    for (Legion::FieldID field : view.fields) {
      if (instance.use_fields().empty() || instance.use_fields().count(field)) missing.erase(field);
    }
  }
  if (is_virtual) {
    if (chosen.size() > 1) call.reject("a virtual instance is chosen beside others for " + where);
    if (req.prop != LEGION_EXCLUSIVE) {
      call.reject("a virtual instance is chosen for " + where + ", whose coherence is not exclusive");
    }
    return;
  }
  if (!missing.empty()) {
    call.reject("no chosen instance has field " +
                name_of_field(root, req.region.get_field_space(), *missing.begin()) + " of " + where);
  }
  if (req.privilege != LEGION_REDUCE) instances_.mark_valid(root, req.privilege_fields);
}

void MapperManager::accept(MapperCall& call, MappedTask& record) {
  Mapper::MapTaskOutput& output = record.output;
  DescribedTask& description = record.description;
  if (output.abort_mapping) call.reject("the mapper gives up (abort_mapping)");
  if (output.target_procs.empty()) {
    // What a must epoch's tasks run on was chosen for all of them.
    if (!description.must_epoch_task)
      call.warn("no target processor is chosen; the task goes where it was sent before (target_proc)");
    output.target_procs.push_back(description.target_proc);
  }
  const CatalogVariant* variant = find_variant(description.task_id, output.chosen_variant);
  if (!variant) {
    call.reject("variant " + std::to_string(output.chosen_variant) + " of the task is not registered");
  }
  for (Legion::Processor target : output.target_procs) {
    MappedProcessor* processor = processors_.find(target);
    if (!processor) call.reject("a target processor does not exist or runs no tasks");
    if (!record.targets.empty() && processor->kind != record.targets.front()->kind) {
      call.reject("target processors are of different kinds");
    }
    const Legion::ProcessorConstraint& kinds = variant->execution.processor_constraint;
    if (kinds.is_valid() && !kinds.can_use(processor->kind)) {
      call.reject("variant " + std::to_string(variant->id) + " cannot run on a target processor");
    }
    if (std::find(record.targets.begin(), record.targets.end(), processor) == record.targets.end()) {
      record.targets.push_back(processor);
    }
  }
  if (cpp_face && !cpp_face->choose_variant(*record.task, output.chosen_variant)) {
    call.reject(
        "variant " + std::to_string(output.chosen_variant) +
        " differs from the one that the task was launched with in what it returns or whether it is a leaf "
        "or inner, which is not supported");
  }
  if (output.chosen_instances.size() != description.regions.size()) {
    call.reject("instances are chosen for " + std::to_string(output.chosen_instances.size()) +
                " region requirements, and the task has " + std::to_string(description.regions.size()));
  }
  for (unsigned k = 0; k < description.regions.size(); ++k) {
    check_instances(call, k, description.regions[k], output.chosen_instances[k]);
    const Instances& chosen = output.chosen_instances[k];
    if (cpp_face && !chosen.empty() && chosen.front().is_virtual_instance())
      cpp_face->map_virtually(*record.task, k);
    for (const PhysicalInstance& instance : chosen) {
      if (cpp_face && instance.view()->has_own_memory)
        cpp_face->choose_layout(*record.task, k, instance.view()->layout);
    }
  }
  for (unsigned k = 0; cpp_face && k < output.output_constraints.size(); ++k) {
    const Legion::LayoutConstraintSet& layout = output.output_constraints[k];
    if (!layout.ordering_constraint.ordering.empty() || !layout.alignment_constraints.empty())
      cpp_face->choose_layout(*record.task, static_cast<unsigned>(description.regions.size()) + k, layout);
  }
  const bool is_launched_variant =
      !cpp_face || cpp_face->launched_variant(*record.task) == output.chosen_variant;
  const bool has_own_memory = std::ranges::any_of(output.chosen_instances, [](const Instances& chosen) {
    return std::ranges::any_of(chosen, [](const PhysicalInstance& instance) {
      return instance.view()->has_own_memory || instance.is_virtual_instance();
    });
  });
  record.is_ordinary = is_launched_variant && !has_own_memory && output.task_priority == 0 &&
                       output.task_prof_requests.empty() && may_run_anywhere(record);
}

void MapperManager::map(MappedTask& record, const Instances* shared_instance) {
  DescribedTask& description = record.description;
  bool wants_postmap = false;
  call(description.map_id, description.target_proc, "map_task", &description,
       [&](Mapper& mapper, MapperCall& context) {
         Mapper::MapTaskInput& input = record.input;
         Mapper::MapTaskOutput& output = record.output;
         const size_t count = description.regions.size();
         input.valid_instances.resize(count);
         input.valid_collectives.resize(count);
         if (mapper.request_valid_instances()) {
           for (size_t k = 0; k < count; ++k)
             input.valid_instances[k] = valid_instances(description.regions[k]);
         }
         if (shared_instance) {
           // What the tasks of a must epoch share was chosen for them together.
           for (const PhysicalInstance& shared : *shared_instance) {
             for (size_t k = 0; k < count; ++k) {
               if (shared.get_tree_id() == description.regions[k].region.get_tree_id() &&
                   description.regions[k].prop != LEGION_EXCLUSIVE) {
                 input.valid_instances[k].assign(1, shared);
               }
             }
           }
         }
         output.chosen_instances.resize(count);
         output.source_instances.resize(count);
         output.output_targets.resize(description.output_regions.size());
         output.output_constraints.resize(description.output_regions.size());
         mapper.map_task(&context, description, input, output);
         wants_postmap = output.postmap_task;
         accept(context, record);
       });
  if (wants_postmap) {
    call(description.map_id, description.target_proc, "postmap_task", &description,
         [&](Mapper& mapper, MapperCall& context) {
           Mapper::PostMapInput input;
           Mapper::PostMapOutput output;
           input.mapped_regions = record.output.chosen_instances;
           input.valid_instances.resize(description.regions.size());
           input.valid_collectives.resize(description.regions.size());
           output.chosen_instances.resize(description.regions.size());
           output.source_instances.resize(description.regions.size());
           mapper.postmap_task(&context, description, input, output);
         });
  }
  record.task->set_scheduler(record.targets.front()->scheduler);
  record.set_mapped();
}

void MapperManager::report(MappedTask& record, long long end_time) {
  namespace pm = Legion::Mapping::ProfilingMeasurements;
  auto values = std::make_shared<Legion::Mapping::ProfilingResponse::Values>();
  for (int id : record.output.task_prof_requests.measurements()) {
    switch (id) {
      case pm::OperationStatus::ID:
        values->status.result = pm::OperationStatus::COMPLETED_SUCCESSFULLY;
        break;
      case pm::OperationTimeline::ID:
        values->timeline.create_time = record.create_time;
        values->timeline.ready_time = record.ready_time;
        values->timeline.start_time = record.start_time ? record.start_time : record.ready_time;
        values->timeline.end_time = end_time;
        values->timeline.complete_time = end_time;
        break;
      case pm::OperationProcessorUsage::ID:
        values->processor.proc = record.description.current_proc;
        break;
      case pm::OperationEventWaits::ID:
        break;
      case pm::RuntimeOverhead::ID:
        values->overhead.application_time =
            end_time - (record.start_time ? record.start_time : record.ready_time);
        break;
      default:
        continue;
    }
    values->present.insert(id);
  }
  DescribedTask& description = record.description;
  // Arguments went with the task.
  description.args = nullptr;
  description.arglen = 0;
  description.local_args = nullptr;
  description.local_arglen = 0;
  call(description.map_id, description.target_proc, "report_profiling", &description,
       [&](Mapper& mapper, MapperCall& context) {
         Mapper::TaskProfilingInfo info;
         info.profiling_responses = Legion::Mapping::ProfilingResponse(values);
         info.total_reports = 1;
         mapper.report_profiling(&context, description, info);
       });
}

}  // namespace palatine::legion
