// What each function of the fake driver begins with.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "support/device/fake_cuda_state.h"

namespace palatine::device::testing {

// The calling thread's, the current one last.
std::vector<CudaContext>& context_stack();

inline std::string text(const char* value) {
  return value ? value : "null";
}
template <typename T>
std::string text(T value) {
  if constexpr (std::is_pointer_v<T>) {
    return value ? "ptr" : "null";
  } else {
    return std::to_string(value);
  }
}

template <typename... Values>
int enter(const char* name, Values... values) {
  FakeCuda& fake = state().control;
  ++fake.calls[name];
  if (!state().has_thread) {
    std::string line = name;
    ((line += " " + text(values)), ...);
    fake.log.push_back(line);
  }
  if (fake.sticky_code != 0) return fake.sticky_code;
  auto fault = fake.faults.find(name);
  if (fault != fake.faults.end() && fault->second.calls_left > 0 && --fault->second.calls_left == 0) {
    return fault->second.code;
  }
  if (!state().is_initialised && std::string_view(name) != "cuInit") return cuda_result::not_initialized;
  return 0;
}

inline CudaContext current() {
  return context_stack().empty() ? nullptr : context_stack().back();
}

// Of a call that queues work on a stream: the stream's context must be the current one.
inline int check_stream(CudaStreamHandle stream) {
  if (!current()) return cuda_result::invalid_context;
  if (!state().live_streams.contains(stream)) return cuda_result::invalid_handle;
  return stream->context == current() ? 0 : cuda_result::invalid_context;
}

}  // namespace palatine::device::testing

// Locks, writes the call down and returns the code that was ordered, if any.
#define FAKE_CALL(...)                               \
  std::unique_lock fake_lock(state().control.mutex); \
  if (int fake_code = enter(__VA_ARGS__)) return fake_code
#define FAKE_NEEDS_CONTEXT() \
  if (!current()) return cuda_result::invalid_context
#define FAKE_NEEDS_STREAM(stream) \
  if (int fake_code = check_stream(stream)) return fake_code
#define FAKE_NEEDS(set, handle) \
  if (!state().set.contains(handle)) return cuda_result::invalid_handle
