// A large set of bits that remembers where it has any.
//
// Beside the words of bits there are two coarser maps: a bit for each word, in groups of 64, and a byte for
// each block of 8 groups. Marking stores to all three and never asks what was there, so that the processor
// need not guess; draining lists the words of a block that have bits, and then visits them. So a set of many
// bits may be used again and again for a few marks each: a drain costs 1 / 2^18 of the size and what was
// marked. Memory is that of the bits touched (the system gives zero pages on demand).
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace palatine::realm::space {

class Bits {
  static constexpr int kGroupShift = 12;
  static constexpr int kBlockShift = 15;

 public:
  Bits() = default;
  explicit Bits(uint64_t size) : block_count_((size >> kBlockShift) + 1) {
    // The word behind the last is read to find out whether a run goes on.
    words_ = allocate<uint64_t>((block_count_ << (kBlockShift - 6)) + 1);
    groups_ = allocate<uint64_t>(block_count_ << (kBlockShift - kGroupShift));
    blocks_ = allocate<unsigned char>((block_count_ + 7) / 8 * 8);
    firsts_ = allocate<uint64_t>(kRoom);
    lasts_ = allocate<uint64_t>(kRoom);
  }

  // Marks for these bits; for loops, in which it may live in registers.
  struct Marker {
    uint64_t* words;
    uint64_t* groups;
    unsigned char* blocks;

    void mark(uint64_t i) const {
      words[i >> 6] |= uint64_t{1} << (i & 63);
      groups[i >> kGroupShift] |= uint64_t{1} << (i >> 6 & 63);
      blocks[i >> kBlockShift] = 1;
    }
  };
  Marker marker() { return {words_.get(), groups_.get(), blocks_.get()}; }
  void mark(uint64_t i) { marker().mark(i); }
  // From `first` to `last`, both included.
  void mark_range(uint64_t first, uint64_t last) {
    for (uint64_t w = first >> 6; w <= last >> 6; w++) {
      uint64_t mask = ~uint64_t{0};
      if (w == first >> 6) mask &= ~uint64_t{0} << (first & 63);
      if (w == last >> 6) mask &= ~uint64_t{0} >> (63 - (last & 63));
      words_[w] |= mask;
      groups_[w >> 6] |= uint64_t{1} << (w & 63);
      blocks_[w >> (kBlockShift - 6)] = 1;
    }
  }

  // How many longest runs of marked bits there are. During a drain: of those that were not given yet, and
  // possibly one less.
  uint64_t count_runs() const;

  // Calls runs(firsts, lasts, count, is_last) for the longest runs of marked bits, in order and some hundred
  // at a time, and clears all.
  template <typename Runs>
  void drain(Runs&& runs) {
    Cut cut{firsts_.get(), lasts_.get()};
    for_each_block([&](uint64_t block) {
      uint32_t marked[kBlockRoom];
      const size_t count = list_words(block, marked);
      for (size_t at = 0; at < count; at += kPart) {
        if (cut.last_count > kRoom - kPartRoom) {
          runs(firsts_.get(), lasts_.get(), cut.last_count, false);
          // One run may have begun and not ended.
          if (cut.first_count > cut.last_count) firsts_[0] = firsts_[cut.last_count];
          cut.first_count -= cut.last_count;
          cut.last_count = 0;
        }
        cut_words(marked + at, count - at < kPart ? count - at : kPart, cut);
      }
      std::memset(&groups_[block * kGroupsOfBlock], 0, kGroupsOfBlock * sizeof(uint64_t));
    });
    if (cut.last_count > 0) runs(firsts_.get(), lasts_.get(), cut.last_count, true);
    if (block_count_ > 0) std::memset(blocks_.get(), 0, block_count_);
  }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  template <typename Element>
  using Array = std::unique_ptr<Element[], Free>;

  // Words are cut some at a time; these have at most 2048 runs. Places may be written a little behind the
  // last one.
  static constexpr size_t kPart = 64;
  static constexpr size_t kPartRoom = 32 * kPart + 64;
  static constexpr size_t kRoom = 2048 + kPartRoom;
  static constexpr size_t kGroupsOfBlock = size_t{1} << (kBlockShift - kGroupShift);
  static constexpr size_t kWordsOfBlock = size_t{1} << (kBlockShift - 6);
  static constexpr size_t kBlockRoom = kWordsOfBlock + 64;

  template <typename Element>
  static Array<Element> allocate(uint64_t count) {
    auto* p = static_cast<Element*>(std::calloc(count, sizeof(Element)));
    if (p == nullptr) throw std::bad_alloc();
    return Array<Element>(p);
  }

  // Calls visit(block) for the blocks that have bits.
  template <typename Visit>
  void for_each_block(Visit&& visit) const {
    for (uint64_t at = 0; at < block_count_; at += 8) {
      uint64_t eight;
      std::memcpy(&eight, &blocks_[at], 8);
      if (eight == 0) continue;
      for (uint64_t block = at; block < at + 8; ++block)
        if (blocks_[block] != 0) visit(block);
    }
  }

  // What has been cut and not given away.
  struct Cut {
    uint64_t* firsts;
    uint64_t* lasts;
    size_t first_count = 0;
    size_t last_count = 0;
    // 1 when the bit before word `next` is marked.
    uint64_t next = 0;
    uint64_t carry = 0;
  };

  // Writes which words of a block, counted from all words' begin, have bits; and their number with it.
  size_t list_words(uint64_t block, uint32_t* words) const;
  // Appends where runs begin and end in these words, and clears them.
  void cut_words(const uint32_t* marked, size_t count, Cut& cut);

  Array<uint64_t> words_, groups_;
  Array<unsigned char> blocks_;
  uint64_t block_count_ = 0;
  // Room of `drain`.
  Array<uint64_t> firsts_, lasts_;
};

}  // namespace palatine::realm::space
