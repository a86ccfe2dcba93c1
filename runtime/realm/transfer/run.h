// Moving contiguous bytes.
#pragma once

#include <cstddef>

namespace palatine::realm::transfer {

// With stores that bypass the caches: whole lines never come into them, so nothing is read to be overwritten.
void copy_streaming(char* dst, const char* src, size_t bytes);

// `is_streaming` as in strided.h; short runs go through the caches anyway.
void copy_run(char* dst, const char* src, size_t bytes, bool is_streaming);

}  // namespace palatine::realm::transfer
