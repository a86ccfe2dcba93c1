// What the Lua side of one session shares: the types, the values that Lua holds, and the way to the session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "frontend/cimport/cimport.h"
#include "frontend/diag/diag.h"
#include "frontend/host/host.h"
#include "sema/ir/ir.h"
#include "sema/specialize/foreign_library.h"
#include "sema/specialize/frame.h"
#include "sema/specialize/global_memory.h"
#include "sema/specialize/save.h"
#include "sema/types/types.h"

struct lua_State;

namespace palatine::sema {

// A C header that the program imported.
struct ImportedHeader {
  std::shared_ptr<const cimport::Header> header;
  // Whether the program took anything from it.
  bool is_used = false;
};

// A Lua function as a terra function.
struct LuaCallback {
  // In Lua's registry.
  int reference;
  const FunctionType* type;
};

struct InlineBody;

// Not thread safe. One for each session; Lua functions find it through their state.
struct World {
  explicit World(Diagnostics& diagnostics) : diags(diagnostics) {}
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Diagnostics& diags;
  TypeTable types;
  // What computes the colors of index launches: each once, however many launches share it.
  std::set<std::string> projection_keys;
  host::Host* host = nullptr;
  // The coroutine whose code runs: C++ that calls Lua back must not use another. Kept by world_of.
  lua_State* running = nullptr;

  cimport::ImportOptions import_options;
  std::string runtime_include_dir;
  std::string stdlib_dir;

  // In the order of their definition.
  std::vector<std::unique_ptr<ir::Task>> tasks;
  std::vector<std::unique_ptr<ir::Function>> functions;
  std::vector<std::unique_ptr<ir::Global>> globals;
  std::vector<ImportedHeader> headers;
  // Structs of C by their spelling, which is unique in a program: its headers end in one translation unit.
  std::map<std::string, StructType*> c_structs;
  // Libraries whose late part is loaded; see library.cpp.
  std::set<std::string> loaded_parts;
  // The call of the macro whose Lua function is running; invalid outside of macros.
  SourceRange macro_call;
  // The types of language reference 3.12 and 7.3, made by `import "regent"`; null before.
  const StructType* complex32 = nullptr;
  const StructType* complex64 = nullptr;
  const StructType* string = nullptr;
  // `regentlib.future(T)` by T.
  std::map<const Type*, const StructType*> future_types;
  // What `struct S` alone declared, until that is defined.
  std::vector<const StructType*> declared_structs;
  // Types whose methods stand in a prelude that is not loaded yet.
  std::map<const StructType*, std::string> late_methods;
  // Types whose structs are known to be complete.
  std::set<const Type*> completed;

  // `regentlib.start` and `regentlib.saveobj`, given by the session. `main` is null when what was given is no
  // task.
  std::function<void(lua_State*, ir::Task* main, const ir::Function* setup, SourceRange where)> start;
  std::function<void(lua_State*, ir::Task* main, SaveRequest request)> save;

  // Compiles the function and loads it into this process: code that takes the address of the result and those
  // of the arguments. Null when errors were reported. Given by the session.
  std::function<void*(const ir::Function&)> compile;
  // See terra_call.h. Given by the session.
  std::function<const ir::Function*(const Value& value, const Type* type, SourceRange where)>
      function_returning;
  // Checks terra functions whose bodies wait for other definitions: this one, or all of them. Given by the
  // session.
  std::function<void(const ir::Function* only)> check_pending;
  // C functions as terra functions, with the types of all their arguments.
  std::map<std::tuple<const cimport::Header*, std::string, std::vector<const Type*>>, const ir::Function*>
      c_wrappers;
  // Those with the numbers 1, 2 ...
  std::vector<LuaCallback> lua_functions;
  // Of the globals that were used while compiling.
  std::map<const ir::Global*, GlobalMemory> global_memory;
  // Functions that return the addresses of variables of C.
  std::map<const ir::Global*, const ir::Function*> global_addresses;
  // Shared libraries that the program links, as `terralib.linklibrary` got them.
  std::vector<std::string> link_libraries;
  std::vector<LibraryBuild> library_builds;

  // Fills the fields of every struct that a value of this type holds or points to.
  void complete(const Type* type);
};

// The world that owns this state, which is the running one from here on. C++ that was called by Lua and
// called Lua itself says so again before it goes on.
World& world_of(lua_State* lua);
void set_world(lua_State* lua, World& world);

// The place in the program of the Lua code that called the running C function.
SourceRange calling_position(lua_State* lua);

}  // namespace palatine::sema
