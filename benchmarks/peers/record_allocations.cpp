// Records what a program allocates and frees: loaded before it (LD_PRELOAD), writes PALATINE_ALLOCATION_LOG
// when the program ends or so many calls were made. bench_pool replays the log
// (benchmarks/micro/allocation_log.h).
//
// Calls are numbered as they happen: an allocation after the heap has answered, a free before the heap hears
// of it. So in the order of the numbers no address is given out twice.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "../micro/allocation_log.h"

// The C library's own, so that nothing has to be looked up, which would allocate.
extern "C" {
void* __libc_malloc(size_t bytes);
void __libc_free(void* address);
void* __libc_calloc(size_t count, size_t bytes);
void* __libc_realloc(void* address, size_t bytes);
void* __libc_memalign(size_t alignment, size_t bytes);
}

namespace {

using palatine::benchmarks::LoggedCall;

constexpr uint64_t kMostCalls = 1 << 19;

LoggedCall* calls() {
  static LoggedCall* const made = [] {
    void* memory = mmap(nullptr, kMostCalls * sizeof(LoggedCall), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<LoggedCall*>(memory);
  }();
  return made;
}

std::atomic<uint64_t> count{0};
std::atomic<uint32_t> threads{0};
thread_local uint32_t own_thread = 0;

void note(const void* address, size_t bytes) {
  if (!address || !calls()) return;
  if (own_thread == 0) own_thread = threads.fetch_add(1, std::memory_order_relaxed) + 1;
  const uint64_t number = count.fetch_add(1, std::memory_order_relaxed);
  if (number >= kMostCalls) return;
  calls()[number] = {reinterpret_cast<uint64_t>(address), static_cast<uint32_t>(bytes), own_thread - 1};
}

__attribute__((destructor)) void write_log() {
  const char* name = std::getenv("PALATINE_ALLOCATION_LOG");
  if (!name || !calls()) return;
  const int file = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  const uint64_t most = count.load() < kMostCalls ? count.load() : kMostCalls;
  const char* from = reinterpret_cast<const char*>(calls());
  for (size_t left = most * sizeof(LoggedCall); left > 0;) {
    const ssize_t done = write(file, from, left);
    if (done <= 0) break;
    from += done;
    left -= static_cast<size_t>(done);
  }
  close(file);
}

// Sizes beyond 32 bits are no subject here.
void* noted(void* address, size_t bytes) {
  note(address, bytes == 0 ? 1 : bytes > UINT32_MAX ? UINT32_MAX : bytes);
  return address;
}

}  // namespace

extern "C" {

void* malloc(size_t bytes) {
  return noted(__libc_malloc(bytes), bytes);
}
void free(void* address) {
  note(address, 0);
  __libc_free(address);
}
void* calloc(size_t number, size_t bytes) {
  return noted(__libc_calloc(number, bytes), number * bytes);
}
void* realloc(void* address, size_t bytes) {
  note(address, 0);
  return noted(__libc_realloc(address, bytes), bytes);
}
void* aligned_alloc(size_t alignment, size_t bytes) {
  return noted(__libc_memalign(alignment, bytes), bytes);
}
void* memalign(size_t alignment, size_t bytes) {
  return noted(__libc_memalign(alignment, bytes), bytes);
}
int posix_memalign(void** address, size_t alignment, size_t bytes) {
  void* made = noted(__libc_memalign(alignment, bytes), bytes);
  if (!made) return ENOMEM;
  *address = made;
  return 0;
}
}
