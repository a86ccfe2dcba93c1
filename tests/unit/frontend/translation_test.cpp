// What becomes of Lua around constructs.
#include <algorithm>
#include <lua.hpp>

#include "tests/unit/frontend/translate_fixture.h"

namespace palatine {
namespace {

using Strings = std::vector<std::string>;

std::string lua_of(const std::string& text, bool is_plain_lua = false) {
  Translated program = translate(text, is_plain_lua);
  EXPECT_EQ(program.errors(), Strings{}) << text;
  return program.lua();
}

void expect_loadable(const std::string& lua) {
  lua_State* state = luaL_newstate();
  EXPECT_EQ(luaL_loadbuffer(state, lua.data(), lua.size(), "test"), 0) << lua_tostring(state, -1) << "\n"
                                                                       << lua;
  lua_close(state);
}

TEST(Translation, LeavesPlainLuaUnchanged) {
  const std::string program =
      "#!first line\n"
      "local a, b = f(...), -- comment\n"
      "  { 1; x = 2, [3] = function(self, ...) return ... end }\n"
      "for i = 1, #a do repeat local z = a[i] until z break end\n"
      "for k, v in pairs(b) do a.b:c 'x' { } = nil end\n";
  // The last line is wrong on purpose: a call is no place to assign to.
  EXPECT_EQ(translate(program).errors(), Strings{"5: cannot assign to this expression near '='"});
  const std::string correct = program.substr(0, program.rfind("for k")) +
                              "while a do local function f() end if b then else end end\n"
                              "goto out do end ::out:: return a .. b ^ 2 <= 3 and not nil or \"\\n\"\n";
  EXPECT_EQ(lua_of(correct), correct);
  expect_loadable(correct);
}

TEST(Translation, KeepsEveryLine) {
  const std::string program =
      "import \"regent\"\n"
      "local a = 1\n"
      "task t(r : region(ispace(int1d),\n"
      "                  line(4)),\n"
      "       [line(5)])\n"
      "where reads(r.[line(6)]) do\n"
      "  var x = [line(7)] +\n"
      "\n"
      "    [line(\n"
      "      10)]\n"
      "  rescape\n"
      "    line(12)\n"
      "    remit rquote\n"
      "      var y = [ line(14) ] end\n"
      "  end\n"
      "end local b = line(16)\n"
      "local c = rexpr\n"
      "  [line(18)] end + line(18)\n"
      "line(19)\n";
  Translated translated = translate(program);
  ASSERT_EQ(translated.errors(), Strings{});
  const std::string& lua = translated.lua();
  expect_loadable(lua);
  uint32_t line = 1;
  size_t found = 0;
  for (size_t i = 0; i < lua.size(); ++i) {
    if (lua[i] == '\n') ++line;
    if (lua.compare(i, 5, "line(") != 0) continue;
    // The number stands on the line where it says, whether on the same line as its parenthesis or not.
    size_t digits = lua.find_first_not_of(" \n", i + 5);
    uint32_t skipped = static_cast<uint32_t>(std::count(lua.begin() + i, lua.begin() + digits, '\n'));
    EXPECT_EQ(std::stoul(lua.substr(digits)), line + skipped) << lua;
    ++found;
  }
  EXPECT_EQ(found, 11u);
}

TEST(Translation, AssignsConstructsToTheirNames) {
  EXPECT_EQ(lua_of("import \"regent\" local task t() end"),
            "__palatine.import(\"regent\") local t=__palatine.execute(0,{},{})");
  EXPECT_EQ(lua_of("import \"regent\" task a.b() end"),
            "__palatine.import(\"regent\") a.b=__palatine.execute(0,{},{})");
  EXPECT_EQ(
      lua_of("local c, d import \"regent\" fspace f { x : int }\n\ntask t() c(e) end"),
      "local c, d __palatine.import(\"regent\") f=__palatine.execute(0,{},{function() return (int) end,})\n\n"
      "t=__palatine.execute(1,{c,nil,},{})");
  EXPECT_EQ(lua_of("terra T:m() end"), "__palatine.execute(0,{},{function() return (T) end,})");
}

TEST(Translation, RewritesTypeOperators) {
  EXPECT_EQ(lua_of("x = &int"), "x = __palatine.pointer_type(int)");
  EXPECT_EQ(lua_of("x = &a.b[3]"), "x = __palatine.pointer_type(a.b[3])");
  EXPECT_EQ(lua_of("x = {int, &int} -> bool"),
            "x = __palatine.function_type({int, __palatine.pointer_type(int)} , bool)");
  EXPECT_EQ(lua_of("f(a -> b -> c)"), "f(__palatine.function_type(a , __palatine.function_type(b , c)))");
  EXPECT_EQ(syntax_errors("x = a << b"),
            Strings{"1: the operators @, << and >> are not supported in Lua code near '<<'"});
}

TEST(Translation, ALineThatStartsWithAParenthesisIsAStatement) {
  EXPECT_EQ(lua_of("f = g\n(h or i)()"), "f = g;\n(h or i)()");
  EXPECT_EQ(lua_of("import \"regent\" x = rexpr 1 end\n(f)()"),
            "__palatine.import(\"regent\") x = __palatine.execute(0,{},{});\n(f)()");
  EXPECT_EQ(lua_of("import \"regent\" task t() end;"),
            "__palatine.import(\"regent\") t=__palatine.execute(0,{},{});");
}

TEST(Translation, KnowsTheLanguageToTheEndOfTheBlock) {
  EXPECT_EQ(lua_of("local task = 1 do import \"regent\" end task = 2 rexpr, remit = 3, 4"),
            "local task = 1 do __palatine.import(\"regent\") end task = 2 rexpr, remit = 3, 4");
  EXPECT_EQ(syntax_errors("local rexpr = 1"),
            Strings{"1: unexpected token in top-level statement near rexpr"});
}

TEST(Translation, GoesOnBehindABrokenEscape) {
  EXPECT_EQ(translate("import \"regent\"\n\ntask t()\n  [f(]\n  x = [g]\nend\ntask u() [h(] end\n").errors(),
            (Strings{"4: unexpected symbol near ']'", "7: unexpected symbol near ']'"}));
}

TEST(Translation, GivesEmitToEscapesInTerraCode) {
  EXPECT_EQ(
      lua_of("terra f() escape emit quote end emit(`1) end end"),
      "f=__palatine.execute(2,{},{function() local emit=__palatine.remit emit (__palatine.execute(0,{},{})) "
      "emit(__palatine.execute(1,{},{})) end,})");
}

TEST(Translation, LineNumbersAreValues) {
  EXPECT_EQ(lua_of("import \"regent\"\nx = __line"), "__palatine.import(\"regent\")\nx = 2");
}

TEST(Translation, KeepsWordsApart) {
  EXPECT_EQ(lua_of("import \"regent\"\nx = t or&int"),
            "__palatine.import(\"regent\")\nx = t or __palatine.pointer_type(int)");
  EXPECT_EQ(lua_of("import \"regent\"\nx = not`1"),
            "__palatine.import(\"regent\")\nx = not __palatine.execute(0,{},{})");
}

TEST(Translation, PlainModulesHaveNoExtraWords) {
  const std::string module =
      "local struct, terra, import = 1, 2, 3\nreturn { case = struct, quote = import }\n";
  EXPECT_EQ(lua_of(module, true), module);
}

TEST(Translation, ChecksWhatLuaChecks) {
  EXPECT_EQ(syntax_errors("break"), Strings{"1: no loop to break near 'break'"});
  EXPECT_EQ(syntax_errors("function f() return ... end"),
            Strings{"1: cannot use '...' outside a vararg function near '...'"});
  EXPECT_EQ(syntax_errors("return 1 x = 2"), Strings{"1: '<eof>' expected near 'x'"});
  EXPECT_EQ(syntax_errors("f() = 1"), Strings{"1: cannot assign to this expression near '='"});
  EXPECT_EQ(syntax_errors("x = 3x"), Strings{"1: malformed number near '3x'"});
  EXPECT_EQ(syntax_errors("end"), Strings{"1: '<eof>' expected near 'end'"});
  EXPECT_EQ(syntax_errors("import \"bishop\" $x"), Strings{"1: there is no language 'bishop' to import"});
}

}  // namespace
}  // namespace palatine
