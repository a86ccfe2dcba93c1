// What the programs with NVIDIA's libraries share; they are compiled by nvcc.
#pragma once

#include <cuda_runtime.h>

#include <vector>

#include "measure.h"

inline void check(cudaError_t code, const char* what) {
  if (code == cudaSuccess) return;
  fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(code));
  exit(1);
}
#define CHECK(call) check(call, #call)

template <typename T>
T* allocate(int64_t count) {
  void* address = nullptr;
  CHECK(cudaMalloc(&address, count * sizeof(T)));
  return static_cast<T*>(address);
}

template <typename T>
std::vector<T> read(const T* from, int64_t count) {
  std::vector<T> values(count);
  CHECK(cudaMemcpy(values.data(), from, count * sizeof(T), cudaMemcpyDeviceToHost));
  return values;
}

inline unsigned blocks(int64_t n) {
  return static_cast<unsigned>((n + 255) / 256);
}

inline __device__ int64_t number() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

template <typename Queue>
void measure(const char* label, cudaStream_t stream, int64_t repetitions, Queue queue) {
  measure_batches(label, repetitions, [&] { CHECK(cudaStreamSynchronize(stream)); }, queue);
}
