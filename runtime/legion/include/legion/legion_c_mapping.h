/* The part of Legion's C API with which code in C answers for a mapper: a mapper in C++ hands its arguments
 * on as handles
 * ({&output}, {runtime}, {context}, {&task}). Included by legion_c.h. Names, types and meanings are Legion's;
 * plain C.
 */
#ifndef LEGION_C_MAPPING_H
#define LEGION_C_MAPPING_H

#ifdef __cplusplus
extern "C" {
#endif

LEGION_C_OBJECT(legion_mappable_t)
LEGION_C_OBJECT(legion_copy_t)
LEGION_C_OBJECT(legion_fill_t)
LEGION_C_OBJECT(legion_inline_t)
LEGION_C_OBJECT(legion_task_mut_t)
LEGION_C_OBJECT(legion_mapper_t)
LEGION_C_OBJECT(legion_mapper_runtime_t)
LEGION_C_OBJECT(legion_mapper_context_t)
LEGION_C_OBJECT(legion_physical_instance_t)
LEGION_C_OBJECT(legion_slice_task_output_t)
LEGION_C_OBJECT(legion_map_task_input_t)
LEGION_C_OBJECT(legion_map_task_output_t)
typedef int legion_task_priority_t;
typedef int legion_garbage_collection_priority_t;
typedef struct legion_task_slice_t {
  legion_domain_t domain;
  legion_processor_t proc;
  bool recurse;
  bool stealable;
} legion_task_slice_t;

/* ---- operations. The requirements belong to them. */

enum legion_mappable_type_id_t legion_mappable_get_type(legion_mappable_t mappable);
/* They end the program when the operation is of another type. */
legion_task_t legion_mappable_as_task(legion_mappable_t mappable);
legion_copy_t legion_mappable_as_copy(legion_mappable_t mappable);
legion_fill_t legion_mappable_as_fill(legion_mappable_t mappable);
legion_inline_t legion_mappable_as_inline_mapping(legion_mappable_t mappable);
/* Sources, then targets, then what leads to sources, then what leads to targets. */
legion_region_requirement_t legion_copy_get_requirement(legion_copy_t copy, unsigned idx);
legion_region_requirement_t legion_fill_get_requirement(legion_fill_t fill);
legion_region_requirement_t legion_inline_get_requirement(legion_inline_t inline_operation);

/* ---- answers */

void legion_slice_task_output_slices_add(legion_slice_task_output_t output, legion_task_slice_t slice);
void legion_slice_task_output_verify_correctness_set(legion_slice_task_output_t output,
                                                     bool verify_correctness);
void legion_map_task_output_chosen_instances_clear_all(legion_map_task_output_t output);
void legion_map_task_output_chosen_instances_clear_each(legion_map_task_output_t output, size_t idx);
/* For the next requirement. */
void legion_map_task_output_chosen_instances_add(legion_map_task_output_t output,
                                                 legion_physical_instance_t* instances,
                                                 size_t instances_size);
void legion_map_task_output_chosen_instances_set(legion_map_task_output_t output, size_t idx,
                                                 legion_physical_instance_t* instances,
                                                 size_t instances_size);
void legion_map_task_output_target_procs_clear(legion_map_task_output_t output);
void legion_map_task_output_target_procs_add(legion_map_task_output_t output, legion_processor_t proc);
legion_processor_t legion_map_task_output_target_procs_get(legion_map_task_output_t output, size_t idx);
void legion_map_task_output_task_priority_set(legion_map_task_output_t output,
                                              legion_task_priority_t priority);

/* ---- instances. Handles belong to the caller. `result` is set when the call succeeds. */

void legion_physical_instance_destroy(legion_physical_instance_t instance);
#define LEGION_C_INSTANCE_CALLS(suffix, wanted)                                                         \
  bool legion_mapper_runtime_create_physical_instance_layout_constraint##suffix(                        \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,      \
      wanted layout, const legion_logical_region_t* regions, size_t regions_size,                       \
      legion_physical_instance_t* result, bool acquire, legion_garbage_collection_priority_t priority); \
  bool legion_mapper_runtime_find_or_create_physical_instance_layout_constraint##suffix(                \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,      \
      wanted layout, const legion_logical_region_t* regions, size_t regions_size,                       \
      legion_physical_instance_t* result, bool* created, bool acquire,                                  \
      legion_garbage_collection_priority_t priority, bool tight_region_bounds);                         \
  bool legion_mapper_runtime_find_physical_instance_layout_constraint##suffix(                          \
      legion_mapper_runtime_t runtime, legion_mapper_context_t ctx, legion_memory_t target_memory,      \
      wanted layout, const legion_logical_region_t* regions, size_t regions_size,                       \
      legion_physical_instance_t* result, bool acquire, bool tight_region_bounds);
LEGION_C_INSTANCE_CALLS(, legion_layout_constraint_set_t)
LEGION_C_INSTANCE_CALLS(_id, legion_layout_constraint_id_t)
#undef LEGION_C_INSTANCE_CALLS
bool legion_mapper_runtime_acquire_instance(legion_mapper_runtime_t runtime, legion_mapper_context_t ctx,
                                            legion_physical_instance_t instance);
bool legion_mapper_runtime_acquire_instances(legion_mapper_runtime_t runtime, legion_mapper_context_t ctx,
                                             legion_physical_instance_t* instances, size_t instances_size);

/* The mapper, which C++ made, belongs to the runtime now. In a registration callback. */
void legion_runtime_replace_default_mapper(legion_runtime_t runtime, legion_mapper_t mapper,
                                           legion_processor_t proc);

/* ---- projection functors of all kinds; legion_c_tasks.h has those that depend on a launch's domain only.
 * Either function may be null. `register`: while the program runs. */

typedef legion_logical_region_t (*legion_projection_functor_logical_region_args_t)(
    legion_runtime_t runtime, legion_logical_region_t upper_bound, legion_domain_point_t point,
    legion_domain_t launch_domain, const void* args, size_t size);
typedef legion_logical_region_t (*legion_projection_functor_logical_partition_args_t)(
    legion_runtime_t runtime, legion_logical_partition_t upper_bound, legion_domain_point_t point,
    legion_domain_t launch_domain, const void* args, size_t size);
typedef legion_logical_region_t (*legion_projection_functor_logical_region_mappable_t)(
    legion_runtime_t runtime, legion_mappable_t mappable, unsigned index, legion_logical_region_t upper_bound,
    legion_domain_point_t point);
typedef legion_logical_region_t (*legion_projection_functor_logical_partition_mappable_t)(
    legion_runtime_t runtime, legion_mappable_t mappable, unsigned index,
    legion_logical_partition_t upper_bound, legion_domain_point_t point);
void legion_runtime_preregister_projection_functor_args(
    legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_args_t region_functor,
    legion_projection_functor_logical_partition_args_t partition_functor);
void legion_runtime_preregister_projection_functor_mappable(
    legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_mappable_t region_functor,
    legion_projection_functor_logical_partition_mappable_t partition_functor);
/* In Legion's header the types of the first two are exchanged. */
void legion_runtime_register_projection_functor(
    legion_runtime_t runtime, legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_args_t region_functor,
    legion_projection_functor_logical_partition_args_t partition_functor);
void legion_runtime_register_projection_functor_args(
    legion_runtime_t runtime, legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_t region_functor,
    legion_projection_functor_logical_partition_t partition_functor);
void legion_runtime_register_projection_functor_mappable(
    legion_runtime_t runtime, legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_mappable_t region_functor,
    legion_projection_functor_logical_partition_mappable_t partition_functor);

#ifdef __cplusplus
}
#endif

#endif
