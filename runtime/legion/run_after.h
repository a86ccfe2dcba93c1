// Actions that wait for an event.
#pragma once

#include "runtime/realm/block_pool.h"
#include "runtime/realm/event.h"

namespace palatine::legion {

// Something to do when an event triggers.
template <typename Action>
struct DeferredAction : realm::Waiter {
  Action action;

  static void on_event(realm::Waiter& waiter, bool) {
    DeferredAction& self = static_cast<DeferredAction&>(waiter);
    self.action();
    self.~DeferredAction();
    realm::free_block(&self, sizeof(DeferredAction));
  }
};

// Calls `action()`, which must not block: at once when the event has triggered, else by the thread that
// triggers it.
template <typename Action>
void run_after(realm::Event event, Action action) {
  bool is_poisoned;
  if (!event.has_triggered()) {
    auto* deferred =
        new (realm::allocate_block(sizeof(DeferredAction<Action>))) DeferredAction<Action>{{}, action};
    deferred->fire = &DeferredAction<Action>::on_event;
    if (event.subscribe(*deferred, is_poisoned)) return;
    deferred->~DeferredAction<Action>();
    realm::free_block(deferred, sizeof(DeferredAction<Action>));
  }
  action();
}

}  // namespace palatine::legion
