// Names and other information that programs attach to handles.
#include <cstring>
#include <mutex>
#include <set>

#include "runtime/legion/cpp/semantic_info.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

namespace Internal {

const char* interned(const std::string& name) {
  static std::mutex mutex;
  static auto* names = new std::set<std::string>;
  if (name.empty()) return nullptr;
  std::lock_guard lock(mutex);
  return names->insert(name).first->c_str();
}

}  // namespace Internal

namespace {

SemanticKey key_of(TaskID task) {
  return {SemanticKind::task, task, 0};
}
SemanticKey key_of(IndexSpace space) {
  return {SemanticKind::index_space, space.get_id(), 0};
}
SemanticKey key_of(IndexPartition partition) {
  return {SemanticKind::index_partition, partition.get_id(), 0};
}
SemanticKey key_of(FieldSpace space) {
  return {SemanticKind::field_space, space.get_id(), 0};
}
SemanticKey key_of(LogicalRegion region) {
  return {SemanticKind::region, Handle::core_region(region), 0};
}
SemanticKey key_of(LogicalPartition partition) {
  return {SemanticKind::partition, Handle::core_partition(partition), 0};
}

// Names appear in messages.
void remember_name(TaskID task, const char* name) {
  TaskEntry& entry = Registry::get().task(task);
  if (entry.variants.empty()) entry.name = name;
}
void remember_name(LogicalRegion handle, const char* name) {
  core::Region& region = region_of(handle);
  std::lock_guard lock(region.root->mutex);
  if (region.is_root() && region.root->name.empty()) region.root->name = name;
}
void remember_name(FieldSpace handle, const char* name) {
  FieldSpaceImpl& space = field_space_of(handle, "attach_name");
  std::unique_lock lock(space.mutex);
  space.name = name;
}
void remember_name(IndexSpace, const char*) {}
void remember_name(IndexPartition, const char*) {}
void remember_name(LogicalPartition, const char*) {}

}  // namespace

#define LEGION_NAMES(Handle)                                                                                 \
  void Runtime::attach_name(Handle handle, const char* name, bool is_mutable, bool local_only) {             \
    attach_semantic_information(handle, LEGION_NAME_SEMANTIC_TAG, name, strlen(name) + 1, is_mutable,        \
                                local_only);                                                                 \
    remember_name(handle, name);                                                                             \
  }                                                                                                          \
  void Runtime::retrieve_name(Handle handle, const char*& result) {                                          \
    const void* bytes = nullptr;                                                                             \
    size_t size = 0;                                                                                         \
    SemanticInfo::get().retrieve(key_of(handle), LEGION_NAME_SEMANTIC_TAG, bytes, size, true);               \
    result = static_cast<const char*>(bytes);                                                                \
  }                                                                                                          \
  void Runtime::attach_semantic_information(Handle handle, SemanticTag tag, const void* buffer, size_t size, \
                                            bool is_mutable, bool) {                                         \
    SemanticInfo::get().attach(key_of(handle), tag, buffer, size, is_mutable);                               \
  }                                                                                                          \
  bool Runtime::retrieve_semantic_information(Handle handle, SemanticTag tag, const void*& result,           \
                                              size_t& size, bool can_fail, bool) {                           \
    return SemanticInfo::get().retrieve(key_of(handle), tag, result, size, can_fail);                        \
  }
LEGION_NAMES(TaskID)
LEGION_NAMES(IndexSpace)
LEGION_NAMES(IndexPartition)
LEGION_NAMES(FieldSpace)
LEGION_NAMES(LogicalRegion)
LEGION_NAMES(LogicalPartition)
#undef LEGION_NAMES

static SemanticKey key_of_field(FieldSpace space, FieldID field) {
  return {SemanticKind::field, space.get_id(), field};
}

void Runtime::attach_name(FieldSpace handle, FieldID fid, const char* name, bool is_mutable, bool) {
  SemanticInfo::get().attach(key_of_field(handle, fid), LEGION_NAME_SEMANTIC_TAG, name, strlen(name) + 1,
                             is_mutable);
  FieldSpaceImpl& space = field_space_of(handle, "attach_name");
  std::unique_lock lock(space.mutex);
  auto field = space.fields.find(fid);
  if (field == space.fields.end()) return;
  field->second.name = name;
  for (uint32_t root : space.roots) {
    core::Region* region = forest_of_run("attach_name").find_region(root);
    if (region) region->root->fields[field->second.slot].name = interned(name);
  }
}

void Runtime::retrieve_name(FieldSpace handle, FieldID fid, const char*& result) {
  const void* bytes = nullptr;
  size_t size = 0;
  SemanticInfo::get().retrieve(key_of_field(handle, fid), LEGION_NAME_SEMANTIC_TAG, bytes, size, true);
  result = static_cast<const char*>(bytes);
}

void Runtime::attach_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag, const void* buffer,
                                          size_t size, bool is_mutable, bool) {
  SemanticInfo::get().attach(key_of_field(handle, fid), tag, buffer, size, is_mutable);
}

bool Runtime::retrieve_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag,
                                            const void*& result, size_t& size, bool can_fail, bool) {
  return SemanticInfo::get().retrieve(key_of_field(handle, fid), tag, result, size, can_fail);
}

}  // namespace Legion
