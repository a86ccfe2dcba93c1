// A large set of bits that remembers where it has any.
//
// Three levels: a bit of a higher level says that a word of the level below is not zero. Marking touches one
// word, and more only when the word was zero; draining visits words that have bits. So a set of many bits may
// be used again and again for a few marks each: a drain costs 1 / 2^18 of the size and what was marked.
// Memory is that of the bits touched (the system gives zero pages on demand).
#pragma once

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

namespace palatine::realm::space {

class Bits {
 public:
  Bits() = default;
  explicit Bits(uint64_t size) : top_count_((size >> 18) + 1) {
    low_ = allocate((size >> 6) + 1);
    middle_ = allocate((size >> 12) + 1);
    top_ = allocate(top_count_);
  }

  void mark(uint64_t i) {
    uint64_t& word = low_.get()[i >> 6];
    const uint64_t old = word;
    word = old | uint64_t{1} << (i & 63);
    if (old == 0) mark_word(i >> 6);
  }
  // From `first` to `last`, both included.
  void mark_range(uint64_t first, uint64_t last) {
    for (uint64_t w = first >> 6; w <= last >> 6; w++) {
      uint64_t mask = ~uint64_t{0};
      if (w == first >> 6) mask &= ~uint64_t{0} << (first & 63);
      if (w == last >> 6) mask &= ~uint64_t{0} >> (63 - (last & 63));
      const uint64_t old = low_.get()[w];
      low_.get()[w] = old | mask;
      if (old == 0) mark_word(w);
    }
  }

  // Calls run(first, last) for every longest run of marked bits, in order, and clears all.
  template <typename Run>
  void drain(Run&& run) {
    uint64_t first = 0, last = 0;
    bool is_open = false;
    for (uint64_t t = 0; t < top_count_; t++) {
      uint64_t top = std::exchange(top_.get()[t], 0);
      for (; top != 0; top &= top - 1) {
        const uint64_t m = t << 6 | static_cast<uint64_t>(std::countr_zero(top));
        uint64_t middle = std::exchange(middle_.get()[m], 0);
        for (; middle != 0; middle &= middle - 1) {
          const uint64_t l = m << 6 | static_cast<uint64_t>(std::countr_zero(middle));
          uint64_t word = std::exchange(low_.get()[l], 0);
          uint64_t at = l << 6;
          while (word != 0) {
            const int skip = std::countr_zero(word);
            at += static_cast<uint64_t>(skip);
            word >>= skip;
            const int length = std::countr_one(word);
            if (is_open && last + 1 == at) {
              last += static_cast<uint64_t>(length);
            } else {
              if (is_open) run(first, last);
              first = at;
              last = at + static_cast<uint64_t>(length) - 1;
              is_open = true;
            }
            if (length == 64) break;
            at += static_cast<uint64_t>(length);
            word >>= length;
          }
        }
      }
    }
    if (is_open) run(first, last);
  }

 private:
  struct Free {
    void operator()(uint64_t* words) const { std::free(words); }
  };
  using Words = std::unique_ptr<uint64_t, Free>;

  static Words allocate(uint64_t words) {
    auto* p = static_cast<uint64_t*>(std::calloc(words, sizeof(uint64_t)));
    if (p == nullptr) throw std::bad_alloc();
    return Words(p);
  }
  void mark_word(uint64_t w) {
    uint64_t& word = middle_.get()[w >> 6];
    if (word == 0) top_.get()[w >> 12] |= uint64_t{1} << (w >> 6 & 63);
    word |= uint64_t{1} << (w & 63);
  }

  Words low_, middle_, top_;
  uint64_t top_count_ = 0;
};

}  // namespace palatine::realm::space
