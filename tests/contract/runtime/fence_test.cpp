// A fence that does not block orders what is launched before it and after it, whatever they use.
//
// With one worker nothing runs before the main task has launched everything, and what is ready runs latest
// first: a launch that does not wait for the fence runs before what comes before the fence.
#include <gtest/gtest.h>

#include <atomic>

#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Args {
  int64_t epoch;
};
const api::ParamDesc kParams[] = {{"epoch", api::ParamKind::value, 0, 8}};
const api::SourceLoc kLoc{"test.rg", 10};

constexpr int64_t kEpochs = 6;
constexpr int64_t kPoints = 5;
// Tasks of each epoch that are over.
std::atomic<int64_t> finished[kEpochs];
int64_t expected[kEpochs];

// Checks that all tasks of the epochs before have ended.
void step(api::Context&, const void* data, void*) {
  const int64_t epoch = static_cast<const Args*>(data)->epoch;
  for (int64_t e = 0; e < epoch; ++e)
    EXPECT_EQ(finished[e], expected[e]) << "epoch " << e << " before " << epoch;
  ++finished[epoch];
}

const api::TaskDesc kStep = task_with<Args>("step", &step, true, kParams);

void single(api::Context& context, int64_t epoch) {
  const Args args{epoch};
  ++expected[epoch];
  context.launch({&kStep, kLoc}, &args, nullptr, 0);
}

void all_points(api::Context& context, int64_t epoch) {
  const api::Projection projections[] = {api::Projection::value};
  const api::IndexLaunchSiteDesc site{&kStep, kLoc, projections, nullptr, false, false};
  api::IndexLauncher launcher(context, site, kPoints);
  for (int64_t k = 0; k < kPoints; ++k) static_cast<Args*>(launcher.point_args())->epoch = epoch;
  expected[epoch] += kPoints;
  launcher.issue(nullptr);
}

void fences(api::Context& context, const void*, void*) {
  single(context, 0);
  context.execution_fence(false);
  all_points(context, 1);
  all_points(context, 1);
  context.execution_fence(false);
  all_points(context, 2);
  single(context, 2);
  context.execution_fence(false);
  context.execution_fence(false);
  single(context, 3);
  context.execution_fence(false);
  all_points(context, 4);
  context.execution_fence(true);
  EXPECT_EQ(finished[4], expected[4]);
  all_points(context, 5);
}

class FenceTest : public testing::TestWithParam<int> {};

TEST_P(FenceTest, SingleAndIndexLaunchesKeepToTheirSide) {
  const api::TaskDesc main = plain_task("main", &fences);
  for (int k = 0; k < kEpochs; ++k) finished[k] = expected[k] = 0;
  ASSERT_EQ(run_program(main, GetParam()), 0);
  for (int k = 0; k < kEpochs; ++k) EXPECT_EQ(finished[k], expected[k]);
  EXPECT_EQ(expected[2], kPoints + 1);
}

INSTANTIATE_TEST_SUITE_P(Workers, FenceTest, testing::Values(1, 2, 3, 7));

}  // namespace
}  // namespace palatine::test
