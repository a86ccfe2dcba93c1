// Waiting on a fiber for work that is queued.
#pragma once

#include "runtime/realm/event.h"
#include "runtime/realm/worker.h"

namespace palatine::legion::gpu {

// Triggers its event when it is run, and is gone then. Not on the stack of who waits: that may go on
// elsewhere before the trigger's function has returned.
struct Trigger : realm::Work {
  static Trigger* create() {
    auto* made = new Trigger;
    made->event = realm::UserEvent::create();
    made->run = [](realm::Work& work, realm::Worker&) { static_cast<Trigger&>(work).pull(); };
    return made;
  }
  void pull() {
    const realm::UserEvent kept = event;
    delete this;
    kept.trigger();
  }
  realm::UserEvent event;
};

}  // namespace palatine::legion::gpu
