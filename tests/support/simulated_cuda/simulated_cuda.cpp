// The host's side of cuda_runtime.h: launches become host kernels of the simulated device.
#include <cxxabi.h>
#include <dlfcn.h>

#include <cctype>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "runtime/pool/device_streams_inside.h"

namespace {

using palatine::device::Dim3;
using palatine::device::HostKernelPoint;

// As cuda_runtime.h declares them; that header is for Clang's CUDA mode.
struct Index {
  unsigned x, y, z;
};

struct Configuration {
  Index grid{1, 1, 1}, block{1, 1, 1};
  size_t shared = 0;
  void* stream = nullptr;
};
thread_local Configuration pushed;
// Of the kernel's thread that runs on this thread of the host.
thread_local HostKernelPoint here;

constexpr int kArguments = 6;
using Body = void (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

// The first argument is the body, the others the kernel's.
void run_body(const HostKernelPoint& point, void* const* arguments) {
  here = point;
  uint64_t values[kArguments + 1];
  for (int k = 0; k <= kArguments; ++k) std::memcpy(&values[k], arguments[k], sizeof values[k]);
  reinterpret_cast<Body>(values[0])(values[1], values[2], values[3], values[4], values[5], values[6]);
}

struct Kernels {
  std::mutex mutex;
  // By the address of the stub.
  std::map<const void*, Body> bodies;
  std::map<palatine::device::Device*, std::unique_ptr<palatine::device::Module>> modules;
};

Kernels& kernels() {
  palatine::devices::order();
  static Kernels kernels;
  return kernels;
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "simulated CUDA: %s\n", why.c_str());
  std::abort();
}

// From the name of the stub. The launch gives only where the arguments are.
int argument_count(const void* stub) {
  Dl_info info;
  if (!dladdr(stub, &info) || !info.dli_sname) give_up("a kernel without a name; link with -rdynamic");
  std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, nullptr), &std::free);
  std::string text = name ? name.get() : "";
  size_t open = text.find('(');
  if (open == std::string::npos || text.substr(open) == "()") return 0;
  int count = 1, depth = 0;
  for (char c : text.substr(open + 1, text.size() - open - 2)) {
    if (c == '(' || c == '<') ++depth;
    if (c == ')' || c == '>') --depth;
    if (c == ',' && depth == 0) ++count;
  }
  if (count > kArguments) give_up("`" + text + "` has more than six arguments");
  return count;
}

}  // namespace

extern "C" {

Index simulated_cuda_thread_index() {
  return {here.thread_index.x, here.thread_index.y, here.thread_index.z};
}
Index simulated_cuda_block_index() {
  return {here.block_index.x, here.block_index.y, here.block_index.z};
}
Index simulated_cuda_block_dim() {
  return {here.block.x, here.block.y, here.block.z};
}
Index simulated_cuda_grid_dim() {
  return {here.grid.x, here.grid.y, here.grid.z};
}
// In ticks of about a nanosecond.
long long simulated_cuda_clock() {
  return std::chrono::steady_clock::now().time_since_epoch().count();
}

int cudaDeviceSynchronize() {
  palatine::devices::synchronize_all();
  return 0;
}
int cudaStreamSynchronize(void* stream) {
  palatine::devices::synchronize(palatine::devices::stream_of(stream));
  return 0;
}

unsigned __cudaPushCallConfiguration(Index grid, Index block, size_t shared, void* stream) {
  pushed = {grid, block, shared, stream};
  return 0;
}
int __cudaPopCallConfiguration(Index* grid, Index* block, size_t* shared, void* stream) {
  *grid = pushed.grid;
  *block = pushed.block;
  *shared = pushed.shared;
  std::memcpy(stream, &pushed.stream, sizeof pushed.stream);
  return 0;
}

int cudaLaunchKernel(const void* stub, Index grid, Index block, void** arguments, size_t shared,
                     void* stream) {
  auto& device_stream = palatine::devices::inside(palatine::devices::stream_of(stream));
  Body body;
  palatine::device::Kernel* kernel;
  {
    Kernels& all = kernels();
    std::lock_guard lock(all.mutex);
    body = all.bodies[stub];
    if (!body) {
      // The stub is called `_ZNN__device_stub__NAMEargs`, the body `_ZMNAMEargs`.
      Dl_info info;
      if (!dladdr(stub, &info) || !info.dli_sname) give_up("a kernel without a name; link with -rdynamic");
      std::string name = info.dli_sname;
      const std::string mark = "__device_stub__";
      size_t at = name.find(mark);
      if (at == std::string::npos) give_up("`" + name + "` is no kernel");
      size_t digits = at;
      while (digits > 0 && std::isdigit(static_cast<unsigned char>(name[digits - 1]))) --digits;
      size_t length = std::stoul(name.substr(digits, at - digits)) - mark.size();
      name = name.substr(0, digits) + std::to_string(length) + name.substr(at + mark.size());
      body = reinterpret_cast<Body>(dlsym(RTLD_DEFAULT, name.c_str()));
      if (!body) give_up("no body `" + name + "`; compile the kernels too");
      all.bodies[stub] = body;
    }
    auto& module = all.modules[&device_stream.device()];
    if (!module) {
      static const palatine::device::HostKernelEntry entries[] = {{"run_body", run_body}};
      palatine::device::ModuleSource source;
      source.name = "simulated CUDA";
      source.host_kernels = entries;
      auto loaded = device_stream.device().load_module(source);
      if (!loaded.ok()) give_up(loaded.status().message());
      module = loaded.take();
    }
    auto found = module->kernel("run_body");
    if (!found.ok()) give_up(found.status().message());
    kernel = found.value();
  }
  uint64_t values[kArguments + 1] = {reinterpret_cast<uint64_t>(body)};
  int count = argument_count(stub);
  // A smaller argument is read with what lies behind it on the stub's stack, which its register does not
  // show.
  for (int k = 0; k < count; ++k) std::memcpy(&values[k + 1], arguments[k], sizeof(uint64_t));
  palatine::device::KernelArgument copied[kArguments + 1];
  for (int k = 0; k <= kArguments; ++k) copied[k] = palatine::device::argument(values[k]);
  palatine::device::LaunchShape shape;
  shape.grid = {grid.x, grid.y, grid.z};
  shape.block = {block.x, block.y, block.z};
  shape.shared_bytes = static_cast<uint32_t>(shared);
  return device_stream.launch(*kernel, shape, copied).ok() ? 0 : 999;
}

}  // extern "C"
