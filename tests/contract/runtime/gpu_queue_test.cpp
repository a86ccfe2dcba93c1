// Tasks on GPUs without a result: their launchers, and the tasks behind them, do not wait for the device. On
// simulated devices.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "contract/runtime/support.h"
#include "runtime/legion/gpu/gpu_context.h"

namespace palatine::test {
namespace {

constexpr int64_t kPoints = 100;

const api::FieldDesc kElements[] = {{"x", 8, 8}};
const api::FieldSpaceDesc kSpace{"fs", kElements, 1};
const uint16_t kX = 0;

struct Args {
  api::Region region;
  int64_t value;
};
const api::ParamDesc kParams[] = {
    {"region", api::ParamKind::region, offsetof(Args, region), sizeof(api::Region)},
    {"value", api::ParamKind::value, offsetof(Args, value), 8}};
const api::RequirementDesc kChanges{0, api::Privilege::read_write, {}, &kX, 1};
const api::RequirementDesc kReads{0, api::Privilege::read, {}, &kX, 1};

// Bodies that ran, and work of the device that is over.
std::atomic<int> queued, done;
std::atomic<int64_t> total;

// What a kernel has to do.
struct Span {
  int64_t* x;
  int64_t count;
  int64_t value;
};
using Work = void (*)(const Span& span);

Span span_of(api::Context& context, const void* raw) {
  const Args& args = *static_cast<const Args*>(raw);
  const api::Rect<1> bounds = context.bounds<1>(context.region_ispace(args.region));
  return {reinterpret_cast<int64_t*>(context.field(args.region, kX).base) + bounds.lo,
          bounds.hi - bounds.lo + 1, args.value};
}
template <Work work>
void gpu_body(api::Context& context, const void* raw, void*) {
  const auto run = [](void* argument) {
    const std::unique_ptr<Span> self(static_cast<Span*>(argument));
    work(*self);
    ++done;
  };
  legion::gpu::check(context, legion::gpu::stream_of(context).call(run, new Span(span_of(context, raw))),
                     "cannot launch");
  ++queued;
}
template <Work work>
void host_body(api::Context& context, const void* raw, void*) {
  work(span_of(context, raw));
}

void pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
}
void add(const Span& span) {
  for (int64_t k = 0; k < span.count; ++k) span.x[k] += span.value;
}
void multiply(const Span& span) {
  for (int64_t k = 0; k < span.count; ++k) span.x[k] *= span.value;
}
// Whoever does not wait for it reads or writes too early.
void add_slowly(const Span& span) {
  for (int64_t k = 0; k < span.count; ++k) {
    const int64_t old = *const_cast<volatile int64_t*>(span.x + k);
    if (k % 10 == 0) pause();
    span.x[k] = old + span.value;
  }
}
void sum_slowly(const Span& span) {
  int64_t sum = 0;
  for (int64_t k = 0; k < span.count; ++k) {
    if (k % 10 == 0) pause();
    sum += *const_cast<volatile int64_t*>(span.x + k);
  }
  total += sum;
}
// Until as many tasks are queued; false values otherwise, after a while.
void wait_for_queue(const Span& span) {
  int k = 0;
  for (; k < 5000 && queued < span.value; ++k) pause();
  for (int64_t p = 0; p < span.count; ++p) span.x[p] += k < 5000 ? 1 : 1000000;
}

template <Work work>
api::TaskDesc task(const char* name, const api::RequirementDesc* requirement, bool is_on_gpu = true) {
  api::TaskDesc desc = task_with<Args>(name, &host_body<work>, true, kParams, requirement, 1);
  desc.param_count = 2;
  if (is_on_gpu) desc.gpu_body = &gpu_body<work>;
  return desc;
}
const api::TaskDesc kAdd = task<add>("add", &kChanges), kMultiply = task<multiply>("multiply", &kChanges),
                    kAddSlowly = task<add_slowly>("add_slowly", &kChanges),
                    kSumSlowly = task<sum_slowly>("sum_slowly", &kReads),
                    kWait = task<wait_for_queue>("wait", &kChanges),
                    kSumOnHost = task<sum_slowly>("sum_on_host", &kReads, false),
                    kAddOnHost = task<add>("add_on_host", &kChanges, false);

void launch(api::Context& context, const api::TaskDesc& desc, api::Region region, int64_t value = 0) {
  const api::LaunchSiteDesc site{&desc, {"test.rg", 20}};
  const Args args{region, value};
  context.launch(site, &args, nullptr, 0);
}
api::Region make_region(api::Context& context) {
  return context.create_region(context.create_ispace<1>({0, kPoints - 1}), kSpace, {"r", {"test.rg", 10}});
}
void run(TaskBody body, std::vector<std::string> more = {}) {
  queued = done = 0;
  total = 0;
  const api::TaskDesc main = plain_task("main", body);
  std::vector<std::string> flags = {"-ll:cpu", "2", "--gpu=simulated"};
  flags.insert(flags.end(), more.begin(), more.end());
  if (kChecksSchedule) flags.push_back("-lg:check");
  EXPECT_EQ(run_program(main, flags,
                        {&kAdd, &kMultiply, &kAddSlowly, &kSumSlowly, &kWait, &kSumOnHost, &kAddOnHost}),
            0);
}

TEST(GpuQueue, WhatDependsOnAKernelIsQueuedBehindItBeforeItIsOver) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    launch(context, kWait, r, 3);
    launch(context, kMultiply, r, 3);
    launch(context, kAdd, r, 4);
    launch(context, kSumOnHost, r);
  });
  EXPECT_EQ(total, 7 * kPoints);
}

TEST(GpuQueue, ReadersShareAndWritersWaitForAllOfThem) {
  for (const char* streams : {"1", "2", "5"}) {
    run(
        [](api::Context& context, const void*, void*) {
          const api::Region r = make_region(context);
          for (int k = 0; k < 3; ++k) {
            launch(context, kAddSlowly, r, 1);
            for (int reader = 0; reader < 4; ++reader) launch(context, kSumSlowly, r);
            launch(context, kMultiply, r, 2);
          }
          launch(context, kSumOnHost, r);
        },
        {"-ll:streams", streams});
    // 1, 3, 7 are seen four times each, and 14 at last.
    EXPECT_EQ(total, (4 * 11 + 14) * kPoints) << streams << " streams";
  }
}

TEST(GpuQueue, TheHostWaitsForValuesOnTheirWayBothWays) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    for (int k = 0; k < 5; ++k) {
      launch(context, kAddOnHost, r, 1);
      // Read from home for the first time, then overwritten there.
      launch(context, kSumSlowly, r);
      launch(context, kAddOnHost, r, 1);
      launch(context, kAddSlowly, r, 1);
      launch(context, kSumOnHost, r);
    }
  });
  // Before: 1, 4, 7 ...; after: 3, 6, 9 ...
  EXPECT_EQ(total, (5 * 1 + 3 * 10 + 3 * 15) * kPoints);
}

TEST(GpuQueue, AFenceWaitsForDevices) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    for (int k = 0; k < 3; ++k) launch(context, kAddSlowly, r, 1);
    context.execution_fence(true);
    EXPECT_EQ(done, 3);
    launch(context, kAddSlowly, r, 1);
  });
  EXPECT_EQ(done, 4) << "the program's end waits too";
}

TEST(GpuQueue, RegionsMayGoWhileTheirTasksAreQueued) {
  run([](api::Context& context, const void*, void*) {
    for (int k = 0; k < 20; ++k) {
      const api::Region r = make_region(context);
      launch(context, kAddOnHost, r, k);
      launch(context, kAddSlowly, r, 1);
      launch(context, kSumSlowly, r);
      context.destroy_region(r);
    }
  });
  EXPECT_EQ(total, (190 + 20) * kPoints);
}

TEST(GpuQueue, ManyTasksWaitTheirTurn) {
  static constexpr int kTasks = 5000;
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    for (int k = 0; k < kTasks; ++k) launch(context, kAdd, r, 1);
    launch(context, kSumOnHost, r);
  });
  EXPECT_EQ(total, kTasks * kPoints);
}

}  // namespace
}  // namespace palatine::test
