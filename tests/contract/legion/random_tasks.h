// The tasks of random programs: each changes values so that every later one depends on their order.
#pragma once

#include <algorithm>

#include "contract/legion/support.h"

namespace palatine::test::random_tasks {

using namespace Legion;

typedef const std::vector<PhysicalRegion>& Regions;
typedef uint64_t Value;

constexpr FieldID kFields[] = {3, 11, 12};
constexpr FieldID kPointers = 40;  // points of the other tree
constexpr int kColors = 4;
constexpr int kMaxUses = 2;
constexpr ReductionOpID kSum = SumReduction<Value>::REDOP_ID, kMax = MaxReduction<Value>::REDOP_ID;

inline Value mix(Value h, Value v) {
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdull;
}

enum class Does : int { read, update, write, sum, max };

inline bool is_reduction(Does does) {
  return does == Does::sum || does == Does::max;
}

struct Use {
  Does does;
  FieldID field;
};

// The argument of every task.
struct Work {
  int use_count;
  Use uses[kMaxUses];
  Value seed;
  LogicalPartition halves;  // of a task that launches others for the pieces of its first region
};

// What a task does with value number `k` of a use; `h` is what it knows so far.
inline Value changed(Does does, Value h, Value seed, Value k, Value value) {
  switch (does) {
    case Does::update:
      return mix(value, h + k);
    case Does::write:
      return mix(h, k);
    case Does::sum:
      return value + mix(seed, k);
    case Does::max:
      return std::max(value, mix(seed, k));
    default:
      return value;
  }
}

template <int N, PrivilegeMode MODE>
Value run_on(const PhysicalRegion& region, const Use& use, Value h) {
  const FieldAccessor<MODE, Value, N> a(region, use.field);
  const DomainT<N> domain = region;
  Value k = 0;
  for (PointInDomainIterator<N> it(domain); it(); it++, k++) {
    if constexpr (MODE == READ_ONLY) {
      h = mix(h, a[*it]);
    } else if constexpr (MODE == WRITE_DISCARD) {
      a[*it] = changed(use.does, h, 0, k, 0);
    } else {
      a[*it] = changed(use.does, h, 0, k, a[*it]);
    }
  }
  return h;
}

template <int N, typename REDOP>
void reduce_on(const PhysicalRegion& region, const Use& use, Value seed) {
  const ReductionAccessor<REDOP, true, N> a(region, use.field, REDOP::REDOP_ID);
  const DomainT<N> domain = region;
  Value k = 0;
  for (PointInDomainIterator<N> it(domain); it(); it++, k++) a[*it] <<= mix(seed, k);
}

// What it knows at first: its own number, what its point was given, and its futures.
inline Value known_of(const Task* task) {
  const Work& work = *static_cast<const Work*>(task->args);
  Value h = work.seed;
  if (task->local_arglen) h = mix(h, *static_cast<const Value*>(task->local_args));
  for (Future future : task->futures) h = mix(h, future.get_result<Value>());
  return h;
}

template <int N>
Value operate(const Task* task, Regions regions, Context, Runtime*) {
  const Work& work = *static_cast<const Work*>(task->args);
  Value h = known_of(task);
  for (int u = 0; u < work.use_count; u++) {
    const Use& use = work.uses[u];
    switch (use.does) {
      case Does::read:
        h = run_on<N, READ_ONLY>(regions[u], use, h);
        break;
      case Does::update:
        h = run_on<N, READ_WRITE>(regions[u], use, h);
        break;
      case Does::write:
        h = run_on<N, WRITE_DISCARD>(regions[u], use, h);
        break;
      case Does::sum:
        reduce_on<N, SumReduction<Value>>(regions[u], use, work.seed);
        break;
      case Does::max:
        reduce_on<N, MaxReduction<Value>>(regions[u], use, work.seed);
        break;
    }
  }
  return h;
}

inline RegionRequirement with_privilege(const RegionRequirement& place, const Use& use) {
  RegionRequirement result = place;
  if (is_reduction(use.does)) {
    result.privilege = LEGION_REDUCE;
    result.redop = use.does == Does::sum ? kSum : kMax;
  } else {
    result.privilege = use.does == Does::read    ? LEGION_READ_ONLY
                       : use.does == Does::write ? LEGION_WRITE_DISCARD
                                                 : LEGION_READ_WRITE;
  }
  result.add_field(use.field);
  return result;
}
inline RegionRequirement requirement_of(LogicalRegion region, LogicalRegion parent, const Use& use) {
  return with_privilege(RegionRequirement(region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, parent), use);
}
inline RegionRequirement requirement_of(LogicalPartition pieces, LogicalRegion parent, const Use& use) {
  return with_privilege(RegionRequirement(pieces, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, parent), use);
}

template <int N>
TaskID operating(bool is_leaf) {
  return is_leaf ? task_id<Value, operate<N>>("operate", true) : 0;
}

// The same by a sub-task for each piece of the first region.
template <int N>
Value divide(const Task* task, Regions, Context ctx, Runtime* runtime) {
  Work work = *static_cast<const Work*>(task->args);
  const Value known = known_of(task);
  Value h = 0;
  std::vector<Future> results;
  for (int c = 0; c < kColors; c++) {
    work.seed = mix(known, static_cast<Value>(c));
    TaskLauncher launcher(operating<N>(true), TaskArgument(&work, sizeof(work)));
    for (int u = 0; u < work.use_count; u++) {
      const LogicalRegion region = task->regions[static_cast<size_t>(u)].region;
      const LogicalRegion piece =
          u == 0 ? runtime->get_logical_subregion_by_color(work.halves, DomainPoint(c)) : region;
      launcher.add_region_requirement(requirement_of(piece, region, work.uses[u]));
    }
    results.push_back(runtime->execute_task(ctx, launcher));
  }
  for (const Future& result : results) h = mix(h, result.get_result<Value>());
  return h;
}
template <int N>
Value divide_inside(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  return divide<N>(task, regions, ctx, runtime);
}
template <int N>
TaskID dividing(bool is_inner) {
  static const TaskID inner = [] {
    const TaskID made = Runtime::generate_static_task_id();
    TaskVariantRegistrar registrar(made, "divide_inside");
    registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
    registrar.set_inner();
    Runtime::preregister_task_variant<Value, divide_inside<N>>(registrar, "divide_inside");
    return made;
  }();
  return is_inner ? inner : task_id<Value, divide<N>>("divide");
}

inline bool is_odd(const Task* task, Regions, Context, Runtime*) {
  Future value = task->futures[0];
  return value.get_result<Value>() % 2 == 1;
}

// Writes pointers into the box that is its argument.
template <int N>
Point<N> pointer(const Rect<N>& bounds, Value h) {
  Point<N> p;
  for (int d = 0; d < N; d++) {
    h = mix(h, static_cast<Value>(d));
    p[d] = bounds.lo[d] + static_cast<coord_t>(h % static_cast<Value>(bounds.hi[d] - bounds.lo[d] + 1));
  }
  return p;
}
template <int N>
struct Pointing {
  Rect<N> bounds;
  Value seed;
};
template <int N>
void point_to(const Task* task, Regions regions, Context, Runtime*) {
  const auto& pointing = *static_cast<const Pointing<N>*>(task->args);
  const FieldAccessor<WRITE_DISCARD, Point<N>, N> a(regions[0], kPointers);
  const DomainT<N> domain = regions[0];
  Value k = 0;
  for (PointInDomainIterator<N> it(domain); it(); it++, k++)
    a[*it] = pointer(pointing.bounds, mix(pointing.seed, k));
}

}  // namespace palatine::test::random_tasks
