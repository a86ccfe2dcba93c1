// Which loops of a task become kernels on a GPU.
//
// A kernel is a loop over the points of an index space, region or rect whose iterations can run in any order
// (iteration.h), which holds no kernel itself, and whose body is made of what a device can do. Everything
// else of the task runs on the host, where region data cannot be reached.
#pragma once

#include <optional>

#include "sema/ir/ir.h"
#include "sema/passes/iteration.h"
#include "sema/passes/passes.h"

namespace palatine::sema {

inline constexpr const char* kOutsideOfLoops = "found a region access outside parallelizable loops";

// Why the loop is no kernel; nothing if it is one. `believes`: its iterations touch elements of their own.
std::optional<Problem> why_no_kernel(const ir::ForListStat& loop, const RegionAliases& aliases,
                                     bool believes);

// The first region access of the task that is in no kernel.
struct OutsideKernels {
  SourceRange range;
  const char* reason;
  // Why the loop around it is no kernel, and what to write instead.
  std::optional<Problem> why;
};
std::optional<OutsideKernels> find_outside_kernels(const ir::Task& task, const RegionAliases& aliases,
                                                   bool believes);

}  // namespace palatine::sema
