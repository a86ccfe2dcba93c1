// The host as a device.
#include "runtime/device/host.h"

#include <gtest/gtest.h>

#include <cstring>

namespace palatine::device {
namespace {

TEST(HostDevice, HasTheMachinesMemoryOrLess) {
  auto platform = open_host();
  ASSERT_EQ(platform->device_count(), 1u);
  EXPECT_EQ(platform->name(), "host");
  Device& device = platform->device(0);
  EXPECT_EQ(&device.main_memory(), device.memory(MemoryKind::host));
  EXPECT_EQ(device.memory(MemoryKind::device), nullptr);
  EXPECT_EQ(device.memory(MemoryKind::managed), nullptr);
  EXPECT_GT(device.properties().memory_bytes, uint64_t{1} << 28);
  auto small = open_host({.limit_bytes = 1000, .alignment_bytes = 4096});
  Memory& memory = small->device(0).main_memory();
  EXPECT_EQ(memory.limit_bytes(), 1000u);
  void* block = memory.allocate(1000).value();
  EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 4096, 0u);
  EXPECT_EQ(memory.allocate(1).status().code(), StatusCode::out_of_memory);
  EXPECT_TRUE(memory.free(block, 1000).ok());
}

TEST(HostDevice, MoreThanTheMachineHasIsAnError) {
  auto platform = open_host({.limit_bytes = UINT64_MAX});
  Status status = platform->device(0).main_memory().allocate(uint64_t{1} << 62).status();
  EXPECT_EQ(status.code(), StatusCode::out_of_memory);
  EXPECT_NE(status.message().find("the system has no more"), std::string::npos) << status.message();
}

TEST(HostDevice, TakesWhatIsLeftWithIt) {
  // The leak checker would complain.
  auto platform = open_host();
  void* block = platform->device(0).main_memory().allocate(100).value();
  std::memset(block, 1, 100);
}

// A reader on another stream, ordered by an event only: memory is plain, so that the thread sanitizer sees a
// gap.
TEST(HostDevice, KernelsOfTwoStreamsAreOrderedByAnEvent) {
  auto platform = open_host();
  Device& device = platform->device(0);
  HostKernelEntry entries[] = {{"fill",
                                [](const HostKernelPoint& point, void* const* arguments) {
                                  (*static_cast<uint32_t**>(arguments[0]))[point.thread_index.x] =
                                      point.thread_index.x;
                                }},
                               {"sum", [](const HostKernelPoint& point, void* const* arguments) {
                                  **static_cast<uint64_t**>(arguments[1]) +=
                                      (*static_cast<uint32_t**>(arguments[0]))[point.thread_index.x];
                                }}};
  auto module = device.load_module({"m", {}, entries}).take();
  auto writer = device.create_stream().take(), reader = device.create_stream().take();
  auto written = device.create_event().take(), read = device.create_event().take();
  std::vector<uint32_t> data(256);
  uint32_t* values = data.data();
  uint64_t total = 0;
  uint64_t* sum = &total;
  KernelArgument arguments[] = {argument(values), argument(sum)};
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(writer->wait(*read).ok());
    ASSERT_TRUE(writer->launch(*module->kernel("fill").value(), {{1}, {256}}, {arguments, 1}).ok());
    ASSERT_TRUE(writer->record(*written).ok());
    ASSERT_TRUE(reader->wait(*written).ok());
    ASSERT_TRUE(reader->launch(*module->kernel("sum").value(), {{1}, {256}}, arguments).ok());
    ASSERT_TRUE(reader->record(*read).ok());
  }
  ASSERT_TRUE(read->wait().ok());
  EXPECT_EQ(total, 50u * 255 * 256 / 2);
}

// Shared memory is one block's own.
TEST(HostDevice, ThreadsOfABlockShareMemory) {
  auto platform = open_host();
  Device& device = platform->device(0);
  HostKernelEntry entry{"count", [](const HostKernelPoint& point, void* const* arguments) {
                          auto* count = static_cast<uint32_t*>(point.shared);
                          (*static_cast<uint32_t**>(arguments[0]))[point.block_index.x] = ++*count;
                        }};
  auto module = device.load_module({"m", {}, {&entry, 1}}).take();
  auto stream = device.create_stream().take();
  std::vector<uint32_t> counts(5);
  uint32_t* out = counts.data();
  KernelArgument arguments[] = {argument(out)};
  ASSERT_TRUE(stream->launch(*module->kernel("count").value(), {{5}, {7}, 4}, arguments).ok());
  ASSERT_TRUE(stream->synchronize().ok());
  EXPECT_EQ(counts, std::vector<uint32_t>(5, 7));
}

}  // namespace
}  // namespace palatine::device
