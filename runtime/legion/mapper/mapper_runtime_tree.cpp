// MapperRuntime: index spaces, regions and names.
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager.h"

namespace Legion {
namespace Mapping {

namespace {

namespace core = palatine::legion;

core::Forest& forest_of(MapperContext ctx) {
  return ctx->manager.forest();
}

// Of a program in C++, which has handles of its own; null while another program runs.
Runtime* cpp_program() {
  return core::cpp_face ? Runtime::get_runtime() : nullptr;
}

// A region's index space names the region; others have `tid` 0.
core::Region* region_of_space(MapperContext ctx, IndexSpace space) {
  const uint32_t region = Internal::Handle::core_region(space);
  return region ? forest_of(ctx).find_region(region) : nullptr;
}
core::Region& need_region(MapperContext ctx, IndexSpace space) {
  core::Region* region = region_of_space(ctx, space);
  if (!region) ctx->reject("an index space that belongs to no region is used like one of a region");
  return *region;
}
core::Region& need_region(MapperContext ctx, const LogicalRegion& region) {
  return need_region(ctx, region.get_index_space());
}
core::Partition& need_partition(MapperContext ctx, IndexPartition handle) {
  core::Partition* partition = forest_of(ctx).find_partition(handle.get_id());
  if (!partition) ctx->reject("a partition is used that does not exist (was it destroyed?)");
  return *partition;
}
core::Partition& need_partition(MapperContext ctx, const LogicalPartition& handle) {
  return need_partition(ctx, handle.get_index_partition());
}
core::RootRegion& need_root(MapperContext ctx, FieldSpace fields) {
  core::Region* region = forest_of(ctx).find_region(fields.get_id());
  if (!region || !region->is_root()) ctx->reject("a field space is used that does not exist");
  return *region->root;
}
const core::Domain& domain_of(MapperContext ctx, IndexSpace space) {
  if (cpp_program()) return Internal::index_space_of(space, "a mapper").domain;
  return forest_of(ctx).ispace(space.get_id()).domain;
}

IndexSpace space_of(MapperContext ctx, core::Region& region) {
  return core::to_handle(forest_of(ctx), region).get_index_space();
}

IndexSpace add_space(MapperContext ctx, core::OwnedDomain domain) {
  const TypeTag tag = Internal::type_tag_of(domain.box.dim);
  if (cpp_program()) return Internal::make_index_space(std::move(domain), tag);
  return Internal::Handle::index_space(forest_of(ctx).create_ispace(std::move(domain)), 0, tag);
}

// A box from the corners of a domain.
core::Box box_of(const Domain& domain) {
  core::Box box;
  box.dim = domain.get_dim();
  for (int d = 0; d < box.dim; ++d) {
    box.lo[d] = domain.lo()[static_cast<unsigned>(d)];
    box.hi[d] = domain.hi()[static_cast<unsigned>(d)];
  }
  return box;
}

uint64_t color_index(MapperContext ctx, const core::Partition& partition, const DomainPoint& color) {
  int64_t p[core::kMaxDim] = {};
  for (int d = 0; d < color.get_dim(); ++d) p[d] = color.point_data[d];
  if (color.get_dim() != partition.colors.dim || !partition.colors.contains_point(p)) {
    ctx->reject("a partition is asked for a colour that it does not have");
  }
  return partition.colors.linear_index(p);
}

DomainPoint color_of(const core::Region& region) {
  if (!region.parent) return DomainPoint(0);
  return core::point_of(region.parent->colors, region.color);
}

}  // namespace

// ---- index spaces

IndexSpace MapperRuntime::create_index_space(MapperContext ctx, const Domain& bounds, TypeTag, const char*,
                                             bool) const {
  return add_space(ctx, core::OwnedDomain(box_of(bounds)));
}
IndexSpace MapperRuntime::create_index_space(MapperContext ctx, const std::vector<DomainPoint>& points,
                                             const char* provenance) const {
  std::vector<Domain> rects;
  for (const DomainPoint& point : points) rects.push_back(Domain(point, point));
  return create_index_space(ctx, rects, provenance);
}
IndexSpace MapperRuntime::create_index_space(MapperContext ctx, const std::vector<Domain>& rects,
                                             const char*) const {
  if (rects.empty()) ctx->reject("an index space is made of nothing");
  core::OwnedDomain all(box_of(rects.front()));
  for (size_t k = 1; k < rects.size(); ++k) {
    all = core::unite(all, core::OwnedDomain(box_of(rects[k])));
  }
  return add_space(ctx, std::move(all));
}
IndexSpace MapperRuntime::union_index_spaces(MapperContext ctx, const std::vector<IndexSpace>& sources,
                                             const char*) const {
  if (sources.empty()) ctx->reject("the union of no index spaces is asked for");
  const core::Domain& first = domain_of(ctx, sources.front());
  core::OwnedDomain all = core::unite(first, first);
  for (const IndexSpace& source : sources) all = core::unite(all, domain_of(ctx, source));
  return add_space(ctx, std::move(all));
}
IndexSpace MapperRuntime::intersect_index_spaces(MapperContext ctx, const std::vector<IndexSpace>& sources,
                                                 const char*) const {
  if (sources.empty()) ctx->reject("the intersection of no index spaces is asked for");
  const core::Domain& first = domain_of(ctx, sources.front());
  core::OwnedDomain all = core::unite(first, first);
  for (const IndexSpace& source : sources) all = core::intersect(all, domain_of(ctx, source));
  return add_space(ctx, std::move(all));
}
IndexSpace MapperRuntime::subtract_index_spaces(MapperContext ctx, IndexSpace left, IndexSpace right,
                                                const char*) const {
  return add_space(ctx, core::subtract(domain_of(ctx, left), domain_of(ctx, right)));
}

bool MapperRuntime::is_index_space_empty(MapperContext ctx, IndexSpace handle) const {
  return domain_of(ctx, handle).is_empty();
}
bool MapperRuntime::index_spaces_overlap(MapperContext ctx, IndexSpace one, IndexSpace two) const {
  return core::overlaps(domain_of(ctx, one), domain_of(ctx, two));
}
bool MapperRuntime::index_space_dominates(MapperContext ctx, IndexSpace test, IndexSpace dominator) const {
  return core::contains(domain_of(ctx, dominator), domain_of(ctx, test));
}

// Partitions of a region are numbered in the order in which they were made.
bool MapperRuntime::has_index_partition(MapperContext ctx, IndexSpace parent, Color color) const {
  if (Runtime* program = cpp_program())
    return program->has_index_partition(parent, DomainPoint(static_cast<coord_t>(color)));
  core::Region& region = need_region(ctx, parent);
  std::lock_guard lock(region.root->mutex);
  return color < region.partitions.size();
}
IndexPartition MapperRuntime::get_index_partition(MapperContext ctx, IndexSpace parent, Color color) const {
  if (Runtime* program = cpp_program())
    return program->get_index_partition(parent, DomainPoint(static_cast<coord_t>(color)));
  core::Region& region = need_region(ctx, parent);
  std::lock_guard lock(region.root->mutex);
  if (color >= region.partitions.size()) ctx->reject("a region has no partition of that colour");
  return core::to_handle(*region.partitions[color]).get_index_partition();
}
IndexSpace MapperRuntime::get_index_subspace(MapperContext ctx, IndexPartition p, Color color) const {
  return get_index_subspace(ctx, p, DomainPoint(static_cast<coord_t>(color)));
}
IndexSpace MapperRuntime::get_index_subspace(MapperContext ctx, IndexPartition p,
                                             const DomainPoint& color) const {
  if (Runtime* program = cpp_program()) return program->get_index_subspace(p, color);
  core::Partition& partition = need_partition(ctx, p);
  return space_of(ctx, forest_of(ctx).subregion(partition, color_index(ctx, partition, color)));
}
bool MapperRuntime::has_multiple_domains(MapperContext ctx, IndexSpace handle) const {
  return !domain_of(ctx, handle).is_dense();
}
Domain MapperRuntime::get_index_space_domain(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_space_domain(handle);
  return core::to_domain(domain_of(ctx, handle));
}
void MapperRuntime::get_index_space_domains(MapperContext ctx, IndexSpace handle,
                                            std::vector<Domain>& domains) const {
  core::for_each_box(domain_of(ctx, handle),
                     [&](const core::Box& box) { domains.push_back(core::to_domain(box)); });
}
Domain MapperRuntime::get_index_partition_color_space(MapperContext ctx, IndexPartition p) const {
  if (Runtime* program = cpp_program()) return program->get_index_partition_color_space(p);
  return core::to_domain(need_partition(ctx, p).colors);
}
IndexSpace MapperRuntime::get_index_partition_color_space_name(MapperContext ctx, IndexPartition p) const {
  if (Runtime* program = cpp_program()) return program->get_index_partition_color_space_name(p);
  return add_space(ctx, core::OwnedDomain(need_partition(ctx, p).colors));
}
void MapperRuntime::get_index_space_partition_colors(MapperContext ctx, IndexSpace sp,
                                                     std::set<Color>& colors) const {
  if (Runtime* program = cpp_program()) return program->get_index_space_partition_colors(sp, colors);
  core::Region& region = need_region(ctx, sp);
  std::lock_guard lock(region.root->mutex);
  for (Color k = 0; k < region.partitions.size(); ++k) colors.insert(k);
}
bool MapperRuntime::is_index_partition_disjoint(MapperContext ctx, IndexPartition p) const {
  if (Runtime* program = cpp_program()) return program->is_index_partition_disjoint(p);
  return need_partition(ctx, p).is_disjoint;
}
bool MapperRuntime::is_index_partition_complete(MapperContext ctx, IndexPartition p) const {
  if (Runtime* program = cpp_program()) return program->is_index_partition_complete(p);
  return need_partition(ctx, p).is_complete();
}
Color MapperRuntime::get_index_space_color(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_space_color(handle);
  core::Region& region = need_region(ctx, handle);
  if (!region.parent) return 0;
  return region.parent->colors.dim == 1 ? static_cast<Color>(color_of(region).point_data[0])
                                        : static_cast<Color>(region.color);
}
DomainPoint MapperRuntime::get_index_space_color_point(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_space_color_point(handle);
  return color_of(need_region(ctx, handle));
}
Color MapperRuntime::get_index_partition_color(MapperContext ctx, IndexPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_partition_color(handle);
  core::Partition& partition = need_partition(ctx, handle);
  core::Region& parent = *partition.parent;
  std::lock_guard lock(parent.root->mutex);
  for (Color k = 0; k < parent.partitions.size(); ++k) {
    if (parent.partitions[k] == &partition) return k;
  }
  return 0;
}
IndexSpace MapperRuntime::get_parent_index_space(MapperContext ctx, IndexPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_parent_index_space(handle);
  return space_of(ctx, *need_partition(ctx, handle).parent);
}
bool MapperRuntime::has_parent_index_partition(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->has_parent_index_partition(handle);
  core::Region* region = region_of_space(ctx, handle);
  return region && region->parent;
}
IndexPartition MapperRuntime::get_parent_index_partition(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_parent_index_partition(handle);
  core::Region& region = need_region(ctx, handle);
  if (!region.parent) ctx->reject("a root is asked for its parent partition");
  return core::to_handle(*region.parent).get_index_partition();
}
unsigned MapperRuntime::get_index_space_depth(MapperContext ctx, IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_space_depth(handle);
  unsigned depth = 0;
  for (core::Region* r = region_of_space(ctx, handle); r && r->parent; r = r->parent->parent) depth += 2;
  return depth;
}
unsigned MapperRuntime::get_index_partition_depth(MapperContext ctx, IndexPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_index_partition_depth(handle);
  return get_index_space_depth(ctx, get_parent_index_space(ctx, handle)) + 1;
}

// ---- fields and regions

size_t MapperRuntime::get_field_size(MapperContext ctx, FieldSpace handle, FieldID fid) const {
  if (Runtime* program = cpp_program()) return program->get_field_size(handle, fid);
  core::RootRegion& root = need_root(ctx, handle);
  if (fid >= root.fields.size()) ctx->reject("a field space has no field " + std::to_string(fid));
  return root.fields[fid].size_bytes;
}
void MapperRuntime::get_field_space_fields(MapperContext ctx, FieldSpace handle,
                                           std::vector<FieldID>& fields) const {
  if (Runtime* program = cpp_program()) return program->get_field_space_fields(handle, fields);
  for (FieldID k = 0; k < need_root(ctx, handle).fields.size(); ++k) fields.push_back(k);
}
void MapperRuntime::get_field_space_fields(MapperContext ctx, FieldSpace handle,
                                           std::set<FieldID>& fields) const {
  if (Runtime* program = cpp_program()) return program->get_field_space_fields(handle, fields);
  for (FieldID k = 0; k < need_root(ctx, handle).fields.size(); ++k) fields.insert(k);
}

LogicalPartition MapperRuntime::get_logical_partition(MapperContext ctx, LogicalRegion parent,
                                                      IndexPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_logical_partition(parent, handle);
  return core::to_handle(need_partition(ctx, handle));
}
LogicalPartition MapperRuntime::get_logical_partition_by_color(MapperContext ctx, LogicalRegion parent,
                                                               Color color) const {
  if (Runtime* program = cpp_program())
    return program->get_logical_partition_by_color(parent, DomainPoint(static_cast<coord_t>(color)));
  return core::to_handle(need_partition(ctx, get_index_partition(ctx, parent.get_index_space(), color)));
}
LogicalPartition MapperRuntime::get_logical_partition_by_color(MapperContext ctx, LogicalRegion parent,
                                                               const DomainPoint& color) const {
  if (Runtime* program = cpp_program()) return program->get_logical_partition_by_color(parent, color);
  return get_logical_partition_by_color(ctx, parent, static_cast<Color>(color.point_data[0]));
}
LogicalPartition MapperRuntime::get_logical_partition_by_tree(MapperContext ctx, IndexPartition handle,
                                                              FieldSpace fields, RegionTreeID tree) const {
  if (Runtime* program = cpp_program()) return program->get_logical_partition_by_tree(handle, fields, tree);
  return core::to_handle(need_partition(ctx, handle));
}
LogicalRegion MapperRuntime::get_logical_subregion(MapperContext ctx, LogicalPartition parent,
                                                   IndexSpace handle) const {
  if (Runtime* program = cpp_program()) return program->get_logical_subregion(parent, handle);
  return core::to_handle(forest_of(ctx), need_region(ctx, handle));
}
LogicalRegion MapperRuntime::get_logical_subregion_by_color(MapperContext ctx, LogicalPartition parent,
                                                            Color color) const {
  return get_logical_subregion_by_color(ctx, parent, DomainPoint(static_cast<coord_t>(color)));
}
LogicalRegion MapperRuntime::get_logical_subregion_by_color(MapperContext ctx, LogicalPartition parent,
                                                            const DomainPoint& color) const {
  if (Runtime* program = cpp_program()) return program->get_logical_subregion_by_color(parent, color);
  core::Partition& partition = need_partition(ctx, parent);
  return core::to_handle(forest_of(ctx),
                         forest_of(ctx).subregion(partition, color_index(ctx, partition, color)));
}
LogicalRegion MapperRuntime::get_logical_subregion_by_tree(MapperContext ctx, IndexSpace handle,
                                                           FieldSpace fields, RegionTreeID tree) const {
  if (Runtime* program = cpp_program()) return program->get_logical_subregion_by_tree(handle, fields, tree);
  return core::to_handle(forest_of(ctx), need_region(ctx, handle));
}
Color MapperRuntime::get_logical_region_color(MapperContext ctx, LogicalRegion handle) const {
  if (Runtime* program = cpp_program()) return program->get_logical_region_color(handle);
  return get_index_space_color(ctx, handle.get_index_space());
}
DomainPoint MapperRuntime::get_logical_region_color_point(MapperContext ctx, LogicalRegion handle) const {
  if (Runtime* program = cpp_program()) return program->get_logical_region_color_point(handle);
  return color_of(need_region(ctx, handle));
}
Color MapperRuntime::get_logical_partition_color(MapperContext ctx, LogicalPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_logical_partition_color(handle);
  return get_index_partition_color(ctx, handle.get_index_partition());
}
LogicalRegion MapperRuntime::get_parent_logical_region(MapperContext ctx, LogicalPartition handle) const {
  if (Runtime* program = cpp_program()) return program->get_parent_logical_region(handle);
  return core::to_handle(forest_of(ctx), *need_partition(ctx, handle).parent);
}
bool MapperRuntime::has_parent_logical_partition(MapperContext ctx, LogicalRegion handle) const {
  if (Runtime* program = cpp_program()) return program->has_parent_logical_partition(handle);
  return need_region(ctx, handle).parent != nullptr;
}
LogicalPartition MapperRuntime::get_parent_logical_partition(MapperContext ctx, LogicalRegion handle) const {
  if (Runtime* program = cpp_program()) return program->get_parent_logical_partition(handle);
  core::Region& region = need_region(ctx, handle);
  if (!region.parent) ctx->reject("a root is asked for its parent partition");
  return core::to_handle(*region.parent);
}

// ---- names

// What has none is "".
template <typename... Handle>
static void name_of_cpp_program(const char*& result, Handle... handle) {
  cpp_program()->retrieve_name(handle..., result);
  if (!result) result = "";
}

void MapperRuntime::retrieve_name(MapperContext ctx, TaskID task_id, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, task_id);
  const core::CatalogTask* task = ctx->manager.find_task(task_id);
  result = task ? task->name.c_str() : "";
}
void MapperRuntime::retrieve_name(MapperContext ctx, IndexSpace handle, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle);
  core::Region* region = region_of_space(ctx, handle);
  result = region && region->is_root() ? region->root->name.c_str() : "";
}
void MapperRuntime::retrieve_name(MapperContext, IndexPartition handle, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle);
  result = "";
}
void MapperRuntime::retrieve_name(MapperContext ctx, FieldSpace handle, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle);
  result = need_root(ctx, handle).field_space_name.c_str();
}
void MapperRuntime::retrieve_name(MapperContext ctx, FieldSpace handle, FieldID fid,
                                  const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle, fid);
  core::RootRegion& root = need_root(ctx, handle);
  result = fid < root.fields.size() && root.fields[fid].name ? root.fields[fid].name : "";
}
void MapperRuntime::retrieve_name(MapperContext ctx, LogicalRegion handle, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle);
  result = need_region(ctx, handle).root->name.c_str();
}
void MapperRuntime::retrieve_name(MapperContext, LogicalPartition handle, const char*& result) const {
  if (cpp_program()) return name_of_cpp_program(result, handle);
  result = "";
}

// Names are all the information that programs of this face attach.
#define PALATINE_SEMANTIC(Handle)                                                                           \
  bool MapperRuntime::retrieve_semantic_information(MapperContext ctx, Handle handle, SemanticTag tag,      \
                                                    const void*& result, size_t& size, bool can_fail, bool) \
      const {                                                                                               \
    if (Runtime* program = cpp_program())                                                                   \
      return program->retrieve_semantic_information(handle, tag, result, size, can_fail, true);             \
    const char* name = "";                                                                                  \
    if (tag == LEGION_NAME_SEMANTIC_TAG) retrieve_name(ctx, handle, name);                                  \
    if (*name == 0) {                                                                                       \
      if (can_fail) return false;                                                                           \
      ctx->reject("it asks for information that was not attached");                                         \
    }                                                                                                       \
    result = name;                                                                                          \
    size = strlen(name) + 1;                                                                                \
    return true;                                                                                            \
  }
PALATINE_SEMANTIC(TaskID)
PALATINE_SEMANTIC(IndexSpace)
PALATINE_SEMANTIC(IndexPartition)
PALATINE_SEMANTIC(FieldSpace)
PALATINE_SEMANTIC(LogicalRegion)
PALATINE_SEMANTIC(LogicalPartition)
#undef PALATINE_SEMANTIC

bool MapperRuntime::retrieve_semantic_information(MapperContext ctx, FieldSpace handle, FieldID fid,
                                                  SemanticTag tag, const void*& result, size_t& size,
                                                  bool can_fail, bool) const {
  if (Runtime* program = cpp_program())
    return program->retrieve_semantic_information(handle, fid, tag, result, size, can_fail, true);
  const char* name = "";
  if (tag == LEGION_NAME_SEMANTIC_TAG) retrieve_name(ctx, handle, fid, name);
  if (*name == 0) {
    if (can_fail) return false;
    ctx->reject("it asks for information that was not attached");
  }
  result = name;
  size = strlen(name) + 1;
  return true;
}

}  // namespace Mapping
}  // namespace Legion
