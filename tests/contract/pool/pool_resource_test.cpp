// Containers of the standard library whose memory comes from a pool.
#include <gtest/gtest.h>

#include <memory_resource>
#include <string>
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

}  // namespace
}  // namespace palatine::test
