// Memory of devices: making places, and moving home what is in the way.
#include <algorithm>
#include <bit>
#include <utility>

#include "runtime/legion/gpu/gpus.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/memory.h"

namespace palatine::legion::gpu {

namespace {

// Saturates.
uint64_t bytes_of(const Box& box, uint64_t size_bytes) {
  const unsigned __int128 bytes = static_cast<unsigned __int128>(box.volume()) * size_bytes;
  return bytes > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(bytes);
}

// Bits of a set are few: one is for home.
constexpr size_t kMostPlaces = 63;

}  // namespace

Place* Gpus::find_place(FieldPlaces& field, int device, const Box& box) const {
  for (const std::unique_ptr<Place>& place : field.places) {
    if (place && place->device == device && !place->is_retired && place->box.contains(box))
      return place.get();
  }
  return nullptr;
}

Box Gpus::box_for(const FieldPlaces& field, int device, const Box& box) const {
  const Box& whole = field.root.domain.box;
  const uint64_t limit = devices_[static_cast<size_t>(device)]->limit_bytes;
  // With one device everything comes to it in the end: so nothing has to be moved when more is used.
  if (devices_.size() == 1 &&
      (bytes_of(whole, field.size_bytes) <= limit / 8 || box.volume() >= whole.volume() / 2))
    return whole;
  Box result = box;
  bool grows = false;
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (const std::unique_ptr<Place>& place : field.places) {
      if (!place || place->device != device || place->is_retired || result.contains(place->box)) continue;
      const Box both = bounds_of(result, place->box);
      if (!place->box.overlaps(result) && both.volume() / 2 > result.volume() + place->box.volume()) continue;
      result = both;
      grows = is_new = true;
    }
  }
  // A place that has grown once will grow again: by half each time, so that moving it costs little in all.
  if (grows) {
    for (int d = 0; d < box.dim; ++d) {
      const uint64_t room = static_cast<uint64_t>(whole.hi[d]) - static_cast<uint64_t>(result.hi[d]);
      if (result.extent(d) > box.extent(d))
        result.hi[d] += static_cast<int64_t>(std::min(room, result.extent(d) / 2));
    }
  }
  return result;
}

Place* Gpus::make_place(FieldPlaces& field, GpuTask& work, const Box& box) {
  const Box large = box_for(field, work.device, box);
  Place* place = nullptr;
  if (!(box.contains(large))) place = try_make_place(field, work, large);
  while (!place) {
    place = try_make_place(field, work, box);
    if (!place && !evict(work.device)) return nullptr;
  }
  retire_overlapping(field, work, *place);
  return place;
}

Place* Gpus::try_make_place(FieldPlaces& field, GpuTask& work, const Box& box) {
  DeviceState& state = *devices_[static_cast<size_t>(work.device)];
  const uint64_t bytes = bytes_of(box, field.size_bytes);
  shortage_ = {};
  shortage_.asked_bytes = bytes;
  shortage_.limit_bytes = state.limit_bytes;
  size_t number = 0;
  while (number < field.places.size() && field.places[number]) ++number;
  if (number >= kMostPlaces || bytes > state.limit_bytes) return nullptr;
  void* memory = state.pool->try_allocate(stream_ids_.at(work.stream->id()), bytes, 256, &shortage_);
  if (!memory) return nullptr;
  auto made = std::make_unique<Place>();
  Place& place = *made;
  place.number = ++place_count_;
  place.field = &field;
  place.device = work.device;
  place.bit = PlaceSet{2} << number;
  place.box = box;
  place.memory = static_cast<char*>(memory);
  place.bytes = bytes;
  place.address = address_of(place.memory, box, field.size_bytes);
  // What nobody has written is zero there as at home.
  const uint64_t zero = 0;
  const bool is_even = bytes % sizeof(zero) == 0;
  state.gpu.check(work.stream->fill(memory, &zero, is_even ? sizeof(zero) : 1,
                                    static_cast<size_t>(is_even ? bytes / sizeof(zero) : bytes)),
                  "cannot clear memory");
  place.made = state.gpu.record(*work.stream);
  if (number == field.places.size()) field.places.emplace_back();
  field.places[number] = std::move(made);
  state.places.push_back(&place);
  return &place;
}

// Places that overlap the new one are not used by new tasks any more. What only they hold goes to the new one
// at once when nobody uses them, else when it is needed.
void Gpus::retire_overlapping(FieldPlaces& field, GpuTask& work, Place& by) {
  std::vector<Place*> unused;
  for (const std::unique_ptr<Place>& place : field.places) {
    if (!place || place.get() == &by || place->device != by.device || !place->box.overlaps(by.box)) continue;
    place->is_retired = true;
    if (place->pins == 0) unused.push_back(place.get());
  }
  for (Place* place : unused) {
    const Box box = intersection(place->box, by.box);
    std::vector<Transit> transits;
    field.pieces.change(box, [&](const Box& part, PlaceSet places) {
      if (places != place->bit) return places;
      copy_piece(field, part, place->bit, by.bit, *work.stream);
      transits.push_back({part, place->bit, by.bit, work.device, nullptr});
      return places | by.bit;
    });
    if (!transits.empty()) {
      const std::shared_ptr<device::Event> arrived = gpu(work.device).record(*work.stream);
      for (Transit& transit : transits) {
        transit.arrived = arrived;
        field.transits.push_back(std::move(transit));
      }
    }
    if (!is_only_there(*place)) drop(*place, *work.stream);
  }
}

bool Gpus::is_only_there(const Place& place) const {
  return !place.field->pieces.all_of(place.box, [&](PlaceSet places) { return places != place.bit; });
}

bool Gpus::evict(int device) {
  DeviceState& state = *devices_[static_cast<size_t>(device)];
  Place* victim = nullptr;
  for (Place* place : state.places) {
    if (place->pins == 0 && (!victim || place->last_use < victim->last_use)) victim = place;
  }
  if (!victim) return forget_graphs();
  move_home(*victim);
  drop(*victim, state.gpu.to_host());
  return true;
}

void Gpus::move_home(Place& place) {
  FieldPlaces& field = *place.field;
  device::Stream& stream = gpu(place.device).to_host();
  field.clean_transits();
  std::vector<Transit> transits;
  field.pieces.change(place.box, [&](const Box& part, PlaceSet places) {
    if (places != place.bit) return places;
    // The bytes at home were counted when the task was launched that wrote the values.
    allocate_fields(runtime_.forest, field.root, field.field / kGroupFields,
                    uint64_t{1} << field.field % kGroupFields,
                    {"moving values from a device", {field.root.file.c_str(), field.root.line}});
    copy_piece(field, part, place.bit, kHome, stream);
    transits.push_back({part, place.bit, kHome, place.device, nullptr});
    return places | kHome;
  });
  if (transits.empty()) return;
  const std::shared_ptr<device::Event> arrived = gpu(place.device).record(stream);
  for (Transit& transit : transits) {
    transit.arrived = arrived;
    field.transits.push_back(std::move(transit));
  }
}

// The memory may be used again when what `last_used_by` has to do is done.
void Gpus::drop(Place& place, device::Stream& last_used_by, bool is_forgotten) {
  FieldPlaces& field = *place.field;
  DeviceState& state = *devices_[static_cast<size_t>(place.device)];
  if (schedule_log && !is_forgotten) [[unlikely]]
    schedule_log->moved(ScheduleLog::Movement::Kind::dropped, field.root, field.field, place.box,
                        place.number);
  field.pieces.remove(place.bit);
  std::erase_if(field.transits, [&](const Transit& transit) { return transit.to == place.bit; });
  std::erase(state.places, &place);
  free_memory(place, last_used_by);
  field.places[static_cast<size_t>(std::countr_zero(place.bit)) - 1].reset();
}

void Gpus::free_memory(Place& place, device::Stream& last_used_by) {
  DeviceState& state = *devices_[static_cast<size_t>(place.device)];
  const PoolError error = state.pool->deallocate(place.memory, stream_ids_.at(last_used_by.id()));
  if (error != PoolError::none) realm::internal_error("a place on a device: %s", text_of(error));
}

void Gpus::free_orphan(Place& place, device::Stream& last_used_by) {
  free_memory(place, last_used_by);
  std::erase_if(orphans_, [&](const std::unique_ptr<Place>& orphan) { return orphan.get() == &place; });
}

// A device copies from and to locked memory at full speed, and while the host goes on. Locking brings all
// pages in, so it waits until most of them are used.
void Gpus::lock_home(FieldPlaces& field, uint64_t copied_bytes) {
  const uint64_t bytes = bytes_of(field.root.domain.box, field.size_bytes);
  if (field.copied_bytes >= bytes / 2) return;
  field.copied_bytes += copied_bytes;
  const uint64_t own_bytes = realm::SystemMemory::own_pages_bytes(bytes);
  if (field.copied_bytes < bytes / 2 || own_bytes == 0) return;
  char* home = field.root.storage[field.field].address.load(std::memory_order_relaxed);
  // A system that does not let it be locked gives the same values, more slowly.
  field.is_locked = gpu(0).device().lock_host(home, own_bytes).ok();
}

void Gpus::unlock_home(FieldPlaces& field) {
  if (!std::exchange(field.is_locked, false)) return;
  char* home = field.root.storage[field.field].address.load(std::memory_order_relaxed);
  gpu(0).check(gpu(0).device().unlock_host(home), "cannot unlock memory of the host");
}

void Gpus::forget(RootRegion& root) {
  // Values that are moved to or from home: the memory there is freed when this returns.
  std::vector<std::shared_ptr<device::Event>> arriving;
  const std::unique_ptr<RootPlaces> ended = end_places(root, arriving);
  if (!ended) return;
  for (const std::shared_ptr<device::Event>& event : arriving) {
    const device::Status status = event->wait();
    if (status.ok()) continue;
    const std::string what = "moving region " + described(root) + " failed";
    for (const auto& state : devices_) {
      if (&state->gpu.device() == &event->device()) state->gpu.check(status, what.c_str());
    }
  }
  for (const std::unique_ptr<FieldPlaces>& field : ended->fields) unlock_home(*field);
}

std::unique_ptr<RootPlaces> Gpus::end_places(RootRegion& root,
                                             std::vector<std::shared_ptr<device::Event>>& arriving) {
  std::lock_guard lock(mutex_);
  auto known = roots_.find(&root);
  if (known == roots_.end()) return nullptr;
  for (const std::unique_ptr<FieldPlaces>& field : known->second->fields) {
    for (const Transit& transit : field->transits) {
      if (transit.to == kHome || transit.from == kHome) arriving.push_back(transit.arrived);
    }
    for (std::unique_ptr<Place>& place : field->places) {
      if (!place) continue;
      if (place->pins == 0) {
        drop(*place, gpu(place->device).to_host(), true);
        continue;
      }
      // Work that is queued still uses it.
      std::erase(devices_[static_cast<size_t>(place->device)]->places, place.get());
      place->field = nullptr;
      orphans_.push_back(std::move(place));
    }
  }
  root.places.store(nullptr, std::memory_order_relaxed);
  std::unique_ptr<RootPlaces> ended = std::move(known->second);
  roots_.erase(known);
  return ended;
}

std::string Gpus::described(const std::vector<Want>& wants) {
  std::string regions;
  std::vector<const FieldPlaces*> told;
  for (const Want& want : wants) {
    if (want.domain->is_empty() || std::find(told.begin(), told.end(), want.field) != told.end()) continue;
    told.push_back(want.field);
    regions += "\n  " + described(want.field->root, want.field->field) + ": " +
               std::to_string(bytes_of(want.domain->box, want.field->size_bytes)) + " bytes";
  }
  return "at once" + regions;
}

std::string Gpus::described(const RootRegion& root, uint32_t field) {
  const char* name = root.fields[field].name;
  std::string text = name && *name ? "field `" + std::string(name) + "`" : "the elements";
  return text + " of region " + described(root);
}

std::string Gpus::described(const RootRegion& root) {
  std::string text = "`" + root.name + "`";
  if (!root.file.empty()) text += " (created at " + root.file + ":" + std::to_string(root.line) + ")";
  return text;
}

void Gpus::fail_memory(const Task& task, int device, const std::string& what) {
  const DeviceState& state = *devices_[static_cast<size_t>(device)];
  std::string held;
  for (const Place* place : state.places) {
    held += "\n  held: " + std::to_string(place->bytes) + " bytes by region " + described(place->field->root);
  }
  realm::fatal_error(
      "%s:%u: out of memory on %s: task `%s` (%s:%u) needs %s\n"
      "  asked: %llu bytes; free: %llu; largest free block: %llu; limit: %llu (set with -ll:fsize, in MiB)%s",
      task.info.desc->loc.file ? task.info.desc->loc.file : "?", task.launch_line,
      state.gpu.device().describe().c_str(), task.info.desc->name,
      task.info.desc->loc.file ? task.info.desc->loc.file : "?", task.info.desc->loc.line, what.c_str(),
      static_cast<unsigned long long>(shortage_.asked_bytes),
      static_cast<unsigned long long>(state.limit_bytes - std::min(state.limit_bytes, shortage_.used_bytes)),
      static_cast<unsigned long long>(shortage_.largest_free_bytes),
      static_cast<unsigned long long>(state.limit_bytes), held.c_str());
}

}  // namespace palatine::legion::gpu
