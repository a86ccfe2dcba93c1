#include <array>

#include "realm/utils.h"

namespace Realm {

namespace {

// The sum of each byte alone, with the Castagnoli polynomial, bits reversed.
constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum & 1 ? sum >> 1 ^ 0x82f63b78u : sum >> 1;
    table[byte] = sum;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = make_table();

}  // namespace

uint32_t crc32c_accumulate(uint32_t accum_in, const void* data, size_t len) {
  const unsigned char* at = static_cast<const unsigned char*>(data);
  for (size_t k = 0; k < len; ++k) accum_in = accum_in >> 8 ^ kTable[(accum_in ^ at[k]) & 255];
  return accum_in;
}

}  // namespace Realm
