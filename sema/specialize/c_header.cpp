#include "sema/specialize/c_header.h"

#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <sstream>

#include "sema/specialize/c_types.h"
#include "sema/specialize/lua_value.h"

namespace palatine::sema {

using cimport::Header;

static constexpr const char* kHeaderMetatable = "palatine.header";

// What the table of a header keeps: its number in World::headers.
static ImportedHeader& header_upvalue(lua_State* lua) {
  auto index = static_cast<size_t>(lua_tointeger(lua, lua_upvalueindex(1)));
  return world_of(lua).headers.at(index);
}

// ---- declarations
// ------------------------------------------------------------------------------------------------

// Wrappers of functions of headers that stay C say the names of their structs.
static bool can_link(const Header& header, const cimport::CType& function) {
  if (!header.is_c) return true;
  auto has_name = [&](const cimport::CType& type) {
    if (type.kind != cimport::CType::Kind::record) return true;
    auto found = header.records.find(type.name);
    return found != header.records.end() && !found->second.spelling.empty() &&
           !found->second.spelling.starts_with("decltype");
  };
  for (const cimport::CTypePtr& param : function.params) {
    if (!has_name(*param)) return false;
  }
  return has_name(*function.element);
}

static bool push_function(lua_State* lua, const std::shared_ptr<const Header>& header,
                          const std::string& name) {
  auto found = header->functions.find(name);
  if (found == header->functions.end()) return false;
  const Type* type = convert_c_type(world_of(lua), *header, *found->second.type);
  if (!type || !can_link(*header, *found->second.type)) {
    luaL_error(lua, "includec: the types of the C function '%s' are not supported", name.c_str());
  }
  Value value;
  value.kind = Value::Kind::c_function;
  value.data = CFunctionValue{header, name, &as<FunctionType>(type)};
  push_value(lua, value);
  return true;
}

static bool push_variable(lua_State* lua, const Header& header, const std::string& name) {
  World& world = world_of(lua);
  const auto found = header.globals.find(name);
  if (found == header.globals.end()) return false;
  const Type* type = convert_c_type(world, header, *found->second);
  const bool is_own = header.own_globals.contains(name);
  if (!type || (is_own && !header.is_c)) {
    luaL_error(lua,
               "includec: the C variable '%s' has a type that is not supported, or only its own file sees it",
               name.c_str());
  }
  world.complete(type);
  ir::Global& global = push_new_global(lua, name, type);
  global.symbol = name;
  if (is_own) global.header = &header;
  return true;
}

static bool push_type_of_name(lua_State* lua, const Header& header, const std::string& name) {
  World& world = world_of(lua);
  if (auto found = header.typedefs.find(name); found != header.typedefs.end()) {
    const Type* type = convert_c_type(world, header, *found->second);
    if (!type) luaL_error(lua, "includec: the C type '%s' is not supported", name.c_str());
    push_type(lua, type);
    return true;
  }
  const StructType* record = convert_c_record(world, header, name);
  if (record) push_type(lua, record);
  return record != nullptr;
}

static bool push_constant(lua_State* lua, const Header& header, const std::string& name) {
  auto found = header.constants.find(name);
  if (found == header.constants.end()) return false;
  World& world = world_of(lua);
  const cimport::CConstant& constant = found->second;
  ConstantValue data;
  data.type = convert_c_type(world, header, *constant.type);
  if (const auto* text = std::get_if<std::string>(&constant.value)) {
    data.type = world.types.rawstring();
    data.string = *text;
  } else if (const auto* floating = std::get_if<double>(&constant.value)) {
    data.floating = *floating;
    if (!data.type || data.type->kind != TypeKind::floating) data.type = world.types.floating(64);
  } else {
    const auto* integer = std::get_if<int64_t>(&constant.value);
    data.integer = integer ? static_cast<uint64_t>(*integer) : std::get<uint64_t>(constant.value);
    if (!data.type || data.type->kind != TypeKind::integer) data.type = world.types.int64();
  }
  Value value;
  value.kind = Value::Kind::constant;
  value.data = std::move(data);
  push_value(lua, value);
  return true;
}

// `table.name`, the first time: afterwards the table has it.
static int index_header(lua_State* lua) {
  if (lua_type(lua, 2) != LUA_TSTRING) return luaL_error(lua, "includec: C declarations have names");
  std::string name = lua_tostring(lua, 2);
  ImportedHeader& entry = header_upvalue(lua);
  std::shared_ptr<const Header> header = entry.header;
  if (!push_function(lua, header, name) && !push_constant(lua, *header, name) &&
      !push_type_of_name(lua, *header, name) && !push_variable(lua, *header, name)) {
    return luaL_error(lua, "includec: imported symbol '%s' not found", name.c_str());
  }
  entry.is_used = true;
  lua_pushvalue(lua, 2);
  lua_pushvalue(lua, -2);
  lua_rawset(lua, 1);
  return 1;
}

// ---- imports
// -----------------------------------------------------------------------------------------------------

// The calling line of a library function. Lua takes the line where a call ends for its own; a text in long
// brackets may have begun many lines before.
static SourceRange call_position(lua_State* lua, const std::string& text) {
  World& world = world_of(lua);
  SourceRange position = calling_position(lua);
  if (!position.is_valid()) return position;
  const SourceManager& sources = world.diags.sources();
  uint32_t last = sources.line(position);
  auto lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n'));
  for (uint32_t line = last; line > 0 && line + lines + 2 > last; --line) {
    std::string_view content = sources.line_text(position.file, line);
    size_t name = content.find("includec");
    if (name == content.npos) continue;
    if (line == last) return position;
    SourceRange start = sources.line_start(position.file, line);
    size_t first = content.find_first_not_of(" \t");
    size_t end = content.find_last_not_of(" \t\r") + 1;
    return {position.file, start.begin + static_cast<uint32_t>(first),
            start.begin + static_cast<uint32_t>(end)};
  }
  return position;
}

// The number in World::headers of an import.
static size_t index_of(World& world, const std::shared_ptr<const Header>& header) {
  size_t index = 0;
  while (index < world.headers.size() && world.headers[index].header != header) ++index;
  if (index == world.headers.size()) world.headers.push_back({header, false});
  return index;
}

static void push_table(lua_State* lua, const std::shared_ptr<const Header>& header) {
  if (!header) host::Host::raise_reported(lua);
  const size_t index = index_of(world_of(lua), header);
  lua_newtable(lua);
  lua_newtable(lua);
  lua_pushinteger(lua, static_cast<lua_Integer>(index));
  lua_pushcclosure(lua, index_header, 1);
  lua_setfield(lua, -2, "__index");
  lua_pushstring(lua, kHeaderMetatable);
  lua_setfield(lua, -2, "__metatable");
  lua_setmetatable(lua, -2);
}

void push_header(lua_State* lua, const std::string& text, const std::vector<std::string>& args) {
  World& world = world_of(lua);
  cimport::ImportOptions options = world.import_options;
  options.args.insert(options.args.end(), args.begin(), args.end());
  push_table(lua, cimport::import_text(text, options, world.diags, call_position(lua, text)));
}

// The clang arguments in the optional table at this place.
static std::vector<std::string> check_args(lua_State* lua, int index) {
  std::vector<std::string> args;
  if (lua_isnoneornil(lua, index)) return args;
  luaL_checktype(lua, index, LUA_TTABLE);
  for (int i = 1; i <= static_cast<int>(lua_objlen(lua, index)); ++i) {
    lua_rawgeti(lua, index, i);
    if (lua_type(lua, -1) != LUA_TSTRING) luaL_error(lua, "expected arguments for the C compiler as strings");
    args.push_back(lua_tostring(lua, -1));
    lua_pop(lua, 1);
  }
  return args;
}

// Where Debian keeps the headers of HDF5, which the reference's runtime brings along.
static constexpr const char* kHdf5Headers = "/usr/include/hdf5/serial";

// Those, the folders of `terralib.includepath`, and that of HDF5 last.
static std::vector<std::string> import_args(lua_State* lua, int index) {
  std::vector<std::string> args = check_args(lua, index);
  lua_getglobal(lua, "terralib");
  lua_getfield(lua, -1, "includepath");
  std::istringstream path(lua_isstring(lua, -1) ? lua_tostring(lua, -1) : "");
  lua_pop(lua, 2);
  for (std::string folder; std::getline(path, folder, ';');) {
    if (!folder.empty()) args.push_back("-I" + folder);
  }
  if (std::filesystem::exists(kHdf5Headers)) args.push_back(std::string("-I") + kHdf5Headers);
  return args;
}

// The reference's runtime brings the HDF5 library along, and programs that import its header link nothing.
static void link_hdf5(World& world) {
  const auto& functions = world.headers.back().header->functions;
  const bool has_library = std::ranges::any_of(world.link_libraries, [](const std::string& library) {
    return library.find("hdf5") != std::string::npos;
  });
  if (has_library || !functions.contains("H5Fopen")) return;
  std::vector<std::string> names;
  if (const char* name = std::getenv("HDF_LIBNAME")) names.push_back("lib" + std::string(name) + ".so");
  for (const char* name : {"libhdf5.so", "libhdf5_serial.so"}) {
    for (const char* version : {"", ".310", ".300", ".200", ".103", ".100"})
      names.push_back(std::string(name) + version);
  }
  for (const std::string& name : names) {
    void* handle = dlopen(name.c_str(), RTLD_LAZY | RTLD_GLOBAL);
    struct link_map* loaded = nullptr;
    if (!handle || dlinfo(handle, RTLD_DI_LINKMAP, &loaded) != 0) continue;
    world.link_libraries.push_back(loaded->l_name);
    return;
  }
}

int includec(lua_State* lua) {
  std::string name = luaL_checkstring(lua, 1);
  push_header(lua, "#include \"" + name + "\"\n", import_args(lua, 2));
  link_hdf5(world_of(lua));
  return 1;
}

int includecstring(lua_State* lua) {
  std::string text = luaL_checkstring(lua, 1);
  push_header(lua, text, import_args(lua, 2));
  link_hdf5(world_of(lua));
  return 1;
}

// The headers of `regentlib.c`. Nothing depends on the program, whose folder may have headers of the same
// names.
static std::shared_ptr<const Header> import_regentlib_c(const std::string& runtime_include_dir,
                                                        cimport::ImportOptions options, Diagnostics& diags,
                                                        SourceRange where) {
  std::string text;
  for (const char* name :
       {"math.h", "stdio.h", "stdlib.h", "string.h", "unistd.h", "sys/stat.h", "sys/types.h", "sys/wait.h"}) {
    text += std::string("#include <") + name + ">\n";
  }
  options.args.clear();
  options.is_cpp = true;
  if (std::filesystem::exists(runtime_include_dir + "/legion/legion_c.h")) {
    text += "#include <legion/legion_c.h>\n";
    options.args.push_back("-I" + runtime_include_dir);
  }
  return cimport::import_text(text, options, diags, where);
}

bool prepare_regentlib_c(const std::string& runtime_include_dir, cimport::ImportOptions options,
                         Diagnostics& diags) {
  return import_regentlib_c(runtime_include_dir, std::move(options), diags, {}) != nullptr;
}

static std::shared_ptr<const Header> regentlib_c(lua_State* lua) {
  World& world = world_of(lua);
  return import_regentlib_c(world.runtime_include_dir, world.import_options, world.diags,
                            calling_position(lua));
}

void push_regentlib_c(lua_State* lua) {
  push_table(lua, regentlib_c(lua));
}

const Type* legion_type(lua_State* lua, const std::string& name) {
  World& world = world_of(lua);
  const std::shared_ptr<const Header> header = regentlib_c(lua);
  if (!header) host::Host::raise_reported(lua);
  ImportedHeader& entry = world.headers[index_of(world, header)];
  auto found = entry.header->typedefs.find(name);
  if (found == entry.header->typedefs.end()) return nullptr;
  entry.is_used = true;
  return convert_c_type(world, *entry.header, *found->second);
}

}  // namespace palatine::sema
