// The reduction operators and serializers that a program registered. They stay until the runtime stops.
#pragma once

#include "realm/event.h"
#include "realm/runtime.h"

namespace palatine::realm {

// Null when the id is not registered. Stays valid until the runtime stops. Thread safety: any thread.
const Realm::ReductionOpUntyped* find_reduction(Realm::ReductionOpID id);
const Realm::CustomSerdezUntyped* find_serdez(Realm::CustomSerdezID id);

}  // namespace palatine::realm
