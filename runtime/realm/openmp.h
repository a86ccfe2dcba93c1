// The settings of the module "openmp": processors whose tasks use OpenMP.
//
// Such a processor has a thread of its own, and a parallel region that a task on it opens has as many threads
// as the flags say. The threads are those of the OpenMP library that the program is linked with.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "realm/module_config.h"

namespace palatine::realm {

class OpenMpConfig : public Realm::ModuleConfig {
 public:
  OpenMpConfig();
  void configure_from_cmdline(std::vector<std::string>& cmdline) override;

  int processors = 0;
  int threads = 1;  // of a parallel region
  // On machines with several nodes each processor and its threads stay on one, in turns.
  bool uses_numa = true;
  // Tasks get this or what `-ll:stacksize` says, whichever is more.
  size_t stack_size = size_t{2} << 20;
  // They call themselves LOC_PROC.
  bool hides_kind = false;
};

// How many threads parallel regions of the calling thread have; nothing happens when the program has no
// OpenMP library.
void set_openmp_threads(int count);

}  // namespace palatine::realm
