// Tasks on GPUs: which device and stream they use. Source: Realm's API, section 14.
//
// A task on a processor of kind TOC_PROC runs on a thread of the host whose current device is the
// processor's. It ends when its work on the device has ended: that of its stream, and, unless it said
// otherwise, everything else on the device.
#pragma once

#include "realm/module.h"
#include "realm/processor.h"

struct CUstream_st;

namespace Realm {

namespace Cuda {

// The stream for the work of the running task, as CUDA's APIs call it; null outside of tasks on GPUs, and
// where the device is simulated.
REALM_PUBLIC_API CUstream_st* get_task_cuda_stream();

// False: all of the task's work is on its stream, so that its end need not wait for the whole device.
REALM_PUBLIC_API void set_task_ctxsync_required(bool is_required);

// A task for GPUs may be such a function instead of a `Processor::TaskFuncPtr`: it gets its stream, and its
// end waits for that stream only, unless it calls `set_task_ctxsync_required(true)`. What it needs may be on
// its way when it starts: it orders its work behind what is on the stream.
typedef void (*StreamAwareTaskFuncPtr)(const void* args, size_t arglen, const void* user_data,
                                       size_t user_data_len, Processor proc, CUstream_st* stream);

// What tells a device from all others, as CUDA has it.
static const size_t UUID_SIZE = 16;
typedef char Uuid[UUID_SIZE];
// Of a processor's device. False when the processor has none, or its driver does not say.
REALM_PUBLIC_API bool get_cuda_device_uuid(Processor p, Uuid* uuid);

// The driver's number of a processor's device. False when the processor has none.
REALM_PUBLIC_API bool get_cuda_device_id(Processor p, int* device);

}  // namespace Cuda

}  // namespace Realm
