// The methods of api::Context.
#include <atomic>
#include <span>
#include <vector>

#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/realm/fatal.h"

namespace palatine::api {

using legion::Box;
using legion::ContextImpl;

template <int N>
Ispace Context::create_ispace(const Rect<N>& bounds) {
  return {ContextImpl::of(*this).forest().create_ispace(legion::OwnedDomain(legion::to_box<N>(bounds)))};
}

template <int N>
Rect<N> Context::find_bounds(Ispace ispace) {
  return legion::to_rect<N>(ContextImpl::of(*this).forest().ispace(ispace.id).domain.box);
}

uint64_t Context::volume(Ispace ispace) {
  return ContextImpl::of(*this).forest().ispace(ispace.id).domain.volume();
}

Ispace Context::ispace_union(Ispace a, Ispace b) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.create_ispace(legion::unite(forest.ispace(a.id).domain, forest.ispace(b.id).domain))};
}
Ispace Context::ispace_intersection(Ispace a, Ispace b) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.create_ispace(legion::intersect(forest.ispace(a.id).domain, forest.ispace(b.id).domain))};
}
Ispace Context::ispace_difference(Ispace a, Ispace b) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.create_ispace(legion::subtract(forest.ispace(a.id).domain, forest.ispace(b.id).domain))};
}

template <int N>
bool Context::contains(Ispace ispace, const PointOf<N>& point) {
  int64_t c[kMaxDim];
  legion::to_coordinates<N>(point, c);
  return ContextImpl::of(*this).forest().ispace(ispace.id).domain.contains_point(c);
}

template <int N>
const Rect<N>* Context::find_rects(Ispace ispace, size_t& count) {
  const legion::IndexSpace& space = ContextImpl::of(*this).forest().ispace(ispace.id);
  static_assert(sizeof(Rect<N>) == 2 * N * sizeof(int64_t));
  // `long long` and `int64_t` are the same numbers under two names.
  static_assert(sizeof(Rect<N>) == sizeof(legion::SpaceRect<N>));
  static_assert(sizeof(long long) == sizeof(int64_t));
  if (space.domain.points) {
    if constexpr (N > 3) {
      const std::vector<int64_t>& corners = space.domain.points->corners(N);
      count = corners.size() / (2 * N);
      return reinterpret_cast<const Rect<N>*>(corners.data());
    } else {
      const legion::SpaceRects<N>& rects = space.domain.points->rects<N>();
      count = rects.size();
      return reinterpret_cast<const Rect<N>*>(rects.data());
    }
  }
  count = space.domain.is_empty() ? 0 : 1;
  return reinterpret_cast<const Rect<N>*>(space.corners());
}

Region Context::create_region(Ispace ispace, const FieldSpaceDesc& fields, const RegionInfo& info) {
  return {ContextImpl::of(*this).forest().create_root(ispace.id, fields, info).id};
}

Ispace Context::find_ispace(Region region) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  return {forest.ispace_of(ContextImpl::of(*this).region(region.id, {}))};
}

void Context::destroy_region(Region region) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::Region& node = context.region(region.id, {});
  if (!node.is_root()) realm::fatal_error("a subregion of `%s` cannot be destroyed", node.root->name.c_str());
  context.destroy(*node.root);
}

void Context::destroy_partition(Partition partition) {
  ContextImpl& context = ContextImpl::of(*this);
  // It may have gone with its region.
  if (legion::Partition* node = context.forest().find_partition(partition.id)) context.destroy(*node);
}

Region Context::project(Region region, const uint16_t* fields, uint32_t count) {
  return {region.id, ContextImpl::of(*this).forest().views().compose(region.view, fields, count)};
}

uint32_t Context::field_id(Region region, uint16_t field) {
  return ContextImpl::of(*this).forest().views().field(region.view, field);
}

Region Context::duplicate_region(Region region, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::Forest& forest = context.forest();
  legion::Region& like = context.region(region.id, loc);
  const legion::RootRegion& root = *like.root;
  std::vector<FieldDesc> fields(root.fields.begin(), root.fields.begin() + root.declared_count);
  if (region.view != 0) {
    fields.clear();
    for (uint32_t k = 0; k < forest.views().field_count(region.view); ++k)
      fields.push_back(root.fields[forest.views().field(region.view, k)]);
  }
  const FieldSpaceDesc space{root.field_space_name.c_str(), fields.data(),
                             static_cast<uint32_t>(fields.size()), root.scratch_count};
  legion::RootRegion& made = forest.create_root(forest.ispace_of(like), space, {root.name.c_str(), loc});
  made.origin_color = legion::Forest::color_of(like);
  return {made.id};
}

bool Context::do_overlap(Region a, Region b) {
  ContextImpl& context = ContextImpl::of(*this);
  const legion::Domain &x = context.region(a.id, {}).domain, &y = context.region(b.id, {}).domain;
  if (!x.box.overlaps(y.box)) return false;
  return (x.is_dense() && y.is_dense()) || !legion::intersect(x, y).is_empty();
}

bool Context::have_same_color(Region a, Region b, bool of_parent, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  const legion::Region *x = &context.region(a.id, loc), *y = &context.region(b.id, loc);
  if (of_parent && !y->is_root()) y = y->parent->parent;
  const Box one = legion::Forest::color_of(*x), other = legion::Forest::color_of(*y);
  if (one.dim == 0 || other.dim == 0)
    runtime_error("missing color in list_invert: a region is no part of a partition", loc);
  return one.dim == other.dim && one.contains(other) && other.contains(one);
}

Future Context::launch(const LaunchSiteDesc& site, const void* args, const FutureArg* futures,
                       uint32_t future_count, const ConditionList& conditions) {
  return ContextImpl::of(*this).launch(site, args, conditions, futures, future_count);
}

void Context::begin_trace(uint64_t id) {
  ContextImpl::of(*this).begin_trace(id);
}
void Context::end_trace(uint64_t id) {
  ContextImpl::of(*this).end_trace(id);
}
void Context::begin_epoch() {
  ContextImpl::of(*this).begin_epoch();
}
void Context::end_epoch() {
  ContextImpl::of(*this).end_epoch();
}

void Context::copy(Region source, Region target, const CopyField* fields, uint32_t count,
                   const ConditionList& conditions, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  const legion::Views& views = context.forest().views();
  const std::span<const PhaseBarrier> awaits(conditions.list, conditions.await_count);
  std::vector<realm::Event> done;
  for (uint32_t k = 0; k < count; ++k) {
    CopyField field = fields[k];
    field.source = static_cast<uint16_t>(views.field(source.view, field.source));
    field.target = static_cast<uint16_t>(views.field(target.view, field.target));
    done.push_back(
        context.copy(context.region(source.id, loc), context.region(target.id, loc), field, awaits, loc));
  }
  // Once for all fields.
  if (conditions.arrive_count == 0) return;
  const realm::Event all = realm::Event::merge(done.data(), done.size());
  for (uint32_t k = 0; k < conditions.arrive_count; ++k)
    legion::arrive_after(context.runtime().barriers, conditions.list[conditions.await_count + k], all,
                         {context.task().info.desc->name, loc});
}

void Context::fill(Region region, uint16_t field, const void* value, uint32_t size_bytes, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  const uint32_t number = context.forest().views().field(region.view, field);
  context.fill(context.region(region.id, loc), number, value, size_bytes, loc);
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

FieldAddress Context::find_field(Region region, uint16_t field) {
  ContextImpl& context = ContextImpl::of(*this);
  return context.field(context.region(region.id, {}), context.forest().views().field(region.view, field));
}

int Context::argc() const {
  return static_cast<int>(ContextImpl::of(*this).runtime().arguments.size()) - 1;
}

char** Context::argv() const {
  return ContextImpl::of(*this).runtime().arguments.data();
}

#define PALATINE_FOR_DIMENSION(N)                                \
  template Ispace Context::create_ispace<N>(const Rect<N>&);     \
  template Rect<N> Context::find_bounds<N>(Ispace);              \
  template bool Context::contains<N>(Ispace, const PointOf<N>&); \
  template const Rect<N>* Context::find_rects<N>(Ispace, size_t&);
PALATINE_FOR_DIMENSION(1)
PALATINE_FOR_DIMENSION(2)
PALATINE_FOR_DIMENSION(3)
PALATINE_FOR_DIMENSION(4)
PALATINE_FOR_DIMENSION(5)
PALATINE_FOR_DIMENSION(6)
PALATINE_FOR_DIMENSION(7)
PALATINE_FOR_DIMENSION(8)
PALATINE_FOR_DIMENSION(9)
#undef PALATINE_FOR_DIMENSION

}  // namespace palatine::api

namespace palatine::legion {

uint64_t ContextImpl::unique_id() {
  static std::atomic<uint64_t> last{0};
  if (unique_id_ == 0) unique_id_ = last.fetch_add(1, std::memory_order_relaxed) + 1;
  return unique_id_;
}

}  // namespace palatine::legion
