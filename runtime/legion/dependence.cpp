#include "runtime/legion/dependence.h"

#include <cstdlib>
#include <optional>
#include <utility>

#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

struct DependenceTable::RegionState {
  Region* region;
  std::vector<User> writers;
  // Since the last writer that covers them. Only writers look at readers, so these are cleaned when there are
  // many.
  std::vector<User> readers;
  size_t clean_readers_at = 16;
  std::vector<PartitionState*> partitions;
};

// An index launch.
struct DependenceTable::Batch {
  PointEvents* events;
  uint64_t first;
  uint64_t mask;
  bool is_write;

  uint64_t count() const { return events->count; }
  bool has_color(uint64_t color) const { return color >= first && color - first < count(); }
  bool is_shared = false;
  bool conflicts(const Use& use) const {
    return (mask & use.mask) && (is_write || use.is_write) && !(is_shared && use.is_shared);
  }
};

struct DependenceTable::PartitionState {
  Partition* partition;
  // By colour; null until used.
  RegionState** children;
  // Fields that may have users in the states below; they may also have none any more.
  uint64_t written_below = 0;
  uint64_t read_below = 0;
  std::vector<Batch> batches;
  // Found out when they are asked for.
  std::optional<bool> is_complete, has_empty_pieces;

  uint64_t conflicting_below(const Use& use) const {
    return (written_below | (use.is_write ? read_below : 0)) & use.mask;
  }
};

bool conflicts(const Use& a, const Use& b) {
  return a.region->root == b.region->root && a.group == b.group && (a.mask & b.mask) &&
         (a.is_write || b.is_write) && !(a.is_shared && b.is_shared) &&
         overlaps(a.region->domain, b.region->domain);
}

DependenceTable::~DependenceTable() {
  for (auto& [key, tree] : trees_) {
    RootRegion& root = *tree->region->root;
    free_region_state(tree);
    forest_.drop_reference(root);
  }
}

realm::Event DependenceTable::forget(RootRegion& root) {
  last_tree_ = nullptr;
  found_.clear();
  for (uint32_t group = 0; group < root.group_count(); ++group) {
    auto it = trees_.find(uint64_t{root.id} << 32 | group);
    if (it == trees_.end()) continue;
    find_all_users(*it->second);
    free_region_state(it->second);
    trees_.erase(it);
    forest_.drop_reference(root);
  }
  return realm::Event::merge(found_.data(), found_.size());
}

// Also those of subregions without points.
void DependenceTable::find_all_users(const RegionState& state) {
  for (const User& user : state.writers) found_.push_back(user.event);
  for (const User& user : state.readers) found_.push_back(user.event);
  for (const PartitionState* partition : state.partitions) {
    for (const Batch& batch : partition->batches) found_.push_back(batch.events->all);
    for (uint64_t k = 0; k < partition->partition->color_count; ++k) {
      if (partition->children[k]) find_all_users(*partition->children[k]);
    }
  }
}

// Makes users of the subregions of a partition users of its region.
void DependenceTable::move_users(PartitionState& from, RegionState& to) {
  // By whether they share: [0] not, [1] shared.
  struct Merged {
    std::vector<realm::Event> events;
    uint64_t mask = 0;
    void add(realm::Event event, uint64_t fields) {
      if (event.has_triggered()) return;
      events.push_back(event);
      mask |= fields;
    }
  };
  Merged written[2], read[2];
  auto visit = [&](auto& self, PartitionState& state) -> void {
    for (Batch& batch : state.batches) {
      (batch.is_write ? written : read)[batch.is_shared].add(batch.events->all, batch.mask);
    }
    for (uint64_t k = 0; k < state.partition->color_count; ++k) {
      RegionState* child = state.children[k];
      if (!child) continue;
      for (const User& user : child->writers) written[user.is_shared].add(user.event, user.mask);
      for (const User& user : child->readers) read[user.is_shared].add(user.event, user.mask);
      for (PartitionState* nested : child->partitions) self(self, *nested);
    }
  };
  visit(visit, from);
  for (int k = 0; k < 2; ++k) {
    const bool is_shared = k == 1;
    auto merge = [&](const Merged& merged, std::vector<User>& users) {
      if (merged.events.empty()) return;
      const realm::Event all = merge_events(merged.events);
      users.push_back({all, merged.mask, is_shared});
    };
    merge(written[k], to.writers);
    merge(read[k], to.readers);
  }
}

void DependenceTable::forget(Partition& partition) {
  RootRegion& root = *partition.parent->root;
  path_.clear();
  for (Region* r = partition.parent; !r->is_root(); r = r->parent->parent) path_.push_back(r);
  for (uint32_t group = 0; group < root.group_count(); ++group) {
    auto tree = trees_.find(uint64_t{root.id} << 32 | group);
    if (tree == trees_.end()) continue;
    RegionState* state = tree->second;
    for (auto next = path_.rbegin(); state && next != path_.rend(); ++next) {
      PartitionState* known = partition_of(*state, *(*next)->parent, false);
      state = known ? child_of(*known, (*next)->color, false) : nullptr;
    }
    if (!state) continue;
    PartitionState* known = partition_of(*state, partition, false);
    if (!known) continue;
    move_users(*known, *state);
    std::erase(state->partitions, known);
    free_partition_state(known);
  }
}

void DependenceTable::free_region_state(RegionState* state) {
  for (PartitionState* partition : state->partitions) free_partition_state(partition);
  delete state;
}

void DependenceTable::free_partition_state(PartitionState* state) {
  for (uint64_t k = 0; k < state->partition->color_count; ++k) {
    if (state->children[k]) free_region_state(state->children[k]);
  }
  free(state->children);
  for (Batch& batch : state->batches) drop_events(batch.events);
  forest_.drop_reference(*state->partition);
  delete state;
}

void DependenceTable::drop_events(PointEvents* events) {
  if (--events->references == 0) delete events;
}

DependenceTable::RegionState& DependenceTable::tree_of(RootRegion& root, uint32_t group) {
  uint64_t key = uint64_t{root.id} << 32 | group;
  if (last_tree_ && last_key_ == key) return *last_tree_;
  RegionState*& tree = trees_[key];
  if (!tree) {
    tree = new RegionState;
    tree->region = &root;
    forest_.add_reference(root);
  }
  last_key_ = key;
  last_tree_ = tree;
  return *tree;
}

DependenceTable::PartitionState* DependenceTable::partition_of(RegionState& state, Partition& partition,
                                                               bool create) {
  for (PartitionState* known : state.partitions) {
    if (known->partition == &partition) return known;
  }
  if (!create) return nullptr;
  PartitionState* made = new PartitionState;
  made->partition = &partition;
  made->children = static_cast<RegionState**>(calloc(partition.color_count, sizeof(RegionState*)));
  if (!made->children) realm::fatal_error("out of memory for the runtime's own data");
  forest_.add_reference(partition);
  state.partitions.push_back(made);
  return made;
}

DependenceTable::RegionState* DependenceTable::child_of(PartitionState& state, uint64_t color, bool create) {
  RegionState*& child = state.children[color];
  if (!child && create) {
    child = new RegionState;
    child->region = &forest_.subregion(*state.partition, color);
  }
  return child;
}

// Collects users with common fields and removes those that are complete or, when `prunes`, covered by the new
// user.
void DependenceTable::find_users(std::vector<User>& users, const Use& use, bool prunes) {
  size_t kept = 0;
  for (User user : users) {
    if (user.event.has_triggered()) continue;
    if ((user.mask & use.mask) && !(user.is_shared && use.is_shared)) {
      found_.push_back(user.event);
      // Another shared writer does not wait for this one, and has to find who this one waited for.
      if (prunes && !use.is_shared && (user.mask &= ~use.mask) == 0) continue;
    }
    users[kept++] = user;
  }
  users.resize(kept);
}

void DependenceTable::find_users_of(RegionState& state, const Use& use, bool prunes) {
  find_users(state.writers, use, prunes);
  if (use.is_write) find_users(state.readers, use, prunes);
}

// Calls visit(colour) for the colours of a partition whose subregions overlap `place`.
template <typename Visit>
void DependenceTable::for_each_overlapping(const Partition& partition, const Place& place, Visit visit) {
  const Domain& domain = place.domain;
  if (domain.is_empty()) return;
  if (partition.is_regular && (domain.is_dense() || !place.partition)) {
    Box colors = partition.colors_overlapping(domain.box);
    const bool is_exact = partition.block[0] > 0 && domain.is_dense();
    for_each_point(colors, [&](const int64_t* c) {
      uint64_t color = partition.colors.linear_index(c);
      if (is_exact || overlaps(domain, Domain{partition.block_of(color), nullptr})) visit(color);
    });
    return;
  }
  if (!place.partition) {
    // Part of the root whatever it is.
    for (uint64_t color = 0; color < partition.color_count; ++color) {
      if (!partition.domains[color].is_empty()) visit(color);
    }
    return;
  }
  if (last_source_ != place.partition || last_target_ != &partition) {
    last_overlaps_ = &forest_.overlaps(*place.partition, partition);
    last_source_ = place.partition;
    last_target_ = &partition;
  }
  // The visit may look up other tables.
  const OverlapTable& table = *last_overlaps_;
  for (uint64_t color : table.row(place.color)) visit(color);
}

void DependenceTable::find_in_subtree(RegionState& state, const Place& place, const Use& use, bool prunes) {
  find_users_of(state, use, prunes && surely_contains(place.domain, state.region->domain));
  for (PartitionState* partition : state.partitions) find_in_partition(*partition, place, use, prunes);
}

void DependenceTable::find_in_partition(PartitionState& state, const Place& place, const Use& use,
                                        bool prunes, uint64_t skipped) {
  const Partition& partition = *state.partition;
  if (place.domain.is_empty()) return;
  bool covers = surely_contains(place.domain, partition.parent->domain);
  if (state.conflicting_below(use)) {
    for_each_overlapping(partition, place, [&](uint64_t color) {
      RegionState* child = color == skipped ? nullptr : state.children[color];
      if (child) find_in_subtree(*child, place, use, prunes);
    });
    if (covers) sweep(state);
  }
  size_t kept = 0;
  for (Batch batch : state.batches) {
    if (batch.events->all.has_triggered()) {
      drop_events(batch.events);
      continue;
    }
    if (batch.conflicts(use)) {
      if (covers) {
        found_.push_back(batch.events->all);
        if (prunes && !use.is_shared && (batch.mask &= ~use.mask) == 0) {
          drop_events(batch.events);
          continue;
        }
      } else {
        for_each_overlapping(partition, place, [&](uint64_t color) {
          if (batch.has_color(color)) found_.push_back(batch.events->of_point(color - batch.first));
        });
      }
    }
    state.batches[kept++] = batch;
  }
  state.batches.resize(kept);
}

// Users of one subregion among the index launches of its partition.
void DependenceTable::find_in_batches(PartitionState& state, uint64_t color, const Use& use) {
  size_t kept = 0;
  for (Batch batch : state.batches) {
    if (batch.events->all.has_triggered()) {
      drop_events(batch.events);
      continue;
    }
    if (batch.conflicts(use) && batch.has_color(color)) {
      found_.push_back(batch.events->of_point(color - batch.first));
    }
    state.batches[kept++] = batch;
  }
  state.batches.resize(kept);
}

// Forgets users below that a launch which writes all of the partition's region waits for. Users of pieces
// without points wait for nobody and must stay.
void DependenceTable::prune_below(PartitionState& state, uint64_t mask, uint64_t sweep_limit) {
  const Partition& partition = *state.partition;
  const bool has_users = (state.written_below | state.read_below) & mask;
  if (state.batches.empty() && !has_users) return;
  if (!state.has_empty_pieces) {
    state.has_empty_pieces = false;
    for (uint64_t color = 0; color < partition.color_count && !*state.has_empty_pieces; ++color)
      state.has_empty_pieces = partition.domain_of(color).is_empty();
  }
  if (*state.has_empty_pieces) return;
  std::erase_if(state.batches, [&](Batch& batch) {
    const bool is_over = (batch.mask &= ~mask) == 0;
    if (is_over) drop_events(batch.events);
    return is_over;
  });
  if (!has_users || partition.color_count > sweep_limit) return;
  for (uint64_t color = 0; color < partition.color_count; ++color) {
    RegionState* child = state.children[color];
    if (!child) continue;
    for (std::vector<User>* users : {&child->writers, &child->readers})
      std::erase_if(*users, [&](User& user) { return (user.mask &= ~mask) == 0; });
    for (PartitionState* nested : child->partitions) prune_below(*nested, mask, sweep_limit);
  }
}

// Finds out again which fields have users below.
void DependenceTable::sweep(PartitionState& state) {
  state.written_below = state.read_below = 0;
  auto remaining = [](std::vector<User>& users) {
    uint64_t mask = 0;
    size_t kept = 0;
    for (User user : users) {
      if (user.event.has_triggered()) continue;
      mask |= user.mask;
      users[kept++] = user;
    }
    users.resize(kept);
    return mask;
  };
  for (uint64_t color = 0; color < state.partition->color_count; ++color) {
    RegionState* child = state.children[color];
    if (!child) continue;
    state.written_below |= remaining(child->writers);
    state.read_below |= remaining(child->readers);
    for (PartitionState* nested : child->partitions) {
      sweep(*nested);
      state.written_below |= nested->written_below;
      state.read_below |= nested->read_below;
      for (const Batch& batch : nested->batches) {
        (batch.is_write ? state.written_below : state.read_below) |= batch.mask;
      }
    }
  }
}

// One step down the path to a region: users of `state`'s region, of other partitions, of siblings that
// overlap, and of the index launches that use `next`. Null when nothing below is known and nothing is to be
// registered.
DependenceTable::RegionState* DependenceTable::descend(RegionState& state, Region& next, const Place& place,
                                                       const Use& use, realm::Event self) {
  find_users_of(state, use, false);
  bool prunes = self.exists() && use.is_write;
  for (PartitionState* other : state.partitions) {
    if (other->partition != next.parent) find_in_partition(*other, place, use, prunes);
  }
  PartitionState* on_path = partition_of(state, *next.parent, self.exists());
  if (!on_path) return nullptr;
  if (next.parent->is_disjoint) {
    find_in_batches(*on_path, next.color, use);
  } else {
    find_in_partition(*on_path, place, use, prunes, next.color);
  }
  if (self.exists()) (use.is_write ? on_path->written_below : on_path->read_below) |= use.mask;
  return child_of(*on_path, next.color, self.exists());
}

void DependenceTable::analyse(const Use& use, realm::Event self) {
  Region& region = *use.region;
  const Place place = place_of(region);
  last_overlaps_ = nullptr;
  last_source_ = nullptr;
  path_.clear();
  for (Region* r = &region; !r->is_root(); r = r->parent->parent) path_.push_back(r);
  RegionState* state = &tree_of(*region.root, use.group);
  while (!path_.empty()) {
    state = descend(*state, *path_.back(), place, use, self);
    if (!state) return;
    path_.pop_back();
  }
  find_in_subtree(*state, place, use, self.exists() && use.is_write);
  if (!self.exists()) return;
  if (use.is_write) {
    state->writers.push_back({self, use.mask, use.is_shared});
    return;
  }
  if (state->readers.size() >= state->clean_readers_at) {
    std::erase_if(state->readers, [](const User& user) { return user.event.has_triggered(); });
    state->clean_readers_at = std::max<size_t>(16, 2 * state->readers.size());
  }
  state->readers.push_back({self, use.mask, use.is_shared});
}

// Whether a use of the whole partition conflicts with anything in it. Looks through at most `sweep_limit`
// subregions to find out that their users are complete.
bool DependenceTable::may_conflict(PartitionState& state, const Use& use, uint64_t sweep_limit) {
  if (state.conflicting_below(use) && state.partition->color_count <= sweep_limit) sweep(state);
  if (state.conflicting_below(use)) return true;
  for (const Batch& batch : state.batches) {
    if (batch.conflicts(use) && !batch.events->all.has_triggered()) return true;
  }
  return false;
}

void DependenceTable::analyse_points(Partition& partition, uint64_t first, const Use& use,
                                     PointEvents& events) {
  uint64_t count = events.count;
  uint64_t sweep_limit = 4 * count + 64;
  last_overlaps_ = nullptr;
  last_source_ = nullptr;
  // Partitions beside the path whose subregions might overlap a point's: they are compared point by point.
  std::vector<PartitionState*> others;
  path_.clear();
  for (Region* r = partition.parent; !r->is_root(); r = r->parent->parent) path_.push_back(r);
  RegionState* state = &tree_of(*partition.parent->root, use.group);
  PartitionState* own;
  // Together the points write everything of the partition's region.
  bool writes_all = false;
  for (;;) {
    Partition* next = path_.empty() ? &partition : path_.back()->parent;
    own = partition_of(*state, *next, true);
    if (path_.empty() && use.is_write && !use.is_shared && count == partition.color_count) {
      if (!own->is_complete) own->is_complete = partition.is_complete();
      writes_all = *own->is_complete;
    }
    find_users_of(*state, use, writes_all);
    for (PartitionState* other : state->partitions) {
      if (other->partition != next && may_conflict(*other, use, sweep_limit)) others.push_back(other);
    }
    if (path_.empty()) break;
    if (next->is_disjoint) {
      find_in_batches(*own, path_.back()->color, use);
    } else {
      find_in_partition(*own, place_of(*partition.parent), use, false, path_.back()->color);
    }
    (use.is_write ? own->written_below : own->read_below) |= use.mask;
    state = child_of(*own, path_.back()->color, true);
    path_.pop_back();
  }
  if (own->conflicting_below(use) && partition.color_count <= sweep_limit) sweep(*own);
  bool looks_below = own->conflicting_below(use) != 0;

  if (looks_below || !others.empty()) {
    std::vector<realm::Event> common = std::move(found_);
    for (uint64_t k = 0; k < count; ++k) {
      found_.clear();
      const uint64_t color = first + k;
      const Domain piece = partition.domain_of(color);
      const Place place{&partition, color, piece};
      for (PartitionState* other : others) find_in_partition(*other, place, use, use.is_write);
      if (looks_below) {
        auto look_below = [&](uint64_t overlapping) {
          RegionState* child = child_of(*own, overlapping, false);
          if (child) find_in_subtree(*child, place, use, use.is_write);
        };
        if (partition.is_disjoint) {
          look_below(color);
        } else {
          for_each_overlapping(partition, place, look_below);
        }
      }
      for (realm::Event event : found_) point_found_.push_back({k, event});
    }
    found_ = std::move(common);
  }
  if (writes_all) {
    for (PartitionState* other : state->partitions) {
      if (other != own) prune_below(*other, use.mask, sweep_limit);
    }
  }

  size_t kept = 0;
  for (Batch batch : own->batches) {
    if (batch.events->all.has_triggered()) {
      drop_events(batch.events);
      continue;
    }
    if (batch.conflicts(use)) {
      auto depend = [&](uint64_t color, uint64_t earlier) {
        realm::Event event = batch.events->of_point(earlier - batch.first);
        if (!event.has_triggered()) point_found_.push_back({color - first, event});
      };
      if (partition.is_disjoint) {
        uint64_t begin = std::max(first, batch.first);
        uint64_t end = std::min(first + count, batch.first + batch.count());
        for (uint64_t color = begin; color < end; ++color) depend(color, color);
      } else {
        for (uint64_t color = first; color < first + count; ++color) {
          const Domain piece = partition.domain_of(color);
          const Place place{&partition, color, piece};
          for_each_overlapping(partition, place, [&](uint64_t earlier) {
            if (batch.has_color(earlier)) depend(color, earlier);
          });
        }
      }
      bool covers = first <= batch.first && batch.first + batch.count() <= first + count;
      if (use.is_write && !use.is_shared && covers && (batch.mask &= ~use.mask) == 0) {
        drop_events(batch.events);
        continue;
      }
    }
    own->batches[kept++] = batch;
  }
  own->batches.resize(kept);
  ++events.references;
  own->batches.push_back({&events, first, use.mask, use.is_write, use.is_shared});
}

}  // namespace palatine::legion
