// Bindings, captures and what escapes mention.
#include "tests/unit/frontend/translate_fixture.h"

namespace palatine {
namespace {

using Strings = std::vector<std::string>;

// Each capture as "name" or, for a Lua local, "local name".
Strings captures(const ast::Construct& construct) {
  Strings result;
  for (const ast::CaptureInfo& capture : construct.captures) {
    result.push_back((capture.is_local ? "local " : "") + capture.name);
  }
  return result;
}

// Each escape as "text(params)", where a parameter is its name and binding number.
Strings escapes(const Translated& program, size_t i = 0) {
  const ast::Construct& construct = program.construct(i);
  Strings result;
  for (const ast::EscapeInfo& escape : construct.escapes) {
    std::string text = std::string(program.sources->text(escape.range)) + "(";
    for (ast::BindingId param : escape.params) {
      text += construct.bindings[param.index].name + "#" + std::to_string(param.index) + " ";
    }
    result.push_back(text + ")");
  }
  return result;
}

TEST(Scopes, TellsBindingsFromCaptures) {
  Translated program =
      translate_regent("local a, b = 1, 2\ntask t(x : int)\n  var y = x + a\n  a = y + c + a\nend");
  EXPECT_EQ(captures(program.construct()), (Strings{"local a", "c"}));
  ASSERT_EQ(program.construct().bindings.size(), 3u);
}

TEST(Scopes, PassesMentionedBindingsToEscapes) {
  Translated program = translate_regent(
      "task t(p : ptr(T, r), r : region(T))\n  var x : f(r, q) = [g(p, h)]\n  do var p = [p] end\nend");
  EXPECT_EQ(escapes(program),
            (Strings{"ptr(T, r)(r#2 )", "region(T)()", "f(r, q)(r#2 )", "g(p, h)(p#1 )", "p(p#1 )"}));
}

TEST(Scopes, LuaInsideAnEscapeHasScopesOfItsOwn) {
  Translated program =
      translate_regent("task t(x : int)\n  return [(function(x) local t = x; return t, y end)(x)]\nend");
  EXPECT_EQ(escapes(program), (Strings{"int()", "(function(x) local t = x; return t, y end)(x)(x#1 )"}));
}

TEST(Scopes, BlocksEndTheirBindings) {
  Translated program = translate_regent(
      "task t()\n  if a then var x = 1 end\n  for i = 0, 1 do var i = i end\n  repeat var z = 1 until z\n  "
      "f(x, i, z)\nend");
  EXPECT_EQ(captures(program.construct()), (Strings{"a", "f", "x", "i", "z"}));
}

TEST(Scopes, RegionsAreVisibleInTheirOwnType) {
  Translated program = translate_regent("task t()\n  var r = region(is, T(r))\n  var s = f(T(s))\nend");
  EXPECT_EQ(escapes(program), (Strings{"T(r)(r#1 )"}));
  EXPECT_EQ(captures(program.construct()), (Strings{"is", "f", "T", "s"}));
}

TEST(Scopes, FieldTypesSeeParametersAndEarlierFields) {
  Translated program = translate_regent("fspace f(r : R(r)) { a : A(r, b), b : B(a, b, f) }");
  EXPECT_EQ(escapes(program), (Strings{"R(r)(r#1 )", "A(r, b)(r#1 )", "B(a, b, f)(a#2 b#3 f#0 )"}));
}

TEST(Scopes, ATaskSeesItself) {
  Translated program = translate_regent("local t\ntask t(x : int) t(x) end\ntask a.t() t() end");
  EXPECT_EQ(captures(program.construct(0)), Strings{});
  EXPECT_EQ(captures(program.construct(1)), Strings{"local t"});
}

TEST(Scopes, QuotesInsideEscapesCaptureTheBindingsAround) {
  // The quote inside is parsed first: it is construct 0.
  Translated program = translate_regent(
      "task t(x : int)\n  rescape\n    local k = 1\n    remit rquote x = [f(x, k)] end\n  end\nend");
  EXPECT_EQ(captures(program.construct(0)), Strings{"local x"});
  EXPECT_EQ(escapes(program, 0), Strings{"f(x, k)()"});
  EXPECT_EQ(escapes(program, 1).at(1).substr(escapes(program, 1).at(1).rfind('(')), "(x#1 )");
  EXPECT_NE(program.lua().find("function(x) local k = 1"), std::string::npos) << program.lua();
}

TEST(Scopes, ReportsNamesThatAreDefinedTwice) {
  EXPECT_EQ(
      syntax_errors(
          "task t(a : int, a : int)\n  var a = 1\n  do var a = 1 end\n  for i in r do var i = 1 end\nend"),
      (Strings{"1: name 'a' is already defined", "2: name 'a' is already defined"}));
  EXPECT_EQ(syntax_errors("fspace f { x : int, x : int }"), Strings{"1: name 'x' is already defined"});
  EXPECT_EQ(translate("terra f() var a = 1 var a = 2 end").errors(), Strings{});
}

}  // namespace
}  // namespace palatine
