// Two streams share one pool. What stream 1 frees is pending for stream 2 until the kernels that use it are over, so
// stream 2 gets other memory, and neither waits for the other.
// tests/support/simulated_cuda/cuda_runtime.h says how Clang compiles it for the simulated device.
#include <cstdio>

#include "camp/camp.hpp"
#include "umpire/ResourceManager.hpp"
#include "umpire/strategy/ResourceAwarePool.hpp"
#include "umpire/util/Macros.hpp"

using namespace camp::resources;

constexpr int BLOCK_SIZE = 16;
constexpr int NUM_THREADS = 64;
constexpr int NUM_BLOCKS = NUM_THREADS / BLOCK_SIZE;

// Takes its time between writing and checking: whoever else writes meanwhile is found out.
__global__ void my_kernel(double* data, int length, double* failures) {
  int id = blockIdx.x * blockDim.x + threadIdx.x;
  if (id >= length) return;
  data[id] = id;
  long long start = clock64();
  while (clock64() - start < 1000000) {
  }
  if (data[id] != id) failures[id] = 1;
}

__global__ void my_other_kernel(double* data, int length) {
  int id = blockIdx.x * blockDim.x + threadIdx.x;
  if (id < length) data[id] = -1.0 - id;
}

int main() {
  auto& rm = umpire::ResourceManager::getInstance();
  auto pool = rm.makeAllocator<umpire::strategy::ResourceAwarePool>("rap-pool", rm.getAllocator("UM"));

  Cuda d1, d2; //create Cuda resources, d1 for stream1, d2 for stream2
  Host h1; //create a Host resource
  Resource r1{d1}, r2{d2}, r3{h1}; //Initialize the Camp resources

  double* failures = static_cast<double*>(rm.getAllocator("UM").allocate(NUM_THREADS * sizeof(double)));
  rm.memset(failures, 0);

  double* a = static_cast<double*>(pool.allocate(r1, NUM_THREADS * sizeof(double)));
  double* first = a;
  UMPIRE_ASSERT(getResource(pool, a) == r1);
  my_kernel<<<NUM_BLOCKS, BLOCK_SIZE, 0, d1.get_stream()>>>(a, NUM_THREADS, failures);
  pool.deallocate(r1, a); //This might change...
  std::printf("pending after the free: %d\n", static_cast<int>(getNumPending(pool)));

  a = static_cast<double*>(pool.allocate(r2, NUM_THREADS * sizeof(double)));
  std::printf("stream 2 has %s memory\n", a == first ? "the same" : "other");
  UMPIRE_ASSERT(getResource(pool, a) == r2);
  my_other_kernel<<<NUM_BLOCKS, BLOCK_SIZE, 0, d2.get_stream()>>>(a, NUM_THREADS);

  // Stream 1 itself need not wait: its own order is enough.
  double* b = static_cast<double*>(pool.allocate(NUM_THREADS * sizeof(double), r1));
  std::printf("stream 1 has %s memory again\n", b == first ? "the same" : "other");

  r1.get_event().wait();
  r2.get_event().wait();
  double wrong = 0;
  for (int i = 0; i < NUM_THREADS; ++i) wrong += failures[i] + (a[i] != -1.0 - i);
  std::printf("wrong values: %g\n", wrong);

  pool.deallocate(r2, a);
  pool.deallocate(b, r1);

  // On the host there is one stream of execution, and so nothing to wait for.
  double* c = static_cast<double*>(pool.allocate(r3, NUM_THREADS * sizeof(double)));
  pool.deallocate(r3, c);
  double* d = static_cast<double*>(pool.allocate(r3, NUM_THREADS * sizeof(double)));
  std::printf("the host has %s memory again\n", c == d ? "the same" : "other");
  pool.deallocate(r3, d);
  rm.deallocate(failures);
  return wrong == 0 && first == b && first != a && c == d ? 0 : 1;
}
