// Phase barriers of operations.
#pragma once

#include "runtime/api/palatine_api.h"
#include "runtime/legion/task.h"

namespace palatine::legion {

// Triggers when the phase before this one is complete.
realm::Event previous_phase(api::PhaseBarrier barrier);
// Arrives when `done` triggers.
void arrive_after(api::PhaseBarrier barrier, realm::Event done);

// The barriers that a task's descriptor names among its arguments, and those of one launch. Before the end of
// the task's analysis. True when there is something to wait for.
bool add_conditions(Task& task, const api::ConditionList& conditions);

}  // namespace palatine::legion
