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

// Looks up the pair, which has no indirect end.
Move look_up(const Realm::CopySrcDstField& src, const Realm::CopySrcDstField& dst, int dimension,
             const char* call);

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
  void prepare(int worker_count);
  size_t strip_count() const { return strip_ends_.size(); }
  void move_strip(size_t strip) const;
  uint64_t bytes() const { return bytes_; }

  const std::vector<FieldPair>& fields() const { return fields_; }
  const std::vector<std::shared_ptr<Realm::detail::IndirectionData>>& indirects() const { return indirects_; }

 private:
  void look_up_all();
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
};

// Carries a small copy without indirections out if its precondition has triggered and nobody wants to know
// about it; false, and nothing is done, otherwise.
bool copy_at_once(const Realm::detail::PointSet& points, const std::vector<Realm::CopySrcDstField>& srcs,
                  const std::vector<Realm::CopySrcDstField>& dsts, const Realm::ProfilingRequestSet& requests,
                  Realm::Event wait_on, const char* call);

Realm::Event launch(std::unique_ptr<Transfer> transfer, const Realm::ProfilingRequestSet& requests,
                    Realm::Event wait_on);

}  // namespace palatine::realm::transfer
