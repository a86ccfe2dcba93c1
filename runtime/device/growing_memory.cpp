// Blocks that grow where they lie: the part of `Memory` that keeps account of them.
#include <cstdio>

#include "runtime/device/device.h"

namespace palatine::device {

namespace {

std::string describe(const Memory& memory, size_t size_bytes, size_t range_bytes) {
  return std::to_string(size_bytes) + " bytes in a range of " + std::to_string(range_bytes) + " bytes of " +
         to_string(memory.kind()) + " memory on " + memory.device().describe();
}

std::string text_of(const void* address) {
  char text[32];
  snprintf(text, sizeof text, "%p", address);
  return text;
}

}  // namespace

Result<void*> Memory::allocate_growing(size_t size_bytes, size_t range_bytes) {
  if (mapping_bytes_ == 0) {
    return Status::error(StatusCode::not_supported,
                         "mapping of " + describe(*this, size_bytes, range_bytes) + ": it cannot be mapped");
  }
  if (size_bytes == 0 || size_bytes % mapping_bytes_ != 0 || range_bytes % mapping_bytes_ != 0 ||
      size_bytes > range_bytes) {
    return Status::error(StatusCode::invalid_argument,
                         "mapping of " + describe(*this, size_bytes, range_bytes) +
                             ": the sizes are no multiples of " + std::to_string(mapping_bytes_));
  }
  Result<uint64_t> used = take_bytes(size_bytes);
  if (!used.ok()) return used.status();
  std::lock_guard lock(growing_mutex_);
  Result<void*> range = do_reserve(range_bytes);
  if (!range.ok()) {
    give_bytes(size_bytes);
    return range;
  }
  if (Status status = do_map(range.value(), size_bytes); !status.ok()) {
    do_unreserve(range.value(), range_bytes);
    give_bytes(size_bytes);
    return status;
  }
  growing_[range.value()] = {range_bytes, size_bytes, {size_bytes}};
  blocks_.fetch_add(1, std::memory_order_relaxed);
  note_high_water(used.value());
  return range;
}

Status Memory::extend(void* address, size_t more_bytes) {
  std::lock_guard lock(growing_mutex_);
  auto found = growing_.find(address);
  const size_t room = found == growing_.end() ? 0 : found->second.range_bytes - found->second.size_bytes;
  if (more_bytes == 0 || more_bytes > room || more_bytes % mapping_bytes_ != 0) {
    return Status::error(
        StatusCode::invalid_argument,
        "extension by " + std::to_string(more_bytes) + " bytes of the block at " + text_of(address) + " in " +
            to_string(kind_) + " memory on " + device_.describe() + ": " +
            (found == growing_.end() ? "no block that can grow"
                                     : "its range has " + std::to_string(room) + " more, in steps of " +
                                           std::to_string(mapping_bytes_)));
  }
  Result<uint64_t> used = take_bytes(more_bytes);
  if (!used.ok()) return used.status();
  Growing& block = found->second;
  if (Status status = do_map(static_cast<char*>(address) + block.size_bytes, more_bytes); !status.ok()) {
    give_bytes(more_bytes);
    return status;
  }
  block.size_bytes += more_bytes;
  block.pieces.push_back(more_bytes);
  note_high_water(used.value());
  return {};
}

Result<size_t> Memory::shrink(void* address, size_t keep_bytes) {
  std::lock_guard lock(growing_mutex_);
  auto found = growing_.find(address);
  if (found == growing_.end()) {
    return Status::error(StatusCode::invalid_argument, "shrinking of the block at " + text_of(address) +
                                                           " in " + to_string(kind_) + " memory on " +
                                                           device_.describe() + ": no block that can grow");
  }
  Growing& block = found->second;
  const size_t piece = block.pieces.back();
  // The first piece stays: a block is never empty.
  if (block.pieces.size() == 1 || block.size_bytes - piece < keep_bytes) return block.size_bytes;
  Status status = do_unmap(static_cast<char*>(address) + block.size_bytes - piece, piece);
  if (!status.ok() && status.code() != StatusCode::device_lost) return status;
  block.pieces.pop_back();
  block.size_bytes -= piece;
  give_bytes(piece);
  return block.size_bytes;
}

bool Memory::free_growing(void* address, size_t size_bytes, Status& status) {
  std::lock_guard lock(growing_mutex_);
  auto found = growing_.find(address);
  if (found == growing_.end() || found->second.size_bytes != size_bytes) return false;
  Growing& block = found->second;
  while (!block.pieces.empty()) {
    const size_t piece = block.pieces.back();
    status = do_unmap(static_cast<char*>(address) + block.size_bytes - piece, piece);
    // What the driver keeps still counts, and may be freed again with what is left of its size.
    if (!status.ok() && status.code() != StatusCode::device_lost) return true;
    block.pieces.pop_back();
    block.size_bytes -= piece;
    give_bytes(piece);
  }
  do_unreserve(address, block.range_bytes);
  growing_.erase(found);
  blocks_.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

void Memory::free_all_growing() {
  std::lock_guard lock(growing_mutex_);
  for (auto& [address, block] : growing_) {
    size_t end = block.size_bytes;
    for (size_t k = block.pieces.size(); k-- > 0; end -= block.pieces[k]) {
      do_unmap(static_cast<char*>(address) + end - block.pieces[k], block.pieces[k]).ignore();
    }
    do_unreserve(address, block.range_bytes);
  }
  growing_.clear();
}

Result<void*> Memory::do_reserve(size_t) {
  return Status::error(StatusCode::not_supported, "mapping of memory on " + device_.describe());
}

void Memory::do_unreserve(void*, size_t) {}

Status Memory::do_map(void*, size_t) {
  return Status::error(StatusCode::not_supported, "mapping of memory on " + device_.describe());
}

Status Memory::do_unmap(void*, size_t) {
  return {};
}

}  // namespace palatine::device
