// Copies, fills and reductions as operations.
//
// When its precondition has triggered, an operation looks up the instances and lists its points as boxes. A
// box is cut into strips along the destination's slowest dimension: by the workers when it is large, and
// further into blocks that stay in the caches when several fields are interleaved on one side, so that memory
// is read and written once for all of them. Strips are independent pieces of work; the last one completes the
// operation. Small operations run where they are: in the calling thread when the precondition has triggered
// before, and then the result is no event at all.
//
// Thread safety: strips share the operation read-only, except for the count of those that are left.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "realm/copy.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/transfer/field_end.h"
#include "runtime/realm/transfer/indirect.h"

namespace palatine::realm::transfer {

// A source and a destination, as the program gave them.
struct FieldPair {
  Realm::CopySrcDstField src;
  Realm::CopySrcDstField dst;
};

// The same, looked up.
struct Move {
  FieldEnd src;                          // `list` is null for a constant or a gather
  FieldEnd dst;                          // `list` is null for a scatter
  const char* constant = nullptr;        // the value, if the source is one
  const Indirection* gather = nullptr;   // how source elements are found, if not by the point itself
  const Indirection* scatter = nullptr;  // the same for the destination
  size_t src_bytes = 0;
  size_t dst_bytes = 0;
  Realm::ReductionOpUntyped::Kernel kernel = nullptr;  // of a reduction
  const void* userdata = nullptr;
  const Realm::CustomSerdezUntyped* serdez = nullptr;

  // Fields of the same size that lie at equal distances on both sides, in single pieces of the same shape,
  // move as one: this one and those after it.
  uint64_t field_count = 1;
  int64_t dst_step = 0;
  int64_t src_step = 0;

  bool is_plain() const { return !gather && !scatter && !kernel && !serdez; }
};

[[noreturn]] void not_in_instances(uint64_t points, const char* call);

// Looks up the pair, which has no indirect end.
Move look_up(const Realm::CopySrcDstField& src, const Realm::CopySrcDstField& dst, int dimension,
             const char* call, const Mirrors* mirrors = nullptr);

// Calls `visit(strided, is_fill)` for the parts of `box` that lie in one piece on both sides; together they
// are all of it. No end is indirect.
template <typename Visit>
void for_each_strided(const Move& move, const Box& box, int dimension, const char* call, Visit&& visit) {
  uint64_t moved = 0;
  auto run = [&](const Box& part, const Piece& dst_piece, const Piece* src_piece) {
    moved += part.volume(dimension);
    Strided strided;
    strided.dst = move.dst.address(dst_piece, part.lo);
    strided.src = src_piece ? move.src.address(*src_piece, part.lo) : move.constant;
    strided.element_bytes = move.dst_bytes;
    strided.axis_count = dimension;
    for (int d = 0; d < dimension; ++d) {
      strided.axes[d] = {part.extent(d), dst_piece.strides[d], src_piece ? src_piece->strides[d] : 0};
    }
    if (move.field_count > 1) {
      strided.axes[strided.axis_count++] = {move.field_count, move.dst_step, move.src_step};
    }
    visit(strided, src_piece == nullptr);
  };
  move.dst.for_each_part(box, [&](const Piece& dst_piece, const Box& dst_part) {
    if (move.constant) {
      run(dst_part, dst_piece, nullptr);
    } else {
      move.src.for_each_part(
          dst_part, [&](const Piece& src_piece, const Box& part) { run(part, dst_piece, &src_piece); });
    }
  });
  if (moved != box.volume(dimension)) not_in_instances(box.volume(dimension) - moved, call);
}

// Moves the elements of the points of `box`; no end is indirect.
void move_direct(const Move& move, const Box& box, int dimension, bool is_streaming, const char* call);

// Everything about an operation but when it runs.
class Transfer {
 public:
  Transfer(const char* call, std::unique_ptr<Realm::detail::PointSet> points, std::vector<FieldPair> fields,
           std::vector<std::shared_ptr<Realm::detail::IndirectionData>> indirects);

  const char* call() const { return call_; }
  // The points and indirections are known after this.
  Realm::Event known() const;
  // Bytes that the operation moves at most, as far as that is known before it starts; for choosing where it
  // runs.
  uint64_t bytes_at_most() const { return bytes_at_most_; }

  // Looks everything up. Then `strip_count` strips may be moved by any threads; each once.
  void prepare(int worker_count, const Mirrors* mirrors = nullptr);
  size_t strip_count() const { return strip_ends_.size(); }
  void move_strip(size_t strip) const;
  uint64_t bytes() const { return bytes_; }

  // Whether an end lies in the memory of a GPU; then `device_transfer.h` carries it out.
  bool uses_gpu() const { return uses_gpu_; }
  const std::vector<Move>& moves() const { return moves_; }
  const std::vector<Box>& boxes() const { return boxes_; }
  int dimension() const { return dimension_; }

  const std::vector<FieldPair>& fields() const { return fields_; }
  const std::vector<std::shared_ptr<Realm::detail::IndirectionData>>& indirects() const { return indirects_; }

 private:
  void look_up_all(const Mirrors* mirrors);
  void join_neighbours();
  void join_equal_steps();
  void choose_order();
  void move_box(const Box& box) const;
  void move_fields(const Box& box) const;

  const char* const call_;
  const std::unique_ptr<Realm::detail::PointSet> points_;
  const int dimension_;
  const std::vector<FieldPair> fields_;
  const std::vector<std::shared_ptr<Realm::detail::IndirectionData>> indirects_;
  uint64_t bytes_at_most_;

  std::vector<Move> moves_;
  std::vector<std::unique_ptr<Indirection>> found_indirects_;
  std::vector<Box> boxes_;
  std::vector<size_t> strip_ends_;  // strip k has the boxes from the end of k - 1 on
  int slow_first_[REALM_MAX_DIM] = {};
  uint64_t block_points_ = ~uint64_t{0};
  uint64_t bytes_ = 0;
  bool is_streaming_ = false;
  bool uses_gpu_ = false;
};

// Carries a small copy without indirections out if its precondition has triggered and nobody wants to know
// about it; false, and nothing is done, otherwise.
bool copy_at_once(const Realm::detail::PointSet& points, const std::vector<Realm::CopySrcDstField>& srcs,
                  const std::vector<Realm::CopySrcDstField>& dsts, const Realm::ProfilingRequestSet& requests,
                  Realm::Event wait_on, const char* call);

Realm::Event launch(std::unique_ptr<Transfer> transfer, const Realm::ProfilingRequestSet& requests,
                    Realm::Event wait_on);

}  // namespace palatine::realm::transfer
