// What this machine can do: memory, arithmetic, latencies, and what handing over an item costs. Prints lines
// `NAME NUMBER`; benchmarks/subjects/machine.py has the units. The argument `quick` makes arrays and counts
// smaller.
#include <immintrin.h>
#include <linux/futex.h>
#include <omp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

namespace {

bool is_quick = false;

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

void print(const char* name, double value) {
  std::printf("%s %.6g\n", name, value);
}

void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core % static_cast<int>(std::thread::hardware_concurrency()), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

template <typename Body>
double best_of(int repetitions, Body body) {
  double best = 1e30;
  for (int r = 0; r < repetitions; ++r) {
    double start = now();
    body();
    best = std::min(best, now() - start);
  }
  return best;
}

double* allocate_doubles(long n) {
  return static_cast<double*>(aligned_alloc(4096, n * sizeof(double)));
}

// STREAM's four loops (McCalpin), arrays far larger than the caches.
void memory(int threads, const char* suffix) {
  const long n = is_quick ? 8L << 20 : 32L << 20;
  double* __restrict a = allocate_doubles(n);
  double* __restrict b = allocate_doubles(n);
  double* __restrict c = allocate_doubles(n);
#pragma omp parallel for num_threads(threads)
  for (long i = 0; i < n; ++i) a[i] = 1.0, b[i] = 2.0, c[i] = 0.0;
  const int repetitions = is_quick ? 4 : 20;
  auto report = [&](const char* name, int arrays, double seconds) {
    std::printf("%s%s %.6g\n", name, suffix, 1e-9 * arrays * sizeof(double) * n / seconds);
  };
  report("copy", 2, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; ++i) c[i] = a[i];
         }));
  report("scale", 2, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; ++i) b[i] = 3.0 * c[i];
         }));
  report("add", 3, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; ++i) c[i] = a[i] + b[i];
         }));
  report("triad", 3, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; ++i) a[i] = b[i] + 3.0 * c[i];
         }));
  report("stream_copy", 2, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; i += 4) _mm256_stream_pd(c + i, _mm256_load_pd(a + i));
         }));
  report("stream_triad", 3, best_of(repetitions, [&] {
#pragma omp parallel for num_threads(threads)
           for (long i = 0; i < n; i += 4) {
             _mm256_stream_pd(
                 a + i, _mm256_fmadd_pd(_mm256_set1_pd(3.0), _mm256_load_pd(c + i), _mm256_load_pd(b + i)));
           }
         }));
  if (a[n / 2] != b[n / 2] + 3.0 * c[n / 2]) std::abort();
  free(a);
  free(b);
  free(c);
}

void copies() {
  const size_t largest = is_quick ? 64UL << 20 : 256UL << 20;
  char* from = static_cast<char*>(aligned_alloc(4096, largest));
  char* to = static_cast<char*>(aligned_alloc(4096, largest));
  memset(from, 1, largest);
  memset(to, 2, largest);
  struct Case {
    const char* name;
    size_t size;
  };
  for (Case c : {Case{"memcpy_1k", 1024}, Case{"memcpy_1m", 1UL << 20}, Case{"memcpy_256m", largest}}) {
    size_t count = std::max<size_t>(1, (8UL << 20) / c.size);
    double seconds = best_of(is_quick ? 3 : 10, [&] {
      for (size_t i = 0; i < count; ++i) {
        memcpy(to, from, c.size);
        __asm__ volatile("" : : "r"(to) : "memory");
      }
    });
    print(c.name, 1e-9 * 2 * c.size * count / seconds);
  }
  free(from);
  free(to);
}

// Loads from random lines, each address known early and fetched ahead.
void gather() {
  const size_t lines = (is_quick ? 64UL << 20 : 512UL << 20) / 64;
  const size_t count = 1UL << 21;
  std::vector<uint64_t> data(lines * 8, 1);
  std::vector<uint32_t> indices(count + 64);
  uint64_t seed = 1;
  for (uint32_t& index : indices) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    index = static_cast<uint32_t>((seed >> 33) % lines);
  }
  uint64_t sum = 0;
  double seconds = best_of(3, [&] {
    for (size_t i = 0; i < count; ++i) {
      _mm_prefetch(reinterpret_cast<const char*>(&data[indices[i + 48] * 8UL]), _MM_HINT_T0);
      sum += data[indices[i] * 8UL];
    }
  });
  if (sum == 0) std::abort();
  print("gather", 1e9 * seconds / count);
}

template <typename Vector>
double multiply_adds(long iterations) {
  Vector sums[16];
  for (int j = 0; j < 16; ++j) sums[j] = Vector{} + (1.0 + j);
  const Vector factor = Vector{} + 0.5;
  for (long i = 0; i < iterations; ++i) {
    for (int j = 0; j < 16; ++j) {
      sums[j] = sums[j] * factor + factor;
    }
  }
  for (int j = 1; j < 16; ++j) sums[0] += sums[j];
  volatile double sink = sums[0][0];
  (void)sink;
  return 16.0 * 2 * (sizeof(Vector) / sizeof(double)) * iterations;
}

typedef double Vector256 __attribute__((vector_size(32)));
#ifdef __AVX512F__
typedef double VectorNative __attribute__((vector_size(64)));
#else
typedef Vector256 VectorNative;
#endif

template <typename Vector>
void peak(const char* name, int threads) {
  double best = 0.0;
  for (int r = 0; r < 3; ++r) {
    double flops = 0.0;
    double start = now();
#pragma omp parallel num_threads(threads) reduction(+ : flops)
    flops += multiply_adds<Vector>(is_quick ? 1L << 20 : 1L << 23);
    best = std::max(best, flops / (now() - start));
  }
  print(name, 1e-9 * best);
}

// A random cycle through memory, one pointer a line.
void latency(const char* name, size_t bytes) {
  struct alignas(64) Line {
    Line* next;
  };
  size_t count = bytes / sizeof(Line);
  std::vector<Line> lines(count);
  std::vector<uint32_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = static_cast<uint32_t>(i);
  uint64_t seed = 7;
  for (size_t i = count - 1; i > 0; --i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    std::swap(order[i], order[(seed >> 33) % i]);
  }
  for (size_t i = 0; i < count; ++i) lines[order[i]].next = &lines[order[(i + 1) % count]];
  const long steps = is_quick ? 200000 : 2000000;
  Line* at = &lines[0];
  double seconds = best_of(3, [&] {
    for (long i = 0; i < steps; ++i) at = at->next;
    __asm__ volatile("" : : "r"(at));
  });
  print(name, 1e9 * seconds / steps);
}

void atomics() {
  alignas(64) static std::atomic<uint64_t> counter{0};
  const long steps = is_quick ? 200000 : 2000000;
  double seconds = best_of(3, [&] {
    for (long i = 0; i < steps; ++i) counter.fetch_add(1);
  });
  print("fetch_add", 1e9 * seconds / steps);

  std::atomic<int> ready{0};
  auto add = [&](int core) {
    pin(core);
    ready.fetch_add(1);
    while (ready.load() < 2) _mm_pause();
    for (long i = 0; i < steps; ++i) counter.fetch_add(1);
  };
  double start = now();
  std::thread other(add, 1);
  std::thread one(add, 0);
  one.join();
  other.join();
  print("fetch_add_2", 1e9 * (now() - start) / (2.0 * steps));
}

void ping_pong() {
  alignas(64) static std::atomic<long> ball{0};
  const long hops = is_quick ? 200000 : 2000000;
  ball.store(0);
  std::thread other([&] {
    pin(1);
    for (long i = 1; i < hops; i += 2) {
      while (ball.load(std::memory_order_acquire) != i) {
      }
      ball.store(i + 1, std::memory_order_release);
    }
  });
  pin(0);
  double start = now();
  for (long i = 0; i < hops; i += 2) {
    while (ball.load(std::memory_order_acquire) != i) {
    }
    ball.store(i + 1, std::memory_order_release);
  }
  other.join();
  print("ping_pong_hop", 1e9 * (now() - start) / hops);
}

// Two threads that change something in turns, under a lock that each has next who waits longest.
void lock_hand_over() {
  struct alignas(64) Lock {
    std::atomic<long> ticket{0}, served{0};
  };
  static Lock lock;
  alignas(64) static long changed;
  const long turns = is_quick ? 100000 : 1000000;
  lock.ticket = lock.served = 0;
  static std::atomic<int> started;
  started = 0;
  const auto take_turns = [&] {
    ++started;
    while (started.load() < 2) {
    }
    for (long k = 0; k < turns; ++k) {
      const long mine = lock.ticket.fetch_add(1, std::memory_order_relaxed);
      while (lock.served.load(std::memory_order_acquire) != mine) {
      }
      changed = changed + 1;
      lock.served.store(mine + 1, std::memory_order_release);
    }
  };
  std::thread other([&] {
    pin(1);
    take_turns();
  });
  pin(0);
  double start = now();
  take_turns();
  other.join();
  print("lock_hand_over", 1e9 * (now() - start) / (2 * turns));
}

void futex_wake() {
  static std::atomic<int> word{0};
  static std::atomic<uint64_t> woken_at{0};
  const int rounds = is_quick ? 50 : 300;
  std::vector<double> delays;
  for (int r = 0; r < rounds; ++r) {
    word.store(0);
    woken_at.store(0);
    std::thread sleeper([] {
      pin(1);
      while (word.load() == 0) syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
      timespec t;
      clock_gettime(CLOCK_MONOTONIC, &t);
      woken_at.store(t.tv_sec * 1000000000UL + t.tv_nsec);
    });
    // Long enough for it to sleep.
    usleep(300);
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t start = t.tv_sec * 1000000000UL + t.tv_nsec;
    word.store(1);
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    sleeper.join();
    delays.push_back(1e-3 * (woken_at.load() - start));
  }
  std::nth_element(delays.begin(), delays.begin() + rounds / 2, delays.end());
  print("futex_wake", delays[rounds / 2]);
}

void first_touch() {
  const size_t bytes = 64UL << 20, huge = 2UL << 20;
  auto map = [&](int advice) {
    char* raw = static_cast<char*>(
        mmap(nullptr, bytes + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    char* memory = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(raw) + huge - 1) / huge * huge);
    madvise(memory, bytes, advice);
    return std::pair(raw, memory);
  };
  auto touch = [&](int advice, size_t step) {
    double best = 1e30;
    for (int r = 0; r < 3; ++r) {
      auto [raw, memory] = map(advice);
      double start = now();
      for (size_t i = 0; i < bytes; i += step) static_cast<volatile char*>(memory)[i] = 1;
      best = std::min(best, (now() - start) / (bytes / step));
      munmap(raw, bytes + huge);
    }
    return best;
  };
  print("touch_4k", 1e9 * touch(MADV_NOHUGEPAGE, 4096));
  print("touch_2m", 1e6 * touch(MADV_HUGEPAGE, huge));
}

void clocks() {
  const long steps = 200000;
  timespec t;
  print("clock", 1e9 * best_of(3, [&] {
                   for (long i = 0; i < steps; ++i) clock_gettime(CLOCK_MONOTONIC, &t);
                 }) / steps);
  uint64_t sum = 0;
  print("rdtsc", 1e9 * best_of(3, [&] {
                   for (long i = 0; i < steps; ++i) sum += __rdtsc();
                 }) / steps);
  if (sum == 0) std::abort();
}

// The least that a scheduler can do: an item through a ring, and a call through its pointer.
struct Ring {
  static constexpr uint64_t kSize = 4096;
  using Work = void (*)(uint64_t*);
  alignas(64) std::atomic<uint64_t> head{0};
  alignas(64) std::atomic<uint64_t> tail{0};
  alignas(64) Work items[kSize];
};

void add_one(uint64_t* count) {
  ++*count;
  __asm__ volatile("" : : "r"(count) : "memory");
}

void rings() {
  static Ring ring;
  const uint64_t items = is_quick ? 1UL << 17 : 1UL << 20;
  uint64_t count = 0;
  double seconds = best_of(3, [&] {
    for (uint64_t i = 0; i < items; ++i) {
      uint64_t tail = ring.tail.load(std::memory_order_relaxed);
      ring.items[tail % Ring::kSize] = add_one;
      ring.tail.store(tail + 1, std::memory_order_release);
      uint64_t head = ring.head.load(std::memory_order_relaxed);
      ring.items[head % Ring::kSize](&count);
      ring.head.store(head + 1, std::memory_order_release);
    }
  });
  print("ring_same", 1e9 * seconds / items);

  for (uint64_t batch : {1UL, 64UL}) {
    ring.head.store(0);
    ring.tail.store(0);
    std::thread consumer([&] {
      pin(1);
      uint64_t done = 0, head = 0;
      while (head < items) {
        uint64_t tail = ring.tail.load(std::memory_order_acquire);
        while (head < tail) ring.items[head++ % Ring::kSize](&done);
        ring.head.store(head, std::memory_order_release);
      }
    });
    pin(0);
    double start = now();
    for (uint64_t tail = 0; tail < items;) {
      while (tail + batch - ring.head.load(std::memory_order_acquire) > Ring::kSize) _mm_pause();
      for (uint64_t i = 0; i < batch; ++i) ring.items[(tail + i) % Ring::kSize] = add_one;
      tail += batch;
      ring.tail.store(tail, std::memory_order_release);
    }
    consumer.join();
    print(batch == 1 ? "ring_1" : "ring_64", 1e9 * (now() - start) / items);
  }
}

}  // namespace

int main(int argc, char** argv) {
  is_quick = argc > 1 && std::strcmp(argv[1], "quick") == 0;
  int threads = omp_get_max_threads();
  memory(threads, "");
  memory(1, "_1");
  copies();
  gather();
  peak<Vector256>("peak_fma", threads);
  peak<VectorNative>("peak_fma_native", threads);
  latency("latency_l1", 16UL << 10);
  latency("latency_l2", 512UL << 10);
  latency("latency_l3", 8UL << 20);
  latency("latency_dram", is_quick ? 64UL << 20 : 512UL << 20);
  atomics();
  first_touch();
  clocks();
  // From here on threads are pinned.
  ping_pong();
  lock_hand_over();
  futex_wake();
  rings();
}
