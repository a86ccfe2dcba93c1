// The interface between generated code and a runtime: the only thing that generated code sees.
//
// It is small, neutral about the engine below it, and implementable on Legion's public C++ API: handles are
// ids, arguments are plain bytes, tasks are registered by descriptor, and all effects go through privileges.
// Descriptors are constants that the compiler emits once; they carry what the compiler knows to the runtime.
//
// Everything here is precompiled for generated code, which is compiled without the C++ library: only C
// headers are included here.
//
// Thread safety: a Context belongs to one running task and is used by that task only. Handles, futures and
// descriptors may be copied between tasks.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "palatine_values.h"

namespace palatine::api {

struct SourceLoc {
  const char* file;
  uint32_t line;
};

// ---- handles
// -----------------------------------------------------------------------------------------------------

// Handles are ids of the runtime's tables; 0 is none. They are arguments of tasks as they are.
struct Ispace {
  uint32_t id;
};
// `view` says which fields of the region's tree its fields are; 0: all of them, by their own numbers.
struct Region {
  uint32_t id;
  uint32_t view = 0;
};
struct Partition {
  uint32_t id;
  uint32_t view = 0;
};
struct CrossProduct {
  uint32_t id;
  uint32_t view = 0;
};
// A phase of a barrier.
struct PhaseBarrier {
  uint64_t id;
};
// A phase of a dynamic collective: a barrier whose arrivals bring values.
struct DynamicCollective {
  PhaseBarrier barrier;
  uint64_t number;  // of the collective
};
// The least and the greatest number of a type.
template <typename T>
constexpr T greatest() {
  if constexpr (T(0.5) != T(0)) {
    return T(__builtin_inf());
  } else if constexpr (T(-1) < T(0)) {
    return T((uint64_t{1} << (8 * sizeof(T) - 1)) - 1);
  } else {
    return T(-1);
  }
}
template <typename T>
constexpr T least() {
  if constexpr (T(0.5) != T(0)) {
    return -greatest<T>();
  } else {
    return T(~greatest<T>());
  }
}
struct CollectiveDesc {
  uint32_t size_bytes;
  // *target = *target op *value
  void (*fold)(void* target, const void* value);
};

// ---- descriptors (constant, emitted once)
// --------------------------------------------------------------------------

struct FieldDesc {
  const char* name;  // "a.b"
  uint32_t size_bytes;
  uint32_t align_bytes;
};
// Field k of a region is leaf k of its element type.
struct FieldSpaceDesc {
  const char* name;
  const FieldDesc* fields;
  uint32_t field_count;
  // How many scratch fields like each field there may be at a time; 0 in programs that have none.
  uint32_t scratch_count = 0;
};

// A `text` is a pointer to characters that end with 0; they are copied when the task is launched. So is a
// `packed` value with all that belongs to it, by functions of the program.
enum class ParamKind : uint8_t { value, ispace, region, partition, list, text, packed };
struct PackDesc {
  // The bytes that `write` needs beside the value.
  uint64_t (*size_bytes)(const void* value);
  // Writes the value itself to `fixed` and the rest to `*data`, which moves on.
  void (*write)(const void* value, void* fixed, void** data);
  void (*read)(void* fixed, void** data, void* value);
};
// The elements of a list; of a list of lists, what the elements of these are.
struct ListDesc {
  ParamKind element;
  uint32_t element_size_bytes;
  const ListDesc* inner = nullptr;  // of `list`
};
struct ParamDesc {
  const char* name;
  ParamKind kind;
  uint32_t offset;  // into the argument struct
  uint32_t size_bytes;
  const ListDesc* list = nullptr;  // of `list`
  const PackDesc* pack = nullptr;  // of `packed`
};

enum class Privilege : uint8_t { none, read, read_write, write_discard, reduce };
enum class ReductionOp : uint8_t { add, subtract, multiply, divide, max, min };

// Fields of one region parameter that share a privilege.
struct RequirementDesc {
  uint16_t param;  // index into TaskDesc::params
  Privilege privilege;
  ReductionOp reduction;   // of `reduce`
  const uint16_t* fields;  // leaf indices, ascending
  uint16_t field_count;
  // Coherence `simultaneous` or `relaxed`: such uses do not wait for each other.
  bool is_shared = false;
  // Of `write_discard`: every point is written before it is read, whatever the arguments are. Then no old
  // values are moved to where the task runs.
  bool overwrites = false;
};

// At which point of the innermost loop a task was launched, for C code that asks for it; 0 dimensions when in
// none.
struct LoopPoint {
  int32_t dim = 0;
  int64_t c[kMaxDim] = {};
};
template <int N>
LoopPoint loop_point(const PointOf<N>& point) {
  LoopPoint result;
  result.dim = N;
  for (int d = 0; d < N; ++d) result.c[d] = component(point, d);
  return result;
}

class Context;

struct TaskDesc {
  const char* name;
  SourceLoc loc;
  uint32_t args_size_bytes;
  uint32_t args_align_bytes;
  uint32_t result_size_bytes;  // 0: no result
  const ParamDesc* params;
  uint16_t param_count;
  const RequirementDesc* requirements;
  uint16_t requirement_count;
  bool is_leaf;   // launches nothing: runs on the worker's own stack
  bool is_inner;  // accesses no region data: nothing is mapped for it
  bool is_idempotent;
  bool is_replicable;
  // `args` is the argument struct (future arguments already replaced by their values); `result` has room for
  // the result. Called on any worker.
  void (*body)(Context& context, const void* args, void* result);
  // Parameters that are phase barriers: the task starts after the phase before the one that it awaits, and
  // arrives when it is complete.
  const uint16_t* awaits = nullptr;
  uint16_t await_count = 0;
  const uint16_t* arrives = nullptr;
  uint16_t arrive_count = 0;
  // Ends the life of a result, where that has to be done; else null.
  void (*destroy_result)(void* result) = nullptr;
  // Which of the program's mappers decides about the task, and what it is told.
  uint32_t mapper_id = 0;
  uint64_t mapping_tag = 0;
  // Further variants, which mappers can choose: each runs the same body.
  const char* const* variant_names = nullptr;
  uint32_t variant_count = 0;
  // 1 + the offset of a LoopPoint in the argument struct; 0: the task does not want it.
  uint32_t loop_point = 0;
  // The same task for a GPU, called on a thread of the host that works for the device: statements between the
  // loops run there, the loops are kernels (palatine_kernel.h) queued on the task's stream. The addresses of
  // mapped fields are addresses that the device can access. The task is complete when the body has returned
  // and its stream has done what was queued. Null: the task has no such form.
  void (*gpu_body)(Context& context, const void* args, void* result) = nullptr;
  // What that queues follows from its arguments and the shapes of its regions alone, and it waits for
  // nothing.
  bool gpu_repeats = false;
  // What the program calls the task in C++, or 0.
  uint32_t given_id = 0;
  // Of a task that is implemented in C++: 1 + the offset of an ExternState in the argument struct.
  uint32_t extern_state = 0;
};

// Barriers of one launch or copy: `list` has those that are awaited, then those that are arrived at.
struct ConditionList {
  const PhaseBarrier* list = nullptr;
  uint32_t await_count = 0;
  uint32_t arrive_count = 0;
};
template <int Awaits, int Arrives>
struct Conditions {
  PhaseBarrier list[Awaits + Arrives > 0 ? Awaits + Arrives : 1];
  ConditionList view() const { return {list, Awaits, Arrives}; }
};

// Fields of a copy. `step` folds a row of sources into targets; null: they replace them.
struct CopyField {
  uint16_t source;
  uint16_t target;
  void (*step)(void* target, const void* source, uint64_t count);
};

// A field of an attached file, with what a new dataset has in one element: 'i' signed, 'u' unsigned, 'f'
// floating or 'o' other, `count` of them.
struct Hdf5Field {
  uint16_t field;
  char kind;
  uint32_t count;
};

// One call in the program text.
struct LaunchSiteDesc {
  const TaskDesc* task;
  SourceLoc loc;
};

// How a region argument of an index launch follows from the point.
enum class Projection : uint8_t { value, invariant_region, identity, computed };

struct IndexLaunchSiteDesc {
  const TaskDesc* task;
  SourceLoc loc;
  const Projection* projections;  // for each parameter
  // Combines a point's result into the accumulator; called in the order of the points. Null: results are
  // dropped.
  void (*fold)(void* accumulator, const void* value);
  // The points might interfere with each other: the runtime has to find out. Then it orders them, or, if an
  // index launch was demanded, ends the program with a message that names `loop`.
  bool needs_dynamic_check;
  bool is_demanded;
  SourceLoc loop = {nullptr, 0};
};

// What a program calls a region in messages.
struct RegionInfo {
  const char* name;  // of the variable, or null
  SourceLoc loc;     // of its creation
};

// What a program says about a partition that it makes.
enum class Claim : uint8_t { none, yes, no };
struct PartitionInfo {
  Claim disjoint;
  Claim complete;
  SourceLoc loc;
};

// ---- futures
// -----------------------------------------------------------------------------------------------------

struct FutureState;

// The result of a launch that may not have run yet. A counted reference; copies share the result.
class Future {
 public:
  Future() = default;
  Future(const Future& other);
  Future(Future&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  Future& operator=(Future other) noexcept {
    FutureState* mine = state_;
    state_ = other.state_;
    other.state_ = mine;
    return *this;
  }
  ~Future();

  // Blocks the calling task (not its worker) until the result is there; valid while the future lives.
  const void* wait(Context& context) const;
  template <typename T>
  T get(Context& context) const {
    return *static_cast<const T*>(wait(context));
  }
  // A future that is already there.
  static Future from_bytes(const void* value, uint32_t size_bytes);
  // Shares the future of a handle of the C interface (`legion_future_t::impl`).
  static Future from_raw(void* handle);

  explicit Future(FutureState* adopted) : state_(adopted) {}
  FutureState* state() const { return state_; }

 private:
  FutureState* state_ = nullptr;
};

// An argument whose value is not known yet: the runtime copies it into the argument struct before the task
// starts.
struct FutureArg {
  uint16_t param;
  const Future* future;
};

// ---- regions
// ------------------------------------------------------------------------------------------------------

// The addresses of one field of a mapped region: element p is at base + sum of p[d] * stride_bytes[d]. `base`
// is shifted so that absolute coordinates are used. The stride of the first dimension is the field's size.
// Strides are set for the region's dimensions, and for three at least.
struct FieldAddress {
  char* base;
  int64_t stride_bytes[kMaxDim];
};

// A region argument of a task that runs again and again, as it was found before.
struct RegionAtHand {
  Region region;
  // The only dense box of its index space; null: neither is known.
  const void* box;
  Ispace ispace;
  // By number; without a base: not known.
  const FieldAddress* fields;
};

// A field whose address is wanted, by an Accessor.
struct MappedField {
  Context& context;
  Region region;
  uint16_t field;
  uint32_t place;
};

// Typed access. Everything is inline and reduces to base plus stride, so that loops vectorize.
template <typename T, int N>
struct Accessor {
  char* base;
  int64_t stride_bytes[N > 1 ? N - 1 : 1];  // of dimensions 1 .. N-1

  // Names nothing until a mapped field's address is assigned.
  Accessor() = default;
  explicit Accessor(const FieldAddress& address) : base(address.base) {
    for (int d = 1; d < N; ++d) stride_bytes[d - 1] = address.stride_bytes[d];
  }
  explicit Accessor(const MappedField& field);
  T& operator[](PointOf<N> p) const {
    if constexpr (N == 1) {
      return reinterpret_cast<T*>(base)[p];
    } else {
      char* row = base;
      for (int d = 1; d < N; ++d) row += p.c[d] * stride_bytes[d - 1];
      return reinterpret_cast<T*>(row)[p.c[0]];
    }
  }
};

// Fields of a region variable that a task maps for its own accesses.
struct MapDesc {
  Region region;
  const uint16_t* fields;
  uint16_t field_count;
  Privilege privilege;  // read or read_write
};

// What `__raw` gives: the handles of the C API, of which the compiler knows only the layout.
struct RawIspace {
  uint32_t id, tree, tag;
};
struct RawRegion {
  uint32_t tree;
  RawIspace ispace;
  uint32_t field_space;
};
struct RawPartition {
  uint32_t tree;
  uint32_t id, index_tree, tag;
  uint32_t field_space;
};
struct RawCrossProduct {
  RawPartition partition, other;
  uint32_t id;
};

// ---- the running task
// ----------------------------------------------------------------------------------------------

// What a task calls. Calls that say "blocks" suspend the task, never its worker.
class Context {
 public:
  // Index spaces of 1 to kMaxDim dimensions: boxes, and what becomes of them.
  template <int N>
  Ispace create_ispace(const Rect<N>& bounds);
  Ispace ispace_union(Ispace a, Ispace b);
  Ispace ispace_intersection(Ispace a, Ispace b);
  Ispace ispace_difference(Ispace a, Ispace b);
  // The smallest box around all points.
  template <int N>
  Rect<N> bounds(Ispace ispace) {
    const RegionAtHand* known = at_hand(ispace);
    return known ? *static_cast<const Rect<N>*>(known->box) : find_bounds<N>(ispace);
  }
  uint64_t volume(Ispace ispace);
  template <int N>
  bool contains(Ispace ispace, const PointOf<N>& point);
  // The dense boxes of an index space, in iteration order. The array belongs to the runtime.
  template <int N>
  const Rect<N>* rects(Ispace ispace, size_t& count) {
    const RegionAtHand* known = at_hand(ispace);
    if (!known) return find_rects<N>(ispace, count);
    count = 1;
    return static_cast<const Rect<N>*>(known->box);
  }
  // The same of a region. For `place` see `mapped`.
  template <int N>
  Rect<N> region_bounds(Region region, uint32_t place = 0) {
    const RegionAtHand* known = at_hand(region, place);
    return known && known->box ? *static_cast<const Rect<N>*>(known->box)
                               : find_bounds<N>(find_ispace(region));
  }
  template <int N>
  const Rect<N>* region_rects(Region region, uint32_t place, size_t& count) {
    const RegionAtHand* known = at_hand(region, place);
    if (!known || !known->box) return find_rects<N>(find_ispace(region), count);
    count = 1;
    return static_cast<const Rect<N>*>(known->box);
  }

  // Nothing is allocated until a field is mapped.
  Region create_region(Ispace ispace, const FieldSpaceDesc& fields, const RegionInfo& info);
  Ispace region_ispace(Region region) {
    const RegionAtHand* known = at_hand(region, 0);
    return known && known->box ? known->ispace : find_ispace(region);
  }
  void destroy_region(Region region);
  // The same region with other numbers for its fields: field k is its field `fields[k]`.
  Region project(Region region, const uint16_t* fields, uint32_t count);
  // Gives the numbers of fields like `fields`, `count` of them, that last as long as this task and all that
  // it launches; they are the same for each of the regions.
  void allocate_scratch_fields(const Region* regions, uint64_t region_count, const uint16_t* fields,
                               uint32_t count, uint32_t* ids, SourceLoc loc);
  // The same region with these fields of the task in the place of `fields`.
  Region with_scratch_fields(Region region, const uint16_t* fields, const uint32_t* ids, uint32_t count,
                             SourceLoc loc);
  // The number that a field has in C code that is given the region's handle.
  uint32_t field_id(Region region, uint16_t field);
  // A new region with the points and fields of another one.
  Region duplicate_region(Region region, SourceLoc loc);
  // Whether two regions have a point in common.
  bool do_overlap(Region a, Region b);
  // Whether `a` has the colour of `b`, or of the region that `b` is a part of. A region without a colour ends
  // the program with a message.
  bool have_same_color(Region a, Region b, bool of_parent, SourceLoc loc);

  // Partitions; language reference 3.9. A claim that turns out to be wrong ends the program with a message.
  // Dense regions are cut in blocks of ceil(extent / colours) in each axis, others in pieces of equal volume.
  Partition create_partition_equal(Region region, Ispace colors, SourceLoc loc);
  // By one of the C interface's colorings. Without colours (id 0), they are those of the coloring.
  Partition create_partition_by_coloring(Region region, const void* coloring, Ispace colors,
                                         const PartitionInfo& info);
  // The next ones read a field; they wait for the tasks that write it. Colour c of ...
  // by field: the points whose value is c.
  Partition create_partition_by_field(Region region, uint16_t field, Ispace colors,
                                      const PartitionInfo& info);
  // image: the points of `parent` that the field of `region` leads to from `source`'s colour c. The field
  // begins with a point, or is a rect.
  Partition create_partition_by_image(Region parent, Partition source, Region region, uint16_t field,
                                      bool is_rect, const PartitionInfo& info);
  // preimage: the points of `parent` from which the field leads to `target`'s colour c.
  Partition create_partition_by_preimage(Region parent, Partition target, Region region, uint16_t field,
                                         bool is_rect, const PartitionInfo& info);
  // restriction: `transform` * c + `extent`.
  template <int M, int N>
  Partition create_partition_by_restriction(Region parent, const Transform<M, N>& transform,
                                            const Rect<M>& extent, Ispace colors, const PartitionInfo& info) {
    return create_partition_by_restriction(parent, &transform.e[0][0], N,
                                           reinterpret_cast<const int64_t*>(&extent), M, colors, info);
  }
  // The same for any dimensions: `dim` rows of `columns` numbers; the lower corner, then the upper one.
  Partition create_partition_by_restriction(Region parent, const int64_t* transform, int columns,
                                            const int64_t* extent, int dim, Ispace colors,
                                            const PartitionInfo& info);
  // rects: `rects[k]`, for the k-th colour of `source`'s colours.
  template <int N>
  Partition create_partition_by_rects(Region parent, Partition source, const Rect<N>* rects,
                                      const PartitionInfo& info);
  // regions: colour k, from 0 to count - 1, has the points that `parent` and `regions[k]` have in common.
  Partition create_partition_by_regions(Region parent, const Region* regions, uint64_t count, SourceLoc loc);
  // Colour by colour; of the first one's parent and with its colours.
  Partition partition_union(Partition a, Partition b, const PartitionInfo& info);
  Partition partition_intersection(Partition a, Partition b, const PartitionInfo& info);
  Partition partition_difference(Partition a, Partition b, const PartitionInfo& info);
  Partition region_intersection(Region region, Partition partition, const PartitionInfo& info);
  Ispace partition_colors(Partition partition);
  bool is_disjoint(Partition partition);
  bool is_complete(Partition partition);
  template <int N>
  Region subregion(Partition partition, PointOf<N> color, SourceLoc loc);

  CrossProduct create_cross_product(const Partition* partitions, uint32_t count);
  // Colour c of `partition` is partitioned by `colorings[c]`.
  CrossProduct create_cross_product_by_colorings(Partition partition, void* const* colorings,
                                                 const PartitionInfo& info);
  Ispace cross_product_colors(CrossProduct product);
  // What the second partition makes of a piece of the first; and the product of it with the others.
  template <int N>
  Partition subpartition(CrossProduct product, PointOf<N> color, SourceLoc loc);
  template <int N>
  CrossProduct subproduct(CrossProduct product, PointOf<N> color, SourceLoc loc);
  void destroy_partition(Partition partition);

  // Launches. `args` is copied; regions in it are found through TaskDesc::params. Returns at once unless the
  // task is too far ahead of its children. The future is empty for tasks without a result.
  Future launch(const LaunchSiteDesc& site, const void* args, const FutureArg* futures, uint32_t future_count,
                const ConditionList& conditions = {});
  // The value that `compute` makes of the operands' values and of a copy of `captured`; it is computed when
  // they are there, by any thread, without a task. `compute` must not block.
  using Compute = void (*)(void* result, const void* const* operands, const void* captured);
  Future defer(Compute compute, uint32_t result_size_bytes, const Future* const* operands, uint32_t count,
               const void* captured, uint32_t captured_size_bytes);
  // Between these, launches do not wait for the ones before them to end: they may need each other.
  void begin_epoch();
  void end_epoch();
  // Between these, a task launches what it has launched between them before, or so it says: then what must
  // wait for what is found faster. Other launches than the last time cost time and change no result. Traces
  // with ids from 2^32 on may stand within others, whose part they are then.
  void begin_trace(uint64_t id);
  void end_trace(uint64_t id);

  // Phase barriers. `await` blocks until the phase before this one is complete.
  PhaseBarrier create_phase_barrier(int32_t arrivals);
  // Any of its phases names it. After everything that was launched; a program need not destroy its barriers.
  void destroy_phase_barrier(PhaseBarrier barrier);
  PhaseBarrier advance(PhaseBarrier barrier);
  PhaseBarrier adjust(PhaseBarrier barrier, int32_t change);
  PhaseBarrier arrive(PhaseBarrier barrier, SourceLoc loc);
  void await(PhaseBarrier barrier, SourceLoc loc);
  // A collective of values of `desc.size_bytes`; each phase begins with `*initial`, which is copied.
  DynamicCollective create_collective(int32_t arrivals, const CollectiveDesc& desc, const void* initial);
  DynamicCollective advance(DynamicCollective collective);
  // Folds the value into the phase and arrives, as soon as the value is there.
  DynamicCollective arrive(DynamicCollective collective, const Future& value);
  // What the phase before this one folded; there when that phase is complete.
  Future collective_result(DynamicCollective collective);

  // Copies fields at the points that both regions have.
  void copy(Region source, Region target, const CopyField* fields, uint32_t count,
            const ConditionList& conditions, SourceLoc loc);

  void fill(Region region, uint16_t field, const void* value, uint32_t size_bytes, SourceLoc loc);
  void execution_fence(bool block);
  void mapping_fence(bool block);

  // Inline mapping: blocks until earlier launches that conflict are done, then the fields may be accessed
  // until `unmap`. Region parameters of a task that is not inner are mapped when it starts.
  void map(const MapDesc* maps, uint32_t count, SourceLoc loc);
  void unmap(const MapDesc* maps, uint32_t count);
  // The address of a field of a region that is mapped in this task.
  FieldAddress field(Region region, uint16_t field) {
    const FieldAddress* known = field_at_hand(region, field, 0);
    return known ? *known : find_field(region, field);
  }
  // The same for an Accessor. `place`: which of the task's region arguments with privileges it is, counted in
  // the order of the parameters, where the caller knows that; another number only takes longer.
  MappedField mapped(Region region, uint16_t field, uint32_t place = 0) {
    return {*this, region, field, place};
  }

  // Handles for C code that uses the runtime's C API. `physical` stands for all fields of a region that are
  // mapped; it is valid while the region exists.
  void* raw_runtime() const;
  void* physical(Region region);
  RawIspace raw(Ispace ispace);
  RawRegion raw(Region region);
  RawPartition raw(Partition partition);
  RawCrossProduct raw(CrossProduct product);
  // What C code made with these handles. `names` are what messages call them; a handle that does not fit ends
  // the program with a message.
  Ispace import_ispace(const RawIspace& raw, int dim, const char* name, SourceLoc loc);
  Region import_region(Ispace ispace, const RawRegion& raw, const uint32_t* field_ids,
                       const FieldSpaceDesc& fields, const char* ispace_name, const char* name,
                       SourceLoc loc);
  Partition import_partition(Region region, Ispace colors, const RawPartition& raw, bool is_disjoint,
                             const char* region_name, const char* name, SourceLoc loc);
  CrossProduct import_cross_product(const RawCrossProduct& raw, const Partition* partitions, uint32_t count,
                                    SourceLoc loc);
  // `acquire` and `release`: what was launched before and uses these fields comes before what is launched
  // after.
  void order(Region region, const uint16_t* fields, uint32_t count, const ConditionList& conditions);

  // HDF5 files. Attaching waits for what uses the fields, and reads the datasets into them, in mode 2 makes
  // the file and the datasets; detaching writes them, unless the mode is 0, which only reads. `names` of the
  // datasets are null where the fields' names are meant. `flush` writes what is attached and goes on.
  void attach_hdf5(Region region, const Hdf5Field* fields, uint32_t count, const char* file, int mode,
                   const char* const* names, SourceLoc loc);
  void detach_hdf5(Region region, const uint16_t* fields, uint32_t count, SourceLoc loc);
  void flush_hdf5(Region region, const uint16_t* fields, uint32_t count, SourceLoc loc);

  // The program's arguments as the runtime left them (its own flags removed).
  int argc() const;
  char** argv() const;

 protected:
  Context() = default;
  ~Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // What is known of the region arguments. Few: it is looked through.
  const RegionAtHand* at_hand_ = nullptr;
  uint32_t at_hand_count_ = 0;

 private:
  template <typename T, int N>
  friend struct Accessor;
  FieldAddress find_field(Region region, uint16_t field);
  // Null when it has to be found.
  const FieldAddress* field_at_hand(Region region, uint16_t field, uint32_t place) const {
    const RegionAtHand* known = at_hand(region, place);
    return known && known->fields[field].base ? &known->fields[field] : nullptr;
  }
  Ispace find_ispace(Region region);
  template <int N>
  Rect<N> find_bounds(Ispace ispace);
  template <int N>
  const Rect<N>* find_rects(Ispace ispace, size_t& count);

  const RegionAtHand* at_hand(Region region, uint32_t place) const {
    if (place < at_hand_count_ && is_same(at_hand_[place].region, region)) return at_hand_ + place;
    return at_hand_count_ == 0 ? nullptr : search_at_hand(region);
  }
  static bool is_same(Region a, Region b) { return a.id == b.id && a.view == b.view; }
  // Not inline: where they are, the loops would be compiled once for each region and field of a task.
  [[gnu::noinline]] const RegionAtHand* search_at_hand(Region region) const {
    for (const RegionAtHand* known = at_hand_; known != at_hand_ + at_hand_count_; ++known) {
      if (is_same(known->region, region)) return known;
    }
    return nullptr;
  }
  [[gnu::noinline]] const RegionAtHand* at_hand(Ispace ispace) const {
    for (const RegionAtHand* known = at_hand_; known != at_hand_ + at_hand_count_; ++known) {
      if (known->box && known->ispace.id == ispace.id) return known;
    }
    return nullptr;
  }
};

template <typename T, int N>
Accessor<T, N>::Accessor(const MappedField& mapped) {
  if (const FieldAddress* known = mapped.context.field_at_hand(mapped.region, mapped.field, mapped.place)) {
    *this = Accessor(*known);
  } else {
    *this = Accessor(mapped.context.find_field(mapped.region, mapped.field));
  }
}

// An index launch: `point_args` gives the argument struct of the next point to fill in; `issue` launches all
// points.
//   IndexLauncher launcher(context, site, n);
//   for (each point) { auto* args = static_cast<Args*>(launcher.point_args()); ... }
//   Future folded = launcher.issue(&sum);
class IndexLauncher {
 public:
  IndexLauncher(Context& context, const IndexLaunchSiteDesc& site, uint64_t point_count);
  ~IndexLauncher();
  IndexLauncher(const IndexLauncher&) = delete;
  IndexLauncher& operator=(const IndexLauncher&) = delete;

  void* point_args() { return next_ += stride_bytes_; }
  // What, with a point's colour, says which regions the point has.
  struct Source {
    Source(Ispace colors) : word(colors.id) {}
    Source(Region region) : word(region.id | uint64_t{region.view} << 32) {}
    Source(Partition partition) : word(partition.id | uint64_t{partition.view} << 32) {}
    Source(int64_t bound) : word(static_cast<uint64_t>(bound)) {}
    uint64_t word;
  };
  // For sites all of whose points have equal arguments, but for regions that follow from the sources: where
  // to write the arguments once for all points, whatever regions they name, when those of these sources are
  // known. Null when `point_args` is to be called for each point. Asked once at most, before those.
  void* equal_args(const Source* sources, uint32_t source_count);
  // A future argument that is the same for all points.
  void add_future(const FutureArg& future);
  // The folded result when the site has a fold, else an empty future. The fold starts from `*initial`, which
  // has the type of the results; it is read at once. So the result is what a loop would compute, bit by bit.
  Future issue(const void* initial = nullptr);
  // The same with an initial value that need not be there yet.
  Future issue_from(const Future& initial);

 private:
  // The launch that `batch_` points to, which is none that lanes run any more.
  void* leave_lanes();

  char* next_ = nullptr;  // one stride before the next point's arguments
  size_t stride_bytes_ = 0;
  void* batch_ = nullptr;
};

// ---- the program
// ---------------------------------------------------------------------------------------------------

struct ProgramDesc {
  const TaskDesc* const* tasks;
  uint32_t task_count;
  const TaskDesc* main;
};

// Starts the runtime, runs the main task, waits for everything and gives the process's exit code.
int run(const ProgramDesc& program, int argc, char** argv);

}  // namespace palatine::api

#include "palatine_generated.h"
#include "palatine_list.h"
