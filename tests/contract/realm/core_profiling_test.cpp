// Profiling requests, measurements, and faults of tasks.
#include <cstring>
#include <map>

#include "contract/realm/support.h"

namespace palatine::test {
namespace {

using namespace Realm;
using namespace Realm::ProfilingMeasurements;

// Collects responses: what each says is checked when they are all there.
class Responses {
 public:
  explicit Responses(RunningRuntime& rt) : rt_(rt) {
    rt.runtime.register_task(kTask, [](const void* args, size_t arglen, const void*, size_t, Processor) {
      ProfilingResponse response(args, arglen);
      Payload payload;
      ASSERT_EQ(response.user_data_size(), sizeof payload);
      memcpy(&payload, response.user_data(), sizeof payload);
      (*payload.read)(response);
      payload.done.trigger();
    });
  }
  ~Responses() { all().external_wait(); }

  // A request whose response is given to `read`.
  ProfilingRequest& request(ProfilingRequestSet& set, std::function<void(const ProfilingResponse&)> read,
                            bool report_if_empty = false) {
    reads_.push_back(std::make_unique<std::function<void(const ProfilingResponse&)>>(std::move(read)));
    Payload payload = {reads_.back().get(), UserEvent::create_user_event()};
    done_.push_back(payload.done);
    return set.add_request(rt_.cpu(), kTask, &payload, sizeof payload, 0, report_if_empty);
  }
  Event all() { return Event::merge_events(done_); }
  // For a response that must not come.
  void forget_last() {
    UserEvent(done_.back().id).trigger();
    done_.pop_back();
  }

 private:
  static constexpr Processor::TaskFuncID kTask = RunningRuntime::kFree + 500;
  struct Payload {
    const std::function<void(const ProfilingResponse&)>* read;
    UserEvent done;
  };
  RunningRuntime& rt_;
  std::vector<std::unique_ptr<std::function<void(const ProfilingResponse&)>>> reads_;
  std::vector<Event> done_;
};

TEST(RealmProfiling, ATaskTellsItsStatusTimesWaitsAndPlace) {
  RunningRuntime rt;
  Responses responses(rt);
  UserEvent start = UserEvent::create_user_event();
  UserEvent inner = UserEvent::create_user_event();
  ProfilingRequestSet set;
  Event task;
  std::atomic<int> seen{0};
  responses
      .request(set,
               [&](const ProfilingResponse& r) {
                 OperationTimeline times;
                 ASSERT_TRUE(r.get_measurement(times));
                 EXPECT_TRUE(times.is_valid());
                 EXPECT_LE(times.create_time, times.ready_time);
                 EXPECT_LE(times.ready_time, times.start_time);
                 EXPECT_LE(times.start_time, times.end_time);
                 EXPECT_LE(times.end_time, times.complete_time);
                 EXPECT_LE(times.complete_time, Clock::current_time_in_nanoseconds());
                 OperationStatus* status = r.get_measurement<OperationStatus>();
                 ASSERT_TRUE(status);
                 EXPECT_EQ(status->result, OperationStatus::COMPLETED_SUCCESSFULLY);
                 delete status;
                 OperationProcessorUsage usage;
                 ASSERT_TRUE(r.get_measurement(usage));
                 EXPECT_EQ(usage.proc, rt.cpu(1));
                 OperationEventWaits waits;
                 ASSERT_TRUE(r.get_measurement(waits));
                 ASSERT_EQ(waits.intervals.size(), 1u);
                 EXPECT_EQ(waits.intervals[0].wait_event, inner);
                 EXPECT_LE(waits.intervals[0].wait_start, waits.intervals[0].wait_ready);
                 EXPECT_LE(waits.intervals[0].wait_ready, waits.intervals[0].wait_end);
                 OperationFinishEvent finish;
                 ASSERT_TRUE(r.get_measurement(finish));
                 EXPECT_EQ(finish.finish_event, task);
                 EXPECT_FALSE(r.has_measurement<OperationAbnormalStatus>());
                 EXPECT_EQ(r.get_measurement<OperationAbnormalStatus>(), nullptr);
                 EXPECT_FALSE(r.has_measurement<InstanceTimeline>());
                 ++seen;
               })
      .add_measurement<OperationTimeline>()
      .add_measurement<OperationStatus>()
      .add_measurement<OperationProcessorUsage>()
      .add_measurement<OperationEventWaits>()
      .add_measurement<OperationFinishEvent>()
      .add_measurement<OperationAbnormalStatus>();
  // A second request of the same operation.
  responses
      .request(set,
               [&](const ProfilingResponse& r) {
                 EXPECT_TRUE(r.has_measurement<OperationTimeline>());
                 EXPECT_FALSE(r.has_measurement<OperationStatus>());
                 ++seen;
               })
      .add_measurement<OperationTimeline>();
  task = rt.spawn(
      rt.cpu(1),
      [&](Processor) {
        // On the same processor: it runs when this task waits.
        rt.spawn(rt.cpu(1), [&](Processor) { inner.trigger(); });
        inner.wait();
      },
      start, 0, set);
  set.clear();
  start.trigger();
  task.external_wait();
  responses.all().external_wait();
  EXPECT_EQ(seen, 2);
}

TEST(RealmProfiling, WhatIsNotKnownIsNotReported) {
  RunningRuntime rt;
  Responses responses(rt);
  std::atomic<int> empty{0}, unexpected{0};
  ProfilingRequestSet set;
  responses.request(
               set, [&](const ProfilingResponse&) { ++empty; }, true)
      .add_measurement<OperationAbnormalStatus>();
  responses.request(set, [&](const ProfilingResponse&) { ++unexpected; })
      .add_measurement<OperationAbnormalStatus>()
      .add_measurement<L1DCachePerfCounters>();
  rt.spawn(rt.cpu(), [](Processor) {}, Event::NO_EVENT, 0, set).external_wait();
  responses.forget_last();
  responses.all().external_wait();
  EXPECT_EQ(empty, 1);
  EXPECT_EQ(unexpected, 0);
}

// Spawns a task that asks for its status and returns what it was.
OperationStatus status_of(RunningRuntime& rt, std::function<void(Processor)> body, Event wait_on,
                          const std::function<void(Event)>& then = nullptr) {
  Responses responses(rt);
  OperationStatus status;
  ProfilingRequestSet set;
  std::vector<std::string> symbols;
  responses
      .request(set,
               [&](const ProfilingResponse& r) {
                 ASSERT_TRUE(r.get_measurement(status));
                 OperationAbnormalStatus abnormal;
                 EXPECT_EQ(r.get_measurement(abnormal),
                           status.result != OperationStatus::COMPLETED_SUCCESSFULLY);
                 OperationBacktrace trace;
                 EXPECT_EQ(r.get_measurement(trace), status.result == OperationStatus::TERMINATED_EARLY);
                 EXPECT_EQ(trace.pcs.size(), trace.symbols.size());
               })
      .add_measurement<OperationStatus>()
      .add_measurement<OperationAbnormalStatus>()
      .add_measurement<OperationBacktrace>();
  Event task = rt.spawn(rt.cpu(1), std::move(body), wait_on, 0, set);
  if (then) then(task);
  bool is_poisoned = ends_poisoned(task);
  responses.all().external_wait();
  EXPECT_EQ(is_poisoned, status.result != OperationStatus::COMPLETED_SUCCESSFULLY);
  return status;
}

TEST(RealmFaults, ATaskEndsWithItsOwnCode) {
  RunningRuntime rt;
  std::atomic<bool> went_on{false};
  OperationStatus status = status_of(
      rt,
      [&](Processor) {
        Processor::report_execution_fault(44, "why", 3);
        went_on = true;
      },
      Event::NO_EVENT);
  EXPECT_EQ(status.result, OperationStatus::TERMINATED_EARLY);
  EXPECT_EQ(status.error_code, 44);
  ASSERT_EQ(status.error_details.size(), 3u);
  EXPECT_EQ(memcmp(status.error_details.base(), "why", 3), 0);
  EXPECT_FALSE(went_on);
}

TEST(RealmFaults, WaitingForAPoisonedEventEndsATask) {
  RunningRuntime rt;
  UserEvent poisoned = UserEvent::create_user_event();
  UserEvent late = UserEvent::create_user_event();
  poisoned.cancel();
  OperationStatus status = status_of(rt, [&](Processor) { poisoned.wait(); }, Event::NO_EVENT);
  EXPECT_EQ(status.result, OperationStatus::TERMINATED_EARLY);
  EXPECT_EQ(status.error_code, Faults::ERROR_POISONED_EVENT);
  status = status_of(rt, [&](Processor) { poisoned.has_triggered(); }, Event::NO_EVENT);
  EXPECT_EQ(status.error_code, Faults::ERROR_POISONED_EVENT);
  // Objects on the task's stack are destroyed.
  std::atomic<bool> is_destroyed{false};
  status = status_of(
      rt,
      [&](Processor) {
        std::shared_ptr<void> object(nullptr, [&](void*) { is_destroyed = true; });
        late.wait();
      },
      Event::NO_EVENT, [&](Event) { late.cancel(); });
  EXPECT_EQ(status.error_code, Faults::ERROR_POISONED_EVENT);
  EXPECT_TRUE(is_destroyed);
  // The fault-aware forms do not end it.
  status = status_of(
      rt,
      [&](Processor) {
        bool is_poisoned;
        poisoned.wait_faultaware(is_poisoned);
        EXPECT_TRUE(is_poisoned);
        EXPECT_TRUE(poisoned.has_triggered_faultaware(is_poisoned));
      },
      Event::NO_EVENT);
  EXPECT_EQ(status.result, OperationStatus::COMPLETED_SUCCESSFULLY);
}

TEST(RealmFaults, CancelledTasksSayWhy) {
  RunningRuntime rt;
  UserEvent never = UserEvent::create_user_event();
  UserEvent poisoned = UserEvent::create_user_event();
  poisoned.cancel();
  OperationStatus status = status_of(rt, [](Processor) {}, poisoned);
  EXPECT_EQ(status.result, OperationStatus::CANCELLED);
  EXPECT_EQ(status.error_code, Faults::ERROR_POISONED_PRECONDITION);
  int reason = 1234;
  status = status_of(
      rt, [](Processor) {}, never, [&](Event task) { task.cancel_operation(&reason, sizeof reason); });
  EXPECT_EQ(status.result, OperationStatus::CANCELLED);
  EXPECT_EQ(status.error_code, Faults::ERROR_CANCELLED);
  ASSERT_EQ(status.error_details.size(), sizeof reason);
  EXPECT_EQ(memcmp(status.error_details.base(), &reason, sizeof reason), 0);
  never.trigger();
}

TEST(RealmFaults, ARunningTaskIsAskedToStop) {
  RunningRuntime rt;
  UserEvent runs = UserEvent::create_user_event();
  UserEvent event = UserEvent::create_user_event();
  OperationStatus status = status_of(
      rt,
      [&](Processor) {
        runs.trigger();
        event.external_wait();
        Event::NO_EVENT.wait();
        event.wait();
        ADD_FAILURE() << "went on";
      },
      Event::NO_EVENT,
      [&](Event task) {
        runs.external_wait();
        task.cancel_operation("stop", 4);
        event.trigger();
      });
  EXPECT_EQ(status.result, OperationStatus::TERMINATED_EARLY);
  EXPECT_EQ(status.error_code, Faults::ERROR_CANCELLED);
  ASSERT_EQ(status.error_details.size(), 4u);
}

TEST(RealmFaults, ManyTasksFailAtOnce) {
  RunningRuntime rt({"-ll:cpu", "3", "-ll:csize", "8"});
  Responses responses(rt);
  std::atomic<int> failed{0};
  std::vector<Event> all;
  for (int k = 0; k < 100; ++k) {
    ProfilingRequestSet set;
    responses.request(set, [&](const ProfilingResponse&) { ++failed; })
        .add_measurement<OperationAbnormalStatus>();
    if (k % 3 != 0) responses.forget_last();
    all.push_back(rt.spawn(
        rt.cpu(k % 3),
        [&, k](Processor) {
          rt.spawn(rt.cpu(k % 2), [](Processor) {}).wait();
          if (k % 3 == 0) Processor::report_execution_fault(k, nullptr, 0);
        },
        Event::NO_EVENT, 0, set));
  }
  for (int k = 0; k < 100; ++k) EXPECT_EQ(ends_poisoned(all[static_cast<size_t>(k)]), k % 3 == 0);
  responses.all().external_wait();
  EXPECT_EQ(failed, 34);
}

TEST(RealmFaults, BacktracesShowTheCaller) {
  Backtrace here;
  EXPECT_TRUE(here.empty());
  here.capture_backtrace();
  ASSERT_FALSE(here.empty());
  EXPECT_EQ(here.get_pcs().size(), here.size());
  std::vector<std::string> symbols;
  here.print_symbols(symbols);
  EXPECT_EQ(symbols.size(), here.size());
  Backtrace same = here;
  EXPECT_TRUE(same == here);
  EXPECT_EQ(same.hash(), here.hash());
  EXPECT_TRUE(same.prune(here));
  EXPECT_TRUE(same.empty());
}

}  // namespace
}  // namespace palatine::test
