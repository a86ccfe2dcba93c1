// Clang's declarations as those of a Header.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>

#include <map>
#include <string>

#include "frontend/cimport/cimport.h"

namespace palatine::cimport {

// Fills a header from one translation unit. Types that C++ or the language cannot take are kept as
// `unsupported` with Clang's spelling.
class Collector {
 public:
  Collector(clang::ASTContext& context, Header& header) : context_(context), header_(header) {}

  // Everything declared at the top, apart from variables whose name begins with `macro_prefix`: the value of
  // such a one is the constant that the rest of its name, an index into `macro_names`, tells.
  void collect(const std::string& macro_prefix, const std::vector<std::string>& macro_names);

 private:
  // In the imported text itself.
  bool is_in_text(const clang::Decl* decl) const;
  bool is_of_program(const clang::Decl* decl) const;
  CTypePtr convert(clang::QualType type);
  CTypePtr convert_canonical(clang::QualType type);
  CTypePtr convert_builtin(const clang::BuiltinType* type);
  CTypePtr convert_function(const clang::FunctionType* type);
  CTypePtr unsupported(clang::QualType type);
  // The key of a record in the header, which is collected when it is seen first.
  std::string record_key(const clang::RecordDecl* record);
  void collect_fields(const clang::RecordDecl* record, CRecord& result);
  // Names records without a name through the members of `outer` that have their types.
  void spell_members(const CRecord& outer);
  void collect_enum(const clang::EnumDecl* decl);
  void collect_function(const clang::FunctionDecl* decl);
  void collect_macro(const clang::VarDecl* decl, const std::string& name);

  clang::ASTContext& context_;
  Header& header_;
  std::map<const void*, CTypePtr> types_;
  std::map<const clang::RecordDecl*, std::string> record_keys_;
  unsigned anonymous_count_ = 0;
};

}  // namespace palatine::cimport
