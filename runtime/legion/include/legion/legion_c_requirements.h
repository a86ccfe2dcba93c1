/* The part of Legion's C API about region requirements, the points of domains and messages. Included by
 * legion_c.h. Names, types and meanings are Legion's; plain C.
 */
#ifndef LEGION_C_REQUIREMENTS_H
#define LEGION_C_REQUIREMENTS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct legion_region_requirement_t {
  void* impl;
} legion_region_requirement_t;
typedef struct legion_domain_point_iterator_t {
  void* impl;
} legion_domain_point_iterator_t;
typedef struct legion_logger_t {
  void* impl;
} legion_logger_t;
typedef legion_projection_type_t legion_handle_type_t;

/* ---- requirements. Those that are created belong to the caller, a task's to the task. */

legion_region_requirement_t legion_region_requirement_create_logical_region(
    legion_logical_region_t handle, legion_privilege_mode_t priv, legion_coherence_property_t prop,
    legion_logical_region_t parent, legion_mapping_tag_id_t tag, bool verified);
legion_region_requirement_t legion_region_requirement_create_logical_region_projection(
    legion_logical_region_t handle, legion_projection_id_t proj, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
legion_region_requirement_t legion_region_requirement_create_logical_partition(
    legion_logical_partition_t handle, legion_projection_id_t proj, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified);
void legion_region_requirement_destroy(legion_region_requirement_t handle);
void legion_region_requirement_add_field(legion_region_requirement_t handle, legion_field_id_t field,
                                         bool instance_field);
void legion_region_requirement_add_flags(legion_region_requirement_t handle, legion_region_flags_t flags);
legion_logical_region_t legion_region_requirement_get_region(legion_region_requirement_t handle);
legion_logical_region_t legion_region_requirement_get_parent(legion_region_requirement_t handle);
legion_logical_partition_t legion_region_requirement_get_partition(legion_region_requirement_t handle);
/* Ascending. */
#define LEGION_C_FIELDS_OF(kind)                                                                       \
  unsigned legion_region_requirement_get_##kind##_fields_size(legion_region_requirement_t handle);     \
  void legion_region_requirement_get_##kind##_fields(legion_region_requirement_t handle,               \
                                                     legion_field_id_t* fields, unsigned fields_size); \
  legion_field_id_t legion_region_requirement_get_##kind##_field(legion_region_requirement_t handle,   \
                                                                 unsigned idx);
LEGION_C_FIELDS_OF(privilege)
LEGION_C_FIELDS_OF(instance)
#undef LEGION_C_FIELDS_OF
legion_privilege_mode_t legion_region_requirement_get_privilege(legion_region_requirement_t handle);
legion_coherence_property_t legion_region_requirement_get_prop(legion_region_requirement_t handle);
legion_reduction_op_id_t legion_region_requirement_get_redop(legion_region_requirement_t handle);
legion_mapping_tag_id_t legion_region_requirement_get_tag(legion_region_requirement_t handle);
legion_handle_type_t legion_region_requirement_get_handle_type(legion_region_requirement_t handle);
legion_projection_id_t legion_region_requirement_get_projection(legion_region_requirement_t handle);
legion_region_requirement_t legion_task_get_requirement(legion_task_t task, unsigned idx);

/* ---- the points of a domain, in order. Iterators belong to the caller. */

legion_domain_point_iterator_t legion_domain_point_iterator_create(legion_domain_t handle);
void legion_domain_point_iterator_destroy(legion_domain_point_iterator_t handle);
bool legion_domain_point_iterator_has_next(legion_domain_point_iterator_t handle);
legion_domain_point_t legion_domain_point_iterator_next(legion_domain_point_iterator_t handle);
/* The point when the region has it, else the nil point. */
legion_domain_point_t legion_domain_point_safe_cast(legion_runtime_t runtime, legion_context_t ctx,
                                                    legion_domain_point_t point,
                                                    legion_logical_region_t region);
legion_domain_t legion_domain_from_index_space(legion_runtime_t runtime, legion_index_space_t is);
bool legion_domain_is_dense(legion_domain_t d);

/* ---- messages of a category, shown as `-level` says */

legion_logger_t legion_logger_create(const char* name);
void legion_logger_destroy(legion_logger_t handle);
#define LEGION_C_LEVEL(level)                                              \
  void legion_logger_##level(legion_logger_t handle, const char* message); \
  bool legion_logger_want_##level(legion_logger_t handle);
LEGION_C_LEVEL(spew)
LEGION_C_LEVEL(debug)
LEGION_C_LEVEL(info)
LEGION_C_LEVEL(print)
LEGION_C_LEVEL(warning)
LEGION_C_LEVEL(error)
LEGION_C_LEVEL(fatal)
#undef LEGION_C_LEVEL

#ifdef __cplusplus
}
#endif

#endif
