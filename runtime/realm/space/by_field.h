// Pieces by field: the points whose value is a given colour.
//
//   ColorTable<int> table(colors);
//   ByField<2, long long> pieces(table.size());
//   for_each_row(domain, view, [&](auto& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
//     pieces.add_row(first, count, values, stride, table);
//   });
//   RectList<2, long long> piece = pieces.take(table.find(color));
//
// The values are read once; work for a colour is per run of equal values. A domain may be divided among
// threads with a ByField each, whose results are united (they do not overlap: append and coalesce).
#pragma once

#include <vector>

#include "runtime/realm/space/color_table.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

template <int N, typename T>
class ByField {
 public:
  explicit ByField(uint32_t colors) : pieces_(colors) {}

  // Rows must not overlap. The table has at most as many colours as this.
  void add_row(Point<N, T> first, uint64_t count, const std::byte* values, ptrdiff_t stride,
               const ColorNumbers& table) {
    ColorRun runs[ColorNumbers::kMaxRuns];
    while (count > 0) {
      size_t run_count;
      const uint64_t taken = table.find_runs(values, stride, count, runs, run_count);
      for (size_t k = 0; k < run_count; ++k) {
        if (runs[k].number != kNoColor) pieces_[runs[k].number].append_run(first, runs[k].length);
        first[0] = static_cast<T>(first[0] + static_cast<T>(runs[k].length));
      }
      count -= taken;
      values += static_cast<ptrdiff_t>(taken) * stride;
    }
  }

  // The points of one colour; call once for each.
  RectList<N, T> take(uint32_t number) { return pieces_[number].take(); }

 private:
  std::vector<RectBuilder<N, T>> pieces_;
};

}  // namespace palatine::realm::space
