// MapperRuntime: control, constraints, variants and instances. The region tree is in mapper_runtime_tree.cpp.
#include <algorithm>

#include "runtime/legion/mapper/manager.h"

namespace Legion {
namespace Mapping {

namespace realm = palatine::realm;
using palatine::legion::CatalogTask;
using palatine::legion::CatalogVariant;
using palatine::legion::InstancePointer;
using palatine::legion::InstanceViews;

// ---- the mapper itself

bool MapperRuntime::is_locked(MapperContext ctx) const {
  return ctx->is_locked;
}
void MapperRuntime::lock_mapper(MapperContext ctx, bool) const {
  // Calls of serialized mappers exclude each other anyway.
  if (ctx->slot.model != Mapper::CONCURRENT_MAPPER_MODEL || ctx->is_locked) return;
  ctx->slot.own.lock();
  ctx->is_locked = true;
}
void MapperRuntime::unlock_mapper(MapperContext ctx) const {
  if (!ctx->is_locked) return;
  ctx->is_locked = false;
  ctx->slot.own.unlock();
}
bool MapperRuntime::is_reentrant(MapperContext ctx) const {
  return ctx->is_reentrant;
}
void MapperRuntime::enable_reentrant(MapperContext ctx) const {
  ctx->is_reentrant = true;
}
void MapperRuntime::disable_reentrant(MapperContext ctx) const {
  ctx->is_reentrant = false;
}
void MapperRuntime::start_profiling_range(MapperContext) const {}
void MapperRuntime::stop_profiling_range(MapperContext, const char*) const {}

void MapperRuntime::update_mappable_tag(MapperContext, const Mappable& mappable, MappingTagID new_tag) const {
  const_cast<Mappable&>(mappable).tag = new_tag;
}
void MapperRuntime::update_mappable_data(MapperContext ctx, const Mappable& mappable, const void* mapper_data,
                                         size_t mapper_data_size) const {
  Mappable& changed = const_cast<Mappable&>(mappable);
  changed.mapper_data = ctx->manager.keep(mapper_data, mapper_data_size);
  changed.mapper_data_size = mapper_data_size;
}

void MapperRuntime::send_message(MapperContext ctx, Processor target, const void* message,
                                 size_t message_size, unsigned message_kind) const {
  if (!ctx->manager.processors().find(target))
    ctx->reject("a message is sent to a processor without mappers");
  ctx->manager.send(*ctx, target, message, message_size, message_kind);
}
void MapperRuntime::broadcast(MapperContext ctx, const void* message, size_t message_size,
                              unsigned message_kind, int) const {
  ctx->manager.broadcast(*ctx, message, message_size, message_kind);
}

MapperEvent MapperRuntime::create_mapper_event(MapperContext) const {
  return MapperEvent(realm::UserEvent::create().id());
}
bool MapperRuntime::has_mapper_event_triggered(MapperContext, MapperEvent event) const {
  return realm::Event::from_id(event.id()).has_triggered();
}
void MapperRuntime::trigger_mapper_event(MapperContext ctx, MapperEvent event) const {
  if (!event.exists() || !realm::UserEvent::from_id(event.id()).try_trigger(false)) {
    ctx->reject("an event is triggered that does not exist or was triggered before");
  }
}
void MapperRuntime::wait_on_mapper_event(MapperContext ctx, MapperEvent event) const {
  ctx->wait(realm::Event::from_id(event.id()));
}

// ---- constraints and variants

namespace {

const CatalogVariant& variant_of(MapperContext ctx, TaskID task, VariantID variant) {
  const CatalogVariant* found = ctx->manager.find_variant(task, variant);
  if (!found) {
    ctx->reject("it asks about variant " + std::to_string(variant) + " of task " + std::to_string(task) +
                ", which is not registered");
  }
  return *found;
}

}  // namespace

const ExecutionConstraintSet& MapperRuntime::find_execution_constraints(MapperContext ctx, TaskID task_id,
                                                                        VariantID vid) const {
  return variant_of(ctx, task_id, vid).execution;
}
const TaskLayoutConstraintSet& MapperRuntime::find_task_layout_constraints(MapperContext ctx, TaskID task_id,
                                                                           VariantID vid) const {
  return variant_of(ctx, task_id, vid).layouts;
}
const LayoutConstraintSet& MapperRuntime::find_layout_constraints(MapperContext ctx,
                                                                  LayoutConstraintID id) const {
  return ctx->manager.layout(*ctx, id);
}
LayoutConstraintID MapperRuntime::register_layout(MapperContext ctx,
                                                  const LayoutConstraintSet& layout_constraints,
                                                  FieldSpace) const {
  return ctx->manager.add_layout(layout_constraints);
}
void MapperRuntime::release_layout(MapperContext, LayoutConstraintID) const {
  // Layouts stay until the program ends, so that references to them do.
}
bool MapperRuntime::do_constraints_conflict(MapperContext ctx, LayoutConstraintID set1,
                                            LayoutConstraintID set2,
                                            const LayoutConstraint** conflict_constraint) const {
  return ctx->manager.layout(*ctx, set1).conflicts(ctx->manager.layout(*ctx, set2), 0, conflict_constraint);
}
bool MapperRuntime::do_constraints_entail(MapperContext ctx, LayoutConstraintID source,
                                          LayoutConstraintID target,
                                          const LayoutConstraint** failed_constraint) const {
  return ctx->manager.layout(*ctx, source).entails(ctx->manager.layout(*ctx, target), 0, failed_constraint);
}

void MapperRuntime::find_valid_variants(MapperContext ctx, TaskID task_id,
                                        std::vector<VariantID>& valid_variants, Processor::Kind kind) const {
  const CatalogTask* task = ctx->manager.find_task(task_id);
  if (!task)
    ctx->reject("it asks for variants of task " + std::to_string(task_id) + ", which is not registered");
  for (const auto& variant : task->variants) {
    const ProcessorConstraint& kinds = variant->execution.processor_constraint;
    if (kind == Processor::NO_KIND || !kinds.is_valid() || kinds.can_use(kind)) {
      valid_variants.push_back(variant->id);
    }
  }
}
void MapperRuntime::find_generator_variants(MapperContext, TaskID, std::vector<std::pair<TaskID, VariantID>>&,
                                            Processor::Kind) const {}
const char* MapperRuntime::find_task_variant_name(MapperContext ctx, TaskID task_id, VariantID vid) const {
  return variant_of(ctx, task_id, vid).name.c_str();
}
bool MapperRuntime::is_leaf_variant(MapperContext ctx, TaskID task_id, VariantID variant_id) const {
  return variant_of(ctx, task_id, variant_id).is_leaf;
}
bool MapperRuntime::is_inner_variant(MapperContext ctx, TaskID task_id, VariantID variant_id) const {
  return variant_of(ctx, task_id, variant_id).is_inner;
}
bool MapperRuntime::is_idempotent_variant(MapperContext ctx, TaskID task_id, VariantID variant_id) const {
  return variant_of(ctx, task_id, variant_id).is_idempotent;
}
bool MapperRuntime::is_replicable_variant(MapperContext ctx, TaskID task_id, VariantID variant_id) const {
  return variant_of(ctx, task_id, variant_id).is_replicable;
}

void MapperRuntime::filter_variants(MapperContext ctx, const Task& task,
                                    const std::vector<std::vector<PhysicalInstance>>& chosen,
                                    std::vector<VariantID>& variants) const {
  std::erase_if(variants, [&](VariantID id) {
    for (const auto& layout : variant_of(ctx, task.task_id, id).layouts.layouts) {
      if (layout.first >= chosen.size()) continue;
      for (const PhysicalInstance& instance : chosen[layout.first]) {
        if (!instance.is_virtual_instance() && !instance.entails(ctx->manager.layout(*ctx, layout.second))) {
          return true;
        }
      }
    }
    return false;
  });
}
void MapperRuntime::filter_instances(MapperContext ctx, const Task& task, unsigned index,
                                     VariantID chosen_variant, std::vector<PhysicalInstance>& instances,
                                     std::set<FieldID>& missing_fields) const {
  const CatalogVariant& variant = variant_of(ctx, task.task_id, chosen_variant);
  auto range = variant.layouts.layouts.equal_range(index);
  std::erase_if(instances, [&](const PhysicalInstance& instance) {
    for (auto it = range.first; it != range.second; ++it) {
      if (!instance.entails(ctx->manager.layout(*ctx, it->second))) return true;
    }
    return false;
  });
  missing_fields = task.regions[index].privilege_fields;
  for (const PhysicalInstance& instance : instances) instance.remove_space_fields(missing_fields);
}
void MapperRuntime::filter_instances(MapperContext ctx, const Task& task, VariantID chosen_variant,
                                     std::vector<std::vector<PhysicalInstance>>& instances,
                                     std::vector<std::set<FieldID>>& missing_fields) const {
  missing_fields.resize(instances.size());
  for (unsigned k = 0; k < instances.size() && k < task.regions.size(); ++k) {
    filter_instances(ctx, task, k, chosen_variant, instances[k], missing_fields[k]);
  }
}

// ---- instances

namespace {

InstanceViews::Request request_of(MapperContext ctx, Memory memory, const LayoutConstraintSet& constraints,
                                  const std::vector<LogicalRegion>& regions, bool is_tight) {
  if (regions.empty()) ctx->reject("an instance is asked for without a region");
  palatine::legion::Region& first = palatine::legion::region_of(ctx->manager.forest(), regions.front());
  bool is_whole = false;
  palatine::legion::Box bounds;
  for (const LogicalRegion& handle : regions) {
    palatine::legion::Region& region = palatine::legion::region_of(ctx->manager.forest(), handle);
    if (region.root != first.root) ctx->reject("an instance is asked for with regions of several trees");
    const auto& box = region.domain.box;
    is_whole = is_whole || (region.domain.is_dense() && box.contains(region.root->domain.box));
    if (bounds.is_empty()) {
      bounds = box;
      continue;
    }
    for (int d = 0; d < box.dim && !box.is_empty(); ++d) {
      bounds.lo[d] = std::min(bounds.lo[d], box.lo[d]);
      bounds.hi[d] = std::max(bounds.hi[d], box.hi[d]);
    }
  }
  return {memory,
          constraints,
          first.root,
          regions.front().get_field_space(),
          regions.front().get_tree_id(),
          is_whole,
          is_tight,
          palatine::legion::to_domain(palatine::legion::Domain{bounds, nullptr})};
}

}  // namespace

bool MapperRuntime::create_physical_instance(MapperContext ctx, Memory target_memory,
                                             const LayoutConstraintSet& constraints,
                                             const std::vector<LogicalRegion>& regions,
                                             PhysicalInstance& result, bool, GCPriority,
                                             bool tight_region_bounds, size_t* footprint,
                                             const LayoutConstraint** unsat) const {
  InstancePointer made = ctx->manager.instances().create(
      request_of(ctx, target_memory, constraints, regions, tight_region_bounds), footprint, unsat);
  if (made) result = PhysicalInstance(made);
  return made != nullptr;
}
bool MapperRuntime::create_physical_instance(MapperContext ctx, Memory target_memory,
                                             LayoutConstraintID layout_id,
                                             const std::vector<LogicalRegion>& regions,
                                             PhysicalInstance& result, bool acquire, GCPriority priority,
                                             bool tight_region_bounds, size_t* footprint,
                                             const LayoutConstraint** unsat) const {
  return create_physical_instance(ctx, target_memory, find_layout_constraints(ctx, layout_id), regions,
                                  result, acquire, priority, tight_region_bounds, footprint, unsat);
}
bool MapperRuntime::find_or_create_physical_instance(
    MapperContext ctx, Memory target_memory, const LayoutConstraintSet& constraints,
    const std::vector<LogicalRegion>& regions, PhysicalInstance& result, bool& created, bool acquire,
    GCPriority priority, bool tight_region_bounds, size_t* footprint, const LayoutConstraint** unsat) const {
  created = false;
  if (find_physical_instance(ctx, target_memory, constraints, regions, result, acquire,
                             tight_region_bounds)) {
    if (footprint) *footprint = result.get_instance_size();
    return true;
  }
  created = create_physical_instance(ctx, target_memory, constraints, regions, result, acquire, priority,
                                     tight_region_bounds, footprint, unsat);
  return created;
}
bool MapperRuntime::find_or_create_physical_instance(
    MapperContext ctx, Memory target_memory, LayoutConstraintID layout_id,
    const std::vector<LogicalRegion>& regions, PhysicalInstance& result, bool& created, bool acquire,
    GCPriority priority, bool tight_region_bounds, size_t* footprint, const LayoutConstraint** unsat) const {
  return find_or_create_physical_instance(ctx, target_memory, find_layout_constraints(ctx, layout_id),
                                          regions, result, created, acquire, priority, tight_region_bounds,
                                          footprint, unsat);
}
bool MapperRuntime::find_physical_instance(MapperContext ctx, Memory target_memory,
                                           const LayoutConstraintSet& constraints,
                                           const std::vector<LogicalRegion>& regions,
                                           PhysicalInstance& result, bool, bool tight_region_bounds) const {
  InstancePointer found = ctx->manager.instances().find(
      request_of(ctx, target_memory, constraints, regions, tight_region_bounds));
  if (found) result = PhysicalInstance(found);
  return found != nullptr;
}
bool MapperRuntime::find_physical_instance(MapperContext ctx, Memory target_memory,
                                           LayoutConstraintID layout_id,
                                           const std::vector<LogicalRegion>& regions,
                                           PhysicalInstance& result, bool acquire,
                                           bool tight_region_bounds) const {
  return find_physical_instance(ctx, target_memory, find_layout_constraints(ctx, layout_id), regions, result,
                                acquire, tight_region_bounds);
}
void MapperRuntime::find_physical_instances(MapperContext ctx, Memory target_memory,
                                            const LayoutConstraintSet& constraints,
                                            const std::vector<LogicalRegion>& regions,
                                            std::vector<PhysicalInstance>& results, bool,
                                            bool tight_region_bounds) const {
  for (const InstancePointer& view : ctx->manager.instances().find_all(
           request_of(ctx, target_memory, constraints, regions, tight_region_bounds))) {
    results.push_back(PhysicalInstance(view));
  }
}
void MapperRuntime::find_physical_instances(MapperContext ctx, Memory target_memory,
                                            LayoutConstraintID layout_id,
                                            const std::vector<LogicalRegion>& regions,
                                            std::vector<PhysicalInstance>& results, bool acquire,
                                            bool tight_region_bounds) const {
  find_physical_instances(ctx, target_memory, find_layout_constraints(ctx, layout_id), regions, results,
                          acquire, tight_region_bounds);
}

bool MapperRuntime::redistrict_instance(MapperContext, PhysicalInstance&, const LayoutConstraintSet&,
                                        const std::vector<LogicalRegion>&, bool, GCPriority, bool) const {
  return false;
}
bool MapperRuntime::redistrict_instance(MapperContext, PhysicalInstance&, LayoutConstraintID,
                                        const std::vector<LogicalRegion>&, bool, GCPriority, bool) const {
  return false;
}
void MapperRuntime::set_garbage_collection_priority(MapperContext, const PhysicalInstance&,
                                                    GCPriority) const {
  // The data goes with its tree and not before.
}
bool MapperRuntime::acquire_instance(MapperContext ctx, const PhysicalInstance& instance) const {
  return instance.view() && ctx->manager.instances().is_alive(*instance.view());
}
bool MapperRuntime::acquire_instances(MapperContext ctx,
                                      const std::vector<PhysicalInstance>& instances) const {
  for (const PhysicalInstance& instance : instances) {
    if (!acquire_instance(ctx, instance)) return false;
  }
  return true;
}
bool MapperRuntime::acquire_instances(MapperContext ctx,
                                      const std::vector<std::vector<PhysicalInstance>>& instances) const {
  for (const auto& list : instances) {
    if (!acquire_instances(ctx, list)) return false;
  }
  return true;
}
bool MapperRuntime::acquire_and_filter_instances(MapperContext ctx, std::vector<PhysicalInstance>& instances,
                                                 bool filter_acquired) const {
  bool all = true;
  std::erase_if(instances, [&](const PhysicalInstance& instance) {
    const bool is_there = acquire_instance(ctx, instance);
    all = all && is_there;
    return is_there == filter_acquired;
  });
  return all;
}
bool MapperRuntime::acquire_and_filter_instances(MapperContext ctx,
                                                 std::vector<std::vector<PhysicalInstance>>& instances,
                                                 bool filter_acquired) const {
  bool all = true;
  for (auto& list : instances) all = acquire_and_filter_instances(ctx, list, filter_acquired) && all;
  return all;
}
void MapperRuntime::release_instance(MapperContext, const PhysicalInstance&) const {}
void MapperRuntime::release_instances(MapperContext, const std::vector<PhysicalInstance>&) const {}
void MapperRuntime::release_instances(MapperContext,
                                      const std::vector<std::vector<PhysicalInstance>>&) const {}
bool MapperRuntime::subscribe(MapperContext ctx, const PhysicalInstance& instance) const {
  return acquire_instance(ctx, instance);
}
void MapperRuntime::unsubscribe(MapperContext, const PhysicalInstance&) const {}
bool MapperRuntime::collect_instance(MapperContext, const PhysicalInstance&) const {
  return false;
}
void MapperRuntime::collect_instances(MapperContext, const std::vector<PhysicalInstance>& instances,
                                      std::vector<bool>& collected) const {
  collected.assign(instances.size(), false);
}
bool MapperRuntime::acquire_future(MapperContext, const Future&, Memory) const {
  return true;
}
bool MapperRuntime::acquire_pool(MapperContext, Memory, const PoolBounds&) const {
  return true;
}
void MapperRuntime::release_pool(MapperContext, Memory) {}

bool MapperRuntime::is_MPI_interop_configured(MapperContext) const {
  return false;
}
const std::map<int, AddressSpace>& MapperRuntime::find_forward_MPI_mapping(MapperContext) const {
  static const std::map<int, AddressSpace> none;
  return none;
}
const std::map<AddressSpace, int>& MapperRuntime::find_reverse_MPI_mapping(MapperContext) const {
  static const std::map<AddressSpace, int> none;
  return none;
}
int MapperRuntime::find_local_MPI_rank(MapperContext) const {
  return -1;
}

}  // namespace Mapping
}  // namespace Legion
