// Sparsity maps as programs see them.
#include "realm/sparsity.h"

#include <algorithm>

#include "runtime/realm/handles.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/space/covering.h"
#include "runtime/realm/space/sparsity_contents.h"

namespace palatine::realm::space {

namespace {

constexpr size_t kMaxApproximation = 32;

}  // namespace

template <int N, typename T>
void SparsityContents<N, T>::not_known(const char* call) const {
  if (state() == kCancelled)
    bad_use(call,
            "the index space was never computed: its operation was cancelled or its precondition poisoned");
  bad_use(call, "the index space is not valid yet; wait for its operation or for make_valid()");
}

template <int N, typename T>
const RectIndex<N, T>& SparsityContents<N, T>::index() {
  std::call_once(index_once_, [&] { index_ = RectIndex<N, T>(rects_); });
  return index_;
}

template <int N, typename T>
const std::vector<Realm::SparsityMapEntry<N, T>>& SparsityContents<N, T>::entries() {
  std::call_once(entries_once_, [&] {
    entries_.reserve(rects_.size());
    for (const Rect<N, T>& r : rects_) entries_.push_back({r, SparsityMap<N, T>{0}, nullptr});
  });
  return entries_;
}

template <int N, typename T>
const RectList<N, T>& SparsityContents<N, T>::approximation() {
  std::call_once(approximation_once_, [&] { approximation_ = cover(rects_, kMaxApproximation, true); });
  return approximation_;
}

}  // namespace palatine::realm::space

namespace Realm {

using palatine::realm::space::SparsityContents;

namespace {

template <int N, typename T>
SparsityContents<N, T>& contents_of(SparsityMapPublicImpl<N, T>* map) {
  return *static_cast<SparsityContents<N, T>*>(map);
}

template <int N, typename T>
SparsityMap<N, T> make_map(palatine::realm::space::RectList<N, T> rects, bool always_create) {
  if (!always_create && rects.size() <= 1) return SparsityMap<N, T>{0};
  return palatine::realm::space::add_map(std::make_shared<SparsityContents<N, T>>(std::move(rects)));
}

}  // namespace

template <int N, typename T>
void SparsityMap<N, T>::destroy(Event wait_on, unsigned count) {
  remove_reference(count, wait_on);
}

template <int N, typename T>
Event SparsityMap<N, T>::add_reference(unsigned count) {
  palatine::realm::space::add_references(id, count, "SparsityMap::add_reference");
  return Event::NO_EVENT;
}

template <int N, typename T>
void SparsityMap<N, T>::remove_reference(unsigned count, Event wait_on) {
  const char* call = "SparsityMap::remove_reference";
  bool is_poisoned = false;
  if (wait_on.has_triggered_faultaware(is_poisoned)) {
    if (!is_poisoned) palatine::realm::space::remove_references(id, count, call);
    return;
  }
  palatine::realm::run_operation(call, palatine::realm::Operation::Place::kInline, ProfilingRequestSet(),
                                 wait_on, [id = id, count, call](palatine::realm::Operation&) {
                                   palatine::realm::space::remove_references(id, count, call);
                                 });
}

template <int N, typename T>
SparsityMapPublicImpl<N, T>* SparsityMap<N, T>::impl() const {
  return &palatine::realm::space::find_map(*this, "SparsityMap::impl");
}

template <int N, typename T>
SparsityMap<N, T> SparsityMap<N, T>::construct(const std::vector<Point<N, T>>& points, bool always_create,
                                               bool disjoint) {
  return make_map<N, T>(palatine::realm::space::from_points(points), always_create);
}

template <int N, typename T>
SparsityMap<N, T> SparsityMap<N, T>::construct(const std::vector<Rect<N, T>>& rects, bool always_create,
                                               bool disjoint) {
  using palatine::realm::space::coalesce, palatine::realm::space::normalise;
  if (!disjoint) return make_map<N, T>(normalise(rects), always_create);
  std::vector<Rect<N, T>> filled;
  filled.reserve(rects.size());
  std::copy_if(rects.begin(), rects.end(), std::back_inserter(filled),
               [](const Rect<N, T>& r) { return !r.empty(); });
  return make_map<N, T>(coalesce(std::move(filled)), always_create);
}

template <int N, typename T>
Event SparsityMapPublicImpl<N, T>::make_valid(bool precise) {
  auto& contents = contents_of(this);
  return contents.is_known() ? Event::NO_EVENT : palatine::realm::public_event(contents.known());
}

template <int N, typename T>
bool SparsityMapPublicImpl<N, T>::is_valid(bool precise) const {
  return static_cast<const SparsityContents<N, T>*>(this)->is_known();
}

template <int N, typename T>
const std::vector<Rect<N, T>>& SparsityMapPublicImpl<N, T>::get_rects() const {
  return static_cast<const SparsityContents<N, T>*>(this)->rects("SparsityMapPublicImpl::get_rects");
}

template <int N, typename T>
const std::vector<SparsityMapEntry<N, T>>& SparsityMapPublicImpl<N, T>::get_entries() {
  contents_of(this).rects("SparsityMapPublicImpl::get_entries");
  return contents_of(this).entries();
}

template <int N, typename T>
const std::vector<Rect<N, T>>& SparsityMapPublicImpl<N, T>::get_approx_rects() {
  contents_of(this).rects("SparsityMapPublicImpl::get_approx_rects");
  return contents_of(this).approximation();
}

template <int N, typename T>
bool SparsityMapPublicImpl<N, T>::overlaps(SparsityMapPublicImpl* other, const Rect<N, T>& bounds,
                                           bool approx) {
  using palatine::realm::space::intersect, palatine::realm::space::overlaps;
  const auto& mine = get_rects();
  const auto& theirs = other->get_rects();
  if (bounds.contains(contents_of(this).bounds())) return overlaps(mine, theirs);
  return overlaps(intersect(mine, bounds), theirs);
}

template <int N, typename T>
bool SparsityMapPublicImpl<N, T>::compute_covering(const Rect<N, T>& bounds, size_t max_rects,
                                                   int max_overhead, std::vector<Rect<N, T>>& covering) {
  const auto list = palatine::realm::space::intersect(get_rects(), bounds);
  const size_t most = max_rects == 0 ? list.size() : max_rects;
  const uint64_t points = palatine::realm::space::volume(list);
  // Rectangles stay whole if that meets the demands.
  for (bool may_cut : {false, true}) {
    auto found = palatine::realm::space::cover(list, most, may_cut);
    const uint64_t covered = palatine::realm::space::volume(found);
    if (max_overhead >= 0 &&
        static_cast<unsigned __int128>(covered - points) * 100 >
            static_cast<unsigned __int128>(points) * static_cast<unsigned>(max_overhead)) {
      continue;
    }
    covering = std::move(found);
    return true;
  }
  return false;
}

#define X(N, T)                     \
  template class SparsityMap<N, T>; \
  template class SparsityMapPublicImpl<N, T>;
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm

namespace palatine::realm::space {
#define X(N, T) template class SparsityContents<N, T>;
PALATINE_FOR_EACH_SPACE(X)
#undef X
}  // namespace palatine::realm::space
