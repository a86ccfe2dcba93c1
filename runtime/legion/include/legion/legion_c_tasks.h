/* The part of Legion's C API with which a program in C starts the runtime and registers its tasks. Included
 * by legion_c.h. Names, types and meanings are Legion's; plain C.
 *
 * A task's function calls `legion_task_preamble` first and `legion_task_postamble` last. In such tasks all
 * calls of the C API are about handles that C and C++ code made: they are those of Legion's C++ interface.
 */
#ifndef LEGION_C_TASKS_H
#define LEGION_C_TASKS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef int legion_reduction_op_id_t;
typedef unsigned int legion_projection_id_t;
typedef unsigned int legion_shard_id_t;
typedef unsigned long legion_layout_constraint_id_t;
typedef unsigned long long legion_unique_id_t;
typedef realm_task_pointer_t legion_task_pointer_wrapped_t;

typedef struct legion_execution_constraint_set_t {
  void* impl;
} legion_execution_constraint_set_t;
typedef struct legion_task_layout_constraint_set_t {
  void* impl;
} legion_task_layout_constraint_set_t;
typedef struct legion_task_config_options_t {
  bool leaf;
  bool inner;
  bool idempotent;
  bool replicable;
} legion_task_config_options_t;
typedef void (*legion_registration_callback_pointer_t)(legion_machine_t machine, legion_runtime_t runtime,
                                                       const legion_processor_t* local_procs,
                                                       unsigned num_local_procs);

/* ---- the program */

/* Runs the top-level task and returns the return code; with `background` returns 0 at once. */
int legion_runtime_start(int argc, char** argv, bool background);
int legion_runtime_wait_for_shutdown(void);
void legion_runtime_initialize(int* argc, char*** argv, bool filter);
void legion_runtime_set_return_code(int return_code);
void legion_runtime_set_top_level_task_id(legion_task_id_t top_id);
size_t legion_runtime_get_maximum_dimension(void);
bool legion_runtime_has_runtime(void);
bool legion_runtime_has_context(void);
void legion_runtime_add_registration_callback(legion_registration_callback_pointer_t callback);

/* ---- registration. `id` may be LEGION_AUTO_GENERATE_ID; the result is the task's. The user data is copied.
 */

legion_task_id_t legion_runtime_preregister_task_variant_fnptr(
    legion_task_id_t id, legion_variant_id_t variant_id, const char* task_name, const char* variant_name,
    legion_execution_constraint_set_t execution_constraints,
    legion_task_layout_constraint_set_t layout_constraints, legion_task_config_options_t options,
    legion_task_pointer_wrapped_t wrapped_task_pointer, const void* userdata, size_t userlen);
legion_task_id_t legion_runtime_register_task_variant_fnptr(
    legion_runtime_t runtime, legion_task_id_t id, const char* task_name, const char* variant_name,
    bool global, legion_execution_constraint_set_t execution_constraints,
    legion_task_layout_constraint_set_t layout_constraints, legion_task_config_options_t options,
    legion_task_pointer_wrapped_t wrapped_task_pointer, const void* userdata, size_t userlen);
legion_execution_constraint_set_t legion_execution_constraint_set_create(void);
void legion_execution_constraint_set_destroy(legion_execution_constraint_set_t handle);
void legion_execution_constraint_set_add_processor_constraint(legion_execution_constraint_set_t handle,
                                                              legion_processor_kind_t proc_kind);
void legion_execution_constraint_set_add_isa_constraint(legion_execution_constraint_set_t handle,
                                                        uint64_t prop);
legion_task_layout_constraint_set_t legion_task_layout_constraint_set_create(void);
void legion_task_layout_constraint_set_destroy(legion_task_layout_constraint_set_t handle);
void legion_task_layout_constraint_set_add_layout_constraint(legion_task_layout_constraint_set_t handle,
                                                             unsigned idx,
                                                             legion_layout_constraint_id_t layout);
legion_task_id_t legion_runtime_generate_library_task_ids(legion_runtime_t runtime, const char* library_name,
                                                          size_t count);
legion_mapper_id_t legion_runtime_generate_library_mapper_ids(legion_runtime_t runtime,
                                                              const char* library_name, size_t count);
legion_projection_id_t legion_runtime_generate_library_projection_ids(legion_runtime_t runtime,
                                                                      const char* library_name, size_t count);
legion_reduction_op_id_t legion_runtime_generate_library_reduction_ids(legion_runtime_t runtime,
                                                                       const char* library_name,
                                                                       size_t count);
legion_projection_id_t legion_runtime_generate_static_projection_id(void);

/* Functional functors; depth 0 unless the regions lie further down. Either may be null. */
typedef legion_logical_region_t (*legion_projection_functor_logical_region_t)(
    legion_runtime_t runtime, legion_logical_region_t upper_bound, legion_domain_point_t point,
    legion_domain_t launch_domain);
typedef legion_logical_region_t (*legion_projection_functor_logical_partition_t)(
    legion_runtime_t runtime, legion_logical_partition_t upper_bound, legion_domain_point_t point,
    legion_domain_t launch_domain);
void legion_runtime_preregister_projection_functor(
    legion_projection_id_t id, bool exclusive, unsigned depth,
    legion_projection_functor_logical_region_t region_functor,
    legion_projection_functor_logical_partition_t partition_functor);

/* ---- in a task's function */

/* The regions belong to the task. */
void legion_task_preamble(const void* data, size_t datalen, realm_id_t proc_id, legion_task_t* taskptr,
                          const legion_physical_region_t** regionptr, unsigned* num_regions_ptr,
                          legion_context_t* ctxptr, legion_runtime_t* runtimeptr);
/* Copies the value. */
void legion_task_postamble(legion_runtime_t runtime, legion_context_t ctx, const void* retval,
                           size_t retsize);
/* Number `id` of the regions of the preamble. */
legion_physical_region_t legion_get_physical_region_by_id(legion_physical_region_t* regionptr, int id,
                                                          int num_regions);

/* Of tasks that were registered like this. */
legion_unique_id_t legion_task_get_unique_id(legion_task_t task);
legion_task_id_t legion_task_get_task_id(legion_task_t task);
int legion_task_get_depth(legion_task_t task);
legion_mapper_id_t legion_task_get_mapper(legion_task_t task);
legion_mapping_tag_id_t legion_task_get_tag(legion_task_t task);
legion_domain_t legion_task_get_index_domain(legion_task_t task);
/* The point's own argument. */
void* legion_task_get_local_args(legion_task_t task);
size_t legion_task_get_local_arglen(legion_task_t task);
unsigned legion_task_get_regions_size(legion_task_t task);
unsigned legion_task_get_futures_size(legion_task_t task);
/* Belongs to the caller. */
legion_future_t legion_task_get_future(legion_task_t task, unsigned idx);
legion_processor_t legion_task_get_target_proc(legion_task_t task);
/* Tasks are never replicated. */
legion_shard_id_t legion_runtime_local_shard(legion_runtime_t runtime, legion_context_t ctx);
size_t legion_runtime_total_shards(legion_runtime_t runtime, legion_context_t ctx);
legion_shard_id_t legion_context_get_shard_id(legion_runtime_t runtime, legion_context_t context,
                                              bool i_know_what_i_am_doing);
size_t legion_context_get_num_shards(legion_runtime_t runtime, legion_context_t context,
                                     bool i_know_what_i_am_doing);
void legion_runtime_complete_frame(legion_runtime_t runtime, legion_context_t ctx);
void legion_runtime_yield(legion_runtime_t runtime, legion_context_t ctx);

#ifdef __cplusplus
}
#endif

#endif
