// Sessions on small programs: what Lua and constructs make of each other.
#include "sema/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "codegen/build.h"

namespace palatine::sema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Keeps what the program handed out.
struct RecordingOutput : Output {
  int start(const ir::Program& program) override {
    ++starts;
    started = program;
    return exit_code;
  }
  bool save(const ir::Program& program, const SaveRequest& request) override {
    started = program;
    saved_file = request.file;
    saved_kind = request.kind;
    return true;
  }
  std::vector<void*> load(const ir::Program&) override { return {}; }
  int starts = 0;
  int exit_code = 0;
  ir::Program started;
  std::string saved_file, saved_kind;
};

class SessionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("palatine_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(folder_);
    options_.stdlib_dir = std::string(PALATINE_TEST_LIB_DIR) + "/stdlib";
    options_.runtime_include_dir = std::string(PALATINE_TEST_LIB_DIR) + "/include";
    options_.resource_dir = codegen::installation_paths().resource_dir;
  }
  void TearDown() override {
    session_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Runs a program that begins with `import "regent"`, on its first line.
  int run(const std::string& text) {
    std::string path = folder_ / "test.rg";
    std::ofstream(path) << "import \"regent\"\n" << text;
    options_.args = {path};
    session_ = std::make_unique<Session>(sources_, diags_, output_, options_);
    return session_->run_file(path);
  }

  // "LINE: text" of every error.
  std::vector<std::string> errors() const {
    std::vector<std::string> texts;
    for (const Diagnostic& diagnostic : diags_.all()) {
      const Message& message = diagnostic.main;
      uint32_t line = message.range.is_valid() ? sources_.line(message.range) : 0;
      texts.push_back(std::to_string(line) + ": " + message.text);
    }
    return texts;
  }

  std::vector<std::string> started_tasks() const {
    std::vector<std::string> names;
    for (const ir::Task* task : output_.started.tasks) names.push_back(task->name);
    return names;
  }

  std::filesystem::path folder_;
  SourceManager sources_;
  Diagnostics diags_{sources_};
  RecordingOutput output_;
  SessionOptions options_;
  std::unique_ptr<Session> session_;
};

TEST_F(SessionTest, StartHandsOutWhatMainReaches) {
  int code = run(R"(
task unused() end
task leaf() : int return 1 end
task middle() : int return leaf() end
task main() middle() end
regentlib.start(main)
)");
  EXPECT_EQ(code, 0);
  EXPECT_THAT(errors(), IsEmpty());
  EXPECT_EQ(output_.starts, 1);
  EXPECT_THAT(started_tasks(), ElementsAre("leaf", "middle", "main"));
  ASSERT_NE(output_.started.main, nullptr);
  EXPECT_EQ(output_.started.main->name, "main");
}

TEST_F(SessionTest, RecursiveTasksAreReachedOnce) {
  run(R"(
task count(n : int) : int
  if n > 0 then return count(n - 1) end
  return 0
end
task main() count(3) end
regentlib.start(main)
)");
  EXPECT_THAT(errors(), IsEmpty());
  EXPECT_THAT(started_tasks(), ElementsAre("count", "main"));
}

TEST_F(SessionTest, TerraFunctionsArePartOfTheProgram) {
  run(R"(
local terra double(x : int) : int return 2 * x end
local terra unused(x : int) : int return x end
task main() double(4) end
regentlib.start(main)
)");
  EXPECT_THAT(errors(), IsEmpty());
  ASSERT_EQ(output_.started.functions.size(), 1u);
  EXPECT_EQ(output_.started.functions[0]->name, "double");
}

TEST_F(SessionTest, NothingStartsAfterAnError) {
  int code = run(R"(
task wrong() return unknown end
task main() end
regentlib.start(main)
)");
  EXPECT_EQ(code, 1);
  EXPECT_EQ(output_.starts, 0);
  EXPECT_THAT(errors(), ElementsAre("3: name 'unknown' is undefined or nil"));
}

TEST_F(SessionTest, LuaGoesOnAfterAWrongTask) {
  run(R"(
task first() return unknown_one end
task second() return unknown_two end
)");
  EXPECT_THAT(errors(), ElementsAre("3: name 'unknown_one' is undefined or nil",
                                    "4: name 'unknown_two' is undefined or nil"));
}

TEST_F(SessionTest, TheExitCodeOfTheProgramEndsLua) {
  output_.exit_code = 7;
  int code = run(R"(
task main() end
regentlib.start(main)
error("not reached")
)");
  EXPECT_EQ(code, 7);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, LuaGoesOnAfterASuccessfulRun) {
  int code = run(R"(
task main() end
regentlib.start(main)
error("reached")
)");
  EXPECT_EQ(code, 1);
  EXPECT_THAT(errors(), ElementsAre("5: reached"));
}

TEST_F(SessionTest, PrettyProgramsAreNotRun) {
  options_.flags.pretty = 1;
  int code = run(R"(
task main() end
regentlib.start(main)
error("not reached")
)");
  EXPECT_EQ(code, 0);
  EXPECT_EQ(output_.starts, 0);
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, OnlyTasksWithoutParametersCanBeMain) {
  int code = run(R"(
task main(x : int) end
regentlib.start(main)
regentlib.start(5)
regentlib.saveobj(nil, "x")
)");
  EXPECT_EQ(code, 1);
  EXPECT_THAT(errors(),
              ElementsAre("3: toplevel task must not have any parameter",
                          "5: invalid task to regentlib.start", "6: invalid task to regentlib.saveobj"));
  ASSERT_EQ(diags_.all()[0].notes.size(), 1u);
}

TEST_F(SessionTest, TheFileNameTellsWhatIsSaved) {
  run(R"(
task main() end
regentlib.saveobj(main, "out.so")
)");
  EXPECT_EQ(output_.saved_file, "out.so");
  EXPECT_EQ(output_.saved_kind, "sharedlibrary");
  EXPECT_THAT(started_tasks(), ElementsAre("main"));
}

TEST_F(SessionTest, OnTaskSeesTasksInOrderButNoWrongOnes) {
  std::vector<std::string> names;
  options_.on_task = [&](const ir::Task& task) { names.push_back(task.name); };
  run(R"(
task a() end
task wrong() return unknown end
local t = {}
task t.b() end
)");
  EXPECT_THAT(names, ElementsAre("a", "t.b"));
}

TEST_F(SessionTest, OnlyHeadersInUseAreCompiledAgain) {
  run(R"(
local used = terralib.includecstring [[ int one(int x); ]]
local unused = terralib.includecstring [[ int two(int x); ]]
task main() used.one(1) end
regentlib.start(main)
)");
  EXPECT_THAT(errors(), IsEmpty());
  ASSERT_EQ(output_.started.headers.size(), 1u);
  EXPECT_THAT(output_.started.headers[0]->source_text, HasSubstr("one"));
}

TEST_F(SessionTest, CDeclarationsBecomeValues) {
  run(R"(
local c = terralib.includecstring [[
typedef struct pair { int first; double second; struct pair *next; } pair_t;
typedef unsigned short small;
enum color { red = 3, green };
#define LIMIT 42
#define BIG 0xffffffffffffffffull
#define NAME "text"
#define RATIO 2.5
]]
assert(terralib.sizeof(c.pair_t) == 24 and c.pair_t == c.pair)
assert(c.pair_t.entries[3].type == &c.pair_t)
assert(c.small == uint16)
assert(c.green == 4 and c.LIMIT == 42 and c.NAME == "text" and c.RATIO == 2.5)
assert(c.BIG:gettype() == uint64 and tostring(c.BIG) == "18446744073709551615")
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, CapturesAreTakenWhenTheConstructRuns) {
  run(R"(
local tasks = {}
for i = 1, 3 do
  local task t() : int[i] var a : int[i] return a end
  tasks[i] = t
end
for i = 1, 3 do assert(tasks[i]:get_type().returntype == int[i]) end
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, EscapesAreEvaluatedInTheOrderOfTheReference) {
  run(R"(
local order = {}
local function note(name, value)
  order[#order + 1] = name
  return value
end
local task t(a : note("a", int), b : note("b", int)) : note("result", int)
where [note("effects", terralib.newlist())] do
  var x : note("x", int) = [note("value", 1)]
  for i : note("i", int) = 0, [note("limit", 2)] do
    x += [note("body", 1)]
  end
  return x
end
assert(table.concat(order, " ") == "a b result effects x value limit i body", table.concat(order, " "))
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, ParameterTypesMayNameLaterParameters) {
  run(R"(
task t(p : int1d(int, r), r : region(ispace(int1d), int))
where reads(r) do
  var x = @p
end
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, VariablesAreSymbolsInEscapes) {
  run(R"(
task t(n : int)
  var m : double = n
  rescape
    assert(regentlib.is_symbol(n) and n:gettype() == int and m:gettype() == double and tostring(m) == "$m")
    remit rquote m += n end
  end
end
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, ATaskKnowsItself) {
  run(R"(
task t(n : int) : int
  rescape assert(regentlib.is_task(t)) end
  if n == 0 then return 0 end
  return t(n - 1)
end
)");
  EXPECT_THAT(errors(), IsEmpty());
}

TEST_F(SessionTest, AValueOfTheWrongKindIsReportedOnce) {
  run(R"(
task t(r : region(ispace(int1d), nothing))
  var x = r[0]
end
)");
  EXPECT_EQ(errors().size(), 1u);
}

TEST_F(SessionTest, AListThatContainsItselfIsRejected) {
  run(R"(
local list = terralib.newlist()
list:insert(list)
task t(x : int)
  t([list])
end
)");
  EXPECT_FALSE(errors().empty());
}

TEST_F(SessionTest, AMissingStandardLibraryIsAnError) {
  options_.stdlib_dir = folder_;
  EXPECT_EQ(run(""), 1);
  ASSERT_EQ(errors().size(), 1u);
  EXPECT_THAT(errors()[0], HasSubstr("not installed completely"));
}

}  // namespace
}  // namespace palatine::sema
