// Misuse of Legion's C++ interface: each case ends the program with code 1 and a message that names task,
// region and field, and says where a launch comes from.
#include <gtest/gtest.h>

#include "contract/legion/support.h"
#include "mappers/default_mapper.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 11, FID_B = 3 };

struct World : Grid {
  World(Context ctx, Runtime* runtime, const Domain& domain = Rect<1>(0, 9)) {
    static_cast<Grid&>(*this) =
        make_grid(ctx, runtime, domain, {{FID_A, sizeof(long)}, {FID_B, sizeof(double)}});
    runtime->attach_name(region, "world");
    runtime->attach_name(fields, FID_A, "a");
    runtime->attach_name(fields, FID_B, "b");
    runtime->attach_name(space, "points");
  }
};

RegionRequirement want(LogicalRegion region, PrivilegeMode mode, LogicalRegion parent,
                       FieldID field = FID_A) {
  RegionRequirement result(region, mode, EXCLUSIVE, parent);
  result.add_field(field);
  return result;
}

void nothing(const Task*, Regions, Context, Runtime*) {}

TaskLauncher launch_nothing(const std::vector<RegionRequirement>& requirements) {
  TaskLauncher launcher(task_id<void, nothing>("nothing", true), TaskArgument());
  for (const RegionRequirement& requirement : requirements) launcher.add_region_requirement(requirement);
  return launcher;
}

// The body of `probe` is the test's, and its requirements as well.
typedef std::function<void(const Task*, Regions, Context, Runtime*)> Probe;
Probe probe_body;
void probe(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  probe_body(task, regions, ctx, runtime);
}

void expect_error(Body body, const char* message, std::vector<std::string> flags = {"-ll:cpu", "2"}) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run_legion(std::move(body), flags), testing::ExitedWithCode(1), message);
}

// A task that is launched with a privilege for one field of the world.
void expect_error_in_task(PrivilegeMode mode, Probe body, const char* message, bool is_leaf = false) {
  probe_body = std::move(body);
  expect_error(
      [mode, is_leaf](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->fill_field<long>(ctx, world.region, world.region, FID_A, 1);
        TaskLauncher launcher(
            is_leaf ? task_id<void, probe>("probe_leaf", true) : task_id<void, probe>("probe"),
            TaskArgument());
        launcher.provenance = "probe.cc:7";
        launcher.add_region_requirement(want(world.region, mode, world.region));
        runtime->execute_task(ctx, launcher).get_void_result();
      },
      message);
}

TEST(LegionMisuse, PrivilegesThatATaskLacks) {
  expect_error_in_task(
      READ_ONLY,
      [](const Task*, Regions regions, Context, Runtime*) {
        FieldAccessor<READ_WRITE, long, 1> a(regions[0], FID_A);
      },
      "task `probe` \\(probe.cc:7\\) makes an accessor that writes field `a` of region `world` without the "
      "privilege");
  expect_error_in_task(
      WRITE_ONLY,
      [](const Task*, Regions regions, Context, Runtime*) {
        FieldAccessor<READ_ONLY, long, 1> a(regions[0], FID_A);
      },
      "makes an accessor that reads field `a` of region `world` without the privilege");
  expect_error_in_task(
      READ_ONLY,
      [](const Task*, Regions regions, Context, Runtime*) {
        ReductionAccessor<SumReduction<long>, true, 1> a(regions[0], FID_A, SumReduction<long>::REDOP_ID);
      },
      "makes an accessor that reduces field `a` of region `world` without the privilege");
  expect_error_in_task(
      READ_WRITE,
      [](const Task*, Regions regions, Context, Runtime*) {
        FieldAccessor<READ_WRITE, double, 1> b(regions[0], FID_B);
      },
      "accesses field `b` of region `world`, which its region requirement does not name");
  expect_error_in_task(
      READ_WRITE,
      [](const Task*, Regions regions, Context, Runtime*) {
        FieldAccessor<READ_WRITE, int, 1> a(regions[0], FID_A);
      },
      "an accessor for elements of 4 bytes on field `a` of region `world`, which has elements of 8 bytes");
  expect_error_in_task(
      READ_WRITE,
      [](const Task*, Regions regions, Context ctx, Runtime* runtime) {
        runtime->unmap_region(ctx, regions[0]);
        FieldAccessor<READ_WRITE, long, 1> a(regions[0], FID_A);
      },
      "accesses field `a` of region `world`, which it has not mapped");
}

TEST(LegionMisuse, SubtasksThatWantMoreThanTheirParent) {
  expect_error_in_task(
      READ_ONLY,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        TaskLauncher launcher = launch_nothing({want(region, READ_WRITE, region)});
        launcher.provenance = "sub.cc:3";
        runtime->execute_task(ctx, launcher);
      },
      "task `probe` \\(probe.cc:7\\) launches task `nothing` \\(sub.cc:3\\) with a requirement that reads "
      "and "
      "writes field `a` of region `world`, which exceeds its own privileges");
  expect_error_in_task(
      READ_WRITE,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        runtime->execute_task(ctx, launch_nothing({want(region, READ_ONLY, region, FID_B)}));
      },
      "that reads field `b` of region `world`, which exceeds its own privileges");
  expect_error_in_task(
      READ_ONLY,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        runtime->fill_field<long>(ctx, region, region, FID_A, 0);
      },
      "fills with a requirement that reads and writes field `a` of region `world`, which exceeds");
  expect_error_in_task(
      READ_ONLY,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        runtime->unmap_all_regions(ctx);
        runtime->map_region(ctx, want(region, READ_WRITE, region));
      },
      "maps with a requirement that reads and writes field `a` of region `world`, which exceeds");
  expect_error_in_task(
      READ_WRITE,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        RegionRequirement reduces(region, 123456, EXCLUSIVE, region);
        reduces.add_field(FID_A);
        runtime->execute_task(ctx, launch_nothing({reduces}));
      },
      "no reduction operator with id 123456 is registered");
  expect_error_in_task(
      READ_WRITE,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        runtime->execute_task(ctx, launch_nothing({want(region, READ_WRITE, region)}));
      },
      "task `probe_leaf` \\(probe.cc:7\\) launches task `nothing`, but its variant is registered as a leaf",
      true);
}

TEST(LegionMisuse, RegionsOfOthers) {
  static LogicalRegion hidden;
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        hidden = world.region;
        probe_body = [](const Task*, Regions, Context inner, Runtime* r) {
          r->execute_task(inner, launch_nothing({want(hidden, READ_WRITE, hidden)}));
        };
        runtime->execute_task(ctx, TaskLauncher(task_id<void, probe>("probe"), TaskArgument()));
      },
      "task `probe` launches task `nothing` with a requirement on region `world`, but it has no privilege "
      "for "
      "that region and has not made it");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime), other(ctx, runtime);
        runtime->execute_task(ctx, launch_nothing({want(world.region, READ_WRITE, other.region)}));
      },
      "with a requirement on region `world`, which does not lie in its parent region `world`");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        runtime->execute_task(
            ctx, launch_nothing({want(LogicalRegion::NO_REGION, READ_WRITE, LogicalRegion::NO_REGION)}));
      },
      "task `top_level` launches task `nothing` with a requirement that names no region");
}

TEST(LegionMisuse, RequirementsOfOneLaunchThatInterfere) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->execute_task(ctx, launch_nothing({want(world.region, READ_WRITE, world.region),
                                                   want(world.region, READ_ONLY, world.region)}));
      },
      "task `top_level` launches task `nothing` with region requirements 0 and 1 that interfere: they have "
      "elements of field `a` in common");
  // Of two partitions that overlap at some colours.
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, world.space, colors);
        const IndexPartition ends = runtime->create_partition_by_domain(
            ctx, world.space, std::map<DomainPoint, Domain>{{0, Rect<1>(8, 9)}, {1, Rect<1>(5, 6)}}, colors);
        IndexLauncher launcher(task_id<void, nothing>("nothing", true), colors, TaskArgument(),
                               ArgumentMap());
        launcher.add_region_requirement(RegionRequirement(
            runtime->get_logical_partition(world.region, halves), 0, READ_WRITE, EXCLUSIVE, world.region));
        launcher.add_region_requirement(RegionRequirement(runtime->get_logical_partition(world.region, ends),
                                                          0, READ_ONLY, EXCLUSIVE, world.region));
        launcher.add_field(0, FID_A);
        launcher.add_field(1, FID_A);
        runtime->execute_index_space(ctx, launcher);
      },
      "launches task `nothing` with region requirements 0 and 1 that interfere: .* a subregion of `world`");
}

TEST(LegionMisuse, RequirementsOfOneLaunchThatDoNot) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const LogicalPartition halves = runtime->get_logical_partition(
            world.region, runtime->create_equal_partition(ctx, world.space, colors));
        auto half = [&](Color color) { return runtime->get_logical_subregion_by_color(halves, color); };
        runtime->execute_task(ctx, launch_nothing({want(half(0), READ_WRITE, world.region),
                                                   want(half(1), WRITE_DISCARD, world.region),
                                                   want(world.region, READ_WRITE, world.region, FID_B)}));
        RegionRequirement sum(world.region, SumReduction<long>::REDOP_ID, EXCLUSIVE, world.region);
        sum.add_field(FID_A);
        runtime->execute_task(ctx, launch_nothing({sum, sum}));
        RegionRequirement shared(world.region, READ_WRITE, SIMULTANEOUS, world.region);
        shared.add_field(FID_A);
        runtime->execute_task(ctx, launch_nothing({shared, shared}));
      },
      2);
}

TEST(LegionMisuse, MappingWhatIsMapped) {
  expect_error_in_task(
      READ_WRITE,
      [](const Task* task, Regions, Context ctx, Runtime* runtime) {
        const LogicalRegion region = task->regions[0].region;
        runtime->map_region(ctx, want(region, READ_ONLY, region));
      },
      "task `probe` \\(probe.cc:7\\) calls map_region for field `a` of region `world`, which conflicts with "
      "a "
      "region argument that it has mapped already");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        PhysicalRegion first = runtime->map_region(ctx, want(world.region, WRITE_DISCARD, world.region));
        runtime->unmap_region(ctx, first);
        PhysicalRegion second = runtime->map_region(ctx, want(world.region, READ_WRITE, world.region));
        runtime->remap_region(ctx, first);
      },
      "calls remap_region for field `a` of region `world`, which conflicts with a region that it has mapped");
}

TEST(LegionMisuse, PartitionsThatAreNotWhatTheirKindSays) {
  auto declare = [](Rect<1> first, Rect<1> second, PartitionKind kind) {
    return [=](Context ctx, Runtime* runtime) {
      const World world(ctx, runtime);
      const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
      std::map<DomainPoint, Domain> domains{{0, first}, {1, second}};
      runtime->create_partition_by_domain(ctx, world.space, domains, colors, true, kind);
    };
  };
  expect_error(
      declare({0, 5}, {4, 9}, LEGION_DISJOINT_KIND),
      "task `top_level` declares a partition of index space `points` disjoint, but some of its pieces "
      "overlap: those of colours .0. and .1. have point .4. in common");
  expect_error(declare({0, 5}, {7, 9}, LEGION_DISJOINT_COMPLETE_KIND),
               "declares a partition of index space `points` complete, but its pieces lack some points, the "
               "first one is .6.");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const LogicalPartition halves = runtime->get_logical_partition(
            world.region, runtime->create_equal_partition(ctx, world.space, colors));
        IndexLauncher launcher(task_id<void, nothing>("nothing", true), Domain(Rect<1>(0, 4)), TaskArgument(),
                               ArgumentMap());
        launcher.add_region_requirement(
            RegionRequirement(halves, 0, READ_WRITE, EXCLUSIVE, world.region).add_field(FID_A));
        runtime->execute_index_space(ctx, launcher);
      },
      "task `nothing`: a partition of `world` has no colour .2.; its colours are");
}

std::string warnings_of(Body body) {
  testing::internal::CaptureStderr();
  run_legion(std::move(body), 1);
  return testing::internal::GetCapturedStderr();
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) count++;
  return count;
}

TEST(LegionMisuse, ReadingWhatNobodyHasWrittenIsAWarning) {
  const std::string said = warnings_of([](Context ctx, Runtime* runtime) {
    const World world(ctx, runtime);
    TaskLauncher reads = launch_nothing({want(world.region, READ_ONLY, world.region)});
    reads.provenance = "read.cc:1";
    runtime->execute_task(ctx, reads);
    runtime->execute_task(ctx, reads);
    const PhysicalRegion b = runtime->map_region(ctx, want(world.region, READ_ONLY, world.region, FID_B));
  });
  EXPECT_EQ(count_of(said, "warning:"), 2u) << said;
  EXPECT_NE(
      said.find("warning: task `top_level` launches task `nothing` (read.cc:1) with a requirement that reads "
                "field `a` of region `world`, which nothing has written"),
      std::string::npos)
      << said;
  EXPECT_NE(said.find("maps with a requirement that reads field `b` of region `world`"), std::string::npos)
      << said;
}

TEST(LegionMisuse, ReadingWhatWasWrittenIsNot) {
  EXPECT_EQ(
      warnings_of([](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const LogicalPartition halves = runtime->get_logical_partition(
            world.region, runtime->create_equal_partition(ctx, world.space, colors));
        IndexLauncher writes(task_id<void, nothing>("nothing", true), colors, TaskArgument(), ArgumentMap());
        writes.add_region_requirement(
            RegionRequirement(halves, 0, WRITE_DISCARD, EXCLUSIVE, world.region).add_field(FID_A));
        runtime->execute_index_space(ctx, writes);
        runtime->fill_field<double>(ctx, world.region, world.region, FID_B, 1);
        runtime->execute_task(ctx, launch_nothing({want(world.region, READ_ONLY, world.region),
                                                   want(world.region, READ_ONLY, world.region, FID_B)}));
      }),
      "");
}

long one(const Task*, Regions, Context, Runtime*) {
  return 1;
}

TEST(LegionMisuse, Futures) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        TaskLauncher launcher(task_id<long, one>("one", true), TaskArgument());
        runtime->execute_task(ctx, launcher).get_result<int>();
      },
      "task `top_level` reads 4 bytes from a future that holds 8");
  expect_error([](Context, Runtime*) { Future().get_result<int>(); },
               "task `top_level` reads a future that does not exist");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        IndexLauncher launcher(task_id<long, one>("one", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                               ArgumentMap());
        runtime->execute_index_space(ctx, launcher).get_result<long>(4);
      },
      "a future map has no future for point .4.");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        IndexLauncher launcher(task_id<long, one>("one", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                               ArgumentMap());
        runtime->execute_index_space(ctx, launcher, SumReduction<int>::REDOP_ID).get_result<int>();
      },
      "task `one` returns 8 bytes, but the reduction of its results needs 4");
}

TEST(LegionMisuse, TasksThatAreNotRegistered) {
  expect_error(
      [](Context ctx, Runtime* runtime) { runtime->execute_task(ctx, TaskLauncher(99999, TaskArgument())); },
      "task `top_level` launches task 99999, but no task with this id is registered");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        IndexLauncher launcher(99999, Domain(Rect<1>(0, 3)), TaskArgument(), ArgumentMap());
        launcher.provenance = "here.cc:1";
        runtime->execute_index_space(ctx, launcher);
      },
      "task `top_level` launches task 99999 \\(here.cc:1\\), but no task with this id is registered");
}

[[maybe_unused]] void wait_and_arrive(const Task* task, Regions, Context, Runtime*) {
  auto* barriers = static_cast<const PhaseBarrier*>(task->args);
  PhaseBarrier first = barriers[0], second = barriers[1];
  second.wait();
  first.arrive();
}

TEST(LegionMisuse, MustEpochsWhoseTasksWaitForEachOther) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        MustEpochLauncher epoch;
        TaskLauncher writer = launch_nothing({want(world.region, READ_WRITE, world.region)});
        epoch.add_single_task(0, writer);
        epoch.add_single_task(1, launch_nothing({want(world.region, READ_ONLY, world.region)}));
        runtime->execute_must_epoch(ctx, epoch);
      },
      "task `top_level` launches a must epoch whose tasks cannot all run at the same time: task `nothing` "
      "must "
      "wait for task `nothing`, because they have elements of field `a` of region `world` in common");
#if !__has_feature(thread_sanitizer)
  // Each arrives at what the other one waits for, but only afterwards.
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const PhaseBarrier first = runtime->create_phase_barrier(ctx, 1);
        const PhaseBarrier second = runtime->create_phase_barrier(ctx, 1);
        const PhaseBarrier one[] = {first, runtime->advance_phase_barrier(ctx, second)};
        const PhaseBarrier two[] = {second, runtime->advance_phase_barrier(ctx, first)};
        MustEpochLauncher epoch;
        const TaskID task = task_id<void, wait_and_arrive>("wait_and_arrive");
        epoch.add_single_task(0, TaskLauncher(task, TaskArgument(one, sizeof(one))));
        epoch.add_single_task(1, TaskLauncher(task, TaskArgument(two, sizeof(two))));
        runtime->execute_must_epoch(ctx, epoch).wait_all_results();
      },
      "nothing can go on.*\n.*task `wait_and_arrive` waits for a phase barrier");
  // What is launched waits, and nobody else does.
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
        AcquireLauncher acquire(world.region, world.region);
        acquire.add_field(FID_A);
        acquire.add_wait_barrier(runtime->advance_phase_barrier(ctx, barrier));
        runtime->issue_acquire(ctx, acquire);
      },
      "nothing can go on.*\n.*task `.*` waits for phase 1 of a phase barrier, at which arrivals are missing");
#endif
}

// The sanitizer's own threads hide from the runtime that nobody else could do something.
#if !__has_feature(thread_sanitizer)
Future future_of_another;
long waits_for_another(const Task*, Regions, Context, Runtime*) {
  return future_of_another.get_result<long>();
}

// The leaf does not say that it needs the future, and keeps the only worker that could compute it.
TEST(LegionMisuse, LeavesThatWaitForWhatTheirWorkerWouldRun) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
        TaskLauncher other(task_id<long, one>("one", true), TaskArgument());
        other.add_wait_barrier(runtime->advance_phase_barrier(ctx, barrier));
        future_of_another = runtime->execute_task(ctx, other);
        TaskLauncher leaf(task_id<long, waits_for_another>("waits_for_another", true), TaskArgument());
        runtime->execute_task(ctx, leaf).get_void_result();
      },
      "nothing can go on.*task `waits_for_another` waits for a future", {"-ll:cpu", "1"});
}
#endif

TEST(LegionMisuse, HandlesOfWhatIsGone) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->destroy_logical_region(ctx, world.region);
        runtime->destroy_logical_region(ctx, world.region);
      },
      "task `top_level` destroys region `world` a second time|task `top_level` uses a region .* that does "
      "not "
      "exist: it was destroyed");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->destroy_index_space(ctx, world.space);
        runtime->destroy_index_space(ctx, world.space);
      },
      "task `top_level` destroys index space `points` a second time");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->destroy_field_space(ctx, world.fields);
        runtime->destroy_field_space(ctx, world.fields);
      },
      "field space [0-9]+ is destroyed twice");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, world.space, colors);
        runtime->destroy_index_partition(ctx, halves);
        runtime->destroy_index_partition(ctx, halves);
      },
      "task `top_level` destroys index partition [0-9]+ of index space `points` a second time");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        runtime->destroy_logical_region(ctx, world.region);
        runtime->execute_task(ctx, launch_nothing({want(world.region, READ_WRITE, world.region)}));
      },
      "task `top_level` launches task `nothing` with a requirement on region `world`, which was destroyed");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime);
        FieldAllocator allocator = runtime->create_field_allocator(ctx, world.fields);
        allocator.free_field(FID_B);
        runtime->fill_field<double>(ctx, world.region, world.region, FID_B, 0);
      },
      "task `top_level` uses field 3 of a field space that has no such field");
  expect_error([](Context, Runtime* runtime) { runtime->get_index_space_domain(IndexSpace::NO_SPACE); },
               "task `top_level` uses an index space .* that does not exist");
}

TEST(LegionMisuse, OutOfMemory) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime, Rect<1>(0, (1 << 20) - 1));
        runtime->execute_task(ctx, launch_nothing({want(world.region, WRITE_DISCARD, world.region)}));
      },
      "error: out of memory: task `nothing` cannot map `a` of region `world`",
      {"-ll:cpu", "1", "-ll:csize", "4"});
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const World world(ctx, runtime, Rect<1>(0, (1 << 20) - 1));
        runtime->fill_field<double>(ctx, world.region, world.region, FID_A, 0);
      },
      "error: out of memory: task `top_level` cannot map `a` of region `world`.*\n.*asked: 8388608 bytes",
      {"-ll:cpu", "1", "-ll:csize", "4"});
}

}  // namespace
}  // namespace palatine::test
