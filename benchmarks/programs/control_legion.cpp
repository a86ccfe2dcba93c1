// What controls tasks costs through legion.h, beside the tasks themselves: recording traces, users' mappers,
// futures, scalar reductions, predicates, phase barriers, and Realm's reservations. Prints microseconds a
// launch, link or point, from the first until all have run.
#include <atomic>

#include "legion_bench.h"
#include "mappers/default_mapper.h"

namespace {

enum : TaskID { kTop = 1, kEmpty, kValue, kNext, kNothing, kLocks };
enum : FieldID { kField = 100 };
enum : MapperID { kPlain = 1, kOwn };

constexpr int kCount = 20000, kPoints = 1000, kLaunches = 40, kTraced = 16, kHandOvers = 20000;

void empty(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {}

double value(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  return 1;
}

double next(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  return task->futures[0].get_result<double>() + 1;
}

// What the tasks of `locks` change under the reservation.
struct Shared {
  Realm::Reservation lock;
  int64_t count;
  std::atomic<int> started;
};

void locks(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Shared* shared = *static_cast<Shared**>(task->args);
  // Each on a worker of its own.
  ++shared->started;
  while (shared->started % 2 != 0) {
  }
  // The handle is not beside what is changed.
  const Realm::Reservation lock = shared->lock;
  for (int k = 0; k < kHandOvers; ++k) {
    lock.acquire().wait();
    ++shared->count;
    lock.release();
  }
}

// Overrides what a user's mapper usually does, and decides what the default one does.
class OwnMapper : public Mapping::DefaultMapper {
 public:
  using DefaultMapper::DefaultMapper;

  void select_task_options(const Mapping::MapperContext context, const Task& task,
                           TaskOptions& output) override {
    DefaultMapper::select_task_options(context, task, output);
  }
  void map_task(const Mapping::MapperContext context, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(context, task, input, output);
  }
};

void add_mappers(Machine machine, Runtime* runtime, const std::set<Processor>& processors) {
  for (Processor processor : processors) {
    runtime->add_mapper(kPlain, new Mapping::DefaultMapper(runtime->get_mapper_runtime(), machine, processor),
                        processor);
    runtime->add_mapper(kOwn, new OwnMapper(runtime->get_mapper_runtime(), machine, processor), processor);
  }
}

struct Bench {
  Context ctx;
  Runtime* runtime;
  LogicalRegion region;
  Domain points;
  TraceID last_trace = 0;

  template <typename Body>
  void measure(const char* name, double parts, Body body) {
    bench::measure(ctx, runtime, name, parts, body);
  }
  TaskLauncher writer() {
    TaskLauncher launcher(kEmpty, TaskArgument());
    launcher.add_region_requirement(RegionRequirement(region, LEGION_READ_WRITE, LEGION_EXCLUSIVE, region));
    launcher.add_field(0, kField);
    return launcher;
  }
  template <typename Launch>
  void trace(TraceID id, Launch launch) {
    runtime->begin_trace(ctx, id);
    for (int k = 0; k < kTraced; ++k) launch();
    runtime->end_trace(ctx, id);
  }
};

void traces(Bench& bench) {
  TaskLauncher launcher = bench.writer();
  const auto launch = [&] { bench.runtime->execute_task(bench.ctx, launcher); };
  bench.measure("untraced", kCount, [&] {
    for (int k = 0; k < kCount; ++k) launch();
  });
  bench.measure("recorded", kCount, [&] {
    for (int k = 0; k < kCount / kTraced; ++k) bench.trace(++bench.last_trace, launch);
  });
  const TraceID id = ++bench.last_trace;
  bench.measure("replayed", kCount, [&] {
    for (int k = 0; k < kCount / kTraced; ++k) bench.trace(id, launch);
  });
}

void mappers(Bench& bench) {
  const std::pair<const char*, MapperID> cases[] = {
      {"mapper_none", 0}, {"mapper_default", kPlain}, {"mapper_own", kOwn}};
  for (const auto& [name, mapper] : cases) {
    TaskLauncher launcher = bench.writer();
    launcher.map_id = mapper;
    const auto launch = [&] { bench.runtime->execute_task(bench.ctx, launcher); };
    bench.measure(name, kCount, [&] {
      for (int k = 0; k < kCount; ++k) launch();
    });
    const TraceID id = ++bench.last_trace;
    bench.measure((std::string(name) + "_traced").c_str(), kCount, [&] {
      for (int k = 0; k < kCount / kTraced; ++k) bench.trace(id, launch);
    });
  }
}

void futures(Bench& bench) {
  Context ctx = bench.ctx;
  Runtime* runtime = bench.runtime;
  const Future ready = Future::from_value<double>(runtime, 1);
  double sum = 0;
  bench.measure("future_read", kCount, [&] {
    for (int k = 0; k < kCount; ++k) sum += ready.get_result<double>(true);
  });
  bench.measure("future_chain", kCount, [&] {
    Future last = ready;
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher(kNext, TaskArgument());
      launcher.add_future(last);
      last = runtime->execute_task(ctx, launcher);
    }
    sum += last.get_result<double>();
  });
  bench.measure("reduction", kPoints * kLaunches, [&] {
    for (int k = 0; k < kLaunches; ++k) {
      IndexLauncher launcher(kValue, bench.points, TaskArgument(), ArgumentMap());
      sum += runtime->execute_index_space(ctx, launcher, LEGION_REDOP_SUM_FLOAT64).get_result<double>();
    }
  });
  constexpr double kRounds = 4;
  const double expected = kRounds * (kCount + kCount + 1 + kPoints * kLaunches);
  if (sum != expected) {
    fprintf(stderr, "futures came to %f instead of %f\n", sum, expected);
    exit(1);
  }
}

void predicates(Bench& bench) {
  const Future no = Future::from_value<bool>(bench.runtime, false);
  bench.measure("predicate", kCount, [&] {
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher = bench.writer();
      launcher.predicate = bench.runtime->create_predicate(bench.ctx, no);
      bench.runtime->execute_task(bench.ctx, launcher);
    }
  });
}

// Each task waits for the phase that the one before arrives at.
void barriers(Bench& bench) {
  bench.measure("barrier", kCount, [&] {
    PhaseBarrier barrier = bench.runtime->create_phase_barrier(bench.ctx, 1);
    for (int k = 0; k < kCount; ++k) {
      TaskLauncher launcher(kEmpty, TaskArgument());
      if (k > 0) launcher.add_wait_barrier(barrier);
      if (k > 0) barrier = bench.runtime->advance_phase_barrier(bench.ctx, barrier);
      launcher.add_arrival_barrier(barrier);
      bench.runtime->execute_task(bench.ctx, launcher);
    }
  });
}

void reservations(Bench& bench) {
  Shared shared{Realm::Reservation::create_reservation(), 0, 0};
  bench.measure("lock_chain", kCount, [&] {
    Realm::Event last = Realm::Event::NO_EVENT;
    for (int k = 0; k < kCount; ++k) {
      last = shared.lock.acquire();
      shared.lock.release(last);
    }
    last.wait();
  });
  bench.measure("lock_hand_over", 2 * kHandOvers, [&] {
    Shared* argument = &shared;
    IndexLauncher launcher(kLocks, Domain(DomainPoint(0), DomainPoint(1)),
                           TaskArgument(&argument, sizeof argument), ArgumentMap());
    bench.runtime->execute_index_space(bench.ctx, launcher).wait_all_results();
  });
  if (shared.count != 4 * 2 * kHandOvers) {
    fprintf(stderr, "the reservation let two tasks in at once\n");
    exit(1);
  }
  shared.lock.destroy_reservation();
}

void top(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  Bench bench{ctx, runtime, {}, Domain(DomainPoint(0), DomainPoint(kPoints - 1))};
  const IndexSpace space = runtime->create_index_space(ctx, bench.points);
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(double), kField);
  bench.region = runtime->create_logical_region(ctx, space, fields);
  runtime->fill_field<double>(ctx, bench.region, bench.region, kField, 0);
  traces(bench);
  mappers(bench);
  futures(bench);
  predicates(bench);
  barriers(bench);
  reservations(bench);
}

}  // namespace

int main(int argc, char** argv) {
  bench::add<top>(kTop, "top", false);
  bench::add<empty>(kEmpty, "empty", true);
  bench::add<double, value>(kValue, "value");
  bench::add<double, next>(kNext, "next");
  bench::add<locks>(kLocks, "locks", false);
  Runtime::add_registration_callback(add_mappers);
  Runtime::set_top_level_task_id(kTop);
  return Runtime::start(argc, argv);
}
