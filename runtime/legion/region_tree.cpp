#include "runtime/legion/region_tree.h"

#include <cstdlib>
#include <utility>

#include "runtime/legion/gpu_face.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

Forest::~Forest() {
  std::vector<RootRegion*> roots;
  regions_.for_each([&](Region* region) {
    if (region->is_root()) roots.push_back(region->root);
  });
  for (RootRegion* root : roots) {
    free_storage(*root);
    for_each_below(*root, [&](Partition& partition) { free_partition(partition); });
    delete root;
  }
  ispaces_.for_each([](IndexSpace* space) { delete space; });
}

uint32_t Forest::create_ispace(OwnedDomain domain) {
  IndexSpace* space = new IndexSpace;
  const Box& box = domain.box;
  int64_t* corners = space->rect;
  if (box.dim > 3) {
    space->large_rect = std::make_unique<int64_t[]>(2 * static_cast<size_t>(box.dim));
    corners = space->large_rect.get();
  }
  for (int d = 0; d < box.dim; ++d) {
    corners[d] = box.lo[d];
    corners[box.dim + d] = box.hi[d];
  }
  space->domain = std::move(domain);
  ispaces_.add(space);
  return space->id;
}

const IndexSpace& Forest::ispace(uint32_t id) const {
  const IndexSpace* space = ispaces_.find(id);
  if (!space) realm::fatal_error("an index space is used that does not exist: it went with its partition");
  return *space;
}

Region& Forest::region(uint32_t id) const {
  Region* region = regions_.find(id);
  if (!region) realm::fatal_error("a region is used that does not exist: it was destroyed, or never made");
  return *region;
}

Partition& Forest::partition(uint32_t id) const {
  Partition* partition = partitions_.find(id);
  if (!partition)
    realm::fatal_error("a partition is used that does not exist: it was destroyed, or never made");
  return *partition;
}

RootRegion& Forest::create_root(uint32_t ispace_id, const api::FieldSpaceDesc& fields,
                                const api::RegionInfo& info) {
  RootRegion* root = new RootRegion;
  root->root = root;
  root->own_domain = ispace(ispace_id).domain;
  root->domain = root->own_domain;
  root->ispace.store(ispace_id, std::memory_order_relaxed);
  root->fields.assign(fields.fields, fields.fields + fields.field_count);
  root->declared_count = fields.field_count;
  root->scratch_count = fields.scratch_count;
  if (fields.scratch_count > 0) {
    for (uint32_t k = 0; k < fields.field_count; ++k)
      root->fields.insert(root->fields.end(), fields.scratch_count, fields.fields[k]);
    root->scratch_uses.reset(
        new std::vector<RootRegion::ScratchUse>[root->fields.size() - fields.field_count]);
  }
  if (fields.name) root->field_space_name = fields.name;
  if (info.name) root->name = info.name;
  if (info.loc.file) root->file = info.loc.file;
  root->line = info.loc.line;
  root->storage.reset(new FieldStorage[root->fields.size()]);
  root->allocated.reset(new std::atomic<uint64_t>[root->group_count()]());
  root->reserved.reset(new std::atomic<uint64_t>[root->group_count()]());
  root->written.reset(new std::atomic<uint64_t>[root->group_count()]());
  regions_.add(root);
  return *root;
}

Box Forest::color_of(const Region& region) {
  if (region.is_root()) return region.root->origin_color;
  Box color;
  color.dim = region.parent->colors.dim;
  int64_t c[kMaxDim];
  region.parent->colors.point_at(region.color, c);
  for (int d = 0; d < color.dim; ++d) color.lo[d] = color.hi[d] = c[d];
  return color;
}

Region& Forest::subregion(Partition& partition, uint64_t color) {
  // Acquire: another thread may have made the region.
  std::atomic<Region*>& place = partition.children[color];
  if (Region* known = place.load(std::memory_order_acquire)) return *known;
  Region* region = new (realm::allocate_block(sizeof(Region))) Region;
  region->root = partition.parent->root;
  region->parent = &partition;
  region->color = color;
  region->domain = partition.domain_of(color);
  regions_.add(region);
  Region* first = nullptr;
  if (place.compare_exchange_strong(first, region, std::memory_order_acq_rel)) return *region;
  regions_.remove(region->id);
  region->~Region();
  realm::free_block(region, sizeof(Region));
  return *first;
}

uint32_t Forest::ispace_of(Region& region) {
  uint32_t id = region.ispace.load(std::memory_order_acquire);
  if (id != 0) return id;
  // Only one index space a region: the first thread makes it.
  std::lock_guard lock(region.root->mutex);
  id = region.ispace.load(std::memory_order_relaxed);
  if (id == 0) {
    const bool is_owned = region.parent && !region.parent->is_regular;
    id = create_ispace(is_owned ? region.parent->domains[region.color] : OwnedDomain(region.domain.box));
    if (region.parent) ispaces_.find(id)->is_subspace = true;
    region.ispace.store(id, std::memory_order_release);
  }
  return id;
}

// Frees a partition that nobody refers to; there are no partitions below.
void Forest::free_partition(Partition& partition) {
  for (uint64_t k = 0; k < partition.color_count; ++k) {
    Region* child = partition.children[k].load(std::memory_order_relaxed);
    if (!child) continue;
    if (uint32_t id = child->ispace.load(std::memory_order_relaxed)) {
      delete ispaces_.find(id);
      ispaces_.remove(id);
    }
    if (region_freed_) region_freed_(child->id);
    regions_.remove(child->id);
    child->~Region();
    realm::free_block(child, sizeof(Region));
  }
  free(partition.children);
  for (CrossProduct* product : partition.products) {
    products_.remove(product->id);
    delete product;
  }
  partitions_.remove(partition.id);
  delete &partition;
}

void Forest::drop_reference(Partition& partition) {
  Partition* next = &partition;
  while (next && next->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const uint32_t id = next->id;
    Region& parent = *next->parent;
    RootRegion& root = *parent.root;
    {
      std::lock_guard lock(root.mutex);
      std::erase(parent.partitions, next);
      std::erase_if(root.overlap_tables, [id](const auto& entry) {
        return static_cast<uint32_t>(entry.first) == id || static_cast<uint32_t>(entry.first >> 32) == id;
      });
    }
    free_partition(*next);
    next = parent.parent;
    if (!next) drop_reference(root);
  }
}

void Forest::drop_reference(RootRegion& root) {
  if (root.references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (region_freed_) region_freed_(root.id);
  regions_.remove(root.id);
  delete &root;
}

// Visits partitions, those below others first. With the root's mutex held.
template <typename Visit>
void Forest::for_each_below(const Region& region, const Visit& visit) {
  for (Partition* partition : region.partitions) for_each_below(*partition, visit);
}

template <typename Visit>
void Forest::for_each_below(Partition& partition, const Visit& visit) {
  for (uint64_t k = 0; k < partition.color_count; ++k) {
    if (Region* child = partition.children[k].load(std::memory_order_acquire)) for_each_below(*child, visit);
  }
  visit(partition);
}

std::vector<Partition*> Forest::hold(RootRegion& root) {
  std::vector<Partition*> held;
  std::lock_guard lock(root.mutex);
  for_each_below(root, [&](Partition& partition) {
    if (partition.try_add_reference()) held.push_back(&partition);
  });
  return held;
}

std::vector<Partition*> Forest::hold(Partition& top) {
  std::vector<Partition*> held;
  std::lock_guard lock(top.parent->root->mutex);
  for_each_below(top, [&](Partition& partition) {
    if (partition.try_add_reference()) held.push_back(&partition);
  });
  return held;
}

void Forest::end(Partition& top) {
  std::vector<Partition*> ended;
  {
    std::lock_guard lock(top.parent->root->mutex);
    for_each_below(top, [&](Partition& partition) {
      if (!std::exchange(partition.has_ended, true)) ended.push_back(&partition);
    });
  }
  // A partition that is still referred to keeps those around it.
  for (Partition* partition : ended) drop_reference(*partition);
}

void Forest::end(RootRegion& root) {
  std::vector<Partition*> ended;
  {
    std::lock_guard lock(root.mutex);
    if (std::exchange(root.has_ended, true)) return;
    for_each_below(root, [&](Partition& partition) {
      if (!std::exchange(partition.has_ended, true)) ended.push_back(&partition);
    });
  }
  for (Partition* partition : ended) drop_reference(*partition);
  drop_reference(root);
}

void Forest::free_storage(RootRegion& root) {
  if (schedule_log) [[unlikely]]
    schedule_log->freed(root);
  if (gpus_) gpus_->forget(root);
  uint64_t volume = root.domain.box.volume();
  for (size_t k = 0; k < root.fields.size(); ++k) {
    char* address = root.storage[k].address.exchange(nullptr, std::memory_order_acq_rel);
    if (address) memory_plan_.memory().free_reserved(address, volume * root.fields[k].size_bytes);
  }
  for (uint32_t g = 0; g < root.group_count(); ++g) root.allocated[g].store(0, std::memory_order_relaxed);
  memory_plan_.release(root);
}

}  // namespace palatine::legion
