#include "realm/cmdline.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

namespace Realm {

CommandLineParser& CommandLineParser::add(const std::string& name, bool keep, bool has_value, Store store) {
  options.push_back({name, keep, has_value, std::move(store)});
  return *this;
}

CommandLineParser& CommandLineParser::add_option_string(const std::string& optname, char* target,
                                                        size_t maxlen, bool keep) {
  return add(optname, keep, true, [target, maxlen](const std::string& word) {
    if (word.size() >= maxlen) return REALM_ARGUMENT_ERROR_OUTPUT_STRING_TOO_SHORT;
    memcpy(target, word.c_str(), word.size() + 1);
    return REALM_SUCCESS;
  });
}

CommandLineParser& CommandLineParser::add_option_stringlist(const std::string& optname,
                                                            std::vector<std::string>& target, bool keep) {
  return add(optname, keep, true, [&target](const std::string& word) {
    for (size_t start = 0; start <= word.size();) {
      size_t end = std::min(word.find(',', start), word.size());
      if (end > start) target.push_back(word.substr(start, end - start));
      start = end + 1;
    }
    return REALM_SUCCESS;
  });
}

CommandLineParser& CommandLineParser::add_option_bool(const std::string& optname, bool& target, bool keep) {
  return add(optname, keep, false, [&target](const std::string&) {
    target = true;
    return REALM_SUCCESS;
  });
}

const CommandLineParser::Option* CommandLineParser::find(const std::string& word) const {
  for (const Option& option : options) {
    if (option.name == word) return &option;
  }
  return nullptr;
}

RealmStatus CommandLineParser::parse_command_line_v2(std::vector<std::string>& cmdline) {
  for (size_t k = 0; k < cmdline.size();) {
    const Option* option = find(cmdline[k]);
    if (!option) {
      ++k;
      continue;
    }
    size_t words = option->has_value ? 2 : 1;
    if (k + words > cmdline.size()) return REALM_ARGUMENT_ERROR_MISSING_INPUT;
    RealmStatus status = option->store(option->has_value ? cmdline[k + 1] : std::string());
    if (status != REALM_SUCCESS) return status;
    if (option->keep) {
      k += words;
    } else {
      auto first = cmdline.begin() + static_cast<std::ptrdiff_t>(k);
      cmdline.erase(first, first + static_cast<std::ptrdiff_t>(words));
    }
  }
  return REALM_SUCCESS;
}

RealmStatus CommandLineParser::parse_command_line_v2(int argc, const char* argv[]) {
  for (int k = 1; k < argc; ++k) {
    const Option* option = find(argv[k]);
    if (!option) continue;
    std::string value;
    if (option->has_value) {
      if (++k == argc) return REALM_ARGUMENT_ERROR_MISSING_INPUT;
      value = argv[k];
    }
    RealmStatus status = option->store(value);
    if (status != REALM_SUCCESS) return status;
  }
  return REALM_SUCCESS;
}

RealmStatus CommandLineParser::parse_command_line_v2(int argc, char* argv[]) {
  return parse_command_line_v2(argc, const_cast<const char**>(argv));
}

RealmStatus CommandLineParser::read_integer(const std::string& word, char default_unit, bool binary,
                                            bool has_units, unsigned long long& magnitude,
                                            bool& is_negative) {
  const char* at = word.c_str();
  is_negative = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  if (!isdigit(static_cast<unsigned char>(*at))) return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER;
  char* end;
  errno = 0;
  magnitude = strtoull(at, &end, 10);
  if (errno == ERANGE) return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER;
  char unit = default_unit;
  if (has_units && *end) unit = *end++;
  if (*end) return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER;
  int thousands = 0;
  switch (tolower(static_cast<unsigned char>(unit))) {
    case 0:
    case 'b':
      break;
    case 'k':
      thousands = 1;
      break;
    case 'm':
      thousands = 2;
      break;
    case 'g':
      thousands = 3;
      break;
    case 't':
      thousands = 4;
      break;
    default:
      return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER_UNIT;
  }
  for (; thousands > 0; --thousands) {
    if (__builtin_mul_overflow(magnitude, binary ? 1024ull : 1000ull, &magnitude)) {
      return REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER;
    }
  }
  return REALM_SUCCESS;
}

}  // namespace Realm
