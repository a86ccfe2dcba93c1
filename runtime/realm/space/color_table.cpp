#include "runtime/realm/space/color_table.h"

#include <array>

namespace palatine::realm::space {

namespace {

template <typename C>
std::unique_ptr<ColorNumbers> make(const void* bytes, size_t count, std::vector<uint32_t>& numbers) {
  std::vector<C> colors(count);
  std::memcpy(colors.data(), bytes, count * sizeof(C));
  auto table = std::make_unique<ColorTable<C>>(colors);
  numbers.clear();
  for (const C& color : colors) numbers.push_back(table->find(color));
  return table;
}

template <size_t Bytes>
using Blob = std::array<unsigned char, Bytes>;

}  // namespace

// Colours are compared as bytes, so only their size matters.
std::unique_ptr<ColorNumbers> make_color_table(const void* colors, size_t count, size_t color_bytes,
                                               std::vector<uint32_t>& numbers) {
  switch (color_bytes) {
    case 1:
      return make<uint8_t>(colors, count, numbers);
    case 2:
      return make<int16_t>(colors, count, numbers);
    case 4:
      return make<int32_t>(colors, count, numbers);
    case 8:
      return make<int64_t>(colors, count, numbers);
    case 12:
      return make<Blob<12>>(colors, count, numbers);
    case 16:
      return make<Blob<16>>(colors, count, numbers);
    case 24:
      return make<Blob<24>>(colors, count, numbers);
    case 32:
      return make<Blob<32>>(colors, count, numbers);
    case 48:
      return make<Blob<48>>(colors, count, numbers);
    case 64:
      return make<Blob<64>>(colors, count, numbers);
    default:
      return nullptr;
  }
}

}  // namespace palatine::realm::space
