#include "runtime/legion/schedule_check.h"

#include <algorithm>
#include <unordered_set>

#include "runtime/legion/gpu/piece_map.h"

namespace palatine::legion {

namespace {

using Entry = ScheduleLog::Entry;
using Access = ScheduleLog::Access;
using EventId = ScheduleLog::EventId;
using Kind = ScheduleLog::Kind;
using Time = ScheduleLog::Time;

class Checker {
 public:
  explicit Checker(const ScheduleLog& log) : log_(log) {}

  ScheduleReport run() {
    // By context, in program order; contexts in the order of their first launch.
    std::unordered_map<EventId, size_t> places;
    std::vector<std::vector<const Entry*>> contexts;
    for (const Entry& entry : log_.entries()) {
      auto [place, is_new] = places.try_emplace(entry.context, contexts.size());
      if (is_new) contexts.emplace_back();
      contexts[place->second].push_back(&entry);
      check_run(entry);
    }
    for (const std::vector<const Entry*>& entries : contexts) check_order(entries);
    check_storages();
    check_movements();
    return std::move(report_);
  }

 private:
  // A use that later ones are compared with.
  struct Live {
    const Entry* entry;
    uint32_t region;
    uint64_t mask;
    bool is_write;
    bool is_shared;
  };

  static bool is_operation(const Entry& entry) {
    return entry.kind != Kind::mapping && entry.kind != Kind::fence;
  }

  // ---- messages

  std::string described(const Entry& entry) const {
    std::string text;
    switch (entry.kind) {
      case Kind::task:
        text = "task `" + std::string(entry.name) + "`";
        break;
      case Kind::fill:
        text = "a fill in task `" + std::string(entry.name) + "`";
        break;
      case Kind::copy:
        text = "a copy in task `" + std::string(entry.name) + "`";
        break;
      case Kind::mapping:
        return "task `" + std::string(entry.name) + "` itself";
      case Kind::fence:
        return "a fence";
    }
    if (entry.loc.file)
      text += " (" + std::string(entry.loc.file) + ":" + std::to_string(entry.loc.line) + ")";
    return text;
  }
  std::string described(uint32_t number) const {
    const ScheduleLog::LoggedRegion& region = log_.region(number);
    const ScheduleLog::LoggedRoot& root = log_.root(region.root);
    std::string text = region.is_root ? "region" : "a subregion of region";
    text += root.name.empty() ? "" : " `" + root.name + "`";
    if (!root.file.empty()) text += " (" + root.file + ":" + std::to_string(root.line) + ")";
    return text;
  }
  std::string fields_of(uint32_t region, uint32_t group, uint64_t mask) const {
    const std::vector<std::string>& names = log_.root(log_.region(region).root).fields;
    std::string text;
    for (uint32_t k = 0; k < kGroupFields; ++k) {
      const size_t field = group * kGroupFields + k;
      if (!(mask >> k & 1) || field >= names.size()) continue;
      text += (text.empty() ? "" : ", ") +
              (names[field].empty() ? std::string("its elements") : "`" + names[field] + "`");
    }
    return text;
  }
  void fail(std::string message) {
    if (report_.failure_count++ < 10) report_.failures.push_back(std::move(message));
  }

  // ---- once, obeyed

  // When an event had triggered at the latest: the end of the last operation that it stands for.
  Time end_of(EventId event) {
    if (const Entry* entry = log_.find(event)) return entry->ended;
    if (auto known = merged_ends_.find(event); known != merged_ends_.end()) return known->second;
    Time end = 0;
    for (EventId input : log_.inputs_of_merged(event)) end = std::max(end, end_of(input));
    return merged_ends_[event] = end;
  }

  void check_run(const Entry& entry) {
    if (!is_operation(entry)) return;
    ++report_.operations;
    if (entry.starts != 1 || entry.ends != 1) {
      fail(described(entry) + " was started " + std::to_string(entry.starts) + " times and ended " +
           std::to_string(entry.ends) + " times");
      return;
    }
    for (EventId input : log_.inputs(entry)) {
      if (end_of(input) < entry.started) continue;
      const Entry* other = log_.find(input);
      fail(described(entry) + " was started before " + (other ? described(*other) : "what it waits for") +
           " had ended");
    }
    const Entry* context = log_.find(entry.context);
    if (context && !(context->started < entry.launched && entry.ended < context->ended))
      fail(described(entry) + " did not end before the task that launched it, " + described(*context));
  }

  // ---- ordered

  // Finds the events that lead to `from`, until `target` is among them: then true. Operations that had ended
  // at `launched` are no way to anything that had not.
  bool leads(EventId target, std::span<const EventId> from, Time launched) {
    if (std::find(from.begin(), from.end(), target) != from.end()) return true;
    seen_.clear();
    stack_.assign(from.begin(), from.end());
    while (!stack_.empty()) {
      const EventId event = stack_.back();
      stack_.pop_back();
      if (event == target) return true;
      if (!seen_.insert(event).second) continue;
      std::span<const EventId> next;
      if (const Entry* entry = log_.find(event)) {
        if (entry->ended < launched) continue;
        next = log_.inputs(*entry);
      } else {
        next = log_.inputs_of_merged(event);
      }
      stack_.insert(stack_.end(), next.begin(), next.end());
    }
    return false;
  }

  bool is_before(const Entry& a, const Entry& b) {
    if (a.ended < b.launched) return true;
    // The task's own accesses: it waits before and after.
    if (a.kind == Kind::mapping) return b.resumed != ScheduleLog::kNever && b.ended < b.resumed;
    if (b.kind == Kind::mapping) return false;
    if (asked_of_ != &b) {
      asked_of_ = &b;
      asked_ = 0;
    }
    // Who has many predecessors finds all of them once.
    if (++asked_ <= kAskedSingly) return leads(a.event, log_.inputs(b), b.launched);
    if (asked_ == kAskedSingly + 1) {
      leads(kNoEvent, log_.inputs(b), b.launched);
      before_.swap(seen_);
    }
    return before_.contains(a.event);
  }

  bool do_overlap(uint32_t a, uint32_t b) {
    if (a == b) return !log_.region(a).domain.is_empty();
    const OwnedDomain& first = log_.region(a).domain;
    const OwnedDomain& second = log_.region(b).domain;
    if (log_.region(a).root != log_.region(b).root || !first.box.overlaps(second.box)) return false;
    if (first.is_dense() && second.is_dense()) return true;
    auto [known, is_new] = overlaps_.try_emplace(uint64_t{std::min(a, b)} << 32 | std::max(a, b), false);
    if (is_new) known->second = overlaps(first, second);
    return known->second;
  }

  // Compares a use with those before it, and keeps it.
  void add_access(std::vector<Live>& live, const Entry& entry, const Access& access) {
    const uint32_t region = access.region;
    size_t kept = 0;
    for (Live& other : live) {
      // What had ended when this was launched comes before all that is still to be launched.
      if (other.entry->ended < entry.launched) continue;
      if (other.entry != &entry && (other.mask & access.mask) && (other.is_write || access.is_write) &&
          !(other.is_shared && access.is_shared) && do_overlap(other.region, region)) {
        ++report_.conflicts;
        if (!is_before(*other.entry, entry)) fail_order(other, entry, access);
        // Who conflicts with the other one conflicts with this one too.
        if (access.is_write && !access.is_shared &&
            surely_contains(log_.region(region).domain, log_.region(other.region).domain)) {
          other.mask &= ~access.mask;
          if (other.mask == 0) continue;
        }
      }
      live[kept++] = other;
    }
    live.resize(kept);
    live.push_back({&entry, region, access.mask, access.is_write, access.is_shared});
  }

  void fail_order(const Live& other, const Entry& entry, const Access& access) {
    const auto verb = [](bool is_write) { return is_write ? " changes it" : " reads it"; };
    fail(described(entry) + " does not wait for " + described(*other.entry) + "\n    both use " +
         fields_of(access.region, access.group, other.mask & access.mask) + " of " +
         described(access.region) + ": the first" + verb(other.is_write) + ", the second" +
         verb(access.is_write));
  }

  // ---- fences

  // Everything since the fence before this one; the fence before waits for the rest.
  void check_fence(std::span<const Entry* const> before, const Entry& fence) {
    const EventId event[] = {fence.event};
    // Nothing has this number: all that leads to the fence is seen.
    if (fence.event != 0) leads(0, event, fence.launched);
    for (const Entry* entry : before) {
      if (!is_operation(*entry) || entry->ended < fence.launched) continue;
      if (fence.event == 0 || !seen_.contains(entry->event))
        fail("a fence in the task that launched " + described(*entry) + " does not wait for it");
    }
  }

  void check_after_fence(const Entry& fence, const Entry& entry) {
    if (end_of_fence(fence) < entry.launched) return;
    if (entry.kind == Kind::mapping || !leads(fence.event, log_.inputs(entry), entry.launched))
      fail(described(entry) + " does not wait for the fence before it");
  }
  Time end_of_fence(const Entry& fence) { return fence.event ? end_of(fence.event) : fence.launched - 1; }

  void check_order(const std::vector<const Entry*>& entries) {
    // By root and group.
    std::unordered_map<uint64_t, std::vector<Live>> live;
    const Entry* fence = nullptr;
    size_t after_fence = 0;
    for (size_t k = 0; k < entries.size(); ++k) {
      const Entry& entry = *entries[k];
      if (entry.kind == Kind::fence) {
        check_fence({entries.data() + after_fence, k - after_fence}, entry);
        if (fence) check_between(*fence, entry);
        fence = &entry;
        after_fence = k + 1;
        continue;
      }
      if (fence && entry.is_new) check_after_fence(*fence, entry);
      for (EventId need : log_.needs(entry)) {
        if (end_of(need) >= entry.launched && !leads(need, log_.inputs(entry), entry.launched))
          fail(described(entry) + " does not wait for a future among its arguments");
      }
      for (const Access& access : log_.accesses(entry))
        add_access(live[uint64_t{log_.region(access.region).root} << 32 | access.group], entry, access);
    }
  }

  // A fence comes after the one before it.
  void check_between(const Entry& earlier, const Entry& later) {
    if (end_of_fence(earlier) < later.launched) return;
    const EventId event[] = {later.event};
    if (!leads(earlier.event, event, later.launched)) fail("a fence does not wait for the fence before it");
  }

  // ---- one place

  void check_storages() {
    std::unordered_map<uint32_t, Time> freed;
    std::unordered_set<uint64_t> known;
    for (const ScheduleLog::Storage& storage : log_.storages()) {
      freed[storage.root] = storage.freed;
      if (!known.insert(uint64_t{storage.root} << 32 | storage.field).second)
        fail("a field of region `" + log_.root(storage.root).name +
             "` was given memory twice: its values are lost");
    }
    for (const Entry& entry : log_.entries()) {
      for (const Access& access : log_.accesses(entry)) {
        auto end = freed.find(log_.region(access.region).root);
        if (end == freed.end() || entry.ended < end->second || entry.kind == Kind::mapping) continue;
        fail(described(entry) + " had not ended when the memory of " + described(access.region) +
             " was freed");
      }
    }
  }

  // ---- newest

  void check_movements() {
    using Kind = ScheduleLog::Movement::Kind;
    // Of a field: where the newest values are, with places as bits of sets.
    struct Values {
      gpu::PieceMap pieces;
      std::unordered_map<uint64_t, gpu::PlaceSet> bits = {};
      gpu::PlaceSet used = 0;

      gpu::PlaceSet bit_of(uint64_t place) {
        gpu::PlaceSet& bit = bits[place];
        if (bit == 0) used |= bit = ~used & (used + 1);
        return bit;
      }
    };
    std::unordered_map<uint64_t, Values> fields;
    for (const ScheduleLog::Movement& movement : log_.movements()) {
      const ScheduleLog::LoggedRoot& root = log_.root(movement.root);
      const uint64_t key = uint64_t{movement.root} << 32 | movement.field;
      Values& values = fields.try_emplace(key, Values{gpu::PieceMap(root.box, 0)}).first->second;
      const gpu::PlaceSet place = values.bit_of(movement.place);
      const auto fail_value = [&](const char* what) {
        fail("field `" + root.fields[movement.field] + "` of region `" + root.name + "` (" + root.file + ":" +
             std::to_string(root.line) + ") " + what);
      };
      // The empty set: nobody has written these values.
      const auto has = [](gpu::PlaceSet wanted) {
        return [wanted](gpu::PlaceSet places) { return places == 0 || (places & wanted); };
      };
      switch (movement.kind) {
        case Kind::written:
          values.pieces.change(movement.box, [&](const Box&, gpu::PlaceSet) { return place; });
          break;
        case Kind::read:
          if (!values.pieces.all_of(movement.box, has(place)))
            fail_value("is used where its newest values are not");
          break;
        case Kind::copied:
          if (!values.pieces.all_of(movement.box, has(values.bit_of(movement.from))))
            fail_value("is copied from where its newest values are not");
          values.pieces.change(movement.box,
                               [&](const Box&, gpu::PlaceSet places) { return places | place; });
          break;
        case Kind::dropped:
          if (!values.pieces.all_of(movement.box, [&](gpu::PlaceSet places) { return places != place; }))
            fail_value("lost its newest values with a place on a device");
          values.pieces.remove(place);
          values.bits.erase(movement.place);
          values.used &= ~place;
          break;
      }
    }
  }

  const ScheduleLog& log_;
  ScheduleReport report_;
  std::unordered_map<EventId, Time> merged_ends_;
  // By two regions, the smaller first.
  std::unordered_map<uint64_t, bool> overlaps_;
  // Of `leads`.
  std::unordered_set<EventId> seen_;
  // Of the operation that `is_before` was asked about last: how often, and all that leads to it.
  static constexpr uint32_t kAskedSingly = 4;
  static constexpr EventId kNoEvent = UINT64_MAX;
  const Entry* asked_of_ = nullptr;
  uint32_t asked_ = 0;
  std::unordered_set<EventId> before_;
  std::vector<EventId> stack_;
};

}  // namespace

ScheduleReport check_schedule(const ScheduleLog& log) {
  return Checker(log).run();
}

}  // namespace palatine::legion
