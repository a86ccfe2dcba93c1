// Index spaces and partitions of others, and the trees of regions, for C (legion/legion_c_partitions.h).
#include "runtime/legion/coloring.h"
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/convert.h"
#include "runtime/legion/cpp/trees.h"

using namespace Legion;
using namespace Legion::Internal;

static std::vector<IndexSpace> list_of(const legion_index_space_t* spaces, size_t count) {
  std::vector<IndexSpace> list;
  for (size_t k = 0; k < count; k++) list.push_back(from_c(spaces[k]));
  return list;
}

legion_index_space_t legion_index_space_union(legion_runtime_t, legion_context_t ctx,
                                              const legion_index_space_t* spaces, size_t num_spaces) {
  return to_c(the_runtime()->union_index_spaces(c_context(ctx, "legion_index_space_union"),
                                                list_of(spaces, num_spaces)));
}
legion_index_space_t legion_index_space_intersection(legion_runtime_t, legion_context_t ctx,
                                                     const legion_index_space_t* spaces, size_t num_spaces) {
  return to_c(the_runtime()->intersect_index_spaces(c_context(ctx, "legion_index_space_intersection"),
                                                    list_of(spaces, num_spaces)));
}
legion_index_space_t legion_index_space_subtraction(legion_runtime_t, legion_context_t ctx,
                                                    legion_index_space_t left, legion_index_space_t right) {
  return to_c(the_runtime()->subtract_index_spaces(c_context(ctx, "legion_index_space_subtraction"),
                                                   from_c(left), from_c(right)));
}
int legion_index_space_get_dim(legion_index_space_t handle) {
  return from_c(handle).get_dim();
}
bool legion_index_space_has_parent_index_partition(legion_runtime_t, legion_index_space_t handle) {
  return the_runtime()->has_parent_index_partition(from_c(handle));
}
legion_index_partition_t legion_index_space_get_parent_index_partition(legion_runtime_t,
                                                                       legion_index_space_t handle) {
  return to_c(the_runtime()->get_parent_index_partition(from_c(handle)));
}
legion_index_space_t legion_index_partition_get_parent_index_space(legion_runtime_t,
                                                                   legion_index_partition_t handle) {
  return to_c(the_runtime()->get_parent_index_space(from_c(handle)));
}
bool legion_index_partition_has_index_subspace_domain_point(legion_runtime_t, legion_index_partition_t handle,
                                                            legion_domain_point_t color) {
  return the_runtime()->has_index_subspace(from_c(handle), from_c(color));
}

// ---- partitions

legion_index_partition_t legion_index_partition_create_by_weights(legion_runtime_t, legion_context_t ctx,
                                                                  legion_index_space_t parent,
                                                                  legion_domain_point_t* colors, int* weights,
                                                                  size_t num_colors,
                                                                  legion_index_space_t color_space,
                                                                  size_t granularity, legion_color_t color) {
  std::map<DomainPoint, int> map;
  for (size_t k = 0; k < num_colors; k++) map[from_c(colors[k])] = weights[k];
  return to_c(the_runtime()->create_partition_by_weights(
      c_context(ctx, "legion_index_partition_create_by_weights"), from_c(parent), map, from_c(color_space),
      granularity, color));
}
#define PALATINE_C_OF_TWO(what)                                                                              \
  legion_index_partition_t legion_index_partition_create_by_##what(                                          \
      legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_index_partition_t handle1, \
      legion_index_partition_t handle2, legion_index_space_t color_space, legion_partition_kind_t part_kind, \
      legion_color_t color) {                                                                                \
    return to_c(the_runtime()->create_partition_by_##what(                                                   \
        c_context(ctx, "legion_index_partition_create_by_" #what), from_c(parent), from_c(handle1),          \
        from_c(handle2), from_c(color_space), part_kind, color));                                            \
  }
PALATINE_C_OF_TWO(union)
PALATINE_C_OF_TWO(intersection)
PALATINE_C_OF_TWO(difference)
#undef PALATINE_C_OF_TWO
legion_index_partition_t legion_index_partition_create_by_domain(
    legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_domain_point_t* colors,
    legion_domain_t* domains, size_t num_color_domains, legion_index_space_t color_space,
    bool perform_intersections, legion_partition_kind_t part_kind, legion_color_t color) {
  std::map<DomainPoint, Domain> map;
  for (size_t k = 0; k < num_color_domains; k++) map[from_c(colors[k])] = from_c(domains[k]);
  return to_c(the_runtime()->create_partition_by_domain(
      c_context(ctx, "legion_index_partition_create_by_domain"), from_c(parent), map, from_c(color_space),
      perform_intersections, part_kind, color));
}
legion_index_partition_t legion_index_partition_create_by_restriction(
    legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_index_space_t color_space,
    legion_domain_transform_t transform, legion_domain_t extent, legion_partition_kind_t part_kind,
    legion_color_t color) {
  if (transform.m < 1 || transform.m > LEGION_MAX_DIM || transform.n < 1 || transform.n > LEGION_MAX_DIM)
    palatine::realm::fatal_error("error: a transform of %d by %d numbers is used; 1 to %d are supported",
                                 transform.m, transform.n, LEGION_MAX_DIM);
  DomainTransform made;
  made.m = transform.m;
  made.n = transform.n;
  std::copy_n(transform.matrix, transform.m * transform.n, made.matrix);
  return to_c(the_runtime()->create_partition_by_restriction(
      c_context(ctx, "legion_index_partition_create_by_restriction"), from_c(parent), from_c(color_space),
      made, from_c(extent), part_kind, color));
}
legion_index_partition_t legion_index_partition_create_by_field(
    legion_runtime_t, legion_context_t ctx, legion_logical_region_t handle, legion_logical_region_t parent,
    legion_field_id_t fid, legion_index_space_t color_space, legion_color_t color, legion_mapper_id_t id,
    legion_mapping_tag_id_t tag, legion_partition_kind_t part_kind, legion_untyped_buffer_t map_arg) {
  return to_c(the_runtime()->create_partition_by_field(
      c_context(ctx, "legion_index_partition_create_by_field"), from_c(handle), from_c(parent), fid,
      from_c(color_space), color, id, tag, part_kind, from_c(map_arg)));
}
#define PALATINE_C_IMAGE(what)                                                                         \
  legion_index_partition_t legion_index_partition_create_by_##what(                                    \
      legion_runtime_t, legion_context_t ctx, legion_index_space_t handle,                             \
      legion_logical_partition_t projection, legion_logical_region_t parent, legion_field_id_t fid,    \
      legion_index_space_t color_space, legion_partition_kind_t part_kind, legion_color_t color,       \
      legion_mapper_id_t id, legion_mapping_tag_id_t tag, legion_untyped_buffer_t map_arg) {           \
    return to_c(the_runtime()->create_partition_by_##what(                                             \
        c_context(ctx, "legion_index_partition_create_by_" #what), from_c(handle), from_c(projection), \
        from_c(parent), fid, from_c(color_space), part_kind, color, id, tag, from_c(map_arg)));        \
  }
PALATINE_C_IMAGE(image)
PALATINE_C_IMAGE(image_range)
#undef PALATINE_C_IMAGE
#define PALATINE_C_PREIMAGE(what)                                                                      \
  legion_index_partition_t legion_index_partition_create_by_##what(                                    \
      legion_runtime_t, legion_context_t ctx, legion_index_partition_t projection,                     \
      legion_logical_region_t handle, legion_logical_region_t parent, legion_field_id_t fid,           \
      legion_index_space_t color_space, legion_partition_kind_t part_kind, legion_color_t color,       \
      legion_mapper_id_t id, legion_mapping_tag_id_t tag, legion_untyped_buffer_t map_arg) {           \
    return to_c(the_runtime()->create_partition_by_##what(                                             \
        c_context(ctx, "legion_index_partition_create_by_" #what), from_c(projection), from_c(handle), \
        from_c(parent), fid, from_c(color_space), part_kind, color, id, tag, from_c(map_arg)));        \
  }
PALATINE_C_PREIMAGE(preimage)
PALATINE_C_PREIMAGE(preimage_range)
#undef PALATINE_C_PREIMAGE

legion_index_partition_t legion_index_partition_create_by_intersection_mirror(
    legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_index_partition_t handle,
    legion_partition_kind_t part_kind, legion_color_t color, bool dominates) {
  return to_c(the_runtime()->create_partition_by_intersection(
      c_context(ctx, "legion_index_partition_create_by_intersection_mirror"), from_c(parent), from_c(handle),
      part_kind, color, dominates));
}
legion_index_partition_t legion_index_partition_create_by_weights_future_map(
    legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_future_map_t future_map,
    legion_index_space_t color_space, size_t granularity, legion_color_t color) {
  return to_c(the_runtime()->create_partition_by_weights(
      c_context(ctx, "legion_index_partition_create_by_weights_future_map"), from_c(parent),
      object<FutureMap>(future_map), from_c(color_space), granularity, color));
}
legion_index_partition_t legion_index_partition_create_by_domain_future_map(
    legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_future_map_t future_map,
    legion_index_space_t color_space, bool perform_intersections, legion_partition_kind_t part_kind,
    legion_color_t color) {
  return to_c(the_runtime()->create_partition_by_domain(
      c_context(ctx, "legion_index_partition_create_by_domain_future_map"), from_c(parent),
      object<FutureMap>(future_map), from_c(color_space), perform_intersections, part_kind, color));
}

#define PALATINE_C_OWNERSHIP(what)                                                                     \
  void legion_##what##_create_shared_ownership(legion_runtime_t, legion_context_t ctx,                 \
                                               legion_##what##_t handle) {                             \
    the_runtime()->create_shared_ownership(c_context(ctx, "legion_" #what "_create_shared_ownership"), \
                                           from_c(handle));                                            \
  }
PALATINE_C_OWNERSHIP(index_space)
PALATINE_C_OWNERSHIP(index_partition)
PALATINE_C_OWNERSHIP(field_space)
PALATINE_C_OWNERSHIP(logical_region)
#undef PALATINE_C_OWNERSHIP
void legion_index_space_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                          legion_index_space_t handle, bool) {
  legion_index_space_destroy(runtime, ctx, handle);
}
void legion_index_partition_destroy_unordered(legion_runtime_t, legion_context_t ctx,
                                              legion_index_partition_t handle, bool unordered, bool recurse) {
  the_runtime()->destroy_index_partition(c_context(ctx, "legion_index_partition_destroy_unordered"),
                                         from_c(handle), unordered, recurse);
}
void legion_field_space_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                          legion_field_space_t handle, bool) {
  legion_field_space_destroy(runtime, ctx, handle);
}
void legion_logical_region_destroy_unordered(legion_runtime_t runtime, legion_context_t ctx,
                                             legion_logical_region_t handle, bool) {
  legion_logical_region_destroy(runtime, ctx, handle);
}

// What the coloring gives each point of `colors`.
static legion_index_partition_t by_coloring(legion_context_t ctx, const char* call,
                                            legion_index_space_t parent, legion_domain_t colors,
                                            const core::Coloring& coloring, legion_partition_kind_t kind,
                                            legion_color_t color) {
  const Context context = c_context(ctx, call);
  const Domain color_domain = from_c(colors);
  const core::Domain& whole = index_space_of(from_c(parent), call).domain;
  std::map<DomainPoint, Domain> pieces;
  for (Domain::DomainPointIterator it(color_domain); it; it++) {
    int64_t c[core::kMaxDim];
    coordinates_of(*it, c);
    pieces[*it] = to_domain(coloring.domain_of(core::Coloring::color_at(c, color_domain.dim), whole));
  }
  const IndexSpace color_space = the_runtime()->create_index_space(context, color_domain);
  const legion_index_partition_t made = to_c(the_runtime()->create_partition_by_domain(
      context, from_c(parent), pieces, color_space, true, kind, color));
  for (auto& [point, piece] : pieces) piece.destroy();
  return made;
}
#define PALATINE_C_COLORING(name)                                                                       \
  legion_index_partition_t legion_index_partition_create_##name(                                        \
      legion_runtime_t, legion_context_t ctx, legion_index_space_t parent, legion_domain_t color_space, \
      legion_##name##_t coloring, legion_partition_kind_t part_kind, legion_color_t color) {            \
    return by_coloring(ctx, "legion_index_partition_create_" #name, parent, color_space,                \
                       object<core::Coloring>(coloring), part_kind, color);                             \
  }
PALATINE_C_COLORING(point_coloring)
PALATINE_C_COLORING(domain_point_coloring)
PALATINE_C_COLORING(multi_domain_point_coloring)
#undef PALATINE_C_COLORING

// ---- trees of regions, and fields

legion_index_space_t legion_logical_region_get_index_space(legion_logical_region_t handle) {
  return to_c(from_c(handle).get_index_space());
}
legion_logical_region_t legion_logical_partition_get_logical_subregion(legion_runtime_t,
                                                                       legion_logical_partition_t parent,
                                                                       legion_index_space_t handle) {
  return to_c(the_runtime()->get_logical_subregion(from_c(parent), from_c(handle)));
}
legion_logical_region_t legion_logical_partition_get_logical_subregion_by_tree(legion_runtime_t,
                                                                               legion_index_space_t handle,
                                                                               legion_field_space_t fspace,
                                                                               legion_region_tree_id_t tid) {
  return to_c(the_runtime()->get_logical_subregion_by_tree(from_c(handle), from_c(fspace), tid));
}
bool legion_logical_partition_has_logical_subregion_by_color_domain_point(legion_runtime_t,
                                                                          legion_logical_partition_t parent,
                                                                          legion_domain_point_t color) {
  return the_runtime()->has_logical_subregion_by_color(from_c(parent), from_c(color));
}
legion_field_space_t legion_field_space_create_with_fields(legion_runtime_t, legion_context_t ctx,
                                                           size_t* field_sizes, legion_field_id_t* field_ids,
                                                           size_t num_fields, int serdez) {
  std::vector<FieldID> ids(field_ids, field_ids + num_fields);
  const FieldSpace space = the_runtime()->create_field_space(
      c_context(ctx, "legion_field_space_create_with_fields"),
      std::vector<size_t>(field_sizes, field_sizes + num_fields), ids, serdez);
  std::copy(ids.begin(), ids.end(), field_ids);
  return to_c(space);
}
size_t legion_field_id_get_size(legion_runtime_t, legion_context_t, legion_field_space_t handle,
                                legion_field_id_t id) {
  return the_runtime()->get_field_size(from_c(handle), id);
}
bool legion_field_space_has_fields(legion_runtime_t, legion_context_t, legion_field_space_t handle,
                                   const legion_field_id_t* fields, size_t fields_size) {
  std::set<FieldID> known;
  the_runtime()->get_field_space_fields(from_c(handle), known);
  return std::all_of(fields, fields + fields_size, [&](FieldID field) { return known.count(field) > 0; });
}
void legion_field_allocator_free_field(legion_field_allocator_t allocator, legion_field_id_t fid) {
  const auto id = static_cast<FieldSpaceID>(reinterpret_cast<uintptr_t>(allocator.impl));
  FieldAllocator(Handle::field_space(id)).free_field(fid);
}
