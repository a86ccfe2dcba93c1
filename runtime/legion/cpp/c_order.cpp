// Acquire and release, discards and dynamic collectives for C (legion/legion_c_order.h).
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/c_launchers.h"

using namespace Legion;
using namespace Legion::Internal;

#define PALATINE_C_ACQUIRE_OR_RELEASE(kind, Type)                                                          \
  PALATINE_C_LAUNCHER(kind, Type)                                                                          \
  PALATINE_C_BARRIERS(kind, Type)                                                                          \
  legion_##kind##_launcher_t legion_##kind##_launcher_create(                                              \
      legion_logical_region_t logical_region, legion_logical_region_t parent_region,                       \
      legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t tag) {                       \
    return {                                                                                               \
        new Type(from_c(logical_region), from_c(parent_region), PhysicalRegion(), from_c(pred), id, tag)}; \
  }                                                                                                        \
  void legion_##kind##_launcher_execute(legion_runtime_t, legion_context_t ctx,                            \
                                        legion_##kind##_launcher_t launcher) {                             \
    the_runtime()->issue_##kind(c_context(ctx, "legion_" #kind "_launcher_execute"),                       \
                                object<Type>(launcher));                                                   \
  }                                                                                                        \
  void legion_##kind##_launcher_add_field(legion_##kind##_launcher_t launcher, legion_field_id_t fid) {    \
    object<Type>(launcher).add_field(fid);                                                                 \
  }
PALATINE_C_ACQUIRE_OR_RELEASE(acquire, AcquireLauncher)
PALATINE_C_ACQUIRE_OR_RELEASE(release, ReleaseLauncher)
#undef PALATINE_C_ACQUIRE_OR_RELEASE

legion_discard_launcher_t legion_discard_launcher_create(legion_logical_region_t handle,
                                                         legion_logical_region_t parent) {
  return {new DiscardLauncher(from_c(handle), from_c(parent))};
}
void legion_discard_launcher_destroy(legion_discard_launcher_t handle) {
  delete &object<DiscardLauncher>(handle);
}
void legion_discard_launcher_add_field(legion_discard_launcher_t handle, legion_field_id_t fid) {
  object<DiscardLauncher>(handle).add_field(fid);
}
void legion_discard_launcher_set_provenance(legion_discard_launcher_t launcher, const char* provenance) {
  object<DiscardLauncher>(launcher).provenance = provenance;
}
void legion_discard_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                     legion_discard_launcher_t launcher) {
  the_runtime()->discard_fields(c_context(ctx, "legion_discard_launcher_execute"),
                                object<DiscardLauncher>(launcher));
}

// ---- dynamic collectives

static DynamicCollective from_c(legion_dynamic_collective_t handle) {
  const legion_phase_barrier_t barrier = {handle.id, handle.timestamp};
  return DynamicCollective(Legion::Internal::from_c(barrier).get_barrier(), handle.redop);
}
static legion_dynamic_collective_t to_c(const DynamicCollective& collective) {
  const Realm::Barrier barrier = collective.get_barrier();
  return {barrier.id, barrier.timestamp, collective.get_redop()};
}

legion_dynamic_collective_t legion_dynamic_collective_create(legion_runtime_t, legion_context_t ctx,
                                                             unsigned arrivals,
                                                             legion_reduction_op_id_t redop,
                                                             const void* init_value, size_t init_size) {
  return to_c(the_runtime()->create_dynamic_collective(c_context(ctx, "legion_dynamic_collective_create"),
                                                       arrivals, redop, init_value, init_size));
}
void legion_dynamic_collective_destroy(legion_runtime_t, legion_context_t ctx,
                                       legion_dynamic_collective_t handle) {
  the_runtime()->destroy_dynamic_collective(c_context(ctx, "legion_dynamic_collective_destroy"),
                                            from_c(handle));
}
legion_dynamic_collective_t legion_dynamic_collective_alter_arrival_count(legion_runtime_t, legion_context_t,
                                                                          legion_dynamic_collective_t handle,
                                                                          int delta) {
  DynamicCollective collective = from_c(handle);
  collective.alter_arrival_count(delta);
  return to_c(collective);
}
void legion_dynamic_collective_arrive(legion_runtime_t, legion_context_t ctx,
                                      legion_dynamic_collective_t handle, const void* buffer, size_t size,
                                      unsigned count) {
  the_runtime()->arrive_dynamic_collective(c_context(ctx, "legion_dynamic_collective_arrive"), from_c(handle),
                                           buffer, size, count);
}
void legion_dynamic_collective_defer_arrival(legion_runtime_t, legion_context_t ctx,
                                             legion_dynamic_collective_t handle, legion_future_t f,
                                             unsigned count) {
  the_runtime()->defer_dynamic_collective_arrival(c_context(ctx, "legion_dynamic_collective_defer_arrival"),
                                                  from_c(handle), object<Future>(f), count);
}
legion_future_t legion_dynamic_collective_get_result(legion_runtime_t, legion_context_t ctx,
                                                     legion_dynamic_collective_t handle) {
  return Legion::Internal::to_c(the_runtime()->get_dynamic_collective_result(
      c_context(ctx, "legion_dynamic_collective_get_result"), from_c(handle)));
}
legion_dynamic_collective_t legion_dynamic_collective_advance(legion_runtime_t, legion_context_t ctx,
                                                              legion_dynamic_collective_t handle) {
  return to_c(the_runtime()->advance_dynamic_collective(c_context(ctx, "legion_dynamic_collective_advance"),
                                                        from_c(handle)));
}
