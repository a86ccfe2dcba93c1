#ifndef MARKS_H
#define MARKS_H

#include <unistd.h>

// A counter outside of all regions: only fences order the tasks that use it. Weak, so that all units share
// it.
__attribute__((weak)) int marks_count;

static inline void marks_add_slowly(void) {
  usleep(2000);
  __atomic_fetch_add(&marks_count, 1, __ATOMIC_SEQ_CST);
}

static inline int marks_read(void) {
  return __atomic_load_n(&marks_count, __ATOMIC_SEQ_CST);
}

#endif
