// Moving contiguous bytes.
#pragma once

#include <cstddef>

namespace palatine::realm::transfer {

// With stores that bypass the caches: whole lines never come into them, so nothing is read to be overwritten.
// Other threads see the bytes in order only after finish_streaming.
void copy_streaming(char* dst, const char* src, size_t bytes);

// Orders this thread's stores that bypassed the caches before those that follow. x86 does not do so by
// itself, not even for a store that releases (Intel's manual, volume 3, "memory ordering").
void finish_streaming();

// `is_streaming` as in strided.h; short runs go through the caches anyway.
void copy_run(char* dst, const char* src, size_t bytes, bool is_streaming);

}  // namespace palatine::realm::transfer
