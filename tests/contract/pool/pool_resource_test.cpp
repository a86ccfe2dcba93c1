// Containers of the standard library whose memory comes from a pool.
#include <gtest/gtest.h>

#include <cstring>
#include <memory_resource>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "contract/pool/manual_streams.h"
#include "runtime/pool/include/palatine/pool_resource.h"

namespace palatine::test {
namespace {

TEST(PoolResource, ContainersGiveEverythingBack) {
  Streams s(2);
  pool_resource resource(*s.pool, s.ids[0]);
  {
    std::pmr::vector<std::pmr::string> words(&resource);
    std::pmr::unordered_map<int, std::pmr::string> map(&resource);
    for (int k = 0; k < 500; ++k) {
      words.emplace_back("a word that is too long to be kept in place " + std::to_string(k));
      map[k] = words.back();
    }
    EXPECT_EQ(map[499], words[499]);
    EXPECT_GT(s.pool->statistics(s.ids[0]).used_bytes, 500u * 40);
    EXPECT_EQ(s.pool->statistics(s.ids[1]).used_bytes, 0u);
  }
  EXPECT_EQ(s.pool->statistics().used_bytes, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolResource, AlignmentIsKept) {
  struct alignas(256) Wide {
    char bytes[256];
  };
  Streams s(1);
  pool_resource resource(*s.pool, s.ids[0]);
  std::pmr::vector<Wide> wide(&resource);
  for (int k = 0; k < 10; ++k) {
    wide.emplace_back();
    EXPECT_EQ(reinterpret_cast<uint64_t>(wide.data()) % 256, 0u);
  }
}

TEST(PoolResource, EqualWhenPoolAndStreamAre) {
  Streams s(2);
  pool_resource a(*s.pool, s.ids[0]), b(*s.pool, s.ids[0]), c(*s.pool, s.ids[1]);
  EXPECT_TRUE(a.is_equal(b));
  EXPECT_FALSE(a.is_equal(c));
  EXPECT_FALSE(a.is_equal(*std::pmr::new_delete_resource()));
}

TEST(PoolResource, ShortMemoryIsBadAlloc) {
  PoolOptions options;
  options.limit_bytes = 4096;
  Streams s(1, options);
  pool_resource resource(*s.pool, s.ids[0]);
  std::pmr::vector<char> large(&resource);
  EXPECT_THROW(large.resize(5000), std::bad_alloc);
}

TEST(PoolResource, ExceptionsSayWhyAndLeaveEverythingAsItWas) {
  PoolOptions options;
  options.first_block_bytes = options.limit_bytes = 4096;
  Streams s(1, options);
  pool_resource resource(*s.pool, s.ids[0]);
  std::pmr::vector<int> numbers({1, 2, 3}, &resource);
  try {
    numbers.resize(5000);
    FAIL();
  } catch (const out_of_memory& error) {
    EXPECT_EQ(error.shortage().asked_bytes, 20000u);
    EXPECT_EQ(error.shortage().used_bytes, 16u);
  }
  EXPECT_EQ(numbers, (std::pmr::vector<int>{1, 2, 3}));
  EXPECT_EQ(s.pool->check(), "");
  // More than any address space has.
  EXPECT_THROW((void)resource.allocate(~std::size_t{0}), std::bad_alloc);
  EXPECT_THROW((void)resource.allocate(16, std::size_t{1} << 32), std::bad_alloc);
  EXPECT_EQ(s.pool->check(), "");
}

TEST(PoolResource, EveryAlignmentAndSize) {
  Streams s(1);
  pool_resource resource(*s.pool, s.ids[0]);
  std::vector<std::tuple<void*, std::size_t, std::size_t>> all;
  for (std::size_t alignment = 1; alignment <= 1 << 16; alignment *= 2) {
    for (std::size_t bytes : {0, 1, 17, 4095}) {
      void* address = resource.allocate(bytes, alignment);
      EXPECT_EQ(reinterpret_cast<uint64_t>(address) % alignment, 0u) << alignment;
      std::memset(address, 1, bytes);
      for (auto& [other, size, at] : all) EXPECT_NE(address, other);
      all.emplace_back(address, bytes, alignment);
    }
  }
  EXPECT_EQ(s.pool->check(), "");
  for (auto& [address, bytes, alignment] : all) resource.deallocate(address, bytes, alignment);
  EXPECT_EQ(s.pool->statistics().used_bytes, 0u);
}

// The standard's own resources on top of it.
TEST(PoolResource, IsUpstreamOfOthers) {
  Streams s(1);
  pool_resource resource(*s.pool, s.ids[0]);
  {
    std::pmr::unsynchronized_pool_resource pools(&resource);
    std::pmr::monotonic_buffer_resource buffer(&pools);
    std::pmr::vector<std::pmr::string> words(&buffer);
    for (int k = 0; k < 300; ++k) words.emplace_back(100, static_cast<char>('a' + k % 26));
    EXPECT_EQ(words[27], std::pmr::string(100, 'b'));
    EXPECT_GT(s.pool->statistics().used_bytes, 30000u);
  }
  EXPECT_EQ(s.pool->statistics().used_bytes, 0u);
  EXPECT_EQ(s.pool->check(), "");
}

// What a container of one stream gives back is pending for the others.
TEST(PoolResource, MemoryOfAStreamStaysItsOwnUntilItsWorkIsOver) {
  Streams s(2);
  pool_resource first(*s.pool, s.ids[0]), second(*s.pool, s.ids[1]);
  void* a = first.allocate(4096);
  s[0].queue();
  first.deallocate(a, 4096);
  void* b = second.allocate(4096);
  EXPECT_NE(a, b);
  EXPECT_EQ(first.allocate(4096), a);
  EXPECT_EQ(s.pool->deallocate(a), PoolError::none);
  second.deallocate(b, 4096);
}

}  // namespace
}  // namespace palatine::test
