#include "runtime/realm/instance/allocation_planner.h"

#include <algorithm>
#include <new>
#include <utility>

#include "runtime/realm/fatal.h"

namespace palatine::realm {

namespace {

// A plan is made again for an out-of-turn release only up to this many entries and free ranges.
constexpr size_t kMaxPlanSteps = 256;
constexpr uint64_t kMaxRounding = 64;

uint64_t rounded(uint64_t size, uint64_t alignment) {
  uint64_t unit = std::min(alignment, kMaxRounding);
  return (size + unit - 1) & ~(unit - 1);
}

}  // namespace

// ---- lists

AllocationPlanner::Ticket AllocationPlanner::new_ticket() {
  Ticket ticket;
  if (spare_.empty()) {
    ticket = static_cast<Ticket>(requests_.size());
    requests_.emplace_back();
    links_.resize(links_.size() + 2);
  } else {
    ticket = spare_.back();
    spare_.pop_back();
    // Made where it is: copying one is slower than all the rest.
    new (&requests_[ticket]) Request();
  }
  return ticket;
}

AllocationPlanner::Ticket AllocationPlanner::new_request(uint64_t offset, uint64_t bytes, uint64_t alignment,
                                                         void* owner) {
  const Ticket ticket = new_ticket();
  Request& request = requests_[ticket];
  request.offset = offset;
  request.size = bytes;
  request.alignment = alignment;
  request.owner = owner;
  return ticket;
}

void AllocationPlanner::free_ticket(Ticket ticket) {
  requests_[ticket].state = State::kFree;
  spare_.push_back(ticket);
}

void AllocationPlanner::timeline_append(uint32_t entry) {
  links_[entry] = {kNoTicket, timeline_tail_};
  (timeline_tail_ == kNoTicket ? timeline_head_ : links_[timeline_tail_].next) = entry;
  timeline_tail_ = entry;
}

void AllocationPlanner::timeline_remove(uint32_t entry) {
  Link link = links_[entry];
  (link.prev == kNoTicket ? timeline_head_ : links_[link.prev].next) = link.next;
  (link.next == kNoTicket ? timeline_tail_ : links_[link.next].prev) = link.prev;
}

void AllocationPlanner::deferred_append(Ticket ticket) {
  Request& request = requests_[ticket];
  request.state = State::kDeferred;
  request.deferred_prev = deferred_tail_;
  request.deferred_next = kNoTicket;
  (deferred_tail_ == kNoTicket ? deferred_head_ : requests_[deferred_tail_].deferred_next) = ticket;
  deferred_tail_ = ticket;
  ++deferred_count_;
  timeline_append(2 * ticket);
}

void AllocationPlanner::deferred_remove(Ticket ticket) {
  Request& request = requests_[ticket];
  (request.deferred_prev == kNoTicket ? deferred_head_ : requests_[request.deferred_prev].deferred_next) =
      request.deferred_next;
  (request.deferred_next == kNoTicket ? deferred_tail_ : requests_[request.deferred_next].deferred_prev) =
      request.deferred_prev;
  --deferred_count_;
  timeline_remove(2 * ticket);
}

void AllocationPlanner::note_peak() {
  peak_bytes_ = std::max(peak_bytes_, capacity_bytes_ - now_.free_bytes());
}

// ---- the future while it is like now

void AllocationPlanner::note_step(uint64_t offset, uint64_t size, bool is_release) {
  if (size == 0) return;
  if (!is_future_like_now()) {
    is_release ? future_.release(offset, size) : future_.take(offset, size);
    return;
  }
  if (behind_count_ > 0) {
    const Step& last = behind_[behind_count_ - 1];
    if (last.offset == offset && last.size == size && last.is_release != is_release) {
      --behind_count_;
      return;
    }
  }
  if (behind_count_ == kMaxStepsBehind) catch_up();
  Step& step = behind_[behind_count_++];
  step.offset = offset;
  step.size = size;
  step.is_release = is_release;
}

void AllocationPlanner::catch_up() {
  for (size_t k = 0; k < behind_count_; ++k) carry_out(behind_[k], future_);
  behind_count_ = 0;
}

// ---- requests

AllocationPlanner::Placement AllocationPlanner::allocate(uint64_t size, uint64_t alignment, void* owner) {
  if (size > capacity_bytes_) return {};
  alignment = std::max<uint64_t>(alignment, 1);
  const uint64_t bytes = rounded(size, alignment);
  Outcome outcome = Outcome::kGranted;
  uint64_t offset = 0;
  if (bytes != 0) {
    const bool may_take_now = deferred_count_ == 0;
    offset = may_take_now ? now_.first_fit(bytes, alignment) : FreeRanges::kNone;
    if (offset == FreeRanges::kNone) {
      if (!defers_ || (may_take_now && announced_count_ == 0)) return {};
      offset = future_.first_fit(bytes, alignment);
      if (offset == FreeRanges::kNone) return {};
      outcome = Outcome::kDeferred;
    } else {
      now_.take(offset, bytes);
      note_peak();
    }
    // With nothing deferred, what is free now is also free in the future.
    note_step(offset, bytes, false);
  }
  const Ticket ticket = new_request(offset, bytes, alignment, owner);
  if (outcome == Outcome::kGranted) {
    requests_[ticket].state = State::kLive;
  } else {
    deferred_append(ticket);
  }
  return {outcome, ticket, offset};
}

// A place that is free now and in nobody's planned range. A planned range is free in the future already when
// its own release is announced, so the future alone does not tell.
uint64_t AllocationPlanner::find_unpromised(uint64_t bytes, uint64_t alignment) const {
  if (deferred_count_ == 0) return now_.first_fit(bytes, alignment);
  auto is_promised = [&](uint64_t offset) {
    for (Ticket t = deferred_head_; t != kNoTicket; t = requests_[t].deferred_next) {
      if (offset < requests_[t].offset + requests_[t].size && requests_[t].offset < offset + bytes)
        return true;
    }
    return false;
  };
  uint64_t found = FreeRanges::kNone;
  // Only the two ends of each range are tried.
  now_.for_each([&](uint64_t start, uint64_t size) {
    if (found != FreeRanges::kNone || size < bytes) return;
    const uint64_t first = (start + alignment - 1) & ~(alignment - 1);
    const uint64_t last = (start + size - bytes) & ~(alignment - 1);
    if (first > last || last < start) return;
    if (!is_promised(first)) {
      found = first;
    } else if (!is_promised(last)) {
      found = last;
    }
  });
  return found;
}

AllocationPlanner::Placement AllocationPlanner::allocate_unpromised(uint64_t size, uint64_t alignment,
                                                                    void* owner) {
  if (size == 0 || size > capacity_bytes_) return {};
  alignment = std::max<uint64_t>(alignment, 1);
  const uint64_t bytes = rounded(size, alignment);
  const uint64_t offset = find_unpromised(bytes, alignment);
  if (offset == FreeRanges::kNone) return {};
  now_.take(offset, bytes);
  note_step(offset, bytes, false);
  note_peak();
  const Ticket ticket = new_request(offset, bytes, alignment, owner);
  requests_[ticket].state = State::kLive;
  return {Outcome::kGranted, ticket, offset};
}

// ---- releases

// Calls `visit(offset, size)` for what the release of `ticket` frees when its range begins at `offset`.
template <typename Visit>
void AllocationPlanner::for_each_leftover(Ticket ticket, uint64_t offset, Visit&& visit) const {
  const Request& request = requests_[ticket];
  uint64_t at = offset;
  const uint64_t end = offset + request.size;
  for (Ticket piece = request.first_piece; piece != kNoTicket; piece = requests_[piece].sibling) {
    uint64_t start = offset + (requests_[piece].offset - request.offset);
    if (requests_[piece].size == 0) continue;
    if (start > at) visit(at, start - at);
    at = start + requests_[piece].size;
  }
  if (end > at) visit(at, end - at);
}

void AllocationPlanner::announce_release(Ticket ticket) {
  Request& request = requests_[ticket];
  if (request.is_announced) internal_error("a release is announced twice");
  catch_up();
  request.is_announced = true;
  ++announced_count_;
  timeline_append(2 * ticket + 1);
  future_.release(request.offset, request.size);
}

std::vector<AllocationPlanner::Placement> AllocationPlanner::announce_split(
    Ticket ticket, const std::vector<Piece>& pieces) {
  std::vector<Placement> placements(pieces.size());
  const uint64_t start = requests_[ticket].offset, end = start + requests_[ticket].size;
  uint64_t at = start;
  Ticket last = kNoTicket;
  for (size_t k = 0; k < pieces.size(); ++k) {
    uint64_t alignment = std::max<uint64_t>(pieces[k].alignment, 1);
    uint64_t offset = (at + alignment - 1) & ~(alignment - 1);
    if (pieces[k].size != 0 && (offset > end || end - offset < pieces[k].size)) continue;
    // The last piece may end where the whole range ends.
    uint64_t bytes = pieces[k].size == 0 ? 0 : std::min(rounded(pieces[k].size, alignment), end - offset);
    Ticket piece = new_ticket();
    Request& request = requests_[piece];
    request.offset = bytes == 0 ? start : offset;
    request.size = bytes;
    request.alignment = alignment;
    request.owner = pieces[k].owner;
    request.state = State::kCarved;
    (last == kNoTicket ? requests_[ticket].first_piece : requests_[last].sibling) = piece;
    last = piece;
    placements[k] = {Outcome::kDeferred, piece, request.offset};
    if (bytes != 0) at = offset + bytes;
  }
  Request& request = requests_[ticket];
  if (request.is_announced) internal_error("a release is announced twice");
  catch_up();
  request.is_announced = request.is_split = true;
  ++announced_count_;
  timeline_append(2 * ticket + 1);
  for_each_leftover(ticket, request.offset,
                    [&](uint64_t from, uint64_t size) { future_.release(from, size); });
  return placements;
}

void AllocationPlanner::release(Ticket ticket, Changes& changes) {
  if (!requests_[ticket].is_announced) {
    if (requests_[ticket].state == State::kLive) {
      const Request& request = requests_[ticket];
      note_step(request.offset, request.size, true);
      now_.release(request.offset, request.size);
      free_ticket(ticket);
      grant_what_is_possible(changes);
      return;
    }
    announce_release(ticket);
  }
  if (requests_[ticket].state != State::kLive) {
    requests_[ticket].is_release_ready = true;
    return;
  }
  take_effect(ticket, changes);
  grant_what_is_possible(changes);
}

// The announced release of a live request happens.
void AllocationPlanner::take_effect(Ticket ticket, Changes& changes) {
  timeline_remove(2 * ticket + 1);
  --announced_count_;
  for_each_leftover(ticket, requests_[ticket].offset,
                    [&](uint64_t offset, uint64_t size) { now_.release(offset, size); });
  Ticket piece = requests_[ticket].first_piece;
  free_ticket(ticket);
  while (piece != kNoTicket) {
    Ticket next = requests_[piece].sibling;
    requests_[piece].sibling = kNoTicket;
    requests_[piece].state = State::kLive;
    changes.push_back({requests_[piece].owner, Outcome::kGranted, requests_[piece].offset});
    if (requests_[piece].is_release_ready) take_effect(piece, changes);
    piece = next;
  }
}

void AllocationPlanner::keep(Ticket ticket, Changes& changes) {
  Request& request = requests_[ticket];
  if (!request.is_announced) internal_error("a release that was not announced is taken back");
  request.is_announced = false;
  request.is_split = false;
  --announced_count_;
  timeline_remove(2 * ticket + 1);
  const bool is_planned_around = deferred_count_ != 0 || requests_[ticket].first_piece != kNoTicket;
  drop_pieces(ticket, changes);
  if (request.size == 0) return;
  if (is_planned_around) {
    plan_again(changes);
  } else {
    future_.take(request.offset, request.size);
  }
}

// ---- grants

void AllocationPlanner::grant(Ticket ticket, Changes& changes) {
  Request& request = requests_[ticket];
  now_.take(request.offset, request.size);
  note_peak();
  deferred_remove(ticket);
  request.state = State::kLive;
  changes.push_back({request.owner, Outcome::kGranted, request.offset});
  if (request.is_release_ready) take_effect(ticket, changes);
}

void AllocationPlanner::grant_what_is_possible(Changes& changes) {
  while (deferred_head_ != kNoTicket) {
    const Request& oldest = requests_[deferred_head_];
    if (!now_.contains(oldest.offset, oldest.size) && !move_oldest_here()) return;
    grant(deferred_head_, changes);
  }
}

// Tries to give the oldest requests ranges that are free now without taking anything from the others.
bool AllocationPlanner::move_oldest_here() {
  if (announced_count_ + deferred_count_ + now_.range_count() > kMaxPlanSteps) return false;
  for (size_t count = count_fitting_now(); count > 0; count /= 2) {
    bool all_fit;
    FreeRanges plan = make_plan(count, true, all_fit);
    if (!all_fit) continue;
    adopt_plan(std::move(plan));
    return true;
  }
  return false;
}

// How many of the oldest requests fit into what is free now, one after the other.
size_t AllocationPlanner::count_fitting_now() {
  size_t count = 0;
  // Most often none does; then nothing is copied.
  if (now_.largest_bytes() < requests_[deferred_head_].size) return 0;
  FreeRanges rest = now_;
  for (Ticket t = deferred_head_; t != kNoTicket; t = requests_[t].deferred_next, ++count) {
    // The pieces of a range that will be cut were placed with its offset in mind.
    if (requests_[t].is_split) break;
    uint64_t offset = rest.first_fit(requests_[t].size, requests_[t].alignment);
    if (offset == FreeRanges::kNone) break;
    rest.take(offset, requests_[t].size);
  }
  return count;
}

// ---- making the plan again

// Goes through the timeline from what is free now, of which the oldest `moved_count` requests get their
// ranges first. The new places are left in `tentative`.
FreeRanges AllocationPlanner::make_plan(size_t moved_count, bool stops_at_failure, bool& all_fit) {
  all_fit = true;
  FreeRanges plan = now_;
  for (Ticket t = deferred_head_; t != kNoTicket; t = requests_[t].deferred_next) {
    requests_[t].is_moved = moved_count > 0;
    if (moved_count == 0) continue;
    --moved_count;
    requests_[t].tentative = plan.first_fit(requests_[t].size, requests_[t].alignment);
    plan.take(requests_[t].tentative, requests_[t].size);
  }
  for (uint32_t entry = timeline_head_; entry != kNoTicket; entry = links_[entry].next) {
    const Ticket ticket = entry / 2;
    Request& request = requests_[ticket];
    if (entry % 2 == 0) {
      if (request.is_moved) continue;
      if (request.is_split) {
        request.tentative = plan.contains(request.offset, request.size) ? request.offset : FreeRanges::kNone;
      } else {
        request.tentative = plan.first_fit(request.size, request.alignment);
      }
      if (request.tentative == FreeRanges::kNone) {
        all_fit = false;
        if (stops_at_failure) break;
        mark_nowhere(ticket);
      } else {
        plan.take(request.tentative, request.size);
      }
    } else {
      if (request.state == State::kLive) request.tentative = request.offset;
      if (request.tentative == FreeRanges::kNone) continue;
      for (Ticket piece = request.first_piece; piece != kNoTicket; piece = requests_[piece].sibling) {
        requests_[piece].tentative = request.tentative + (requests_[piece].offset - request.offset);
      }
      for_each_leftover(ticket, request.tentative,
                        [&](uint64_t offset, uint64_t size) { plan.release(offset, size); });
    }
  }
  return plan;
}

void AllocationPlanner::mark_nowhere(Ticket ticket) {
  requests_[ticket].tentative = FreeRanges::kNone;
  for (Ticket piece = requests_[ticket].first_piece; piece != kNoTicket; piece = requests_[piece].sibling) {
    mark_nowhere(piece);
  }
}

void AllocationPlanner::adopt_plan(FreeRanges plan) {
  // Ranges that will be cut keep their offsets, so the pieces do, too.
  for (Ticket t = deferred_head_; t != kNoTicket; t = requests_[t].deferred_next) {
    requests_[t].offset = requests_[t].tentative;
  }
  future_ = std::move(plan);
}

void AllocationPlanner::plan_again(Changes& changes) {
  bool all_fit;
  FreeRanges plan = make_plan(0, false, all_fit);
  if (!all_fit) {
    for (Ticket t = deferred_head_; t != kNoTicket;) {
      Ticket next = requests_[t].deferred_next;
      if (requests_[t].tentative == FreeRanges::kNone) {
        deferred_remove(t);
        fail(t, changes);
      }
      t = next;
    }
  }
  adopt_plan(std::move(plan));
  grant_what_is_possible(changes);
}

// Forgets a request that will never have bytes, and its pieces. The plan is the caller's business.
void AllocationPlanner::fail(Ticket ticket, Changes& changes) {
  drop_pieces(ticket, changes);
  if (requests_[ticket].is_announced) {
    timeline_remove(2 * ticket + 1);
    --announced_count_;
  }
  changes.push_back({requests_[ticket].owner, Outcome::kFailed, 0});
  free_ticket(ticket);
}

void AllocationPlanner::drop_pieces(Ticket ticket, Changes& changes) {
  Ticket piece = requests_[ticket].first_piece;
  requests_[ticket].first_piece = kNoTicket;
  while (piece != kNoTicket) {
    Ticket next = requests_[piece].sibling;
    fail(piece, changes);
    piece = next;
  }
}

// ---- checks

bool AllocationPlanner::is_consistent() const {
  // What is live, and what is free now, share no byte and together are the whole memory.
  FreeRanges sum = now_;
  uint64_t live_bytes = 0;
  for (const Request& request : requests_) {
    if (request.state != State::kLive || request.size == 0) continue;
    if (request.offset + request.size > capacity_bytes_) return false;
    live_bytes += request.size;
    // A carved range lies inside of a live one and is not counted.
    sum.release(request.offset, request.size);
  }
  if (live_bytes + now_.free_bytes() != capacity_bytes_ || sum.free_bytes() != capacity_bytes_) return false;
  // Following the plan through the timeline never takes a byte that is in use, and ends in the future.
  FreeRanges plan = now_;
  for (uint32_t entry = timeline_head_; entry != kNoTicket; entry = links_[entry].next) {
    const Request& request = requests_[entry / 2];
    if (entry % 2 == 0) {
      if (!plan.contains(request.offset, request.size)) return false;
      plan.take(request.offset, request.size);
    } else {
      for_each_leftover(entry / 2, request.offset,
                        [&](uint64_t offset, uint64_t size) { plan.release(offset, size); });
    }
  }
  if (behind_count_ > 0 && !is_future_like_now()) return false;
  FreeRanges expected = future_;
  for (size_t k = 0; k < behind_count_; ++k) carry_out(behind_[k], expected);
  std::vector<std::pair<uint64_t, uint64_t>> planned, future;
  plan.for_each([&](uint64_t offset, uint64_t size) { planned.emplace_back(offset, size); });
  expected.for_each([&](uint64_t offset, uint64_t size) { future.emplace_back(offset, size); });
  return planned == future;
}

}  // namespace palatine::realm
