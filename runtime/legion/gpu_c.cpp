// The calls of palatine/gpu.h.
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/include/palatine/gpu.h"
#include "runtime/legion/runtime.h"
#include "runtime/legion/task.h"

using palatine::legion::Task;

// Null when there is none, or it does not run on a GPU.
static Task* task_on_gpu() {
  Task* task = Task::running();
  return task && task->gpu ? task : nullptr;
}

CUstream_st* palatine_gpu_stream() {
  Task* task = task_on_gpu();
  return task ? static_cast<CUstream_st*>(task->info.runtime->gpus->native_stream(*task)) : nullptr;
}

int palatine_gpu_device() {
  Task* task = task_on_gpu();
  return task ? task->info.runtime->gpus->device_number(*task) : -1;
}

int palatine_gpu_call(void (*function)(void*), void* argument) {
  Task* task = task_on_gpu();
  if (!task) return 0;
  task->info.runtime->gpus->call(*task, function, argument);
  return 1;
}
