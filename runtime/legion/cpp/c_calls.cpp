// The calls of the C API that tasks of the language make as well, for tasks in C.
#include "runtime/legion/c_calls.h"

#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/convert.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/realm/worker.h"

namespace Legion::Internal {

Domain from_c(legion_domain_t domain) {
  if (domain.dim > LEGION_MAX_DIM || domain.dim < 0)
    palatine::realm::fatal_error("error: a domain of %d dimensions is used; 1 to %d are supported",
                                 domain.dim, LEGION_MAX_DIM);
  Domain result;
  result.is_id = domain.is_id;
  result.is_type = domain.is_type;
  result.dim = domain.dim;
  std::copy_n(domain.rect_data, 2 * domain.dim, result.rect_data);
  return result;
}

legion_domain_t to_c(const Domain& domain) {
  legion_domain_t result = {};
  result.is_id = domain.is_id;
  result.is_type = domain.is_type;
  result.dim = domain.dim;
  std::copy_n(domain.rect_data, 2 * domain.dim, result.rect_data);
  return result;
}

DomainPoint from_c(legion_domain_point_t point) {
  if (point.dim > LEGION_MAX_DIM || point.dim < 0)
    palatine::realm::fatal_error("error: a point of %d dimensions is used; 1 to %d are supported", point.dim,
                                 LEGION_MAX_DIM);
  DomainPoint result;
  result.dim = point.dim;
  std::copy_n(point.point_data, point.dim, result.point_data);
  return result;
}

legion_domain_point_t to_c(const DomainPoint& point) {
  legion_domain_point_t result = {};
  result.dim = point.dim;
  std::copy_n(point.point_data, std::max(point.dim, 0), result.point_data);
  return result;
}

Context c_context(legion_context_t, const char* call) {
  TaskContext* running = running_context();
  if (!running)
    palatine::realm::fatal_error("error: %s is called outside of tasks that C or C++ code is registered for",
                                 call);
  return running;
}

namespace {

typedef legion_runtime_t R;
typedef legion_context_t C;

Task& task_of(legion_task_t task) {
  return object<Task>(task);
}

// ---- index spaces and partitions

legion_index_space_t index_space_create(R, C context, size_t count) {
  return to_c(the_runtime()->create_index_space(c_context(context, "legion_index_space_create"),
                                                Domain(Rect<1>(0, static_cast<coord_t>(count) - 1))));
}
legion_index_space_t index_space_create_domain(R, C context, legion_domain_t domain) {
  return to_c(the_runtime()->create_index_space(c_context(context, "legion_index_space_create_domain"),
                                                from_c(domain)));
}
void index_space_destroy(R, C context, legion_index_space_t handle) {
  the_runtime()->destroy_index_space(c_context(context, "legion_index_space_destroy"), from_c(handle));
}
legion_domain_t index_space_get_domain(R, legion_index_space_t handle) {
  return to_c(the_runtime()->get_index_space_domain(from_c(handle)));
}
bool index_space_has_multiple_domains(R, legion_index_space_t handle) {
  return !the_runtime()->get_index_space_domain(from_c(handle)).dense();
}
legion_index_partition_t index_partition_create_equal(R, C context, legion_index_space_t parent,
                                                      legion_index_space_t color_space, size_t granularity,
                                                      legion_color_t color) {
  return to_c(the_runtime()->create_equal_partition(c_context(context, "legion_index_partition_create_equal"),
                                                    from_c(parent), from_c(color_space), granularity, color));
}
void index_partition_destroy(R, C context, legion_index_partition_t handle) {
  the_runtime()->destroy_index_partition(c_context(context, "legion_index_partition_destroy"),
                                         from_c(handle));
}
bool index_partition_is_disjoint(R, legion_index_partition_t handle) {
  return the_runtime()->is_index_partition_disjoint(from_c(handle));
}
bool index_partition_is_complete(R, legion_index_partition_t handle) {
  return the_runtime()->is_index_partition_complete(from_c(handle));
}
legion_color_t index_partition_get_color(R, legion_index_partition_t handle) {
  return the_runtime()->get_index_partition_color(from_c(handle));
}
legion_index_space_t index_partition_get_color_space(R, legion_index_partition_t handle) {
  return to_c(the_runtime()->get_index_partition_color_space_name(from_c(handle)));
}
legion_index_space_t index_partition_get_index_subspace_domain_point(R, legion_index_partition_t handle,
                                                                     legion_domain_point_t color) {
  return to_c(the_runtime()->get_index_subspace(from_c(handle), from_c(color)));
}

// ---- names

#define PALATINE_ATTACH_NAME(what)                                                          \
  void what##_attach_name(R, legion_##what##_t handle, const char* name, bool is_mutable) { \
    the_runtime()->attach_name(from_c(handle), name, is_mutable);                           \
  }
PALATINE_ATTACH_NAME(index_space)
PALATINE_ATTACH_NAME(index_partition)
PALATINE_ATTACH_NAME(field_space)
PALATINE_ATTACH_NAME(logical_region)
PALATINE_ATTACH_NAME(logical_partition)
#undef PALATINE_ATTACH_NAME
void field_id_attach_name(R, legion_field_space_t handle, legion_field_id_t id, const char* name,
                          bool is_mutable) {
  the_runtime()->attach_name(from_c(handle), id, name, is_mutable);
}
void task_id_attach_name(R, legion_task_id_t task, const char* name, bool is_mutable) {
  the_runtime()->attach_name(static_cast<TaskID>(task), name, is_mutable);
}

// ---- field spaces and regions

legion_field_space_t field_space_create(R, C context) {
  return to_c(the_runtime()->create_field_space(c_context(context, "legion_field_space_create")));
}
void field_space_destroy(R, C context, legion_field_space_t handle) {
  the_runtime()->destroy_field_space(c_context(context, "legion_field_space_destroy"), from_c(handle));
}
// An allocator is the number of its field space.
legion_field_id_t field_allocator_allocate_field(legion_field_allocator_t allocator, size_t size_bytes,
                                                 legion_field_id_t desired) {
  const auto id = static_cast<FieldSpaceID>(reinterpret_cast<uintptr_t>(allocator.impl));
  return FieldAllocator(Handle::field_space(id)).allocate_field(size_bytes, desired);
}
legion_logical_region_t logical_region_create(R, C context, legion_index_space_t index,
                                              legion_field_space_t fields, bool task_local) {
  return to_c(the_runtime()->create_logical_region(c_context(context, "legion_logical_region_create"),
                                                   from_c(index), from_c(fields), task_local));
}
void logical_region_destroy(R, C context, legion_logical_region_t handle) {
  the_runtime()->destroy_logical_region(c_context(context, "legion_logical_region_destroy"), from_c(handle));
}
legion_color_t logical_region_get_color(R, legion_logical_region_t handle) {
  return the_runtime()->get_logical_region_color(from_c(handle));
}
legion_domain_point_t logical_region_get_color_domain_point(R, legion_logical_region_t handle) {
  return to_c(the_runtime()->get_logical_region_color_point(from_c(handle)));
}
bool logical_region_has_parent_logical_partition(R, legion_logical_region_t handle) {
  return the_runtime()->has_parent_logical_partition(from_c(handle));
}
legion_logical_partition_t logical_region_get_parent_logical_partition(R, legion_logical_region_t handle) {
  return to_c(the_runtime()->get_parent_logical_partition(from_c(handle)));
}
legion_logical_partition_t logical_partition_create(R, legion_logical_region_t parent,
                                                    legion_index_partition_t handle) {
  return to_c(the_runtime()->get_logical_partition(from_c(parent), from_c(handle)));
}
void logical_partition_destroy(R, C, legion_logical_partition_t) {}
legion_logical_region_t logical_partition_get_logical_subregion_by_color_domain_point(
    R, legion_logical_partition_t parent, legion_domain_point_t color) {
  return to_c(the_runtime()->get_logical_subregion_by_color(from_c(parent), from_c(color)));
}
legion_logical_region_t logical_partition_get_parent_logical_region(R, legion_logical_partition_t handle) {
  return to_c(the_runtime()->get_parent_logical_region(from_c(handle)));
}

// ---- mapped regions

PhysicalRegion& mapped(legion_physical_region_t handle) {
  return object<PhysicalRegion>(handle);
}
void physical_region_destroy(legion_physical_region_t handle) {
  delete static_cast<PhysicalRegion*>(handle.impl);
}
bool physical_region_is_mapped(legion_physical_region_t handle) {
  return handle.impl && mapped(handle).is_mapped();
}
void physical_region_wait_until_valid(legion_physical_region_t handle) {
  mapped(handle).wait_until_valid();
}
bool physical_region_is_valid(legion_physical_region_t handle) {
  return handle.impl && mapped(handle).is_valid();
}
legion_logical_region_t physical_region_get_logical_region(legion_physical_region_t handle) {
  return to_c(mapped(handle).get_logical_region());
}

// Also in mappers of C++ programs, which are asked about the first tasks while none runs.
bool is_running() {
  if (running_context()) return true;
  const realm::Worker* worker = realm::Worker::current();
  return core::cpp_face && !(worker && worker->note);
}

api::FieldAddress field_address(legion_physical_region_t handle, legion_field_id_t field, int dim) {
  const FieldPlacement place = mapped(handle).placement(field, LEGION_NO_ACCESS, 0, dim);
  if (place.pieces && place.pieces->size() != 1)
    palatine::realm::fatal_error("error: task `%s` makes an accessor of the C API on data in several pieces",
                                 need_context("an accessor").task.get_task_name());
  api::FieldAddress address = {};
  address.base = reinterpret_cast<char*>(place.pieces ? place.pieces->front().base : place.base);
  for (int d = 0; d < dim && d < LEGION_MAX_DIM; d++)
    address.stride_bytes[d] =
        static_cast<int64_t>(place.pieces ? place.pieces->front().strides[d] : place.strides[d]);
  return address;
}

std::vector<core::Box> boxes_of(legion_domain_t domain) {
  std::vector<core::Box> boxes;
  core::for_each_box(to_core(from_c(domain)), [&](const core::Box& box) { boxes.push_back(box); });
  return boxes;
}

// ---- the running task

const char* task_get_name(legion_task_t task) {
  return task_of(task).get_task_name();
}
void* task_get_args(legion_task_t task) {
  return task_of(task).args;
}
size_t task_get_arglen(legion_task_t task) {
  return task_of(task).arglen;
}
bool task_get_is_index_space(legion_task_t task) {
  return task_of(task).is_index_space;
}
legion_domain_point_t task_get_index_point(legion_task_t task) {
  return to_c(task_of(task).index_point);
}
unsigned long long context_get_unique_id(C context) {
  return c_context(context, "legion_context_get_unique_id")->task.get_unique_id();
}
legion_context_t runtime_get_context() {
  return {running_context()};
}
legion_future_t runtime_issue_execution_fence(R, C context) {
  return to_c(
      the_runtime()->issue_execution_fence(c_context(context, "legion_runtime_issue_execution_fence")));
}
legion_future_t runtime_issue_mapping_fence(R, C context) {
  return to_c(the_runtime()->issue_mapping_fence(c_context(context, "legion_runtime_issue_mapping_fence")));
}
void runtime_begin_trace(R, C context, legion_trace_id_t id, bool logical_only) {
  the_runtime()->begin_trace(c_context(context, "legion_runtime_begin_trace"), id, logical_only);
}
void runtime_end_trace(R, C context, legion_trace_id_t id) {
  the_runtime()->end_trace(c_context(context, "legion_runtime_end_trace"), id);
}
legion_future_t runtime_select_tunable_value(R, C context, legion_tunable_id_t tunable,
                                             legion_mapper_id_t mapper, legion_mapping_tag_id_t tag) {
  return to_c(the_runtime()->select_tunable_value(c_context(context, "legion_runtime_select_tunable_value"),
                                                  tunable, mapper, tag));
}
legion_future_t issue_timing_op_seconds(R, C context) {
  return to_c(the_runtime()->get_current_time(c_context(context, "legion_issue_timing_op_seconds")));
}
legion_future_t issue_timing_op_microseconds(R, C context) {
  return to_c(the_runtime()->get_current_time_in_microseconds(
      c_context(context, "legion_issue_timing_op_microseconds")));
}
legion_future_t issue_timing_op_nanoseconds(R, C context) {
  return to_c(the_runtime()->get_current_time_in_nanoseconds(
      c_context(context, "legion_issue_timing_op_nanoseconds")));
}

// ---- futures

legion_future_t future_from_untyped_pointer(R, const void* buffer, size_t size) {
  return to_c(Future::from_untyped_pointer(buffer, size));
}
legion_future_t future_copy(legion_future_t handle) {
  return to_c(from_c(handle));
}
void future_destroy(legion_future_t handle) {
  delete static_cast<Future*>(handle.impl);
}
void future_get_void_result(legion_future_t handle) {
  object<Future>(handle).get_void_result();
}
void future_wait(legion_future_t handle, bool silence_warnings, const char* warning) {
  object<Future>(handle).get_void_result(silence_warnings, warning);
}
bool future_is_empty(legion_future_t handle, bool block) {
  return object<Future>(handle).is_empty(block);
}
bool future_is_ready(legion_future_t handle) {
  return object<Future>(handle).is_ready();
}
const void* future_get_untyped_pointer(legion_future_t handle) {
  return object<Future>(handle).get_untyped_pointer();
}
size_t future_get_untyped_size(legion_future_t handle) {
  return object<Future>(handle).get_untyped_size();
}

constexpr core::CppTaskCalls kCalls = {&is_running, &field_address, &boxes_of,
#define X(name) &name,
                                       PALATINE_CPP_TASK_CALLS(X)
#undef X
};

}  // namespace

const core::CppTaskCalls* c_calls() {
  return &kCalls;
}

}  // namespace Legion::Internal
