// C++ types for the types of the language, and conversions between them.
//
//   int8 .. uint64, float, double, bool   char, int16_t .. uint64_t, float, double, bool
//   ptr, int1d, pointers into one region  int64_t
//   int2d .. int9d                        api::Point<N>
//   pointers into several regions         api::MultiPointer<N>
//   rectNd                                api::Rect<N>
//   &T, T[N], vector(T, N)                T*, api::Array<T, N>, api::Vector<T, N>
//   structs of C headers                  as C spells them
//   other structs                         structs that this class defines
//   ispace, region, partition             api::Ispace, api::Region, api::Partition
//
// int8 is `char`, so that `rawstring` is `char*` and C's strings need no casts.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "codegen/emit/code.h"
#include "codegen/emit/names.h"
#include "codegen/emit/writer.h"
#include "frontend/ast/ast.h"
#include "sema/types/types.h"

namespace palatine::codegen {

// The components of an index, bounded index or rect: 1 to 9; 0 for other types.
int components(const sema::Type* type);
// Pointers into one of several regions, which tell which: api::MultiPointer<N>.
bool is_multi_pointer(const sema::Type* type);
// Values of this type are plain integers that stand for a point.
bool is_scalar_index(const sema::Type* type);

class TypeEmitter {
 public:
  // Names of structs and field spaces are taken from `names`.
  explicit TypeEmitter(NameScopes& names) : names_(names) {}

  // The text of a header that generated code includes declares this struct of C. All others are defined by
  // the generated code itself.
  void show_c_struct(const std::string& spelling) { visible_c_structs_.insert(spelling); }
  bool is_visible_c(const sema::StructType& type) const {
    return type.origin == sema::StructOrigin::c && visible_c_structs_.contains(type.c_spelling);
  }

  std::string name(const sema::Type* type);
  // The result type of a function: `void` for unit.
  std::string result_name(const sema::Type* type);
  std::string field_name(const sema::StructType& type, int field);
  // `object.f`: a member of a struct, a component of an index, a corner of a rect.
  Code member(const Code& object, const sema::Type* object_type, int field);

  // The name of the FieldSpaceDesc of regions with this element type.
  std::string field_space(const sema::Type* element);

  // Regions get room for scratch fields.
  void need_scratch_fields() { needs_scratch_fields_ = true; }

  // The value converted from one type to another (language reference 3.2 to 3.5). Constructors are converted
  // member by member in the IR already.
  Code convert(const Code& value, const sema::Type* from, const sema::Type* to);

  // Definitions of everything that was named so far, to stand before all code.
  void write_definitions(Writer& out);

 private:
  void define(const sema::StructType& type, Writer& out);
  void write_field_space(const sema::Type* element, const std::string& space_name, Writer& out);

  NameScopes& names_;
  bool needs_scratch_fields_ = false;
  std::set<std::string> visible_c_structs_;
  std::unordered_map<const sema::StructType*, std::string> struct_names_;
  std::vector<const sema::StructType*> structs_;             // in the order of first use
  std::unordered_map<const sema::StructType*, int> states_;  // 1: being defined, 2: defined
  std::map<const sema::Type*, std::string> field_space_names_;
  std::vector<const sema::Type*> field_spaces_;
};

// The runtime's name of a reduction.
const char* reduction_name(ast::ReductionOp op);

}  // namespace palatine::codegen
