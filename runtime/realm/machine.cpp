#include "runtime/realm/machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <string>

namespace palatine::realm {

namespace {

// The first line of a file; empty when there is no such file.
std::string first_line(const std::string& path) {
  std::string text;
  if (FILE* file = fopen(path.c_str(), "re")) {
    char buffer[256];
    if (fgets(buffer, sizeof buffer, file)) text = buffer;
    fclose(file);
  }
  return text;
}

// Calls `visit(directory)` for the process's control group of a controller and for each group above it.
// Version 2 has one hierarchy, version 1 one for each controller.
template <typename Visit>
void for_each_cgroup(const char* controller, Visit visit) {
  FILE* file = fopen("/proc/self/cgroup", "re");
  if (!file) return;
  char line[4096];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    char* controllers = strchr(line, ':');
    char* path = controllers ? strchr(controllers + 1, ':') : nullptr;
    if (!path) continue;
    *path++ = 0;
    ++controllers;
    std::string root;
    if (*controllers == 0) {
      root = "/sys/fs/cgroup";
    } else if (("," + std::string(controllers) + ",").find("," + std::string(controller) + ",") !=
               std::string::npos) {
      root = std::string("/sys/fs/cgroup/") + controller;
    } else {
      continue;
    }
    for (std::string group = path;;) {
      visit(root + group);
      if (group.empty() || group == "/") break;
      group.resize(group.rfind('/'));
    }
  }
  fclose(file);
}

}  // namespace

int allowed_cpus() {
  cpu_set_t set;
  long cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
  double quota_cpus = static_cast<double>(cpus);
  for_each_cgroup("cpu", [&](const std::string& group) {
    double quota, period;
    if (sscanf(first_line(group + "/cpu.max").c_str(), "%lf %lf", &quota, &period) == 2 && period > 0) {
      quota_cpus = std::min(quota_cpus, quota / period);
    }
    quota = atof(first_line(group + "/cpu.cfs_quota_us").c_str());
    period = atof(first_line(group + "/cpu.cfs_period_us").c_str());
    if (quota > 0 && period > 0) quota_cpus = std::min(quota_cpus, quota / period);
  });
  return std::max(1, static_cast<int>(quota_cpus + 0.5));
}

uint64_t allowed_memory_bytes() {
  uint64_t bytes =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  for_each_cgroup("memory", [&](const std::string& group) {
    for (const char* name : {"/memory.max", "/memory.limit_in_bytes"}) {
      uint64_t limit = strtoull(first_line(group + name).c_str(), nullptr, 10);
      if (limit > 0) bytes = std::min(bytes, limit);
    }
  });
  return bytes;
}

}  // namespace palatine::realm
