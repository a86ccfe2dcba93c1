// What a launch costs through legion.h: empty tasks without regions, with one region, each after the other,
// with futures as results, on pieces, and as points of index launches; untraced, in one trace, and in two
// traces by turns. Prints microseconds a task, from the first launch until all have run.
#include "legion_bench.h"

namespace {

enum : TaskID { kTop = 1, kNothing, kEmpty, kValue, kStarts };
enum : FieldID { kField = 100 };

constexpr int kCount = 20000, kPoints = 1000, kLaunches = 40, kTraced = 16;

void nothing(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {}
void empty(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {}
double value(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  return 1;
}

double starts(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  return bench::microseconds_now();
}

// What the process has in memory.
double bytes_now() {
  FILE* file = fopen("/proc/self/statm", "r");
  long all = 0, resident = 0;
  if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2) resident = 0;
  if (file) fclose(file);
  return 4096.0 * static_cast<double>(resident);
}

struct Bench {
  Context ctx;
  Runtime* runtime;
  LogicalRegion region;
  LogicalPartition pieces;
  Domain colors;

  void wait() { bench::wait(ctx, runtime); }

  template <typename Body>
  void measure(const char* name, double tasks, Body body) {
    bench::measure(ctx, runtime, name, tasks, body);
  }

  TaskLauncher on(LogicalRegion what) {
    TaskLauncher launcher(kEmpty, TaskArgument());
    launcher.add_region_requirement(RegionRequirement(what, LEGION_READ_WRITE, LEGION_EXCLUSIVE, region));
    launcher.add_field(0, kField);
    return launcher;
  }
  IndexLauncher on_all() {
    IndexLauncher launcher(kEmpty, colors, TaskArgument(), ArgumentMap());
    launcher.add_region_requirement(
        RegionRequirement(pieces, 0, LEGION_READ_WRITE, LEGION_EXCLUSIVE, region));
    launcher.add_field(0, kField);
    return launcher;
  }

  // `count` executions of traces, each of so many launches; trace number k % `traces`.
  template <typename Launch>
  void trace(int count, int traces, int launches, Launch launch) {
    for (int k = 0; k < count; ++k) {
      const TraceID id = 1 + static_cast<TraceID>(k % traces);
      runtime->begin_trace(ctx, id);
      for (int i = 0; i < launches; ++i) launch();
      runtime->end_trace(ctx, id);
    }
  }
};

void latency(Context ctx, Runtime* runtime) {
  std::vector<double> times;
  for (int k = 0; k < 200; ++k) {
    // Long enough for the other worker to give up looking for work.
    for (const double until = bench::microseconds_now() + 300; bench::microseconds_now() < until;) {
    }
    TaskLauncher launcher(kStarts, TaskArgument());
    const double launched = bench::microseconds_now();
    Future start = runtime->execute_task(ctx, launcher);
    // This worker does not take it.
    while (!start.is_ready()) {
    }
    times.push_back(start.get_result<double>() - launched);
  }
  std::nth_element(times.begin(), times.begin() + 100, times.end());
  printf("start %.4f\n", times[100]);
}

// Needs a window that lets all tasks wait (-lg:window).
void memory(Bench& bench) {
  constexpr int kTasks = 200000, kPieces = 1000000;
  Context ctx = bench.ctx;
  Runtime* runtime = bench.runtime;
  {
    bench.wait();
    PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
    TaskLauncher first = bench.on(bench.region);
    first.add_wait_barrier(runtime->advance_phase_barrier(ctx, barrier));
    runtime->execute_task(ctx, first);
    TaskLauncher launcher = bench.on(bench.region);
    const double before = bytes_now();
    for (int k = 0; k < kTasks; ++k) runtime->execute_task(ctx, launcher);
    printf("task_bytes %.1f\n", (bytes_now() - before) / kTasks);
    const double then = bytes_now();
    for (int k = 0; k < kTasks / kPoints; ++k) runtime->execute_index_space(ctx, bench.on_all());
    printf("point_bytes %.1f\n", (bytes_now() - then) / kTasks);
    TaskLauncher arrival(kNothing, TaskArgument());
    arrival.add_arrival_barrier(barrier);
    runtime->execute_task(ctx, arrival);
    bench.wait();
  }
  const IndexSpace space = runtime->create_index_space(ctx, Domain(DomainPoint(0), DomainPoint(kPieces - 1)));
  const IndexSpace colors =
      runtime->create_index_space(ctx, Domain(DomainPoint(0), DomainPoint(kPieces - 1)));
  const double before = bytes_now();
  runtime->create_equal_partition(ctx, space, colors);
  printf("piece_bytes %.2f\n", (bytes_now() - before) / kPieces);
  const double then = bytes_now();
  constexpr int kRegions = 1000;
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), kField);
  for (int k = 0; k < kRegions; ++k) runtime->create_logical_region(ctx, space, fields);
  printf("region_bytes %.1f\n", (bytes_now() - then) / kRegions);
}

void top(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  Bench bench{ctx, runtime, {}, {}, Domain(DomainPoint(0), DomainPoint(kPoints - 1))};
  const IndexSpace space = runtime->create_index_space(ctx, bench.colors);
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), kField);
  bench.region = runtime->create_logical_region(ctx, space, fields);
  bench.pieces = runtime->get_logical_partition(
      bench.region,
      runtime->create_equal_partition(ctx, space, runtime->create_index_space(ctx, bench.colors)));
  runtime->fill_field<double>(ctx, bench.region, bench.region, kField, 0);

  bench.measure("spawn", kCount, [&] {
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher(kNothing, TaskArgument(&k, sizeof(k)));
      runtime->execute_task(ctx, launcher);
    }
  });
  bench.measure("value", kCount, [&] {
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher(kValue, TaskArgument(&k, sizeof(k)));
      runtime->execute_task(ctx, launcher);
    }
  });
  bench.measure("chain", kCount, [&] {
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher = bench.on(bench.region);
      runtime->execute_task(ctx, launcher);
    }
  });
  TaskLauncher again = bench.on(bench.region);
  bench.measure("chain_again", kCount, [&] {
    for (int k = 0; k < kCount; ++k) runtime->execute_task(ctx, again);
  });
  std::vector<LogicalRegion> pieces;
  for (int k = 0; k < kPoints; ++k)
    pieces.push_back(runtime->get_logical_subregion_by_color(ctx, bench.pieces, DomainPoint(k)));
  bench.measure("pieces", kCount, [&] {
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher = bench.on(pieces[static_cast<size_t>(k % kPoints)]);
      runtime->execute_task(ctx, launcher);
    }
  });
  bench.measure("point", kPoints * kLaunches, [&] {
    for (int k = 0; k < kLaunches; ++k) {
      IndexLauncher launcher = bench.on_all();
      runtime->execute_index_space(ctx, launcher);
    }
  });
  const auto launch_again = [&] { runtime->execute_task(ctx, again); };
  bench.measure("traced", kCount, [&] { bench.trace(kCount / kTraced, 1, kTraced, launch_again); });
  bench.measure("traced_by_turns", kCount, [&] { bench.trace(kCount / kTraced, 2, kTraced, launch_again); });
  const auto launch_points = [&] {
    IndexLauncher launcher = bench.on_all();
    runtime->execute_index_space(ctx, launcher);
  };
  bench.measure("traced_point", kPoints * kLaunches, [&] { bench.trace(kLaunches, 1, 1, launch_points); });
  latency(ctx, runtime);
  memory(bench);
}

}  // namespace

int main(int argc, char** argv) {
  bench::add<top>(kTop, "top", false);
  bench::add<nothing>(kNothing, "nothing", true);
  bench::add<empty>(kEmpty, "empty", true);
  bench::add<double, value>(kValue, "value");
  bench::add<double, starts>(kStarts, "starts");
  Runtime::set_top_level_task_id(kTop);
  return Runtime::start(argc, argv);
}
