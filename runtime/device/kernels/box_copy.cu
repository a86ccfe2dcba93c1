// The kernels of box_copy.h, compiled to PTX by Clang when Palatine is built; no toolkit is needed.
typedef unsigned char Byte1;
typedef unsigned short Byte2;
typedef unsigned int Byte4;
typedef unsigned long long Byte8;

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))

// As in box_copy.cpp.
struct Box {
  char* dst;
  const char* src;
  unsigned long long counts[3];
  long long dst_strides[3], src_strides[3];
};

static __device__ unsigned thread_x() { return __nvvm_read_ptx_sreg_tid_x(); }
static __device__ unsigned thread_y() { return __nvvm_read_ptx_sreg_tid_y(); }

// Which unit of work a block begins with, and how many there are between those of one block.
struct Steps {
  unsigned long long first, step;
};
static __device__ Steps along_x(unsigned long long units) {
  return {__nvvm_read_ptx_sreg_ctaid_x() * units, __nvvm_read_ptx_sreg_nctaid_x() * units};
}
static __device__ Steps along_y(unsigned long long units) {
  return {__nvvm_read_ptx_sreg_ctaid_y() * units, __nvvm_read_ptx_sreg_nctaid_y() * units};
}
static __device__ Steps along_z() {
  return {(unsigned)__nvvm_read_ptx_sreg_ctaid_z(), (unsigned)__nvvm_read_ptx_sreg_nctaid_z()};
}

// A thread for each element of axis 0, on both sides the one with the shortest stride. Blocks of any shape.
template <typename Unit>
static __device__ void copy_along(const Box& box) {
  const unsigned wide = __nvvm_read_ptx_sreg_ntid_x(), high = __nvvm_read_ptx_sreg_ntid_y();
  const Steps xs = along_x(wide), ys = along_y(high), zs = along_z();
  for (unsigned long long z = zs.first; z < box.counts[2]; z += zs.step) {
    for (unsigned long long y = ys.first + thread_y(); y < box.counts[1]; y += ys.step) {
      char* dst = box.dst + (long long)y * box.dst_strides[1] + (long long)z * box.dst_strides[2];
      const char* src = box.src + (long long)y * box.src_strides[1] + (long long)z * box.src_strides[2];
      for (unsigned long long x = xs.first + thread_x(); x < box.counts[0]; x += xs.step) {
        *(Unit*)(dst + (long long)x * box.dst_strides[0]) = *(const Unit*)(src + (long long)x * box.src_strides[0]);
      }
    }
  }
}

// Threads follow axis 0 where they read and axis 1 where they write, through a tile that belongs to the block. Its rows
// have one element more, so that a column lies in all banks. Blocks of 32 by 8 threads.
template <typename Unit>
static __device__ void turn(const Box& box, Unit (*tile)[33]) {
  const Steps xs = along_x(32), ys = along_y(32), zs = along_z();
  for (unsigned long long z = zs.first; z < box.counts[2]; z += zs.step) {
    char* dst = box.dst + (long long)z * box.dst_strides[2];
    const char* src = box.src + (long long)z * box.src_strides[2];
    for (unsigned long long y0 = ys.first; y0 < box.counts[1]; y0 += ys.step) {
      for (unsigned long long x0 = xs.first; x0 < box.counts[0]; x0 += xs.step) {
        __syncthreads();
        for (unsigned j = thread_y(); j < 32; j += 8) {
          const unsigned long long x = x0 + thread_x(), y = y0 + j;
          if (x < box.counts[0] && y < box.counts[1])
            tile[j][thread_x()] = *(const Unit*)(src + (long long)x * box.src_strides[0] + (long long)y * box.src_strides[1]);
        }
        __syncthreads();
        for (unsigned j = thread_y(); j < 32; j += 8) {
          const unsigned long long x = x0 + j, y = y0 + thread_x();
          if (x < box.counts[0] && y < box.counts[1])
            *(Unit*)(dst + (long long)x * box.dst_strides[0] + (long long)y * box.dst_strides[1]) = tile[thread_x()][j];
        }
      }
    }
  }
}

#define KERNELS(bytes)                                                                  \
  extern "C" __global__ void copy_along_##bytes(Box box) { copy_along<Byte##bytes>(box); } \
  extern "C" __global__ void turn_##bytes(Box box) {                                    \
    static __shared__ Byte##bytes tile[32][33];                                         \
    turn<Byte##bytes>(box, tile);                                                       \
  }
KERNELS(1)
KERNELS(2)
KERNELS(4)
KERNELS(8)
