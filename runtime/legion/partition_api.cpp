// The methods of api::Context that make and ask partitions and cross products.
#include <string>

#include "runtime/legion/coloring.h"
#include "runtime/legion/context.h"
#include "runtime/legion/partition_by_field.h"
#include "runtime/realm/fatal.h"

namespace palatine::api {

using legion::Box;
using legion::Coloring;
using legion::ContextImpl;
using legion::Domain;
using legion::Forest;
using legion::OwnedDomain;

namespace {

[[noreturn]] void fail_claim(const legion::Partition& partition, const char* what, SourceLoc loc) {
  const std::string& name = partition.parent->root->name;
  std::string message =
      "a partition of " + (name.empty() ? "a region" : "`" + name + "`") + " is declared " + what;
  runtime_error(message.c_str(), loc);
}

// `view`: how the fields of the parent are seen, and so those of its subregions.
Partition finish(Forest& forest, legion::Region& parent, uint32_t view, uint32_t colors,
                 std::vector<OwnedDomain> domains, const PartitionInfo& info) {
  legion::Partition& partition = forest.create_partition(parent, colors, std::move(domains));
  if (info.disjoint == Claim::yes && !partition.is_disjoint)
    fail_claim(partition, "disjoint, but some of its subregions overlap", info.loc);
  if (info.complete == Claim::yes && !partition.is_complete())
    fail_claim(partition, "complete, but its subregions lack some points", info.loc);
  return {partition.id, view};
}

FieldAddress read_field(ContextImpl& context, Region region, uint16_t field, SourceLoc loc) {
  Forest& forest = context.forest();
  return context.read_now(context.region(region.id, loc), forest.views().field(region.view, field), loc);
}

[[noreturn]] void fail_color(const legion::Partition& partition, const int64_t* c, int dim, SourceLoc loc) {
  std::string point = std::to_string(c[0]);
  for (int d = 1; d < dim; ++d) point += ", " + std::to_string(c[d]);
  std::string message = "a partition of `" + partition.parent->root->name + "` has no colour " +
                        (dim > 1 ? "{" + point + "}" : point);
  runtime_error(message.c_str(), loc);
}

template <int N>
uint64_t color_number(const legion::Partition& partition, const PointOf<N>& color, SourceLoc loc) {
  const legion::Box& colors = partition.colors;
  bool is_inside = colors.dim == N;
  // As Box::linear_index, but without the dimensions that most partitions do not use: it is asked for each
  // point of an index launch.
  uint64_t number = 0;
  for (int d = N; d-- > 0 && is_inside;) {
    const int64_t c = component(color, d);
    is_inside = c >= colors.lo[d] && c <= colors.hi[d];
    number = number * colors.extent(d) + static_cast<uint64_t>(c - colors.lo[d]);
  }
  if (!is_inside) {
    int64_t c[kMaxDim];
    legion::to_coordinates<N>(color, c);
    fail_color(partition, c, N, loc);
  }
  return number;
}

// `make(coordinates of colour, its number)` for each colour.
template <typename Make>
std::vector<OwnedDomain> for_each_color(const Box& colors, Make make) {
  std::vector<OwnedDomain> domains;
  const uint64_t count = colors.volume();
  domains.reserve(count);
  for (uint64_t k = 0; k < count; ++k) {
    int64_t c[kMaxDim];
    colors.point_at(k, c);
    domains.push_back(make(c, k));
  }
  return domains;
}

// What another partition has at this colour; nothing when it lacks the colour.
Domain domain_at(const legion::Partition& partition, const int64_t* c) {
  if (partition.colors.contains_point(c)) return partition.domain_of(partition.colors.linear_index(c));
  Domain none;
  none.box.dim = partition.parent->domain.box.dim;
  return none;
}

template <typename Combine>
Partition combine(Context& context, Partition a, Partition b, const PartitionInfo& info, Combine combine) {
  ContextImpl& impl = ContextImpl::of(context);
  Forest& forest = impl.forest();
  legion::Partition &p = impl.partition(a.id, info.loc), &q = impl.partition(b.id, info.loc);
  auto domains = for_each_color(
      p.colors, [&](const int64_t* c, uint64_t k) { return combine(p.domain_of(k), domain_at(q, c)); });
  return finish(forest, *p.parent, a.view, p.colors_id, std::move(domains), info);
}

}  // namespace

Partition Context::create_partition_equal(Region region, Ispace colors, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  return {context.forest().create_partition_equal(context.region(region.id, loc), colors.id).id, region.view};
}

Partition Context::create_partition_by_coloring(Region region, const void* coloring, Ispace colors,
                                                const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  if (!coloring) runtime_error("the coloring of a partition was not created", info.loc);
  const Coloring& pieces = *static_cast<const Coloring*>(coloring);
  if (colors.id == 0) colors.id = forest.create_ispace(OwnedDomain(pieces.colors(1)));
  legion::Region& parent = context.region(region.id, info.loc);
  const Box& all = forest.ispace(colors.id).domain.box;
  auto domains = for_each_color(all, [&](const int64_t* c, uint64_t) {
    return pieces.domain_of(Coloring::color_at(c, all.dim), parent.domain);
  });
  return finish(forest, parent, region.view, colors.id, std::move(domains), info);
}

Partition Context::create_partition_by_field(Region region, uint16_t field, Ispace colors,
                                             const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& parent = context.region(region.id, info.loc);
  const FieldAddress values = read_field(context, region, field, info.loc);
  auto domains = legion::pieces_by_field(parent.domain, values, forest.ispace(colors.id));
  return finish(forest, parent, region.view, colors.id, std::move(domains), info);
}

Partition Context::create_partition_by_image(Region parent, Partition source, Region region, uint16_t field,
                                             bool is_rect, const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& target = context.region(parent.id, info.loc);
  legion::Partition& partition = context.partition(source.id, info.loc);
  const FieldAddress values = read_field(context, region, field, info.loc);
  auto domains = legion::pieces_by_image(target.domain, partition, values, is_rect);
  return finish(forest, target, parent.view, partition.colors_id, std::move(domains), info);
}

Partition Context::create_partition_by_preimage(Region parent, Partition target, Region region,
                                                uint16_t field, bool is_rect, const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& from = context.region(parent.id, info.loc);
  legion::Partition& partition = context.partition(target.id, info.loc);
  const FieldAddress values = read_field(context, region, field, info.loc);
  auto domains = legion::pieces_by_preimage(from.domain, partition, values, is_rect);
  return finish(forest, from, parent.view, partition.colors_id, std::move(domains), info);
}

Partition Context::create_partition_by_restriction(Region parent, const int64_t* transform, int columns,
                                                   const int64_t* extent, int dim, Ispace colors,
                                                   const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& region = context.region(parent.id, info.loc);
  Box base;
  base.dim = dim;
  for (int d = 0; d < dim; ++d) {
    base.lo[d] = extent[d];
    base.hi[d] = extent[dim + d];
  }
  auto domains = for_each_color(forest.ispace(colors.id).domain.box, [&](const int64_t* c, uint64_t) {
    Box box = base;
    for (int m = 0; m < dim; ++m) {
      int64_t offset = 0;
      for (int n = 0; n < columns; ++n) offset += transform[m * columns + n] * c[n];
      box.lo[m] += offset;
      box.hi[m] += offset;
    }
    return legion::intersect(Domain{box, nullptr}, region.domain);
  });
  return finish(forest, region, parent.view, colors.id, std::move(domains), info);
}

template <int N>
Partition Context::create_partition_by_rects(Region parent, Partition source, const Rect<N>* rects,
                                             const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& region = context.region(parent.id, info.loc);
  legion::Partition& partition = context.partition(source.id, info.loc);
  auto domains = for_each_color(partition.colors, [&](const int64_t*, uint64_t k) {
    return legion::intersect(Domain{legion::to_box<N>(rects[k]), nullptr}, region.domain);
  });
  return finish(forest, region, parent.view, partition.colors_id, std::move(domains), info);
}

Partition Context::create_partition_by_regions(Region parent, const Region* regions, uint64_t count,
                                               SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& region = context.region(parent.id, loc);
  Box colors;
  colors.hi[0] = static_cast<int64_t>(count) - 1;
  std::vector<OwnedDomain> domains;
  for (uint64_t k = 0; k < count; ++k)
    domains.push_back(legion::intersect(context.region(regions[k].id, loc).domain, region.domain));
  const uint32_t space = forest.create_ispace(OwnedDomain(colors));
  return finish(forest, region, parent.view, space, std::move(domains), {Claim::none, Claim::none, loc});
}

Partition Context::partition_union(Partition a, Partition b, const PartitionInfo& info) {
  return combine(*this, a, b, info, [](const Domain& x, const Domain& y) { return legion::unite(x, y); });
}
Partition Context::partition_intersection(Partition a, Partition b, const PartitionInfo& info) {
  return combine(*this, a, b, info, [](const Domain& x, const Domain& y) { return legion::intersect(x, y); });
}
Partition Context::partition_difference(Partition a, Partition b, const PartitionInfo& info) {
  return combine(*this, a, b, info, [](const Domain& x, const Domain& y) { return legion::subtract(x, y); });
}

Partition Context::region_intersection(Region region, Partition partition, const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Region& parent = context.region(region.id, info.loc);
  legion::Partition& p = context.partition(partition.id, info.loc);
  auto domains = for_each_color(
      p.colors, [&](const int64_t*, uint64_t k) { return legion::intersect(parent.domain, p.domain_of(k)); });
  return finish(forest, parent, region.view, p.colors_id, std::move(domains), info);
}

Ispace Context::partition_colors(Partition partition) {
  return {ContextImpl::of(*this).partition(partition.id, {}).colors_id};
}

bool Context::is_disjoint(Partition partition) {
  return ContextImpl::of(*this).partition(partition.id, {}).is_disjoint;
}

bool Context::is_complete(Partition partition) {
  return ContextImpl::of(*this).partition(partition.id, {}).is_complete();
}

template <int N>
Region Context::subregion(Partition partition, PointOf<N> color, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Partition& node = context.partition(partition.id, loc);
  return {forest.subregion(node, color_number<N>(node, color, loc)).id, partition.view};
}

// ---- cross products

CrossProduct Context::create_cross_product(const Partition* partitions, uint32_t count) {
  ContextImpl& context = ContextImpl::of(*this);
  std::vector<uint32_t> ids;
  for (uint32_t k = 0; k < count; ++k) ids.push_back(context.partition(partitions[k].id, {}).id);
  return {context.forest().create_cross_product(std::move(ids)).id, partitions[0].view};
}

CrossProduct Context::create_cross_product_by_colorings(Partition partition, void* const* colorings,
                                                        const PartitionInfo& info) {
  ContextImpl& context = ContextImpl::of(*this);
  Forest& forest = context.forest();
  legion::Partition& first = context.partition(partition.id, info.loc);
  legion::CrossProduct& product = forest.create_cross_product({first.id, 0});
  for (uint64_t k = 0; k < first.color_count; ++k) {
    product.parts[k] =
        create_partition_by_coloring({forest.subregion(first, k).id}, colorings[k], {0}, info).id;
  }
  return {product.id, partition.view};
}

Ispace Context::cross_product_colors(CrossProduct product) {
  ContextImpl& context = ContextImpl::of(*this);
  return {context.first_partition(context.cross_product(product.id, {}), {}).colors_id};
}

template <int N>
Partition Context::subpartition(CrossProduct product, PointOf<N> color, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::CrossProduct& node = context.cross_product(product.id, loc);
  const uint64_t number = color_number<N>(context.first_partition(node, loc), color, loc);
  if (node.partitions[1]) context.partition(node.partitions[1], loc);
  return {context.forest().subpartition(node, number).id, product.view};
}

template <int N>
CrossProduct Context::subproduct(CrossProduct product, PointOf<N> color, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::CrossProduct& node = context.cross_product(product.id, loc);
  const uint64_t number = color_number<N>(context.first_partition(node, loc), color, loc);
  if (node.partitions[1]) context.partition(node.partitions[1], loc);
  return {context.forest().subproduct(node, number).id, product.view};
}

#define PALATINE_FOR_DIMENSION(N)                                                             \
  template Region Context::subregion<N>(Partition, PointOf<N>, SourceLoc);                    \
  template Partition Context::subpartition<N>(CrossProduct, PointOf<N>, SourceLoc);           \
  template CrossProduct Context::subproduct<N>(CrossProduct, PointOf<N>, SourceLoc);          \
  template Partition Context::create_partition_by_rects<N>(Region, Partition, const Rect<N>*, \
                                                           const PartitionInfo&);
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
