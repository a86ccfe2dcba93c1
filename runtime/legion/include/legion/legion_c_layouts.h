/* The part of Legion's C API about layouts of memory, what processors must offer, and variants of tasks.
 * Included by legion_c.h. Names, types and meanings are Legion's; plain C.
 */
#ifndef LEGION_C_LAYOUTS_H
#define LEGION_C_LAYOUTS_H

#ifdef __cplusplus
extern "C" {
#endif

LEGION_C_OBJECT(legion_layout_constraint_set_t)
LEGION_C_OBJECT(legion_task_variant_registrar_t)

/* ---- what memory is like. A set belongs to the caller; what is registered is a copy. */

legion_layout_constraint_set_t legion_layout_constraint_set_create(void);
void legion_layout_constraint_set_destroy(legion_layout_constraint_set_t handle);
/* With the fields of `fspace`. */
legion_layout_constraint_id_t legion_layout_constraint_set_register(legion_runtime_t runtime,
                                                                    legion_field_space_t fspace,
                                                                    legion_layout_constraint_set_t handle,
                                                                    const char* layout_name);
/* Before the runtime starts. */
legion_layout_constraint_id_t legion_layout_constraint_set_preregister(legion_layout_constraint_set_t handle,
                                                                       const char* layout_name);
void legion_layout_constraint_set_release(legion_runtime_t runtime, legion_layout_constraint_id_t handle);
void legion_layout_constraint_set_add_specialized_constraint(legion_layout_constraint_set_t handle,
                                                             legion_specialized_constraint_t specialized,
                                                             legion_reduction_op_id_t redop);
void legion_layout_constraint_set_add_memory_constraint(legion_layout_constraint_set_t handle,
                                                        legion_memory_kind_t kind);
void legion_layout_constraint_set_add_field_constraint(legion_layout_constraint_set_t handle,
                                                       const legion_field_id_t* fields, size_t num_fields,
                                                       bool contiguous, bool inorder);
void legion_layout_constraint_set_add_ordering_constraint(legion_layout_constraint_set_t handle,
                                                          const legion_dimension_kind_t* dims,
                                                          size_t num_dims, bool contiguous);
void legion_layout_constraint_set_add_tiling_constraint(legion_layout_constraint_set_t handle,
                                                        legion_dimension_kind_t dim, size_t value,
                                                        bool tiles);
void legion_layout_constraint_set_add_dimension_constraint(legion_layout_constraint_set_t handle,
                                                           legion_dimension_kind_t dim,
                                                           legion_equality_kind_t eq, size_t value);
void legion_layout_constraint_set_add_alignment_constraint(legion_layout_constraint_set_t handle,
                                                           legion_field_id_t field, legion_equality_kind_t eq,
                                                           size_t byte_boundary);
void legion_layout_constraint_set_add_offset_constraint(legion_layout_constraint_set_t handle,
                                                        legion_field_id_t field, size_t offset);
void legion_layout_constraint_set_add_pointer_constraint(legion_layout_constraint_set_t handle,
                                                         legion_memory_t memory, uintptr_t ptr);

/* ---- what a variant needs of its processor and of its regions */

void legion_execution_constraint_set_add_resource_constraint(legion_execution_constraint_set_t handle,
                                                             legion_resource_constraint_t resource,
                                                             legion_equality_kind_t eq, size_t value);
void legion_execution_constraint_set_add_launch_constraint(legion_execution_constraint_set_t handle,
                                                           legion_launch_constraint_t kind, size_t value);
void legion_execution_constraint_set_add_launch_constraint_multi_dim(legion_execution_constraint_set_t handle,
                                                                     legion_launch_constraint_t kind,
                                                                     const size_t* values, int dims);
void legion_execution_constraint_set_add_colocation_constraint(legion_execution_constraint_set_t handle,
                                                               const unsigned* indexes, size_t num_indexes,
                                                               const legion_field_id_t* fields,
                                                               size_t num_fields);

/* ---- variants. A registrar belongs to the caller, and copies what it is given. */

legion_task_variant_registrar_t legion_task_variant_registrar_create(legion_task_id_t tid, bool global,
                                                                     const char* variant_name);
void legion_task_variant_registrar_destroy(legion_task_variant_registrar_t registrar);
void legion_task_variant_registrar_set_options(legion_task_variant_registrar_t registrar,
                                               legion_task_config_options_t options);
void legion_task_variant_registrar_set_execution_constraints(legion_task_variant_registrar_t registrar,
                                                             legion_execution_constraint_set_t constraints);
void legion_task_variant_registrar_set_layout_constraints(legion_task_variant_registrar_t registrar,
                                                          legion_task_layout_constraint_set_t constraints);
/* How much memory a leaf allocates while it runs, at most; an alignment of 0 is 16. */
void legion_task_variant_registrar_set_leaf_memory_pool_bounds(legion_task_variant_registrar_t registrar,
                                                               legion_memory_kind_t kind, size_t size,
                                                               unsigned alignment);
legion_variant_id_t legion_runtime_register_task_variant_fnptr_with_registrar(
    legion_runtime_t runtime, legion_task_variant_registrar_t registrar,
    legion_task_pointer_wrapped_t wrapped_task_pointer, legion_variant_id_t variant_id, const void* userdata,
    size_t userlen, size_t return_type_size, bool has_return_type_size);
/* Before the runtime starts. */
legion_variant_id_t legion_runtime_preregister_task_variant_fnptr_with_registrar(
    legion_task_variant_registrar_t registrar, legion_task_pointer_wrapped_t wrapped_task_pointer,
    legion_variant_id_t variant_id, const char* task_name, const void* userdata, size_t userlen,
    size_t return_type_size, bool has_return_type_size);

#ifdef __cplusplus
}
#endif

#endif
