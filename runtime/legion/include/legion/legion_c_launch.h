/* The part of Legion's C API that launches tasks and other operations. Included by legion_c.h. Names, types
 * and meanings are Legion's; plain C.
 *
 * For tasks that C or C++ code is registered for (legion_c_tasks.h). Handles of launchers, maps, predicates
 * and results belong to the caller. What a launcher's buffers point to must exist until the launch.
 */
#ifndef LEGION_C_LAUNCH_H
#define LEGION_C_LAUNCH_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct legion_untyped_buffer_t {
  void* args;
  size_t arglen;
} legion_untyped_buffer_t;
typedef legion_untyped_buffer_t legion_task_argument_t;
typedef struct legion_phase_barrier_t {
  realm_id_t id;
  realm_barrier_timestamp_t timestamp;
} legion_phase_barrier_t;

#define LEGION_C_OBJECT(name) \
  typedef struct name {       \
    void* impl;               \
  } name;
LEGION_C_OBJECT(legion_argument_map_t)
LEGION_C_OBJECT(legion_predicate_t)
LEGION_C_OBJECT(legion_future_map_t)
LEGION_C_OBJECT(legion_task_launcher_t)
LEGION_C_OBJECT(legion_index_launcher_t)
LEGION_C_OBJECT(legion_inline_launcher_t)
LEGION_C_OBJECT(legion_fill_launcher_t)
LEGION_C_OBJECT(legion_index_fill_launcher_t)
LEGION_C_OBJECT(legion_copy_launcher_t)
LEGION_C_OBJECT(legion_index_copy_launcher_t)
LEGION_C_OBJECT(legion_must_epoch_launcher_t)
LEGION_C_OBJECT(legion_attach_launcher_t)

/* ---- arguments, predicates, results */

legion_argument_map_t legion_argument_map_create(void);
legion_argument_map_t legion_argument_map_from_future_map(legion_future_map_t map);
/* Copies the bytes. */
void legion_argument_map_set_point(legion_argument_map_t map, legion_domain_point_t dp,
                                   legion_untyped_buffer_t arg, bool replace);
void legion_argument_map_set_future(legion_argument_map_t map, legion_domain_point_t dp,
                                    legion_future_t future, bool replace);
void legion_argument_map_destroy(legion_argument_map_t handle);

legion_predicate_t legion_predicate_create(legion_runtime_t runtime, legion_context_t ctx, legion_future_t f);
void legion_predicate_destroy(legion_predicate_t handle);
legion_predicate_t legion_predicate_true(void);
legion_predicate_t legion_predicate_false(void);

bool legion_future_is_ready_subscribe(legion_future_t handle, bool subscribe);
legion_future_map_t legion_future_map_copy(legion_future_map_t handle);
void legion_future_map_destroy(legion_future_map_t handle);
void legion_future_map_wait_all_results(legion_future_map_t handle);
legion_future_t legion_future_map_get_future(legion_future_map_t handle, legion_domain_point_t point);
legion_domain_t legion_future_map_get_domain(legion_future_map_t handle);
legion_future_t legion_future_map_reduce(legion_runtime_t runtime, legion_context_t ctx,
                                         legion_future_map_t handle, legion_reduction_op_id_t redop,
                                         bool deterministic, legion_mapper_id_t map_id,
                                         legion_mapping_tag_id_t tag);
legion_future_t legion_future_map_reduce_with_initial_value(
    legion_runtime_t runtime, legion_context_t ctx, legion_future_map_t handle,
    legion_reduction_op_id_t redop, bool deterministic, legion_mapper_id_t map_id,
    legion_mapping_tag_id_t tag, const char* provenance, legion_future_t initial_value);
legion_future_map_t legion_future_map_construct_from_buffers(legion_runtime_t runtime, legion_context_t ctx,
                                                             legion_domain_t domain,
                                                             legion_domain_point_t* points,
                                                             legion_untyped_buffer_t* buffers,
                                                             size_t num_points, bool collective, unsigned sid,
                                                             bool implicit_sharding);
legion_future_map_t legion_future_map_construct_from_futures(
    legion_runtime_t runtime, legion_context_t ctx, legion_domain_t domain, legion_domain_point_t* points,
    legion_future_t* futures, size_t num_futures, bool collective, unsigned sid, bool implicit_sharding);

/* ---- what launchers of tasks, of index spaces of tasks and so on share */

#define LEGION_C_LAUNCHER(kind)                                                     \
  void legion_##kind##_launcher_destroy(legion_##kind##_launcher_t handle);         \
  void legion_##kind##_launcher_set_mapper_arg(legion_##kind##_launcher_t launcher, \
                                               legion_untyped_buffer_t arg);        \
  void legion_##kind##_launcher_set_provenance(legion_##kind##_launcher_t launcher, const char* provenance);
LEGION_C_LAUNCHER(task)
LEGION_C_LAUNCHER(index)
LEGION_C_LAUNCHER(inline)
LEGION_C_LAUNCHER(fill)
LEGION_C_LAUNCHER(index_fill)
LEGION_C_LAUNCHER(copy)
LEGION_C_LAUNCHER(index_copy)
#undef LEGION_C_LAUNCHER

#define LEGION_C_WITH_BARRIERS(kind)                                                     \
  void legion_##kind##_launcher_add_wait_barrier(legion_##kind##_launcher_t launcher,    \
                                                 legion_phase_barrier_t bar);            \
  void legion_##kind##_launcher_add_arrival_barrier(legion_##kind##_launcher_t launcher, \
                                                    legion_phase_barrier_t bar);
LEGION_C_WITH_BARRIERS(task)
LEGION_C_WITH_BARRIERS(index)
LEGION_C_WITH_BARRIERS(copy)
LEGION_C_WITH_BARRIERS(index_copy)
#undef LEGION_C_WITH_BARRIERS

#define LEGION_C_TASK_LAUNCHER(kind)                                                                     \
  void legion_##kind##_launcher_add_field(legion_##kind##_launcher_t launcher, unsigned idx,             \
                                          legion_field_id_t fid, bool inst);                             \
  void legion_##kind##_launcher_add_flags(legion_##kind##_launcher_t launcher, unsigned idx,             \
                                          legion_region_flags_t flags);                                  \
  void legion_##kind##_launcher_add_future(legion_##kind##_launcher_t launcher, legion_future_t future); \
  void legion_##kind##_launcher_set_sharding_space(legion_##kind##_launcher_t launcher,                  \
                                                   legion_index_space_t is);                             \
  void legion_##kind##_launcher_set_mapper(legion_##kind##_launcher_t launcher,                          \
                                           legion_mapper_id_t mapper_id);                                \
  void legion_##kind##_launcher_set_mapping_tag(legion_##kind##_launcher_t launcher,                     \
                                                legion_mapping_tag_id_t tag);                            \
  void legion_##kind##_launcher_set_elide_future_return(legion_##kind##_launcher_t launcher,             \
                                                        bool elide_future_return);
LEGION_C_TASK_LAUNCHER(task)
LEGION_C_TASK_LAUNCHER(index)
#undef LEGION_C_TASK_LAUNCHER

/* ---- single tasks. `add` gives the number of the requirement, which `set` replaces. */

legion_task_launcher_t legion_task_launcher_create(legion_task_id_t tid, legion_untyped_buffer_t arg,
                                                   legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t tag);
legion_task_launcher_t legion_task_launcher_create_from_buffer(legion_task_id_t tid, const void* buffer,
                                                               size_t buffer_size, legion_predicate_t pred,
                                                               legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t tag);
legion_future_t legion_task_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                             legion_task_launcher_t launcher);
unsigned legion_task_launcher_add_region_requirement_logical_region(
    legion_task_launcher_t launcher, legion_logical_region_t handle, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
unsigned legion_task_launcher_add_region_requirement_logical_region_reduction(
    legion_task_launcher_t launcher, legion_logical_region_t handle, legion_reduction_op_id_t redop,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
void legion_task_launcher_set_region_requirement_logical_region(legion_task_launcher_t launcher, unsigned idx,
                                                                legion_logical_region_t handle,
                                                                legion_privilege_mode_t priv,
                                                                legion_coherence_property_t prop,
                                                                legion_logical_region_t parent,
                                                                legion_mapping_tag_id_t tag, bool verified);
void legion_task_launcher_set_region_requirement_logical_region_reduction(
    legion_task_launcher_t launcher, unsigned idx, legion_logical_region_t handle,
    legion_reduction_op_id_t redop, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
void legion_task_launcher_set_argument(legion_task_launcher_t launcher, legion_untyped_buffer_t arg);
void legion_task_launcher_set_point(legion_task_launcher_t launcher, legion_domain_point_t point);
void legion_task_launcher_set_predicate_false_future(legion_task_launcher_t launcher, legion_future_t f);
void legion_task_launcher_set_predicate_false_result(legion_task_launcher_t launcher,
                                                     legion_untyped_buffer_t arg);
void legion_task_launcher_set_enable_inlining(legion_task_launcher_t launcher, bool enable_inlining);
void legion_task_launcher_set_local_function_task(legion_task_launcher_t launcher, bool local_function_task);

/* ---- index spaces of tasks */

legion_index_launcher_t legion_index_launcher_create(legion_task_id_t tid, legion_domain_t domain,
                                                     legion_untyped_buffer_t global_arg,
                                                     legion_argument_map_t map, legion_predicate_t pred,
                                                     bool must, legion_mapper_id_t id,
                                                     legion_mapping_tag_id_t tag);
legion_index_launcher_t legion_index_launcher_create_from_buffer(legion_task_id_t tid, legion_domain_t domain,
                                                                 const void* buffer, size_t buffer_size,
                                                                 legion_argument_map_t map,
                                                                 legion_predicate_t pred, bool must,
                                                                 legion_mapper_id_t id,
                                                                 legion_mapping_tag_id_t tag);
legion_future_map_t legion_index_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                                  legion_index_launcher_t launcher);
legion_future_t legion_index_launcher_execute_reduction(legion_runtime_t runtime, legion_context_t ctx,
                                                        legion_index_launcher_t launcher,
                                                        legion_reduction_op_id_t redop);
legion_future_t legion_index_launcher_execute_deterministic_reduction(legion_runtime_t runtime,
                                                                      legion_context_t ctx,
                                                                      legion_index_launcher_t launcher,
                                                                      legion_reduction_op_id_t redop,
                                                                      bool deterministic);
#define LEGION_C_INDEX_REQUIREMENT(what, handle_type, how, how_type)                                   \
  unsigned legion_index_launcher_add_region_requirement_logical_##what(                                \
      legion_index_launcher_t launcher, handle_type handle, legion_projection_id_t proj, how_type how, \
      legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,   \
      bool verified);                                                                                  \
  void legion_index_launcher_set_region_requirement_logical_##what(                                    \
      legion_index_launcher_t launcher, unsigned idx, handle_type handle, legion_projection_id_t proj, \
      how_type how, legion_coherence_property_t prop, legion_logical_region_t parent,                  \
      legion_mapping_tag_id_t tag, bool verified);
LEGION_C_INDEX_REQUIREMENT(region, legion_logical_region_t, priv, legion_privilege_mode_t)
LEGION_C_INDEX_REQUIREMENT(partition, legion_logical_partition_t, priv, legion_privilege_mode_t)
LEGION_C_INDEX_REQUIREMENT(region_reduction, legion_logical_region_t, redop, legion_reduction_op_id_t)
LEGION_C_INDEX_REQUIREMENT(partition_reduction, legion_logical_partition_t, redop, legion_reduction_op_id_t)
#undef LEGION_C_INDEX_REQUIREMENT
void legion_index_launcher_add_point_future(legion_index_launcher_t launcher, legion_argument_map_t map);
void legion_index_launcher_set_global_arg(legion_index_launcher_t launcher,
                                          legion_untyped_buffer_t global_arg);
void legion_index_launcher_set_concurrent(legion_index_launcher_t launcher, bool concurrent);
void legion_index_launcher_set_initial_value(legion_index_launcher_t launcher, legion_future_t initial_value);

/* ---- mapping by the task itself */

legion_inline_launcher_t legion_inline_launcher_create_logical_region(
    legion_logical_region_t handle, legion_privilege_mode_t priv, legion_coherence_property_t prop,
    legion_logical_region_t parent, legion_mapping_tag_id_t region_tag, bool verified, legion_mapper_id_t id,
    legion_mapping_tag_id_t launcher_tag);
void legion_inline_launcher_add_field(legion_inline_launcher_t launcher, legion_field_id_t fid, bool inst);
legion_physical_region_t legion_inline_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                                        legion_inline_launcher_t launcher);
void legion_runtime_remap_region(legion_runtime_t runtime, legion_context_t ctx,
                                 legion_physical_region_t region);
void legion_runtime_unmap_region(legion_runtime_t runtime, legion_context_t ctx,
                                 legion_physical_region_t region);
void legion_runtime_unmap_all_regions(legion_runtime_t runtime, legion_context_t ctx);
legion_physical_region_t legion_physical_region_copy(legion_physical_region_t handle);
size_t legion_physical_region_get_field_count(legion_physical_region_t handle);
legion_field_id_t legion_physical_region_get_field_id(legion_physical_region_t handle, size_t index);

/* ---- fills */

void legion_runtime_fill_field(legion_runtime_t runtime, legion_context_t ctx, legion_logical_region_t handle,
                               legion_logical_region_t parent, legion_field_id_t fid, const void* value,
                               size_t value_size, legion_predicate_t pred);
void legion_runtime_fill_field_future(legion_runtime_t runtime, legion_context_t ctx,
                                      legion_logical_region_t handle, legion_logical_region_t parent,
                                      legion_field_id_t fid, legion_future_t f, legion_predicate_t pred);
legion_fill_launcher_t legion_fill_launcher_create(legion_logical_region_t handle,
                                                   legion_logical_region_t parent, legion_field_id_t fid,
                                                   const void* value, size_t value_size,
                                                   legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t tag);
legion_fill_launcher_t legion_fill_launcher_create_from_future(legion_logical_region_t handle,
                                                               legion_logical_region_t parent,
                                                               legion_field_id_t fid, legion_future_t f,
                                                               legion_predicate_t pred, legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t tag);
void legion_fill_launcher_add_field(legion_fill_launcher_t handle, legion_field_id_t fid);
void legion_fill_launcher_set_point(legion_fill_launcher_t launcher, legion_domain_point_t point);
void legion_fill_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                  legion_fill_launcher_t launcher);
legion_index_fill_launcher_t legion_index_fill_launcher_create_with_space(
    legion_index_space_t space, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, const void* value, size_t value_size, legion_projection_id_t proj,
    legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag);
legion_index_fill_launcher_t legion_index_fill_launcher_create_with_domain(
    legion_domain_t domain, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, const void* value, size_t value_size, legion_projection_id_t proj,
    legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag);
legion_index_fill_launcher_t legion_index_fill_launcher_create_from_future_with_space(
    legion_index_space_t space, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, legion_future_t future, legion_projection_id_t proj, legion_predicate_t pred,
    legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag);
legion_index_fill_launcher_t legion_index_fill_launcher_create_from_future_with_domain(
    legion_domain_t domain, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, legion_future_t future, legion_projection_id_t proj, legion_predicate_t pred,
    legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag);
/* Takes any handle of a fill launcher's kind, as Legion's does. */
void legion_index_fill_launcher_add_field(legion_fill_launcher_t handle, legion_field_id_t fid);
void legion_index_fill_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                        legion_index_fill_launcher_t launcher);

/* ---- copies */

legion_copy_launcher_t legion_copy_launcher_create(legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t launcher_tag);
void legion_copy_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                  legion_copy_launcher_t launcher);
unsigned legion_copy_launcher_add_src_region_requirement_logical_region(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
unsigned legion_copy_launcher_add_dst_region_requirement_logical_region(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
unsigned legion_copy_launcher_add_dst_region_requirement_logical_region_reduction(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_reduction_op_id_t redop,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
unsigned legion_copy_launcher_add_src_indirect_region_requirement_logical_region(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_field_id_t fid,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool is_range_indirection, bool verified);
unsigned legion_copy_launcher_add_dst_indirect_region_requirement_logical_region(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_field_id_t fid,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool is_range_indirection, bool verified);
void legion_copy_launcher_set_point(legion_copy_launcher_t launcher, legion_domain_point_t point);
/* Points that lead out of the region are left out; false: there are none. */
void legion_copy_launcher_set_possible_src_indirect_out_of_range(legion_copy_launcher_t launcher, bool flag);
void legion_copy_launcher_set_possible_dst_indirect_out_of_range(legion_copy_launcher_t launcher, bool flag);
void legion_copy_launcher_add_src_field(legion_copy_launcher_t launcher, unsigned idx, legion_field_id_t fid,
                                        bool inst);
void legion_copy_launcher_add_dst_field(legion_copy_launcher_t launcher, unsigned idx, legion_field_id_t fid,
                                        bool inst);

legion_index_copy_launcher_t legion_index_copy_launcher_create(legion_domain_t domain,
                                                               legion_predicate_t pred, legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t launcher_tag);
void legion_index_copy_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                        legion_index_copy_launcher_t launcher);
unsigned legion_index_copy_launcher_add_src_region_requirement_logical_region(
    legion_index_copy_launcher_t launcher, legion_logical_region_t handle, legion_projection_id_t proj,
    legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
unsigned legion_index_copy_launcher_add_dst_region_requirement_logical_region(
    legion_index_copy_launcher_t launcher, legion_logical_region_t handle, legion_projection_id_t proj,
    legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
unsigned legion_index_copy_launcher_add_src_region_requirement_logical_partition(
    legion_index_copy_launcher_t launcher, legion_logical_partition_t handle, legion_projection_id_t proj,
    legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
unsigned legion_index_copy_launcher_add_dst_region_requirement_logical_partition(
    legion_index_copy_launcher_t launcher, legion_logical_partition_t handle, legion_projection_id_t proj,
    legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
void legion_index_copy_launcher_add_src_field(legion_index_copy_launcher_t launcher, unsigned idx,
                                              legion_field_id_t fid, bool inst);
void legion_index_copy_launcher_add_dst_field(legion_index_copy_launcher_t launcher, unsigned idx,
                                              legion_field_id_t fid, bool inst);

/* ---- external arrays, one for each field */

legion_attach_launcher_t legion_attach_launcher_create(legion_logical_region_t logical_region,
                                                       legion_logical_region_t parent_region,
                                                       legion_external_resource_t resource);
void legion_attach_launcher_destroy(legion_attach_launcher_t handle);
void legion_attach_launcher_add_cpu_soa_field(legion_attach_launcher_t launcher, legion_field_id_t fid,
                                              void* base_ptr, bool column_major);
void legion_attach_launcher_set_restricted(legion_attach_launcher_t handle, bool restricted);
void legion_attach_launcher_set_mapped(legion_attach_launcher_t handle, bool mapped);
void legion_attach_launcher_set_provenance(legion_attach_launcher_t handle, const char* provenance);
legion_physical_region_t legion_attach_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                                        legion_attach_launcher_t launcher);
legion_future_t legion_detach_external_resource(legion_runtime_t runtime, legion_context_t ctx,
                                                legion_physical_region_t handle);

/* ---- tasks that run at the same time, and what they wait for */

legion_must_epoch_launcher_t legion_must_epoch_launcher_create(legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t launcher_tag);
void legion_must_epoch_launcher_destroy(legion_must_epoch_launcher_t handle);
legion_future_map_t legion_must_epoch_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                                       legion_must_epoch_launcher_t launcher);
/* The launchers are copied. */
void legion_must_epoch_launcher_add_single_task(legion_must_epoch_launcher_t launcher,
                                                legion_domain_point_t point, legion_task_launcher_t handle);
void legion_must_epoch_launcher_add_index_task(legion_must_epoch_launcher_t launcher,
                                               legion_index_launcher_t handle);
void legion_must_epoch_launcher_set_launch_domain(legion_must_epoch_launcher_t launcher,
                                                  legion_domain_t domain);
void legion_must_epoch_launcher_set_launch_space(legion_must_epoch_launcher_t launcher,
                                                 legion_index_space_t is);
legion_phase_barrier_t legion_phase_barrier_create(legion_runtime_t runtime, legion_context_t ctx,
                                                   unsigned arrivals);
void legion_phase_barrier_destroy(legion_runtime_t runtime, legion_context_t ctx,
                                  legion_phase_barrier_t handle);
legion_phase_barrier_t legion_phase_barrier_alter_arrival_count(legion_runtime_t runtime,
                                                                legion_context_t ctx,
                                                                legion_phase_barrier_t handle, int delta);
void legion_phase_barrier_arrive(legion_runtime_t runtime, legion_context_t ctx,
                                 legion_phase_barrier_t handle, unsigned count);
void legion_phase_barrier_wait(legion_runtime_t runtime, legion_context_t ctx, legion_phase_barrier_t handle);
legion_phase_barrier_t legion_phase_barrier_advance(legion_runtime_t runtime, legion_context_t ctx,
                                                    legion_phase_barrier_t handle);

#ifdef __cplusplus
}
#endif

#endif
