#include "runtime/legion/cpp/watchdog.h"

#include <dirent.h>

#include <chrono>

#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/worker.h"

namespace Legion::Internal {

namespace {

constexpr auto kPeriod = std::chrono::milliseconds(500);
// How often in a row nothing must have run.
constexpr int kPatience = 6;
constexpr int kMostNamed = 8;

struct WaitingList {
  std::mutex mutex;
  Waiting* first = nullptr;
  uint32_t blocked_workers = 0;
};

WaitingList& waiting_list() {
  static auto* list = new WaitingList;
  return *list;
}

}  // namespace

int count_threads() {
  DIR* folder = opendir("/proc/self/task");
  if (!folder) return 0;
  int count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

Waiting::Waiting(const LaunchedTask* task, const char* what, bool blocks_worker)
    : task_(task), what_(what), blocks_worker_(blocks_worker) {
  WaitingList& list = waiting_list();
  std::lock_guard lock(list.mutex);
  after_ = list.first;
  if (after_) after_->before_ = this;
  list.first = this;
  list.blocked_workers += blocks_worker;
}

Waiting::~Waiting() {
  WaitingList& list = waiting_list();
  std::lock_guard lock(list.mutex);
  (before_ ? before_->after_ : list.first) = after_;
  if (after_) after_->before_ = before_;
  list.blocked_workers -= blocks_worker_;
}

Watchdog::Watchdog(int outside_threads) : outside_threads_(outside_threads) {
  thread_ = std::thread([this] { watch(); });
}

Watchdog::~Watchdog() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Watchdog::is_stuck() const {
  bool is_stuck = false;
  core::visit_runtime_of_process([&](core::Runtime& runtime) { is_stuck = this->is_stuck(runtime); });
  return is_stuck;
}

bool Watchdog::is_stuck(core::Runtime& runtime) const {
  uint32_t blocked;
  {
    std::lock_guard lock(waiting_list().mutex);
    blocked = waiting_list().blocked_workers;
  }
  realm::Scheduler& scheduler = runtime.scheduler;
  if (!realm::gpus().empty() || !scheduler.rests(blocked) || !realm::is_process_idle()) return false;
  // The workers of both schedulers and this thread; the main thread is one of the workers.
  return count_threads() == outside_threads_ + scheduler.worker_count() - 1 + realm::process_threads() + 1;
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  int seen = 0;
  while (!changed_.wait_for(lock, kPeriod, [&] { return ends_; })) {
    seen = is_stuck() ? seen + 1 : 0;
    if (seen >= kPatience) bark();
  }
}

void Watchdog::bark() {
  std::string list;
  {
    WaitingList& all = waiting_list();
    std::lock_guard lock(all.mutex);
    int named = 0;
    for (const Waiting* one = all.first; one; one = one->after_) {
      if (++named > kMostNamed) continue;
      list += "\n  " + (one->task_ ? who(*one->task_) : std::string("a task")) + " waits for " + one->what_;
    }
    if (named > kMostNamed) list += "\n  and " + std::to_string(named - kMostNamed) + " others wait";
  }
  if (list.empty()) list = "\n  launched tasks wait for phase barriers, or for memory";
  realm::fatal_error("error: nothing can go on: no task runs, and nobody will trigger what these wait for:%s",
                     list.c_str());
}

}  // namespace Legion::Internal
