// Random programs compute what the same operations do one after the other, and the schedule checker agrees.
// Without it, short tasks are run where they are launched.
// `stress_legion COUNT SEED` runs more of them.
#include <gtest/gtest.h>

#include "contract/legion/random_program.h"
#include "contract/legion/support.h"

namespace palatine::test {
namespace {

// The log's lock would order for the thread sanitizer what nothing else orders.
#if __has_feature(thread_sanitizer)
constexpr bool kChecksSchedule = false;
constexpr unsigned long kPrograms = 25;
#else
constexpr bool kChecksSchedule = true;
constexpr unsigned long kPrograms = 75;
#endif

struct Setting {
  int workers;
  int window;
  bool is_checked = true;
};

class LegionRandomTest : public testing::TestWithParam<Setting> {};

TEST_P(LegionRandomTest, ProgramsComputeWhatTheirOperationsDoInOrder) {
  register_random_tasks();
  for (unsigned long group = 0; group < kPrograms; group += 25) {
    std::vector<std::string> flags = {"-ll:cpu", std::to_string(GetParam().workers), "-lg:window",
                                      std::to_string(GetParam().window)};
    if (kChecksSchedule && GetParam().is_checked) flags.push_back("-lg:check");
    const int exit_code = run_legion(
        [&](Legion::Context ctx, Legion::Runtime* runtime) {
          for (unsigned long seed = group; seed < group + 25; seed++)
            EXPECT_EQ(run_random_program(seed, ctx, runtime), "") << "seed " << seed;
        },
        flags);
    EXPECT_EQ(exit_code, 0) << "programs from " << group;
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, LegionRandomTest,
                         testing::Values(Setting{1, 1024}, Setting{2, 1024}, Setting{3, 1024},
                                         Setting{7, 1024}, Setting{3, 2}, Setting{1, 1024, false},
                                         Setting{3, 1024, false}),
                         [](const auto& info) {
                           return "cpu" + std::to_string(info.param.workers) + "_window" +
                                  std::to_string(info.param.window) +
                                  (info.param.is_checked ? "" : "_unchecked");
                         });

}  // namespace
}  // namespace palatine::test
