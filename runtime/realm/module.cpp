#include "realm/module.h"

namespace Realm {

Module::~Module() = default;

ModuleConfig::ModuleConfig(const std::string& name) : module_name(name) {}

ModuleConfig::~ModuleConfig() = default;

void ModuleConfig::configure_from_cmdline(std::vector<std::string>&) {}

const ModuleConfig::Entry* ModuleConfig::find(const Map& map, const std::string& name) {
  Map::const_iterator it = map.find(name);
  return it == map.end() ? nullptr : &it->second;
}

void ModuleConfig::discover_resources() const {}

}  // namespace Realm
