// Settings of the parts of the runtime, read and written between `Runtime::create_configs` and
// `Runtime::start`.
#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "realm/realm_config.h"

namespace Realm {

class REALM_PUBLIC_API ModuleConfig {
 protected:
  explicit ModuleConfig(const std::string& name);

 public:
  virtual ~ModuleConfig();
  ModuleConfig(const ModuleConfig&) = delete;
  ModuleConfig& operator=(const ModuleConfig&) = delete;

  // False when there is no such property, when `T` is not its type, or when the runtime has started.
  template <typename T>
  bool set_property(const std::string& name, T value) {
    T* at = find<T>(properties, name);
    if (!at || finish_configured) return false;
    *at = value;
    return true;
  }
  template <typename T>
  bool get_property(const std::string& name, T& value) const {
    const T* at = find<T>(properties, name);
    if (at) value = *at;
    return at != nullptr;
  }
  // What the machine has.
  template <typename T>
  bool get_resource(const std::string& name, T& value) const {
    const T* at = find<T>(resources, name);
    if (at) value = *at;
    return at != nullptr;
  }

  void finish_configure() { finish_configured = true; }
  const std::string& get_name() const { return module_name; }
  // Takes the part's flags out of the command line and sets its properties.
  virtual void configure_from_cmdline(std::vector<std::string>& cmdline);

 protected:
  // Enumerations of the types of properties; integers of the same size are the same type.
  template <typename T>
  static constexpr int type_code() {
    return std::is_same<T, bool>::value          ? 1
           : std::is_integral<T>::value          ? 2 + static_cast<int>(sizeof(T))
           : std::is_same<T, std::string>::value ? 100
                                                 : 101;
  }
  struct Entry {
    void* address;
    int type;
    size_t size;
  };
  typedef std::unordered_map<std::string, Entry> Map;

  template <typename T>
  void add_property(const std::string& name, T& variable) {
    properties[name] = Entry{&variable, type_code<T>(), sizeof(T)};
  }
  template <typename T>
  void add_resource(const std::string& name, T& variable) {
    resources[name] = Entry{&variable, type_code<T>(), sizeof(T)};
  }
  template <typename T>
  static T* find(const Map& map, const std::string& name) {
    Map::const_iterator it = map.find(name);
    if (it == map.end() || it->second.type != type_code<T>() || it->second.size != sizeof(T)) return nullptr;
    return static_cast<T*>(it->second.address);
  }

  Map properties;
  Map resources;
  std::string module_name;
  bool finish_configured = false;
};

}  // namespace Realm
