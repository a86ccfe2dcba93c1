/* The part of Legion's C API about data that comes from outside and goes there: HDF5 files, attachments of
 * many regions at once, and regions that tasks output. Included by legion_c.h. Names, types and meanings are
 * Legion's; plain C.
 */
#ifndef LEGION_C_EXTERNAL_H
#define LEGION_C_EXTERNAL_H

#ifdef __cplusplus
extern "C" {
#endif

LEGION_C_OBJECT(legion_field_map_t)
LEGION_C_OBJECT(legion_index_attach_launcher_t)
LEGION_C_OBJECT(legion_external_resources_t)
LEGION_C_OBJECT(legion_output_requirement_t)

/* ---- HDF5: which dataset each field is. Names are copied. */

legion_field_map_t legion_field_map_create(void);
void legion_field_map_destroy(legion_field_map_t handle);
void legion_field_map_insert(legion_field_map_t handle, legion_field_id_t key, const char* value);
void legion_attach_launcher_attach_hdf5(legion_attach_launcher_t handle, const char* filename,
                                        legion_field_map_t field_map, legion_file_mode_t mode);
/* Without effect: what is attached is copied. */
void legion_attach_launcher_set_footprint(legion_attach_launcher_t launcher, size_t footprint);
legion_physical_region_t legion_runtime_attach_hdf5(legion_runtime_t runtime, legion_context_t ctx,
                                                    const char* filename, legion_logical_region_t handle,
                                                    legion_logical_region_t parent,
                                                    legion_field_map_t field_map, legion_file_mode_t mode);
void legion_runtime_detach_hdf5(legion_runtime_t runtime, legion_context_t ctx,
                                legion_physical_region_t region);
/* Without `flush` nothing is written back. Detaching happens in the order of the program. */
legion_future_t legion_flush_detach_external_resource(legion_runtime_t runtime, legion_context_t ctx,
                                                      legion_physical_region_t handle, bool flush);
legion_future_t legion_unordered_detach_external_resource(legion_runtime_t runtime, legion_context_t ctx,
                                                          legion_physical_region_t handle, bool flush,
                                                          bool unordered);
void legion_context_progress_unordered_operations(legion_runtime_t runtime, legion_context_t ctx);

/* ---- many regions of a tree at once. What pointers lead to must be there until the regions are detached. */

legion_index_attach_launcher_t legion_index_attach_launcher_create(legion_logical_region_t parent_region,
                                                                   legion_external_resource_t resource,
                                                                   bool restricted);
void legion_index_attach_launcher_destroy(legion_index_attach_launcher_t handle);
void legion_index_attach_launcher_set_restricted(legion_index_attach_launcher_t handle, bool restricted);
void legion_index_attach_launcher_set_provenance(legion_index_attach_launcher_t handle,
                                                 const char* provenance);
void legion_index_attach_launcher_set_deduplicate_across_shards(legion_index_attach_launcher_t handle,
                                                                bool deduplicate);
void legion_index_attach_launcher_attach_file(legion_index_attach_launcher_t handle,
                                              legion_logical_region_t region, const char* filename,
                                              const legion_field_id_t* fields, size_t num_fields,
                                              legion_file_mode_t mode);
void legion_index_attach_launcher_attach_hdf5(legion_index_attach_launcher_t handle,
                                              legion_logical_region_t region, const char* filename,
                                              legion_field_map_t field_map, legion_file_mode_t mode);
void legion_index_attach_launcher_attach_array_soa(legion_index_attach_launcher_t handle,
                                                   legion_logical_region_t region, void* base_ptr,
                                                   bool column_major, const legion_field_id_t* fields,
                                                   size_t num_fields, legion_memory_t memory);
void legion_index_attach_launcher_attach_array_aos(legion_index_attach_launcher_t handle,
                                                   legion_logical_region_t region, void* base_ptr,
                                                   bool column_major, const legion_field_id_t* fields,
                                                   size_t num_fields, legion_memory_t memory);
legion_external_resources_t legion_attach_external_resources(legion_runtime_t runtime, legion_context_t ctx,
                                                             legion_index_attach_launcher_t launcher);
legion_future_t legion_detach_external_resources(legion_runtime_t runtime, legion_context_t ctx,
                                                 legion_external_resources_t handle, bool flush,
                                                 bool unordered);
void legion_external_resources_destroy(legion_external_resources_t handle);
size_t legion_external_resources_size(legion_external_resources_t handle);
/* Belongs to the caller. */
legion_physical_region_t legion_external_resources_get_region(legion_external_resources_t handle,
                                                              unsigned index);

/* ---- regions whose size tasks decide. Requirements belong to the caller; the launch sets region and
 * partition. */

legion_output_requirement_t legion_output_requirement_create(legion_field_space_t field_space,
                                                             legion_field_id_t* fields, size_t fields_size,
                                                             int dim, bool global_indexing);
legion_output_requirement_t legion_output_requirement_create_region_requirement(
    legion_region_requirement_t handle);
void legion_output_requirement_destroy(legion_output_requirement_t handle);
void legion_output_requirement_add_field(legion_output_requirement_t handle, legion_field_id_t field,
                                         bool instance);
legion_logical_region_t legion_output_requirement_get_region(legion_output_requirement_t handle);
legion_logical_region_t legion_output_requirement_get_parent(legion_output_requirement_t handle);
legion_logical_partition_t legion_output_requirement_get_partition(legion_output_requirement_t handle);
legion_future_t legion_task_launcher_execute_outputs(legion_runtime_t runtime, legion_context_t ctx,
                                                     legion_task_launcher_t launcher,
                                                     legion_output_requirement_t* reqs, size_t reqs_size);
legion_future_map_t legion_index_launcher_execute_outputs(legion_runtime_t runtime, legion_context_t ctx,
                                                          legion_index_launcher_t launcher,
                                                          legion_output_requirement_t* reqs,
                                                          size_t reqs_size);
legion_future_t legion_index_launcher_execute_reduction_and_outputs(
    legion_runtime_t runtime, legion_context_t ctx, legion_index_launcher_t launcher,
    legion_reduction_op_id_t redop, bool deterministic, legion_output_requirement_t* reqs, size_t reqs_size);

#ifdef __cplusplus
}
#endif

#endif
