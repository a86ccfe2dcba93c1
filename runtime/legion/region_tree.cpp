#include "runtime/legion/region_tree.h"

#include <cstdlib>

#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Where the longest axis is cut for colour k of n.
int64_t even_cut(const Box& box, int axis, uint64_t k, uint64_t n) {
  unsigned __int128 offset = static_cast<unsigned __int128>(box.extent(axis)) * k / n;
  return box.lo[axis] + static_cast<int64_t>(offset);
}

}  // namespace

Box Partition::box_of(uint64_t color) const {
  Box box = parent->box;
  if (block[0] > 0) {
    int64_t c[3];
    colors.point_at(color, c);
    for (int d = 0; d < box.dim; ++d) {
      box.lo[d] = parent->box.lo[d] + (c[d] - colors.lo[d]) * block[d];
      box.hi[d] = std::min(box.lo[d] + block[d] - 1, parent->box.hi[d]);
    }
  } else {
    box.lo[cut_axis] = even_cut(parent->box, cut_axis, color, color_count);
    box.hi[cut_axis] = even_cut(parent->box, cut_axis, color + 1, color_count) - 1;
  }
  return box;
}

Box Partition::colors_overlapping(const Box& box) const {
  Box part = intersection(box, parent->box);
  Box result = colors;
  if (part.is_empty() || block[0] <= 0) {
    // Even cuts are used for few colours: all of them are looked at.
    if (part.is_empty()) result.hi[0] = result.lo[0] - 1;
    return result;
  }
  for (int d = 0; d < box.dim; ++d) {
    result.lo[d] = colors.lo[d] + (part.lo[d] - parent->box.lo[d]) / block[d];
    result.hi[d] = std::min(colors.hi[d], colors.lo[d] + (part.hi[d] - parent->box.lo[d]) / block[d]);
  }
  return result;
}

Forest::~Forest() {
  std::vector<RootRegion*> roots;
  regions_.for_each([&](Region* region) {
    if (region->is_root()) roots.push_back(region->root);
  });
  for (RootRegion* root : roots) {
    free_storage(*root);
    free_root(*root);
  }
  ispaces_.for_each([](IndexSpace* space) { delete space; });
}

uint32_t Forest::create_ispace(const Box& box) {
  IndexSpace* space = new IndexSpace;
  space->box = box;
  for (int d = 0; d < box.dim; ++d) {
    space->rect[d] = box.lo[d];
    space->rect[box.dim + d] = box.hi[d];
  }
  ispaces_.add(space);
  return space->id;
}

const IndexSpace& Forest::ispace(uint32_t id) const {
  const IndexSpace* space = ispaces_.find(id);
  if (!space) realm::internal_error("index space %u does not exist", id);
  return *space;
}

Region& Forest::region(uint32_t id) const {
  Region* region = regions_.find(id);
  if (!region) realm::internal_error("region %u does not exist (was it destroyed?)", id);
  return *region;
}

Partition& Forest::partition(uint32_t id) const {
  Partition* partition = partitions_.find(id);
  if (!partition) realm::internal_error("partition %u does not exist (was it destroyed?)", id);
  return *partition;
}

RootRegion& Forest::create_root(uint32_t ispace_id, const api::FieldSpaceDesc& fields,
                                const api::RegionInfo& info) {
  RootRegion* root = new RootRegion;
  root->root = root;
  root->box = ispace(ispace_id).box;
  root->ispace.store(ispace_id, std::memory_order_relaxed);
  root->fields.assign(fields.fields, fields.fields + fields.field_count);
  if (fields.name) root->field_space_name = fields.name;
  if (info.name) root->name = info.name;
  if (info.loc.file) root->file = info.loc.file;
  root->line = info.loc.line;
  root->storage.reset(new FieldStorage[fields.field_count]);
  root->allocated.reset(new std::atomic<uint64_t>[root->group_count()]());
  regions_.add(root);
  return *root;
}

Partition* Forest::find_partition(uint32_t id) const {
  return partitions_.find(id);
}

Partition& Forest::create_partition_equal(Region& region, uint32_t colors_id) {
  Partition* p = new Partition;
  p->parent = &region;
  p->colors_id = colors_id;
  p->colors = ispace(colors_id).box;
  p->color_count = p->colors.volume();
  const Box& box = region.box;
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
  if (p->color_count > 0) {
    // Zero pages: a colour costs memory when its subregion is made.
    p->children = static_cast<std::atomic<Region*>*>(calloc(p->color_count, sizeof(std::atomic<Region*>)));
    if (!p->children)
      realm::fatal_error("out of memory for a partition of %llu colours",
                         static_cast<unsigned long long>(p->color_count));
  }
  {
    std::lock_guard lock(region.root->mutex);
    region.partitions.push_back(p);
  }
  partitions_.add(p);
  return *p;
}

Region& Forest::subregion(Partition& partition, uint64_t color) {
  // Acquire: another thread may have made the region.
  std::atomic<Region*>& place = partition.children[color];
  if (Region* known = place.load(std::memory_order_acquire)) return *known;
  Region* region = new (realm::allocate_block(sizeof(Region))) Region;
  region->root = partition.parent->root;
  region->parent = &partition;
  region->color = color;
  region->box = partition.box_of(color);
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
    id = create_ispace(region.box);
    region.ispace.store(id, std::memory_order_release);
  }
  return id;
}

void Forest::free_partition(Partition& partition) {
  for (uint64_t k = 0; k < partition.color_count; ++k) {
    Region* child = partition.children[k].load(std::memory_order_relaxed);
    if (!child) continue;
    for (Partition* nested : child->partitions) free_partition(*nested);
    if (uint32_t id = child->ispace.load(std::memory_order_relaxed)) {
      delete ispaces_.find(id);
      ispaces_.remove(id);
    }
    regions_.remove(child->id);
    child->~Region();
    realm::free_block(child, sizeof(Region));
  }
  free(partition.children);
  partitions_.remove(partition.id);
  delete &partition;
}

void Forest::drop_reference(Partition& partition) {
  if (partition.references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  {
    std::lock_guard lock(partition.parent->root->mutex);
    std::erase(partition.parent->partitions, &partition);
  }
  free_partition(partition);
}

void Forest::drop_reference(RootRegion& root) {
  if (root.references.fetch_sub(1, std::memory_order_acq_rel) == 1) free_root(root);
}

void Forest::free_root(RootRegion& root) {
  for (Partition* partition : root.partitions) free_partition(*partition);
  regions_.remove(root.id);
  delete &root;
}

void Forest::free_storage(RootRegion& root) {
  uint64_t volume = root.box.volume();
  for (size_t k = 0; k < root.fields.size(); ++k) {
    char* address = root.storage[k].address.exchange(nullptr, std::memory_order_acq_rel);
    if (address) memory_.free(address, volume * root.fields[k].size_bytes);
  }
  for (uint32_t g = 0; g < root.group_count(); ++g) root.allocated[g].store(0, std::memory_order_relaxed);
}

}  // namespace palatine::legion
