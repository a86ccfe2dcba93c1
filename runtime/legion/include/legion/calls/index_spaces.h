// The calls that make and ask index spaces. Source: Legion's API, sections 2 and 4.
#pragma once

#include <set>
#include <vector>

#include "legion/future.h"
#include "legion/handles.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr

class IndexSpaceCalls {
 public:
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

 private:
  // A space with other coordinates than coord_t.
  template <int DIM, typename COORD_T>
  IndexSpaceT<DIM, COORD_T> typed_space(IndexSpace space) {
    return IndexSpaceT<DIM, COORD_T>(
        Internal::Handle::index_space(space.get_id(), space.get_tree_id(), Domain::type_tag<DIM, COORD_T>()));
  }
};

#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
