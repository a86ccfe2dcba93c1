// What happens to a fault: an exception where the task has a handler, else the end of the program.
#pragma once

#include "realm/event.h"

namespace palatine::realm {

// A poisoned event was tested or waited for by a call that does not expect it.
[[noreturn]] void poisoned_event_fault(Realm::Event event, const char* call);

}  // namespace palatine::realm
