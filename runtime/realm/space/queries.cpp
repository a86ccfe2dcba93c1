// Questions to index spaces that are valid.
#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/covering.h"
#include "runtime/realm/space/rect_list.h"
#include "runtime/realm/space/sparsity_contents.h"

namespace Realm {

namespace space = palatine::realm::space;

namespace {

// From so many rectangles on a lookup in more than one dimension goes through the index.
constexpr size_t kIndexed = 16;

template <int N, typename T>
const space::RectList<N, T>& rects_of(const IndexSpace<N, T>& is, const char* call) {
  return space::find_map(is.sparsity, call).rects(call);
}

// The rectangles of the map that overlap `r`, until `found` returns false.
template <int N, typename T, typename Found>
void for_each_overlap(const IndexSpace<N, T>& is, const Rect<N, T>& r, const char* call, Found found) {
  auto& contents = space::find_map(is.sparsity, call);
  const auto& rects = contents.rects(call);
  if constexpr (N == 1) {
    auto it = std::partition_point(rects.begin(), rects.end(),
                                   [&](const auto& other) { return other.hi[0] < r.lo[0]; });
    for (; it != rects.end() && it->lo[0] <= r.hi[0]; ++it)
      if (!found(*it)) return;
  } else if (rects.size() < kIndexed) {
    for (const auto& other : rects)
      if (other.overlaps(r) && !found(other)) return;
  } else {
    contents.index().query(r, [&](uint32_t i) { return found(rects[i]); });
  }
}

}  // namespace

template <int N, typename T>
IndexSpace<N, T> IndexSpace<N, T>::tighten(bool precise) const {
  if (bounds.empty()) return make_empty();
  if (dense()) return *this;
  const char* call = "IndexSpace::tighten";
  auto& contents = space::find_map(sparsity, call);
  const auto& rects = contents.rects(call);
  if (bounds.contains(contents.bounds())) {
    if (rects.empty()) return make_empty();
    if (rects.size() == 1) return IndexSpace(rects[0]);
    return IndexSpace(contents.bounds(), sparsity);
  }
  const auto inside = space::intersect(rects, bounds);
  if (inside.empty()) return make_empty();
  if (inside.size() == 1) return IndexSpace(inside[0]);
  return IndexSpace(space::bounds(inside), sparsity);
}

template <int N, typename T>
bool IndexSpace<N, T>::contains(const Point<N, T>& p) const {
  if (!bounds.contains(p)) return false;
  if (dense()) return true;
  bool is_found = false;
  for_each_overlap(*this, Rect<N, T>(p, p), "IndexSpace::contains", [&](const Rect<N, T>&) {
    is_found = true;
    return false;
  });
  return is_found;
}

template <int N, typename T>
bool IndexSpace<N, T>::contains_all(const Rect<N, T>& r) const {
  if (r.empty()) return true;
  if (!bounds.contains(r)) return false;
  if (dense()) return true;
  size_t missing = r.volume();
  for_each_overlap(*this, r, "IndexSpace::contains_all", [&](const Rect<N, T>& other) {
    missing -= other.intersection(r).volume();
    return missing > 0;
  });
  return missing == 0;
}

template <int N, typename T>
bool IndexSpace<N, T>::contains_any(const Rect<N, T>& r) const {
  const Rect<N, T> inside = bounds.intersection(r);
  if (inside.empty()) return false;
  if (dense()) return true;
  bool is_found = false;
  for_each_overlap(*this, inside, "IndexSpace::contains_any", [&](const Rect<N, T>&) {
    is_found = true;
    return false;
  });
  return is_found;
}

template <int N, typename T>
bool IndexSpace<N, T>::overlaps(const IndexSpace& other) const {
  const Rect<N, T> common = bounds.intersection(other.bounds);
  if (common.empty()) return false;
  if (dense()) return other.contains_any(common);
  if (other.dense()) return contains_any(common);
  const char* call = "IndexSpace::overlaps";
  return space::overlaps(space::intersect(rects_of(*this, call), common), rects_of(other, call));
}

template <int N, typename T>
size_t IndexSpace<N, T>::volume() const {
  if (bounds.empty()) return 0;
  if (dense()) return bounds.volume();
  const char* call = "IndexSpace::volume";
  auto& contents = space::find_map(sparsity, call);
  const auto& rects = contents.rects(call);
  if (bounds.contains(contents.bounds())) return contents.volume();
  size_t sum = 0;
  for (const Rect<N, T>& r : rects) sum += r.intersection(bounds).volume();
  return sum;
}

template <int N, typename T>
bool IndexSpace<N, T>::compute_covering(size_t max_rects, int max_overhead,
                                        std::vector<Rect<N, T>>& covering) const {
  if (bounds.empty() || dense()) {
    covering.clear();
    if (!bounds.empty()) covering.push_back(bounds);
    return true;
  }
  return sparsity.impl()->compute_covering(bounds, max_rects, max_overhead, covering);
}

#define X(N, T)                                                            \
  template IndexSpace<N, T> IndexSpace<N, T>::tighten(bool) const;         \
  template bool IndexSpace<N, T>::contains(const Point<N, T>&) const;      \
  template bool IndexSpace<N, T>::contains_all(const Rect<N, T>&) const;   \
  template bool IndexSpace<N, T>::contains_any(const Rect<N, T>&) const;   \
  template bool IndexSpace<N, T>::overlaps(const IndexSpace<N, T>&) const; \
  template size_t IndexSpace<N, T>::volume() const;                        \
  template bool IndexSpace<N, T>::compute_covering(size_t, int, std::vector<Rect<N, T>>&) const;
PALATINE_FOR_EACH_SPACE(X)
#undef X

IndexSpaceGeneric::IndexSpaceGeneric(const IndexSpaceGeneric& other)
    : impl(other.impl == nullptr ? nullptr : other.impl->clone()) {}

IndexSpaceGeneric::~IndexSpaceGeneric() {
  delete impl;
}

IndexSpaceGeneric& IndexSpaceGeneric::operator=(const IndexSpaceGeneric& other) {
  if (this == &other) return *this;
  IndexSpaceGenericImpl* copied = other.impl == nullptr ? nullptr : other.impl->clone();
  delete impl;
  impl = copied;
  return *this;
}

void IndexSpaceGeneric::destroy(Event wait_on) {
  if (impl != nullptr) impl->destroy(wait_on);
}

Event IndexSpaceGeneric::copy(const std::vector<CopySrcDstField>& srcs,
                              const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
                              Event wait_on, int priority) const {
  if (impl == nullptr) detail::wrong_use("IndexSpaceGeneric::copy", "there is no index space");
  return impl->copy(srcs, dsts, requests, wait_on, priority);
}

void detail::wrong_use(const char* call, const char* message) {
  palatine::realm::bad_use(call, "%s", message);
}

}  // namespace Realm
