// A stream of execution made of events.
#include <vector>

#include "palatine/realm_pool.h"
#include "runtime/realm/handles.h"

namespace palatine {

namespace {

// Calls a function when an event triggers, however it does.
struct Caller : realm::Waiter {
  void (*call)(void*) = nullptr;
  void* argument = nullptr;

  static void fired(realm::Waiter& waiter, bool) {
    auto& self = static_cast<Caller&>(waiter);
    self.call(self.argument);
    delete &self;
  }
};

void trigger(void* argument) {
  auto* event = static_cast<realm::UserEvent*>(argument);
  event->trigger();
  delete event;
}

}  // namespace

Realm::Event EventTimeline::after() const {
  std::lock_guard lock(mutex_);
  return tail_;
}

void EventTimeline::queue(Realm::Event finish) {
  std::lock_guard lock(mutex_);
  forget_finished();
  queued_.emplace_back(++last_, finish);
  tail_ = finish;
}

uint64_t EventTimeline::position() {
  std::lock_guard lock(mutex_);
  return last_;
}

void EventTimeline::forget_finished() {
  while (!queued_.empty() && realm::core_event(queued_.front().second, "EventTimeline").has_triggered()) {
    queued_.pop_front();
  }
}

uint64_t EventTimeline::completed() {
  std::lock_guard lock(mutex_);
  forget_finished();
  return queued_.empty() ? last_ : queued_.front().first - 1;
}

// A poisoned event may have triggered before the work in front of it was over, so all of them count.
Realm::Event EventTimeline::end_of(uint64_t number) {
  std::lock_guard lock(mutex_);
  forget_finished();
  std::vector<Realm::Event> ends;
  for (const auto& [at, finish] : queued_) {
    if (at <= number) ends.push_back(finish);
  }
  return Realm::Event::merge_events_ignorefaults(ends.data(), ends.size());
}

bool EventTimeline::wait(uint64_t number) {
  bool is_poisoned;
  end_of(number).wait_faultaware(is_poisoned);
  return true;
}

bool EventTimeline::wait_for(Timeline& other, uint64_t number) {
  Realm::Event over;
  if (auto* events = dynamic_cast<EventTimeline*>(&other)) {
    over = events->end_of(number);
  } else {
    auto event = std::make_unique<realm::UserEvent>(realm::UserEvent::create());
    over = realm::public_event(*event);
    if (!other.call_when_over(number, trigger, event.get())) {
      event->trigger();
      return false;
    }
    event.release();
  }
  std::lock_guard lock(mutex_);
  // The wait has a number of its own, so that what is freed behind it is not over before it is.
  tail_ = Realm::Event::merge_events(tail_, over);
  queued_.emplace_back(++last_, tail_);
  return true;
}

bool EventTimeline::call_when_over(uint64_t number, void (*call)(void*), void* argument) {
  realm::Event over = realm::core_event(end_of(number), "EventTimeline");
  auto* caller = new Caller;
  caller->fire = Caller::fired;
  caller->call = call;
  caller->argument = argument;
  bool is_poisoned;
  if (!over.subscribe(*caller, is_poisoned)) Caller::fired(*caller, is_poisoned);
  return true;
}

}  // namespace palatine
