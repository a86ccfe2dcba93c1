// A parser of command lines, for programs.
//
// Options are matched as whole words; their value is the next word. Words that are no option are left alone.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "realm/realm_c.h"
#include "realm/realm_config.h"

namespace Realm {

class REALM_PUBLIC_API CommandLineParser {
 public:
  // With `keep` the option stays in the vector that is parsed.
  template <typename T>
  CommandLineParser& add_option_int(const std::string& optname, T& target, bool keep = false) {
    return add(optname, keep, true,
               [&target](const std::string& word) { return store_integer(word, 0, false, false, target); });
  }
  // A number with a suffix b, k, m, g or t: powers of 1024 when `binary`, else of 1000. `default_unit` is the
  // suffix of numbers without one.
  template <typename T>
  CommandLineParser& add_option_int_units(const std::string& optname, T& target, char default_unit = 0,
                                          bool binary = true, bool keep = false) {
    return add(optname, keep, true, [&target, default_unit, binary](const std::string& word) {
      return store_integer(word, default_unit, binary, true, target);
    });
  }
  CommandLineParser& add_option_string(const std::string& optname, std::string& target, bool keep = false) {
    return add(optname, keep, true, [&target](const std::string& word) {
      target = word;
      return REALM_SUCCESS;
    });
  }
  // At most `maxlen` bytes with the final null.
  CommandLineParser& add_option_string(const std::string& optname, char* target, size_t maxlen,
                                       bool keep = false);
  // Adds to a list: words between commas.
  CommandLineParser& add_option_stringlist(const std::string& optname, std::vector<std::string>& target,
                                           bool keep = false);
  // True when the option is there; it has no value.
  CommandLineParser& add_option_bool(const std::string& optname, bool& target, bool keep = false);
  // Calls a method with the value; false is an error.
  template <typename T>
  CommandLineParser& add_option_method(const std::string& optname, T* target,
                                       bool (T::*method)(const std::string&), bool keep = false) {
    return add(optname, keep, true, [target, method](const std::string& word) {
      return (target->*method)(word) ? REALM_SUCCESS : REALM_ARGUMENT_ERROR_METHOD_RETURN_FALSE;
    });
  }

  // The vector form takes out what it understood. `argv[0]` is not looked at. Stops at the first error.
  RealmStatus parse_command_line_v2(std::vector<std::string>& cmdline);
  RealmStatus parse_command_line_v2(int argc, const char* argv[]);
  RealmStatus parse_command_line_v2(int argc, char* argv[]);
  bool parse_command_line(std::vector<std::string>& cmdline) {
    return parse_command_line_v2(cmdline) == REALM_SUCCESS;
  }
  bool parse_command_line(int argc, const char* argv[]) {
    return parse_command_line_v2(argc, argv) == REALM_SUCCESS;
  }
  bool parse_command_line(int argc, char* argv[]) {
    return parse_command_line_v2(argc, argv) == REALM_SUCCESS;
  }

 protected:
  typedef std::function<RealmStatus(const std::string&)> Store;
  struct Option {
    std::string name;
    bool keep;
    bool has_value;
    Store store;
  };
  CommandLineParser& add(const std::string& name, bool keep, bool has_value, Store store);
  const Option* find(const std::string& word) const;

  // The number, before it is narrowed. Negative numbers are in `magnitude` and `is_negative`.
  static RealmStatus read_integer(const std::string& word, char default_unit, bool binary, bool has_units,
                                  unsigned long long& magnitude, bool& is_negative);
  template <typename T>
  static RealmStatus store_integer(const std::string& word, char default_unit, bool binary, bool has_units,
                                   T& target) {
    unsigned long long magnitude;
    bool is_negative;
    RealmStatus status = read_integer(word, default_unit, binary, has_units, magnitude, is_negative);
    if (status != REALM_SUCCESS) return status;
    unsigned long long most = static_cast<unsigned long long>(std::numeric_limits<T>::max());
    if (is_negative ? !std::is_signed<T>::value || magnitude > most + 1 : magnitude > most) {
      return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER;
    }
    target = static_cast<T>(is_negative ? 0 - magnitude : magnitude);
    return REALM_SUCCESS;
  }

  std::vector<Option> options;
};

}  // namespace Realm
