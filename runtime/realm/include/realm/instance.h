// Instances: memory that holds fields for the points of an index space.
#pragma once

#include <functional>
#include <ostream>

#include "realm/realm_c.h"
#include "realm/utils.h"

namespace Realm {

typedef ::realm_field_id_t FieldID;

class REALM_PUBLIC_API RegionInstance {
 public:
  typedef ::realm_id_t id_t;
  id_t id{0};
  RegionInstance() = default;
  constexpr explicit RegionInstance(id_t id) : id(id) {}
  constexpr operator id_t() const { return id; }
  bool operator<(const RegionInstance& rhs) const { return id < rhs.id; }
  bool operator==(const RegionInstance& rhs) const { return id == rhs.id; }
  bool operator!=(const RegionInstance& rhs) const { return id != rhs.id; }
  static const RegionInstance NO_INST;
  bool exists() const { return id != 0; }
};

inline constexpr RegionInstance RegionInstance::NO_INST = RegionInstance();

inline std::ostream& operator<<(std::ostream& os, RegionInstance i) {
  return os << std::hex << i.id << std::dec;
}

}  // namespace Realm

REALM_HASH_HANDLE(Realm::RegionInstance)
