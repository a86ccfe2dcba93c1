// Mappers and traces: what a mapper decided about a task, and that it is nothing special, is not asked again
// when the trace is gone through again, unless the mapper wants that (docs/mapping.md).
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "contract/legion/cpp_mapper_support.h"

namespace palatine::test {
namespace {

using namespace Legion;
using namespace Legion::Mapping;
typedef const std::vector<PhysicalRegion>& Regions;

constexpr int kPoints = 4, kTimes = 12;
constexpr FieldID kCells = 3;

// How often mappers were asked to map a task, by name; and what they saw above tasks `below`.
struct Asked {
  std::mutex mutex;
  std::map<std::string, int> times;
  std::map<std::string, int> above;
  void clear() {
    times.clear();
    above.clear();
  }
};
Asked asked;

struct Counting : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    std::lock_guard lock(asked.mutex);
    ++asked.times[task.get_task_name()];
    if (std::string(task.get_task_name()) != "below") return;
    const Legion::Task* above = task.get_parent_task();
    ++asked.above[std::string(above->get_task_name()) + " " + std::to_string(above->index_point[0]) + " in " +
                  above->get_parent_task()->get_task_name()];
  }
};

// Wants to be asked each time.
struct Unsettled : Counting {
  using Counting::Counting;
  void memoize_operation(MapperContext, const Mappable&, const MemoizeInput&,
                         MemoizeOutput& output) override {
    output.memoize = false;
  }
};

// Says where each task runs.
struct Pinning : Counting {
  using Counting::Counting;
  void default_policy_select_target_processors(MapperContext, const Legion::Task&,
                                               std::vector<Processor>& processors) override {
    processors.push_back(local_cpus.back());
  }
};

std::atomic<int> wrong_places{0};

long below(const Legion::Task* task, Regions, Context, Runtime*) {
  return *static_cast<const long*>(task->args);
}

// Adds one to its cell, by way of a task of its own.
void add_one(const Legion::Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const Processor here = runtime->get_executing_processor(ctx);
  if (!here.exists() || here.kind() != Processor::LOC_PROC) ++wrong_places;
  const FieldAccessor<LEGION_READ_WRITE, long, 1> cells(regions[0], kCells);
  const long old = cells[task->index_point[0]];
  TaskLauncher launcher(task_id<long, below>("below"), TaskArgument(&old, sizeof(old)));
  cells[task->index_point[0]] = runtime->execute_task(ctx, launcher).get_result<long>() + 1;
}

void double_all(const Legion::Task*, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<LEGION_READ_WRITE, long, 1> cells(regions[0], kCells);
  const Domain domain =
      runtime->get_index_space_domain(ctx, regions[0].get_logical_region().get_index_space());
  for (Domain::DomainPointIterator it(domain); it; it++) cells[Point<1>(*it)] *= 2;
}

void run_trace(Context ctx, Runtime* runtime) {
  const Rect<1> bounds(0, kPoints - 1);
  const Grid grid = make_grid(ctx, runtime, bounds, {{kCells, sizeof(long)}});
  runtime->fill_field(ctx, grid.region, grid.region, kCells, 0L);
  const IndexPartition pieces =
      runtime->create_equal_partition(ctx, grid.space, runtime->create_index_space(ctx, bounds));
  long expected = 0;
  for (int time = 0; time < kTimes; ++time) {
    runtime->begin_trace(ctx, 1);
    IndexTaskLauncher points(task_id<void, add_one>("add_one"), bounds, TaskArgument(), ArgumentMap());
    points.add_region_requirement(RegionRequirement(runtime->get_logical_partition(ctx, grid.region, pieces),
                                                    0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid.region));
    points.add_field(0, kCells);
    runtime->execute_index_space(ctx, points);
    TaskLauncher all(task_id<void, double_all>("double_all", true), TaskArgument());
    all.add_region_requirement(
        RegionRequirement(grid.region, LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid.region));
    all.add_field(0, kCells);
    runtime->execute_task(ctx, all);
    runtime->end_trace(ctx, 1);
    expected = 2 * (expected + 1);
  }
  RegionRequirement read(grid.region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid.region);
  read.add_field(kCells);
  const PhysicalRegion mapped = runtime->map_region(ctx, read);
  const FieldAccessor<LEGION_READ_ONLY, long, 1> cells(mapped, kCells);
  for (int k = 0; k < kPoints; ++k) EXPECT_EQ(cells[Point<1>(k)], expected);
  runtime->unmap_region(ctx, mapped);
  destroy(ctx, runtime, grid);
}

void expect_asked(MakeCppMapper make, int times_with_more, int times_with_one_worker) {
  for (int workers : kWorkerCounts) {
    const int times = workers == 1 ? times_with_one_worker : times_with_more;
    asked.clear();
    wrong_places = 0;
    EXPECT_EQ(run_with_mapper(run_trace, {"-ll:cpu", std::to_string(workers)}, make), 0);
    EXPECT_EQ(asked.times["add_one"], times * kPoints) << workers;
    EXPECT_EQ(asked.times["double_all"], times) << workers;
    // Outside of a trace: in the tasks that are in it.
    EXPECT_EQ(asked.times["below"], kTimes * kPoints) << workers;
    for (int k = 0; k < kPoints; ++k)
      EXPECT_EQ(asked.above["add_one " + std::to_string(k) + " in top_level"], kTimes) << workers;
    EXPECT_EQ(wrong_places, 0) << workers;
  }
}

TEST(LegionMapperTrace, AsksOnceWhatIsNothingSpecial) {
  expect_asked(mapper_class<Counting>(), 1, 1);
}

TEST(LegionMapperTrace, AsksAgainWhoWantsIt) {
  expect_asked(mapper_class<Unsettled>(), kTimes, kTimes);
}

TEST(LegionMapperTrace, AsksAgainWhereTasksGoToProcessorsOfTheirOwn) {
  // There is no other with one worker.
  expect_asked(mapper_class<Pinning>(), kTimes, 1);
}

// ---- must epochs in traces

struct Meeting {
  PhaseBarrier own;
  PhaseBarrier others;  // the phase behind theirs
};
std::atomic<int> epochs_mapped{0};

// Counts the must epochs, and spreads their tasks over all processors.
struct MapsEpochs : Counting {
  using Counting::Counting;
  void map_must_epoch(MapperContext ctx, const MapMustEpochInput& input,
                      MapMustEpochOutput& output) override {
    DefaultMapper::map_must_epoch(ctx, input, output);
    ++epochs_mapped;
  }
};

// Adds ten to its cell when the other one is there.
void meet(const Legion::Task* task, Regions regions, Context ctx, Runtime* runtime) {
  Meeting meeting = *static_cast<const Meeting*>(task->args);
  meeting.own.arrive();
  meeting.others.wait();
  const FieldAccessor<LEGION_READ_WRITE, long, 1> cells(regions[0], kCells);
  const Domain domain =
      runtime->get_index_space_domain(ctx, regions[0].get_logical_region().get_index_space());
  cells[Point<1>(domain.lo())] += 10;
}

// What is launched outside of an epoch is mapped once; an epoch's tasks each time, because they must run at
// once, whatever was decided before.
TEST(LegionMapperTrace, MustEpochsAreMappedEachTime) {
  for (int workers : kWorkerCounts) {
    asked.clear();
    epochs_mapped = 0;
    run_with_mapper(
        [](Context ctx, Runtime* runtime) {
          const Rect<1> bounds(0, 1);
          const Grid grid = make_grid(ctx, runtime, bounds, {{kCells, sizeof(long)}});
          runtime->fill_field(ctx, grid.region, grid.region, kCells, 0L);
          const LogicalPartition pieces = runtime->get_logical_partition(
              grid.region,
              runtime->create_equal_partition(ctx, grid.space, runtime->create_index_space(ctx, bounds)));
          PhaseBarrier barriers[] = {runtime->create_phase_barrier(ctx, 1),
                                     runtime->create_phase_barrier(ctx, 1)};
          long expected = 0;
          for (int time = 0; time < kTimes; ++time) {
            const PhaseBarrier next[] = {runtime->advance_phase_barrier(ctx, barriers[0]),
                                         runtime->advance_phase_barrier(ctx, barriers[1])};
            runtime->begin_trace(ctx, 7);
            Meeting meetings[2];
            MustEpochLauncher epoch;
            for (int k = 0; k < 2; ++k) {
              meetings[k] = {barriers[k], next[1 - k]};
              TaskLauncher one(task_id<void, meet>("meet"), TaskArgument(&meetings[k], sizeof(Meeting)));
              const LogicalRegion piece = runtime->get_logical_subregion_by_color(pieces, k);
              one.add_region_requirement(
                  RegionRequirement(piece, LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid.region));
              one.add_field(0, kCells);
              epoch.add_single_task(k, one);
            }
            runtime->execute_must_epoch(ctx, epoch);
            TaskLauncher all(task_id<void, double_all>("double_all", true), TaskArgument());
            all.add_region_requirement(
                RegionRequirement(grid.region, LEGION_READ_WRITE, LEGION_EXCLUSIVE, grid.region));
            all.add_field(0, kCells);
            runtime->execute_task(ctx, all);
            runtime->end_trace(ctx, 7);
            expected = 2 * (expected + 10);
            barriers[0] = next[0];
            barriers[1] = next[1];
          }
          RegionRequirement read(grid.region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid.region);
          read.add_field(kCells);
          const PhysicalRegion mapped = runtime->map_region(ctx, read);
          const FieldAccessor<LEGION_READ_ONLY, long, 1> cells(mapped, kCells);
          for (int k = 0; k < 2; ++k) EXPECT_EQ(cells[k], expected);
        },
        {"-ll:cpu", std::to_string(workers)}, mapper_class<MapsEpochs>());
    EXPECT_EQ(epochs_mapped, kTimes);
    EXPECT_EQ(asked.times["meet"], 2 * kTimes);
    EXPECT_LT(asked.times["double_all"], kTimes);
  }
}

}  // namespace
}  // namespace palatine::test
