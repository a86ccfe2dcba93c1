#ifndef MEET_H
#define MEET_H

#include <unistd.h>

// One flag for each of two tasks; weak, so that all translation units share them.
__attribute__((weak)) int meet_flags[2];

// Raises flag `me` and waits for the other one: 1 when it came within ten seconds.
static inline int meet(int me) {
  __atomic_store_n(&meet_flags[me], 1, __ATOMIC_SEQ_CST);
  for (int turn = 0; turn < 10000; ++turn) {
    if (__atomic_load_n(&meet_flags[1 - me], __ATOMIC_SEQ_CST)) return 1;
    usleep(1000);
  }
  return 0;
}

static inline void wait_ms(int ms) {
  usleep(1000 * ms);
}

#endif
