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

  // False when there is no such property, when `T` is not its type (but truth values take any integer), or
  // when the runtime has started and reads the property at the start only.
  template <typename T>
  bool set_property(const std::string& name, T value) {
    const Entry* entry = find(properties, name);
    if (!entry || (finish_configured && !entry->is_changeable)) return false;
    return store(*entry, value);
  }
  template <typename T>
  bool get_property(const std::string& name, T& value) const {
    const Entry* entry = find(properties, name);
    return entry && load(*entry, value);
  }
  // What the machine has.
  template <typename T>
  bool get_resource(const std::string& name, T& value) const {
    discover_resources();
    const Entry* entry = find(resources, name);
    return entry && load(*entry, value);
  }

  void finish_configure() { finish_configured = true; }
  const std::string& get_name() const { return module_name; }
  // Takes the part's flags out of the command line and sets its properties.
  virtual void configure_from_cmdline(std::vector<std::string>& cmdline);

 protected:
  // Called before resources are read, as finding out may take time.
  virtual void discover_resources() const;

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
    bool is_changeable;
  };
  typedef std::unordered_map<std::string, Entry> Map;

  // `is_changeable`: it has an effect after the start, too.
  template <typename T>
  void add_property(const std::string& name, T& variable, bool is_changeable = false) {
    properties[name] = Entry{&variable, type_code<T>(), sizeof(T), is_changeable};
  }
  template <typename T>
  void add_resource(const std::string& name, T& variable) {
    resources[name] = Entry{&variable, type_code<T>(), sizeof(T), false};
  }
  static const Entry* find(const Map& map, const std::string& name);
  template <typename T>
  static bool store(const Entry& entry, const T& value) {
    if constexpr (std::is_integral<T>::value) {
      if (entry.type == type_code<bool>()) {
        *static_cast<bool*>(entry.address) = value != T(0);
        return true;
      }
    }
    if (entry.type != type_code<T>() || entry.size != sizeof(T)) return false;
    *static_cast<T*>(entry.address) = value;
    return true;
  }
  template <typename T>
  static bool load(const Entry& entry, T& value) {
    if constexpr (std::is_integral<T>::value) {
      if (entry.type == type_code<bool>()) {
        value = static_cast<T>(*static_cast<const bool*>(entry.address));
        return true;
      }
    }
    if (entry.type != type_code<T>() || entry.size != sizeof(T)) return false;
    value = *static_cast<const T*>(entry.address);
    return true;
  }

  Map properties;
  Map resources;
  std::string module_name;
  bool finish_configured = false;
};

}  // namespace Realm
