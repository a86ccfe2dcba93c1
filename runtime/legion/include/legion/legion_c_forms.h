/* Other forms of what the other parts of Legion's C API have: copies through fields of points, fills of
 * partitions, field spaces whose sizes are futures, transforms, buffers of tasks. Included by legion_c.h.
 * Names, types and meanings are Legion's; plain C.
 */
#ifndef LEGION_C_FORMS_H
#define LEGION_C_FORMS_H

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

LEGION_C_OBJECT(legion_point_transform_functor_t)
typedef int legion_custom_serdez_id_t;
typedef unsigned int legion_sharding_id_t;

/* ---- launchers */

#define LEGION_C_INDEX_COPY(side)                                                                            \
  unsigned legion_index_copy_launcher_add_##side##_indirect_region_requirement_logical_region(               \
      legion_index_copy_launcher_t launcher, legion_logical_region_t handle, legion_projection_id_t proj,    \
      legion_field_id_t fid, legion_coherence_property_t prop, legion_logical_region_t parent,               \
      legion_mapping_tag_id_t tag, bool is_range_indirection, bool verified);                                \
  unsigned legion_index_copy_launcher_add_##side##_indirect_region_requirement_logical_partition(            \
      legion_index_copy_launcher_t launcher, legion_logical_partition_t handle, legion_projection_id_t proj, \
      legion_field_id_t fid, legion_coherence_property_t prop, legion_logical_region_t parent,               \
      legion_mapping_tag_id_t tag, bool is_range_indirection, bool verified);                                \
  void legion_index_copy_launcher_set_possible_##side##_indirect_out_of_range(                               \
      legion_index_copy_launcher_t launcher, bool flag);
LEGION_C_INDEX_COPY(src)
LEGION_C_INDEX_COPY(dst)
#undef LEGION_C_INDEX_COPY
unsigned legion_index_copy_launcher_add_dst_region_requirement_logical_region_reduction(
    legion_index_copy_launcher_t launcher, legion_logical_region_t handle, legion_projection_id_t proj,
    legion_reduction_op_id_t redop, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);
unsigned legion_index_copy_launcher_add_dst_region_requirement_logical_partition_reduction(
    legion_index_copy_launcher_t launcher, legion_logical_partition_t handle, legion_projection_id_t proj,
    legion_reduction_op_id_t redop, legion_coherence_property_t prop, legion_logical_region_t parent,
    legion_mapping_tag_id_t tag, bool verified);

/* Tasks are never replicated: this makes no difference. */
void legion_acquire_launcher_set_sharding_space(legion_acquire_launcher_t launcher,
                                                legion_index_space_t space);
void legion_release_launcher_set_sharding_space(legion_release_launcher_t launcher,
                                                legion_index_space_t space);
void legion_copy_launcher_set_sharding_space(legion_copy_launcher_t launcher, legion_index_space_t space);
void legion_index_copy_launcher_set_sharding_space(legion_index_copy_launcher_t launcher,
                                                   legion_index_space_t space);
void legion_fill_launcher_set_sharding_space(legion_fill_launcher_t launcher, legion_index_space_t space);
void legion_index_fill_launcher_set_sharding_space(legion_index_fill_launcher_t launcher,
                                                   legion_index_space_t space);
void legion_must_epoch_launcher_set_provenance(legion_must_epoch_launcher_t launcher, const char* provenance);

unsigned legion_task_launcher_add_index_requirement(legion_task_launcher_t launcher,
                                                    legion_index_space_t handle, legion_allocate_mode_t priv,
                                                    legion_index_space_t parent, bool verified);
unsigned legion_index_launcher_add_index_requirement(legion_index_launcher_t launcher,
                                                     legion_index_space_t handle, legion_allocate_mode_t priv,
                                                     legion_index_space_t parent, bool verified);
/* Of requirement `idx`: those that it has and `flags`, too. */
void legion_task_launcher_intersect_flags(legion_task_launcher_t launcher, unsigned idx,
                                          enum legion_region_flags_t flags);
void legion_index_launcher_intersect_flags(legion_index_launcher_t launcher, unsigned idx,
                                           enum legion_region_flags_t flags);
/* What a projection functor gets. Copied; freed with `own`. */
void legion_index_launcher_set_projection_args(legion_index_launcher_t launcher, unsigned idx,
                                               const void* args, size_t size, bool own);
const void* legion_index_launcher_get_projection_args(legion_region_requirement_t requirement, size_t* size);

/* Without a space or a domain: for each colour of the partition. */
#define LEGION_C_INDEX_FILL(name, over, value)                                                   \
  void legion_runtime_index_fill_field##name(                                                    \
      legion_runtime_t runtime, legion_context_t ctx over, legion_logical_partition_t handle,    \
      legion_logical_region_t parent, legion_field_id_t fid, value, legion_projection_id_t proj, \
      legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag);
#define LEGION_C_COMMA ,
#define LEGION_C_VALUE const void *value, size_t value_size
LEGION_C_INDEX_FILL(, , LEGION_C_VALUE)
LEGION_C_INDEX_FILL(_with_space, LEGION_C_COMMA legion_index_space_t space, LEGION_C_VALUE)
LEGION_C_INDEX_FILL(_with_domain, LEGION_C_COMMA legion_domain_t domain, LEGION_C_VALUE)
LEGION_C_INDEX_FILL(_future, , legion_future_t f)
LEGION_C_INDEX_FILL(_future_with_space, LEGION_C_COMMA legion_index_space_t space, legion_future_t f)
LEGION_C_INDEX_FILL(_future_with_domain, LEGION_C_COMMA legion_domain_t domain, legion_future_t f)
#undef LEGION_C_INDEX_FILL
#undef LEGION_C_COMMA
#undef LEGION_C_VALUE

/* ---- names and partitions */

/* Each field's size is a size_t. */
legion_field_space_t legion_field_space_create_with_futures(legion_runtime_t runtime, legion_context_t ctx,
                                                            legion_future_t* field_sizes,
                                                            legion_field_id_t* field_ids, size_t num_fields,
                                                            legion_custom_serdez_id_t serdez);
legion_field_space_t legion_field_space_no_space(void);
/* To be freed by the caller. */
legion_field_id_t* legion_field_space_get_fields(legion_runtime_t runtime, legion_context_t ctx,
                                                 legion_field_space_t handle, size_t* size);
legion_field_id_t legion_field_allocator_allocate_field_future(legion_field_allocator_t allocator,
                                                               legion_future_t field_size,
                                                               legion_field_id_t desired_fieldid);
legion_field_id_t legion_auto_generate_id(void);
/* The result of a task is a domain. */
legion_index_space_t legion_index_space_create_future(legion_runtime_t runtime, legion_context_t ctx,
                                                      size_t dimensions, legion_future_t future,
                                                      legion_type_tag_t type_tag);
#define LEGION_C_BLOCKIFY(N)                                                       \
  typedef struct legion_blockify_##N##d_t {                                        \
    legion_point_##N##d_t block_size, offset;                                      \
  } legion_blockify_##N##d_t;                                                      \
  legion_index_partition_t legion_index_partition_create_blockify_##N##d(          \
      legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent, \
      legion_blockify_##N##d_t blockify, legion_color_t part_color);
LEGION_C_FOR_EACH_DIMENSION(LEGION_C_BLOCKIFY)
#undef LEGION_C_BLOCKIFY
legion_logical_partition_t legion_logical_partition_create_by_tree(legion_runtime_t runtime,
                                                                   legion_context_t ctx,
                                                                   legion_index_partition_t handle,
                                                                   legion_field_space_t fspace,
                                                                   legion_region_tree_id_t tid);
void legion_logical_partition_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                                legion_logical_partition_t handle, bool unordered);
/* Without effect: a hint for distributed memory. */
void legion_reset_equivalence_sets(legion_runtime_t runtime, legion_context_t ctx,
                                   legion_logical_region_t parent, legion_logical_region_t region,
                                   int num_fields, legion_field_id_t* fields);
/* The dense bounds, also of a domain with holes. */
#define LEGION_C_BOUNDS(N) legion_rect_##N##d_t legion_domain_get_bounds_##N##d(legion_domain_t d);
LEGION_C_FOR_EACH_DIMENSION(LEGION_C_BOUNDS)
#undef LEGION_C_BOUNDS
legion_domain_transform_t legion_domain_transform_identity(unsigned m, unsigned n);

/* ---- futures */

/* With `take_ownership` the buffer is freed. */
legion_future_t legion_future_from_untyped_pointer_detailed(legion_runtime_t runtime, const void* buffer,
                                                            size_t size, bool take_ownership,
                                                            const char* provenance, bool shard_local);
const void* legion_future_get_metadata(legion_future_t handle, size_t* size);
/* The functor was made in C++; it is deleted with `take_ownership`. */
legion_future_map_t legion_future_map_transform(legion_runtime_t runtime, legion_context_t ctx,
                                                legion_future_map_t fm, legion_index_space_t new_domain,
                                                legion_point_transform_functor_t functor,
                                                bool take_ownership);
legion_future_t legion_context_consensus_match(legion_runtime_t runtime, legion_context_t ctx,
                                               const void* input, void* output, size_t num_elements,
                                               size_t element_size);

/* ---- buffers of the running task, which ends them */

#define LEGION_C_BUFFER(N)                                                                  \
  LEGION_C_OBJECT(legion_deferred_buffer_char_##N##d_t)                                     \
  legion_deferred_buffer_char_##N##d_t legion_deferred_buffer_char_##N##d_create(           \
      legion_rect_##N##d_t bounds, legion_memory_kind_t kind, char* initial_value);         \
  char* legion_deferred_buffer_char_##N##d_ptr(legion_deferred_buffer_char_##N##d_t buffer, \
                                               legion_point_##N##d_t p);                    \
  void legion_deferred_buffer_char_##N##d_destroy(legion_deferred_buffer_char_##N##d_t buffer);
LEGION_C_BUFFER(1)
LEGION_C_BUFFER(2)
LEGION_C_BUFFER(3)
LEGION_C_BUFFER(4)
#undef LEGION_C_BUFFER

/* ---- the program */

void legion_runtime_print_once(legion_runtime_t runtime, legion_context_t ctx, FILE* f, const char* message);
/* The stream is opened like fdopen(fd, mode), for this message. */
void legion_runtime_print_once_fd(legion_runtime_t runtime, legion_context_t ctx, int fd, const char* mode,
                                  const char* message);
/* Without effect: a task that waits gives its worker away anyway. */
void legion_runtime_enable_scheduler_lock(void);
void legion_runtime_disable_scheduler_lock(void);
legion_shard_id_t legion_runtime_local_shard_without_context(void);
legion_sharding_id_t legion_runtime_generate_library_sharding_ids(legion_runtime_t runtime,
                                                                  const char* library_name, size_t count);
/* Functors that C++ registered. `points` has room for `*points_size`, which becomes how many there are. */
legion_shard_id_t legion_sharding_functor_shard(legion_sharding_id_t sid, legion_domain_point_t point,
                                                legion_domain_t full_space, size_t total_shards);
void legion_sharding_functor_invert(legion_sharding_id_t sid, legion_shard_id_t shard,
                                    legion_domain_t shard_domain, legion_domain_t full_domain,
                                    size_t total_shards, legion_domain_point_t* points, size_t* points_size);

#ifdef __cplusplus
}
#endif

#endif
