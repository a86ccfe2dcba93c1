// Calls of Lua functions by compiled code. Lua runs in the process of the compiler: that of a program finds
// it at the other end of a socket, and a library that the compiler has loaded finds it through a pointer.
//
// A call through the socket: the number of the function and that of its arguments (32 bits each), then for
// each argument its size (64 bits) and its bytes. The answer: the size of the result (64 bits) and its bytes,
// or kLuaFailed.
#pragma once

#include "palatine_api.h"

namespace palatine::api {

struct LuaArgument {
  const void* bytes;
  uint64_t size_bytes;
};

inline constexpr uint64_t kLuaFailed = ~uint64_t{0};
// The environment's variable with the number of the socket.
inline constexpr const char* kLuaVariable = "PALATINE_LUA";

// False when the function failed.
using NearLua = bool (*)(uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
                         uint64_t result_bytes);
// The symbol of the pointer in a library.
inline constexpr const char* kNearLuaName = "palatine_near_lua";

inline LuaArgument lua_text(const void* text) {
  return {text, text ? __builtin_strlen(static_cast<const char*>(text)) + 1 : 0};
}

// Calls a Lua function of the program's text. Lua runs in the process of the compiler that started the
// program
// (`palatine run`), one call at a time; without it this is a runtime error, and so is a failure of the
// function. `is_near_only`: some value holds an address, which means something in the compiler's own process
// only.
void call_lua(uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
              uint64_t result_bytes, bool is_near_only, SourceLoc loc);

}  // namespace palatine::api
