// Compiles where NVIDIA's header says the same as runtime/device/cuda_driver.h: functions and their symbols,
// numbers, structs. tests/command/cuda_header_test.py compiles it where the CUDA toolkit is installed.
#include <cuda.h>

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "runtime/device/cuda_driver.h"

#if CUDA_VERSION < 13000
#undef cuStreamGetCaptureInfo
#define cuStreamGetCaptureInfo cuStreamGetCaptureInfo_v3
#endif

namespace device = palatine::device;
using namespace palatine::device;

// Passed in the same way: pointers for pointers, and numbers of the same size.
template <typename A, typename B>
constexpr bool are_alike = sizeof(A) == sizeof(B) && std::is_pointer_v<A> == std::is_pointer_v<B> &&
                           std::is_floating_point_v<A> == std::is_floating_point_v<B>;
template <typename A, typename B>
struct Same : std::false_type {};
template <typename R, typename... A, typename S, typename... B>
struct Same<R (*)(A...), S (*)(B...)>
    : std::bool_constant<sizeof(R) == sizeof(S) && sizeof...(A) == sizeof...(B)> {};
template <typename A, typename B>
struct Alike : std::false_type {};
template <typename R, typename... A, typename S, typename... B>
  requires(sizeof...(A) == sizeof...(B))
struct Alike<R (*)(A...), S (*)(B...)> : std::bool_constant<(are_alike<A, B> && ... && are_alike<R, S>)> {};

#define TEXT_OF(word) #word
#define TEXT(word) TEXT_OF(word)

// Newer headers give these names newer symbols, which older drivers lack; what they take is the same.
constexpr bool has_newer_symbol(std::string_view name) {
  return name == "cuEventElapsedTime";
}
#define PALATINE_CUDA_FUNCTION(name, symbol, parameters)                                         \
  static_assert(Alike<decltype(&::name), int(*) parameters>::value, #name ": other parameters"); \
  static_assert(std::string_view(TEXT(name)) == #symbol || has_newer_symbol(#name), #name ": other symbol");
#define PALATINE_CUDA_OPTIONAL_FUNCTION PALATINE_CUDA_FUNCTION
#include "runtime/device/cuda_functions.def"

#define SAME_NUMBER(ours, theirs) \
  static_assert(static_cast<long long>(ours) == static_cast<long long>(theirs), #theirs)
SAME_NUMBER(cuda_result::success, CUDA_SUCCESS);
SAME_NUMBER(cuda_result::invalid_value, CUDA_ERROR_INVALID_VALUE);
SAME_NUMBER(cuda_result::out_of_memory, CUDA_ERROR_OUT_OF_MEMORY);
SAME_NUMBER(cuda_result::deinitialized, CUDA_ERROR_DEINITIALIZED);
SAME_NUMBER(cuda_result::device_unavailable, CUDA_ERROR_DEVICE_UNAVAILABLE);
SAME_NUMBER(cuda_result::no_device, CUDA_ERROR_NO_DEVICE);
SAME_NUMBER(cuda_result::ecc_uncorrectable, CUDA_ERROR_ECC_UNCORRECTABLE);
SAME_NUMBER(cuda_result::not_found, CUDA_ERROR_NOT_FOUND);
SAME_NUMBER(cuda_result::not_ready, CUDA_ERROR_NOT_READY);
SAME_NUMBER(cuda_result::illegal_address, CUDA_ERROR_ILLEGAL_ADDRESS);
SAME_NUMBER(cuda_result::launch_out_of_resources, CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
SAME_NUMBER(cuda_result::launch_timeout, CUDA_ERROR_LAUNCH_TIMEOUT);
SAME_NUMBER(cuda_result::peer_access_already_enabled, CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED);
SAME_NUMBER(cuda_result::host_memory_already_registered, CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
SAME_NUMBER(cuda_result::host_memory_not_registered, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
SAME_NUMBER(kCudaHostPortable, CU_MEMHOSTREGISTER_PORTABLE);
SAME_NUMBER(cuda_result::context_is_destroyed, CUDA_ERROR_CONTEXT_IS_DESTROYED);
SAME_NUMBER(cuda_result::device_assert, CUDA_ERROR_ASSERT);
SAME_NUMBER(cuda_result::hardware_stack_error, CUDA_ERROR_HARDWARE_STACK_ERROR);
SAME_NUMBER(cuda_result::illegal_instruction, CUDA_ERROR_ILLEGAL_INSTRUCTION);
SAME_NUMBER(cuda_result::misaligned_address, CUDA_ERROR_MISALIGNED_ADDRESS);
SAME_NUMBER(cuda_result::invalid_address_space, CUDA_ERROR_INVALID_ADDRESS_SPACE);
SAME_NUMBER(cuda_result::invalid_pc, CUDA_ERROR_INVALID_PC);
SAME_NUMBER(cuda_result::launch_failed, CUDA_ERROR_LAUNCH_FAILED);
SAME_NUMBER(cuda_result::not_supported, CUDA_ERROR_NOT_SUPPORTED);

SAME_NUMBER(cuda_attribute::max_threads_per_block, CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
SAME_NUMBER(cuda_attribute::max_shared_bytes_per_block, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
SAME_NUMBER(cuda_attribute::warp_size, CU_DEVICE_ATTRIBUTE_WARP_SIZE);
SAME_NUMBER(cuda_attribute::max_pitch, CU_DEVICE_ATTRIBUTE_MAX_PITCH);
SAME_NUMBER(cuda_attribute::multiprocessor_count, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
SAME_NUMBER(cuda_attribute::async_engine_count, CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT);
SAME_NUMBER(cuda_attribute::unified_addressing, CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING);
SAME_NUMBER(cuda_attribute::compute_capability_major, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
SAME_NUMBER(cuda_attribute::compute_capability_minor, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
SAME_NUMBER(cuda_attribute::managed_memory, CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY);
SAME_NUMBER(cuda_attribute::pageable_memory_access, CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS);
SAME_NUMBER(cuda_attribute::concurrent_managed_access, CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS);
SAME_NUMBER(cuda_attribute::max_shared_bytes_per_block_optin,
            CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);

SAME_NUMBER(cuda_attribute::virtual_memory_management,
            CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED);

SAME_NUMBER(kCudaMemoryPinned, CU_MEM_ALLOCATION_TYPE_PINNED);
SAME_NUMBER(kCudaLocationDevice, CU_MEM_LOCATION_TYPE_DEVICE);
SAME_NUMBER(kCudaAccessReadWrite, CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
SAME_NUMBER(kCudaGranularityMinimum, CU_MEM_ALLOC_GRANULARITY_MINIMUM);
SAME_NUMBER(kCudaCaptureRelaxed, CU_STREAM_CAPTURE_MODE_RELAXED);
SAME_NUMBER(kCudaCaptureActive, CU_STREAM_CAPTURE_STATUS_ACTIVE);
SAME_NUMBER(kCudaFunctionSharedBytes, CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
SAME_NUMBER(kCudaFunctionMaxDynamicSharedBytes, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
SAME_NUMBER(kCudaPointerMemoryType, CU_POINTER_ATTRIBUTE_MEMORY_TYPE);
SAME_NUMBER(kCudaPointerDeviceOrdinal, CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL);
SAME_NUMBER(kCudaMemoryHost, CU_MEMORYTYPE_HOST);
SAME_NUMBER(kCudaMemoryDevice, CU_MEMORYTYPE_DEVICE);
SAME_NUMBER(kCudaMemoryUnified, CU_MEMORYTYPE_UNIFIED);
SAME_NUMBER(kCudaStreamNonBlocking, CU_STREAM_NON_BLOCKING);
SAME_NUMBER(kCudaEventDisableTiming, CU_EVENT_DISABLE_TIMING);
SAME_NUMBER(kCudaAttachGlobal, CU_MEM_ATTACH_GLOBAL);
SAME_NUMBER(kCudaHostPortable, CU_MEMHOSTALLOC_PORTABLE);
SAME_NUMBER(kCudaJitErrorLog, CU_JIT_ERROR_LOG_BUFFER);
SAME_NUMBER(kCudaJitErrorLogBytes, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES);

#define SAME_MEMBER(ours, our_member, theirs, their_member)                               \
  static_assert(offsetof(device::ours, our_member) == offsetof(::theirs, their_member) && \
                    sizeof(device::ours::our_member) == sizeof(::theirs::their_member),   \
                #theirs "::" #their_member)
static_assert(sizeof(device::CudaCopy2D) == sizeof(CUDA_MEMCPY2D));
SAME_MEMBER(CudaCopy2D, src_x_bytes, CUDA_MEMCPY2D, srcXInBytes);
SAME_MEMBER(CudaCopy2D, src_y, CUDA_MEMCPY2D, srcY);
SAME_MEMBER(CudaCopy2D, src_type, CUDA_MEMCPY2D, srcMemoryType);
SAME_MEMBER(CudaCopy2D, src_host, CUDA_MEMCPY2D, srcHost);
SAME_MEMBER(CudaCopy2D, src_address, CUDA_MEMCPY2D, srcDevice);
SAME_MEMBER(CudaCopy2D, src_pitch, CUDA_MEMCPY2D, srcPitch);
SAME_MEMBER(CudaCopy2D, dst_x_bytes, CUDA_MEMCPY2D, dstXInBytes);
SAME_MEMBER(CudaCopy2D, dst_y, CUDA_MEMCPY2D, dstY);
SAME_MEMBER(CudaCopy2D, dst_type, CUDA_MEMCPY2D, dstMemoryType);
SAME_MEMBER(CudaCopy2D, dst_host, CUDA_MEMCPY2D, dstHost);
SAME_MEMBER(CudaCopy2D, dst_address, CUDA_MEMCPY2D, dstDevice);
SAME_MEMBER(CudaCopy2D, dst_pitch, CUDA_MEMCPY2D, dstPitch);
SAME_MEMBER(CudaCopy2D, width_bytes, CUDA_MEMCPY2D, WidthInBytes);
SAME_MEMBER(CudaCopy2D, height, CUDA_MEMCPY2D, Height);

static_assert(sizeof(device::CudaKernelNode) == sizeof(CUDA_KERNEL_NODE_PARAMS));
SAME_MEMBER(CudaKernelNode, function, CUDA_KERNEL_NODE_PARAMS, func);
SAME_MEMBER(CudaKernelNode, grid_x, CUDA_KERNEL_NODE_PARAMS, gridDimX);
SAME_MEMBER(CudaKernelNode, grid_z, CUDA_KERNEL_NODE_PARAMS, gridDimZ);
SAME_MEMBER(CudaKernelNode, block_x, CUDA_KERNEL_NODE_PARAMS, blockDimX);
SAME_MEMBER(CudaKernelNode, block_z, CUDA_KERNEL_NODE_PARAMS, blockDimZ);
SAME_MEMBER(CudaKernelNode, shared_bytes, CUDA_KERNEL_NODE_PARAMS, sharedMemBytes);
SAME_MEMBER(CudaKernelNode, arguments, CUDA_KERNEL_NODE_PARAMS, kernelParams);
SAME_MEMBER(CudaKernelNode, extra, CUDA_KERNEL_NODE_PARAMS, extra);
SAME_MEMBER(CudaKernelNode, context, CUDA_KERNEL_NODE_PARAMS, ctx);

#define SAME_COPY_3D(ours, theirs)                       \
  static_assert(sizeof(device::ours) == sizeof(theirs)); \
  SAME_MEMBER(ours, src_x_bytes, theirs, srcXInBytes);   \
  SAME_MEMBER(ours, src_y, theirs, srcY);                \
  SAME_MEMBER(ours, src_z, theirs, srcZ);                \
  SAME_MEMBER(ours, src_lod, theirs, srcLOD);            \
  SAME_MEMBER(ours, src_type, theirs, srcMemoryType);    \
  SAME_MEMBER(ours, src_host, theirs, srcHost);          \
  SAME_MEMBER(ours, src_address, theirs, srcDevice);     \
  SAME_MEMBER(ours, src_pitch, theirs, srcPitch);        \
  SAME_MEMBER(ours, src_height, theirs, srcHeight);      \
  SAME_MEMBER(ours, dst_x_bytes, theirs, dstXInBytes);   \
  SAME_MEMBER(ours, dst_y, theirs, dstY);                \
  SAME_MEMBER(ours, dst_z, theirs, dstZ);                \
  SAME_MEMBER(ours, dst_lod, theirs, dstLOD);            \
  SAME_MEMBER(ours, dst_type, theirs, dstMemoryType);    \
  SAME_MEMBER(ours, dst_host, theirs, dstHost);          \
  SAME_MEMBER(ours, dst_address, theirs, dstDevice);     \
  SAME_MEMBER(ours, dst_pitch, theirs, dstPitch);        \
  SAME_MEMBER(ours, dst_height, theirs, dstHeight);      \
  SAME_MEMBER(ours, width_bytes, theirs, WidthInBytes);  \
  SAME_MEMBER(ours, height, theirs, Height);             \
  SAME_MEMBER(ours, depth, theirs, Depth)
SAME_COPY_3D(CudaCopy3D, CUDA_MEMCPY3D);
SAME_COPY_3D(CudaCopy3DPeer, CUDA_MEMCPY3D_PEER);
SAME_MEMBER(CudaCopy3DPeer, src_context, CUDA_MEMCPY3D_PEER, srcContext);
SAME_MEMBER(CudaCopy3DPeer, dst_context, CUDA_MEMCPY3D_PEER, dstContext);
static_assert(sizeof(device::CudaMemoryKind) == sizeof(CUmemAllocationProp));
SAME_MEMBER(CudaMemoryKind, type, CUmemAllocationProp, type);
SAME_MEMBER(CudaMemoryKind, handle_types, CUmemAllocationProp, requestedHandleTypes);
SAME_MEMBER(CudaMemoryKind, location, CUmemAllocationProp, location);
SAME_MEMBER(CudaMemoryKind, win32_metadata, CUmemAllocationProp, win32HandleMetaData);
static_assert(sizeof(device::CudaAccess) == sizeof(CUmemAccessDesc));
SAME_MEMBER(CudaAccess, location, CUmemAccessDesc, location);
SAME_MEMBER(CudaAccess, flags, CUmemAccessDesc, flags);
