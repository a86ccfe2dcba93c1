// What belongs to one output: the tasks and functions that the first task reaches.
#pragma once

#include "sema/specialize/world.h"

namespace palatine::sema {

// Tasks in the order of their definition; headers that the program took something from, in the order of their
// import.
// `main` may be null for a library, which has `exports`; `setup` may be null. `starts`: it goes on with the
// globals as they are now, and not as they are declared.
ir::Program collect_program(World& world, ir::Task* main, const std::vector<ir::Task*>& exports,
                            const ir::Function* setup, bool starts);
// These functions are the program's entries, and it has no first task.
ir::Program collect_functions(World& world, const std::vector<const ir::Function*>& functions);

}  // namespace palatine::sema
