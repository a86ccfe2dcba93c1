#include "realm/timers.h"

#include <time.h>

#include <atomic>

#include "realm/logging.h"

namespace Realm {

namespace {

long long read(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

// The monotonic clock's time at the start, and how far the time since 1970 is ahead of it.
struct Zero {
  std::atomic<long long> start_ns;
  std::atomic<long long> ahead_ns;
};

Zero& zero() {
  static Zero instance = {{read(CLOCK_MONOTONIC)}, {read(CLOCK_REALTIME) - read(CLOCK_MONOTONIC)}};
  return instance;
}

// The first use of the clock should not be later than the program's start.
const long long first_read = zero().start_ns.load();

}  // namespace

long long Clock::current_time_in_nanoseconds(bool absolute) {
  Zero& at = zero();
  long long now = read(CLOCK_MONOTONIC);
  return absolute ? now + at.ahead_ns.load(std::memory_order_relaxed)
                  : now - at.start_ns.load(std::memory_order_relaxed);
}

double Clock::current_time(bool absolute) {
  return static_cast<double>(current_time_in_nanoseconds(absolute)) * 1e-9;
}

long long Clock::current_time_in_microseconds(bool absolute) {
  return current_time_in_nanoseconds(absolute) / 1000;
}

long long Clock::get_zero_time() {
  Zero& at = zero();
  return at.start_ns.load(std::memory_order_relaxed) + at.ahead_ns.load(std::memory_order_relaxed);
}

void Clock::set_zero_time() {
  zero().start_ns.store(read(CLOCK_MONOTONIC), std::memory_order_relaxed);
}

TimeStamp::TimeStamp(const char* _message, bool _difference, Logger* _logger)
    : message(_message),
      difference(_difference),
      logger(_logger),
      start_ns(Clock::current_time_in_nanoseconds()) {
  if (!difference && logger) logger->print("%s %7.6f", message, static_cast<double>(start_ns) * 1e-9);
}

TimeStamp::~TimeStamp() {
  if (!difference) return;
  double seconds = static_cast<double>(Clock::current_time_in_nanoseconds() - start_ns) * 1e-9;
  if (logger) logger->print("%s %7.6f", message, seconds);
}

}  // namespace Realm
