// A meaning for constructs that only notes what happened, for tests of the host.
#pragma once

#include <lua.hpp>
#include <string>
#include <vector>

#include "frontend/host/host.h"

namespace palatine {

class RecordingHandler : public host::ConstructHandler {
 public:
  // Evaluates every capture and escape in order. Bindings are passed as strings "<name>". Each execution is
  // noted as one text: "task main [c=table] {<r>=3}".
  std::vector<std::string> executed;
  std::vector<std::string> imported;

  void execute(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env) override {
    std::string text = kind_name(construct.kind);
    for (size_t i = 0; i < construct.captures.size(); ++i) {
      env.push_capture(construct, ast::CaptureId{static_cast<uint32_t>(i)});
      text += " " + construct.captures[i].name + "=" + show(lua);
    }
    for (size_t i = 0; i < construct.escapes.size(); ++i) {
      text += " (";
      for (ast::BindingId param : construct.escapes[i].params) {
        std::string name = "<" + construct.bindings[param.index].name + ">";
        lua_pushlstring(lua, name.data(), name.size());
        text += name;
      }
      env.call_escape(construct, ast::EscapeId{static_cast<uint32_t>(i)});
      text += ")=" + show(lua);
    }
    executed.push_back(text);
    lua_pushlstring(lua, text.data(), text.size());
  }
  bool import_language(lua_State* lua, const std::string& name) override {
    imported.push_back(name);
    luaL_dostring(lua, "regentlib = {c = {}}");
    return name == "regent";
  }
  void pointer_type(lua_State* lua) override {
    std::string text = "&" + show(lua);
    lua_pushlstring(lua, text.data(), text.size());
  }
  void function_type(lua_State* lua) override {
    std::string result = show(lua);
    std::string text = show(lua) + "->" + result;
    lua_pushlstring(lua, text.data(), text.size());
  }

 private:
  static const char* kind_name(ast::ConstructKind kind) {
    static const char* const kNames[] = {"task",           "fspace",       "rexpr",      "rquote",
                                         "terra_function", "terra_struct", "terra_expr", "terra_quote"};
    return kNames[static_cast<size_t>(kind)];
  }
  // Pops a value and shows it; a list as {a;b}.
  static std::string show(lua_State* lua) {
    std::string text;
    if (lua_istable(lua, -1) && lua_objlen(lua, -1) > 0) {
      for (int i = 1; i <= static_cast<int>(lua_objlen(lua, -1)); ++i) {
        lua_rawgeti(lua, -1, i);
        text += (i > 1 ? ";" : "{") + show(lua);
      }
      text += "}";
    } else if (lua_isstring(lua, -1)) {
      text = lua_tostring(lua, -1);
    } else {
      text = luaL_typename(lua, -1);
    }
    lua_pop(lua, 1);
    return text;
  }
};

}  // namespace palatine
