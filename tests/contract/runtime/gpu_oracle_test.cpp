// Random programs in which some tasks run on simulated GPUs give the result of their sequential reading.
#include <gtest/gtest.h>

#include "contract/runtime/random_program.h"
#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Setting {
  int workers;
  int gpus;
  // Of each device; the smallest just holds what one task needs.
  const char* memory;
  int streams = 4;
  int grain = 1;
};

class GpuOracleTest : public testing::TestWithParam<Setting> {};

void check_programs(const Setting& setting, uint64_t count, bool is_sparse, int op_count,
                    bool has_traces = false) {
  for (uint64_t seed = 1; seed <= count; ++seed) {
    const Program program = make_program(seed, op_count, is_sparse, true, has_traces, true);
    std::vector<std::string> flags = {"-ll:cpu",
                                      std::to_string(setting.workers),
                                      "--gpu=simulated",
                                      "-ll:gpu",
                                      std::to_string(setting.gpus),
                                      "-ll:fsize",
                                      setting.memory,
                                      "-ll:streams",
                                      std::to_string(setting.streams),
                                      "-lg:grain",
                                      std::to_string(setting.grain)};
    ASSERT_NO_FATAL_FAILURE(expect_sequential_result(program, flags)) << "seed " << seed;
  }
}

TEST_P(GpuOracleTest, RandomProgramsGiveTheSequentialResult) {
  check_programs(GetParam(), 20, false, 150);
}

TEST_P(GpuOracleTest, AliasedAndSparsePartitionsGiveTheSequentialResult) {
  check_programs(GetParam(), 20, true, 100);
}

TEST_P(GpuOracleTest, TracesGiveTheSequentialResult) {
  check_programs(GetParam(), 10, false, 60, true);
  check_programs(GetParam(), 10, true, 60, true);
}

INSTANTIATE_TEST_SUITE_P(Devices, GpuOracleTest,
                         testing::Values(Setting{1, 1, "64"}, Setting{3, 1, "64"}, Setting{3, 1, "64", 1},
                                         Setting{3, 2, "64", 4, 4}, Setting{2, 3, "64"}, Setting{1, 1, "64k"},
                                         Setting{3, 2, "64k"}),
                         [](const auto& info) {
                           return "cpu" + std::to_string(info.param.workers) + "_gpu" +
                                  std::to_string(info.param.gpus) + "_memory" + info.param.memory +
                                  "_streams" + std::to_string(info.param.streams);
                         });

}  // namespace
}  // namespace palatine::test
