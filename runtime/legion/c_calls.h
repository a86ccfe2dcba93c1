// The calls of the C API that a task makes which C or C++ code is registered for (legion_c_tasks.h).
//
// Tasks of the language and those tasks know index spaces, regions and futures under handles of different
// kinds: the first under those of the core (raw_handles.h), the others under those of the C++ interface
// (cpp/trees.h). Functions that both call begin with PALATINE_IF_CPP_TASK. The C++ interface is linked only
// into programs that use it, so the other implementation is found through a table.
#pragma once

#include <vector>

#include "runtime/api/palatine_api.h"
#include "runtime/legion/box.h"
#include "runtime/legion/include/legion/legion_c.h"

namespace palatine::legion {

#define PALATINE_CPP_TASK_CALLS(X)                                 \
  X(index_space_create)                                            \
  X(index_space_create_domain)                                     \
  X(index_space_destroy)                                           \
  X(index_space_get_domain)                                        \
  X(index_space_has_multiple_domains)                              \
  X(index_partition_create_equal)                                  \
  X(index_partition_destroy)                                       \
  X(index_partition_is_disjoint)                                   \
  X(index_partition_is_complete)                                   \
  X(index_partition_get_color)                                     \
  X(index_partition_get_color_space)                               \
  X(index_partition_get_index_subspace_domain_point)               \
  X(index_space_attach_name)                                       \
  X(index_partition_attach_name)                                   \
  X(field_space_attach_name)                                       \
  X(field_id_attach_name)                                          \
  X(logical_region_attach_name)                                    \
  X(logical_partition_attach_name)                                 \
  X(task_id_attach_name)                                           \
  X(field_space_create)                                            \
  X(field_space_destroy)                                           \
  X(field_allocator_allocate_field)                                \
  X(logical_region_create)                                         \
  X(logical_region_destroy)                                        \
  X(logical_region_get_color)                                      \
  X(logical_region_get_color_domain_point)                         \
  X(logical_region_has_parent_logical_partition)                   \
  X(logical_region_get_parent_logical_partition)                   \
  X(logical_partition_create)                                      \
  X(logical_partition_destroy)                                     \
  X(logical_partition_get_logical_subregion_by_color_domain_point) \
  X(logical_partition_get_parent_logical_region)                   \
  X(physical_region_destroy)                                       \
  X(physical_region_is_mapped)                                     \
  X(physical_region_wait_until_valid)                              \
  X(physical_region_is_valid)                                      \
  X(physical_region_get_logical_region)                            \
  X(task_get_name)                                                 \
  X(task_get_args)                                                 \
  X(task_get_arglen)                                               \
  X(task_get_is_index_space)                                       \
  X(task_get_index_point)                                          \
  X(context_get_unique_id)                                         \
  X(runtime_issue_execution_fence)                                 \
  X(runtime_issue_mapping_fence)                                   \
  X(runtime_begin_trace)                                           \
  X(runtime_end_trace)                                             \
  X(runtime_select_tunable_value)                                  \
  X(runtime_get_context)                                           \
  X(issue_timing_op_seconds)                                       \
  X(issue_timing_op_microseconds)                                  \
  X(issue_timing_op_nanoseconds)                                   \
  X(future_from_untyped_pointer)                                   \
  X(future_copy)                                                   \
  X(future_destroy)                                                \
  X(future_get_void_result)                                        \
  X(future_wait)                                                   \
  X(future_is_empty)                                               \
  X(future_is_ready)                                               \
  X(future_get_untyped_pointer)                                    \
  X(future_get_untyped_size)

struct CppTaskCalls {
  // Whether the calling thread runs such a task.
  bool (*is_running)();
  // Where a field of a mapped region lies, for accessors of `dim` dimensions.
  api::FieldAddress (*field_address)(legion_physical_region_t region, legion_field_id_t field, int dim);
  // The boxes of a domain that is sparse.
  std::vector<Box> (*boxes_of)(legion_domain_t domain);
#define X(name) decltype(&::legion_##name) name;
  PALATINE_CPP_TASK_CALLS(X)
#undef X
};

// Null unless the program is linked with them.
extern const CppTaskCalls* cpp_task_calls;

// Null in tasks of the language.
inline const CppTaskCalls* calls_of_cpp_task() {
  return cpp_task_calls && cpp_task_calls->is_running() ? cpp_task_calls : nullptr;
}

#define PALATINE_IF_CPP_TASK(name, ...)                                                    \
  if (const palatine::legion::CppTaskCalls* calls = palatine::legion::calls_of_cpp_task()) \
  return calls->name(__VA_ARGS__)

}  // namespace palatine::legion
