// A sparse matrix times a vector by cuSPARSE: what `peer ... spmv` does by hand.
#include "library.h"

#include <cusparse.h>

static void check_sparse(cusparseStatus_t code, const char* what) {
  if (code == CUSPARSE_STATUS_SUCCESS) return;
  fprintf(stderr, "%s: %s\n", what, cusparseGetErrorString(code));
  exit(1);
}
#define CHECK_SPARSE(call) check_sparse(call, #call)

__global__ void start_rows(int* first, double* x, double* y, int64_t n) {
  int64_t i = number();
  if (i > n) return;
  first[i] = static_cast<int>(5 * i);
  if (i == n) return;
  x[i] = 1.0 + i % 7;
  y[i] = 0;
}
// The five-point Laplacian; neighbours that are not there are the row itself, with zero.
__global__ void start_entries(int* column, double* value, int64_t width, int64_t n) {
  int64_t i = number();
  if (i >= n) return;
  int64_t row = i / 5, which = i % 5, x = row % width, y = row / width, to = row;
  if (which == 0 && y > 0) to = row - width;
  if (which == 1 && x > 0) to = row - 1;
  if (which == 3 && x < width - 1) to = row + 1;
  if (which == 4 && y < width - 1) to = row + width;
  column[i] = static_cast<int>(to);
  value[i] = which == 2 ? 4.0 : to == row ? 0.0 : -1.0;
}

int main(int count, char** words) {
  const int64_t width = bench_option(count, words, "-n", 30), n = width * width, m = 5 * n;
  const int64_t repetitions = bench_option(count, words, "-r", 2);
  int *first = allocate<int>(n + 1), *column = allocate<int>(m);
  double *x = allocate<double>(n), *y = allocate<double>(n), *value = allocate<double>(m);
  start_rows<<<blocks(n + 1), 256>>>(first, x, y, n);
  start_entries<<<blocks(m), 256>>>(column, value, width, m);
  CHECK(cudaDeviceSynchronize());
  cudaStream_t stream;
  CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
  cusparseHandle_t handle;
  CHECK_SPARSE(cusparseCreate(&handle));
  CHECK_SPARSE(cusparseSetStream(handle, stream));
  cusparseSpMatDescr_t matrix;
  cusparseDnVecDescr_t from, to;
  CHECK_SPARSE(cusparseCreateCsr(&matrix, n, n, m, first, column, value, CUSPARSE_INDEX_32I, CUSPARSE_INDEX_32I,
                                 CUSPARSE_INDEX_BASE_ZERO, CUDA_R_64F));
  CHECK_SPARSE(cusparseCreateDnVec(&from, n, x, CUDA_R_64F));
  CHECK_SPARSE(cusparseCreateDnVec(&to, n, y, CUDA_R_64F));
  const double one = 1, zero = 0;
  size_t bytes = 0;
  CHECK_SPARSE(cusparseSpMV_bufferSize(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &one, matrix, from, &zero, to, CUDA_R_64F,
                                       CUSPARSE_SPMV_ALG_DEFAULT, &bytes));
  char* buffer = allocate<char>(bytes + 1);
#if CUSPARSE_VERSION >= 12400
  CHECK_SPARSE(cusparseSpMV_preprocess(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &one, matrix, from, &zero, to, CUDA_R_64F,
                                       CUSPARSE_SPMV_ALG_DEFAULT, buffer));
#endif
  measure("spmv", stream, repetitions, [&] {
    CHECK_SPARSE(cusparseSpMV(handle, CUSPARSE_OPERATION_NON_TRANSPOSE, &one, matrix, from, &zero, to, CUDA_R_64F,
                              CUSPARSE_SPMV_ALG_DEFAULT, buffer));
  });
  double total = 0;
  const std::vector<double> values = read(y, n);
  for (int64_t i = 0; i < n; ++i) total += values[i] * (1.0 + i % 3);
  bench_report("check", total);
}
