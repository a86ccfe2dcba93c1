// Information that programs attach to handles, by tag. It stays while the runtime runs, that of tasks longer,
// so results stay valid. Any thread may use it.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>

#include "legion/types.h"

namespace Legion::Internal {

enum class SemanticKind : uint8_t {
  task,
  index_space,
  index_partition,
  field_space,
  field,
  region,
  partition
};

struct SemanticKey {
  SemanticKind kind;
  uint32_t id;
  FieldID field;
  auto operator<=>(const SemanticKey&) const = default;
};

class SemanticInfo {
 public:
  static SemanticInfo& get();

  // Copies the bytes. Ends the program with a message when other information is there that is not mutable.
  void attach(const SemanticKey& key, SemanticTag tag, const void* buffer, size_t size, bool is_mutable);
  bool retrieve(const SemanticKey& key, SemanticTag tag, const void*& result, size_t& size,
                bool can_fail) const;

  // At the end of a run: handles are given again.
  void forget_handles();

 private:
  struct Entry {
    std::string bytes;
    bool is_mutable;
  };
  mutable std::shared_mutex mutex_;
  std::map<std::pair<SemanticKey, SemanticTag>, Entry> entries_;
};

}  // namespace Legion::Internal
