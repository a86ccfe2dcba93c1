#include <gtest/gtest.h>
#include <palatine_config.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "frontend/cimport/cimport.h"

namespace palatine::cimport {
namespace {

namespace fs = std::filesystem;

class ImportTest : public testing::Test {
 protected:
  ImportTest() : diags_(sources_) {
    std::string name = (fs::temp_directory_path() / "palatine-import-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    program_ = sources_.add("program.rg", "local c = terralib.includec(\"x.h\")\n");
    options_.resource_dir = PALATINE_RESOURCE_DIR;
  }
  ~ImportTest() override { fs::remove_all(folder_); }

  // Each text is imported once in a process, so tests use different ones.
  std::shared_ptr<const Header> import(const std::string& text) {
    return import_text(text, options_, diags_, {program_, 10, 35});
  }
  fs::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  SourceManager sources_;
  Diagnostics diags_;
  FileId program_;
  ImportOptions options_;
  fs::path folder_;
};

int64_t as_int(const CConstant& constant) {
  return std::get<int64_t>(constant.value);
}

TEST_F(ImportTest, FindsTheCommonHeadersOfTheCLibrary) {
  auto header = import(
      "#include <stdio.h>\n#include <stdlib.h>\n#include <math.h>\n#include <string.h>\n#include "
      "<unistd.h>\n");
  ASSERT_TRUE(header) << render_text(diags_, {});
  const CType& printf_type = *header->functions.at("printf").type;
  EXPECT_TRUE(printf_type.variadic);
  ASSERT_EQ(printf_type.params.size(), 1u);
  EXPECT_EQ(printf_type.params[0]->kind, CType::Kind::pointer);
  EXPECT_EQ(printf_type.params[0]->element->bits, 8u);
  EXPECT_TRUE(printf_type.params[0]->element->is_signed);
  EXPECT_EQ(printf_type.element->bits, 32u);
  EXPECT_EQ(header->functions.at("sqrt").type->element->kind, CType::Kind::floating);
  EXPECT_EQ(header->functions.at("malloc").type->params[0]->bits, 64u);
  EXPECT_FALSE(header->functions.at("malloc").type->params[0]->is_signed);
  EXPECT_TRUE(header->functions.contains("drand48"));
  EXPECT_TRUE(header->functions.contains("usleep"));
  EXPECT_EQ(as_int(header->constants.at("EXIT_FAILURE")), 1);
  EXPECT_EQ(as_int(header->constants.at("RAND_MAX")), 2147483647);
  EXPECT_DOUBLE_EQ(std::get<double>(header->constants.at("M_PI").value), 3.14159265358979323846);
  EXPECT_EQ(header->typedefs.at("FILE")->name, "struct _IO_FILE");
  EXPECT_EQ(header->globals.at("stderr")->kind, CType::Kind::pointer);
  EXPECT_FALSE(diags_.has_errors());
}

TEST_F(ImportTest, EvaluatesConstantMacros) {
  auto header = import(R"(
#define SHIFTED (1 << 3)
#define NEGATIVE -7
#define REAL 2.5e3
#define SINGLE 0.5f
#define TEXT "a" "b\n"
#define LARGE 0xffffffffffffffffULL
#define OTHER (SHIFTED + sizeof(int))
#define CHARACTER 'x'
#define CAST ((unsigned char)300)
#define STATEMENT do { } while (0)
#define FUNCTION_LIKE(x) (x)
#define TYPE_NAME unsigned int
#define UNKNOWN undeclared_name
#define EMPTY
#define BROKEN ) + (
#define DIVIDED (1 / 0)
int after_the_macros(void);
)");
  ASSERT_TRUE(header) << render_text(diags_, {});
  const auto& constants = header->constants;
  EXPECT_EQ(as_int(constants.at("SHIFTED")), 8);
  EXPECT_EQ(as_int(constants.at("NEGATIVE")), -7);
  EXPECT_EQ(std::get<double>(constants.at("REAL").value), 2500.0);
  EXPECT_EQ(constants.at("SINGLE").type->bits, 32u);
  EXPECT_EQ(std::get<std::string>(constants.at("TEXT").value), "ab\n");
  EXPECT_EQ(constants.at("TEXT").type->kind, CType::Kind::pointer);
  EXPECT_EQ(std::get<uint64_t>(constants.at("LARGE").value), UINT64_MAX);
  EXPECT_EQ(std::get<uint64_t>(constants.at("OTHER").value), 12u);
  EXPECT_EQ(as_int(constants.at("CHARACTER")), 'x');
  EXPECT_EQ(std::get<uint64_t>(constants.at("CAST").value), 44u);
  for (const char* name :
       {"STATEMENT", "FUNCTION_LIKE", "TYPE_NAME", "UNKNOWN", "EMPTY", "BROKEN", "DIVIDED", "__x86_64__"}) {
    EXPECT_FALSE(constants.contains(name)) << name;
  }
  EXPECT_TRUE(header->functions.contains("after_the_macros"));
}

TEST_F(ImportTest, KeepsRecordsEnumsAndTypedefs) {
  auto header = import(R"(
#include <stdint.h>
struct point { double x, y; };
typedef struct { int id; struct point at[2]; struct { short inner; } nested; } shape;
union value { int64_t i; float f; };
struct opaque;
typedef struct opaque *handle;
enum color { RED, GREEN = 5, BLUE };
typedef enum { NEG = -1, POS = 1 } sign;
struct flags { unsigned a : 3; union { int left; float right; }; };
typedef int (*callback)(void *, uint8_t);
static inline int twice(int n) { return 2 * n; }
extern const char *message;
long double wide(long double);
struct node { struct node *next; };
)");
  ASSERT_TRUE(header) << render_text(diags_, {});
  const CRecord& point = header->records.at("struct point");
  EXPECT_EQ(point.spelling, "struct point");
  EXPECT_EQ(point.size_bytes, 16u);
  ASSERT_EQ(point.fields.size(), 2u);
  EXPECT_EQ(point.fields[1].name, "y");
  EXPECT_EQ(header->records.at("point").size_bytes, 16u);

  const CRecord& shape = header->records.at("shape");
  EXPECT_EQ(shape.spelling, "shape");
  ASSERT_EQ(shape.fields.size(), 3u);
  EXPECT_EQ(shape.fields[1].type->kind, CType::Kind::array);
  EXPECT_EQ(shape.fields[1].type->count, 2u);
  EXPECT_EQ(shape.fields[1].type->element->name, "struct point");
  EXPECT_EQ(header->records.at(shape.fields[2].type->name).spelling, "decltype(shape::nested)");

  EXPECT_TRUE(header->records.at("union value").is_union);
  EXPECT_FALSE(header->records.at("struct opaque").is_complete);
  EXPECT_EQ(header->typedefs.at("handle")->element->name, "struct opaque");
  EXPECT_EQ(header->typedefs.at("color")->bits, 32u);
  EXPECT_EQ(std::get<int64_t>(header->constants.at("NEG").value), -1);
  EXPECT_EQ(header->typedefs.at("sign")->name, "sign");
  EXPECT_TRUE(header->typedefs.at("sign")->is_signed);
  const CRecord& flags = header->records.at("flags");
  ASSERT_EQ(flags.fields.size(), 3u);
  EXPECT_TRUE(flags.fields[0].is_bit_field);
  EXPECT_EQ(flags.fields[2].name, "right");
  EXPECT_EQ(header->typedefs.at("callback")->element->kind, CType::Kind::function);
  EXPECT_TRUE(header->functions.contains("twice"));
  EXPECT_TRUE(header->globals.contains("message"));
  EXPECT_EQ(header->functions.at("wide").type->element->kind, CType::Kind::unsupported);
  EXPECT_EQ(header->functions.at("wide").type->element->name, "long double");
  EXPECT_EQ(header->records.at("node").fields[0].type->element->name, "struct node");
}

TEST_F(ImportTest, ReportsAMissingHeaderOnceAtTheCall) {
  EXPECT_FALSE(import("#include \"no_such_header.h\"\n"));
  ASSERT_EQ(diags_.all().size(), 1u);
  const Diagnostic& diagnostic = diags_.all()[0];
  EXPECT_EQ(diagnostic.main.kind, DiagKind::cimport_failed);
  EXPECT_EQ(diagnostic.main.range.begin, 10u);
  ASSERT_FALSE(diagnostic.notes.empty());
  EXPECT_EQ(diagnostic.notes[0].text, "'no_such_header.h' file not found");
}

TEST_F(ImportTest, ShowsTheLineOfABrokenHeader) {
  fs::path path = write("broken.h", "int fine;\nint wrong(unknown_type t);\n");
  EXPECT_FALSE(import("#include \"" + path.string() + "\"\n"));
  ASSERT_EQ(diags_.all().size(), 1u);
  const Message& note = diags_.all()[0].notes.at(0);
  ASSERT_TRUE(note.range.is_valid());
  EXPECT_EQ(sources_.name(note.range.file), path.string());
  EXPECT_EQ(sources_.line(note.range), 2u);
  EXPECT_NE(note.text.find("unknown_type"), std::string::npos);
}

TEST_F(ImportTest, TakesIncludeFoldersAndDefinitions) {
  fs::create_directory(folder_ / "include");
  write("include/mine.h", "int mine[COUNT];\n");
  options_.args = {"-I" + (folder_ / "include").string(), "-DCOUNT=3"};
  auto header = import("#include \"mine.h\"\n");
  ASSERT_TRUE(header) << render_text(diags_, {});
  EXPECT_EQ(header->globals.at("mine")->count, 3u);
  // As the driver spells them, and as C++ takes them.
  const std::string folder = (folder_ / "include").string();
  EXPECT_EQ(header->clang_args, (std::vector<std::string>{"-I", folder, "-D", "COUNT=3"}));
  EXPECT_EQ(header->cpp_args, options_.args);
  EXPECT_TRUE(header->is_c);
}

TEST_F(ImportTest, RejectsWrongArgumentsWithoutCrashing) {
  options_.args = {"--no-such-argument"};
  EXPECT_FALSE(import("int with_wrong_arguments;\n"));
  EXPECT_EQ(diags_.error_count(), 1u);
}

TEST_F(ImportTest, SharesTheResultOfEqualImports) {
  auto first = import("int imported_twice;\n");
  EXPECT_EQ(first, import("int imported_twice;\n"));
}

}  // namespace
}  // namespace palatine::cimport
