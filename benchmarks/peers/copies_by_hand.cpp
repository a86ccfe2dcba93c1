// Copies by hand on one core, with the sizes of micro/data.cpp: GB/s of bytes read and written, and
// nanoseconds an element of a gather with prefetches.
#include <immintrin.h>
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

constexpr size_t kBytes = size_t{32} << 20;

template <typename Body>
static double best_seconds(Body body) {
  double best = 1e9;
  for (int round = 0; round < 9; ++round) {
    auto start = std::chrono::steady_clock::now();
    body();
    asm volatile("" ::: "memory");
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

static char* make_bytes() {
  void* bytes = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(bytes, kBytes, MADV_HUGEPAGE);
  return static_cast<char*>(std::memset(bytes, 1, kBytes));
}

int main() {
  char *from = make_bytes(), *to = make_bytes();
  auto report = [](const char* label, double seconds) {
    std::printf("%s %.3f\n", label, 2.0 * kBytes / seconds / 1e9);
  };
  report("memcpy", best_seconds([&] { std::memcpy(to, from, kBytes); }));
  report("stream", best_seconds([&] {
           for (size_t k = 0; k < kBytes; k += 16) {
             _mm_stream_si128(reinterpret_cast<__m128i*>(to + k),
                              _mm_load_si128(reinterpret_cast<const __m128i*>(from + k)));
           }
           _mm_sfence();
         }));
  constexpr int kFields = 8;
  constexpr size_t kPoints = kBytes / 8 / kFields;
  auto *a = reinterpret_cast<uint64_t*>(from), *b = reinterpret_cast<uint64_t*>(to);
  report("aos_soa", best_seconds([&] {
           for (size_t p = 0; p < kPoints; ++p)
             for (size_t f = 0; f < kFields; ++f) b[f * kPoints + p] = a[p * kFields + f];
         }));
  report("soa_aos", best_seconds([&] {
           for (size_t p = 0; p < kPoints; ++p)
             for (size_t f = 0; f < kFields; ++f) b[p * kFields + f] = a[f * kPoints + p];
         }));
  constexpr size_t kSide = 2048, kTile = 32;
  report("transpose", best_seconds([&] {
           for (size_t i = 0; i < kSide; i += kTile)
             for (size_t j = 0; j < kSide; j += kTile)
               for (size_t x = i; x < i + kTile; ++x)
                 for (size_t y = j; y < j + kTile; ++y) b[x * kSide + y] = a[y * kSide + x];
         }));
  std::vector<uint32_t> order(kBytes / 8);
  std::iota(order.begin(), order.end(), 0u);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  const double seconds = best_seconds([&] {
    for (size_t k = 0; k < order.size(); ++k) {
      if (k + 24 < order.size()) __builtin_prefetch(&a[order[k + 24]]);
      b[k] = a[order[k]];
    }
  });
  std::printf("gather %.3f\n", seconds * 1e9 / static_cast<double>(order.size()));
}
