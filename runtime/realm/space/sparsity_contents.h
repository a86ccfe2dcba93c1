// What is behind the handle of a sparsity map.
//
//   unknown    the operation that computes the map has not finished
//   known      the rectangles are there and never change again
//   cancelled  they will never be known: the operation was cancelled or its precondition poisoned
//
// Ownership: the table of handles holds a map as long as it has references, operations hold the maps that
// they read or compute. Thread safety: `set` and `cancel` are called once, by the operation that computes the
// map; what the getters return is safe to read after `is_known` (acquire) has said true.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "realm/indexspace.h"
#include "runtime/realm/event.h"
#include "runtime/realm/space/rect_index.h"
#include "runtime/realm/space/rect_list.h"

namespace palatine::realm::space {

using Realm::IndexSpace;
using Realm::SparsityMap;

class SparsityBase {
 public:
  enum State : uint8_t { kUnknown, kKnown, kCancelled };

  SparsityBase(int dimension, char coordinate) : dimension(dimension), coordinate(coordinate) {}
  virtual ~SparsityBase() = default;
  SparsityBase(const SparsityBase&) = delete;
  SparsityBase& operator=(const SparsityBase&) = delete;

  State state() const { return state_.load(std::memory_order_acquire); }
  bool is_known() const { return state() == kKnown; }
  // Triggers when the state is no longer unknown.
  realm::Event known() const { return known_; }
  void cancel();

  const int dimension;
  const char coordinate;

 protected:
  // Release: pairs with the load in `state`.
  void publish(State state) { state_.store(state, std::memory_order_release); }

  realm::UserEvent known_;

 private:
  std::atomic<State> state_{kUnknown};
};

// One letter for a type of coordinates.
template <typename T>
constexpr char kCoordinate = sizeof(T) == 8 ? 'l'
                             : T(-1) < T(0) ? 'i'
                                            : 'u';

template <int N, typename T>
class SparsityContents final : public Realm::SparsityMapPublicImpl<N, T>, public SparsityBase {
 public:
  // Unknown, to be computed.
  SparsityContents() : SparsityBase(N, kCoordinate<T>) { known_ = realm::UserEvent::create(); }
  // Known; a normal list.
  explicit SparsityContents(RectList<N, T> rects) : SparsityBase(N, kCoordinate<T>) {
    fill(std::move(rects));
  }

  void set(RectList<N, T> rects) {
    fill(std::move(rects));
    known_.trigger();
  }

  // These end the program with a message when the map is not known.
  const RectList<N, T>& rects(const char* call) const {
    if (!is_known()) not_known(call);
    return rects_;
  }
  uint64_t volume() const { return volume_; }
  const Rect<N, T>& bounds() const { return bounds_; }
  // Made when first asked for.
  const RectIndex<N, T>& index();
  const std::vector<Realm::SparsityMapEntry<N, T>>& entries();
  const RectList<N, T>& approximation();

 private:
  void fill(RectList<N, T> rects) {
    rects_ = std::move(rects);
    volume_ = space::volume(rects_);
    bounds_ = space::bounds(rects_);
    publish(kKnown);
  }
  [[noreturn]] void not_known(const char* call) const;

  RectList<N, T> rects_;
  uint64_t volume_ = 0;
  Rect<N, T> bounds_ = Rect<N, T>::make_empty();

  std::once_flag index_once_, entries_once_, approximation_once_;
  RectIndex<N, T> index_;
  std::vector<Realm::SparsityMapEntry<N, T>> entries_;
  RectList<N, T> approximation_;
};

// The table of handles. `call` names the public call in messages about handles that are none (any more).

// Gives the map a handle with one reference.
uint64_t add_map(std::shared_ptr<SparsityBase> map);
std::shared_ptr<SparsityBase> hold_map(uint64_t id, int dimension, char coordinate, const char* call);
// Not held: for calls that end before the map could be destroyed.
SparsityBase* find_map(uint64_t id, int dimension, char coordinate, const char* call);
void add_references(uint64_t id, unsigned count, const char* call);
void remove_references(uint64_t id, unsigned count, const char* call);
// How many maps have references.
uint64_t map_count();

template <int N, typename T>
std::shared_ptr<SparsityContents<N, T>> hold_map(SparsityMap<N, T> map, const char* call) {
  return std::static_pointer_cast<SparsityContents<N, T>>(hold_map(map.id, N, kCoordinate<T>, call));
}
template <int N, typename T>
SparsityContents<N, T>& find_map(SparsityMap<N, T> map, const char* call) {
  return *static_cast<SparsityContents<N, T>*>(find_map(map.id, N, kCoordinate<T>, call));
}
template <int N, typename T>
SparsityMap<N, T> add_map(std::shared_ptr<SparsityContents<N, T>> map) {
  SparsityMap<N, T> handle;
  handle.id = add_map(std::static_pointer_cast<SparsityBase>(std::move(map)));
  return handle;
}
// A second owner of the same points: one more reference.
template <int N, typename T>
IndexSpace<N, T> share(const IndexSpace<N, T>& space, const char* call) {
  if (!space.dense()) add_references(space.sparsity.id, 1, call);
  return space;
}

}  // namespace palatine::realm::space
