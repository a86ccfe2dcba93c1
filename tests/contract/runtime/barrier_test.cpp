// Phase barriers as part of a program's run: their end.
#include <gtest/gtest.h>

#include <atomic>

#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Args {
  api::PhaseBarrier barrier;
};
const api::ParamDesc kParams[] = {{"barrier", api::ParamKind::value, 0, 8}};
const uint16_t kBarrier[] = {0};

std::atomic<int64_t> arrived;

api::TaskDesc arriving_task() {
  const auto body = [](api::Context&, const void*, void*) { ++arrived; };
  api::TaskDesc desc = task_with<Args>("arrive", body, true, kParams);
  desc.arrives = kBarrier;
  desc.arrive_count = 1;
  return desc;
}
const api::TaskDesc kArrive = arriving_task();

class BarrierTest : public testing::TestWithParam<int> {};

// A place is used again 65,535 times and there are 2^24: without an end a program could not do this for long.
TEST_P(BarrierTest, EndAfterWhatWasLaunched) {
  arrived = 0;
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    uint64_t places = 0;
    for (int k = 0; k < 500; ++k) {
      const api::PhaseBarrier barrier = context.create_phase_barrier(2);
      const Args args{barrier};
      for (int j = 0; j < 2; ++j) context.launch({&kArrive, {"test.rg", 3}}, &args, nullptr, 0);
      const api::PhaseBarrier next = context.advance(barrier);
      context.destroy_phase_barrier(next);
      if (k % 10 == 9) context.execution_fence(true);
      places = std::max(places, barrier.id >> 20 & 0xffffff);
    }
    // Barriers of at most ten rounds, and none kept.
    EXPECT_LT(places, 64u);
    // What is left over ends with the program.
    context.create_phase_barrier(1);
  });
  for (int run = 0; run < 40; ++run) ASSERT_EQ(run_program(main, GetParam()), 0);
  EXPECT_EQ(arrived, 40 * 1000);
}

// An index launch arrives once, when all its points are complete.
TEST_P(BarrierTest, IndexLaunchArrivesOnce) {
  arrived = 0;
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    constexpr int kPoints = 9;
    api::PhaseBarrier barrier = context.create_phase_barrier(1);
    for (int round = 1; round <= 50; ++round) {
      const api::Projection projections[] = {api::Projection::value};
      const api::IndexLaunchSiteDesc site{&kArrive, {"test.rg", 4}, projections, nullptr, false, false};
      api::IndexLauncher launcher(context, site, kPoints);
      for (int k = 0; k < kPoints; ++k) *static_cast<Args*>(launcher.point_args()) = {barrier};
      launcher.issue(nullptr);
      barrier = context.advance(barrier);
      context.await(barrier, {"test.rg", 5});
      EXPECT_EQ(arrived, round * kPoints);
    }
    context.destroy_phase_barrier(barrier);
  });
  ASSERT_EQ(run_program(main, GetParam()), 0);
}

INSTANTIATE_TEST_SUITE_P(Workers, BarrierTest, testing::Values(1, 3));

TEST(BarrierFailureTest, DestroyedTwice) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::PhaseBarrier barrier = context.create_phase_barrier(1);
    context.destroy_phase_barrier(barrier);
    context.destroy_phase_barrier(barrier);
  });
  EXPECT_EXIT(run_program(main, 1), testing::ExitedWithCode(1),
              "task `main` destroys a phase barrier that does not exist");
}

}  // namespace
}  // namespace palatine::test
