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
// The core's main task of a program whose top-level task is one of its threads.
void run_implicit_task(core::ContextImpl& core);
// Of the calling worker.
Processor current_processor();

}  // namespace Legion::Internal
