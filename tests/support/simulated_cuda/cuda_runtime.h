// Just enough of CUDA's runtime to compile small programs with Clang where there is no CUDA, and to run their
// kernels on the simulated device of palatine/device_streams.h.
//
// A program is compiled twice: `clang++ -x cuda --cuda-host-only -nocudainc -nocudalib -include
// cuda_runtime.h` gives the host's part, in which a launch calls a stub; the same with `-Xclang
// -fcuda-is-device` for the host's processor gives the kernels' bodies under their own names.
// simulated_cuda.cpp brings the two together. Kernels take up to six arguments that are integers or pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  __host__ __device__ constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

using cudaStream_t = struct CUstream_st*;
enum cudaError_t { cudaSuccess = 0, cudaErrorUnknown = 999 };

extern "C" {
// Of the thread of the kernel that runs now.
__host__ __device__ uint3 simulated_cuda_thread_index();
__host__ __device__ uint3 simulated_cuda_block_index();
__host__ __device__ uint3 simulated_cuda_block_dim();
__host__ __device__ uint3 simulated_cuda_grid_dim();
__host__ __device__ long long simulated_cuda_clock();

cudaError_t cudaDeviceSynchronize();
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, void* stream);
cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* shared, void* stream);
cudaError_t cudaLaunchKernel(const void* stub, dim3 grid, dim3 block, void** arguments, size_t shared,
                             cudaStream_t stream);
}

#define threadIdx (simulated_cuda_thread_index())
#define blockIdx (simulated_cuda_block_index())
#define blockDim (simulated_cuda_block_dim())
#define gridDim (simulated_cuda_grid_dim())

__device__ inline long long clock64() {
  return simulated_cuda_clock();
}
