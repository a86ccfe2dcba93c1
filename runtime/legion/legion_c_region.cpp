// Raw handles, physical regions and accessors of the Legion C API.
#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/context.h"
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/include/legion/legion_c.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/process.h"
#include "runtime/legion/raw_handles.h"
#include "runtime/legion/runtime.h"
#include "runtime/legion/task.h"
#include "runtime/realm/fatal.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;
namespace api = palatine::api;

// The API's handles are told to the compiler by layout only.
static_assert(sizeof(api::RawIspace) == sizeof(legion_index_space_t));
static_assert(sizeof(api::RawRegion) == sizeof(legion_logical_region_t));
static_assert(sizeof(api::RawPartition) == sizeof(legion_logical_partition_t));

namespace palatine::legion {

using Legion::Internal::type_tag_of;

Forest& forest_of_process() {
  Runtime* runtime = runtime_of_process();
  if (!runtime) realm::fatal_error("the C API of regions was called while no program runs");
  return runtime->forest;
}

api::RawRegion raw_region(Forest& forest, Region& region) {
  const uint32_t ispace = forest.ispace_of(region);
  return {region.root->id, {ispace, region.id, type_tag_of(region.domain.box.dim)}, region.root->id};
}

api::RawPartition raw_partition(const Partition& partition) {
  const Region& parent = *partition.parent;
  return {parent.root->id, partition.id, parent.id, type_tag_of(parent.domain.box.dim), parent.root->id};
}

legion_logical_region_t handle_of(Region& region) {
  return __builtin_bit_cast(legion_logical_region_t, raw_region(forest_of_process(), region));
}

}  // namespace palatine::legion

namespace {

using legion::forest_of_process;
using legion::handle_of;
using legion::raw_partition;
using legion::raw_region;

legion::Region& region_of(legion_logical_region_t handle) {
  return forest_of_process().region(handle.index_space.tid);
}

const legion::Region& region_of(legion_physical_region_t handle, const char* call) {
  if (!handle.impl) realm::fatal_error("%s: the physical region is null", call);
  return *static_cast<const legion::Region*>(handle.impl);
}

// What an accessor's handle points to.
api::FieldAddress* make_accessor(legion_physical_region_t handle, legion_field_id_t field, int dim,
                                 const char* call) {
  region_of(handle, call);
  if (const legion::CppTaskCalls* calls = legion::calls_of_cpp_task())
    return new api::FieldAddress(calls->field_address(handle, field, dim));
  legion::Region& region = *static_cast<legion::Region*>(handle.impl);
  const legion::RootRegion& root = *region.root;
  const bool is_place = (field & api::kRegionOfPointer) != 0;
  field &= ~api::kRegionOfPointer;
  if (region.domain.box.dim != dim) {
    realm::fatal_error("%s: region `%s` has %d dimensions", call, root.name.c_str(), region.domain.box.dim);
  }
  if (field >= root.fields.size()) {
    realm::fatal_error("%s: region `%s` has %zu fields, but no field %u", call, root.name.c_str(),
                       root.fields.size(), field);
  }
  legion::Task* task = legion::Task::running();
  const bool is_on_gpu = task && task->gpu;
  if (!is_on_gpu && !root.storage[field].address.load(std::memory_order_acquire)) {
    const char* name = root.fields[field].name;
    realm::fatal_error("%s: field `%s` of region `%s` is not mapped", call, name ? name : "",
                       root.name.c_str());
  }
  auto* address = new api::FieldAddress(is_on_gpu ? task->info.runtime->gpus->field(*task, region, field)
                                                  : legion::field_address(root, field));
  // Behind the coordinates of the pointer, which has its own number of dimensions.
  if (is_place) address->base += root.fields[field].size_bytes - sizeof(int64_t);
  return address;
}

template <typename Accessor>
const api::FieldAddress& address_of(Accessor handle) {
  if (!handle.impl) realm::fatal_error("an accessor of the C API is null");
  return *static_cast<const api::FieldAddress*>(handle.impl);
}

template <typename Accessor, typename Point>
char* element(Accessor handle, const Point& point) {
  const api::FieldAddress& address = address_of(handle);
  char* result = address.base;
  constexpr int kDim = sizeof(point.x) / sizeof(point.x[0]);
  for (int d = 0; d < kDim; ++d) result += point.x[d] * address.stride_bytes[d];
  return result;
}

template <typename Accessor, typename Rect>
void* raw_rect(Accessor handle, const Rect& rect, Rect* subrect, legion_byte_offset_t* offsets) {
  const api::FieldAddress& address = address_of(handle);
  constexpr int kDim = sizeof(rect.lo.x) / sizeof(rect.lo.x[0]);
  for (int d = 0; d < kDim; ++d) {
    if (address.stride_bytes[d] > INT32_MAX) {
      realm::fatal_error(
          "elements of dimension %d are %lld bytes apart, which does not fit legion_byte_offset_t", d,
          static_cast<long long>(address.stride_bytes[d]));
    }
    if (offsets) offsets[d].offset = static_cast<int>(address.stride_bytes[d]);
  }
  if (subrect) *subrect = rect;
  return element(handle, rect.lo);
}

}  // namespace

namespace palatine::api {

void* Context::raw_runtime() const {
  return &legion::ContextImpl::of(*this).runtime();
}

void* Context::physical(Region region) {
  return &legion::ContextImpl::of(*this).forest().region(region.id);
}

RawIspace Context::raw(Ispace ispace) {
  const legion::IndexSpace& space = legion::ContextImpl::of(*this).forest().ispace(ispace.id);
  return {space.id, 0, Legion::Internal::type_tag_of(space.domain.box.dim)};
}

RawRegion Context::raw(Region region) {
  legion::Forest& forest = legion::ContextImpl::of(*this).forest();
  return legion::raw_region(forest, forest.region(region.id));
}

RawPartition Context::raw(Partition partition) {
  return legion::raw_partition(legion::ContextImpl::of(*this).forest().partition(partition.id));
}

}  // namespace palatine::api

void legion_physical_region_destroy(legion_physical_region_t handle) {
  PALATINE_IF_CPP_TASK(physical_region_destroy, handle);
}

bool legion_physical_region_is_mapped(legion_physical_region_t handle) {
  PALATINE_IF_CPP_TASK(physical_region_is_mapped, handle);
  return handle.impl != nullptr;
}

// What a task maps is there before the task goes on.
void legion_physical_region_wait_until_valid(legion_physical_region_t handle) {
  PALATINE_IF_CPP_TASK(physical_region_wait_until_valid, handle);
}

bool legion_physical_region_is_valid(legion_physical_region_t handle) {
  PALATINE_IF_CPP_TASK(physical_region_is_valid, handle);
  return handle.impl != nullptr;
}

legion_logical_region_t legion_physical_region_get_logical_region(legion_physical_region_t handle) {
  PALATINE_IF_CPP_TASK(physical_region_get_logical_region, handle);
  region_of(handle, "legion_physical_region_get_logical_region");
  return handle_of(*static_cast<legion::Region*>(handle.impl));
}

#define PALATINE_FOR_DIMENSION(N)                                                                           \
  legion_accessor_array_##N##d_t legion_physical_region_get_field_accessor_array_##N##d(                    \
      legion_physical_region_t handle, legion_field_id_t field) {                                           \
    return {make_accessor(handle, field, N, "legion_physical_region_get_field_accessor_array_" #N "d")};    \
  }                                                                                                         \
  void* legion_accessor_array_##N##d_raw_rect_ptr(legion_accessor_array_##N##d_t handle,                    \
                                                  legion_rect_##N##d_t rect, legion_rect_##N##d_t* subrect, \
                                                  legion_byte_offset_t* offsets) {                          \
    return raw_rect(handle, rect, subrect, offsets);                                                        \
  }                                                                                                         \
  void* legion_accessor_array_##N##d_ref_point(legion_accessor_array_##N##d_t handle,                       \
                                               legion_point_##N##d_t point) {                               \
    return element(handle, point);                                                                          \
  }                                                                                                         \
  void legion_accessor_array_##N##d_read_point(legion_accessor_array_##N##d_t handle,                       \
                                               legion_point_##N##d_t point, void* dst, size_t bytes) {      \
    memcpy(dst, element(handle, point), bytes);                                                             \
  }                                                                                                         \
  void legion_accessor_array_##N##d_write_point(                                                            \
      legion_accessor_array_##N##d_t handle, legion_point_##N##d_t point, const void* src, size_t bytes) {  \
    memcpy(element(handle, point), src, bytes);                                                             \
  }                                                                                                         \
  void legion_accessor_array_##N##d_destroy(legion_accessor_array_##N##d_t handle) {                        \
    delete static_cast<api::FieldAddress*>(handle.impl);                                                    \
  }
LEGION_C_FOR_EACH_DIMENSION(PALATINE_FOR_DIMENSION)
#undef PALATINE_FOR_DIMENSION

void* legion_accessor_array_1d_ref(legion_accessor_array_1d_t handle, legion_ptr_t ptr) {
  return element(handle, legion_point_1d_t{{ptr.value}});
}

void legion_accessor_array_1d_read(legion_accessor_array_1d_t handle, legion_ptr_t ptr, void* dst,
                                   size_t bytes) {
  memcpy(dst, legion_accessor_array_1d_ref(handle, ptr), bytes);
}

void legion_accessor_array_1d_write(legion_accessor_array_1d_t handle, legion_ptr_t ptr, const void* src,
                                    size_t bytes) {
  memcpy(legion_accessor_array_1d_ref(handle, ptr), src, bytes);
}

legion_color_t legion_logical_region_get_color(legion_runtime_t runtime, legion_logical_region_t handle) {
  PALATINE_IF_CPP_TASK(logical_region_get_color, runtime, handle);
  return static_cast<legion_color_t>(region_of(handle).color);
}

legion_domain_point_t legion_logical_region_get_color_domain_point(legion_runtime_t runtime,
                                                                   legion_logical_region_t handle) {
  PALATINE_IF_CPP_TASK(logical_region_get_color_domain_point, runtime, handle);
  const legion::Region& region = region_of(handle);
  legion_domain_point_t color = {};
  color.dim = 1;
  if (!region.parent) return color;
  color.dim = region.parent->colors.dim;
  int64_t point[LEGION_C_MAX_DIM];
  region.parent->colors.point_at(region.color, point);
  std::copy_n(point, color.dim, color.point_data);
  return color;
}

bool legion_logical_region_has_parent_logical_partition(legion_runtime_t runtime,
                                                        legion_logical_region_t handle) {
  PALATINE_IF_CPP_TASK(logical_region_has_parent_logical_partition, runtime, handle);
  return region_of(handle).parent != nullptr;
}

legion_logical_partition_t legion_logical_region_get_parent_logical_partition(
    legion_runtime_t runtime, legion_logical_region_t handle) {
  PALATINE_IF_CPP_TASK(logical_region_get_parent_logical_partition, runtime, handle);
  const legion::Region& region = region_of(handle);
  if (!region.parent) {
    realm::fatal_error(
        "legion_logical_region_get_parent_logical_partition: region `%s` is a root and has no parent",
        region.root->name.c_str());
  }
  return __builtin_bit_cast(legion_logical_partition_t, raw_partition(*region.parent));
}

legion_logical_region_t legion_logical_partition_get_parent_logical_region(
    legion_runtime_t runtime, legion_logical_partition_t handle) {
  PALATINE_IF_CPP_TASK(logical_partition_get_parent_logical_region, runtime, handle);
  return handle_of(*forest_of_process().partition(handle.index_partition.id).parent);
}

legion_logical_region_t legion_logical_partition_get_logical_subregion_by_color(
    legion_runtime_t runtime, legion_logical_partition_t handle, legion_color_t color) {
  const legion_domain_point_t color_point = {1, {static_cast<coord_t>(color)}};
  PALATINE_IF_CPP_TASK(logical_partition_get_logical_subregion_by_color_domain_point, runtime, handle,
                       color_point);
  legion::Forest& forest = forest_of_process();
  legion::Partition& partition = forest.partition(handle.index_partition.id);
  const int64_t point[legion::kMaxDim] = {static_cast<int64_t>(color)};
  if (partition.colors.dim != 1 || !partition.colors.contains_point(point)) {
    realm::fatal_error(
        "legion_logical_partition_get_logical_subregion_by_color: a partition of `%s` has no colour %u",
        partition.parent->root->name.c_str(), color);
  }
  return handle_of(forest.subregion(partition, partition.colors.linear_index(point)));
}

legion_runtime_t legion_runtime_get_runtime(void) {
  return {legion::runtime_of_process()};
}

namespace {

// The contexts that callers own.
struct OwnContexts {
  std::mutex mutex;
  std::unordered_map<const void*, std::unique_ptr<legion::ContextImpl>> contexts;
  static OwnContexts& get() {
    static OwnContexts all;
    return all;
  }
};

}  // namespace

legion_context_t legion_runtime_get_context(void) {
  PALATINE_IF_CPP_TASK(runtime_get_context);
  legion::Task* task = legion::Task::running();
  if (!task) realm::fatal_error("error: legion_runtime_get_context is called outside of a task");
  if (task->context()) return {task->context()};
  auto made = std::make_unique<legion::ContextImpl>(*task);
  api::Context* context = made.get();
  OwnContexts& all = OwnContexts::get();
  std::lock_guard lock(all.mutex);
  all.contexts[context] = std::move(made);
  return {context};
}
void legion_context_destroy(legion_context_t context) {
  OwnContexts& all = OwnContexts::get();
  std::lock_guard lock(all.mutex);
  all.contexts.erase(context.impl);
}
