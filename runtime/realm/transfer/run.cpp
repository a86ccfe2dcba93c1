#include "runtime/realm/transfer/run.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace palatine::realm::transfer {

namespace {

typedef uint64_t Vector16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef uint64_t AlignedVector16 __attribute__((vector_size(16), may_alias));

constexpr size_t kLineBytes = 64;

}  // namespace

void copy_streaming(char* dst, const char* src, size_t bytes) {
  size_t head = (kLineBytes - reinterpret_cast<uintptr_t>(dst) % kLineBytes) % kLineBytes;
  head = std::min(head, bytes);
  std::memcpy(dst, src, head);
  dst += head, src += head, bytes -= head;
  // The processor sees the run coming; fetching a few lines ahead ourselves costs a quarter of the bandwidth.
  for (; bytes >= kLineBytes; bytes -= kLineBytes, dst += kLineBytes, src += kLineBytes) {
    const Vector16* from = reinterpret_cast<const Vector16*>(src);
    AlignedVector16* to = reinterpret_cast<AlignedVector16*>(dst);
    AlignedVector16 a = from[0], b = from[1], c = from[2], d = from[3];
    __builtin_nontemporal_store(a, to);
    __builtin_nontemporal_store(b, to + 1);
    __builtin_nontemporal_store(c, to + 2);
    __builtin_nontemporal_store(d, to + 3);
  }
  std::memcpy(dst, src, bytes);
}

void finish_streaming() {
#if defined(__x86_64__)
  __builtin_ia32_sfence();
#endif
}

void copy_run(char* dst, const char* src, size_t bytes, bool is_streaming) {
  if (is_streaming && bytes >= 4 * kLineBytes) {
    copy_streaming(dst, src, bytes);
  } else {
    std::memcpy(dst, src, bytes);
  }
}

}  // namespace palatine::realm::transfer
