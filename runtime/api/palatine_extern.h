// Tasks of a program that are implemented in C++ against Legion's interface, and known to it by a number
// (`extern task f(...)`, `f:set_task_id(n)`).
//
// Such a task gets its arguments as one struct: words with a bit for each parameter that is a future, the
// parameters (regions, partitions and index spaces as handles of C++), and, for each region, the numbers of
// all fields of its element type. Generated code fills the struct in and calls `call_extern`.
#pragma once

#include "palatine_api.h"

namespace palatine::api {

// Behind the parameters in the argument struct of a launch.
template <int Words>
struct ExternState {
  // Set while the task's code runs.
  void* running = nullptr;
  // Bit k: parameter k was a future when the task was launched.
  uint64_t futures[Words] = {};
};
template <int Words, int... Params>
constexpr ExternState<Words> extern_state() {
  ExternState<Words> state;
  ((state.futures[Params / 64] |= uint64_t{1} << Params % 64), ...);
  return state;
}
// Where a parameter that is a `future(T)` would be.
struct ExternFuture {
  void* unused;
};

RawIspace extern_handle(Context& context, Ispace ispace);
RawRegion extern_handle(Context& context, Region region);
RawPartition extern_handle(Context& context, Partition partition);
// The number of field k of the region.
uint32_t extern_field(Context& context, Region region, uint16_t field);

// Runs the code that is registered for the running task's number. `futures` are words like those of
// ExternState; `arguments` is the struct that the code gets, of `size_bytes`; `own` and `result` are what the
// body of the task was called with.
void call_extern(Context& context, const uint64_t* futures, const void* arguments, uint64_t size_bytes,
                 const void* own, void* result);

}  // namespace palatine::api
