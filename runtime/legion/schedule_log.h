// A log of what a program launched, what that waited for, and when it ran: what the schedule checker
// (schedule_check.h) reads. Kept when the program was started with `-lg:check`; otherwise there is none, and
// each place that would write costs one branch.
//
// Operations are named by the event that triggers when they are complete; such handles are never used again.
// Times are numbers of the log's own clock, which counts its entries: an entry that was made later has the
// greater number. The log is written where the order of things is decided by the runtime itself, so
//
//   launched   after the analysis: what had triggered by then has an `ended` with a smaller number
//   started    before the body, or the work of a copy or fill
//   ended      before the event triggers: who saw it triggered was logged later
//
// Regions are copied into the log, because programs delete them.
//
// Thread safety: any thread; one mutex. Reading is for when nothing runs any more.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/legion/dependence.h"
#include "runtime/legion/operation.h"

namespace palatine::legion {

class ScheduleLog {
 public:
  using Time = uint64_t;
  using EventId = uint64_t;
  static constexpr Time kNever = UINT64_MAX;

  struct LoggedRoot {
    std::string name;
    std::string file;
    uint32_t line;
    std::vector<std::string> fields;
    Box box;
  };
  struct LoggedRegion {
    OwnedDomain domain;
    uint32_t root;
    bool is_root;
  };
  struct Access {
    uint32_t region;
    uint32_t group;
    uint64_t mask;
    bool is_write;
    bool is_shared;
  };
  // Of a mapping: the task's own accesses, from `started` to `ended`. Of a fence: nothing of its own.
  enum class Kind : uint8_t { task, fill, copy, mapping, fence };
  struct Entry {
    Kind kind;
    EventId event;    // 0 for a mapping and for a fence that nothing has to wait for
    EventId context;  // the running task that launched it
    const char* name;
    api::SourceLoc loc;
    uint32_t first_access, access_count;
    uint32_t first_input, input_count;
    // Events that it has to wait for: futures among its arguments. They stand in `inputs_` too.
    uint32_t first_need, need_count;
    Time launched;
    Time started = kNever, ended = kNever;
    // How often it ran.
    uint32_t starts = 0, ends = 0;
    // Of a mapping: it begins here. False when it goes on and others of the task began or ended.
    bool is_new = true;
    // The launching task went on only then; `kNever` when it did not wait.
    Time resumed = kNever;
  };
  // Memory of a root's field.
  struct Storage {
    uint32_t root;
    uint32_t field;
    Time allocated;
    Time freed = kNever;
  };

  // What became of the values of a field that has places on devices: in the order in which it was decided.
  // Place 0 is home; others have numbers that are never used again.
  struct Movement {
    enum class Kind : uint8_t {
      written,  // `place` has the only newest values of the box from now on
      read,     // somebody uses those that `place` has
      copied,   // from place `from`
      dropped,  // `place` is gone
    };
    Kind kind;
    uint32_t root;
    uint32_t field;
    Box box;
    uint64_t place;
    uint64_t from = 0;
  };

  // ---- writing

  struct What {
    Kind kind;
    const char* name;
    api::SourceLoc loc;
  };
  // An operation whose analysis is done. `also` is one more event that it waits for, or none; `needs` are
  // what it waits for, or else the analysis is wrong.
  void launched(Operation& operation, EventId context, const What& what, std::span<const Use> uses,
                realm::Event also = realm::Event::none(), std::span<const realm::Event> needs = {});
  // The same without an operation: `done` triggers when it is complete, after all of `inputs`.
  void launched(realm::Event done, EventId context, const What& what, std::span<const Use> uses,
                std::span<const realm::Event> inputs);
  void started(realm::Event operation) { note(operation, &Entry::starts, &Entry::started); }
  void ended(realm::Event operation) { note(operation, &Entry::ends, &Entry::ended); }
  // The launching task has waited for the operation.
  void resumed(realm::Event operation);
  // `target` triggers when all inputs have.
  void merged(realm::Event target, const realm::Event* inputs, size_t count);
  void merged(realm::Event target, Operation& gate);
  // What a running task may access itself from now on; `is_new`: it has just waited for it.
  void mapped(EventId context, const char* name, std::span<const Use> uses, bool is_new);
  // What is launched from now on in the context comes after all that was launched in it before.
  void fenced(EventId context, realm::Event all);
  void allocated(RootRegion& root, uint32_t field);
  void freed(RootRegion& root);
  void moved(Movement::Kind kind, RootRegion& root, uint32_t field, const Box& box, uint64_t place,
             uint64_t from = 0);

  // ---- reading

  std::span<const Entry> entries() const { return entries_; }
  std::span<const Access> accesses(const Entry& entry) const {
    return {accesses_.data() + entry.first_access, entry.access_count};
  }
  std::span<const EventId> inputs(const Entry& entry) const {
    return {inputs_.data() + entry.first_input, entry.input_count};
  }
  std::span<const EventId> needs(const Entry& entry) const {
    return {inputs_.data() + entry.first_need, entry.need_count};
  }
  // Null when the event is no operation's.
  const Entry* find(EventId event) const;
  // Empty when the event is no merged one.
  std::span<const EventId> inputs_of_merged(EventId event) const;
  const LoggedRegion& region(uint32_t region) const { return regions_[region]; }
  const LoggedRoot& root(uint32_t root) const { return roots_[root]; }
  std::span<const Storage> storages() const { return storages_; }
  std::span<const Movement> movements() const { return movements_; }

 private:
  struct Range {
    uint32_t first, count;
  };
  void note(realm::Event operation, uint32_t Entry::* count, Time Entry::* time);
  void add_accesses(Entry& entry, std::span<const Use> uses);
  void add_inputs(const Operation& operation);
  void add(EventId done, EventId context, const What& what, std::span<const Use> uses, uint32_t first_input,
           std::span<const realm::Event> needs);
  uint32_t logged(Region& region);

  std::mutex mutex_;
  Time clock_ = 0;
  std::vector<Entry> entries_;
  std::vector<Access> accesses_;
  std::vector<EventId> inputs_;
  std::unordered_map<EventId, uint32_t> by_event_;
  // Ranges of `inputs_`.
  std::unordered_map<EventId, Range> merges_;
  // The mapping that is open, by context.
  std::unordered_map<EventId, uint32_t> open_;
  std::vector<LoggedRegion> regions_;
  std::vector<LoggedRoot> roots_;
  std::vector<Storage> storages_;
  std::vector<Movement> movements_;
  // Those that are not freed, by root.
  std::unordered_map<uint32_t, std::vector<uint32_t>> live_storages_;
};

// Null when nothing is logged. Set before the workers start and after they have ended.
extern ScheduleLog* schedule_log;

// Like realm::Event::merge, and logged.
realm::Event merge_events(const std::vector<realm::Event>& events);

}  // namespace palatine::legion
