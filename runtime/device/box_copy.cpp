#include "runtime/device/box_copy.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

namespace palatine::device {

// Of kernels/box_copy.cu.
extern const char* const kBoxCopyPtx;

namespace {

// As in kernels/box_copy.cu.
struct Box {
  char* dst;
  const char* src;
  uint64_t counts[3];
  int64_t dst_strides[3], src_strides[3];
};

// The kernels for the host: a thread takes elements that are its own, without a tile. `kWide`, `kHigh`:
// elements of a block.
template <typename Unit>
void run_thread(const HostKernelPoint& point, const Box& box, uint64_t wide, uint64_t high) {
  for (uint64_t z = point.block_index.z; z < box.counts[2]; z += point.grid.z) {
    for (uint64_t y0 = point.block_index.y * high; y0 < box.counts[1]; y0 += point.grid.y * high) {
      for (uint64_t y = y0 + point.thread_index.y; y < std::min(y0 + high, box.counts[1]);
           y += point.block.y) {
        for (uint64_t x = point.block_index.x * wide + point.thread_index.x; x < box.counts[0];
             x += point.grid.x * wide) {
          const auto at = [&](const int64_t(&strides)[3]) {
            return static_cast<int64_t>(x) * strides[0] + static_cast<int64_t>(y) * strides[1] +
                   static_cast<int64_t>(z) * strides[2];
          };
          std::memcpy(box.dst + at(box.dst_strides), box.src + at(box.src_strides), sizeof(Unit));
        }
      }
    }
  }
}

template <typename Unit>
void copy_along_on_host(const HostKernelPoint& point, void* const* arguments) {
  run_thread<Unit>(point, *static_cast<const Box*>(arguments[0]), point.block.x, point.block.y);
}
template <typename Unit>
void turn_on_host(const HostKernelPoint& point, void* const* arguments) {
  run_thread<Unit>(point, *static_cast<const Box*>(arguments[0]), 32, 32);
}

const HostKernelEntry kHostKernels[] = {
    {"copy_along_1", copy_along_on_host<uint8_t>},  {"turn_1", turn_on_host<uint8_t>},
    {"copy_along_2", copy_along_on_host<uint16_t>}, {"turn_2", turn_on_host<uint16_t>},
    {"copy_along_4", copy_along_on_host<uint32_t>}, {"turn_4", turn_on_host<uint32_t>},
    {"copy_along_8", copy_along_on_host<uint64_t>}, {"turn_8", turn_on_host<uint64_t>},
};

// The widest unit that all addresses are multiples of, and so many make an element.
size_t unit_of(const BoxCopy& copy) {
  uint64_t bits =
      8 | copy.element_bytes | reinterpret_cast<uintptr_t>(copy.dst) | reinterpret_cast<uintptr_t>(copy.src);
  for (const BoxCopy::Axis& axis : copy.axes)
    bits |= static_cast<uint64_t>(axis.dst_stride) | static_cast<uint64_t>(axis.src_stride);
  return bits & -bits;
}

uint32_t blocks_for(uint64_t count, uint64_t of_a_block, uint64_t most) {
  return static_cast<uint32_t>(std::min((count + of_a_block - 1) / of_a_block, most));
}

}  // namespace

Result<Kernel*> BoxCopier::kernel(Way way, size_t unit_bytes) {
  std::lock_guard lock(mutex_);
  if (!module_) {
    auto loaded = device_.load_module({"copies of boxes", kBoxCopyPtx, kHostKernels});
    if (!loaded.ok()) return loaded.status();
    module_ = loaded.take();
  }
  Kernel*& known = kernels_[static_cast<size_t>(way)][unit_bytes];
  if (!known) {
    const char* name = way == Way::turn ? "turn_" : "copy_along_";
    Result<Kernel*> found = module_->kernel(name + std::to_string(unit_bytes));
    if (!found.ok()) return found.status();
    known = found.value();
  }
  return known;
}

Status BoxCopier::copy(Stream& stream, BoxCopy copy) {
  using Axis = BoxCopy::Axis;
  const size_t unit = unit_of(copy);
  if (copy.element_bytes > unit) {
    const int64_t stride = static_cast<int64_t>(unit);
    copy.axes.push_back({copy.element_bytes / unit, stride, stride});
  }
  for (const Axis& axis : copy.axes) {
    if (axis.count == 0) return {};
  }
  std::erase_if(copy.axes, [](const Axis& axis) { return axis.count == 1; });
  // First the axis that is fastest in the source, then the one of the destination, then the longest ones.
  const auto bring = [&](size_t to, auto is_before) {
    const auto at = copy.axes.begin() + static_cast<std::ptrdiff_t>(to);
    std::iter_swap(at, std::min_element(at, copy.axes.end(), is_before));
  };
  const auto is_longer = [](const Axis& a, const Axis& b) { return a.count > b.count; };
  Way way = Way::along;
  if (!copy.axes.empty()) {
    bring(0, [](const Axis& a, const Axis& b) { return std::abs(a.src_stride) < std::abs(b.src_stride); });
  }
  if (copy.axes.size() > 1) {
    const auto fastest = std::min_element(
        copy.axes.begin(), copy.axes.end(),
        [](const Axis& a, const Axis& b) { return std::abs(a.dst_stride) < std::abs(b.dst_stride); });
    // Of an axis of a few elements a tile would be mostly empty.
    constexpr uint64_t kFew = 8;
    if (fastest != copy.axes.begin() && fastest->count >= kFew && copy.axes[0].count >= kFew) {
      std::iter_swap(copy.axes.begin() + 1, fastest);
      way = Way::turn;
    } else {
      std::iter_swap(copy.axes.begin(), fastest);
      bring(1, is_longer);
    }
  }
  if (copy.axes.size() > 2) bring(2, is_longer);
  Result<Kernel*> kernel = this->kernel(way, unit);
  if (!kernel.ok()) return kernel.status();

  Box box = {};
  for (size_t a = 0; a < 3; ++a) {
    const Axis axis = a < copy.axes.size() ? copy.axes[a] : Axis();
    box.counts[a] = axis.count;
    box.dst_strides[a] = axis.dst_stride;
    box.src_strides[a] = axis.src_stride;
  }
  // Along x a grid may have more.
  const uint64_t most_x = most_blocks_ == kMostBlocks ? 1 << 30 : most_blocks_;
  LaunchShape shape;
  uint64_t wide = 32, high = 32;
  if (way == Way::turn) {
    shape.block = {32, 8, 1};
  } else {
    // Short lines share a block.
    for (wide = 256; wide > 32 && wide / 2 >= box.counts[0];) wide /= 2;
    high = 256 / wide;
    shape.block = {static_cast<uint32_t>(wide), static_cast<uint32_t>(high), 1};
  }
  shape.grid = {blocks_for(box.counts[0], wide, most_x), blocks_for(box.counts[1], high, most_blocks_),
                blocks_for(box.counts[2], 1, most_blocks_)};
  // The axes beyond the third one by one.
  uint64_t launches = 1;
  for (size_t a = 3; a < copy.axes.size(); ++a) launches *= copy.axes[a].count;
  for (uint64_t k = 0; k < launches; ++k) {
    box.dst = static_cast<char*>(copy.dst);
    box.src = static_cast<const char*>(copy.src);
    uint64_t rest = k;
    for (size_t a = 3; a < copy.axes.size(); ++a) {
      const auto at = static_cast<int64_t>(rest % copy.axes[a].count);
      rest /= copy.axes[a].count;
      box.dst += at * copy.axes[a].dst_stride;
      box.src += at * copy.axes[a].src_stride;
    }
    const KernelArgument arguments[] = {argument(box)};
    if (Status status = stream.launch(*kernel.value(), shape, arguments); !status.ok()) return status;
  }
  return {};
}

}  // namespace palatine::device
