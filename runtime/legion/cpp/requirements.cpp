#include "legion/requirements.h"

#include <cstdlib>
#include <cstring>
#include <tuple>

namespace Legion {

namespace {

void set_common(RegionRequirement& r, CoherenceProperty prop, LogicalRegion parent, MappingTagID tag,
                bool verified) {
  r.prop = prop;
  r.parent = parent;
  r.tag = tag;
  r.flags = verified ? LEGION_VERIFIED_FLAG : LEGION_NO_FLAG;
}

void set_privilege(RegionRequirement& r, PrivilegeMode privilege) {
  r.privilege = privilege;
}
void set_privilege(RegionRequirement& r, ReductionOpID redop) {
  r.privilege = LEGION_REDUCE;
  r.redop = redop;
}

void set_handle(RegionRequirement& r, LogicalRegion handle) {
  r.region = handle;
  r.handle_type = LEGION_SINGULAR_PROJECTION;
}
void set_handle(RegionRequirement& r, LogicalPartition handle, ProjectionID projection) {
  r.partition = handle;
  r.handle_type = LEGION_PARTITION_PROJECTION;
  r.projection = projection;
}
void set_handle(RegionRequirement& r, LogicalRegion handle, ProjectionID projection) {
  r.region = handle;
  r.handle_type = LEGION_REGION_PROJECTION;
  r.projection = projection;
}

}  // namespace

#define LEGION_WITHOUT_PROJECTION(Privilege)                                                         \
  RegionRequirement::RegionRequirement(LogicalRegion handle, const std::set<FieldID>& all,           \
                                       const std::vector<FieldID>& instance, Privilege privilege_in, \
                                       CoherenceProperty prop_in, LogicalRegion parent_in,           \
                                       MappingTagID tag_in, bool verified)                           \
      : privilege_fields(all), instance_fields(instance) {                                           \
    set_handle(*this, handle);                                                                       \
    set_privilege(*this, privilege_in);                                                              \
    set_common(*this, prop_in, parent_in, tag_in, verified);                                         \
  }                                                                                                  \
  RegionRequirement::RegionRequirement(LogicalRegion handle, Privilege privilege_in,                 \
                                       CoherenceProperty prop_in, LogicalRegion parent_in,           \
                                       MappingTagID tag_in, bool verified) {                         \
    set_handle(*this, handle);                                                                       \
    set_privilege(*this, privilege_in);                                                              \
    set_common(*this, prop_in, parent_in, tag_in, verified);                                         \
  }
#define LEGION_WITH_PROJECTION(Handle, Privilege)                                                          \
  RegionRequirement::RegionRequirement(Handle handle, ProjectionID projection_in,                          \
                                       const std::set<FieldID>& all, const std::vector<FieldID>& instance, \
                                       Privilege privilege_in, CoherenceProperty prop_in,                  \
                                       LogicalRegion parent_in, MappingTagID tag_in, bool verified)        \
      : privilege_fields(all), instance_fields(instance) {                                                 \
    set_handle(*this, handle, projection_in);                                                              \
    set_privilege(*this, privilege_in);                                                                    \
    set_common(*this, prop_in, parent_in, tag_in, verified);                                               \
  }                                                                                                        \
  RegionRequirement::RegionRequirement(Handle handle, ProjectionID projection_in, Privilege privilege_in,  \
                                       CoherenceProperty prop_in, LogicalRegion parent_in,                 \
                                       MappingTagID tag_in, bool verified) {                               \
    set_handle(*this, handle, projection_in);                                                              \
    set_privilege(*this, privilege_in);                                                                    \
    set_common(*this, prop_in, parent_in, tag_in, verified);                                               \
  }
LEGION_WITHOUT_PROJECTION(PrivilegeMode)
LEGION_WITHOUT_PROJECTION(ReductionOpID)
LEGION_WITH_PROJECTION(LogicalPartition, PrivilegeMode)
LEGION_WITH_PROJECTION(LogicalPartition, ReductionOpID)
LEGION_WITH_PROJECTION(LogicalRegion, PrivilegeMode)
LEGION_WITH_PROJECTION(LogicalRegion, ReductionOpID)
#undef LEGION_WITHOUT_PROJECTION
#undef LEGION_WITH_PROJECTION

RegionRequirement::RegionRequirement(const RegionRequirement& other) {
  *this = other;
}

RegionRequirement::RegionRequirement(RegionRequirement&& other) noexcept {
  *this = std::move(other);
}

RegionRequirement& RegionRequirement::operator=(const RegionRequirement& other) {
  if (this == &other) return *this;
  region = other.region;
  partition = other.partition;
  privilege_fields = other.privilege_fields;
  instance_fields = other.instance_fields;
  privilege = other.privilege;
  prop = other.prop;
  parent = other.parent;
  redop = other.redop;
  tag = other.tag;
  flags = other.flags;
  handle_type = other.handle_type;
  projection = other.projection;
  set_projection_args(other.projection_args, other.projection_args_size);
  return *this;
}

RegionRequirement& RegionRequirement::operator=(RegionRequirement&& other) noexcept {
  if (this == &other) return *this;
  region = other.region;
  partition = other.partition;
  privilege_fields = std::move(other.privilege_fields);
  instance_fields = std::move(other.instance_fields);
  privilege = other.privilege;
  prop = other.prop;
  parent = other.parent;
  redop = other.redop;
  tag = other.tag;
  flags = other.flags;
  handle_type = other.handle_type;
  projection = other.projection;
  set_projection_args(other.projection_args, other.projection_args_size, true);
  other.projection_args = nullptr;
  other.projection_args_size = 0;
  return *this;
}

RegionRequirement::~RegionRequirement() {
  free(projection_args);
}

bool RegionRequirement::operator==(const RegionRequirement& other) const {
  return handle_type == other.handle_type && region == other.region && partition == other.partition &&
         privilege == other.privilege && prop == other.prop && parent == other.parent &&
         redop == other.redop && tag == other.tag && flags == other.flags && projection == other.projection &&
         privilege_fields == other.privilege_fields && instance_fields == other.instance_fields;
}

bool RegionRequirement::operator<(const RegionRequirement& other) const {
  auto key = [](const RegionRequirement& r) {
    return std::tie(r.handle_type, r.region, r.partition, r.privilege, r.prop, r.parent, r.redop, r.tag,
                    r.flags, r.projection, r.privilege_fields, r.instance_fields);
  };
  return key(*this) < key(other);
}

void RegionRequirement::set_projection_args(const void* args, size_t size, bool own) {
  free(projection_args);
  projection_args_size = size;
  if (own || !args) {
    projection_args = const_cast<void*>(args);
  } else {
    projection_args = malloc(size ? size : 1);
    memcpy(projection_args, args, size);
  }
}

OutputRequirement::OutputRequirement(FieldSpace fields, const std::set<FieldID>& all, int dim,
                                     bool global_indexing_in)
    : type_tag(Internal::type_tag_of(dim)), field_space(fields), global_indexing(global_indexing_in) {
  privilege_fields = all;
  instance_fields.assign(all.begin(), all.end());
  privilege = LEGION_WRITE_DISCARD;
}

}  // namespace Legion
