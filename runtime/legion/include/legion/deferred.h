// Memory that a task allocates for itself. Source: Legion's API, section 5.
//
// It is given back when the task ends, or by `destroy`. Values and buffers are handles, free to copy; they
// belong to the task that made them.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <map>

#include "legion/accessors.h"
#include "legion/redop.h"

namespace Legion {

template <typename T>
class DeferredValue;
template <typename REDOP, bool EXCLUSIVE>
class DeferredReduction;

namespace Internal {
Domain points_of(IndexSpace space);
// Of the running task; freed when it ends.
void* allocate_for_task(size_t bytes, size_t alignment, const char* what);
void free_for_task(void* address);
// Takes over the layout. The instance ends with the task.
Realm::RegionInstance instance_for_task(Realm::InstanceLayoutGeneric* layout, void* bytes);
// The running task's result.
void set_task_result(Context ctx, const void* value, size_t bytes);
[[noreturn]] void fail_deferred_size(const char* what, size_t have, size_t wanted);
}  // namespace Internal

// A value that the running task computes. A task may return it, or make it its result by `finalize`.
class UntypedDeferredValue {
 public:
  UntypedDeferredValue() = default;
  UntypedDeferredValue(size_t field_size, Memory, const void* initial_value = nullptr, size_t alignment = 16)
      : UntypedDeferredValue(field_size, initial_value, alignment) {}
  UntypedDeferredValue(size_t field_size, Memory::Kind = Memory::Z_COPY_MEM,
                       const void* initial_value = nullptr, size_t alignment = 16)
      : UntypedDeferredValue(field_size, initial_value, alignment) {}

  // The sizes must be the same.
  template <typename T>
  operator DeferredValue<T>() const;
  template <typename REDOP, bool EXCLUSIVE>
  operator DeferredReduction<REDOP, EXCLUSIVE>() const;
  size_t field_size() const { return bytes_; }
  void finalize(Context ctx) const { Internal::set_task_result(ctx, data_, bytes_); }
  Realm::RegionInstance get_instance() const;

  // For the runtime.
  void* deferred_data() const { return data_; }

 protected:
  UntypedDeferredValue(size_t bytes, const void* initial_value, size_t alignment)
      : data_(Internal::allocate_for_task(bytes, alignment, "DeferredValue")), bytes_(bytes) {
    if (initial_value) memcpy(data_, initial_value, bytes);
  }

  void* data_ = nullptr;
  size_t bytes_ = 0;
};

template <typename T, int DIM, typename COORD_T = coord_t, bool CHECK_BOUNDS = kChecksBounds>
class DeferredBuffer {
  template <typename>
  friend class UntypedDeferredBuffer;

 public:
  typedef T value_type;
  typedef T& reference;
  typedef const T& const_reference;
  static const int dim = DIM;

  DeferredBuffer() = default;
  DeferredBuffer(Memory::Kind, const Domain& bounds, const T* initial_value = nullptr,
                 size_t alignment = alignof(T), bool fortran_order_dims = false)
      : DeferredBuffer(bounds.template bounds<DIM, COORD_T>(), initial_value, alignment, fortran_order_dims) {
  }
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, Memory::Kind, const T* initial_value = nullptr,
                 size_t alignment = alignof(T), bool fortran_order_dims = false)
      : DeferredBuffer(bounds, initial_value, alignment, fortran_order_dims) {}
  DeferredBuffer(Memory, const Domain& bounds, const T* initial_value = nullptr,
                 size_t alignment = alignof(T), bool fortran_order_dims = false)
      : DeferredBuffer(bounds.template bounds<DIM, COORD_T>(), initial_value, alignment, fortran_order_dims) {
  }
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, Memory, const T* initial_value = nullptr,
                 size_t alignment = alignof(T), bool fortran_order_dims = false)
      : DeferredBuffer(bounds, initial_value, alignment, fortran_order_dims) {}

  // Dimensions in the order in which they are contiguous, the closest first.
  DeferredBuffer(Memory, const Domain& bounds, std::array<DimensionKind, DIM> ordering,
                 const T* initial_value = nullptr, size_t alignment = alignof(T))
      : DeferredBuffer(bounds.template bounds<DIM, COORD_T>(), ordering, initial_value, alignment) {}
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, Memory, std::array<DimensionKind, DIM> ordering,
                 const T* initial_value = nullptr, size_t alignment = alignof(T))
      : DeferredBuffer(bounds, ordering, initial_value, alignment) {}
  DeferredBuffer(Memory::Kind, const Domain& bounds, std::array<DimensionKind, DIM> ordering,
                 const T* initial_value = nullptr, size_t alignment = alignof(T))
      : DeferredBuffer(bounds.template bounds<DIM, COORD_T>(), ordering, initial_value, alignment) {}
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, Memory::Kind, std::array<DimensionKind, DIM> ordering,
                 const T* initial_value = nullptr, size_t alignment = alignof(T))
      : DeferredBuffer(bounds, ordering, initial_value, alignment) {}

  T read(const Point<DIM, COORD_T>& p) const { return *ptr(p); }
  void write(const Point<DIM, COORD_T>& p, T value) const { *ptr(p) = value; }
  T* ptr(const Point<DIM, COORD_T>& p) const {
    size_t at = 0;
    for (int d = 0; d < DIM; d++) at += static_cast<size_t>(p[d] - bounds_.lo[d]) * strides_[d];
    return data_ + at;
  }
  T* ptr(const Rect<DIM, COORD_T>& rect) const { return ptr(rect.lo); }
  // Strides in elements.
  T* ptr(const Rect<DIM, COORD_T>& rect, size_t strides[DIM]) const {
    for (int d = 0; d < DIM; d++) strides[d] = strides_[d];
    return ptr(rect.lo);
  }
  T& operator[](const Point<DIM, COORD_T>& p) const { return *ptr(p); }
  Rect<DIM, COORD_T> get_bounds() const { return bounds_; }
  // Over this memory, with field 0. It ends with the task.
  Realm::RegionInstance get_instance() const {
    int order[DIM];
    for (int d = 0; d < DIM; d++) order[d] = d;
    std::sort(order, order + DIM, [&](int a, int b) { return strides_[a] < strides_[b]; });
    return Internal::instance_for_task(
        Realm::InstanceLayoutGeneric::choose_instance_layout<DIM, COORD_T>(
            bounds_, Realm::InstanceLayoutConstraints(std::map<Realm::FieldID, size_t>{{0, sizeof(T)}}, 0),
            order),
        data_);
  }
  // For accessors.
  Internal::FieldPlacement placement() const {
    Internal::FieldPlacement place = {};
    place.base = reinterpret_cast<uintptr_t>(data_);
    for (int d = 0; d < DIM; d++) {
      place.strides[d] = strides_[d] * sizeof(T);
      place.base -= static_cast<uintptr_t>(bounds_.lo[d]) * place.strides[d];
    }
    place.space = Domain(bounds_);
    return place;
  }
  void destroy(Realm::Event precondition = Realm::Event::NO_EVENT) {
    if (precondition.exists()) precondition.wait();
    Internal::free_for_task(data_);
    data_ = nullptr;
  }

 private:
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, const T* initial_value, size_t alignment,
                 bool fortran_order_dims)
      : DeferredBuffer(bounds, order_of(fortran_order_dims), initial_value, alignment) {}
  DeferredBuffer(const Rect<DIM, COORD_T>& bounds, const std::array<DimensionKind, DIM>& ordering,
                 const T* initial_value, size_t alignment)
      : bounds_(bounds) {
    size_t count = 1;
    for (int k = 0; k < DIM; k++) {
      const int d = static_cast<int>(ordering[static_cast<size_t>(k)]) - static_cast<int>(LEGION_DIM_X);
      assert(d >= 0 && d < DIM);
      strides_[d] = count;
      count *= bounds.lo[d] > bounds.hi[d] ? 0 : static_cast<size_t>(bounds.hi[d] - bounds.lo[d]) + 1;
    }
    data_ = static_cast<T*>(Internal::allocate_for_task(count * sizeof(T), alignment, "DeferredBuffer"));
    if (initial_value)
      for (size_t k = 0; k < count; k++) data_[k] = *initial_value;
  }

  static std::array<DimensionKind, DIM> order_of(bool fortran_order_dims) {
    std::array<DimensionKind, DIM> order;
    for (int k = 0; k < DIM; k++) {
      order[static_cast<size_t>(k)] =
          static_cast<DimensionKind>(LEGION_DIM_X + (fortran_order_dims ? k : DIM - 1 - k));
    }
    return order;
  }

  T* data_ = nullptr;
  size_t strides_[DIM] = {};
  Rect<DIM, COORD_T> bounds_;
};

template <typename T>
class DeferredValue : public UntypedDeferredValue {
 public:
  typedef T value_type;
  typedef T& reference;
  typedef const T& const_reference;
  DeferredValue(T initial_value, size_t alignment = alignof(T))
      : UntypedDeferredValue(sizeof(T), &initial_value, alignment) {}
  T read() const { return *ptr(); }
  void write(T value) const { *ptr() = value; }
  T* ptr() const { return static_cast<T*>(data_); }
  T& ref() const { return *ptr(); }
  operator T() const { return *ptr(); }
  DeferredValue& operator=(T value) {
    *ptr() = value;
    return *this;
  }

 protected:
  friend class UntypedDeferredValue;
  explicit DeferredValue(const UntypedDeferredValue& value) : UntypedDeferredValue(value) {}
};

template <typename REDOP, bool EXCLUSIVE = false>
class DeferredReduction : public DeferredValue<typename REDOP::RHS> {
 public:
  DeferredReduction(size_t alignment = alignof(typename REDOP::RHS))
      : DeferredValue<typename REDOP::RHS>(REDOP::identity, alignment) {}
  void reduce(typename REDOP::RHS value) const { REDOP::template fold<EXCLUSIVE>(this->ref(), value); }
  void operator<<=(typename REDOP::RHS value) const { reduce(value); }

 private:
  friend class UntypedDeferredValue;
  explicit DeferredReduction(const UntypedDeferredValue& value) : DeferredValue<typename REDOP::RHS>(value) {}
};

template <typename T>
UntypedDeferredValue::operator DeferredValue<T>() const {
  if (bytes_ != sizeof(T)) Internal::fail_deferred_size("an UntypedDeferredValue", bytes_, sizeof(T));
  return DeferredValue<T>(*this);
}
template <typename REDOP, bool EXCLUSIVE>
UntypedDeferredValue::operator DeferredReduction<REDOP, EXCLUSIVE>() const {
  if (bytes_ != sizeof(typename REDOP::RHS))
    Internal::fail_deferred_size("an UntypedDeferredValue", bytes_, sizeof(typename REDOP::RHS));
  return DeferredReduction<REDOP, EXCLUSIVE>(*this);
}

// A buffer whose elements and dimensions are known when the program runs.
template <typename COORD_T = coord_t>
class UntypedDeferredBuffer {
 public:
  UntypedDeferredBuffer() = default;
  UntypedDeferredBuffer(size_t field_size, int dims, Memory::Kind, const Domain& bounds,
                        const void* initial_value = nullptr, size_t alignment = 16,
                        bool fortran_order_dims = false)
      : UntypedDeferredBuffer(field_size, dims, bounds, initial_value, alignment, fortran_order_dims) {}
  UntypedDeferredBuffer(size_t field_size, int dims, Memory, const Domain& bounds,
                        const void* initial_value = nullptr, size_t alignment = 16,
                        bool fortran_order_dims = false)
      : UntypedDeferredBuffer(field_size, dims, bounds, initial_value, alignment, fortran_order_dims) {}
  UntypedDeferredBuffer(size_t field_size, int dims, Memory::Kind, IndexSpace bounds,
                        const void* initial_value = nullptr, size_t alignment = 16,
                        bool fortran_order_dims = false)
      : UntypedDeferredBuffer(field_size, dims, Internal::points_of(bounds), initial_value, alignment,
                              fortran_order_dims) {}
  UntypedDeferredBuffer(size_t field_size, int dims, Memory, IndexSpace bounds,
                        const void* initial_value = nullptr, size_t alignment = 16,
                        bool fortran_order_dims = false)
      : UntypedDeferredBuffer(field_size, dims, Internal::points_of(bounds), initial_value, alignment,
                              fortran_order_dims) {}
  template <typename T, int DIM, bool CHECK_BOUNDS>
  UntypedDeferredBuffer(const DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS>& buffer)
      : data_(buffer.data_), place_(buffer.placement()), bytes_(sizeof(T)), dim_(DIM) {}

  // Size and dimensions must be the same.
  template <typename T, int DIM, bool CHECK_BOUNDS>
  operator DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS>() const {
    placement(sizeof(T), DIM);
    DeferredBuffer<T, DIM, COORD_T, CHECK_BOUNDS> buffer;
    buffer.data_ = static_cast<T*>(data_);
    buffer.bounds_ = place_.space.template bounds<DIM, COORD_T>();
    for (int d = 0; d < DIM; d++) buffer.strides_[d] = place_.strides[d] / sizeof(T);
    return buffer;
  }
  void destroy(Realm::Event precondition = Realm::Event::NO_EVENT) {
    if (precondition.exists()) precondition.wait();
    Internal::free_for_task(data_);
    data_ = nullptr;
  }
  // For accessors.
  Internal::FieldPlacement placement(size_t element_bytes, int dim) const {
    if (element_bytes != bytes_)
      Internal::fail_deferred_size("an UntypedDeferredBuffer", bytes_, element_bytes);
    if (dim != dim_)
      Internal::fail_deferred_size("the dimensions of an UntypedDeferredBuffer", static_cast<size_t>(dim_),
                                   static_cast<size_t>(dim));
    return place_;
  }

 private:
  UntypedDeferredBuffer(size_t bytes, int dim, const Domain& bounds, const void* initial_value,
                        size_t alignment, bool fortran_order_dims)
      : bytes_(bytes), dim_(dim) {
    if (bounds.get_dim() != dim)
      Internal::fail_deferred_size("the bounds of an UntypedDeferredBuffer",
                                   static_cast<size_t>(bounds.get_dim()), static_cast<size_t>(dim));
    size_t total = bytes;
    for (int k = 0; k < dim; k++) {
      const int d = fortran_order_dims ? k : dim - 1 - k;
      place_.strides[d] = total;
      const coord_t extent = bounds.hi()[d] - bounds.lo()[d] + 1;
      total *= extent > 0 ? static_cast<size_t>(extent) : 0;
    }
    data_ = Internal::allocate_for_task(total, alignment, "DeferredBuffer");
    if (initial_value)
      for (size_t at = 0; at < total; at += bytes)
        memcpy(static_cast<char*>(data_) + at, initial_value, bytes);
    place_.base = reinterpret_cast<uintptr_t>(data_);
    for (int d = 0; d < dim; d++) place_.base -= static_cast<uintptr_t>(bounds.lo()[d]) * place_.strides[d];
    place_.space = bounds;
  }

  void* data_ = nullptr;
  Internal::FieldPlacement place_ = {};
  size_t bytes_ = 0;
  int dim_ = 0;
};

namespace Internal {
template <typename COORD_T>
FieldPlacement placement_of_buffer(const UntypedDeferredBuffer<COORD_T>& buffer, size_t element_bytes,
                                   int dim) {
  return buffer.placement(element_bytes, dim);
}
}  // namespace Internal

}  // namespace Legion
