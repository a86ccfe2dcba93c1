#include "runtime/legion/schedule_log.h"

namespace palatine::legion {

ScheduleLog* schedule_log = nullptr;

realm::Event merge_events(const std::vector<realm::Event>& events) {
  const realm::Event all = realm::Event::merge(events.data(), events.size());
  if (schedule_log) [[unlikely]]
    schedule_log->merged(all, events.data(), events.size());
  return all;
}

uint32_t ScheduleLog::logged(Region& region) {
  // Only looked at with the mutex held.
  if (region.log_id != 0) return region.log_id - 1;
  LoggedRegion copy;
  if (region.is_root()) {
    RootRegion& root = *region.root;
    copy.root = static_cast<uint32_t>(roots_.size());
    copy.is_root = true;
    copy.domain = root.own_domain;
    LoggedRoot& made = roots_.emplace_back();
    made.name = root.name;
    made.file = root.file;
    made.line = root.line;
    made.box = root.domain.box;
    for (const api::FieldDesc& field : root.fields) made.fields.emplace_back(field.name ? field.name : "");
  } else {
    copy.root = regions_[logged(*region.root)].root;
    copy.is_root = false;
    copy.domain =
        region.parent->is_regular ? OwnedDomain(region.domain.box) : region.parent->domains[region.color];
  }
  regions_.push_back(std::move(copy));
  region.log_id = static_cast<uint32_t>(regions_.size());
  return region.log_id - 1;
}

void ScheduleLog::add_accesses(Entry& entry, std::span<const Use> uses) {
  entry.first_access = static_cast<uint32_t>(accesses_.size());
  entry.access_count = static_cast<uint32_t>(uses.size());
  for (const Use& use : uses)
    accesses_.push_back({logged(*use.region), use.group, use.mask, use.is_write, use.is_shared});
}

void ScheduleLog::add_inputs(const Operation& operation) {
  operation.for_each_dependence([&](realm::Event event) { inputs_.push_back(event.id()); });
}

void ScheduleLog::add(EventId done, EventId context, const What& what, std::span<const Use> uses,
                      uint32_t first_input, std::span<const realm::Event> needs) {
  Entry entry{what.kind, done, context, what.name, what.loc, 0, 0, 0, 0, 0, 0, ++clock_};
  add_accesses(entry, uses);
  entry.first_input = first_input;
  entry.input_count = static_cast<uint32_t>(inputs_.size()) - first_input;
  entry.first_need = static_cast<uint32_t>(inputs_.size());
  entry.need_count = static_cast<uint32_t>(needs.size());
  for (realm::Event need : needs) inputs_.push_back(need.id());
  by_event_[entry.event] = static_cast<uint32_t>(entries_.size());
  entries_.push_back(entry);
}

void ScheduleLog::launched(Operation& operation, EventId context, const What& what, std::span<const Use> uses,
                           realm::Event also, std::span<const realm::Event> needs) {
  std::lock_guard lock(mutex_);
  const auto first_input = static_cast<uint32_t>(inputs_.size());
  add_inputs(operation);
  if (also.exists()) inputs_.push_back(also.id());
  add(operation.done.id(), context, what, uses, first_input, needs);
}

void ScheduleLog::launched(realm::Event done, EventId context, const What& what, std::span<const Use> uses,
                           std::span<const realm::Event> inputs) {
  std::lock_guard lock(mutex_);
  const auto first_input = static_cast<uint32_t>(inputs_.size());
  for (realm::Event input : inputs) inputs_.push_back(input.id());
  add(done.id(), context, what, uses, first_input, {});
}

void ScheduleLog::note(realm::Event operation, uint32_t Entry::* count, Time Entry::* time) {
  std::lock_guard lock(mutex_);
  const Time now = ++clock_;
  auto known = by_event_.find(operation.id());
  // The main task was launched by nobody.
  if (known == by_event_.end()) return;
  Entry& entry = entries_[known->second];
  ++(entry.*count);
  entry.*time = now;
}

void ScheduleLog::resumed(realm::Event operation) {
  std::lock_guard lock(mutex_);
  const Time now = ++clock_;
  auto known = by_event_.find(operation.id());
  if (known != by_event_.end()) {
    entries_[known->second].resumed = now;
    return;
  }
  // An index launch: all its points.
  for (EventId input : inputs_of_merged(operation.id())) {
    auto point = by_event_.find(input);
    if (point != by_event_.end()) entries_[point->second].resumed = now;
  }
}

void ScheduleLog::merged(realm::Event target, const realm::Event* inputs, size_t count) {
  if (!target.exists()) return;
  std::lock_guard lock(mutex_);
  Range range{static_cast<uint32_t>(inputs_.size()), 0};
  for (size_t k = 0; k < count; ++k) {
    // A single event that is pending stands for the merge.
    if (inputs[k] == target) return;
    if (inputs[k].exists()) inputs_.push_back(inputs[k].id());
  }
  range.count = static_cast<uint32_t>(inputs_.size()) - range.first;
  merges_[target.id()] = range;
}

void ScheduleLog::merged(realm::Event target, Operation& gate) {
  std::lock_guard lock(mutex_);
  Range range{static_cast<uint32_t>(inputs_.size()), 0};
  add_inputs(gate);
  range.count = static_cast<uint32_t>(inputs_.size()) - range.first;
  merges_[target.id()] = range;
}

void ScheduleLog::mapped(EventId context, const char* name, std::span<const Use> uses, bool is_new) {
  std::lock_guard lock(mutex_);
  const Time now = ++clock_;
  auto open = open_.find(context);
  if (open != open_.end()) {
    entries_[open->second].ended = now;
    open_.erase(open);
  }
  if (uses.empty()) return;
  Entry entry{Kind::mapping, 0, context, name, {}, 0, 0, 0, 0, 0, 0, ++clock_};
  entry.started = entry.launched;
  entry.is_new = is_new;
  add_accesses(entry, uses);
  open_[context] = static_cast<uint32_t>(entries_.size());
  entries_.push_back(entry);
}

void ScheduleLog::fenced(EventId context, realm::Event all) {
  std::lock_guard lock(mutex_);
  entries_.push_back({Kind::fence, all.id(), context, "fence", {}, 0, 0, 0, 0, 0, 0, ++clock_});
}

void ScheduleLog::allocated(RootRegion& root, uint32_t field) {
  std::lock_guard lock(mutex_);
  const uint32_t number = regions_[logged(root)].root;
  live_storages_[number].push_back(static_cast<uint32_t>(storages_.size()));
  storages_.push_back({number, field, ++clock_});
}

void ScheduleLog::freed(RootRegion& root) {
  std::lock_guard lock(mutex_);
  const uint32_t number = regions_[logged(root)].root;
  const Time now = ++clock_;
  for (uint32_t k : live_storages_[number]) storages_[k].freed = now;
  live_storages_.erase(number);
}

void ScheduleLog::moved(Movement::Kind kind, RootRegion& root, uint32_t field, const Box& box, uint64_t place,
                        uint64_t from) {
  std::lock_guard lock(mutex_);
  movements_.push_back({kind, regions_[logged(root)].root, field, box, place, from});
}

const ScheduleLog::Entry* ScheduleLog::find(EventId event) const {
  auto known = by_event_.find(event);
  return known == by_event_.end() ? nullptr : &entries_[known->second];
}

std::span<const ScheduleLog::EventId> ScheduleLog::inputs_of_merged(EventId event) const {
  auto known = merges_.find(event);
  if (known == merges_.end()) return {};
  return {inputs_.data() + known->second.first, known->second.count};
}

}  // namespace palatine::legion
