// Wrong uses: each ends the program with code 1 and a message that names the call and the handle.
#include "contract/realm/support.h"
#include "realm/id.h"

namespace palatine::test {
namespace {

using namespace Realm;

class RealmBadUse : public testing::Test {
 protected:
  void SetUp() override { testing::GTEST_FLAG(death_test_style) = "threadsafe"; }
};

// Runs `body` with the runtime in another process.
#define EXPECT_BAD_USE(body, message) \
  EXPECT_EXIT(                        \
      {                               \
        RunningRuntime rt;            \
        body;                         \
        exit(0);                      \
      },                              \
      testing::ExitedWithCode(1), message)

TEST_F(RealmBadUse, Events) {
  EXPECT_BAD_USE(Event(12345).wait(), "error: Event::wait: 3039 is no event");
  EXPECT_BAD_USE(Event(1ull << 63 | 1ull << 40).has_triggered(), "Event::has_triggered: .* is no event");
  EXPECT_BAD_USE(Event::merge_events(Event(rt.cpu().id), Event(5)), "Event::merge_events: .* is no event");
  EXPECT_BAD_USE(Event::merge_events(static_cast<const Event*>(nullptr), 3),
                 "Event::merge_events: the list of 3 events is null");
  EXPECT_BAD_USE(UserEvent::NO_USER_EVENT.trigger(), "UserEvent::trigger: the handle is NO_USER_EVENT");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        event.trigger();
        event.trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* has already triggered");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        UserEvent first = UserEvent::create_user_event();
        event.trigger(first);
        event.trigger();
        first.trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* has already triggered");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        event.cancel();
        event.trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* has already triggered");
  EXPECT_BAD_USE(
      {
        UserEvent start = UserEvent::create_user_event();
        UserEvent(rt.spawn(rt.cpu(), [](Processor) {}, start).id).trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* belongs to an operation");
  // Whatever the runtime triggers: merges, grants, phases.
  EXPECT_BAD_USE(
      {
        UserEvent a = UserEvent::create_user_event();
        UserEvent b = UserEvent::create_user_event();
        UserEvent(Event::merge_events(a, b).id).trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* belongs to an operation");
  EXPECT_BAD_USE(
      {
        Reservation lock = Reservation::create_reservation();
        lock.acquire();
        UserEvent(lock.acquire().id).trigger();
      },
      "UserEvent::trigger: event 8[0-9a-f]* belongs to an operation");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        event.cancel();
        event.external_wait();
      },
      "Event::external_wait: event 8[0-9a-f]* is poisoned");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        event.cancel();
        rt.spawn(rt.cpu(), [&](Processor) { event.wait(); }).external_wait();
      },
      "Event::wait: event 8[0-9a-f]* is poisoned, and the task was spawned without a request");
}

TEST_F(RealmBadUse, Barriers) {
  EXPECT_BAD_USE(Barrier::NO_BARRIER.arrive(), "Barrier::arrive: 0 is no barrier");
  EXPECT_BAD_USE(Barrier(ID::make_barrier(0, 77, 1).id, 0).arrive(), "Barrier::arrive: .* is no barrier");
  EXPECT_BAD_USE(Barrier::create_barrier(1).arrive(2),
                 "phase 1 of barrier .* got 1 arrivals more than expected");
  EXPECT_BAD_USE(
      {
        Barrier barrier = Barrier::create_barrier(1);
        barrier.arrive();
        barrier.arrive();
      },
      "Barrier::arrive: phase 1 of barrier .* is already complete");
  EXPECT_BAD_USE(
      {
        Barrier barrier = Barrier::create_barrier(1);
        Barrier copy = barrier;
        barrier.destroy_barrier();
        copy.destroy_barrier();
      },
      "Barrier::destroy_barrier: .* is no barrier|has been destroyed");
  EXPECT_BAD_USE(
      {
        Barrier barrier = Barrier::create_barrier(1);
        barrier.destroy_barrier();
        Barrier::create_barrier(1);
        barrier.arrive();
      },
      "Barrier::arrive: barrier .* has been destroyed");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        Barrier::create_barrier(1).arrive(1, event);
        event.cancel();
      },
      "Barrier::arrive: the precondition of an arrival at barrier .* is poisoned");
  EXPECT_BAD_USE(Barrier::create_barrier(1, 55), "reduction operator 55 is not registered");
  EXPECT_BAD_USE(
      {
        long value = 0;
        Barrier::create_barrier(1).get_result(&value, sizeof value);
      },
      "Barrier::get_result: barrier .* has no reduction");
}

TEST_F(RealmBadUse, ReservationsAndQueues) {
  EXPECT_BAD_USE(Reservation::NO_RESERVATION.acquire(), "Reservation::acquire: 0 is no reservation");
  EXPECT_BAD_USE(Reservation::create_reservation().release(),
                 "Reservation::release: reservation .* is not held");
  EXPECT_BAD_USE(
      {
        Reservation lock = Reservation::create_reservation();
        Reservation copy = lock;
        lock.destroy_reservation();
        copy.destroy_reservation();
      },
      "Reservation::destroy_reservation: reservation .* has been destroyed");
  EXPECT_BAD_USE(
      {
        Reservation lock = Reservation::create_reservation();
        lock.acquire();
        Reservation copy = lock;
        lock.destroy_reservation();
        copy.destroy_reservation();
      },
      "Reservation::destroy_reservation: reservation .* is being destroyed");
  EXPECT_BAD_USE(FastReservation().unlock(), "FastReservation::unlock: the lock is not held");
  EXPECT_BAD_USE(CompletionQueue(CompletionQueue::NO_QUEUE).add_event(Event::NO_EVENT),
                 "0 is no completion queue");
  EXPECT_BAD_USE(
      {
        CompletionQueue queue = CompletionQueue::create_completion_queue(2);
        for (int k = 0; k < 3; ++k) queue.add_event(Event::NO_EVENT);
      },
      "CompletionQueue::add_event: completion queue .* is full: 2 events were not taken");
  EXPECT_BAD_USE(
      {
        CompletionQueue queue = CompletionQueue::create_completion_queue(0);
        UserEvent event = UserEvent::create_user_event();
        queue.add_event(event);
        event.cancel();
      },
      "CompletionQueue::add_event: event .* in completion queue .* is poisoned");
  EXPECT_BAD_USE(
      {
        CompletionQueue queue = CompletionQueue::create_completion_queue(0);
        queue.add_event(UserEvent::create_user_event());
        queue.destroy();
      },
      "CompletionQueue::destroy: 1 events of completion queue .* have not triggered");
  EXPECT_BAD_USE(
      {
        CompletionQueue queue = CompletionQueue::create_completion_queue(0);
        CompletionQueue copy = queue;
        queue.destroy();
        copy.pop_events(nullptr, 1);
      },
      "CompletionQueue::pop_events: completion queue .* has been destroyed");
}

TEST_F(RealmBadUse, ProcessorsAndTasks) {
  EXPECT_BAD_USE(Processor::NO_PROC.spawn(4, nullptr, 0), "Processor::spawn: 0 is no processor");
  EXPECT_BAD_USE(Processor(ID::make_processor(0, 99).id).kind(), "Processor::kind: .* is no processor");
  EXPECT_BAD_USE(rt.cpu().spawn(4711, nullptr, 0).external_wait(),
                 "Processor::spawn: task 4711 is not registered on processor 1d[0-9a-f]* \\(LOC_PROC\\)");
  EXPECT_BAD_USE(rt.cpu().spawn(RunningRuntime::kFree, nullptr, 16),
                 "Processor::spawn: the 16 bytes of arguments of task 14 are null");
  EXPECT_BAD_USE(rt.runtime.register_task(RunningRuntime::kFree, nullptr),
                 "Runtime::register_task: the function of task 14 is null");
  EXPECT_BAD_USE(
      Processor::register_task_by_kind(
          Processor::LOC_PROC, false, RunningRuntime::kCall,
          CodeDescriptor(+[](const void*, size_t, const void*, size_t, Processor) {}), ProfilingRequestSet()),
      "Processor::register_task_by_kind: task 4 is already registered on processor");
  EXPECT_BAD_USE(rt.cpu().register_task(99, CodeDescriptor(+[](int) { return 1.0; }), ProfilingRequestSet()),
                 "the code of task 99 has the type float64\\(\\*\\)\\(int32\\), which is not a task's");
  EXPECT_BAD_USE(rt.cpu().register_task(99, CodeDescriptor(), ProfilingRequestSet()),
                 "the code of task 99 has no function");
  EXPECT_BAD_USE(ProcessorGroup::create_group(nullptr, 0),
                 "ProcessorGroup::create_group: a group needs a member");
  EXPECT_BAD_USE(
      {
        ProcessorGroup group = ProcessorGroup::create_group(rt.processors());
        group.destroy();
        group.destroy();
      },
      "ProcessorGroup::destroy: .* is no processor group");
  EXPECT_BAD_USE(Processor::set_current_task_priority(1), "set_current_task_priority: no task is running");
  EXPECT_BAD_USE(rt.spawn(rt.cpu(), [](Processor) { Processor::disable_scheduler_lock(); }).external_wait(),
                 "disable_scheduler_lock: the task has not enabled the lock");
  EXPECT_BAD_USE(
      rt.spawn(rt.cpu(), [](Processor) { Processor::report_execution_fault(7, nullptr, 0); }).external_wait(),
      "report_execution_fault: fault 7 in a task that was spawned without a request for its status");
  EXPECT_BAD_USE(Memory(77).capacity(), "Memory::capacity: 4d is no memory");
}

TEST_F(RealmBadUse, Runtime) {
  EXPECT_EXIT(Processor(ID::make_processor(0, 0).id).spawn(4, nullptr, 0), testing::ExitedWithCode(1),
              "Processor::spawn: the runtime has not been started");
  EXPECT_EXIT(Runtime().start(), testing::ExitedWithCode(1), "`Runtime::create_configs` comes first");
  EXPECT_BAD_USE(rt.runtime.init(nullptr, nullptr), "the runtime has been started");
  EXPECT_BAD_USE(rt.runtime.register_reduction(9, static_cast<const ReductionOpUntyped*>(nullptr)),
                 "Runtime::register_reduction: operator 9 is null");
  EXPECT_BAD_USE(
      {
        rt.runtime.shutdown(Event::NO_EVENT, 1);
        rt.runtime.shutdown(Event::NO_EVENT, 2);
      },
      "Runtime::shutdown: it was asked for with event 0 and code 1, now with event 0 and code 2");
  EXPECT_BAD_USE(
      {
        UserEvent event = UserEvent::create_user_event();
        rt.runtime.shutdown(event);
        event.cancel();
        rt.runtime.wait_for_shutdown();
      },
      "Runtime::shutdown: event .* is poisoned");
  auto start_with = [](std::vector<std::string> words) {
    Runtime runtime;
    runtime.create_configs(0, nullptr);
    runtime.parse_command_line(words, true);
    exit(0);
  };
  EXPECT_EXIT(start_with({"-ll:cpu", "x"}), testing::ExitedWithCode(1),
              "`-ll:cpu` has a value that is no number");
  EXPECT_EXIT(start_with({"-ll:csize"}), testing::ExitedWithCode(1), "`-ll:csize` needs a value");
  EXPECT_EXIT(start_with({"-level", "app=9"}), testing::ExitedWithCode(1), "`-level` needs CATEGORY=LEVEL");
  EXPECT_EXIT(start_with({"-ll:gpu", "x"}), testing::ExitedWithCode(1), "`-ll:gpu`.* need a number");
  EXPECT_EXIT(start_with({"-ll:gpu_ids", "0,"}), testing::ExitedWithCode(1), "`-ll:gpu_ids` needs numbers");
  EXPECT_EXIT(start_with({"-ll:ocpu", "x"}), testing::ExitedWithCode(1), "`-ll:ocpu`.* need a number");
  EXPECT_EXIT(start_with({"-ll:othr", "0"}), testing::ExitedWithCode(1),
              "`-ll:othr` needs a number from 1 to 1024");
  EXPECT_EXIT(start_with({"-ll:gsize", "64"}), testing::ExitedWithCode(1), "`-ll:gsize` asks for memory");
  EXPECT_EXIT(start_with({"-ll:ncpu", "x"}), testing::ExitedWithCode(1), "`-ll:ncpu` need a number");
  EXPECT_EXIT(start_with({"-ll:cpu", "0", "-ll:util", "0"}), testing::ExitedWithCode(1), "are all 0");
}

}  // namespace
}  // namespace palatine::test
