#include "realm/module.h"

namespace Realm {

Module::~Module() = default;

ModuleConfig::ModuleConfig(const std::string& name) : module_name(name) {}

ModuleConfig::~ModuleConfig() = default;

void ModuleConfig::configure_from_cmdline(std::vector<std::string>&) {}

void ModuleConfig::discover_resources() const {}

}  // namespace Realm
