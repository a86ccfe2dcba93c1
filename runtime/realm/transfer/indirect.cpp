#include "runtime/realm/transfer/indirect.h"

#include <cstring>
#include <string>
#include <type_traits>

#include "runtime/realm/handles.h"
#include "runtime/realm/transfer/transfer_operation.h"

namespace palatine::realm::transfer {

namespace {

constexpr size_t kBatch = 256;
// How many elements ahead targets are brought into the caches.
constexpr size_t kAhead = 24;

template <size_t kBytes>
void move_elements(char* const* dst, char* const* src, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    if (k + kAhead < count) {
      __builtin_prefetch(src[k + kAhead], 0);
      __builtin_prefetch(dst[k + kAhead], 1);
    }
    if (dst[k] && src[k]) std::memcpy(dst[k], src[k], kBytes);
  }
}

void move_elements(char* const* dst, char* const* src, size_t count, size_t bytes) {
  switch (bytes) {
    case 1:
      return move_elements<1>(dst, src, count);
    case 2:
      return move_elements<2>(dst, src, count);
    case 4:
      return move_elements<4>(dst, src, count);
    case 8:
      return move_elements<8>(dst, src, count);
    case 12:
      return move_elements<12>(dst, src, count);
    case 16:
      return move_elements<16>(dst, src, count);
    case 24:
      return move_elements<24>(dst, src, count);
    case 32:
      return move_elements<32>(dst, src, count);
    default:
      break;
  }
  for (size_t k = 0; k < count; ++k) {
    if (dst[k] && src[k]) std::memcpy(dst[k], src[k], bytes);
  }
}

void copy_objects(const Realm::CustomSerdezUntyped& serdez, char* const* dst, char* const* src,
                  size_t count) {
  std::vector<char> buffer;
  for (size_t k = 0; k < count; ++k) {
    if (!dst[k] || !src[k]) continue;
    buffer.resize(serdez.serialized_size(src[k]));
    serdez.serialize(src[k], buffer.data());
    serdez.deserialize(dst[k], buffer.data());
  }
}

// Targets at `base + coordinate * target_stride`, for coordinates from `lo` on; `extent` is one less than
// their number.
struct LineOfTargets {
  char* base;
  int64_t target_stride;
  uint64_t lo, extent;

  char* at(uint64_t coordinate) const {
    return reinterpret_cast<char*>(reinterpret_cast<uintptr_t>(base) +
                                   coordinate * static_cast<uint64_t>(target_stride));
  }
};

// See `Indirection::move_line`. `kIsDense`: pointers, elements and targets have no gaps between them.
template <typename T, size_t kBytes, bool kGathers, bool kIsDense>
size_t move_pointed(const char* pointer, int64_t pointer_step, size_t count, LineOfTargets targets,
                    char* line, int64_t line_step) {
  if constexpr (kIsDense) {
    pointer_step = sizeof(T);
    line_step = targets.target_stride = kBytes;
  }
  auto coordinate = [&](const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return static_cast<uint64_t>(static_cast<int64_t>(value));
  };
  auto fetch = [&](const char* from) { __builtin_prefetch(targets.at(coordinate(from)), kGathers ? 0 : 1); };
  const int64_t ahead = static_cast<int64_t>(kAhead) * pointer_step;
  for (size_t k = 0; k < std::min(kAhead, count); ++k)
    fetch(pointer + static_cast<int64_t>(k) * pointer_step);
  for (size_t k = 0; k < count; ++k, pointer += pointer_step, line += line_step) {
    if (k + kAhead < count) fetch(pointer + ahead);
    const uint64_t here = coordinate(pointer);
    if (here - targets.lo > targets.extent) return k;
    char* target = targets.at(here);
    kGathers ? std::memcpy(line, target, kBytes) : std::memcpy(target, line, kBytes);
  }
  return count;
}

template <typename T, size_t kBytes>
size_t move_pointed(bool gathers, const char* pointer, int64_t pointer_step, size_t count,
                    const LineOfTargets& targets, char* line, int64_t line_step) {
  const bool is_dense = pointer_step == sizeof(T) && line_step == kBytes && targets.target_stride == kBytes;
  auto run = gathers
                 ? (is_dense ? move_pointed<T, kBytes, true, true> : move_pointed<T, kBytes, true, false>)
                 : (is_dense ? move_pointed<T, kBytes, false, true> : move_pointed<T, kBytes, false, false>);
  return run(pointer, pointer_step, count, targets, line, line_step);
}

template <typename T>
size_t move_pointed(size_t bytes, bool gathers, const char* pointer, int64_t pointer_step, size_t count,
                    const LineOfTargets& targets, char* line, int64_t line_step) {
  auto run = bytes == 4 ? move_pointed<T, 4> : bytes == 8 ? move_pointed<T, 8> : move_pointed<T, 16>;
  return run(gathers, pointer, pointer_step, count, targets, line, line_step);
}

// Calls `visit(piece, part)` for the parts of `box` in the pieces of `end`, or `visit(null, box)` without
// one.
template <typename Visit>
void for_each_part_of(const FieldEnd* end, const Box& box, Visit&& visit) {
  if (!end) {
    visit(static_cast<const Piece*>(nullptr), box);
  } else {
    end->for_each_part(box, [&](const Piece& piece, const Box& part) { visit(&piece, part); });
  }
}

}  // namespace

Indirection::Indirection(const Realm::detail::IndirectionData& data, Realm::FieldID field,
                         size_t subfield_offset, size_t size_bytes, int dimension, const char* call,
                         const Mirrors* mirrors)
    : call_(call), data_(data) {
  if (!data.is_affine) {
    const size_t points = static_cast<size_t>(data.target_dimension) * (data.is_ranges ? 2 : 1);
    pointers_ = find_field_end(data.inst, data.field_id, data.subfield_offset, data.coordinate_bytes * points,
                               dimension, call, mirrors);
  }
  dimension_ = dimension;
  for (size_t k = 0; k < data.spaces.size(); ++k) {
    const FieldEnd end = find_field_end(data.insts[k], field, subfield_offset, size_bytes,
                                        data.target_dimension, call, mirrors);
    std::vector<int64_t> rects;
    data.spaces[k]->list_rects(rects);
    for (size_t r = 0; r < rects.size(); r += 2 * REALM_MAX_DIM) {
      Box box;
      std::memcpy(&box, &rects[r], sizeof(box));
      end.for_each_part(box, [&](const Piece& piece, const Box& part) {
        Target target;
        std::memcpy(target.lo, part.lo, sizeof(target.lo));
        std::memcpy(target.hi, part.hi, sizeof(target.hi));
        std::memcpy(target.strides, piece.strides, sizeof(target.strides));
        target.base = end.base + piece.offset;
        targets_.push_back(target);
      });
    }
  }
  std::sort(targets_.begin(), targets_.end(),
            [](const Target& a, const Target& b) { return a.lo[0] < b.lo[0]; });
  for (const Target& target : targets_) {
    reach_.push_back(reach_.empty() ? target.hi[0] : std::max(reach_.back(), target.hi[0]));
  }
}

const Indirection::Target* Indirection::search(const int64_t* point) const {
  auto end = std::partition_point(targets_.begin(), targets_.end(),
                                  [&](const Target& target) { return target.lo[0] <= point[0]; });
  for (size_t k = static_cast<size_t>(end - targets_.begin()); k-- > 0 && reach_[k] >= point[0];) {
    bool is_inside = true;
    for (int d = 0; d < data_.target_dimension; ++d) {
      is_inside &= point[d] >= targets_[k].lo[d] && point[d] <= targets_[k].hi[d];
    }
    if (is_inside) return &targets_[k];
  }
  return nullptr;
}

void Indirection::out_of_range(const int64_t* point) const {
  std::string text;
  for (int d = 0; d < data_.target_dimension; ++d) text += (d ? "," : "") + std::to_string(point[d]);
  if (data_.is_affine) bad_use(call_, "a point is mapped to <%s>, which is in no target space", text.c_str());
  bad_use(call_, "a pointer of field %d of instance %llx is <%s>, which is in no target space",
          data_.field_id, static_cast<unsigned long long>(data_.inst.id), text.c_str());
}

template <typename T, int N>
void Indirection::find_typed(const char* element, int64_t stride, size_t count, char** addresses) const {
  const Target* last = targets_.empty() ? nullptr : &targets_[0];
  for (size_t k = 0; k < count; ++k, element += stride) {
    T coordinates[N];
    std::memcpy(coordinates, element, sizeof(coordinates));
    int64_t point[REALM_MAX_DIM];
    bool is_inside = last != nullptr;
    for (int d = 0; d < N; ++d) {
      point[d] = static_cast<int64_t>(coordinates[d]);
      is_inside = is_inside && point[d] >= last->lo[d] && point[d] <= last->hi[d];
    }
    if (!is_inside) {
      const Target* found = search(point);
      if (!found) {
        if (!data_.oor_possible) out_of_range(point);
        addresses[k] = nullptr;
        continue;
      }
      last = found;
    }
    char* address = last->base;
    for (int d = 0; d < N; ++d) address += point[d] * last->strides[d];
    addresses[k] = address;
    // The others are fetched when those before them are moved.
    if (k < kAhead) __builtin_prefetch(address, 0);
  }
}

template <typename T>
void Indirection::find_in_dimension(const char* element, int64_t stride, size_t count,
                                    char** addresses) const {
  switch (data_.target_dimension) {
    case 1:
      return find_typed<T, 1>(element, stride, count, addresses);
    case 2:
      return find_typed<T, 2>(element, stride, count, addresses);
    case 3:
      return find_typed<T, 3>(element, stride, count, addresses);
    default:
      return find_typed<T, 4>(element, stride, count, addresses);
  }
}

char* Indirection::find_address(const int64_t* point, const Target*& last) const {
  bool is_inside = last != nullptr;
  for (int d = 0; is_inside && d < data_.target_dimension; ++d) {
    is_inside = point[d] >= last->lo[d] && point[d] <= last->hi[d];
  }
  if (!is_inside) {
    const Target* found = search(point);
    if (!found) {
      if (!data_.oor_possible) out_of_range(point);
      return nullptr;
    }
    last = found;
  }
  char* address = last->base;
  for (int d = 0; d < data_.target_dimension; ++d) address += point[d] * last->strides[d];
  return address;
}

void Indirection::map_points(const int64_t* point, size_t count, char** addresses) const {
  const Target* last = nullptr;
  for (size_t k = 0; k < count; ++k) {
    int64_t target[REALM_MAX_DIM] = {};
    for (int i = 0; i < data_.target_dimension; ++i) {
      int64_t value = data_.offset[i] + data_.rows[i][0] * static_cast<int64_t>(k);
      for (int j = 0; j < dimension_; ++j) value += data_.rows[i][j] * point[j];
      const int64_t divisor = data_.divisor[i];
      int64_t quotient = value / divisor;
      if (value % divisor != 0 && (value < 0) != (divisor < 0)) --quotient;
      if (data_.is_wrapped) {
        const int64_t extent = data_.wrap_hi[i] - data_.wrap_lo[i] + 1;
        const int64_t place = (quotient - data_.wrap_lo[i]) % extent;
        quotient = data_.wrap_lo[i] + (place < 0 ? place + extent : place);
      }
      target[i] = quotient;
    }
    addresses[k] = find_address(target, last);
  }
}

void Indirection::find_targets(const Piece* pointers, const int64_t* point, size_t count,
                               char** addresses) const {
  if (data_.is_affine) return map_points(point, count, addresses);
  const char* element = pointers_.address(*pointers, point);
  const int64_t stride = pointers->strides[0];
  if (data_.coordinate_bytes == 8) return find_in_dimension<int64_t>(element, stride, count, addresses);
  if (data_.is_signed) return find_in_dimension<int32_t>(element, stride, count, addresses);
  find_in_dimension<uint32_t>(element, stride, count, addresses);
}

bool Indirection::has_one_line(size_t size_bytes) const {
  return !data_.is_affine && !data_.is_ranges && data_.target_dimension == 1 && targets_.size() == 1 &&
         (size_bytes == 4 || size_bytes == 8 || size_bytes == 16);
}

size_t Indirection::move_line(const Piece& pointers, const int64_t* point, size_t count, char* line,
                              int64_t line_stride, size_t size_bytes, bool gathers) const {
  const Target& target = targets_[0];
  const LineOfTargets targets = {target.base, target.strides[0], static_cast<uint64_t>(target.lo[0]),
                                 static_cast<uint64_t>(target.hi[0]) - static_cast<uint64_t>(target.lo[0])};
  const char* element = pointers_.address(pointers, point);
  auto run = data_.coordinate_bytes == 8 ? move_pointed<int64_t>
             : data_.is_signed           ? move_pointed<int32_t>
                                         : move_pointed<uint32_t>;
  return run(size_bytes, gathers, element, pointers.strides[0], count, targets, line, line_stride);
}

void Indirection::find_range(const Piece& pointers, const int64_t* point,
                             std::vector<char*>& addresses) const {
  const char* element = pointers_.address(pointers, point);
  const int n = data_.target_dimension;
  int64_t bounds[2 * REALM_MAX_DIM];
  for (int k = 0; k < 2 * n; ++k, element += data_.coordinate_bytes) {
    if (data_.coordinate_bytes == 8) {
      std::memcpy(&bounds[k], element, 8);
    } else {
      uint32_t word;
      std::memcpy(&word, element, 4);
      bounds[k] = data_.is_signed ? static_cast<int32_t>(word) : static_cast<int64_t>(word);
    }
  }
  const int64_t *lo = bounds, *hi = bounds + n;
  for (int d = 0; d < n; ++d) {
    if (lo[d] > hi[d]) return;
  }
  int64_t target[REALM_MAX_DIM] = {};
  std::copy_n(lo, n, target);
  const Target* last = nullptr;
  for (int d = 0; d < n;) {
    addresses.push_back(find_address(target, last));
    for (d = 0; d < n && target[d] == hi[d]; ++d) target[d] = lo[d];
    if (d < n) ++target[d];
  }
}

// Elements whose addresses are known.
static void move_listed(const Move& move, char* const* dst, char* const* src, size_t count) {
  if (move.serdez) {
    copy_objects(*move.serdez, dst, src, count);
  } else if (!move.kernel) {
    move_elements(dst, src, count, move.dst_bytes);
  } else {
    for (size_t k = 0; k < count; ++k) {
      if (dst[k] && src[k]) move.kernel(dst[k], 0, src[k], 0, 1, move.userdata);
    }
  }
}

void move_indirect(const Move& move, const Box& box, int dimension, const char* call) {
  alignas(64) char* dst[kBatch];
  alignas(64) char* src[kBatch];
  uint64_t moved = 0;
  const FieldEnd* gather = move.gather ? move.gather->pointers() : nullptr;
  const FieldEnd* scatter = move.scatter ? move.scatter->pointers() : nullptr;
  const FieldEnd* from = move.src.list ? &move.src : nullptr;
  const FieldEnd* to = move.dst.list ? &move.dst : nullptr;
  char* const constant = const_cast<char*>(move.constant);

  // One end is indirect, and its elements need no list of addresses.
  const Indirection* simple = !move.kernel && !move.serdez && !(move.gather && move.scatter)
                                  ? (move.gather ? move.gather : move.scatter)
                                  : nullptr;
  if (simple && !simple->has_one_line(move.dst_bytes)) simple = nullptr;

  const bool is_ranges = move.gather && move.gather->is_ranges();
  std::vector<char*> dst_range, src_range;
  auto move_ranges = [&](const int64_t* line, size_t length, const Piece& gather_piece,
                         const Piece& scatter_piece) {
    int64_t point[REALM_MAX_DIM];
    std::memcpy(point, line, sizeof(point));
    for (size_t k = 0; k < length; ++k, ++point[0]) {
      dst_range.clear();
      src_range.clear();
      move.gather->find_range(gather_piece, point, src_range);
      move.scatter->find_range(scatter_piece, point, dst_range);
      if (dst_range.size() != src_range.size()) {
        bad_use(call, "a rectangle of %zu points is copied to one of %zu", src_range.size(),
                dst_range.size());
      }
      move_listed(move, dst_range.data(), src_range.data(), src_range.size());
    }
  };

  auto move_line = [&](const int64_t* line, size_t length, const Piece* gather_piece,
                       const Piece* scatter_piece, const Piece* src_piece, const Piece* dst_piece) {
    int64_t point[REALM_MAX_DIM];
    std::memcpy(point, line, sizeof(point));
    size_t count = 0;
    for (size_t done = 0; done < length; done += count, point[0] += static_cast<int64_t>(count)) {
      count = std::min(kBatch, length - done);
      if (simple) {
        const FieldEnd* end = move.gather ? to : from;
        const Piece* piece = move.gather ? dst_piece : src_piece;
        const Piece& pointers = move.gather ? *gather_piece : *scatter_piece;
        count =
            simple->move_line(pointers, point, length - done, end ? end->address(*piece, point) : constant,
                              end ? piece->strides[0] : 0, move.dst_bytes, move.gather != nullptr);
        if (count > 0) continue;
        // A pointer that is outside is looked at below.
        count = 1;
      }
      auto find = [&](const Indirection* indirection, const Piece* pointers, const FieldEnd* end,
                      const Piece* piece, char** addresses) {
        if (indirection) {
          indirection->find_targets(pointers, point, count, addresses);
          return;
        }
        char* address = end ? end->address(*piece, point) : constant;
        const int64_t stride = end ? piece->strides[0] : 0;
        for (size_t k = 0; k < count; ++k) addresses[k] = address + static_cast<int64_t>(k) * stride;
      };
      find(move.gather, gather_piece, from, src_piece, src);
      find(move.scatter, scatter_piece, to, dst_piece, dst);
      move_listed(move, dst, src, count);
    }
  };

  for_each_part_of(gather, box, [&](const Piece* gather_piece, const Box& box1) {
    for_each_part_of(scatter, box1, [&](const Piece* scatter_piece, const Box& box2) {
      for_each_part_of(from, box2, [&](const Piece* src_piece, const Box& box3) {
        for_each_part_of(to, box3, [&](const Piece* dst_piece, const Box& part) {
          moved += part.volume(dimension);
          int64_t line[REALM_MAX_DIM];
          std::memcpy(line, part.lo, sizeof(line));
          for (bool is_inside = true; is_inside;) {
            if (is_ranges) {
              move_ranges(line, part.extent(0), *gather_piece, *scatter_piece);
            } else {
              move_line(line, part.extent(0), gather_piece, scatter_piece, src_piece, dst_piece);
            }
            int d = 1;
            while (d < dimension && line[d] == part.hi[d]) line[d] = part.lo[d], ++d;
            if (d >= dimension) {
              is_inside = false;
            } else {
              ++line[d];
            }
          }
        });
      });
    });
  });
  if (moved != box.volume(dimension)) {
    bad_use(call, "%llu points are not in the instances",
            static_cast<unsigned long long>(box.volume(dimension) - moved));
  }
}

}  // namespace palatine::realm::transfer
