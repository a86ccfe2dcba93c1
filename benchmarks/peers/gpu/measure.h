// How the hand-written programs for GPUs take time: as the programs gpu_*.rg do.
#pragma once

#include <stdint.h>

#include "../../programs/bench.h"

// Seconds of one of `repetitions`, four times; the first round of five is not counted. `queue()` queues one,
// `wait()` waits for all that are queued.
template <typename Wait, typename Queue>
void measure_batches(const char* label, int64_t repetitions, Wait wait, Queue queue) {
  for (int batch = 0; batch < 5; ++batch) {
    wait();
    double begin = bench_seconds();
    for (int64_t k = 0; k < repetitions; ++k) queue();
    wait();
    if (batch > 0) bench_report(label, (bench_seconds() - begin) / repetitions);
  }
}
