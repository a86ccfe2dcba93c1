// Demands of vectorized and parallel loops and tasks: whether they can be met (language reference, 6.5).
//
// A loop is parallelizable when every access in it only reads, only reduces with one operator, or is private
// to the iteration: a variable of the body, or the element that the loop variable names.
#pragma once

#include <optional>
#include <vector>

#include "sema/ir/ir.h"
#include "sema/passes/passes.h"

namespace palatine::sema {

struct FailedDemand {
  ast::AnnotationOption option;  // vectorize, openmp, parallel or cuda
  SourceRange range;
  const char* reason;
};

// Looks at the task as check made it: later passes take statements apart. The first failure of each demand.
std::vector<FailedDemand> find_failed_demands(const ir::Task& task, const PassOptions& options);

}  // namespace palatine::sema
