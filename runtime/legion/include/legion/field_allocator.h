// Gives fields to field spaces. Source: Legion's API, section 2.
#pragma once

#include <set>
#include <vector>

#include "legion/future.h"
#include "legion/handles.h"

namespace Legion {

// Gives fields to a field space.
class FieldAllocator {
 public:
  FieldAllocator() = default;
  explicit FieldAllocator(FieldSpace space) : space_(space) {}
  bool exists() const { return space_.exists(); }
  bool operator==(const FieldAllocator& other) const { return space_ == other.space_; }
  bool operator<(const FieldAllocator& other) const { return space_ < other.space_; }

  // Sizes in bytes. Regions that were made before have the field as well. A size that is a future is waited
  // for.
  FieldID allocate_field(size_t field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                         CustomSerdezID serdez_id = 0, bool local_field = false,
                         const char* provenance = nullptr);
  FieldID allocate_field(const Future& field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                         CustomSerdezID serdez_id = 0, bool local_field = false,
                         const char* provenance = nullptr) {
    return allocate_field(field_size.get_result<size_t>(), desired_fieldid, serdez_id, local_field,
                          provenance);
  }
  void free_field(FieldID field, const bool unordered = false, const char* provenance = nullptr);
  FieldID allocate_local_field(size_t field_size, FieldID desired_fieldid = LEGION_AUTO_GENERATE_ID,
                               CustomSerdezID serdez_id = 0, const char* provenance = nullptr) {
    return allocate_field(field_size, desired_fieldid, serdez_id, true, provenance);
  }
  void allocate_fields(const std::vector<size_t>& field_sizes, std::vector<FieldID>& resulting_fields,
                       CustomSerdezID serdez_id = 0, bool local_fields = false,
                       const char* provenance = nullptr);
  void allocate_local_fields(const std::vector<size_t>& field_sizes, std::vector<FieldID>& resulting_fields,
                             CustomSerdezID serdez_id = 0, const char* provenance = nullptr) {
    allocate_fields(field_sizes, resulting_fields, serdez_id, true, provenance);
  }
  void free_fields(const std::set<FieldID>& to_free, const bool unordered = false,
                   const char* provenance = nullptr) {
    for (FieldID field : to_free) free_field(field, unordered, provenance);
  }
  FieldSpace get_field_space() const { return space_; }

 private:
  FieldSpace space_;
};

}  // namespace Legion
