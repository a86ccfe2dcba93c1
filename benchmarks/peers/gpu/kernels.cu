// The kernels of the hand-written CUDA programs that ours are measured beside (peer.cpp launches them).
//
// Compiled to PTX by nvcc, or by Clang without the CUDA toolkit; the first lines give the two the same words.
#ifdef __NVCC__

#define SHUFFLE_DOWN(value, distance) __shfl_down_sync(0xffffffffu, value, distance)
#define SHUFFLE_UP(value, distance) __shfl_up_sync(0xffffffffu, value, distance)
#define ADD_ATOMICALLY(place, value) atomicAdd(place, value)
#define NEXT_OF(place) atomicAdd(place, 1u)

#else

#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __restrict__ __restrict
struct Index {
  unsigned x, y, z;
};
static __device__ inline Index thread_index() {
  return {(unsigned)__nvvm_read_ptx_sreg_tid_x(), (unsigned)__nvvm_read_ptx_sreg_tid_y(), (unsigned)__nvvm_read_ptx_sreg_tid_z()};
}
static __device__ inline Index block_index() {
  return {(unsigned)__nvvm_read_ptx_sreg_ctaid_x(), (unsigned)__nvvm_read_ptx_sreg_ctaid_y(), (unsigned)__nvvm_read_ptx_sreg_ctaid_z()};
}
static __device__ inline Index block_size() {
  return {(unsigned)__nvvm_read_ptx_sreg_ntid_x(), (unsigned)__nvvm_read_ptx_sreg_ntid_y(), (unsigned)__nvvm_read_ptx_sreg_ntid_z()};
}
static __device__ inline Index grid_size() {
  return {(unsigned)__nvvm_read_ptx_sreg_nctaid_x(), (unsigned)__nvvm_read_ptx_sreg_nctaid_y(), (unsigned)__nvvm_read_ptx_sreg_nctaid_z()};
}
#define threadIdx (thread_index())
#define blockIdx (block_index())
#define blockDim (block_size())
#define gridDim (grid_size())
template <typename T>
static __device__ inline T shuffle(T value, int distance, bool is_up) {
  static_assert(sizeof(T) == 8);
  int parts[2];
  __builtin_memcpy(parts, &value, 8);
  for (int& part : parts)
    part = is_up ? __nvvm_shfl_sync_up_i32(0xffffffffu, part, distance, 0) : __nvvm_shfl_sync_down_i32(0xffffffffu, part, distance, 31);
  __builtin_memcpy(&value, parts, 8);
  return value;
}
#define SHUFFLE_DOWN(value, distance) shuffle(value, distance, false)
#define SHUFFLE_UP(value, distance) shuffle(value, distance, true)
#define ADD_ATOMICALLY(place, value) __nvvm_atom_add_gen_d(place, value)
#define NEXT_OF(place) __atomic_fetch_add(place, 1u, __ATOMIC_RELAXED)

#endif

typedef long long Long;
typedef unsigned long long Word;

static __device__ inline Long number() {
  return (Long)blockIdx.x * blockDim.x + threadIdx.x;
}
static __device__ inline Long threads() {
  return (Long)gridDim.x * blockDim.x;
}

extern "C" {

__global__ void nothing() {}

// ---- limits

__global__ void copy_words(double* __restrict__ to, const double* __restrict__ from, Long n) {
  Long i = number();
  if (i < n) to[i] = from[i];
}

// ---- y += a x, z = x + a y

__global__ void start_triad(double* x, double* y, double* z, Long n) {
  Long i = number();
  if (i >= n) return;
  x[i] = 1.0 + 0.5 * (i % 7);
  y[i] = i % 5;
  z[i] = 0;
}
__global__ void saxpy(double* __restrict__ y, const double* __restrict__ x, double a, Long n) {
  Long i = number();
  if (i < n) y[i] += a * x[i];
}
__global__ void triad(double* __restrict__ z, const double* __restrict__ x, const double* __restrict__ y, double a, Long n) {
  Long i = number();
  if (i < n) z[i] = x[i] + a * y[i];
}

// ---- stencils

__global__ void start_flat(double* a, double* b, Long n) {
  Long x = number(), y = blockIdx.y;
  if (x < n) a[y * n + x] = b[y * n + x] = 0.1 * ((3 * x + 5 * y) % 11);
}
__global__ void flat(double* __restrict__ to, const double* __restrict__ from, Long n) {
  Long x = number() + 2, y = (Long)blockIdx.y * blockDim.y + threadIdx.y + 2;
  if (x >= n - 2 || y >= n - 2) return;
  Long i = y * n + x;
  to[i] = 0.6 * from[i] + 0.08 * (from[i + 1] + from[i - 1]) + 0.02 * (from[i + 2] + from[i - 2]) +
          0.08 * (from[i + n] + from[i - n]) + 0.02 * (from[i + 2 * n] + from[i - 2 * n]);
}
// Blocks of 32 by 8 threads.
__global__ void flat_shared(double* __restrict__ to, const double* __restrict__ from, Long n) {
  __shared__ double tile[12][36];
  Long x0 = (Long)blockIdx.x * 32, y0 = (Long)blockIdx.y * 8;
  int tx = threadIdx.x, ty = threadIdx.y;
  for (int y = ty; y < 12; y += 8) {
    for (int x = tx; x < 36; x += 32) {
      if (x0 + x < n && y0 + y < n) tile[y][x] = from[(y0 + y) * n + x0 + x];
    }
  }
  __syncthreads();
  Long x = x0 + tx + 2, y = y0 + ty + 2;
  if (x >= n - 2 || y >= n - 2) return;
  to[y * n + x] = 0.6 * tile[ty + 2][tx + 2] + 0.08 * (tile[ty + 2][tx + 3] + tile[ty + 2][tx + 1]) +
                  0.02 * (tile[ty + 2][tx + 4] + tile[ty + 2][tx]) + 0.08 * (tile[ty + 3][tx + 2] + tile[ty + 1][tx + 2]) +
                  0.02 * (tile[ty + 4][tx + 2] + tile[ty][tx + 2]);
}

__global__ void start_solid(double* a, double* b, Long n) {
  Long x = number(), y = blockIdx.y, z = blockIdx.z, i = (z * n + y) * n + x;
  if (x < n) a[i] = b[i] = 0.1 * ((3 * x + 5 * y + 7 * z) % 11);
}
__global__ void solid(double* __restrict__ to, const double* __restrict__ from, Long n) {
  Long x = number() + 2, y = (Long)blockIdx.y * blockDim.y + threadIdx.y + 2, z = blockIdx.z + 2;
  if (x >= n - 2 || y >= n - 2) return;
  Long nn = n * n, i = z * nn + y * n + x;
  to[i] = 0.64 * from[i] + 0.05 * (from[i + 1] + from[i - 1]) + 0.01 * (from[i + 2] + from[i - 2]) +
          0.05 * (from[i + n] + from[i - n]) + 0.01 * (from[i + 2 * n] + from[i - 2 * n]) +
          0.05 * (from[i + nn] + from[i - nn]) + 0.01 * (from[i + 2 * nn] + from[i - 2 * nn]);
}
// Blocks of 32 by 8 threads walk along z: the plane in shared memory, what is above and below in registers.
__global__ void solid_shared(double* __restrict__ to, const double* __restrict__ from, Long n, Long planes) {
  __shared__ double tile[12][36];
  Long x0 = (Long)blockIdx.x * 32, y0 = (Long)blockIdx.y * 8, nn = n * n;
  int tx = threadIdx.x, ty = threadIdx.y;
  Long x = x0 + tx + 2, y = y0 + ty + 2;
  bool is_inside = x < n - 2 && y < n - 2;
  Long first = (Long)blockIdx.z * planes + 2, end = first + planes < n - 2 ? first + planes : n - 2;
  const double* column = from + y * n + x;
  double below2 = 0, below1 = 0, here = 0, above1 = 0, above2 = 0;
  if (is_inside && first < end) {
    below2 = column[(first - 2) * nn];
    below1 = column[(first - 1) * nn];
    here = column[first * nn];
    above1 = column[(first + 1) * nn];
  }
  for (Long z = first; z < end; ++z) {
    if (is_inside) above2 = column[(z + 2) * nn];
    __syncthreads();
    for (int j = ty; j < 12; j += 8) {
      for (int i = tx; i < 36; i += 32) {
        if (x0 + i < n && y0 + j < n) tile[j][i] = from[z * nn + (y0 + j) * n + x0 + i];
      }
    }
    __syncthreads();
    if (is_inside) {
      to[z * nn + y * n + x] = 0.64 * here + 0.05 * (tile[ty + 2][tx + 3] + tile[ty + 2][tx + 1]) +
                               0.01 * (tile[ty + 2][tx + 4] + tile[ty + 2][tx]) +
                               0.05 * (tile[ty + 3][tx + 2] + tile[ty + 1][tx + 2]) +
                               0.01 * (tile[ty + 4][tx + 2] + tile[ty][tx + 2]) + 0.05 * (above1 + below1) +
                               0.01 * (above2 + below2);
    }
    below2 = below1;
    below1 = here;
    here = above1;
    above1 = above2;
  }
}

// ---- circuit

__global__ void start_nodes(double* capacitance, double* leakage, double* charge, double* voltage, Long n) {
  Long i = number();
  if (i >= n) return;
  capacitance[i] = 1.0 + 0.1 * (i % 13);
  leakage[i] = 0.01 * (i % 3);
  charge[i] = 0;
  voltage[i] = 0.1 * (7 * i % 19 - 9);
}
__global__ void start_wires(int* from, int* to, double* inductance, double* resistance, double* current, Long nodes, Long n) {
  Long i = number();
  if (i >= n) return;
  Long first = i * nodes / n;
  from[i] = (int)first;
  to[i] = (int)((first + 1 + i * 40503 % 2048) % nodes);
  inductance[i] = 1.0 + 0.2 * (i % 4);
  resistance[i] = 1.0 + 0.3 * (i % 5);
  current[i] = 0;
}
__global__ void currents(const double* __restrict__ voltage, const int* __restrict__ from, const int* __restrict__ to,
                         const double* __restrict__ inductance, const double* __restrict__ resistance,
                         double* __restrict__ current, Long n) {
  Long i = number();
  if (i >= n) return;
  double difference = voltage[from[i]] - voltage[to[i]], rate = 0.1 / inductance[i], now = current[i], r = resistance[i];
  for (int s = 0; s < 4; ++s) now += rate * (difference - r * now);
  current[i] = now;
}
__global__ void charges(double* charge, const int* __restrict__ from, const int* __restrict__ to,
                        const double* __restrict__ current, Long n) {
  Long i = number();
  if (i >= n) return;
  double moved = 0.1 * current[i];
  ADD_ATOMICALLY(charge + from[i], -moved);
  ADD_ATOMICALLY(charge + to[i], moved);
}
__global__ void voltages(const double* __restrict__ capacitance, const double* __restrict__ leakage, double* __restrict__ charge,
                         double* __restrict__ voltage, Long n) {
  Long i = number();
  if (i >= n) return;
  voltage[i] = (voltage[i] + charge[i] / capacitance[i]) * (1.0 - leakage[i]);
  charge[i] = 0;
}

// ---- reductions and scans

__global__ void start_reduce(double* x, double* y, Long* a, Long* b, Long n) {
  Long i = number();
  if (i >= n) return;
  x[i] = 0.001 * (i % 1000);
  y[i] = 0.5 + i % 3;
  a[i] = i % 10;
  b[i] = 0;
}
// The block's sum in its first thread. Blocks of 256 threads.
static __device__ inline double sum_of_block(double value) {
  __shared__ double slots[8];
  for (int distance = 16; distance > 0; distance /= 2) value += SHUFFLE_DOWN(value, distance);
  if (threadIdx.x % 32 == 0) slots[threadIdx.x / 32] = value;
  __syncthreads();
  double total = 0;
  if (threadIdx.x == 0) {
    for (int k = 0; k < 8; ++k) total += slots[k];
  }
  return total;
}
__global__ void sum(double* result, const double* __restrict__ x, Long n) {
  double value = 0;
  for (Long i = number(); i < n; i += threads()) value += x[i];
  value = sum_of_block(value);
  if (threadIdx.x == 0) ADD_ATOMICALLY(result, value);
}
__global__ void dot(double* result, const double* __restrict__ x, const double* __restrict__ y, Long n) {
  double value = 0;
  for (Long i = number(); i < n; i += threads()) value += x[i] * y[i];
  value = sum_of_block(value);
  if (threadIdx.x == 0) ADD_ATOMICALLY(result, value);
}
// In one pass, blocks of 256 threads with 8 elements each; 32 threads of a block look back together for what the blocks
// before it have. `parts` and `wholes` hold a sum in 62 bits and what it is in two: 0 nothing, 1 a part, 2 a whole.
// `next` and `states` are zero at the start.
__global__ void scan(Long* __restrict__ b, const Long* __restrict__ a, unsigned* next, volatile Word* states, Long n) {
  __shared__ Long slots[8];
  __shared__ Long before_all;
  __shared__ unsigned tile_number;
  if (threadIdx.x == 0) tile_number = NEXT_OF(next);
  __syncthreads();
  Long tile = tile_number, first = tile * 2048 + threadIdx.x * 8;
  int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  Long items[8], own = 0;
  for (int k = 0; k < 8; ++k) {
    items[k] = first + k < n ? a[first + k] : 0;
    own += items[k];
  }
  Long before = own;
  for (int distance = 1; distance < 32; distance *= 2) {
    Long other = SHUFFLE_UP(before, distance);
    if (lane >= distance) before += other;
  }
  if (lane == 31) slots[warp] = before;
  before -= own;
  __syncthreads();
  for (int k = 0; k < warp; ++k) before += slots[k];
  if (warp == 0) {
    Long sum = 0;
    for (int k = 0; k < 8; ++k) sum += slots[k];
    if (lane == 0) states[tile] = (Word)sum << 2 | (tile == 0 ? 2 : 1);
    Long found = 0;
    bool is_done = tile == 0;
    for (Long from = tile - 1; !is_done; from -= 32) {
      Word state = 2;
      if (from - lane >= 0) {
        do state = states[from - lane];
        while ((state & 3) == 0);
      }
      // Up to the nearest whole.
      Long value = (Long)(state >> 2);
      int whole = (state & 3) == 2 ? lane : 32;
      double least = whole;
      for (int distance = 16; distance > 0; distance /= 2) {
        double other = SHUFFLE_DOWN(least, distance);
        if (other < least) least = other;
      }
      // What the first lane has found, for all: an up-shuffle of the whole width would not do.
      __shared__ int nearest;
      if (lane == 0) nearest = (int)least;
#ifdef __NVCC__
      __syncwarp();
#else
      __nvvm_bar_warp_sync(0xffffffffu);
#endif
      int end = nearest;
      Long part = lane <= end ? value : 0;
      for (int distance = 16; distance > 0; distance /= 2) part += SHUFFLE_DOWN(part, distance);
      found += part;
      is_done = end < 32;
    }
    if (lane == 0) {
      if (tile > 0) states[tile] = (Word)(found + sum) << 2 | 2;
      before_all = found;
    }
  }
  __syncthreads();
  before += before_all;
  for (int k = 0; k < 8; ++k) {
    before += items[k];
    if (first + k < n) b[first + k] = before;
  }
}

// ---- sparse matrix times vector

__global__ void start_rows(int* first, int* last, double* x, double* y, Long n) {
  Long i = number();
  if (i >= n) return;
  first[i] = (int)(5 * i);
  last[i] = (int)(5 * i + 4);
  x[i] = 1.0 + i % 7;
  y[i] = 0;
}
__global__ void start_entries(int* column, double* value, Long width, Long n) {
  Long i = number();
  if (i >= n) return;
  Long row = i / 5, which = i % 5, x = row % width, y = row / width, to = row;
  if (which == 0 && y > 0) to = row - width;
  if (which == 1 && x > 0) to = row - 1;
  if (which == 3 && x < width - 1) to = row + 1;
  if (which == 4 && y < width - 1) to = row + width;
  column[i] = (int)to;
  value[i] = which == 2 ? 4.0 : to == row ? 0.0 : -1.0;
}
__global__ void spmv(double* __restrict__ y, const double* __restrict__ x, const int* __restrict__ first,
                     const int* __restrict__ last, const int* __restrict__ column, const double* __restrict__ value, Long n) {
  Long i = number();
  if (i >= n) return;
  double total = 0;
  for (int k = first[i]; k <= last[i]; ++k) total += value[k] * x[column[k]];
  y[i] = total;
}

// ---- small kernels

__global__ void start_small(double* x, Long n) {
  Long i = number();
  if (i < n) x[i] = 1.0 + i % 3;
}
__global__ void work(double* x, Long rounds, Long n) {
  Long i = number();
  if (i >= n) return;
  double value = x[i];
  for (Long k = 0; k < rounds; ++k) value = value * 0.999 + 0.001;
  x[i] = value;
}
__global__ void start_cells(double* a, double* b, Long n) {
  Long i = number();
  if (i >= n) return;
  a[i] = 1.0 + i % 5;
  b[i] = 0;
}
__global__ void turn(double* __restrict__ to, const double* __restrict__ from, Long first, Long length, Long total, Long rounds) {
  Long i = number();
  if (i >= length) return;
  i += first;
  Long left = i - length, right = i + length;
  if (left < 0) left = i;
  if (right >= total) right = i;
  double value = 0.5 * from[i] + 0.25 * (from[left] + from[right]);
  for (Long k = 0; k < rounds; ++k) value = value * 0.999 + 0.001;
  to[i] = value;
}

// ---- conjugate gradients

__global__ void start_cg(double* x, double* r, double* p, double* rr, Long n) {
  Long i = number();
  double value = 0;
  if (i < n * n) {
    Long column = i % n, row = i / n;
    if (column == 0 || column == n - 1) value += 1;
    if (row == 0 || row == n - 1) value += 1;
    x[i] = 0;
    r[i] = p[i] = value;
  }
  value = sum_of_block(value * value);
  if (threadIdx.x == 0) ADD_ATOMICALLY(rr, value);
}
// Blocks of 256 threads in a row each.
__global__ void multiply(double* __restrict__ q, const double* __restrict__ p, double* pq, Long n) {
  double part = 0;
  for (Long y = blockIdx.y; y < n; y += gridDim.y) {
    Long x = number(), i = y * n + x;
    if (x >= n) continue;
    double own = p[i], value = 4 * own;
    if (x > 0) value -= p[i - 1];
    if (x < n - 1) value -= p[i + 1];
    if (y > 0) value -= p[i - n];
    if (y < n - 1) value -= p[i + n];
    q[i] = value;
    part += value * own;
  }
  part = sum_of_block(part);
  if (threadIdx.x == 0) ADD_ATOMICALLY(pq, part);
}
__global__ void scale(double* __restrict__ t, const double* __restrict__ q, double alpha, Long n) {
  Long i = number();
  if (i < n) t[i] = alpha * q[i];
}
__global__ void move(double* __restrict__ x, double* __restrict__ r, const double* __restrict__ p, const double* __restrict__ t,
                     double* rr, double alpha, Long n) {
  double part = 0;
  for (Long i = number(); i < n; i += threads()) {
    x[i] += alpha * p[i];
    double residual = r[i] - t[i];
    r[i] = residual;
    part += residual * residual;
  }
  part = sum_of_block(part);
  if (threadIdx.x == 0) ADD_ATOMICALLY(rr, part);
}
__global__ void turn_cg(double* __restrict__ p, const double* __restrict__ r, double beta, Long n) {
  Long i = number();
  if (i < n) p[i] = r[i] + beta * p[i];
}

}  // extern "C"
