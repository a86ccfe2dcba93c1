#include "codegen/emit/emit_types.h"

#include <fmt/format.h>

namespace palatine::codegen {

using namespace sema;

static const IndexType* index_of(const Type* type) {
  if (const auto* index = try_as<IndexType>(type)) return index;
  if (const auto* bounded = try_as<BoundedType>(type)) return bounded->index;
  if (const auto* rect = try_as<RectType>(type)) return rect->index;
  return nullptr;
}

// All instances of a field space are one struct in C++: their fields differ in the regions that they name.
static const StructType& representative(const StructType& type) {
  if (!type.definition || type.definition->instances.empty()) return type;
  return *type.definition->instances.front();
}

int components(const Type* type) {
  const IndexType* index = index_of(type);
  return index ? index->components() : 0;
}

bool is_multi_pointer(const Type* type) {
  const auto* bounded = try_as<BoundedType>(type);
  return bounded && bounded->bounds.size() > 1;
}

bool is_scalar_index(const Type* type) {
  return type->kind != TypeKind::rect && components(type) == 1 && !is_multi_pointer(type);
}

static std::string integer_name(const IntegerType& type) {
  if (type.bits == 8 && type.is_signed) return "char";
  return fmt::format("{}int{}_t", type.is_signed ? "" : "u", type.bits);
}

std::string TypeEmitter::name(const Type* type) {
  switch (type->kind) {
    case TypeKind::error:
    case TypeKind::unit:
      return "api::Unit";
    case TypeKind::boolean:
      return "bool";
    case TypeKind::integer:
      return integer_name(as<IntegerType>(type));
    case TypeKind::floating:
      return as<FloatType>(type).bits == 32 ? "float" : "double";
    case TypeKind::opaque:
      return "void";
    case TypeKind::niltype:
      return "void*";
    case TypeKind::pointer:
      return name(as<PointerType>(type).element) + "*";
    case TypeKind::array: {
      const auto& array = as<ArrayType>(type);
      return fmt::format("api::Array<{}, {}>", name(array.element), array.count);
    }
    case TypeKind::vector: {
      const auto& vector = as<VectorType>(type);
      return fmt::format("api::Vector<{}, {}>", name(vector.element), vector.count);
    }
    case TypeKind::function: {
      const auto& function = as<FunctionType>(type);
      std::string params;
      for (const Type* param : function.params) params += (params.empty() ? "" : ", ") + name(param);
      if (function.variadic) params += params.empty() ? "..." : ", ...";
      return fmt::format("api::Type<{}({})>", result_name(function.result), params);
    }
    case TypeKind::structure: {
      const auto& structure = representative(as<StructType>(type));
      if (is_visible_c(structure)) return structure.c_spelling;
      auto [entry, is_new] = struct_names_.try_emplace(&structure);
      if (is_new) {
        entry->second = names_.declare_global(structure.name.empty() ? "tuple" : structure.name);
        structs_.push_back(&structure);
      }
      return entry->second;
    }
    case TypeKind::index:
    case TypeKind::bounded: {
      const int n = components(type);
      if (is_multi_pointer(type)) return fmt::format("api::MultiPointer<{}>", n);
      return n == 1 ? "int64_t" : fmt::format("api::Point<{}>", n);
    }
    case TypeKind::rect:
      return fmt::format("api::Rect<{}>", components(type));
    case TypeKind::ispace:
      return "api::Ispace";
    case TypeKind::region:
      return "api::Region";
    case TypeKind::partition:
      return "api::Partition";
    case TypeKind::cross_product:
      return "api::CrossProduct";
    case TypeKind::dynamic_collective:
      return "api::DynamicCollective";
    case TypeKind::phase_barrier:
      return "api::PhaseBarrier";
    case TypeKind::list:
      return fmt::format("api::List<{}>", name(as<ListType>(type).element));
    case TypeKind::transform: {
      const auto& transform = as<TransformType>(type);
      return fmt::format("api::Transform<{}, {}>", transform.rows, transform.columns);
    }
  }
  return "api::Unit";
}

std::string TypeEmitter::result_name(const Type* type) {
  return !type || type->kind == TypeKind::unit ? "void" : name(type);
}

std::string TypeEmitter::field_name(const StructType& type, int field) {
  const std::string& wanted = type.fields[field].name;
  if (is_visible_c(type)) return wanted;
  NameScopes members;
  for (int k = 0; k < field; ++k) members.declare(type.fields[k].name);
  return members.declare(wanted);
}

Code TypeEmitter::member(const Code& object, const Type* object_type, int field) {
  switch (object_type->kind) {
    case TypeKind::rect:
      return {object.as_object() + (field == 0 ? ".lo" : ".hi"), Precedence::postfix};
    case TypeKind::index:
    case TypeKind::bounded:
      if (is_multi_pointer(object_type)) {
        return {fmt::format("{}.point{}", object.as_object(),
                            components(object_type) == 1 ? "" : fmt::format(".c[{}]", field)),
                Precedence::postfix};
      }
      if (components(object_type) == 1) return object;
      return {fmt::format("{}.c[{}]", object.as_object(), field), Precedence::postfix};
    default: {
      const auto& structure = as<StructType>(object_type);
      Code result{object.as_object() + "." + field_name(structure, field), Precedence::postfix};
      // A C array is no value in C++; its wrapper has the same layout.
      if (is_visible_c(structure) && structure.fields[field].type->kind == TypeKind::array) {
        result.text =
            fmt::format("reinterpret_cast<{}&>({})", name(structure.fields[field].type), result.text);
      }
      return result;
    }
  }
}

void TypeEmitter::define(const StructType& instance, Writer& out) {
  const StructType& type = representative(instance);
  int& state = states_[&type];
  if (state != 0) return;
  state = 1;
  std::vector<std::string> members;
  for (int k = 0; k < static_cast<int>(type.fields.size()); ++k) {
    const Type* inner = type.fields[k].type;
    const int number = type.fields[k].union_number;
    if (number != 0 && (k == 0 || type.fields[k - 1].union_number != number)) members.emplace_back("union {");
    members.push_back(name(inner) + " " + field_name(type, k) + ";");
    const bool is_last = k + 1 == static_cast<int>(type.fields.size());
    if (number != 0 && (is_last || type.fields[k + 1].union_number != number)) members.emplace_back("};");
    while (const auto* array = try_as<ArrayType>(inner)) inner = array->element;
    const auto* nested = try_as<StructType>(inner);
    if (nested && !is_visible_c(*nested)) define(*nested, out);
  }
  out.line(fmt::format("{} {} {{", type.is_union ? "union" : "struct", name(&type)));
  out.indent();
  for (const std::string& member_text : members) out.line(member_text);
  // A struct of C whose members cannot be said here.
  if (members.empty() && type.size_bytes > 0) {
    out.line(fmt::format("alignas({}) unsigned char bytes[{}];", type.align_bytes, type.size_bytes));
  }
  out.dedent();
  out.line("};");
  states_[&type] = 2;
}

std::string TypeEmitter::field_space(const Type* element) {
  if (const auto* structure = try_as<StructType>(element)) element = &representative(*structure);
  auto [entry, is_new] = field_space_names_.try_emplace(element);
  if (is_new) {
    const std::string cpp_name = name(element);
    const bool is_struct = element->kind == TypeKind::structure;
    entry->second = names_.declare_global("fields_of_" + (is_struct ? cpp_name : type_name(element)));
    field_spaces_.push_back(element);
  }
  return entry->second;
}

void TypeEmitter::write_field_space(const Type* element, const std::string& space_name, Writer& out) {
  const std::vector<LeafField> leaves = flatten_fields(element);
  if (leaves.empty()) {
    out.line(fmt::format("static constexpr api::FieldSpaceDesc {}{{{}, nullptr, 0}};", space_name,
                         string_literal(type_name(element))));
    return;
  }
  out.line(fmt::format("static constexpr api::FieldDesc {}_fields[] = {{", space_name));
  out.indent();
  for (const LeafField& leaf : leaves) {
    const std::string type = name(leaf.type);
    out.line(fmt::format("{{{}, sizeof({}), alignof({})}},", string_literal(field_path_name(leaf.path)), type,
                         type));
  }
  out.dedent();
  out.line("};");
  // Legion has 4 for a whole field space.
  constexpr size_t kLeastPerField = 8, kLeast = 32;
  const size_t scratch = needs_scratch_fields_ ? std::max(kLeastPerField, kLeast / leaves.size()) : 0;
  const std::string more = scratch > 0 ? fmt::format(", {}", scratch) : "";
  out.line(fmt::format("static constexpr api::FieldSpaceDesc {0}{{{1}, {0}_fields, {2}{3}}};", space_name,
                       string_literal(type_name(element)), leaves.size(), more));
}

void TypeEmitter::write_definitions(Writer& out) {
  // Conversions and field spaces name types, and so may add structs; they are written to a text of their own
  // first.
  for (const Type* element : field_spaces_) {
    for (const LeafField& leaf : flatten_fields(element)) name(leaf.type);
  }
  for (size_t k = 0; k < structs_.size(); ++k) {
    for (const StructField& field : structs_[k]->fields) name(field.type);
  }
  for (const StructType* type : structs_) {
    out.line(fmt::format("{} {};", type->is_union ? "union" : "struct", name(type)));
  }
  for (const StructType* type : structs_) define(*type, out);
  if (!structs_.empty()) out.blank();
  for (const Type* element : field_spaces_) write_field_space(element, field_space_names_.at(element), out);
  if (!field_spaces_.empty()) out.blank();
}

const char* reduction_name(ast::ReductionOp op) {
  switch (op) {
    case ast::ReductionOp::add:
      return "add";
    case ast::ReductionOp::subtract:
      return "subtract";
    case ast::ReductionOp::multiply:
      return "multiply";
    case ast::ReductionOp::divide:
      return "divide";
    case ast::ReductionOp::max:
      return "max";
    case ast::ReductionOp::min:
      return "min";
  }
  return "add";
}

}  // namespace palatine::codegen
