// The deque, the scheduler and fibers.
#include "runtime/realm/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "runtime/realm/deque.h"

namespace palatine::realm {
namespace {

TEST(Deque, OwnerTakesTheLatestAndThievesTheOldest) {
  Deque<int> deque;
  int items[3];
  for (int& item : items) deque.push(&item);
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_EQ(deque.pop(), &items[2]);
  EXPECT_EQ(deque.pop(), &items[1]);
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.steal(), nullptr);
}

TEST(Deque, EachItemIsTakenOnceWhileItGrows) {
  constexpr int kItems = 20000, kThieves = 3;
  Deque<int> deque;
  // Written by whoever takes the item: not atomic, so that the sanitizer sees missing order.
  std::vector<int> items(kItems, 0);
  std::atomic<int> taken{0};
  std::vector<std::thread> thieves;
  for (int t = 0; t < kThieves; ++t) {
    thieves.emplace_back([&] {
      while (taken.load() < kItems) {
        if (int* item = deque.steal()) {
          ++*item;
          ++taken;
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  for (int k = 0; k < kItems; ++k) {
    deque.push(&items[static_cast<size_t>(k)]);
    if (k % 3 == 0) {
      if (int* item = deque.pop()) {
        ++*item;
        ++taken;
      }
    }
  }
  while (int* item = deque.pop()) {
    ++*item;
    ++taken;
  }
  for (std::thread& thief : thieves) thief.join();
  EXPECT_EQ(taken.load(), kItems);
  for (int item : items) ASSERT_EQ(item, 1);
}

// Work that spawns a binary tree of work and stops the scheduler at the end.
struct TreeWork : Work {
  Scheduler* scheduler;
  std::atomic<int>* remaining;
  int depth;

  static void run_tree(Work& work, Worker&) {
    TreeWork& self = static_cast<TreeWork&>(work);
    Scheduler& scheduler = *self.scheduler;
    if (self.depth > 0) {
      for (int k = 0; k < 2; ++k) {
        TreeWork* child = new TreeWork(self);
        --child->depth;
        scheduler.submit(*child);
      }
    }
    std::atomic<int>* remaining = self.remaining;
    delete &self;
    if (remaining->fetch_sub(1) == 1) scheduler.stop();
  }
};

TEST(Scheduler, RunsAllWorkOnAnyNumberOfWorkers) {
  for (int workers : {1, 2, 3, 7}) {
    for (int round = 0; round < 20; ++round) {
      Scheduler scheduler(workers);
      constexpr int kDepth = 8;
      std::atomic<int> remaining{(1 << (kDepth + 1)) - 1};
      TreeWork* root = new TreeWork;
      root->run = &TreeWork::run_tree;
      root->scheduler = &scheduler;
      root->remaining = &remaining;
      root->depth = kDepth;
      scheduler.submit(*root);
      scheduler.run();
      EXPECT_EQ(remaining.load(), 0);
    }
  }
}

// Work from outside, with pauses: sleeping workers must wake.
TEST(Scheduler, SleepingWorkersWakeForWorkFromOtherThreads) {
  for (int workers : {1, 3}) {
    Scheduler scheduler(workers);
    static std::atomic<int> done;
    done = 0;
    constexpr int kItems = 50;
    std::vector<Work> items(kItems);
    std::thread outside([&] {
      for (int k = 0; k < kItems; ++k) {
        items[static_cast<size_t>(k)].run = [](Work&, Worker& worker) {
          if (++done == kItems) worker.scheduler().stop();
        };
        scheduler.submit(items[static_cast<size_t>(k)]);
        if (k % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    });
    scheduler.run();
    outside.join();
    EXPECT_EQ(done.load(), kItems);
  }
}

// Two fibers that hand a turn back and forth through events.
struct PingPong {
  Scheduler* scheduler;
  std::vector<UserEvent> turns;
  std::vector<int> log;  // guarded by the turns
  std::atomic<int> running{2};
};
struct Player : Work {
  PingPong* game;
  int first;
};

TEST(Fiber, WaitsForEventsOnAnyNumberOfWorkers) {
  for (int workers : {1, 2, 7}) {
    constexpr int kTurns = 500;
    Scheduler scheduler(workers);
    PingPong game;
    game.scheduler = &scheduler;
    for (int k = 0; k <= kTurns; ++k) game.turns.push_back(UserEvent::create());
    Player players[2];
    for (int p = 0; p < 2; ++p) {
      players[p].game = &game;
      players[p].first = p;
      players[p].run = [](Work& work, Worker& worker) {
        Fiber& fiber = Fiber::acquire(
            [](void* argument) {
              Player& player = *static_cast<Player*>(argument);
              PingPong& g = *player.game;
              for (int turn = player.first; turn < kTurns; turn += 2) {
                EXPECT_FALSE(wait(g.turns[static_cast<size_t>(turn)]));
                g.log.push_back(turn);
                g.turns[static_cast<size_t>(turn) + 1].trigger();
              }
            },
            [](void* argument, Worker& on) {
              if (static_cast<Player*>(argument)->game->running.fetch_sub(1) == 1) on.scheduler().stop();
            },
            &work);
        worker.run_fiber(fiber);
      };
    }
    scheduler.submit(players[1]);
    scheduler.submit(players[0]);
    game.turns[0].trigger();
    scheduler.run();
    std::vector<int> expected(kTurns);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(game.log, expected);
    game.turns[kTurns].has_triggered();
  }
}

TEST(Wait, BlocksThreadsThatAreNoWorkers) {
  UserEvent event = UserEvent::create();
  int payload = 0;
  std::thread other([&] {
    payload = 5;
    event.trigger();
  });
  wait(event);
  EXPECT_EQ(payload, 5);
  other.join();
  UserEvent bad = UserEvent::create();
  std::thread poisoner([&] { bad.poison(); });
  EXPECT_TRUE(wait(bad));
  poisoner.join();
}

}  // namespace
}  // namespace palatine::realm
