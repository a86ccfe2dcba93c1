#include "tests/unit/frontend/host_fixture.h"

namespace palatine {

TEST_F(HostTest, RunsTheTutorialProgram) {
  EXPECT_TRUE(run(R"(import "regent"

local c = regentlib.c

fspace input {
  x : double,
  y : double,
}

task main()
  var num_elements = 1024
  var is = ispace(int1d, num_elements)
  var input_lr = region(is, input)

  for i in is do
    input_lr[i].x = c.drand48()
    input_lr[i].y = c.drand48()
  end
  regentlib.assert(num_elements == 1024, "check failed")
end
)"));
  EXPECT_EQ(messages(), Strings{});
  EXPECT_EQ(handler.imported, Strings{"regent"});
  EXPECT_EQ(handler.executed,
            (Strings{"fspace ()=nil ()=nil", "task c=table regentlib=table ()=nil ()=fspace ()=nil ()=nil"}));
}

TEST_F(HostTest, CapturesLocalsByValueAndGlobalsRaw) {
  EXPECT_TRUE(
      run("import \"regent\"\n"
          "known = 1\n"
          "local a, hidden = 2, nil\n"
          "local known_too = 3\n"
          "do local known = nil; local q = rexpr known + unknown + a end end\n"
          "a = 4\n"
          "local q = rexpr [known] + [unknown] + [a + known_too] + hidden end\n"));
  EXPECT_EQ(handler.executed,
            (Strings{"rexpr known=nil unknown=nil a=2", "rexpr hidden=nil ()=1 ()=nil ()=7"}));
}

TEST_F(HostTest, EscapesGetTheBindingsTheyMention) {
  EXPECT_TRUE(
      run("import \"regent\"\n"
          "task t(r : \"T\" .. r, [{r, t}])\n"
          "  var x = [x]\n"
          "  return [x .. r]\n"
          "end\n"));
  EXPECT_EQ(handler.executed, Strings{"task (<r>)=T<r> (<r><t>)={<r>;<t>} ()=nil (<x><r>)=<x><r>"});
}

TEST_F(HostTest, CollectsWhatIsRemitted) {
  EXPECT_TRUE(
      run("import \"regent\"\n"
          "local function twice(x) remit x; remit x .. x end\n"
          "local q = rquote\n"
          "  var y = 1\n"
          "  rescape\n"
          "    for i = 1, 2 do remit rexpr [y] end end\n"
          "    twice('z')\n"
          "    local inner = rquote rescape remit 1 end end\n"
          "  end\n"
          "end\n"));
  EXPECT_EQ(handler.executed.back(), "rquote (<y>)={rexpr ()=<y>;rexpr ()=<y>;z;zz}");
}

TEST_F(HostTest, RemitNeedsARescape) {
  EXPECT_FALSE(
      run("import \"regent\"\nlocal ok = pcall(function() local q = rquote rescape error('x') end end end)\n"
          "remit 1\n"));
  // The first `rescape` ended by an error; it must not catch what is emitted later.
  EXPECT_EQ(messages(), Strings{"3: remit must be used inside of rescape"});
}

TEST_F(HostTest, ReportsAllSyntaxErrorsBeforeAnyLuaRuns) {
  EXPECT_FALSE(run("import \"regent\"\nx = = 1\ntask t( end\n"));
  EXPECT_EQ(diags.error_count(), 2u);
  EXPECT_EQ(handler.imported, Strings{});
}

TEST_F(HostTest, LuaErrorsHaveTheirPlaceAndCallers) {
  EXPECT_FALSE(
      run("local function f(x)\n"
          "  return x.y.z, 1\n"
          "end\n"
          "local function g()\n"
          "  f({})\n"
          "end\n"
          "g()\n"));
  EXPECT_EQ(
      messages(),
      Strings{"2: attempt to index field 'y' (a nil value) | 5: called from here | 7: called from here"});
}

TEST_F(HostTest, ErrorLevelsAreFollowed) {
  EXPECT_FALSE(
      run("local function check(x)\n"
          "  error('bad argument', 2)\n"
          "end\n"
          "local function g()\n"
          "  check(1)\n"
          "end\n"
          "g()\n"));
  EXPECT_EQ(messages(), Strings{"5: bad argument | 7: called from here"});
}

TEST_F(HostTest, ErrorsMayBeAnyValue) {
  EXPECT_FALSE(run("\nerror({})\n"));
  EXPECT_FALSE(run("\n\nerror(setmetatable({}, {__tostring = function() return 'told' end}))\n"));
  EXPECT_FALSE(run("error('without a place', 0)\n"));
  EXPECT_EQ(messages(), (Strings{"2: (error object is a table value)", "3: told", "1: without a place"}));
}

TEST_F(HostTest, ErrorsInsideConstructsHaveTheirOwnLine) {
  EXPECT_FALSE(
      run("import \"regent\"\n"
          "local task t(x : int)\n"
          "  var y = 1\n"
          "  var z = [ y +\n"
          "     nothing.at.all ]\n"
          "end\n"));
  EXPECT_EQ(messages(), Strings{"5: attempt to index global 'nothing' (a nil value) | 2: called from here"});
}

TEST_F(HostTest, GlobalsAreStrict) {
  EXPECT_FALSE(run("a = nil\nlocal b = a\nlocal c = undefined_name\n"));
  EXPECT_FALSE(run("local function f() new_name = 1 end\nf()\n"));
  EXPECT_EQ(messages().at(0), "3: global variable 'undefined_name' is not declared: it was never assigned");
  EXPECT_EQ(messages().at(1).find("1: attempt to assign to the undeclared global variable 'new_name'"), 0u);
  EXPECT_TRUE(run("g = 1\nlocal function f() g = 2 end\nf()\nassert(g == 2 and rawget(_G, 'h') == nil)\n"));
}

TEST_F(HostTest, FindsModules) {
  write("near.rg", "import \"regent\"\nlocal task t() end\nreturn { task = t }\n");
  write("deep/er/one.t", "return __palatine and 'terra'\n");
  write("plain.lua", "local struct = 5; return { struct = struct }\n");
  write("std/std/extra.t", "return 'std'\n");
  host::HostOptions options;
  options.stdlib_dir = (folder / "std").string();
  options.args = {"main.rg", "-n", "10"};
  EXPECT_TRUE(
      run("assert(require('near').task == require('near').task)\n"
          "assert(require('deep.er.one') == 'terra' and require('deep/er/one') == 'terra')\n"
          "assert(require('plain')['struct'] == 5)\n"
          "assert(require('std/extra') == 'std')\n"
          "assert(arg[0] == 'main.rg' and arg[2] == '10' and #arg == 2)\n",
          options))
      << ::testing::PrintToString(messages());
  EXPECT_EQ(handler.executed, Strings{"task"});
}

TEST_F(HostTest, ErrorsOfModulesAreInTheirFiles) {
  write("broken.rg", "x = 1\ny = = 2\nz = = 3\n");
  EXPECT_FALSE(run("\nrequire 'broken'\n"));
  EXPECT_EQ(messages(),
            (Strings{"broken.rg:2: unexpected symbol near '='", "broken.rg:3: unexpected symbol near '='"}));
}

TEST_F(HostTest, RuntimeErrorsOfModulesTellWhoRequiredThem) {
  write("failing.rg", "\nlocal x = nil + 1\n");
  EXPECT_FALSE(run("\nrequire 'failing'\n"));
  EXPECT_EQ(messages(),
            Strings{"failing.rg:2: attempt to perform arithmetic on a nil value | 2: called from here"});
}

TEST_F(HostTest, MissingModulesSayWhereTheyWereSought) {
  EXPECT_FALSE(run("require 'nowhere'\n"));
  EXPECT_EQ(messages(),
            Strings{"1: module 'nowhere' not found next to the program, in the current folder or among "
                    "the std modules (as .t, .rg or .lua)"});
}

TEST_F(HostTest, UnreadableFilesAreReported) {
  host::Host host(sources, diags, handler, {});
  EXPECT_FALSE(host.run_file((folder / "missing.rg").string()));
  EXPECT_NE(messages().at(0).find("No such file or directory"), std::string::npos);
  EXPECT_FALSE(host.run_file(folder.string()));
  EXPECT_EQ(diags.error_count(), 2u);
}

TEST_F(HostTest, LimitsOfLuaAreErrorsOfTheProgram) {
  std::string text;
  for (int i = 0; i < 201; ++i) text += "local a" + std::to_string(i) + " = 1\n";
  EXPECT_FALSE(run(text));
  EXPECT_EQ(messages(), Strings{"201: main function has more than 200 local variables"});
}

TEST_F(HostTest, ManyCapturesDoNotMeetLuasLimits) {
  std::string locals, uses, tasks;
  for (int i = 0; i < 150; ++i) {
    locals += "local a" + std::to_string(i) + " = " + std::to_string(i) + "\n";
    uses += "  x += a" + std::to_string(i) + " + [a" + std::to_string(i) + "]\n";
  }
  EXPECT_TRUE(run("import \"regent\"\n" + locals + "task t()\n" + uses + "end\n"))
      << ::testing::PrintToString(messages());
  EXPECT_EQ(handler.executed.size(), 1u);
}

// Runs C++ when a construct is executed.
class CallingHandler : public RecordingHandler {
 public:
  std::function<void(lua_State*)> call;
  void execute(lua_State* lua, const ast::Construct& construct, const host::CaptureEnv& env) override {
    if (call) call(lua);
    RecordingHandler::execute(lua, construct, env);
  }
};

class HostCallTest : public HostTest {
 protected:
  CallingHandler calling;
  bool run_calling(const std::string& text) {
    std::string path = write("main.rg", text);
    host::Host host(sources, diags, calling, {});
    return host.run_file(path);
  }
};

TEST_F(HostCallTest, LuaErrorsRunDestructors) {
  struct Counter {
    explicit Counter(int& c) : count(c) {}
    ~Counter() { ++count; }
    int& count;
  };
  int destroyed = 0;
  calling.call = [&](lua_State* lua) {
    Counter counter(destroyed);
    luaL_error(lua, "thrown through C++");
  };
  EXPECT_FALSE(run_calling(
      "import \"regent\"\nassert(not pcall(function() return rexpr 1 end, 2 end))\nlocal t = rexpr 1 end\n"));
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(messages(), Strings{"3: thrown through C++"});
}

TEST_F(HostCallTest, ExceptionsBecomeLuaErrors) {
  calling.call = [](lua_State*) { throw std::runtime_error("from C++"); };
  EXPECT_FALSE(run_calling("import \"regent\"\n\nlocal t = rexpr 1 end\n"));
  EXPECT_EQ(messages(), Strings{"3: from C++"});
}

TEST_F(HostCallTest, ReportedErrorsAreNotReportedAgain) {
  calling.call = [this](lua_State* lua) {
    diags.report(DiagKind::lua_error, SourceRange{}, "already told");
    host::Host::raise_reported(lua);
  };
  EXPECT_FALSE(run_calling("import \"regent\"\nlocal t = rexpr 1 end\n"));
  EXPECT_EQ(messages(), Strings{"already told"});
}

TEST_F(HostCallTest, TellsTheCurrentPosition) {
  std::vector<std::string> lines;
  calling.call = [&](lua_State* lua) {
    SourceRange range = host::Host::from(lua).current_position(1, lua);
    lines.push_back(range.is_valid() ? std::string(sources.text(range)) : "?");
  };
  EXPECT_TRUE(
      run_calling("import \"regent\"\n"
                  "local function make()\n"
                  "  local q = rexpr 1 end  \n"
                  "  return q\n"
                  "end\n"
                  "make()\n"
                  "coroutine.wrap(make)()\n"));
  EXPECT_EQ(lines, (Strings{"local q = rexpr 1 end", "local q = rexpr 1 end"}));
}

TEST_F(HostTest, LoadsChunksFromTexts) {
  host::Host host(sources, diags, handler, {});
  ASSERT_TRUE(host.load_chunk("prelude", "return 'a' -> 'b'"));
  ASSERT_EQ(lua_pcall(host.state(), 0, 1, 0), 0);
  EXPECT_STREQ(lua_tostring(host.state(), -1), "a->b");
  EXPECT_FALSE(host.load_chunk("broken", "return ="));
  EXPECT_EQ(diags.error_count(), 1u);
}

}  // namespace palatine
