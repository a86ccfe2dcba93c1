// Field spaces and allocating fields.
#include <algorithm>

#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using namespace Internal;

FieldSpace Internal::RegionCalls::create_field_space(Context, const char*) {
  auto* space = new FieldSpaceImpl;
  trees().field_spaces.add(space);
  return Handle::field_space(space->id);
}

FieldSpace Internal::RegionCalls::create_field_space(Context ctx, const std::vector<size_t>& field_sizes,
                                                     std::vector<FieldID>& resulting_fields,
                                                     CustomSerdezID serdez_id, const char*) {
  const FieldSpace space = create_field_space(ctx);
  create_field_allocator(ctx, space).allocate_fields(field_sizes, resulting_fields, serdez_id);
  return space;
}

FieldSpace Internal::RegionCalls::create_field_space(Context ctx, const std::vector<Future>& field_sizes,
                                                     std::vector<FieldID>& resulting_fields,
                                                     CustomSerdezID serdez_id, const char* provenance) {
  std::vector<size_t> sizes;
  for (const Future& size : field_sizes) sizes.push_back(size.get_result<size_t>());
  return create_field_space(ctx, sizes, resulting_fields, serdez_id, provenance);
}

void Internal::IndexSpaceCalls::create_shared_ownership(Context, FieldSpace handle) {
  FieldSpaceImpl& space = field_space_of(handle, "create_shared_ownership");
  std::unique_lock lock(space.mutex);
  space.references++;
}

// The description stays for regions that were made with it; only the program's name ends.
void Internal::RegionCalls::destroy_field_space(Context, FieldSpace handle, const bool, const char*) {
  FieldSpaceImpl& space = field_space_of(handle, "destroy_field_space");
  std::unique_lock lock(space.mutex);
  if (space.references == 0)
    palatine::realm::fatal_error("error: field space %u is destroyed twice", handle.get_id());
  space.references--;
}

FieldAllocator Internal::RegionCalls::create_field_allocator(Context, FieldSpace handle) {
  field_space_of(handle, "create_field_allocator");
  return FieldAllocator(handle);
}

FieldID FieldAllocator::allocate_field(size_t field_size, FieldID desired, CustomSerdezID serdez, bool,
                                       const char*) {
  FieldSpaceImpl& space = field_space_of(space_, "allocate_field");
  if (field_size > UINT32_MAX)
    palatine::realm::fatal_error("error: allocate_field: a field cannot have %zu bytes", field_size);
  std::unique_lock lock(space.mutex);
  const FieldID id = desired == LEGION_AUTO_GENERATE_ID ? space.next_id++ : desired;
  if (space.fields.count(id))
    palatine::realm::fatal_error("error: allocate_field: field %u of the field space exists already", id);
  if (space.next_slot >= kFieldSlots)
    palatine::realm::fatal_error("error: allocate_field: a field space had %u fields; more are not supported",
                                 kFieldSlots);
  const auto slot = static_cast<uint16_t>(space.next_slot++);
  const auto size_bytes = static_cast<uint32_t>(field_size);
  // The core has no fields without bytes.
  space.fields[id] = {slot, size_bytes, "", serdez};
  for (uint32_t root : space.roots) {
    core::Region* region = forest_of_run("allocate_field").find_region(root);
    if (region) region->root->fields[slot] = {nullptr, std::max(size_bytes, 1u), 1};
  }
  return id;
}

void FieldAllocator::free_field(FieldID field, const bool, const char*) {
  FieldSpaceImpl& space = field_space_of(space_, "free_field");
  std::unique_lock lock(space.mutex);
  end_names_epoch();
  // Its memory goes with the region.
  if (space.fields.erase(field) == 0)
    palatine::realm::fatal_error("error: free_field: a field space has no field %u", field);
}

void FieldAllocator::allocate_fields(const std::vector<size_t>& field_sizes,
                                     std::vector<FieldID>& resulting_fields, CustomSerdezID serdez_id,
                                     bool local_fields, const char* provenance) {
  resulting_fields.resize(field_sizes.size(), LEGION_AUTO_GENERATE_ID);
  for (size_t k = 0; k < field_sizes.size(); k++)
    resulting_fields[k] =
        allocate_field(field_sizes[k], resulting_fields[k], serdez_id, local_fields, provenance);
}

size_t Internal::RegionCalls::get_field_size(FieldSpace handle, FieldID fid) {
  return field_space_of(handle, "get_field_size").size_of(fid);
}

void Internal::RegionCalls::get_field_space_fields(FieldSpace handle, std::vector<FieldID>& fields) {
  const FieldSpaceImpl& space = field_space_of(handle, "get_field_space_fields");
  std::shared_lock lock(space.mutex);
  for (const auto& entry : space.fields) fields.push_back(entry.first);
}

void Internal::RegionCalls::get_field_space_fields(FieldSpace handle, std::set<FieldID>& fields) {
  const FieldSpaceImpl& space = field_space_of(handle, "get_field_space_fields");
  std::shared_lock lock(space.mutex);
  for (const auto& entry : space.fields) fields.insert(entry.first);
}

}  // namespace Legion
