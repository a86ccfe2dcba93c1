// Partitions that follow from sets of points. Colours that a colour space lacks get no points.
#include "runtime/legion/cpp/partitions.h"

#include <algorithm>

#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/partition_kind.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {

std::string who_declares() {
  TaskContext* context = running_context();
  return context ? who(context->task) : "a task";
}

}  // namespace

void check_kind(const core::Partition& partition, PartitionKind kind) {
  const std::string wrong = core::false_claim(partition, kind);
  if (wrong.empty()) return;
  realm::fatal_error("error: %s declares a partition of %s %s", who_declares().c_str(),
                     name_of_space(*partition.parent).c_str(), wrong.c_str());
}

IndexPartition make_partition(IndexSpace parent, IndexSpace colors, std::vector<core::OwnedDomain> domains,
                              PartitionKind kind, Color color, const char* call) {
  core::Region& space = index_space_of(parent, call);
  const uint32_t colors_id = color_space_of(colors, call);
  const core::Domain& all_colors = index_space_of(colors, call).domain;
  if (!all_colors.is_dense()) {
    for (uint64_t k = 0; k < domains.size(); k++) {
      int64_t c[core::kMaxDim];
      all_colors.box.point_at(k, c);
      if (!all_colors.contains_point(c)) domains[k] = empty_domain(space.domain.box.dim);
    }
  }
  core::Partition& partition = forest_of_run(call).create_partition(space, colors_id, std::move(domains));
  check_kind(partition, kind);
  return name_partition(partition, color, parent.get_type_tag());
}

core::OwnedDomain empty_domain(int dim) {
  core::Box none;
  none.dim = dim;
  return core::OwnedDomain(none);
}

core::OwnedDomain own(const core::Domain& domain) {
  return domain.is_dense() ? core::OwnedDomain(domain.box) : core::unite(domain, domain);
}

std::vector<core::OwnedDomain> for_each_color(
    IndexSpace colors, const char* call, const std::function<core::OwnedDomain(const DomainPoint&)>& make) {
  const core::Box& box = index_space_of(colors, call).domain.box;
  std::vector<core::OwnedDomain> domains;
  const uint64_t count = box.volume();
  domains.reserve(count);
  for (uint64_t k = 0; k < count; k++) {
    int64_t c[core::kMaxDim];
    box.point_at(k, c);
    domains.push_back(make(to_point(box.dim, c)));
  }
  return domains;
}

core::Domain piece_at(const core::Partition& partition, const DomainPoint& color) {
  int64_t c[core::kMaxDim];
  coordinates_of(color, c);
  if (color.dim == partition.colors.dim && partition.colors.contains_point(c))
    return partition.domain_of(partition.colors.linear_index(c));
  core::Domain none;
  none.box.dim = partition.parent->domain.box.dim;
  return none;
}

}  // namespace Internal

using namespace Internal;

IndexPartition Internal::PartitionCalls::create_equal_partition(Context, IndexSpace parent,
                                                                IndexSpace color_space, size_t, Color color,
                                                                const char*) {
  const char* call = "create_equal_partition";
  core::Region& space = index_space_of(parent, call);
  const core::Domain& colors = index_space_of(color_space, call).domain;
  if (colors.is_empty()) palatine::realm::fatal_error("error: %s: there are no colours", call);
  if (colors.is_dense()) {
    core::Partition& partition =
        forest_of_run(call).create_partition_equal(space, color_space_of(color_space, call));
    return name_partition(partition, color, parent.get_type_tag());
  }
  const uint64_t volume = space.domain.volume(), count = colors.volume();
  auto domains = for_each_color(color_space, call, [&](const DomainPoint& point) {
    const uint64_t k = point_number(colors, point);
    if (k == UINT64_MAX) return empty_domain(space.domain.box.dim);
    return core::slice(space.domain, volume * k / count, volume * (k + 1) / count);
  });
  return make_partition(parent, color_space, std::move(domains), LEGION_DISJOINT_KIND, color, call);
}

// ---- by weights

template <typename Weight>
static IndexPartition partition_by_weights(IndexSpace parent, const std::map<DomainPoint, Weight>& weights,
                                           IndexSpace color_space, size_t granularity, Color color) {
  const char* call = "create_partition_by_weights";
  const core::Domain& space = index_space_of(parent, call).domain;
  unsigned __int128 total = 0;
  for (const auto& [point, weight] : weights) {
    if (weight < Weight(0)) palatine::realm::fatal_error("error: %s: a weight is negative", call);
    total += static_cast<uint64_t>(weight);
  }
  if (total == 0) palatine::realm::fatal_error("error: %s: all weights are 0", call);
  const uint64_t volume = space.volume(), unit = std::max<uint64_t>(granularity, 1);
  unsigned __int128 before = 0;
  uint64_t first = 0;
  std::map<DomainPoint, core::OwnedDomain> pieces;
  for (const auto& [point, weight] : weights) {
    before += static_cast<uint64_t>(weight);
    uint64_t last = static_cast<uint64_t>(before * volume / total);
    if (before < total) last = std::min(volume, (last + unit - 1) / unit * unit);
    last = std::max(last, first);
    pieces[point] = core::slice(space, first, last);
    first = last;
  }
  auto domains = for_each_color(color_space, call, [&](const DomainPoint& point) {
    auto found = pieces.find(point);
    return found == pieces.end() ? empty_domain(space.box.dim) : found->second;
  });
  return make_partition(parent, color_space, std::move(domains), LEGION_DISJOINT_KIND, color, call);
}

IndexPartition Internal::PartitionCalls::create_partition_by_weights(
    Context, IndexSpace parent, const std::map<DomainPoint, int>& weights, IndexSpace color_space,
    size_t granularity, Color color, const char*) {
  return partition_by_weights(parent, weights, color_space, granularity, color);
}

IndexPartition Internal::PartitionCalls::create_partition_by_weights(
    Context, IndexSpace parent, const std::map<DomainPoint, size_t>& weights, IndexSpace color_space,
    size_t granularity, Color color, const char*) {
  return partition_by_weights(parent, weights, color_space, granularity, color);
}

IndexPartition Internal::PartitionCalls::create_partition_by_weights(Context, IndexSpace parent,
                                                                     const FutureMap& weights,
                                                                     IndexSpace color_space,
                                                                     size_t granularity, Color color,
                                                                     const char*) {
  std::map<DomainPoint, size_t> known;
  for (Domain::DomainPointIterator it(weights.get_future_map_domain()); it; it++) {
    const Future weight = weights.get_future(*it);
    known[*it] = weight.get_untyped_size() == sizeof(int) ? static_cast<size_t>(weight.get_result<int>())
                                                          : weight.get_result<size_t>();
  }
  return partition_by_weights(parent, known, color_space, granularity, color);
}

// ---- colour by colour

template <typename Combine>
static IndexPartition combine_partitions(IndexSpace parent, IndexPartition a, IndexPartition b,
                                         IndexSpace colors, PartitionKind kind, Color color, const char* call,
                                         Combine combine) {
  const core::Partition &p = index_partition_of(a, call), &q = index_partition_of(b, call);
  auto domains = for_each_color(colors, call, [&](const DomainPoint& point) {
    return combine(piece_at(p, point), piece_at(q, point));
  });
  return make_partition(parent, colors, std::move(domains), kind, color, call);
}

// The first partition's colours, unless others are given.
static IndexSpace colors_or(IndexSpace colors, IndexPartition partition, Internal::IndexSpaceCalls* spaces) {
  return colors.exists() ? colors : spaces->get_index_partition_color_space_name(partition);
}

IndexPartition Internal::PartitionCalls::create_partition_by_union(Context, IndexSpace parent,
                                                                   IndexPartition handle1,
                                                                   IndexPartition handle2,
                                                                   IndexSpace color_space, PartitionKind kind,
                                                                   Color color, const char*) {
  return combine_partitions(parent, handle1, handle2, colors_or(color_space, handle1, this), kind, color,
                            "create_partition_by_union",
                            [](const core::Domain& a, const core::Domain& b) { return core::unite(a, b); });
}

IndexPartition Internal::PartitionCalls::create_partition_by_intersection(
    Context, IndexSpace parent, IndexPartition handle1, IndexPartition handle2, IndexSpace color_space,
    PartitionKind kind, Color color, const char*) {
  return combine_partitions(
      parent, handle1, handle2, colors_or(color_space, handle1, this), kind, color,
      "create_partition_by_intersection",
      [](const core::Domain& a, const core::Domain& b) { return core::intersect(a, b); });
}

IndexPartition Internal::PartitionCalls::create_partition_by_intersection(Context, IndexSpace parent,
                                                                          IndexPartition handle,
                                                                          PartitionKind kind, Color color,
                                                                          bool, const char*) {
  const char* call = "create_partition_by_intersection";
  const core::Partition& partition = index_partition_of(handle, call);
  const core::Domain& space = index_space_of(parent, call).domain;
  const IndexSpace colors = get_index_partition_color_space_name(handle);
  auto domains = for_each_color(colors, call, [&](const DomainPoint& point) {
    return core::intersect(piece_at(partition, point), space);
  });
  return make_partition(parent, colors, std::move(domains), kind, color, call);
}

IndexPartition Internal::PartitionCalls::create_partition_by_difference(
    Context, IndexSpace parent, IndexPartition handle1, IndexPartition handle2, IndexSpace color_space,
    PartitionKind kind, Color color, const char*) {
  return combine_partitions(
      parent, handle1, handle2, colors_or(color_space, handle1, this), kind, color,
      "create_partition_by_difference",
      [](const core::Domain& a, const core::Domain& b) { return core::subtract(a, b); });
}

Color Internal::PartitionCalls::create_cross_product_partitions(Context ctx, IndexPartition handle1,
                                                                IndexPartition handle2,
                                                                std::map<IndexSpace, IndexPartition>& handles,
                                                                PartitionKind kind, Color color,
                                                                const char*) {
  core::Partition& first = index_partition_of(handle1, "create_cross_product_partitions");
  for (uint64_t k = 0; k < first.color_count; k++) {
    const IndexSpace piece = get_index_subspace(handle1, color_of(first, k));
    const IndexPartition made = create_partition_by_intersection(ctx, piece, handle2, kind, color);
    // The same colour in all pieces.
    color = get_index_partition_color(made);
    auto wanted = handles.find(piece);
    if (handles.empty() || wanted != handles.end() || k > 0) handles[piece] = made;
  }
  return color;
}

// ---- by arithmetic and by lists

IndexPartition Internal::PartitionCalls::create_partition_by_restriction(Context, IndexSpace parent,
                                                                         IndexSpace color_space,
                                                                         DomainTransform transform,
                                                                         Domain extent, PartitionKind kind,
                                                                         Color color, const char*) {
  const char* call = "create_partition_by_restriction";
  const core::Domain& space = index_space_of(parent, call).domain;
  if (transform.m != space.box.dim || extent.dim != space.box.dim)
    palatine::realm::fatal_error(
        "error: %s: the transform and the extent must have the %d dimensions of the "
        "index space",
        call, space.box.dim);
  auto domains = for_each_color(color_space, call, [&](const DomainPoint& point) {
    return core::intersect(core::Domain{to_box(extent + transform * point), nullptr}, space);
  });
  return make_partition(parent, color_space, std::move(domains), kind, color, call);
}

IndexPartition Internal::PartitionCalls::create_partition_by_blockify(Context ctx, IndexSpace parent,
                                                                      DomainPoint factor, Color color,
                                                                      const char* provenance) {
  const core::Box& box = index_space_of(parent, "create_partition_by_blockify").domain.box;
  return create_partition_by_blockify(ctx, parent, factor, to_domain(box).lo(), color, provenance);
}

IndexPartition Internal::PartitionCalls::create_partition_by_blockify(Context ctx, IndexSpace parent,
                                                                      DomainPoint factor, DomainPoint origin,
                                                                      Color color, const char*) {
  const char* call = "create_partition_by_blockify";
  const core::Domain& space = index_space_of(parent, call).domain;
  DomainTransform transform;
  transform.m = transform.n = space.box.dim;
  Domain colors = to_domain(space.box), extent = colors;
  auto floor_div = [](coord_t a, coord_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  for (int d = 0; d < space.box.dim; d++) {
    if (factor.dim != space.box.dim || factor[d] < 1)
      palatine::realm::fatal_error(
          "error: %s: the blocking factor %s does not fit an index space of %d dimensions", call,
          text_of(factor).c_str(), space.box.dim);
    transform.matrix[d * transform.n + d] = factor[d];
    colors.rect_data[d] = floor_div(space.box.lo[d] - origin[d], factor[d]);
    colors.rect_data[colors.dim + d] = floor_div(space.box.hi[d] - origin[d], factor[d]);
    extent.rect_data[d] = origin[d];
    extent.rect_data[extent.dim + d] = origin[d] + factor[d] - 1;
  }
  const IndexSpace color_space = create_index_space(ctx, colors);
  const IndexPartition made = create_partition_by_restriction(ctx, parent, color_space, transform, extent,
                                                              LEGION_DISJOINT_COMPLETE_KIND, color, nullptr);
  destroy_index_space(ctx, color_space);
  return made;
}

static IndexPartition partition_by_lists(IndexSpace parent, IndexSpace colors,
                                         const std::function<core::OwnedDomain(const DomainPoint&)>& piece,
                                         bool intersects, PartitionKind kind, Color color) {
  const char* call = "create_partition_by_domain";
  const core::Domain& space = index_space_of(parent, call).domain;
  auto domains = for_each_color(colors, call, [&](const DomainPoint& point) {
    core::OwnedDomain domain = piece(point);
    if (domain.is_empty()) return empty_domain(space.box.dim);
    if (domain.box.dim != space.box.dim)
      palatine::realm::fatal_error("error: %s: the domain of colour %s has %d dimensions, the index space %d",
                                   call, text_of(point).c_str(), domain.box.dim, space.box.dim);
    if (intersects) return core::intersect(domain, space);
    if (!core::contains(space, domain))
      palatine::realm::fatal_error("error: %s: the domain of colour %s has points outside the index space",
                                   call, text_of(point).c_str());
    return domain;
  });
  return make_partition(parent, colors, std::move(domains), kind, color, call);
}

IndexPartition Internal::PartitionCalls::create_partition_by_domain(
    Context, IndexSpace parent, const std::map<DomainPoint, Domain>& domains, IndexSpace color_space,
    bool intersects, PartitionKind kind, Color color, const char*, bool take_ownership) {
  const IndexPartition made = partition_by_lists(
      parent, color_space,
      [&](const DomainPoint& point) {
        auto found = domains.find(point);
        return found == domains.end() ? empty_domain(1) : to_core(found->second);
      },
      intersects, kind, color);
  for (const auto& entry : domains) {
    if (take_ownership && !entry.second.dense()) Domain(entry.second).destroy();
  }
  return made;
}

IndexPartition Internal::PartitionCalls::create_partition_by_domain(Context ctx, IndexSpace parent,
                                                                    const FutureMap& futures,
                                                                    IndexSpace color_space, bool intersects,
                                                                    PartitionKind kind, Color color,
                                                                    const char* provenance) {
  std::map<DomainPoint, Domain> domains;
  for (Domain::DomainPointIterator it(futures.get_future_map_domain()); it; it++)
    domains[*it] = futures.get_result<Domain>(*it);
  return create_partition_by_domain(ctx, parent, domains, color_space, intersects, kind, color, provenance);
}

IndexPartition Internal::PartitionCalls::partition_by_rectangles(
    Context, IndexSpace parent, const std::map<DomainPoint, std::vector<Domain>>& rectangles,
    IndexSpace colors, bool intersects, PartitionKind kind, Color color) {
  return partition_by_lists(
      parent, colors,
      [&](const DomainPoint& point) {
        core::OwnedDomain all = empty_domain(parent.get_dim());
        auto found = rectangles.find(point);
        if (found == rectangles.end()) return all;
        for (const Domain& rect : found->second) all = core::unite(all, to_core(rect));
        return all;
      },
      intersects, kind, color);
}

}  // namespace Legion
