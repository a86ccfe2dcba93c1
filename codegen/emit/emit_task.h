// What the runtime knows of a task: argument struct, descriptors, and the function that it calls.
#pragma once

#include "codegen/emit/unit.h"

namespace palatine::codegen {

// The argument struct, and declarations of the body and the descriptor: what other tasks need to launch this
// one.
void declare_task(Unit& unit, const ir::Task& task, Writer& out);

struct KernelNames;

// The body with the constants that it uses, the entry, and the descriptor. `kernels`: those of its form for
// GPUs, or null.
void emit_task(Unit& unit, const ir::Task& task, const KernelNames* kernels, Writer& out);

}  // namespace palatine::codegen
