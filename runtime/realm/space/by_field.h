// Pieces by field: the points whose value is a given colour.
//
//   ColorTable<int> table(colors);
//   RunLists<2, long long> pieces(table.size());
//   for_each_row(domain, view, [&](auto& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
//     add_row_by_field(pieces, first, count, values, stride, table);
//   });
//   RectList<2, long long> piece = RunLists<2, long long>::take({&pieces, 1}, table.find(color));
//
// The values are read once; work for a colour is per run of equal values. A domain may be divided among
// threads with lists each, which are taken together.
#pragma once

#include "runtime/realm/space/color_table.h"
#include "runtime/realm/space/run_lists.h"

namespace palatine::realm::space {

// Rows must not overlap. The table has at most as many colours as there are pieces.
template <int N, typename T>
void add_row_by_field(RunLists<N, T>& pieces, Point<N, T> first, uint64_t count, const std::byte* values,
                      ptrdiff_t stride, const ColorNumbers& table) {
  ColorRun runs[ColorNumbers::kMaxRuns];
  while (count > 0) {
    size_t run_count;
    const uint64_t taken = table.find_runs(values, stride, count, runs, run_count);
    for (size_t k = 0; k < run_count; ++k) {
      if (runs[k].number != kNoColor) pieces.append_run(runs[k].number, first, runs[k].length);
      first[0] = static_cast<T>(first[0] + static_cast<T>(runs[k].length));
    }
    count -= taken;
    values += static_cast<ptrdiff_t>(taken) * stride;
  }
}

}  // namespace palatine::realm::space
