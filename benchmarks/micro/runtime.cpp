// What the runtime's own steps cost: events, launches of single tasks and of index launches. Times are for
// each item (link, task, point); the argument of the launch benchmarks is the number of workers.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "runtime/api/palatine_api.h"
#include "runtime/realm/event.h"

namespace {

using namespace palatine;

void set_time_per_item(benchmark::State& state, int64_t items) {
  state.counters["per_item"] =
      benchmark::Counter(static_cast<double>(items),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// ---- events

constexpr int64_t kLinks = 100000;

void event_create_and_trigger(benchmark::State& state) {
  for (auto _ : state) {
    for (int64_t k = 0; k < kLinks; ++k) realm::UserEvent::create().trigger();
  }
  set_time_per_item(state, kLinks);
}
BENCHMARK(event_create_and_trigger);

void event_chain(benchmark::State& state) {
  for (auto _ : state) {
    realm::UserEvent first = realm::UserEvent::create(), last = first;
    for (int64_t k = 0; k < kLinks; ++k) {
      realm::UserEvent next = realm::UserEvent::create();
      next.trigger_after(last);
      last = next;
    }
    first.trigger();
  }
  set_time_per_item(state, kLinks);
}
BENCHMARK(event_chain);

void event_chain_trigger_only(benchmark::State& state) {
  std::vector<realm::UserEvent> chain(kLinks + 1);
  for (auto _ : state) {
    state.PauseTiming();
    for (realm::UserEvent& event : chain) event = realm::UserEvent::create();
    for (size_t k = 0; k < kLinks; ++k) chain[k + 1].trigger_after(chain[k]);
    state.ResumeTiming();
    chain[0].trigger();
  }
  set_time_per_item(state, kLinks);
}
BENCHMARK(event_chain_trigger_only);

void event_fan_out(benchmark::State& state) {
  for (auto _ : state) {
    realm::UserEvent source = realm::UserEvent::create();
    for (int64_t k = 0; k < state.range(0); ++k) realm::UserEvent::create().trigger_after(source);
    source.trigger();
  }
  set_time_per_item(state, state.range(0));
}
BENCHMARK(event_fan_out)->Range(1, 65536);

void event_fan_in(benchmark::State& state) {
  std::vector<realm::UserEvent> sources(static_cast<size_t>(state.range(0)));
  std::vector<realm::Event> inputs(sources.size());
  for (auto _ : state) {
    for (size_t k = 0; k < sources.size(); ++k) inputs[k] = sources[k] = realm::UserEvent::create();
    benchmark::DoNotOptimize(realm::Event::merge(inputs.data(), inputs.size()));
    for (realm::UserEvent source : sources) source.trigger();
  }
  set_time_per_item(state, state.range(0));
}
BENCHMARK(event_fan_in)->Range(1, 65536);

// ---- launches

struct Args {
  api::Region region;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, 4}};
const uint16_t kFields[] = {0};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"fs", kFieldDescs, 1};
const api::RequirementDesc kWrites[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kFields, 1}};
const api::RequirementDesc kReads[] = {{0, api::Privilege::read, api::ReductionOp::add, kFields, 1}};

api::TaskDesc empty_task(const char* name, const api::RequirementDesc* requirements) {
  api::TaskDesc desc = {};
  desc.name = name;
  desc.loc = {"bench.rg", 1};
  desc.args_size_bytes = sizeof(Args);
  desc.args_align_bytes = alignof(Args);
  desc.params = kParams;
  desc.param_count = requirements ? 1 : 0;
  desc.requirements = requirements;
  desc.requirement_count = requirements ? 1 : 0;
  desc.is_leaf = true;
  desc.body = [](api::Context&, const void*, void*) {};
  return desc;
}

const api::TaskDesc kEmpty = empty_task("empty", nullptr);
const api::TaskDesc kWriter = empty_task("writer", kWrites);
const api::TaskDesc kReader = empty_task("reader", kReads);

void run_main(const api::TaskDesc& main, int64_t workers) {
  std::string count = std::to_string(workers), name = "bench", flag = "-ll:cpu";
  char* argv[] = {name.data(), flag.data(), count.data(), nullptr};
  const api::TaskDesc* tasks[] = {&main, &kEmpty, &kWriter, &kReader};
  api::run(api::ProgramDesc{tasks, 4, &main}, 3, argv);
}

// What the main task measures: there is one at a time.
struct Measurement {
  benchmark::State* state;
  const api::TaskDesc* task;
};
Measurement current;

constexpr int64_t kTasks = 20000;
constexpr int64_t kPoints = 1000;

struct World {
  api::Region region;
  api::Partition partition;
};

World make_world(api::Context& context) {
  api::Ispace space = context.create_ispace<1>({0, kPoints - 1});
  World world;
  world.region = context.create_region(space, kFieldSpace, {"r", {"bench.rg", 2}});
  world.partition = context.create_partition_equal(world.region, space, {"bench.rg", 3});
  return world;
}

template <bool by_piece>
void launch_tasks(api::Context& context, const void*, void*) {
  World world = make_world(context);
  api::LaunchSiteDesc site{current.task, {"bench.rg", 4}};
  for (auto _ : *current.state) {
    for (int64_t k = 0; k < kTasks; ++k) {
      Args args{by_piece ? context.subregion<1>(world.partition, k % kPoints, {"bench.rg", 5})
                         : world.region};
      context.launch(site, &args, nullptr, 0);
    }
    context.execution_fence(true);
  }
  set_time_per_item(*current.state, kTasks);
}

template <int launches>
void launch_points(api::Context& context, const void*, void*) {
  World world = make_world(context);
  static const api::Projection kIdentity[] = {api::Projection::identity};
  api::IndexLaunchSiteDesc site{current.task, {"bench.rg", 6}, kIdentity, nullptr, false, false};
  for (auto _ : *current.state) {
    for (int k = 0; k < launches; ++k) {
      api::IndexLauncher launcher(context, site, kPoints);
      for (int64_t p = 0; p < kPoints; ++p) {
        static_cast<Args*>(launcher.point_args())->region =
            context.subregion<1>(world.partition, p, {"bench.rg", 7});
      }
      launcher.issue();
    }
    context.execution_fence(true);
  }
  set_time_per_item(*current.state, launches * kPoints);
}

void measure(benchmark::State& state, const api::TaskDesc& task,
             void (*body)(api::Context&, const void*, void*)) {
  current = {&state, &task};
  api::TaskDesc main = {};
  main.name = "main";
  main.loc = {"bench.rg", 8};
  main.body = body;
  run_main(main, state.range(0));
}

void task_without_region(benchmark::State& state) {
  measure(state, kEmpty, &launch_tasks<false>);
}
void task_writes_region(benchmark::State& state) {
  measure(state, kWriter, &launch_tasks<false>);
}
void task_reads_region(benchmark::State& state) {
  measure(state, kReader, &launch_tasks<false>);
}
void task_writes_piece(benchmark::State& state) {
  measure(state, kWriter, &launch_tasks<true>);
}
void point_of_one_launch(benchmark::State& state) {
  measure(state, kWriter, &launch_points<1>);
}
void point_of_chained_launches(benchmark::State& state) {
  measure(state, kWriter, &launch_points<20>);
}
void point_of_reading_launches(benchmark::State& state) {
  measure(state, kReader, &launch_points<20>);
}
BENCHMARK(task_without_region)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(task_writes_region)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(task_reads_region)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(task_writes_piece)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(point_of_one_launch)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(point_of_chained_launches)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK(point_of_reading_launches)->Arg(1)->Arg(2)->UseRealTime();

void start_and_stop(benchmark::State& state) {
  for (auto _ : state) run_main(kEmpty, state.range(0));
}
BENCHMARK(start_and_stop)->Arg(1)->Arg(2)->UseRealTime();

}  // namespace
