// Names and other information of handles, for C.
#include <cstring>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/cpp/semantic_info.h"
#include "runtime/legion/raw_handles.h"

namespace {

namespace legion = palatine::legion;
using Legion::Internal::SemanticInfo;
using Legion::Internal::SemanticKey;
using Legion::Internal::SemanticKind;

constexpr legion_semantic_tag_t kNameTag = 0;

// The keys are those of the C++ interface, so mappers find what programs attach.
SemanticKey key_of(legion_index_space_t handle) {
  return {SemanticKind::index_space, handle.id, 0};
}
SemanticKey key_of(legion_index_partition_t handle) {
  return {SemanticKind::index_partition, handle.id, 0};
}
SemanticKey key_of(legion_field_space_t handle) {
  return {SemanticKind::field_space, handle.id, 0};
}
SemanticKey key_of(legion_field_space_t handle, legion_field_id_t id) {
  return {SemanticKind::field, handle.id, id};
}
SemanticKey key_of(legion_logical_region_t handle) {
  return {SemanticKind::region, handle.index_space.tid, 0};
}
SemanticKey key_of(legion_logical_partition_t handle) {
  return {SemanticKind::partition, handle.index_partition.id, 0};
}
SemanticKey key_of(legion_task_id_t task) {
  return {SemanticKind::task, task, 0};
}

// What has a name although nobody attached one: regions are called as their variables.
template <typename... Handle>
const char* own_name(Handle...) {
  return nullptr;
}
const char* own_name(legion_logical_region_t handle) {
  const legion::Region& region = legion::forest_of_process().region(handle.index_space.tid);
  return region.root->name.empty() ? nullptr : region.root->name.c_str();
}

}  // namespace

#define LEGION_C_SEMANTICS(kind, params, args)                                                       \
  void legion_##kind##_attach_semantic_information(legion_runtime_t, LEGION_C_LIST params,           \
                                                   legion_semantic_tag_t tag, const void* buffer,    \
                                                   size_t size, bool is_mutable) {                   \
    SemanticInfo::get().attach(key_of args, tag, buffer, size, is_mutable);                          \
  }                                                                                                  \
  bool legion_##kind##_retrieve_semantic_information(legion_runtime_t, LEGION_C_LIST params,         \
                                                     legion_semantic_tag_t tag, const void** result, \
                                                     size_t* size, bool can_fail, bool) {            \
    return SemanticInfo::get().retrieve(key_of args, tag, *result, *size, can_fail);                 \
  }                                                                                                  \
  void legion_##kind##_attach_name(legion_runtime_t runtime, LEGION_C_LIST params, const char* name, \
                                   bool is_mutable) {                                                \
    PALATINE_IF_CPP_TASK(kind##_attach_name, runtime, LEGION_C_LIST args, name, is_mutable);         \
    SemanticInfo::get().attach(key_of args, kNameTag, name, strlen(name) + 1, is_mutable);           \
  }                                                                                                  \
  void legion_##kind##_retrieve_name(legion_runtime_t, LEGION_C_LIST params, const char** result) {  \
    const void* bytes = nullptr;                                                                     \
    size_t size = 0;                                                                                 \
    const bool is_known = SemanticInfo::get().retrieve(key_of args, kNameTag, bytes, size, true);    \
    *result = is_known ? static_cast<const char*>(bytes) : own_name args;                            \
  }
#define LEGION_C_LIST(...) __VA_ARGS__

LEGION_C_SEMANTICS(index_space, (legion_index_space_t handle), (handle))
LEGION_C_SEMANTICS(index_partition, (legion_index_partition_t handle), (handle))
LEGION_C_SEMANTICS(field_space, (legion_field_space_t handle), (handle))
LEGION_C_SEMANTICS(field_id, (legion_field_space_t handle, legion_field_id_t id), (handle, id))
LEGION_C_SEMANTICS(logical_region, (legion_logical_region_t handle), (handle))
LEGION_C_SEMANTICS(logical_partition, (legion_logical_partition_t handle), (handle))
LEGION_C_SEMANTICS(task_id, (legion_task_id_t task), (task))
