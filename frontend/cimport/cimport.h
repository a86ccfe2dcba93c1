// C headers as data: what `terralib.includec` and `includecstring` make visible to programs.
//
// The importer parses with Clang and keeps functions, structs, unions, enums, typedefs, constants and macros
// that are constants. Results are cached on disk by the content of every file that was read. Generated code
// includes the same text again if it is nothing but includes of the system's headers, so spellings are C's
// own; every other text is compiled as C.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "frontend/base/stage_times.h"
#include "frontend/diag/diag.h"

namespace palatine::cimport {

struct CType;
using CTypePtr = std::shared_ptr<const CType>;

// A C type by structure. Records and enums are named, and looked up in their Header.
struct CType {
  enum class Kind : uint8_t {
    void_type,
    boolean,
    integer,
    floating,
    pointer,
    array,
    vector,
    function,
    record,
    enumeration,
    unsupported
  };
  Kind kind = Kind::void_type;
  uint32_t bits = 0;             // integer, floating
  bool is_signed = false;        // integer; plain `char` is signed, as upstream's int8
  CTypePtr element;              // pointer, array, vector; function: its result
  uint64_t count = 0;            // array, vector; 0 for an array without a size
  std::vector<CTypePtr> params;  // function
  bool variadic = false;         // function
  std::string name;              // record, enumeration: key in Header; unsupported: Clang's spelling
};

struct CField {
  std::string name;
  CTypePtr type;
  bool is_bit_field = false;
};

struct CRecord {
  std::string spelling;  // how C++ names it: "struct foo", or a typedef name
  bool is_union = false;
  bool is_complete = false;
  uint64_t size_bytes = 0;
  uint64_t align_bytes = 0;
  std::vector<CField> fields;
};

struct CFunction {
  std::string name;
  CTypePtr type;  // Kind::function
  // What the linker knows it by; empty for static and inline functions.
  std::string symbol;
};

// An enumerator, or a macro whose value is a number or a string.
struct CConstant {
  CTypePtr type;
  std::variant<int64_t, uint64_t, double, std::string> value;
};

struct Header {
  // What generated code contains to see these declarations: `#include` lines, or the text of
  // `includecstring`.
  std::string source_text;
  // The program's flags for Clang's driver, and those of them that C++ needs to include the text.
  std::vector<std::string> clang_args;
  std::vector<std::string> cpp_args;
  // Generated code, which is C++, must not contain the text: it is more than includes of the system's
  // headers.
  bool is_c = false;
  // The text itself, not a header that it includes, defines functions or variables.
  bool defines_code = false;
  std::map<std::string, CFunction> functions;
  std::map<std::string, CRecord>
      records;  // by tag ("struct foo" and "foo") and by typedef name of anonymous ones
  std::map<std::string, CTypePtr> typedefs;  // and enum tags: their integer type
  std::map<std::string, CConstant> constants;
  // Variables; the type of those that each thread has is `unsupported`.
  std::map<std::string, CTypePtr> globals;
  // Those of them that only the text itself sees.
  std::set<std::string> own_globals;
  std::vector<std::string> dependencies;  // every file that was read, for build caches
};

struct ImportOptions {
  std::vector<std::string> args;  // flags for Clang's driver, given by the program
  std::string resource_dir;       // Clang's own headers
  std::string cache_dir;          // empty: no cache
  std::string installed_dir;      // a cache that is only read; empty: none
  StageTimes* times = nullptr;    // where the time goes; may be null
  // The text is known to be C++ too.
  bool is_cpp = false;
};

// Parses `text` (C; usually one #include). On failure reports one error at `where`, with Clang's diagnostics
// as notes, and returns null; a flag that Clang does not know is such an error. The result is shared with
// later calls that give the same text and arguments.
std::shared_ptr<const Header> import_text(const std::string& text, const ImportOptions& options,
                                          Diagnostics& diags, SourceRange where);

}  // namespace palatine::cimport
