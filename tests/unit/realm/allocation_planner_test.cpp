// Deferred allocation: scenarios one by one, and random programs against a plain map of the memory.
// Realm API reference, "Deferred allocation: exact rules" and "redistrict".
#include "runtime/realm/instance/allocation_planner.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "runtime/realm/sanitizers.h"

namespace palatine::realm {
namespace {

using Outcome = AllocationPlanner::Outcome;
using Ticket = AllocationPlanner::Ticket;

constexpr uint64_t kUnit = 32;

// A planner and the state of each request, in units of 32 bytes. Requests are known by the order of their
// creation.
class Bench {
 public:
  explicit Bench(uint64_t units) : planner(units * kUnit) {}

  enum State { kDeferred, kReady, kFailed, kGone };
  struct Item {
    Ticket ticket;
    State state;
    uint64_t offset;
  };

  size_t create(uint64_t units, uint64_t alignment = kUnit) {
    items.push_back({});
    auto placed = planner.allocate(units * kUnit, alignment, owner_of(items.size() - 1));
    return note(placed);
  }
  size_t take(uint64_t units) {
    items.push_back({});
    return note(planner.allocate_unpromised(units * kUnit, kUnit, owner_of(items.size() - 1)));
  }
  size_t note(const AllocationPlanner::Placement& placed) {
    items.back() = {placed.ticket,
                    placed.outcome == Outcome::kGranted    ? kReady
                    : placed.outcome == Outcome::kDeferred ? kDeferred
                                                           : kFailed,
                    placed.offset / kUnit};
    EXPECT_TRUE(planner.is_consistent());
    return items.size() - 1;
  }
  void announce(size_t item) {
    planner.announce_release(items[item].ticket);
    EXPECT_TRUE(planner.is_consistent());
  }
  void release(size_t item) {
    bool was_ready = items[item].state == kReady;
    AllocationPlanner::Changes changes;
    planner.release(items[item].ticket, changes);
    if (was_ready) items[item].state = kGone;
    apply(changes);
  }
  void keep(size_t item) {
    AllocationPlanner::Changes changes;
    planner.keep(items[item].ticket, changes);
    apply(changes);
  }
  std::vector<size_t> split(size_t item, const std::vector<uint64_t>& units) {
    std::vector<AllocationPlanner::Piece> pieces;
    for (uint64_t u : units) pieces.push_back({u * kUnit, kUnit, owner_of(items.size() + pieces.size())});
    std::vector<size_t> result;
    for (auto& placed : planner.announce_split(items[item].ticket, pieces)) {
      items.push_back({});
      result.push_back(note(placed));
    }
    return result;
  }
  State state(size_t item) const { return items[item].state; }
  uint64_t offset(size_t item) const { return items[item].offset; }

  AllocationPlanner planner;
  std::vector<Item> items;

 private:
  static void* owner_of(size_t item) { return reinterpret_cast<void*>(item + 1); }
  void apply(const AllocationPlanner::Changes& changes) {
    for (auto& change : changes) {
      Item& item = items[reinterpret_cast<size_t>(change.owner) - 1];
      item.state = change.outcome == Outcome::kGranted ? kReady : kFailed;
      item.offset = change.offset / kUnit;
    }
    EXPECT_TRUE(planner.is_consistent());
  }
};

TEST(AllocationPlanner, GrantsFirstFitByAddressUntilFull) {
  Bench b(4);
  EXPECT_EQ(b.offset(b.create(1)), 0u);
  EXPECT_EQ(b.offset(b.create(2)), 1u);
  EXPECT_EQ(b.offset(b.create(1)), 3u);
  EXPECT_EQ(b.state(b.create(1)), Bench::kFailed);
  b.release(1);
  EXPECT_EQ(b.offset(b.create(1)), 1u);
  EXPECT_EQ(b.planner.peak_bytes(), 4 * kUnit);
}

TEST(AllocationPlanner, RequestsWithoutBytesAlwaysSucceed) {
  Bench b(1);
  b.create(1);
  EXPECT_EQ(b.state(b.create(0)), Bench::kReady);
  b.announce(0);
  EXPECT_EQ(b.state(b.create(1)), Bench::kDeferred);
  EXPECT_EQ(b.state(b.create(0)), Bench::kReady);
  EXPECT_EQ(b.state(b.create(2)), Bench::kFailed);
}

TEST(AllocationPlanner, AlignmentIsKeptAndNothingIsLostForIt) {
  Bench b(64);
  b.create(1);
  size_t aligned = b.create(4, 1024);
  EXPECT_EQ(b.offset(aligned), 32u);
  EXPECT_EQ(b.offset(b.create(31)), 1u);
  EXPECT_EQ(b.state(b.create(29)), Bench::kFailed);
  EXPECT_EQ(b.offset(b.create(28)), 36u);
}

TEST(AllocationPlanner, DefersToAnAnnouncedReleaseButNotBeyond) {
  Bench b(2);
  b.create(1), b.create(1);
  b.announce(1);
  size_t waits = b.create(1);
  EXPECT_EQ(b.state(waits), Bench::kDeferred);
  EXPECT_EQ(b.state(b.create(1)), Bench::kFailed);
  b.release(1);
  EXPECT_EQ(b.state(waits), Bench::kReady);
  EXPECT_EQ(b.offset(waits), 1u);
}

TEST(AllocationPlanner, NobodyOvertakesADeferredRequest) {
  Bench b(4);
  b.create(3);
  b.announce(0);
  size_t large = b.create(4);
  EXPECT_EQ(b.state(large), Bench::kDeferred);
  // One unit is free now, but the deferred request needs it.
  EXPECT_EQ(b.state(b.create(1)), Bench::kFailed);
  b.release(0);
  EXPECT_EQ(b.state(large), Bench::kReady);
}

TEST(AllocationPlanner, OnlyWhatIsPromisedToNobodyIsTakenPastThoseWhoWait) {
  Bench bench(10);
  size_t a = bench.create(4);  // 0 .. 4
  bench.announce(a);
  size_t b = bench.create(8);  // planned at 0 .. 8
  EXPECT_EQ(bench.state(b), Bench::kDeferred);
  EXPECT_EQ(bench.state(bench.take(3)), Bench::kFailed);
  size_t c = bench.take(2);
  EXPECT_EQ(bench.state(c), Bench::kReady);
  EXPECT_EQ(bench.offset(c), 8u);
  // Who waits has what was planned, without waiting for what was taken meanwhile.
  bench.release(a);
  EXPECT_EQ(bench.state(b), Bench::kReady);
  EXPECT_EQ(bench.offset(b), 0u);
  bench.release(b);
  bench.release(c);
  EXPECT_EQ(bench.state(bench.take(10)), Bench::kReady);
}

TEST(AllocationPlanner, APlannedRangeStaysPromisedWhenItsOwnReleaseIsAnnounced) {
  Bench bench(8);
  size_t a = bench.create(4);
  bench.announce(a);
  size_t b = bench.create(6);
  EXPECT_EQ(bench.state(b), Bench::kDeferred);
  bench.announce(b);
  // All is free in the future, and two units are free now and not b's.
  size_t c = bench.take(2);
  EXPECT_EQ(bench.state(c), Bench::kReady);
  EXPECT_EQ(bench.offset(c), 6u);
  bench.release(a);
  EXPECT_EQ(bench.state(b), Bench::kReady);
}

TEST(AllocationPlanner, AReleaseOutOfTurnServesTheOldestWhenTheOthersKeepAPlace) {
  Bench b(2);
  b.create(1), b.create(1);
  b.announce(0), b.announce(1);
  size_t first = b.create(1), second = b.create(1);
  b.release(1);
  EXPECT_EQ(b.state(first), Bench::kReady);
  EXPECT_EQ(b.offset(first), 1u);
  EXPECT_EQ(b.state(second), Bench::kDeferred);
  b.release(0);
  EXPECT_EQ(b.offset(second), 0u);
}

TEST(AllocationPlanner, AReleaseOutOfTurnWaitsWhenItWouldFragmentWhatOthersNeed) {
  Bench b(3);
  b.create(1), b.create(1), b.create(1);
  b.announce(0);
  size_t small = b.create(1);
  b.announce(1), b.announce(2);
  size_t large = b.create(2);
  b.release(1);
  // In the middle the small one would leave no two neighbours for the large one.
  EXPECT_EQ(b.state(small), Bench::kDeferred);
  b.release(0);
  EXPECT_EQ(b.offset(small), 0u);
  EXPECT_EQ(b.state(small), Bench::kReady);
  b.release(2);
  EXPECT_EQ(b.state(large), Bench::kReady);
}

TEST(AllocationPlanner, ARequestMayUseAReleaseAnnouncedLaterOnceItHappened) {
  Bench b(2);
  b.create(1), b.create(1);
  b.announce(0);
  size_t waits = b.create(1);
  b.release(1);
  EXPECT_EQ(b.state(waits), Bench::kReady);
  EXPECT_EQ(b.offset(waits), 1u);
}

TEST(AllocationPlanner, DestroyBeforeTheGrantTakesEffectAfterIt) {
  Bench b(1);
  b.create(1);
  b.announce(0);
  size_t first = b.create(1);
  b.release(first);
  size_t second = b.create(1);
  EXPECT_EQ(b.state(second), Bench::kDeferred);
  b.release(0);
  EXPECT_EQ(b.state(second), Bench::kReady);
}

TEST(AllocationPlanner, APoisonedReleaseFailsOnlyWhoHasNoOtherPlace) {
  Bench b(4);
  for (int k = 0; k < 4; ++k) b.create(1);
  b.announce(0);
  size_t a = b.create(1);
  b.announce(1), b.announce(2);
  size_t wide = b.create(2);
  b.announce(3);
  size_t c = b.create(1);
  b.keep(1);
  EXPECT_EQ(b.state(wide), Bench::kFailed);
  EXPECT_EQ(b.state(a), Bench::kDeferred);
  EXPECT_EQ(b.state(c), Bench::kDeferred);
  size_t d = b.create(1);
  EXPECT_EQ(b.state(d), Bench::kDeferred);
  b.release(0), b.release(2), b.release(3);
  EXPECT_EQ(b.state(a), Bench::kReady);
  EXPECT_EQ(b.state(c), Bench::kReady);
  EXPECT_EQ(b.state(d), Bench::kReady);
  // What was kept can be released later after all.
  b.announce(1);
  b.release(1);
  EXPECT_EQ(b.state(b.create(1)), Bench::kReady);
}

TEST(AllocationPlanner, SplitKeepsTheBytesAndFreesTheRest) {
  Bench b(8);
  b.create(6);
  auto pieces = b.split(0, {2, 3, 2, 1});
  EXPECT_EQ(b.state(pieces[0]), Bench::kDeferred);
  EXPECT_EQ(b.state(pieces[2]), Bench::kFailed);
  EXPECT_EQ(b.state(pieces[3]), Bench::kDeferred);
  EXPECT_EQ(b.state(b.create(3)), Bench::kFailed);
  b.release(0);
  EXPECT_EQ(b.state(pieces[0]), Bench::kReady);
  EXPECT_EQ(b.offset(pieces[1]), 2u);
  EXPECT_EQ(b.offset(pieces[3]), 5u);
  EXPECT_EQ(b.offset(b.create(2)), 6u);
  b.release(pieces[1]);
  EXPECT_EQ(b.offset(b.create(3)), 2u);
}

TEST(AllocationPlanner, SplitsOfSplitsOfDeferredRequests) {
  Bench b(4);
  b.create(4);
  b.announce(0);
  size_t whole = b.create(4);
  auto halves = b.split(whole, {2, 2});
  auto quarters = b.split(halves[1], {1, 1});
  b.release(halves[1]);
  b.release(quarters[0]);
  b.announce(halves[0]);
  size_t later = b.create(3);
  EXPECT_EQ(b.state(later), Bench::kDeferred);
  b.release(whole);
  b.release(0);
  EXPECT_EQ(b.state(quarters[1]), Bench::kReady);
  EXPECT_EQ(b.state(later), Bench::kDeferred);
  b.release(halves[0]);
  EXPECT_EQ(b.state(later), Bench::kReady);
  EXPECT_EQ(b.offset(later), 0u);
}

TEST(AllocationPlanner, APoisonedSplitLosesThePiecesAndKeepsTheWhole) {
  Bench b(4);
  b.create(4);
  auto halves = b.split(0, {2, 1});
  auto parts = b.split(halves[0], {1});
  b.announce(halves[1]);
  size_t later = b.create(2);
  EXPECT_EQ(b.state(later), Bench::kDeferred);
  b.keep(0);
  for (size_t item : {halves[0], halves[1], parts[0], later}) EXPECT_EQ(b.state(item), Bench::kFailed);
  b.release(0);
  EXPECT_EQ(b.state(b.create(4)), Bench::kReady);
}

// ---- random programs

// Sanitizers make steps slow; what they look for shows early.
uint64_t steps() {
#if defined(PALATINE_TSAN) || defined(PALATINE_ASAN)
  return 100000;
#else
  return 1000000;
#endif
}

// A program creates, splits and destroys. What fires a destruction's event needs some instances that the
// program created before the call, as a task would; so there is a serial order, and no step may get stuck.
class RandomProgram {
 public:
  RandomProgram(uint32_t seed, uint64_t units, uint64_t largest)
      : random_(seed), units_(units), largest_(largest), planner_(units * kUnit) {}

  void step() {
    uint64_t dice = random_() % 100;
    if (dice < 45 && alive_.size() < 120) {
      create();
    } else if (dice < 62) {
      announce();
    } else if (dice < 66) {
      release_at_once();
    } else if (dice < 70) {
      split();
    } else if (dice < 97) {
      fire(false);
    } else if (dice < 99) {
      fire(true);
    } else {
      drain();
    }
    ASSERT_TRUE(planner_.is_consistent());
    check_map();
  }

  // With all announced events fired, nothing may be left waiting.
  void drain() {
    while (fire(false)) {
    }
    ASSERT_EQ(planner_.deferred_count(), 0u) << "deadlock";
    ASSERT_TRUE(announced_.empty()) << "deadlock";
    for (auto& [id, item] : alive_) ASSERT_TRUE(item.is_ready);
  }

  uint64_t deferred_seen = 0, failed_seen = 0, late_failures_seen = 0;

 private:
  struct Item {
    Ticket ticket = 0;
    uint64_t size = 0;
    bool is_ready = false;
    bool is_announced = false;
    bool is_released = false;
    bool is_split = false;
    std::vector<size_t> needs;   // what the event of the destruction waits for
    std::vector<size_t> pieces;  // of a split
  };

  void* owner(size_t id) { return reinterpret_cast<void*>(id + 1); }

  // Free units when everything announced has happened.
  std::vector<bool> future_map() {
    std::vector<bool> used(units_, false);
    for (auto& [id, item] : alive_) {
      if (item.is_announced && !item.is_split) continue;
      if (item.is_split) continue;  // its pieces stand for it
      for (uint64_t u = 0; u < item.size; ++u) used[planner_.offset(item.ticket) / kUnit + u] = true;
    }
    return used;
  }
  std::vector<bool> now_map() {
    std::vector<bool> used(units_, false);
    for (auto& [id, item] : alive_) {
      if (!item.is_ready) continue;
      for (uint64_t u = 0; u < item.size; ++u) {
        uint64_t unit = planner_.offset(item.ticket) / kUnit + u;
        EXPECT_LT(unit, units_);
        EXPECT_FALSE(used[unit]) << "two live instances share bytes";
        used[unit] = true;
      }
    }
    return used;
  }
  static uint64_t first_hole(const std::vector<bool>& used, uint64_t size) {
    uint64_t run = 0;
    for (uint64_t u = 0; u < used.size(); ++u) {
      run = used[u] ? 0 : run + 1;
      if (run >= size) return u + 1 - size;
    }
    return ~uint64_t{0};
  }
  void check_map() {
    uint64_t used = 0;
    for (bool unit : now_map()) used += unit;
    EXPECT_EQ(planner_.free_bytes(), (units_ - used) * kUnit);
  }

  void create() {
    uint64_t size = random_() % (largest_ + 1);
    uint64_t hole_now = first_hole(now_map(), size), hole_later = first_hole(future_map(), size);
    const bool may_take_now = planner_.deferred_count() == 0;
    size_t id = next_id_++;
    auto placed = planner_.allocate(size * kUnit, kUnit, owner(id));
    if (size == 0) {
      ASSERT_EQ(placed.outcome, Outcome::kGranted);
    } else if (may_take_now && hole_now != ~uint64_t{0}) {
      ASSERT_EQ(placed.outcome, Outcome::kGranted);
      ASSERT_EQ(placed.offset, hole_now * kUnit);
    } else if (hole_later != ~uint64_t{0}) {
      ASSERT_EQ(placed.outcome, Outcome::kDeferred);
      ++deferred_seen;
    } else {
      ASSERT_EQ(placed.outcome, Outcome::kFailed);
      ++failed_seen;
      return;
    }
    Item item;
    item.ticket = placed.ticket;
    item.size = size;
    item.is_ready = placed.outcome == Outcome::kGranted;
    alive_.emplace(id, item);
  }

  Item* pick_unannounced(size_t& id) {
    if (alive_.empty()) return nullptr;
    auto it = alive_.begin();
    std::advance(it, static_cast<long>(random_() % alive_.size()));
    for (size_t k = 0; k < alive_.size(); ++k) {
      if (!it->second.is_announced) {
        id = it->first;
        return &it->second;
      }
      if (++it == alive_.end()) it = alive_.begin();
    }
    return nullptr;
  }

  void choose_needs(Item& item, size_t id) {
    item.needs = {id};
    for (uint64_t k = random_() % 3; k > 0; --k) {
      auto it = alive_.begin();
      std::advance(it, static_cast<long>(random_() % alive_.size()));
      item.needs.push_back(it->first);
    }
    announced_.push_back(id);
  }

  void announce() {
    size_t id;
    Item* item = pick_unannounced(id);
    if (!item) return;
    item->is_announced = true;
    planner_.announce_release(item->ticket);
    choose_needs(*item, id);
  }

  void release_at_once() {
    size_t id;
    Item* item = pick_unannounced(id);
    if (!item) return;
    item->is_announced = item->is_released = true;
    AllocationPlanner::Changes changes;
    planner_.release(item->ticket, changes);
    if (item->is_ready) alive_.erase(id);
    apply(changes);
  }

  void split() {
    size_t id;
    Item* item = pick_unannounced(id);
    if (!item || item->size < 2) return;
    std::vector<AllocationPlanner::Piece> wanted;
    std::vector<uint64_t> sizes;
    for (uint64_t k = 1 + random_() % 3; k > 0; --k) {
      sizes.push_back(1 + random_() % item->size);
      wanted.push_back({sizes.back() * kUnit, kUnit, owner(next_id_ + wanted.size())});
    }
    auto placed = planner_.announce_split(item->ticket, wanted);
    item->is_announced = item->is_split = true;
    // Before the pieces exist: nothing may wait for what comes after it in the program.
    choose_needs(*item, id);
    std::vector<size_t> pieces;
    uint64_t used = 0;
    for (size_t k = 0; k < placed.size(); ++k) {
      size_t piece_id = next_id_++;
      const bool fits = used + sizes[k] <= item->size;
      ASSERT_EQ(placed[k].outcome, fits ? Outcome::kDeferred : Outcome::kFailed);
      if (!fits) continue;
      used += sizes[k];
      Item piece;
      piece.ticket = placed[k].ticket;
      piece.size = sizes[k];
      alive_.emplace(piece_id, piece);
      pieces.push_back(piece_id);
    }
    item->pieces = pieces;
  }

  // Fires the event of a destruction that can happen now. A released instance that is not there any more was
  // ready.
  bool fire(bool is_poisoned) {
    if (announced_.empty()) return false;
    size_t start = random_() % announced_.size();
    for (size_t k = 0; k < announced_.size(); ++k) {
      size_t at = (start + k) % announced_.size();
      size_t id = announced_[at];
      auto it = alive_.find(id);
      bool can_happen = true;
      for (size_t need : it->second.needs) {
        auto needed = alive_.find(need);
        if (needed != alive_.end() && !needed->second.is_ready) can_happen = false;
      }
      if (!can_happen) continue;
      announced_.erase(announced_.begin() + static_cast<long>(at));
      AllocationPlanner::Changes changes;
      if (is_poisoned) {
        it->second.is_announced = it->second.is_split = false;
        it->second.pieces.clear();
        planner_.keep(it->second.ticket, changes);
      } else {
        planner_.release(it->second.ticket, changes);
        alive_.erase(it);
      }
      apply(changes);
      return true;
    }
    return false;
  }

  void apply(const AllocationPlanner::Changes& changes) {
    for (auto& change : changes) {
      size_t id = reinterpret_cast<size_t>(change.owner) - 1;
      auto it = alive_.find(id);
      ASSERT_NE(it, alive_.end());
      ASSERT_FALSE(it->second.is_ready);
      if (change.outcome == Outcome::kGranted) {
        it->second.is_ready = true;
        if (it->second.is_released) alive_.erase(it);
      } else {
        ++late_failures_seen;
        std::erase(announced_, id);
        alive_.erase(it);
      }
    }
  }

  std::mt19937 random_;
  const uint64_t units_, largest_;
  AllocationPlanner planner_;
  std::map<size_t, Item> alive_;
  std::vector<size_t> announced_;
  size_t next_id_ = 0;
};

TEST(AllocationPlanner, RandomProgramsNeverShareNeverExceedNeverStick) {
  uint64_t deferred = 0, failed = 0, late = 0;
  const uint32_t kSeeds = 12;
  for (uint32_t seed = 1; seed <= kSeeds; ++seed) {
    RandomProgram program(seed, 16 + 16 * (seed % 4), 4 + 3 * (seed % 5));
    for (uint64_t k = 0; k < steps() / kSeeds; ++k) {
      program.step();
      if (testing::Test::HasFailure()) FAIL() << "seed " << seed << ", step " << k;
    }
    program.drain();
    deferred += program.deferred_seen;
    failed += program.failed_seen;
    late += program.late_failures_seen;
  }
  // The programs reach what they are for.
  EXPECT_GT(deferred, steps() / 50);
  EXPECT_GT(failed, steps() / 50);
  EXPECT_GT(late, 10u);
}

// A thousand batches that each need more than half of the memory, all announced far ahead.
TEST(AllocationPlanner, AChainOfBatchesHoldsOneBatch) {
  AllocationPlanner planner(1000 * kUnit);
  std::vector<Ticket> tickets;
  for (int k = 0; k < 1000; ++k) {
    auto placed = planner.allocate(600 * kUnit, kUnit, nullptr);
    ASSERT_EQ(placed.outcome, k == 0 ? Outcome::kGranted : Outcome::kDeferred);
    planner.announce_release(placed.ticket);
    tickets.push_back(placed.ticket);
  }
  AllocationPlanner::Changes changes;
  for (size_t k = 0; k < tickets.size(); ++k) {
    changes.clear();
    planner.release(tickets[k], changes);
    ASSERT_EQ(changes.size(), k + 1 < tickets.size() ? 1u : 0u);
  }
  EXPECT_EQ(planner.peak_bytes(), 600 * kUnit);
  EXPECT_EQ(planner.free_bytes(), 1000 * kUnit);
}

}  // namespace
}  // namespace palatine::realm
