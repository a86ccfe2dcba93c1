#include "runtime/realm/core_config.h"

#include <cstdio>
#include <utility>

#include "realm/cmdline.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/machine.h"

namespace palatine::realm {

namespace {

// Flags that other installations know and that need nothing here: all take a value.
const char* const kIgnoredWithValue[] = {
    "-ll:concurrent_io",
    "-ll:ipc_limit",
    "-ll:cpu_bgwork",
    "-ll:util_bgwork",
    "-ll:barrier_radix",
    "-ll:ib_rsize",
    "-ll:dma",
    "-ll:dummy_rsrv_ok",
    "-ll:ht_sharing",
    "-ll:bitset_chunk",
    "-ll:bitset_twolevel",
    "-ll:eventtrace",
    "-ll:locktrace",
    "-ll:prefix",
    "-ll:ahandlers",
    "-ll:handler_bgwork",
    "-ll:networks",
    "-ll:replheap",
    "-ll:path_cache_size",
    "-ll:cputsc",
    "-ll:tscfreq",
    "-ll:machine_query_cache",
    "-ll:bgwork",
    "-ll:amprofile",
    "-ll:aminline",
    "-realm:eventloopcheck",
};
const char* const kIgnoredSwitches[] = {"-ll:pin_dma", "-ll:show_rsrv", "-ll:force_kthreads",
                                        "-ll:frsrv_fallback"};

}  // namespace

CoreConfig::CoreConfig() : ModuleConfig("core") {
  machine_cpus = allowed_cpus();
  machine_sysmem = static_cast<size_t>(allowed_memory_bytes());
  add_property("cpu", cpu);
  add_property("util", util);
  add_property("io", io);
  add_property("sysmem", sysmem);
  add_property("regmem", regmem);
  add_property("diskmem", diskmem);
  add_property("stack_size", stack_size);
  add_property("pin_util_procs", pin_util_procs);
  add_property("use_ext_sysmem", use_ext_sysmem);
  add_property("report_sparsity_leaks", report_sparsity_leaks, true);
  add_resource("cpu", machine_cpus);
  add_resource("sysmem", machine_sysmem);
}

void CoreConfig::configure_from_cmdline(std::vector<std::string>& cmdline) {
  int ext_sysmem = use_ext_sysmem, defalloc = defers_allocation;
  std::string ignored;
  bool is_ignored = false;
  // One option at a time, so that the message can name the flag.
  auto parse = [&](const char* flag, auto add) {
    Realm::CommandLineParser parser;
    add(parser, flag);
    RealmStatus status = parser.parse_command_line_v2(cmdline);
    if (status == REALM_ARGUMENT_ERROR_MISSING_INPUT) fatal_error("error: `%s` needs a value", flag);
    if (status != REALM_SUCCESS) fatal_error("error: `%s` has a value that is no number it can take", flag);
  };
  auto integer = [](int& target) {
    return [&target](Realm::CommandLineParser& p, const char* flag) { p.add_option_int(flag, target); };
  };
  auto megabytes = [](size_t& target) {
    return [&target](Realm::CommandLineParser& p, const char* flag) {
      p.add_option_int_units(flag, target, 'm');
    };
  };
  parse("-ll:cpu", integer(cpu));
  parse("-ll:util", integer(util));
  parse("-ll:io", integer(io));
  parse("-ll:csize", megabytes(sysmem));
  parse("-ll:rsize", megabytes(regmem));
  parse("-ll:dsize", megabytes(diskmem));
  parse("-ll:stacksize", megabytes(stack_size));
  parse("-ll:ext_sysmem", integer(ext_sysmem));
  parse("-ll:defalloc", integer(defalloc));
  parse("-ll:pin_util",
        [&](Realm::CommandLineParser& p, const char* flag) { p.add_option_bool(flag, pin_util_procs); });
  parse("-ll:report_sparsity_leaks", [&](Realm::CommandLineParser& p, const char* flag) {
    p.add_option_bool(flag, report_sparsity_leaks);
  });
  for (const char* flag : kIgnoredWithValue) {
    parse(flag, [&](Realm::CommandLineParser& p, const char* f) { p.add_option_string(f, ignored); });
  }
  for (const char* flag : kIgnoredSwitches) {
    parse(flag, [&](Realm::CommandLineParser& p, const char* f) { p.add_option_bool(f, is_ignored); });
  }
  use_ext_sysmem = ext_sysmem != 0;
  defers_allocation = defalloc != 0;
  if (cpu < 0 || util < 0 || io < 0)
    fatal_error("error: `-ll:cpu`, `-ll:util` and `-ll:io` need a number from 0");
  if (cpu + util + io == 0) fatal_error("error: `-ll:cpu`, `-ll:util` and `-ll:io` are all 0");
  if (cpu + util + io > 4096) fatal_error("error: more than 4096 processors are asked for");
  if (stack_size < 16 << 10) fatal_error("error: `-ll:stacksize` needs at least 16k");
}

void refuse_other_flags(const std::vector<std::string>& words) {
  // What a value other than 0 asks for.
  static const std::pair<const char*, const char*> kUnserved[] = {
      {"-ll:py", "Python processors"},
      {"-ll:gsize", "memory that spans processes"},
  };
  // Settings of such parts, which say nothing while the part is not asked for.
  static const char* const kDependent[] = {
      "-ll:pystack",
      "-ll:pynuma",
      "-ll:pyimport",
  };
  for (size_t k = 0; k < words.size(); ++k) {
    const std::string& word = words[k];
    if (word.rfind("-ll:", 0) != 0) continue;
    bool is_known = false;
    for (const auto& [flag, what] : kUnserved) {
      if (word != flag) continue;
      is_known = true;
      const bool is_off = k + 1 < words.size() && words[k + 1] == "0";
      if (!is_off) fatal_error("error: `%s` asks for %s, which this runtime does not have", flag, what);
    }
    for (const char* flag : kDependent) is_known |= word == flag;
    if (!is_known) {
      std::fprintf(stderr, "warning: `%s` is no flag of this runtime and has no effect\n", word.c_str());
    }
  }
}

}  // namespace palatine::realm
