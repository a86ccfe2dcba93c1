// Traces that devices launch as graphs (runtime/legion/trace_graph.h): they give the results of the
// sequential reading, whatever comes between two executions. On simulated devices, whose graphs run in the
// least expected order. `gpu_oracle_test.cpp` runs random programs.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "contract/runtime/support.h"
#include "runtime/api/palatine_kernel.h"
#include "runtime/device/simulated.h"
#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/gpu/gpus.h"

namespace palatine::test {
namespace {

const api::SourceLoc kLoc{"test.rg", 10};
const api::FieldDesc kElements[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kSpace{"fs", kElements, 2};
const uint16_t kX = 0, kY = 1;

struct Args {
  api::Region to;
  api::Region from;
  uint64_t value;
};
const api::ParamDesc kParams[] = {{"to", api::ParamKind::region, offsetof(Args, to), sizeof(api::Region)},
                                  {"from", api::ParamKind::region, offsetof(Args, from), sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 8}};

std::atomic<int> bodies, host_bodies;

// x of `to` from x of `to` and y of `from`, or the other way round.
struct Step {
  uint64_t* to;
  const uint64_t* from;
  uint64_t* part;
  int64_t lo, hi, from_lo, from_hi;
  uint64_t value;
};
void run_step(const Step& step) {
  uint64_t sum = 0;
  for (int64_t k = step.from_lo; k <= step.from_hi; ++k) sum += step.from[k];
  if (step.part) *step.part = sum;
  for (int64_t k = step.lo; k <= step.hi; ++k)
    step.to[k] = 3 * step.to[k] + (step.part ? *step.part : sum) + step.value + static_cast<uint64_t>(k);
}
void step_kernel(const device::HostKernelPoint&, void* const* arguments) {
  run_step(*static_cast<const Step*>(arguments[0]));
}
const api::KernelImages kNoImages{"", "there are none", nullptr, 0};
const api::KernelModule kModule{"graphs", &kNoImages};
const api::KernelDesc kKernel{"step", &kModule, &step_kernel, "step", kLoc};

template <uint16_t to, uint16_t from>
Step step_of(api::Context& context, const void* raw) {
  const Args& args = *static_cast<const Args*>(raw);
  const api::Rect<1> own = context.bounds<1>(context.region_ispace(args.to));
  const api::Rect<1> other = context.bounds<1>(context.region_ispace(args.from));
  return {reinterpret_cast<uint64_t*>(context.field(args.to, to).base),
          reinterpret_cast<const uint64_t*>(context.field(args.from, from).base),
          nullptr,
          own.lo,
          own.hi,
          other.lo,
          other.hi,
          args.value};
}
// Memory of its own, something to read on the device that the host has, and a kernel.
template <uint16_t to, uint16_t from>
void gpu_body(api::Context& context, const void* raw, void*) {
  ++bodies;
  Step step = step_of<to, from>(context, raw);
  step.part = static_cast<uint64_t*>(api::kernel_memory(context, 8));
  api::kernel_clear(context, step.part, 8);
  const int64_t shift[4] = {};
  api::kernel_upload(context, shift, sizeof(shift));
  api::launch_kernel(context, kKernel, {}, {}, &step, sizeof(step));
}
template <uint16_t to, uint16_t from>
void host_body(api::Context& context, const void* raw, void*) {
  ++host_bodies;
  run_step(step_of<to, from>(context, raw));
}

const api::RequirementDesc kForwardUses[] = {{0, api::Privilege::read_write, {}, &kX, 1},
                                             {1, api::Privilege::read, {}, &kY, 1}};
const api::RequirementDesc kBackUses[] = {{0, api::Privilege::read_write, {}, &kY, 1},
                                          {1, api::Privilege::read, {}, &kX, 1}};
template <uint16_t to, uint16_t from>
api::TaskDesc task(const char* name, const api::RequirementDesc* uses, bool has_gpu_body) {
  api::TaskDesc desc = task_with<Args>(name, &host_body<to, from>, true, kParams, uses, 2);
  if (has_gpu_body) desc.gpu_body = &gpu_body<to, from>;
  desc.gpu_repeats = has_gpu_body;
  return desc;
}
const api::TaskDesc kForward = task<0, 1>("forward", kForwardUses, true),
                    kBack = task<1, 0>("back", kBackUses, true),
                    kForwardOnHost = task<0, 1>("forward_on_host", kForwardUses, false);

constexpr int64_t kPoints = 400, kPieces = 4;

// The same program on the host's own arrays.
struct Model {
  std::vector<uint64_t> x = std::vector<uint64_t>(kPoints), y = x;
  void step(std::vector<uint64_t>& to, const std::vector<uint64_t>& from, int64_t lo, int64_t hi,
            int64_t from_lo, int64_t from_hi, uint64_t value) {
    run_step({to.data(), from.data(), nullptr, lo, hi, from_lo, from_hi, value});
  }
  void pieces(bool is_forward, uint64_t value, uint64_t shift) {
    const int64_t size = kPoints / kPieces;
    for (int64_t k = 0; k < kPieces; ++k) {
      const int64_t from = (k + static_cast<int64_t>(shift)) % kPieces;
      step(is_forward ? x : y, is_forward ? y : x, k * size, (k + 1) * size - 1, from * size,
           (from + 1) * size - 1, value);
    }
  }
  void whole(bool is_forward, uint64_t value) {
    step(is_forward ? x : y, is_forward ? y : x, 0, kPoints - 1, 0, kPoints - 1, value);
  }
};
Model model;

struct Program {
  explicit Program(api::Context& in) : context(in) {
    r = context.create_region(context.create_ispace<1>({0, kPoints - 1}), kSpace, {"r", kLoc});
    p = context.create_partition_equal(r, context.create_ispace<1>({0, kPieces - 1}), kLoc);
    for (uint16_t field : {kX, kY}) fill(field, 0);
    model = Model();
  }
  void fill(uint16_t field, uint64_t value) {
    context.fill(r, field, &value, 8, kLoc);
    auto& values = field == kX ? model.x : model.y;
    std::fill(values.begin(), values.end(), value);
  }
  // `shift`: how far off the piece is that is read.
  void pieces(bool is_forward, uint64_t value, uint64_t shift = 0) {
    const api::TaskDesc& desc = is_forward ? kForward : kBack;
    const api::Projection projections[] = {api::Projection::identity,
                                           shift == 0 ? api::Projection::identity : api::Projection::computed,
                                           api::Projection::value};
    const api::IndexLaunchSiteDesc site{&desc, kLoc, projections, nullptr, false, false};
    api::IndexLauncher launcher(context, site, kPieces);
    for (int64_t k = 0; k < kPieces; ++k) {
      Args* args = static_cast<Args*>(launcher.point_args());
      args->to = context.subregion<1>(p, k, kLoc);
      args->from = context.subregion<1>(p, (k + static_cast<int64_t>(shift)) % kPieces, kLoc);
      args->value = value;
    }
    launcher.issue(nullptr);
    model.pieces(is_forward, value, shift);
  }
  void whole(const api::TaskDesc& desc, uint64_t value) {
    const api::LaunchSiteDesc site{&desc, kLoc};
    const Args args{r, r, value};
    context.launch(site, &args, nullptr, 0);
    model.whole(&desc != &kBack, value);
  }
  void expect() {
    for (uint16_t field : {kX, kY}) {
      const api::MapDesc map{r, field == kX ? &kX : &kY, 1, api::Privilege::read};
      context.map(&map, 1, kLoc);
      const uint64_t* found = reinterpret_cast<const uint64_t*>(context.field(r, field).base);
      const std::vector<uint64_t>& wanted = field == kX ? model.x : model.y;
      for (int64_t k = 0; k < kPoints; ++k)
        EXPECT_EQ(found[k], wanted[static_cast<size_t>(k)]) << field << " " << k;
      context.unmap(&map, 1);
    }
  }
  // An execution of the trace.
  void execute(uint64_t value = 1, const api::TaskDesc& middle = kForward) {
    context.begin_trace(1);
    pieces(true, value);
    pieces(false, 2);
    whole(middle, 3);
    pieces(false, 4);
    context.end_trace(1);
  }

  api::Context& context;
  api::Region r;
  api::Partition p;
};

uint64_t launched, recorded, followed;
int run(TaskBody body, std::vector<std::string> more = {}, std::vector<const api::TaskDesc*> also = {}) {
  bodies = host_bodies = 0;
  legion::gpu::launched_graphs = legion::gpu::recorded_graphs = legion::gpu::followed_bodies = 0;
  const api::TaskDesc main = plain_task("main", body);
  // The later flag counts.
  std::vector<std::string> flags = {"-ll:cpu", "2", "--gpu=simulated"};
  flags.insert(flags.end(), more.begin(), more.end());
  if (kChecksSchedule) flags.push_back("-lg:check");
  std::vector<const api::TaskDesc*> tasks = {&kForward, &kBack, &kForwardOnHost};
  tasks.insert(tasks.end(), also.begin(), also.end());
  const int code = run_program(main, flags, tasks);
  followed = legion::gpu::followed_bodies;
  launched = legion::gpu::launched_graphs;
  recorded = legion::gpu::recorded_graphs;
  return code;
}

void ten_times(api::Context& context, const void*, void*) {
  Program program(context);
  for (int k = 0; k < 10; ++k) program.execute();
  program.expect();
}

void ten_times_with_values(api::Context& context, const void*, void*) {
  Program program(context);
  for (uint64_t k = 0; k < 10; ++k) program.execute(k);
  program.expect();
}

TEST(GpuGraph, ATraceIsRecordedOnceAndLaunched) {
  EXPECT_EQ(run(&ten_times), 0);
  EXPECT_EQ(recorded, 1u);
  EXPECT_GE(launched, 6u);
  // 13 in an execution, and in the recording.
  EXPECT_EQ(bodies, 13 * static_cast<int>(10 - launched + 1));
  EXPECT_EQ(host_bodies, 0);
}

TEST(GpuGraph, CanBeSwitchedOff) {
  EXPECT_EQ(run(&ten_times, {"-lg:no_graphs"}), 0);
  EXPECT_EQ(launched, 0u);
  EXPECT_EQ(bodies, 130);
}

TEST(GpuGraph, TasksThatDoNotRepeatStandBetweenGraphs) {
  static api::TaskDesc other = kForward;
  other.gpu_repeats = false;
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (int k = 0; k < 8; ++k) program.execute(1, other);
              program.expect();
            }),
            0);
  EXPECT_EQ(recorded, 2u);
  EXPECT_GE(launched, 8u);
}

TEST(GpuGraph, TasksOnTheHostStandBetweenGraphs) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (uint64_t k = 0; k < 12; ++k) program.execute(k, kForwardOnHost);
              program.expect();
            }),
            0);
  // Before it and behind it.
  EXPECT_EQ(recorded, 2u);
  EXPECT_GE(launched, 16u);
  EXPECT_EQ(launched % 2, 0u);
  EXPECT_EQ(followed, 4 * (launched / 2 - 1));
  EXPECT_EQ(host_bodies, 12);
}

TEST(GpuGraph, FillsAndWaitingStandBetweenGraphs) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (uint64_t k = 0; k < 24; ++k) {
                context.begin_trace(1);
                program.pieces(true, k);
                program.pieces(false, 2);
                program.fill(kX, k);
                program.pieces(true, 3);
                if (k == 20) context.execution_fence(true);
                program.whole(kBack, 4);
                if (k == 22) program.expect();
                program.fill(kX, 1);
                program.whole(kForward, 4);
                context.end_trace(1);
              }
              program.expect();
            }),
            0);
  EXPECT_GE(launched, 20u);
}

TEST(GpuGraph, ATraceMayGoOnInAnotherWayBehindAGraph) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (uint64_t k = 0; k < 60; ++k) {
                context.begin_trace(1);
                program.pieces(true, k);
                program.pieces(false, 2, 1);
                if (k % 2 == 0 || k > 40) program.whole(kForwardOnHost, 3);
                if (k % 7 == 6) program.whole(kForwardOnHost, 4);
                program.pieces(true, 5, 2);
                program.pieces(false, 6);
                if (k % 11 == 10) program.fill(kY, 7);
                context.end_trace(1);
              }
              program.expect();
            }),
            0);
  EXPECT_GE(launched, 10u);
}

TEST(GpuGraph, ValuesMayBeOthersInEachExecution) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (uint64_t k = 0; k < 40; ++k) program.execute(k);
              program.expect();
            }),
            0);
  EXPECT_EQ(recorded, 1u);
  EXPECT_GE(launched, 36u);
  // Of the four tasks with the value, not of the others.
  EXPECT_EQ(followed, 4 * (launched - 1));
  EXPECT_EQ(bodies, 13 * static_cast<int>(40 - launched + 1) + static_cast<int>(followed));
}

TEST(GpuGraph, ArgumentsMayChange) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (uint64_t k = 0; k < 40; ++k) program.execute(k / 10);
              program.expect();
            }),
            0);
  EXPECT_GE(launched, 30u);
  EXPECT_EQ(recorded, 1u);
}

// 2 k + 1, after some time.
void late_body(api::Context&, const void* args, void* result) {
  usleep(200);
  *static_cast<uint64_t*>(result) = 2 * *static_cast<const uint64_t*>(args) + 1;
}
const api::ParamDesc kLateParams[] = {{"k", api::ParamKind::value, 0, 8}};
api::TaskDesc late_task() {
  api::TaskDesc desc = task_with<uint64_t>("late", &late_body, true, kLateParams, nullptr, 0);
  desc.result_size_bytes = 8;
  return desc;
}
TEST(GpuGraph, ValuesMayComeFromFutures) {
  static const api::TaskDesc late = late_task();
  const auto body = [](api::Context& context, const void*, void*) {
    Program program(context);
    const auto ask = [&](uint64_t k) {
      const api::LaunchSiteDesc site{&late, kLoc};
      return context.launch(site, &k, nullptr, 0);
    };
    const auto pieces = [&](const api::Future& value) {
      const api::Projection projections[] = {api::Projection::identity, api::Projection::identity,
                                             api::Projection::value};
      const api::IndexLaunchSiteDesc site{&kForward, kLoc, projections, nullptr, false, false};
      api::IndexLauncher launcher(context, site, kPieces);
      launcher.add_future({2, &value});
      for (int64_t k = 0; k < kPieces; ++k) {
        Args* args = static_cast<Args*>(launcher.point_args());
        args->to = args->from = context.subregion<1>(program.p, k, kLoc);
      }
      launcher.issue(nullptr);
    };
    for (uint64_t k = 0; k < 30; ++k) {
      const api::Future first = ask(k), second = ask(7 * k);
      context.begin_trace(1);
      program.pieces(false, 2);
      pieces(first);
      model.pieces(true, 2 * k + 1, 0);
      const Args args{program.r, program.r, 0};
      const api::LaunchSiteDesc site{&kBack, kLoc};
      const api::FutureArg future{2, &second};
      context.launch(site, &args, &future, 1);
      model.whole(false, 14 * k + 1);
      // Leaves what was collected.
      if (k % 10 == 9) program.fill(kX, 3);
      program.pieces(true, k);
      context.end_trace(1);
    }
    program.expect();
  };
  EXPECT_EQ(run(body, {}, {&late}), 0);
  EXPECT_GE(launched, 15u);
  EXPECT_GE(followed, 9 * 10u);
}

// Its value says what is launched, and what it needs for that.
void bent_body(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  ++bodies;
  Step step = step_of<0, 1>(context, raw);
  step.part = static_cast<uint64_t*>(api::kernel_memory(context, args.value % 8 == 7 ? 16 : 8));
  api::kernel_clear(context, step.part, 8);
  const int64_t uploaded[2] = {static_cast<int64_t>(args.value % 9 == 8), 0};
  api::kernel_upload(context, uploaded, sizeof(uploaded));
  api::launch_kernel(context, kKernel, {}, {}, &step, sizeof(step));
  if (args.value % 10 != 9) return;
  step.value = 0;
  api::launch_kernel(context, kKernel, {}, {}, &step, sizeof(step));
}
TEST(GpuGraph, WhatABodyDoesMayFollowFromItsValues) {
  static api::TaskDesc bent = task<0, 1>("bent", kForwardUses, true);
  bent.gpu_body = &bent_body;
  const auto body = [](api::Context& context, const void*, void*) {
    Program program(context);
    for (uint64_t k = 0; k < 60; ++k) {
      context.begin_trace(1);
      program.pieces(false, 2);
      const api::LaunchSiteDesc site{&bent, kLoc};
      const Args args{program.r, program.r, k};
      context.launch(site, &args, nullptr, 0);
      model.whole(true, k);
      if (k % 10 == 9) model.whole(true, 0);
      context.end_trace(1);
    }
    program.expect();
  };
  EXPECT_EQ(run(body, {}, {&bent}), 0);
  EXPECT_GE(launched, 10u);
  EXPECT_GE(recorded, 3u);
}

TEST(GpuGraph, ALaunchThatIsAnotherEndsTheCollecting) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (int k = 0; k < 30; ++k) {
                context.begin_trace(1);
                program.pieces(true, 1);
                program.pieces(false, 2);
                if (k % 10 == 8) program.whole(kBack, 7);
                program.whole(kForward, 3);
                if (k % 10 != 9) program.pieces(false, 4);
                context.end_trace(1);
              }
              program.expect();
            }),
            0);
  EXPECT_GE(launched, 4u);
}

TEST(GpuGraph, WhatStandsBetweenExecutionsIsSeenAndSees) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              Program program(context);
              for (int k = 0; k < 60; ++k) {
                program.execute();
                if (k < 6 || k % 6 != 0) continue;
                switch (k / 6 % 5) {
                  case 0:
                    program.expect();
                    break;
                  case 1:
                    program.whole(kForwardOnHost, 5);
                    break;
                  case 2:
                    program.fill(kX, 6);
                    break;
                  case 3:
                    program.whole(kBack, 7);
                    break;
                  case 4:
                    context.execution_fence(true);
                    break;
                }
              }
              program.expect();
            }),
            0);
  EXPECT_GE(launched, 10u);
}

// Another region takes the device's memory now and then. `with_values`: executions have other values, too.
template <bool with_values>
void move_data(api::Context& context, const void*, void*) {
  Program program(context), other(context);
  for (uint64_t k = 0; k < 40; ++k) {
    with_values ? program.execute(k / 2) : program.execute();
    if (with_values && k % 8 == 3) program.expect();
    if (k % 8 != 7) continue;
    const Model kept = model;
    other.whole(kForward, 1);
    other.whole(kBack, 1);
    model = kept;
  }
  program.expect();
}
constexpr const char* kSmallMemories[] = {"13k", "14k", "15k", "16k", "18k"};

TEST(GpuGraph, DataMayBeMovedAwayBetweenExecutions) {
  uint64_t all_launched = 0, all_recorded = 0;
  for (const char* size : kSmallMemories) {
    EXPECT_EQ(run(move_data<false>, {"-ll:fsize", size}), 0);
    all_launched += launched;
    all_recorded += recorded;
  }
  EXPECT_GE(all_launched, 20u);
  // Places are others afterwards, or the memory of graphs was needed.
  EXPECT_GT(all_recorded, 5u);
}

TEST(GpuGraph, ValuesChangeWhileDataMove) {
  uint64_t all_followed = 0;
  for (const char* size : kSmallMemories) {
    EXPECT_EQ(run(move_data<true>, {"-ll:fsize", size}), 0);
    all_followed += followed;
  }
  EXPECT_GE(all_followed, 8u);
}

TEST(GpuGraph, WithoutMemoryForAllOfItTasksRun) {
  const auto body = [](api::Context& context, const void*, void*) {
    Program program(context), other(context);
    for (int k = 0; k < 12; ++k) {
      context.begin_trace(1);
      program.whole(kForward, 1);
      program.whole(kBack, 2);
      const Model kept = model;
      other.whole(kForward, 1);
      model = kept;
      context.end_trace(1);
    }
    program.expect();
  };
  EXPECT_EQ(run(body, {"-ll:fsize", "12k"}), 0);
  EXPECT_EQ(launched, 0u);
  EXPECT_EQ(run(body), 0);
  EXPECT_GE(launched, 6u);
}

TEST(GpuGraph, SeveralDevicesLaunchTasks) {
  EXPECT_EQ(run(&ten_times, {"-ll:gpu", "2"}), 0);
  EXPECT_EQ(launched, 0u);
}

TEST(GpuGraph, RegionsMayEnd) {
  EXPECT_EQ(run([](api::Context& context, const void*, void*) {
              for (int n = 0; n < 3; ++n) {
                Program program(context);
                for (int k = 0; k < 8; ++k) program.execute();
                if (n == 1) program.expect();
                context.destroy_region(program.r);
              }
            }),
            0);
  EXPECT_GE(launched, 6u);
}

// With one call that fails: the right result, and tasks instead.
TEST(GpuGraph, WhatCannotBeRecordedOrLaunchedIsRun) {
  ASSERT_EQ(run(&ten_times_with_values), 0);
  const uint64_t most = launched;
  using device::SimulatedCall;
  const std::pair<SimulatedCall, uint64_t> faults[] = {
      {SimulatedCall::begin_recording, 1}, {SimulatedCall::end_recording, 1},
      {SimulatedCall::launch_graph, 1},    {SimulatedCall::set_launch, 1},
      {SimulatedCall::set_launch, 3},      {SimulatedCall::launch_graph, 2}};
  for (const auto& [call, nth] : faults) {
    device::SimulatedOptions options;
    options.is_stepped = false;
    device::SimulatedPlatform platform(options);
    platform.fail(0, call, nth);
    legion::gpu::platform_override = &platform;
    const int code = run(&ten_times_with_values);
    legion::gpu::platform_override = nullptr;
    EXPECT_EQ(code, 0);
    // What cannot be changed is recorded anew.
    if (call == SimulatedCall::set_launch) {
      EXPECT_EQ(recorded, 2u);
    } else {
      EXPECT_LT(launched, most);
    }
  }
}

// Launches of a trace in any order and of any kind, with anything between two executions.
TEST(GpuGraph, RandomTracesGiveTheSequentialResult) {
  static uint64_t seed;
  uint64_t all = 0;
  for (seed = 1; seed <= 30; ++seed) {
    const auto body = [](api::Context& context, const void*, void*) {
      std::mt19937_64 random(seed);
      const auto pick = [&](uint64_t n) { return random() % n; };
      Program program(context);
      std::vector<std::pair<uint64_t, uint64_t>> launches(3 + pick(10));
      for (auto& [kind, value] : launches) kind = pick(8), value = pick(3);
      const uint64_t same = 1 + pick(4);
      for (uint64_t k = 0; k < 16; ++k) {
        context.begin_trace(1);
        for (const auto& [kind, noted] : launches) {
          const uint64_t value = kind > 3 ? noted : noted + k / same % 3 * (kind % 2);
          if (kind == 6) program.whole(kForwardOnHost, value);
          if (kind == 7) program.fill(kX, value);
          if (kind > 5) continue;
          if (kind < 2) program.pieces(kind == 0, value);
          if (kind == 2) program.whole(kForward, value);
          if (kind == 3) program.whole(kBack, value);
          if (kind > 3) program.pieces(kind == 4, value, 1 + value);
        }
        context.end_trace(1);
        const uint64_t between = pick(20);
        if (between == 0) program.expect();
        if (between == 1) program.fill(kX, 5);
        if (between == 2) program.whole(kForwardOnHost, 1);
        if (between == 3) program.pieces(true, 9);
      }
      program.expect();
    };
    EXPECT_EQ(
        run(body, {"-ll:cpu", std::to_string(1 + seed % 3), "-ll:streams", std::to_string(1 + seed % 4)}), 0)
        << "seed " << seed;
    all += launched;
  }
  EXPECT_GE(all, 60u);
}

}  // namespace
}  // namespace palatine::test
