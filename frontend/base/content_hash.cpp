#include "frontend/base/content_hash.h"

#include <fmt/format.h>
#include <llvm/Support/xxhash.h>

namespace palatine {

ContentHash& ContentHash::add(std::string_view text) {
  uint64_t size = text.size();
  bytes_.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes_.append(text);
  return *this;
}

std::string ContentHash::hex() const {
  llvm::ArrayRef<uint8_t> bytes(reinterpret_cast<const uint8_t*>(bytes_.data()), bytes_.size());
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits(bytes);
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace palatine
