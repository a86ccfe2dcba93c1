// Finds out that a program waits for itself, and ends it with a message that names the tasks that wait.
#pragma once

#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/standstill.h"

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

// Looks from time to time, for one run. See Standstill.
class Watchdog {
 public:
  explicit Watchdog(int outside_threads);

 private:
  [[noreturn]] static void bark();

  core::Standstill standstill_;
};

}  // namespace Legion::Internal
