// The settings of the runtime itself: module "core" of the public interface, and its flags.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "realm/module_config.h"

namespace palatine::realm {

class CoreConfig : public Realm::ModuleConfig {
 public:
  CoreConfig();
  // Takes the flags out of the words. Ends the program with code 1 on a wrong value.
  void configure_from_cmdline(std::vector<std::string>& cmdline) override;

  int cpu = 1;
  int util = 1;
  int io = 0;
  size_t sysmem = size_t{512} << 20;
  size_t regmem = 0;
  size_t diskmem = 0;
  size_t stack_size = size_t{2} << 20;
  bool pin_util_procs = false;
  bool use_ext_sysmem = true;
  // Off: a request for bytes that are not free at once fails.
  bool defers_allocation = true;
  // Sparsity maps that are left at the end are an error.
  bool report_sparsity_leaks = false;
  // What the machine has.
  int machine_cpus;
  size_t machine_sysmem;
};

// For the words that no part has taken: ends the program with a message on flags that ask for processors or
// memories that there are not, and warns of flags `-ll:` that are not known.
void refuse_other_flags(const std::vector<std::string>& words);

}  // namespace palatine::realm
