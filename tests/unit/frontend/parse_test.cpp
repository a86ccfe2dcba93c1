#include "tests/unit/frontend/translate_fixture.h"

namespace palatine {
namespace {

using Strings = std::vector<std::string>;

TEST(ParseExpression, BindsOperatorsByPrecedence) {
  EXPECT_EQ(expression_tree("a + b * c"),
            "  Binary +\n    Name a\n    Binary *\n      Name b\n      Name c\n");
  EXPECT_EQ(expression_tree("a - b - c"),
            "  Binary -\n    Binary -\n      Name a\n      Name b\n    Name c\n");
  EXPECT_EQ(expression_tree("not a == b"), "  Binary ==\n    Unary not\n      Name a\n    Name b\n");
  EXPECT_EQ(
      expression_tree("a or b and c < d << e | f ^ g & h"),
      "  Binary or\n    Name a\n    Binary and\n      Name b\n      Binary |\n"
      "        Binary <\n          Name c\n          Binary <<\n            Name d\n            Name e\n"
      "        Binary ^\n          Name f\n          Binary &\n            Name g\n            Name h\n");
}

TEST(ParseExpression, UnaryOperatorsTakeTheWholeChain) {
  EXPECT_EQ(expression_tree("@x.y"), "  Unary @\n    Field y\n      Name x\n");
  EXPECT_EQ(expression_tree("-a[0] * b"),
            "  Binary *\n    Unary -\n      Index\n        Name a\n        Number int32 0\n"
            "    Name b\n");
  EXPECT_EQ(expression_tree("(@p).x"), "  Field x\n    Unary @\n      Name p\n");
}

TEST(ParseExpression, ReadsCallsFieldsAndConstructors) {
  EXPECT_EQ(expression_tree("f \"s\""), "  Call\n    Name f\n    String \"s\"\n");
  EXPECT_EQ(expression_tree("f(a, awaits(b), arrives(c))"),
            "  Call\n    Name f\n    Name a\n    condition awaits\n      Name b\n    condition arrives\n     "
            " Name c\n");
  EXPECT_EQ(expression_tree("o:m(1):n { 2 }"),
            "  MethodCall n\n    MethodCall m\n      Name o\n      Number int32 1\n"
            "    Ctor\n      element\n        Number int32 2\n");
  EXPECT_EQ(expression_tree("{ x = 1, [k] = 2, [l]; 3 }"),
            "  Ctor\n    field x\n      Number int32 1\n    field [k]\n      Number int32 2\n"
            "    element\n      Escape [l]\n    element\n      Number int32 3\n");
  EXPECT_EQ(expression_tree("r.{a, b = c.d, e.{f}}"), "  Projection {a, b = c.{d}, e.{f}}\n    Name r\n");
  EXPECT_EQ(expression_tree("x.[n].ispace"), "  Field ispace\n    Field [n]\n      Name x\n");
}

TEST(ParseExpression, LineEndsMeanNothing) {
  EXPECT_EQ(expression_tree("f(x)\n[q]"), "  Index\n    Call\n      Name f\n      Name x\n    Name q\n");
}

TEST(ParseExpression, AnnotatesCalls) {
  EXPECT_EQ(expression_tree("__demand(__inline, f(x))"),
            "  Call __demand(__inline)\n    Name f\n    Name x\n");
}

TEST(ParseBuiltin, ReadsEveryForm) {
  const std::pair<const char*, const char*> forms[] = {
      {"max(1, 2)", "Builtin max"},
      {"ispace(int2d, e, s)", "Builtin ispace\n    type [int2d]\n    Name e\n    Name s"},
      {"region(is, T(r))", "Builtin region\n    Name is\n    type [T(r)]"},
      {"partition(equal, r, c)", "Builtin partition\n    word equal\n    Name r\n    Name c"},
      {"partition(disjoint, complete, r, k, c)",
       "Builtin partition\n    word disjoint\n    word complete\n    Name r\n    Name k\n    Name c"},
      {"partition(r.f, c)", "Builtin partition\n    root {f}\n      Name r\n    Name c"},
      {"partition(complete, r.f, c)",
       "Builtin partition\n    word complete\n    root {f}\n      Name r\n    Name c"},
      {"image(p, q, r.f)", "Builtin image\n    Name p\n    Name q\n    root {f}\n      Name r"},
      {"preimage(aliased, incomplete, p, q, r)", "Builtin preimage\n    word aliased\n    word incomplete"},
      {"restrict(r, t, e, c)", "Builtin restrict\n    Name r"},
      {"cross_product(p, q, r)", "Builtin cross_product\n    Name p\n    Name q\n    Name r"},
      {"cross_product_array(p, disjoint, q)",
       "Builtin cross_product_array\n    Name p\n    word disjoint\n    Name q"},
      {"list_cross_product(l, m, true)", "Builtin list_cross_product\n    Name l\n    Name m\n    true"},
      {"dynamic_collective(int, max, n)",
       "Builtin dynamic_collective\n    type [int]\n    operator max\n    Name n"},
      {"arrive(b)", "Builtin arrive\n    Name b"},
      {"copy(r.{a, b}, (s[0]).c, +, awaits(b))",
       "Builtin copy\n    root {a, b}\n      Name r\n    root {c}\n      Index\n        Name s\n        "
       "Number int32 0\n"
       "    operator +\n    condition awaits\n      Name b"},
      {"copy(r, s, arrives(b))",
       "Builtin copy\n    root\n      Name r\n    root\n      Name s\n    condition arrives"},
      {"fill((p[i]).f, 0)", "Builtin fill\n    root {f}\n      Index"},
      {"attach(hdf5, r, f, m)", "Builtin attach\n    word hdf5\n    root"},
      {"null(ptr(T, r))", "Builtin null\n    type [ptr(T, r)]"},
      {"unsafe_cast(ptr(T, r), x)", "Builtin unsafe_cast\n    type [ptr(T, r)]\n    Name x"},
      {"__context()", "Builtin __context"},
      {"__fields(r.{f})", "Builtin __fields\n    root {f}"},
      {"__future(int, x)", "Builtin __future\n    type [int]\n    Name x"},
      {"__import_partition(disjoint, r, c, h)", "Builtin __import_partition\n    word disjoint"},
      {"__import_cross_product(a, b, c)", "Builtin __import_cross_product\n    Name a"},
      {"region(is, T).bounds", "Field bounds\n    Builtin region"},
  };
  for (const auto& [text, tree] : forms)
    EXPECT_EQ(expression_tree(text).find(std::string("  ") + tree), 0u) << text;
}

TEST(ParseTask, ReadsParametersEffectsAndBody) {
  EXPECT_EQ(
      translate_regent("__demand(__leaf) __forbid(__inner)\n"
                       "task t(r : region(is, T), [p]) : int\n"
                       "where reads writes(r.{a, b.c}), reduces max(r), r * q, r <= q, arrives(b), [e] do\n"
                       "  return 1\nend")
          .tree(),
      "task t : [int] __demand(__leaf) __forbid(__inner)\n"
      "  param r#1 : [region(is, T)]\n"
      "  param [p]\n"
      "  effect reads writes r#1.{a, b.{c}}\n"
      "  effect reduces max r#1\n"
      "  constraint r#1 * q\n"
      "  constraint r#1 <= q\n"
      "  condition arrives b\n"
      "  effect [e]\n"
      "  Return\n"
      "    Number int32 1\n");
  EXPECT_EQ(translate_regent("extern task a.b(x : int)").tree(), "extern task a.b\n  param x#0 : [int]\n");
  EXPECT_EQ(translate_regent("extern task a(r : R) where reads(r) end").tree(),
            "extern task a\n  param r#1 : [R]\n  effect reads r#1\n");
}

TEST(ParseFspace, ReadsFieldsAndConstraints) {
  EXPECT_EQ(translate_regent(
                "fspace f(r : region(f(r)), s : T) { {a, b} : int; c : ptr(f(r), r) } where r <= s end")
                .tree(),
            "fspace f\n"
            "  param r#1 : [region(f(r))]\n"
            "  param s#2 : [T]\n"
            "  field a : [int]\n"
            "  field b : [int]\n"
            "  field c : [ptr(f(r), r)]\n"
            "  constraint r#1 <= s#2\n");
}

TEST(ParseStatement, ReadsEveryStatement) {
  std::string tree = translate_regent(
                         "task t()\n"
                         "  var a, [s], b : int = 1\n"
                         "  var { c, d = e } = a\n"
                         "  a, b += 1, 2\n"
                         "  a max= 3\n"
                         "  for i : int = 0, 1, 2 do end\n"
                         "  for [s] in r do end\n"
                         "  if a then elseif b then else end\n"
                         "  repeat until a;\n"
                         "  [q]; [l] = 1\n"
                         "  __fence(__execution, __block)\n"
                         "  __demand(__trace) while a do break end\n"
                         "  rescape x() end\n"
                         "end")
                         .tree();
  EXPECT_EQ(tree,
            "task t\n"
            "  Var a#1 [s] b#2 : [int]\n    Number int32 1\n"
            "  VarUnpack c#3 = c d#4 = e\n    Name a#1\n"
            "  Assign +\n    Name a#1\n    Name b#2\n  =\n    Number int32 1\n    Number int32 2\n"
            "  Assign max\n    Name a#1\n  =\n    Number int32 3\n"
            "  ForNum i#5 : [int]\n    Number int32 0\n    Number int32 1\n    Number int32 2\n"
            "  ForList [s]\n    Name r\n"
            "  If\n    Name a#1\n  ElseIf\n    Name b#2\n  Else\n"
            "  Repeat\n    Name a#1\n"
            "  Expr\n    Escape [q]\n"
            "  Assign\n    Escape [l]\n  =\n    Number int32 1\n"
            "  Fence execution block\n"
            "  While __demand(__trace)\n    Name a#1\n    Break\n"
            "  Rescape [x()]\n");
}

TEST(ParseTerra, ReadsFunctionsStructsAndQuotes) {
  Translated program = translate(
      "terra T:get(i : int) : int return self.x, i end\n"
      "struct S { x : int; y : &S }\n"
      "local q = quote var x = 1 in x, 2 end\n"
      "local e = `x + 1\n"
      "terra f(task : int) [g](task)\n (task) end\n");
  ASSERT_EQ(program.errors(), Strings{});
  EXPECT_EQ(
      program.tree(0),
      "terra_function T.get method : [int]\n  param i#1 : [int]\n  Return\n    Field x\n      Name self#0\n"
      "    Name i#1\n");
  EXPECT_EQ(program.tree(1), "terra_struct S\n  field x : [int]\n  field y : [&S]\n");
  EXPECT_EQ(program.tree(2),
            "terra_quote\n  Var x#0\n    Number int32 1\nin\n  Name x#0\n  Number int32 2\n");
  EXPECT_EQ(program.tree(3), "terra_expr\n  Binary +\n    Name x\n    Number int32 1\n");
  // A parenthesis on a new line starts a statement in terra code, and the language's words are names there.
  EXPECT_EQ(
      program.tree(4),
      "terra_function f\n  param task#1 : [int]\n  Expr\n    Call\n      Escape [g]\n      Name task#1\n"
      "  Expr\n    Name task#1\n");
}

TEST(ParseRanges, FollowTheReferenceCompilersLines) {
  Translated program = translate_regent("task t()\n  a\n  .b\n  .c = x +\n y\nend");
  const auto& task = static_cast<const ast::Task&>(program.construct());
  const auto& assign = ast::as<ast::AssignStat>(*task.body->stats.at(0));
  EXPECT_EQ(program.sources->line(assign.targets[0]->range), 2u);
  EXPECT_EQ(program.sources->line(assign.targets[0]->anchor), 3u);
  EXPECT_EQ(program.sources->text(assign.values[0]->range), "x +\n y");
  EXPECT_EQ(program.sources->text(assign.values[0]->anchor), "x");
}

TEST(ParseErrors, KeepTheReferenceCompilersWords) {
  EXPECT_EQ(syntax_errors("task t() var var = 1 end"), Strings{"1: <name> expected near 'var'"});
  EXPECT_EQ(syntax_errors("task t() var fill = 1 end"), Strings{"1: <name> expected near 'fill'"});
  EXPECT_EQ(syntax_errors("task t() return 1 ^ 2 << 3 end")
                .at(0)
                .find("1: order of operations between ^ and << or >> is unspecified, please add parentheses"),
            0u);
  EXPECT_EQ(syntax_errors("local remit rexpr 1 end"),
            Strings{"1: unexpected token in top-level statement near remit"});
  EXPECT_EQ(syntax_errors("task t() a:b(awaits(c)) end"),
            Strings{"1: method call cannot have conditions near 'end'"});
  EXPECT_EQ(syntax_errors("task t() f(awaits(c), x) end"), Strings{"1: expected condition near 'x'"});
  EXPECT_EQ(syntax_errors("task t() __import_partition(x, y, z, w) end"),
            Strings{"1: expected disjointness near 'x'"});
  EXPECT_EQ(syntax_errors("__demand(__x) task t() end"), Strings{"1: expected annotation name near '__x'"});
  EXPECT_EQ(syntax_errors("task t() for i of r do end end"), Strings{"1: expected = or in near 'of'"});
  EXPECT_EQ(syntax_errors("task t() for i = 1 do end end"),
            Strings{"1: for loop over numbers requires two or three values near 'do'"});
  EXPECT_EQ(syntax_errors("task t(r : R) where sees(r) do end"),
            Strings{"1: unexpected token in constraint near '('"});
  EXPECT_EQ(syntax_errors("task t() __fence(x) end"),
            Strings{"1: expected fence kind (__execution or __mapping) near 'x'"});
  EXPECT_EQ(syntax_errors("task t() __import_cross_product(a, b) end"),
            Strings{"1: __import_cross_product needs at least 3 arguments, got 2 near 'end'"});
}

TEST(ParseErrors, ReportsSeveralInOneFile) {
  EXPECT_EQ(
      syntax_errors("\ntask a()\n  var = 1\n  var y = 2 +\n  f(x\nend\n"
                    "fspace b { x int, y : double, z }\n"
                    "local c = = 1\n"
                    "task d(x int)\n  if x then return 1 end\nend\n"
                    "local function e() x + 1 end\n"),
      (Strings{"3: <name> expected near '='", "6: ')' expected (to close '(' at line 5) near 'end'",
               "7: ':' expected near 'int'", "7: ':' expected near '}'", "8: unexpected symbol near '='",
               "9: ':' expected near 'int'", "12: '=' expected near '+'"}));
}

TEST(ParseErrors, TellsWhatIsNotClosed) {
  Translated program =
      translate("import \"regent\"\ntask a()\n  for i in r do\n    x = 1\n\ntask b()\nend\n");
  ASSERT_EQ(program.errors(), Strings{"6: 'end' expected (to close 'for' at line 3) near task"});
  EXPECT_EQ(program.sources->line(program.diags->all()[0].notes.at(0).range), 3u);
}

TEST(ParseErrors, RejectsDeepNesting) {
  std::string open, close;
  for (int i = 0; i < 100000; ++i) open += "(", close += ")";
  EXPECT_EQ(syntax_errors("task t() x = " + open + "1" + close + " end").at(0),
            "1: this is nested too deeply near '('");
  EXPECT_EQ(syntax_errors("x = " + open + "1" + close).at(0), "1: this is nested too deeply near '('");
  std::string sum = "1";
  for (int i = 0; i < 100000; ++i) sum += "+1";
  EXPECT_EQ(syntax_errors("task t() x = " + sum + " end").at(0).find("1: this is nested too deeply"), 0u);
  // Lists of statements and of arguments are long without being deep.
  std::string calls;
  for (int i = 0; i < 5000; ++i) calls += "f(1 + 2, g(3)) ";
  EXPECT_EQ(syntax_errors("task t() " + calls + " end"), Strings{});
}

TEST(ParseErrors, NoticesAForgottenImport) {
  EXPECT_EQ(translate("task main()\nend\n").errors(),
            Strings{"1: `task` is a word of the language only after `import \"regent\"`"});
}

}  // namespace
}  // namespace palatine
