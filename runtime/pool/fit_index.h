// What is free or pending, in order of the room that it has: finds in logarithmic time what the size classes,
// which look at a few chunks of a class, may miss. Only needed when memory is short.
//
// So it is made with the first question, and from then on told of every chunk that changes; what that means
// is worked out with the next question. When as many changes have come without one as there were chunks, it
// forgets everything until it is asked again: an operation pays a logarithm at most, counted over all, and
// nothing while memory is not short.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "runtime/pool/chunk.h"
#include "runtime/pool/size_classes.h"

namespace palatine::pool {

class FitIndex {
 public:
  // `blocks` is the pool's list of blocks at any time.
  explicit FitIndex(Block* const& blocks) : blocks_(blocks) {}

  // The chunk is free or pending now, or is not any more.
  void touch(Chunk* chunk) {
    if (is_watching_) note(chunk);
  }

  // The smallest free chunk that is large enough, or null.
  Chunk* find_free(const Request& request);
  // The pending chunk of the stream that has least room and is large enough, together with the free chunks at
  // its sides, which are not part of it yet.
  Chunk* find_pending(StreamId stream, const Request& request);
  // The size of the largest free chunk.
  uint64_t largest_free();
  // The pending or joined chunk that the address lies in, or null.
  const Chunk* at(const void* address);

  // Chunks looked at so far, and comparisons with them.
  uint64_t visited() const { return visited_; }

 private:
  // Where a chunk belongs: free chunks, and each stream's pending ones, in large and in small blocks. By
  // address there is one place.
  using Place = uint64_t;
  struct Key {
    Place place;
    // The room, or the address.
    uint64_t value;
    // No two are equal, and which comes first does not depend on where records lie.
    uint64_t entered;
  };
  struct IsBefore {
    uint64_t* visited;
    bool operator()(const Key& a, const Key& b) const {
      ++*visited;
      if (a.place != b.place) return a.place < b.place;
      return a.value != b.value ? a.value < b.value : a.entered < b.entered;
    }
  };
  struct Order {
    // Of the requests that it is for; 0: by address.
    uint64_t alignment;
    std::map<Key, Chunk*, IsBefore> chunks;
    std::unordered_map<const Chunk*, Key> keys;
  };

  void note(Chunk* chunk);
  void forget();
  // Up to date.
  Order& order(uint64_t alignment);
  void update(Order& order, Chunk* chunk);
  static std::optional<Key> key_of(const Order& order, const Chunk& chunk);
  Chunk* find(Place place, const Request& request);
  template <class Visit>
  void visit_all(Visit visit);

  Block* const& blocks_;
  bool is_watching_ = false;
  // Few: alignments are powers of two.
  std::vector<Order> orders_;
  std::vector<Chunk*> changed_;
  uint64_t chunks_at_start_ = 0;
  uint64_t entered_ = 0;
  uint64_t visited_ = 0;
};

}  // namespace palatine::pool
