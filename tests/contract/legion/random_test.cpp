// Random programs compute what the same operations do one after the other.
#include <gtest/gtest.h>

#include <random>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

constexpr int kPoints = 48;
constexpr FieldID kFields[] = {0, 7};

// What a task does with each point of its region.
struct Operation {
  enum Kind { kWrite, kUpdate, kReduce, kSum, kKinds } kind;
  long constant;
  bool divides;  // a task that is no leaf does it by a task for each half
  LogicalPartition halves;
};

long apply(const Operation& operation, long point, long value) {
  switch (operation.kind) {
    case Operation::kWrite:
      return point * 5 + operation.constant;
    case Operation::kUpdate:
      return (value * 3 + operation.constant) % 100003;
    case Operation::kReduce:
      return value + operation.constant;
    default:
      return value;
  }
}

PrivilegeMode privilege_of(Operation::Kind kind) {
  return kind == Operation::kWrite ? WRITE_DISCARD : kind == Operation::kSum ? READ_ONLY : READ_WRITE;
}

RegionRequirement requirement_of(LogicalRegion region, LogicalRegion parent, Operation::Kind kind,
                                 FieldID field) {
  RegionRequirement result = kind == Operation::kReduce
                                 ? RegionRequirement(region, SumReduction<long>::REDOP_ID, EXCLUSIVE, parent)
                                 : RegionRequirement(region, privilege_of(kind), EXCLUSIVE, parent);
  result.add_field(field);
  return result;
}

template <PrivilegeMode MODE>
long run_on(const Operation& operation, const PhysicalRegion& region, FieldID field,
            const DomainT<1>& domain) {
  const FieldAccessor<MODE, long, 1> a(region, field);
  long sum = 0;
  for (PointInDomainIterator<1> it(domain); it(); it++) {
    if constexpr (MODE == READ_ONLY) {
      sum += a[*it];
    } else {
      a[*it] = apply(operation, (*it)[0], a[*it]);
    }
  }
  return sum;
}

long operate(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const auto& operation = *static_cast<const Operation*>(task->args);
  const FieldID field = *task->regions[0].privilege_fields.begin();
  const DomainT<1> domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  switch (operation.kind) {
    case Operation::kWrite:
      return run_on<WRITE_DISCARD>(operation, regions[0], field, domain);
    case Operation::kUpdate:
      return run_on<READ_WRITE>(operation, regions[0], field, domain);
    case Operation::kReduce: {
      const ReductionAccessor<SumReduction<long>, true, 1> a(regions[0], field, SumReduction<long>::REDOP_ID);
      for (PointInDomainIterator<1> it(domain); it(); it++) a[*it] <<= operation.constant;
      return 0;
    }
    default:
      return run_on<READ_ONLY>(operation, regions[0], field, domain);
  }
}

// The same by a sub-task for each half of its region.
long divide(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const auto& operation = *static_cast<const Operation*>(task->args);
  const LogicalRegion region = task->regions[0].region;
  const FieldID field = *task->regions[0].privilege_fields.begin();
  const Domain colors = runtime->get_index_partition_color_space(operation.halves.get_index_partition());
  long sum = 0;
  std::vector<Future> results;
  for (Domain::DomainPointIterator it(colors); it; it++) {
    TaskLauncher launcher(task_id<long, operate>("operate", true),
                          TaskArgument(&operation, sizeof(operation)));
    launcher.add_region_requirement(requirement_of(
        runtime->get_logical_subregion_by_color(operation.halves, *it), region, operation.kind, field));
    results.push_back(runtime->execute_task(ctx, launcher));
  }
  for (const Future& result : results) sum += result.get_result<long>();
  return sum;
}

// One run of a random program; `model` is what its operations do one after the other.
void run_random(unsigned seed, Context ctx, Runtime* runtime) {
  std::mt19937 random(seed);
  auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const IndexSpaceT<1> space = runtime->create_index_space(ctx, Rect<1>(0, kPoints - 1));
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
  const FieldSpace fields = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  for (FieldID field : kFields) allocator.allocate_field(sizeof(long), field);
  const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
  Transform<1, 1> stride;
  stride[0][0] = 10;
  std::vector<IndexPartition> partitions = {
      runtime->create_equal_partition(ctx, space, colors),
      runtime->create_partition_by_restriction(ctx, space, colors, stride, Rect<1>(0, 15)),
  };
  {
    std::map<DomainPoint, Domain> domains;
    std::vector<Point<1>> odd;
    for (int p = 1; p < kPoints; p += 2) odd.push_back(Point<1>(p));
    const IndexSpaceT<1> odd_space = runtime->create_index_space(ctx, odd);
    domains[0] = runtime->get_index_space_domain(IndexSpace(odd_space));
    domains[2] = Domain(Rect<1>(7, 30));
    partitions.push_back(runtime->create_partition_by_domain(ctx, space, domains, colors));
  }
  std::vector<long> model[2];
  for (int f = 0; f < 2; f++) {
    model[f].assign(kPoints, f);
    runtime->fill_field<long>(ctx, region, region, kFields[f], f);
  }
  std::vector<std::pair<Future, long>> sums;
  auto apply_to = [&](const Operation& operation, int f, LogicalRegion piece) {
    const DomainT<1> domain = runtime->get_index_space_domain(ctx, IndexSpaceT<1>(piece.get_index_space()));
    long sum = 0;
    for (PointInDomainIterator<1> it(domain); it(); it++) {
      long& value = model[f][static_cast<size_t>((*it)[0])];
      value = apply(operation, (*it)[0], value);
      sum += operation.kind == Operation::kSum ? value : 0;
    }
    return sum;
  };
  for (int step = 0; step < 50; step++) {
    const int f = below(2);
    const IndexPartition index = partitions[static_cast<size_t>(below(3))];
    const LogicalPartition pieces = runtime->get_logical_partition(ctx, region, index);
    Operation operation = {static_cast<Operation::Kind>(below(Operation::kKinds)), below(100), false, pieces};
    const TaskArgument argument(&operation, sizeof(operation));
    switch (below(4)) {
      case 0: {
        // All pieces in one launch; where they overlap, in the order of the points.
        IndexLauncher launcher(task_id<long, operate>("operate", true), colors, argument, ArgumentMap());
        RegionRequirement all = requirement_of(region, region, operation.kind, kFields[f]);
        all.region = LogicalRegion();
        all.partition = pieces;
        all.handle_type = LEGION_PARTITION_PROJECTION;
        launcher.add_region_requirement(all);
        const FutureMap results = runtime->execute_index_space(ctx, launcher);
        for (int c = 0; c < 4; c++)
          sums.emplace_back(results.get_future(c),
                            apply_to(operation, f, runtime->get_logical_subregion_by_color(pieces, c)));
        break;
      }
      case 1: {
        // A task that launches others; equal halves of a piece.
        const LogicalRegion piece = runtime->get_logical_subregion_by_color(pieces, below(4));
        const IndexPartition halves = runtime->create_equal_partition(ctx, piece.get_index_space(), colors);
        operation.halves = runtime->get_logical_partition(ctx, piece, halves);
        TaskLauncher launcher(task_id<long, divide>("divide"), argument);
        launcher.add_region_requirement(requirement_of(piece, region, operation.kind, kFields[f]));
        sums.emplace_back(runtime->execute_task(ctx, launcher), apply_to(operation, f, piece));
        break;
      }
      case 2: {
        const LogicalRegion piece = runtime->get_logical_subregion_by_color(pieces, below(4));
        TaskLauncher launcher(task_id<long, operate>("operate", true), argument);
        launcher.add_region_requirement(requirement_of(piece, region, operation.kind, kFields[f]));
        sums.emplace_back(runtime->execute_task(ctx, launcher), apply_to(operation, f, piece));
        break;
      }
      default: {
        const LogicalRegion piece = runtime->get_logical_subregion_by_color(pieces, below(4));
        if (below(2) == 0) {
          CopyLauncher copy;
          copy.add_copy_requirements(requirement_of(piece, region, Operation::kSum, kFields[f]),
                                     requirement_of(piece, region, Operation::kWrite, kFields[1 - f]));
          runtime->issue_copy_operation(ctx, copy);
          const DomainT<1> domain =
              runtime->get_index_space_domain(ctx, IndexSpaceT<1>(piece.get_index_space()));
          for (PointInDomainIterator<1> it(domain); it(); it++) {
            const auto p = static_cast<size_t>((*it)[0]);
            model[1 - f][p] = model[f][p];
          }
        } else {
          PhysicalRegion mapped =
              runtime->map_region(ctx, requirement_of(piece, region, Operation::kUpdate, kFields[f]));
          operation.kind = Operation::kUpdate;
          const DomainT<1> domain = mapped;
          run_on<READ_WRITE>(operation, mapped, kFields[f], domain);
          apply_to(operation, f, piece);
          if (below(2) == 0) runtime->unmap_region(ctx, mapped);
        }
      }
    }
  }
  for (size_t k = 0; k < sums.size(); k++)
    EXPECT_EQ(sums[k].first.get_result<long>(), sums[k].second) << "seed " << seed << ", result " << k;
  for (int f = 0; f < 2; f++) {
    PhysicalRegion mapped =
        runtime->map_region(ctx, requirement_of(region, region, Operation::kSum, kFields[f]));
    const FieldAccessor<READ_ONLY, long, 1> a(mapped, kFields[f]);
    for (int p = 0; p < kPoints; p++)
      EXPECT_EQ(a[p], model[f][static_cast<size_t>(p)]) << "seed " << seed << ", point " << p;
  }
  runtime->destroy_logical_region(ctx, region);
  runtime->destroy_field_space(ctx, fields);
  runtime->destroy_index_space(ctx, space);
  runtime->destroy_index_space(ctx, colors);
}

TEST(LegionRandom, ProgramsComputeWhatTheirOperationsDoInOrder) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          for (unsigned seed = 1; seed <= 25; seed++) run_random(seed, ctx, runtime);
        },
        workers);
  }
}

}  // namespace
}  // namespace palatine::test
