#include "runtime/legion/memory_plan.h"

#include <algorithm>
#include <string>

#include "runtime/legion/region_tree.h"
#include "runtime/legion/task.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

std::string described(const RootRegion& root) {
  std::string text = root.name.empty() ? "a region" : "region `" + root.name + "`";
  if (!root.file.empty()) text += " (created at " + root.file + ":" + std::to_string(root.line) + ")";
  return text;
}

unsigned __int128 bytes_of(const RootRegion& root, uint32_t group, uint64_t mask) {
  const unsigned __int128 volume = root.domain.box.volume();
  unsigned __int128 bytes = 0;
  for (int k = 0; k < kGroupFields; ++k) {
    if (mask >> k & 1)
      bytes += volume * root.fields[group * kGroupFields + static_cast<uint32_t>(k)].size_bytes;
  }
  return bytes;
}

std::vector<uint64_t> place_of(const Task& asking, uint64_t sequence) {
  std::vector<uint64_t> place{sequence};
  for (const Task* task = &asking; task->parent; task = task->parent) place.push_back(task->sequence);
  std::reverse(place.begin(), place.end());
  return place;
}

}  // namespace

std::string place_in_message(api::SourceLoc loc) {
  if (!loc.file || loc.line == 0) return "error: ";
  return std::string(loc.file) + ":" + std::to_string(loc.line) + ": ";
}

void MemoryPlan::fail(const RootRegion& root, uint32_t group, uint64_t mask, unsigned __int128 bytes,
                      const WhoMaps& mapper) {
  std::string fields;
  for (int k = 0; k < kGroupFields; ++k) {
    if (!(mask >> k & 1)) continue;
    const char* name = root.fields[group * kGroupFields + static_cast<uint32_t>(k)].name;
    fields += fields.empty() ? "" : ", ";
    fields += name && *name ? "`" + std::string(name) + "`" : "its elements";
  }
  const std::string asked =
      bytes > UINT64_MAX ? "more than 2^64" : std::to_string(static_cast<uint64_t>(bytes));
  realm::fatal_error(
      "%sout of memory: task `%s` cannot map %s of %s\n"
      "  asked: %s bytes; free: %llu; largest free block: %llu; limit: %llu (set with -ll:csize, in MiB)",
      place_in_message(mapper.loc).c_str(), mapper.task_name, fields.c_str(), described(root).c_str(),
      asked.c_str(), static_cast<unsigned long long>(memory_.free_bytes()),
      static_cast<unsigned long long>(memory_.largest_block_bytes()),
      static_cast<unsigned long long>(memory_.limit_bytes()));
}

bool MemoryPlan::try_count(Request& request) {
  if (!memory_.try_reserve(request.bytes)) return false;
  // Release: pairs with `RootRegion::has_reserved`, though only the bit itself matters.
  request.root->reserved[request.group].fetch_or(request.mask, std::memory_order_release);
  return true;
}

realm::Event MemoryPlan::reserve(RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper,
                                 const Task& asking, uint64_t sequence) {
  std::lock_guard lock(mutex_);
  uint64_t missing = mask & ~root.reserved[group].load(std::memory_order_relaxed);
  if (missing == 0) return realm::Event::none();
  std::vector<realm::Event> events;
  std::vector<uint64_t> place = place_of(asking, sequence);
  for (auto known = waiting_.begin(); known != waiting_.end();) {
    auto next = std::next(known);
    if (known->root == &root && known->group == group && (known->mask & missing)) {
      events.push_back(known->granted);
      missing &= ~known->mask;
      // Somebody earlier in program order wants it too: it moves up.
      if (place < known->place) {
        known->place = place;
        auto at = std::find_if(waiting_.begin(), known, [&](const Request& r) { return place < r.place; });
        waiting_.splice(at, waiting_, known);
      }
    }
    known = next;
  }
  if (missing != 0) {
    const unsigned __int128 bytes = bytes_of(root, group, missing);
    if (bytes > memory_.limit_bytes()) fail(root, group, missing, bytes, mapper);
    Request request{&root, group, missing, static_cast<uint64_t>(bytes), mapper, place, realm::UserEvent()};
    const bool is_first = waiting_.empty() || request.place < waiting_.front().place;
    const bool is_counted = (request.bytes == 0 || is_first) && try_count(request);
    if (!is_counted) {
      request.granted = realm::UserEvent::create();
      events.push_back(request.granted);
      auto at = std::find_if(waiting_.begin(), waiting_.end(),
                             [&](const Request& r) { return request.place < r.place; });
      waiting_.insert(at, std::move(request));
      has_waiting_.store(true, std::memory_order_relaxed);
    }
  }
  return events.size() == 1 ? events[0] : realm::Event::merge(events.data(), events.size());
}

void MemoryPlan::reserve_now(RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper) {
  std::lock_guard lock(mutex_);
  const uint64_t missing = mask & ~root.reserved[group].load(std::memory_order_relaxed);
  if (missing == 0) return;
  const unsigned __int128 bytes = bytes_of(root, group, missing);
  Request request{&root, group, missing, static_cast<uint64_t>(bytes), mapper, {}, {}};
  if (bytes > memory_.limit_bytes() || !try_count(request)) fail(root, group, missing, bytes, mapper);
}

void MemoryPlan::release(RootRegion& root) {
  std::vector<realm::UserEvent> granted;
  {
    std::lock_guard lock(mutex_);
    for (uint32_t group = 0; group < root.group_count(); ++group) {
      const uint64_t mask = root.reserved[group].exchange(0, std::memory_order_relaxed);
      memory_.unreserve(static_cast<uint64_t>(bytes_of(root, group, mask)));
    }
    if (!has_waiting_.load(std::memory_order_relaxed)) return;
    while (!waiting_.empty() && try_count(waiting_.front())) {
      granted.push_back(waiting_.front().granted);
      waiting_.pop_front();
    }
    has_waiting_.store(!waiting_.empty(), std::memory_order_relaxed);
  }
  for (realm::UserEvent event : granted) event.trigger();
}

void MemoryPlan::when_idle() {
  if (!has_waiting_.load(std::memory_order_relaxed)) return;
  realm::UserEvent granted;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.empty()) return;
    auto fitting = waiting_.begin();
    while (fitting != waiting_.end() && !try_count(*fitting)) ++fitting;
    if (fitting == waiting_.end()) {
      const Request& first = waiting_.front();
      fail(*first.root, first.group, first.mask, first.bytes, first.mapper);
    }
    granted = fitting->granted;
    waiting_.erase(fitting);
    has_waiting_.store(!waiting_.empty(), std::memory_order_relaxed);
  }
  granted.trigger();
}

}  // namespace palatine::legion
