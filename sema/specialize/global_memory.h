// Where terra's globals lie while the program is compiled: functions that Lua calls and Lua's own `get`,
// `set` and `getpointer` share one place for each. A program that starts from here goes on with what lies
// there; one that is saved has the values that the globals are declared with.
#pragma once

#include <lua.hpp>
#include <memory>
#include <string>

#include "sema/ir/ir.h"

namespace palatine::sema {

struct World;

struct GlobalMemory {
  void* address = nullptr;
  std::unique_ptr<std::byte[]> storage;
  uint64_t size_bytes = 0;
  // What lay there after the declaration, or after the last `set`, and the function that gave it; null:
  // zeros. As long as nothing else was written, programs get pointers, which may be to texts, from the same
  // function.
  std::string given;
  const ir::Function* giver = nullptr;
};

// The place of the global, which has its first value when it is asked for the first time. Null when errors
// were reported.
GlobalMemory* memory_of(World& world, const ir::Global& global);

// Returns the value with which a program starts; null: zeros. What cannot be a part of the program, pointers
// to memory of the compiler, is reported.
const ir::Function* value_at_start(World& world, const ir::Global& global);

// Whether the bytes are those of values without pointers, or with none but null.
bool is_free_of_pointers(const Type* type, const char* bytes);

// `get`, `set(value)`, `getpointer` and `setinitializer(value)` of the global at the first place of the
// stack.
int get_global(lua_State* lua);
int set_global(lua_State* lua);
int point_to_global(lua_State* lua);
int set_initializer_of_global(lua_State* lua);

}  // namespace palatine::sema
