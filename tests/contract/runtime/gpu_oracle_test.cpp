// Random programs in which some tasks run on simulated GPUs give the result of their sequential reading.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "contract/runtime/random_program.h"
#include "contract/runtime/support.h"
#include "runtime/device/simulated.h"
#include "runtime/legion/gpu/gpus.h"

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

// What a device that fails makes of a program: the result of its sequential reading, or an end that says why.

// A fault for a seed.
std::string make_fault(device::SimulatedPlatform& platform, uint64_t seed) {
  using device::SimulatedCall;
  constexpr std::pair<SimulatedCall, const char*> kCalls[] = {{SimulatedCall::allocate, "allocate"},
                                                              {SimulatedCall::create_event, "create_event"},
                                                              {SimulatedCall::load_module, "load_module"},
                                                              {SimulatedCall::copy, "copy"},
                                                              {SimulatedCall::fill, "fill"},
                                                              {SimulatedCall::launch, "launch"},
                                                              {SimulatedCall::call, "call"},
                                                              {SimulatedCall::record, "record"},
                                                              {SimulatedCall::wait, "wait"},
                                                              {SimulatedCall::map, "map"}};
  const uint64_t which = seed % 12, nth = 1 + mix(seed, 1) % (seed % 5 == 0 ? 200 : 10);
  const std::string number = std::to_string(nth);
  const size_t device = mix(seed, 2) % platform.device_count();
  if (which == 10) {
    platform.lose_at_kernel(device, nth);
    return "lose " + number;
  }
  if (which == 11) {
    for (size_t k = 0; k < platform.device_count(); ++k) platform.slow_copies(k, 20);
    return "slow copies";
  }
  platform.fail(device, kCalls[which].first, nth);
  return kCalls[which].second + (" " + number);
}

[[noreturn]] void run_with_fault(uint64_t seed) {
  device::SimulatedOptions options;
  options.is_stepped = false;
  options.devices = 1 + seed % 2;
  options.real_time_factor = seed % 12 == 11 ? 1 : 0;
  device::SimulatedPlatform platform(options);
  const std::string fault = make_fault(platform, seed);
  fprintf(stderr, "seed %d, %s: ", static_cast<int>(seed), fault.c_str());
  legion::gpu::platform_override = &platform;
  const Program program = make_program(seed, 60, seed % 3 == 0, true, seed % 4 == 0, true);
  const Result expected = run_sequentially(program);
  int exit_code = -1;
  const Result result = run_in_parallel(
      program, {"-ll:cpu", std::to_string(1 + seed % 3), "--gpu=require", "-ll:fsize", "64k"}, &exit_code);
  const bool is_right = exit_code == 0 && result == expected;
  fputs(is_right ? "the right result" : "A WRONG RESULT", stderr);
  // Not through destructors of the process: only what was said counts.
  _exit(is_right ? 0 : 2);
}

TEST(GpuFaultsDeathTest, ProgramsGiveTheirResultOrSayWhatFailed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  std::vector<uint64_t> seeds;
  for (uint64_t seed = 1; seed <= 48; ++seed) seeds.push_back(seed);
  // Devices that are lost while a region ends.
  seeds.insert(seeds.end(), {166, 178, 358, 682});
  for (uint64_t seed : seeds) {
    EXPECT_EXIT(
        run_with_fault(seed),
        [](int status) {
          return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 1);
        },
        "the right result|(test.rg:.*|task `)(.|\n)*injected fault|injected fault(.|\n)*task `");
  }
}

}  // namespace
}  // namespace palatine::test
