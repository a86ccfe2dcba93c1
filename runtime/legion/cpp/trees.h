// The names of regions: index spaces, index partitions, field spaces and trees of regions.
//
// A tree of index spaces is a tree of the core without fields: the number of an index space is that of its
// region there, the number of an index partition that of its partition. A tree of regions is a tree of the
// core with fields, and gets a partition when somebody asks for it. A LogicalRegion carries both numbers.
//
// Thread safety: any thread may call everything here.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/legion/cpp/convert.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/legion/pending_pieces.h"

namespace Legion::Internal {

constexpr uint32_t kFieldSlots = LEGION_MAX_FIELDS;

struct FieldSpaceImpl {
  struct Field {
    uint16_t slot;
    uint32_t size_bytes;
    std::string name;
    CustomSerdezID serdez;
  };
  uint32_t id = 0;
  mutable std::shared_mutex mutex;  // guards what follows
  std::map<FieldID, Field> fields;
  uint32_t next_slot = 0;
  FieldID next_id = LEGION_MAX_APPLICATION_FIELD_ID + 1;
  // The roots that were made with it.
  std::vector<uint32_t> roots;
  uint32_t references = 1;
  std::string name;

  // They end the program with a message when there is no such field. Ascending.
  uint16_t slot_of(FieldID field) const;
  std::vector<uint16_t> slots_of(const std::set<FieldID>& fields) const;
  size_t size_of(FieldID field) const;
};

struct RegionTree {
  FieldSpace fields;
  // The index space that it was made of, and the root of that one's tree.
  uint32_t root_space = 0;
  uint32_t index_root = 0;
  LaunchedTask* owner = nullptr;
  // Tasks made its data (output regions).
  bool is_output = false;
  // How many times it has to be destroyed.
  uint32_t references = 1;
  // By region and index partition: partitions of this tree.
  std::unordered_map<uint64_t, uint32_t> partitions;
  ~RegionTree();
};

// Of one run of the runtime.
struct Trees {
  mutable std::shared_mutex mutex;
  core::HandleTable<FieldSpaceImpl> field_spaces;
  std::unordered_map<uint32_t, std::unique_ptr<RegionTree>> regions;  // by root
  // Index partitions that the program has not destroyed, and the partitions of an index space by colour.
  struct OwnedPartition {
    Color color = 0;
    uint32_t references = 1;  // how many times it has to be destroyed
  };
  std::unordered_map<uint32_t, OwnedPartition> owned_partitions;
  std::unordered_map<uint32_t, std::map<Color, uint32_t>> partitions;
  // The index spaces that partitions were coloured with, by the core's number for the space.
  std::unordered_map<uint32_t, IndexSpace> color_spaces;
  // By the root of an index tree: it ends when the program has destroyed it as often as it owns it, and
  // nothing is made of it any more.
  struct IndexReferences {
    uint32_t owned = 0;
    uint32_t used = 0;
  };
  std::unordered_map<uint32_t, IndexReferences> index_references;
  // Sparse domains that programs asked for, by index space.
  std::unordered_map<uint32_t, Domain> sparse_domains;
  // Pending partitions whose pieces are not all known: by index partition.
  core::PendingPieces pending;

  ~Trees();
};
Trees& trees();
// At the start and the end of a run.
void begin_trees();
void end_trees();

core::Forest& forest_of_run(const char* call);

// ---- what handles name. They end the program with a message when there is nothing.

core::Region& index_space_of(IndexSpace handle, const char* call);
core::Partition& index_partition_of(IndexPartition handle, const char* call);
FieldSpaceImpl& field_space_of(FieldSpace handle, const char* call);
core::Region& region_of(const LogicalRegion& handle);
core::Partition& partition_of(const LogicalPartition& handle);
// The number of a colour of a partition.
uint64_t color_number(const core::Partition& partition, const DomainPoint& color, const char* call);
DomainPoint color_of(const core::Partition& partition, uint64_t number);

// ---- handles of what there is

IndexSpace index_space_handle(const core::Region& region, TypeTag tag);
IndexPartition index_partition_handle(const core::Partition& partition, TypeTag tag);
LogicalRegion subregion_handle(const LogicalPartition& partition, uint64_t color);
LogicalPartition partition_handle(const LogicalRegion& region, IndexPartition partition);
// With the sparsity map of the index space when it is sparse.
Domain domain_of(IndexSpace space);

// A new tree.
IndexSpace make_index_space(core::OwnedDomain domain, TypeTag tag);
// Partitions get a colour among those of their parent.
IndexPartition name_partition(core::Partition& partition, Color color, TypeTag tag);

// One reference less, of those that the program owns or of what was made of it; with the last one the tree
// ends after everything that was launched.
void give_up_index_tree(TaskContext& context, core::RootRegion& root, bool is_owner);
// The core's number of a colour space, which is remembered.
uint32_t color_space_of(IndexSpace colors, const char* call);

// Whether the tree exists, and whether the task or one that it launched has made it.
enum class Maker { task, other, destroyed };
Maker maker_of(uint32_t root, const LaunchedTask& task);

// The same text for as long as the process runs; null when it is empty.
const char* interned(const std::string& name);

// For messages: "region `name`", or with the numbers.
std::string name_of(const LogicalRegion& region);
std::string name_of(const LogicalPartition& partition);
std::string name_of_space(const core::Region& index_space);
std::string field_name(FieldSpace space, FieldID field);

}  // namespace Legion::Internal
