// The pool's tables against the containers of the standard library.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "runtime/pool/address_table.h"
#include "runtime/pool/size_classes.h"

namespace palatine::pool {
namespace {

TEST(PoolAddressTable, HoldsWhatAMapHolds) {
  AddressTable table;
  std::map<char*, Chunk*> expected;
  std::vector<Chunk> chunks(5000);
  std::mt19937 random(3);
  for (size_t k = 0; k < chunks.size(); ++k)
    chunks[k].address = reinterpret_cast<char*>(uint64_t{64} * (k + 1));
  for (int step = 0; step < 100000; ++step) {
    Chunk* chunk = &chunks[random() % (step < 50000 ? 300 : 5000)];
    if (expected.count(chunk->address)) {
      ASSERT_EQ(table.find(chunk->address), chunk);
      table.remove(chunk->address);
      expected.erase(chunk->address);
    } else {
      ASSERT_EQ(table.find(chunk->address), nullptr);
      table.insert(chunk);
      expected[chunk->address] = chunk;
    }
    ASSERT_EQ(table.count(), expected.size());
  }
  for (auto& [address, chunk] : expected) ASSERT_EQ(table.find(address), chunk);
  size_t seen = 0;
  table.visit([&](Chunk*) { ++seen; });
  EXPECT_EQ(seen, expected.size());
  EXPECT_EQ(table.find(nullptr), nullptr);
}

TEST(PoolSizeClasses, FindsWhatFitsWhereverThereIsSome) {
  SizeClasses classes;
  std::vector<Chunk> chunks(2000);
  std::mt19937_64 random(5);
  std::multiset<uint64_t> sizes;
  auto any = [](const Chunk&) { return true; };
  std::vector<Chunk*> in, out;
  uint64_t address = 1 << 20;
  for (Chunk& chunk : chunks) {
    chunk.size = 16 * (1 + (random() >> (64 - 1 - random() % 30)));
    chunk.address = reinterpret_cast<char*>(address);
    address += chunk.size;
    out.push_back(&chunk);
  }
  for (int step = 0; step < 50000; ++step) {
    if (in.empty() || (random() % 2 && !out.empty())) {
      size_t which = random() % out.size();
      Chunk* chunk = out[which];
      out[which] = out.back();
      out.pop_back();
      random() % 2 ? classes.insert_newest(chunk) : classes.insert_oldest(chunk);
      in.push_back(chunk);
      sizes.insert(chunk->size);
    } else {
      size_t which = random() % in.size();
      classes.remove(in[which]);
      sizes.erase(sizes.find(in[which]->size));
      out.push_back(in[which]);
      in[which] = in.back();
      in.pop_back();
    }
    Request request{16 * (1 + (random() >> (64 - 1 - random() % 30))), 16, 1, false};
    Chunk* found = classes.find(request, SizeClasses::Order::newest, any);
    auto best = sizes.lower_bound(request.size);
    if (found) {
      ASSERT_GE(found->size, request.size);
    } else if (best != sizes.end()) {
      // Only chunks of the request's own class may be missed, which are less than a class larger.
      ASSERT_LE(*sizes.rbegin(), request.size + request.size / 16 + 32);
      ASSERT_TRUE(classes.may_miss(request));
    }
    ASSERT_EQ(classes.is_empty(), sizes.empty());
  }
}

TEST(PoolSizeClasses, AlignedRequestsFindAlignedPlaces) {
  SizeClasses classes;
  Chunk small, large;
  small.address = reinterpret_cast<char*>(uint64_t{4096 + 16});
  small.size = 4096;
  large.address = reinterpret_cast<char*>(uint64_t{65536 + 16});
  large.size = 16384;
  classes.insert_newest(&small);
  classes.insert_newest(&large);
  auto any = [](const Chunk&) { return true; };
  EXPECT_EQ(classes.find({2048, 4096, 2048, false}, SizeClasses::Order::newest, any), &large);
  EXPECT_EQ(classes.find({2048, 16, 2048, false}, SizeClasses::Order::newest, any), &small);
  EXPECT_EQ(classes.find({16384, 32768, 1, false}, SizeClasses::Order::newest, any), nullptr);
}

}  // namespace
}  // namespace palatine::pool
