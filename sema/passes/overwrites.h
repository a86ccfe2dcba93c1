// Which requirements have every point of their region written, whatever the arguments are.
//
// That is so when each field is assigned at every point of a loop over the region that each run of the task
// reaches. What is brought to where the task runs then needs no old values.
#pragma once

#include "sema/ir/ir.h"

namespace palatine::sema {

// For a task behind all passes. True only of requirements that write without reading.
bool overwrites(const ir::Task& task, const ir::Requirement& requirement);

}  // namespace palatine::sema
