// The passes in their order.
#include "sema/passes/passes.h"

#include "sema/passes/loop_demands.h"

#include <fmt/format.h>

#include <cassert>
#include <cstdio>

namespace palatine::sema {

namespace {

void check_invariants([[maybe_unused]] const ir::Task& task) {
#ifndef NDEBUG
  std::string wrong = ir::verify(task);
  if (!wrong.empty()) fmt::print(stderr, "{}\n{}", wrong, ir::print(task));
  assert(wrong.empty());
#endif
}

void report_failed(const std::vector<FailedDemand>& failed, ir::Task& task, Diagnostics& diags) {
  for (const FailedDemand& demand : failed) {
    // Other tasks leave vectorization out, and what else needs a leaf was reported.
    if (!task.is_leaf && demand.option != ast::AnnotationOption::openmp) continue;
    const char* what = "partition driven auto-parallelization";
    if (demand.option == ast::AnnotationOption::vectorize) what = "vectorization";
    if (demand.option == ast::AnnotationOption::openmp) what = "OpenMP code generation";
    if (demand.option == ast::AnnotationOption::cuda) what = "CUDA code generation";
    auto builder = diags.report(DiagKind::parallel_demand_fails, demand.range, what, demand.reason);
    if (demand.why) builder.note(DiagKind::parallel_demand_rule, demand.why->range, demand.why->rule);
    task.has_error = true;
  }
}

}  // namespace

void run_passes(ir::Task& task, TypeTable& types, Diagnostics& diags, const PassOptions& options) {
  if (!task.has_body || task.has_error) return;
  check_invariants(task);

  // Whether loops and tasks that demand to run in parallel can. Before anything is taken apart; whether the
  // task is a leaf, which decides what counts, is known only later.
  const std::vector<FailedDemand> failed = find_failed_demands(task, options);

  // Calls get statements of their own, in the order in which they run. First, because all later passes look
  // at statements to see what is launched where.
  normalize(task, types);
  check_invariants(task);

  // Leaf, inner and so on. Before the passes that a leaf or an inner task does without.
  infer_properties(task, diags, options);

  report_failed(failed, task, diags);

  // Loops of launches become one statement. Before futures and mapping, which then see one launch.
  index_launches(task, diags, options);

  // A failed demand ends here: what follows only prepares code.
  if (task.has_error) {
    task.has_body = false;
    return;
  }
  check_invariants(task);

  // Variables that hold results of launches. Before mapping, because it inserts reads of them.
  futures(task, options);
  check_invariants(task);

  if (options.predicate) check_predicates(task, diags);
  if (task.has_error) {
    task.has_body = false;
    return;
  }

  // Maps and unmaps. Last, because they have to stand right in front of the accesses and launches that are
  // left.
  mapping(task, options);
  check_invariants(task);

  task.makes_traces = options.trace;

  // Which loops are kernels of a GPU. Last: it names statements, which stay as they are from here on.
  find_kernels(task, options);
}

}  // namespace palatine::sema
