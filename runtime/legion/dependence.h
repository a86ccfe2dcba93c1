// Dependence analysis: what an operation must wait for so that the program behaves as if its operations ran
// one after the other.
//
// Each running task has a `DependenceTable` for what it launches. Operations are added in program order by
// the task's own thread. For each region tree and group of fields the table remembers who used which region
// last:
//
//   RegionState     users of exactly this region: writers and, since then, readers
//   PartitionState  states of its subregions, and whole index launches whose point k uses the subregion of
//   colour
//                   first + k (one entry instead of one for each point)
//
// A new use of region R conflicts with users of R's ancestors (they contain R), of R, of R's descendants, and
// of subregions of other partitions of R or its ancestors that overlap R; siblings of a disjoint partition
// never overlap. Which subregions of a partition overlap R is arithmetic for regular partitions of dense
// regions, and else the row of a table that is made once for two partitions (overlap.h). Two uses with a
// common field conflict unless both read. Reductions count as writes.
//
// Histories stay short: a user leaves when its event has triggered, and when a later writer covers its region
// and fields, because whoever conflicts with it conflicts with that writer too.
//
// Thread safety: none; a table belongs to one task. References from states keep region trees alive.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "runtime/legion/region_tree.h"
#include "runtime/legion/small_vector.h"
#include "runtime/realm/event.h"

namespace palatine::legion {

// A region with a set of fields of one group.
struct Use {
  Region* region;
  uint32_t group;
  uint64_t mask;
  bool is_write;
  // Does not wait for other shared uses (coherence `simultaneous`).
  bool is_shared = false;
};

// Whether the order of two uses matters.
bool conflicts(const Use& a, const Use& b);

// The completion events of an index launch's points: 2^`grain_shift` consecutive points have one event (see
// grain.h). Counted by the table that holds it.
struct PointEvents {
  uint32_t references = 0;
  uint32_t grain_shift = 0;
  uint64_t count = 0;  // of points
  // Triggers when all points are complete.
  realm::Event all;
  SmallVector<realm::Event, 8> grains;

  static void* operator new(size_t size_bytes) { return realm::allocate_block(size_bytes); }
  static void operator delete(void* block) { realm::free_block(block, sizeof(PointEvents)); }
  realm::Event of_point(uint64_t k) const { return grains[k >> grain_shift]; }
};

class DependenceTable {
 public:
  explicit DependenceTable(Forest& forest) : forest_(forest) {}
  ~DependenceTable();
  DependenceTable(const DependenceTable&) = delete;
  DependenceTable& operator=(const DependenceTable&) = delete;

  // Calls `found(event)` for the users that conflict with `use`; the same event may come more than once. Then
  // registers `self` as user, unless it does not exist: `Event::none()` only asks.
  template <typename Found>
  void add(const Use& use, realm::Event self, Found&& found) {
    found_.clear();
    analyse(use, self);
    for (realm::Event event : found_) found(event);
  }

  // An index launch whose point k uses the subregion of colour first + k of a partition, for all k below
  // `events.count`. Calls `found_all(event)` for what all points depend on and `found(g, event)` for what
  // the points of grain g depend on. The caller guarantees that points do not conflict with each other.
  template <typename FoundAll, typename Found>
  void add_points(Partition& partition, uint64_t first, const Use& use, PointEvents& events,
                  FoundAll&& found_all, Found&& found) {
    found_.clear();
    point_found_.clear();
    analyse_points(partition, first, use, events);
    for (realm::Event event : found_) found_all(event);
    for (const PointFound& f : point_found_) found(f.point >> events.grain_shift, f.event);
  }

  // Forgets a tree that is being destroyed. Triggers when nothing uses it any more.
  realm::Event forget(RootRegion& root);
  // Forgets a partition that is being destroyed: what used it counts from now on as using its region.
  void forget(Partition& partition);

  bool is_empty() const { return trees_.empty(); }

 private:
  struct User {
    realm::Event event;
    uint64_t mask;
    bool is_shared = false;
  };
  struct PointFound {
    uint64_t point;
    realm::Event event;
  };
  struct RegionState;
  struct PartitionState;
  struct Batch;
  // A region by its place in the tree. Its points belong to somebody else.
  struct Place {
    const Partition* partition;  // null: the root
    uint64_t color;
    const Domain& domain;
  };
  static Place place_of(const Region& region) { return {region.parent, region.color, region.domain}; }

  RegionState& tree_of(RootRegion& root, uint32_t group);
  RegionState* child_of(PartitionState& state, uint64_t color, bool create);
  PartitionState* partition_of(RegionState& state, Partition& partition, bool create);
  void analyse(const Use& use, realm::Event self);
  void analyse_points(Partition& partition, uint64_t first, const Use& use, PointEvents& events);
  void find_users(std::vector<User>& users, const Use& use, bool prunes);
  void find_users_of(RegionState& state, const Use& use, bool prunes);
  RegionState* descend(RegionState& state, Region& next, const Place& place, const Use& use,
                       realm::Event self);
  // `state`'s region overlaps `place`.
  void find_in_subtree(RegionState& state, const Place& place, const Use& use, bool prunes);
  // Users of subregions that overlap `place`. The states below `skipped` are left out, index launches are
  // not.
  void find_in_partition(PartitionState& state, const Place& place, const Use& use, bool prunes,
                         uint64_t skipped = kNoColor);
  template <typename Visit>
  void for_each_overlapping(const Partition& partition, const Place& place, Visit visit);
  void find_in_batches(PartitionState& state, uint64_t color, const Use& use);
  bool may_conflict(PartitionState& state, const Use& use, uint64_t sweep_limit);
  void prune_below(PartitionState& state, uint64_t mask, uint64_t sweep_limit);
  void sweep(PartitionState& state);
  void move_users(PartitionState& from, RegionState& to);
  void find_all_users(const RegionState& state);
  void free_region_state(RegionState* state);
  void free_partition_state(PartitionState* state);
  void drop_events(PointEvents* events);

  static constexpr uint64_t kNoColor = UINT64_MAX;

  Forest& forest_;
  // The table that was looked up last, while one use is analysed.
  const OverlapTable* last_overlaps_ = nullptr;
  const Partition* last_source_ = nullptr;
  const Partition* last_target_ = nullptr;
  // By root and group.
  std::unordered_map<uint64_t, RegionState*> trees_;
  uint64_t last_key_ = 0;
  RegionState* last_tree_ = nullptr;
  std::vector<realm::Event> found_;
  std::vector<PointFound> point_found_;
  std::vector<Region*> path_;
};

}  // namespace palatine::legion
