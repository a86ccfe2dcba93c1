// The calls that make and ask partitions, with the dimensions and the coordinates in the types of handles.
// Source: Legion's API, section 4. Each does what the untyped one of its name does.
#pragma once

#include <map>
#include <vector>

#include "legion/calls/partitions.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr
#define LEGION_COLOR Color color = LEGION_AUTO_GENERATE_ID
#define LEGION_KIND PartitionKind part_kind = LEGION_COMPUTE_KIND
#define LEGION_MAPPER MapperID id = 0, MappingTagID tag = 0, UntypedBuffer map_arg = UntypedBuffer()
// A space, and the colours of a partition.
#define LEGION_TYPES template <int D, typename T, int CD, typename CT>

class TypedPartitionCalls : public PartitionCalls {
 public:
  using PartitionCalls::create_cross_product_partitions;
  using PartitionCalls::create_equal_partition;
  using PartitionCalls::create_index_space_difference;
  using PartitionCalls::create_index_space_intersection;
  using PartitionCalls::create_index_space_union;
  using PartitionCalls::create_partition_by_difference;
  using PartitionCalls::create_partition_by_domain;
  using PartitionCalls::create_partition_by_field;
  using PartitionCalls::create_partition_by_image;
  using PartitionCalls::create_partition_by_image_range;
  using PartitionCalls::create_partition_by_intersection;
  using PartitionCalls::create_partition_by_preimage;
  using PartitionCalls::create_partition_by_preimage_range;
  using PartitionCalls::create_partition_by_union;
  using PartitionCalls::create_partition_by_weights;
  using PartitionCalls::create_pending_partition;
  using PartitionCalls::get_index_partition;
  using PartitionCalls::get_index_partition_color_space;
  using PartitionCalls::get_index_partition_color_space_name;
  using PartitionCalls::get_index_subspace;
  using PartitionCalls::get_parent_index_partition;
  using PartitionCalls::get_parent_index_space;
  using PartitionCalls::has_index_subspace;

  // ---- by arithmetic and by sets

  LEGION_TYPES
  IndexPartitionT<D, T> create_equal_partition(Context ctx, IndexSpaceT<D, T> parent,
                                               IndexSpaceT<CD, CT> color_space, size_t granularity = 1,
                                               LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_equal_partition(ctx, IndexSpace(parent), IndexSpace(color_space),
                                                        granularity, color, provenance));
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_weights(Context ctx, IndexSpaceT<D, T> parent,
                                                    const std::map<Point<CD, CT>, int>& weights,
                                                    IndexSpaceT<CD, CT> color_space, size_t granularity = 1,
                                                    LEGION_COLOR, LEGION_PROVENANCE) {
    return by_weights<D, T>(ctx, parent, std::map<DomainPoint, int>(weights.begin(), weights.end()),
                            color_space, granularity, color, provenance);
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_weights(Context ctx, IndexSpaceT<D, T> parent,
                                                    const std::map<Point<CD, CT>, size_t>& weights,
                                                    IndexSpaceT<CD, CT> color_space, size_t granularity = 1,
                                                    LEGION_COLOR, LEGION_PROVENANCE) {
    return by_weights<D, T>(ctx, parent, std::map<DomainPoint, size_t>(weights.begin(), weights.end()),
                            color_space, granularity, color, provenance);
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_weights(Context ctx, IndexSpaceT<D, T> parent,
                                                    const FutureMap& weights, IndexSpaceT<CD, CT> color_space,
                                                    size_t granularity = 1, LEGION_COLOR, LEGION_PROVENANCE) {
    return by_weights<D, T>(ctx, parent, weights, color_space, granularity, color, provenance);
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_union(Context ctx, IndexSpaceT<D, T> parent,
                                                  IndexPartitionT<D, T> handle1,
                                                  IndexPartitionT<D, T> handle2,
                                                  IndexSpaceT<CD, CT> color_space, LEGION_KIND, LEGION_COLOR,
                                                  LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_union(ctx, IndexSpace(parent), IndexPartition(handle1),
                                                           IndexPartition(handle2), IndexSpace(color_space),
                                                           part_kind, color, provenance));
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_intersection(Context ctx, IndexSpaceT<D, T> parent,
                                                         IndexPartitionT<D, T> handle1,
                                                         IndexPartitionT<D, T> handle2,
                                                         IndexSpaceT<CD, CT> color_space, LEGION_KIND,
                                                         LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_intersection(
        ctx, IndexSpace(parent), IndexPartition(handle1), IndexPartition(handle2), IndexSpace(color_space),
        part_kind, color, provenance));
  }
  template <int D, typename T>
  IndexPartitionT<D, T> create_partition_by_intersection(Context ctx, IndexSpaceT<D, T> parent,
                                                         IndexPartitionT<D, T> partition, LEGION_KIND,
                                                         LEGION_COLOR, bool dominates = false,
                                                         LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_intersection(
        ctx, IndexSpace(parent), IndexPartition(partition), part_kind, color, dominates, provenance));
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_difference(Context ctx, IndexSpaceT<D, T> parent,
                                                       IndexPartitionT<D, T> handle1,
                                                       IndexPartitionT<D, T> handle2,
                                                       IndexSpaceT<CD, CT> color_space, LEGION_KIND,
                                                       LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_difference(
        ctx, IndexSpace(parent), IndexPartition(handle1), IndexPartition(handle2), IndexSpace(color_space),
        part_kind, color, provenance));
  }
  template <int D, typename T>
  Color create_cross_product_partitions(Context ctx, IndexPartitionT<D, T> handle1,
                                        IndexPartitionT<D, T> handle2,
                                        std::map<IndexSpaceT<D, T>, IndexPartitionT<D, T>>& handles,
                                        LEGION_KIND, LEGION_COLOR, LEGION_PROVENANCE) {
    std::map<IndexSpace, IndexPartition> made;
    for (const auto& wanted : handles) made[wanted.first];
    color = create_cross_product_partitions(ctx, IndexPartition(handle1), IndexPartition(handle2), made,
                                            part_kind, color, provenance);
    for (const auto& [space, partition] : made)
      handles[IndexSpaceT<D, T>(space)] = IndexPartitionT<D, T>(partition);
    return color;
  }
  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_domain(Context ctx, IndexSpaceT<D, T> parent,
                                                   const FutureMap& domains, IndexSpaceT<CD, CT> color_space,
                                                   bool perform_intersections = true, LEGION_KIND,
                                                   LEGION_COLOR, LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_domain(ctx, IndexSpace(parent), domains,
                                                            IndexSpace(color_space), perform_intersections,
                                                            part_kind, color, provenance));
  }

  // ---- by the values of a field

  LEGION_TYPES
  IndexPartitionT<D, T> create_partition_by_field(Context ctx, LogicalRegionT<D, T> handle,
                                                  LogicalRegionT<D, T> parent, FieldID fid,
                                                  IndexSpaceT<CD, CT> color_space, LEGION_COLOR,
                                                  MapperID id = 0, MappingTagID tag = 0,
                                                  PartitionKind part_kind = LEGION_DISJOINT_KIND,
                                                  UntypedBuffer map_arg = UntypedBuffer(),
                                                  LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_partition_by_field(ctx, LogicalRegion(handle), LogicalRegion(parent),
                                                           fid, IndexSpace(color_space), color, id, tag,
                                                           part_kind, map_arg, provenance));
  }
  // From points of D1 dimensions to points of D2.
#define LEGION_IMAGE(Name)                                                                              \
  template <int D1, typename T1, int D2, typename T2, int CD, typename CT>                              \
  IndexPartitionT<D2, T2> Name(Context ctx, IndexSpaceT<D2, T2> handle,                                 \
                               LogicalPartitionT<D1, T1> projection, LogicalRegionT<D1, T1> parent,     \
                               FieldID fid, IndexSpaceT<CD, CT> color_space, LEGION_KIND, LEGION_COLOR, \
                               LEGION_MAPPER, LEGION_PROVENANCE) {                                      \
    return IndexPartitionT<D2, T2>(Name(ctx, IndexSpace(handle), LogicalPartition(projection),          \
                                        LogicalRegion(parent), fid, IndexSpace(color_space), part_kind, \
                                        color, id, tag, map_arg, provenance));                          \
  }
  LEGION_IMAGE(create_partition_by_image)
  LEGION_IMAGE(create_partition_by_image_range)
#undef LEGION_IMAGE
#define LEGION_PREIMAGE(Name)                                                                             \
  template <int D1, typename T1, int D2, typename T2, int CD, typename CT>                                \
  IndexPartitionT<D1, T1> Name(Context ctx, IndexPartitionT<D2, T2> projection,                           \
                               LogicalRegionT<D1, T1> handle, LogicalRegionT<D1, T1> parent, FieldID fid, \
                               IndexSpaceT<CD, CT> color_space, LEGION_KIND, LEGION_COLOR, LEGION_MAPPER, \
                               LEGION_PROVENANCE) {                                                       \
    return IndexPartitionT<D1, T1>(Name(ctx, IndexPartition(projection), LogicalRegion(handle),           \
                                        LogicalRegion(parent), fid, IndexSpace(color_space), part_kind,   \
                                        color, id, tag, map_arg, provenance));                            \
  }
  LEGION_PREIMAGE(create_partition_by_preimage)
  LEGION_PREIMAGE(create_partition_by_preimage_range)
#undef LEGION_PREIMAGE

  // ---- piece by piece

  LEGION_TYPES
  IndexPartitionT<D, T> create_pending_partition(Context ctx, IndexSpaceT<D, T> parent,
                                                 IndexSpaceT<CD, CT> color_space, LEGION_KIND, LEGION_COLOR,
                                                 LEGION_PROVENANCE) {
    return IndexPartitionT<D, T>(create_pending_partition(ctx, IndexSpace(parent), IndexSpace(color_space),
                                                          part_kind, color, provenance));
  }
#define LEGION_PIECE(Name)                                                                               \
  LEGION_TYPES                                                                                           \
  IndexSpaceT<D, T> Name(Context ctx, IndexPartitionT<D, T> parent, Point<CD, CT> color,                 \
                         const std::vector<IndexSpaceT<D, T>>& handles, LEGION_PROVENANCE) {             \
    return IndexSpaceT<D, T>(Name(ctx, IndexPartition(parent), DomainPoint(color),                       \
                                  std::vector<IndexSpace>(handles.begin(), handles.end()), provenance)); \
  }                                                                                                      \
  LEGION_TYPES                                                                                           \
  IndexSpaceT<D, T> Name(Context ctx, IndexPartitionT<D, T> parent, Point<CD, CT> color,                 \
                         IndexPartitionT<D, T> handle, LEGION_PROVENANCE) {                              \
    return IndexSpaceT<D, T>(                                                                            \
        Name(ctx, IndexPartition(parent), DomainPoint(color), IndexPartition(handle), provenance));      \
  }
  LEGION_PIECE(create_index_space_union)
  LEGION_PIECE(create_index_space_intersection)
#undef LEGION_PIECE
  LEGION_TYPES
  IndexSpaceT<D, T> create_index_space_difference(Context ctx, IndexPartitionT<D, T> parent,
                                                  Point<CD, CT> color, IndexSpaceT<D, T> initial,
                                                  const std::vector<IndexSpaceT<D, T>>& handles,
                                                  LEGION_PROVENANCE) {
    return IndexSpaceT<D, T>(
        create_index_space_difference(ctx, IndexPartition(parent), DomainPoint(color), IndexSpace(initial),
                                      std::vector<IndexSpace>(handles.begin(), handles.end()), provenance));
  }

  // ---- questions. The forms with a context do the same.

#define LEGION_BOTH(Types, Result, Name, Parameter, Argument)     \
  Types Result Name(Parameter) { return Result(Name(Argument)); } \
  Types Result Name(Context, Parameter) { return Result(Name(Argument)); }
#define LEGION_SPACE template <int D, typename T>
#define LEGION_COMMA ,
  LEGION_BOTH(LEGION_SPACE, IndexSpaceT<D LEGION_COMMA T>, get_parent_index_space,
              IndexPartitionT<D LEGION_COMMA T> p, IndexPartition(p))
  LEGION_BOTH(LEGION_SPACE, IndexPartitionT<D LEGION_COMMA T>, get_parent_index_partition,
              IndexSpaceT<D LEGION_COMMA T> s, IndexSpace(s))
  LEGION_BOTH(LEGION_SPACE, IndexPartitionT<D LEGION_COMMA T>, get_index_partition,
              IndexSpaceT<D LEGION_COMMA T> parent LEGION_COMMA const DomainPoint& color,
              IndexSpace(parent) LEGION_COMMA color)
  LEGION_BOTH(LEGION_TYPES, IndexSpaceT<D LEGION_COMMA T>, get_index_subspace,
              IndexPartitionT<D LEGION_COMMA T> p LEGION_COMMA Point<CD LEGION_COMMA CT> color,
              IndexPartition(p) LEGION_COMMA DomainPoint(color))
  LEGION_BOTH(LEGION_SPACE, IndexSpaceT<D LEGION_COMMA T>, get_index_subspace,
              IndexPartitionT<D LEGION_COMMA T> p LEGION_COMMA const DomainPoint& color,
              IndexPartition(p) LEGION_COMMA color)
  LEGION_BOTH(LEGION_TYPES, DomainT<CD LEGION_COMMA CT>, get_index_partition_color_space,
              IndexPartitionT<D LEGION_COMMA T> p, IndexPartition(p))
  LEGION_BOTH(LEGION_TYPES, IndexSpaceT<CD LEGION_COMMA CT>, get_index_partition_color_space_name,
              IndexPartitionT<D LEGION_COMMA T> p, IndexPartition(p))
#undef LEGION_COMMA
#undef LEGION_SPACE
#undef LEGION_BOTH

 private:
  template <int D, typename T, typename Weights>
  IndexPartitionT<D, T> by_weights(Context ctx, IndexSpace parent, const Weights& weights, IndexSpace colors,
                                   size_t granularity, Color color, const char* provenance) {
    return IndexPartitionT<D, T>(
        create_partition_by_weights(ctx, parent, weights, colors, granularity, color, provenance));
  }
};

#undef LEGION_TYPES
#undef LEGION_MAPPER
#undef LEGION_KIND
#undef LEGION_COLOR
#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
