// Whole programs through the front end and check: what is accepted and its IR, and what is rejected and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "sema/session.h"

namespace palatine::sema {
namespace {

using testing::HasSubstr;
using testing::Not;

class NoOutput : public Output {
 public:
  int start(const ir::Program&) override { return 0; }
  bool save(const ir::Program&, const SaveRequest&) override { return true; }
  std::vector<void*> load(const ir::Program&) override { return {}; }
};

struct Checked {
  std::string ir;                   // of all tasks without errors
  std::string problems;             // what verify says
  std::vector<std::string> errors;  // "line: text"
  std::vector<std::string> notes;
};

// Checks a program that starts with `import "regent"` (on line 1).
Checked check(const std::string& program) {
  const auto path =
      std::filesystem::temp_directory_path() / ("check_test_" + std::to_string(getpid()) + ".rg");
  std::ofstream(path) << "import \"regent\"\n" << program;
  Checked result;
  SourceManager sources;
  Diagnostics diags(sources);
  NoOutput output;
  SessionOptions options;
  options.stdlib_dir = std::string(PALATINE_TEST_LIB_DIR) + "/stdlib";
  options.args = {path.string()};
  options.on_task = [&](const ir::Task& task) {
    result.ir += ir::print(task);
    result.problems += ir::verify(task);
  };
  {
    Session session(sources, diags, output, options);
    session.run_file(path.string());
  }
  for (const Diagnostic& diagnostic : diags.all()) {
    const auto line = diagnostic.main.range.is_valid() ? sources.line(diagnostic.main.range) : 0;
    result.errors.push_back(std::to_string(line) + ": " + diagnostic.main.text);
    for (const Message& note : diagnostic.notes) result.notes.push_back(note.text);
  }
  std::filesystem::remove(path);
  return result;
}

void expect_accepted(const Checked& checked) {
  EXPECT_THAT(checked.errors, testing::IsEmpty());
  EXPECT_EQ(checked.problems, "");
}

TEST(Check, VariablesOfOneStatementSeeTheOldValues) {
  const Checked result = check("task main() var x, y = 1, 2; var x2, y2 = y, x; x, y = y, x end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("var %4 : int32 = y\n  var %5 : int32 = x\n  x = %4\n  y = %5\n"));
}

TEST(Check, ArithmeticMeetsAsInTerra) {
  const Checked result = check(
      "task main()\n"
      "  var i : int = 1; var l : int64 = 2; var u : uint = 3; var f : float = 4; var d : double = 5\n"
      "  var a = i + l; var b = i + u; var e = l + f; var g = f * d\n"
      "end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("var a : int64 ="));
  EXPECT_THAT(result.ir, HasSubstr("var b : uint32 ="));
  EXPECT_THAT(result.ir, HasSubstr("var e : float ="));
  EXPECT_THAT(result.ir, HasSubstr("var g : double ="));
}

TEST(Check, ReturnedValuesWidenTheDeclaredType) {
  const Checked result = check("task f() : int return 1.5 end\ntask g() return 1 end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("task f() : double"));
  EXPECT_THAT(result.ir, HasSubstr("task g() : int32"));
}

TEST(Check, RecursiveCallsSeeTheInferredResult) {
  const Checked result = check("task f(n : int) if n < 2 then return 1.0 end return n * f(n - 1) end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("task f(n : int32) : double"));
  const Checked endless = check("task f(n : int) return f(n) end");
  ASSERT_EQ(endless.errors.size(), 1u);
  EXPECT_THAT(endless.errors[0], HasSubstr("depends on itself"));
}

TEST(Check, AnElementOfASubregionGoesThroughAVariable) {
  const Checked result = check(
      "task main()\n"
      "  var r = region(ispace(int1d, 9), int)\n"
      "  var p = partition(equal, r, ispace(int1d, 3))\n"
      "  for i = 0, 3 do for j = 0, 3 do p[i][i * 3 + j] = j end end\n"
      "end");
  expect_accepted(result);
  // Looked up once for each color, not for each element.
  const auto lookup = result.ir.find("= p[[int1d](i)]");
  EXPECT_NE(lookup, std::string::npos);
  EXPECT_LT(lookup, result.ir.find("for j"));
}

TEST(Check, WhatAConditionGuardsStaysBehindIt) {
  const Checked result = check(
      "task main()\n"
      "  var r = region(ispace(int1d, 9), int)\n"
      "  var p = partition(equal, r, ispace(int1d, 3))\n"
      "  for i = 0, 3 do if i > 0 then p[i - 1][0] = 1 end end\n"
      "  if r[0] == 1 and p[2][8] == 2 then r[0] = 3 end\n"
      "end");
  expect_accepted(result);
  EXPECT_LT(result.ir.find("if (i > 0)"), result.ir.find("= p["));
}

TEST(Check, ConstructorsBecomeTheirTarget) {
  const Checked result = check(
      "struct v { x : double, y : int }\n"
      "task main()\n"
      "  var a : v = { y = 1, x = 2 }\n"
      "  var b = v { 3, 4 }\n"
      "  var c = { 5, 6 }\n"
      "  b = c\n"
      "  var i : int2d = { 7, 8 }\n"
      "end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("var a : v = v {2.0, 1}"));
  EXPECT_THAT(result.ir, HasSubstr("b = v {[double](c._1), c._2}"));
  EXPECT_THAT(result.ir, HasSubstr("var i : int2d = int2d {7, 8}"));
}

TEST(Check, ConstantSubregionsOfADisjointPartitionAreDisjoint) {
  const std::string program =
      "task f(a : region(ispace(int1d), int), b : region(ispace(int1d), int)) where a * b do end\n"
      "task main()\n"
      "  var r = region(ispace(int1d, 9), int)\n"
      "  var p = partition(equal, r, ispace(int1d, 3))\n";
  expect_accepted(check(program + "f(p[0], p[1]) for i = 0, 2 do f(p[i], p[i + 1]) end end"));
  const Checked same = check(program + "f(p[1], p[1]) end");
  ASSERT_EQ(same.errors.size(), 1u);
  EXPECT_EQ(same.errors[0], "6: invalid call missing constraint $p[1] * $p[1]");
  const Checked unknown = check(program + "for i = 0, 2 do f(p[i], p[0]) end end");
  ASSERT_EQ(unknown.errors.size(), 1u);
}

TEST(Check, QuotesDeclareFreshVariablesAtEachSplice) {
  const Checked result = check(
      "local q = rquote var t = 1; t += 1 end\n"
      "task main() do [q] end do [q] end end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("var t#0"));
  EXPECT_THAT(result.ir, HasSubstr("var t#1"));
}

TEST(Check, ADeclaredSymbolIsKnownToTheQuotesAfterIt) {
  const Checked result = check(
      "local s = regentlib.newsymbol(int, \"acc\")\n"
      "local decl = rquote var [s] = 0 end\n"
      "local function bump(n) return rquote [s] += n end end\n"
      "task main() : int var n = 0; [decl]; [terralib.newlist({bump(1), bump(2)})]; return [s] end");
  expect_accepted(result);
  EXPECT_THAT(result.ir,
              HasSubstr("var acc : int32 = 0\n  acc += 1 in int32\n  acc += 2 in int32\n  return acc"));
}

TEST(Check, MacrosSeeCheckedArgumentsAndMayUseThemTwice) {
  const Checked result = check(
      "local twice = regentlib.macro(function(q) return rexpr q + q end end)\n"
      "task one() : int return 1 end\n"
      "task main(n : int) : int return twice(n) + twice(one()) end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("(n + n)"));
  // The call happens once.
  const auto first = result.ir.find("= task one()");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(result.ir.find("task one()", first + 5), std::string::npos);
}

TEST(Check, MethodsTakeTheAddressOfTheirObject) {
  const Checked result = check(
      "struct v { x : int }\n"
      "terra v:add(n : int) : int self.x = self.x + n return self.x end\n"
      "task main() : int var a = v { 1 } return a:add(2) end");
  expect_accepted(result);
  EXPECT_THAT(result.ir, HasSubstr("terra v.add(&(a), 2)"));
}

TEST(Check, OneMistakeGivesOneMessage) {
  const Checked result = check(
      "task main()\n"
      "  var a = unknown\n"
      "  var b = a + 1\n"
      "  if b then a = b end\n"
      "  for i = a, b do a += i end\n"
      "end");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0], "3: name 'unknown' is undefined or nil");
}

TEST(Check, AMissingPrivilegeShowsWhatIsDeclared) {
  const Checked result = check(
      "fspace cell { a : int, b : int }\n"
      "task f(r : region(ispace(int1d), cell)) where reads(r.a) do\n"
      "  for x in r do x.b = x.a end\n"
      "end");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0], "4: invalid privilege writes($r.b) for dereference of int1d(cell(), $r)");
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0], "`f` declares `reads(r.a)` here");
}

TEST(Check, AMisspelledFieldIsSuggested) {
  const Checked result = check(
      "struct v { position : int }\n"
      "task main() var a : v; a.postion = 1 end");
  ASSERT_EQ(result.errors.size(), 1u);
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_EQ(result.notes[0], "did you mean `position`?");
}

TEST(Check, DeepNestingIsRefusedNotFatal) {
  std::string program = "local q = rexpr 1 end\nfor i = 1, 100000 do local p = q; q = rexpr p + 1 end end\n";
  const Checked result = check(program + "task main() : int return q end");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_THAT(result.errors[0], HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace palatine::sema
