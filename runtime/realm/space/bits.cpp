#include "runtime/realm/space/bits.h"

#include "runtime/realm/space/fast_bits.h"

namespace palatine::realm::space {

namespace {

// Places of bits are written in groups, more than there are, so that the processor need not guess how many
// follow: words of random marks have few bits and words of dense ones many.
template <int First, int Last, typename Place>
[[gnu::always_inline]] inline void write_places(uint64_t& bits, Place base, Place* out) {
  for (int k = First; k < Last; ++k) {
    out[k] = base + static_cast<Place>(std::countr_zero(bits));
    bits &= bits - 1;
  }
}
template <typename Place>
[[gnu::always_inline]] inline size_t append_places(uint64_t bits, Place base, Place* out) {
  const auto count = static_cast<size_t>(std::popcount(bits));
  write_places<0, 2>(bits, base, out);
  if (count > 2) [[unlikely]] {
    write_places<2, 8>(bits, base, out);
    if (count > 8) [[unlikely]] {
      write_places<8, 16>(bits, base, out);
      if (count > 16) write_places<16, 32>(bits, base, out);
      if (count > 32) write_places<32, 64>(bits, base, out);
    }
  }
  return count;
}

template <typename Cut>
[[gnu::always_inline]] inline void cut_at(uint64_t* words, const uint32_t* marked, size_t count, Cut& cut) {
  Cut now = cut;
  for (size_t k = 0; k < count; ++k) {
    const uint64_t w = marked[k];
    const uint64_t before = w == now.next ? now.carry : 0;
    const uint64_t word = words[w], base = w * 64;
    now.first_count += append_places(word & ~(word << 1 | before), base, now.firsts + now.first_count);
    now.last_count +=
        append_places(word & ~(word >> 1 | words[w + 1] << 63), base, now.lasts + now.last_count);
    words[w] = 0;
    now.carry = word >> 63;
    now.next = w + 1;
  }
  cut = now;
}
template <typename Cut>
PALATINE_FAST_BITS void cut_fast(uint64_t* words, const uint32_t* marked, size_t count, Cut& cut) {
  cut_at(words, marked, count, cut);
}

[[gnu::always_inline]] inline size_t list_at(const uint64_t* groups, size_t count, uint32_t base,
                                             uint32_t* words) {
  size_t found = 0;
  for (size_t k = 0; k < count; ++k)
    found += append_places(groups[k], base + 64 * static_cast<uint32_t>(k), words + found);
  return found;
}
PALATINE_FAST_BITS size_t list_fast(const uint64_t* groups, size_t count, uint32_t base, uint32_t* words) {
  return list_at(groups, count, base, words);
}

}  // namespace

size_t Bits::list_words(uint64_t block, uint32_t* words) const {
  const uint64_t* groups = groups_.get() + block * kGroupsOfBlock;
  const auto base = static_cast<uint32_t>(block * kWordsOfBlock);
  return has_fast_bits() ? list_fast(groups, kGroupsOfBlock, base, words)
                         : list_at(groups, kGroupsOfBlock, base, words);
}

void Bits::cut_words(const uint32_t* marked, size_t count, Cut& cut) {
  if (has_fast_bits()) {
    cut_fast(words_.get(), marked, count, cut);
  } else {
    cut_at(words_.get(), marked, count, cut);
  }
}

uint64_t Bits::count_runs() const {
  uint64_t found = 0, next = 0, carry = 0;
  for_each_block([&](uint64_t block) {
    uint32_t marked[kBlockRoom];
    const size_t count = list_words(block, marked);
    for (size_t k = 0; k < count; ++k) {
      const uint64_t w = marked[k], word = words_[w];
      found += static_cast<uint64_t>(std::popcount(word & ~(word << 1 | (w == next ? carry : 0))));
      carry = word >> 63;
      next = w + 1;
    }
  });
  return found;
}

}  // namespace palatine::realm::space
