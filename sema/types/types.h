// The types of the language.
//
// Types are immutable once complete, owned by a TypeTable, and compared by address: structural types
// (pointers, arrays, functions ...) are unique by structure; ispace, region and partition types are unique by
// identity, one for each expression that makes one (language reference, 3.7).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "frontend/source/source.h"

namespace palatine::sema {

struct Type;
struct StructType;

// A variable of the program: what a Regent name in an escape evaluates to. Its type may be unknown until the
// construct that declares it is checked. Owned by the TypeTable.
struct Symbol {
  uint32_t id;
  std::string name;            // empty: unnamed, printed as `$<id>`
  const Type* type = nullptr;  // null: not known yet
  SourceRange range;           // its declaration
  bool is_wild = false;        // `wild`, which stands for every region
};
std::string symbol_name(const Symbol& symbol);  // "$r"

enum class TypeKind : uint8_t {
  error,  // of an expression that was already reported; converts to and from everything silently
  unit,   // the empty result, `{}`
  boolean,
  integer,   // int8 .. uint64
  floating,  // float, double
  opaque,
  niltype,    // of `nil`
  pointer,    // &T, raw
  array,      // T[N]
  vector,     // vector(T, N)
  function,   // {A, B} -> R
  structure,  // C and terra structs, fspace instances, constructors
  index,      // ptr, int1d .. intNd
  rect,       // rect1d .. rectNd
  bounded,    // ptr(T, r), int1d(T, r), int1d(is)
  ispace,
  region,
  partition,
  cross_product,
  transform,
  phase_barrier,
  dynamic_collective,
  list,
};

struct Type {
  TypeKind kind;
  virtual ~Type() = default;

 protected:
  explicit Type(TypeKind k) : kind(k) {}
};

template <TypeKind K>
struct TypeNode : Type {
  static constexpr TypeKind kKind = K;
  TypeNode() : Type(K) {}
};

template <typename T>
const T* try_as(const Type* type) {
  return type && type->kind == T::kKind ? static_cast<const T*>(type) : nullptr;
}
template <typename T>
const T& as(const Type* type) {
  return *static_cast<const T*>(type);
}

struct ErrorType : TypeNode<TypeKind::error> {};
struct UnitType : TypeNode<TypeKind::unit> {};
struct BoolType : TypeNode<TypeKind::boolean> {};
struct OpaqueType : TypeNode<TypeKind::opaque> {};
struct NilType : TypeNode<TypeKind::niltype> {};
struct IntegerType : TypeNode<TypeKind::integer> {
  uint8_t bits = 32;
  bool is_signed = true;
};
struct FloatType : TypeNode<TypeKind::floating> {
  uint8_t bits = 64;
};
struct PointerType : TypeNode<TypeKind::pointer> {
  const Type* element;
};
struct ArrayType : TypeNode<TypeKind::array> {
  const Type* element;
  uint64_t count;
  bool is_regent = false;  // `regentlib.array(T, N)`
};
struct VectorType : TypeNode<TypeKind::vector> {
  const Type* element;
  uint64_t count;
};
struct FunctionType : TypeNode<TypeKind::function> {
  std::vector<const Type*> params;
  const Type* result;
  bool variadic = false;
};

struct StructField {
  std::string name;
  const Type* type;
  SourceRange range;
  // Terra: neighbours with the same number, which is not 0, lie in the same place.
  int union_number = 0;
};

// A field space as declared. Its instances give its parameters values; one without parameters has one
// instance.
struct FspaceDefinition {
  struct Field {
    std::string name;
    const Symbol* symbol;  // other fields' types may mention it
    const Type* type;
    SourceRange range;
  };
  struct Constraint {
    bool is_disjoint;  // `lhs * rhs`, else `lhs <= rhs`; both name parameters or fields
    const Symbol* lhs;
    const Symbol* rhs;
    SourceRange range;
  };
  std::string name;
  SourceRange range;
  std::vector<const Symbol*> params;
  std::vector<Field> fields;
  std::vector<Constraint> constraints;
  // Set by TypeTable::complete_fspace once the fields are there.
  bool is_complete = false;
  // The first is the one whose arguments are the parameters.
  mutable std::vector<const StructType*> instances;

  // True if some field is a region, partition or ispace.
  bool has_handles() const;
};

enum class StructOrigin : uint8_t { c, terra, fspace, constructor };

// All aggregates. `fields` of terra structs are filled from Lua when first asked for (TypeTable::complete).
struct StructType : TypeNode<TypeKind::structure> {
  StructOrigin origin;
  std::string name;        // as declared; empty for constructors
  std::string c_spelling;  // origin c: how C++ names it
  mutable std::vector<StructField> fields;
  mutable bool is_complete = true;
  bool is_union = false;
  bool sliceable = true;            // false: one leaf field of a region (`__no_field_slicing`)
  bool is_text = false;             // `regentlib.string`: tasks get and return copies of the characters
  const Type* future_of = nullptr;  // `regentlib.future(T)`: a parameter of an extern task
  // Origin c: as Clang laid it out, unnamed members and bit-fields included. Else 0: see size_of.
  uint64_t size_bytes = 0;
  uint64_t align_bytes = 0;
  SourceRange range;
  // Instances of field spaces: what they are instances of, and the values of its parameters. Types of fields
  // that mention fields do so by the definition's symbols, until a value is taken apart.
  const FspaceDefinition* definition = nullptr;
  std::vector<const Symbol*> args;

  // The field's index, or -1.
  int find(std::string_view field) const;
  // Whether some fields lie in one place: then the value is not the values of its fields.
  bool has_union() const;
};

// `ptr` has dimension 0 and is a single int64 too.
struct IndexType : TypeNode<TypeKind::index> {
  std::string name;
  int dim;
  // Of indices that the program defines (`index_type`): the names of the components and the type that they
  // are seen as. Values are int64 for all.
  std::vector<std::string> fields;
  const Type* component = nullptr;
  // The number of int64 components: max(dim, 1).
  int components() const { return dim == 0 ? 1 : dim; }
};
struct RectType : TypeNode<TypeKind::rect> {
  const IndexType* index;
};
// A pointer into regions (`element` set, bounds are regions) or an index of ispaces (`element` null).
struct BoundedType : TypeNode<TypeKind::bounded> {
  const IndexType* index;
  const Type* element;
  std::vector<const Symbol*> bounds;
};
struct IspaceType : TypeNode<TypeKind::ispace> {
  const IndexType* index;
};
struct RegionType : TypeNode<TypeKind::region> {
  const Symbol*
      ispace;  // its type is an IspaceType once known; never null (a fresh unnamed symbol if not written)
  const Type* fspace;  // the element type
  // The ispace's index type; null while it is not known.
  const IndexType* index() const;
};
struct PartitionType : TypeNode<TypeKind::partition> {
  bool disjoint;
  const Symbol* parent;  // of RegionType
  const Symbol* colors;  // of IspaceType; never null
  // The index type of the colors; null while it is not known.
  const IndexType* color_index() const;
};

struct CrossProductType : TypeNode<TypeKind::cross_product> {
  std::vector<const Symbol*> partitions;  // of PartitionType; at least two
};
struct PhaseBarrierType : TypeNode<TypeKind::phase_barrier> {};
struct DynamicCollectiveType : TypeNode<TypeKind::dynamic_collective> {
  const Type* element;  // a number
};
// Lists of regions, however deep, are told apart like regions: their element types are unique.
struct ListType : TypeNode<TypeKind::list> {
  const Type* element;
  // A cross product whose regions are those of its right side, not parts of them.
  bool is_shallow = false;
};
// A matrix of int64 with `rows` rows (the dimensions that it leads to) and `columns` columns.
struct TransformType : TypeNode<TypeKind::transform> {
  int rows;
  int columns;
};

// Language reference, 3.10: identity, up to the variables that name the same bounds; `wild` is any bound.
bool same_type(const Type* a, const Type* b);

// Printed names, language reference 3.1.
std::string type_name(const Type* type);

bool is_numeric(const Type* type);  // integer or floating
// What an array or vector, of arrays or not, is made of; any other type itself.
const Type* innermost_element(const Type* type);
bool is_primitive(const Type* type);  // numeric or bool
bool is_error(const Type* type);
// ispace, region, partition, cross product: values that are handles of the runtime.
bool is_handle(const Type* type);

// What the elements of a list of lists of ... are in the end; the type itself if it is no list.
const Type* leaf_element(const Type* type);
// How many lists lie around that.
int list_depth(const Type* type);
bool is_region_list(const Type* type);
// The type of a region, or of the regions in a list; else null.
const RegionType* region_in(const Type* type);

// A leaf of a region's element type: the path of names from the element, and the leaf's type. A primitive
// element has one leaf with an empty path. Leaves are in declaration order; their number is the field's index
// at run time.
struct LeafField {
  std::vector<std::string> path;
  const Type* type;
};
// Structs recurse, except those that are not sliceable. Language reference, 3.7.
std::vector<LeafField> flatten_fields(const Type* element);
std::string field_path_name(const std::vector<std::string>& path);  // "a.b"

// Size and alignment in memory, by the rules of C. Nothing for types that are no plain data (handles,
// functions).
struct Layout {
  uint64_t size_bytes;
  uint64_t align_bytes;
};
std::optional<Layout> layout_of(const Type* type);
// True if a value of `outer` has a value of `inner` in it, without following pointers; also when they are the
// same.
bool contains_by_value(const Type* outer, const Type* inner);

// Makes and owns types and symbols. One for each compilation; not thread safe.
class TypeTable {
 public:
  TypeTable();
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  const Type* error() const { return error_; }
  const Type* unit() const { return unit_; }
  const Type* boolean() const { return bool_; }
  const Type* opaque() const { return opaque_; }
  const Type* niltype() const { return nil_; }
  const Type* phase_barrier() const { return barrier_; }
  const DynamicCollectiveType* dynamic_collective(const Type* element);
  const Type* integer(int bits, bool is_signed) const;
  const Type* int32() const { return integer(32, true); }
  const Type* int64() const { return integer(64, true); }
  const Type* floating(int bits) const;
  const Type* rawstring();
  const Type* pointer(const Type* element);
  const Type* array(const Type* element, uint64_t count, bool is_regent = false);
  const Type* vector(const Type* element, uint64_t count);
  const FunctionType* function(std::vector<const Type*> params, const Type* result, bool variadic);
  // dim 0 is `ptr`, which has no rect (null).
  const IndexType* index(int dim) const;
  const RectType* rect(int dim) const;
  // Null for an index without dimensions, `ptr`. A program's own index type has a rect of its own.
  const RectType* rect(const IndexType& index);
  // Fresh at every call.
  const IndexType* new_index(std::string name, int dim, std::vector<std::string> fields,
                             const Type* component);
  const BoundedType* bounded(const IndexType* index, const Type* element, std::vector<const Symbol*> bounds);

  // Fresh at every call.
  const IspaceType* new_ispace(const IndexType* index);
  const RegionType* new_region(const Symbol* ispace, const Type* fspace);
  const PartitionType* new_partition(bool disjoint, const Symbol* parent, const Symbol* colors);
  const CrossProductType* new_cross_product(std::vector<const Symbol*> partitions);

  const ListType* list(const Type* element, bool is_shallow = false);
  // A list like `type` of new regions; `strip` levels less deep, down to a region.
  const Type* new_region_list(const Type* type, int strip, SourceRange range);

  const TransformType* transform(int rows, int columns);
  StructType* new_struct(StructOrigin origin, std::string name);

  FspaceDefinition* new_fspace(std::string name, SourceRange range);
  // Unique by definition and arguments. Fields are there once the definition is complete.
  const StructType* fspace_instance(const FspaceDefinition& definition, std::vector<const Symbol*> args);
  void complete_fspace(FspaceDefinition& definition);

  // The type of a constructor expression with these fields; unique by names and types.
  const StructType* constructor(std::vector<StructField> fields);

  Symbol* new_symbol(std::string name, const Type* type, SourceRange range);
  // `wild`, the bound that matches every region. Its type is null.
  const Symbol* wild() const { return wild_; }

  // Fills the fields of a struct that is not complete, by the function that its maker registered.
  void complete(const StructType* type);
  void set_completer(const StructType* type, std::function<void(StructType&)> fill);

 private:
  template <typename T>
  T* make();
  void fill_instance(StructType& instance);
  std::vector<std::unique_ptr<Type>> types_;
  std::deque<Symbol> symbols_;
  const Type *error_, *unit_, *bool_, *opaque_, *nil_, *barrier_;
  const Symbol* wild_;
  std::map<std::pair<int, bool>, const Type*> integers_;
  std::map<int, const Type*> floats_;
  std::vector<const IndexType*> indices_;
  std::vector<const RectType*> rects_;
  std::map<const IndexType*, const RectType*> own_rects_;
  std::map<std::pair<int, int>, const TransformType*> transforms_;
  std::map<const Type*, const Type*> pointers_;
  std::map<const Type*, const DynamicCollectiveType*> collectives_;
  std::map<std::pair<const Type*, bool>, const ListType*> lists_;
  std::map<std::tuple<const Type*, uint64_t, bool>, const Type*> arrays_;
  std::map<std::pair<const Type*, uint64_t>, const Type*> vectors_;
  std::map<std::tuple<std::vector<const Type*>, const Type*, bool>, const FunctionType*> functions_;
  std::map<std::tuple<const IndexType*, const Type*, std::vector<const Symbol*>>, const BoundedType*>
      bounded_;
  std::map<std::vector<std::pair<std::string, const Type*>>, const StructType*> constructors_;
  std::deque<std::unique_ptr<FspaceDefinition>> fspaces_;
  std::map<std::pair<const FspaceDefinition*, std::vector<const Symbol*>>, StructType*> instances_;
  std::map<const StructType*, std::function<void(StructType&)>> completers_;
};

// The most dimensions of structured index types; api::kMaxDim.
inline constexpr int kMaxDim = 9;

}  // namespace palatine::sema
