// Decides which instance gets which bytes of a memory, and when: deferred allocation.
//
// The planner knows offsets only. It keeps two views of the memory:
//
//   now      what is free at this moment
//   future   what will be free when every release that was announced until now has happened and every
//   deferred
//            request has its bytes
//
// and a timeline: the announced releases and the deferred requests in the order of the calls.
//
//   request, nothing deferred, fits now      -> granted
//   request, fits in the future              -> deferred: it gets a range of the future at once
//   request, fits neither                    -> failed; it never waits for releases that nobody announced
//
// A deferred request has a *planned* range, which consists of bytes that are free now, or that earlier
// announced releases will free. It is granted when all of them are free and it is the oldest. So a request
// waits for nothing but earlier calls: requests can never wait for each other in a circle, and a later
// request cannot take what an earlier one needs. When a release happens out of turn and the oldest requests
// would fit into what is free now, the plan is made again with them there; the new plan is taken if
// every other request still has a place. (Only for short timelines: this costs time linear in the timeline
// and in the number of free ranges. The old plan is always good.)
//
// A release that will never happen (its precondition is poisoned) is taken out of the timeline. If planned
// ranges used its bytes the plan is made again, and requests that have no place in it fail.
//
// Time: logarithmic in the number of free ranges, except for making the plan again.
// Thread safety: none, the owner locks.
// Source: the rules of Realm's deferred allocation (API reference, "Deferred allocation: exact rules").
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/realm/instance/free_ranges.h"

namespace palatine::realm {

class AllocationPlanner {
 public:
  // Names a request until it failed, or was released and that took effect.
  using Ticket = uint32_t;
  static constexpr Ticket kNoTicket = ~uint32_t{0};

  enum class Outcome { kGranted, kDeferred, kFailed };

  struct Placement {
    Outcome outcome = Outcome::kFailed;
    Ticket ticket = kNoTicket;
    // The range's start; of a deferred request only a plan.
    uint64_t offset = 0;
  };

  // What a call did to requests that were deferred. `owner` is what `allocate` was given.
  struct Change {
    void* owner;
    Outcome outcome;  // kGranted or kFailed
    uint64_t offset;
  };
  using Changes = std::vector<Change>;

  struct Piece {
    uint64_t size;
    uint64_t alignment;
    void* owner;
  };

  explicit AllocationPlanner(uint64_t capacity_bytes) : now_(capacity_bytes), future_(capacity_bytes) {}

  // Without deferral a request that cannot be granted at once fails; announced releases count for nothing.
  void set_defers(bool defers) { defers_ = defers; }

  // Sizes are rounded up to the alignment, at most to 64 bytes, so that no useless slivers remain. No bytes
  // are always granted.
  Placement allocate(uint64_t size, uint64_t alignment, void* owner);

  // Bytes that are free and promised to nobody, past those who wait, or a failure: what is taken so makes no
  // request wait longer. Linear in the number of free ranges and deferred requests when there are any of
  // these.
  Placement allocate_unpromised(uint64_t size, uint64_t alignment, void* owner);

  // Announces that `ticket` will be released by a later call of `release` or `keep`.
  void announce_release(Ticket ticket);
  // Releases `ticket` (announced or not); if it is still deferred, as soon as it is granted.
  void release(Ticket ticket, Changes& changes);
  // Takes an announcement back: the range stays in use.
  void keep(Ticket ticket, Changes& changes);

  // Announces that the range of `ticket` will be cut into `pieces`, in order, and the rest released.
  // A piece that does not fit has failed; the others are deferred until `release(ticket)`. After
  // `keep(ticket)` the pieces are gone; they are reported as failed.
  std::vector<Placement> announce_split(Ticket ticket, const std::vector<Piece>& pieces);

  // Where the range of `ticket` begins; of a deferred request, where it is planned.
  uint64_t offset(Ticket ticket) const { return requests_[ticket].offset; }

  uint64_t capacity_bytes() const { return capacity_bytes_; }
  uint64_t free_bytes() const { return now_.free_bytes(); }
  uint64_t largest_free_bytes() const { return now_.largest_bytes(); }
  uint64_t future_free_bytes() const { return (behind_count_ ? now_ : future_).free_bytes(); }
  uint64_t future_largest_free_bytes() const { return (behind_count_ ? now_ : future_).largest_bytes(); }
  // The most bytes that were ever in use at once.
  uint64_t peak_bytes() const { return peak_bytes_; }
  size_t deferred_count() const { return deferred_count_; }
  size_t announced_count() const { return announced_count_; }

  // Checks the invariants above; for tests. Linear time.
  bool is_consistent() const;

 private:
  enum class State : uint8_t {
    kFree,      // the record is not in use
    kLive,      // has its bytes
    kDeferred,  // has a planned range
    kCarved,    // has a range inside of its parent's, which is not cut yet
  };

  struct Request {
    uint64_t offset = 0;
    uint64_t size = 0;  // rounded
    uint64_t alignment = 1;
    void* owner = nullptr;
    State state = State::kFree;
    bool is_announced = false;      // its release is in the timeline
    bool is_release_ready = false;  // ... and waits only for the grant
    bool is_split = false;          // ... and cuts the range
    bool is_moved = false;          // the plan that is being made begins with it
    Ticket deferred_next = kNoTicket, deferred_prev = kNoTicket;
    // Of a split: its pieces, a list by `sibling`.
    Ticket first_piece = kNoTicket;
    Ticket sibling = kNoTicket;
    // Where a plan that is being made puts it; kNone: nowhere.
    uint64_t tentative = 0;
  };

  // Entry 2t of the timeline is the request of ticket t, 2t + 1 its release.
  struct Link {
    uint32_t next = kNoTicket;
    uint32_t prev = kNoTicket;
  };

  uint64_t find_unpromised(uint64_t bytes, uint64_t alignment) const;
  Ticket new_ticket();
  // A ticket whose state the caller sets.
  Ticket new_request(uint64_t offset, uint64_t bytes, uint64_t alignment, void* owner);
  void free_ticket(Ticket ticket);
  void timeline_append(uint32_t entry);
  void timeline_remove(uint32_t entry);
  void deferred_append(Ticket ticket);
  void deferred_remove(Ticket ticket);

  template <typename Visit>
  void for_each_leftover(Ticket ticket, uint64_t offset, Visit&& visit) const;
  void take_effect(Ticket ticket, Changes& changes);
  void grant(Ticket ticket, Changes& changes);
  void fail(Ticket ticket, Changes& changes);
  void drop_pieces(Ticket ticket, Changes& changes);
  void grant_what_is_possible(Changes& changes);
  bool move_oldest_here();
  size_t count_fitting_now();
  FreeRanges make_plan(size_t moved_count, bool stops_at_failure, bool& all_fit);
  void mark_nowhere(Ticket ticket);
  void adopt_plan(FreeRanges plan);
  void plan_again(Changes& changes);
  void note_peak();

  // What happened to the free ranges while nothing was announced or deferred, when both views are the same:
  // `future_` is brought up to date when it is asked for. A request that is released again leaves nothing.
  struct Step {
    uint64_t offset;
    uint64_t size;
    bool is_release;
  };
  static constexpr size_t kMaxStepsBehind = 16;
  bool is_future_like_now() const { return announced_count_ == 0 && deferred_count_ == 0; }
  void note_step(uint64_t offset, uint64_t size, bool is_release);
  void catch_up();
  static void carry_out(const Step& step, FreeRanges& ranges) {
    step.is_release ? ranges.release(step.offset, step.size) : ranges.take(step.offset, step.size);
  }

  FreeRanges now_;
  FreeRanges future_;
  Step behind_[kMaxStepsBehind];
  size_t behind_count_ = 0;
  const uint64_t capacity_bytes_ = now_.free_bytes();
  uint64_t peak_bytes_ = 0;
  std::vector<Request> requests_;
  std::vector<Link> links_;
  std::vector<Ticket> spare_;
  uint32_t timeline_head_ = kNoTicket, timeline_tail_ = kNoTicket;
  Ticket deferred_head_ = kNoTicket, deferred_tail_ = kNoTicket;
  size_t deferred_count_ = 0;
  size_t announced_count_ = 0;
  bool defers_ = true;
};

}  // namespace palatine::realm
