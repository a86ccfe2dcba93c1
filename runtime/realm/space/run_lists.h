// Many lists of runs that grow at once, in no order among them: what by-field and preimages write.
//
// In one dimension a list is a chain of chunks, and a run in it two 32-bit numbers: nothing is moved when a
// list grows, and the lists of many pieces together are written almost as fast as one. When all are written,
// each becomes a list of rectangles of exactly its size. In more dimensions rows may continue each other in
// any of them, so there each piece is a RectBuilder.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "runtime/realm/space/bump_memory.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N, typename T>
class RunLists {
 public:
  RunLists() = default;
  explicit RunLists(size_t pieces) : pieces_(pieces) {}

  // `count` > 0 points along dimension 0; no point is added to a piece twice.
  void append_run(size_t piece, const Point<N, T>& first, uint64_t count) {
    pieces_[piece].append_run(first, count);
  }

  // The points that `parts` have of a piece, which are different ones. Call once for each piece; different
  // pieces at once.
  static RectList<N, T> take(std::span<RunLists> parts, size_t piece) {
    if (parts.size() == 1) return parts[0].pieces_[piece].take();
    RectList<N, T> all;
    for (RunLists& part : parts) {
      const RectList<N, T> list = part.pieces_[piece].take();
      all.insert(all.end(), list.begin(), list.end());
    }
    return coalesce(std::move(all));
  }

 private:
  std::vector<RectBuilder<N, T>> pieces_;
};

template <typename T>
class RunLists<1, T> {
 public:
  RunLists() = default;
  explicit RunLists(size_t pieces) : pieces_(pieces) {}

  void append_run(size_t piece, const Point<1, T>& first, uint64_t count) {
    Piece& to = pieces_[piece];
    const uint64_t offset = static_cast<uint64_t>(first[0]) - to.base;
    if (to.at == to.end || (offset | (count - 1)) >> 32 != 0) [[unlikely]] {
      append_slowly(to, static_cast<uint64_t>(first[0]), count);
      return;
    }
    *to.at++ = {static_cast<uint32_t>(offset), static_cast<uint32_t>(count - 1)};
  }

  static RectList<1, T> take(std::span<RunLists> parts, size_t piece) {
    size_t count = 0;
    for (const RunLists& part : parts)
      part.pieces_[piece].for_each_part([&](auto runs, uint64_t) { count += runs.size(); });
    Output out(count);
    for (const RunLists& part : parts)
      part.pieces_[piece].for_each_part(
          [&](std::span<const Run> runs, uint64_t base) { out.append(runs, base); });
    return out.finish();
  }

 private:
  // Points base + offset to base + offset + more.
  struct Run {
    uint32_t offset;
    uint32_t more;
  };
  static constexpr uint32_t kFirstRuns = 14;
  static constexpr uint32_t kMostRuns = 1022;
  struct Chunk {
    Chunk* next;
    uint64_t base;
    // Behind the last run; not set in the last chunk of a piece.
    Run* end;
    Run runs[1];
  };
  struct Piece {
    Run* at = nullptr;
    Run* end = nullptr;
    uint64_t base = 0;
    Chunk* last = nullptr;
    Chunk* first = nullptr;

    template <typename Visit>
    void for_each_part(Visit&& visit) const {
      for (const Chunk* chunk = first; chunk != nullptr; chunk = chunk->next)
        visit(std::span<const Run>(chunk->runs, chunk == last ? at : chunk->end), chunk->base);
    }
  };

  // The list as it is written, through a little room that stays in the cache.
  class Output {
   public:
    explicit Output(size_t runs) : runs_(runs) { list_.reserve(runs); }

    void append(std::span<const Run> runs, uint64_t base) {
      for (const Run& run : runs) {
        const T lo = static_cast<T>(base + run.offset);
        const T hi = static_cast<T>(base + run.offset + run.more);
        if (has_open_ && lo > hi_ && lo - 1 == hi_) {
          hi_ = hi;
          continue;
        }
        is_sorted_ &= !has_open_ || lo > hi_;
        room_[count_] = Rect<1, T>(Point<1, T>(lo_), Point<1, T>(hi_));
        count_ += has_open_ ? 1 : 0;
        has_open_ = true;
        lo_ = lo;
        hi_ = hi;
        if (count_ == kRoom) flush();
      }
    }
    RectList<1, T> finish() {
      if (has_open_) room_[count_++] = Rect<1, T>(Point<1, T>(lo_), Point<1, T>(hi_));
      flush();
      if (!is_sorted_) list_ = coalesce(std::move(list_));
      if (list_.size() < runs_ / 2) list_.shrink_to_fit();
      return std::move(list_);
    }

   private:
    static constexpr size_t kRoom = 256;
    void flush() {
      list_.insert(list_.end(), room_, room_ + count_);
      count_ = 0;
    }

    size_t runs_;
    RectList<1, T> list_;
    size_t count_ = 0;
    bool has_open_ = false;
    bool is_sorted_ = true;
    T lo_ = 0, hi_ = 0;
    Rect<1, T> room_[kRoom + 1];
  };

  void append_slowly(Piece& to, uint64_t first, uint64_t count) {
    constexpr uint64_t kMost = uint64_t{1} << 32;
    while (count > 0) {
      if (to.at == to.end || (first - to.base) >> 32 != 0) begin_chunk(to, first);
      const uint64_t part = std::min(count, kMost);
      *to.at++ = {static_cast<uint32_t>(first - to.base), static_cast<uint32_t>(part - 1)};
      first += part;
      count -= part;
    }
  }
  void begin_chunk(Piece& to, uint64_t base) {
    uint32_t runs = kFirstRuns;
    if (to.last != nullptr) {
      to.last->end = to.at;
      runs = std::min<uint32_t>(kMostRuns, 2 * static_cast<uint32_t>(to.end - to.last->runs) + 2);
    }
    auto* chunk = static_cast<Chunk*>(memory_.take(sizeof(Chunk) + (runs - 1) * sizeof(Run)));
    chunk->next = nullptr;
    chunk->base = base;
    (to.last != nullptr ? to.last->next : to.first) = chunk;
    to.last = chunk;
    to.base = base;
    to.at = chunk->runs;
    to.end = chunk->runs + runs;
  }

  std::vector<Piece> pieces_;
  BumpMemory memory_;
};

}  // namespace palatine::realm::space
