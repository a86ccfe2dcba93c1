#include "runtime/legion/gpu/places.h"

#include <algorithm>
#include <bit>

#include "runtime/legion/instance.h"
#include "runtime/legion/schedule_log.h"

namespace palatine::legion::gpu {

FieldPlaces::FieldPlaces(RootRegion& of_root, uint32_t number, PlaceSet initial)
    : root(of_root),
      field(number),
      size_bytes(of_root.fields[number].size_bytes),
      pieces(of_root.domain.box, initial) {}

void Place::add_use(PlaceUse use, bool is_dense) {
  // Streams are in order, and who conflicts with one of those conflicts with this one too.
  if (is_dense) {
    std::erase_if(uses, [&](const PlaceUse& other) {
      return other.ending->event && other.ending->stream == use.ending->stream &&
             (use.is_write || !other.is_write) && use.box.contains(other.box);
    });
  }
  uses.push_back(std::move(use));
}

void Place::end_use(const Ending& ending) {
  std::erase_if(uses, [&](const PlaceUse& use) { return use.ending.get() == &ending; });
}

Place* FieldPlaces::place_of(PlaceSet bit) const {
  const int number = std::countr_zero(bit);
  return number == 0 ? nullptr : places[static_cast<size_t>(number) - 1].get();
}

void FieldPlaces::clean_transits() {
  std::erase_if(transits, [](const Transit& transit) {
    const device::Result<bool> done = transit.arrived->query();
    return done.ok() && done.value();
  });
}

void RootPlaces::look_home(RootRegion& root) {
  for (uint32_t f = 0; f < root.fields.size(); ++f) {
    // Sequentially consistent, as is the setting of the bit and who then looks for `root.places`: a field
    // that gets memory now is used by somebody who sees the places and says what it does.
    const bool is_at_home = root.allocated[f / kGroupFields].load() >> f % kGroupFields & 1;
    fields[f] = std::make_unique<FieldPlaces>(root, f, is_at_home ? kHome : 0);
    if (schedule_log && is_at_home) [[unlikely]]
      schedule_log->moved(ScheduleLog::Movement::Kind::written, root, f, root.domain.box, 0);
  }
}

api::FieldAddress address_of(char* memory, const Box& box, uint64_t size_bytes) {
  api::FieldAddress result;
  uint64_t stride = size_bytes;
  uint64_t shift = 0;
  // Unsigned, so that corners far from the origin wrap instead of overflowing.
  for (int d = 0; d < std::max(box.dim, 3); ++d) {
    result.stride_bytes[d] = static_cast<int64_t>(stride);
    shift += static_cast<uint64_t>(box.lo[d]) * stride;
    stride *= box.extent(d);
  }
  result.base = reinterpret_cast<char*>(reinterpret_cast<uint64_t>(memory) - shift);
  return result;
}

namespace {

char* element(const api::FieldAddress& address, const int64_t* p, int dim) {
  uint64_t at = reinterpret_cast<uint64_t>(address.base);
  for (int d = 0; d < dim; ++d)
    at += static_cast<uint64_t>(p[d]) * static_cast<uint64_t>(address.stride_bytes[d]);
  return reinterpret_cast<char*>(at);
}

// How many of the first dimensions of a box lie without gaps at all addresses, one at least.
int contiguous_dims(const Box& box, uint64_t size_bytes, std::initializer_list<const int64_t*> strides) {
  uint64_t run = size_bytes * box.extent(0);
  int d = 1;
  for (; d < box.dim; ++d) {
    for (const int64_t* stride : strides) {
      if (static_cast<uint64_t>(stride[d]) != run) return d;
    }
    run *= box.extent(d);
  }
  return d;
}

// Calls visit(p) for the lowest point of the box and those that differ from it in dimensions from `first` on.
template <typename Visit>
device::Status for_each_outer(const Box& box, int first, Visit visit) {
  int64_t p[kMaxDim] = {};
  for (int d = 0; d < std::max(box.dim, 3); ++d) p[d] = box.lo[d];
  for (;;) {
    device::Status status = visit(static_cast<const int64_t*>(p));
    if (!status.ok()) return status;
    int d = first;
    for (; d < box.dim; ++d) {
      if (++p[d] <= box.hi[d]) break;
      p[d] = box.lo[d];
    }
    if (d >= box.dim) return {};
  }
}

}  // namespace

device::Status queue_copy(device::Stream& stream, const Box& box, uint32_t size_bytes,
                          const api::FieldAddress& from, const api::FieldAddress& to) {
  const int dense = contiguous_dims(box, size_bytes, {from.stride_bytes, to.stride_bytes});
  device::StridedCopy copy;
  copy.row_bytes = size_bytes;
  for (int d = 0; d < dense; ++d) copy.row_bytes *= box.extent(d);
  if (dense < box.dim) {
    copy.rows = box.extent(dense);
    copy.src_row_pitch_bytes = static_cast<size_t>(from.stride_bytes[dense]);
    copy.dst_row_pitch_bytes = static_cast<size_t>(to.stride_bytes[dense]);
  }
  if (dense + 1 < box.dim) {
    copy.slices = box.extent(dense + 1);
    copy.src_slice_pitch_bytes = static_cast<size_t>(from.stride_bytes[dense + 1]);
    copy.dst_slice_pitch_bytes = static_cast<size_t>(to.stride_bytes[dense + 1]);
  }
  return for_each_outer(box, dense + 2, [&](const int64_t* p) {
    copy.src = element(from, p, box.dim);
    copy.dst = element(to, p, box.dim);
    return dense == box.dim ? stream.copy(copy.dst, copy.src, copy.row_bytes) : stream.copy_strided(copy);
  });
}

device::Status queue_fill(device::Stream& stream, const Box& box, uint32_t size_bytes,
                          const api::FieldAddress& to, const void* value) {
  const int dense = contiguous_dims(box, size_bytes, {to.stride_bytes});
  size_t count = 1;
  for (int d = 0; d < dense; ++d) count *= box.extent(d);
  return for_each_outer(box, dense, [&](const int64_t* p) {
    return stream.fill(element(to, p, box.dim), value, size_bytes, count);
  });
}

}  // namespace palatine::legion::gpu
