// What of realm/inst_layout.h is no template.
#include <algorithm>

#include "realm/inst_layout.h"
#include "runtime/realm/handles.h"

namespace Realm {

namespace {

// Of C's scalar types: the largest power of two that divides the size.
size_t natural_alignment(size_t size_bytes) {
  return size_bytes == 0 ? 1 : size_bytes & (~size_bytes + 1);
}

void add_field(InstanceLayoutConstraints& constraints, FieldID id, size_t size, size_t block_size) {
  if (block_size != 1 || constraints.field_groups.empty()) constraints.field_groups.emplace_back();
  constraints.field_groups.back().push_back({id, false, 0, size, natural_alignment(size)});
}

}  // namespace

InstanceLayoutConstraints::InstanceLayoutConstraints(const std::map<FieldID, size_t>& field_sizes,
                                                     size_t block_size) {
  for (const auto& [id, size] : field_sizes) add_field(*this, id, size, block_size);
}

InstanceLayoutConstraints::InstanceLayoutConstraints(const std::vector<size_t>& field_sizes,
                                                     size_t block_size) {
  size_t sum = 0;
  for (size_t size : field_sizes) {
    add_field(*this, static_cast<FieldID>(sum), size, block_size);
    sum += size;
  }
}

InstanceLayoutConstraints::InstanceLayoutConstraints(const std::vector<FieldID>& field_ids,
                                                     const std::vector<size_t>& field_sizes,
                                                     size_t block_size) {
  for (size_t k = 0; k < std::min(field_ids.size(), field_sizes.size()); ++k) {
    add_field(*this, field_ids[k], field_sizes[k], block_size);
  }
}

namespace detail {

GroupShape shape_of_group(const InstanceLayoutConstraints::FieldGroup& group) {
  GroupShape shape;
  for (const InstanceLayoutConstraints::FieldInfo& field : group) {
    const size_t alignment = std::max<size_t>(field.alignment, 1);
    size_t offset = field.offset;
    if (!field.fixed_offset) offset = (shape.size_bytes + alignment - 1) / alignment * alignment;
    shape.offsets.push_back(offset);
    shape.size_bytes = std::max(shape.size_bytes, offset + field.size);
    // Alignments that are no powers of two only order the fields within the group.
    if ((alignment & (alignment - 1)) == 0) shape.alignment = std::max(shape.alignment, alignment);
  }
  shape.size_bytes = (shape.size_bytes + shape.alignment - 1) / shape.alignment * shape.alignment;
  return shape;
}

void check_dimension_order(int dimension, const int* dim_order) {
  const char* call = "InstanceLayoutGeneric::choose_instance_layout";
  if (!dim_order) palatine::realm::bad_use(call, "the order of dimensions is null");
  unsigned seen = 0;
  for (int i = 0; i < dimension; ++i) {
    const int dim = dim_order[i];
    if (dim < 0 || dim >= dimension || (seen >> dim & 1) != 0) {
      palatine::realm::bad_use(call, "the order of %d dimensions has %d at place %d", dimension, dim, i);
    }
    seen |= 1u << dim;
  }
}

}  // namespace detail

void InstanceLayoutOpaque::print(std::ostream& os) const {
  os << "Opaque(bytes=" << bytes_used << ", align=" << alignment_reqd << ")";
}

}  // namespace Realm
