// Lists: the values of `list(T)` in generated code, and the operations of the language on them.
//
// A list never changes once it is made, so copies share its elements and count their users. A list of lists
// has lists as elements. As an argument of a task a list is copied with everything in it (ListDesc tells the
// runtime how).
//
// Thread safety: copies of a list may be used by several tasks; each copy belongs to one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "palatine_api.h"

namespace palatine::api {

// What copies of a list share. The elements follow from the derived type.
struct ListStore {
  int64_t references;
  void (*destroy)(ListStore* store);
};
inline void drop(ListStore* store) {
  if (store && __atomic_sub_fetch(&store->references, 1, __ATOMIC_ACQ_REL) == 0) store->destroy(store);
}

template <typename T>
class List {
 public:
  List() = default;
  // Elements are set before the list is copied for the first time.
  explicit List(uint64_t size) : size_(size) {
    Elements* store = new Elements{{1, &Elements::destroy_elements}, new T[size]()};
    data_ = store->elements;
    store_ = store;
  }
  List(const List& other) : size_(other.size_), data_(other.data_), store_(other.store_) {
    if (store_) __atomic_add_fetch(&store_->references, 1, __ATOMIC_RELAXED);
  }
  List(List&& other) noexcept : size_(other.size_), data_(other.data_), store_(other.store_) {
    other.size_ = 0;
    other.data_ = nullptr;
    other.store_ = nullptr;
  }
  List& operator=(List other) noexcept {
    ListStore* mine = store_;
    size_ = other.size_;
    data_ = other.data_;
    store_ = other.store_;
    other.store_ = mine;
    return *this;
  }
  ~List() { drop(store_); }

  uint64_t size() const { return size_; }
  const T& operator[](uint64_t k) const { return data_[k]; }
  void set(uint64_t k, T value) { data_[k] = static_cast<T&&>(value); }

 private:
  struct Elements : ListStore {
    T* elements;
    static void destroy_elements(ListStore* store) {
      Elements* self = static_cast<Elements*>(store);
      delete[] self->elements;
      delete self;
    }
  };

  // The runtime knows these three (ListImage).
  uint64_t size_ = 0;
  T* data_ = nullptr;
  // Null: the elements belong to somebody who outlives the list, the task for its arguments.
  ListStore* store_ = nullptr;
};

template <typename T>
inline constexpr bool is_list = false;
template <typename T>
inline constexpr bool is_list<List<T>> = true;

// A copy that owns its elements, however deep: what a task returns outlives its arguments.
template <typename T>
T owned(const T& value) {
  return value;
}
template <typename T>
List<T> owned(const List<T>& list) {
  List<T> result(list.size());
  for (uint64_t k = 0; k < list.size(); ++k) result.set(k, owned(list[k]));
  return result;
}

// The same for a result that is a text. Values of this type have no end that could free it: it stays.
void keep_text(void* result);
// The same for a result that serializes itself.
void keep_packed(void* result, uint64_t size_bytes, const PackDesc& pack);

// Makes a value at a place that holds none yet: arguments and results.
template <typename T>
union Room {
  T value;
  Room(T&& made) : value(static_cast<T&&>(made)) {}
  ~Room() {}
};
template <typename T>
void construct(void* place, T value) {
  Room<T> room(static_cast<T&&>(value));
  __builtin_memcpy(place, &room.value, sizeof(T));
}
template <typename T>
void destroy(void* value) {
  static_cast<T*>(value)->~T();
}

// ---- making lists of values

inline List<int32_t> list_range(int32_t first, int32_t limit) {
  List<int32_t> result(first < limit ? uint64_t(int64_t(limit) - int64_t(first)) : 0);
  for (uint64_t k = 0; k < result.size(); ++k) result.set(k, int32_t(first + int64_t(k)));
  return result;
}

template <int N>
List<PointOf<N>> list_of_points(Context& context, Ispace ispace) {
  List<PointOf<N>> result(context.volume(ispace));
  uint64_t k = 0;
  for (const Rect<N> box : boxes<N>(context, ispace)) {
    const uint64_t volume = volume_of<N>(box);
    for (uint64_t p = 0; p < volume; ++p) result.set(k++, point_of<N>(box, p));
  }
  return result;
}

// The shape of a list with `value` for every element that is no list.
template <typename T, typename V>
auto list_like(const T& shape, const V& value) {
  if constexpr (is_list<T>) {
    List<decltype(list_like(shape[0], value))> result(shape.size());
    for (uint64_t k = 0; k < shape.size(); ++k) result.set(k, list_like(shape[k], value));
    return result;
  } else {
    return value;
  }
}

// ---- elements

template <typename T>
T list_at(const List<T>& list, int32_t index, const char* message, SourceLoc loc) {
  if (index < 0 || uint64_t(index) >= list.size()) runtime_error(message, loc);
  return list[uint64_t(index)];
}

template <typename T>
List<T> list_slice(const List<T>& list, const List<int32_t>& indices, const char* message, SourceLoc loc) {
  List<T> result(indices.size());
  for (uint64_t k = 0; k < indices.size(); ++k) result.set(k, list_at(list, indices[k], message, loc));
  return result;
}

// The number of elements that are no lists.
template <typename T>
uint64_t leaf_count(const T&) {
  return 1;
}
template <typename T>
uint64_t leaf_count(const List<T>& list) {
  if constexpr (!is_list<T>) return list.size();
  uint64_t count = 0;
  for (uint64_t k = 0; k < list.size(); ++k) count += leaf_count(list[k]);
  return count;
}

// ---- lists of regions

// The subregions with the colours of a list.
template <int N, typename I>
List<Region> list_slice_partition(Context& context, Partition partition, const List<I>& colors,
                                  SourceLoc loc) {
  List<Region> result(colors.size());
  for (uint64_t k = 0; k < colors.size(); ++k) result.set(k, context.subregion<N>(partition, colors[k], loc));
  return result;
}

// New regions with the points and fields of these subregions.
template <int N, typename I>
List<Region> list_duplicate_partition(Context& context, Partition partition, const List<I>& colors,
                                      SourceLoc loc) {
  List<Region> result(colors.size());
  for (uint64_t k = 0; k < colors.size(); ++k)
    result.set(k, context.duplicate_region(context.subregion<N>(partition, colors[k], loc), loc));
  return result;
}

template <typename Visit>
void for_each_region(const Region& region, const Visit& visit) {
  visit(region);
}
template <typename T, typename Visit>
void for_each_region(const List<T>& list, const Visit& visit) {
  for (uint64_t k = 0; k < list.size(); ++k) for_each_region(list[k], visit);
}

// The numbers of scratch fields of a region, or of all regions of a list: an array in a struct.
template <typename Ids, typename T>
Ids scratch_fields(Context& context, const T& regions, const uint16_t* fields, SourceLoc loc) {
  uint64_t count = 0;
  for_each_region(regions, [&](const Region&) { ++count; });
  Region* all = new Region[count];
  count = 0;
  for_each_region(regions, [&](const Region& region) { all[count++] = region; });
  Ids ids;
  context.allocate_scratch_fields(all, count, fields, sizeof(Ids) / sizeof(uint32_t),
                                  reinterpret_cast<uint32_t*>(&ids), loc);
  delete[] all;
  return ids;
}
inline Region with_scratch_fields(Context& context, const Region& region, const uint16_t* fields,
                                  const uint32_t* ids, uint32_t count, SourceLoc loc) {
  return context.with_scratch_fields(region, fields, ids, count, loc);
}
template <typename T>
List<T> with_scratch_fields(Context& context, const List<T>& list, const uint16_t* fields,
                            const uint32_t* ids, uint32_t count, SourceLoc loc) {
  List<T> result(list.size());
  for (uint64_t k = 0; k < list.size(); ++k)
    result.set(k, with_scratch_fields(context, list[k], fields, ids, count, loc));
  return result;
}
template <typename T, typename Ids>
T with_scratch_fields(Context& context, const T& regions, const uint16_t* fields, const Ids& ids,
                      SourceLoc loc) {
  return with_scratch_fields(context, regions, fields, reinterpret_cast<const uint32_t*>(&ids),
                             sizeof(Ids) / sizeof(uint32_t), loc);
}

// For each region on the left the parts of those on the right that overlap it; `is_shallow`: these regions
// themselves.
inline List<List<Region>> list_cross_product(Context& context, const List<Region>& lhs,
                                             const List<Region>& rhs, bool is_shallow, SourceLoc loc) {
  const uint64_t rows = lhs.size(), columns = rhs.size();
  List<List<Region>> result(rows);
  Partition* parts = is_shallow ? nullptr : new Partition[columns];
  for (uint64_t j = 0; parts && j < columns; ++j)
    parts[j] = context.create_partition_by_regions(rhs[j], rows ? &lhs[0] : nullptr, rows, loc);
  for (uint64_t i = 0; i < rows; ++i) {
    uint64_t count = 0;
    for (uint64_t j = 0; j < columns; ++j) count += context.do_overlap(lhs[i], rhs[j]) ? 1 : 0;
    List<Region> row(count);
    uint64_t k = 0;
    for (uint64_t j = 0; j < columns; ++j) {
      if (!context.do_overlap(lhs[i], rhs[j])) continue;
      row.set(k++, parts ? context.subregion<1>(parts[j], int64_t(i), loc) : rhs[j]);
    }
    result.set(i, static_cast<List<Region>&&>(row));
  }
  delete[] parts;
  return result;
}

// The parts of a shallow product's regions that overlap the region on the left.
inline List<List<Region>> list_cross_product_complete(Context& context, const List<Region>& lhs,
                                                      const List<List<Region>>& product, SourceLoc loc) {
  if (lhs.size() != product.size())
    runtime_error("the lists of list_cross_product_complete have different sizes", loc);
  List<List<Region>> result(lhs.size());
  for (uint64_t i = 0; i < lhs.size(); ++i) {
    List<Region> row(product[i].size());
    for (uint64_t k = 0; k < row.size(); ++k) {
      const Partition part = context.create_partition_by_regions(product[i][k], &lhs[i], 1, loc);
      row.set(k, context.subregion<1>(part, 0, loc));
    }
    result.set(i, static_cast<List<Region>&&>(row));
  }
  return result;
}

// ---- lists of phase barriers

// A barrier that expects one arrival for every region of a product.
inline List<List<PhaseBarrier>> list_phase_barriers(Context& context, const List<List<Region>>& product) {
  List<List<PhaseBarrier>> result(product.size());
  for (uint64_t i = 0; i < product.size(); ++i) {
    List<PhaseBarrier> row(product[i].size());
    for (uint64_t k = 0; k < row.size(); ++k) row.set(k, context.create_phase_barrier(1));
    result.set(i, static_cast<List<PhaseBarrier>&&>(row));
  }
  return result;
}

// The barriers of a product by its right sides: row i has those of all products with `rhs[i]`. Regions
// correspond when they have the same colour. The regions of a product that is not shallow are parts of its
// right sides.
inline List<List<PhaseBarrier>> list_invert(Context& context, const List<Region>& rhs,
                                            const List<List<Region>>& product, bool is_shallow,
                                            const List<List<PhaseBarrier>>& barriers, SourceLoc loc) {
  if (product.size() != barriers.size())
    runtime_error("the product and the barriers of list_invert have different sizes", loc);
  for (uint64_t j = 0; j < product.size(); ++j) {
    if (product[j].size() != barriers[j].size())
      runtime_error("the product and the barriers of list_invert have different sizes", loc);
  }
  List<List<PhaseBarrier>> result(rhs.size());
  uint64_t used = 0;
  for (uint64_t i = 0; i < rhs.size(); ++i) {
    // `visit(j, k)` for the products with rhs[i].
    auto for_each_match = [&](auto visit) {
      for (uint64_t j = 0; j < product.size(); ++j) {
        for (uint64_t k = 0; k < product[j].size(); ++k) {
          if (context.have_same_color(rhs[i], product[j][k], !is_shallow, loc)) visit(j, k);
        }
      }
    };
    uint64_t count = 0;
    for_each_match([&](uint64_t, uint64_t) { ++count; });
    List<PhaseBarrier> row(count);
    uint64_t at = 0;
    for_each_match([&](uint64_t j, uint64_t k) { row.set(at++, barriers[j][k]); });
    result.set(i, static_cast<List<PhaseBarrier>&&>(row));
    used += count;
  }
  if (used < leaf_count(product)) runtime_error("a product of list_invert has no right side here", loc);
  return result;
}

template <typename T>
List<T> advance(Context& context, const List<T>& barriers) {
  List<T> result(barriers.size());
  for (uint64_t k = 0; k < barriers.size(); ++k) {
    if constexpr (is_list<T>) {
      result.set(k, advance(context, barriers[k]));
    } else {
      result.set(k, context.advance(barriers[k]));
    }
  }
  return result;
}
template <typename T>
List<T> adjust(Context& context, const List<T>& barriers, int32_t change) {
  List<T> result(barriers.size());
  for (uint64_t k = 0; k < barriers.size(); ++k) {
    if constexpr (is_list<T>) {
      result.set(k, adjust(context, barriers[k], change));
    } else {
      result.set(k, context.adjust(barriers[k], change));
    }
  }
  return result;
}
template <typename T>
List<T> arrive(Context& context, const List<T>& barriers, SourceLoc loc) {
  for (uint64_t k = 0; k < barriers.size(); ++k) {
    if constexpr (is_list<T>) {
      arrive(context, barriers[k], loc);
    } else {
      context.arrive(barriers[k], loc);
    }
  }
  return barriers;
}
template <typename T>
void await(Context& context, const List<T>& barriers, SourceLoc loc) {
  for (uint64_t k = 0; k < barriers.size(); ++k) {
    if constexpr (is_list<T>) {
      await(context, barriers[k], loc);
    } else {
      context.await(barriers[k], loc);
    }
  }
}

// Conditions some of which are lists; the first `Awaits` values are waited for.
template <int Awaits>
class ListedConditions {
 public:
  template <typename... Values>
  explicit ListedConditions(const Values&... values) {
    list_ = new PhaseBarrier[(leaf_count(values) + ... + 0) + 1];
    (add(values), ...);
  }
  ~ListedConditions() { delete[] list_; }
  ListedConditions(const ListedConditions&) = delete;
  ListedConditions& operator=(const ListedConditions&) = delete;
  ConditionList view() const { return {list_, await_count_, count_ - await_count_}; }

 private:
  template <typename T>
  void add(const T& value) {
    append(value);
    if (++values_ <= Awaits) await_count_ = count_;
  }
  void append(PhaseBarrier barrier) { list_[count_++] = barrier; }
  template <typename T>
  void append(const List<T>& list) {
    for (uint64_t k = 0; k < list.size(); ++k) append(list[k]);
  }

  PhaseBarrier* list_;
  uint32_t count_ = 0, await_count_ = 0;
  int values_ = 0;
};

// ---- copies and fills

// What a value is for element k of a list: its own element, or the value itself.
template <typename T>
const T& part_of(const T& value, uint64_t, SourceLoc) {
  return value;
}
template <typename T>
const T& part_of(const List<T>& list, uint64_t k, SourceLoc loc) {
  if (k >= list.size()) runtime_error("a copy has more regions than barriers", loc);
  return list[k];
}

// Copies region by region: lists meet element by element, a region meets every element of a list. Barriers
// follow the target.
template <int Awaits, typename S, typename D, typename... Barriers>
void copy_listed(Context& context, const S& source, const D& target, const CopyField* fields, uint32_t count,
                 SourceLoc loc, const Barriers&... barriers) {
  if constexpr (is_list<S>) {
    if (source.size() != target.size()) runtime_error("mismatch in number of regions to copy", loc);
    for (uint64_t k = 0; k < source.size(); ++k) {
      copy_listed<Awaits>(context, source[k], target[k], fields, count, loc, part_of(barriers, k, loc)...);
    }
  } else if constexpr (is_list<D>) {
    for (uint64_t k = 0; k < target.size(); ++k) {
      copy_listed<Awaits>(context, source, target[k], fields, count, loc, part_of(barriers, k, loc)...);
    }
  } else {
    context.copy(source, target, fields, count, ListedConditions<Awaits>(barriers...).view(), loc);
  }
}

template <typename V, typename T>
void fill(Context& context, const List<T>& list, uint16_t field, const V& value, SourceLoc loc) {
  for (uint64_t k = 0; k < list.size(); ++k) fill<V>(context, list[k], field, value, loc);
}

}  // namespace palatine::api
