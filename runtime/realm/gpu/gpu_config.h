// The settings of the module "cuda": GPUs as processors and memories.
//
// Flags: `-ll:gpu` (how many), `-ll:gpu_ids` (which of the driver's, separated by commas), `-ll:fsize` (bytes
// of each one's memory), `-ll:zsize` (bytes of host memory that they all reach), `-ll:msize` (bytes of
// managed memory, whose pages go between host and devices by themselves), `-ll:streams` (streams for tasks of
// each).
// `--gpu=` says where they come from: `auto` (NVIDIA's driver), `require` (the same, and at
// least one), `simulated` (devices of the process itself, at least one), `off` (none, whatever else is said).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "realm/module_config.h"

namespace palatine::realm {

class GpuConfig : public Realm::ModuleConfig {
 public:
  enum class Platform { automatic, required, simulated, off };

  GpuConfig();
  void configure_from_cmdline(std::vector<std::string>& cmdline) override;
  // How many are asked for.
  int wanted() const;
  // Whether the machine may have GPUs: programs that look for the module find none otherwise. Simulated ones
  // are there when they are asked for.
  bool is_present() const;

  int gpus = 0;
  std::vector<int> ids;
  size_t fbmem = size_t{256} << 20;
  size_t zcmem = size_t{64} << 20;
  size_t managed = 0;
  int task_streams = 12;
  Platform platform = Platform::automatic;

 protected:
  void discover_resources() const override;

 private:
  // What the machine has; -1: not known yet.
  mutable int machine_gpus_ = -1;
  mutable size_t machine_fbmem_ = 0;
  // Settings of others' GPUs that need nothing here.
  size_t ib_fbmem_ = 0, ib_zcmem_ = 0;
  int d2d_streams_ = 4;
};

}  // namespace palatine::realm
