#include "runtime/realm/one_sided_fence.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/realm/fatal.h"

namespace palatine::realm::one_sided {

namespace {

long membarrier(int command) {
  return syscall(SYS_membarrier, command, 0, 0);
}

bool make_ready() {
  const long known = membarrier(MEMBARRIER_CMD_QUERY);
  return known > 0 && (known & MEMBARRIER_CMD_PRIVATE_EXPEDITED) &&
         membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}

}  // namespace

const bool is_there = make_ready();

void pass_all_threads() {
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0)
    internal_error("the kernel refuses the memory barrier that it was made ready for");
}

}  // namespace palatine::realm::one_sided
