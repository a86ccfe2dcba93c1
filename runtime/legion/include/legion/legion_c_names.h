/* Names and other information that is attached to handles, by tag; 0 is the name's. The bytes are copied, and
 * valid until the run ends. Information that is not mutable cannot become another. Where there is none,
 * `retrieve_semantic_information` ends the program or, with `can_fail`, returns false; names are then null.
 */

#ifndef LEGION_C_NAMES_H
#define LEGION_C_NAMES_H

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int legion_semantic_tag_t;

#define LEGION_C_SEMANTICS(kind, ...)                                                                       \
  void kind##_attach_semantic_information(legion_runtime_t runtime, __VA_ARGS__, legion_semantic_tag_t tag, \
                                          const void* buffer, size_t size, bool is_mutable);                \
  bool kind##_retrieve_semantic_information(legion_runtime_t runtime, __VA_ARGS__,                          \
                                            legion_semantic_tag_t tag, const void** result, size_t* size,   \
                                            bool can_fail, bool wait_until_ready);                          \
  void kind##_attach_name(legion_runtime_t runtime, __VA_ARGS__, const char* name, bool is_mutable);        \
  void kind##_retrieve_name(legion_runtime_t runtime, __VA_ARGS__, const char** result);
LEGION_C_SEMANTICS(legion_index_space, legion_index_space_t handle)
LEGION_C_SEMANTICS(legion_index_partition, legion_index_partition_t handle)
LEGION_C_SEMANTICS(legion_field_space, legion_field_space_t handle)
LEGION_C_SEMANTICS(legion_field_id, legion_field_space_t handle, legion_field_id_t id)
LEGION_C_SEMANTICS(legion_logical_region, legion_logical_region_t handle)
LEGION_C_SEMANTICS(legion_logical_partition, legion_logical_partition_t handle)
LEGION_C_SEMANTICS(legion_task_id, legion_task_id_t task_id)
#undef LEGION_C_SEMANTICS

#ifdef __cplusplus
}
#endif

#endif
