// What the body of a task that runs on a device asks for (api::TaskDesc::gpu_body).
//
// The body queues work on the task's stream and returns; the task is complete when all of that is done. The
// addresses that `Context::field` gives lie in the device's memory: only work on the stream uses them.
//
// Thread safety: the task's own body only.
#pragma once

#include <functional>

#include "runtime/api/palatine_api.h"
#include "runtime/device/device.h"

namespace palatine::legion::gpu {

// The task's stream; its device is `stream.device()`. What moves the task's data is queued there already.
device::Stream& stream_of(api::Context& context);

// Ends the program with the name of the task and the place when the status is an error; `what` was tried.
void check(api::Context& context, const device::Status& status, const char* what);

// Until all that was queued on the task's stream is done. Suspends the task, never its worker; afterwards it
// may be on another thread.
void wait_for_stream(api::Context& context);

// Memory on the device until the task is complete, for partial results and the like; no one clears it. Ends
// the program when there is none.
void* scratch(api::Context& context, uint64_t size_bytes);

// While the body is recorded, to be repeated by a graph: true, and `give_back` is called when it is not
// repeated any more; what is queued may use things of the host until then. Else false.
bool keep(api::Context& context, std::function<void()> give_back);

}  // namespace palatine::legion::gpu
