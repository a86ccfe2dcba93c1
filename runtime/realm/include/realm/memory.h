// Memories: where instances live.
#pragma once

#include <cstddef>
#include <functional>
#include <ostream>

#include "realm/realm_c.h"
#include "realm/utils.h"

namespace Realm {

typedef ::realm_address_space_t AddressSpace;

class REALM_PUBLIC_API Memory {
 public:
  typedef ::realm_id_t id_t;
  id_t id{REALM_NO_MEM};
  Memory() = default;
  constexpr explicit Memory(id_t id) : id(id) {}
  constexpr operator id_t() const { return id; }
  bool operator<(const Memory& rhs) const { return id < rhs.id; }
  bool operator==(const Memory& rhs) const { return id == rhs.id; }
  bool operator!=(const Memory& rhs) const { return id != rhs.id; }
  static const Memory NO_MEMORY;
  bool exists() const { return id != 0; }

  AddressSpace address_space() const;

  enum Kind {
#define C_ENUMS(name, desc) name,
    REALM_MEMORY_KINDS(C_ENUMS)
#undef C_ENUMS
  };

  Kind kind() const;
  // Bytes of all instances that it can hold at once.
  size_t capacity() const;
  // Ends the program with a message.
  void report_memory_fault(int reason, const void* reason_data, size_t reason_size) const;
};

inline constexpr Memory Memory::NO_MEMORY = Memory();

inline std::ostream& operator<<(std::ostream& os, Memory m) {
  return os << std::hex << m.id << std::dec;
}

inline std::ostream& operator<<(std::ostream& os, Memory::Kind kind) {
  switch (kind) {
#define STRING_KIND_CASE(name, desc) \
  case Memory::Kind::name:           \
    return os << #name;
    REALM_MEMORY_KINDS(STRING_KIND_CASE)
#undef STRING_KIND_CASE
  }
  return os << "UNKNOWN_KIND";
}

}  // namespace Realm

REALM_HASH_HANDLE(Realm::Memory)
