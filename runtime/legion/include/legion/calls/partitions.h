// The calls that make partitions. Source: Legion's API, section 4.1.
#pragma once

#include <map>
#include <vector>

#include "legion/calls/index_spaces.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr
#define LEGION_COLOR Color color = LEGION_AUTO_GENERATE_ID
#define LEGION_KIND PartitionKind part_kind = LEGION_COMPUTE_KIND

class PartitionCalls : public IndexSpaceCalls {
 public:
  // ---- partitions; section 4.1 of the API. `color` names the partition among those of its parent.

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
  // Fills a field of points one to one: the k-th element of `domain` gets the k-th point of `range`, and in
  // the bidirectional form the other way round as well. They wait for the tasks that use the fields.
  void create_association(Context ctx, LogicalRegion domain, LogicalRegion domain_parent, FieldID domain_fid,
                          IndexSpace range, MapperID id = 0, MappingTagID tag = 0,
                          UntypedBuffer map_arg = UntypedBuffer(), LEGION_PROVENANCE);
  void create_bidirectional_association(Context ctx, LogicalRegion domain, LogicalRegion domain_parent,
                                        FieldID domain_fid, LogicalRegion range, LogicalRegion range_parent,
                                        FieldID range_fid, MapperID id = 0, MappingTagID tag = 0,
                                        UntypedBuffer map_arg = UntypedBuffer(), LEGION_PROVENANCE) {
    create_association(ctx, domain, domain_parent, domain_fid, range.get_index_space(), id, tag, map_arg,
                       provenance);
    create_association(ctx, range, range_parent, range_fid, domain.get_index_space(), id, tag, map_arg,
                       provenance);
  }
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

 private:
  IndexPartition partition_by_rectangles(Context ctx, IndexSpace parent,
                                         const std::map<DomainPoint, std::vector<Domain>>& rectangles,
                                         IndexSpace colors, bool intersects, PartitionKind kind, Color color);
};

#undef LEGION_PROVENANCE
#undef LEGION_COLOR
#undef LEGION_KIND

}  // namespace Legion::Internal
