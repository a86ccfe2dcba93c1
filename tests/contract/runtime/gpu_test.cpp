// Tasks that run on GPUs: where their data lie, what is moved, and what happens when a device fails. On
// simulated devices.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "contract/runtime/support.h"
#include "runtime/device/simulated.h"
#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/gpu/gpus.h"

namespace palatine::test {
namespace {

constexpr int64_t kPoints = 1000;

const api::FieldDesc kElements[] = {{"x", 8, 8}};
const api::FieldSpaceDesc kSpace{"fs", kElements, 1};
const uint16_t kX = 0;

struct Args {
  api::Region region;
  api::Region other;
  uint64_t value;
};
const api::ParamDesc kParams[] = {
    {"region", api::ParamKind::region, offsetof(Args, region), sizeof(api::Region)},
    {"other", api::ParamKind::region, offsetof(Args, other), sizeof(api::Region)},
    {"value", api::ParamKind::value, offsetof(Args, value), 8}};

// How often the bodies ran.
std::atomic<int> on_gpu, on_host;

// What a task does to its elements; on the device it is one operation on the stream.
struct Span {
  uint64_t* x;
  int64_t count;
  uint64_t value;
  uint64_t* result;
};
using Work = void (*)(const Span& span);

Span span_of(api::Context& context, const Args& args, void* result) {
  const api::Rect<1> bounds = context.bounds<1>(context.region_ispace(args.region));
  const api::FieldAddress x = context.field(args.region, kX);
  return {reinterpret_cast<uint64_t*>(x.base) + bounds.lo, bounds.hi - bounds.lo + 1, args.value,
          static_cast<uint64_t*>(result)};
}

template <Work work>
void host_body(api::Context& context, const void* raw, void* result) {
  ++on_host;
  work(span_of(context, *static_cast<const Args*>(raw), result));
}
template <Work work>
void gpu_body(api::Context& context, const void* raw, void* result) {
  ++on_gpu;
  auto* span = new Span(span_of(context, *static_cast<const Args*>(raw), result));
  const auto run = [](void* argument) {
    const std::unique_ptr<Span> self(static_cast<Span*>(argument));
    work(*self);
  };
  legion::gpu::check(context, legion::gpu::stream_of(context).call(run, span), "cannot launch");
}

void set(const Span& span) {
  for (int64_t k = 0; k < span.count; ++k) span.x[k] = span.value + static_cast<uint64_t>(k);
}
void add(const Span& span) {
  for (int64_t k = 0; k < span.count; ++k) span.x[k] += span.value;
}
void sum(const Span& span) {
  *span.result = 0;
  for (int64_t k = 0; k < span.count; ++k) *span.result += span.x[k];
}

template <Work work>
api::TaskDesc task(const char* name, const api::RequirementDesc* requirement, bool has_gpu_body) {
  api::TaskDesc desc = task_with<Args>(name, &host_body<work>, true, kParams, requirement, 1);
  desc.result_size_bytes = 8;
  if (has_gpu_body) desc.gpu_body = &gpu_body<work>;
  return desc;
}

const api::RequirementDesc kReads{0, api::Privilege::read, {}, &kX, 1};
const api::RequirementDesc kChanges{0, api::Privilege::read_write, {}, &kX, 1};
const api::RequirementDesc kWrites{0, api::Privilege::write_discard, {}, &kX, 1, false, true};

const api::RequirementDesc kShares{0, api::Privilege::read_write, {}, &kX, 1, true};

void meet(const Span& span);
void meet_and_sum(const Span& span);

const api::TaskDesc kSet = task<set>("set", &kWrites, true), kSetOnHost = task<set>("set", &kWrites, false);
const api::TaskDesc kAdd = task<add>("add", &kChanges, true), kAddOnHost = task<add>("add", &kChanges, false);
const api::TaskDesc kSum = task<sum>("sum", &kReads, true), kSumOnHost = task<sum>("sum", &kReads, false);
const api::TaskDesc kShare = task<add>("share", &kShares, true),
                    kShareOnHost = task<add>("share", &kShares, false);
const api::TaskDesc kMeet = task<meet>("meet", &kWrites, true),
                    kMeetOnHost = task<meet>("meet", &kWrites, false);
const api::TaskDesc kMeetAndSum = task<meet_and_sum>("meet_and_sum", &kReads, true),
                    kMeetAndSumOnHost = task<meet_and_sum>("meet_and_sum", &kReads, false);

api::Future launch(api::Context& context, const api::TaskDesc& desc, api::Region region, uint64_t value = 0) {
  const api::LaunchSiteDesc site{&desc, {"test.rg", 20}};
  const Args args{region, region, value};
  return context.launch(site, &args, nullptr, 0);
}

api::Region make_region(api::Context& context, int64_t points = kPoints, const char* name = "r") {
  return context.create_region(context.create_ispace<1>({0, points - 1}), kSpace, {name, {"test.rg", 10}});
}

uint64_t expected_sum(uint64_t first, int64_t count = kPoints) {
  const uint64_t n = static_cast<uint64_t>(count);
  return first * n + n * (n - 1) / 2;
}

// Runs `body` as the main task of a program with these tasks.
int run(TaskBody body, std::vector<std::string> flags) {
  on_gpu = on_host = 0;
  const api::TaskDesc main = plain_task("main", body);
  flags.insert(flags.begin(), {"-ll:cpu", "2"});
  if (kChecksSchedule) flags.push_back("-lg:check");
  return run_program(main, flags,
                     {&kSet, &kSetOnHost, &kAdd, &kAddOnHost, &kSum, &kSumOnHost, &kMeet, &kMeetOnHost,
                      &kShare, &kShareOnHost, &kMeetAndSum, &kMeetAndSumOnHost});
}
const std::vector<std::string> kSimulated = {"--gpu=simulated"};

uint64_t results[4];

TEST(Gpu, TasksRunOnTheDeviceAndOthersSeeWhatTheyWrote) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5);
    launch(context, kAdd, r, 1);
    launch(context, kAdd, r, 1);
    launch(context, kAddOnHost, r, 10);
    results[0] = launch(context, kSum, r).get<uint64_t>(context);
    results[1] = launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, kSimulated), 0);
  EXPECT_EQ(results[0], expected_sum(17));
  EXPECT_EQ(results[1], expected_sum(17));
  EXPECT_EQ(on_gpu, 3);
  EXPECT_EQ(on_host, 3);
}

TEST(Gpu, WithoutGpusTheOtherBodiesRun) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    results[0] = launch(context, kSum, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, {"--gpu=off"}), 0);
  EXPECT_EQ(results[0], expected_sum(5));
  EXPECT_EQ(on_gpu, 0);
  EXPECT_EQ(on_host, 2);
}

TEST(Gpu, MappingsSeeWhatDevicesWroteAndTheOtherWayRound) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    const api::MapDesc map{r, &kX, 1, api::Privilege::read_write};
    context.map(&map, 1, {"test.rg", 30});
    uint64_t* x = reinterpret_cast<uint64_t*>(context.field(r, kX).base);
    results[0] = x[3];
    x[3] = 100;
    // Conflicts with what is mapped: it is waited for, and what it wrote is there.
    launch(context, kAdd, r, 1);
    results[1] = x[3];
    x[3] = 200;
    launch(context, kAdd, r, 1);
    results[2] = x[3];
    context.unmap(&map, 1);
    results[3] = launch(context, kSum, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, kSimulated), 0);
  EXPECT_EQ(results[0], 8u);
  EXPECT_EQ(results[1], 101u);
  EXPECT_EQ(results[2], 201u);
  EXPECT_EQ(results[3], expected_sum(7) - 10 + 201);
  EXPECT_EQ(on_gpu, 4);
}

TEST(Gpu, WhatOthersMayUseAtTheSameTimeStaysAtHome) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    results[0] = launch(context, kSum, r).get<uint64_t>(context);
    // One after the other, since the result is waited for.
    launch(context, kShare, r, 1).get<uint64_t>(context);
    launch(context, kShareOnHost, r, 1).get<uint64_t>(context);
    launch(context, kShare, r, 1).get<uint64_t>(context);
    launch(context, kAdd, r, 1);
    results[1] = launch(context, kSum, r).get<uint64_t>(context);
    results[2] = launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, kSimulated), 0);
  EXPECT_EQ(results[0], expected_sum(5));
  EXPECT_EQ(results[1], expected_sum(9));
  EXPECT_EQ(results[2], expected_sum(9));
  EXPECT_EQ(on_gpu, 6);
  EXPECT_EQ(on_host, 2);
}

TEST(Gpu, FillsAndCopiesFollowTheData) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context), s = make_region(context);
    launch(context, kSet, r, 5);
    const uint64_t two = 2;
    context.fill(r, kX, &two, 8, {"test.rg", 31});
    launch(context, kAdd, r, 1);
    const api::CopyField field{kX, kX, nullptr};
    context.copy(r, s, &field, 1, {}, {"test.rg", 32});
    launch(context, kAdd, s, 1);
    results[0] = launch(context, kSumOnHost, r).get<uint64_t>(context);
    results[1] = launch(context, kSumOnHost, s).get<uint64_t>(context);
    context.destroy_region(r);
    context.destroy_region(s);
  };
  EXPECT_EQ(run(body, kSimulated), 0);
  EXPECT_EQ(results[0], 3u * kPoints);
  EXPECT_EQ(results[1], 4u * kPoints);
}

// Two tasks whose work is only done when both are under way.
std::atomic<int> arrived;
void meet(const Span&) {
  ++arrived;
  for (int k = 0; k < 5000 && arrived < 2; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(Gpu, TasksOfADeviceAndOfTheHostOverlap) {
  const auto on_device = [](api::Context& context, const void*, void*) {
    launch(context, kMeet, make_region(context));
    launch(context, kMeet, make_region(context));
  };
  const auto on_both = [](api::Context& context, const void*, void*) {
    launch(context, kMeet, make_region(context));
    launch(context, kMeetOnHost, make_region(context));
  };
  for (TaskBody body : {static_cast<TaskBody>(on_device), static_cast<TaskBody>(on_both)}) {
    arrived = 0;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run(body, kSimulated), 0);
    EXPECT_EQ(arrived, 2);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  }
}

// A kernel waits until another one runs whose data come meanwhile, or until a task of the host has what came
// home meanwhile.
void meet_and_sum(const Span& span) {
  meet(span);
  sum(span);
}

TEST(Gpu, CopiesGoOnBesideKernels) {
  const auto to_device = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5);
    launch(context, kMeet, make_region(context));
    results[0] = launch(context, kMeetAndSum, r).get<uint64_t>(context);
  };
  const auto to_host = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    launch(context, kMeet, make_region(context));
    results[0] = launch(context, kMeetAndSumOnHost, r).get<uint64_t>(context);
  };
  for (TaskBody body : {static_cast<TaskBody>(to_device), static_cast<TaskBody>(to_host)}) {
    arrived = 0;
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run(body, kSimulated), 0);
    EXPECT_EQ(arrived, 2);
    EXPECT_EQ(results[0], expected_sum(5));
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  }
}

// A body that waits for its stream, and uses memory of its own.
void waiting_body(api::Context& context, const void* raw, void* result) {
  device::Stream& stream = legion::gpu::stream_of(context);
  const Span span = span_of(context, *static_cast<const Args*>(raw), result);
  auto* scratch = static_cast<uint64_t*>(legion::gpu::scratch(context, 8));
  const auto run = [](void* argument) {
    const std::unique_ptr<Span> self(static_cast<Span*>(argument));
    sum(*self);
  };
  Span* first = new Span(span);
  first->result = scratch;
  legion::gpu::check(context, stream.call(run, first), "cannot launch");
  legion::gpu::check(context, stream.copy(result, scratch, 8), "cannot copy");
  legion::gpu::wait_for_stream(context);
  const uint64_t before = *static_cast<uint64_t*>(result);
  legion::gpu::check(context, stream.call(run, new Span(span)), "cannot launch");
  legion::gpu::wait_for_stream(context);
  *static_cast<uint64_t*>(result) += before;
}

TEST(Gpu, BodiesMayWaitForTheirStream) {
  static api::TaskDesc twice = kSum;
  twice.gpu_body = &waiting_body;
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    results[0] = launch(context, twice, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, kSimulated), 0);
  EXPECT_EQ(results[0], 2 * expected_sum(5));
}

// Memory for kernels that is only there when other tasks have ended.
void greedy_body(api::Context& context, const void* raw, void* result) {
  auto* much = static_cast<uint64_t*>(legion::gpu::scratch(context, 12000));
  Span* span = new Span(span_of(context, *static_cast<const Args*>(raw), much));
  const auto run = [](void* argument) {
    const std::unique_ptr<Span> self(static_cast<Span*>(argument));
    sum(*self);
  };
  device::Stream& stream = legion::gpu::stream_of(context);
  legion::gpu::check(context, stream.call(run, span), "cannot launch");
  legion::gpu::check(context, stream.copy(result, much, 8), "cannot copy");
}

TEST(Gpu, BodiesWaitForMemoryThatOthersGiveBack) {
  static api::TaskDesc greedy = kSum;
  greedy.gpu_body = &greedy_body;
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5);
    api::Future sums[8];
    for (api::Future& future : sums) future = launch(context, greedy, r);
    results[0] = 0;
    for (api::Future& future : sums) results[0] += future.get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, {"--gpu=simulated", "-ll:fsize", "40k"}), 0);
  EXPECT_EQ(results[0], 8 * expected_sum(5));
}

TEST(Gpu, PointsOfIndexLaunchesAreSpreadOverDevices) {
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition pieces =
        context.create_partition_equal(r, context.create_ispace<1>({0, 9}), {"test.rg", 40});
    const api::Projection projections[] = {api::Projection::identity, api::Projection::identity,
                                           api::Projection::value};
    for (const api::TaskDesc* desc : {&kSet, &kAdd, &kAdd}) {
      const api::IndexLaunchSiteDesc site{desc, {"test.rg", 41}, projections, nullptr, false, false};
      api::IndexLauncher launcher(context, site, 10);
      for (int64_t c = 0; c < 10; ++c) {
        const api::Region piece = context.subregion<1>(pieces, c, {"test.rg", 42});
        *static_cast<Args*>(launcher.point_args()) = Args{piece, piece, 3};
      }
      launcher.issue();
    }
    results[0] = launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  device::SimulatedOptions options;
  options.is_stepped = false;
  options.devices = 2;
  device::SimulatedPlatform platform(options);
  legion::gpu::platform_override = &platform;
  EXPECT_EQ(run(body, {"--gpu=require"}), 0);
  legion::gpu::platform_override = nullptr;
  EXPECT_EQ(results[0], 10 * expected_sum(9, 100));
  EXPECT_EQ(on_gpu, 30);
  EXPECT_GT(platform.device(0).main_memory().used_high_water_bytes(), 0u);
  EXPECT_GT(platform.device(1).main_memory().used_high_water_bytes(), 0u);
}

// How much a device does in a program.
uint64_t operations_of(TaskBody body) {
  device::SimulatedOptions options;
  options.is_stepped = false;
  device::SimulatedPlatform platform(options);
  legion::gpu::platform_override = &platform;
  EXPECT_EQ(run(body, {"--gpu=require"}), 0);
  legion::gpu::platform_override = nullptr;
  return platform.operations_done();
}

TEST(Gpu, DataStayOnTheDeviceWhileOnlyTasksThereUseThem) {
  const auto few = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5);
    for (int k = 0; k < 10; ++k) launch(context, kAdd, r, 1).get<uint64_t>(context);
    results[0] = launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  const auto many = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5);
    for (int k = 0; k < 110; ++k) launch(context, kAdd, r, 1).get<uint64_t>(context);
    results[1] = launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  const uint64_t less = operations_of(few), more = operations_of(many);
  EXPECT_EQ(results[0], expected_sum(15));
  EXPECT_EQ(results[1], expected_sum(115));
  // A kernel each, and the call that says it is done.
  EXPECT_EQ(more - less, 200u);
}

TEST(Gpu, WhatIsOverwrittenIsNotMoved) {
  const auto with = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5).get<uint64_t>(context);
    launch(context, kSet, r, 5).get<uint64_t>(context);
  };
  const auto without = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSet, r, 5).get<uint64_t>(context);
  };
  EXPECT_EQ(operations_of(with), operations_of(without));
}

TEST(Gpu, ALittleMemoryIsEnoughWhenTasksUseLittleAtOnce) {
  const auto body = [](api::Context& context, const void*, void*) {
    // 8000 bytes each, 12 of them; the device has 32 KiB.
    api::Region regions[12];
    for (uint64_t k = 0; k < 12; ++k) {
      regions[k] = make_region(context);
      launch(context, kSet, regions[k], k);
    }
    for (int turn = 0; turn < 3; ++turn) {
      for (api::Region r : regions) launch(context, kAdd, r, 1);
    }
    results[0] = 0;
    for (api::Region r : regions) results[0] += launch(context, kSumOnHost, r).get<uint64_t>(context);
  };
  EXPECT_EQ(run(body, {"--gpu=simulated", "-ll:fsize", "32k"}), 0);
  uint64_t expected = 0;
  for (uint64_t k = 0; k < 12; ++k) expected += expected_sum(k + 3);
  EXPECT_EQ(results[0], expected);
  EXPECT_EQ(on_gpu, 48);
}

TEST(GpuDeathTest, MemoryThatIsTooSmallIsToldWithItsFigures) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto body = [](api::Context& context, const void*, void*) {
    launch(context, kSet, make_region(context, kPoints, "large"), 1);
  };
  EXPECT_EXIT(run(body, {"--gpu=simulated", "-ll:fsize", "4k"}), testing::ExitedWithCode(1),
              "out of memory on simulated device 0.*task `set`.*"
              "field `x` of region `large` .created at test.rg:10.: 8000 bytes"
              "(.|\n)*asked: 8000 bytes; free: 4096; largest free block: .*; limit: 4096");
}

// Runs a program whose device fails.
void run_with_fault(void (*make_fault)(device::SimulatedPlatform& platform)) {
  device::SimulatedOptions options;
  options.is_stepped = false;
  device::SimulatedPlatform platform(options);
  make_fault(platform);
  legion::gpu::platform_override = &platform;
  const auto body = [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kSetOnHost, r, 5);
    launch(context, kAdd, r, 1);
    printf("%llu\n", static_cast<unsigned long long>(launch(context, kSumOnHost, r).get<uint64_t>(context)));
  };
  exit(run(body, {"--gpu=require"}));
}

TEST(GpuDeathTest, AFailureEndsTheProgramWithTheTask) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  using device::SimulatedCall;
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.fail(0, SimulatedCall::call, 1); }),
              testing::ExitedWithCode(1), "test.rg:1: task `add` .launched at line 20.: cannot launch");
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.fail(0, SimulatedCall::copy, 1); }),
              testing::ExitedWithCode(1), "cannot copy field `x` of region `r` .* to the device");
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.fail(0, SimulatedCall::copy, 2); }),
              testing::ExitedWithCode(1), "cannot copy field `x` of region `r` .* from the device");
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.fail(0, SimulatedCall::fill, 1); }),
              testing::ExitedWithCode(1), "cannot clear memory");
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.fail(0, SimulatedCall::record, 1); }),
              testing::ExitedWithCode(1), "cannot record an event");
  EXPECT_EXIT(run_with_fault([](auto& platform) { platform.lose(0); }), testing::ExitedWithCode(1), "lost");
}

TEST(GpuDeathTest, AskingForWhatIsNotThereIsAnError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto body = [](api::Context&, const void*, void*) {};
  EXPECT_EXIT(run(body, {"--gpu=perhaps"}), testing::ExitedWithCode(1), "there are `auto`, `require`");
}

}  // namespace
}  // namespace palatine::test
