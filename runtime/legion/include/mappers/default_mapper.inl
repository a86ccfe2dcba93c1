// Templates of DefaultMapper.
#pragma once

namespace Legion {
namespace Mapping {

template <int DIM>
/*static*/ void DefaultMapper::default_decompose_points(const DomainT<DIM, coord_t>& point_space,
                                                        const std::vector<Processor>& targets,
                                                        const Point<DIM, coord_t>& blocking, bool recurse,
                                                        bool stealable, std::vector<TaskSlice>& slices) {
  const Rect<DIM, coord_t> bounds = point_space.bounds;
  if (bounds.empty() || targets.empty()) return;
  // Block b of a dimension with n points in k blocks: [n b / k, n (b + 1) / k).
  Point<DIM, coord_t> extent, count, block;
  for (int d = 0; d < DIM; ++d) {
    extent[d] = bounds.hi[d] - bounds.lo[d] + 1;
    count[d] = std::max<coord_t>(1, std::min<coord_t>(blocking[d], extent[d]));
    block[d] = 0;
  }
  size_t next_target = 0;
  for (;;) {
    Rect<DIM, coord_t> rect;
    for (int d = 0; d < DIM; ++d) {
      rect.lo[d] = bounds.lo[d] + extent[d] * block[d] / count[d];
      rect.hi[d] = bounds.lo[d] + extent[d] * (block[d] + 1) / count[d] - 1;
    }
    DomainT<DIM, coord_t> piece = point_space;
    piece.bounds = rect;
    if (!point_space.dense()) piece = piece.tighten();
    if (!piece.empty()) {
      slices.push_back(
          TaskSlice(Domain(piece), targets[next_target++ % targets.size()], recurse, stealable));
    }
    int d = 0;
    while (d < DIM && ++block[d] == count[d]) block[d++] = 0;
    if (d == DIM) break;
  }
}

template <int DIM>
/*static*/ Point<DIM, coord_t> DefaultMapper::default_select_num_blocks(
    long long int factor, const Rect<DIM, coord_t>& rect_to_factor) {
  Point<DIM, coord_t> blocks;
  double extent[DIM];
  for (int d = 0; d < DIM; ++d) {
    blocks[d] = 1;
    extent[d] = static_cast<double>(rect_to_factor.hi[d] - rect_to_factor.lo[d] + 1);
  }
  // The largest prime factors first, each to the dimension whose blocks are longest.
  std::vector<long long> primes;
  for (long long p = 2; p * p <= factor; ++p) {
    while (factor % p == 0) {
      primes.push_back(p);
      factor /= p;
    }
  }
  if (factor > 1) primes.push_back(factor);
  for (size_t k = primes.size(); k-- > 0;) {
    int longest = 0;
    for (int d = 1; d < DIM; ++d) {
      if (extent[d] > extent[longest]) longest = d;
    }
    blocks[longest] *= primes[k];
    extent[longest] /= static_cast<double>(primes[k]);
  }
  return blocks;
}

}  // namespace Mapping
}  // namespace Legion
