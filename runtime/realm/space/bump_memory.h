// Memory that is taken in small parts and given back at once: for what lives as long as one operation.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace palatine::realm::space {

class BumpMemory {
 public:
  // Aligned for any type; not initialised.
  void* take(size_t bytes) {
    bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (bytes > left_) add_block(bytes);
    std::byte* taken = at_;
    at_ += bytes;
    left_ -= bytes;
    return taken;
  }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  static constexpr size_t kAlignment = alignof(std::max_align_t);
  static constexpr size_t kFirstBlock = 4096;
  static constexpr size_t kLargestBlock = size_t{32} << 20;
  static constexpr size_t kHugePage = size_t{2} << 20;

  // Blocks double. In large ones the system is asked for large pages: most of the time of writing to new
  // memory goes into the pages' first touch.
  void add_block(size_t bytes) {
    bytes = std::max(bytes, next_block_);
    next_block_ = std::min(2 * next_block_, kLargestBlock);
    const bool is_large = bytes >= 2 * kHugePage;
    if (is_large) bytes = (bytes + kHugePage - 1) / kHugePage * kHugePage;
    void* block = is_large ? std::aligned_alloc(kHugePage, bytes) : std::malloc(bytes);
    if (block == nullptr) throw std::bad_alloc();
    // A hint: it may fail.
    if (is_large) madvise(block, bytes, MADV_HUGEPAGE);
    blocks_.emplace_back(static_cast<std::byte*>(block));
    at_ = static_cast<std::byte*>(block);
    left_ = bytes;
  }

  std::vector<std::unique_ptr<std::byte, Free>> blocks_;
  std::byte* at_ = nullptr;
  size_t left_ = 0;
  size_t next_block_ = kFirstBlock;
};

}  // namespace palatine::realm::space
