#include "sema/specialize/c_types.h"

#include <fmt/format.h>

namespace palatine::sema {

using cimport::CType;

static const Type* convert_function(World& world, const cimport::Header& header, const CType& type) {
  std::vector<const Type*> params;
  for (const cimport::CTypePtr& param : type.params) {
    const Type* converted = convert_c_type(world, header, *param);
    if (!converted) return nullptr;
    params.push_back(converted);
  }
  const Type* result = convert_c_type(world, header, *type.element);
  if (!result) return nullptr;
  return world.types.function(std::move(params), result, type.variadic);
}

static const Type* convert_pointer(World& world, const cimport::Header& header, const CType& type) {
  if (type.element->kind == CType::Kind::void_type) return world.types.pointer(world.types.opaque());
  const Type* element = convert_c_type(world, header, *type.element);
  // A pointer to something without a type here can still be passed around.
  return world.types.pointer(element ? element : world.types.opaque());
}

const Type* convert_c_type(World& world, const cimport::Header& header, const CType& type) {
  TypeTable& types = world.types;
  switch (type.kind) {
    case CType::Kind::void_type:
      return types.unit();
    case CType::Kind::boolean:
      return types.boolean();
    case CType::Kind::integer:
      if (type.bits != 8 && type.bits != 16 && type.bits != 32 && type.bits != 64) return nullptr;
      return types.integer(static_cast<int>(type.bits), type.is_signed);
    case CType::Kind::floating:
      if (type.bits != 32 && type.bits != 64) return nullptr;
      return types.floating(static_cast<int>(type.bits));
    case CType::Kind::pointer:
      return convert_pointer(world, header, type);
    case CType::Kind::array:
    case CType::Kind::vector: {
      const Type* element = convert_c_type(world, header, *type.element);
      if (!element) return nullptr;
      return type.kind == CType::Kind::array ? types.array(element, type.count)
                                             : types.vector(element, type.count);
    }
    case CType::Kind::function:
      return convert_function(world, header, type);
    case CType::Kind::record:
      return convert_c_record(world, header, type.name);
    case CType::Kind::enumeration: {
      auto found = header.typedefs.find(type.name);
      if (found == header.typedefs.end() || found->second->kind != CType::Kind::integer) {
        return types.integer(32, type.is_signed);
      }
      return convert_c_type(world, header, *found->second);
    }
    case CType::Kind::unsupported:
      return nullptr;
  }
  return nullptr;
}

// True when the fields alone, laid out by the rules of C, give the struct's size.
static bool has_plain_layout(const StructType& type) {
  if (type.size_bytes == 0) return true;
  StructType members = type;
  members.size_bytes = 0;
  std::optional<Layout> layout = layout_of(&members);
  return layout && layout->size_bytes == type.size_bytes && layout->align_bytes == type.align_bytes;
}

// A header that is included as it is shows the members that another one could not.
static bool has_hidden_members(const StructType& type, const cimport::CRecord& record) {
  return type.fields.empty() && !record.fields.empty();
}

const StructType* convert_c_record(World& world, const cimport::Header& header, const std::string& name) {
  auto found = header.records.find(name);
  if (found == header.records.end()) return nullptr;
  const cimport::CRecord& record = found->second;
  // What nothing names is known by its place in its header.
  const std::string spelling = record.spelling.empty()
                                   ? fmt::format("{} of {}", name, static_cast<const void*>(&header))
                                   : record.spelling;
  StructType*& slot = world.c_structs[spelling];
  // What one header only declares, another may define.
  bool is_known = slot && (slot->size_bytes > 0 || !record.is_complete) &&
                  (header.is_c || !has_hidden_members(*slot, record));
  if (is_known) return slot;
  // `typedef struct s {...} s` is called by its short name.
  constexpr std::string_view kTag = "struct ";
  const std::string short_name = name.starts_with(kTag) ? name.substr(kTag.size()) : "";
  const bool has_short_name = header.typedefs.contains(short_name);
  if (!slot) slot = world.types.new_struct(StructOrigin::c, has_short_name ? short_name : name);
  StructType* type = slot;
  type->fields.clear();
  type->c_spelling = record.spelling;
  type->is_union = record.is_union;
  type->size_bytes = record.size_bytes;
  type->align_bytes = record.align_bytes;
  for (const cimport::CField& field : record.fields) {
    // Bit-fields and unnamed members cannot be named here; the layout is C's own all the same.
    if (field.is_bit_field || field.name.empty()) continue;
    const Type* converted = convert_c_type(world, header, *field.type);
    if (converted) type->fields.push_back({field.name, converted, {}});
  }
  // Where generated code defines the struct itself, its members have to be all there is.
  if (header.is_c && !has_plain_layout(*type)) type->fields.clear();
  return type;
}

}  // namespace palatine::sema
