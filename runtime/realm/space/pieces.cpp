// Equal and weighted pieces. Rectangles are cut at once; sparse spaces by number of points when they are
// known.
#include <algorithm>
#include <numeric>

#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/space_operation.h"

namespace palatine::realm::space {

namespace {

template <int N, typename T>
uint64_t extent(const Rect<N, T>& r, int dim) {
  return static_cast<uint64_t>(r.hi[dim]) - static_cast<uint64_t>(r.lo[dim]) + 1;
}

uint64_t times_over(uint64_t a, uint64_t b, uint64_t c) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(a) * b / c);
}

// Where piece number `piece` begins among `total` elements: a share `before` of `whole`, in whole granules.
uint64_t cut_at(uint64_t total, uint64_t granularity, uint64_t before, uint64_t whole) {
  const uint64_t granules = total / granularity + (total % granularity != 0);
  const uint64_t at = times_over(granules, before, whole);
  return at == granules ? total : at * granularity;
}

template <int N, typename T>
IndexSpace<N, T> layers(const Rect<N, T>& r, int dim, uint64_t first, uint64_t last) {
  if (first >= last) return IndexSpace<N, T>();
  Rect<N, T> part = r;
  part.lo[dim] = static_cast<T>(r.lo[dim] + static_cast<T>(first));
  part.hi[dim] = static_cast<T>(r.lo[dim] + static_cast<T>(last - 1));
  return IndexSpace<N, T>(part);
}

// Piece i of the result goes from share before[i] to before[i + 1] of `whole`.
template <int N, typename T>
class SliceWork final : public SpaceWork {
 public:
  SliceWork(SpaceInput<N, T> parent, uint64_t granularity, std::vector<uint64_t> before, uint64_t whole,
            std::vector<std::shared_ptr<SparsityContents<N, T>>> results)
      : parent_(std::move(parent)),
        granularity_(granularity),
        before_(std::move(before)),
        whole_(whole),
        results_(std::move(results)) {}

  size_t prepare(size_t stage) override {
    total_ = volume(parent_.list());
    return 1;
  }
  uint64_t cost(size_t stage) const override { return 0; }
  void run_piece(size_t stage, size_t piece) override {
    std::vector<uint64_t> cuts;
    for (uint64_t share : before_) cuts.push_back(cut_at(total_, granularity_, share, whole_));
    // One walk over the list for all pieces.
    const RectList<N, T>& list = parent_.list();
    size_t at = 0;
    uint64_t passed = 0;  // points before rectangle `at`
    for (size_t i = 0; i < results_.size(); i++) {
      while (at < list.size() && passed + list[at].volume() <= cuts[i]) passed += list[at++].volume();
      RectList<N, T> part;
      uint64_t end = passed;
      for (size_t k = at; k < list.size() && end < cuts[i + 1]; k++) {
        part.push_back(list[k]);
        end += list[k].volume();
      }
      results_[i]->set(
          slice(part, cuts[i] - std::min(cuts[i], passed), cuts[i + 1] - std::min(cuts[i + 1], passed)));
    }
  }

 private:
  SpaceInput<N, T> parent_;
  uint64_t granularity_;
  std::vector<uint64_t> before_;
  uint64_t whole_;
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results_;
  uint64_t total_ = 0;
};

template <int N, typename T>
Realm::Event cut_pieces(const IndexSpace<N, T>& parent, const char* call, int dim, uint64_t granularity,
                        std::vector<uint64_t> before, uint64_t whole, std::vector<IndexSpace<N, T>>& pieces,
                        const Realm::ProfilingRequestSet& requests, Realm::Event wait_on) {
  const size_t count = before.size() - 1;
  granularity = std::max<uint64_t>(granularity, 1);
  if (parent.empty()) {
    pieces.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  if (parent.dense()) {
    const uint64_t total = extent(parent.bounds, dim);
    for (size_t i = 0; i < count; i++)
      pieces.push_back(layers(parent.bounds, dim, cut_at(total, granularity, before[i], whole),
                              cut_at(total, granularity, before[i + 1], whole)));
    return launch_nothing(call, requests, wait_on);
  }
  SpaceInput<N, T> input(parent, call);
  std::vector<Realm::Event> known;
  input.add_known(known);
  auto results = make_results(parent.bounds, count, pieces);
  auto maps = results_of(results);
  auto work = std::make_unique<SliceWork<N, T>>(std::move(input), granularity, std::move(before), whole,
                                                std::move(results));
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

using namespace palatine::realm::space;

template <int N, typename T>
Event equal_pieces(const IndexSpace<N, T>& parent, const char* call, size_t count, size_t granularity,
                   size_t first, size_t last, std::vector<IndexSpace<N, T>>& pieces,
                   const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(pieces, call);
  if (count == 0) wrong_use(call, "the number of pieces is 0");
  if (last > count) palatine::realm::bad_use(call, "there is no piece %zu of %zu", last - 1, count);
  int longest = 0;
  for (int dim = 1; dim < N; dim++)
    if (extent(parent.bounds, dim) > extent(parent.bounds, longest)) longest = dim;
  std::vector<uint64_t> before(last - first + 1);
  std::iota(before.begin(), before.end(), first);
  return cut_pieces(parent, call, longest, granularity, std::move(before), count, pieces, requests, wait_on);
}

template <int N, typename T>
Event weighted_pieces(const IndexSpace<N, T>& parent, const char* call, size_t count, size_t granularity,
                      const std::vector<size_t>& weights, std::vector<IndexSpace<N, T>>& pieces,
                      const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(pieces, call);
  if (weights.size() != count)
    palatine::realm::bad_use(call, "there are %zu weights for %zu pieces", weights.size(), count);
  std::vector<uint64_t> before{0};
  for (size_t weight : weights) {
    if (weight > UINT64_MAX - before.back()) wrong_use(call, "the sum of the weights is too large");
    before.push_back(before.back() + weight);
  }
  const uint64_t whole = before.back();
  if (whole == 0) wrong_use(call, "all weights are 0");
  return cut_pieces(parent, call, 0, granularity, std::move(before), whole, pieces, requests, wait_on);
}

#define X(N, T)                                                                                     \
  template Event equal_pieces(const IndexSpace<N, T>&, const char*, size_t, size_t, size_t, size_t, \
                              std::vector<IndexSpace<N, T>>&, const ProfilingRequestSet&, Event);   \
  template Event weighted_pieces(const IndexSpace<N, T>&, const char*, size_t, size_t,              \
                                 const std::vector<size_t>&, std::vector<IndexSpace<N, T>>&,        \
                                 const ProfilingRequestSet&, Event);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
