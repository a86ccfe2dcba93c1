// Bringing values to where they are used.
#include <algorithm>
#include <bit>
#include <utility>

#include "runtime/legion/gpu/gpus.h"
#include "runtime/legion/gpu/trigger.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion::gpu {

RootPlaces& Gpus::places_of(RootRegion& root) {
  if (RootPlaces* known = root.places.load(std::memory_order_relaxed)) return *known;
  std::unique_ptr<RootPlaces>& made = roots_[&root];
  // The fields' bits are looked at after this is seen by others: see `RootPlaces`.
  made = std::make_unique<RootPlaces>(root, [&](RootPlaces* places) { root.places.store(places); });
  return *made;
}

std::vector<Gpus::Want> Gpus::wants_of(Task& task) {
  const ContextImpl context(task);
  const api::SourceLoc loc = task.info.desc->loc;
  std::vector<TaskInfo::Access> room;
  std::vector<Want> wants;
  for (const TaskInfo::Access& access : context.accesses_of(task.info, task.args, loc, room)) {
    if (access.is_shared) continue;
    const Use use = context.use_of(access, task.args, loc);
    RootPlaces& places = places_of(*use.region->root);
    for (uint64_t rest = use.mask; rest != 0; rest &= rest - 1) {
      const uint32_t field = use.group * kGroupFields + static_cast<uint32_t>(std::countr_zero(rest));
      wants.push_back({&use.region->domain, places.fields[field].get(), access.needs_values, use.is_write});
    }
  }
  return wants;
}

PlaceSet Gpus::source_of(const FieldPlaces& field, PlaceSet places, int device) const {
  // From the device itself, else from home, else from another device.
  PlaceSet other = 0;
  for (PlaceSet rest = places & ~kHome; rest != 0; rest &= rest - 1) {
    const PlaceSet bit = rest & -rest;
    if (field.place_of(bit)->device == device) return bit;
    other = bit;
  }
  return places & kHome ? kHome : other;
}

void Gpus::copy_piece(FieldPlaces& field, const Box& part, PlaceSet from, PlaceSet to,
                      device::Stream& stream) {
  const Place* source = field.place_of(from);
  const Place* target = field.place_of(to);
  const int device = static_cast<int>(source && !target ? source->device : target->device);
  const auto check = [&](const device::Status& status, const char* what) { gpu(device).check(status, what); };
  field.wait_for_transits(stream, from, part, check);
  field.wait_for_copies(stream, to, part, check);
  if (source) field.place_of(from)->wait_for_uses(stream, part, false, false, check);
  if (target) field.place_of(to)->wait_for_uses(stream, part, true, false, check);
  if (schedule_log) [[unlikely]]
    schedule_log->moved(ScheduleLog::Movement::Kind::copied, field.root, field.field, part,
                        target ? target->number : 0, source ? source->number : 0);
  // The place may be given up before the copy is done: who waits for a copy home pins nothing.
  if (source) {
    Pool& pool = *devices_[static_cast<size_t>(source->device)]->pool;
    const PoolError error = pool.record_use(source->memory, stream_ids_.at(stream.id()));
    if (error != PoolError::none) realm::internal_error("a place on a device: %s", text_of(error));
  }
  const api::FieldAddress home = field_address(field.root, field.field);
  if (!source || !target) lock_home(field, part.volume() * field.size_bytes);
  const device::Status status = queue_copy(stream, part, field.size_bytes, source ? source->address : home,
                                           target ? target->address : home);
  if (!status.ok()) [[unlikely]]
    check(status,
          ("cannot copy " + described(field.root, field.field) + (target ? " to" : " from") + " the device")
              .c_str());
}

bool Gpus::find_places(GpuTask& work, std::vector<Want>& wants) {
  // Uses of one field that overlap must find the same memory, and neighbours had better.
  struct Cluster {
    FieldPlaces* field;
    Box box;
    std::vector<size_t> wants;
  };
  std::vector<Cluster> clusters;
  for (size_t k = 0; k < wants.size(); ++k) {
    Cluster made{wants[k].field, wants[k].domain->box, {k}};
    if (made.box.is_empty()) continue;
    for (size_t c = 0; c < clusters.size();) {
      Cluster& other = clusters[c];
      const Box both = bounds_of(made.box, other.box);
      const bool belongs =
          other.field == made.field &&
          (other.box.overlaps(made.box) || both.volume() / 2 <= made.box.volume() + other.box.volume());
      if (!belongs) {
        ++c;
        continue;
      }
      made.box = both;
      made.wants.insert(made.wants.end(), other.wants.begin(), other.wants.end());
      clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(c));
      c = 0;
    }
    clusters.push_back(std::move(made));
  }
  for (Cluster& cluster : clusters) {
    Place* place = find_place(*cluster.field, work.device, cluster.box);
    if (!place) place = make_place(*cluster.field, work, cluster.box);
    if (!place) return false;
    ++place->pins;
    place->last_use = ++use_clock_;
    work.places.push_back(place);
    for (size_t k : cluster.wants) wants[k].place = place;
  }
  return true;
}

bool Gpus::copy_values(GpuTask& work, const Want& want, std::vector<Transit>& transits) {
  FieldPlaces& field = *want.field;
  const PlaceSet here = want.place->bit;
  const Domain& domain = *want.domain;
  const auto is_there = [&](PlaceSet places) { return places == 0 || (places & here); };
  if (field.pieces.all_of(domain.box, is_there)) return false;
  for_each_box(domain, [&](const Box& box) {
    field.pieces.change(box, [&](const Box& part, PlaceSet places) {
      if (is_there(places)) return places;
      const PlaceSet from = source_of(field, places, work.device);
      copy_piece(field, part, from, here, *work.stream);
      if (Place* source = field.place_of(from)) {
        ++source->pins;
        work.places.push_back(source);
      }
      transits.push_back({part, from, here, work.device, nullptr});
      return places | here;
    });
  });
  return true;
}

bool Gpus::acquire(GpuTask& work, std::vector<Want>& wants) {
  if (!find_places(work, wants)) {
    for (Place* place : work.places) --place->pins;
    work.places.clear();
    return false;
  }
  ++devices_[static_cast<size_t>(work.device)]->pinning;
  const auto check = [&](const device::Status& status, const char* what) { gpu::check(work, status, what); };
  std::vector<Place*> seen;
  for (const Want& want : wants) {
    if (!want.place) continue;
    if (std::find(seen.begin(), seen.end(), want.place) == seen.end()) {
      seen.push_back(want.place);
      want.field->clean_transits();
      if (want.place->made && want.place->made->stream_id() != work.stream->id()) {
        const device::Result<bool> is_made = want.place->made->query();
        if (is_made.ok() && is_made.value()) {
          want.place->made.reset();
        } else {
          check(work.stream->wait(*want.place->made), "cannot wait for memory");
        }
      }
    }
    const Domain& domain = *want.domain;
    if (want.is_write) {
      want.field->wait_for_copies(*work.stream, want.place->bit, domain.box, check);
    } else {
      want.field->wait_for_transits(*work.stream, want.place->bit, domain.box, check);
    }
    want.place->wait_for_uses(*work.stream, domain.box, want.is_write, want.is_write && domain.is_dense(),
                              check);
  }
  // First what is read, for all: then it does not matter that regions of the task may overlap.
  std::vector<std::pair<FieldPlaces*, std::vector<Transit>>> moved;
  for (const Want& want : wants) {
    std::vector<Transit> transits;
    if (want.place && want.needs_values && copy_values(work, want, transits))
      moved.emplace_back(want.field, std::move(transits));
  }
  if (!moved.empty()) {
    const std::shared_ptr<device::Event> arrived = gpu(work.device).record(*work.stream);
    for (auto& [field, transits] : moved) {
      for (Transit& transit : transits) {
        transit.arrived = arrived;
        field->transits.push_back(std::move(transit));
      }
    }
  }
  for (const Want& want : wants) {
    if (want.place && want.needs_values) log_use(*want.field, *want.domain, want.place, true, false);
  }
  for (const Want& want : wants) {
    if (want.place)
      want.place->add_use({want.domain->box, want.is_write, work.ending}, want.domain->is_dense());
  }
  for (const Want& want : wants) {
    if (!want.place || !want.is_write) continue;
    log_use(*want.field, *want.domain, want.place, false, true);
    for_each_box(*want.domain, [&](const Box& box) {
      want.field->pieces.change(box, [&](const Box&, PlaceSet) { return want.place->bit; });
    });
  }
  return true;
}

void Gpus::Woken::wake(realm::Scheduler& workers) {
  for (realm::Work* each : work) workers.submit(*each);
  for (realm::UserEvent event : events) event.trigger();
}

Gpus::Woken Gpus::release(int device, std::vector<Place*>& places, device::Stream& stream) {
  DeviceState& state = *devices_[static_cast<size_t>(device)];
  --state.pinning;
  for (Place* place : places) {
    if (--place->pins != 0) continue;
    if (!place->field) {
      free_orphan(*place, stream);
    } else if (place->is_retired && !is_only_there(*place)) {
      drop(*place, stream);
    }
  }
  places.clear();
  Woken woken{std::exchange(state.waiting, {}), std::exchange(state.waiting_inside, {})};
  if (state.queued.size() < kMostQueued / 2) {
    const auto end =
        state.held.begin() + static_cast<std::ptrdiff_t>(std::min(state.held.size(), kMostQueued / 2));
    woken.work.insert(woken.work.end(), state.held.begin(), end);
    state.held.erase(state.held.begin(), end);
  }
  return woken;
}

void Gpus::log_use(FieldPlaces& field, const Domain& domain, const Place* place, bool reads, bool writes) {
  if (!schedule_log) [[likely]]
    return;
  const uint64_t number = place ? place->number : 0;
  using Kind = ScheduleLog::Movement::Kind;
  for_each_box(domain, [&](const Box& box) {
    if (reads) schedule_log->moved(Kind::read, field.root, field.field, box, number);
    if (writes) schedule_log->moved(Kind::written, field.root, field.field, box, number);
  });
}

// ---- for fills

bool Gpus::fill_there(const HostUse& use, uint32_t number, const void* value, uint32_t size_bytes,
                      realm::Work& resume) {
  struct Filling : realm::Work {
    Gpus* gpus;
    int device;
    device::Stream* stream;
    std::vector<Place*> places;
    realm::Work* resume;
    Mover mover;
  };
  // What devices fill with is no longer.
  constexpr uint32_t kLongest = 256;
  const Region& region = *use.region;
  const Domain& domain = region.domain;
  if (size_bytes > kLongest || domain.is_empty() || !region.root->places.load()) return false;
  Filling* filling = nullptr;
  {
    std::lock_guard lock(mutex_);
    FieldPlaces& field = *region.root->places.load()->fields[number];
    field.clean_transits();
    Place* place = nullptr;
    for (const std::unique_ptr<Place>& known : field.places) {
      if (!known || known->is_retired || !known->box.contains(domain.box)) continue;
      uint64_t volume = 0;
      field.pieces.for_each(domain.box, [&](const Box& part, PlaceSet places) {
        if (places & known->bit) volume += part.volume();
      });
      if (volume >= domain.volume() / 2) place = known.get();
    }
    if (!place) return false;
    filling = new Filling;
    filling->gpus = this;
    filling->device = place->device;
    filling->places.push_back(place);
    filling->resume = &resume;
    filling->mover = {use.task_name, use.loc};
    begin_moving(filling->mover);
    device::Stream& stream = *(filling->stream = &gpu(place->device).next_task_stream());
    const auto check = [&](const device::Status& status, const char* what) {
      gpu(place->device).check(status, what);
    };
    ++place->pins;
    ++devices_[static_cast<size_t>(place->device)]->pinning;
    place->last_use = ++use_clock_;
    if (place->made && place->made->stream_id() != stream.id())
      check(stream.wait(*place->made), "cannot wait for memory");
    field.wait_for_copies(stream, place->bit, domain.box, check);
    place->wait_for_uses(stream, domain.box, true, false, check);
    for_each_box(domain, [&](const Box& box) {
      check(queue_fill(stream, box, size_bytes, place->address, value), "cannot fill a region");
      field.pieces.change(box, [&](const Box&, PlaceSet) { return place->bit; });
    });
    log_use(field, domain, place, false, true);
  }
  running_.fetch_add(1, std::memory_order_relaxed);
  filling->run = [](realm::Work& work, realm::Worker& worker) {
    const std::unique_ptr<Filling> self(&static_cast<Filling&>(work));
    self->gpus->end_moving(self->mover);
    Woken woken;
    {
      std::lock_guard lock(self->gpus->mutex_);
      woken = self->gpus->release(self->device, self->places, *self->stream);
    }
    woken.wake(worker.scheduler());
    worker.scheduler().submit(*self->resume);
    self->gpus->running_.fetch_sub(1, std::memory_order_release);
  };
  gpu(filling->device).when_done(*filling->stream, *filling);
  return true;
}

// ---- for the host

uint64_t Gpus::queue_home(std::span<const HostUse> uses) {
  uint64_t awaited = 0;
  std::vector<std::pair<FieldPlaces*, std::vector<Transit>>> moved;
  for (const HostUse& use : uses) {
    RootPlaces* places = use.region->root->places.load();
    if (!places) continue;
    for (uint64_t rest = use.mask; rest != 0; rest &= rest - 1) {
      FieldPlaces& field =
          *places->fields[use.group * kGroupFields + static_cast<uint32_t>(std::countr_zero(rest))];
      field.clean_transits();
      const Domain& domain = use.region->domain;
      // Also who only writes waits for values that are on their way: they would come later.
      // And who writes waits for values on their way from there.
      for (const Transit& transit : field.transits) {
        if (!transit.box.overlaps(domain.box)) continue;
        const bool is_read = transit.from == kHome && use.is_write;
        if (transit.to != kHome && !is_read) continue;
        awaited |= uint64_t{1} << transit.device;
        if (is_read)
          gpu(transit.device)
              .check(gpu(transit.device).to_host().wait(*transit.arrived), "cannot wait for a copy");
      }
      const auto is_there = [](PlaceSet set) { return set == 0 || (set & kHome); };
      if (!use.needs_values || field.pieces.all_of(domain.box, is_there)) continue;
      std::vector<Transit> transits;
      for_each_box(domain, [&](const Box& box) {
        field.pieces.change(box, [&](const Box& part, PlaceSet set) {
          if (is_there(set)) return set;
          const PlaceSet from = set & -set;
          const int device = field.place_of(from)->device;
          copy_piece(field, part, from, kHome, gpu(device).to_host());
          transits.push_back({part, from, kHome, device, nullptr});
          return set | kHome;
        });
      });
      moved.emplace_back(&field, std::move(transits));
    }
  }
  std::vector<std::shared_ptr<device::Event>> arrived(devices_.size());
  for (auto& [field, transits] : moved) {
    for (Transit& transit : transits) {
      auto& event = arrived[static_cast<size_t>(transit.device)];
      if (!event) event = gpu(transit.device).record(gpu(transit.device).to_host());
      transit.arrived = event;
      awaited |= uint64_t{1} << transit.device;
      field->transits.push_back(std::move(transit));
    }
  }
  for (const HostUse& use : uses) {
    RootPlaces* places = use.region->root->places.load();
    if (!places) continue;
    for (uint64_t rest = use.mask; rest != 0; rest &= rest - 1) {
      FieldPlaces& field =
          *places->fields[use.group * kGroupFields + static_cast<uint32_t>(std::countr_zero(rest))];
      log_use(field, use.region->domain, nullptr, use.needs_values, use.is_write);
      if (!use.is_write) continue;
      for_each_box(use.region->domain, [&](const Box& box) {
        field.pieces.change(box, [](const Box&, PlaceSet) { return kHome; });
      });
    }
  }
  return awaited;
}

namespace {

// Queues `resume` when the copies home of some devices have arrived.
struct Homecoming {
  struct Arrival : realm::Work {
    Homecoming* homecoming;
  };
  std::vector<Arrival> arrivals;
  Gpus* gpus;
  Mover mover;
  std::atomic<size_t> missing;
  std::atomic<uint64_t>* running;
  realm::Work* resume;
};

}  // namespace

bool Gpus::to_host(std::span<const HostUse> uses, realm::Work& resume) {
  uint64_t awaited = 0;
  bool are_anywhere = false;
  for (const HostUse& use : uses) {
    // Before it looks for places: see `RootPlaces`.
    if (!use.region->domain.is_empty())
      allocate_fields(runtime_.forest, *use.region->root, use.group, use.mask, {use.task_name, use.loc});
    are_anywhere = are_anywhere || use.region->root->places.load();
  }
  if (!are_anywhere) return true;
  {
    const Moving moving(*this, {uses[0].task_name, uses[0].loc});
    std::lock_guard lock(mutex_);
    awaited = queue_home(uses);
  }
  if (awaited == 0) return true;
  auto* homecoming = new Homecoming;
  homecoming->gpus = this;
  homecoming->mover = {uses[0].task_name, uses[0].loc};
  begin_moving(homecoming->mover);
  homecoming->arrivals.resize(static_cast<size_t>(std::popcount(awaited)));
  homecoming->missing.store(homecoming->arrivals.size(), std::memory_order_relaxed);
  homecoming->running = &running_;
  homecoming->resume = &resume;
  running_.fetch_add(1, std::memory_order_relaxed);
  // The last one may come, and free all, before the loop is over.
  size_t k = 0;
  Homecoming::Arrival* arrivals = homecoming->arrivals.data();
  for (uint64_t rest = awaited; rest != 0; rest &= rest - 1) {
    const int device = std::countr_zero(rest);
    Homecoming::Arrival& arrival = arrivals[k++];
    arrival.homecoming = homecoming;
    arrival.run = [](realm::Work& work, realm::Worker& worker) {
      Homecoming* all = static_cast<Homecoming::Arrival&>(work).homecoming;
      // Acquire-release: the last one passes on what all copies wrote.
      if (all->missing.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
      realm::Work* next = all->resume;
      std::atomic<uint64_t>* running = all->running;
      all->gpus->end_moving(all->mover);
      delete all;
      worker.scheduler().submit(*next);
      running->fetch_sub(1, std::memory_order_release);
    };
    gpu(device).when_done(gpu(device).to_host(), arrival);
  }
  return false;
}

void Gpus::to_host_now(std::span<const HostUse> uses) {
  Trigger* const trigger = Trigger::create();
  const realm::Event there = trigger->event;
  if (to_host(uses, *trigger)) {
    trigger->pull();
    return;
  }
  realm::wait(there);
}

}  // namespace palatine::legion::gpu
