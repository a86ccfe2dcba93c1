// The fake driver's streams, events, modules and kernels.
#include <cstdio>
#include <cstring>

#include "support/device/fake_cuda_call.h"

using namespace palatine::device;
using namespace palatine::device::testing;

// Begins native code for this driver, as the tests' assembler makes it: PTX follows.
static constexpr char kFakeNative[] = "fake native code for ";

int palatine::device::testing::check_launch(const CudaFunctionTag& function, const uint32_t (&shape)[6],
                                            uint32_t shared_bytes) {
  const auto [gx, gy, gz, bx, by, bz] = shape;
  if (static_cast<int>(shared_bytes) > function.max_dynamic) return cuda_result::invalid_value;
  if (gx == 0 || gy == 0 || gz == 0 || bx == 0 || by == 0 || bz == 0) return cuda_result::invalid_value;
  if (gx > 0x7fffffff || gy > 65535 || gz > 65535 || bz > 64 || uint64_t{bx} * by * bz > 1024)
    return cuda_result::invalid_value;
  unsigned& largest = state().control.largest_shared_bytes;
  largest = std::max(largest, shared_bytes);
  return 0;
}

std::vector<std::vector<char>> palatine::device::testing::copies_of_arguments(const CudaFunctionTag& function,
                                                                              void** arguments) {
  std::vector<std::vector<char>> copies;
  const std::vector<size_t> sizes = function.argument_bytes();
  for (size_t i = 0; i < sizes.size(); ++i) {
    const char* from = static_cast<const char*>(arguments[i]);
    copies.emplace_back(from, from + sizes[i]);
  }
  return copies;
}

extern "C" {

int cuStreamCreateWithPriority(CudaStreamHandle* stream, unsigned flags, int priority) {
  FAKE_CALL("cuStreamCreateWithPriority", flags, priority);
  FAKE_NEEDS_CONTEXT();
  state().streams.push_back(std::make_unique<CudaStreamTag>());
  *stream = state().streams.back().get();
  (*stream)->context = current();
  state().live_streams.insert(*stream);
  ++state().control.streams;
  return 0;
}

int cuStreamDestroy_v2(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamDestroy");
  FAKE_NEEDS_CONTEXT();
  FAKE_NEEDS(live_streams, stream);
  state().live_streams.erase(stream);
  stream->is_destroyed = true;
  --state().control.streams;
  return 0;
}

int cuStreamGetCtx(CudaStreamHandle stream, CudaContext* context) {
  FAKE_CALL("cuStreamGetCtx");
  FAKE_NEEDS(live_streams, stream);
  *context = stream->context;
  return 0;
}

int cuStreamQuery(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamQuery");
  FAKE_NEEDS(live_streams, stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  advance(stream);
  if (state().control.sticky_code != 0) return state().control.sticky_code;
  return stream->done == stream->submitted ? 0 : 600;
}

int cuStreamSynchronize(CudaStreamHandle stream) {
  FAKE_CALL("cuStreamSynchronize");
  FAKE_NEEDS(live_streams, stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  finish(fake_lock, stream, stream->submitted);
  return state().control.sticky_code;
}

int cuStreamWaitEvent(CudaStreamHandle stream, CudaEventHandle event, unsigned flags) {
  FAKE_CALL("cuStreamWaitEvent", flags);
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_events, event);
  if (event->capture) {
    if (stream->capture && stream->capture != event->capture) return cuda_result::capture_unsupported;
    stream->capture = event->capture;
    for (const auto& [other, number] : event->knows) {
      uint64_t& known = stream->capture->knows[stream][other];
      known = std::max(known, number);
    }
    auto& last = stream->capture->last[stream];
    last.insert(last.end(), event->last.begin(), event->last.end());
    return 0;
  }
  if (stream->capture) return cuda_result::capture_unsupported;
  if (event->stream) push_wait(stream, event->stream, event->position);
  return 0;
}

int cuEventCreate(CudaEventHandle* event, unsigned flags) {
  FAKE_CALL("cuEventCreate", flags);
  FAKE_NEEDS_CONTEXT();
  *event = new CudaEventTag;
  state().live_events.insert(*event);
  (*event)->context = current();
  (*event)->has_time = !(flags & kCudaEventDisableTiming);
  ++state().control.events;
  return 0;
}

int cuEventDestroy_v2(CudaEventHandle event) {
  FAKE_CALL("cuEventDestroy");
  FAKE_NEEDS(live_events, event);
  state().live_events.erase(event);
  delete event;
  --state().control.events;
  return 0;
}

int cuEventRecord(CudaEventHandle event, CudaStreamHandle stream) {
  FAKE_CALL("cuEventRecord");
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_events, event);
  if (event->context != stream->context) return cuda_result::invalid_handle;
  event->capture = stream->capture;
  if (event->capture) {
    event->knows = event->capture->knows[stream];
    event->last = event->capture->last[stream];
    return 0;
  }
  event->time = std::make_shared<uint64_t>(0);
  push(stream, [time = event->time] { *time = state().clock + 1; });
  event->stream = stream;
  event->position = stream->submitted;
  return 0;
}

int cuEventQuery(CudaEventHandle event) {
  FAKE_CALL("cuEventQuery");
  FAKE_NEEDS(live_events, event);
  if (event->capture) return cuda_result::capture_unsupported;
  if (!event->stream || event->stream->done >= event->position) return 0;
  advance(event->stream);
  if (state().control.sticky_code != 0) return state().control.sticky_code;
  return event->stream->done >= event->position ? 0 : 600;
}

int cuEventSynchronize(CudaEventHandle event) {
  FAKE_CALL("cuEventSynchronize");
  FAKE_NEEDS(live_events, event);
  if (event->capture) return cuda_result::capture_unsupported;
  if (event->stream) finish(fake_lock, event->stream, event->position);
  return state().control.sticky_code;
}

int cuEventElapsedTime(float* milliseconds, CudaEventHandle from, CudaEventHandle to) {
  FAKE_CALL("cuEventElapsedTime");
  FAKE_NEEDS(live_events, from);
  FAKE_NEEDS(live_events, to);
  if (!from->has_time || !to->has_time) return cuda_result::invalid_handle;
  if (*from->time == 0 || *to->time == 0) return 600;
  *milliseconds = static_cast<float>(*to->time - *from->time) / 1000;
  return 0;
}

int cuModuleLoadDataEx(CudaModuleHandle* module, const void* image, unsigned options, int* names,
                       void** values) {
  if (options == 2) {
    FAKE_CALL("cuModuleLoadDataEx", options, names[0], names[1], reinterpret_cast<size_t>(values[1]));
  } else {
    FAKE_CALL("cuModuleLoadDataEx", options);
  }
  std::unique_lock lock(state().control.mutex);
  FAKE_NEEDS_CONTEXT();
  std::string text = static_cast<const char*>(image);
  const auto reject = [&](const std::string& why) {
    for (unsigned k = 0; k + 1 < options; ++k) {
      if (names[k] != kCudaJitErrorLog) continue;
      snprintf(static_cast<char*>(values[k]), reinterpret_cast<size_t>(values[k + 1]), "%s", why.c_str());
    }
    return static_cast<int>(cuda_result::invalid_ptx);
  };
  if (text.find("syntax error") != std::string::npos) return reject(state().control.error_log);
  if (text.starts_with(kFakeNative)) {
    // Its first line names the device.
    if (text.compare(sizeof kFakeNative - 1, 6, "sm_90\n") != 0) return cuda_result::no_binary;
    ++state().control.calls["native_images"];
    text = text.substr(text.find('\n'));
  }
  auto made = std::make_unique<CudaModuleTag>();
  made->context = current();
  // Other images are taken for binaries, without kernels of their own.
  if (text.find(".version") != std::string::npos) {
    std::string why;
    made->ptx = PtxModule::load(text, why);
    if (!made->ptx) return reject(why);
  }
  *module = made.release();
  state().live_modules.insert(*module);
  ++state().control.modules;
  return 0;
}

int cuModuleUnload(CudaModuleHandle module) {
  FAKE_CALL("cuModuleUnload");
  FAKE_NEEDS_CONTEXT();
  FAKE_NEEDS(live_modules, module);
  state().live_modules.erase(module);
  delete module;
  --state().control.modules;
  return 0;
}

int cuModuleGetFunction(CudaFunctionHandle* function, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetFunction", name);
  FAKE_NEEDS(live_modules, module);
  auto made = std::make_unique<CudaFunctionTag>();
  made->name = name;
  auto found = state().control.kernels.find(name);
  if (found != state().control.kernels.end()) {
    made->kernel = found->second;
  } else {
    made->module = module->ptx.get();
    made->ptx = made->module ? made->module->kernel(name) : nullptr;
    if (!made->ptx) return cuda_result::not_found;
  }
  module->functions.push_back(std::move(made));
  *function = module->functions.back().get();
  return 0;
}

int cuModuleGetGlobal_v2(CudaAddress* address, size_t* bytes, CudaModuleHandle module, const char* name) {
  FAKE_CALL("cuModuleGetGlobal", name);
  FAKE_NEEDS(live_modules, module);
  auto found = state().control.globals.find(name);
  std::vector<char>* value = found != state().control.globals.end() ? &found->second
                             : module->ptx                          ? module->ptx->global(name)
                                                                    : nullptr;
  if (!value) return cuda_result::not_found;
  *address = reinterpret_cast<CudaAddress>(value->data());
  *bytes = value->size();
  return 0;
}

int cuFuncGetAttribute(int* value, int attribute, CudaFunctionHandle function) {
  FAKE_CALL("cuFuncGetAttribute", attribute);
  *value = function->ptx ? static_cast<int>(function->module->program().shared_bytes)
                         : function->kernel.static_shared_bytes;
  return 0;
}

int cuFuncSetAttribute(CudaFunctionHandle function, int attribute, int value) {
  FAKE_CALL("cuFuncSetAttribute", attribute, value);
  function->max_dynamic = value;
  return 0;
}

int cuFuncGetParamInfo(CudaFunctionHandle function, size_t index, size_t* offset, size_t* bytes) {
  FAKE_CALL("cuFuncGetParamInfo", index);
  const std::vector<size_t> sizes = function->argument_bytes();
  if (index >= sizes.size()) return cuda_result::invalid_value;
  *offset = 0;
  *bytes = sizes[index];
  return 0;
}

int cuLaunchKernel(CudaFunctionHandle function, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                   unsigned by, unsigned bz, unsigned shared_bytes, CudaStreamHandle stream, void** arguments,
                   void** extra) {
  FAKE_CALL("cuLaunchKernel", function->name.c_str(), gx, gy, gz, bx, by, bz, shared_bytes, extra);
  FAKE_NEEDS_STREAM(stream);
  const uint32_t shape[6] = {gx, gy, gz, bx, by, bz};
  if (int code = check_launch(*function, shape, shared_bytes)) return code;
  push(stream,
       kernel_work(current(), *function, shape, shared_bytes, copies_of_arguments(*function, arguments)),
       function);
  return 0;
}

int cuLaunchHostFunc(CudaStreamHandle stream, void (*function)(void*), void* argument) {
  FAKE_CALL("cuLaunchHostFunc");
  FAKE_NEEDS_STREAM(stream);
  push(stream, [=] { function(argument); });
  return 0;
}

}  // extern "C"
