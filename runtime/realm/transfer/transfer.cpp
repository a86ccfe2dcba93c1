#include "runtime/realm/transfer/transfer_operation.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <numeric>

#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/reductions.h"
#include "runtime/realm/transfer/run.h"

namespace palatine::realm::transfer {

namespace {

// From this size on a strip is worth the hand-over to another worker.
constexpr uint64_t kStripBytes = 1 << 20;
// Both sides of a block of interleaved fields stay in the first cache.
constexpr uint64_t kBlockBytes = 32 << 10;

const char* constant_of(const Realm::CopySrcDstField& field) {
  return field.size > Realm::CopySrcDstField::MAX_DIRECT_SIZE
             ? static_cast<const char*>(field.fill_data.indirect)
             : field.fill_data.direct;
}

bool is_constant(const Realm::CopySrcDstField& field) {
  return !field.inst.exists() && field.indirect_index < 0;
}

// Whether neighbouring points are not neighbours in memory.
bool has_gaps(const FieldEnd& end, size_t size_bytes) {
  for (const Piece& piece : end.list->pieces) {
    bool is_dense = false;
    for (int d = 0; d < end.dimension; ++d) is_dense |= piece.strides[d] == static_cast<int64_t>(size_bytes);
    if (!is_dense) return true;
  }
  return false;
}

void copy_objects(const Realm::CustomSerdezUntyped& serdez, const Strided& move) {
  std::vector<char> buffer;
  uint64_t at[kMaxAxes] = {};
  while (true) {
    char* dst = move.dst;
    const char* src = move.src;
    for (int a = 0; a < move.axis_count; ++a) {
      dst += move.axes[a].dst_stride * static_cast<int64_t>(at[a]);
      src += move.axes[a].src_stride * static_cast<int64_t>(at[a]);
    }
    buffer.resize(serdez.serialized_size(src));
    serdez.serialize(src, buffer.data());
    serdez.deserialize(dst, buffer.data());
    int a = 0;
    while (a < move.axis_count && ++at[a] == move.axes[a].count) at[a++] = 0;
    if (a == move.axis_count) return;
  }
}

}  // namespace

Transfer::Transfer(const char* call, std::unique_ptr<Realm::detail::PointSet> points,
                   std::vector<FieldPair> fields,
                   std::vector<std::shared_ptr<Realm::detail::IndirectionData>> indirects)
    : call_(call),
      points_(std::move(points)),
      dimension_(points_->dimension()),
      fields_(std::move(fields)),
      indirects_(std::move(indirects)) {
  uint64_t bytes = 0;
  for (const FieldPair& field : fields_) bytes += std::max(field.src.size, field.dst.size);
  bytes_at_most_ = bytes * points_->volume_at_most();
  for (const auto& indirect : indirects_) {
    if (!indirect) bad_use(call_, "an indirection is null");
    if (indirect->unsupported) bad_use(call_, "%s are not supported", indirect->unsupported);
    if (indirect->spaces.size() != indirect->insts.size()) {
      bad_use(call_, "an indirection has %zu spaces and %zu instances", indirect->spaces.size(),
              indirect->insts.size());
    }
  }
  if (gpus().empty()) return;
  for (const FieldPair& field : fields_) uses_gpu_ |= gpu_of(field.src.inst) || gpu_of(field.dst.inst);
  for (const auto& indirect : indirects_) {
    uses_gpu_ |= gpu_of(indirect->inst) != nullptr;
    for (Realm::RegionInstance target : indirect->insts) uses_gpu_ |= gpu_of(target) != nullptr;
  }
}

Realm::Event Transfer::known() const {
  Realm::Event known = points_->known();
  for (const auto& indirect : indirects_) {
    for (const auto& space : indirect->spaces) known = Realm::Event::merge_events(known, space->known());
  }
  return known;
}

// ---- looking up

namespace {

// Everything but the ends.
Move describe(const Realm::CopySrcDstField& src, const Realm::CopySrcDstField& dst, const char* call) {
  Move move;
  move.src_bytes = src.size;
  move.dst_bytes = dst.size;
  if (dst.redop_id != 0) {
    const Realm::ReductionOpUntyped* redop = find_reduction(dst.redop_id);
    if (!redop) bad_use(call, "reduction operator %d is not registered", dst.redop_id);
    move.src_bytes = redop->sizeof_rhs;
    move.dst_bytes = dst.red_fold ? redop->sizeof_rhs : redop->sizeof_lhs;
    if (src.size != move.src_bytes || dst.size != move.dst_bytes) {
      bad_use(call, "reduction operator %d takes %zu bytes into %zu; the fields have %zu and %zu",
              dst.redop_id, move.src_bytes, move.dst_bytes, src.size, dst.size);
    }
    move.kernel = dst.red_fold ? (dst.red_exclusive ? redop->cpu_fold_excl_fn : redop->cpu_fold_nonexcl_fn)
                               : (dst.red_exclusive ? redop->cpu_apply_excl_fn : redop->cpu_apply_nonexcl_fn);
    move.userdata = redop->userdata;
  } else if (src.size != dst.size) {
    bad_use(call, "a source of %zu bytes has a destination of %zu", src.size, dst.size);
  }
  if (src.serdez_id != 0 || dst.serdez_id != 0) {
    if (src.serdez_id != dst.serdez_id || move.kernel || is_constant(src)) {
      bad_use(
          call,
          "serializers are supported only for copies from field to field with the same one on both sides");
    }
    move.serdez = find_serdez(dst.serdez_id);
    if (!move.serdez) bad_use(call, "serializer %d is not registered", dst.serdez_id);
  }
  if (is_constant(src)) move.constant = constant_of(src);
  return move;
}

void find_ends(Move& move, const Realm::CopySrcDstField& src, const Realm::CopySrcDstField& dst,
               int dimension, const char* call, const Mirrors* mirrors) {
  if (!move.constant && src.indirect_index < 0) {
    move.src =
        find_field_end(src.inst, src.field_id, src.subfield_offset, move.src_bytes, dimension, call, mirrors);
  }
  if (dst.indirect_index < 0) {
    move.dst =
        find_field_end(dst.inst, dst.field_id, dst.subfield_offset, move.dst_bytes, dimension, call, mirrors);
  }
}

}  // namespace

Move look_up(const Realm::CopySrcDstField& src, const Realm::CopySrcDstField& dst, int dimension,
             const char* call, const Mirrors* mirrors) {
  Move move = describe(src, dst, call);
  find_ends(move, src, dst, dimension, call, mirrors);
  return move;
}

void Transfer::look_up_all(const Mirrors* mirrors) {
  auto find_indirect = [&](const Realm::CopySrcDstField& field, size_t bytes) {
    if (static_cast<size_t>(field.indirect_index) >= indirects_.size()) {
      bad_use(call_, "there is no indirection %d", field.indirect_index);
    }
    found_indirects_.push_back(
        std::make_unique<Indirection>(*indirects_[static_cast<size_t>(field.indirect_index)], field.field_id,
                                      field.subfield_offset, bytes, dimension_, call_, mirrors));
    return found_indirects_.back().get();
  };
  for (const FieldPair& field : fields_) {
    Move move = look_up(field.src, field.dst, dimension_, call_, mirrors);
    if (!move.constant && field.src.indirect_index >= 0)
      move.gather = find_indirect(field.src, move.src_bytes);
    if (field.dst.indirect_index >= 0) move.scatter = find_indirect(field.dst, move.dst_bytes);
    const bool gathers_ranges = move.gather && move.gather->is_ranges();
    const bool scatters_ranges = move.scatter && move.scatter->is_ranges();
    if (gathers_ranges != scatters_ranges) {
      bad_use(call_, "an indirection through rectangles on one side only is not supported");
    }
    if (move.src_bytes != 0) moves_.push_back(move);
  }
}

namespace {

// The address of the field's element at the origin, for fields in one piece.
const char* origin_of(const FieldEnd& end) {
  return end.list && end.list->pieces.size() == 1 ? end.base + end.list->pieces[0].offset : end.base;
}

bool has_same_shape(const FieldEnd& a, const FieldEnd& b) {
  if (a.list->pieces.size() != 1 || b.list->pieces.size() != 1) return false;
  const Piece &first = a.list->pieces[0], &second = b.list->pieces[0];
  for (int d = 0; d < a.dimension; ++d) {
    if (first.lo[d] != second.lo[d] || first.hi[d] != second.hi[d] || first.strides[d] != second.strides[d]) {
      return false;
    }
  }
  return true;
}

}  // namespace

// Fields that lie side by side on both sides move as one.
void Transfer::join_neighbours() {
  if (moves_.size() < 2) return;
  std::sort(moves_.begin(), moves_.end(), [](const Move& a, const Move& b) {
    return std::less<const char*>()(origin_of(a.dst), origin_of(b.dst));
  });
  size_t last = 0;
  for (size_t k = 1; k < moves_.size(); ++k) {
    Move& before = moves_[last];
    const Move& here = moves_[k];
    if (before.is_plain() && here.is_plain() && !before.constant && !here.constant &&
        before.dst.list == here.dst.list && before.src.list == here.src.list &&
        here.dst.base == before.dst.base + before.dst_bytes &&
        here.src.base == before.src.base + before.src_bytes) {
      before.dst_bytes += here.dst_bytes;
      before.src_bytes += here.src_bytes;
    } else {
      moves_[++last] = here;
    }
  }
  moves_.resize(last + 1);
}

// Fields of structures that become columns, or the other way round.
void Transfer::join_equal_steps() {
  if (moves_.size() < 2) return;
  size_t last = 0;
  for (size_t k = 1; k < moves_.size(); ++k) {
    Move& before = moves_[last];
    const Move& here = moves_[k];
    bool is_next = before.is_plain() && here.is_plain() && !before.constant && !here.constant &&
                   before.dst_bytes == here.dst_bytes && has_same_shape(before.dst, here.dst) &&
                   has_same_shape(before.src, here.src);
    if (is_next) {
      const int64_t count = static_cast<int64_t>(before.field_count);
      const int64_t dst_step = origin_of(here.dst) - origin_of(before.dst);
      const int64_t src_step = origin_of(here.src) - origin_of(before.src);
      if (count == 1) {
        before.dst_step = dst_step;
        before.src_step = src_step;
      }
      is_next = dst_step == before.dst_step * count && src_step == before.src_step * count;
    }
    if (is_next) {
      ++before.field_count;
    } else {
      moves_[++last] = here;
    }
  }
  moves_.resize(last + 1);
}

// Dimensions by the stride of the destination, the largest first.
void Transfer::choose_order() {
  std::iota(slow_first_, slow_first_ + dimension_, 0);
  std::reverse(slow_first_, slow_first_ + dimension_);
  for (const Move& move : moves_) {
    const FieldEnd* end = move.scatter ? move.scatter->pointers() : &move.dst;
    if (!end || !end->list || end->list->pieces.empty()) continue;
    const Piece& piece = end->list->pieces[0];
    std::sort(slow_first_, slow_first_ + dimension_, [&](int a, int b) {
      const int64_t a_stride = std::abs(piece.strides[a]), b_stride = std::abs(piece.strides[b]);
      return a_stride != b_stride ? a_stride > b_stride : a > b;
    });
    return;
  }
}

void Transfer::prepare(int worker_count, const Mirrors* mirrors) {
  std::vector<int64_t> rects;
  points_->list_rects(rects);
  std::vector<Box> all(rects.size() / (2 * REALM_MAX_DIM));
  uint64_t point_count = 0;
  for (size_t k = 0; k < all.size(); ++k) {
    std::memcpy(&all[k], &rects[k * 2 * REALM_MAX_DIM], sizeof(Box));
    point_count += all[k].volume(dimension_);
  }
  if (point_count == 0) return;
  look_up_all(mirrors);
  join_neighbours();
  join_equal_steps();
  choose_order();
  uint64_t point_bytes = 0;
  bool is_interleaved = false, is_ordered = false;
  for (const Move& move : moves_) {
    point_bytes += std::max(move.src_bytes, move.dst_bytes) * move.field_count;
    if (move.dst.list) is_interleaved |= has_gaps(move.dst, move.dst_bytes);
    if (move.src.list) is_interleaved |= has_gaps(move.src, move.src_bytes);
    // Targets of different strips may be the same elements.
    is_ordered |= move.scatter != nullptr;
  }
  if (point_bytes == 0) return;
  bytes_ = point_bytes * point_count;
  is_streaming_ = bytes_ >= streaming_threshold_bytes();
  if (moves_.size() > 1 && is_interleaved) block_points_ = std::max<uint64_t>(64, kBlockBytes / point_bytes);
  if (worker_count <= 1 || is_ordered || bytes_ < 2 * kStripBytes) {
    boxes_ = std::move(all);
    strip_ends_ = {boxes_.size()};
    return;
  }
  const uint64_t strip_points =
      std::max(kStripBytes / point_bytes, point_count / (4 * static_cast<uint64_t>(worker_count)));
  uint64_t in_strip = 0;
  for (const Box& box : all) {
    const size_t first = boxes_.size();
    cut_box(box, dimension_, slow_first_, std::max<uint64_t>(strip_points, 1), boxes_);
    for (size_t k = first; k < boxes_.size(); ++k) {
      in_strip += boxes_[k].volume(dimension_);
      if (in_strip >= strip_points) {
        strip_ends_.push_back(k + 1);
        in_strip = 0;
      }
    }
  }
  if (in_strip != 0) strip_ends_.push_back(boxes_.size());
}

// ---- moving

void Transfer::move_strip(size_t strip) const {
  for (size_t k = strip == 0 ? 0 : strip_ends_[strip - 1]; k < strip_ends_[strip]; ++k) move_box(boxes_[k]);
  if (is_streaming_) finish_streaming();
}

void Transfer::move_box(const Box& box) const {
  if (block_points_ >= box.volume(dimension_)) {
    move_fields(box);
    return;
  }
  std::vector<Box> blocks;
  cut_box(box, dimension_, slow_first_, block_points_, blocks);
  for (const Box& block : blocks) move_fields(block);
}

void Transfer::move_fields(const Box& box) const {
  for (const Move& move : moves_) {
    if (move.gather || move.scatter) {
      move_indirect(move, box, dimension_, call_);
    } else {
      move_direct(move, box, dimension_, is_streaming_, call_);
    }
  }
}

void not_in_instances(uint64_t points, const char* call) {
  bad_use(call, "%llu points are not in the instances", static_cast<unsigned long long>(points));
}

void move_direct(const Move& move, const Box& box, int dimension, bool is_streaming, const char* call) {
  for_each_strided(move, box, dimension, call, [&](const Strided& strided, bool is_fill) {
    if (move.serdez) {
      copy_objects(*move.serdez, strided);
    } else if (move.kernel) {
      reduce_strided(strided, move.kernel, move.userdata);
    } else if (is_fill) {
      fill_strided(strided, is_streaming);
    } else {
      copy_strided(strided, is_streaming);
    }
  });
}

}  // namespace palatine::realm::transfer
