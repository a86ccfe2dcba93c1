/* The part of Legion's C API that makes index spaces and partitions of others. Included by legion_c.h. Names,
 * types and meanings are Legion's; plain C. For tasks that C or C++ code is registered for
 * (legion_c_tasks.h).
 */
#ifndef LEGION_C_PARTITIONS_H
#define LEGION_C_PARTITIONS_H

#ifdef __cplusplus
extern "C" {
#endif

/* m rows of n numbers. */
typedef struct legion_domain_transform_t {
  int m, n;
  coord_t matrix[LEGION_MAX_DIM * LEGION_MAX_DIM];
} legion_domain_transform_t;

legion_index_space_t legion_index_space_union(legion_runtime_t runtime, legion_context_t ctx,
                                              const legion_index_space_t* spaces, size_t num_spaces);
legion_index_space_t legion_index_space_intersection(legion_runtime_t runtime, legion_context_t ctx,
                                                     const legion_index_space_t* spaces, size_t num_spaces);
legion_index_space_t legion_index_space_subtraction(legion_runtime_t runtime, legion_context_t ctx,
                                                    legion_index_space_t left, legion_index_space_t right);
int legion_index_space_get_dim(legion_index_space_t handle);
bool legion_index_space_has_parent_index_partition(legion_runtime_t runtime, legion_index_space_t handle);
legion_index_partition_t legion_index_space_get_parent_index_partition(legion_runtime_t runtime,
                                                                       legion_index_space_t handle);
legion_index_space_t legion_index_partition_get_parent_index_space(legion_runtime_t runtime,
                                                                   legion_index_partition_t handle);
bool legion_index_partition_has_index_subspace_domain_point(legion_runtime_t runtime,
                                                            legion_index_partition_t handle,
                                                            legion_domain_point_t color);

/* A claim that does not hold ends the program. `color`: LEGION_AUTO_GENERATE_ID, or the number of the
 * partition among its parent's. */
legion_index_partition_t legion_index_partition_create_by_weights(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_domain_point_t* colors, int* weights, size_t num_colors, legion_index_space_t color_space,
    size_t granularity, legion_color_t color);
#define LEGION_C_OF_TWO(what)                                                                               \
  legion_index_partition_t legion_index_partition_create_by_##what(                                         \
      legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,                          \
      legion_index_partition_t handle1, legion_index_partition_t handle2, legion_index_space_t color_space, \
      legion_partition_kind_t part_kind, legion_color_t color);
LEGION_C_OF_TWO(union)
LEGION_C_OF_TWO(intersection)
LEGION_C_OF_TWO(difference)
#undef LEGION_C_OF_TWO
legion_index_partition_t legion_index_partition_create_by_domain(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_domain_point_t* colors, legion_domain_t* domains, size_t num_color_domains,
    legion_index_space_t color_space, bool perform_intersections, legion_partition_kind_t part_kind,
    legion_color_t color);
legion_index_partition_t legion_index_partition_create_by_restriction(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_index_space_t color_space, legion_domain_transform_t transform, legion_domain_t extent,
    legion_partition_kind_t part_kind, legion_color_t color);
legion_index_partition_t legion_index_partition_create_by_field(
    legion_runtime_t runtime, legion_context_t ctx, legion_logical_region_t handle,
    legion_logical_region_t parent, legion_field_id_t fid, legion_index_space_t color_space,
    legion_color_t color, legion_mapper_id_t id, legion_mapping_tag_id_t tag,
    legion_partition_kind_t part_kind, legion_untyped_buffer_t map_arg);
#define LEGION_C_IMAGE(what)                                                                        \
  legion_index_partition_t legion_index_partition_create_by_##what(                                 \
      legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t handle,                  \
      legion_logical_partition_t projection, legion_logical_region_t parent, legion_field_id_t fid, \
      legion_index_space_t color_space, legion_partition_kind_t part_kind, legion_color_t color,    \
      legion_mapper_id_t id, legion_mapping_tag_id_t tag, legion_untyped_buffer_t map_arg);
LEGION_C_IMAGE(image)
LEGION_C_IMAGE(image_range)
#undef LEGION_C_IMAGE
#define LEGION_C_PREIMAGE(what)                                                                  \
  legion_index_partition_t legion_index_partition_create_by_##what(                              \
      legion_runtime_t runtime, legion_context_t ctx, legion_index_partition_t projection,       \
      legion_logical_region_t handle, legion_logical_region_t parent, legion_field_id_t fid,     \
      legion_index_space_t color_space, legion_partition_kind_t part_kind, legion_color_t color, \
      legion_mapper_id_t id, legion_mapping_tag_id_t tag, legion_untyped_buffer_t map_arg);
LEGION_C_PREIMAGE(preimage)
LEGION_C_PREIMAGE(preimage_range)
#undef LEGION_C_PREIMAGE
legion_index_partition_t legion_index_partition_create_by_intersection_mirror(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_index_partition_t handle, legion_partition_kind_t part_kind, legion_color_t color, bool dominates);
legion_index_partition_t legion_index_partition_create_by_weights_future_map(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_future_map_t future_map, legion_index_space_t color_space, size_t granularity,
    legion_color_t color);
legion_index_partition_t legion_index_partition_create_by_domain_future_map(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,
    legion_future_map_t future_map, legion_index_space_t color_space, bool perform_intersections,
    legion_partition_kind_t part_kind, legion_color_t color);
/* Each needs one more `destroy`. `unordered`: whether other shards do it at other times; there are none. */
void legion_index_space_create_shared_ownership(legion_runtime_t runtime, legion_context_t ctx,
                                                legion_index_space_t handle);
void legion_index_partition_create_shared_ownership(legion_runtime_t runtime, legion_context_t ctx,
                                                    legion_index_partition_t handle);
void legion_field_space_create_shared_ownership(legion_runtime_t runtime, legion_context_t ctx,
                                                legion_field_space_t handle);
void legion_logical_region_create_shared_ownership(legion_runtime_t runtime, legion_context_t ctx,
                                                   legion_logical_region_t handle);
void legion_index_space_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                          legion_index_space_t handle, bool unordered);
void legion_index_partition_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                              legion_index_partition_t handle, bool unordered, bool recurse);
void legion_field_space_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                          legion_field_space_t handle, bool unordered);
void legion_logical_region_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                             legion_logical_region_t handle, bool unordered);
#define LEGION_C_COLORING(name)                                                                   \
  legion_index_partition_t legion_index_partition_create_##name(                                  \
      legion_runtime_t runtime, legion_context_t ctx, legion_index_space_t parent,                \
      legion_domain_t color_space, legion_##name##_t coloring, legion_partition_kind_t part_kind, \
      legion_color_t color);
LEGION_C_COLORING(point_coloring)
LEGION_C_COLORING(domain_point_coloring)
LEGION_C_COLORING(multi_domain_point_coloring)
#undef LEGION_C_COLORING

legion_index_space_t legion_logical_region_get_index_space(legion_logical_region_t handle);
legion_logical_region_t legion_logical_partition_get_logical_subregion(legion_runtime_t runtime,
                                                                       legion_logical_partition_t parent,
                                                                       legion_index_space_t handle);
legion_logical_region_t legion_logical_partition_get_logical_subregion_by_tree(legion_runtime_t runtime,
                                                                               legion_index_space_t handle,
                                                                               legion_field_space_t fspace,
                                                                               legion_region_tree_id_t tid);
bool legion_logical_partition_has_logical_subregion_by_color_domain_point(legion_runtime_t runtime,
                                                                          legion_logical_partition_t parent,
                                                                          legion_domain_point_t color);
legion_field_space_t legion_field_space_create_with_fields(legion_runtime_t runtime, legion_context_t ctx,
                                                           size_t* field_sizes, legion_field_id_t* field_ids,
                                                           size_t num_fields, int serdez);
size_t legion_field_id_get_size(legion_runtime_t runtime, legion_context_t ctx, legion_field_space_t handle,
                                legion_field_id_t id);
bool legion_field_space_has_fields(legion_runtime_t runtime, legion_context_t ctx,
                                   legion_field_space_t handle, const legion_field_id_t* fields,
                                   size_t fields_size);
void legion_field_allocator_free_field(legion_field_allocator_t allocator, legion_field_id_t fid);

#ifdef __cplusplus
}
#endif

#endif
