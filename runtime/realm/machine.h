// What this process may use of the machine.
#pragma once

#include <cstdint>

namespace palatine::realm {

// Processors that the process is allowed to run on, limited by the quota of its control groups; at least 1.
int allowed_cpus();

// Bytes of memory that the process may use: the machine's, limited by its control groups.
uint64_t allowed_memory_bytes();

}  // namespace palatine::realm
