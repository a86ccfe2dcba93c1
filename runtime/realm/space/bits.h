// A large set of bits that remembers where it has any.
//
// Beside the words of bits there are two coarser maps: a bit for each word, in groups of 64, and a byte for
// each block of 8 groups. Marking stores to all three and never asks what was there, so that the processor
// need not guess; draining visits the words that have bits. So a set of many bits may be used again and again
// for a few marks each: a drain costs 1 / 2^18 of the size and what was marked. Memory is that of the bits
// touched (the system gives zero pages on demand).
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

  // How many longest runs of marked bits there are.
  uint64_t count_runs() const;

  // Calls runs(firsts, lasts, count) for the longest runs of marked bits, in order and some hundred at a
  // time, and clears all.
  template <typename Runs>
  void drain(Runs&& runs) {
    size_t first_count = 0, last_count = 0;
    uint64_t next_group = 0, carry = 0;
    for_each_group([&](uint64_t group) {
      carry = cut_group(group, group == next_group ? carry : 0, first_count, last_count);
      next_group = group + 1;
      if (last_count <= kRoom - kGroupRoom) return;
      runs(firsts_.get(), lasts_.get(), last_count);
      // One run may have begun and not ended.
      if (first_count > last_count) firsts_[0] = firsts_[last_count];
      first_count -= last_count;
      last_count = 0;
    });
    if (last_count > 0) runs(firsts_.get(), lasts_.get(), last_count);
    if (block_count_ > 0) std::memset(blocks_.get(), 0, block_count_);
  }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  template <typename Element>
  using Array = std::unique_ptr<Element[], Free>;

  // A group has at most 2048 runs; places may be written a little behind the last one.
  static constexpr size_t kGroupRoom = 2048 + 64;
  static constexpr size_t kRoom = 512 + kGroupRoom;

  template <typename Element>
  static Array<Element> allocate(uint64_t count) {
    auto* p = static_cast<Element*>(std::calloc(count, sizeof(Element)));
    if (p == nullptr) throw std::bad_alloc();
    return Array<Element>(p);
  }

  // Calls visit(group) for the groups that have bits.
  template <typename Visit>
  void for_each_group(Visit&& visit) const {
    constexpr uint64_t kGroupsOfBlock = uint64_t{1} << (kBlockShift - kGroupShift);
    for (uint64_t at = 0; at < block_count_; at += 8) {
      uint64_t eight;
      std::memcpy(&eight, &blocks_[at], 8);
      if (eight == 0) continue;
      for (uint64_t group = at * kGroupsOfBlock; group < (at + 8) * kGroupsOfBlock; ++group) {
        if (group % kGroupsOfBlock == 0 && blocks_[group / kGroupsOfBlock] == 0) {
          group += kGroupsOfBlock - 1;
          continue;
        }
        if (groups_[group] != 0) visit(group);
      }
    }
  }

  // Appends where runs begin and end in a group, and clears it. `carry` is 1 when the bit before the group is
  // marked; returns the same for the next group.
  uint64_t cut_group(uint64_t group, uint64_t carry, size_t& first_count, size_t& last_count);

  Array<uint64_t> words_, groups_;
  Array<unsigned char> blocks_;
  uint64_t block_count_ = 0;
  // Room of `drain`.
  Array<uint64_t> firsts_, lasts_;
};

}  // namespace palatine::realm::space
