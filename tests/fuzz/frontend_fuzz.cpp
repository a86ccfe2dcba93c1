// Fuzzes lexer, parser and the host's translation to Lua. No input may crash them, every rejected input has a
// message, and what is accepted must be Lua that LuaJIT accepts.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <lua.hpp>
#include <string>

#include "frontend/ast/ast.h"
#include "frontend/host/translation.h"

using namespace palatine;

// LuaJIT has limits that its grammar does not tell, and checks labels and number literals itself: the host
// reports what it says. Such messages are no sign of a wrong translation.
static bool is_limit(const std::string& message) {
  for (const char* part : {"too many", "limit", "more than", "too complex", "control structure",
                           "not enough memory", "label", "jumps into the scope", "too long"}) {
    if (message.find(part) != std::string::npos) return true;
  }
  return false;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  SourceManager sources;
  Diagnostics diags(sources);
  // The first byte chooses between a program and a `.lua` module.
  bool is_plain_lua = size > 0 && data[0] == 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (is_plain_lua) text.erase(0, 1);
  FileId file = sources.add(is_plain_lua ? "fuzz.lua" : "fuzz.rg", text);
  host::Translation translation = host::translate(sources, file, diags, 0, is_plain_lua);
  render_text(diags, {});
  if (diags.has_errors()) return 0;

  for (const ast::ConstructPtr& construct : translation.constructs) ast::print(sources, *construct);
  lua_State* lua = luaL_newstate();
  if (luaL_loadbufferx(lua, translation.lua.data(), translation.lua.size(), "=fuzz", "t") != 0) {
    std::string message = lua_tostring(lua, -1);
    if (!is_limit(message)) {
      std::fprintf(stderr, "LuaJIT rejects the translation: %s\n%s\n", message.c_str(),
                   translation.lua.c_str());
      std::abort();
    }
  }
  lua_close(lua);
  return 0;
}
