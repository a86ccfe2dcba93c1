// Futures, fences and tunables of the Legion C API. A handle holds a reference.
#include <chrono>
#include <cstring>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/context.h"
#include "runtime/legion/future.h"
#include "runtime/legion/include/legion/legion_c.h"
#include "runtime/legion/tunable.h"
#include "runtime/realm/fatal.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;
using palatine::api::FutureState;

namespace {

FutureState& state_of(legion_future_t future, const char* call) {
  if (!future.impl) realm::fatal_error("error: %s is called for a future that is null", call);
  return *static_cast<FutureState*>(future.impl);
}

FutureState& ready_state_of(legion_future_t future, const char* call) {
  FutureState& state = state_of(future, call);
  realm::wait(state.ready);
  return state;
}

legion_future_t future_of(const void* value, size_t size_bytes) {
  FutureState* state = FutureState::create(static_cast<uint32_t>(size_bytes), realm::Event());
  if (size_bytes > 0) memcpy(state->value(), value, size_bytes);
  return {state};
}

int64_t now_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

legion::ContextImpl& context_of(legion_context_t context) {
  return legion::ContextImpl::of(*static_cast<palatine::api::Context*>(context.impl));
}

}  // namespace

legion_future_t legion_runtime_issue_execution_fence(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(runtime_issue_execution_fence, runtime, context);
  legion::ContextImpl& running = context_of(context);
  running.execution_fence(false);
  return {FutureState::create(0, running.all_over())};
}
legion_future_t legion_runtime_issue_mapping_fence(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(runtime_issue_mapping_fence, runtime, context);
  context_of(context).mapping_fence(false);
  return future_of(nullptr, 0);
}

legion_future_t legion_future_from_untyped_pointer(legion_runtime_t runtime, const void* buffer,
                                                   size_t size) {
  PALATINE_IF_CPP_TASK(future_from_untyped_pointer, runtime, buffer, size);
  return future_of(buffer, size);
}
legion_future_t legion_future_copy(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_copy, handle);
  if (handle.impl) state_of(handle, "legion_future_copy").add_reference();
  return handle;
}
void legion_future_destroy(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_destroy, handle);
  if (handle.impl) state_of(handle, "legion_future_destroy").drop_reference();
}
void legion_future_get_void_result(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_get_void_result, handle);
  ready_state_of(handle, "legion_future_get_void_result");
}
void legion_future_wait(legion_future_t handle, bool silence_warnings, const char* warning) {
  PALATINE_IF_CPP_TASK(future_wait, handle, silence_warnings, warning);
  ready_state_of(handle, "legion_future_wait");
}
bool legion_future_is_empty(legion_future_t handle, bool block) {
  PALATINE_IF_CPP_TASK(future_is_empty, handle, block);
  FutureState& state = state_of(handle, "legion_future_is_empty");
  if (block) realm::wait(state.ready);
  return state.size_bytes == 0;
}
bool legion_future_is_ready(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_is_ready, handle);
  return state_of(handle, "legion_future_is_ready").ready.has_triggered();
}
const void* legion_future_get_untyped_pointer(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_get_untyped_pointer, handle);
  return ready_state_of(handle, "legion_future_get_untyped_pointer").value();
}
size_t legion_future_get_untyped_size(legion_future_t handle) {
  PALATINE_IF_CPP_TASK(future_get_untyped_size, handle);
  return ready_state_of(handle, "legion_future_get_untyped_size").size_bytes;
}

legion_future_t legion_runtime_select_tunable_value(legion_runtime_t runtime, legion_context_t context,
                                                    legion_tunable_id_t tunable, legion_mapper_id_t mapper,
                                                    legion_mapping_tag_id_t tag) {
  PALATINE_IF_CPP_TASK(runtime_select_tunable_value, runtime, context, tunable, mapper, tag);
  const std::vector<char> value =
      legion::tunable_value(context_of(context), tunable, mapper, tag, nullptr, 0);
  return future_of(value.data(), value.size());
}

legion_future_t legion_issue_timing_op_seconds(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(issue_timing_op_seconds, runtime, context);
  const double seconds = static_cast<double>(now_ns()) * 1e-9;
  return future_of(&seconds, sizeof seconds);
}
legion_future_t legion_issue_timing_op_microseconds(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(issue_timing_op_microseconds, runtime, context);
  const int64_t microseconds = now_ns() / 1000;
  return future_of(&microseconds, sizeof microseconds);
}
legion_future_t legion_issue_timing_op_nanoseconds(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(issue_timing_op_nanoseconds, runtime, context);
  const int64_t nanoseconds = now_ns();
  return future_of(&nanoseconds, sizeof nanoseconds);
}
