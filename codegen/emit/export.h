// Tasks that C and C++ programs call.
#pragma once

#include <string>

#include "codegen/emit/unit.h"

namespace palatine::codegen {

// What the exported functions need inside of the program: for each a first task that launches the exported
// one.
void emit_exports(Unit& unit, Writer& out);
// Defines `int TASK_run(int argc, char** argv, parameters..., result*)` for each task that the program
// exports, and the registration function. Each call starts the runtime, runs the task and waits for
// everything that it launched.
void emit_export_functions(Unit& unit, Writer& out);

// `&first_of_a, &first_of_b`: the descriptors of the tasks that emit_exports makes.
std::string export_descriptors(const ir::Program& program);

}  // namespace palatine::codegen
