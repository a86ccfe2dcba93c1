// Sparsity maps: the points of index spaces that are no rectangles.
//
// Programs rarely use them directly; they come with IndexSpace. A map is made by an operation and valid when
// that operation has finished; asking for its contents earlier ends the program with a message, as does using
// a map that was destroyed. A map is counted: it is made with one reference, and gone when as many were
// removed as there are. Operations that were launched with a map keep what they need.
//
// Thread safety: every call may be made from any thread, and from tasks. What the getters return stays in
// place until the map is gone.
// Source: Realm's public interface, chapter "Points, rectangles, index spaces".
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>
#include <vector>

#include "realm/event.h"
#include "realm/point.h"
#include "realm/realm_c.h"
#include "realm/realm_config.h"

namespace Realm {

template <int N, typename T = int>
class HierarchicalBitMap;
template <int N, typename T = int>
class SparsityMapPublicImpl;

template <int N, typename T = int>
class REALM_PUBLIC_API SparsityMap {
 public:
  typedef ::realm_id_t id_t;
  id_t id;

  bool operator<(const SparsityMap& rhs) const { return id < rhs.id; }
  bool operator==(const SparsityMap& rhs) const { return id == rhs.id; }
  bool operator!=(const SparsityMap& rhs) const { return id != rhs.id; }
  REALM_CUDA_HD bool exists() const { return id != 0; }

  // Removes `count` references when `wait_on` triggers; does nothing when that is poisoned.
  void destroy(Event wait_on = Event::NO_EVENT, unsigned count = 1);
  // The returned event says when the references count; a precondition for removing them.
  Event add_reference(unsigned count = 1);
  void remove_reference(unsigned count = 1, Event wait_on = Event::NO_EVENT);

  SparsityMapPublicImpl<N, T>* impl() const;

  // A valid map. Without `always_create` there is none (id 0) for points that fill their bounds. `disjoint`
  // promises that nothing is there twice.
  static SparsityMap construct(const std::vector<Point<N, T>>& points, bool always_create, bool disjoint);
  static SparsityMap construct(const std::vector<Rect<N, T>>& rects, bool always_create, bool disjoint);
};

template <int N, typename T>
std::ostream& operator<<(std::ostream& out, SparsityMap<N, T> map) {
  return out << std::hex << map.id << std::dec;
}

// A part of a map. Here entries are plain rectangles: `sparsity` does not exist and `bitmap` is null.
template <int N, typename T = int>
struct SparsityMapEntry {
  Rect<N, T> bounds;
  SparsityMap<N, T> sparsity;
  HierarchicalBitMap<N, T>* bitmap;
};

template <int N, typename T>
std::ostream& operator<<(std::ostream& out, const SparsityMapEntry<N, T>& entry) {
  return out << entry.bounds;
}

// The contents of a map. `precise` makes no difference here.
template <int N, typename T>
class REALM_PUBLIC_API SparsityMapPublicImpl {
 public:
  // Triggers when the contents are known; poisoned when they never will be.
  Event make_valid(bool precise = true);
  bool is_valid(bool precise = true) const;

  // Rectangles that do not overlap, sorted by their lower corners, the highest dimension first.
  const std::vector<Rect<N, T>>& get_rects() const;
  const std::vector<SparsityMapEntry<N, T>>& get_entries();
  // At most 32 rectangles that cover all.
  const std::vector<Rect<N, T>>& get_approx_rects();
  // True when there is a point of both in `bounds`.
  bool overlaps(SparsityMapPublicImpl* other, const Rect<N, T>& bounds, bool approx);
  // As IndexSpace::compute_covering.
  bool compute_covering(const Rect<N, T>& bounds, size_t max_rects, int max_overhead,
                        std::vector<Rect<N, T>>& covering);

 protected:
  SparsityMapPublicImpl() = default;
  ~SparsityMapPublicImpl() = default;
  SparsityMapPublicImpl(const SparsityMapPublicImpl&) = delete;
  SparsityMapPublicImpl& operator=(const SparsityMapPublicImpl&) = delete;
};

}  // namespace Realm
