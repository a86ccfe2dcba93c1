#include "codegen/build.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "frontend/base/disk_cache.h"

namespace palatine::codegen {
namespace {

namespace fs = std::filesystem;

class BuildTest : public testing::Test {
 protected:
  BuildTest() : diags_(sources_) {
    std::string name = (fs::temp_directory_path() / "palatine-build-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    options_.lib_dir = PALATINE_TEST_LIB_DIR;
    options_.cache_dir = (folder_ / "cache").string();
    options_.times = &times_;
  }
  ~BuildTest() override { fs::remove_all(folder_); }

  static EmittedUnit unit(const std::string& text) { return {"test", text, {}}; }
  static EmittedUnit c_unit(const std::string& name, const std::string& text) {
    EmittedUnit made{name, text, {}};
    made.is_c = true;
    return made;
  }

  std::optional<std::string> build_executable(const std::string& text) {
    return build({unit(text)}, OutputKind::executable, "", options_, diags_);
  }
  std::string messages() { return render_text(diags_, {}); }

  // The exit code of a program that was built.
  static int run(const std::string& path) {
    int status = system(("'" + path + "'").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  SourceManager sources_;
  Diagnostics diags_;
  StageTimes times_;
  BuildOptions options_;
  fs::path folder_;
};

TEST_F(BuildTest, MakesAnExecutableThatUsesTheApi) {
  auto path = build_executable(
      "int main() { palatine::api::Point<2> p{3, 4}; return p.c[0] * 10 + (int)sqrt((double)p.c[1]); }");
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(run(*path), 32);
}

TEST_F(BuildTest, DebugBuildsToo) {
  options_.debug = true;
  auto path = build_executable("int main() { return 5; }");
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(run(*path), 5);
}

TEST_F(BuildTest, CompilesSeveralUnits) {
  std::vector<EmittedUnit> units;
  for (int i = 0; i < 5; ++i) {
    std::string n = std::to_string(i);
    units.push_back({"unit" + n, "int f" + n + "() { return " + n + "; }", {}});
  }
  units.push_back({"main",
                   "int f0(); int f1(); int f2(); int f3(); int f4();"
                   "int main() { return f0() + f1() + f2() + f3() + f4(); }",
                   {}});
  auto path = build(units, OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(run(*path), 10);
}

TEST_F(BuildTest, WritesTheNamedFileExecutable) {
  std::string output = (folder_ / "program").string();
  auto path = build({unit("int main() { return 4; }")}, OutputKind::executable, output, options_, diags_);
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(*path, output);
  EXPECT_EQ(run(output), 4);
}

TEST_F(BuildTest, WorksWithoutACache) {
  options_.cache_dir.clear();
  std::string output = (folder_ / "program").string();
  ASSERT_TRUE(build({unit("int main() { return 6; }")}, OutputKind::executable, output, options_, diags_));
  EXPECT_EQ(run(output), 6);
}

TEST_F(BuildTest, MakesObjectsAndLibraries) {
  std::string object = (folder_ / "f.o").string();
  std::vector<EmittedUnit> units = {{"a", "extern \"C\" int a() { return 1; }", {}},
                                    {"b", "extern \"C\" int b() { return 2; }", {}}};
  ASSERT_TRUE(build(units, OutputKind::object, object, options_, diags_)) << messages();
  std::string library = (folder_ / "libf.so").string();
  ASSERT_TRUE(build(units, OutputKind::shared_library, library, options_, diags_)) << messages();
  // Both serve as inputs of another program.
  for (const std::string& input : {object, library}) {
    options_.link_flags = {input};
    auto path = build_executable("extern \"C\" { int a(); int b(); } int main() { return a() + b(); }");
    ASSERT_TRUE(path) << messages();
    EXPECT_EQ(run(*path), 3) << input;
  }
}

TEST_F(BuildTest, SecondBuildComesFromTheCache) {
  const std::string text = "int main() { return 9; }";
  auto first = build_executable(text);
  ASSERT_TRUE(first) << messages();
  size_t entry_count = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "cache")) entry_count += entry.is_regular_file();
  // A cached executable is not made again: what stands in its place is given back as it is.
  fs::path marked = *first;
  std::ofstream(marked) << "#!/bin/sh\nexit 77\n";
  auto second = build_executable(text);
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, *first);
  EXPECT_EQ(run(*second), 77);
  size_t entry_count_after = 0;
  for (const auto& entry : fs::directory_iterator(folder_ / "cache"))
    entry_count_after += entry.is_regular_file();
  EXPECT_EQ(entry_count_after, entry_count);
}

TEST_F(BuildTest, OptionsAndTextMakeDifferentEntries) {
  auto one = build_executable("int main() { return 1; }");
  auto two = build_executable("int main() { return 2; }");
  options_.debug = true;
  auto three = build_executable("int main() { return 1; }");
  ASSERT_TRUE(one && two && three) << messages();
  EXPECT_NE(*one, *two);
  EXPECT_NE(*one, *three);
}

TEST_F(BuildTest, ChangedHeadersAreCompiledAgain) {
  fs::path header = folder_ / "value.h";
  EmittedUnit with_header{
      "test", "#include \"value.h\"\nint main() { return VALUE; }", {"-I" + folder_.string()}};
  auto build_and_run = [&] {
    auto path = build({with_header}, OutputKind::executable, "", options_, diags_);
    return path ? run(*path) : -1;
  };
  auto write = [&](const char* text) {
    std::ofstream(header) << text;
    // Older than the build: a header that changes during a build is not trusted.
    fs::last_write_time(header, fs::file_time_type::clock::now() - std::chrono::seconds(100 - text[14]));
  };
  write("#define VALUE 1\n");
  EXPECT_EQ(build_and_run(), 1);
  EXPECT_EQ(build_and_run(), 1);
  write("#define VALUE 2\n");
  EXPECT_EQ(build_and_run(), 2);
}

// Whether a call is seen through is decided after inlining.
TEST_F(BuildTest, CallsOfCFunctionsAreInlined) {
  const std::vector<EmittedUnit> units = {
      unit("extern \"C\" int twice(int); int main() { int x = twice(3); return __builtin_constant_p(x) + x; "
           "}"),
      c_unit("c", "static int add(int a, int b) { return a + b; } int twice(int a) { return add(a, a); }")};
  auto joined = build(units, OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(joined) << messages();
  EXPECT_EQ(run(*joined), 7);
  options_.joins_c = false;
  auto apart = build(units, OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(apart) << messages();
  EXPECT_EQ(run(*apart), 6);
}

TEST_F(BuildTest, TextsInCKeepWhatIsTheirOwn) {
  const char* const text = "static int count = %; int next_#(void) { return ++count; }";
  auto own = [&](char letter, char start) {
    std::string made = text;
    made[made.find('%')] = start, made[made.find('#')] = letter;
    return c_unit(std::string("c") + letter, made);
  };
  auto path = build({unit("extern \"C\" { int next_a(); int next_b(); }"
                          "int main() { return next_a() + 10 * next_b() + 100 * (next_a() - 2); }"),
                     own('a', '1'), own('b', '4')},
                    OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(run(*path), 2 + 50 + 100);
}

TEST_F(BuildTest, ExceptionsPassThroughC) {
  auto path = build({unit("extern \"C\" void call(void (*f)());"
                          "static void fail() { throw 5; }"
                          "int main() { try { call(fail); } catch (int code) { return code; } return 1; }"),
                     c_unit("c", "void call(void (*f)(void)) { f(); }")},
                    OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(path) << messages();
  EXPECT_EQ(run(*path), 5);
}

TEST_F(BuildTest, HeadersOfCTextsAreWatched) {
  fs::path header = folder_ / "value.h";
  EmittedUnit c = c_unit("c", "#include \"value.h\"\nint value(void) { return VALUE; }");
  c.clang_args = {"-I" + folder_.string()};
  auto build_and_run = [&](const char* text, int age_s) {
    std::ofstream(header) << text;
    fs::last_write_time(header, fs::file_time_type::clock::now() - std::chrono::seconds(age_s));
    auto path = build({unit("extern \"C\" int value(); int main() { return value(); }"), c},
                      OutputKind::executable, "", options_, diags_);
    return path ? run(*path) : -1;
  };
  EXPECT_EQ(build_and_run("#define VALUE 1\n", 50), 1);
  EXPECT_EQ(build_and_run("#define VALUE 2\n", 40), 2);
}

TEST_F(BuildTest, SymbolsThatTwoTextsDefineAreReportedByTheLinker) {
  EXPECT_FALSE(build({unit("extern \"C\" int f(); int main() { return f(); }"),
                      c_unit("c1", "int f(void) { return 1; }"), c_unit("c2", "int f(void) { return 2; }")},
                     OutputKind::executable, "", options_, diags_));
  ASSERT_EQ(diags_.all().size(), 1u);
  EXPECT_EQ(diags_.all()[0].main.kind, DiagKind::link_failed);
}

TEST_F(BuildTest, RejectedTextIsAnInternalError) {
  FileId program = sources_.add("program.rg", "first line\n  second line\n");
  EXPECT_FALSE(build_executable("#line 2 \"program.rg\"\nint main() { return no_such_name; }\n"));
  ASSERT_EQ(diags_.all().size(), 1u);
  const Diagnostic& diagnostic = diags_.all()[0];
  EXPECT_EQ(diagnostic.main.kind, DiagKind::generated_code_rejected);
  EXPECT_EQ(diagnostic.main.range.file, program);
  EXPECT_EQ(sources_.text(diagnostic.main.range), "second line");
  ASSERT_GE(diagnostic.notes.size(), 2u);
  EXPECT_NE(diagnostic.notes.front().text.find("no_such_name"), std::string::npos);
  EXPECT_EQ(diagnostic.notes.back().kind, DiagKind::please_report);
}

TEST_F(BuildTest, ErrorsInHeadersAreTheProgramsOwn) {
  fs::path header = folder_ / "c_only.h";
  std::ofstream(header) << "int class(void);\n";
  EmittedUnit with_header{
      "test", "#include \"c_only.h\"\nint main() { return 0; }", {"-I" + folder_.string()}};
  EXPECT_FALSE(build({with_header}, OutputKind::executable, "", options_, diags_));
  ASSERT_EQ(diags_.all().size(), 1u);
  EXPECT_EQ(diags_.all()[0].main.kind, DiagKind::c_header_rejected);
}

TEST_F(BuildTest, UndefinedSymbolsAreReportedByTheLinker) {
  EXPECT_FALSE(build_executable("int nowhere(); int main() { return nowhere(); }"));
  ASSERT_EQ(diags_.all().size(), 1u);
  EXPECT_EQ(diags_.all()[0].main.kind, DiagKind::link_failed);
  EXPECT_NE(messages().find("nowhere()"), std::string::npos);
  // The linker is usable again after a failure.
  EXPECT_TRUE(build_executable("int main() { return 0; }"));
}

TEST_F(BuildTest, UnwritableOutputIsReported) {
  std::string output = (folder_ / "no such folder" / "program").string();
  EXPECT_FALSE(build({unit("int main() { return 4; }")}, OutputKind::executable, output, options_, diags_));
  ASSERT_EQ(diags_.all().size(), 1u);
  EXPECT_EQ(diags_.all()[0].main.kind, DiagKind::output_not_written);
}

TEST_F(BuildTest, TimesOfStagesAreKept) {
  ASSERT_TRUE(build_executable("int main() { return 0; }"));
  ASSERT_EQ(times_.stages().size(), 2u);
  EXPECT_EQ(times_.stages()[0].first, "clang");
  EXPECT_GT(times_.stages()[0].second, 0);
}

}  // namespace
}  // namespace palatine::codegen
