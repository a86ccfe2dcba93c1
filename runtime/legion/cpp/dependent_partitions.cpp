// Partitions that follow from the values of a field, and pending partitions.
#include "runtime/legion/partition_by_field.h"

#include <cstring>

#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/partitions.h"
#include "runtime/legion/cpp/shown_operations.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

namespace {

// Who is asked about a partition.
struct Asked {
  MapperID mapper;
  MappingTagID tag;
  const char* provenance;
};

// The address of a field for reading it now: waits for the tasks that write it.
api::FieldAddress read_field(TaskContext& context, const LogicalRegion& handle, const LogicalRegion& parent,
                             FieldID field, Legion::Partition::PartitionKind kind, const Asked& asked,
                             const char* call) {
  const std::string calls = std::string("calls ") + call;
  const RegionRequirement requirement = requirement_for(handle, parent, {field}, LEGION_READ_ONLY);
  check_use(context, requirement, calls.c_str());
  ask_mapper(context, kind, requirement, asked.mapper, asked.tag, asked.provenance);
  const FieldSpaceImpl& space = field_space_of(handle.get_field_space(), call);
  return context.core.read_now(region_of(handle), space.slot_of(field), {"C++", 0});
}

void check_size(FieldSpace space, FieldID field, int dim, bool is_range, const char* call) {
  const size_t size = field_space_of(space, call).size_of(field);
  const size_t wanted = static_cast<size_t>(dim) * sizeof(coord_t) * (is_range ? 2 : 1);
  if (size != wanted)
    palatine::realm::fatal_error(
        "error: %s: field %s has elements of %zu bytes; %s of %d dimensions have %zu", call,
        field_name(space, field).c_str(), size, is_range ? "rectangles" : "points", dim, wanted);
}

IndexPartition partition_by_image(TaskContext& context, IndexSpace handle, const LogicalPartition& projection,
                                  const LogicalRegion& parent, FieldID fid, IndexSpace colors,
                                  PartitionKind kind, Color color, bool is_range, const Asked& asked) {
  const char* call = "create_partition_by_image";
  const core::Region& space = index_space_of(handle, call);
  const core::Partition& source = partition_of(projection);
  check_size(parent.get_field_space(), fid, space.domain.box.dim, is_range, call);
  const LogicalRegion region = Runtime::get_runtime()->get_parent_logical_region(projection);
  const api::FieldAddress values =
      read_field(context, region, parent, fid,
                 is_range ? Legion::Partition::BY_IMAGE_RANGE : Legion::Partition::BY_IMAGE, asked, call);
  std::vector<core::OwnedDomain> images = core::pieces_by_image(space.domain, source, values, is_range);
  auto domains = for_each_color(colors, call, [&](const DomainPoint& point) {
    int64_t c[core::kMaxDim];
    coordinates_of(point, c);
    if (point.dim != source.colors.dim || !source.colors.contains_point(c))
      return empty_domain(space.domain.box.dim);
    return images[source.colors.linear_index(c)];
  });
  return make_partition(handle, colors, std::move(domains), kind, color, call);
}

IndexPartition partition_by_preimage(TaskContext& context, IndexPartition projection,
                                     const LogicalRegion& handle, const LogicalRegion& parent, FieldID fid,
                                     IndexSpace colors, PartitionKind kind, Color color, bool is_range,
                                     const Asked& asked) {
  const char* call = "create_partition_by_preimage";
  const core::Partition& target = index_partition_of(projection, call);
  check_size(parent.get_field_space(), fid, target.parent->domain.box.dim, is_range, call);
  const api::FieldAddress values = read_field(
      context, handle, parent, fid,
      is_range ? Legion::Partition::BY_PREIMAGE_RANGE : Legion::Partition::BY_PREIMAGE, asked, call);
  const core::Region& region = region_of(handle);
  std::vector<core::OwnedDomain> pieces = core::pieces_by_preimage(region.domain, target, values, is_range);
  auto domains = for_each_color(colors, call, [&](const DomainPoint& point) {
    int64_t c[core::kMaxDim];
    coordinates_of(point, c);
    if (point.dim != target.colors.dim || !target.colors.contains_point(c))
      return empty_domain(region.domain.box.dim);
    return pieces[target.colors.linear_index(c)];
  });
  return make_partition(handle.get_index_space(), colors, std::move(domains), kind, color, call);
}

}  // namespace

IndexPartition Internal::PartitionCalls::create_partition_by_field(
    Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, IndexSpace color_space, Color color,
    MapperID mapper, MappingTagID tag, PartitionKind kind, UntypedBuffer, const char* provenance) {
  const char* call = "create_partition_by_field";
  check_size(parent.get_field_space(), fid, color_space.get_dim(), false, call);
  const api::FieldAddress values =
      read_field(*ctx, handle, parent, fid, Legion::Partition::BY_FIELD, {mapper, tag, provenance}, call);
  const uint32_t colors = color_space_of(color_space, call);
  core::Forest& forest = forest_of_run(call);
  auto domains = core::pieces_by_field(region_of(handle).domain, values, forest.ispace(colors));
  return make_partition(handle.get_index_space(), color_space, std::move(domains), kind, color, call);
}

IndexPartition Internal::PartitionCalls::create_partition_by_image(
    Context ctx, IndexSpace handle, LogicalPartition projection, LogicalRegion parent, FieldID fid,
    IndexSpace color_space, PartitionKind kind, Color color, MapperID mapper, MappingTagID tag, UntypedBuffer,
    const char* provenance) {
  return partition_by_image(*ctx, handle, projection, parent, fid, color_space, kind, color, false,
                            {mapper, tag, provenance});
}

IndexPartition Internal::PartitionCalls::create_partition_by_image_range(
    Context ctx, IndexSpace handle, LogicalPartition projection, LogicalRegion parent, FieldID fid,
    IndexSpace color_space, PartitionKind kind, Color color, MapperID mapper, MappingTagID tag, UntypedBuffer,
    const char* provenance) {
  return partition_by_image(*ctx, handle, projection, parent, fid, color_space, kind, color, true,
                            {mapper, tag, provenance});
}

IndexPartition Internal::PartitionCalls::create_partition_by_preimage(
    Context ctx, IndexPartition projection, LogicalRegion handle, LogicalRegion parent, FieldID fid,
    IndexSpace color_space, PartitionKind kind, Color color, MapperID mapper, MappingTagID tag, UntypedBuffer,
    const char* provenance) {
  return partition_by_preimage(*ctx, projection, handle, parent, fid, color_space, kind, color, false,
                               {mapper, tag, provenance});
}

IndexPartition Internal::PartitionCalls::create_partition_by_preimage_range(
    Context ctx, IndexPartition projection, LogicalRegion handle, LogicalRegion parent, FieldID fid,
    IndexSpace color_space, PartitionKind kind, Color color, MapperID mapper, MappingTagID tag, UntypedBuffer,
    const char* provenance) {
  return partition_by_preimage(*ctx, projection, handle, parent, fid, color_space, kind, color, true,
                               {mapper, tag, provenance});
}

void Internal::PartitionCalls::create_association(Context ctx, LogicalRegion domain,
                                                  LogicalRegion domain_parent, FieldID fid, IndexSpace range,
                                                  MapperID, MappingTagID, UntypedBuffer, const char*) {
  const char* call = "create_association";
  const core::Domain& targets = index_space_of(range, call).domain;
  const FieldSpace fields = domain.get_field_space();
  check_size(fields, fid, targets.box.dim, false, call);
  check_use(*ctx, requirement_for(domain, domain_parent, {fid}, LEGION_WRITE_DISCARD), "associates");
  core::Region& region = region_of(domain);
  if (region.domain.volume() != targets.volume())
    palatine::realm::fatal_error("error: %s: %s associates %llu elements of %s with %llu points", call,
                                 who(ctx->task).c_str(),
                                 static_cast<unsigned long long>(region.domain.volume()),
                                 name_of(domain).c_str(), static_cast<unsigned long long>(targets.volume()));
  const api::FieldAddress to =
      ctx->core.read_now(region, field_space_of(fields, call).slot_of(fid), {"C++", 0}, true);
  Domain::DomainPointIterator target(domain_of(range));
  for (Domain::DomainPointIterator element(domain_of(domain.get_index_space())); element;
       element++, target++) {
    char* place = to.base;
    for (int d = 0; d < element.p.dim; d++) place += element.p[d] * to.stride_bytes[d];
    const DomainPoint point = *target;
    memcpy(place, point.point_data, static_cast<size_t>(point.dim) * sizeof(coord_t));
  }
}

}  // namespace Legion
