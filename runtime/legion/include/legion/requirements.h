// What an operation does with the fields of a region. Source: Legion's API, section 3.1.
//
// `parent` is a region that the launching task has privileges on, and contains `region` or `partition`. For
// index launches `projection` says which region a point uses: 0 is the region itself, or the partition's
// subregion of the point's colour.
#pragma once

#include <set>
#include <vector>

#include "legion/handles.h"

// Privileges with qualifiers: `LEGION_READ_ONLY | LEGION_DISCARD_OUTPUT_MASK`.
constexpr legion_privilege_mode_t operator|(legion_privilege_mode_t a, legion_privilege_mode_t b) {
  return static_cast<legion_privilege_mode_t>(static_cast<uint32_t>(a) | static_cast<uint32_t>(b));
}

namespace Legion {

struct RegionRequirement {
  LogicalRegion region;
  LogicalPartition partition;
  std::set<FieldID> privilege_fields;
  // In the order of the layout; part of `privilege_fields`.
  std::vector<FieldID> instance_fields;
  PrivilegeMode privilege = LEGION_NO_ACCESS;
  CoherenceProperty prop = LEGION_EXCLUSIVE;
  LogicalRegion parent;
  ReductionOpID redop = 0;  // of LEGION_REDUCE
  MappingTagID tag = 0;
  RegionFlags flags = LEGION_NO_FLAG;
  ProjectionType handle_type = LEGION_SINGULAR_PROJECTION;
  ProjectionID projection = 0;
  // Passed to the projection functor. Owned.
  void* projection_args = nullptr;
  size_t projection_args_size = 0;

  RegionRequirement() = default;
  RegionRequirement(LogicalRegion handle, const std::set<FieldID>& privilege_fields,
                    const std::vector<FieldID>& instance_fields, PrivilegeMode privilege,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalPartition partition, ProjectionID projection,
                    const std::set<FieldID>& privilege_fields, const std::vector<FieldID>& instance_fields,
                    PrivilegeMode privilege, CoherenceProperty prop, LogicalRegion parent,
                    MappingTagID tag = 0, bool verified = false);
  RegionRequirement(LogicalRegion handle, ProjectionID projection, const std::set<FieldID>& privilege_fields,
                    const std::vector<FieldID>& instance_fields, PrivilegeMode privilege,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalRegion handle, const std::set<FieldID>& privilege_fields,
                    const std::vector<FieldID>& instance_fields, ReductionOpID redop, CoherenceProperty prop,
                    LogicalRegion parent, MappingTagID tag = 0, bool verified = false);
  RegionRequirement(LogicalPartition partition, ProjectionID projection,
                    const std::set<FieldID>& privilege_fields, const std::vector<FieldID>& instance_fields,
                    ReductionOpID redop, CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalRegion handle, ProjectionID projection, const std::set<FieldID>& privilege_fields,
                    const std::vector<FieldID>& instance_fields, ReductionOpID redop, CoherenceProperty prop,
                    LogicalRegion parent, MappingTagID tag = 0, bool verified = false);
  RegionRequirement(LogicalRegion handle, PrivilegeMode privilege, CoherenceProperty prop,
                    LogicalRegion parent, MappingTagID tag = 0, bool verified = false);
  RegionRequirement(LogicalPartition partition, ProjectionID projection, PrivilegeMode privilege,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalRegion handle, ProjectionID projection, PrivilegeMode privilege,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalRegion handle, ReductionOpID redop, CoherenceProperty prop, LogicalRegion parent,
                    MappingTagID tag = 0, bool verified = false);
  RegionRequirement(LogicalPartition partition, ProjectionID projection, ReductionOpID redop,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(LogicalRegion handle, ProjectionID projection, ReductionOpID redop,
                    CoherenceProperty prop, LogicalRegion parent, MappingTagID tag = 0,
                    bool verified = false);
  RegionRequirement(const RegionRequirement& other);
  RegionRequirement(RegionRequirement&& other) noexcept;
  RegionRequirement& operator=(const RegionRequirement& other);
  RegionRequirement& operator=(RegionRequirement&& other) noexcept;
  ~RegionRequirement();

  // All members but the projection's arguments.
  bool operator==(const RegionRequirement& other) const;
  bool operator<(const RegionRequirement& other) const;

  RegionRequirement& add_field(FieldID field, bool instance = true) {
    privilege_fields.insert(field);
    if (instance) instance_fields.push_back(field);
    return *this;
  }
  RegionRequirement& add_fields(const std::vector<FieldID>& fields, bool instance = true) {
    for (FieldID field : fields) add_field(field, instance);
    return *this;
  }
  RegionRequirement& add_flags(RegionFlags more) {
    flags = static_cast<RegionFlags>(flags | more);
    return *this;
  }
  bool is_verified() const { return flags & LEGION_VERIFIED_FLAG; }
  bool is_no_access() const { return flags & LEGION_NO_ACCESS_FLAG; }
  bool is_restricted() const { return flags & LEGION_RESTRICTED_FLAG; }
  bool must_premap() const { return false; }
  bool has_field_privilege(FieldID field) const { return privilege_fields.count(field) > 0; }
  const void* get_projection_args(size_t* size) const {
    if (size) *size = projection_args_size;
    return projection_args;
  }
  // `own`: `args` was allocated with malloc and belongs to the requirement from now on; else it is copied.
  void set_projection_args(const void* args, size_t size, bool own = false);
};

// A region that a task makes.
struct OutputRequirement : public RegionRequirement {
  TypeTag type_tag = 0;
  FieldSpace field_space;
  bool global_indexing = false;
  bool valid_requirement = false;
  IndexSpace color_space;

  OutputRequirement(bool valid_requirement_in = false) : valid_requirement(valid_requirement_in) {}
  OutputRequirement(const RegionRequirement& requirement) : RegionRequirement(requirement) {}
  OutputRequirement(FieldSpace fields, const std::set<FieldID>& privilege_fields, int dim = 1,
                    bool global_indexing_in = false);

  OutputRequirement& operator=(const RegionRequirement& requirement) {
    RegionRequirement::operator=(requirement);
    return *this;
  }

  // A functor says which of `colors` a point's piece gets; without it that of the point. The functor sees a
  // partition with these colours, whose pieces are empty.
  void set_projection(ProjectionID id, IndexSpace colors) {
    projection = id;
    color_space = colors;
  }
  // The dimensions and the coordinates of the region's points.
  template <int DIM, typename COORD_T>
  void set_type_tag() {
    type_tag = Domain::type_tag<DIM, COORD_T>();
  }
};

typedef legion_allocate_mode_t AllocateMode;

struct FieldSpaceRequirement {
  FieldSpace handle;
  AllocateMode privilege = LEGION_NO_MEMORY;
  bool verified = false;

  FieldSpaceRequirement() = default;
  FieldSpaceRequirement(FieldSpace handle_in, AllocateMode privilege_in, bool verified_in = false)
      : handle(handle_in), privilege(privilege_in), verified(verified_in) {}
};

struct IndexSpaceRequirement {
  IndexSpace handle;
  AllocateMode privilege = LEGION_NO_MEMORY;
  IndexSpace parent;
  bool verified = false;

  IndexSpaceRequirement() = default;
  IndexSpaceRequirement(IndexSpace handle_in, AllocateMode privilege_in, IndexSpace parent_in,
                        bool verified_in = false)
      : handle(handle_in), privilege(privilege_in), parent(parent_in), verified(verified_in) {}
};

}  // namespace Legion
