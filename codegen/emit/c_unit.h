// Headers that stay C: their text is compiled as C, and the C++ of the program sees only declarations of what
// it calls.
//
// A function with external linkage is declared under a name of our own with its symbol as the assembler's
// name. Static and inline functions, and those that take or return structs, are called through wrappers in a
// C unit behind the header's text; structs travel by address, so C's rules for passing them play no part.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "codegen/emit/emit.h"
#include "codegen/emit/emit_types.h"
#include "codegen/emit/writer.h"

namespace palatine::codegen {

// How the program calls a function of such a header.
struct CLink {
  std::string name;         // in C++
  bool by_address = false;  // structs travel by address; the result's address is the first argument
  bool by_pointer = false;  // it is a pointer to the function
};

class CUnits {
 public:
  explicit CUnits(NameScopes& names, TypeEmitter& types) : names_(names), types_(types) {}

  // Notes the call of a function whose fixed arguments have these types.
  const CLink& link(const ir::CCallExpr& call);
  // The symbol of a pointer to a variable or function that only the header's text sees.
  std::string pointer_to(const cimport::Header& header, const std::string& variable);
  // A C++ variable of type `void*` that holds the address of a function of such a header.
  const std::string& address_of(const cimport::Header& header, const std::string& function);
  // The declarations of all functions that were called.
  void write_declarations(Writer& out) const;
  // One C unit for each header that has code of its own or needs wrappers.
  std::vector<EmittedUnit> units(const ir::Program& program, const std::string& name) const;

 private:
  // What one header needs behind its text.
  struct HeaderUnit {
    std::string prefix;  // of the wrappers' symbols, different for every text
    std::string wrappers;
  };
  HeaderUnit& unit_of(const cimport::Header& header);
  std::string declaration(const ir::CCallExpr& call, const CLink& link, const std::string& symbol,
                          size_t fixed_count);

  NameScopes& names_;
  TypeEmitter& types_;
  std::map<std::pair<const cimport::Header*, std::string>, CLink> links_;
  std::map<std::pair<const cimport::Header*, std::string>, std::string> addresses_;
  std::map<const cimport::Header*, HeaderUnit> units_;
  std::vector<std::string> declarations_;
};

}  // namespace palatine::codegen
