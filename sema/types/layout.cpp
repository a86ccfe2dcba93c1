// Sizes of values in memory.
#include <algorithm>

#include "sema/types/types.h"

namespace palatine::sema {

static constexpr Layout kWord = {8, 8};

static uint64_t round_up(uint64_t size_bytes, uint64_t align_bytes) {
  return (size_bytes + align_bytes - 1) / align_bytes * align_bytes;
}

static Layout append(Layout whole, Layout part, bool is_union) {
  uint64_t offset = 0;
  if (!is_union) offset = round_up(whole.size_bytes, part.align_bytes);
  return {std::max(whole.size_bytes, offset + part.size_bytes),
          std::max(whole.align_bytes, part.align_bytes)};
}

static std::optional<Layout> struct_layout(const StructType& type) {
  if (type.size_bytes > 0) return Layout{type.size_bytes, type.align_bytes};
  Layout whole = {0, 1};
  for (size_t i = 0; i < type.fields.size();) {
    // A field, or all that lie in one place.
    const int number = type.fields[i].union_number;
    Layout part = {0, 1};
    do {
      const std::optional<Layout> member = layout_of(type.fields[i].type);
      if (!member) return std::nullopt;
      part = append(part, *member, number != 0);
      ++i;
    } while (number != 0 && i < type.fields.size() && type.fields[i].union_number == number);
    if (number != 0) part.size_bytes = round_up(part.size_bytes, part.align_bytes);
    whole = append(whole, part, type.is_union);
  }
  whole.size_bytes = round_up(whole.size_bytes, whole.align_bytes);
  return whole;
}

std::optional<Layout> layout_of(const Type* type) {
  switch (type->kind) {
    case TypeKind::boolean:
      return Layout{1, 1};
    case TypeKind::integer: {
      uint64_t bytes = as<IntegerType>(type).bits / 8u;
      return Layout{bytes, bytes};
    }
    case TypeKind::floating: {
      uint64_t bytes = as<FloatType>(type).bits / 8u;
      return Layout{bytes, bytes};
    }
    case TypeKind::pointer:
    case TypeKind::phase_barrier:
      return kWord;
    case TypeKind::dynamic_collective:
      return Layout{2 * kWord.size_bytes, kWord.align_bytes};
    case TypeKind::array: {
      const auto& array = as<ArrayType>(type);
      std::optional<Layout> element = layout_of(array.element);
      if (!element) return std::nullopt;
      return Layout{element->size_bytes * array.count, element->align_bytes};
    }
    case TypeKind::vector: {
      const auto& vector = as<VectorType>(type);
      std::optional<Layout> element = layout_of(vector.element);
      if (!element) return std::nullopt;
      return Layout{element->size_bytes * vector.count, element->align_bytes};
    }
    case TypeKind::structure:
      return struct_layout(as<StructType>(type));
    case TypeKind::index:
      return Layout{8u * static_cast<uint64_t>(as<IndexType>(type).components()), 8};
    case TypeKind::rect:
      return Layout{16u * static_cast<uint64_t>(as<RectType>(type).index->components()), 8};
    case TypeKind::bounded: {
      const auto& bounded = as<BoundedType>(type);
      Layout whole = {8u * static_cast<uint64_t>(bounded.index->components()), 8};
      // A pointer into one of several regions tells which.
      if (bounded.bounds.size() > 1) whole.size_bytes += 8;
      return whole;
    }
    case TypeKind::transform: {
      const auto& transform = as<TransformType>(type);
      return Layout{8u * static_cast<uint64_t>(transform.rows * transform.columns), 8};
    }
    case TypeKind::unit:
      return Layout{0, 1};
    case TypeKind::ispace:
    case TypeKind::region:
    case TypeKind::partition:
      return Layout{4, 4};
    default:
      return std::nullopt;
  }
}

bool contains_by_value(const Type* outer, const Type* inner) {
  if (outer == inner) return true;
  if (const auto* array = try_as<ArrayType>(outer)) return contains_by_value(array->element, inner);
  if (const auto* structure = try_as<StructType>(outer)) {
    const auto* other = try_as<StructType>(inner);
    // All instances of a field space have the same fields, up to the regions that they name.
    if (structure->definition && other && structure->definition == other->definition) return true;
    return std::any_of(structure->fields.begin(), structure->fields.end(),
                       [&](const StructField& field) { return contains_by_value(field.type, inner); });
  }
  return false;
}

}  // namespace palatine::sema
