// The beginning and the end of a program with mappers.
#pragma once

#include <functional>
#include <set>

#include "realm/machine.h"

namespace palatine::legion {

class MapperManager;

// Called at each start of a program, before its main task, in the order in which they were added. The set has
// the processors that run tasks.
typedef std::function<void(Realm::Machine, const std::set<Realm::Processor>&)> StartCallback;
void add_start_callback(StartCallback callback);
// Called at each end of a program that has start callbacks, when nothing runs any more.
void add_stop_callback(void (*callback)());

// Of the running program; ends the process with a message that names `call` when there is none.
MapperManager& mappers_of_process(const char* call);
// Likewise, null when there is none.
MapperManager* find_mappers_of_process();

}  // namespace palatine::legion
