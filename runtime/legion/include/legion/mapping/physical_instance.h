// Instances as mappers see them, and events between calls of mappers.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "legion/constraints.h"
#include "legion/future.h"
#include "legion/mappable.h"
#include "legion/pool_bounds.h"

namespace palatine::legion {
struct InstanceView;
class MapperCall;
class MapperManager;
}  // namespace palatine::legion

namespace Legion {

typedef int RealmPriority;

namespace Mapping {

// Given to each call of a mapper and to the calls that the mapper makes; valid until the mapper returns.
typedef palatine::legion::MapperCall* MapperContext;

// A place where data of a region lies: a memory, a layout and fields. A value; copies name the same instance.
// Any thread may use it.
class PhysicalInstance {
 public:
  PhysicalInstance() = default;

  // By the order in which instances were made.
  bool operator<(const PhysicalInstance& rhs) const;
  bool operator==(const PhysicalInstance& rhs) const;
  bool operator!=(const PhysicalInstance& rhs) const { return !(*this == rhs); }
  std::size_t hash() const { return get_instance_id(); }

  Memory get_location() const;
  // 0 when it does not exist.
  unsigned long get_instance_id() const;
  // Bytes.
  size_t get_instance_size() const;
  Domain get_instance_domain() const;
  void get_fields(std::set<FieldID>& fields) const;

  FieldSpace get_field_space() const;
  RegionTreeID get_tree_id() const;
  LayoutConstraintID get_layout_id() const;

  // With `strong_test`: and the region's data has not been destroyed.
  bool exists(bool strong_test = false) const;
  bool is_normal_instance() const;
  bool is_virtual_instance() const;
  bool is_reduction_instance() const;
  bool is_external_instance() const;

  bool has_field(FieldID fid) const;
  void has_fields(std::map<FieldID, bool>& fids) const;
  // Removes the fields that this instance has.
  void remove_space_fields(std::set<FieldID>& fids) const;

  // Only these fields are used of a chosen instance; all by default.
  void add_use_field(FieldID fid);
  void add_use_fields(const std::set<FieldID>& fids);

  bool entails(const LayoutConstraintSet& constraint_set,
               const LayoutConstraint** failed_constraint = nullptr) const;

  // Stands for "no instance": only sub-operations use the data.
  static PhysicalInstance get_virtual_instance();

  // For the runtime.
  explicit PhysicalInstance(std::shared_ptr<palatine::legion::InstanceView> view) : view_(std::move(view)) {}
  const std::shared_ptr<palatine::legion::InstanceView>& view() const { return view_; }
  const std::set<FieldID>& use_fields() const { return use_fields_; }

 private:
  std::shared_ptr<palatine::legion::InstanceView> view_;
  std::set<FieldID> use_fields_;
};
std::ostream& operator<<(std::ostream& os, const PhysicalInstance& instance);

// Several instances of one region that are kept equal. One process makes none, so a view is always empty.
class CollectiveView {
 public:
  bool operator<(const CollectiveView&) const { return false; }
  bool operator==(const CollectiveView&) const { return true; }
  bool operator!=(const CollectiveView&) const { return false; }
  std::size_t hash() const { return 0; }
  void find_instances_in_memory(Memory, std::vector<PhysicalInstance>&) const {}
  void find_instances_nearest_memory(Memory, std::vector<PhysicalInstance>&, bool = true) const {}
};
std::ostream& operator<<(std::ostream& os, const CollectiveView& view);

// Triggered by a mapper, waited for by a mapper or by the runtime on its behalf. A value.
class MapperEvent {
 public:
  bool exists() const { return event_.exists(); }
  bool operator==(const MapperEvent& rhs) const { return event_.id == rhs.event_.id; }
  bool operator!=(const MapperEvent& rhs) const { return event_.id != rhs.event_.id; }
  bool operator<(const MapperEvent& rhs) const { return event_.id < rhs.event_.id; }
  std::size_t hash() const { return std::hash<unsigned long long>{}(event_.id); }

  // For the runtime.
  explicit MapperEvent(uint64_t id) { event_.id = id; }
  MapperEvent() = default;
  uint64_t id() const { return event_.id; }

 private:
  struct Word {
    uint64_t id = 0;
    bool exists() const { return id != 0; }
  };
  Word event_;
};

}  // namespace Mapping
}  // namespace Legion

template <>
struct std::hash<Legion::Mapping::PhysicalInstance> {
  std::size_t operator()(const Legion::Mapping::PhysicalInstance& instance) const { return instance.hash(); }
};
template <>
struct std::hash<Legion::Mapping::MapperEvent> {
  std::size_t operator()(const Legion::Mapping::MapperEvent& event) const { return event.hash(); }
};
