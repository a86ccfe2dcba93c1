#include "runtime/legion/cpp/watchdog.h"

#include "runtime/legion/barrier.h"
#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace {

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
  if (core::Runtime* runtime = core::runtime_of_process()) list += runtime->barriers.describe_waits();
  if (list.empty()) list = "\n  launched tasks wait for each other, or for memory";
  realm::fatal_error("error: nothing can go on: no task runs, and nobody will trigger what these wait for:%s",
                     list.c_str());
}

static uint32_t count_blocked_workers() {
  std::lock_guard lock(waiting_list().mutex);
  return waiting_list().blocked_workers;
}

Watchdog::Watchdog(int outside_threads) : standstill_(outside_threads, count_blocked_workers, bark) {}

}  // namespace Legion::Internal
