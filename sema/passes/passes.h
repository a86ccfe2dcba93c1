// The passes over the IR of one task, in their order: a contents page.
#pragma once

#include "frontend/diag/diag.h"
#include "sema/ir/ir.h"
#include "sema/types/types.h"

namespace palatine::sema {

struct PassOptions {
  bool index_launch = true;  // -findex-launch
  // -findex-launch-dynamic: what cannot be proved about an index launch is checked when it runs.
  bool index_launch_dynamic = true;
  // -foverride-demand-index-launch: a demanded index launch is believed not to interfere with itself.
  bool override_demand_index_launch = false;
  // -foverride-demand-openmp, -foverride-demand-cuda: iterations of demanded loops are believed not to
  // interfere.
  bool override_demand_openmp = false;
  bool override_demand_cuda = false;
  // Tasks for GPUs get their form for them.
  bool makes_kernels = true;
  bool inner = true;       // -finner
  bool leaf = true;        // -fleaf
  bool idempotent = true;  // -fidempotent
  bool replicable = true;  // -freplicable
  // -fmapping: maps are moved in front of loops; without it they stay at the access.
  bool mapping = true;
  bool futures = true;    // -ffuture
  bool predicate = true;  // -fpredicate: demands of predication are checked
  bool trace = true;      // -ftrace: demanded traces are made
};

// Runs all passes on a task that check accepted. Failed demands are reported; the task is then erroneous.
void run_passes(ir::Task& task, TypeTable& types, Diagnostics& diags, const PassOptions& options);

// The single passes, each in a file of its own name. Order and reasons: passes.cpp.

// Hoists calls and creations out of expressions into temporaries, left to right (language reference 5.2).
void normalize(ir::Function& function, TypeTable& types);
// Sets is_leaf, is_inner, is_idempotent, is_replicable with reasons; checks the demands (compiler-passes
// section 2).
void infer_properties(ir::Task& task, Diagnostics& diags, const PassOptions& options);
// Checks the demands of predication, once it is known which variables are futures (language reference 6.4).
void check_predicates(ir::Task& task, Diagnostics& diags);
// Turns loops that qualify into IndexLaunchStat; checks the demands (language reference 6.3).
void index_launches(ir::Task& task, Diagnostics& diags, const PassOptions& options);
// Marks the variables that hold results of launches that nobody has waited for (language reference 5.5).
void futures(ir::Task& task, const PassOptions& options);
// Places MapStat and UnmapStat; sets accessed_fields and mapping_points (docs/language, "Mapping").
void mapping(ir::Task& task, const PassOptions& options);

// Fills `kernels`, and says of every loop over points of a leaf task whether it could be one.
void find_kernels(ir::Task& task, const PassOptions& options);

// The text of `palatine check --explain` for one task.
std::string explain(const ir::Task& task, const SourceManager& sources);

}  // namespace palatine::sema
