// Linked by programs of C++ and by those of the language that call the C API's functions for it.
#include "runtime/legion/cpp/semantic_info.h"

#include <mutex>

#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace realm = palatine::realm;

SemanticInfo& SemanticInfo::get() {
  static auto* info = new SemanticInfo;
  return *info;
}

void SemanticInfo::attach(const SemanticKey& key, SemanticTag tag, const void* buffer, size_t size,
                          bool is_mutable) {
  std::unique_lock lock(mutex_);
  std::string bytes(static_cast<const char*>(buffer), size);
  auto [entry, is_new] = entries_.try_emplace({key, tag}, Entry{bytes, is_mutable});
  if (is_new || entry->second.bytes == bytes) return;
  if (!entry->second.is_mutable)
    realm::fatal_error(
        "error: other information with tag %u was attached to this handle before, and is not "
        "mutable",
        tag);
  entry->second.bytes = std::move(bytes);
}

bool SemanticInfo::retrieve(const SemanticKey& key, SemanticTag tag, const void*& result, size_t& size,
                            bool can_fail) const {
  std::shared_lock lock(mutex_);
  auto found = entries_.find({key, tag});
  if (found != entries_.end()) {
    result = found->second.bytes.data();
    size = found->second.bytes.size();
    return true;
  }
  if (!can_fail) realm::fatal_error("error: no information with tag %u is attached to this handle", tag);
  result = nullptr;
  size = 0;
  return false;
}

void SemanticInfo::forget_handles() {
  std::unique_lock lock(mutex_);
  std::erase_if(entries_, [](const auto& entry) { return entry.first.first.kind != SemanticKind::task; });
}

}  // namespace Legion::Internal
