#include "runtime/realm/transfer/field_end.h"

#include "runtime/realm/handles.h"
#include "runtime/realm/transfer/mirrors.h"

namespace palatine::realm::transfer {

FieldEnd find_field_end(Realm::RegionInstance instance, Realm::FieldID field, size_t subfield_offset,
                        size_t size_bytes, int dimension, const char* call, const Mirrors* mirrors) {
  FieldEnd end;
  InstanceRecord& record = find_allocated_instance(instance, call, end.base);
  if (mirrors) end.base = mirrors->bytes_of(instance, end.base);
  const unsigned long long number = instance.id;
  auto found = record.layout->fields.find(field);
  if (found == record.layout->fields.end()) bad_use(call, "instance %llx has no field %d", number, field);
  end.field_bytes = static_cast<size_t>(found->second.size_in_bytes);
  if (subfield_offset + size_bytes > end.field_bytes) {
    bad_use(call, "field %d of instance %llx has %zu bytes, bytes %zu to %zu are used", field, number,
            end.field_bytes, subfield_offset, subfield_offset + size_bytes);
  }
  end.dimension = record.layout->dimension();
  if (end.dimension != dimension) {
    bad_use(call, "instance %llx has %d dimensions, the points have %d", number, end.dimension, dimension);
  }
  end.list = &record.piece_tables().lists[static_cast<size_t>(found->second.list_idx)];
  if (!end.list->is_affine) bad_use(call, "the layout of instance %llx is not supported", number);
  end.base += found->second.rel_offset + subfield_offset;
  return end;
}

}  // namespace palatine::realm::transfer
