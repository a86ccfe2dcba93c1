// Finds out that a program waits for itself: nothing runs, nothing is queued, and no thread of the program
// could change that. Then it ends the program with a message that names the tasks that wait.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// A task that waits; on its stack, while it does. Any thread may make one.
class Waiting {
 public:
  Waiting(const LaunchedTask* task, const char* what, bool blocks_worker);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  friend class Watchdog;
  const LaunchedTask* task_;
  const char* what_;
  bool blocks_worker_;
  // Guarded by the list's mutex.
  Waiting *before_ = nullptr, *after_ = nullptr;
};

// A thread that looks from time to time, for one run. It does nothing in programs that have threads of their
// own, or GPUs: these can always bring something.
class Watchdog {
 public:
  // `outside_threads`: how many threads the process had before the runtime was started.
  explicit Watchdog(int outside_threads);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void watch();
  bool is_stuck() const;
  bool is_stuck(core::Runtime& runtime) const;
  [[noreturn]] static void bark();

  const int outside_threads_;
  std::mutex mutex_;  // guards `ends_`
  std::condition_variable changed_;
  bool ends_ = false;
  std::thread thread_;
};

// Threads of the process; 0 when that is not known.
int count_threads();

}  // namespace Legion::Internal
