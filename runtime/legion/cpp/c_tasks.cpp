// Start, registration and running of tasks in C (legion/legion_c_tasks.h).
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

namespace {

// The regions of a task, for as long as it runs.
struct RegionHandles {
  std::vector<PhysicalRegion> regions;
  std::vector<legion_physical_region_t> handles;
};
// Not one that programs take.
constexpr LocalVariableID kRegionHandles = UINT32_MAX - 1;

template <typename T>
legion_task_id_t add_variant(legion_task_id_t id, legion_variant_id_t variant, const char* task_name,
                             const char* variant_name, legion_execution_constraint_set_t execution,
                             legion_task_layout_constraint_set_t layouts,
                             legion_task_config_options_t options, T code, const void* data, size_t bytes) {
  if (id == LEGION_AUTO_GENERATE_ID) id = Runtime::generate_static_task_id();
  TaskVariantRegistrar registrar(id, variant_name);
  if (execution.impl) registrar.execution_constraints = object<ExecutionConstraintSet>(execution);
  if (layouts.impl) registrar.layout_constraints = object<TaskLayoutConstraintSet>(layouts);
  registrar.set_leaf(options.leaf);
  registrar.set_inner(options.inner);
  registrar.set_idempotent(options.idempotent);
  registrar.set_replicable(options.replicable);
  Runtime::preregister_task_variant(registrar, CodeDescriptor(code), data, bytes, task_name, variant);
  return id;
}

// A running task's, or one that a mapper is asked about.
const Task& task_of(legion_task_t task) {
  return object<const Task>(task);
}

}  // namespace

}  // namespace Legion::Internal

using namespace Legion::Internal;
using Legion::Runtime;

// ---- the program

int legion_runtime_start(int argc, char** argv, bool background) {
  return Runtime::start(argc, argv, background);
}
int legion_runtime_wait_for_shutdown(void) {
  return Runtime::wait_for_shutdown();
}
void legion_runtime_initialize(int* argc, char*** argv, bool filter) {
  Runtime::initialize(argc, argv, filter);
}
void legion_runtime_set_return_code(int return_code) {
  Runtime::set_return_code(return_code);
}
void legion_runtime_set_top_level_task_id(legion_task_id_t top_id) {
  Runtime::set_top_level_task_id(top_id);
}
size_t legion_runtime_get_maximum_dimension(void) {
  return Runtime::get_maximum_dimension();
}
bool legion_runtime_has_runtime(void) {
  return Runtime::has_runtime();
}
bool legion_runtime_has_context(void) {
  return Runtime::has_context();
}
void legion_runtime_add_registration_callback(legion_registration_callback_pointer_t callback) {
  Runtime::add_registration_callback(
      [](const Legion::RegistrationCallbackArgs& args) {
        legion_registration_callback_pointer_t function;
        memcpy(&function, args.buffer.get_ptr(), sizeof(function));
        std::vector<legion_processor_t> processors;
        for (Legion::Processor processor : args.local_procs) processors.push_back({processor.id});
        function(legion_machine_create(), {args.runtime}, processors.data(),
                 static_cast<unsigned>(processors.size()));
      },
      Legion::UntypedBuffer(&callback, sizeof(callback)), false);
}

// ---- registration

legion_task_id_t legion_runtime_preregister_task_variant_fnptr(
    legion_task_id_t id, legion_variant_id_t variant_id, const char* task_name, const char* variant_name,
    legion_execution_constraint_set_t execution_constraints,
    legion_task_layout_constraint_set_t layout_constraints, legion_task_config_options_t options,
    legion_task_pointer_wrapped_t wrapped_task_pointer, const void* userdata, size_t userlen) {
  return add_variant(id, variant_id, task_name, variant_name, execution_constraints, layout_constraints,
                     options, wrapped_task_pointer, userdata, userlen);
}
legion_task_id_t legion_runtime_register_task_variant_fnptr(
    legion_runtime_t, legion_task_id_t id, const char* task_name, const char* variant_name, bool,
    legion_execution_constraint_set_t execution_constraints,
    legion_task_layout_constraint_set_t layout_constraints, legion_task_config_options_t options,
    legion_task_pointer_wrapped_t wrapped_task_pointer, const void* userdata, size_t userlen) {
  return add_variant(id, LEGION_AUTO_GENERATE_ID, task_name, variant_name, execution_constraints,
                     layout_constraints, options, wrapped_task_pointer, userdata, userlen);
}
legion_execution_constraint_set_t legion_execution_constraint_set_create(void) {
  return {new Legion::ExecutionConstraintSet};
}
void legion_execution_constraint_set_destroy(legion_execution_constraint_set_t handle) {
  delete &object<Legion::ExecutionConstraintSet>(handle);
}
void legion_execution_constraint_set_add_processor_constraint(legion_execution_constraint_set_t handle,
                                                              legion_processor_kind_t proc_kind) {
  object<Legion::ExecutionConstraintSet>(handle).add_constraint(
      Legion::ProcessorConstraint(static_cast<Legion::Processor::Kind>(proc_kind)));
}
void legion_execution_constraint_set_add_isa_constraint(legion_execution_constraint_set_t handle,
                                                        uint64_t prop) {
  object<Legion::ExecutionConstraintSet>(handle).add_constraint(Legion::ISAConstraint(prop));
}
legion_task_layout_constraint_set_t legion_task_layout_constraint_set_create(void) {
  return {new Legion::TaskLayoutConstraintSet};
}
void legion_task_layout_constraint_set_destroy(legion_task_layout_constraint_set_t handle) {
  delete &object<Legion::TaskLayoutConstraintSet>(handle);
}
void legion_task_layout_constraint_set_add_layout_constraint(legion_task_layout_constraint_set_t handle,
                                                             unsigned idx,
                                                             legion_layout_constraint_id_t layout) {
  object<Legion::TaskLayoutConstraintSet>(handle).add_layout_constraint(idx, layout);
}

legion_task_id_t legion_runtime_generate_library_task_ids(legion_runtime_t, const char* library_name,
                                                          size_t count) {
  return the_runtime()->generate_library_task_ids(library_name, count);
}
legion_mapper_id_t legion_runtime_generate_library_mapper_ids(legion_runtime_t, const char* library_name,
                                                              size_t count) {
  return the_runtime()->generate_library_mapper_ids(library_name, count);
}
legion_projection_id_t legion_runtime_generate_library_projection_ids(legion_runtime_t,
                                                                      const char* library_name,
                                                                      size_t count) {
  return the_runtime()->generate_library_projection_ids(library_name, count);
}
legion_reduction_op_id_t legion_runtime_generate_library_reduction_ids(legion_runtime_t,
                                                                       const char* library_name,
                                                                       size_t count) {
  return the_runtime()->generate_library_reduction_ids(library_name, count);
}
legion_projection_id_t legion_runtime_generate_static_projection_id(void) {
  return Runtime::generate_static_projection_id();
}
// ---- in a task's function

void legion_task_preamble(const void* data, size_t datalen, realm_id_t proc_id, legion_task_t* taskptr,
                          const legion_physical_region_t** regionptr, unsigned* num_regions_ptr,
                          legion_context_t* ctxptr, legion_runtime_t* runtimeptr) {
  const Legion::Task* task;
  const std::vector<Legion::PhysicalRegion>* regions;
  Legion::Context context;
  Runtime* runtime;
  Legion::Processor processor;
  processor.id = proc_id;
  Runtime::legion_task_preamble(data, datalen, processor, task, regions, context, runtime);
  auto* handles = new RegionHandles{*regions, {}};
  for (Legion::PhysicalRegion& region : handles->regions) handles->handles.push_back({&region});
  runtime->set_local_task_variable_untyped(context, kRegionHandles, handles,
                                           [](void* value) { delete static_cast<RegionHandles*>(value); });
  *taskptr = {&context->task};
  *regionptr = handles->handles.data();
  *num_regions_ptr = static_cast<unsigned>(handles->handles.size());
  *ctxptr = {context};
  *runtimeptr = {runtime};
}

void legion_task_postamble(legion_runtime_t, legion_context_t ctx, const void* retval, size_t retsize) {
  Runtime::legion_task_postamble(c_context(ctx, "legion_task_postamble"), retval, retsize);
}

legion_physical_region_t legion_get_physical_region_by_id(legion_physical_region_t* regionptr, int id,
                                                          int num_regions) {
  if (id < 0 || id >= num_regions)
    palatine::realm::fatal_error(
        "error: legion_get_physical_region_by_id: the task has %d regions, but no "
        "number %d",
        num_regions, id);
  return regionptr[id];
}

legion_unique_id_t legion_task_get_unique_id(legion_task_t task) {
  return task_of(task).get_unique_id();
}
legion_task_id_t legion_task_get_task_id(legion_task_t task) {
  return task_of(task).task_id;
}
int legion_task_get_depth(legion_task_t task) {
  return task_of(task).get_depth();
}
legion_mapper_id_t legion_task_get_mapper(legion_task_t task) {
  return task_of(task).map_id;
}
legion_mapping_tag_id_t legion_task_get_tag(legion_task_t task) {
  return task_of(task).tag;
}
legion_domain_t legion_task_get_index_domain(legion_task_t task) {
  return to_c(task_of(task).index_domain);
}
void* legion_task_get_local_args(legion_task_t task) {
  return task_of(task).local_args;
}
size_t legion_task_get_local_arglen(legion_task_t task) {
  return task_of(task).local_arglen;
}
unsigned legion_task_get_regions_size(legion_task_t task) {
  return static_cast<unsigned>(task_of(task).regions.size());
}
unsigned legion_task_get_futures_size(legion_task_t task) {
  return static_cast<unsigned>(task_of(task).futures.size());
}
legion_future_t legion_task_get_future(legion_task_t handle, unsigned idx) {
  const Legion::Task& task = task_of(handle);
  if (idx >= task.futures.size())
    palatine::realm::fatal_error("error: task `%s` has %zu futures, but asks for number %u",
                                 task.get_task_name(), task.futures.size(), idx);
  return to_c(task.futures[idx]);
}
legion_processor_t legion_task_get_target_proc(legion_task_t task) {
  return {task_of(task).target_proc.id};
}

legion_shard_id_t legion_runtime_local_shard(legion_runtime_t, legion_context_t) {
  return 0;
}
size_t legion_runtime_total_shards(legion_runtime_t, legion_context_t) {
  return 1;
}
legion_shard_id_t legion_context_get_shard_id(legion_runtime_t, legion_context_t, bool) {
  return 0;
}
size_t legion_context_get_num_shards(legion_runtime_t, legion_context_t, bool) {
  return 1;
}
void legion_runtime_complete_frame(legion_runtime_t, legion_context_t ctx) {
  the_runtime()->complete_frame(c_context(ctx, "legion_runtime_complete_frame"));
}
void legion_runtime_yield(legion_runtime_t, legion_context_t ctx) {
  the_runtime()->yield(c_context(ctx, "legion_runtime_yield"));
}
