#include "sema/specialize/global_memory.h"

#include <cstring>

#include "sema/specialize/lua_type.h"
#include "sema/specialize/lua_value.h"
#include "sema/specialize/terra_call.h"
#include "sema/specialize/world.h"

namespace palatine::sema {

// ---- memory
// ------------------------------------------------------------------------------------------------------

static std::string bytes_at(const GlobalMemory& memory) {
  return {static_cast<const char*>(memory.address), memory.size_bytes};
}

// Writes what the function returns; null: zeros. False when errors were reported.
static bool write_value(World& world, GlobalMemory& memory, const ir::Function* giver) {
  if (giver) {
    auto* code = reinterpret_cast<void (*)(void*, void**)>(world.compile(*giver));
    if (!code) return false;
    code(memory.address, nullptr);
  } else {
    std::memset(memory.address, 0, memory.size_bytes);
  }
  memory.given = bytes_at(memory);
  memory.giver = giver;
  return true;
}

GlobalMemory* memory_of(World& world, const ir::Global& global) {
  auto [entry, is_new] = world.global_memory.try_emplace(&global);
  if (!is_new) return entry->second.address ? &entry->second : nullptr;
  GlobalMemory& memory = entry->second;
  const std::optional<Layout> layout = layout_of(global.type);
  if (!layout) {
    world.diags.report(DiagKind::global_without_layout, global.range, global.name, type_name(global.type));
    return nullptr;
  }
  memory.size_bytes = layout->size_bytes;
  memory.storage = std::make_unique<std::byte[]>(layout->size_bytes + layout->align_bytes);
  auto address = reinterpret_cast<uintptr_t>(memory.storage.get());
  address = (address + layout->align_bytes - 1) / layout->align_bytes * layout->align_bytes;
  memory.address = reinterpret_cast<void*>(address);
  if (write_value(world, memory, global.initializer)) return &memory;
  memory.address = nullptr;
  return nullptr;
}

// ---- programs
// ------------------------------------------------------------------------------------------------------

bool is_free_of_pointers(const Type* type, const char* bytes) {
  const Layout layout = *layout_of(type);
  if (is_primitive(type)) return true;
  switch (type->kind) {
    case TypeKind::index:
    case TypeKind::rect:
    case TypeKind::bounded:
    case TypeKind::vector:
      return true;
    case TypeKind::array: {
      const auto& array = as<ArrayType>(type);
      const uint64_t size = layout_of(array.element)->size_bytes;
      for (uint64_t i = 0; i < array.count; ++i) {
        if (!is_free_of_pointers(array.element, bytes + i * size)) return false;
      }
      return true;
    }
    case TypeKind::structure:
      break;
    default:
      return std::string_view(bytes, layout.size_bytes).find_first_not_of('\0') == std::string_view::npos;
  }
  const auto& structure = as<StructType>(type);
  uint64_t offset = 0;
  for (const StructField& field : structure.fields) {
    const Layout member = *layout_of(field.type);
    // What lies over it may be a pointer.
    if (structure.has_union()) {
      if (!is_free_of_pointers(field.type, std::string(member.size_bytes, '\1').data())) return false;
      continue;
    }
    offset = (offset + member.align_bytes - 1) / member.align_bytes * member.align_bytes;
    if (!is_free_of_pointers(field.type, bytes + offset)) return false;
    offset += member.size_bytes;
  }
  return true;
}

static const ir::Function* returning_bytes(World& world, const ir::Global& global, const std::string& bytes) {
  const ConstantValue value = constant_from_bytes(global.type, bytes);
  auto constant = std::make_unique<ir::ConstExpr>();
  constant->type = global.type;
  constant->range = global.range;
  constant->integer = value.integer;
  constant->floating = value.floating;
  constant->string = value.string;
  auto result = std::make_unique<ir::ReturnStat>();
  result->value = std::move(constant);
  ir::Function& function = *world.functions.emplace_back(std::make_unique<ir::Function>());
  function.name = "value";
  function.range = global.range;
  function.result = global.type;
  function.has_body = true;
  function.body.stats.push_back(std::move(result));
  return &function;
}

const ir::Function* value_at_start(World& world, const ir::Global& global) {
  const auto found = world.global_memory.find(&global);
  if (found == world.global_memory.end() || !found->second.address) return global.initializer;
  GlobalMemory& memory = found->second;
  const std::string bytes = bytes_at(memory);
  if (is_free_of_pointers(global.type, bytes.data())) {
    const bool is_zero = bytes.find_first_not_of('\0') == std::string::npos;
    return is_zero ? nullptr : returning_bytes(world, global, bytes);
  }
  if (bytes != memory.given) world.diags.report(DiagKind::global_holds_pointer, global.range, global.name);
  return memory.giver;
}

// ---- Lua
// -----------------------------------------------------------------------------------------------------------

static const ir::Global& check_global(lua_State* lua) {
  const Value* object = object_at(lua, 1);
  if (!object || object->kind != Value::Kind::global) {
    luaL_error(lua, "expected a global variable, got %s", describe(lua, 1).c_str());
    __builtin_unreachable();
  }
  return *std::get<const ir::Global*>(object->data);
}

// The address of a variable of C, which a function returns that is compiled for it.
static void* address_in_c(lua_State* lua, const ir::Global& global) {
  World& world = world_of(lua);
  const ir::Function*& function = world.global_addresses[&global];
  if (!function) {
    auto use = std::make_unique<ir::GlobalExpr>();
    use->type = global.type;
    use->range = global.range;
    use->is_lvalue = true;
    use->global = &global;
    auto address = std::make_unique<ir::AddressOfExpr>();
    address->type = world.types.pointer(global.type);
    address->range = global.range;
    address->operand = std::move(use);
    auto result = std::make_unique<ir::ReturnStat>();
    result->value = std::move(address);
    ir::Function& made = *world.functions.emplace_back(std::make_unique<ir::Function>());
    made.name = "address_of_" + global.name;
    made.range = global.range;
    made.result = world.types.pointer(global.type);
    made.has_body = true;
    made.body.stats.push_back(std::move(result));
    function = &made;
  }
  auto* code = reinterpret_cast<void (*)(void*, void**)>(world.compile(*function));
  if (!code) host::Host::raise_reported(lua);
  void* address = nullptr;
  code(&address, nullptr);
  return address;
}

static void* address_of(lua_State* lua, const ir::Global& global) {
  if (!global.symbol.empty()) return address_in_c(lua, global);
  const GlobalMemory* memory = memory_of(world_of(lua), global);
  if (!memory) host::Host::raise_reported(lua);
  return memory->address;
}

// Calls a function of stdlib/prelude/call.lua with the global's type and address.
static int ask_prelude(lua_State* lua, const char* function) {
  const ir::Global& global = check_global(lua);
  void* address = address_of(lua, global);
  push_value_function(lua, function);
  push_type(lua, global.type);
  lua_pushlightuserdata(lua, address);
  lua_call(lua, 2, 1);
  return 1;
}

int get_global(lua_State* lua) {
  return ask_prelude(lua, "read");
}

int point_to_global(lua_State* lua) {
  return ask_prelude(lua, "point");
}

int set_global(lua_State* lua) {
  const ir::Global& global = check_global(lua);
  const ir::Function* giver = function_returning(lua, to_value(lua, 2), global.type);
  World& world = world_of(lua);
  if (!global.symbol.empty()) {
    auto* code = reinterpret_cast<void (*)(void*, void**)>(world.compile(*giver));
    if (!code) host::Host::raise_reported(lua);
    code(address_in_c(lua, global), nullptr);
    return 0;
  }
  GlobalMemory* memory = memory_of(world, global);
  if (!memory || !write_value(world, *memory, giver)) host::Host::raise_reported(lua);
  return 0;
}

int set_initializer_of_global(lua_State* lua) {
  auto& global = const_cast<ir::Global&>(check_global(lua));
  if (!global.symbol.empty())
    return luaL_error(lua, "the C variable %s has its value from C", global.name.c_str());
  if (world_of(lua).global_memory.contains(&global)) {
    return luaL_error(lua, "the initial value of the global variable %s cannot change after it was compiled",
                      global.name.c_str());
  }
  global.initializer = function_returning(lua, to_value(lua, 2), global.type);
  return 0;
}

}  // namespace palatine::sema
