// From a function of the program to what the runtime calls.
#pragma once

#include "legion/physical_region.h"
#include "legion/serialize.h"

namespace Legion::Internal {

// One execution of a task's body; lives on its stack.
struct TaskCall {
  const Task* task;
  const std::vector<PhysicalRegion>* regions;
  Context context;
  Runtime* runtime;
  const void* user_data;
  size_t user_data_bytes;
  // The body's result; copies `size_bytes` bytes.
  void set_result(const void* value, size_t size_bytes);
  // Of the task that runs; the runtime's.
  void* record;
};
typedef void (*TaskBody)(TaskCall&);

// `size_bytes` of the result; kSelfSized when it depends on the value.
constexpr size_t kSelfSized = SIZE_MAX;
template <typename T>
constexpr size_t result_bytes() {
  if constexpr (std::is_void_v<T>) {
    return 0;
  } else if constexpr (IsSerializable<T>::value || IsDeferred<T>::value) {
    return kSelfSized;
  } else {
    return sizeof(T);
  }
}

template <typename T, T (*TASK)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void run_task(TaskCall& call) {
  if constexpr (std::is_void_v<T>) {
    TASK(call.task, *call.regions, call.context, call.runtime);
  } else {
    T value = TASK(call.task, *call.regions, call.context, call.runtime);
    Packed<T> packed(value);
    call.set_result(packed.data(), packed.size_bytes());
  }
}

template <typename T, typename UDT,
          T (*TASK)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
void run_task_with_data(TaskCall& call) {
  const UDT& data = *static_cast<const UDT*>(call.user_data);
  if constexpr (std::is_void_v<T>) {
    TASK(call.task, *call.regions, call.context, call.runtime, data);
  } else {
    T value = TASK(call.task, *call.regions, call.context, call.runtime, data);
    Packed<T> packed(value);
    call.set_result(packed.data(), packed.size_bytes());
  }
}

}  // namespace Legion::Internal
