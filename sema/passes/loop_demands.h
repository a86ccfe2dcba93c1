// Demands of vectorized and parallel loops and tasks: whether they can be met (language reference, 6.5).
//
// Which loops are parallelizable: iteration.h; which become kernels: kernels.h.
#pragma once

#include <optional>
#include <vector>

#include "sema/ir/ir.h"
#include "sema/passes/iteration.h"
#include "sema/passes/passes.h"

namespace palatine::sema {

struct FailedDemand {
  ast::AnnotationOption option;  // vectorize, openmp, parallel or cuda
  SourceRange range;
  const char* reason;
  // What prevents it, where that is at another place.
  std::optional<Problem> why;
};

// Looks at the task as check made it: later passes take statements apart. The first failure of each demand.
std::vector<FailedDemand> find_failed_demands(const ir::Task& task, const PassOptions& options);

}  // namespace palatine::sema
