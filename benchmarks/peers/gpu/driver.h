// CUDA's driver interface for the hand-written programs, loaded at run time: no toolkit is needed to build
// them.
//
// Names, numbers and parameters are the facts of NVIDIA's documentation of the CUDA driver API.
#pragma once

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace gpu {

using Address = unsigned long long;
using Handle = void*;

#define GPU_FUNCTIONS(_)                                                                                     \
  _(cuInit, cuInit, (unsigned flags))                                                                        \
  _(cuDeviceGet, cuDeviceGet, (int* device, int number))                                                     \
  _(cuDeviceGetName, cuDeviceGetName, (char* name, int size, int device))                                    \
  _(cuDeviceGetAttribute, cuDeviceGetAttribute, (int* value, int attribute, int device))                     \
  _(cuDevicePrimaryCtxRetain, cuDevicePrimaryCtxRetain, (Handle * context, int device))                      \
  _(cuDevicePrimaryCtxRelease, cuDevicePrimaryCtxRelease_v2, (int device))                                   \
  _(cuCtxPushCurrent, cuCtxPushCurrent_v2, (Handle context))                                                 \
  _(cuCtxSynchronize, cuCtxSynchronize, ())                                                                  \
  _(cuMemAlloc, cuMemAlloc_v2, (Address * address, size_t bytes))                                            \
  _(cuMemFree, cuMemFree_v2, (Address address))                                                              \
  _(cuMemHostAlloc, cuMemHostAlloc, (void** address, size_t bytes, unsigned flags))                          \
  _(cuMemFreeHost, cuMemFreeHost, (void* address))                                                           \
  _(cuMemcpyAsync, cuMemcpyAsync, (Address dst, Address src, size_t bytes, Handle stream))                   \
  _(cuMemsetD8Async, cuMemsetD8Async, (Address dst, unsigned char value, size_t count, Handle stream))       \
  _(cuStreamCreateWithPriority, cuStreamCreateWithPriority, (Handle * stream, unsigned flags, int priority)) \
  _(cuStreamDestroy, cuStreamDestroy_v2, (Handle stream))                                                    \
  _(cuStreamSynchronize, cuStreamSynchronize, (Handle stream))                                               \
  _(cuStreamWaitEvent, cuStreamWaitEvent, (Handle stream, Handle event, unsigned flags))                     \
  _(cuEventCreate, cuEventCreate, (Handle * event, unsigned flags))                                          \
  _(cuEventDestroy, cuEventDestroy_v2, (Handle event))                                                       \
  _(cuEventRecord, cuEventRecord, (Handle event, Handle stream))                                             \
  _(cuModuleLoadDataEx, cuModuleLoadDataEx,                                                                  \
    (Handle * module, const void* image, unsigned options, int* names, void** values))                       \
  _(cuModuleUnload, cuModuleUnload, (Handle module))                                                         \
  _(cuModuleGetFunction, cuModuleGetFunction, (Handle * function, Handle module, const char* name))          \
  _(cuLaunchKernel, cuLaunchKernel,                                                                          \
    (Handle function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, \
     unsigned block_z, unsigned shared_bytes, Handle stream, void** arguments, void** extra))                \
  _(cuGetErrorName, cuGetErrorName, (int code, const char** name))                                           \
  _(cuMemAllocAsync, cuMemAllocAsync, (Address * address, size_t bytes, Handle stream))                      \
  _(cuMemFreeAsync, cuMemFreeAsync, (Address address, Handle stream))                                        \
  _(cuStreamBeginCapture, cuStreamBeginCapture_v2, (Handle stream, int mode))                                \
  _(cuStreamEndCapture, cuStreamEndCapture, (Handle stream, Handle * graph))                                 \
  _(cuGraphInstantiate, cuGraphInstantiateWithFlags,                                                         \
    (Handle * instance, Handle graph, unsigned long long flags))                                             \
  _(cuGraphLaunch, cuGraphLaunch, (Handle instance, Handle stream))                                          \
  _(cuGraphExecDestroy, cuGraphExecDestroy, (Handle instance))                                               \
  _(cuGraphDestroy, cuGraphDestroy, (Handle graph))

#define GPU_DECLARE(name, symbol, parameters) inline int(*name) parameters = nullptr;
GPU_FUNCTIONS(GPU_DECLARE)
#undef GPU_DECLARE

inline void check(int code, const char* what) {
  if (code == 0) return;
  const char* name = nullptr;
  if (cuGetErrorName) cuGetErrorName(code, &name);
  fprintf(stderr, "%s: %s (%d)\n", what, name ? name : "error", code);
  exit(1);
}
#define GPU_CHECK(call) ::gpu::check(call, #call)

// The first device, its primary context, and the kernels of a PTX file. One a process.
class Device {
 public:
  Device(const char* library, const char* ptx) {
    void* handle = dlopen(library, RTLD_NOW);
    if (!handle) {
      fprintf(stderr, "no CUDA driver: %s\n", dlerror());
      exit(3);
    }
#define GPU_FIND(name, symbol, parameters)                         \
  name = reinterpret_cast<decltype(name)>(dlsym(handle, #symbol)); \
  if (!name) {                                                     \
    fprintf(stderr, "%s has no function " #symbol "\n", library);  \
    exit(3);                                                       \
  }
    GPU_FUNCTIONS(GPU_FIND)
#undef GPU_FIND
    if (int code = cuInit(0)) {
      fprintf(stderr, "the CUDA driver does not start (%d)\n", code);
      exit(3);
    }
    GPU_CHECK(cuDeviceGet(&device_, 0));
    Handle context;
    GPU_CHECK(cuDevicePrimaryCtxRetain(&context, device_));
    GPU_CHECK(cuCtxPushCurrent(context));
    std::ifstream file(ptx);
    std::stringstream text;
    text << file.rdbuf();
    GPU_CHECK(cuModuleLoadDataEx(&module_, text.str().c_str(), 0, nullptr, nullptr));
    // 16: the number of multiprocessors.
    GPU_CHECK(cuDeviceGetAttribute(&multiprocessors_, 16, device_));
  }
  ~Device() {
    GPU_CHECK(cuCtxSynchronize());
    for (Address address : blocks_) GPU_CHECK(cuMemFree(address));
    for (void* address : pinned_) GPU_CHECK(cuMemFreeHost(address));
    GPU_CHECK(cuModuleUnload(module_));
    GPU_CHECK(cuDevicePrimaryCtxRelease(device_));
  }

  int multiprocessors() const { return multiprocessors_; }
  std::string name() const {
    char text[256] = "";
    GPU_CHECK(cuDeviceGetName(text, sizeof text, device_));
    return text;
  }
  Handle kernel(const char* name) const {
    Handle function;
    GPU_CHECK(cuModuleGetFunction(&function, module_, name));
    return function;
  }
  // Freed at the end.
  Address allocate(size_t bytes) {
    Address address;
    GPU_CHECK(cuMemAlloc(&address, bytes));
    blocks_.push_back(address);
    return address;
  }
  template <typename T>
  T* allocate_pinned(size_t count) {
    void* address;
    GPU_CHECK(cuMemHostAlloc(&address, count * sizeof(T), 1));
    pinned_.push_back(address);
    return static_cast<T*>(address);
  }

 private:
  int device_ = 0;
  int multiprocessors_ = 0;
  Handle module_ = nullptr;
  std::vector<Address> blocks_;
  std::vector<void*> pinned_;
};

class Stream {
 public:
  // 1: does not wait for stream 0.
  Stream() { GPU_CHECK(cuStreamCreateWithPriority(&handle_, 1, 0)); }
  ~Stream() { GPU_CHECK(cuStreamDestroy(handle_)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  Handle handle() const { return handle_; }

  template <typename... Arguments>
  void launch(Handle kernel, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by,
              Arguments... arguments) {
    void* pointers[] = {&arguments..., nullptr};
    GPU_CHECK(cuLaunchKernel(kernel, gx, gy, gz, bx, by, 1, 0, handle_, pointers, nullptr));
  }
  // One thread for each of `n`, in blocks of 256.
  template <typename... Arguments>
  void each(Handle kernel, int64_t n, Arguments... arguments) {
    launch(kernel, static_cast<unsigned>((n + 255) / 256), 1, 1, 256, 1, arguments...);
  }
  void copy(Address to, Address from, size_t bytes) { GPU_CHECK(cuMemcpyAsync(to, from, bytes, handle_)); }
  void copy(void* to, Address from, size_t bytes) { copy(reinterpret_cast<Address>(to), from, bytes); }
  void clear(Address to, size_t bytes) { GPU_CHECK(cuMemsetD8Async(to, 0, bytes, handle_)); }
  void wait() { GPU_CHECK(cuStreamSynchronize(handle_)); }
  template <typename T>
  std::vector<T> read(Address from, size_t count) {
    std::vector<T> values(count);
    copy(values.data(), from, count * sizeof(T));
    wait();
    return values;
  }

 private:
  Handle handle_ = nullptr;
};

class Event {
 public:
  // 2: without time.
  Event() { GPU_CHECK(cuEventCreate(&handle_, 2)); }
  ~Event() { GPU_CHECK(cuEventDestroy(handle_)); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  void record(Stream& stream) { GPU_CHECK(cuEventRecord(handle_, stream.handle())); }
  void hold(Stream& stream) { GPU_CHECK(cuStreamWaitEvent(stream.handle(), handle_, 0)); }

 private:
  Handle handle_ = nullptr;
};

// What `queue()` puts on a stream, and on others that wait for it and that it waits for, as a CUDA graph.
class Graph {
 public:
  template <typename Queue>
  Graph(Stream& stream, Queue queue) {
    // 1: other threads may call what they like.
    GPU_CHECK(cuStreamBeginCapture(stream.handle(), 1));
    queue();
    Handle graph;
    GPU_CHECK(cuStreamEndCapture(stream.handle(), &graph));
    GPU_CHECK(cuGraphInstantiate(&instance_, graph, 0));
    GPU_CHECK(cuGraphDestroy(graph));
  }
  ~Graph() { GPU_CHECK(cuGraphExecDestroy(instance_)); }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  void launch(Stream& stream) { GPU_CHECK(cuGraphLaunch(instance_, stream.handle())); }

 private:
  Handle instance_ = nullptr;
};

}  // namespace gpu
