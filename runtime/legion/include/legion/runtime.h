// The calls of a program. Source: Legion's API, sections 2, 3, 4 and 6.
//
// Calls with a Context belong to the running task that received it, and to no other. Handles are returned at
// once; calls that wait say so. Misuse ends the program with a message that names the task and what it used.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "legion/accessors.h"
#include "legion/functors.h"
#include "legion/launchers.h"
#include "legion/registration.h"
#include "legion/task_wrapper.h"

namespace Legion {

namespace Mapping {
class Mapper;
class MapperRuntime;
}  // namespace Mapping

namespace Internal {

// A DomainT that converts to its rectangle when it is dense.
template <int DIM, typename COORD_T>
struct TypedDomain : DomainT<DIM, COORD_T> {
  explicit TypedDomain(const DomainT<DIM, COORD_T>& domain) : DomainT<DIM, COORD_T>(domain) {}
  operator Rect<DIM, COORD_T>() const {
    assert(this->dense());
    return this->bounds;
  }
};

}  // namespace Internal

// Gives fields to a field space.
class FieldAllocator {
 public:
  FieldAllocator() = default;
  explicit FieldAllocator(FieldSpace space) : space_(space) {}
  bool exists() const { return space_.exists(); }
  bool operator==(const FieldAllocator& other) const { return space_ == other.space_; }
  bool operator<(const FieldAllocator& other) const { return space_ < other.space_; }

  // Sizes in bytes. Regions that were made before have the field as well. A size that is a future is waited
  // for.
  FieldID allocate_field(size_t field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                         CustomSerdezID serdez_id = 0, bool local_field = false,
                         const char* provenance = nullptr);
  FieldID allocate_field(const Future& field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                         CustomSerdezID serdez_id = 0, bool local_field = false,
                         const char* provenance = nullptr) {
    return allocate_field(field_size.get_result<size_t>(), desired_fieldid, serdez_id, local_field,
                          provenance);
  }
  void free_field(FieldID field, const bool unordered = false, const char* provenance = nullptr);
  FieldID allocate_local_field(size_t field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                               CustomSerdezID serdez_id = 0, const char* provenance = nullptr) {
    return allocate_field(field_size, desired_fieldid, serdez_id, true, provenance);
  }
  void allocate_fields(const std::vector<size_t>& field_sizes, std::vector<FieldID>& resulting_fields,
                       CustomSerdezID serdez_id = 0, bool local_fields = false,
                       const char* provenance = nullptr);
  void free_fields(const std::set<FieldID>& to_free, const bool unordered = false,
                   const char* provenance = nullptr) {
    for (FieldID field : to_free) free_field(field, unordered, provenance);
  }
  FieldSpace get_field_space() const { return space_; }

 private:
  FieldSpace space_;
};

typedef void (*RegistrationCallbackFnptr)(Machine machine, Runtime* rt,
                                          const std::set<Processor>& local_procs);
typedef void (*RegistrationWithArgsCallbackFnptr)(const RegistrationCallbackArgs& args);

class Runtime {
 public:
#define LEGION_PROVENANCE const char* provenance = nullptr

  // ---- index spaces

  IndexSpace create_index_space(Context ctx, const Domain& bounds, TypeTag type_tag = 0, LEGION_PROVENANCE,
                                const bool take_ownership = false);
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> create_index_space(Context ctx, const Rect<DIM, COORD_T>& bounds,
                                               LEGION_PROVENANCE) {
    return IndexSpaceT<DIM, COORD_T>(
        create_index_space(ctx, Domain(bounds), Domain::type_tag<DIM, COORD_T>(), provenance));
  }
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> create_index_space(Context ctx, const DomainT<DIM, COORD_T>& bounds,
                                               LEGION_PROVENANCE, const bool take_ownership = false) {
    return IndexSpaceT<DIM, COORD_T>(create_index_space(ctx, Domain(bounds), Domain::type_tag<DIM, COORD_T>(),
                                                        provenance, take_ownership));
  }
  // Of a future Domain. Waits for it.
  IndexSpace create_index_space(Context ctx, size_t dimensions, const Future& future, TypeTag type_tag = 0,
                                LEGION_PROVENANCE);
  IndexSpace create_index_space(Context ctx, const std::vector<DomainPoint>& points, LEGION_PROVENANCE);
  IndexSpace create_index_space(Context ctx, const std::vector<Domain>& rects, LEGION_PROVENANCE);
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> create_index_space(Context ctx, const std::vector<Point<DIM, COORD_T>>& points,
                                               LEGION_PROVENANCE) {
    return typed_space<DIM, COORD_T>(
        create_index_space(ctx, std::vector<DomainPoint>(points.begin(), points.end()), provenance));
  }
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> create_index_space(Context ctx, const std::vector<Rect<DIM, COORD_T>>& rects,
                                               LEGION_PROVENANCE) {
    return typed_space<DIM, COORD_T>(
        create_index_space(ctx, std::vector<Domain>(rects.begin(), rects.end()), provenance));
  }
  IndexSpace union_index_spaces(Context ctx, const std::vector<IndexSpace>& spaces, LEGION_PROVENANCE);
  IndexSpace intersect_index_spaces(Context ctx, const std::vector<IndexSpace>& spaces, LEGION_PROVENANCE);
  IndexSpace subtract_index_spaces(Context ctx, IndexSpace left, IndexSpace right, LEGION_PROVENANCE);
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> union_index_spaces(Context ctx,
                                               const std::vector<IndexSpaceT<DIM, COORD_T>>& spaces,
                                               LEGION_PROVENANCE) {
    return IndexSpaceT<DIM, COORD_T>(
        union_index_spaces(ctx, std::vector<IndexSpace>(spaces.begin(), spaces.end()), provenance));
  }
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> intersect_index_spaces(Context ctx,
                                                   const std::vector<IndexSpaceT<DIM, COORD_T>>& spaces,
                                                   LEGION_PROVENANCE) {
    return IndexSpaceT<DIM, COORD_T>(
        intersect_index_spaces(ctx, std::vector<IndexSpace>(spaces.begin(), spaces.end()), provenance));
  }
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> subtract_index_spaces(Context ctx, IndexSpaceT<DIM, COORD_T> left,
                                                  IndexSpaceT<DIM, COORD_T> right, LEGION_PROVENANCE) {
    return IndexSpaceT<DIM, COORD_T>(
        subtract_index_spaces(ctx, IndexSpace(left), IndexSpace(right), provenance));
  }
  // One more `destroy` is needed.
  void create_shared_ownership(Context ctx, IndexSpace handle);
  void create_shared_ownership(Context ctx, IndexPartition handle);
  void create_shared_ownership(Context ctx, FieldSpace handle);
  void create_shared_ownership(Context ctx, LogicalRegion handle);
  // Only names end: regions that were made of them go on.
  void destroy_index_space(Context ctx, IndexSpace handle, const bool unordered = false,
                           const bool recurse = true, LEGION_PROVENANCE);
  void destroy_index_partition(Context ctx, IndexPartition handle, const bool unordered = false,
                               const bool recurse = true, LEGION_PROVENANCE);

  // ---- partitions; section 4.1 of the API. `color` names the partition among those of its parent.

#define LEGION_COLOR Color color = LEGION_AUTO_GENERATE_ID
#define LEGION_KIND PartitionKind part_kind = LEGION_COMPUTE_KIND

  IndexPartition create_equal_partition(Context ctx, IndexSpace parent, IndexSpace color_space,
                                        size_t granularity = 1, LEGION_COLOR, LEGION_PROVENANCE);
  IndexPartition create_partition_by_weights(Context ctx, IndexSpace parent,
                                             const std::map<DomainPoint, int>& weights,
                                             IndexSpace color_space, size_t granularity = 1, LEGION_COLOR,
                                             LEGION_PROVENANCE);
  IndexPartition create_partition_by_weights(Context ctx, IndexSpace parent,
                                             const std::map<DomainPoint, size_t>& weights,
                                             IndexSpace color_space, size_t granularity = 1, LEGION_COLOR,
                                             LEGION_PROVENANCE);
  IndexPartition create_partition_by_weights(Context ctx, IndexSpace parent, const FutureMap& weights,
                                             IndexSpace color_space, size_t granularity = 1, LEGION_COLOR,
                                             LEGION_PROVENANCE);
  IndexPartition create_partition_by_union(Context ctx, IndexSpace parent, IndexPartition handle1,
                                           IndexPartition handle2, IndexSpace color_space, LEGION_KIND,
                                           LEGION_COLOR, LEGION_PROVENANCE);
  IndexPartition create_partition_by_intersection(Context ctx, IndexSpace parent, IndexPartition handle1,
                                                  IndexPartition handle2, IndexSpace color_space, LEGION_KIND,
                                                  LEGION_COLOR, LEGION_PROVENANCE);
  IndexPartition create_partition_by_intersection(Context ctx, IndexSpace parent, IndexPartition partition,
                                                  LEGION_KIND, LEGION_COLOR, bool dominates = false,
                                                  LEGION_PROVENANCE);
  IndexPartition create_partition_by_difference(Context ctx, IndexSpace parent, IndexPartition handle1,
                                                IndexPartition handle2, IndexSpace color_space, LEGION_KIND,
                                                LEGION_COLOR, LEGION_PROVENANCE);
  Color create_cross_product_partitions(Context ctx, IndexPartition handle1, IndexPartition handle2,
                                        std::map<IndexSpace, IndexPartition>& handles, LEGION_KIND,
                                        LEGION_COLOR, LEGION_PROVENANCE);
  IndexPartition create_partition_by_restriction(Context ctx, IndexSpace parent, IndexSpace color_space,
                                                 DomainTransform transform, Domain extent, LEGION_KIND,
                                                 LEGION_COLOR, LEGION_PROVENANCE);
  template <int DIM, int COLOR_DIM, typename COORD_T>
  IndexPartitionT<DIM, COORD_T> create_partition_by_restriction(Context ctx, IndexSpaceT<DIM, COORD_T> parent,
                                                                IndexSpaceT<COLOR_DIM, COORD_T> color_space,
                                                                Transform<DIM, COLOR_DIM, COORD_T> transform,
                                                                Rect<DIM, COORD_T> extent, LEGION_KIND,
                                                                LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<DIM, COORD_T>(create_partition_by_restriction(
        ctx, IndexSpace(parent), IndexSpace(color_space), DomainTransform(transform), Domain(extent),
        part_kind, color, provenance));
  }
  IndexPartition create_partition_by_blockify(Context ctx, IndexSpace parent, DomainPoint blocking_factor,
                                              LEGION_COLOR, LEGION_PROVENANCE);
  IndexPartition create_partition_by_blockify(Context ctx, IndexSpace parent, DomainPoint blocking_factor,
                                              DomainPoint origin, LEGION_COLOR, LEGION_PROVENANCE);
  template <int DIM, typename COORD_T>
  IndexPartitionT<DIM, COORD_T> create_partition_by_blockify(Context ctx, IndexSpaceT<DIM, COORD_T> parent,
                                                             Point<DIM, COORD_T> blocking_factor,
                                                             LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<DIM, COORD_T>(create_partition_by_blockify(
        ctx, IndexSpace(parent), DomainPoint(blocking_factor), color, provenance));
  }
  template <int DIM, typename COORD_T>
  IndexPartitionT<DIM, COORD_T> create_partition_by_blockify(Context ctx, IndexSpaceT<DIM, COORD_T> parent,
                                                             Point<DIM, COORD_T> blocking_factor,
                                                             Point<DIM, COORD_T> origin, LEGION_COLOR,
                                                             LEGION_PROVENANCE) {
    return IndexPartitionT<DIM, COORD_T>(create_partition_by_blockify(
        ctx, IndexSpace(parent), DomainPoint(blocking_factor), DomainPoint(origin), color, provenance));
  }
  IndexPartition create_partition_by_domain(Context ctx, IndexSpace parent,
                                            const std::map<DomainPoint, Domain>& domains,
                                            IndexSpace color_space, bool perform_intersections = true,
                                            LEGION_KIND, LEGION_COLOR, LEGION_PROVENANCE,
                                            bool take_ownership = false);
  IndexPartition create_partition_by_domain(Context ctx, IndexSpace parent, const FutureMap& domains,
                                            IndexSpace color_space, bool perform_intersections = true,
                                            LEGION_KIND, LEGION_COLOR, LEGION_PROVENANCE);
  template <int DIM, typename COORD_T, int COLOR_DIM, typename COLOR_COORD_T>
  IndexPartitionT<DIM, COORD_T> create_partition_by_domain(
      Context ctx, IndexSpaceT<DIM, COORD_T> parent,
      const std::map<Point<COLOR_DIM, COLOR_COORD_T>, DomainT<DIM, COORD_T>>& domains,
      IndexSpaceT<COLOR_DIM, COLOR_COORD_T> color_space, bool perform_intersections = true, LEGION_KIND,
      LEGION_COLOR, LEGION_PROVENANCE, bool take_ownership = false) {
    std::map<DomainPoint, Domain> untyped;
    for (const auto& [point, domain] : domains) untyped[DomainPoint(point)] = Domain(domain);
    return IndexPartitionT<DIM, COORD_T>(
        create_partition_by_domain(ctx, IndexSpace(parent), untyped, IndexSpace(color_space),
                                   perform_intersections, part_kind, color, provenance, take_ownership));
  }
  template <int DIM, typename COORD_T, int COLOR_DIM, typename COLOR_COORD_T>
  IndexPartitionT<DIM, COORD_T> create_partition_by_rectangles(
      Context ctx, IndexSpaceT<DIM, COORD_T> parent,
      const std::map<Point<COLOR_DIM, COLOR_COORD_T>, std::vector<Rect<DIM, COORD_T>>>& rectangles,
      IndexSpaceT<COLOR_DIM, COLOR_COORD_T> color_space, bool perform_intersections = true, LEGION_KIND,
      LEGION_COLOR, LEGION_PROVENANCE, bool collective = false) {
    (void)collective;
    (void)provenance;
    std::map<DomainPoint, std::vector<Domain>> untyped;
    for (const auto& [point, rects] : rectangles)
      untyped[DomainPoint(point)] = std::vector<Domain>(rects.begin(), rects.end());
    return IndexPartitionT<DIM, COORD_T>(
        partition_by_rectangles(ctx, parent, untyped, color_space, perform_intersections, part_kind, color));
  }
  // The next ones read a field: they wait for the tasks that write it.
  IndexPartition create_partition_by_field(Context ctx, LogicalRegion handle, LogicalRegion parent,
                                           FieldID fid, IndexSpace color_space, LEGION_COLOR, MapperID id = 0,
                                           MappingTagID tag = 0,
                                           PartitionKind part_kind = LEGION_DISJOINT_KIND,
                                           UntypedBuffer map_arg = UntypedBuffer(), LEGION_PROVENANCE);
  IndexPartition create_partition_by_image(Context ctx, IndexSpace handle, LogicalPartition projection,
                                           LogicalRegion parent, FieldID fid, IndexSpace color_space,
                                           LEGION_KIND, LEGION_COLOR, MapperID id = 0, MappingTagID tag = 0,
                                           UntypedBuffer map_arg = UntypedBuffer(), LEGION_PROVENANCE);
  IndexPartition create_partition_by_image_range(Context ctx, IndexSpace handle, LogicalPartition projection,
                                                 LogicalRegion parent, FieldID fid, IndexSpace color_space,
                                                 LEGION_KIND, LEGION_COLOR, MapperID id = 0,
                                                 MappingTagID tag = 0,
                                                 UntypedBuffer map_arg = UntypedBuffer(), LEGION_PROVENANCE);
  IndexPartition create_partition_by_preimage(Context ctx, IndexPartition projection, LogicalRegion handle,
                                              LogicalRegion parent, FieldID fid, IndexSpace color_space,
                                              LEGION_KIND, LEGION_COLOR, MapperID id = 0,
                                              MappingTagID tag = 0, UntypedBuffer map_arg = UntypedBuffer(),
                                              LEGION_PROVENANCE);
  IndexPartition create_partition_by_preimage_range(Context ctx, IndexPartition projection,
                                                    LogicalRegion handle, LogicalRegion parent, FieldID fid,
                                                    IndexSpace color_space, LEGION_KIND, LEGION_COLOR,
                                                    MapperID id = 0, MappingTagID tag = 0,
                                                    UntypedBuffer map_arg = UntypedBuffer(),
                                                    LEGION_PROVENANCE);
  // Whose subspaces are given by the next three, each once.
  IndexPartition create_pending_partition(Context ctx, IndexSpace parent, IndexSpace color_space, LEGION_KIND,
                                          LEGION_COLOR, LEGION_PROVENANCE);
  IndexSpace create_index_space_union(Context ctx, IndexPartition parent, const DomainPoint& color,
                                      const std::vector<IndexSpace>& handles, LEGION_PROVENANCE);
  IndexSpace create_index_space_union(Context ctx, IndexPartition parent, const DomainPoint& color,
                                      IndexPartition handle, LEGION_PROVENANCE);
  IndexSpace create_index_space_intersection(Context ctx, IndexPartition parent, const DomainPoint& color,
                                             const std::vector<IndexSpace>& handles, LEGION_PROVENANCE);
  IndexSpace create_index_space_intersection(Context ctx, IndexPartition parent, const DomainPoint& color,
                                             IndexPartition handle, LEGION_PROVENANCE);
  IndexSpace create_index_space_difference(Context ctx, IndexPartition parent, const DomainPoint& color,
                                           IndexSpace initial, const std::vector<IndexSpace>& handles,
                                           LEGION_PROVENANCE);

  // ---- the trees of index spaces. The forms with a context do the same.

  IndexSpace get_index_subspace(IndexPartition p, const DomainPoint& color);
  IndexSpace get_index_subspace(Context, IndexPartition p, const DomainPoint& color) {
    return get_index_subspace(p, color);
  }
  bool has_index_subspace(IndexPartition p, const DomainPoint& color);
  bool has_index_subspace(Context, IndexPartition p, const DomainPoint& color) {
    return has_index_subspace(p, color);
  }
  IndexPartition get_index_partition(IndexSpace parent, const DomainPoint& color);
  IndexPartition get_index_partition(Context, IndexSpace parent, const DomainPoint& color) {
    return get_index_partition(parent, color);
  }
  bool has_index_partition(IndexSpace parent, const DomainPoint& color);
  bool has_index_partition(Context, IndexSpace parent, const DomainPoint& color) {
    return has_index_partition(parent, color);
  }
  bool has_multiple_domains(IndexSpace) { return false; }
  Domain get_index_space_domain(IndexSpace handle);
  Domain get_index_space_domain(Context, IndexSpace handle) { return get_index_space_domain(handle); }
  template <int DIM, typename COORD_T>
  Internal::TypedDomain<DIM, COORD_T> get_index_space_domain(IndexSpaceT<DIM, COORD_T> handle) {
    return Internal::TypedDomain<DIM, COORD_T>(get_index_space_domain(IndexSpace(handle)));
  }
  template <int DIM, typename COORD_T>
  Internal::TypedDomain<DIM, COORD_T> get_index_space_domain(Context, IndexSpaceT<DIM, COORD_T> handle) {
    return get_index_space_domain(handle);
  }
  Domain get_index_partition_color_space(IndexPartition p);
  Domain get_index_partition_color_space(Context, IndexPartition p) {
    return get_index_partition_color_space(p);
  }
  IndexSpace get_index_partition_color_space_name(IndexPartition p);
  IndexSpace get_index_partition_color_space_name(Context, IndexPartition p) {
    return get_index_partition_color_space_name(p);
  }
  void get_index_space_partition_colors(IndexSpace handle, std::set<Color>& colors);
  void get_index_space_partition_colors(Context, IndexSpace handle, std::set<Color>& colors) {
    get_index_space_partition_colors(handle, colors);
  }
  bool is_index_partition_disjoint(IndexPartition p);
  bool is_index_partition_disjoint(Context, IndexPartition p) { return is_index_partition_disjoint(p); }
  bool is_index_partition_complete(IndexPartition p);
  bool is_index_partition_complete(Context, IndexPartition p) { return is_index_partition_complete(p); }
  Color get_index_space_color(IndexSpace handle);
  Color get_index_space_color(Context, IndexSpace handle) { return get_index_space_color(handle); }
  DomainPoint get_index_space_color_point(IndexSpace handle);
  DomainPoint get_index_space_color_point(Context, IndexSpace handle) {
    return get_index_space_color_point(handle);
  }
  Color get_index_partition_color(IndexPartition p);
  Color get_index_partition_color(Context, IndexPartition p) { return get_index_partition_color(p); }
  DomainPoint get_index_partition_color_point(IndexPartition p) {
    return DomainPoint(static_cast<coord_t>(get_index_partition_color(p)));
  }
  DomainPoint get_index_partition_color_point(Context, IndexPartition p) {
    return get_index_partition_color_point(p);
  }
  IndexSpace get_parent_index_space(IndexPartition p);
  IndexSpace get_parent_index_space(Context, IndexPartition p) { return get_parent_index_space(p); }
  bool has_parent_index_partition(IndexSpace handle);
  bool has_parent_index_partition(Context, IndexSpace handle) { return has_parent_index_partition(handle); }
  IndexPartition get_parent_index_partition(IndexSpace handle);
  IndexPartition get_parent_index_partition(Context, IndexSpace handle) {
    return get_parent_index_partition(handle);
  }
  unsigned get_index_space_depth(IndexSpace handle);
  unsigned get_index_space_depth(Context, IndexSpace handle) { return get_index_space_depth(handle); }
  unsigned get_index_partition_depth(IndexPartition p);
  unsigned get_index_partition_depth(Context, IndexPartition p) { return get_index_partition_depth(p); }

  // The point if the region has it, else nil.
  DomainPoint safe_cast(Context ctx, DomainPoint point, LogicalRegion region);
  template <int DIM, typename COORD_T>
  bool safe_cast(Context ctx, Point<DIM, COORD_T> point, LogicalRegionT<DIM, COORD_T> region) {
    return !safe_cast(ctx, DomainPoint(point), LogicalRegion(region)).is_null();
  }

  // ---- field spaces

  FieldSpace create_field_space(Context ctx, LEGION_PROVENANCE);
  FieldSpace create_field_space(Context ctx, const std::vector<size_t>& field_sizes,
                                std::vector<FieldID>& resulting_fields, CustomSerdezID serdez_id = 0,
                                LEGION_PROVENANCE);
  // Waits for the sizes.
  FieldSpace create_field_space(Context ctx, const std::vector<Future>& field_sizes,
                                std::vector<FieldID>& resulting_fields, CustomSerdezID serdez_id = 0,
                                LEGION_PROVENANCE);
  void destroy_field_space(Context ctx, FieldSpace handle, const bool unordered = false, LEGION_PROVENANCE);
  FieldAllocator create_field_allocator(Context ctx, FieldSpace handle);
  size_t get_field_size(FieldSpace handle, FieldID fid);
  size_t get_field_size(Context, FieldSpace handle, FieldID fid) { return get_field_size(handle, fid); }
  void get_field_space_fields(FieldSpace handle, std::vector<FieldID>& fields);
  void get_field_space_fields(FieldSpace handle, std::set<FieldID>& fields);
  void get_field_space_fields(Context, FieldSpace handle, std::vector<FieldID>& fields) {
    get_field_space_fields(handle, fields);
  }
  void get_field_space_fields(Context, FieldSpace handle, std::set<FieldID>& fields) {
    get_field_space_fields(handle, fields);
  }

  // ---- regions

  // Each call makes another tree.
  LogicalRegion create_logical_region(Context ctx, IndexSpace index, FieldSpace fields,
                                      bool task_local = false, LEGION_PROVENANCE);
  template <int DIM, typename COORD_T>
  LogicalRegionT<DIM, COORD_T> create_logical_region(Context ctx, IndexSpaceT<DIM, COORD_T> index,
                                                     FieldSpace fields, bool task_local = false,
                                                     LEGION_PROVENANCE) {
    return LogicalRegionT<DIM, COORD_T>(
        create_logical_region(ctx, IndexSpace(index), fields, task_local, provenance));
  }
  // After everything that was launched. Only roots.
  void destroy_logical_region(Context ctx, LogicalRegion handle, const bool unordered = false,
                              LEGION_PROVENANCE);
  void destroy_logical_partition(Context, LogicalPartition, const bool = false) {}
  void reset_equivalence_sets(Context, LogicalRegion, LogicalRegion, const std::set<FieldID>&) {}

  LogicalPartition get_logical_partition(LogicalRegion parent, IndexPartition handle);
  LogicalPartition get_logical_partition(Context, LogicalRegion parent, IndexPartition handle) {
    return get_logical_partition(parent, handle);
  }
  template <int DIM, typename COORD_T>
  LogicalPartitionT<DIM, COORD_T> get_logical_partition(LogicalRegionT<DIM, COORD_T> parent,
                                                        IndexPartitionT<DIM, COORD_T> handle) {
    return LogicalPartitionT<DIM, COORD_T>(
        get_logical_partition(LogicalRegion(parent), IndexPartition(handle)));
  }
  template <int DIM, typename COORD_T>
  LogicalPartitionT<DIM, COORD_T> get_logical_partition(Context, LogicalRegionT<DIM, COORD_T> parent,
                                                        IndexPartitionT<DIM, COORD_T> handle) {
    return get_logical_partition(parent, handle);
  }
  LogicalPartition get_logical_partition_by_color(LogicalRegion parent, const DomainPoint& color);
  LogicalPartition get_logical_partition_by_color(Context, LogicalRegion parent, const DomainPoint& color) {
    return get_logical_partition_by_color(parent, color);
  }
  bool has_logical_partition_by_color(LogicalRegion parent, const DomainPoint& color) {
    return has_index_partition(parent.get_index_space(), color);
  }
  bool has_logical_partition_by_color(Context, LogicalRegion parent, const DomainPoint& color) {
    return has_logical_partition_by_color(parent, color);
  }
  LogicalPartition get_logical_partition_by_tree(IndexPartition handle, FieldSpace fspace, RegionTreeID tid);
  LogicalPartition get_logical_partition_by_tree(Context, IndexPartition handle, FieldSpace fspace,
                                                 RegionTreeID tid) {
    return get_logical_partition_by_tree(handle, fspace, tid);
  }
  LogicalRegion get_logical_subregion(LogicalPartition parent, IndexSpace handle);
  LogicalRegion get_logical_subregion(Context, LogicalPartition parent, IndexSpace handle) {
    return get_logical_subregion(parent, handle);
  }
  template <int DIM, typename COORD_T>
  LogicalRegionT<DIM, COORD_T> get_logical_subregion(LogicalPartitionT<DIM, COORD_T> parent,
                                                     IndexSpaceT<DIM, COORD_T> handle) {
    return LogicalRegionT<DIM, COORD_T>(get_logical_subregion(LogicalPartition(parent), IndexSpace(handle)));
  }
  LogicalRegion get_logical_subregion_by_color(LogicalPartition parent, const DomainPoint& color);
  LogicalRegion get_logical_subregion_by_color(Context, LogicalPartition parent, const DomainPoint& color) {
    return get_logical_subregion_by_color(parent, color);
  }
  template <int DIM, typename COORD_T>
  LogicalRegionT<DIM, COORD_T> get_logical_subregion_by_color(LogicalPartitionT<DIM, COORD_T> parent,
                                                              const DomainPoint& color) {
    return LogicalRegionT<DIM, COORD_T>(get_logical_subregion_by_color(LogicalPartition(parent), color));
  }
  bool has_logical_subregion_by_color(LogicalPartition parent, const DomainPoint& color) {
    return has_index_subspace(parent.get_index_partition(), color);
  }
  bool has_logical_subregion_by_color(Context, LogicalPartition parent, const DomainPoint& color) {
    return has_logical_subregion_by_color(parent, color);
  }
  LogicalRegion get_logical_subregion_by_tree(IndexSpace handle, FieldSpace fspace, RegionTreeID tid);
  LogicalRegion get_logical_subregion_by_tree(Context, IndexSpace handle, FieldSpace fspace,
                                              RegionTreeID tid) {
    return get_logical_subregion_by_tree(handle, fspace, tid);
  }
  Color get_logical_region_color(LogicalRegion handle) {
    return get_index_space_color(handle.get_index_space());
  }
  Color get_logical_region_color(Context, LogicalRegion handle) { return get_logical_region_color(handle); }
  DomainPoint get_logical_region_color_point(LogicalRegion handle) {
    return get_index_space_color_point(handle.get_index_space());
  }
  DomainPoint get_logical_region_color_point(Context, LogicalRegion handle) {
    return get_logical_region_color_point(handle);
  }
  Color get_logical_partition_color(LogicalPartition handle) {
    return get_index_partition_color(handle.get_index_partition());
  }
  Color get_logical_partition_color(Context, LogicalPartition handle) {
    return get_logical_partition_color(handle);
  }
  LogicalRegion get_parent_logical_region(LogicalPartition handle);
  LogicalRegion get_parent_logical_region(Context, LogicalPartition handle) {
    return get_parent_logical_region(handle);
  }
  bool has_parent_logical_partition(LogicalRegion handle);
  bool has_parent_logical_partition(Context, LogicalRegion handle) {
    return has_parent_logical_partition(handle);
  }
  LogicalPartition get_parent_logical_partition(LogicalRegion handle);
  LogicalPartition get_parent_logical_partition(Context, LogicalRegion handle) {
    return get_parent_logical_partition(handle);
  }

  // ---- argument maps

  ArgumentMap create_argument_map(Context) { return ArgumentMap(); }

  // ---- tasks

  // `outputs`: output regions are not supported.
  Future execute_task(Context ctx, const TaskLauncher& launcher,
                      std::vector<OutputRequirement>* outputs = nullptr);
  FutureMap execute_index_space(Context ctx, const IndexTaskLauncher& launcher,
                                std::vector<OutputRequirement>* outputs = nullptr);
  // Folds the results, in the order of the points when `ordered` (and otherwise too).
  Future execute_index_space(Context ctx, const IndexTaskLauncher& launcher, ReductionOpID redop,
                             bool ordered = true, std::vector<OutputRequirement>* outputs = nullptr);
  FutureMap execute_must_epoch(Context ctx, const MustEpochLauncher& launcher);
  Future reduce_future_map(Context ctx, const FutureMap& future_map, ReductionOpID redop, bool ordered = true,
                           MapperID map_id = 0, MappingTagID tag = 0, LEGION_PROVENANCE,
                           Future initial_value = Future());
  FutureMap construct_future_map(Context ctx, IndexSpace domain,
                                 const std::map<DomainPoint, UntypedBuffer>& data, bool collective = false,
                                 ShardingID sid = 0, bool implicit_sharding = false, LEGION_PROVENANCE);
  FutureMap construct_future_map(Context ctx, IndexSpace domain, const std::map<DomainPoint, Future>& futures,
                                 bool collective = false, ShardingID sid = 0, bool implicit_sharding = false,
                                 LEGION_PROVENANCE);
  FutureMap transform_future_map(Context ctx, const FutureMap& fm, IndexSpace new_domain,
                                 PointTransformFnptr fnptr, LEGION_PROVENANCE);
  FutureMap transform_future_map(Context ctx, const FutureMap& fm, IndexSpace new_domain,
                                 PointTransformFunctor* functor, bool take_ownership = false,
                                 LEGION_PROVENANCE);

  // ---- mapping by the task itself. `map_region` may wait for earlier operations that conflict.

  PhysicalRegion map_region(Context ctx, const InlineLauncher& launcher);
  PhysicalRegion map_region(Context ctx, const RegionRequirement& req, MapperID id = 0, MappingTagID tag = 0,
                            LEGION_PROVENANCE);
  PhysicalRegion map_region(Context ctx, unsigned idx, MapperID id = 0, MappingTagID tag = 0,
                            LEGION_PROVENANCE);
  void remap_region(Context ctx, PhysicalRegion region, LEGION_PROVENANCE);
  void unmap_region(Context ctx, PhysicalRegion region);
  void unmap_all_regions(Context ctx);

  // ---- fills, copies, external data

  template <typename T>
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, const T& value,
                  Predicate pred = Predicate::TRUE_PRED) {
    fill_field(ctx, handle, parent, fid, &value, sizeof(T), pred);
  }
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, const void* value,
                  size_t value_size, Predicate pred = Predicate::TRUE_PRED);
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, Future value,
                  Predicate pred = Predicate::TRUE_PRED);
  template <typename T>
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   const T& value, Predicate pred = Predicate::TRUE_PRED) {
    fill_fields(ctx, handle, parent, fields, &value, sizeof(T), pred);
  }
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   const void* value, size_t value_size, Predicate pred = Predicate::TRUE_PRED);
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   Future value, Predicate pred = Predicate::TRUE_PRED);
  void fill_fields(Context ctx, const FillLauncher& launcher);
  void fill_fields(Context ctx, const IndexFillLauncher& launcher);
  void discard_fields(Context ctx, const DiscardLauncher& launcher);
  void issue_copy_operation(Context ctx, const CopyLauncher& launcher);
  void issue_copy_operation(Context ctx, const IndexCopyLauncher& launcher);

  PhysicalRegion attach_external_resource(Context ctx, const AttachLauncher& launcher);
  Future detach_external_resource(Context ctx, PhysicalRegion region, const bool flush = true,
                                  const bool unordered = false, LEGION_PROVENANCE);
  ExternalResources attach_external_resources(Context ctx, const IndexAttachLauncher& launcher);
  Future detach_external_resources(Context ctx, ExternalResources resources, const bool flush = true,
                                   const bool unordered = false, LEGION_PROVENANCE);
  void progress_unordered_operations(Context) {}
  void issue_acquire(Context ctx, const AcquireLauncher& launcher);
  void issue_release(Context ctx, const ReleaseLauncher& launcher);

  // ---- predicates, barriers, collectives, locks

  Predicate create_predicate(Context ctx, const Future& value, LEGION_PROVENANCE);
  Predicate predicate_not(Context ctx, const Predicate& p, LEGION_PROVENANCE);
  Predicate predicate_and(Context ctx, const Predicate& a, const Predicate& b, LEGION_PROVENANCE);
  Predicate predicate_or(Context ctx, const Predicate& a, const Predicate& b, LEGION_PROVENANCE);
  Predicate create_predicate(Context ctx, const PredicateLauncher& launcher);
  Future get_predicate_future(Context ctx, const Predicate& p, LEGION_PROVENANCE);
  PhaseBarrier create_phase_barrier(Context ctx, unsigned arrivals);
  void destroy_phase_barrier(Context ctx, PhaseBarrier barrier);
  PhaseBarrier advance_phase_barrier(Context ctx, PhaseBarrier barrier);
  DynamicCollective create_dynamic_collective(Context ctx, unsigned arrivals, ReductionOpID redop,
                                              const void* init_value, size_t init_size);
  void destroy_dynamic_collective(Context ctx, DynamicCollective dc);
  void arrive_dynamic_collective(Context ctx, DynamicCollective dc, const void* buffer, size_t size,
                                 unsigned count = 1);
  void defer_dynamic_collective_arrival(Context ctx, DynamicCollective dc, const Future& value,
                                        unsigned count = 1);
  Future get_dynamic_collective_result(Context ctx, DynamicCollective dc, LEGION_PROVENANCE);
  DynamicCollective advance_dynamic_collective(Context ctx, DynamicCollective dc);
  Lock create_lock(Context ctx);
  void destroy_lock(Context ctx, Lock lock);

  // ---- order

  Future issue_mapping_fence(Context ctx, LEGION_PROVENANCE);
  Future issue_execution_fence(Context ctx, LEGION_PROVENANCE);
  // A promise that repetitions launch the same operations. Mismatched calls are errors.
  void begin_trace(Context ctx, TraceID tid, bool logical_only = false, bool static_trace = false,
                   const std::set<RegionTreeID>* managed = nullptr, LEGION_PROVENANCE);
  void end_trace(Context ctx, TraceID tid, LEGION_PROVENANCE);
  TraceID generate_dynamic_trace_id();
  static TraceID generate_static_trace_id();
  TraceID generate_library_trace_ids(const char* name, size_t count);
  void complete_frame(Context ctx, LEGION_PROVENANCE);
  void yield(Context ctx);
  void concurrent_task_barrier(Context ctx);

  // ---- measurements and tunables

  Future issue_timing_measurement(Context ctx, const TimingLauncher& launcher);
  Future get_current_time(Context ctx, Future precondition = Future());                  // double, seconds
  Future get_current_time_in_microseconds(Context ctx, Future precondition = Future());  // long long
  Future get_current_time_in_nanoseconds(Context ctx, Future precondition = Future());
  static long long get_zero_time();
  Future select_tunable_value(Context ctx, const TunableLauncher& launcher);
  Future select_tunable_value(Context ctx, TunableID tid, MapperID mapper = 0, MappingTagID tag = 0,
                              const void* args = nullptr, size_t argsize = 0);
  int get_tunable_value(Context ctx, TunableID tid, MapperID mapper = 0, MappingTagID tag = 0);
  size_t query_available_memory(Context ctx, Memory target);
  void print_once(Context ctx, FILE* f, const char* message);
  void log_once(Context ctx, Realm::LoggerMessage& message);

  // ---- the running task

  const Task* get_local_task(Context ctx) { return get_current_task(ctx); }
  const Task* get_current_task(Context ctx);
  Processor get_executing_processor(Context ctx);
  void raise_region_exception(Context ctx, PhysicalRegion region, bool nuclear);

  // ---- names and other information about handles

#define LEGION_NAMES(Handle)                                                                            \
  void attach_name(Handle handle, const char* name, bool is_mutable = false, bool local_only = false);  \
  void retrieve_name(Handle handle, const char*& result);                                               \
  void attach_semantic_information(Handle handle, SemanticTag tag, const void* buffer, size_t size,     \
                                   bool is_mutable = false, bool local_only = false);                   \
  bool retrieve_semantic_information(Handle handle, SemanticTag tag, const void*& result, size_t& size, \
                                     bool can_fail = false, bool wait_until_ready = false);
  LEGION_NAMES(TaskID)
  LEGION_NAMES(IndexSpace)
  LEGION_NAMES(IndexPartition)
  LEGION_NAMES(FieldSpace)
  LEGION_NAMES(LogicalRegion)
  LEGION_NAMES(LogicalPartition)
#undef LEGION_NAMES
  void attach_name(FieldSpace handle, FieldID fid, const char* name, bool is_mutable = false,
                   bool local_only = false);
  void retrieve_name(FieldSpace handle, FieldID fid, const char*& result);
  void attach_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag, const void* buffer,
                                   size_t size, bool is_mutable = false, bool local_only = false);
  bool retrieve_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag, const void*& result,
                                     size_t& size, bool can_fail = false, bool wait_until_ready = false);

  // ---- registration. The static forms before the start or in callbacks, the others while running.

  template <typename T, T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task<T, TASK_PTR>, Internal::result_bytes<T>(), nullptr, 0,
                       task_name, vid);
  }
  template <void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task<void, TASK_PTR>, 0, nullptr, 0, task_name, vid);
  }
  template <typename T, typename UDT,
            T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task_with_data<T, UDT, TASK_PTR>,
                       Internal::result_bytes<T>(), &user_data, sizeof(UDT), task_name, vid);
  }
  template <typename UDT,
            void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task_with_data<void, UDT, TASK_PTR>, 0, &user_data,
                       sizeof(UDT), task_name, vid);
  }
  // The code calls `legion_task_preamble` and `legion_task_postamble` itself.
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const CodeDescriptor& codedesc, const void* user_data = nullptr,
                                            size_t user_len = 0, const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID,
                                            size_t return_type_size = LEGION_MAX_RETURN_SIZE,
                                            bool has_return_type_size = true, bool check_task_id = true);
  template <typename T, T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<T, TASK_PTR>(registrar, nullptr, vid);
  }
  template <void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<TASK_PTR>(registrar, nullptr, vid);
  }
  template <typename T, typename UDT,
            T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<T, UDT, TASK_PTR>(registrar, user_data, nullptr, vid);
  }
  template <typename UDT,
            void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<UDT, TASK_PTR>(registrar, user_data, nullptr, vid);
  }
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const CodeDescriptor& codedesc,
                                  const void* user_data = nullptr, size_t user_len = 0,
                                  size_t return_type_size = LEGION_MAX_RETURN_SIZE,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID, bool has_return_type_size = true) {
    return preregister_task_variant(registrar, codedesc, user_data, user_len, nullptr, vid, return_type_size,
                                    has_return_type_size);
  }

  static LayoutConstraintID preregister_layout(const LayoutConstraintRegistrar& registrar,
                                               LayoutConstraintID layout_id = LEGION_AUTO_GENERATE_ID);
  LayoutConstraintID register_layout(const LayoutConstraintRegistrar& registrar) {
    return preregister_layout(registrar);
  }
  void release_layout(LayoutConstraintID layout_id);
  FieldSpace get_layout_constraint_field_space(LayoutConstraintID layout_id);
  void get_layout_constraints(LayoutConstraintID layout_id, LayoutConstraintSet& constraints);
  const char* get_layout_constraints_name(LayoutConstraintID layout_id);

  template <typename REDOP>
  static void register_reduction_op(ReductionOpID redop_id, bool permit_duplicates = false) {
    register_reduction_op(redop_id, Realm::ReductionOpUntyped::create_reduction_op<REDOP>(), nullptr, nullptr,
                          permit_duplicates);
  }
  // Takes over `op`, which was allocated with malloc. Futures that serialize themselves are not reduced.
  static void register_reduction_op(ReductionOpID redop_id, ReductionOp* op, void* init_fnptr = nullptr,
                                    void* fold_fnptr = nullptr, bool permit_duplicates = false);
  static const ReductionOp* get_reduction_op(ReductionOpID redop_id);
  template <typename SERDEZ>
  static void register_custom_serdez_op(CustomSerdezID serdez_id, bool permit_duplicates = false) {
    register_custom_serdez_op(serdez_id, Realm::CustomSerdezUntyped::create_custom_serdez<SERDEZ>(),
                              permit_duplicates);
  }
  static void register_custom_serdez_op(CustomSerdezID serdez_id, SerdezOp* op,
                                        bool permit_duplicates = false);
  static const SerdezOp* get_serdez_op(CustomSerdezID serdez_id);

  static void preregister_projection_functor(ProjectionID pid, ProjectionFunctor* functor);
  void register_projection_functor(ProjectionID pid, ProjectionFunctor* functor,
                                   bool silence_warnings = false, const char* warning_string = nullptr);
  static ProjectionFunctor* get_projection_functor(ProjectionID pid);
  static void preregister_sharding_functor(ShardingID sid, ShardingFunctor* functor);
  void register_sharding_functor(ShardingID sid, ShardingFunctor* functor, bool silence_warnings = false,
                                 const char* warning_string = nullptr);
  static ShardingFunctor* get_sharding_functor(ShardingID sid);
  static void preregister_concurrent_coloring_functor(ConcurrentID cid, ConcurrentColoringFunctor* functor);
  void register_concurrent_coloring_functor(ConcurrentID cid, ConcurrentColoringFunctor* functor,
                                            bool silence_warnings = false,
                                            const char* warning_string = nullptr);

#define LEGION_IDS(Type, name)               \
  Type generate_dynamic_##name##_id();       \
  static Type generate_static_##name##_id(); \
  Type generate_library_##name##_ids(const char* library, size_t count);
  LEGION_IDS(TaskID, task)
  LEGION_IDS(MapperID, mapper)
  LEGION_IDS(ProjectionID, projection)
  LEGION_IDS(ShardingID, sharding)
  LEGION_IDS(ConcurrentID, concurrent)
  LEGION_IDS(ReductionOpID, reduction)
  LEGION_IDS(CustomSerdezID, serdez)
#undef LEGION_IDS

  // ---- mappers (legion/legion_mapping.h)

  Mapping::MapperRuntime* get_mapper_runtime();
  void add_mapper(MapperID map_id, Mapping::Mapper* mapper, Processor proc = Processor::NO_PROC);
  void replace_default_mapper(Mapping::Mapper* mapper, Processor proc = Processor::NO_PROC);
  Mapping::Mapper* get_mapper(Context ctx, MapperID id, Processor target = Processor::NO_PROC);

  // ---- the program

  static const char* get_legion_version();
  static size_t get_maximum_dimension() { return LEGION_MAX_DIM; }
  // Runs the top-level task and returns the return code. With `background` returns 0 at once; then
  // `wait_for_shutdown` waits and returns it. `filter` removes the runtime's flags from `argv`.
  static int start(int argc, char** argv, bool background = false, bool supply_default_mapper = true,
                   bool filter = false);
  // Parses flags ahead of `start`.
  static void initialize(int* argc, char*** argv, bool filter = false, bool parse = true);
  static int wait_for_shutdown();
  static void set_return_code(int return_code);
  // LEGION_AUTO_GENERATE_ID: none.
  static void set_top_level_task_id(TaskID top_id);
  static void set_top_level_task_mapper_id(MapperID mapper_id);
  static const InputArgs& get_input_args();
  static void add_registration_callback(RegistrationCallbackFnptr callback, bool dedup = true,
                                        size_t dedup_tag = 0);
  static void add_registration_callback(RegistrationWithArgsCallbackFnptr callback,
                                        const UntypedBuffer& buffer, bool dedup = true, size_t dedup_tag = 0);
  static void perform_registration_callback(RegistrationCallbackFnptr callback, bool global,
                                            bool deduplicate = true, size_t dedup_tag = 0);
  static bool has_runtime();
  static Runtime* get_runtime(Processor p = Processor::NO_PROC);
  static bool has_context();
  static Context get_context();
  static const Task* get_context_task(Context ctx);
  // Tasks are never replicated: each is its only shard.
  ShardID get_shard_id(Context, bool I_know_what_I_am_doing = false) {
    (void)I_know_what_I_am_doing;
    return 0;
  }
  size_t get_num_shards(Context, bool I_know_what_I_am_doing = false) {
    (void)I_know_what_I_am_doing;
    return 1;
  }
  // For tasks that are registered as code.
  static void legion_task_preamble(const void* data, size_t datalen, Processor p, const Task*& task,
                                   const std::vector<PhysicalRegion>*& regions, Context& ctx,
                                   Runtime*& runtime);
  static void legion_task_postamble(Context ctx, const void* retvalptr = nullptr, size_t retvalsize = 0,
                                    bool owned = false,
                                    Realm::RegionInstance inst = Realm::RegionInstance::NO_INST,
                                    const void* metadataptr = nullptr, size_t metadatasize = 0);

  // Makes the calling thread a task; needs `start` in the background.
  Context begin_implicit_task(TaskID top_task_id, MapperID mapper_id, Processor::Kind proc_kind,
                              const char* task_name = nullptr, bool control_replicable = false,
                              unsigned shard_per_address_space = 1, int shard_id = -1,
                              DomainPoint shard_point = DomainPoint());
  void finish_implicit_task(Context ctx, Realm::Event effects = Realm::Event::NO_EVENT);
  // Runs a task as a top-level task.
  Future launch_top_level_task(const TaskLauncher& launcher);
#undef LEGION_PROVENANCE
#undef LEGION_COLOR
#undef LEGION_KIND

 private:
  static VariantID add_variant(const TaskVariantRegistrar& registrar, Internal::TaskBody body,
                               size_t result_bytes, const void* user_data, size_t user_bytes,
                               const char* task_name, VariantID variant);
  IndexPartition partition_by_rectangles(Context ctx, IndexSpace parent,
                                         const std::map<DomainPoint, std::vector<Domain>>& rectangles,
                                         IndexSpace colors, bool intersects, PartitionKind kind, Color color);
  // A space with other coordinates than coord_t.
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> typed_space(IndexSpace space) {
    return IndexSpaceT<DIM, COORD_T>(
        Internal::Handle::index_space(space.get_id(), space.get_tree_id(), Domain::type_tag<DIM, COORD_T>()));
  }
};

typedef Runtime HighLevelRuntime;

// What code that is registered as a task calls itself.
class LegionTaskWrapper {
 public:
  static void legion_task_preamble(const void* data, size_t datalen, Processor p, const Task*& task,
                                   const std::vector<PhysicalRegion>*& regions, Context& ctx,
                                   Runtime*& runtime) {
    Runtime::legion_task_preamble(data, datalen, p, task, regions, ctx, runtime);
  }
  static void legion_task_postamble(Context ctx, const void* retvalptr = nullptr, size_t retvalsize = 0,
                                    bool owned = false) {
    Runtime::legion_task_postamble(ctx, retvalptr, retvalsize, owned);
  }
};

}  // namespace Legion

#define LEGION_PRINT_ONCE(runtime, ctx, file, ...)           \
  do {                                                       \
    char legion_text[4096];                                  \
    snprintf(legion_text, sizeof(legion_text), __VA_ARGS__); \
    (runtime)->print_once(ctx, file, legion_text);           \
  } while (0)
