// What the tests of the low-level runtime share: the runtime for the time of a test, and tasks that are
// lambdas.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "realm.h"

namespace palatine::test {

// The runtime with some flags, from construction to destruction.
class RunningRuntime {
 public:
  static constexpr Realm::Processor::TaskFuncID kCall = Realm::Processor::TASK_ID_FIRST_AVAILABLE;
  static constexpr Realm::Processor::TaskFuncID kFree = kCall + 10;

  explicit RunningRuntime(std::vector<std::string> flags = {"-ll:cpu", "2", "-ll:csize", "64"}) {
    std::vector<char*> argv;
    std::string name = "test";
    argv.push_back(name.data());
    for (std::string& flag : flags) argv.push_back(flag.data());
    argv.push_back(nullptr);
    int argc = static_cast<int>(argv.size()) - 1;
    char** words = argv.data();
    if (!runtime.init(&argc, &words)) abort();
    runtime.register_task(kCall, [](const void* args, size_t, const void*, size_t, Realm::Processor p) {
      (**static_cast<const std::function<void(Realm::Processor)>* const*>(args))(p);
    });
  }
  ~RunningRuntime() {
    runtime.shutdown();
    runtime.wait_for_shutdown();
  }

  // Spawns a task that calls `body`, which lives until the runtime stops.
  Realm::Event spawn(Realm::Processor p, std::function<void(Realm::Processor)> body,
                     Realm::Event wait_on = Realm::Event::NO_EVENT, int priority = 0,
                     const Realm::ProfilingRequestSet& requests = Realm::ProfilingRequestSet()) {
    const auto* kept = keep(std::move(body));
    return p.spawn(kCall, &kept, sizeof kept, requests, wait_on, priority);
  }
  // The task's arguments for `kCall`, for those who spawn themselves.
  const std::function<void(Realm::Processor)>* keep(std::function<void(Realm::Processor)> body) {
    std::lock_guard lock(mutex_);
    bodies_.push_back(std::make_unique<std::function<void(Realm::Processor)>>(std::move(body)));
    return bodies_.back().get();
  }

  std::vector<Realm::Processor> processors(Realm::Processor::Kind kind = Realm::Processor::LOC_PROC) {
    Realm::Machine::ProcessorQuery query(Realm::Machine::get_machine());
    query.only_kind(kind);
    return std::vector<Realm::Processor>(query.begin(), query.end());
  }
  Realm::Processor cpu(size_t k = 0) { return processors().at(k); }

  Realm::Runtime runtime;

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<std::function<void(Realm::Processor)>>> bodies_;
};

// Waits from outside of tasks and says whether the event is poisoned.
inline bool ends_poisoned(Realm::Event event) {
  bool is_poisoned;
  event.external_wait_faultaware(is_poisoned);
  return is_poisoned;
}

}  // namespace palatine::test
