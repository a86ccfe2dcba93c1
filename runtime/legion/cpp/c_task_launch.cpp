// Launchers of tasks and of must epochs, argument maps, predicates, future maps and phase barriers for C
// (legion/legion_c_launch.h).
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/c_launchers.h"

using namespace Legion;
using namespace Legion::Internal;

// ---- arguments, predicates, results

legion_argument_map_t legion_argument_map_create(void) {
  return {new ArgumentMap};
}
legion_argument_map_t legion_argument_map_from_future_map(legion_future_map_t map) {
  return {new ArgumentMap(object<FutureMap>(map))};
}
void legion_argument_map_set_point(legion_argument_map_t map, legion_domain_point_t dp,
                                   legion_untyped_buffer_t arg, bool replace) {
  object<ArgumentMap>(map).set_point(from_c(dp), from_c(arg), replace);
}
void legion_argument_map_set_future(legion_argument_map_t map, legion_domain_point_t dp,
                                    legion_future_t future, bool replace) {
  object<ArgumentMap>(map).set_point(from_c(dp), object<Future>(future), replace);
}
void legion_argument_map_destroy(legion_argument_map_t handle) {
  delete &object<ArgumentMap>(handle);
}

legion_predicate_t legion_predicate_create(legion_runtime_t, legion_context_t ctx, legion_future_t f) {
  return {new Predicate(
      the_runtime()->create_predicate(c_context(ctx, "legion_predicate_create"), object<Future>(f)))};
}
// Those of `legion_predicate_true` and `legion_predicate_false` stay.
static Predicate always(true), never(false);
void legion_predicate_destroy(legion_predicate_t handle) {
  if (handle.impl != &always && handle.impl != &never) delete &object<Predicate>(handle);
}
legion_predicate_t legion_predicate_true(void) {
  return {&always};
}
legion_predicate_t legion_predicate_false(void) {
  return {&never};
}

bool legion_future_is_ready_subscribe(legion_future_t handle, bool subscribe) {
  return object<Future>(handle).is_ready(subscribe);
}
legion_future_map_t legion_future_map_copy(legion_future_map_t handle) {
  return {new FutureMap(object<FutureMap>(handle))};
}
void legion_future_map_destroy(legion_future_map_t handle) {
  delete &object<FutureMap>(handle);
}
void legion_future_map_wait_all_results(legion_future_map_t handle) {
  object<FutureMap>(handle).wait_all_results();
}
legion_future_t legion_future_map_get_future(legion_future_map_t handle, legion_domain_point_t point) {
  return to_c(object<FutureMap>(handle).get_future(from_c(point)));
}
legion_domain_t legion_future_map_get_domain(legion_future_map_t handle) {
  return to_c(object<FutureMap>(handle).get_future_map_domain());
}
legion_future_t legion_future_map_reduce(legion_runtime_t runtime, legion_context_t ctx,
                                         legion_future_map_t handle, legion_reduction_op_id_t redop,
                                         bool deterministic, legion_mapper_id_t map_id,
                                         legion_mapping_tag_id_t tag) {
  return legion_future_map_reduce_with_initial_value(runtime, ctx, handle, redop, deterministic, map_id, tag,
                                                     nullptr, {nullptr});
}
legion_future_t legion_future_map_reduce_with_initial_value(
    legion_runtime_t, legion_context_t ctx, legion_future_map_t handle, legion_reduction_op_id_t redop,
    bool deterministic, legion_mapper_id_t map_id, legion_mapping_tag_id_t tag, const char* provenance,
    legion_future_t initial_value) {
  return to_c(the_runtime()->reduce_future_map(c_context(ctx, "legion_future_map_reduce"),
                                               object<FutureMap>(handle), redop, deterministic, map_id, tag,
                                               provenance, from_c(initial_value)));
}
legion_future_map_t legion_future_map_construct_from_buffers(legion_runtime_t, legion_context_t ctx,
                                                             legion_domain_t domain,
                                                             legion_domain_point_t* points,
                                                             legion_untyped_buffer_t* buffers,
                                                             size_t num_points, bool collective, unsigned sid,
                                                             bool implicit_sharding) {
  std::map<DomainPoint, UntypedBuffer> data;
  for (size_t k = 0; k < num_points; k++) data[from_c(points[k])] = from_c(buffers[k]);
  return {new FutureMap(
      the_runtime()->construct_future_map(c_context(ctx, "legion_future_map_construct_from_buffers"),
                                          from_c(domain), data, collective, sid, implicit_sharding))};
}
legion_future_map_t legion_future_map_construct_from_futures(
    legion_runtime_t, legion_context_t ctx, legion_domain_t domain, legion_domain_point_t* points,
    legion_future_t* futures, size_t num_futures, bool collective, unsigned sid, bool implicit_sharding) {
  std::map<DomainPoint, Future> data;
  for (size_t k = 0; k < num_futures; k++) data[from_c(points[k])] = from_c(futures[k]);
  return {new FutureMap(
      the_runtime()->construct_future_map(c_context(ctx, "legion_future_map_construct_from_futures"),
                                          from_c(domain), data, collective, sid, implicit_sharding))};
}

// ---- what launchers of tasks share

PALATINE_C_LAUNCHER(task, TaskLauncher)
PALATINE_C_LAUNCHER(index, IndexTaskLauncher)
PALATINE_C_BARRIERS(task, TaskLauncher)
PALATINE_C_BARRIERS(index, IndexTaskLauncher)

#define PALATINE_C_TASK_LAUNCHER(kind, Type)                                                              \
  void legion_##kind##_launcher_add_field(legion_##kind##_launcher_t launcher, unsigned idx,              \
                                          legion_field_id_t fid, bool inst) {                             \
    requirement_of(object<Type>(launcher).region_requirements, idx).add_field(fid, inst);                 \
  }                                                                                                       \
  void legion_##kind##_launcher_add_flags(legion_##kind##_launcher_t launcher, unsigned idx,              \
                                          legion_region_flags_t flags) {                                  \
    requirement_of(object<Type>(launcher).region_requirements, idx).add_flags(flags);                     \
  }                                                                                                       \
  void legion_##kind##_launcher_add_future(legion_##kind##_launcher_t launcher, legion_future_t future) { \
    object<Type>(launcher).add_future(object<Future>(future));                                            \
  }                                                                                                       \
  void legion_##kind##_launcher_set_sharding_space(legion_##kind##_launcher_t launcher,                   \
                                                   legion_index_space_t is) {                             \
    object<Type>(launcher).sharding_space = from_c(is);                                                   \
  }                                                                                                       \
  void legion_##kind##_launcher_set_mapper(legion_##kind##_launcher_t launcher,                           \
                                           legion_mapper_id_t mapper_id) {                                \
    object<Type>(launcher).map_id = mapper_id;                                                            \
  }                                                                                                       \
  void legion_##kind##_launcher_set_mapping_tag(legion_##kind##_launcher_t launcher,                      \
                                                legion_mapping_tag_id_t tag) {                            \
    object<Type>(launcher).tag = tag;                                                                     \
  }                                                                                                       \
  void legion_##kind##_launcher_set_elide_future_return(legion_##kind##_launcher_t launcher,              \
                                                        bool elide_future_return) {                       \
    object<Type>(launcher).elide_future_return = elide_future_return;                                     \
  }
PALATINE_C_TASK_LAUNCHER(task, TaskLauncher)
PALATINE_C_TASK_LAUNCHER(index, IndexTaskLauncher)
#undef PALATINE_C_TASK_LAUNCHER

// ---- single tasks

legion_task_launcher_t legion_task_launcher_create(legion_task_id_t tid, legion_untyped_buffer_t arg,
                                                   legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t tag) {
  return {new TaskLauncher(tid, from_c(arg), from_c(pred), id, tag)};
}
legion_task_launcher_t legion_task_launcher_create_from_buffer(legion_task_id_t tid, const void* buffer,
                                                               size_t buffer_size, legion_predicate_t pred,
                                                               legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t tag) {
  return {new TaskLauncher(tid, UntypedBuffer(buffer, buffer_size), from_c(pred), id, tag)};
}
legion_future_t legion_task_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                             legion_task_launcher_t launcher) {
  return to_c(the_runtime()->execute_task(c_context(ctx, "legion_task_launcher_execute"),
                                          object<TaskLauncher>(launcher)));
}

#define PALATINE_C_REQUIREMENT(kind, Type, what, c_handle, how_type)                                        \
  unsigned legion_##kind##_launcher_add_region_requirement_logical_##what(                                  \
      legion_##kind##_launcher_t launcher, c_handle handle, how_type how, legion_coherence_property_t prop, \
      legion_logical_region_t parent, legion_mapping_tag_id_t tag, bool verified) {                         \
    return add_requirement(object<Type>(launcher).region_requirements,                                      \
                           RegionRequirement(from_c(handle), how, prop, from_c(parent), tag, verified));    \
  }                                                                                                         \
  void legion_##kind##_launcher_set_region_requirement_logical_##what(                                      \
      legion_##kind##_launcher_t launcher, unsigned idx, c_handle handle, how_type how,                     \
      legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,        \
      bool verified) {                                                                                      \
    set_requirement(object<Type>(launcher).region_requirements, idx,                                        \
                    RegionRequirement(from_c(handle), how, prop, from_c(parent), tag, verified));           \
  }
PALATINE_C_REQUIREMENT(task, TaskLauncher, region, legion_logical_region_t, legion_privilege_mode_t)
PALATINE_C_REQUIREMENT(task, TaskLauncher, region_reduction, legion_logical_region_t,
                       legion_reduction_op_id_t)
#undef PALATINE_C_REQUIREMENT

void legion_task_launcher_set_argument(legion_task_launcher_t launcher, legion_untyped_buffer_t arg) {
  object<TaskLauncher>(launcher).argument = from_c(arg);
}
void legion_task_launcher_set_point(legion_task_launcher_t launcher, legion_domain_point_t point) {
  object<TaskLauncher>(launcher).point = from_c(point);
}
void legion_task_launcher_set_predicate_false_future(legion_task_launcher_t launcher, legion_future_t f) {
  object<TaskLauncher>(launcher).set_predicate_false_future(object<Future>(f));
}
void legion_task_launcher_set_predicate_false_result(legion_task_launcher_t launcher,
                                                     legion_untyped_buffer_t arg) {
  object<TaskLauncher>(launcher).set_predicate_false_result(from_c(arg));
}
void legion_task_launcher_set_enable_inlining(legion_task_launcher_t launcher, bool enable_inlining) {
  object<TaskLauncher>(launcher).enable_inlining = enable_inlining;
}
void legion_task_launcher_set_local_function_task(legion_task_launcher_t launcher, bool local_function_task) {
  object<TaskLauncher>(launcher).local_function_task = local_function_task;
}

// ---- index spaces of tasks

legion_index_launcher_t legion_index_launcher_create(legion_task_id_t tid, legion_domain_t domain,
                                                     legion_untyped_buffer_t global_arg,
                                                     legion_argument_map_t map, legion_predicate_t pred,
                                                     bool must, legion_mapper_id_t id,
                                                     legion_mapping_tag_id_t tag) {
  const ArgumentMap arguments = map.impl ? object<ArgumentMap>(map) : ArgumentMap();
  return {
      new IndexTaskLauncher(tid, from_c(domain), from_c(global_arg), arguments, from_c(pred), must, id, tag)};
}
legion_index_launcher_t legion_index_launcher_create_from_buffer(legion_task_id_t tid, legion_domain_t domain,
                                                                 const void* buffer, size_t buffer_size,
                                                                 legion_argument_map_t map,
                                                                 legion_predicate_t pred, bool must,
                                                                 legion_mapper_id_t id,
                                                                 legion_mapping_tag_id_t tag) {
  return legion_index_launcher_create(tid, domain, {const_cast<void*>(buffer), buffer_size}, map, pred, must,
                                      id, tag);
}
legion_future_map_t legion_index_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                                  legion_index_launcher_t launcher) {
  return {new FutureMap(the_runtime()->execute_index_space(c_context(ctx, "legion_index_launcher_execute"),
                                                           object<IndexTaskLauncher>(launcher)))};
}
legion_future_t legion_index_launcher_execute_reduction(legion_runtime_t runtime, legion_context_t ctx,
                                                        legion_index_launcher_t launcher,
                                                        legion_reduction_op_id_t redop) {
  return legion_index_launcher_execute_deterministic_reduction(runtime, ctx, launcher, redop, true);
}
legion_future_t legion_index_launcher_execute_deterministic_reduction(legion_runtime_t, legion_context_t ctx,
                                                                      legion_index_launcher_t launcher,
                                                                      legion_reduction_op_id_t redop,
                                                                      bool deterministic) {
  return to_c(the_runtime()->execute_index_space(c_context(ctx, "legion_index_launcher_execute_reduction"),
                                                 object<IndexTaskLauncher>(launcher), redop, deterministic));
}

#define PALATINE_C_REQUIREMENT(what, c_handle, how_type)                                                \
  unsigned legion_index_launcher_add_region_requirement_logical_##what(                                 \
      legion_index_launcher_t launcher, c_handle handle, legion_projection_id_t proj, how_type how,     \
      legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,    \
      bool verified) {                                                                                  \
    return add_requirement(                                                                             \
        object<IndexTaskLauncher>(launcher).region_requirements,                                        \
        RegionRequirement(from_c(handle), proj, how, prop, from_c(parent), tag, verified));             \
  }                                                                                                     \
  void legion_index_launcher_set_region_requirement_logical_##what(                                     \
      legion_index_launcher_t launcher, unsigned idx, c_handle handle, legion_projection_id_t proj,     \
      how_type how, legion_coherence_property_t prop, legion_logical_region_t parent,                   \
      legion_mapping_tag_id_t tag, bool verified) {                                                     \
    set_requirement(object<IndexTaskLauncher>(launcher).region_requirements, idx,                       \
                    RegionRequirement(from_c(handle), proj, how, prop, from_c(parent), tag, verified)); \
  }
PALATINE_C_REQUIREMENT(region, legion_logical_region_t, legion_privilege_mode_t)
PALATINE_C_REQUIREMENT(partition, legion_logical_partition_t, legion_privilege_mode_t)
PALATINE_C_REQUIREMENT(region_reduction, legion_logical_region_t, legion_reduction_op_id_t)
PALATINE_C_REQUIREMENT(partition_reduction, legion_logical_partition_t, legion_reduction_op_id_t)
#undef PALATINE_C_REQUIREMENT

void legion_index_launcher_add_point_future(legion_index_launcher_t launcher, legion_argument_map_t map) {
  object<IndexTaskLauncher>(launcher).point_futures.push_back(object<ArgumentMap>(map));
}
void legion_index_launcher_set_global_arg(legion_index_launcher_t launcher,
                                          legion_untyped_buffer_t global_arg) {
  object<IndexTaskLauncher>(launcher).global_arg = from_c(global_arg);
}
void legion_index_launcher_set_concurrent(legion_index_launcher_t launcher, bool concurrent) {
  object<IndexTaskLauncher>(launcher).concurrent = concurrent;
}
void legion_index_launcher_set_initial_value(legion_index_launcher_t launcher,
                                             legion_future_t initial_value) {
  object<IndexTaskLauncher>(launcher).initial_value = object<Future>(initial_value);
}

// ---- must epochs and phase barriers

legion_must_epoch_launcher_t legion_must_epoch_launcher_create(legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t launcher_tag) {
  return {new MustEpochLauncher(id, launcher_tag)};
}
void legion_must_epoch_launcher_destroy(legion_must_epoch_launcher_t handle) {
  delete &object<MustEpochLauncher>(handle);
}
legion_future_map_t legion_must_epoch_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                                       legion_must_epoch_launcher_t launcher) {
  return {new FutureMap(the_runtime()->execute_must_epoch(
      c_context(ctx, "legion_must_epoch_launcher_execute"), object<MustEpochLauncher>(launcher)))};
}
void legion_must_epoch_launcher_add_single_task(legion_must_epoch_launcher_t launcher,
                                                legion_domain_point_t point, legion_task_launcher_t handle) {
  object<MustEpochLauncher>(launcher).add_single_task(from_c(point), object<TaskLauncher>(handle));
}
void legion_must_epoch_launcher_add_index_task(legion_must_epoch_launcher_t launcher,
                                               legion_index_launcher_t handle) {
  object<MustEpochLauncher>(launcher).add_index_task(object<IndexTaskLauncher>(handle));
}
void legion_must_epoch_launcher_set_launch_domain(legion_must_epoch_launcher_t launcher,
                                                  legion_domain_t domain) {
  object<MustEpochLauncher>(launcher).launch_domain = from_c(domain);
}
void legion_must_epoch_launcher_set_launch_space(legion_must_epoch_launcher_t launcher,
                                                 legion_index_space_t is) {
  object<MustEpochLauncher>(launcher).launch_space = from_c(is);
}

legion_phase_barrier_t legion_phase_barrier_create(legion_runtime_t, legion_context_t ctx,
                                                   unsigned arrivals) {
  return to_c(the_runtime()->create_phase_barrier(c_context(ctx, "legion_phase_barrier_create"), arrivals));
}
void legion_phase_barrier_destroy(legion_runtime_t, legion_context_t ctx, legion_phase_barrier_t handle) {
  the_runtime()->destroy_phase_barrier(c_context(ctx, "legion_phase_barrier_destroy"), from_c(handle));
}
legion_phase_barrier_t legion_phase_barrier_alter_arrival_count(legion_runtime_t, legion_context_t,
                                                                legion_phase_barrier_t handle, int delta) {
  PhaseBarrier barrier = from_c(handle);
  barrier.alter_arrival_count(delta);
  return to_c(barrier);
}
void legion_phase_barrier_arrive(legion_runtime_t, legion_context_t, legion_phase_barrier_t handle,
                                 unsigned count) {
  from_c(handle).arrive(count);
}
void legion_phase_barrier_wait(legion_runtime_t, legion_context_t, legion_phase_barrier_t handle) {
  from_c(handle).wait();
}
legion_phase_barrier_t legion_phase_barrier_advance(legion_runtime_t, legion_context_t ctx,
                                                    legion_phase_barrier_t handle) {
  return to_c(
      the_runtime()->advance_phase_barrier(c_context(ctx, "legion_phase_barrier_advance"), from_c(handle)));
}
