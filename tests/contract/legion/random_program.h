// Random programs of Legion's C++ interface, with their sequential reading.
#pragma once

#include <string>

#include "legion.h"

namespace palatine::test {

// Runs the program of a number within a task: two region trees of one to three dimensions with partitions
// that are disjoint, overlap, have holes and are nested; single, index and predicated launches, must epochs,
// tasks that launch others, futures and maps of them, fills, copies with and without reductions and pointers,
// inline mappings, fences, traces, and partitions that are destroyed and made again. What it computes is
// compared with what its operations do one after the other: an empty text, or what differs.
std::string run_random_program(unsigned long seed, Legion::Context ctx, Legion::Runtime* runtime);

// Registers the tasks of random programs; before the runtime starts.
void register_random_tasks();

}  // namespace palatine::test
