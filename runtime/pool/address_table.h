// Used chunks by address: open addressing with linear probing, removal by shifting back, so that there are no
// tombstones and a search ends at the first empty slot.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "runtime/pool/chunk.h"

namespace palatine::pool {

class AddressTable {
 public:
  AddressTable() : slots_(kSmallest) {}

  void insert(Chunk* chunk) {
    if (is_full()) grow();
    ++count_;
    place(chunk->address, chunk);
  }

  Chunk* find(const void* address) const {
    for (size_t k = home(address, shift_);; k = (k + 1) & (slots_.size() - 1)) {
      const void* here = slots_[k].address;
      if (here == address) return slots_[k].chunk;
      if (!here) return nullptr;
    }
  }

  // The address is in the table.
  void remove(const void* address) {
    size_t mask = slots_.size() - 1;
    size_t hole = home(address, shift_);
    while (slots_[hole].address != address) hole = (hole + 1) & mask;
    for (size_t k = (hole + 1) & mask; slots_[k].address; k = (k + 1) & mask) {
      // An entry may move to the hole when its home does not lie between the two.
      size_t from_home = (k - home(slots_[k].address, shift_)) & mask;
      if (from_home >= ((k - hole) & mask)) {
        slots_[hole] = slots_[k];
        hole = k;
      }
    }
    slots_[hole] = Slot{};
    --count_;
  }

  size_t count() const { return count_; }

  template <class Visit>
  void visit(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.address) visit(slot.chunk);
    }
  }

 protected:
  // Read by other threads too where the table is glimpsed at. A field at a time; on this machine these are
  // ordinary loads and stores.
  template <class T>
  struct Shared {
    std::atomic<T> value{};
    Shared& operator=(T next) {
      value.store(next, std::memory_order_release);
      return *this;
    }
    operator T() const { return value.load(std::memory_order_acquire); }
  };
  struct Slot {
    Shared<const void*> address;
    Shared<Chunk*> chunk;
    Slot& operator=(const Slot& other) {
      address = static_cast<const void*>(other.address);
      chunk = static_cast<Chunk*>(other.chunk);
      return *this;
    }
  };

  static size_t home(const void* address, int shift) {
    uint64_t bits = reinterpret_cast<uint64_t>(address) >> 4;
    return (bits * 0x9E3779B97F4A7C15u) >> shift;
  }
  bool is_full() const { return 2 * (count_ + 1) > slots_.size(); }
  // The slots until now.
  PagedArray<Slot> grow() {
    PagedArray<Slot> old = std::move(slots_);
    slots_ = PagedArray<Slot>(old.size() * 2);
    --shift_;
    for (const Slot& slot : old) {
      if (slot.address) place(slot.address, slot.chunk);
    }
    return old;
  }

  PagedArray<Slot> slots_;
  int shift_ = 64 - 6;

 private:
  static constexpr size_t kSmallest = 64;

  void place(const void* address, Chunk* chunk) {
    size_t k = home(address, shift_);
    while (slots_[k].address) k = (k + 1) & (slots_.size() - 1);
    slots_[k].address = address;
    slots_[k].chunk = chunk;
  }

  size_t count_ = 0;
};

// A table that one thread at a time changes, under a lock, and others search without it.
class GlimpsedTable : public AddressTable {
 public:
  GlimpsedTable() { show(); }

  void insert(Chunk* chunk) {
    begin_change();
    if (is_full()) {
      outgrown_.push_back(grow());
      show();
    }
    AddressTable::insert(chunk);
    end_change();
  }
  void remove(const void* address) {
    begin_change();
    AddressTable::remove(address);
    end_change();
  }

  // What `find` would say, null when the address is not there; nothing when the table was being changed
  // meanwhile. By any thread, without the lock.
  std::optional<Chunk*> glimpse(const void* address) const {
    const uint64_t version = version_.load(std::memory_order_acquire);
    if (version % 2 != 0) return std::nullopt;
    const View& view = *view_.load(std::memory_order_acquire);
    Chunk* chunk = nullptr;
    // While entries move there may be no empty slot where it was expected: never more than all are looked at.
    size_t k = home(address, view.shift);
    for (size_t looked_at = 0; looked_at <= view.mask; ++looked_at, k = (k + 1) & view.mask) {
      const void* here = view.slots[k].address;
      if (here == address) chunk = view.slots[k].chunk;
      if (here == address || !here) break;
    }
    // The loads above acquire, and every change stores an odd version first: what they have seen of a change
    // is seen here.
    if (version_.load(std::memory_order_relaxed) != version) return std::nullopt;
    return chunk;
  }

 private:
  struct View {
    const Slot* slots;
    size_t mask;
    int shift;
  };
  void show() {
    views_.push_back({slots_.begin(), slots_.size() - 1, shift_});
    view_.store(&views_.back(), std::memory_order_release);
  }
  // The release stores to the slots come after it.
  void begin_change() {
    version_.store(version_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  void end_change() {
    version_.store(version_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  std::atomic<uint64_t> version_{0};
  std::atomic<const View*> view_{nullptr};
  std::deque<View> views_;
  // Somebody may still look at them. All together are smaller than the slots of now.
  std::vector<PagedArray<Slot>> outgrown_;
};

}  // namespace palatine::pool
