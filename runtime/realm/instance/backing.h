// Bytes behind instances: address space of memories, mapped files, and objects in fields.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "realm/realm_c.h"

namespace palatine::realm {

struct InstanceRecord;

// Address space that is filled as it is touched, by anonymous memory or by a file without a name in $TMPDIR.
// Null when there is none.
char* reserve_bytes(uint64_t size_bytes, bool is_file);
void release_bytes(char* bytes, uint64_t size_bytes);

// Maps `size_bytes` of a file from `offset` on; the result unmaps them. Null, and a message in `error`, when
// that fails. Changes are in the file when the mapping is gone.
std::shared_ptr<void> map_file(const std::string& name, realm_file_mode_t mode, size_t offset,
                               size_t size_bytes, char*& base, std::string& error);

// Calls the serializers' `destroy` for all elements of `record.destroyed_fields`.
void destroy_objects(InstanceRecord& record);

}  // namespace palatine::realm
