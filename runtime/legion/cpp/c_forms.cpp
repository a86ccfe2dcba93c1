// Other forms of what the other parts of the C API have (legion/legion_c_forms.h).
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/c_launchers.h"

using namespace Legion;
using namespace Legion::Internal;
using palatine::realm::fatal_error;

// ---- launchers

#define PALATINE_C_INDIRECT(side, kind, Handle)                                                              \
  unsigned legion_index_copy_launcher_add_##side##_indirect_region_requirement_logical_##kind(               \
      legion_index_copy_launcher_t launcher, Handle handle, legion_projection_id_t proj,                     \
      legion_field_id_t fid, legion_coherence_property_t prop, legion_logical_region_t parent,               \
      legion_mapping_tag_id_t tag, bool is_range_indirection, bool verified) {                               \
    IndexCopyLauncher& made = object<IndexCopyLauncher>(launcher);                                           \
    made.add_##side##_indirect_field(                                                                        \
        fid, RegionRequirement(from_c(handle), proj, LEGION_READ_ONLY, prop, from_c(parent), tag, verified), \
        is_range_indirection);                                                                               \
    return static_cast<unsigned>(made.side##_indirect_requirements.size() - 1);                              \
  }
#define PALATINE_C_INDEX_COPY(side)                                                     \
  PALATINE_C_INDIRECT(side, region, legion_logical_region_t)                            \
  PALATINE_C_INDIRECT(side, partition, legion_logical_partition_t)                      \
  void legion_index_copy_launcher_set_possible_##side##_indirect_out_of_range(          \
      legion_index_copy_launcher_t launcher, bool flag) {                               \
    object<IndexCopyLauncher>(launcher).possible_##side##_indirect_out_of_range = flag; \
  }
PALATINE_C_INDEX_COPY(src)
PALATINE_C_INDEX_COPY(dst)
#undef PALATINE_C_INDEX_COPY
#undef PALATINE_C_INDIRECT
#define PALATINE_C_INDEX_REDUCTION(kind, Handle)                                                        \
  unsigned legion_index_copy_launcher_add_dst_region_requirement_logical_##kind##_reduction(            \
      legion_index_copy_launcher_t launcher, Handle handle, legion_projection_id_t proj,                \
      legion_reduction_op_id_t redop, legion_coherence_property_t prop, legion_logical_region_t parent, \
      legion_mapping_tag_id_t tag, bool verified) {                                                     \
    return add_requirement(                                                                             \
        object<IndexCopyLauncher>(launcher).dst_requirements,                                           \
        RegionRequirement(from_c(handle), proj, redop, prop, from_c(parent), tag, verified));           \
  }
PALATINE_C_INDEX_REDUCTION(region, legion_logical_region_t)
PALATINE_C_INDEX_REDUCTION(partition, legion_logical_partition_t)
#undef PALATINE_C_INDEX_REDUCTION

void legion_acquire_launcher_set_sharding_space(legion_acquire_launcher_t, legion_index_space_t) {}
void legion_release_launcher_set_sharding_space(legion_release_launcher_t, legion_index_space_t) {}
#define PALATINE_C_SHARDING_SPACE(kind, Type)                                           \
  void legion_##kind##_launcher_set_sharding_space(legion_##kind##_launcher_t launcher, \
                                                   legion_index_space_t space) {        \
    object<Type>(launcher).sharding_space = from_c(space);                              \
  }
PALATINE_C_SHARDING_SPACE(copy, CopyLauncher)
PALATINE_C_SHARDING_SPACE(index_copy, IndexCopyLauncher)
PALATINE_C_SHARDING_SPACE(fill, FillLauncher)
PALATINE_C_SHARDING_SPACE(index_fill, IndexFillLauncher)
#undef PALATINE_C_SHARDING_SPACE
void legion_must_epoch_launcher_set_provenance(legion_must_epoch_launcher_t launcher,
                                               const char* provenance) {
  object<MustEpochLauncher>(launcher).provenance = provenance;
}

#define PALATINE_C_REQUIREMENTS(kind, Type)                                                                \
  unsigned legion_##kind##_add_index_requirement(legion_##kind##_t launcher, legion_index_space_t handle,  \
                                                 legion_allocate_mode_t priv, legion_index_space_t parent, \
                                                 bool verified) {                                          \
    Type& made = object<Type>(launcher);                                                                   \
    made.add_index_requirement(                                                                            \
        IndexSpaceRequirement(from_c(handle), static_cast<AllocateMode>(priv), from_c(parent), verified)); \
    return static_cast<unsigned>(made.index_requirements.size() - 1);                                      \
  }                                                                                                        \
  void legion_##kind##_intersect_flags(legion_##kind##_t launcher, unsigned idx,                           \
                                       enum legion_region_flags_t flags) {                                 \
    RegionRequirement& changed = requirement_of(object<Type>(launcher).region_requirements, idx);          \
    changed.flags = static_cast<RegionFlags>(changed.flags & flags);                                       \
  }
PALATINE_C_REQUIREMENTS(task_launcher, TaskLauncher)
PALATINE_C_REQUIREMENTS(index_launcher, IndexTaskLauncher)
#undef PALATINE_C_REQUIREMENTS
void legion_index_launcher_set_projection_args(legion_index_launcher_t launcher, unsigned idx,
                                               const void* args, size_t size, bool own) {
  requirement_of(object<IndexTaskLauncher>(launcher).region_requirements, idx)
      .set_projection_args(args, size, own);
}
const void* legion_index_launcher_get_projection_args(legion_region_requirement_t requirement, size_t* size) {
  return object<RegionRequirement>(requirement).get_projection_args(size);
}

// The domain of a partition's colours.
static Domain colors_of(legion_logical_partition_t handle) {
  return the_runtime()->get_index_partition_color_space(from_c(handle).get_index_partition());
}
static void fill(legion_context_t ctx, FieldID field, const IndexFillLauncher& filled) {
  IndexFillLauncher launcher = filled;
  launcher.add_field(field);
  the_runtime()->fill_fields(c_context(ctx, "legion_runtime_index_fill_field"), launcher);
}
#define PALATINE_C_INDEX_FILL(name, over, value, points, filled)                                   \
  void legion_runtime_index_fill_field##name(                                                      \
      legion_runtime_t, legion_context_t ctx over, legion_logical_partition_t handle,              \
      legion_logical_region_t parent, legion_field_id_t fid, value, legion_projection_id_t proj,   \
      legion_predicate_t pred, legion_mapper_id_t id, legion_mapping_tag_id_t launcher_tag) {      \
    fill(ctx, fid,                                                                                 \
         IndexFillLauncher(points, from_c(handle), from_c(parent), filled, proj, from_c(pred), id, \
                           launcher_tag));                                                         \
  }
#define PALATINE_COMMA ,
#define PALATINE_VALUE const void *value, size_t value_size
#define PALATINE_FILLED UntypedBuffer(value, value_size)
PALATINE_C_INDEX_FILL(, , PALATINE_VALUE, colors_of(handle), PALATINE_FILLED)
PALATINE_C_INDEX_FILL(_with_space, PALATINE_COMMA legion_index_space_t space, PALATINE_VALUE, from_c(space),
                      PALATINE_FILLED)
PALATINE_C_INDEX_FILL(_with_domain, PALATINE_COMMA legion_domain_t domain, PALATINE_VALUE, from_c(domain),
                      PALATINE_FILLED)
PALATINE_C_INDEX_FILL(_future, , legion_future_t f, colors_of(handle), from_c(f))
PALATINE_C_INDEX_FILL(_future_with_space, PALATINE_COMMA legion_index_space_t space, legion_future_t f,
                      from_c(space), from_c(f))
PALATINE_C_INDEX_FILL(_future_with_domain, PALATINE_COMMA legion_domain_t domain, legion_future_t f,
                      from_c(domain), from_c(f))
#undef PALATINE_C_INDEX_FILL
#undef PALATINE_COMMA
#undef PALATINE_VALUE
#undef PALATINE_FILLED

// ---- names and partitions

static size_t size_in(legion_future_t future) {
  return from_c(future).get_result<size_t>();
}
legion_field_space_t legion_field_space_create_with_futures(legion_runtime_t, legion_context_t ctx,
                                                            legion_future_t* field_sizes,
                                                            legion_field_id_t* field_ids, size_t num_fields,
                                                            legion_custom_serdez_id_t serdez) {
  std::vector<size_t> sizes;
  for (size_t k = 0; k < num_fields; k++) sizes.push_back(size_in(field_sizes[k]));
  std::vector<FieldID> ids(field_ids, field_ids + num_fields);
  const FieldSpace made = the_runtime()->create_field_space(
      c_context(ctx, "legion_field_space_create_with_futures"), sizes, ids, serdez);
  std::copy(ids.begin(), ids.end(), field_ids);
  return to_c(made);
}
legion_field_space_t legion_field_space_no_space(void) {
  return to_c(FieldSpace::NO_SPACE);
}
legion_field_id_t* legion_field_space_get_fields(legion_runtime_t, legion_context_t ctx,
                                                 legion_field_space_t handle, size_t* size) {
  std::vector<FieldID> fields;
  the_runtime()->get_field_space_fields(c_context(ctx, "legion_field_space_get_fields"), from_c(handle),
                                        fields);
  *size = fields.size();
  auto* list = static_cast<legion_field_id_t*>(malloc(std::max<size_t>(1, fields.size()) * sizeof(FieldID)));
  std::copy(fields.begin(), fields.end(), list);
  return list;
}
legion_field_id_t legion_field_allocator_allocate_field_future(legion_field_allocator_t allocator,
                                                               legion_future_t field_size,
                                                               legion_field_id_t desired_fieldid) {
  return legion_field_allocator_allocate_field(allocator, size_in(field_size), desired_fieldid);
}
legion_field_id_t legion_auto_generate_id(void) {
  return LEGION_AUTO_GENERATE_ID;
}
legion_index_space_t legion_index_space_create_future(legion_runtime_t, legion_context_t ctx,
                                                      size_t dimensions, legion_future_t future,
                                                      legion_type_tag_t type_tag) {
  return to_c(the_runtime()->create_index_space(c_context(ctx, "legion_index_space_create_future"),
                                                dimensions, from_c(future), type_tag));
}
#define PALATINE_C_BLOCKIFY(N)                                                        \
  legion_index_partition_t legion_index_partition_create_blockify_##N##d(             \
      legion_runtime_t, legion_context_t ctx, legion_index_space_t parent,            \
      legion_blockify_##N##d_t blockify, legion_color_t part_color) {                 \
    return to_c(the_runtime()->create_partition_by_blockify(                          \
        c_context(ctx, "legion_index_partition_create_blockify"), from_c(parent),     \
        from_c(legion_domain_point_from_point_##N##d(blockify.block_size)),           \
        from_c(legion_domain_point_from_point_##N##d(blockify.offset)), part_color)); \
  }
LEGION_C_FOR_EACH_DIMENSION(PALATINE_C_BLOCKIFY)
#undef PALATINE_C_BLOCKIFY
legion_logical_partition_t legion_logical_partition_create_by_tree(legion_runtime_t, legion_context_t,
                                                                   legion_index_partition_t handle,
                                                                   legion_field_space_t fspace,
                                                                   legion_region_tree_id_t tid) {
  return to_c(the_runtime()->get_logical_partition_by_tree(from_c(handle), from_c(fspace), tid));
}
void legion_logical_partition_destroy_unordered(legion_runtime_t, legion_context_t ctx,
                                                legion_logical_partition_t handle, bool unordered) {
  the_runtime()->destroy_logical_partition(c_context(ctx, "legion_logical_partition_destroy_unordered"),
                                           from_c(handle), unordered);
}
void legion_reset_equivalence_sets(legion_runtime_t, legion_context_t, legion_logical_region_t,
                                   legion_logical_region_t, int, legion_field_id_t*) {}
#define PALATINE_C_BOUNDS(N)                                                \
  legion_rect_##N##d_t legion_domain_get_bounds_##N##d(legion_domain_t d) { \
    legion_domain_t dense = d;                                              \
    dense.is_id = 0;                                                        \
    return legion_domain_get_rect_##N##d(dense);                            \
  }
LEGION_C_FOR_EACH_DIMENSION(PALATINE_C_BOUNDS)
#undef PALATINE_C_BOUNDS
legion_domain_transform_t legion_domain_transform_identity(unsigned m, unsigned n) {
  if (m < 1 || m > LEGION_MAX_DIM || n < 1 || n > LEGION_MAX_DIM)
    fatal_error("error: a transform of %u by %u numbers is used; 1 to %d are supported", m, n,
                LEGION_MAX_DIM);
  legion_domain_transform_t made = {static_cast<int>(m), static_cast<int>(n), {}};
  for (unsigned d = 0; d < m && d < n; d++) made.matrix[d * n + d] = 1;
  return made;
}

// ---- futures

legion_future_t legion_future_from_untyped_pointer_detailed(legion_runtime_t, const void* buffer, size_t size,
                                                            bool take_ownership, const char*, bool) {
  return to_c(Future::from_untyped_pointer(buffer, size, take_ownership));
}
const void* legion_future_get_metadata(legion_future_t handle, size_t* size) {
  return from_c(handle).get_metadata(size);
}
legion_future_map_t legion_future_map_transform(legion_runtime_t, legion_context_t ctx,
                                                legion_future_map_t fm, legion_index_space_t new_domain,
                                                legion_point_transform_functor_t functor,
                                                bool take_ownership) {
  return {new FutureMap(the_runtime()->transform_future_map(
      c_context(ctx, "legion_future_map_transform"), object<FutureMap>(fm), from_c(new_domain),
      &object<PointTransformFunctor>(functor), take_ownership))};
}
legion_future_t legion_context_consensus_match(legion_runtime_t, legion_context_t ctx, const void* input,
                                               void* output, size_t num_elements, size_t element_size) {
  return to_c(the_runtime()->consensus_match(c_context(ctx, "legion_context_consensus_match"), input, output,
                                             num_elements, element_size));
}

// ---- buffers

template <int N, typename R>
static Rect<N> rect_of(const R& bounds) {
  Rect<N> rect;
  for (int d = 0; d < N; d++) {
    rect.lo[d] = bounds.lo.x[d];
    rect.hi[d] = bounds.hi.x[d];
  }
  return rect;
}
#define PALATINE_C_BUFFER(N)                                                                              \
  legion_deferred_buffer_char_##N##d_t legion_deferred_buffer_char_##N##d_create(                         \
      legion_rect_##N##d_t bounds, legion_memory_kind_t kind, char* initial_value) {                      \
    return {                                                                                              \
        new DeferredBuffer<char, N>(rect_of<N>(bounds), static_cast<Memory::Kind>(kind), initial_value)}; \
  }                                                                                                       \
  char* legion_deferred_buffer_char_##N##d_ptr(legion_deferred_buffer_char_##N##d_t buffer,               \
                                               legion_point_##N##d_t p) {                                 \
    Point<N> point;                                                                                       \
    for (int d = 0; d < N; d++) point[d] = p.x[d];                                                        \
    return object<DeferredBuffer<char, N>>(buffer).ptr(point);                                            \
  }                                                                                                       \
  void legion_deferred_buffer_char_##N##d_destroy(legion_deferred_buffer_char_##N##d_t buffer) {          \
    delete &object<DeferredBuffer<char, N>>(buffer);                                                      \
  }
PALATINE_C_BUFFER(1)
PALATINE_C_BUFFER(2)
PALATINE_C_BUFFER(3)
PALATINE_C_BUFFER(4)
#undef PALATINE_C_BUFFER

// ---- the program

void legion_runtime_print_once(legion_runtime_t, legion_context_t ctx, FILE* f, const char* message) {
  the_runtime()->print_once(c_context(ctx, "legion_runtime_print_once"), f, message);
}
void legion_runtime_print_once_fd(legion_runtime_t runtime, legion_context_t ctx, int fd, const char* mode,
                                  const char* message) {
  FILE* stream = fdopen(dup(fd), mode);
  if (!stream) fatal_error("error: legion_runtime_print_once_fd: descriptor %d cannot be opened", fd);
  legion_runtime_print_once(runtime, ctx, stream, message);
  fclose(stream);
}
void legion_runtime_enable_scheduler_lock(void) {}
void legion_runtime_disable_scheduler_lock(void) {}
legion_shard_id_t legion_runtime_local_shard_without_context(void) {
  return 0;
}
legion_sharding_id_t legion_runtime_generate_library_sharding_ids(legion_runtime_t, const char* library_name,
                                                                  size_t count) {
  return the_runtime()->generate_library_sharding_ids(library_name, count);
}
static ShardingFunctor& sharding_functor(legion_sharding_id_t id) {
  ShardingFunctor* functor = Runtime::get_sharding_functor(id);
  if (!functor) fatal_error("error: no sharding functor with number %u is registered", id);
  return *functor;
}
legion_shard_id_t legion_sharding_functor_shard(legion_sharding_id_t sid, legion_domain_point_t point,
                                                legion_domain_t full_space, size_t total_shards) {
  return sharding_functor(sid).shard(from_c(point), from_c(full_space), total_shards);
}
void legion_sharding_functor_invert(legion_sharding_id_t sid, legion_shard_id_t shard,
                                    legion_domain_t shard_domain, legion_domain_t full_domain,
                                    size_t total_shards, legion_domain_point_t* points, size_t* points_size) {
  std::vector<DomainPoint> found;
  sharding_functor(sid).invert(shard, from_c(shard_domain), from_c(full_domain), total_shards, found);
  for (size_t k = 0; k < found.size() && k < *points_size; k++) points[k] = to_c(found[k]);
  *points_size = found.size();
}
