// The host's own memory as sources of blocks.
#pragma once

#include "runtime/pool/include/palatine/pool.h"

namespace palatine::pool {

// Blocks that grow where they lie, page by page, in addresses that are set aside; others come from the heap.
MemorySource& growing_heap_source();

}  // namespace palatine::pool
