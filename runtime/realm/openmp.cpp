#include "runtime/realm/openmp.h"

#include <dlfcn.h>

#include "realm/cmdline.h"
#include "runtime/realm/fatal.h"

// Of the program's OpenMP library, if it is linked with one.
extern "C" void omp_set_num_threads(int) __attribute__((weak));

namespace palatine::realm {

OpenMpConfig::OpenMpConfig() : ModuleConfig("openmp") {
  add_property("ocpu", processors);
  add_property("othr", threads);
  add_property("onuma", uses_numa);
  add_property("ostack", stack_size);
}

void OpenMpConfig::configure_from_cmdline(std::vector<std::string>& cmdline) {
  int numa = uses_numa;
  Realm::CommandLineParser parser;
  parser.add_option_int("-ll:ocpu", processors);
  parser.add_option_int("-ll:othr", threads);
  parser.add_option_int("-ll:onuma", numa);
  parser.add_option_int_units("-ll:ostack", stack_size, 'm');
  parser.add_option_bool("-ll:okindhack", hides_kind);
  if (parser.parse_command_line_v2(cmdline) != REALM_SUCCESS) {
    fatal_error("error: `-ll:ocpu`, `-ll:othr`, `-ll:onuma` and `-ll:ostack` need a number");
  }
  uses_numa = numa != 0;
  if (processors < 0 || processors > 1024) fatal_error("error: `-ll:ocpu` needs a number from 0 to 1024");
  if (threads < 1 || threads > 1024) fatal_error("error: `-ll:othr` needs a number from 1 to 1024");
}

void set_openmp_threads(int count) {
  // A library that was loaded later is found by its name only.
  using Set = void (*)(int);
  Set set = omp_set_num_threads ? omp_set_num_threads
                                : reinterpret_cast<Set>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (set) set(count);
}

}  // namespace palatine::realm
