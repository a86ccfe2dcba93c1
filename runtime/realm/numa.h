// The settings of the module "numa".
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "realm/module_config.h"
#include "realm/numa/numa_module.h"

namespace palatine::realm {

class NumaConfig : public Realm::ModuleConfig {
 public:
  NumaConfig();
  void configure_from_cmdline(std::vector<std::string>& cmdline) override;
  bool is_wanted() const { return mem_bytes > 0 || nocpu_mem_bytes > 0 || cpus > 0; }

  size_t mem_bytes = 0;
  size_t nocpu_mem_bytes = 0;
  int cpus = 0;
  bool pin_memory = false;
  // What the machine has. Filled in when asked for.
  mutable std::vector<size_t> machine_mems;

 protected:
  void discover_resources() const override;
};

// Null when nothing of it is wanted.
std::unique_ptr<Realm::Numa::NumaModule> make_numa_module(const NumaConfig& config);

}  // namespace palatine::realm
