// Finds out that a program waits for itself: nothing runs, nothing is queued, and no thread of the program
// could change that.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace palatine::legion {

class Runtime;

#ifdef PALATINE_TSAN
// The sanitizer has one, too.
constexpr int kThreadsOfSimplePrograms = 2;
#else
constexpr int kThreadsOfSimplePrograms = 1;
#endif

// Threads of the process; 0 when that is not known.
int count_threads();

// A thread that looks from time to time, for one run. It does nothing in programs that have threads of their
// own, or GPUs: these can always bring something.
class Standstill {
 public:
  // `outside_threads`: how many threads the process had before the runtime was started. `blocked_workers`
  // says how many workers a task holds while it waits; `bark` ends the program.
  Standstill(int outside_threads, std::function<uint32_t()> blocked_workers, std::function<void()> bark);
  ~Standstill();
  Standstill(const Standstill&) = delete;
  Standstill& operator=(const Standstill&) = delete;

 private:
  void watch();
  bool is_here() const;
  bool is_here(Runtime& runtime) const;

  const int outside_threads_;
  const std::function<uint32_t()> blocked_workers_;
  const std::function<void()> bark_;
  std::mutex mutex_;  // guards `ends_`
  std::condition_variable changed_;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace palatine::legion
