// The compiler's `-fNAME VALUE` flags (language reference 7.5), with upstream's names and defaults.
#pragma once

#include <string>
#include <vector>

namespace palatine {

struct Flags {
#define FLAG_NUMBER(member, name, value) double member = value;
#define FLAG_TEXT(member, name, value) std::string member = value;
#include "frontend/base/flags.def"
};

// Takes the flags and their values out of `arguments`. An empty string, or what is wrong: an unknown flag, a
// missing or a wrong value.
std::string take_flags(std::vector<std::string>& arguments, Flags& flags);

}  // namespace palatine
