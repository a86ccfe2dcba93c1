#include <gtest/gtest.h>
#include <palatine_config.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "frontend/cimport/parse.h"
#include "frontend/cimport/serialize.h"

namespace palatine::cimport {
namespace {

namespace fs = std::filesystem;

ParseResult parse(const std::string& text) {
  ImportOptions options;
  options.resource_dir = PALATINE_RESOURCE_DIR;
  return parse_c(text, options, sort_flags(options.args));
}

TEST(SerializeTest, GivesBackWhatWasWritten) {
  ParseResult parsed = parse(
      "#include <stdio.h>\n#define TEXT \"t\"\n#define REAL 1.5\n#define MINUS (-2)\n#define MOST "
      "0xffffffffffffffff\n"
      "struct s { int a; struct s *next; };\nint f(struct s, ...);\nextern double g[4];\n");
  ASSERT_TRUE(parsed.header);
  std::string bytes = serialize(*parsed.header, {});
  std::shared_ptr<Header> again = deserialize(bytes);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->functions.size(), parsed.header->functions.size());
  EXPECT_EQ(again->records.size(), parsed.header->records.size());
  EXPECT_EQ(again->typedefs.size(), parsed.header->typedefs.size());
  EXPECT_EQ(again->constants.size(), parsed.header->constants.size());
  EXPECT_EQ(std::get<std::string>(again->constants.at("TEXT").value), "t");
  EXPECT_EQ(std::get<double>(again->constants.at("REAL").value), 1.5);
  EXPECT_EQ(std::get<int64_t>(again->constants.at("MINUS").value), -2);
  EXPECT_EQ(std::get<uint64_t>(again->constants.at("MOST").value), UINT64_MAX);
  EXPECT_TRUE(again->functions.at("f").type->variadic);
  EXPECT_EQ(again->functions.at("f").type->params.at(0)->name, "struct s");
  EXPECT_EQ(again->globals.at("g")->count, 4u);
  EXPECT_EQ(again->records.at("struct s").fields.at(1).type->element->name, "struct s");
  // Writing it again gives the same bytes: nothing was lost.
  EXPECT_EQ(serialize(*again, {}), bytes);
}

TEST(SerializeTest, RefusesDamagedBytes) {
  ParseResult parsed = parse("struct s { int a[3]; };\nint f(struct s *);\n#define N 3\n");
  ASSERT_TRUE(parsed.header);
  std::string bytes = serialize(*parsed.header, {});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(deserialize(std::string_view(bytes).substr(0, size))) << size;
  }
  // Whatever the damage is, reading ends.
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xff);
    deserialize(damaged);
  }
}

TEST(SerializeTest, IsForgottenWhenAFileChanges) {
  std::string name = (fs::temp_directory_path() / "palatine-serialize-XXXXXX").string();
  fs::path folder = mkdtemp(name.data());
  fs::path file = folder / "a.h";
  std::ofstream(file) << "int a;\n";
  std::string bytes = serialize(Header(), {*stamp_file(file.string())});
  EXPECT_TRUE(deserialize(bytes));
  std::ofstream(file) << "int other;\n";
  EXPECT_FALSE(deserialize(bytes));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace palatine::cimport
