#include "runtime/legion/include/legion/legion_c.h"

#include <time.h>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/context.h"
#include "runtime/legion/process.h"
#include "runtime/legion/runtime.h"

namespace legion = palatine::legion;

const legion::CppTaskCalls* palatine::legion::cpp_task_calls = nullptr;

legion_ptr_t legion_ptr_nil(void) {
  return {-1};
}

bool legion_ptr_is_null(legion_ptr_t ptr) {
  return ptr.value < 0;
}

legion_input_args_t legion_runtime_get_input_args(void) {
  legion::Runtime* runtime = legion::runtime_of_process();
  if (!runtime) return {nullptr, 0};
  return {runtime->arguments.data(), static_cast<int>(runtime->arguments.size()) - 1};
}

unsigned long long legion_context_get_unique_id(legion_context_t context) {
  PALATINE_IF_CPP_TASK(context_get_unique_id, context);
  return legion::ContextImpl::of(*static_cast<palatine::api::Context*>(context.impl)).unique_id();
}

unsigned long long legion_get_current_time_in_nanos(void) {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<unsigned long long>(now.tv_sec) * 1000000000ull +
         static_cast<unsigned long long>(now.tv_nsec);
}

unsigned long long legion_get_current_time_in_micros(void) {
  return legion_get_current_time_in_nanos() / 1000;
}
