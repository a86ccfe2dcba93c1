// Parts of the runtime that a program can ask for by name (`Runtime::get_module`).
#pragma once

#include <string>

#include "realm/module_config.h"

namespace Realm {

class REALM_PUBLIC_API Module {
 protected:
  explicit Module(const std::string& _name) : name(_name) {}

 public:
  virtual ~Module();
  const std::string& get_name() const { return name; }

 protected:
  std::string name;
};

}  // namespace Realm
