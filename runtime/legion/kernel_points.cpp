// The points of a block, for kernels that run on the host.
#include "runtime/api/palatine_kernel.h"

namespace palatine::api {

template <int N>
void call_for_points(const KernelDomain<N>& domain, const KernelPoint& point, const void* body,
                     void (*call)(const void* body, const PointOf<N>& point)) {
  const KernelDim& size = domain.block;
  if (domain.piece_count != 0) {
    const uint64_t threads = uint64_t{size.x} * size.y * size.z;
    for (uint64_t first = point.block_index.x * threads; first < domain.volume;
         first += point.grid.x * threads) {
      const uint64_t end = first + threads < domain.volume ? first + threads : domain.volume;
      for (uint64_t k = first; k < end; ++k) call(body, kernel_piece_point<N>(domain, k));
    }
    return;
  }
  if constexpr (N == 1) {
    if (domain.is_line != 0) {
      for (uint64_t first = uint64_t{point.block_index.x} * kLineTile; first < domain.extent[0];
           first += uint64_t{point.grid.x} * kLineTile) {
        const uint64_t end = first + kLineTile < domain.extent[0] ? first + kLineTile : domain.extent[0];
        for (uint64_t x = first; x < end; ++x) call(body, kernel_point<N>(domain, x, 0, 0));
      }
      return;
    }
  }
  const auto rows = [](uint64_t block, uint64_t blocks, uint64_t size, uint64_t extent, const auto& row) {
    for (uint64_t first = block * size; first < extent; first += blocks * size) {
      const uint64_t end = first + size < extent ? first + size : extent;
      row(first, end);
    }
  };
  rows(point.block_index.z, point.grid.z, size.z, kernel_extent(domain, 2), [&](uint64_t z, uint64_t end_z) {
    for (; z < end_z; ++z) {
      rows(point.block_index.y, point.grid.y, size.y, kernel_extent(domain, 1),
           [&](uint64_t y, uint64_t end_y) {
             for (; y < end_y; ++y) {
               rows(point.block_index.x, point.grid.x, size.x, domain.extent[0],
                    [&](uint64_t x, uint64_t end_x) {
                      for (; x < end_x; ++x) call(body, kernel_point<N>(domain, x, y, z));
                    });
             }
           });
    }
  });
}

#define CALL_FOR_POINTS(N)                                                                    \
  template void call_for_points(const KernelDomain<N>&, const KernelPoint&, const void* body, \
                                void (*call)(const void* body, const PointOf<N>& point));
CALL_FOR_POINTS(1)
CALL_FOR_POINTS(2)
CALL_FOR_POINTS(3)
CALL_FOR_POINTS(4)
CALL_FOR_POINTS(5)
CALL_FOR_POINTS(6)
CALL_FOR_POINTS(7)
CALL_FOR_POINTS(8)
CALL_FOR_POINTS(9)
static_assert(kMaxDim == 9);

}  // namespace palatine::api
