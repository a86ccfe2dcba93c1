// Sums, dot products and scans by CUB: what `peer ... reduce` does by hand.
#include "library.h"

#include <cub/cub.cuh>
#include <thrust/iterator/counting_iterator.h>
#include <thrust/iterator/transform_iterator.h>

__global__ void start(double* x, double* y, int64_t* a, int64_t n) {
  int64_t i = number();
  if (i >= n) return;
  x[i] = 0.001 * (i % 1000);
  y[i] = 0.5 + i % 3;
  a[i] = i % 10;
}

struct Product {
  const double *x, *y;
  __device__ double operator()(int64_t i) const { return x[i] * y[i]; }
};

int main(int count, char** words) {
  const int64_t n = bench_option(count, words, "-n", 5000), repetitions = bench_option(count, words, "-r", 2);
  double *x = allocate<double>(n), *y = allocate<double>(n);
  int64_t *a = allocate<int64_t>(n), *b = allocate<int64_t>(n);
  start<<<blocks(n), 256>>>(x, y, a, n);
  CHECK(cudaDeviceSynchronize());
  cudaStream_t stream;
  CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  const int64_t most = 5 * repetitions * 2;
  double* results = allocate<double>(most);
  int64_t next = 0;
  const auto products = thrust::make_transform_iterator(thrust::counting_iterator<int64_t>(0), Product{x, y});
  // What each call needs beside its data.
  size_t of_sum = 0, of_dot = 0, of_scan = 0;
  CHECK(cub::DeviceReduce::Sum(nullptr, of_sum, x, results, n, stream));
  CHECK(cub::DeviceReduce::Sum(nullptr, of_dot, products, results, n, stream));
  CHECK(cub::DeviceScan::InclusiveSum(nullptr, of_scan, a, b, n, stream));
  char *for_sum = allocate<char>(of_sum + 1), *for_dot = allocate<char>(of_dot + 1), *for_scan = allocate<char>(of_scan + 1);
  measure("sum", stream, repetitions, [&] { CHECK(cub::DeviceReduce::Sum(for_sum, of_sum, x, results + next++, n, stream)); });
  measure("dot", stream, repetitions, [&] { CHECK(cub::DeviceReduce::Sum(for_dot, of_dot, products, results + next++, n, stream)); });
  measure("scan", stream, repetitions, [&] { CHECK(cub::DeviceScan::InclusiveSum(for_scan, of_scan, a, b, n, stream)); });
  double total = 0;
  for (double value : read(results, most)) total += value;
  bench_report("check", total);
  const std::vector<int64_t> sums = read(b, n);
  int64_t of_sums = 0;
  for (int64_t i = 0; i < n; ++i) of_sums += sums[i] * (i % 3);
  bench_report("check_scan", static_cast<double>(of_sums));
}
