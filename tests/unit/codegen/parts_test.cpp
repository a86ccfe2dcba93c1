// Large units are compiled in parts.
#include <gtest/gtest.h>
#include <palatine_config.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "codegen/build.h"
#include "frontend/base/disk_cache.h"

namespace palatine::codegen {
namespace {

namespace fs = std::filesystem;

constexpr int kFunctions = 80;

// Functions behind pointers that share helpers, variables, constants and what is in an inline function.
std::string large_text() {
  std::string text = R"(
    static int calls = 0;
    static int started = calls + 40;
    static const int table[] = {1, 2, 3, 5, 7};
    static const char* name = "parts";
    struct Counter { ~Counter() { if (calls < 0) abort(); } };
    static Counter counter;
    inline int& shared() { static int value = 1000; return value; }
    static int helper(int x) { ++calls; return x + table[x % 5]; }
    static thread_local int last = 0;
    static int both(int x) { return x == 0 ? 1 : x * helper(x); }
    namespace { struct Base { virtual int value() { return 1; } }; struct Derived : Base { int value() override { return 2; } }; }
  )";
  for (int i = 0; i < kFunctions; ++i) {
    const std::string n = std::to_string(i);
    // Most are there for their size alone.
    if (i % 10 != 0) text += "__attribute__((optnone, noinline)) ";
    text += "static int f" + n + "(int x) {\n  int a = helper(x) + " + n + ", b = a + 1;\n";
    for (int k = 0; k < 40; ++k) {
      text += "  if (a % " + std::to_string(k + 3) +
              " == 1) { b += helper(a) * 3; a = b / 2 + x; } else { a += b % 7 + 1; }\n";
    }
    text +=
        "  last = " + n +
        "; ++shared(); Derived d; Base* p = &d; return (a ^ b) % 1000 + both(x) + p->value() + name[0];\n}\n";
  }
  text += "static int (*const functions[])(int) = {both";
  for (int i = 0; i < kFunctions; ++i) text += ", f" + std::to_string(i);
  text += R"(};
    int main() {
      long sum = 0;
      for (auto* f : functions) sum = sum * 31 + f(3);
      printf("%ld %d %d %d %d\n", sum, calls, started, shared(), last);
      return both(0) - 1;
    })";
  return text;
}

class PartsTest : public testing::Test {
 protected:
  PartsTest() : diags_(sources_) {
    std::string name = (fs::temp_directory_path() / "palatine-parts-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    options_.lib_dir = PALATINE_TEST_LIB_DIR;
  }
  ~PartsTest() override { fs::remove_all(folder_); }

  // The executable's bytes; its output goes to `output`.
  std::string build_and_run(const std::string& cache, unsigned jobs, bool debug, std::string& output) {
    options_.cache_dir = (folder_ / cache).string();
    options_.jobs = jobs;
    options_.debug = debug;
    const std::vector<EmittedUnit> units = {{"large", large_text(), {}}};
    auto path = build(units, OutputKind::executable, "", options_, diags_);
    EXPECT_TRUE(path) << render_text(diags_, {});
    if (!path) return {};
    const fs::path printed = folder_ / "output";
    EXPECT_EQ(system(("'" + *path + "' > '" + printed.string() + "'").c_str()), 0);
    output = read_whole_file(printed.string()).value_or("");
    return read_whole_file(*path).value_or("");
  }

  size_t object_count(const std::string& cache) {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / cache))
      count += entry.path().extension() == ".o";
    return count;
  }

  SourceManager sources_;
  Diagnostics diags_;
  BuildOptions options_;
  fs::path folder_;
};

TEST_F(PartsTest, ComputeAsTheWholeAndDoNotDependOnTheThreads) {
  std::string whole, parts, more;
  build_and_run("debug", 2, true, whole);
  EXPECT_EQ(object_count("debug"), 1u);
  const std::string with_one = build_and_run("one", 1, false, parts);
  const std::string with_two = build_and_run("two", 2, false, more);
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(more, whole);
  EXPECT_EQ(with_one, with_two);
  if (std::string_view(PALATINE_SANITIZE).empty()) EXPECT_GT(object_count("one"), 1u);
}

TEST_F(PartsTest, OneObjectIsJoinedFromAllAndGoesWithAnotherProgramsParts) {
  options_.cache_dir = (folder_ / "cache").string();
  std::string first = large_text(), second = large_text();
  first.replace(first.find("int main()"), 10, "int first()");
  second.replace(second.find("int main()"), 10, "int second()");
  for (auto [name, text] : {std::pair{"first", &first}, std::pair{"second", &second}}) {
    ASSERT_TRUE(
        build({{name, *text, {}}}, OutputKind::object, (folder_ / name).string() + ".o", options_, diags_))
        << render_text(diags_, {});
  }
  options_.link_flags = {(folder_ / "first.o").string(), (folder_ / "second.o").string()};
  auto path = build({{"main", "int first(); int second(); int main() { return first() + second(); }", {}}},
                    OutputKind::executable, "", options_, diags_);
  ASSERT_TRUE(path) << render_text(diags_, {});
  const fs::path printed = folder_ / "output";
  EXPECT_EQ(system(("'" + *path + "' > '" + printed.string() + "'").c_str()), 0);
}

// A unit's entry in the cache names all of its objects.
TEST_F(PartsTest, AMissingPartIsCompiledAgain) {
  std::string output;
  const std::string before = build_and_run("cache", 2, false, output);
  for (const auto& entry : fs::directory_iterator(folder_ / "cache")) {
    if (entry.path().extension() != ".o") continue;
    fs::remove(entry.path());
    break;
  }
  for (const auto& entry : fs::directory_iterator(folder_ / "cache")) {
    if (entry.path().extension() == ".exe") fs::remove(entry.path());
  }
  std::string again;
  EXPECT_EQ(build_and_run("cache", 2, false, again), before);
  EXPECT_EQ(again, output);
}

}  // namespace
}  // namespace palatine::codegen
