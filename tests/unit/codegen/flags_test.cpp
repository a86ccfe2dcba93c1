#include "frontend/base/flags.h"

#include <gtest/gtest.h>

namespace palatine {
namespace {

TEST(FlagsTest, AreTakenOutAndTheRestStays) {
  std::vector<std::string> words = {"-n",      "5", "-fbounds-checks",   "1",
                                    "-ll:cpu", "2", "-fparallelize-dop", "2,2"};
  Flags flags;
  EXPECT_EQ(take_flags(words, flags), "");
  EXPECT_EQ(words, (std::vector<std::string>{"-n", "5", "-ll:cpu", "2"}));
  EXPECT_EQ(flags.bounds_checks, 1);
  EXPECT_EQ(flags.parallelize_dop, "2,2");
  EXPECT_EQ(flags.index_launch, 1);
}

TEST(FlagsTest, OlderNamesOfGpuFlagsAreTakenForTheNewerOnes) {
  std::vector<std::string> words = {"-fcuda", "0", "-fcuda-arch", "ampere"};
  Flags flags;
  EXPECT_TRUE(makes_kernels(flags));
  EXPECT_EQ(take_flags(words, flags), "");
  EXPECT_FALSE(makes_kernels(flags));
  EXPECT_EQ(gpu_arch(flags), "ampere");
  std::vector<std::string> both = {"-fcuda", "1", "-fgpu", "none"};
  Flags others;
  EXPECT_EQ(take_flags(both, others), "-fcuda and -fgpu exclude each other; -fcuda is the older one");
}

TEST(FlagsTest, SayWhatIsWrong) {
  Flags flags;
  std::vector<std::string> unknown = {"-fno-such-flag", "1"};
  EXPECT_EQ(take_flags(unknown, flags), "unknown option -fno-such-flag");
  std::vector<std::string> missing = {"-finner"};
  EXPECT_EQ(take_flags(missing, flags), "option -finner missing argument");
  std::vector<std::string> wrong = {"-finner", "yes"};
  EXPECT_EQ(take_flags(wrong, flags), "option -finner needs a number, not `yes`");
  std::vector<std::string> removed = {"-fflow", "1"};
  EXPECT_EQ(take_flags(removed, flags), "-fflow 1 is no longer supported");
}

}  // namespace
}  // namespace palatine
