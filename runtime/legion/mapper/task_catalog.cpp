#include "runtime/legion/mapper/task_catalog.h"

namespace palatine::legion {

CatalogTask& TaskCatalog::task_of(const api::TaskDesc& desc) {
  std::lock_guard lock(mutex_);
  CatalogTask*& known = by_desc_[&desc];
  if (known) return *known;
  auto task = std::make_unique<CatalogTask>();
  task->id = static_cast<Legion::TaskID>(by_id_.size() + 1);
  task->name = desc.name;
  for (uint32_t k = 0; k <= desc.variant_count; ++k) {
    auto variant = std::make_unique<CatalogVariant>();
    variant->id = k + 1;
    variant->name = k == 0 ? desc.name : desc.variant_names[k - 1];
    variant->is_leaf = desc.is_leaf;
    variant->is_inner = desc.is_inner;
    variant->is_idempotent = desc.is_idempotent;
    variant->is_replicable = desc.is_replicable;
    variant->execution.processor_constraint.add_kind(Legion::Processor::LOC_PROC);
    variant->execution.processor_constraint.add_kind(Legion::Processor::IO_PROC);
    task->variants.push_back(std::move(variant));
  }
  known = task.get();
  by_id_[task->id] = std::move(task);
  return *known;
}

const CatalogTask* TaskCatalog::find(Legion::TaskID id) {
  std::lock_guard lock(mutex_);
  auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second.get();
}

const CatalogVariant* CatalogTask::find(Legion::VariantID variant) const {
  for (const auto& candidate : variants) {
    if (candidate->id == variant) return candidate.get();
  }
  return nullptr;
}

}  // namespace palatine::legion
