// Processors: order, blocking, groups, registration.
#include <cstring>

#include "contract/realm/support.h"
#include "realm/id.h"

namespace palatine::test {
namespace {

using namespace Realm;

TEST(RealmProcessor, TasksRunOneAtATime) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  int value = 0;
  std::atomic<bool> is_busy{false};
  std::vector<Event> all;
  for (int k = 0; k < 500; ++k) {
    all.push_back(rt.spawn(rt.cpu(1), [&](Processor) {
      EXPECT_FALSE(is_busy.exchange(true));
      ++value;
      is_busy = false;
    }));
  }
  Event::merge_events(all).external_wait();
  EXPECT_EQ(value, 500);
}

TEST(RealmProcessor, ReadyTasksRunByPriorityThenInOrder) {
  RunningRuntime rt;
  std::vector<int> order;
  UserEvent start = UserEvent::create_user_event();
  UserEvent go = UserEvent::create_user_event();
  // Holds the processor until all others are ready.
  std::vector<Event> all = {rt.spawn(rt.cpu(), [&](Processor) { go.external_wait(); })};
  int priorities[] = {0, 5, -3, 0, 5, 7, -3, 0};
  for (int k = 0; k < 8; ++k) {
    all.push_back(rt.spawn(rt.cpu(), [&, k](Processor) { order.push_back(k); }, start, priorities[k]));
  }
  start.trigger();
  // A waiting task can still be moved.
  all[3].set_operation_priority(9);
  go.trigger();
  Event::merge_events(all).external_wait();
  EXPECT_EQ(order, (std::vector<int>{2, 5, 1, 4, 0, 3, 7, 6}));
}

TEST(RealmProcessor, AWaitingTaskLetsOthersRun) {
  RunningRuntime rt({"-ll:cpu", "1", "-ll:csize", "8"});
  // Only one processor: each level waits for the next one.
  std::function<void(int)> descend = [&](int depth) {
    if (depth == 0) return;
    rt.spawn(rt.cpu(), [&, depth](Processor) { descend(depth - 1); }).wait();
  };
  rt.spawn(rt.cpu(), [&](Processor) { descend(100); }).external_wait();
}

TEST(RealmProcessor, ATaskThatGoesOnKeepsItsPriority) {
  RunningRuntime rt({"-ll:cpu", "1", "-ll:csize", "8"});
  std::vector<int> order;
  UserEvent event = UserEvent::create_user_event();
  UserEvent hold = UserEvent::create_user_event();
  std::vector<Event> all;
  std::atomic<int> waiting{0};
  for (int k = 0; k < 3; ++k) {
    all.push_back(rt.spawn(rt.cpu(), [&, k](Processor) {
      Processor::set_current_task_priority(k);
      ++waiting;
      event.wait();
      order.push_back(k);
    }));
  }
  all.push_back(rt.spawn(
      rt.cpu(),
      [&](Processor) {
        while (waiting < 3) Processor::set_current_task_priority(0);
        event.trigger();
      },
      Event::NO_EVENT, -1));
  Event::merge_events(all).external_wait();
  EXPECT_EQ(order, (std::vector<int>{2, 1, 0}));
  hold.trigger();
}

TEST(RealmProcessor, TheSchedulerLockForbidsOthers) {
  RunningRuntime rt;
  UserEvent event = UserEvent::create_user_event();
  std::atomic<bool> has_run{false};
  Event locked = rt.spawn(rt.cpu(), [&](Processor) {
    Processor::enable_scheduler_lock();
    Processor::enable_scheduler_lock();
    rt.spawn(rt.cpu(), [&](Processor) { has_run = true; });
    Processor::disable_scheduler_lock();
    event.wait();
    EXPECT_FALSE(has_run);
    Processor::disable_scheduler_lock();
  });
  Event later = rt.spawn(rt.cpu(), [&](Processor) { EXPECT_TRUE(has_run); }, locked);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  event.trigger();
  later.external_wait();
}

TEST(RealmProcessor, ArgumentsAndUserDataAreCopies) {
  RunningRuntime rt;
  for (size_t bytes : {size_t{0}, size_t{1}, size_t{64}, size_t{65}, size_t{100000}}) {
    std::vector<char> data(bytes, 'a');
    std::string user = "user data";
    static std::atomic<size_t> seen;
    seen = 0;
    static Processor::TaskFuncID id = RunningRuntime::kFree;
    ++id;
    rt.cpu()
        .register_task(id,
                       CodeDescriptor(+[](const void* args, size_t arglen, const void* user_data,
                                          size_t user_bytes, Processor) {
                         EXPECT_EQ(std::string(static_cast<const char*>(user_data), user_bytes), "user data");
                         for (size_t k = 0; k < arglen; ++k)
                           EXPECT_EQ(static_cast<const char*>(args)[k], 'a');
                         seen = arglen + 1;
                       }),
                       ProfilingRequestSet(), user.data(), user.size())
        .external_wait();
    user = "changed";
    UserEvent start = UserEvent::create_user_event();
    Event done = rt.cpu().spawn(id, data.data(), data.size(), start);
    std::fill(data.begin(), data.end(), 'b');
    start.trigger();
    done.external_wait();
    EXPECT_EQ(seen, bytes + 1);
  }
}

TEST(RealmProcessor, ATaskKnowsWhereItRunsAndItsOwnEvent) {
  RunningRuntime rt;
  EXPECT_EQ(Processor::get_executing_processor(), Processor::NO_PROC);
  EXPECT_EQ(Processor::get_current_finish_event(), Event::NO_EVENT);
  Event own;
  Event done = rt.spawn(rt.cpu(1), [&](Processor p) {
    EXPECT_EQ(p, rt.cpu(1));
    EXPECT_EQ(Processor::get_executing_processor(), p);
    own = Processor::get_current_finish_event();
    EXPECT_FALSE(own.has_triggered());
    // What is done "after me".
    rt.spawn(rt.cpu(), [](Processor) {}).wait();
    EXPECT_EQ(Processor::get_executing_processor(), p);
  });
  done.external_wait();
  EXPECT_EQ(own, done);
}

TEST(RealmProcessor, EveryKindRunsTasks) {
  RunningRuntime rt({"-ll:cpu", "2", "-ll:util", "2", "-ll:io", "1", "-ll:csize", "8"});
  EXPECT_EQ(rt.processors(Processor::LOC_PROC).size(), 2u);
  EXPECT_EQ(rt.processors(Processor::UTIL_PROC).size(), 2u);
  EXPECT_EQ(rt.processors(Processor::IO_PROC).size(), 1u);
  std::atomic<int> runs{0};
  // Tasks that spin on all CPU processors do not hold the others up.
  std::vector<Event> all;
  for (Processor p : rt.processors()) {
    all.push_back(rt.spawn(p, [&](Processor) {
      while (runs < 3) std::this_thread::yield();
    }));
  }
  for (auto kind : {Processor::UTIL_PROC, Processor::IO_PROC}) {
    for (Processor p : rt.processors(kind)) {
      EXPECT_EQ(p.kind(), kind);
      all.push_back(rt.spawn(p, [&](Processor) { ++runs; }));
    }
  }
  Event::merge_events(all).external_wait();
  EXPECT_EQ(runs, 3);
}

TEST(RealmProcessor, CollectiveSpawnReachesAllOfAKind) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  std::mutex mutex;
  std::multiset<Processor> seen;
  const auto* body = rt.keep([&](Processor p) {
    std::lock_guard lock(mutex);
    seen.insert(p);
  });
  rt.runtime.collective_spawn_by_kind(Processor::LOC_PROC, RunningRuntime::kCall, &body, sizeof body)
      .external_wait();
  auto all = rt.processors();
  EXPECT_EQ(seen, std::multiset<Processor>(all.begin(), all.end()));
  rt.runtime.collective_spawn_by_kind(Processor::LOC_PROC, RunningRuntime::kCall, &body, sizeof body, true)
      .external_wait();
  EXPECT_EQ(seen.size(), 4u);
  rt.runtime.collective_spawn(rt.cpu(1), RunningRuntime::kCall, &body, sizeof body).external_wait();
  EXPECT_EQ(seen.count(rt.cpu(1)), 2u);
}

TEST(RealmProcessor, AGroupRunsItsTasksOnAnyMember) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  auto cpus = rt.processors();
  std::vector<Processor> two(cpus.begin(), cpus.begin() + 2);
  ProcessorGroup group = ProcessorGroup::create_group(two);
  EXPECT_TRUE(ID(group).is_procgroup());
  EXPECT_EQ(group.kind(), Processor::PROC_GROUP);
  EXPECT_EQ(group.get_num_cores(), 2);
  std::vector<Processor> members;
  group.get_group_members(members);
  EXPECT_EQ(members, two);
  Processor one[1];
  size_t count = 1;
  group.get_group_members(one, count);
  EXPECT_EQ(count, 2u);
  EXPECT_EQ(one[0], two[0]);

  // Two tasks that need each other must be on two processors.
  std::atomic<int> here{0};
  std::vector<Event> all;
  for (int k = 0; k < 2; ++k) {
    all.push_back(rt.spawn(group, [&](Processor p) {
      EXPECT_NE(p, cpus[2]);
      ++here;
      while (here < 2) std::this_thread::yield();
    }));
  }
  Event::merge_events(all).external_wait();

  // A busy member's tasks are run by the other one.
  UserEvent release = UserEvent::create_user_event();
  Event busy = rt.spawn(two[0], [&](Processor) { release.external_wait(); });
  all.clear();
  for (int k = 0; k < 50; ++k) {
    all.push_back(rt.spawn(group, [](Processor) {}, Event::NO_EVENT, k % 3));
  }
  Event::merge_events(all).external_wait();
  release.trigger();
  busy.external_wait();

  // Destroyed while tasks wait.
  UserEvent start = UserEvent::create_user_event();
  std::atomic<bool> has_run{false};
  Event last = rt.spawn(group, [&](Processor) { has_run = true; }, start);
  group.destroy();
  start.trigger();
  last.external_wait();
  EXPECT_TRUE(has_run);
  ProcessorGroup again = ProcessorGroup::create_group(two);
  // Programs count on groups getting the numbers of those that are gone.
  EXPECT_EQ(again, group);
  again.destroy(rt.spawn(again, [](Processor) {}));
}

TEST(RealmProcessor, PrioritiesCountAcrossGroups) {
  RunningRuntime rt({"-ll:cpu", "1", "-ll:csize", "8"});
  ProcessorGroup group = ProcessorGroup::create_group(rt.processors());
  std::vector<int> order;
  UserEvent started = UserEvent::create_user_event();
  UserEvent go = UserEvent::create_user_event();
  std::vector<Event> all = {rt.spawn(rt.cpu(), [&](Processor) {
    started.trigger();
    go.external_wait();
  })};
  // The others must find the processor busy.
  started.external_wait();
  for (int k = 0; k < 6; ++k) {
    Processor target = k % 2 ? rt.cpu() : Processor(group);
    all.push_back(rt.spawn(target, [&, k](Processor) { order.push_back(k); }, Event::NO_EVENT, k));
  }
  go.trigger();
  Event::merge_events(all).external_wait();
  EXPECT_EQ(order, (std::vector<int>{5, 4, 3, 2, 1, 0}));
  group.destroy();
}

TEST(RealmProcessor, TasksAreRegisteredByProcessorAndByKind) {
  RunningRuntime rt;
  static std::atomic<int> first, second;
  first = second = 0;
  auto count_first = [](const void*, size_t, const void*, size_t, Processor) { ++first; };
  auto count_second = [](const void*, size_t, const void*, size_t, Processor) { ++second; };
  Processor::TaskFuncID id = RunningRuntime::kFree;
  rt.cpu(0).register_task(id, CodeDescriptor(+count_first), ProfilingRequestSet()).external_wait();
  rt.cpu(1).register_task(id, CodeDescriptor(+count_second), ProfilingRequestSet()).external_wait();
  Event::merge_events(rt.cpu(0).spawn(id, nullptr, 0), rt.cpu(1).spawn(id, nullptr, 0)).external_wait();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  Processor::register_task_by_kind(Processor::UTIL_PROC, false, id, CodeDescriptor(+count_first),
                                   ProfilingRequestSet())
      .external_wait();
  rt.processors(Processor::UTIL_PROC).at(0).spawn(id, nullptr, 0).external_wait();
  EXPECT_EQ(first, 2);
  // From a task, while others run.
  rt.spawn(rt.cpu(), [&](Processor) {
      for (unsigned k = 1; k < 100; ++k) {
        Processor::register_task_by_kind(Processor::LOC_PROC, false, id + k, CodeDescriptor(+count_second),
                                         ProfilingRequestSet())
            .wait();
        rt.cpu(k % 2).spawn(id + k, nullptr, 0);
      }
    }).external_wait();
  // The task without effect needs no registration.
  rt.cpu().spawn(Processor::TASK_ID_PROCESSOR_NOP, nullptr, 0).external_wait();
}

TEST(RealmProcessor, CancellingStopsWhatHasNotStarted) {
  RunningRuntime rt;
  UserEvent start = UserEvent::create_user_event();
  UserEvent hold = UserEvent::create_user_event();
  std::atomic<int> runs{0};
  Event busy = rt.spawn(rt.cpu(), [&](Processor) { hold.external_wait(); });
  Event waiting = rt.spawn(rt.cpu(), [&](Processor) { ++runs; }, start);
  Event ready = rt.spawn(rt.cpu(), [&](Processor) { ++runs; });
  Event after = rt.spawn(rt.cpu(1), [&](Processor) { ++runs; }, ready);
  waiting.cancel_operation(nullptr, 0);
  ready.cancel_operation(nullptr, 0);
  ready.cancel_operation(nullptr, 0);
  EXPECT_TRUE(ends_poisoned(waiting));
  EXPECT_TRUE(ends_poisoned(ready));
  EXPECT_TRUE(ends_poisoned(after));
  start.trigger();
  hold.trigger();
  busy.external_wait();
  busy.cancel_operation(nullptr, 0);
  EXPECT_FALSE(ends_poisoned(busy));
  EXPECT_EQ(runs, 0);
}

TEST(RealmProcessor, CancellingRacesWithRunning) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  for (int round = 0; round < 300; ++round) {
    UserEvent start = UserEvent::create_user_event();
    std::atomic<int> runs{0};
    Event task = rt.spawn(rt.cpu(0), [&](Processor) { ++runs; }, start);
    Event canceller = rt.spawn(rt.cpu(1), [&](Processor) { task.cancel_operation("why", 3); });
    Event other = rt.spawn(rt.cpu(2), [&](Processor) {
      task.set_operation_priority(3);
      start.trigger();
    });
    bool is_poisoned = ends_poisoned(task);
    Event::merge_events(canceller, other).external_wait();
    EXPECT_EQ(runs, is_poisoned ? 0 : 1);
  }
}

TEST(RealmRuntime, StartsAgainAfterItsEnd) {
  for (int round = 0; round < 5; ++round) {
    RunningRuntime rt({"-ll:cpu", std::to_string(round + 1), "-ll:csize", "8"});
    EXPECT_EQ(rt.processors().size(), static_cast<size_t>(round + 1));
    rt.spawn(rt.cpu(), [](Processor) {}).external_wait();
  }
}

TEST(RealmRuntime, ProcessorsPrepareThemselvesBeforeTheMainTask) {
  Runtime runtime;
  std::vector<std::string> words = {"test", "-ll:cpu", "2", "-ll:util", "1"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int argc = static_cast<int>(words.size());
  char** start = argv.data();
  ASSERT_TRUE(runtime.init(&argc, &start));
  static std::atomic<int> prepared, prepared_at_main, ended;
  prepared = prepared_at_main = ended = 0;
  runtime.register_task(Processor::TASK_ID_PROCESSOR_INIT,
                        [](const void*, size_t, const void*, size_t, Processor) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(5));
                          ++prepared;
                        });
  runtime.register_task(Processor::TASK_ID_PROCESSOR_SHUTDOWN,
                        [](const void*, size_t, const void*, size_t, Processor) { ++ended; });
  runtime.register_task(RunningRuntime::kCall, [](const void*, size_t, const void*, size_t, Processor) {
    prepared_at_main = prepared.load();
    Runtime::get_runtime().shutdown();
  });
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  runtime.run(RunningRuntime::kCall, Runtime::ONE_TASK_ONLY, nullptr, 0, true);
#pragma GCC diagnostic pop
  runtime.wait_for_shutdown();
  EXPECT_EQ(prepared_at_main, 3);
  EXPECT_EQ(ended, 3);
}

TEST(RealmRuntime, ShutdownFromATaskWaitsForTheTask) {
  Runtime runtime;
  ASSERT_TRUE(runtime.init(nullptr, nullptr));
  static std::atomic<bool> has_ended;
  has_ended = false;
  runtime.register_task(RunningRuntime::kCall, [](const void*, size_t, const void*, size_t, Processor) {
    Runtime::get_runtime().shutdown(Event::NO_EVENT, 17);
    Runtime::get_runtime().shutdown(Event::NO_EVENT, 17);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    has_ended = true;
  });
  Processor p = Machine::ProcessorQuery(Machine::get_machine()).only_kind(Processor::LOC_PROC).first();
  runtime.collective_spawn(p, RunningRuntime::kCall, nullptr, 0);
  EXPECT_EQ(runtime.wait_for_shutdown(), 17);
  EXPECT_TRUE(has_ended);
}

}  // namespace
}  // namespace palatine::test
