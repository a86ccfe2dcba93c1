/* The part of Legion's C API about the order of operations on data that several tasks use at once: acquire
 * and release, discards, dynamic collectives. Included by legion_c.h. Names, types and meanings are Legion's;
 * plain C. For tasks that C or C++ code is registered for (legion_c_tasks.h).
 */
#ifndef LEGION_C_ORDER_H
#define LEGION_C_ORDER_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct legion_acquire_launcher_t {
  void* impl;
} legion_acquire_launcher_t;
typedef struct legion_release_launcher_t {
  void* impl;
} legion_release_launcher_t;
typedef struct legion_discard_launcher_t {
  void* impl;
} legion_discard_launcher_t;
typedef struct legion_dynamic_collective_t {
  realm_id_t id;
  realm_barrier_timestamp_t timestamp;
  legion_reduction_op_id_t redop;
} legion_dynamic_collective_t;

#define LEGION_C_ACQUIRE_OR_RELEASE(kind)                                                              \
  legion_##kind##_launcher_t legion_##kind##_launcher_create(                                          \
      legion_logical_region_t logical_region, legion_logical_region_t parent_region,                   \
      legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t tag);                    \
  void legion_##kind##_launcher_destroy(legion_##kind##_launcher_t handle);                            \
  void legion_##kind##_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,                \
                                        legion_##kind##_launcher_t launcher);                          \
  void legion_##kind##_launcher_add_field(legion_##kind##_launcher_t launcher, legion_field_id_t fid); \
  void legion_##kind##_launcher_add_wait_barrier(legion_##kind##_launcher_t launcher,                  \
                                                 legion_phase_barrier_t bar);                          \
  void legion_##kind##_launcher_add_arrival_barrier(legion_##kind##_launcher_t launcher,               \
                                                    legion_phase_barrier_t bar);                       \
  void legion_##kind##_launcher_set_mapper_arg(legion_##kind##_launcher_t launcher,                    \
                                               legion_untyped_buffer_t arg);                           \
  void legion_##kind##_launcher_set_provenance(legion_##kind##_launcher_t launcher, const char* provenance);
LEGION_C_ACQUIRE_OR_RELEASE(acquire)
LEGION_C_ACQUIRE_OR_RELEASE(release)
#undef LEGION_C_ACQUIRE_OR_RELEASE

legion_discard_launcher_t legion_discard_launcher_create(legion_logical_region_t handle,
                                                         legion_logical_region_t parent);
void legion_discard_launcher_destroy(legion_discard_launcher_t handle);
void legion_discard_launcher_add_field(legion_discard_launcher_t handle, legion_field_id_t fid);
void legion_discard_launcher_set_provenance(legion_discard_launcher_t launcher, const char* provenance);
void legion_discard_launcher_execute(legion_runtime_t runtime, legion_context_t ctx,
                                     legion_discard_launcher_t launcher);

legion_dynamic_collective_t legion_dynamic_collective_create(legion_runtime_t runtime, legion_context_t ctx,
                                                             unsigned arrivals,
                                                             legion_reduction_op_id_t redop,
                                                             const void* init_value, size_t init_size);
void legion_dynamic_collective_destroy(legion_runtime_t runtime, legion_context_t ctx,
                                       legion_dynamic_collective_t handle);
legion_dynamic_collective_t legion_dynamic_collective_alter_arrival_count(legion_runtime_t runtime,
                                                                          legion_context_t ctx,
                                                                          legion_dynamic_collective_t handle,
                                                                          int delta);
void legion_dynamic_collective_arrive(legion_runtime_t runtime, legion_context_t ctx,
                                      legion_dynamic_collective_t handle, const void* buffer, size_t size,
                                      unsigned count);
void legion_dynamic_collective_defer_arrival(legion_runtime_t runtime, legion_context_t ctx,
                                             legion_dynamic_collective_t handle, legion_future_t f,
                                             unsigned count);
/* Belongs to the caller. */
legion_future_t legion_dynamic_collective_get_result(legion_runtime_t runtime, legion_context_t ctx,
                                                     legion_dynamic_collective_t handle);
legion_dynamic_collective_t legion_dynamic_collective_advance(legion_runtime_t runtime, legion_context_t ctx,
                                                              legion_dynamic_collective_t handle);

#ifdef __cplusplus
}
#endif

#endif
