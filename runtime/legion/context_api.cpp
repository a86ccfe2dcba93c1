// The methods of api::Context.
#include <string>

#include "runtime/legion/context.h"
#include "runtime/realm/fatal.h"

namespace palatine::api {

using legion::Box;
using legion::ContextImpl;

template <int N>
Ispace Context::create_ispace(const Rect<N>& bounds) {
  return {ContextImpl::of(*this).forest().create_ispace(legion::to_box<N>(bounds))};
}

template <int N>
Rect<N> Context::bounds(Ispace ispace) {
  return legion::to_rect<N>(ContextImpl::of(*this).forest().ispace(ispace.id).box);
}

uint64_t Context::volume(Ispace ispace) {
  return ContextImpl::of(*this).forest().ispace(ispace.id).box.volume();
}

template <int N>
const Rect<N>* Context::rects(Ispace ispace, size_t& count) {
  const legion::IndexSpace& space = ContextImpl::of(*this).forest().ispace(ispace.id);
  count = space.box.is_empty() ? 0 : 1;
  static_assert(sizeof(Rect<N>) == 2 * N * sizeof(int64_t));
  return reinterpret_cast<const Rect<N>*>(space.rect);
}

Region Context::create_region(Ispace ispace, const FieldSpaceDesc& fields, const RegionInfo& info) {
  return {ContextImpl::of(*this).forest().create_root(ispace.id, fields, info).id};
}

Ispace Context::region_ispace(Region region) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.ispace_of(forest.region(region.id))};
}

void Context::destroy_region(Region region) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::Region& node = context.forest().region(region.id);
  if (!node.is_root()) realm::fatal_error("a subregion of `%s` cannot be destroyed", node.root->name.c_str());
  context.destroy(*node.root);
}

Partition Context::create_partition_equal(Region region, Ispace colors, SourceLoc) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.create_partition_equal(forest.region(region.id), colors.id).id};
}

Ispace Context::partition_colors(Partition partition) {
  return {ContextImpl::of(*this).forest().partition(partition.id).colors_id};
}

template <int N>
Region Context::subregion(Partition partition, PointOf<N> color, SourceLoc loc) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  legion::Partition& node = forest.partition(partition.id);
  int64_t c[3];
  legion::to_coordinates<N>(color, c);
  if (node.colors.dim != N || !node.colors.contains_point(c)) {
    std::string point = std::to_string(c[0]);
    for (int d = 1; d < N; ++d) point += ", " + std::to_string(c[d]);
    std::string message = "a partition of `" + node.parent->root->name + "` has no colour " +
                          (N > 1 ? "{" + point + "}" : point);
    runtime_error(message.c_str(), loc);
  }
  return {forest.subregion(node, node.colors.linear_index(c)).id};
}

void Context::destroy_partition(Partition partition) {
  ContextImpl& context = ContextImpl::of(*this);
  // It may have gone with its region.
  if (legion::Partition* node = context.forest().find_partition(partition.id)) context.destroy(*node);
}

Future Context::launch(const LaunchSiteDesc& site, const void* args, const FutureArg* futures,
                       uint32_t future_count) {
  return ContextImpl::of(*this).launch(site, args, futures, future_count);
}

void Context::fill(Region region, uint16_t field, const void* value, uint32_t size_bytes, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  context.fill(context.forest().region(region.id), field, value, size_bytes, loc);
}

void Context::execution_fence(bool block) {
  ContextImpl::of(*this).execution_fence(block);
}

// Launches are analysed and placed before `launch` returns: there is nothing to wait for.
void Context::mapping_fence(bool) {}

void Context::map(const MapDesc* maps, uint32_t count, SourceLoc loc) {
  ContextImpl::of(*this).map(maps, count, loc);
}

void Context::unmap(const MapDesc* maps, uint32_t count) {
  ContextImpl::of(*this).unmap(maps, count);
}

FieldAddress Context::field(Region region, uint16_t field) {
  ContextImpl& context = ContextImpl::of(*this);
  return context.field(context.forest().region(region.id), field);
}

int Context::argc() const {
  return static_cast<int>(ContextImpl::of(*this).runtime().arguments.size()) - 1;
}

char** Context::argv() const {
  return ContextImpl::of(*this).runtime().arguments.data();
}

#define PALATINE_FOR_DIMENSION(N)                             \
  template Ispace Context::create_ispace<N>(const Rect<N>&);  \
  template Rect<N> Context::bounds<N>(Ispace);                \
  template const Rect<N>* Context::rects<N>(Ispace, size_t&); \
  template Region Context::subregion<N>(Partition, PointOf<N>, SourceLoc);
PALATINE_FOR_DIMENSION(1)
PALATINE_FOR_DIMENSION(2)
PALATINE_FOR_DIMENSION(3)
#undef PALATINE_FOR_DIMENSION

}  // namespace palatine::api
