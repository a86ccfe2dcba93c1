// The life of a program that calls Runtime::start.
#pragma once

#include "runtime/legion/cpp/running_task.h"

namespace Legion::Internal {

// The body of the core's main task.
void run_top_level_body(api::Context& context, const void* arguments, void* result);
TaskContext* top_level_context();
void set_top_level_context(TaskContext* context);
// Of a thread that was made a task; null on others.
TaskContext* implicit_context();
// The core's main task of a program whose top-level tasks are threads of it, or launched by them; it returns
// when the program waits for the end.
void run_implicit_tasks(core::ContextImpl& core);
void end_implicit_tasks();
// When the runtime has ended.
void reset_implicit_tasks();
// The task that stands for a thread.
TaskID seat_task();
bool is_running_in_background();
// False: a thread is the top-level task.
bool has_top_level_task();
TaskID top_level_task();
// Where the running task runs.
Processor current_processor(const core::ContextImpl& context);

}  // namespace Legion::Internal
