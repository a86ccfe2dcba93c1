// The calls of realm/cuda/cuda_module.h and realm/cuda/cuda_access.h.
#include <algorithm>
#include <ostream>

#include "realm/cuda/cuda_access.h"
#include "realm/cuda/cuda_module.h"
#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/task.h"

namespace Realm {

namespace core = palatine::realm;

CUstream_st* Cuda::get_task_cuda_stream() {
  const core::Task* task = core::Task::current();
  palatine::device::Stream* stream = task ? task->gpu_stream() : nullptr;
  if (!stream && core::stream_of_running_task) stream = core::stream_of_running_task();
  return stream ? static_cast<CUstream_st*>(stream->native_handle()) : nullptr;
}

void Cuda::set_task_ctxsync_required(bool is_required) {
  if (core::Task* task = core::Task::current()) task->set_syncs_gpu(is_required);
}

bool Cuda::get_cuda_device_id(Processor p, int* device) {
  core::need_runtime("Cuda::get_cuda_device_id");
  const core::ProcessorState* processor = core::find_processor(p);
  if (!processor || !processor->gpu) return false;
  *device = processor->gpu->number();
  return true;
}

bool Cuda::get_cuda_device_uuid(Processor p, Uuid* uuid) {
  core::need_runtime("Cuda::get_cuda_device_uuid");
  const core::ProcessorState* processor = core::find_processor(p);
  if (!processor || !processor->gpu) return false;
  const std::array<char, UUID_SIZE>& known = processor->gpu->device().properties().uuid;
  std::copy(known.begin(), known.end(), *uuid);
  return std::any_of(known.begin(), known.end(), [](char byte) { return byte != 0; });
}

Memory ExternalCudaMemoryResource::suggested_memory() const {
  for (const core::MemoryInfo& info : core::memories()) {
    if (info.gpu && info.gpu->number() == cuda_device_id) return info.handle;
  }
  return Memory::NO_MEMORY;
}

void ExternalCudaMemoryResource::print(std::ostream& os) const {
  os << "cuda memory(device=" << cuda_device_id << ", base=" << std::hex << base << std::dec
     << ", size=" << size_in_bytes << (read_only ? ", readonly" : "") << ")";
}

Memory ExternalCudaPinnedHostResource::suggested_memory() const {
  for (const core::MemoryInfo& info : core::memories()) {
    if (info.kind == Memory::Z_COPY_MEM) return info.handle;
  }
  return ExternalMemoryResource::suggested_memory();
}

void ExternalCudaPinnedHostResource::print(std::ostream& os) const {
  os << "cuda host memory(base=" << std::hex << base << std::dec << ", size=" << size_in_bytes
     << (read_only ? ", readonly" : "") << ")";
}

}  // namespace Realm
