#include "runtime/realm/instance/free_ranges.h"

#include <algorithm>

#include "runtime/realm/fatal.h"

namespace palatine::realm {

FreeRanges::FreeRanges(uint64_t capacity_bytes) {
  if (capacity_bytes) insert(0, capacity_bytes);
  free_bytes_ = capacity_bytes;
}

uint64_t FreeRanges::first_fit(uint64_t size, uint64_t alignment) const {
  return fit_below(root_, size, alignment);
}

uint64_t FreeRanges::fit_below(uint32_t node, uint64_t size, uint64_t alignment) const {
  while (node != kNil && nodes_[node].largest >= size) {
    const Node& here = nodes_[node];
    if (here.left != kNil && nodes_[here.left].largest >= size) {
      uint64_t found = fit_below(here.left, size, alignment);
      if (found != kNone) return found;
    }
    if (here.size >= size) {
      uint64_t aligned = (here.start + alignment - 1) & ~(alignment - 1);
      if (aligned - here.start <= here.size - size) return aligned;
    }
    node = here.right;
  }
  return kNone;
}

uint32_t FreeRanges::find_at_or_below(uint64_t offset) const {
  uint32_t best = kNil;
  for (uint32_t node = root_; node != kNil;) {
    if (nodes_[node].start <= offset) {
      best = node;
      node = nodes_[node].right;
    } else {
      node = nodes_[node].left;
    }
  }
  return best;
}

bool FreeRanges::contains(uint64_t offset, uint64_t size) const {
  uint32_t node = find_at_or_below(offset);
  if (node == kNil) return false;
  uint64_t skipped = offset - nodes_[node].start;
  return skipped <= nodes_[node].size && nodes_[node].size - skipped >= size;
}

void FreeRanges::take(uint64_t offset, uint64_t size) {
  uint32_t node = find_at_or_below(offset);
  if (node == kNil || offset + size > nodes_[node].start + nodes_[node].size) {
    internal_error("taking a range that is not free");
  }
  free_bytes_ -= size;
  const uint64_t start = nodes_[node].start, whole = nodes_[node].size;
  const uint64_t before = offset - start, after = start + whole - (offset + size);
  if (before == 0 && after == 0) {
    root_ = erase_below(root_, start);
    spare_.push_back(node);
    --range_count_;
  } else if (before == 0) {
    reshape_below(root_, start, offset + size, after);
  } else {
    reshape_below(root_, start, start, before);
    if (after) insert(offset + size, after);
  }
}

void FreeRanges::release(uint64_t offset, uint64_t size) {
  if (size == 0) return;
  uint32_t before = kNil, after = kNil;
  for (uint32_t node = root_; node != kNil;) {
    if (nodes_[node].start <= offset) {
      before = node;
      node = nodes_[node].right;
    } else {
      after = node;
      node = nodes_[node].left;
    }
  }
  if ((before != kNil && nodes_[before].start + nodes_[before].size > offset) ||
      (after != kNil && nodes_[after].start < offset + size)) {
    internal_error("releasing a range that is free");
  }
  free_bytes_ += size;
  const bool joins_before = before != kNil && nodes_[before].start + nodes_[before].size == offset;
  const bool joins_after = after != kNil && nodes_[after].start == offset + size;
  if (joins_before && joins_after) {
    uint64_t after_start = nodes_[after].start, after_size = nodes_[after].size;
    uint64_t start = nodes_[before].start, joined = nodes_[before].size + size + after_size;
    root_ = erase_below(root_, after_start);
    spare_.push_back(after);
    --range_count_;
    reshape_below(root_, start, start, joined);
  } else if (joins_before) {
    reshape_below(root_, nodes_[before].start, nodes_[before].start, nodes_[before].size + size);
  } else if (joins_after) {
    reshape_below(root_, nodes_[after].start, offset, nodes_[after].size + size);
  } else {
    insert(offset, size);
  }
}

void FreeRanges::update(uint32_t node) {
  Node& here = nodes_[node];
  here.largest = here.size;
  if (here.left != kNil) here.largest = std::max(here.largest, nodes_[here.left].largest);
  if (here.right != kNil) here.largest = std::max(here.largest, nodes_[here.right].largest);
}

uint32_t FreeRanges::make_node(uint64_t start, uint64_t size) {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 17;
  random_ ^= random_ << 5;
  uint32_t node;
  if (spare_.empty()) {
    node = static_cast<uint32_t>(nodes_.size());
    nodes_.emplace_back();
  } else {
    node = spare_.back();
    spare_.pop_back();
  }
  nodes_[node] = {start, size, size, kNil, kNil, random_};
  return node;
}

void FreeRanges::insert(uint64_t start, uint64_t size) {
  root_ = insert_below(root_, make_node(start, size));
  ++range_count_;
}

uint32_t FreeRanges::insert_below(uint32_t root, uint32_t node) {
  if (root == kNil) return node;
  if (nodes_[node].priority > nodes_[root].priority) {
    split(root, nodes_[node].start, nodes_[node].left, nodes_[node].right);
    update(node);
    return node;
  }
  if (nodes_[node].start < nodes_[root].start) {
    nodes_[root].left = insert_below(nodes_[root].left, node);
  } else {
    nodes_[root].right = insert_below(nodes_[root].right, node);
  }
  update(root);
  return root;
}

void FreeRanges::split(uint32_t root, uint64_t start, uint32_t& left, uint32_t& right) {
  if (root == kNil) {
    left = right = kNil;
  } else if (nodes_[root].start < start) {
    split(nodes_[root].right, start, nodes_[root].right, right);
    left = root;
    update(root);
  } else {
    split(nodes_[root].left, start, left, nodes_[root].left);
    right = root;
    update(root);
  }
}

uint32_t FreeRanges::merge(uint32_t left, uint32_t right) {
  if (left == kNil) return right;
  if (right == kNil) return left;
  if (nodes_[left].priority > nodes_[right].priority) {
    nodes_[left].right = merge(nodes_[left].right, right);
    update(left);
    return left;
  }
  nodes_[right].left = merge(left, nodes_[right].left);
  update(right);
  return right;
}

uint32_t FreeRanges::erase_below(uint32_t root, uint64_t start) {
  Node& here = nodes_[root];
  if (here.start == start) return merge(here.left, here.right);
  if (start < here.start) {
    here.left = erase_below(here.left, start);
  } else {
    here.right = erase_below(here.right, start);
  }
  update(root);
  return root;
}

void FreeRanges::reshape_below(uint32_t root, uint64_t key, uint64_t start, uint64_t size) {
  Node& here = nodes_[root];
  if (here.start == key) {
    here.start = start;
    here.size = size;
  } else {
    reshape_below(key < here.start ? here.left : here.right, key, start, size);
  }
  update(root);
}

}  // namespace palatine::realm
