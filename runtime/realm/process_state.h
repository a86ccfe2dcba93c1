// The inside of process.h: the processors, and what starts and stops them.
#pragma once

#include <memory>
#include <vector>

#include "runtime/realm/core_config.h"
#include "runtime/realm/gpu/gpu_config.h"
#include "runtime/realm/numa.h"
#include "runtime/realm/openmp.h"
#include "runtime/realm/process.h"
#include "runtime/realm/processor.h"

namespace palatine::realm {

// In the order of their ids. Fixed while the runtime runs.
const std::vector<std::unique_ptr<ProcessorState>>& processors();
// Null when the handle is no processor of this run.
ProcessorState* find_processor(Realm::Processor processor);

void start_process(const CoreConfig& config, const NumaConfig& numa, const OpenMpConfig& openmp,
                   const GpuConfig& gpu);
// Waits until no operation is ready or runs, then stops the workers. Operations whose preconditions have not
// triggered are dropped.
void stop_process();

// Whether none of its operations is ready or runs. May change at once.
bool is_process_idle();
// How many threads it has.
int process_threads();

}  // namespace palatine::realm
