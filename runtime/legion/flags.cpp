#include "runtime/legion/flags.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace palatine::legion {

namespace {

bool starts_with(const char* text, const char* prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

// Flags without a value; all others of these families take one.
bool is_switch(const char* flag) {
  static const char* const kSwitches[] = {
      "-ll:force_kthreads", "-ll:ht_sharing_off",   "-ll:show_rsrv",
      "-lg:warn",           "-lg:warn_backtrace",   "-lg:leaks",
      "-lg:separate",       "-lg:registration",     "-lg:nosteal",
      "-lg:inorder",        "-lg:safe_mapper",      "-lg:unsafe_mapper",
      "-lg:safe_ctrlrepl",  "-lg:no_dyn",           "-lg:spy",
      "-lg:safe_tracing",   "-lg:no_fence_elision", "-lg:no_auto_tracing",
      "-dm:memoize",        "-dm:exact_region",     "-lg:no_trace_optimization",
      "-dm:replicate",      "-ll:okindhack",
  };
  for (const char* name : kSwitches) {
    if (strcmp(flag, name) == 0) return true;
  }
  return false;
}

// What runtime/realm/gpu/gpu_config.h understands.
bool is_about_gpus(const char* flag) {
  static const char* const kFlags[] = {"-ll:gpu",      "-ll:gpu_ids",  "-ll:fsize",   "-ll:zsize",
                                       "-ll:ib_fsize", "-ll:ib_zsize", "-ll:streams", "-ll:d2d_streams"};
  for (const char* name : kFlags) {
    if (strcmp(flag, name) == 0) return true;
  }
  return false;
}

[[noreturn]] void fail(const char* flag, const char* value, const char* wanted) {
  fprintf(stderr, "error: `%s` needs %s, got `%s`\n", flag, wanted, value ? value : "");
  exit(2);
}

uint64_t number(const char* flag, const char* value, uint64_t least, uint64_t most) {
  char* end = nullptr;
  unsigned long long n = value ? strtoull(value, &end, 10) : 0;
  if (!value || end == value || *end || *value == '-' || n < least || n > most) {
    std::string wanted = "a number from " + std::to_string(least) + " to " + std::to_string(most);
    fail(flag, value, wanted.c_str());
  }
  return n;
}

// MiB without a unit; k, m and g are accepted.
uint64_t size_bytes(const char* flag, const char* value) {
  char* end = nullptr;
  unsigned long long n = value ? strtoull(value, &end, 10) : 0;
  int shift = 20;
  if (value && end != value && *end && !end[1]) {
    switch (*end) {
      case 'k':
      case 'K':
        shift = 10;
        ++end;
        break;
      case 'm':
      case 'M':
        shift = 20;
        ++end;
        break;
      case 'g':
      case 'G':
        shift = 30;
        ++end;
        break;
      default:
        break;
    }
  }
  if (!value || end == value || *end || *value == '-' || n > UINT64_MAX >> shift) {
    fail(flag, value, "a size in MiB, or with a unit (k, m, g)");
  }
  return static_cast<uint64_t>(n) << shift;
}

}  // namespace

Options parse_flags(int argc, char** argv, std::vector<char*>& arguments) {
  Options options;
  // -1: not given. OpenMP processors are groups of workers.
  int cpus = -1, groups = 0, threads = 2;
  for (int k = 0; k < argc; ++k) {
    const char* flag = argv[k];
    if (k > 0 && starts_with(flag, "--gpu=")) {
      options.gpu_flags.push_back(flag);
      continue;
    }
    bool is_ours = k > 0 && (starts_with(flag, "-ll:") || starts_with(flag, "-lg:") ||
                             starts_with(flag, "-dm:") || starts_with(flag, "-realm:") ||
                             starts_with(flag, "-cuda:") || strcmp(flag, "-level") == 0 ||
                             strcmp(flag, "-logfile") == 0 || strcmp(flag, "-errlevel") == 0);
    if (!is_ours) {
      arguments.push_back(argv[k]);
      continue;
    }
    if (strcmp(flag, "-lg:check") == 0) {
      options.checks_schedule = true;
      continue;
    }
    if (strcmp(flag, "-lg:no_tracing") == 0 || strcmp(flag, "-lg:no_physical_tracing") == 0) {
      options.traces = false;
      continue;
    }
    if (strcmp(flag, "-lg:no_graphs") == 0) {
      options.graphs = false;
      continue;
    }
    if (is_switch(flag)) continue;
    const char* value = k + 1 < argc ? argv[++k] : nullptr;
    if (is_about_gpus(flag)) {
      options.gpu_flags.push_back(flag);
      if (value) options.gpu_flags.push_back(value);
    }
    if (strcmp(flag, "-ll:cpu") == 0) {
      cpus = static_cast<int>(number(flag, value, 0, 1024));
    } else if (strcmp(flag, "-ll:ocpu") == 0) {
      groups = static_cast<int>(number(flag, value, 0, 64));
    } else if (strcmp(flag, "-ll:othr") == 0) {
      threads = static_cast<int>(number(flag, value, 1, 1024));
    } else if (strcmp(flag, "-ll:io") == 0) {
      options.io_workers = static_cast<int>(number(flag, value, 0, 1024));
    } else if (strcmp(flag, "-ll:csize") == 0) {
      options.memory_bytes = size_bytes(flag, value);
      // 0 bytes would mean the default.
      if (options.memory_bytes == 0) options.memory_bytes = 1;
    } else if (strcmp(flag, "-ll:stacksize") == 0) {
      options.stack_bytes = size_bytes(flag, value);
      if (options.stack_bytes < 64 << 10) fail(flag, value, "at least 64k");
    } else if (strcmp(flag, "-lg:window") == 0) {
      options.window = static_cast<uint32_t>(number(flag, value, 1, 1u << 30));
    } else if (strcmp(flag, "-lg:grain") == 0) {
      options.grain = static_cast<uint32_t>(number(flag, value, 1, 1u << 20));
      if (!std::has_single_bit(options.grain)) fail(flag, value, "a power of two");
    }
  }
  arguments.push_back(nullptr);
  if (cpus >= 0) {
    if (cpus == 0 && groups == 0)
      fail("-ll:cpu", "0", "a number from 1 to 1024, or OpenMP processors (-ll:ocpu)");
    options.workers = std::min(cpus + groups * threads, 1024);
  }
  return options;
}

}  // namespace palatine::legion
