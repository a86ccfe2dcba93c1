// The schedule checker finds what a broken analysis leaves out: a dependence is omitted on purpose.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/runtime/random_program.h"
#include "contract/runtime/support.h"
#include "runtime/legion/operation.h"
#include "runtime/legion/schedule_check.h"

namespace palatine::test {
namespace {

struct Args {
  api::Region region;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, sizeof(api::Region)}};
const uint16_t kY[] = {1};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"cell", kFieldDescs, 2};
const api::RequirementDesc kWrites{0, api::Privilege::read_write, api::ReductionOp::add, kY, 1};
const api::RequirementDesc kReads{0, api::Privilege::read, api::ReductionOp::add, kY, 1};

api::TaskDesc task(const char* name, const api::RequirementDesc& requirement) {
  return task_with<Args>(name, [](api::Context&, const void*, void*) {}, true, kParams, &requirement, 1);
}
const api::TaskDesc kSet = task("set", kWrites);
const api::TaskDesc kGet = task("get", kReads);

api::Region make_region(api::Context& context) {
  return context.create_region(context.create_ispace<1>({0, 99}), kFieldSpace, {"r", {"test.rg", 7}});
}
void launch(api::Context& context, const api::TaskDesc& desc, api::Region region, uint32_t line) {
  const Args args{region};
  context.launch({&desc, {"test.rg", line}}, &args, nullptr, 0);
}
void launch_all(api::Context& context, const api::TaskDesc& desc, api::Partition partition, uint32_t line) {
  const api::Projection projections[] = {api::Projection::identity};
  const api::IndexLaunchSiteDesc site{&desc, {"test.rg", line}, projections, nullptr, false, false};
  api::IndexLauncher launcher(context, site, 4);
  for (int64_t k = 0; k < 4; ++k)
    static_cast<Args*>(launcher.point_args())->region = context.subregion<1>(partition, k, {"test.rg", line});
  launcher.issue(nullptr);
}
api::Partition quarters(api::Context& context, api::Region region) {
  return context.create_partition_equal(region, context.create_ispace<1>({0, 3}), {"test.rg", 8});
}

struct Outcome {
  int exit_code;
  std::string errors;
};

// Runs `body` with one worker, which runs nothing before `body` ends or waits, and leaves out one dependence.
Outcome run_without(uint64_t dependence, void (*body)(api::Context&, const void*, void*)) {
  const api::TaskDesc main = plain_task("main", body);
  testing::internal::CaptureStderr();
  legion::dependences_until_omission = dependence;
  const int exit_code = run_program(main, {"-ll:cpu", "1", "-lg:check"});
  legion::dependences_until_omission = 0;
  return {exit_code, testing::internal::GetCapturedStderr()};
}

void write_then_read(api::Context& context, const void*, void*) {
  const api::Region r = make_region(context);
  launch(context, kSet, r, 21);
  launch(context, kGet, r, 22);
  context.execution_fence(true);
}

TEST(ScheduleCheckTest, ARightScheduleIsAccepted) {
  const Outcome outcome = run_without(0, &write_then_read);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(outcome.errors, "");
}

TEST(ScheduleCheckTest, TellsWhoDoesNotWaitForWhom) {
  const Outcome outcome = run_without(1, &write_then_read);
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(outcome.errors,
            "error: the schedule of this run is wrong in 1 places; this is an error of the runtime\n"
            "  task `get` (test.rg:22) does not wait for task `set` (test.rg:21)\n"
            "    both use `y` of region `r` (test.rg:7): the first changes it, the second reads it\n");
}

// Each omission is found, but for that of one dependence which follows from others.
void expect_all_found(uint64_t dependences, void (*body)(api::Context&, const void*, void*),
                      uint64_t redundant = 0) {
  EXPECT_EQ(run_without(dependences + 1, body).exit_code, 0) << "there are more dependences";
  for (uint64_t k = 1; k <= dependences; ++k)
    EXPECT_EQ(run_without(k, body).exit_code, k == redundant ? 0 : 1) << "dependence " << k;
}

TEST(ScheduleCheckTest, FindsOmissionsBetweenSingleLaunches) {
  expect_all_found(
      5,
      [](api::Context& context, const void*, void*) {
        const api::Region r = make_region(context);
        launch(context, kSet, r, 1);
        launch(context, kGet, r, 2);
        launch(context, kGet, r, 3);
        // Waits for the first, which follows from waiting for both readers.
        launch(context, kSet, r, 4);
        context.execution_fence(true);
      },
      3);
}

TEST(ScheduleCheckTest, FindsOmissionsBetweenPointsAndWholes) {
  // Each point of the second launch waits for one of the first, the single launch for all.
  expect_all_found(5, [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = quarters(context, r);
    launch_all(context, kSet, p, 1);
    launch_all(context, kSet, p, 2);
    launch(context, kGet, r, 3);
    context.execution_fence(true);
  });
}

TEST(ScheduleCheckTest, FindsOmissionsAtFillsCopiesAndFences) {
  expect_all_found(4, [](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context), s = make_region(context);
    launch(context, kSet, r, 1);
    const int64_t zero = 0;
    context.fill(r, 1, &zero, 8, {"test.rg", 2});
    const api::CopyField field{1, 1, nullptr};
    context.copy(r, s, &field, 1, {}, {"test.rg", 3});
    launch(context, kGet, s, 4);
    context.execution_fence(false);
    launch(context, kSet, make_region(context), 5);
    context.execution_fence(true);
  });
}

// A wrong result never goes with a proof that the schedule was right.
TEST(ScheduleCheckTest, WrongResultsOfRandomProgramsAreExplained) {
  int found = 0, wrong = 0;
  constexpr int kRuns = 240;
  for (uint64_t run = 0; run < kRuns; ++run) {
    Program program = make_program(1 + run % 24, 60, run % 2 == 1, false, run % 4 >= 2);
    program.ends_with_fence = true;
    // Memory would be freed under tasks that nobody waits for.
    for (Op& op : program.ops) {
      if (op.kind == Kind::renew) op.kind = Kind::soft_fence;
    }
    const Result expected = run_sequentially(program);
    testing::internal::CaptureStderr();
    legion::dependences_until_omission = 1 + run * run % 97;
    int exit_code = -1;
    const Result result = run_in_parallel(program, {"-ll:cpu", "1", "-lg:check"}, &exit_code);
    legion::dependences_until_omission = 0;
    const std::string errors = testing::internal::GetCapturedStderr();
    found += exit_code != 0;
    if (result == expected) continue;
    ++wrong;
    EXPECT_EQ(exit_code, 1) << "run " << run;
  }
  // Many omissions change nothing, because the order follows from others.
  EXPECT_GT(found, kRuns / 8);
  EXPECT_GT(wrong, 0);
  RecordProperty("found", found);
  RecordProperty("wrong", wrong);
}

// ---- values on devices

// Movements of the values of one field, in a log without operations.
class MovementTest : public testing::Test {
 protected:
  using Kind = legion::ScheduleLog::Movement::Kind;

  MovementTest() {
    root_.root = &root_;
    root_.name = "r";
    root_.fields = {{"x", 8, 8}};
    root_.domain.box = box(0, 99);
    root_.own_domain = legion::OwnedDomain(root_.domain.box);
  }
  static legion::Box box(int64_t lo, int64_t hi) {
    legion::Box result;
    result.lo[0] = lo;
    result.hi[0] = hi;
    return result;
  }
  void move(Kind kind, int64_t lo, int64_t hi, uint64_t place, uint64_t from = 0) {
    log_.moved(kind, root_, 0, box(lo, hi), place, from);
  }
  std::string failures() {
    std::string all;
    for (const std::string& failure : legion::check_schedule(log_).failures) all += failure + "\n";
    return all;
  }

  legion::RootRegion root_;
  legion::ScheduleLog log_;
};

TEST_F(MovementTest, ValuesThatWereCopiedAreThere) {
  move(Kind::written, 0, 99, 0);
  move(Kind::copied, 20, 59, 1, 0);
  move(Kind::read, 30, 49, 1);
  move(Kind::written, 30, 39, 1);
  move(Kind::copied, 30, 39, 0, 1);
  move(Kind::read, 0, 99, 0);
  move(Kind::dropped, 0, 99, 1);
  move(Kind::copied, 0, 99, 2, 0);
  move(Kind::read, 0, 99, 2);
  EXPECT_EQ(failures(), "");
}

TEST_F(MovementTest, AReadOfOldValuesIsFound) {
  move(Kind::written, 0, 99, 0);
  move(Kind::copied, 0, 99, 1, 0);
  move(Kind::written, 10, 10, 1);
  move(Kind::read, 10, 99, 0);
  EXPECT_THAT(failures(),
              testing::HasSubstr("field `x` of region `r` (:0) is used where its newest values are not"));
}

TEST_F(MovementTest, ACopyOfOldValuesIsFound) {
  move(Kind::written, 0, 99, 0);
  move(Kind::copied, 0, 49, 1, 0);
  move(Kind::copied, 40, 50, 2, 1);
  EXPECT_THAT(failures(), testing::HasSubstr("is copied from where its newest values are not"));
}

TEST_F(MovementTest, ValuesThatAreLostWithAPlaceAreFound) {
  move(Kind::written, 0, 99, 0);
  move(Kind::written, 7, 7, 1);
  move(Kind::dropped, 0, 99, 1);
  EXPECT_THAT(failures(), testing::HasSubstr("lost its newest values with a place on a device"));
}

}  // namespace
}  // namespace palatine::test
