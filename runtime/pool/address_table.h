// Used chunks by address: open addressing with linear probing, removal by shifting back, so that there are no
// tombstones and a search ends at the first empty slot.
#pragma once

#include <cstdint>

#include "runtime/pool/chunk.h"

namespace palatine::pool {

class AddressTable {
 public:
  AddressTable() : slots_(kSmallest) {}

  void insert(Chunk* chunk) {
    if (2 * (count_ + 1) > slots_.size()) grow();
    ++count_;
    place(chunk->address, chunk);
  }

  Chunk* find(const void* address) const {
    for (size_t k = home(address);; k = (k + 1) & (slots_.size() - 1)) {
      if (slots_[k].address == address) return slots_[k].chunk;
      if (!slots_[k].address) return nullptr;
    }
  }

  // The address is in the table.
  void remove(const void* address) {
    size_t mask = slots_.size() - 1;
    size_t hole = home(address);
    while (slots_[hole].address != address) hole = (hole + 1) & mask;
    for (size_t k = (hole + 1) & mask; slots_[k].address; k = (k + 1) & mask) {
      // An entry may move to the hole when its home does not lie between the two.
      size_t from_home = (k - home(slots_[k].address)) & mask;
      if (from_home >= ((k - hole) & mask)) {
        slots_[hole] = slots_[k];
        hole = k;
      }
    }
    slots_[hole] = {};
    --count_;
  }

  size_t count() const { return count_; }

  template <class Visit>
  void visit(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.address) visit(slot.chunk);
    }
  }

 private:
  struct Slot {
    const void* address = nullptr;
    Chunk* chunk = nullptr;
  };
  static constexpr size_t kSmallest = 64;

  size_t home(const void* address) const {
    uint64_t bits = reinterpret_cast<uint64_t>(address) >> 4;
    return (bits * 0x9E3779B97F4A7C15u) >> shift_;
  }
  void place(const void* address, Chunk* chunk) {
    size_t k = home(address);
    while (slots_[k].address) k = (k + 1) & (slots_.size() - 1);
    slots_[k] = {address, chunk};
  }
  void grow() {
    PagedArray<Slot> old = std::move(slots_);
    slots_ = PagedArray<Slot>(old.size() * 2);
    --shift_;
    for (const Slot& slot : old) {
      if (slot.address) place(slot.address, slot.chunk);
    }
  }

  PagedArray<Slot> slots_;
  size_t count_ = 0;
  int shift_ = 64 - 6;
};

}  // namespace palatine::pool
