// Small blocks of memory for operations, waiters and futures.
//
// Each thread keeps free blocks by size class; a thread that frees what others allocate hands whole batches
// to a shared list, where threads that have none take them. Under the sanitizers blocks come from malloc, so
// that use after free is seen.
//
// Thread safety: any thread may free what another allocated.
#pragma once

#include <cstddef>

namespace palatine::realm {

// 16-byte aligned. Sizes above the largest class go to malloc. Never null.
void* allocate_block(size_t size_bytes);
void free_block(void* block, size_t size_bytes);

}  // namespace palatine::realm
