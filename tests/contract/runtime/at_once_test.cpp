// Tasks that the launching task runs itself (runtime/legion/at_once.h): the program behaves as ever.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Args {
  api::Region region;
  int32_t value;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 4}};
const uint16_t kX[] = {0};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"one", kFieldDescs, 1};
const api::RequirementDesc kWrites[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kX, 1}};
const api::RequirementDesc kReads[] = {{0, api::Privilege::read, api::ReductionOp::add, kX, 1}};
const api::SourceLoc kLoc{"test.rg", 10};

int64_t& first_of(api::Context& context, const void* args) {
  return *reinterpret_cast<int64_t*>(context.field(static_cast<const Args*>(args)->region, 0).base);
}

// Where the main task's stack is, and how often a body ran on it.
std::atomic<uintptr_t> stack_of_main;
std::atomic<int> at_once_runs;

__attribute__((noinline)) uintptr_t this_frame() {
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}
void note_run() {
  const uintptr_t above = stack_of_main - this_frame();
  if (above < (1 << 16)) ++at_once_runs;
}

void multiply(api::Context& context, const void* args, void*) {
  note_run();
  // Wraps around; the order of different factors and summands matters.
  int64_t& x = first_of(context, args);
  const int32_t value = static_cast<const Args*>(args)->value;
  x = static_cast<int64_t>(static_cast<uint64_t>(x) * 3 + static_cast<uint64_t>(value));
}
void read(api::Context& context, const void* args, void* result) {
  note_run();
  *static_cast<int64_t*>(result) = first_of(context, args);
}
void add_slowly(api::Context& context, const void* args, void*) {
  std::this_thread::sleep_for(std::chrono::microseconds(200));
  first_of(context, args) += 1;
}

const api::TaskDesc kMultiply = task_with<Args>("multiply", &multiply, true, kParams, kWrites, 1);
const api::TaskDesc kAddSlowly = task_with<Args>("add_slowly", &add_slowly, true, kParams, kWrites, 1);
api::TaskDesc reader() {
  api::TaskDesc desc = task_with<Args>("read", &read, true, kParams, kReads, 1);
  desc.result_size_bytes = 8;
  return desc;
}
const api::TaskDesc kRead = reader();

api::Future launch(api::Context& context, const api::TaskDesc& task, const Args& args) {
  api::LaunchSiteDesc site{&task, kLoc};
  return context.launch(site, &args, nullptr, 0);
}

int64_t seen, expected;

void run_short_tasks_among_long_ones(api::Context& context, const void*, void*) {
  stack_of_main = this_frame();
  api::Region region =
      context.create_region(context.create_ispace<1>({0, 99}), kFieldSpace, {"r", {"test.rg", 7}});
  api::Partition halves = context.create_partition_equal(region, context.create_ispace<1>({0, 1}), kLoc);
  api::Region first = context.subregion<1>(halves, 0, kLoc);
  uint64_t x = 0;
  for (int k = 0; k < 20000; ++k) {
    launch(context, kMultiply, {k % 3 == 0 ? first : region, k});
    x = x * 3 + static_cast<uint64_t>(k);
    if (k % 500 == 17) {
      launch(context, kAddSlowly, {k % 2 == 0 ? first : region, 0});
      x += 1;
    }
    if (k % 700 == 18) {
      const api::Future result = launch(context, kRead, {first, 0});
      EXPECT_EQ(*static_cast<const int64_t*>(result.wait(context)), static_cast<int64_t>(x));
    }
  }
  const api::Future result = launch(context, kRead, {region, 0});
  seen = *static_cast<const int64_t*>(result.wait(context));
  expected = static_cast<int64_t>(x);
}

TEST(AtOnce, ShortTasksRunInOrderAmongLongOnes) {
  api::TaskDesc main = plain_task("main", &run_short_tasks_among_long_ones);
  main.is_inner = true;
  for (int workers : {1, 2, 3, 7}) {
    at_once_runs = 0;
    seen = 0;
    EXPECT_EQ(run_program(main, workers), 0);
    EXPECT_EQ(seen, expected);
    EXPECT_GT(at_once_runs, 0) << workers << " workers";
  }
}

// Where somebody follows what happens, all tasks are ordinary ones.
TEST(AtOnce, NothingRunsAtOnceWhereTheScheduleIsChecked) {
  api::TaskDesc main = plain_task("main", &run_short_tasks_among_long_ones);
  main.is_inner = true;
  at_once_runs = 0;
  EXPECT_EQ(run_program(main, {"-ll:cpu", "2", "-lg:check"}), 0);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(at_once_runs, 0);
}

}  // namespace
}  // namespace palatine::test
