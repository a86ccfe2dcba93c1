// What copies of boxes inside of a device promise (runtime/device/box_copy.h), on each platform.
#include "runtime/device/box_copy.h"

#include <gtest/gtest.h>

#include <random>

#include "support/device/platforms.h"

namespace palatine::device {
namespace {

using testing::kPlatforms;

class DeviceBoxCopy : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    platform_ = testing::open_platform(GetParam());
    if (platform_->device_count() == 0) GTEST_SKIP() << platform_->absent_reason();
    stream_ = device().create_stream().take();
    copier_ = std::make_unique<BoxCopier>(device());
  }
  Device& device() { return platform_->device(0); }

  // Makes the copy on the device, with offsets from the middles of two blocks, and by loops.
  void check(size_t element_bytes, std::vector<BoxCopy::Axis> axes, size_t dst_at, size_t src_at,
             size_t bytes = 1 << 18) {
    Memory& memory = device().main_memory();
    char* dst = static_cast<char*>(memory.allocate(bytes).value());
    char* src = static_cast<char*>(memory.allocate(bytes).value());
    std::vector<char> before(bytes), expected(bytes, 'x'), found(bytes, 'x');
    std::minstd_rand random(static_cast<unsigned>(element_bytes));
    for (char& byte : before) byte = static_cast<char>(random());
    ASSERT_TRUE(stream_->copy(src, before.data(), bytes).ok());
    ASSERT_TRUE(stream_->copy(dst, found.data(), bytes).ok());
    BoxCopy copy;
    copy.dst = dst + dst_at;
    copy.src = src + src_at;
    copy.element_bytes = element_bytes;
    copy.axes = axes;
    const Status status = copier_->copy(*stream_, copy);
    ASSERT_TRUE(status.ok()) << status.message();
    ASSERT_TRUE(stream_->copy(found.data(), dst, bytes).ok());
    ASSERT_TRUE(stream_->synchronize().ok());
    uint64_t count = 1;
    for (const BoxCopy::Axis& axis : axes) count *= axis.count;
    for (uint64_t k = 0; k < count; ++k) {
      int64_t to = static_cast<int64_t>(dst_at), from = static_cast<int64_t>(src_at);
      uint64_t rest = k;
      for (const BoxCopy::Axis& axis : axes) {
        to += static_cast<int64_t>(rest % axis.count) * axis.dst_stride;
        from += static_cast<int64_t>(rest % axis.count) * axis.src_stride;
        rest /= axis.count;
      }
      for (size_t b = 0; b < element_bytes; ++b) {
        expected.at(static_cast<size_t>(to) + b) = before.at(static_cast<size_t>(from) + b);
      }
    }
    EXPECT_TRUE(found == expected) << element_bytes << " bytes, " << axes.size() << " axes";
    EXPECT_TRUE(memory.free(dst, bytes).ok());
    EXPECT_TRUE(memory.free(src, bytes).ok());
  }

  std::unique_ptr<Platform> platform_;
  std::unique_ptr<Stream> stream_;
  std::unique_ptr<BoxCopier> copier_;
};

TEST_P(DeviceBoxCopy, TransposesElementsOfAllSizes) {
  for (int64_t size : {1, 2, 4, 8, 16, 12, 3}) {
    // 45 columns of 71 become 71 of 45, with gaps on both sides.
    check(static_cast<size_t>(size), {{71, 48 * size, size}, {45, size, 80 * size}}, 64 * 3, 16 * 3);
  }
}

TEST_P(DeviceBoxCopy, TakesMembersOutOfStructures) {
  // One of three fields, three fields to arrays of their own, and the other way round.
  check(8, {{1000, 8, 24}}, 0, 8);
  check(8, {{3, 8000, 8}, {1000, 8, 24}}, 0, 0);
  check(4, {{3, 4, 8000}, {1000, 12, 4}}, 0, 0);
}

TEST_P(DeviceBoxCopy, HasMoreDimensions) {
  check(8, {{10, 8, 40 * 80}, {20, 80, 8}, {30, 1600, 160}}, 0, 0);
  check(4, {{9, 4, 4000}, {10, 36, 400}, {5, 360, 80}, {4, 1800, 20}, {5, 7200, 4}}, 0, 0);
  check(2, {{300, -2, 2}}, 1000, 0);
  check(1, {}, 5, 9);
  check(8, {{0, 8, 8}, {4, 80, 80}}, 0, 0);
}

// Blocks go on with what lies beyond the grid, along every axis and in both kinds of kernels.
TEST_P(DeviceBoxCopy, GoesOnBeyondASmallGrid) {
  copier_ = std::make_unique<BoxCopier>(device(), 2);
  check(4, {{150, 4 * 90, 4}, {85, 4, 4 * 150}, {5, 4 * 150 * 90, 4 * 150 * 85}}, 0, 0, 1 << 19);
  check(2, {{600, 2, 4}, {7, 1200, 2400}, {5, 8400, 16800}}, 0, 0);
}

// The axes of a grid are shorter than those of boxes may be.
TEST_P(DeviceBoxCopy, GoesOnBeyondTheLargestGrid) {
  if (GetParam() == std::string("fake")) GTEST_SKIP() << "takes too long where PTX is interpreted";
  check(1, {{8, 1, 8}, {8, 8, 1}, {66000, 64, 64}}, 0, 0, 66000 * 64);
}

INSTANTIATE_TEST_SUITE_P(Platforms, DeviceBoxCopy, ::testing::ValuesIn(kPlatforms),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace palatine::device
