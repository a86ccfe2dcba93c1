// How the host launches kernels: what generated bodies of tasks for GPUs call. Included by palatine_kernel.h.
//
// A body makes a KernelLaunch from the points of its loop, fills the argument struct, and starts it. All of
// it queues work on the task's stream and returns; only reading the result of a reduction waits.
#pragma once

#include "palatine_kernel.h"

namespace palatine::device {
struct HostKernelPoint;  // laid out as api::KernelPoint
}

namespace palatine::api {

// Code of one kind of NVIDIA's devices.
struct NativeKernels {
  const char* bytes;
  uint64_t size_bytes;
  // Of the devices: 90 for sm_90. Later ones of the same major number can run it too, unless `is_exact`.
  uint32_t capability;
  uint32_t is_exact;
};
// A program's kernels for NVIDIA's devices. Defined in C, by codegen/gpu/embed.cpp.
struct KernelImages {
  const char* ptx;      // a text with closing zero byte; empty when it could not be made
  const char* problem;  // why not
  const NativeKernels* native;
  uint64_t native_count;
};
struct KernelModule {
  const char* name;
  const KernelImages* images;
};
struct KernelDesc {
  const char* name;  // in the module
  const KernelModule* module;
  void (*host)(const device::HostKernelPoint& point, void* const* arguments);
  const char* task_name;
  SourceLoc loc;
  // Devices get the address of the argument struct, because it is long.
  bool takes_address = false;
  const KernelSite* sites = nullptr;  // what `KernelFault::site` counts
};

// ---- the runtime's part

// Queues a launch on the task's stream; the struct is copied. A block has `block` threads; on devices of the
// process itself one call of `KernelDesc::host`. `shared_bytes`: of a block's memory, for tables.
void launch_kernel(Context& context, const KernelDesc& kernel, const KernelDim& grid, const KernelDim& block,
                   const void* arguments, uint32_t size_bytes, uint32_t shared_bytes = 0);
// Memory of the device, aligned to 256 bytes, until the task's work there is done.
void* kernel_memory(Context& context, uint64_t size_bytes);
// Zeros in such memory.
void kernel_clear(Context& context, void* memory, uint64_t size_bytes);
// A copy of the bytes in such memory, for kernels that are queued from now on.
const void* kernel_upload(Context& context, const void* bytes, uint64_t size_bytes);
// Queues a copy from such memory to the host. The bytes at the address that is returned are valid between
// `kernel_wait` and `kernel_release`.
const void* kernel_download(Context& context, const void* device_bytes, uint64_t size_bytes);
void kernel_release(Context& context, const void* downloaded, uint64_t size_bytes);
// Waits until everything that the task has queued is done.
void kernel_wait(Context& context);
// Where a kernel reports, for one launch; and, behind that launch, looks at it when the kernel is done.
KernelFault* kernel_fault_of(Context& context);
void kernel_check(Context& context, const KernelDesc& kernel, KernelFault* fault);

// ---- generated code's part

// The result of a reduction that may not be there yet.
template <typename T>
class ReducedValue {
 public:
  explicit ReducedValue(T identity) : identity_(identity) {}
  // Once.
  T get(Context& context) {
    if (!result_) return identity_;
    kernel_wait(context);
    const T value = *result_;
    kernel_release(context, result_, sizeof(T));
    return value;
  }
  void set(const void* result) { result_ = static_cast<const T*>(result); }
  T identity() const { return identity_; }

 private:
  T identity_;
  const T* result_ = nullptr;
};

template <int N>
class KernelLaunch {
 public:
  // With `reduces`, few blocks that compute more points each.
  KernelLaunch(Context& context, const KernelDesc& kernel, Boxes<N> boxes, bool reduces)
      : context_(context), kernel_(kernel), reduces_(reduces) {
    size_t count = 0;
    for (const Rect<N>& box : boxes) {
      const uint64_t volume = volume_of<N>(box);
      if (volume == 0) continue;
      if (count == 0) only_ = box;
      ++count;
      volume_ += volume;
    }
    if (count == 1) {
      shape_box();
    } else if (count > 1) {
      shape_pieces(boxes, count);
    }
  }
  KernelLaunch(Context& context, const KernelDesc& kernel, const Rect<N>& box, bool reduces)
      : KernelLaunch(context, kernel, Boxes<N>{&box, 1}, reduces) {}

  bool is_empty() const { return volume_ == 0; }
  const KernelDomain<N>& domain() const { return domain_; }

  // For inner loops.
  template <int M>
  KernelBoxes<M> boxes(Boxes<M> boxes) {
    const void* first = kernel_upload(context_, boxes.first, boxes.count * sizeof(Rect<M>));
    return {static_cast<const Rect<M>*>(first), boxes.count};
  }

  template <typename T>
  KernelReduction<T> reduction(const ReducedValue<T>& value) {
    if (is_empty()) return {};
    // First what has to be set before: the counter and the result.
    struct Start {
      uint32_t arrived;
      alignas(16) T result;
    } start{};
    start.result = value.identity();
    Start* const device =
        static_cast<Start*>(const_cast<void*>(kernel_upload(context_, &start, sizeof(Start))));
    const uint64_t blocks = uint64_t{grid_.x} * grid_.y * grid_.z;
    return {static_cast<T*>(kernel_memory(context_, blocks * sizeof(T))), &device->result, &device->arrived};
  }
  // Behind `start`.
  template <typename T>
  void finish(const KernelReduction<T>& reduction, ReducedValue<T>& value) {
    if (!is_empty()) value.set(kernel_download(context_, reduction.result, sizeof(T)));
  }

  // For the elements of `box` at the address. Before `reduction`, because there may be fewer blocks then.
  template <typename T, int M>
  KernelTable table(const FieldAddress& address, const Rect<M>& box) {
    const uint64_t bounded = volume_of<M>(box);
    if (bounded == 0 || volume_ / kPointsToFold < bounded) return {};
    KernelTable table{};
    table.folds = 1;
    // From the first element's address to the last one's there may be others, of rows that are longer.
    uint64_t first = reinterpret_cast<uint64_t>(address.base), elements = 1;
    for (int d = 0; d < M; ++d) {
      const uint64_t stride = static_cast<uint64_t>(address.stride_bytes[d]);
      first += static_cast<uint64_t>(component(box.lo, d)) * stride;
      const uint64_t steps =
          static_cast<uint64_t>(component(box.hi, d)) - static_cast<uint64_t>(component(box.lo, d));
      if (steps != 0 && stride / sizeof(T) > kTableBytes) return table;
      elements += steps * (stride / sizeof(T));
    }
    const uint64_t bytes = elements * sizeof(T);
    if (elements > kTableBytes || table_bytes_ + bytes > kTableBytes) return table;
    uint32_t log_copies = 0;
    while (log_copies < 5 && elements << (log_copies + 1) <= kCopiedElements &&
           table_bytes_ + (bytes << (log_copies + 1)) <= kTableBytes)
      ++log_copies;
    // Each block makes a table and adds it up, so it has to be worth that.
    const uint64_t points =
        (elements << log_copies) * 4 > kLineTile ? (elements << log_copies) * 4 : kLineTile;
    if (volume_ / points < kFewestBlocks) return table;
    most_blocks_ = at_most(volume_ / points, most_blocks_);
    limit_blocks();
    table.first = reinterpret_cast<char*>(first);
    table.elements = static_cast<uint32_t>(elements);
    table.log_copies = log_copies;
    table.offset_bytes = table_bytes_;
    table_bytes_ = (table_bytes_ + static_cast<uint32_t>(bytes << log_copies) + 15) / 16 * 16;
    return table;
  }

  template <typename Arguments>
  void start(const Arguments& arguments) {
    if (!is_empty())
      launch_kernel(context_, kernel_, grid_, domain_.block, &arguments, sizeof(Arguments), table_bytes_);
  }

 private:
  static constexpr uint32_t kThreads = 256;
  static_assert(kThreads == kLineThreads);
  // Points for each element of a target, from which on lanes fold what they have for one element.
  static constexpr uint64_t kPointsToFold = 16;
  // Of all tables of a block: so many that eight blocks have theirs on every device since capability 7.0 at
  // once.
  static constexpr uint32_t kTableBytes = 12 << 10;
  // With all its copies.
  static constexpr uint64_t kCopiedElements = 1024;
  static constexpr uint64_t kFewestBlocks = 32;
  // From here on a device has enough threads when each computes several points.
  static constexpr uint64_t kLine = uint64_t{1} << 20;
  static constexpr uint64_t kReducingBlocks = 2048;
  static constexpr uint64_t kMostX = 0x7fffffff, kMostY = 65535;

  static uint64_t blocks_for(uint64_t points, uint64_t threads) { return (points + threads - 1) / threads; }
  static uint32_t at_most(uint64_t wanted, uint64_t most) {
    return static_cast<uint32_t>(wanted < most ? wanted : most);
  }

  void shape_box() {
    domain_.lo = only_.lo;
    uint64_t extent[N];
    for (int d = 0; d < N; ++d)
      extent[d] =
          static_cast<uint64_t>(component(only_.hi, d)) - static_cast<uint64_t>(component(only_.lo, d)) + 1;
    for (int d = 0; d < N && d < 3; ++d) domain_.extent[d] = extent[d];
    if constexpr (N > 3) {
      for (int d = 3; d < N; ++d) {
        domain_.rest_extent[d - 3] = static_cast<int64_t>(extent[d - 1]);
        domain_.extent[2] *= extent[d];
      }
    }
    // Rows of a warp or two, so that neighbours along the other dimensions share a block.
    const uint64_t widest = N == 1 ? kThreads : 32;
    uint32_t x = 1, y = 1;
    while (x < widest && x < extent[0]) x *= 2;
    if constexpr (N > 1) {
      while (x * y < kThreads && y < extent[1]) y *= 2;
      while (x * y < kThreads && x < extent[0]) x *= 2;
    }
    uint32_t z = 1;
    if constexpr (N > 2) {
      while (x * y * z < kThreads && z < domain_.extent[2] && z < 64) z *= 2;
    }
    // Whole warps, for reductions.
    while (x * y * z < 32) x *= 2;
    domain_.block = {x, y, z};
    if (N == 1 && extent[0] >= kLine) {
      domain_.is_line = 1;
      x = kLineTile;
    }
    grid_.x = at_most(blocks_for(extent[0], x), reduces_ ? kReducingBlocks : kMostX);
    if constexpr (N > 1) grid_.y = at_most(blocks_for(extent[1], y), most_along_y());
    if constexpr (N > 2) grid_.z = at_most(blocks_for(domain_.extent[2], z), most_along_z());
  }
  uint64_t most_along_y() const {
    if (!reduces_) return kMostY;
    return kReducingBlocks / grid_.x > 1 ? kReducingBlocks / grid_.x : 1;
  }
  uint64_t most_along_z() const {
    if (!reduces_) return kMostY;
    const uint64_t blocks = uint64_t{grid_.x} * grid_.y;
    return kReducingBlocks / blocks > 1 ? kReducingBlocks / blocks : 1;
  }

  // A thread computes more points then.
  void limit_blocks() {
    uint32_t* const axes[] = {&grid_.z, &grid_.y, &grid_.x};
    for (uint32_t* axis : axes) {
      const uint64_t blocks = uint64_t{grid_.x} * grid_.y * grid_.z;
      if (blocks <= most_blocks_) return;
      const uint64_t others = blocks / *axis;
      *axis = others >= most_blocks_ ? 1 : static_cast<uint32_t>(most_blocks_ / others);
    }
  }

  void shape_pieces(Boxes<N> boxes, size_t count) {
    KernelPiece<N>* pieces = new KernelPiece<N>[count];
    uint64_t before = 0;
    size_t k = 0;
    for (const Rect<N>& box : boxes) {
      const uint64_t volume = volume_of<N>(box);
      if (volume == 0) continue;
      pieces[k++] = {box, before};
      before += volume;
    }
    domain_.pieces =
        static_cast<const KernelPiece<N>*>(kernel_upload(context_, pieces, count * sizeof(KernelPiece<N>)));
    delete[] pieces;
    domain_.piece_count = static_cast<uint32_t>(count);
    domain_.volume = volume_;
    domain_.block = {kThreads, 1, 1};
    grid_.x = at_most(blocks_for(volume_, kThreads), reduces_ ? kReducingBlocks : kMostX);
  }

  Context& context_;
  const KernelDesc& kernel_;
  const bool reduces_;
  uint64_t volume_ = 0;
  Rect<N> only_{};
  KernelDim grid_;
  // With tables.
  uint32_t most_blocks_ = 1024, table_bytes_ = 0;
  KernelDomain<N> domain_{};
};

// A scan of `count` elements.
class ScanLaunch {
 public:
  ScanLaunch(Context& context, const KernelDesc& kernel, int64_t count)
      : context_(context), kernel_(kernel), count_(count > 0 ? static_cast<uint64_t>(count) : 0) {
    tiles_ = static_cast<uint32_t>((count_ + kScanTile - 1) / kScanTile);
  }
  template <typename T>
  KernelScan<T> scan() {
    if (tiles_ == 0) return {};
    // Zeroed: the states, and behind them the number of the next tile.
    const uint64_t size_bytes = (uint64_t{tiles_} + 1) * sizeof(uint32_t);
    void* const states = kernel_memory(context_, size_bytes);
    kernel_clear(context_, states, size_bytes);
    T* const parts = static_cast<T*>(kernel_memory(context_, 2 * uint64_t{tiles_} * sizeof(T)));
    return {count_, parts, parts + tiles_, static_cast<uint32_t*>(states),
            static_cast<uint32_t*>(states) + tiles_};
  }
  template <typename Arguments>
  void start(const Arguments& arguments) {
    if (tiles_ != 0)
      launch_kernel(context_, kernel_, {tiles_, 1, 1}, {kScanThreads, 1, 1}, &arguments, sizeof(Arguments));
  }

 private:
  Context& context_;
  const KernelDesc& kernel_;
  const uint64_t count_;
  uint32_t tiles_;
};

// The block and the argument of a kernel's host form.
inline const KernelPoint& kernel_block(const device::HostKernelPoint& point) {
  return reinterpret_cast<const KernelPoint&>(point);
}
template <typename Arguments, bool takes_address>
const Arguments& kernel_arguments(void* const* arguments) {
  if constexpr (takes_address) {
    return **static_cast<const Arguments* const*>(arguments[0]);
  } else {
    return *static_cast<const Arguments*>(arguments[0]);
  }
}

}  // namespace palatine::api
