#include "runtime/realm/space/bits.h"

#include "runtime/realm/space/fast_bits.h"

namespace palatine::realm::space {

namespace {

// Places of bits are written in groups, more than there are, so that the processor need not guess how many
// follow: words of random marks have few bits and words of dense ones many.
template <int First, int Last>
[[gnu::always_inline]] inline void write_places(uint64_t& bits, uint64_t base, uint64_t* out) {
  for (int k = First; k < Last; ++k) {
    out[k] = base + static_cast<uint64_t>(std::countr_zero(bits));
    bits &= bits - 1;
  }
}
[[gnu::always_inline]] inline size_t append_places(uint64_t bits, uint64_t base, uint64_t* out) {
  const auto count = static_cast<size_t>(std::popcount(bits));
  write_places<0, 2>(bits, base, out);
  if (count > 2) [[unlikely]] {
    write_places<2, 8>(bits, base, out);
    if (count > 8) [[unlikely]] {
      write_places<8, 16>(bits, base, out);
      if (count > 16) write_places<16, 32>(bits, base, out);
    }
  }
  return count;
}

struct Cut {
  uint64_t* words;
  // Bit k says that word k is not zero.
  uint64_t marked;
  uint64_t base;
  uint64_t* firsts;
  uint64_t* lasts;
  size_t first_count;
  size_t last_count;
};

constexpr unsigned kWords = 64;

[[gnu::always_inline]] inline uint64_t cut_words(Cut& cut, uint64_t carry) {
  size_t first_count = cut.first_count, last_count = cut.last_count;
  unsigned next = 0;
  for (uint64_t marked = cut.marked; marked != 0; marked &= marked - 1) {
    const auto k = static_cast<unsigned>(std::countr_zero(marked));
    const uint64_t before = k == next ? carry : 0;
    const uint64_t word = cut.words[k], base = cut.base + 64 * k;
    first_count += append_places(word & ~(word << 1 | before), base, cut.firsts + first_count);
    last_count += append_places(word & ~(word >> 1 | cut.words[k + 1] << 63), base, cut.lasts + last_count);
    cut.words[k] = 0;
    carry = word >> 63;
    next = k + 1;
  }
  cut.first_count = first_count;
  cut.last_count = last_count;
  return next == kWords ? carry : 0;
}
[[gnu::always_inline]] inline uint64_t count_firsts(const uint64_t* words, uint64_t marked, uint64_t& carry) {
  uint64_t found = 0;
  unsigned next = 0;
  for (; marked != 0; marked &= marked - 1) {
    const auto k = static_cast<unsigned>(std::countr_zero(marked));
    found += static_cast<uint64_t>(std::popcount(words[k] & ~(words[k] << 1 | (k == next ? carry : 0))));
    carry = words[k] >> 63;
    next = k + 1;
  }
  if (next != kWords) carry = 0;
  return found;
}

PALATINE_FAST_BITS uint64_t cut_words_fast(Cut& cut, uint64_t carry) {
  return cut_words(cut, carry);
}
uint64_t cut_words_plain(Cut& cut, uint64_t carry) {
  return cut_words(cut, carry);
}
PALATINE_FAST_BITS uint64_t count_firsts_fast(const uint64_t* words, uint64_t marked, uint64_t& carry) {
  return count_firsts(words, marked, carry);
}
uint64_t count_firsts_plain(const uint64_t* words, uint64_t marked, uint64_t& carry) {
  return count_firsts(words, marked, carry);
}

}  // namespace

uint64_t Bits::cut_group(uint64_t group, uint64_t carry, size_t& first_count, size_t& last_count) {
  Cut cut{words_.get() + group * kWords,
          groups_[group],
          group << kGroupShift,
          firsts_.get(),
          lasts_.get(),
          first_count,
          last_count};
  groups_[group] = 0;
  const uint64_t next = has_fast_bits() ? cut_words_fast(cut, carry) : cut_words_plain(cut, carry);
  first_count = cut.first_count;
  last_count = cut.last_count;
  return next;
}

uint64_t Bits::count_runs() const {
  uint64_t found = 0, next_group = 0, carry = 0;
  const bool is_fast = has_fast_bits();
  for_each_group([&](uint64_t group) {
    if (group != next_group) carry = 0;
    const uint64_t* words = words_.get() + group * kWords;
    const uint64_t marked = groups_[group];
    found += is_fast ? count_firsts_fast(words, marked, carry) : count_firsts_plain(words, marked, carry);
    next_group = group + 1;
  });
  return found;
}

}  // namespace palatine::realm::space
