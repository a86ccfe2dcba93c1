#include "runtime/legion/standstill.h"

#include <dirent.h>

#include <chrono>

#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

namespace {

constexpr auto kPeriod = std::chrono::milliseconds(500);
// How often in a row nothing must have run.
constexpr int kPatience = 6;

}  // namespace

int count_threads() {
  DIR* folder = opendir("/proc/self/task");
  if (!folder) return 0;
  int count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

Standstill::Standstill(int outside_threads, std::function<uint32_t()> blocked_workers,
                       std::function<void()> bark)
    : outside_threads_(outside_threads),
      blocked_workers_(std::move(blocked_workers)),
      bark_(std::move(bark)) {
  thread_ = std::thread([this] { watch(); });
}

Standstill::~Standstill() {
  {
    std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Standstill::is_here() const {
  bool is_here = false;
  visit_runtime_of_process([&](Runtime& runtime) { is_here = this->is_here(runtime); });
  return is_here;
}

bool Standstill::is_here(Runtime& runtime) const {
  realm::Scheduler& scheduler = runtime.scheduler;
  if (runtime.gpus || !scheduler.rests(blocked_workers_())) return false;
  // The workers of both schedulers and this thread; the main thread is one of the workers.
  int threads = outside_threads_ + scheduler.worker_count() - 1 + 1;
  // A program of the language need not have started Realm's own.
  if (realm::is_runtime_running()) {
    if (!realm::gpus().empty() || !realm::is_process_idle()) return false;
    threads += realm::process_threads();
  }
  return count_threads() == threads;
}

void Standstill::watch() {
  std::unique_lock lock(mutex_);
  int seen = 0;
  while (!changed_.wait_for(lock, kPeriod, [&] { return ends_; })) {
    seen = is_here() ? seen + 1 : 0;
    if (seen >= kPatience) bark_();
  }
}

}  // namespace palatine::legion
