/* The part of Legion's C API that gives C code the data of regions: raw handles, physical regions, accessors.
 * Included by legion_c.h. Names, types and meanings are Legion's; plain C.
 *
 * A physical region is what `__physical` gives: it stands for those fields of a region that the running task
 * has mapped, and belongs to the runtime. Accessors belong to the caller, who destroys them. All of it may be
 * used by any thread while the task runs.
 */
#ifndef LEGION_C_REGION_H
#define LEGION_C_REGION_H

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int legion_index_space_id_t;
typedef unsigned int legion_index_tree_id_t;
typedef unsigned int legion_index_partition_id_t;
typedef unsigned int legion_field_space_id_t;
typedef unsigned int legion_region_tree_id_t;

/* Raw handles: what `__raw` gives of an ispace, a region and a partition. `tid` of a region's index space
 * names the region, so that each subregion is found again. */
typedef struct legion_index_space_t {
  legion_index_space_id_t id;
  legion_index_tree_id_t tid;
  legion_type_tag_t type_tag; /* the number of dimensions times 256, and 2 for coordinates of 8 bytes */
} legion_index_space_t;
typedef struct legion_index_partition_t {
  legion_index_partition_id_t id;
  legion_index_tree_id_t tid;
  legion_type_tag_t type_tag;
} legion_index_partition_t;
typedef struct legion_field_space_t {
  legion_field_space_id_t id;
} legion_field_space_t;
typedef struct legion_logical_region_t {
  legion_region_tree_id_t tree_id;
  legion_index_space_t index_space;
  legion_field_space_t field_space;
} legion_logical_region_t;
typedef struct legion_logical_partition_t {
  legion_region_tree_id_t tree_id;
  legion_index_partition_t index_partition;
  legion_field_space_t field_space;
} legion_logical_partition_t;

typedef struct legion_physical_region_t {
  void* impl;
} legion_physical_region_t;

/* Physical regions of tasks need not be destroyed; it does no harm. */
void legion_physical_region_destroy(legion_physical_region_t handle);
bool legion_physical_region_is_mapped(legion_physical_region_t handle);
void legion_physical_region_wait_until_valid(legion_physical_region_t handle);
bool legion_physical_region_is_valid(legion_physical_region_t handle);
legion_logical_region_t legion_physical_region_get_logical_region(legion_physical_region_t handle);

/* The elements of one field (legion_c_dimensions.h). */
LEGION_C_FOR_EACH_DIMENSION(LEGION_C_ACCESSOR)
void* legion_accessor_array_1d_ref(legion_accessor_array_1d_t handle, legion_ptr_t ptr);
void legion_accessor_array_1d_read(legion_accessor_array_1d_t handle, legion_ptr_t ptr, void* dst,
                                   size_t bytes);
void legion_accessor_array_1d_write(legion_accessor_array_1d_t handle, legion_ptr_t ptr, const void* src,
                                    size_t bytes);

/* The region's tree. The color of a root is 0. */
legion_color_t legion_logical_region_get_color(legion_runtime_t runtime, legion_logical_region_t handle);
legion_domain_point_t legion_logical_region_get_color_domain_point(legion_runtime_t runtime,
                                                                   legion_logical_region_t handle);
bool legion_logical_region_has_parent_logical_partition(legion_runtime_t runtime,
                                                        legion_logical_region_t handle);
legion_logical_partition_t legion_logical_region_get_parent_logical_partition(legion_runtime_t runtime,
                                                                              legion_logical_region_t handle);
legion_logical_region_t legion_logical_partition_get_parent_logical_region(legion_runtime_t runtime,
                                                                           legion_logical_partition_t handle);
/* The subregion of a colour in a partition whose colours have one dimension. */
legion_logical_region_t legion_logical_partition_get_logical_subregion_by_color(
    legion_runtime_t runtime, legion_logical_partition_t handle, legion_color_t color);

/* The running task. What `get_context` gives belongs to the caller; destroying any other context does
 * nothing. */
legion_runtime_t legion_runtime_get_runtime(void);
legion_context_t legion_runtime_get_context(void);
void legion_context_destroy(legion_context_t context);

#ifdef __cplusplus
}
#endif

#endif
