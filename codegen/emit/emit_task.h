// What the runtime knows of a task: argument struct, descriptors, and the function that it calls.
#pragma once

#include "codegen/emit/unit.h"

namespace palatine::codegen {

// The argument struct, and declarations of the body and the descriptor: what other tasks need to launch this
// one.
void declare_task(Unit& unit, const ir::Task& task, Writer& out);

// Of an extern task: how many words have a bit for each parameter.
int future_words(const ir::Task& task);

struct KernelNames;

// The body with the constants that it uses, the entry, and the descriptor; of an extern task the entry calls
// code in C++. `kernels`: those of its form for GPUs, or null.
void emit_task(Unit& unit, const ir::Task& task, const KernelNames* kernels, Writer& out);

}  // namespace palatine::codegen
