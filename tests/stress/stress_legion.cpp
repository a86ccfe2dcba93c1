// Runs random programs of Legion's C++ interface: stress_legion COUNT SEED [FLAGS], with 1, 2, 3 and 7
// workers in turns. FLAGS are the runtime's. Ends with code 1 and the seed of the first program that computes
// something else than its sequential reading, or of the first group that the schedule checker does not
// accept.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "contract/legion/random_program.h"
#include "contract/legion/support.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: stress_legion COUNT SEED [FLAGS]\n");
    return 2;
  }
  const unsigned long count = strtoul(argv[1], nullptr, 10), first = strtoul(argv[2], nullptr, 10);
  constexpr unsigned long kGroup = 50;
  palatine::test::register_random_tasks();
  for (unsigned long done = 0, group = 0; done < count; done += kGroup, ++group) {
    const unsigned long begin = first + done, end = first + std::min(count, done + kGroup);
    bool is_wrong = false;
    const int workers = palatine::test::kWorkerCounts[group % 4];
    std::vector<std::string> flags = {"-ll:cpu", std::to_string(workers), "-lg:check"};
    flags.insert(flags.end(), argv + 3, argv + argc);
    const int exit_code = palatine::test::run_legion(
        [&](Legion::Context ctx, Legion::Runtime* runtime) {
          for (unsigned long seed = begin; seed < end && !is_wrong; ++seed) {
            const std::string wrong = palatine::test::run_random_program(seed, ctx, runtime);
            if (wrong.empty()) continue;
            is_wrong = true;
            fprintf(stderr, "program %lu with %d workers: %s\n", seed, workers, wrong.c_str());
          }
        },
        flags);
    if (exit_code != 0) fprintf(stderr, "programs %lu to %lu with %d workers\n", begin, end - 1, workers);
    if (is_wrong || exit_code != 0) return 1;
  }
  printf("%lu programs\n", count);
  return 0;
}
