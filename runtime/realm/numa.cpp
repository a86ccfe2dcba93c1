#include "runtime/realm/numa.h"

#include "realm/cmdline.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/topology.h"

namespace palatine::realm {

NumaConfig::NumaConfig() : ModuleConfig("numa") {
  add_property("numamem", mem_bytes);
  add_property("numa_nocpumem", nocpu_mem_bytes);
  add_property("numacpus", cpus);
  add_property("pin_memory", pin_memory);
  add_resource("numa_mems", machine_mems);
}

void NumaConfig::discover_resources() const {
  if (!machine_mems.empty()) return;
  for (const NumaNode& node : topology().nodes) machine_mems.push_back(node.bytes);
}

void NumaConfig::configure_from_cmdline(std::vector<std::string>& cmdline) {
  Realm::CommandLineParser parser;
  parser.add_option_int_units("-ll:nsize", mem_bytes, 'm');
  parser.add_option_int_units("-ll:ncsize", nocpu_mem_bytes, 'm');
  parser.add_option_int("-ll:ncpu", cpus);
  parser.add_option_bool("-numa:pin", pin_memory);
  if (parser.parse_command_line_v2(cmdline) != REALM_SUCCESS) {
    fatal_error("error: `-ll:nsize`, `-ll:ncsize` and `-ll:ncpu` need a number");
  }
  if (cpus < 0 || cpus > 1024) fatal_error("error: `-ll:ncpu` needs a number from 0 to 1024");
}

std::unique_ptr<Realm::Numa::NumaModule> make_numa_module(const NumaConfig& config) {
  if (!config.is_wanted()) return nullptr;
  auto module = std::make_unique<Realm::Numa::NumaModule>();
  for (const NumaNode& node : topology().nodes) {
    const size_t bytes = node.cpu_count > 0 ? config.mem_bytes : config.nocpu_mem_bytes;
    if (bytes > node.bytes) {
      fatal_error("error: NUMA node %d has %llu bytes, `-ll:nsize` asks for %zu", node.number,
                  static_cast<unsigned long long>(node.bytes), bytes);
    }
    if (bytes > 0) module->numa_mem_sizes[node.number] = bytes;
    if (node.cpu_count > 0 && config.cpus > 0) module->numa_cpu_counts[node.number] = config.cpus;
  }
  return module;
}

}  // namespace palatine::realm
