// The free ranges of a memory: an address-ordered search tree, each node with the largest range below it.
//
// Adjacent ranges are merged at once, so a range is free exactly if one node contains it. Every operation
// takes time logarithmic in the number of ranges (expected; the tree is a treap with a fixed seed, so the
// same calls always give the same tree). Copying is a copy of one array.
//
// Thread safety: none, the owner locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace palatine::realm {

class FreeRanges {
 public:
  static constexpr uint64_t kNone = ~uint64_t{0};

  explicit FreeRanges(uint64_t capacity_bytes);

  // The lowest offset, a multiple of `alignment` (a power of two), where `size` > 0 bytes are free; or kNone.
  uint64_t first_fit(uint64_t size, uint64_t alignment) const;
  // Whether all of the range is free.
  bool contains(uint64_t offset, uint64_t size) const;
  // The range must be free.
  void take(uint64_t offset, uint64_t size);
  // No part of the range may be free.
  void release(uint64_t offset, uint64_t size);

  uint64_t free_bytes() const { return free_bytes_; }
  uint64_t largest_bytes() const { return root_ == kNil ? 0 : nodes_[root_].largest; }
  size_t range_count() const { return range_count_; }

  // Calls `visit(offset, size)` for each range, by address.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    visit_from(root_, visit);
  }

 private:
  static constexpr uint32_t kNil = ~uint32_t{0};

  struct Node {
    uint64_t start;
    uint64_t size;
    // The largest size in the subtree.
    uint64_t largest;
    uint32_t left;
    uint32_t right;
    uint32_t priority;
  };

  template <typename Visit>
  void visit_from(uint32_t node, Visit& visit) const {
    if (node == kNil) return;
    visit_from(nodes_[node].left, visit);
    visit(nodes_[node].start, nodes_[node].size);
    visit_from(nodes_[node].right, visit);
  }

  uint64_t fit_below(uint32_t node, uint64_t size, uint64_t alignment) const;
  uint32_t make_node(uint64_t start, uint64_t size);
  void update(uint32_t node);
  void insert(uint64_t start, uint64_t size);
  uint32_t insert_below(uint32_t root, uint32_t node);
  void split(uint32_t root, uint64_t start, uint32_t& left, uint32_t& right);
  uint32_t merge(uint32_t left, uint32_t right);
  // Removes the node that starts at `start`.
  uint32_t erase_below(uint32_t root, uint64_t start);
  // Makes the node that starts at `key` the range [start, start + size); its place in the order must not
  // change.
  void reshape_below(uint32_t root, uint64_t key, uint64_t start, uint64_t size);
  // The node with the greatest start that is not above `offset`, or kNil.
  uint32_t find_at_or_below(uint64_t offset) const;

  std::vector<Node> nodes_;
  std::vector<uint32_t> spare_;
  uint32_t root_ = kNil;
  uint32_t random_ = 2463534242u;
  uint64_t free_bytes_ = 0;
  size_t range_count_ = 0;
};

}  // namespace palatine::realm
