// Memory that a task allocates for itself. Source: Legion's API, section 5.
//
// It is given back when the task ends, or by `destroy`. Values and buffers are handles, free to copy; they
// belong to the task that made them.
#pragma once

#include <array>
#include <cassert>

#include "legion/accessors.h"
#include "legion/redop.h"

namespace Legion {

namespace Internal {
// Of the running task; freed when it ends.
void* allocate_for_task(size_t bytes, size_t alignment, const char* what);
void free_for_task(void* address);
}  // namespace Internal

template <typename T, int DIM, typename COORD_T = coord_t, bool CHECK_BOUNDS = kChecksBounds>
class DeferredBuffer {
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
class DeferredValue {
 public:
  typedef T value_type;
  DeferredValue(T initial_value, size_t alignment = alignof(T))
      : data_(static_cast<T*>(Internal::allocate_for_task(sizeof(T), alignment, "DeferredValue"))) {
    *data_ = initial_value;
  }
  T read() const { return *data_; }
  void write(T value) const { *data_ = value; }
  T* ptr() const { return data_; }
  T& ref() const { return *data_; }
  operator T() const { return *data_; }
  DeferredValue& operator=(T value) {
    *data_ = value;
    return *this;
  }

 protected:
  T* data_;
};

template <typename REDOP, bool EXCLUSIVE = false>
class DeferredReduction : public DeferredValue<typename REDOP::RHS> {
 public:
  DeferredReduction(size_t alignment = alignof(typename REDOP::RHS))
      : DeferredValue<typename REDOP::RHS>(REDOP::identity, alignment) {}
  void reduce(typename REDOP::RHS value) const { REDOP::template fold<EXCLUSIVE>(*this->data_, value); }
  void operator<<=(typename REDOP::RHS value) const { reduce(value); }
};

}  // namespace Legion
