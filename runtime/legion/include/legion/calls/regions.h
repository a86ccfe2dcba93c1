// The calls that make and ask field spaces and regions. Source: Legion's API, sections 2 and 4.
#pragma once

#include <set>
#include <vector>

#include "legion/calls/typed_partitions.h"
#include "legion/field_allocator.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr

class RegionCalls : public TypedPartitionCalls {
 public:
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
  template <int DIM, typename COORD_T>
  LogicalRegionT<DIM, COORD_T> get_logical_subregion_by_color(Context, LogicalPartitionT<DIM, COORD_T> parent,
                                                              const DomainPoint& color) {
    return get_logical_subregion_by_color(parent, color);
  }
  template <int DIM, typename COORD_T, int COLOR_DIM, typename COLOR_COORD_T>
  LogicalRegionT<DIM, COORD_T> get_logical_subregion_by_color(LogicalPartitionT<DIM, COORD_T> parent,
                                                              Point<COLOR_DIM, COLOR_COORD_T> color) {
    return get_logical_subregion_by_color(parent, DomainPoint(color));
  }
  template <int DIM, typename COORD_T, int COLOR_DIM, typename COLOR_COORD_T>
  LogicalRegionT<DIM, COORD_T> get_logical_subregion_by_color(Context, LogicalPartitionT<DIM, COORD_T> parent,
                                                              Point<COLOR_DIM, COLOR_COORD_T> color) {
    return get_logical_subregion_by_color(parent, DomainPoint(color));
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
  DomainPoint get_logical_partition_color_point(LogicalPartition handle) {
    return DomainPoint(static_cast<coord_t>(get_logical_partition_color(handle)));
  }
  DomainPoint get_logical_partition_color_point(Context, LogicalPartition handle) {
    return get_logical_partition_color_point(handle);
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
};

#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
