// Chunks by size: two levels of classes with bitmaps (Masmano et al., "TLSF: a new dynamic memory allocator
// for real-time systems", 2004). Finding a class that fits, inserting and removing take constant time.
//
// Sizes are counted in units of 16 bytes. Below 32 units every size has a class; above, every power of two is
// cut into 32. Every chunk of a class above that of the request fits; in the class of the request some are
// looked at, and a FitIndex finds what they miss.
#pragma once

#include <bit>
#include <cstdint>

#include "runtime/pool/chunk.h"

namespace palatine::pool {

struct Request {
  // A multiple of the granule, at least one.
  uint64_t size;
  uint64_t alignment;
  uint64_t requested;
  bool is_small;
};

inline uint64_t aligned_up(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) & ~(alignment - 1);
}

inline bool fits(const Chunk& chunk, const Request& request) {
  uint64_t start = reinterpret_cast<uint64_t>(chunk.address);
  return aligned_up(start, request.alignment) + request.size <= start + chunk.size;
}

class SizeClasses {
 public:
  // Which end of a list is looked at first.
  enum class Order : uint8_t { newest, oldest };

  void insert_newest(Chunk* chunk) {
    List& list = list_of(chunk->size);
    chunk->bin_previous = list.last;
    chunk->bin_next = nullptr;
    (list.last ? list.last->bin_next : list.first) = chunk;
    list.last = chunk;
  }
  // For what is left of a chunk that was freed long ago.
  void insert_oldest(Chunk* chunk) {
    List& list = list_of(chunk->size);
    chunk->bin_next = list.first;
    chunk->bin_previous = nullptr;
    (list.first ? list.first->bin_previous : list.last) = chunk;
    list.first = chunk;
  }
  void remove(Chunk* chunk) {
    Class at = class_of(chunk->size);
    List& list = lists_[at.first][at.second];
    (chunk->bin_previous ? chunk->bin_previous->bin_next : list.first) = chunk->bin_next;
    (chunk->bin_next ? chunk->bin_next->bin_previous : list.last) = chunk->bin_previous;
    chunk->bin_previous = chunk->bin_next = nullptr;
    if (!list.first) {
      second_[at.first] &= ~(uint32_t{1} << at.second);
      if (!second_[at.first]) first_ &= ~(uint64_t{1} << at.first);
    }
  }
  bool is_empty() const { return first_ == 0; }

  // A chunk that fits and is at most an eighth larger than what is asked for.
  Chunk* find_close(const Request& request, Order order) const {
    if (!first_) return nullptr;
    auto is_close = [&](const Chunk& chunk) { return chunk.size - request.size <= request.size / 8; };
    Class at = class_of(request.size);
    if (Chunk* chunk = probe(lists_[at.first][at.second], request, order, kExactProbes, is_close)) {
      prefetch_after(chunk, order);
      return chunk;
    }
    return next_class(at) ? probe(lists_[at.first][at.second], request, order, 1, is_close) : nullptr;
  }
  // A chunk that fits, is near the size asked for and is accepted; null when the few that are looked at do
  // not.
  template <class Accept>
  Chunk* find(const Request& request, Order order, Accept accept) const {
    if (!first_) return nullptr;
    Class at = class_of(request.size);
    // The class of the request holds the exact fits.
    if (Chunk* chunk = probe(lists_[at.first][at.second], request, order, kExactProbes, accept)) {
      prefetch_after(chunk, order);
      return chunk;
    }
    // Any chunk of a larger class is large enough; one of `size + alignment` also has an aligned place.
    int tries = kClassProbes;
    while (next_class(at) && tries-- > 0) {
      if (Chunk* chunk = probe(lists_[at.first][at.second], request, order, 1, accept)) return chunk;
    }
    if (request.alignment <= kUnit) return nullptr;
    at = class_of(request.size + request.alignment);
    tries = kClassProbes;
    while (next_class(at) && tries-- > 0) {
      if (Chunk* chunk = probe(lists_[at.first][at.second], request, order, 1, accept)) return chunk;
    }
    return nullptr;
  }
  // False: when `find` finds nothing and accepts everything, then there is nothing that fits.
  bool may_miss(const Request& request) const {
    if (request.alignment > kUnit) return true;
    const Class at = class_of(request.size);
    const Chunk* chunk = lists_[at.first][at.second].first;
    for (unsigned k = 0; chunk && k < kExactProbes; ++k) chunk = chunk->bin_next;
    return chunk != nullptr;
  }
  // Chunks looked at so far.
  uint64_t visited() const { return visited_; }

  template <class Visit>
  void visit(Visit visit) const {
    for (int first = 0; first < kFirst; ++first) {
      for (int second = 0; second < kSecond; ++second) {
        for (Chunk* chunk = lists_[first][second].first; chunk; chunk = chunk->bin_next) {
          Class at = class_of(chunk->size);
          visit(chunk, at.first == first && at.second == second && (second_[first] >> second & 1) &&
                           (first_ >> first & 1));
        }
      }
    }
  }

 private:
  static constexpr uint64_t kUnit = 16;
  static constexpr int kSecond = 32;
  // Up to 2^52 bytes.
  static constexpr int kFirst = 44;
  static constexpr unsigned kExactProbes = 4;
  static constexpr int kClassProbes = 4;

  struct List {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
  };
  struct Class {
    int first, second;
  };

  static Class class_of(uint64_t size) {
    uint64_t units = size / kUnit;
    if (units < kSecond) return {0, static_cast<int>(units)};
    int top = std::bit_width(units) - 1;
    if (top - 4 >= kFirst) return {kFirst - 1, kSecond - 1};
    return {top - 4, static_cast<int>(units >> (top - 5)) - kSecond};
  }

  List& list_of(uint64_t size) {
    Class at = class_of(size);
    first_ |= uint64_t{1} << at.first;
    second_[at.first] |= uint32_t{1} << at.second;
    return lists_[at.first][at.second];
  }

  // What a run of equal requests takes after the next.
  static void prefetch_after(const Chunk* chunk, Order order) {
    const Chunk* next = order == Order::newest ? chunk->bin_previous : chunk->bin_next;
    if (next) prefetch(order == Order::newest ? next->bin_previous : next->bin_next);
  }

  static void prefetch(const Chunk* chunk) {
    if (!chunk) return;
    __builtin_prefetch(chunk, 1);
    __builtin_prefetch(reinterpret_cast<const char*>(chunk) + 64, 1);
  }

  // Moves to the next class that holds something.
  bool next_class(Class& at) const {
    uint32_t row = at.second == kSecond - 1 ? 0 : second_[at.first] & (~uint32_t{0} << (at.second + 1));
    if (!row) {
      uint64_t rows = first_ & (~uint64_t{0} << (at.first + 1));
      if (!rows) return false;
      at.first = std::countr_zero(rows);
      row = second_[at.first];
    }
    at.second = std::countr_zero(row);
    return true;
  }

  template <class Accept>
  Chunk* probe(const List& list, const Request& request, Order order, unsigned tries, Accept accept) const {
    const unsigned most = tries;
    Chunk* chunk = order == Order::newest ? list.last : list.first;
    for (; chunk && tries > 0; chunk = order == Order::newest ? chunk->bin_previous : chunk->bin_next) {
      --tries;
      if (fits(*chunk, request) && accept(*chunk)) break;
      if (tries == 0) chunk = nullptr;
      if (!chunk) break;
    }
    visited_ += most - tries;
    return chunk;
  }

  uint64_t first_ = 0;
  mutable uint64_t visited_ = 0;
  uint32_t second_[kFirst] = {};
  List lists_[kFirst][kSecond];
};

}  // namespace palatine::pool
