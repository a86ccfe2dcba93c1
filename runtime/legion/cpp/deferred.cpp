// Values and buffers that a task allocates for itself, and what accessors see of values.
#include "legion/deferred.h"

#include <cstdlib>

#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

void* allocate_for_task(size_t bytes, size_t alignment, const char* what) {
  TaskContext& context = need_context(what);
  if (alignment < 16) alignment = 16;
  void* block = aligned_alloc(alignment, (bytes + alignment) / alignment * alignment);
  if (!block)
    realm::fatal_error("error: out of memory: task `%s` cannot have %zu bytes for a %s",
                       context.task.get_task_name(), bytes, what);
  context.buffers.push_back(block);
  return block;
}

void free_for_task(void* address) {
  if (!address) return;
  std::erase(need_context("DeferredBuffer::destroy").buffers, address);
  free(address);
}

Realm::RegionInstance instance_for_task(Realm::InstanceLayoutGeneric* layout, void* bytes) {
  TaskContext& context = need_context("get_instance");
  const Memory memory = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
  const Realm::ExternalMemoryResource resource(bytes, layout->bytes_used);
  Realm::RegionInstance instance;
  Realm::RegionInstance::create_external_instance(instance, memory, layout, resource,
                                                  Realm::ProfilingRequestSet())
      .wait();
  context.instances.push_back(instance);
  return instance;
}

void set_task_result(Context context, const void* value, size_t bytes) {
  Runtime::legion_task_postamble(context, value, bytes);
}

void fail_deferred_size(const char* what, size_t have, size_t wanted) {
  realm::fatal_error("error: task `%s`: %s: %zu is needed, but it is %zu",
                     need_context("a deferred value").task.get_task_name(), what, wanted, have);
}

Domain points_of(IndexSpace space) {
  return domain_of(space);
}

FieldPlacement placement_of_value(const Future& future, PrivilegeMode mode, size_t element_bytes,
                                  const Domain& bounds) {
  if (mode & LEGION_WRITE_PRIV)
    realm::fatal_error("error: an accessor that writes is made for a future; futures do not change");
  const size_t bytes = future.get_untyped_size();
  const size_t count = bounds.exists() ? bounds.get_volume() : bytes / (element_bytes ? element_bytes : 1);
  if (bytes != count * element_bytes)
    realm::fatal_error("error: an accessor for %zu elements of %zu bytes is made for a future of %zu bytes",
                       count, element_bytes, bytes);
  FieldPlacement place = {};
  place.base = reinterpret_cast<uintptr_t>(future.get_untyped_pointer());
  place.space = bounds.exists() ? bounds : Domain(Rect<1>(0, static_cast<coord_t>(count) - 1));
  size_t stride = element_bytes;
  for (int d = 0; d < place.space.get_dim(); d++) {
    place.strides[d] = stride;
    const coord_t lo = place.space.rect_data[d], hi = place.space.rect_data[place.space.get_dim() + d];
    place.base -= static_cast<uintptr_t>(lo) * stride;
    stride *= hi < lo ? 0 : static_cast<size_t>(hi - lo) + 1;
  }
  return place;
}

FieldPlacement placement_of_value(const UntypedDeferredValue& value, size_t element_bytes, int dim) {
  if (value.field_size() != element_bytes)
    fail_deferred_size("the size of a deferred value", value.field_size(), element_bytes);
  FieldPlacement place = {};
  place.base = reinterpret_cast<uintptr_t>(value.deferred_data());
  DomainPoint zero;
  zero.dim = dim;
  place.space = Domain(zero, zero);
  return place;
}

}  // namespace Legion::Internal

Realm::RegionInstance Legion::UntypedDeferredValue::get_instance() const {
  const int order[1] = {0};
  return Internal::instance_for_task(
      Realm::InstanceLayoutGeneric::choose_instance_layout<1, coord_t>(
          Rect<1>(0, 0), Realm::InstanceLayoutConstraints(std::map<Realm::FieldID, size_t>{{0, bytes_}}, 0),
          order),
      data_);
}
