// Times, tunables and printing.
#include <chrono>
#include <cstdio>

#include "realm/timers.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/run_after.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;
using palatine::realm::fatal_error;

template <typename T>
static T now(TimingMeasurement measurement) {
  const long long ns = Realm::Clock::current_time_in_nanoseconds();
  switch (measurement) {
    case LEGION_MEASURE_SECONDS:
      return static_cast<T>(static_cast<double>(ns) * 1e-9);
    case LEGION_MEASURE_MICRO_SECONDS:
      return static_cast<T>(ns / 1000);
    default:
      return static_cast<T>(ns);
  }
}

// The time when `precondition` is there.
template <typename T>
static Future time_after(palatine::realm::Event precondition, TimingMeasurement measurement) {
  const auto ready = palatine::realm::UserEvent::create();
  palatine::api::FutureState* state = make_future(sizeof(T), ready);
  state->add_reference();
  palatine::legion::run_after(precondition, [state, ready, measurement] {
    const T value = now<T>(measurement);
    Internal::value_of(*state).set(&value, sizeof(value), sizeof(value));
    ready.trigger();
    state->drop_reference();
  });
  return Future(state);
}

static palatine::realm::Event event_of(const Future& future) {
  return future.exists() ? future.impl()->ready : palatine::realm::Event();
}

Future Internal::OrderCalls::issue_timing_measurement(Context, const TimingLauncher& launcher) {
  std::vector<palatine::realm::Event> events;
  for (const Future& future : launcher.preconditions) events.push_back(event_of(future));
  const auto all = palatine::realm::Event::merge(events.data(), events.size());
  return launcher.measurement == LEGION_MEASURE_SECONDS ? time_after<double>(all, launcher.measurement)
                                                        : time_after<long long>(all, launcher.measurement);
}

Future Internal::OrderCalls::get_current_time(Context, Future precondition) {
  return time_after<double>(event_of(precondition), LEGION_MEASURE_SECONDS);
}

Future Internal::OrderCalls::get_current_time_in_microseconds(Context, Future precondition) {
  return time_after<long long>(event_of(precondition), LEGION_MEASURE_MICRO_SECONDS);
}

Future Internal::OrderCalls::get_current_time_in_nanoseconds(Context, Future precondition) {
  return time_after<long long>(event_of(precondition), LEGION_MEASURE_NANO_SECONDS);
}

long long Internal::OrderCalls::get_zero_time() {
  return Realm::Clock::get_zero_time();
}

void Internal::OrderCalls::print_once(Context, FILE* file, const char* message) {
  fputs(message, file);
}

void Internal::OrderCalls::log_once(Context, Realm::LoggerMessage&) {}

size_t Internal::OrderCalls::query_available_memory(Context ctx, Memory) {
  return ctx->core.forest().memory().free_bytes();
}

void Runtime::raise_region_exception(Context ctx, PhysicalRegion, bool) {
  fatal_error("error: task `%s` raises an exception for a region", ctx->task.get_task_name());
}

}  // namespace Legion
