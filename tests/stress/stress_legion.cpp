// Runs random programs of Legion's C++ interface: stress_legion COUNT SEED [FLAGS], with 1, 2, 3 and 7
// workers and with as much memory as there is, or hardly more than a program needs, in turns. FLAGS are the
// runtime's. Ends with code 1 and the seed of the first program that computes something else than its
// sequential reading, or of the first group that the schedule checker does not accept.
//
// stress_legion --omit COUNT SEED breaks the analysis instead: in each of COUNT runs one dependence, out of
// the first thousand, is left out. Ends with code 1 when fewer than a quarter of the broken runs are found:
// what follows from other dependences, or is over when it is asked for, may be left out without harm.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "contract/legion/random_program.h"
#include "contract/legion/support.h"
#include "runtime/legion/operation.h"

namespace {

// Two trees of the largest program, and those of the one before it that are being deleted.
constexpr const char* kTinyMemory = "32k";

struct Outcome {
  // What is wrong with the values, and by which program; empty: nothing.
  std::string wrong;
  unsigned long seed = 0;
  int exit_code = 0;
};

Outcome run(unsigned long begin, unsigned long end, int workers, bool is_tiny, char** flags, int flag_count) {
  Outcome outcome;
  std::vector<std::string> all = {"-ll:cpu", std::to_string(workers), "-lg:check"};
  if (is_tiny) all.insert(all.end(), {"-ll:csize", kTinyMemory});
  all.insert(all.end(), flags, flags + flag_count);
  outcome.exit_code = palatine::test::run_legion(
      [&](Legion::Context ctx, Legion::Runtime* runtime) {
        for (unsigned long seed = begin; seed < end && outcome.wrong.empty(); ++seed) {
          outcome.wrong = palatine::test::run_random_program(seed, ctx, runtime);
          outcome.seed = seed;
        }
      },
      all);
  return outcome;
}

int run_all(unsigned long count, unsigned long first, char** flags, int flag_count) {
  constexpr unsigned long kGroup = 50;
  for (unsigned long done = 0, group = 0; done < count; done += kGroup, ++group) {
    const unsigned long begin = first + done, end = first + std::min(count, done + kGroup);
    const int workers = palatine::test::kWorkerCounts[group % 4];
    const bool is_tiny = group / 4 % 2 == 1;
    const Outcome outcome = run(begin, end, workers, is_tiny, flags, flag_count);
    if (!outcome.wrong.empty())
      fprintf(stderr, "program %lu with %d workers: %s\n", outcome.seed, workers, outcome.wrong.c_str());
    if (outcome.exit_code != 0)
      fprintf(stderr, "programs %lu to %lu with %d workers\n", begin, end - 1, workers);
    if (!outcome.wrong.empty() || outcome.exit_code != 0) return 1;
  }
  printf("%lu programs\n", count);
  return 0;
}

int run_broken(unsigned long count, unsigned long first) {
  unsigned long omitted = 0, caught = 0;
  for (unsigned long k = 0; k < count; ++k) {
    palatine::legion::dependences_until_omission = 1 + (first + k) * 7919 % 1000;
    const unsigned long begin = first + 20 * k;
    // A leaf that does not wait for its future any more blocks a worker until somebody else gives it.
    const Outcome outcome = run(begin, begin + 20, 2, false, nullptr, 0);
    if (palatine::legion::dependences_until_omission.exchange(0) != 0) continue;
    omitted++;
    caught += !outcome.wrong.empty() || outcome.exit_code != 0;
  }
  printf("%lu of %lu omissions were found\n", caught, omitted);
  return omitted > 0 && 4 * caught > omitted ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const bool breaks = argc > 1 && strcmp(argv[1], "--omit") == 0;
  argc -= breaks;
  argv += breaks;
  if (argc < 3) {
    fprintf(stderr, "usage: stress_legion [--omit] COUNT SEED [FLAGS]\n");
    return 2;
  }
  const unsigned long count = strtoul(argv[1], nullptr, 10), first = strtoul(argv[2], nullptr, 10);
  palatine::test::register_random_tasks();
  return breaks ? run_broken(count, first) : run_all(count, first, argv + 3, argc - 3);
}
