// What generated code writes often: short forms of the calls of the running task (palatine_api.h, which
// includes this file). All inline.
#pragma once

#include "palatine_api.h"

namespace palatine::api {

// The dense boxes of an index space, for a range-based loop.
template <int N>
struct Boxes {
  const Rect<N>* first;
  size_t count;
  const Rect<N>* begin() const { return first; }
  const Rect<N>* end() const { return first + count; }
};
template <int N>
Boxes<N> boxes(Context& context, Ispace ispace) {
  Boxes<N> result;
  result.first = context.rects<N>(ispace, result.count);
  return result;
}

// The same of a region; `place` as in Context::mapped.
template <int N>
Boxes<N> boxes(Context& context, Region region, uint32_t place = 0) {
  Boxes<N> result;
  result.first = context.region_rects<N>(region, place, result.count);
  return result;
}

// Whether the point is one of the index space's.
template <int N>
bool contains(Context& context, Ispace ispace, const PointOf<N>& point) {
  return context.contains<N>(ispace, point);
}

// `dynamic_cast` of pointers: null where no index space has the point.
template <int N>
PointOf<N> pointer_into_one(Context& context, const PointOf<N>& point, const PointOf<N>& null,
                            Ispace ispace) {
  return contains<N>(context, ispace, point) ? point : null;
}
template <int N, typename... Ispaces>
MultiPointer<N> pointer_into_many(Context& context, const PointOf<N>& point, const PointOf<N>& null,
                                  Ispaces... ispaces) {
  const Ispace list[] = {ispaces...};
  for (size_t k = 0; k < sizeof...(ispaces); ++k) {
    if (contains<N>(context, list[k], point)) return {point, uint8_t(k + 1)};
  }
  return {null, 0};
}

template <typename... Partitions>
CrossProduct cross_product(Context& context, const Partitions&... partitions) {
  const Partition list[] = {partitions...};
  return context.create_cross_product(list, sizeof...(Partitions));
}

// Launches with an argument struct; `futures` are FutureArgs.
template <typename Args, typename... Futures>
Future launch(Context& context, const LaunchSiteDesc& site, const Args& args, const Futures&... futures) {
  if constexpr (sizeof...(Futures) == 0) {
    return context.launch(site, &args, nullptr, 0);
  } else {
    const FutureArg list[] = {futures...};
    return context.launch(site, &args, list, sizeof...(Futures));
  }
}

template <typename ConditionsOfCall, typename Args, typename... Futures>
Future launch_with(Context& context, const ConditionsOfCall& conditions, const LaunchSiteDesc& site,
                   const Args& args, const Futures&... futures) {
  if constexpr (sizeof...(Futures) == 0) {
    return context.launch(site, &args, nullptr, 0, conditions.view());
  } else {
    const FutureArg list[] = {futures...};
    return context.launch(site, &args, list, sizeof...(Futures), conditions.view());
  }
}

template <int Awaits, int Arrives>
void copy(Context& context, Region source, Region target, const CopyField* fields, uint32_t count,
          const Conditions<Awaits, Arrives>& conditions, SourceLoc loc) {
  context.copy(source, target, fields, count, conditions.view(), loc);
}

template <typename ConditionsOfCall>
void order(Context& context, Region region, const uint16_t* fields, uint32_t count,
           const ConditionsOfCall& conditions) {
  context.order(region, fields, count, conditions.view());
}

template <typename ConditionsOfCall>
void release(Context& context, Region region, const uint16_t* fields, uint32_t count,
             const ConditionsOfCall& conditions, SourceLoc loc) {
  context.order(region, fields, count, conditions.view());
  context.flush_hdf5(region, fields, count, loc);
}
inline const char* const* dataset_names(const char* const* names) {
  return names;
}
template <typename T, size_t N>
const char* const* dataset_names(const Array<T, N>& names) {
  return (const char* const*)names.e;
}

// The C API's structs are told to the compiler by layout only.
template <typename Raw>
Ispace import_ispace(Context& context, const Raw& raw, int dim, const char* name, SourceLoc loc) {
  return context.import_ispace(__builtin_bit_cast(RawIspace, raw), dim, name, loc);
}
template <typename Raw, typename Ids>
Region import_region(Context& context, Ispace ispace, const Raw& raw, const Ids& ids,
                     const FieldSpaceDesc& fields, const char* ispace_name, const char* name, SourceLoc loc) {
  return context.import_region(ispace, __builtin_bit_cast(RawRegion, raw), ids.e, fields, ispace_name, name,
                               loc);
}
template <typename Raw>
Partition import_partition(Context& context, Region region, Ispace colors, const Raw& raw, bool is_disjoint,
                           const char* region_name, const char* name, SourceLoc loc) {
  return context.import_partition(region, colors, __builtin_bit_cast(RawPartition, raw), is_disjoint,
                                  region_name, name, loc);
}
template <typename Raw, typename... Partitions>
CrossProduct import_cross_product(Context& context, const Raw& raw, SourceLoc loc,
                                  const Partitions&... partitions) {
  const Partition list[] = {partitions...};
  return context.import_cross_product(__builtin_bit_cast(RawCrossProduct, raw), list, sizeof...(Partitions),
                                      loc);
}

// Calls when the block ends (Terra's `defer`).
template <typename Call>
struct Deferred {
  Call call;
  ~Deferred() { call(); }
};
template <typename Call>
Deferred(Call) -> Deferred<Call>;

// Maps, and gives up, the fields that the MapDescs name.
template <typename... Maps>
void map(Context& context, SourceLoc loc, const Maps&... maps) {
  const MapDesc list[] = {maps...};
  context.map(list, sizeof...(Maps), loc);
}
template <typename... Maps>
void unmap(Context& context, SourceLoc, const Maps&... maps) {
  const MapDesc list[] = {maps...};
  context.unmap(list, sizeof...(Maps));
}

// Issues an index launch and waits for its folded result.
template <typename T>
T fold(Context& context, IndexLauncher& launcher, T initial) {
  return launcher.issue(&initial).template get<T>(context);
}

namespace detail {
template <typename T>
const T& take(const void* const*& next) {
  return *static_cast<const T*>(*next++);
}
// A copy of captured bytes, aligned as their type needs.
template <typename Function>
union Captured {
  Function function;
  explicit Captured(const void* bytes) { __builtin_memcpy(&function, bytes, sizeof(Function)); }
  ~Captured() {}
};
template <typename R>
struct Called {
  R value;
  template <typename Function, typename... T>
  Called(const Function& function, const T&... values) : value(function(values...)) {}
};
}  // namespace detail

// An operand of a computation on futures.
template <typename T>
struct Operand {
  const Future& future;
};
// `function(values of the operands ...)`, when they are there. The function is copied as bytes.
template <typename R, typename Function, typename... T>
Future defer(Context& context, const Function& function, const Operand<T>&... operands) {
  const Future* const list[] = {&operands.future...};
  auto compute = [](void* result, const void* const* values, const void* captured) {
    const detail::Captured<Function> copied(captured);
    // Braces: the values are taken in order.
    const detail::Called<R> called{copied.function, detail::take<T>(values)...};
    __builtin_memcpy(result, &called.value, sizeof(R));
  };
  return context.defer(compute, sizeof(R), list, sizeof...(T), &function, sizeof(Function));
}

// A trace, until the block ends. `number` is the statement's within its task.
class Trace {
 public:
  Trace(Context& context, uint32_t number) : context_(context), id_((uint64_t{1} << 32) + number) {
    context_.begin_trace(id_);
  }
  ~Trace() { context_.end_trace(id_); }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

 private:
  Context& context_;
  uint64_t id_;
};

// A future that holds `value`.
template <typename T>
Future ready(const T& value) {
  return Future::from_bytes(&value, sizeof(T));
}

template <typename T>
void fill(Context& context, Region region, uint16_t field, const T& value, SourceLoc loc) {
  context.fill(region, field, &value, sizeof(T), loc);
}

// `regentlib.assert`: prints `assertion failed: MESSAGE` with its place, flushes standard output and aborts.
[[noreturn]] void assertion_failed(const char* message, SourceLoc loc);
// A checked error at run time: `FILE:LINE: MESSAGE`, exit code 1.
[[noreturn]] void runtime_error(const char* message, SourceLoc loc);

// The index, if it lies in the box; else a runtime error.
template <int N>
PointOf<N> in_bounds(const PointOf<N>& index, const Rect<N>& box, const char* message, SourceLoc loc) {
  if (!(box.lo <= index && index <= box.hi)) runtime_error(message, loc);
  return index;
}
template <int N>
MultiPointer<N> in_bounds(const MultiPointer<N>& pointer, const Rect<N>& box, const char* message,
                          SourceLoc loc) {
  in_bounds<N>(pointer.point, box, message, loc);
  return pointer;
}

// Whether the accessors name the same array: those of regions of one tree mostly do, since a root has one
// instance on a memory.
template <int N, typename First, typename... Rest>
bool are_one(const First& first, const Rest&... rest) {
  const auto is_same = [&first](const auto& other) {
    bool is_it = first.base == other.base;
    for (int d = 1; d < N; ++d) is_it = is_it && first.stride_bytes[d - 1] == other.stride_bytes[d - 1];
    return is_it;
  };
  return (is_same(rest) && ...);
}
// An element behind a pointer into one of several regions, whose accessors come in the order of its bounds.
// Which region it is need not be asked, nor guessed by the processor, where they are one array.
template <int N, typename Last>
auto* place_in(const MultiPointer<N>& pointer, int, const Last& last) {
  return &last[pointer.point];
}
template <int N, typename First, typename Second, typename... Rest>
auto* place_in(const MultiPointer<N>& pointer, int region, const First& first, const Second& second,
               const Rest&... rest) {
  return pointer.region == region ? &first[pointer.point] : place_in<N>(pointer, region + 1, second, rest...);
}
template <int N, typename First, typename... Rest>
auto& element_in(const MultiPointer<N>& pointer, const First& first, const Rest&... rest) {
  using Place = decltype(place_in<N>(pointer, 1, first, rest...));
  if (are_one<N>(first, rest...)) return *static_cast<Place>(&first[pointer.point]);
  return *place_in<N>(pointer, 1, first, rest...);
}

// How a loop goes through the rows of a box. Where its arrays are larger than the caches, it goes in steps,
// and at each step fetches what it will need some steps later, in this row or the next: the processor sees a
// row coming only once it is in it, and fetches beyond its end.
class Ahead {
 public:
  static constexpr int64_t kStep = 64;

  template <int N>
  Ahead(const Rect<N>& box, uint64_t point_bytes)
      : row_points_(component(box.hi, 0) - component(box.lo, 0) + 1), end_(component(box.hi, 0) + 1) {
    if (row_points_ < kDistance) return;
    uint64_t rows = 1;
    for (int d = 1; d < N; ++d) {
      const int64_t lo = component(box.lo, d), hi = component(box.hi, d);
      rows *= hi < lo ? 0 : static_cast<uint64_t>(hi) - static_cast<uint64_t>(lo) + 1;
    }
    is_far_ = rows * static_cast<uint64_t>(row_points_) >= kFarBytes / point_bytes;
  }

  bool is_far() const { return is_far_; }
  // Where the step that begins at `from` ends.
  int64_t step_end(int64_t from) const { return is_far_ ? short_step_end(from) : end_; }
  // The same where steps must not be longer than `kStep`.
  int64_t short_step_end(int64_t from) const { return end_ - from > kStep ? from + kStep : end_; }

  // `point`: where a step begins.
  template <typename T, int N>
  void fetch(const Accessor<T, N>& array, const PointOf<N>& point) const {
    constexpr int64_t kSize = static_cast<int64_t>(sizeof(T));
    int64_t distance = kDistance * kSize;
    if constexpr (N > 1) {
      if (component(point, 0) + kDistance >= end_) distance += array.stride_bytes[0] - row_points_ * kSize;
    }
    // No number: Clang would take an address that was one for any other.
    const char* const first = reinterpret_cast<const char*>(&array[point]) + distance;
#pragma unroll 16
    for (int64_t at = 0; at < kStep * kSize; at += 64) __builtin_prefetch(first + at);
  }

 private:
  static constexpr int64_t kDistance = 128;
  // More than what is near to a core: with 4.5 MB, steps cost more than they gained.
  static constexpr uint64_t kFarBytes = 8 << 20;

  int64_t row_points_, end_;
  bool is_far_ = false;
};

// The bytes from an array's first element within the box to its last one; all there are when rows go
// backwards.
struct ByteRange {
  const char* begin;
  const char* end;
};
template <typename T, int N>
ByteRange bytes_of(const Accessor<T, N>& array, const Rect<N>& box) {
  if (!(box.lo <= box.hi)) return {nullptr, nullptr};
  for (int d = 1; d < N; ++d) {
    if (array.stride_bytes[d - 1] < 0) return {nullptr, reinterpret_cast<const char*>(UINTPTR_MAX)};
  }
  return {reinterpret_cast<const char*>(&array[box.lo]), reinterpret_cast<const char*>(&array[box.hi] + 1)};
}
// Whether each of the first `Written` ranges overlaps none of the others.
template <int Written, int Count>
bool are_apart(const ByteRange (&ranges)[Count]) {
  for (int a = 0; a < Written; ++a) {
    for (int b = a + 1; b < Count; ++b) {
      if (ranges[a].begin < ranges[b].end && ranges[b].begin < ranges[a].end) return false;
    }
  }
  return true;
}

template <int N>
PointOf<N> in_ispace(Context& context, const PointOf<N>& point, Ispace ispace, const char* message,
                     SourceLoc loc) {
  if (!contains<N>(context, ispace, point)) runtime_error(message, loc);
  return point;
}
template <typename T>
T in_array(T index, uint64_t count, const char* message, SourceLoc loc) {
  if (index < 0 || static_cast<uint64_t>(index) >= count) runtime_error(message, loc);
  return index;
}

// `dynamic_cast` of a partition.
inline Partition disjoint_partition(Context& context, Partition partition, const char* message,
                                    SourceLoc loc) {
  if (!context.is_disjoint(partition)) runtime_error(message, loc);
  return partition;
}

// `image(parent, source, task)`: the rects that a task makes of the bounds of `source`'s colours, which have
// C dimensions. All of them are launched before the first one is waited for.
template <int C, int N, typename Args>
Partition image_by_task(Context& context, const LaunchSiteDesc& site, Region parent, Partition source,
                        const PartitionInfo& info) {
  const Rect<C> colors = context.bounds<C>(context.partition_colors(source));
  const uint64_t count = volume_of<C>(colors);
  Future* results = new Future[count];
  for (uint64_t k = 0; k < count; ++k) {
    const Region piece = context.subregion<C>(source, point_of<C>(colors, k), info.loc);
    results[k] = launch(context, site, Args{context.bounds<N>(context.region_ispace(piece))});
  }
  Rect<N>* rects = new Rect<N>[count];
  for (uint64_t k = 0; k < count; ++k) rects[k] = results[k].get<Rect<N>>(context);
  delete[] results;
  const Partition image = context.create_partition_by_rects<N>(parent, source, rects, info);
  delete[] rects;
  return image;
}

}  // namespace palatine::api
