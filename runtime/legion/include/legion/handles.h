// Handles of index spaces, field spaces, regions and their partitions: values, free to copy and compare.
//
// A typed handle knows the dimension and the coordinate type; making one from an untyped handle of another
// kind ends the program with a message. Source: Legion's API, section 1.
#pragma once

#include <functional>
#include <ostream>

#include "legion/domain.h"

namespace Legion {

namespace Internal {
// Makes handles of ids; for the runtime.
struct Handle;
[[noreturn]] void wrong_type_tag(const char* kind, TypeTag wanted, TypeTag found);
}  // namespace Internal

class IndexSpace {
 public:
  static const IndexSpace NO_SPACE;

  IndexSpace() = default;
  bool operator==(const IndexSpace& other) const { return id == other.id; }
  bool operator!=(const IndexSpace& other) const { return !(*this == other); }
  bool operator<(const IndexSpace& other) const { return id < other.id; }
  bool operator>(const IndexSpace& other) const { return other < *this; }
  size_t hash() const { return id * size_t(0x9E3779B97F4A7C15); }
  IndexSpaceID get_id() const { return id; }
  // Spaces of one tree of partitions have the same number.
  IndexTreeID get_tree_id() const;
  bool exists() const { return id != 0; }
  TypeTag get_type_tag() const { return type_tag; }
  int get_dim() const { return Internal::dimension_of(type_tag); }
  friend std::ostream& operator<<(std::ostream& out, const IndexSpace& space) {
    return out << "IndexSpace(" << space.id << "," << space.tid << ")";
  }

 protected:
  friend struct Internal::Handle;
  IndexSpaceID id = 0;
  // In a LogicalRegion the runtime's number of that region.
  IndexTreeID tid = 0;
  TypeTag type_tag = 0;
};

class IndexPartition {
 public:
  static const IndexPartition NO_PART;

  IndexPartition() = default;
  bool operator==(const IndexPartition& other) const { return id == other.id; }
  bool operator!=(const IndexPartition& other) const { return !(*this == other); }
  bool operator<(const IndexPartition& other) const { return id < other.id; }
  bool operator>(const IndexPartition& other) const { return other < *this; }
  size_t hash() const { return id * size_t(0x9E3779B97F4A7C15); }
  IndexPartitionID get_id() const { return id; }
  IndexTreeID get_tree_id() const;
  bool exists() const { return id != 0; }
  TypeTag get_type_tag() const { return type_tag; }
  int get_dim() const { return Internal::dimension_of(type_tag); }
  friend std::ostream& operator<<(std::ostream& out, const IndexPartition& partition) {
    return out << "IndexPartition(" << partition.id << "," << partition.tid << ")";
  }

 protected:
  friend struct Internal::Handle;
  IndexPartitionID id = 0;
  // In a LogicalPartition the runtime's number of that partition.
  IndexTreeID tid = 0;
  TypeTag type_tag = 0;
};

class FieldSpace {
 public:
  static const FieldSpace NO_SPACE;

  FieldSpace() = default;
  bool operator==(const FieldSpace& other) const { return id == other.id; }
  bool operator!=(const FieldSpace& other) const { return id != other.id; }
  bool operator<(const FieldSpace& other) const { return id < other.id; }
  bool operator>(const FieldSpace& other) const { return id > other.id; }
  size_t hash() const { return id * size_t(0x9E3779B97F4A7C15); }
  FieldSpaceID get_id() const { return id; }
  bool exists() const { return id != 0; }
  friend std::ostream& operator<<(std::ostream& out, const FieldSpace& space) {
    return out << "FieldSpace(" << space.id << ")";
  }

 private:
  friend struct Internal::Handle;
  FieldSpaceID id = 0;
};

class LogicalRegion {
 public:
  static const LogicalRegion NO_REGION;

  LogicalRegion() = default;
  bool operator==(const LogicalRegion& other) const {
    return tree_id == other.tree_id && index_space == other.index_space && field_space == other.field_space;
  }
  bool operator!=(const LogicalRegion& other) const { return !(*this == other); }
  bool operator<(const LogicalRegion& other) const {
    if (tree_id != other.tree_id) return tree_id < other.tree_id;
    if (index_space != other.index_space) return index_space < other.index_space;
    return field_space < other.field_space;
  }
  size_t hash() const { return index_space.hash() ^ tree_id * size_t(0xC2B2AE3D27D4EB4F); }
  IndexSpace get_index_space() const { return index_space; }
  FieldSpace get_field_space() const { return field_space; }
  RegionTreeID get_tree_id() const { return tree_id; }
  bool exists() const { return tree_id != 0; }
  TypeTag get_type_tag() const { return index_space.get_type_tag(); }
  int get_dim() const { return index_space.get_dim(); }
  friend std::ostream& operator<<(std::ostream& out, const LogicalRegion& region) {
    return out << "LogicalRegion(" << region.tree_id << "," << region.index_space << "," << region.field_space
               << ")";
  }

 protected:
  friend struct Internal::Handle;
  RegionTreeID tree_id = 0;
  IndexSpace index_space;
  FieldSpace field_space;
};

class LogicalPartition {
 public:
  static const LogicalPartition NO_PART;

  LogicalPartition() = default;
  bool operator==(const LogicalPartition& other) const {
    return tree_id == other.tree_id && index_partition == other.index_partition &&
           field_space == other.field_space;
  }
  bool operator!=(const LogicalPartition& other) const { return !(*this == other); }
  bool operator<(const LogicalPartition& other) const {
    if (tree_id != other.tree_id) return tree_id < other.tree_id;
    if (index_partition != other.index_partition) return index_partition < other.index_partition;
    return field_space < other.field_space;
  }
  size_t hash() const { return index_partition.hash() ^ tree_id * size_t(0xC2B2AE3D27D4EB4F); }
  IndexPartition get_index_partition() const { return index_partition; }
  FieldSpace get_field_space() const { return field_space; }
  RegionTreeID get_tree_id() const { return tree_id; }
  bool exists() const { return tree_id != 0; }
  TypeTag get_type_tag() const { return index_partition.get_type_tag(); }
  int get_dim() const { return index_partition.get_dim(); }
  friend std::ostream& operator<<(std::ostream& out, const LogicalPartition& partition) {
    return out << "LogicalPartition(" << partition.tree_id << "," << partition.index_partition << ","
               << partition.field_space << ")";
  }

 protected:
  friend struct Internal::Handle;
  RegionTreeID tree_id = 0;
  IndexPartition index_partition;
  FieldSpace field_space;
};

#define LEGION_TYPED_HANDLE(Typed, Untyped)                             \
  template <int DIM, typename COORD_T = coord_t>                        \
  class Typed : public Untyped {                                        \
    static_assert(DIM > 0 && std::is_integral<COORD_T>::value);         \
                                                                        \
   public:                                                              \
    Typed() = default;                                                  \
    explicit Typed(const Untyped& other) : Untyped(other) {             \
      check();                                                          \
    }                                                                   \
    Typed& operator=(const Untyped& other) {                            \
      Untyped::operator=(other);                                        \
      check();                                                          \
      return *this;                                                     \
    }                                                                   \
                                                                        \
   private:                                                             \
    void check() const {                                                \
      constexpr TypeTag kTag = Domain::type_tag<DIM, COORD_T>();        \
      if (this->exists() && this->get_type_tag() != kTag)               \
        Internal::wrong_type_tag(#Untyped, kTag, this->get_type_tag()); \
    }                                                                   \
  };
LEGION_TYPED_HANDLE(IndexSpaceT, IndexSpace)
LEGION_TYPED_HANDLE(IndexPartitionT, IndexPartition)
LEGION_TYPED_HANDLE(LogicalRegionT, LogicalRegion)
LEGION_TYPED_HANDLE(LogicalPartitionT, LogicalPartition)
#undef LEGION_TYPED_HANDLE

namespace Internal {

struct Handle {
  static uint32_t core_region(const LogicalRegion& region) { return region.index_space.tid; }
  static uint32_t core_region(const IndexSpace& space) { return space.tid; }
  static uint32_t core_partition(const LogicalPartition& partition) { return partition.index_partition.tid; }
  static IndexSpace index_space(IndexSpaceID id, IndexTreeID tree, TypeTag tag) {
    IndexSpace space;
    space.id = id;
    space.tid = tree;
    space.type_tag = tag;
    return space;
  }
  static IndexPartition index_partition(IndexPartitionID id, IndexTreeID tree, TypeTag tag) {
    IndexPartition partition;
    partition.id = id;
    partition.tid = tree;
    partition.type_tag = tag;
    return partition;
  }
  static FieldSpace field_space(FieldSpaceID id) {
    FieldSpace space;
    space.id = id;
    return space;
  }
  static LogicalRegion region(RegionTreeID tree, IndexSpace space, FieldSpace fields) {
    LogicalRegion region;
    region.tree_id = tree;
    region.index_space = space;
    region.field_space = fields;
    return region;
  }
  static LogicalPartition partition(RegionTreeID tree, IndexPartition index, FieldSpace fields) {
    LogicalPartition partition;
    partition.tree_id = tree;
    partition.index_partition = index;
    partition.field_space = fields;
    return partition;
  }
};

}  // namespace Internal

}  // namespace Legion

namespace std {
#define LEGION_HASH(Type)                                 \
  template <>                                             \
  struct hash<Legion::Type> {                             \
    size_t operator()(const Legion::Type& handle) const { \
      return handle.hash();                               \
    }                                                     \
  };
LEGION_HASH(IndexSpace)
LEGION_HASH(IndexPartition)
LEGION_HASH(FieldSpace)
LEGION_HASH(LogicalRegion)
LEGION_HASH(LogicalPartition)
#undef LEGION_HASH
}  // namespace std
