// The calls of realm/instance.h and realm/accessor.h.
#include <vector>

#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/processor.h"
#include "runtime/realm/reductions.h"

namespace Realm {

namespace core = palatine::realm;

namespace {

unsigned long long number(RegionInstance instance) {
  return static_cast<unsigned long long>(instance.id);
}

// Address of bytes of an instance; a message when they are not all in it.
char* bytes_of(RegionInstance instance, size_t offset, size_t size, const char* call) {
  char* base;
  core::InstanceRecord& record = core::find_allocated_instance(instance, call, base);
  const size_t bytes = record.layout->bytes_used;
  if (offset > bytes || bytes - offset < size) {
    core::bad_use(call, "instance %llx has %zu bytes, bytes %zu to %zu are accessed", number(instance), bytes,
                  offset, offset + size);
  }
  return base + offset;
}

void reduce_bytes(RegionInstance instance, size_t offset, ReductionOpID redop_id, const void* data,
                  size_t size, bool is_fold, bool is_exclusive, const char* call) {
  const ReductionOpUntyped* redop = core::find_reduction(redop_id);
  if (!redop) core::bad_use(call, "reduction operator %d is not registered", redop_id);
  if (size != redop->sizeof_rhs) {
    core::bad_use(call, "values of reduction operator %d have %zu bytes, not %zu", redop_id,
                  redop->sizeof_rhs, size);
  }
  const size_t bytes = is_fold ? redop->sizeof_rhs : redop->sizeof_lhs;
  char* const place = bytes_of(instance, offset, bytes, call);
  core::Gpu* const gpu = core::gpu_of(instance);
  std::vector<char> copy(gpu ? bytes : 0);
  if (gpu) gpu->read(copy.data(), place, bytes);
  char* const target = gpu ? copy.data() : place;
  auto kernel = is_fold ? (is_exclusive ? redop->cpu_fold_excl_fn : redop->cpu_fold_nonexcl_fn)
                        : (is_exclusive ? redop->cpu_apply_excl_fn : redop->cpu_apply_nonexcl_fn);
  kernel(target, 0, data, 0, 1, redop->userdata);
  if (gpu) gpu->write(place, copy.data(), bytes);
}

}  // namespace

Memory RegionInstance::get_location() const {
  return exists() ? core::find_instance(*this, "RegionInstance::get_location").heap->info().handle
                  : Memory::NO_MEMORY;
}

AddressSpace RegionInstance::address_space() const {
  return 0;
}

const InstanceLayoutGeneric* RegionInstance::get_layout() const {
  return core::find_instance(*this, "RegionInstance::get_layout").layout.get();
}

Event RegionInstance::fetch_metadata(Processor target) const {
  core::need_target(target, "RegionInstance::fetch_metadata");
  core::InstanceRecord& record = core::find_instance(*this, "RegionInstance::fetch_metadata");
  return record.heap->ready_event(record);
}

void RegionInstance::read_untyped(size_t offset, void* data, size_t datalen) const {
  const char* from = bytes_of(*this, offset, datalen, "RegionInstance::read");
  if (core::Gpu* gpu = core::gpu_of(*this)) {
    gpu->read(data, from, datalen);
  } else {
    std::memcpy(data, from, datalen);
  }
}

void RegionInstance::write_untyped(size_t offset, const void* data, size_t datalen) const {
  char* to = bytes_of(*this, offset, datalen, "RegionInstance::write");
  if (core::Gpu* gpu = core::gpu_of(*this)) {
    gpu->write(to, data, datalen);
  } else {
    std::memcpy(to, data, datalen);
  }
}

void RegionInstance::reduce_apply_untyped(size_t offset, ReductionOpID redop_id, const void* data,
                                          size_t datalen, bool exclusive) const {
  reduce_bytes(*this, offset, redop_id, data, datalen, false, exclusive, "RegionInstance::reduce_apply");
}

void RegionInstance::reduce_fold_untyped(size_t offset, ReductionOpID redop_id, const void* data,
                                         size_t datalen, bool exclusive) const {
  reduce_bytes(*this, offset, redop_id, data, datalen, true, exclusive, "RegionInstance::reduce_fold");
}

void* RegionInstance::pointer_untyped(size_t offset, size_t datalen) const {
  char* base;
  core::InstanceRecord& record = core::find_allocated_instance(*this, "RegionInstance::pointer", base);
  const size_t bytes = record.layout->bytes_used;
  return offset > bytes || bytes - offset < datalen ? nullptr : base + offset;
}

Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const InstanceLayoutGeneric& ilg,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  return create_instance(inst, memory, ilg.clone(), prs, wait_on);
}

Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, InstanceLayoutGeneric* ilg,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  const char* call = "RegionInstance::create_instance";
  if (!ilg) core::bad_use(call, "the layout is null");
  std::unique_ptr<InstanceLayoutGeneric> layout(ilg);
  return core::find_heap(memory, call).create(call, inst, std::move(layout), nullptr, prs, wait_on);
}

Event RegionInstance::create_external_instance(RegionInstance& inst, Memory memory,
                                               const InstanceLayoutGeneric& ilg,
                                               const ExternalInstanceResource& resource,
                                               const ProfilingRequestSet& prs, Event wait_on) {
  return create_external_instance(inst, memory, ilg.clone(), resource, prs, wait_on);
}

Event RegionInstance::create_external_instance(RegionInstance& inst, Memory memory,
                                               InstanceLayoutGeneric* ilg,
                                               const ExternalInstanceResource& resource,
                                               const ProfilingRequestSet& prs, Event wait_on) {
  const char* call = "RegionInstance::create_external_instance";
  if (!ilg) core::bad_use(call, "the layout is null");
  std::unique_ptr<InstanceLayoutGeneric> layout(ilg);
  core::InstanceHeap& heap = core::find_heap(memory, call);
  const auto* bytes = dynamic_cast<const ExternalMemoryResource*>(&resource);
  if (!bytes && !dynamic_cast<const ExternalFileResource*>(&resource)) {
    core::bad_use(call, "this kind of external resource is not supported");
  }
  if (bytes && bytes->base == 0 && layout->bytes_used > 0) {
    core::bad_use(call, "the external memory of an instance of %zu bytes is null", layout->bytes_used);
  }
  if (!resource.satisfies(*layout)) {
    inst = NO_INST;
    UserEvent failure = UserEvent::create_user_event();
    failure.cancel();
    return failure;
  }
  return heap.create(call, inst, std::move(layout),
                     std::unique_ptr<ExternalInstanceResource>(resource.clone()), prs, wait_on);
}

Event RegionInstance::create_external(RegionInstance& inst, Memory memory, uintptr_t base,
                                      InstanceLayoutGeneric* ilg, const ProfilingRequestSet& prs,
                                      Event wait_on) {
  ExternalMemoryResource resource(base, ilg->bytes_used, false);
  return create_external_instance(inst, memory, ilg, resource, prs, wait_on);
}

void RegionInstance::destroy(Event wait_on) const {
  destroy({}, wait_on);
}

void RegionInstance::destroy(const std::vector<DestroyedField>& destroyed_fields, Event wait_on) const {
  const char* call = "RegionInstance::destroy";
  if (!exists()) return;
  core::InstanceRecord& record = core::find_instance(*this, call);
  record.heap->destroy(call, record, destroyed_fields, wait_on);
}

Event RegionInstance::redistrict(RegionInstance& instance, const InstanceLayoutGeneric* layout,
                                 const ProfilingRequestSet& prs, Event wait_on) {
  return redistrict(&instance, &layout, 1, &prs, wait_on);
}

Event RegionInstance::redistrict(RegionInstance* instances, const InstanceLayoutGeneric** layouts,
                                 size_t num_layouts, const ProfilingRequestSet* prs, Event wait_on) {
  const char* call = "RegionInstance::redistrict";
  core::InstanceRecord& record = core::find_instance(*this, call);
  if (num_layouts > 0 && (!instances || !layouts || !prs)) {
    core::bad_use(call, "the arrays for %zu new instances of instance %llx are null", num_layouts,
                  number(*this));
  }
  for (size_t k = 0; k < num_layouts; ++k) {
    if (!layouts[k]) core::bad_use(call, "layout %zu for instance %llx is null", k, number(*this));
  }
  return record.heap->redistrict(call, record, instances, layouts, num_layouts, prs, wait_on);
}

void RegionInstance::report_instance_fault(int reason, const void*, size_t) const {
  core::bad_use("RegionInstance::report_instance_fault", "fault %d of instance %llx is reported", reason,
                number(*this));
}

namespace detail {

Event create_with_layout(RegionInstance& inst, Memory memory,
                         const std::shared_ptr<const InstanceLayoutGeneric>& layout,
                         const ProfilingRequestSet& prs, Event wait_on) {
  const char* call = "RegionInstance::create_instance";
  return core::find_heap(memory, call).create(call, inst, layout, nullptr, prs, wait_on);
}

bool find_field(RegionInstance inst, FieldID field_id, FieldPlace& place) {
  char* base;
  core::InstanceRecord& record = core::find_allocated_instance(inst, "accessor", base);
  auto field = record.layout->fields.find(field_id);
  if (field == record.layout->fields.end()) return false;
  place.layout = record.layout.get();
  place.base = reinterpret_cast<uintptr_t>(base) + field->second.rel_offset;
  place.list_idx = field->second.list_idx;
  return true;
}

void incompatible_accessor(const char* accessor, RegionInstance inst, FieldID field_id) {
  const InstanceLayoutGeneric* layout = inst.get_layout();
  if (!layout->fields.count(field_id)) {
    core::bad_use(accessor, "instance %llx has no field %d", number(inst), field_id);
  }
  core::bad_use(accessor, "the layout of field %d of instance %llx does not allow this accessor", field_id,
                number(inst));
}

void access_out_of_bounds(RegionInstance inst) {
  core::bad_use("accessor", "a point outside of instance %llx is accessed", number(inst));
}

void wrong_layout_type(RegionInstance inst, int dimension) {
  const int actual = inst.get_layout()->dimension();
  if (actual != dimension) {
    core::bad_use("RegionInstance", "instance %llx has %d dimensions and is used with %d", number(inst),
                  actual, dimension);
  }
  core::bad_use("RegionInstance",
                "instance %llx is used with another coordinate type than it was created with", number(inst));
}

}  // namespace detail

}  // namespace Realm
