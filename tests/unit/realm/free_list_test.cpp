// The free list: no object is handed out twice, none is lost, whoever takes and gives back.
#include "runtime/realm/free_list.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace palatine::realm {
namespace {

struct Object {
  inline static std::atomic<int> alive{0};
  Object() { ++alive; }
  ~Object() { --alive; }

  Object* next_free = nullptr;
  // Not atomic: the list orders who writes it.
  int users = 0;
  long uses = 0;
};

TEST(FreeList, HandsOutEachObjectToOne) {
  constexpr int kThreads = 4, kRounds = 20000, kHeld = 5;
  {
    FreeList<Object> list;
    std::atomic<long> uses{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        std::vector<Object*> held;
        for (int k = 0; k < kRounds; ++k) {
          Object* object = list.take();
          if (!object) object = new Object;
          ASSERT_EQ(object->users++, 0);
          ++object->uses;
          held.push_back(object);
          if (held.size() < kHeld) continue;
          for (Object* one : held) {
            --one->users;
            list.give_back(one);
          }
          held.clear();
        }
        for (Object* one : held) {
          --one->users;
          list.give_back(one);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_LE(Object::alive, kThreads * kHeld);
    std::vector<Object*> all;
    while (Object* object = list.take()) {
      uses += object->uses;
      all.push_back(object);
    }
    EXPECT_EQ(uses, long{kThreads} * kRounds);
    EXPECT_EQ(all.size(), static_cast<size_t>(Object::alive));
    for (Object* object : all) list.give_back(object);
  }
  EXPECT_EQ(Object::alive, 0);
}

}  // namespace
}  // namespace palatine::realm
