#include "runtime/realm/space/affine.h"

#include <algorithm>

namespace palatine::realm::space {

namespace {

using Wide = __int128;

// Rounded down.
Wide divide_down(Wide a, Wide b) {
  const Wide quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

// Result number `row` at the point `p`, modulo 2^64.
int64_t result_at(const AffineMap& map, int row, const int64_t* p) {
  uint64_t sum = static_cast<uint64_t>(map.offset[row]);
  for (int j = 0; j < map.columns; j++)
    sum += static_cast<uint64_t>(map.matrix[row][j]) * static_cast<uint64_t>(p[j]);
  return static_cast<int64_t>(sum);
}

}  // namespace

bool maps_rects_to_rects(const AffineMap& map) {
  int uses[4] = {};
  for (int i = 0; i < map.rows; i++) {
    int dependences = 0;
    for (int j = 0; j < map.columns; j++) {
      const int64_t factor = map.matrix[i][j];
      if (factor == 0) continue;
      if ((factor != 1 && factor != -1) || ++dependences > 1 || ++uses[j] > 1) return false;
    }
  }
  return true;
}

bool has_rect_preimages(const AffineMap& map) {
  for (int i = 0; i < map.rows; i++)
    if (std::count_if(map.matrix[i], map.matrix[i] + map.columns, [](int64_t f) { return f != 0; }) > 1)
      return false;
  return true;
}

template <int N, typename T>
void add_affine_image(const AffineMap& map, const std::vector<int64_t>& rects, const Rect<N, T>& bounds,
                      ImageBuilder<N, T>& image) {
  const int columns = map.columns;
  const bool is_direct = maps_rects_to_rects(map);
  for (size_t at = 0; at < rects.size(); at += static_cast<size_t>(2 * columns)) {
    const int64_t* lo = &rects[at];
    const int64_t* hi = lo + columns;
    if (is_direct) {
      Rect<N, T> out = bounds;
      bool is_empty = false;
      for (int i = 0; i < N; i++) {
        Wide low = map.offset[i], high = low;
        for (int j = 0; j < columns; j++) {
          const int64_t factor = map.matrix[i][j];
          low += Wide(factor) * (factor < 0 ? hi[j] : lo[j]);
          high += Wide(factor) * (factor < 0 ? lo[j] : hi[j]);
        }
        low = std::max<Wide>(low, bounds.lo[i]);
        high = std::min<Wide>(high, bounds.hi[i]);
        is_empty |= low > high;
        out.lo[i] = static_cast<T>(low);
        out.hi[i] = static_cast<T>(high);
      }
      if (!is_empty) image.add_rect(out);
      continue;
    }
    int64_t p[4];
    std::copy(lo, hi, p);
    while (true) {
      Point<N, T> out;
      bool is_exact = true;
      for (int i = 0; i < N; i++) {
        const int64_t value = result_at(map, i, p);
        out[i] = static_cast<T>(value);
        is_exact &= static_cast<int64_t>(out[i]) == value;
      }
      if (is_exact) image.add_point(out);
      int j = 0;
      for (; j < columns && p[j] == hi[j]; j++) p[j] = lo[j];
      if (j == columns) break;
      p[j]++;
    }
  }
}

template <int N, typename T>
Rect<N, T> affine_preimage(const AffineMap& map, const int64_t* target, const Rect<N, T>& within) {
  Rect<N, T> out = within;
  for (int i = 0; i < map.rows; i++) {
    // target.lo <= factor * p[j] + offset <= target.hi
    const Wide low = Wide(target[i]) - map.offset[i], high = Wide(target[map.rows + i]) - map.offset[i];
    const auto* factor =
        std::find_if(map.matrix[i], map.matrix[i] + map.columns, [](int64_t f) { return f != 0; });
    const int j = static_cast<int>(factor - map.matrix[i]);
    if (j == map.columns) {
      if (low > 0 || high < 0) return Rect<N, T>::make_empty();
      continue;
    }
    const Wide first = *factor > 0 ? -divide_down(-low, *factor) : -divide_down(-high, *factor);
    const Wide last = *factor > 0 ? divide_down(high, *factor) : divide_down(low, *factor);
    if (first > last || last < Wide(out.lo[j]) || first > Wide(out.hi[j])) return Rect<N, T>::make_empty();
    if (first > Wide(out.lo[j])) out.lo[j] = static_cast<T>(first);
    if (last < Wide(out.hi[j])) out.hi[j] = static_cast<T>(last);
  }
  return out;
}

#define X(N, T)                                                                                    \
  template void add_affine_image(const AffineMap&, const std::vector<int64_t>&, const Rect<N, T>&, \
                                 ImageBuilder<N, T>&);                                             \
  template Rect<N, T> affine_preimage(const AffineMap&, const int64_t*, const Rect<N, T>&);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace palatine::realm::space
