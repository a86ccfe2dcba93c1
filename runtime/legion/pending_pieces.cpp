#include "runtime/legion/pending_pieces.h"

namespace palatine::legion {

void PendingPieces::add(uint32_t partition, uint64_t color_count, uint64_t missing,
                        legion_partition_kind_t kind) {
  if (missing == 0) return;
  std::lock_guard lock(mutex_);
  pending_[partition] = {missing, std::vector<bool>(color_count), kind};
}

bool PendingPieces::has(uint32_t partition) const {
  std::lock_guard lock(mutex_);
  return pending_.contains(partition);
}

PendingPieces::Given PendingPieces::give(uint32_t partition, uint64_t color) {
  std::lock_guard lock(mutex_);
  const auto found = pending_.find(partition);
  if (found == pending_.end() || found->second.is_known[color]) return {};
  Pending& pending = found->second;
  pending.is_known[color] = true;
  const Given given{true, --pending.missing == 0, pending.kind};
  if (given.is_last) pending_.erase(found);
  return given;
}

}  // namespace palatine::legion
