#include "sema/specialize/math.h"

#include <cstring>

#include "sema/specialize/c_types.h"
#include "sema/specialize/lua_value.h"

namespace palatine::sema {

using cimport::CType;

// The signature has a letter for the result and for each parameter: r the chosen type, i int, l a 64-bit
// integer, s a string, R and I pointers to what r and i are.
struct MathFunction {
  const char* name;
  const char* signature;
};

static constexpr MathFunction kFunctions[] = {
    {"acos", "rr"},       {"acosh", "rr"},    {"asin", "rr"},      {"asinh", "rr"},      {"atan", "rr"},
    {"atan2", "rrr"},     {"atanh", "rr"},    {"cbrt", "rr"},      {"ceil", "rr"},       {"copysign", "rrr"},
    {"cos", "rr"},        {"cosh", "rr"},     {"erf", "rr"},       {"erfc", "rr"},       {"exp", "rr"},
    {"exp2", "rr"},       {"expm1", "rr"},    {"fabs", "rr"},      {"fdim", "rrr"},      {"finite", "ir"},
    {"floor", "rr"},      {"fma", "rrrr"},    {"fmod", "rrr"},     {"frexp", "rrI"},     {"hypot", "rrr"},
    {"ilogb", "ir"},      {"isinf", "ir"},    {"isnan", "ir"},     {"j0", "rr"},         {"j1", "rr"},
    {"jn", "rir"},        {"ldexp", "rri"},   {"lgamma", "rr"},    {"llrint", "lr"},     {"llround", "lr"},
    {"log", "rr"},        {"log10", "rr"},    {"log1p", "rr"},     {"log2", "rr"},       {"logb", "rr"},
    {"modf", "rrR"},      {"nan", "rs"},      {"nearbyint", "rr"}, {"nextafter", "rrr"}, {"pow", "rrr"},
    {"remainder", "rrr"}, {"remquo", "rrrI"}, {"rint", "rr"},      {"round", "rr"},      {"rsqrt", "rr"},
    {"scalbn", "rri"},    {"sin", "rr"},      {"sinh", "rr"},      {"sqrt", "rr"},       {"tan", "rr"},
    {"tanh", "rr"},       {"tgamma", "rr"},   {"trunc", "rr"},     {"y0", "rr"},         {"y1", "rr"},
    {"yn", "rir"},
};

static cimport::CTypePtr scalar_type(CType::Kind kind, uint32_t bits) {
  auto type = std::make_shared<CType>();
  type->kind = kind;
  type->bits = bits;
  type->is_signed = kind == CType::Kind::integer;
  return type;
}

static cimport::CTypePtr pointer_to(cimport::CTypePtr element) {
  auto type = std::make_shared<CType>();
  type->kind = CType::Kind::pointer;
  type->element = std::move(element);
  return type;
}

static cimport::CTypePtr type_of_letter(char letter, uint32_t float_bits) {
  switch (letter) {
    case 'i':
      return scalar_type(CType::Kind::integer, 32);
    case 'l':
      return scalar_type(CType::Kind::integer, 64);
    case 's':
      return pointer_to(scalar_type(CType::Kind::integer, 8));
    case 'R':
      return pointer_to(type_of_letter('r', float_bits));
    case 'I':
      return pointer_to(type_of_letter('i', float_bits));
    default:
      return scalar_type(CType::Kind::floating, float_bits);
  }
}

// How C calls the function for this type.
static std::string c_name(const MathFunction& function, uint32_t bits) {
  std::string_view name = function.name;
  // C++ has these two as functions with another result, whatever the program includes.
  if (name == "isnan" || name == "isinf") return "__builtin_" + std::string(name);
  if (name == "rsqrt") return bits == 32 ? "palatine_rsqrtf" : "palatine_rsqrt";
  return bits == 32 ? std::string(name) + "f" : std::string(name);
}

// The functions for one type as the declarations of a header. Generated code includes <math.h> in any case.
static std::shared_ptr<const cimport::Header> math_header(uint32_t bits) {
  auto make = [](uint32_t float_bits) {
    auto header = std::make_shared<cimport::Header>();
    header->source_text = "#include <math.h>\n";
    for (const MathFunction& function : kFunctions) {
      auto type = std::make_shared<CType>();
      type->kind = CType::Kind::function;
      type->element = type_of_letter(function.signature[0], float_bits);
      for (const char* letter = function.signature + 1; *letter; ++letter) {
        type->params.push_back(type_of_letter(*letter, float_bits));
      }
      std::string name = c_name(function, float_bits);
      header->functions[name] = {name, std::move(type), name};
    }
    return header;
  };
  // Shared by all compilations of the process: nothing in it is changed.
  static const std::shared_ptr<const cimport::Header> kSingle = make(32), kDouble = make(64);
  return bits == 32 ? kSingle : kDouble;
}

// regentlib.NAME(T); the upvalue is the function's place in the list.
static int select_function(lua_State* lua) {
  const MathFunction& function = kFunctions[lua_tointeger(lua, lua_upvalueindex(1))];
  const Type* type = type_at(lua, 1);
  if (!type) {
    return luaL_error(lua, "regentlib.%s expected float or double, got %s", function.name,
                      describe(lua, 1).c_str());
  }
  if (type->kind != TypeKind::floating) {
    return luaL_error(lua, "regentlib.%s expected float or double, got %s", function.name,
                      type_name(type).c_str());
  }
  World& world = world_of(lua);
  std::shared_ptr<const cimport::Header> header = math_header(as<FloatType>(type).bits);
  std::string name = c_name(function, as<FloatType>(type).bits);
  const Type* function_type = convert_c_type(world, *header, *header->functions.at(name).type);
  Value value;
  value.kind = Value::Kind::c_function;
  value.data = CFunctionValue{header, name, &as<FunctionType>(function_type)};
  push_value(lua, value);
  return 1;
}

bool push_math_function(lua_State* lua, std::string_view name) {
  int place = 0;
  for (const MathFunction& function : kFunctions) {
    if (name == function.name) {
      lua_pushinteger(lua, place);
      lua_pushcclosure(lua, select_function, 1);
      return true;
    }
    ++place;
  }
  return false;
}

}  // namespace palatine::sema
