#include "sema/types/types.h"

#include <algorithm>
#include <tuple>

namespace palatine::sema {

bool StructType::has_union() const {
  return is_union ||
         std::any_of(fields.begin(), fields.end(), [](const StructField& f) { return f.union_number != 0; });
}

int StructType::find(std::string_view field) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

const IndexType* RegionType::index() const {
  const auto* space = ispace ? try_as<IspaceType>(ispace->type) : nullptr;
  return space ? space->index : nullptr;
}

const IndexType* PartitionType::color_index() const {
  const auto* space = colors ? try_as<IspaceType>(colors->type) : nullptr;
  return space ? space->index : nullptr;
}

bool is_numeric(const Type* type) {
  return type && (type->kind == TypeKind::integer || type->kind == TypeKind::floating);
}

const Type* innermost_element(const Type* type) {
  if (const auto* array = try_as<ArrayType>(type)) return innermost_element(array->element);
  if (const auto* vector = try_as<VectorType>(type)) return innermost_element(vector->element);
  return type;
}

bool is_primitive(const Type* type) {
  return type && (is_numeric(type) || type->kind == TypeKind::boolean);
}

bool is_error(const Type* type) {
  return !type || type->kind == TypeKind::error;
}

bool is_handle(const Type* type) {
  return type && (type->kind == TypeKind::ispace || type->kind == TypeKind::region ||
                  type->kind == TypeKind::partition || type->kind == TypeKind::cross_product);
}

const Type* leaf_element(const Type* type) {
  while (const auto* list = try_as<ListType>(type)) type = list->element;
  return type;
}

int list_depth(const Type* type) {
  int depth = 0;
  for (; type && type->kind == TypeKind::list; type = as<ListType>(type).element) ++depth;
  return depth;
}

bool is_region_list(const Type* type) {
  return type && type->kind == TypeKind::list && leaf_element(type)->kind == TypeKind::region;
}

const RegionType* region_in(const Type* type) {
  return type ? try_as<RegionType>(leaf_element(type)) : nullptr;
}

TypeTable::TypeTable() {
  error_ = make<ErrorType>();
  unit_ = make<UnitType>();
  bool_ = make<BoolType>();
  opaque_ = make<OpaqueType>();
  barrier_ = make<PhaseBarrierType>();
  nil_ = make<NilType>();
  for (int bits : {8, 16, 32, 64}) {
    for (bool is_signed : {false, true}) {
      auto* type = make<IntegerType>();
      type->bits = static_cast<uint8_t>(bits);
      type->is_signed = is_signed;
      integers_[{bits, is_signed}] = type;
    }
  }
  for (int bits : {32, 64}) {
    auto* type = make<FloatType>();
    type->bits = static_cast<uint8_t>(bits);
    floats_[bits] = type;
  }
  for (int dim = 0; dim <= kMaxDim; ++dim) {
    auto* index = make<IndexType>();
    index->name = dim == 0 ? "ptr" : "int" + std::to_string(dim) + "d";
    index->dim = dim;
    indices_.push_back(index);
    // `ptr` has no rect; the slot keeps dimensions and positions equal.
    RectType* rect = nullptr;
    if (dim > 0) {
      rect = make<RectType>();
      rect->index = index;
    }
    rects_.push_back(rect);
  }
  Symbol* wild = new_symbol("wild", nullptr, {});
  wild->is_wild = true;
  wild_ = wild;
}

template <typename T>
T* TypeTable::make() {
  auto owned = std::make_unique<T>();
  T* type = owned.get();
  types_.push_back(std::move(owned));
  return type;
}

const Type* TypeTable::integer(int bits, bool is_signed) const {
  return integers_.at({bits, is_signed});
}
const Type* TypeTable::floating(int bits) const {
  return floats_.at(bits);
}
const Type* TypeTable::rawstring() {
  return pointer(integer(8, true));
}
const IndexType* TypeTable::index(int dim) const {
  return indices_.at(static_cast<size_t>(dim));
}
const RectType* TypeTable::rect(int dim) const {
  return dim > 0 ? rects_.at(static_cast<size_t>(dim)) : nullptr;
}

const RectType* TypeTable::rect(const IndexType& index) {
  if (index.dim == 0 || this->index(index.dim) == &index) return rect(index.dim);
  const RectType*& slot = own_rects_[&index];
  if (!slot) {
    auto* type = make<RectType>();
    type->index = &index;
    slot = type;
  }
  return slot;
}

const Type* TypeTable::pointer(const Type* element) {
  const Type*& slot = pointers_[element];
  if (!slot) {
    auto* type = make<PointerType>();
    type->element = element;
    slot = type;
  }
  return slot;
}

const IndexType* TypeTable::new_index(std::string name, int dim, std::vector<std::string> fields,
                                      const Type* component) {
  auto* index = make<IndexType>();
  index->name = std::move(name);
  index->dim = dim;
  index->fields = std::move(fields);
  index->component = component;
  return index;
}

const Type* TypeTable::array(const Type* element, uint64_t count, bool is_regent) {
  const Type*& slot = arrays_[{element, count, is_regent}];
  if (!slot) {
    auto* type = make<ArrayType>();
    type->element = element;
    type->count = count;
    type->is_regent = is_regent;
    slot = type;
  }
  return slot;
}

const Type* TypeTable::vector(const Type* element, uint64_t count) {
  const Type*& slot = vectors_[{element, count}];
  if (!slot) {
    auto* type = make<VectorType>();
    type->element = element;
    type->count = count;
    slot = type;
  }
  return slot;
}

const FunctionType* TypeTable::function(std::vector<const Type*> params, const Type* result, bool variadic) {
  const FunctionType*& slot = functions_[{params, result, variadic}];
  if (!slot) {
    auto* type = make<FunctionType>();
    type->params = std::move(params);
    type->result = result;
    type->variadic = variadic;
    slot = type;
  }
  return slot;
}

const BoundedType* TypeTable::bounded(const IndexType* index, const Type* element,
                                      std::vector<const Symbol*> bounds) {
  const BoundedType*& slot = bounded_[{index, element, bounds}];
  if (!slot) {
    auto* type = make<BoundedType>();
    type->index = index;
    type->element = element;
    type->bounds = std::move(bounds);
    slot = type;
  }
  return slot;
}

const IspaceType* TypeTable::new_ispace(const IndexType* index) {
  auto* type = make<IspaceType>();
  type->index = index;
  return type;
}

const RegionType* TypeTable::new_region(const Symbol* ispace, const Type* fspace) {
  auto* type = make<RegionType>();
  type->ispace = ispace;
  type->fspace = fspace;
  return type;
}

const PartitionType* TypeTable::new_partition(bool disjoint, const Symbol* parent, const Symbol* colors) {
  auto* type = make<PartitionType>();
  type->disjoint = disjoint;
  type->parent = parent;
  type->colors = colors;
  return type;
}

const CrossProductType* TypeTable::new_cross_product(std::vector<const Symbol*> partitions) {
  auto* type = make<CrossProductType>();
  type->partitions = std::move(partitions);
  return type;
}

const DynamicCollectiveType* TypeTable::dynamic_collective(const Type* element) {
  const DynamicCollectiveType*& slot = collectives_[element];
  if (!slot) {
    auto* type = make<DynamicCollectiveType>();
    type->element = element;
    slot = type;
  }
  return slot;
}

const ListType* TypeTable::list(const Type* element, bool is_shallow) {
  const ListType*& slot = lists_[{element, is_shallow}];
  if (!slot) {
    auto* type = make<ListType>();
    type->element = element;
    type->is_shallow = is_shallow;
    slot = type;
  }
  return slot;
}

const Type* TypeTable::new_region_list(const Type* type, int strip, SourceRange range) {
  const RegionType& region = *region_in(type);
  const Symbol* space = new_symbol("", new_ispace(region.index()), range);
  const Type* result = new_region(space, region.fspace);
  const bool is_shallow = type->kind == TypeKind::list && as<ListType>(type).is_shallow;
  for (int depth = list_depth(type); depth > strip; --depth) result = list(result, is_shallow);
  return result;
}

const TransformType* TypeTable::transform(int rows, int columns) {
  const TransformType*& slot = transforms_[{rows, columns}];
  if (!slot) {
    auto* type = make<TransformType>();
    type->rows = rows;
    type->columns = columns;
    slot = type;
  }
  return slot;
}

StructType* TypeTable::new_struct(StructOrigin origin, std::string name) {
  auto* type = make<StructType>();
  type->origin = origin;
  type->name = std::move(name);
  return type;
}

const StructType* TypeTable::constructor(std::vector<StructField> fields) {
  std::vector<std::pair<std::string, const Type*>> key;
  for (const StructField& field : fields) key.emplace_back(field.name, field.type);
  const StructType*& slot = constructors_[std::move(key)];
  if (!slot) {
    StructType* type = new_struct(StructOrigin::constructor, "");
    type->fields = std::move(fields);
    slot = type;
  }
  return slot;
}

Symbol* TypeTable::new_symbol(std::string name, const Type* type, SourceRange range) {
  return &symbols_.emplace_back(
      Symbol{static_cast<uint32_t>(symbols_.size() + 1), std::move(name), type, range, false});
}

void TypeTable::complete(const StructType* type) {
  if (type->is_complete) return;
  // Set first, so that a struct that reaches itself while it is filled is not filled twice.
  type->is_complete = true;
  auto found = completers_.find(type);
  if (found == completers_.end()) return;
  auto fill = std::move(found->second);
  completers_.erase(found);
  fill(const_cast<StructType&>(*type));
}

void TypeTable::set_completer(const StructType* type, std::function<void(StructType&)> fill) {
  type->is_complete = false;
  completers_[type] = std::move(fill);
}

}  // namespace palatine::sema
