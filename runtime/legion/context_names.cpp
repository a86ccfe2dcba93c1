// What ids name for the running task, and the deferred end of regions and partitions.
#include <string>

#include "runtime/legion/context.h"
#include "runtime/legion/run_after.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Whether `task` destroyed a partition that the region lies in, or its tree.
bool is_gone(const Region& region, const Task& task) {
  for (const Region* r = &region; r->parent; r = r->parent->parent) {
    if (r->parent->destroyer.load(std::memory_order_relaxed) == &task) return true;
  }
  return region.root->destroyer.load(std::memory_order_relaxed) == &task;
}

bool is_in(const Region& region, const Partition& partition) {
  for (const Region* r = &region; r->parent; r = r->parent->parent) {
    if (r->parent == &partition) return true;
  }
  return false;
}

}  // namespace

ContextImpl::~ContextImpl() {
  if (!traces_.empty())
    realm::fatal_error("error: task `%s` ends inside trace %llu", task_.info.desc->name,
                       static_cast<unsigned long long>(traces_.back()));
  mapped_.clear();
  log_mapped(false);
  if (!scratch_fields_.empty()) give_back_scratch_fields();
  for (const Grave& grave : graves_) clear(grave);
}

void ContextImpl::fail_gone(const char* what, const RootRegion* root, api::SourceLoc loc) const {
  const api::TaskDesc& desc = *task_.info.desc;
  const bool has_name = root && !root->name.empty();
  std::string of = !has_name ? "" : (root->destroyer == &task_ ? " `" : " of `") + root->name + "`";
  const api::SourceLoc place = loc.file ? loc : desc.loc;
  realm::fatal_error("%s:%u: task `%s` uses a %s%s that %s", place.file ? place.file : "?", place.line,
                     desc.name, what, of.c_str(),
                     root ? "it has destroyed" : "does not exist: it was destroyed, or never made");
}

Region& ContextImpl::checked(Region* region, api::SourceLoc loc) const {
  if (!region) fail_gone("region", nullptr, loc);
  if (is_gone(*region, task_)) {
    fail_gone(region->root->destroyer == &task_ ? "region" : "partition", region->root, loc);
  }
  return *region;
}

Partition& ContextImpl::checked(Partition* partition, api::SourceLoc loc) const {
  if (!partition) fail_gone("partition", nullptr, loc);
  if (partition->destroyer.load(std::memory_order_relaxed) == &task_ || is_gone(*partition->parent, task_))
    fail_gone(partition->parent->root->destroyer == &task_ ? "partition of region" : "partition",
              partition->parent->root, loc);
  return *partition;
}

CrossProduct& ContextImpl::cross_product(uint32_t id, api::SourceLoc loc) const {
  CrossProduct* product = forest().find_cross_product(id);
  if (!product) fail_gone("cross product", nullptr, loc);
  partition(product->partitions[0], loc);
  return *product;
}

void ContextImpl::clear(const Grave& grave) {
  for (Partition* partition : grave.partitions) forest().drop_reference(*partition);
  forest().drop_reference(*grave.root);
}

void ContextImpl::bury(realm::Event end, RootRegion& root, std::vector<Partition*> partitions) {
  if (graves_.size() >= clean_graves_at_) {
    std::erase_if(graves_, [&](const Grave& old) {
      const bool is_over = old.end.has_triggered();
      if (is_over) clear(old);
      return is_over;
    });
    clean_graves_at_ = std::max<size_t>(8, 2 * graves_.size());
  }
  forest().add_reference(root);
  graves_.push_back({end, &root, std::move(partitions)});
}

void ContextImpl::destroy(RootRegion& root) {
  root.destroyer.store(&task_, std::memory_order_relaxed);
  std::erase_if(mapped_, [&](const Use& use) { return use.region->root == &root; });
  log_mapped(false);
  Forest& trees = forest();
  // The data goes with its last use, so that who waits for memory does not wait for everything else; names
  // may be looked up by whatever was launched.
  const realm::Event unused = launches_ ? dependences().forget(root) : realm::Event::none();
  const realm::Event end = all_launched();
  bury(end, root, trees.hold(root));
  trees.add_reference(root);
  run_after(unused, [&trees, &root] {
    trees.free_storage(root);
    trees.drop_reference(root);
  });
  run_after(end, [&trees, &root] { trees.end(root); });
}

void ContextImpl::destroy(Partition& partition) {
  if (partition.destroyer.exchange(&task_, std::memory_order_relaxed) == &task_) return;
  std::erase_if(mapped_, [&](const Use& use) { return is_in(*use.region, partition); });
  log_mapped(false);
  if (launches_) dependences().forget(partition);
  Forest& trees = forest();
  const realm::Event end = all_launched();
  bury(end, *partition.parent->root, trees.hold(partition));
  // The region may end before.
  trees.add_reference(partition);
  run_after(end, [&trees, &partition] {
    trees.end(partition);
    trees.drop_reference(partition);
  });
}

void ContextImpl::destroy(api::PhaseBarrier barrier) {
  if (!runtime_.barriers.end(barrier))
    realm::fatal_error("task `%s` destroys a phase barrier that does not exist", task_.info.desc->name);
  run_after(all_launched(), [&barriers = runtime_.barriers, barrier] { barriers.drop(barrier); });
}

}  // namespace palatine::legion
