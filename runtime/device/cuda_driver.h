// NVIDIA's driver, loaded at run time: its functions, and the numbers and structures that they take.
//
// The names and values are the facts of the driver's interface (CUDA driver API documentation, 64-bit Linux);
// nothing of the CUDA Toolkit is needed to build or run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/device/status.h"

namespace palatine::device {

using CudaDeviceId = int;
using CudaAddress = unsigned long long;
using CudaContext = struct CudaContextTag*;
using CudaStreamHandle = struct CudaStreamTag*;
using CudaEventHandle = struct CudaEventTag*;
using CudaModuleHandle = struct CudaModuleTag*;
using CudaFunctionHandle = struct CudaFunctionTag*;
using CudaGraphHandle = struct CudaGraphTag*;
using CudaGraphInstanceHandle = struct CudaGraphInstanceTag*;
using CudaGraphNodeHandle = struct CudaGraphNodeTag*;

// How a stream is captured: other threads may do whatever they do meanwhile.
constexpr int kCudaCaptureRelaxed = 2;
// That it is being captured.
constexpr int kCudaCaptureActive = 1;

// Results of calls; the others are only named by the driver itself.
namespace cuda_result {
enum : int {
  success = 0,
  invalid_value = 1,
  out_of_memory = 2,
  deinitialized = 4,
  device_unavailable = 46,
  no_device = 100,
  ecc_uncorrectable = 214,
  not_found = 500,
  not_ready = 600,
  illegal_address = 700,
  launch_out_of_resources = 701,
  launch_timeout = 702,
  peer_access_already_enabled = 704,
  host_memory_already_registered = 712,
  host_memory_not_registered = 713,
  context_is_destroyed = 709,
  device_assert = 710,
  hardware_stack_error = 714,
  illegal_instruction = 715,
  misaligned_address = 716,
  invalid_address_space = 717,
  invalid_pc = 718,
  launch_failed = 719,
  not_supported = 801,
};
}

namespace cuda_attribute {
enum : int {
  max_threads_per_block = 1,
  max_shared_bytes_per_block = 8,
  warp_size = 10,
  max_pitch = 11,
  multiprocessor_count = 16,
  async_engine_count = 40,
  unified_addressing = 41,
  compute_capability_major = 75,
  compute_capability_minor = 76,
  managed_memory = 83,
  pageable_memory_access = 88,
  concurrent_managed_access = 89,
  max_shared_bytes_per_block_optin = 97,
  virtual_memory_management = 102,
};
}

// Attributes of a function.
constexpr int kCudaFunctionSharedBytes = 1;
constexpr int kCudaFunctionMaxDynamicSharedBytes = 8;
// Attributes of an address.
constexpr int kCudaPointerMemoryType = 2;
constexpr int kCudaPointerDeviceOrdinal = 9;
// Types of memory.
constexpr int kCudaMemoryHost = 1;
constexpr int kCudaMemoryDevice = 2;
constexpr int kCudaMemoryUnified = 4;
// Flags: a stream that does not wait for stream 0; an event without time; managed memory for all streams;
// pinned memory that all contexts use as such.
constexpr unsigned kCudaStreamNonBlocking = 1;
constexpr unsigned kCudaEventDisableTiming = 2;
constexpr unsigned kCudaAttachGlobal = 1;
constexpr unsigned kCudaHostPortable = 1;
// Options of loading a module.
constexpr int kCudaJitErrorLog = 5;
constexpr int kCudaJitErrorLogBytes = 6;

// Memory that is made to be mapped: where it lies, and who may use it there.
using CudaMemoryHandle = unsigned long long;
constexpr int kCudaMemoryPinned = 1;
constexpr int kCudaLocationDevice = 1;
constexpr int kCudaAccessReadWrite = 3;
constexpr int kCudaGranularityMinimum = 0;

struct CudaLocation {
  int type;
  int id;
};

struct CudaMemoryKind {
  int type;
  int handle_types;
  CudaLocation location;
  void* win32_metadata;
  unsigned char compression;
  unsigned char rdma;
  unsigned short usage;
  unsigned char reserved[4];
};

struct CudaAccess {
  CudaLocation location;
  int flags;
};

struct CudaCopy2D {
  size_t src_x_bytes;
  size_t src_y;
  int src_type;
  const void* src_host;
  CudaAddress src_address;
  void* src_array;
  size_t src_pitch;
  size_t dst_x_bytes;
  size_t dst_y;
  int dst_type;
  void* dst_host;
  CudaAddress dst_address;
  void* dst_array;
  size_t dst_pitch;
  size_t width_bytes;
  size_t height;
};

struct CudaCopy3D {
  size_t src_x_bytes, src_y, src_z, src_lod;
  int src_type;
  const void* src_host;
  CudaAddress src_address;
  void* src_array;
  void* src_reserved;
  size_t src_pitch, src_height;
  size_t dst_x_bytes, dst_y, dst_z, dst_lod;
  int dst_type;
  void* dst_host;
  CudaAddress dst_address;
  void* dst_array;
  void* dst_reserved;
  size_t dst_pitch, dst_height;
  size_t width_bytes, height, depth;
};

// As above, with a context where `CudaCopy3D` has nothing.
struct CudaCopy3DPeer {
  size_t src_x_bytes, src_y, src_z, src_lod;
  int src_type;
  const void* src_host;
  CudaAddress src_address;
  void* src_array;
  CudaContext src_context;
  size_t src_pitch, src_height;
  size_t dst_x_bytes, dst_y, dst_z, dst_lod;
  int dst_type;
  void* dst_host;
  CudaAddress dst_address;
  void* dst_array;
  CudaContext dst_context;
  size_t dst_pitch, dst_height;
  size_t width_bytes, height, depth;
};

// A launch of a graph.
struct CudaKernelNode {
  CudaFunctionHandle function;
  unsigned grid_x, grid_y, grid_z, block_x, block_y, block_z;
  unsigned shared_bytes;
  void** arguments;
  void** extra;
  // For kernels that are no functions.
  void* kernel;
  CudaContext context;
};

class CudaDriver {
 public:
  // Opens `library` (a name for the dynamic linker or a path), finds all functions and initialises the
  // driver. The library is never closed: the driver does not survive that. An error says what is missing.
  static Result<std::unique_ptr<CudaDriver>> load(const std::string& library);

  // E.g. `CUDA_ERROR_OUT_OF_MEMORY (out of memory)`.
  std::string describe(int code) const;
  static StatusCode status_code(int code);

#define PALATINE_CUDA_FUNCTION(name, symbol, parameters) int(*name) parameters = nullptr;
#define PALATINE_CUDA_OPTIONAL_FUNCTION PALATINE_CUDA_FUNCTION
#include "runtime/device/cuda_functions.def"
};

}  // namespace palatine::device
