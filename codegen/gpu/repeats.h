// Whether the body of a task for GPUs queues the same each time that its arguments are the same.
#pragma once

#include "codegen/gpu/kernels.h"

namespace palatine::codegen {

// What is queued then follows from the arguments and the shapes of the regions alone, and nothing is waited
// for, so that a graph can repeat it (api::TaskDesc::gpu_repeats). What stands around the kernels is made of
// variables, operators and loops; whatever calls, reads through a pointer, or looks at what a device has
// computed may be another thing the next time. With bounds checks the host looks at each launch.
bool repeats_on_gpu(const ir::Task& task, const KernelNames& kernels);

}  // namespace palatine::codegen
