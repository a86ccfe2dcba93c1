// Regions whose size a task decides. Source: Legion's API, section 3.1.
//
// Who launches gives an OutputRequirement for each; the task finds an OutputRegion for it and returns a
// buffer for each of its fields. When the launch returns, the requirement names the region, and its partition
// by the points of an index launch: the launching task waits for the sizes.
#pragma once

#include "legion/deferred.h"

namespace Legion {

namespace Internal {
struct OutputSlot;

// One returned buffer: element (0, 0, ...) and the distances of elements, in bytes.
struct OutputBuffer {
  FieldID field;
  int dim;
  coord_t extents[LEGION_MAX_DIM];
  size_t strides[LEGION_MAX_DIM];
  const void* base;
  size_t element_bytes;
};
void return_output(OutputSlot* slot, const OutputBuffer& buffer);
// What the mapper wants of a buffer: dimensions, the closest first. Raises the alignment.
void output_layout(const OutputSlot* slot, FieldID field, int dim, DimensionKind* order, size_t& alignment);
}  // namespace Internal

// Belongs to the running task. The buffers that are returned must live until its end, and are read then.
class OutputRegion {
 public:
  OutputRegion() = default;
  explicit OutputRegion(Internal::OutputSlot* slot) : slot_(slot) {}

  bool exists() const { return slot_ != nullptr; }
  // Regions are made when the launch is complete.
  bool is_valid_output_region() const { return false; }
  Memory target_memory() const {
    return Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
  }
  // `extents`: how many elements there are in each dimension. With `return_buffer` the buffer is the field's
  // data, as with `return_data`.
  template <typename T, int DIM, typename COORD_T = coord_t, bool CHECK_BOUNDS = kChecksBounds>
  DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS> create_buffer(const Point<DIM, COORD_T>& extents,
                                                              FieldID field, const T* initial_value = nullptr,
                                                              bool return_buffer = false) {
    Rect<DIM, COORD_T> bounds;
    for (int d = 0; d < DIM; d++) {
      bounds.lo[d] = 0;
      bounds.hi[d] = extents[d] - 1;
    }
    std::array<DimensionKind, DIM> order;
    size_t alignment = alignof(T);
    Internal::output_layout(slot_, field, DIM, order.data(), alignment);
    DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS> buffer(bounds, Memory::SYSTEM_MEM, order, initial_value,
                                                         alignment);
    if (return_buffer) return_data(extents, field, buffer);
    return buffer;
  }
  // The first `extents` elements of a buffer are the field's data.
  template <typename T, int DIM, typename COORD_T, bool CHECK_BOUNDS>
  void return_data(const Point<DIM, COORD_T>& extents, FieldID field,
                   const DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS>& buffer) {
    const Internal::FieldPlacement place = buffer.placement();
    Internal::OutputBuffer returned = {field, DIM, {}, {}, nullptr, sizeof(T)};
    uintptr_t base = place.base;
    const Rect<DIM, COORD_T> bounds = buffer.get_bounds();
    for (int d = 0; d < DIM; d++) {
      returned.extents[d] = extents[d];
      returned.strides[d] = place.strides[d];
      base += static_cast<uintptr_t>(bounds.lo[d]) * place.strides[d];
    }
    returned.base = reinterpret_cast<const void*>(base);
    Internal::return_output(slot_, returned);
  }

 private:
  Internal::OutputSlot* slot_ = nullptr;
};

}  // namespace Legion
