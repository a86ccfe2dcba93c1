// Region trees: a root region, its partitions, their subregions, partitions of these, and so on.
//
// A tree is a fact about names and sets of points only; who uses what is known to each task's dependence
// analysis (dependence.h), where the data lies to the root (instance.h).
//
// Ownership: a partition lives until it was destroyed, or its region was, and nobody refers to it any more; a
// root likewise. Both are counted: one reference for existing, one for each analysis state, one for each
// partition right below, one for each task that destroyed it and still runs (context.h), so that a task which
// goes on using the name finds out that it is gone.
//
// Thread safety: domains and names never change. Subregions are made on demand by any thread; the first one
// wins.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/legion/domain.h"
#include "runtime/legion/handle_table.h"
#include "runtime/legion/memory_plan.h"
#include "runtime/legion/overlap.h"
#include "runtime/legion/view.h"
#include "runtime/realm/memory.h"

namespace palatine::legion {

class Forest;
class GpuFace;
namespace gpu {
struct RootPlaces;
}
struct CrossProduct;
struct Partition;
struct RootRegion;

// Fields are treated in groups of 64, so that a set of fields of one group is one word. A tree's groups are
// analysed as if they were different trees.
constexpr int kGroupFields = 64;

struct IndexSpace {
  uint32_t id = 0;
  // Of a subregion.
  bool is_subspace = false;
  OwnedDomain domain;
  // The bounds as api::Rect of their dimension, for `Context::rects`.
  int64_t rect[6];
  std::unique_ptr<int64_t[]> large_rect;  // instead, of more than three dimensions
  const int64_t* corners() const { return large_rect ? large_rect.get() : rect; }
};

struct Region {
  uint32_t id = 0;
  uint32_t log_id = 0;  // the schedule log's, guarded by its mutex
  RootRegion* root = nullptr;
  // Of which this is a subregion; null for a root.
  Partition* parent = nullptr;
  uint64_t color = 0;  // linear index of the colour in the partition
  // A root's belongs to the root, a subregion's to its partition.
  Domain domain;
  // Made when somebody asks for it; 0 before.
  std::atomic<uint32_t> ispace{0};

  // The partitions of this region. Guarded by the root's mutex.
  std::vector<Partition*> partitions;

  bool is_root() const { return parent == nullptr; }
};

// Either regular: blocks or cuts of a dense parent, whose domains are computed; or with a domain for each
// colour.
struct Partition {
  uint32_t id = 0;
  Region* parent = nullptr;
  uint32_t colors_id = 0;
  // The bounds of the colour space; colours that it lacks have no points.
  Box colors;
  uint64_t color_count = 0;
  bool is_regular = false;
  // No two subregions have a point in common.
  bool is_disjoint = true;
  // Of regular ones: blocks of ceil(extent / colours) in each axis; 0 when the axes do not correspond: then
  // the longest axis is cut evenly.
  Coordinates block;
  int cut_axis = 0;
  // Of others, by colour.
  std::vector<OwnedDomain> domains;
  // Subregions by colour, null until asked for.
  std::atomic<Region*>* children = nullptr;
  std::atomic<uint32_t> references{1};
  // The task that destroyed it, to find out uses after that; set in program order, before it ends.
  std::atomic<const void*> destroyer{nullptr};
  // Set when it stops existing: its own reference is gone. Guarded by the root's mutex.
  bool has_ended = false;
  // Of which it is the first partition; they end with it. Guarded by the root's mutex.
  std::vector<CrossProduct*> products;

  Domain domain_of(uint64_t color) const {
    if (is_regular) return Domain{block_of(color), nullptr};
    return domains[color];
  }
  // Of regular partitions.
  Box block_of(uint64_t color) const;
  // Of regular partitions: the colours whose blocks may overlap `box`, as a box of colours.
  Box colors_overlapping(const Box& box) const;
  // Whether the subregions have all points of the parent.
  bool is_complete() const;
  // False when nobody refers to it any more: another thread is about to free it.
  bool try_add_reference() {
    uint32_t count = references.load(std::memory_order_relaxed);
    while (count > 0) {
      if (references.compare_exchange_weak(count, count + 1, std::memory_order_acq_rel)) return true;
    }
    return false;
  }
};

// The product of a partition with others: its pieces, each partitioned by the next partition, and so on.
struct CrossProduct {
  uint32_t id = 0;
  // Their ids. The first one as it is; the others belong to any region. The second is 0 when all parts were
  // given.
  std::vector<uint32_t> partitions;
  // By colour of the first, 0 until asked for: the ids of what the second makes of the piece, and, if there
  // are more, of the product that goes on from there. Guarded by `mutex`.
  std::vector<uint32_t> parts;
  std::vector<uint32_t> products;
  std::mutex mutex;
};

// One field of a root's instance: structure of arrays, the first dimension contiguous.
struct FieldStorage {
  std::atomic<char*> address{nullptr};  // null until something maps the field
};

struct RootRegion : Region {
  // Those that were declared, then `scratch_count` like the first, like the second, and so on
  // (scratch_fields.cpp).
  std::vector<api::FieldDesc> fields;
  uint32_t declared_count = 0;
  uint32_t scratch_count = 0;
  // Who uses them where; guarded by `Forest::scratch_mutex`.
  struct ScratchUse {
    uint64_t task;  // ContextImpl::unique_id
    OwnedDomain domain;
  };
  std::unique_ptr<std::vector<ScratchUse>[]> scratch_uses;
  std::string field_space_name;
  std::string name;  // of the variable, may be empty
  std::string file;
  uint32_t line = 0;
  std::unique_ptr<FieldStorage[]> storage;
  // Bit k of word g: field 64 g + k has memory. Release when set, so that a set bit means a visible address.
  std::unique_ptr<std::atomic<uint64_t>[]> allocated;
  // Likewise: the field's bytes are counted (memory_plan.h). Set before it gets memory.
  std::unique_ptr<std::atomic<uint64_t>[]> reserved;
  // Likewise: something may have written the field. Only for warnings of legion.h.
  std::unique_ptr<std::atomic<uint64_t>[]> written;
  // Keeps the root's domain.
  OwnedDomain own_domain;
  // Of a region that was made like a subregion (`list_duplicate_partition`): that one's colour, as a point.
  // Its dimension is 0 for all others.
  Box origin_color{.dim = 0};
  // Guards allocating fields, the lists of partitions in this tree, and `overlap_tables`.
  std::mutex mutex;
  // By the ids of two partitions.
  std::unordered_map<uint64_t, std::unique_ptr<OverlapTable>> overlap_tables;
  std::atomic<uint32_t> references{1};
  // As a partition's.
  std::atomic<const void*> destroyer{nullptr};
  bool has_ended = false;
  // Where its fields lie on devices (gpu/places.h); null: nowhere. Set once, guarded by the devices' lock.
  std::atomic<gpu::RootPlaces*> places{nullptr};

  bool has_reserved(uint32_t group, uint64_t mask) const {
    return (reserved[group].load(std::memory_order_acquire) & mask) == mask;
  }
  uint32_t group_count() const {
    return static_cast<uint32_t>((fields.size() + kGroupFields - 1) / kGroupFields);
  }
};

// All trees of the program.
class Forest {
 public:
  explicit Forest(realm::SystemMemory& memory) : memory_plan_(memory) {}
  ~Forest();
  Forest(const Forest&) = delete;
  Forest& operator=(const Forest&) = delete;

  uint32_t create_ispace(OwnedDomain domain);
  const IndexSpace& ispace(uint32_t id) const;

  // The colour of a subregion in its partition, or of the one that a root was made like; nothing, with
  // dimension 0, for other roots. As a box of one point.
  static Box color_of(const Region& region);

  RootRegion& create_root(uint32_t ispace, const api::FieldSpaceDesc& fields, const api::RegionInfo& info);
  Partition& create_partition_equal(Region& region, uint32_t colors);
  // With a domain for each colour of the space, in linear order. Whether they are disjoint is found out.
  Partition& create_partition(Region& region, uint32_t colors, std::vector<OwnedDomain> domains);
  // Gives a piece of a partition that was made with empty domains its points, before anything uses it; the
  // last step is to find out whether the pieces are disjoint.
  void set_piece(Partition& partition, uint64_t color, OwnedDomain domain);
  void finish_pieces(Partition& partition);
  // Of a region with the points of the model's.
  Partition& create_partition_like(Region& region, const Partition& model);
  // By ids; the first must exist.
  CrossProduct& create_cross_product(std::vector<uint32_t> partitions);
  CrossProduct& cross_product(uint32_t id) const;
  CrossProduct* find_cross_product(uint32_t id) const;
  // What the second partition of a product makes of a piece of the first; and the product from there on.
  Partition& subpartition(CrossProduct& product, uint64_t color);
  CrossProduct& subproduct(CrossProduct& product, uint64_t color);
  // The colours of `target` that overlap the colours of `source`, another or the same partition of one tree.
  // Valid while both exist.
  const OverlapTable& overlaps(const Partition& source, const Partition& target);

  // The subregion of a colour by its linear index, which must be below `color_count`.
  Region& subregion(Partition& partition, uint64_t color);
  // The index space of a region.
  uint32_t ispace_of(Region& region);

  // Those that do not exist end the program; the task's context (context.h) says more about it.
  Region& region(uint32_t id) const;
  Partition& partition(uint32_t id) const;
  // Null when it was freed, for instance with its region.
  Region* find_region(uint32_t id) const { return regions_.find(id); }
  Partition* find_partition(uint32_t id) const { return partitions_.find(id); }

  void add_reference(Partition& partition) { partition.references.fetch_add(1, std::memory_order_relaxed); }
  void add_reference(RootRegion& root) { root.references.fetch_add(1, std::memory_order_relaxed); }
  // Frees what nobody refers to any more.
  void drop_reference(Partition& partition);
  void drop_reference(RootRegion& root);
  // Adds a reference to every partition below that exists, and to `partition`.
  std::vector<Partition*> hold(RootRegion& root);
  std::vector<Partition*> hold(Partition& partition);
  // Ends the existence of a partition, or of a whole tree, with everything below. Once for each: later calls
  // do nothing.
  void end(Partition& partition);
  void end(RootRegion& root);
  // Gives the memory of all fields back; nobody may use it any more.
  void free_storage(RootRegion& root);
  // Who is told of roots that end; null: nobody.
  void set_gpus(GpuFace* gpus) { gpus_ = gpus; }
  // Called, before anything runs, with who is told of each region that is freed: its number is given again.
  void tell_of_freed_regions(void (*told)(uint32_t id)) { region_freed_ = told; }

  // Guards who uses which scratch fields.
  std::mutex scratch_mutex;

  Views& views() { return views_; }
  const Views& views() const { return views_; }
  realm::SystemMemory& memory() { return memory_plan_.memory(); }
  MemoryPlan& memory_plan() { return memory_plan_; }

 private:
  Partition& add_partition(Partition* partition);
  template <typename Visit>
  static void for_each_below(const Region& region, const Visit& visit);
  template <typename Visit>
  static void for_each_below(Partition& partition, const Visit& visit);
  void free_partition(Partition& partition);

  Views views_;
  GpuFace* gpus_ = nullptr;
  void (*region_freed_)(uint32_t id) = nullptr;
  MemoryPlan memory_plan_;
  HandleTable<IndexSpace> ispaces_;
  HandleTable<Region> regions_;
  HandleTable<Partition> partitions_;
  HandleTable<CrossProduct> products_;
};

}  // namespace palatine::legion
