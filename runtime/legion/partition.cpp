// Making partitions and cross products, and what follows from their shape.
#include <algorithm>
#include <cstdlib>

#include "runtime/legion/region_tree.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Where the longest axis is cut for colour k of n.
int64_t even_cut(const Box& box, int axis, uint64_t k, uint64_t n) {
  unsigned __int128 offset = static_cast<unsigned __int128>(box.extent(axis)) * k / n;
  return box.lo[axis] + static_cast<int64_t>(offset);
}

bool find_out_disjointness(const Partition& partition) {
  return with_dimension(partition.parent->domain.box.dim, [&](auto n) {
    std::vector<SpaceRects<n()>> made;
    made.reserve(partition.domains.size());
    std::vector<const SpaceRects<n()>*> lists;
    for (const OwnedDomain& domain : partition.domains) {
      if (domain.is_empty()) continue;
      if (domain.points) {
        lists.push_back(&domain.points->template rects<n()>());
      } else {
        made.push_back(rects_of<n()>(domain));
        lists.push_back(&made.back());
      }
    }
    return realm::space::are_disjoint(lists);
  });
}

uint64_t pair_key(const Partition& a, const Partition& b) {
  return uint64_t{a.id} << 32 | b.id;
}

}  // namespace

Box Partition::block_of(uint64_t color) const {
  Box box = parent->domain.box;
  if (block[0] > 0) {
    int64_t c[kMaxDim];
    colors.point_at(color, c);
    for (int d = 0; d < box.dim; ++d) {
      box.lo[d] = parent->domain.box.lo[d] + (c[d] - colors.lo[d]) * block[d];
      box.hi[d] = std::min(box.lo[d] + block[d] - 1, parent->domain.box.hi[d]);
    }
  } else {
    box.lo[cut_axis] = even_cut(parent->domain.box, cut_axis, color, color_count);
    box.hi[cut_axis] = even_cut(parent->domain.box, cut_axis, color + 1, color_count) - 1;
  }
  return box;
}

Box Partition::colors_overlapping(const Box& box) const {
  const Box& whole = parent->domain.box;
  Box part = intersection(box, whole);
  Box result = colors;
  if (part.is_empty() || block[0] <= 0) {
    // Even cuts are used for few colours: all of them are looked at.
    if (part.is_empty()) result.hi[0] = result.lo[0] - 1;
    return result;
  }
  for (int d = 0; d < box.dim; ++d) {
    result.lo[d] = colors.lo[d] + (part.lo[d] - whole.lo[d]) / block[d];
    result.hi[d] = std::min(colors.hi[d], colors.lo[d] + (part.hi[d] - whole.lo[d]) / block[d]);
  }
  return result;
}

bool Partition::is_complete() const {
  const Domain& whole = parent->domain;
  if (is_regular) return color_count > 0 || whole.is_empty();
  if (is_disjoint) {
    uint64_t volume = 0;
    for (const OwnedDomain& domain : domains) volume += domain.volume();
    return volume == whole.volume();
  }
  return with_dimension(whole.box.dim, [&](auto n) {
    std::vector<SpaceRects<n()>> made;
    made.reserve(domains.size());
    std::vector<const SpaceRects<n()>*> lists;
    for (const OwnedDomain& domain : domains) {
      made.push_back(rects_of<n()>(domain));
      lists.push_back(&made.back());
    }
    return realm::space::volume(realm::space::unite_all(lists)) == whole.volume();
  });
}

Partition& Forest::add_partition(Partition* p) {
  if (p->color_count > 0) {
    // Zero pages: a colour costs memory when its subregion is made.
    p->children = static_cast<std::atomic<Region*>*>(calloc(p->color_count, sizeof(std::atomic<Region*>)));
    if (!p->children)
      realm::fatal_error("out of memory for a partition of %llu colours",
                         static_cast<unsigned long long>(p->color_count));
  }
  {
    std::lock_guard lock(p->parent->root->mutex);
    p->parent->partitions.push_back(p);
  }
  if (p->parent->parent) {
    add_reference(*p->parent->parent);
  } else {
    add_reference(*p->parent->root);
  }
  partitions_.add(p);
  return *p;
}

Partition& Forest::create_partition_equal(Region& region, uint32_t colors_id) {
  Partition* p = new Partition;
  p->parent = &region;
  p->colors_id = colors_id;
  p->colors = ispace(colors_id).domain.box;
  p->color_count = p->colors.volume();
  const Box& box = region.domain.box;
  if (!region.domain.is_dense()) {
    const uint64_t volume = region.domain.volume(), n = p->color_count;
    auto cut = [&](uint64_t k) {
      return static_cast<uint64_t>(static_cast<unsigned __int128>(volume) * k / n);
    };
    for (uint64_t k = 0; k < n; ++k) p->domains.push_back(slice(region.domain, cut(k), cut(k + 1)));
    return add_partition(p);
  }
  p->is_regular = true;
  if (p->colors.dim == box.dim) {
    for (int d = 0; d < box.dim; ++d) {
      uint64_t n = std::max<uint64_t>(p->colors.extent(d), 1);
      p->block[d] = static_cast<int64_t>(std::max<uint64_t>((box.extent(d) + n - 1) / n, 1));
    }
  } else {
    for (int d = 1; d < box.dim; ++d) {
      if (box.extent(d) > box.extent(p->cut_axis)) p->cut_axis = d;
    }
  }
  return add_partition(p);
}

Partition& Forest::create_partition(Region& region, uint32_t colors_id, std::vector<OwnedDomain> domains) {
  Partition* p = new Partition;
  p->parent = &region;
  p->colors_id = colors_id;
  p->colors = ispace(colors_id).domain.box;
  p->color_count = p->colors.volume();
  p->domains = std::move(domains);
  p->is_disjoint = find_out_disjointness(*p);
  return add_partition(p);
}

void Forest::set_piece(Partition& partition, uint64_t color, OwnedDomain domain) {
  std::lock_guard lock(partition.parent->root->mutex);
  partition.domains[color] = std::move(domain);
  Region* child = partition.children[color].load(std::memory_order_relaxed);
  if (!child) return;
  child->domain = partition.domains[color];
  child->ispace.store(0, std::memory_order_relaxed);
}

void Forest::finish_pieces(Partition& partition) {
  std::lock_guard lock(partition.parent->root->mutex);
  partition.is_disjoint = find_out_disjointness(partition);
}

Partition& Forest::create_partition_like(Region& region, const Partition& model) {
  Partition* p = new Partition;
  p->parent = &region;
  p->colors_id = model.colors_id;
  p->colors = model.colors;
  p->color_count = model.color_count;
  p->is_regular = model.is_regular;
  p->is_disjoint = model.is_disjoint;
  p->block = model.block;
  p->cut_axis = model.cut_axis;
  p->domains = model.domains;
  return add_partition(p);
}

const OverlapTable& Forest::overlaps(const Partition& source, const Partition& target) {
  RootRegion& root = *source.parent->root;
  const uint64_t key = pair_key(source, target);
  {
    std::lock_guard lock(root.mutex);
    auto known = root.overlap_tables.find(key);
    if (known != root.overlap_tables.end()) return *known->second;
  }
  // Made without the lock: another thread may make the same table, the first one stays.
  auto table = std::make_unique<OverlapTable>(source, target);
  std::lock_guard lock(root.mutex);
  return *root.overlap_tables.try_emplace(key, std::move(table)).first->second;
}

// ---- cross products

CrossProduct& Forest::create_cross_product(std::vector<uint32_t> partitions) {
  Partition& first = partition(partitions[0]);
  CrossProduct* product = new CrossProduct;
  product->partitions = std::move(partitions);
  product->parts.resize(first.color_count, 0);
  if (product->partitions.size() > 2) product->products.resize(first.color_count, 0);
  products_.add(product);
  std::lock_guard lock(first.parent->root->mutex);
  first.products.push_back(product);
  return *product;
}

CrossProduct* Forest::find_cross_product(uint32_t id) const {
  return products_.find(id);
}

CrossProduct& Forest::cross_product(uint32_t id) const {
  CrossProduct* product = products_.find(id);
  if (!product) realm::fatal_error("a cross product is used whose partition was destroyed");
  return *product;
}

Partition& Forest::subpartition(CrossProduct& product, uint64_t color) {
  std::lock_guard lock(product.mutex);
  uint32_t& part = product.parts[color];
  if (Partition* known = find_partition(part)) return *known;
  Region& piece = subregion(partition(product.partitions[0]), color);
  const Partition& second = partition(product.partitions[1]);
  std::vector<OwnedDomain> domains;
  for (uint64_t k = 0; k < second.color_count; ++k)
    domains.push_back(intersect(piece.domain, second.domain_of(k)));
  Partition& made = create_partition(piece, second.colors_id, std::move(domains));
  part = made.id;
  return made;
}

CrossProduct& Forest::subproduct(CrossProduct& product, uint64_t color) {
  Partition& part = subpartition(product, color);
  std::lock_guard lock(product.mutex);
  uint32_t& next = product.products[color];
  if (CrossProduct* known = find_cross_product(next)) return *known;
  std::vector<uint32_t> rest = {part.id};
  rest.insert(rest.end(), product.partitions.begin() + 2, product.partitions.end());
  CrossProduct& made = create_cross_product(std::move(rest));
  next = made.id;
  return made;
}

}  // namespace palatine::legion
