#include "codegen/emit/c_unit.h"

#include <fmt/format.h>

#include "frontend/base/content_hash.h"

namespace palatine::codegen {

using cimport::CType;

// C's name of a type that a wrapper takes or returns; a record by its own name.
static std::string c_type_name(const cimport::Header& header, const CType& type) {
  switch (type.kind) {
    case CType::Kind::void_type:
      return "void";
    case CType::Kind::boolean:
      return "_Bool";
    case CType::Kind::enumeration:
    case CType::Kind::integer:
      return fmt::format("__{}INT{}_TYPE__", type.is_signed ? "" : "U", type.bits);
    case CType::Kind::floating:
      return type.bits == 32 ? "float" : "double";
    case CType::Kind::record: {
      const auto found = header.records.find(type.name);
      return found == header.records.end() ? type.name : found->second.spelling;
    }
    default:
      return "void*";
  }
}

// The wrapper of a function. What C converts by itself needs no casts: the header's text is C.
static std::string wrapper_text(const cimport::Header& header, const cimport::CFunction& function,
                                const std::string& symbol, bool by_address) {
  const CType& type = *function.type;
  const bool has_result = type.element->kind != CType::Kind::void_type;
  std::string params = by_address && has_result ? "void* palatine_result" : "";
  std::string arguments;
  for (size_t k = 0; k < type.params.size(); ++k) {
    const bool is_struct = type.params[k]->kind == CType::Kind::record;
    const std::string name = c_type_name(header, *type.params[k]);
    params += fmt::format("{}{} palatine_{}", params.empty() ? "" : ", ", is_struct ? "void*" : name, k);
    arguments += fmt::format("{}{}palatine_{}", k == 0 ? "" : ", ", is_struct ? "*(" + name + "*)" : "", k);
  }
  const std::string call = fmt::format("{}({})", function.name, arguments);
  std::string body = has_result ? "return " + call + ";" : call + ";";
  if (by_address && has_result) {
    body = fmt::format(
        "__typeof__({0}) palatine_value = {0}; __builtin_memcpy(palatine_result, &palatine_value, "
        "sizeof palatine_value);",
        call);
  }
  const std::string result = by_address || !has_result ? "void" : c_type_name(header, *type.element);
  return fmt::format("{} {}({}) {{ {} }}\n", result, symbol, params.empty() ? "void" : params, body);
}

CUnits::HeaderUnit& CUnits::unit_of(const cimport::Header& header) {
  auto [entry, is_new] = units_.try_emplace(&header);
  if (is_new) {
    ContentHash hash;
    hash.add(header.source_text);
    for (const std::string& arg : header.clang_args) hash.add(arg);
    entry->second.prefix = "palatine_c_" + hash.hex().substr(0, 12) + "_";
  }
  return entry->second;
}

std::string CUnits::declaration(const ir::CCallExpr& call, const CLink& link, const std::string& symbol,
                                size_t fixed_count) {
  auto param_name = [&](const sema::Type* type) {
    const bool is_struct = type->kind == sema::TypeKind::structure;
    const bool is_address = type->kind == sema::TypeKind::pointer || (is_struct && !link.by_pointer);
    return is_address ? std::string("void*") : types_.name(type);
  };
  const bool has_result = call.type->kind != sema::TypeKind::unit;
  const bool returns = has_result && !link.by_address;
  std::string params = has_result && link.by_address ? "void*" : "";
  for (size_t k = 0; k < fixed_count && k < call.args.size(); ++k) {
    params += (params.empty() ? "" : ", ") + param_name(call.args[k]->type);
  }
  if (call.header->functions.at(call.function).type->variadic) params += params.empty() ? "..." : ", ...";
  const std::string name = link.by_pointer ? "(*const " + link.name + ")" : link.name;
  return fmt::format("extern \"C\" {} {}({}) __asm__(\"{}\");", returns ? param_name(call.type) : "void",
                     name, params, symbol);
}

const CLink& CUnits::link(const ir::CCallExpr& call) {
  auto [entry, is_new] = links_.try_emplace({call.header, call.function});
  CLink& link = entry->second;
  if (!is_new) return link;
  const cimport::CFunction& function = call.header->functions.at(call.function);
  const CType& type = *function.type;
  link.name = names_.declare_global("c_" + call.function);
  link.by_address = type.element->kind == CType::Kind::record;
  for (const auto& param : type.params) link.by_address |= param->kind == CType::Kind::record;
  std::string symbol = function.symbol;
  // A wrapper could not pass any number of arguments on.
  link.by_pointer = type.variadic && (symbol.empty() || link.by_address);
  if (link.by_pointer) {
    link.by_address = false;
    symbol = pointer_to(*call.header, call.function);
  } else if (symbol.empty() || link.by_address) {
    HeaderUnit& unit = unit_of(*call.header);
    symbol = unit.prefix + call.function;
    unit.wrappers += wrapper_text(*call.header, function, symbol, link.by_address);
  }
  declarations_.push_back(declaration(call, link, symbol, type.params.size()));
  return link;
}

std::string CUnits::pointer_to(const cimport::Header& header, const std::string& variable) {
  HeaderUnit& unit = unit_of(header);
  const std::string symbol = unit.prefix + "pointer_to_" + variable;
  const std::string line = fmt::format("__typeof__({0})* const {1} = &{0};\n", variable, symbol);
  if (unit.wrappers.find(line) == std::string::npos) unit.wrappers += line;
  return symbol;
}

const std::string& CUnits::address_of(const cimport::Header& header, const std::string& function) {
  auto [entry, is_new] = addresses_.try_emplace({&header, function});
  if (is_new) {
    entry->second = names_.declare_global("address_of_" + function);
    declarations_.push_back(fmt::format("extern \"C\" void* const {} __asm__(\"{}\");", entry->second,
                                        pointer_to(header, function)));
  }
  return entry->second;
}

void CUnits::write_declarations(Writer& out) const {
  for (const std::string& declaration : declarations_) out.line(declaration);
  if (!declarations_.empty()) out.blank();
}

// The lines of `wrappers`, one for each, that `text` lacks.
static std::string without_known(const std::string& wrappers, const std::string& text) {
  std::string result;
  for (size_t begin = 0; begin < wrappers.size();) {
    const size_t end = wrappers.find('\n', begin) + 1;
    const std::string line = wrappers.substr(begin, end - begin);
    if (text.find(line) == std::string::npos) result += line;
    begin = end;
  }
  return result;
}

std::vector<EmittedUnit> CUnits::units(const ir::Program& program, const std::string& name) const {
  std::vector<EmittedUnit> result;
  // A header that was imported twice defines what it defines once.
  std::map<std::pair<std::string, std::vector<std::string>>, size_t> known;
  for (const auto& header : program.headers) {
    if (!header->is_c) continue;
    const auto found = units_.find(header.get());
    const bool has_wrappers = found != units_.end() && !found->second.wrappers.empty();
    if (!has_wrappers && !header->defines_code) continue;
    const std::string wrappers = has_wrappers ? found->second.wrappers : "";
    const auto [entry, is_new] = known.try_emplace({header->source_text, header->clang_args}, result.size());
    if (!is_new) {
      std::string& text = result[entry->second].text;
      if (text.find(wrappers) == std::string::npos) text += without_known(wrappers, text);
      continue;
    }
    EmittedUnit unit;
    unit.name = fmt::format("{}_c{}", name, result.size() + 1);
    unit.is_c = true;
    unit.text = header->source_text + "\n" + wrappers;
    unit.clang_args = header->clang_args;
    result.push_back(std::move(unit));
  }
  return result;
}

}  // namespace palatine::codegen
