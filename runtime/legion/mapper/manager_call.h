// The call of a mapper, for the files of MapperManager.
#pragma once

#include "realm/timers.h"
#include "runtime/legion/mapper/manager.h"

namespace palatine::legion {

template <typename Body>
void MapperManager::call(Legion::MapperID id, Legion::Processor processor, const char* name,
                         const Legion::Mappable* subject, Body body) {
  MapperSlot& slot = slot_of(id, processor, name);
  MapperCall context(*this, slot, id, processor, name, subject);
  body(*slot.mapper, context);
}

inline long long now_ns() {
  return static_cast<long long>(Realm::Clock::current_time_in_nanoseconds());
}

}  // namespace palatine::legion
