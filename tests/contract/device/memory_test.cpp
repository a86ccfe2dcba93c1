// What every device promises about its memories (runtime/device/device.h, `Memory`).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include "support/device/platforms.h"

namespace palatine::device {
namespace {

using testing::kPlatforms;

class DeviceMemory : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    platform_ = testing::open_platform(GetParam());
    if (platform_->device_count() == 0) GTEST_SKIP() << platform_->absent_reason();
    EXPECT_TRUE(platform_->absent_reason().empty());
  }
  Device& device() { return platform_->device(0); }
  std::vector<Memory*> memories() {
    std::vector<Memory*> result;
    for (size_t kind = 0; kind < kMemoryKinds; ++kind) {
      if (Memory* memory = device().memory(static_cast<MemoryKind>(kind))) result.push_back(memory);
    }
    return result;
  }
  std::unique_ptr<Platform> platform_;
};

TEST_P(DeviceMemory, HasItsKindAndDevice) {
  EXPECT_FALSE(memories().empty());
  for (Memory* memory : memories()) {
    EXPECT_EQ(&memory->device(), &device());
    EXPECT_EQ(device().memory(memory->kind()), memory);
    EXPECT_GT(memory->limit_bytes(), 0u);
  }
  EXPECT_EQ(device().main_memory().alignment_bytes(), device().properties().alignment_bytes);
  EXPECT_GT(device().properties().memory_bytes, 0u);
  EXPECT_FALSE(device().properties().name.empty());
}

TEST_P(DeviceMemory, BlocksAreAlignedAndApart) {
  for (Memory* memory : memories()) {
    std::vector<std::pair<char*, size_t>> blocks;
    for (size_t size : {1, 7, 256, 257, 4096, 100'000, 3, 1 << 20}) {
      Result<void*> block = memory->allocate(size);
      ASSERT_TRUE(block.ok()) << block.status().message();
      EXPECT_EQ(reinterpret_cast<uintptr_t>(block.value()) % memory->alignment_bytes(), 0u);
      char* begin = static_cast<char*>(block.value());
      for (auto [other, other_size] : blocks)
        EXPECT_TRUE(begin + size <= other || other + other_size <= begin);
      blocks.push_back({begin, size});
    }
    for (auto [block, size] : blocks) EXPECT_TRUE(memory->free(block, size).ok());
  }
}

TEST_P(DeviceMemory, CountsWhatIsUsed) {
  for (Memory* memory : memories()) {
    uint64_t free_before = memory->free_bytes().value();
    void* a = memory->allocate(1000).value();
    void* b = memory->allocate(5000).value();
    EXPECT_EQ(memory->used_bytes(), 6000u);
    EXPECT_EQ(memory->blocks(), 2u);
    EXPECT_LE(memory->free_bytes().value(), free_before - 6000);
    EXPECT_TRUE(memory->free(b, 5000).ok());
    EXPECT_EQ(memory->used_bytes(), 1000u);
    EXPECT_EQ(memory->used_high_water_bytes(), 6000u);
    EXPECT_TRUE(memory->free(a, 1000).ok());
    EXPECT_EQ(memory->used_bytes(), 0u);
    EXPECT_EQ(memory->blocks(), 0u);
  }
}

TEST_P(DeviceMemory, KeepsItsLimit) {
  for (Memory* memory : memories()) {
    memory->set_limit_bytes(10'000);
    void* a = memory->allocate(9'000).value();
    Result<void*> b = memory->allocate(1'001);
    ASSERT_EQ(b.status().code(), StatusCode::out_of_memory);
    const std::string& message = b.status().message();
    for (const char* part :
         {"1001 bytes", "9000 bytes in 1 blocks are used", "limit is 10000", to_string(memory->kind())}) {
      EXPECT_NE(message.find(part), std::string::npos) << message;
    }
    EXPECT_NE(message.find(device().describe()), std::string::npos) << message;
    EXPECT_EQ(memory->free_bytes().value(), 1'000u);
    void* c = memory->allocate(1'000).value();
    EXPECT_TRUE(memory->free(a, 9'000).ok());
    EXPECT_TRUE(memory->free(c, 1'000).ok());
    EXPECT_EQ(memory->allocate(UINT64_MAX).status().code(), StatusCode::out_of_memory);
    // A lower limit than what is used only stops further allocations.
    void* d = memory->allocate(100).value();
    memory->set_limit_bytes(50);
    EXPECT_EQ(memory->allocate(1).status().code(), StatusCode::out_of_memory);
    EXPECT_EQ(memory->free_bytes().value(), 0u);
    EXPECT_TRUE(memory->free(d, 100).ok());
  }
}

TEST_P(DeviceMemory, RefusesWhatIsNoBlock) {
  for (Memory* memory : memories()) {
    EXPECT_EQ(memory->allocate(0).status().code(), StatusCode::invalid_argument);
    char* block = static_cast<char*>(memory->allocate(512).value());
    int local = 0;
    EXPECT_EQ(memory->free(block + 256, 256).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->free(block, 511).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->free(&local, sizeof local).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->used_bytes(), 512u);
    EXPECT_TRUE(memory->free(block, 512).ok());
    EXPECT_EQ(memory->free(block, 512).code(), StatusCode::invalid_argument) << "freed twice";
    EXPECT_EQ(memory->used_bytes(), 0u);
  }
}

// ---- blocks that grow where they lie

TEST_P(DeviceMemory, BlocksGrowWhereTheyLie) {
  auto stream = device().create_stream().take();
  for (Memory* memory : memories()) {
    const size_t step = memory->mapping_bytes();
    if (step == 0) {
      EXPECT_EQ(memory->allocate_growing(4096, 4096).status().code(), StatusCode::not_supported);
      continue;
    }
    Result<void*> made = memory->allocate_growing(step, 8 * step);
    ASSERT_TRUE(made.ok()) << made.status().message();
    char* block = static_cast<char*>(made.value());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % step, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % memory->alignment_bytes(), 0u);
    EXPECT_EQ(memory->used_bytes(), step);
    ASSERT_TRUE(memory->extend(block, 2 * step).ok());
    ASSERT_TRUE(memory->extend(block, step).ok());
    EXPECT_EQ(memory->used_bytes(), 4 * step);
    EXPECT_EQ(memory->used_high_water_bytes(), 4 * step);
    EXPECT_EQ(memory->blocks(), 1u);
    // Across the places where it has grown.
    std::vector<char> written(4 * step), read(4 * step);
    for (size_t i = 0; i < written.size(); ++i) written[i] = static_cast<char>(i / 997);
    ASSERT_TRUE(stream->copy(block, written.data(), written.size()).ok());
    ASSERT_TRUE(stream->copy(read.data(), block, read.size()).ok());
    ASSERT_TRUE(stream->synchronize().ok());
    EXPECT_TRUE(written == read);
    // What was added last goes back first, as a whole, and what was there before stays.
    EXPECT_EQ(memory->shrink(block, 4 * step).value(), 4 * step);
    EXPECT_EQ(memory->shrink(block, 2 * step).value(), 3 * step);
    EXPECT_EQ(memory->shrink(block, 2 * step).value(), 3 * step);
    EXPECT_EQ(memory->used_bytes(), 3 * step);
    ASSERT_TRUE(memory->extend(block, 5 * step).ok());
    std::fill(read.begin(), read.end(), 0);
    ASSERT_TRUE(stream->copy(read.data(), block, 3 * step).ok());
    ASSERT_TRUE(stream->synchronize().ok());
    EXPECT_TRUE(std::equal(read.begin(), read.begin() + static_cast<long>(3 * step), written.begin()));
    EXPECT_EQ(memory->shrink(block, 0).value(), 3 * step);
    EXPECT_EQ(memory->shrink(block, 0).value(), step);
    EXPECT_EQ(memory->shrink(block, 0).value(), step) << "a block is never empty";
    EXPECT_TRUE(memory->free(block, step).ok());
    EXPECT_EQ(memory->used_bytes(), 0u);
    EXPECT_EQ(memory->blocks(), 0u);
  }
}

TEST_P(DeviceMemory, GrowingKeepsTheLimitAndTheRange) {
  for (Memory* memory : memories()) {
    const size_t step = memory->mapping_bytes();
    if (step == 0) continue;
    memory->set_limit_bytes(4 * step);
    void* block = memory->allocate_growing(step, 3 * step).value();
    EXPECT_EQ(memory->extend(block, 3 * step).code(), StatusCode::invalid_argument) << "beyond the range";
    EXPECT_EQ(memory->extend(block, step / 2).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->extend(block, 0).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->extend(static_cast<char*>(block) + step, step).code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->shrink(static_cast<char*>(block) + step, 0).status().code(),
              StatusCode::invalid_argument);
    void* other = memory->allocate(2 * step).value();
    Status above = memory->extend(block, 2 * step);
    EXPECT_EQ(above.code(), StatusCode::out_of_memory) << "above the limit";
    EXPECT_NE(above.message().find("the limit is"), std::string::npos) << above.message();
    EXPECT_EQ(memory->used_bytes(), 3 * step);
    EXPECT_TRUE(memory->extend(block, step).ok());
    EXPECT_EQ(memory->allocate_growing(step, step).status().code(), StatusCode::out_of_memory);
    EXPECT_EQ(memory->allocate_growing(step + 1, 2 * step).status().code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->allocate_growing(2 * step, step).status().code(), StatusCode::invalid_argument);
    EXPECT_EQ(memory->free(block, step).code(), StatusCode::invalid_argument) << "not its size now";
    EXPECT_TRUE(memory->free(block, 2 * step).ok());
    EXPECT_EQ(memory->free(block, 2 * step).code(), StatusCode::invalid_argument) << "freed twice";
    EXPECT_TRUE(memory->free(other, 2 * step).ok());
    EXPECT_EQ(memory->used_bytes(), 0u);
    // What is not freed goes with the memory.
    EXPECT_TRUE(memory->allocate_growing(2 * step, 4 * step).ok());
  }
}

TEST_P(DeviceMemory, OfTheHostCanBeTouched) {
  for (Memory* memory : memories()) {
    if (memory->kind() == MemoryKind::device) continue;
    char* block = static_cast<char*>(memory->allocate(3000).value());
    std::memset(block, 7, 3000);
    EXPECT_EQ(block[2999], 7);
    EXPECT_TRUE(memory->free(block, 3000).ok());
  }
}

TEST_P(DeviceMemory, ManyThreadsAllocateAndFree) {
  Memory& memory = device().main_memory();
  memory.set_limit_bytes(100'000);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < 200; ++i) {
        size_t size = 1 + (i * 7919 + t * 104729) % 40'000;
        Result<void*> block = memory.allocate(size);
        EXPECT_LE(memory.used_bytes(), 100'000u);
        if (block.ok()) {
          EXPECT_TRUE(memory.free(block.value(), size).ok());
        } else {
          EXPECT_EQ(block.status().code(), StatusCode::out_of_memory);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(memory.used_bytes(), 0u);
  EXPECT_LE(memory.used_high_water_bytes(), 100'000u);
}

INSTANTIATE_TEST_SUITE_P(All, DeviceMemory, ::testing::ValuesIn(kPlatforms),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace palatine::device
