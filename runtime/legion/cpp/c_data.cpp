// Inline mappings, fills, copies and external arrays for C (legion/legion_c_launch.h).
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/c_launchers.h"

using namespace Legion;
using namespace Legion::Internal;

PALATINE_C_LAUNCHER(inline, InlineLauncher)
PALATINE_C_LAUNCHER(fill, FillLauncher)
PALATINE_C_LAUNCHER(index_fill, IndexFillLauncher)
PALATINE_C_LAUNCHER(copy, CopyLauncher)
PALATINE_C_LAUNCHER(index_copy, IndexCopyLauncher)
PALATINE_C_BARRIERS(copy, CopyLauncher)
PALATINE_C_BARRIERS(index_copy, IndexCopyLauncher)

// ---- mapping by the task itself

legion_inline_launcher_t legion_inline_launcher_create_logical_region(
    legion_logical_region_t handle, legion_privilege_mode_t priv, legion_coherence_property_t prop,
    legion_logical_region_t parent, legion_mapping_tag_id_t region_tag, bool verified, legion_mapper_id_t id,
    legion_mapping_tag_id_t launcher_tag) {
  return {new InlineLauncher(
      RegionRequirement(from_c(handle), priv, prop, from_c(parent), region_tag, verified), id, launcher_tag)};
}
void legion_inline_launcher_add_field(legion_inline_launcher_t launcher, legion_field_id_t fid, bool inst) {
  object<InlineLauncher>(launcher).add_field(fid, inst);
}
legion_physical_region_t legion_inline_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                                        legion_inline_launcher_t launcher) {
  return {new PhysicalRegion(the_runtime()->map_region(c_context(ctx, "legion_inline_launcher_execute"),
                                                       object<InlineLauncher>(launcher)))};
}
void legion_runtime_remap_region(legion_runtime_t, legion_context_t ctx, legion_physical_region_t region) {
  the_runtime()->remap_region(c_context(ctx, "legion_runtime_remap_region"), object<PhysicalRegion>(region));
}
void legion_runtime_unmap_region(legion_runtime_t, legion_context_t ctx, legion_physical_region_t region) {
  the_runtime()->unmap_region(c_context(ctx, "legion_runtime_unmap_region"), object<PhysicalRegion>(region));
}
void legion_runtime_unmap_all_regions(legion_runtime_t, legion_context_t ctx) {
  the_runtime()->unmap_all_regions(c_context(ctx, "legion_runtime_unmap_all_regions"));
}
legion_physical_region_t legion_physical_region_copy(legion_physical_region_t handle) {
  return {new PhysicalRegion(object<PhysicalRegion>(handle))};
}
static std::vector<FieldID> fields_of(legion_physical_region_t handle) {
  std::vector<FieldID> fields;
  object<PhysicalRegion>(handle).get_fields(fields);
  return fields;
}
size_t legion_physical_region_get_field_count(legion_physical_region_t handle) {
  return fields_of(handle).size();
}
legion_field_id_t legion_physical_region_get_field_id(legion_physical_region_t handle, size_t index) {
  const std::vector<FieldID> fields = fields_of(handle);
  if (index >= fields.size())
    palatine::realm::fatal_error(
        "error: legion_physical_region_get_field_id: the region has %zu fields, but no "
        "number %zu",
        fields.size(), index);
  return fields[index];
}

// ---- fills

void legion_runtime_fill_field(legion_runtime_t, legion_context_t ctx, legion_logical_region_t handle,
                               legion_logical_region_t parent, legion_field_id_t fid, const void* value,
                               size_t value_size, legion_predicate_t pred) {
  the_runtime()->fill_field(c_context(ctx, "legion_runtime_fill_field"), from_c(handle), from_c(parent), fid,
                            value, value_size, from_c(pred));
}
void legion_runtime_fill_field_future(legion_runtime_t, legion_context_t ctx, legion_logical_region_t handle,
                                      legion_logical_region_t parent, legion_field_id_t fid,
                                      legion_future_t f, legion_predicate_t pred) {
  the_runtime()->fill_field(c_context(ctx, "legion_runtime_fill_field_future"), from_c(handle),
                            from_c(parent), fid, object<Future>(f), from_c(pred));
}
template <typename Launcher>
static Launcher* with_field(Launcher* launcher, legion_field_id_t fid) {
  launcher->add_field(fid);
  return launcher;
}
legion_fill_launcher_t legion_fill_launcher_create(legion_logical_region_t handle,
                                                   legion_logical_region_t parent, legion_field_id_t fid,
                                                   const void* value, size_t value_size,
                                                   legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t tag) {
  return {with_field(new FillLauncher(from_c(handle), from_c(parent), UntypedBuffer(value, value_size),
                                      from_c(pred), id, tag),
                     fid)};
}
legion_fill_launcher_t legion_fill_launcher_create_from_future(legion_logical_region_t handle,
                                                               legion_logical_region_t parent,
                                                               legion_field_id_t fid, legion_future_t f,
                                                               legion_predicate_t pred, legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t tag) {
  return {with_field(
      new FillLauncher(from_c(handle), from_c(parent), object<Future>(f), from_c(pred), id, tag), fid)};
}
void legion_fill_launcher_add_field(legion_fill_launcher_t handle, legion_field_id_t fid) {
  object<FillLauncher>(handle).add_field(fid);
}
void legion_fill_launcher_set_point(legion_fill_launcher_t launcher, legion_domain_point_t point) {
  object<FillLauncher>(launcher).point = from_c(point);
}
void legion_fill_launcher_execute(legion_runtime_t, legion_context_t ctx, legion_fill_launcher_t launcher) {
  the_runtime()->fill_fields(c_context(ctx, "legion_fill_launcher_execute"), object<FillLauncher>(launcher));
}
legion_index_fill_launcher_t legion_index_fill_launcher_create_with_space(
    legion_index_space_t space, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, const void* value, size_t value_size, legion_projection_id_t proj,
    legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag) {
  return {with_field(
      new IndexFillLauncher(from_c(space), from_c(handle), from_c(parent), UntypedBuffer(value, value_size),
                            proj, from_c(pred), id, launcher_tag),
      fid)};
}
legion_index_fill_launcher_t legion_index_fill_launcher_create_with_domain(
    legion_domain_t domain, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, const void* value, size_t value_size, legion_projection_id_t proj,
    legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag) {
  return {with_field(
      new IndexFillLauncher(from_c(domain), from_c(handle), from_c(parent), UntypedBuffer(value, value_size),
                            proj, from_c(pred), id, launcher_tag),
      fid)};
}
legion_index_fill_launcher_t legion_index_fill_launcher_create_from_future_with_space(
    legion_index_space_t space, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, legion_future_t future, legion_projection_id_t proj, legion_predicate_t pred,
    legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag) {
  return {with_field(new IndexFillLauncher(from_c(space), from_c(handle), from_c(parent),
                                           object<Future>(future), proj, from_c(pred), id, launcher_tag),
                     fid)};
}
legion_index_fill_launcher_t legion_index_fill_launcher_create_from_future_with_domain(
    legion_domain_t domain, legion_logical_partition_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, legion_future_t future, legion_projection_id_t proj, legion_predicate_t pred,
    legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag) {
  return {with_field(new IndexFillLauncher(from_c(domain), from_c(handle), from_c(parent),
                                           object<Future>(future), proj, from_c(pred), id, launcher_tag),
                     fid)};
}
void legion_index_fill_launcher_add_field(legion_fill_launcher_t handle, legion_field_id_t fid) {
  object<IndexFillLauncher>(handle).add_field(fid);
}
void legion_index_fill_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                        legion_index_fill_launcher_t launcher) {
  the_runtime()->fill_fields(c_context(ctx, "legion_index_fill_launcher_execute"),
                             object<IndexFillLauncher>(launcher));
}

// ---- copies

legion_copy_launcher_t legion_copy_launcher_create(legion_predicate_t pred, legion_mapper_id_t id,
                                                   legion_mapping_tag_id_t launcher_tag) {
  return {new CopyLauncher(from_c(pred), id, launcher_tag)};
}
void legion_copy_launcher_execute(legion_runtime_t, legion_context_t ctx, legion_copy_launcher_t launcher) {
  the_runtime()->issue_copy_operation(c_context(ctx, "legion_copy_launcher_execute"),
                                      object<CopyLauncher>(launcher));
}
legion_index_copy_launcher_t legion_index_copy_launcher_create(legion_domain_t domain,
                                                               legion_predicate_t pred, legion_mapper_id_t id,
                                                               legion_mapping_tag_id_t launcher_tag) {
  return {new IndexCopyLauncher(from_c(domain), from_c(pred), id, launcher_tag)};
}
void legion_index_copy_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                        legion_index_copy_launcher_t launcher) {
  the_runtime()->issue_copy_operation(c_context(ctx, "legion_index_copy_launcher_execute"),
                                      object<IndexCopyLauncher>(launcher));
}
void legion_copy_launcher_set_point(legion_copy_launcher_t launcher, legion_domain_point_t point) {
  object<CopyLauncher>(launcher).point = from_c(point);
}
#define PALATINE_C_COPY_SIDE(side)                                                                           \
  unsigned legion_copy_launcher_add_##side##_region_requirement_logical_region(                              \
      legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_privilege_mode_t priv,         \
      legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,         \
      bool verified) {                                                                                       \
    return add_requirement(object<CopyLauncher>(launcher).side##_requirements,                               \
                           RegionRequirement(from_c(handle), priv, prop, from_c(parent), tag, verified));    \
  }                                                                                                          \
  unsigned legion_copy_launcher_add_##side##_indirect_region_requirement_logical_region(                     \
      legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_field_id_t fid,                \
      legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,         \
      bool is_range_indirection, bool verified) {                                                            \
    CopyLauncher& copy = object<CopyLauncher>(launcher);                                                     \
    copy.add_##side##_indirect_field(                                                                        \
        fid, RegionRequirement(from_c(handle), LEGION_READ_ONLY, prop, from_c(parent), tag, verified),       \
        is_range_indirection);                                                                               \
    return static_cast<unsigned>(copy.side##_indirect_requirements.size() - 1);                              \
  }                                                                                                          \
  void legion_copy_launcher_set_possible_##side##_indirect_out_of_range(legion_copy_launcher_t launcher,     \
                                                                        bool flag) {                         \
    object<CopyLauncher>(launcher).possible_##side##_indirect_out_of_range = flag;                           \
  }                                                                                                          \
  unsigned legion_index_copy_launcher_add_##side##_region_requirement_logical_region(                        \
      legion_index_copy_launcher_t launcher, legion_logical_region_t handle, legion_projection_id_t proj,    \
      legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,        \
      legion_mapping_tag_id_t tag, bool verified) {                                                          \
    return add_requirement(                                                                                  \
        object<IndexCopyLauncher>(launcher).side##_requirements,                                             \
        RegionRequirement(from_c(handle), proj, priv, prop, from_c(parent), tag, verified));                 \
  }                                                                                                          \
  void legion_copy_launcher_add_##side##_field(legion_copy_launcher_t launcher, unsigned idx,                \
                                               legion_field_id_t fid, bool inst) {                           \
    requirement_of(object<CopyLauncher>(launcher).side##_requirements, idx).add_field(fid, inst);            \
  }                                                                                                          \
  unsigned legion_index_copy_launcher_add_##side##_region_requirement_logical_partition(                     \
      legion_index_copy_launcher_t launcher, legion_logical_partition_t handle, legion_projection_id_t proj, \
      legion_privilege_mode_t priv, legion_coherence_property_t prop, legion_logical_region_t parent,        \
      legion_mapping_tag_id_t tag, bool verified) {                                                          \
    return add_requirement(                                                                                  \
        object<IndexCopyLauncher>(launcher).side##_requirements,                                             \
        RegionRequirement(from_c(handle), proj, priv, prop, from_c(parent), tag, verified));                 \
  }                                                                                                          \
  void legion_index_copy_launcher_add_##side##_field(legion_index_copy_launcher_t launcher, unsigned idx,    \
                                                     legion_field_id_t fid, bool inst) {                     \
    requirement_of(object<IndexCopyLauncher>(launcher).side##_requirements, idx).add_field(fid, inst);       \
  }
PALATINE_C_COPY_SIDE(src)
PALATINE_C_COPY_SIDE(dst)
#undef PALATINE_C_COPY_SIDE
unsigned legion_copy_launcher_add_dst_region_requirement_logical_region_reduction(
    legion_copy_launcher_t launcher, legion_logical_region_t handle, legion_reduction_op_id_t redop,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified) {
  return add_requirement(object<CopyLauncher>(launcher).dst_requirements,
                         RegionRequirement(from_c(handle), redop, prop, from_c(parent), tag, verified));
}
