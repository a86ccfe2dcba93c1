// The tasks of a program and their variants, by the numbers that mappers use.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "legion/mapping/mapper_runtime.h"
#include "runtime/api/palatine_api.h"

namespace palatine::legion {

struct CatalogVariant {
  Legion::VariantID id = 0;
  std::string name;
  bool is_leaf = false, is_inner = false, is_idempotent = false, is_replicable = false;
  Legion::ExecutionConstraintSet execution;
  Legion::TaskLayoutConstraintSet layouts;
};
struct CatalogTask {
  Legion::TaskID id = 0;
  std::string name;
  std::vector<std::unique_ptr<CatalogVariant>> variants;

  // Null when there is none.
  const CatalogVariant* find(Legion::VariantID variant) const;
};

// Any thread may use it; entries never go.
class TaskCatalog {
 public:
  // The task of generated code; added when it is first asked for. It has one variant, for CPU and I/O
  // processors.
  CatalogTask& task_of(const api::TaskDesc& desc);
  // Null when there is none.
  const CatalogTask* find(Legion::TaskID id);

 private:
  std::mutex mutex_;
  std::unordered_map<const api::TaskDesc*, CatalogTask*> by_desc_;
  std::unordered_map<Legion::TaskID, std::unique_ptr<CatalogTask>> by_id_;
};

}  // namespace palatine::legion
