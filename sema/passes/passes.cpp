// The passes in their order.
#include "sema/passes/passes.h"

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

}  // namespace

void run_passes(ir::Task& task, TypeTable& types, Diagnostics& diags, const PassOptions& options) {
  if (!task.has_body || task.has_error) return;
  check_invariants(task);

  // Calls get statements of their own, in the order in which they run. First, because all later passes look
  // at statements to see what is launched where.
  normalize(task, types);
  check_invariants(task);

  // Leaf, inner and so on. Before the passes that a leaf or an inner task does without.
  infer_properties(task, diags, options);

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

  // Maps and unmaps. Last, because they have to stand right in front of the accesses and launches that are
  // left.
  mapping(task, options);
  check_invariants(task);
}

}  // namespace palatine::sema
