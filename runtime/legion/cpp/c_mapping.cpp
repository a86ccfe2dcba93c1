// Answers of mappers in C (legion/legion_c_mapping.h).
#include "legion/legion_mapping.h"
#include "runtime/legion/cpp/c_handles.h"

using namespace Legion;
using namespace Legion::Internal;
using Legion::Mapping::Mapper;
using Legion::Mapping::MapperRuntime;
using Legion::Mapping::PhysicalInstance;
using palatine::realm::fatal_error;

// ---- operations

namespace {

// What C sees of an operation. Nothing is changed through it.
template <typename Handle, typename T>
Handle operation(legion_mappable_t mappable, const T* found, const char* wanted) {
  if (!found)
    fatal_error("error: an operation of type %d is taken for %s",
                static_cast<int>(object<Mappable>(mappable).get_mappable_type()), wanted);
  return {const_cast<T*>(found)};
}

const RegionRequirement& requirement(const Copy& copy, size_t index) {
  for (const auto* list : {&copy.src_requirements, &copy.dst_requirements, &copy.src_indirect_requirements,
                           &copy.dst_indirect_requirements}) {
    if (index < list->size()) return (*list)[index];
    index -= list->size();
  }
  fatal_error("error: a copy has fewer requirements than are asked for");
}

legion_region_requirement_t handle_of(const RegionRequirement& requirement) {
  return {const_cast<RegionRequirement*>(&requirement)};
}

}  // namespace

enum legion_mappable_type_id_t legion_mappable_get_type(legion_mappable_t mappable) {
  return object<Mappable>(mappable).get_mappable_type();
}
legion_task_t legion_mappable_as_task(legion_mappable_t mappable) {
  return operation<legion_task_t>(mappable, object<Mappable>(mappable).as_task(), "a task");
}
legion_copy_t legion_mappable_as_copy(legion_mappable_t mappable) {
  return operation<legion_copy_t>(mappable, object<Mappable>(mappable).as_copy(), "a copy");
}
legion_fill_t legion_mappable_as_fill(legion_mappable_t mappable) {
  return operation<legion_fill_t>(mappable, object<Mappable>(mappable).as_fill(), "a fill");
}
legion_inline_t legion_mappable_as_inline_mapping(legion_mappable_t mappable) {
  return operation<legion_inline_t>(mappable, object<Mappable>(mappable).as_inline(), "an inline mapping");
}
legion_region_requirement_t legion_copy_get_requirement(legion_copy_t copy, unsigned idx) {
  return handle_of(requirement(object<Copy>(copy), idx));
}
legion_region_requirement_t legion_fill_get_requirement(legion_fill_t fill) {
  return handle_of(object<Fill>(fill).requirement);
}
legion_region_requirement_t legion_inline_get_requirement(legion_inline_t inline_operation) {
  return handle_of(object<InlineMapping>(inline_operation).requirement);
}

// ---- answers

static Mapper::MapTaskOutput& answer(legion_map_task_output_t output) {
  return object<Mapper::MapTaskOutput>(output);
}
static std::vector<PhysicalInstance>& instances_of(legion_map_task_output_t output, size_t index) {
  auto& all = answer(output).chosen_instances;
  if (index >= all.size())
    fatal_error("error: instances are chosen for region requirement %zu of a task that has %zu", index,
                all.size());
  return all[index];
}
static std::vector<PhysicalInstance> copies_of(const legion_physical_instance_t* instances, size_t count) {
  std::vector<PhysicalInstance> copies;
  for (size_t k = 0; k < count; k++) copies.push_back(object<PhysicalInstance>(instances[k]));
  return copies;
}

void legion_slice_task_output_slices_add(legion_slice_task_output_t output, legion_task_slice_t slice) {
  object<Mapper::SliceTaskOutput>(output).slices.emplace_back(from_c(slice.domain), from_c(slice.proc),
                                                              slice.recurse, slice.stealable);
}
void legion_slice_task_output_verify_correctness_set(legion_slice_task_output_t output,
                                                     bool verify_correctness) {
  object<Mapper::SliceTaskOutput>(output).verify_correctness = verify_correctness;
}
void legion_map_task_output_chosen_instances_clear_all(legion_map_task_output_t output) {
  answer(output).chosen_instances.clear();
}
void legion_map_task_output_chosen_instances_clear_each(legion_map_task_output_t output, size_t idx) {
  instances_of(output, idx).clear();
}
void legion_map_task_output_chosen_instances_add(legion_map_task_output_t output,
                                                 legion_physical_instance_t* instances,
                                                 size_t instances_size) {
  answer(output).chosen_instances.push_back(copies_of(instances, instances_size));
}
void legion_map_task_output_chosen_instances_set(legion_map_task_output_t output, size_t idx,
                                                 legion_physical_instance_t* instances,
                                                 size_t instances_size) {
  instances_of(output, idx) = copies_of(instances, instances_size);
}
void legion_map_task_output_target_procs_clear(legion_map_task_output_t output) {
  answer(output).target_procs.clear();
}
void legion_map_task_output_target_procs_add(legion_map_task_output_t output, legion_processor_t proc) {
  answer(output).target_procs.push_back(from_c(proc));
}
legion_processor_t legion_map_task_output_target_procs_get(legion_map_task_output_t output, size_t idx) {
  const std::vector<Processor>& targets = answer(output).target_procs;
  if (idx >= targets.size())
    fatal_error("error: a mapper asks for target processor %zu and has chosen %zu", idx, targets.size());
  return {targets[idx].id};
}
void legion_map_task_output_task_priority_set(legion_map_task_output_t output,
                                              legion_task_priority_t priority) {
  answer(output).task_priority = priority;
}

// ---- instances

namespace {

// A layout is a set of constraints or a number.
const LayoutConstraintSet& wanted(legion_layout_constraint_set_t layout) {
  return object<LayoutConstraintSet>(layout);
}
LayoutConstraintID wanted(legion_layout_constraint_id_t layout) {
  return layout;
}

struct Place {
  const MapperRuntime* runtime;
  Mapping::MapperContext context;
  Memory memory;
  std::vector<LogicalRegion> regions;

  Place(legion_mapper_runtime_t runtime_in, legion_mapper_context_t context_in, legion_memory_t memory_in,
        const legion_logical_region_t* list, size_t count)
      : runtime(&object<MapperRuntime>(runtime_in)),
        context(static_cast<Mapping::MapperContext>(context_in.impl)),
        memory(from_c(memory_in)) {
    for (size_t k = 0; k < count; k++) regions.push_back(from_c(list[k]));
  }
};

bool give(bool is_there, const PhysicalInstance& instance, legion_physical_instance_t* result) {
  if (is_there) *result = {new PhysicalInstance(instance)};
  return is_there;
}

}  // namespace

void legion_physical_instance_destroy(legion_physical_instance_t instance) {
  delete &object<PhysicalInstance>(instance);
}
#define PALATINE_C_INSTANCE_CALLS(suffix, Wanted)                                                            \
  bool legion_mapper_runtime_create_physical_instance_layout_constraint##suffix(                             \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,           \
      Wanted layout, const legion_logical_region_t* regions, size_t regions_size,                            \
      legion_physical_instance_t* result, bool acquire, legion_garbage_collection_priority_t priority) {     \
    const Place place(runtime, ctx, target_memory, regions, regions_size);                                   \
    PhysicalInstance instance;                                                                               \
    return give(place.runtime->create_physical_instance(place.context, place.memory, wanted(layout),         \
                                                        place.regions, instance, acquire, priority),         \
                instance, result);                                                                           \
  }                                                                                                          \
  bool legion_mapper_runtime_find_or_create_physical_instance_layout_constraint##suffix(                     \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,           \
      Wanted layout, const legion_logical_region_t* regions, size_t regions_size,                            \
      legion_physical_instance_t* result, bool* created, bool acquire,                                       \
      legion_garbage_collection_priority_t priority, bool tight_region_bounds) {                             \
    const Place place(runtime, ctx, target_memory, regions, regions_size);                                   \
    PhysicalInstance instance;                                                                               \
    return give(place.runtime->find_or_create_physical_instance(place.context, place.memory, wanted(layout), \
                                                                place.regions, instance, *created, acquire,  \
                                                                priority, tight_region_bounds),              \
                instance, result);                                                                           \
  }                                                                                                          \
  bool legion_mapper_runtime_find_physical_instance_layout_constraint##suffix(                               \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,           \
      Wanted layout, const legion_logical_region_t* regions, size_t regions_size,                            \
      legion_physical_instance_t* result, bool acquire, bool tight_region_bounds) {                          \
    const Place place(runtime, ctx, target_memory, regions, regions_size);                                   \
    PhysicalInstance instance;                                                                               \
    return give(                                                                                             \
        place.runtime->find_physical_instance(place.context, place.memory, wanted(layout), place.regions,    \
                                              instance, acquire, tight_region_bounds),                       \
        instance, result);                                                                                   \
  }
PALATINE_C_INSTANCE_CALLS(, legion_layout_constraint_set_t)
PALATINE_C_INSTANCE_CALLS(_id, legion_layout_constraint_id_t)
#undef PALATINE_C_INSTANCE_CALLS

bool legion_mapper_runtime_acquire_instance(legion_mapper_runtime_t runtime, legion_mapper_context_t ctx,
                                            legion_physical_instance_t instance) {
  return legion_mapper_runtime_acquire_instances(runtime, ctx, &instance, 1);
}
bool legion_mapper_runtime_acquire_instances(legion_mapper_runtime_t runtime, legion_mapper_context_t ctx,
                                             legion_physical_instance_t* instances, size_t instances_size) {
  return object<MapperRuntime>(runtime).acquire_instances(static_cast<Mapping::MapperContext>(ctx.impl),
                                                          copies_of(instances, instances_size));
}

void legion_runtime_replace_default_mapper(legion_runtime_t, legion_mapper_t mapper,
                                           legion_processor_t proc) {
  the_runtime()->replace_default_mapper(&object<Mapper>(mapper), from_c(proc));
}
