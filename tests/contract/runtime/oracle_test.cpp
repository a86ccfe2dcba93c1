// Random programs, run in parallel and compared with a sequential reading: regions of one to three
// dimensions, partitions that overlap each other, nested ones, sparse ones and ones whose own subregions
// overlap (by coloring, and by union, intersection and difference of others), fields in several groups, all
// privileges, futures as arguments, nested tasks, index launches with and without interference, fills,
// copies, inline mappings, fences, traces, regions of tasks' own, and regions and partitions that are deleted
// and made again. The schedule checker (runtime/legion/schedule_check.h) agrees.
//
// Section 5 of the language reference: a program gives the result of its sequential reading.
#include <gtest/gtest.h>

#include "contract/runtime/random_program.h"
#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Setting {
  int workers;
  int window;
  const char* memory = "64";
  int grain = 0;
  bool is_checked = true;
};

class OracleTest : public testing::TestWithParam<Setting> {};

// Runs `count` programs, and compares.
void check_programs(const Setting& setting, uint64_t count, bool is_sparse, int op_count = 150,
                    bool has_traces = false) {
  // With little memory a region of a task's own might find that a later one was given what is left.
  const bool has_temporaries = setting.memory == std::string("64");
  for (uint64_t seed = 1; seed <= count; ++seed) {
    const Program program = make_program(seed, op_count, is_sparse, has_temporaries, has_traces);
    std::vector<std::string> flags = {"-ll:cpu",    std::to_string(setting.workers),
                                      "-lg:window", std::to_string(setting.window),
                                      "-ll:csize",  setting.memory};
    if (setting.grain != 0) flags.insert(flags.end(), {"-lg:grain", std::to_string(setting.grain)});
    ASSERT_NO_FATAL_FAILURE(expect_sequential_result(program, flags, setting.is_checked)) << "seed " << seed;
  }
}

TEST_P(OracleTest, RandomProgramsGiveTheSequentialResult) {
  check_programs(GetParam(), 40, false);
}

TEST_P(OracleTest, AliasedAndSparsePartitionsGiveTheSequentialResult) {
  check_programs(GetParam(), 40, true);
}

TEST_P(OracleTest, TracesGiveTheSequentialResult) {
  check_programs(GetParam(), 30, false, 60, true);
  check_programs(GetParam(), 30, true, 60, true);
}

// 58k is room for the regions that are live at once and no more. Where the schedule is not checked, tasks are
// run where they are launched.
INSTANTIATE_TEST_SUITE_P(Workers, OracleTest,
                         testing::Values(Setting{1, 1024}, Setting{2, 1024}, Setting{3, 1024},
                                         Setting{7, 1024}, Setting{1, 1}, Setting{3, 2},
                                         Setting{1, 1024, "58k"}, Setting{3, 1024, "58k"},
                                         Setting{3, 1024, "64", 2}, Setting{3, 16, "64", 8},
                                         Setting{1, 1024, "64", 0, false}, Setting{2, 1024, "64", 0, false},
                                         Setting{7, 16, "64", 0, false}, Setting{3, 1024, "58k", 0, false}),
                         [](const auto& info) {
                           return "cpu" + std::to_string(info.param.workers) + "_window" +
                                  std::to_string(info.param.window) + "_memory" + info.param.memory +
                                  "_grain" + std::to_string(info.param.grain) +
                                  (info.param.is_checked ? "" : "_unchecked");
                         });

}  // namespace
}  // namespace palatine::test
