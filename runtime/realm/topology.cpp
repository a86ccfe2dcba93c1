#include "runtime/realm/topology.h"

#include <dlfcn.h>
#include <hwloc.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/realm/machine.h"

namespace palatine::realm {

namespace {

// Functions of the library, by their own names.
struct Library {
  void* handle = dlopen("libhwloc.so.15", RTLD_NOW | RTLD_LOCAL);

  template <typename F>
  bool find(F& function, const char* name) {
    function = reinterpret_cast<F>(handle ? dlsym(handle, name) : nullptr);
    return function != nullptr;
  }
};

#define PALATINE_HWLOC(name) decltype(&::name) name = nullptr

struct Functions {
  PALATINE_HWLOC(hwloc_topology_init);
  PALATINE_HWLOC(hwloc_topology_load);
  PALATINE_HWLOC(hwloc_topology_destroy);
  PALATINE_HWLOC(hwloc_get_type_depth);
  PALATINE_HWLOC(hwloc_get_nbobjs_by_depth);
  PALATINE_HWLOC(hwloc_get_obj_by_depth);
  PALATINE_HWLOC(hwloc_bitmap_isset);
  PALATINE_HWLOC(hwloc_distances_get);
  PALATINE_HWLOC(hwloc_distances_release);

  bool find_all(Library& library) {
    return library.find(hwloc_topology_init, "hwloc_topology_init") &&
           library.find(hwloc_topology_load, "hwloc_topology_load") &&
           library.find(hwloc_topology_destroy, "hwloc_topology_destroy") &&
           library.find(hwloc_get_type_depth, "hwloc_get_type_depth") &&
           library.find(hwloc_get_nbobjs_by_depth, "hwloc_get_nbobjs_by_depth") &&
           library.find(hwloc_get_obj_by_depth, "hwloc_get_obj_by_depth") &&
           library.find(hwloc_bitmap_isset, "hwloc_bitmap_isset") &&
           library.find(hwloc_distances_get, "hwloc_distances_get") &&
           library.find(hwloc_distances_release, "hwloc_distances_release");
  }
};

#undef PALATINE_HWLOC

cpu_set_t allowed_set() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    CPU_ZERO(&set);
    for (long k = 0; k < sysconf(_SC_NPROCESSORS_ONLN) && k < CPU_SETSIZE; ++k) CPU_SET(k, &set);
  }
  return set;
}

bool discover_with_hwloc(Topology& found) {
  Library library;
  Functions hwloc;
  hwloc_topology_t machine;
  if (!hwloc.find_all(library) || hwloc.hwloc_topology_init(&machine) != 0) return false;
  if (hwloc.hwloc_topology_load(machine) != 0) {
    hwloc.hwloc_topology_destroy(machine);
    return false;
  }
  auto count = [&](hwloc_obj_type_t type) {
    const int depth = hwloc.hwloc_get_type_depth(machine, type);
    return depth == HWLOC_TYPE_DEPTH_UNKNOWN ? 0u : hwloc.hwloc_get_nbobjs_by_depth(machine, depth);
  };
  auto object = [&](hwloc_obj_type_t type, unsigned k) {
    return hwloc.hwloc_get_obj_by_depth(machine, hwloc.hwloc_get_type_depth(machine, type), k);
  };
  found.core_count = static_cast<int>(count(HWLOC_OBJ_CORE));
  found.cpu_count = static_cast<int>(count(HWLOC_OBJ_PU));
  const hwloc_obj_type_t caches[] = {HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE};
  for (int level = 0; level < 3; ++level) {
    if (count(caches[level]) > 0) found.cache_bytes[level] = object(caches[level], 0)->attr->cache.size;
  }
  const cpu_set_t allowed = allowed_set();
  std::vector<hwloc_obj_t> nodes;
  for (unsigned k = 0; k < count(HWLOC_OBJ_NUMANODE); ++k) {
    const hwloc_obj_t node = object(HWLOC_OBJ_NUMANODE, k);
    NumaNode entry{static_cast<int>(node->os_index), node->attr->numanode.local_memory, {}, 0};
    CPU_ZERO(&entry.cpus);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (!CPU_ISSET(cpu, &allowed) || !hwloc.hwloc_bitmap_isset(node->cpuset, cpu)) continue;
      CPU_SET(cpu, &entry.cpus);
      ++entry.cpu_count;
    }
    found.nodes.push_back(entry);
    nodes.push_back(node);
  }
  unsigned matrices = 1;
  hwloc_distances_s* distances = nullptr;
  if (hwloc.hwloc_distances_get(machine, &matrices, &distances,
                                HWLOC_DISTANCES_KIND_FROM_OS | HWLOC_DISTANCES_KIND_MEANS_LATENCY, 0) == 0 &&
      matrices > 0 && distances) {
    // In the order of our nodes.
    auto place = [&](hwloc_obj_t node) {
      return std::find(distances->objs, distances->objs + distances->nbobjs, node) - distances->objs;
    };
    const auto total = static_cast<std::ptrdiff_t>(distances->nbobjs);
    for (hwloc_obj_t from : nodes) {
      for (hwloc_obj_t to : nodes) {
        const auto row = place(from), column = place(to);
        found.distances.push_back(row < total && column < total ? distances->values[row * total + column]
                                                                : 20);
      }
    }
    hwloc.hwloc_distances_release(machine, distances);
  }
  hwloc.hwloc_topology_destroy(machine);
  // Nodes of unknown size are of no use to anybody who wants memory on them.
  return std::any_of(found.nodes.begin(), found.nodes.end(), [](const NumaNode& n) { return n.bytes > 0; });
}

}  // namespace

Topology discover_topology() {
  Topology found;
  if (discover_with_hwloc(found)) return found;
  found = Topology();
  NumaNode all{0, allowed_memory_bytes(), allowed_set(), 0};
  all.cpu_count = CPU_COUNT(&all.cpus);
  found.core_count = found.cpu_count = all.cpu_count;
  found.nodes.push_back(all);
  return found;
}

const Topology& topology() {
  static const Topology instance = discover_topology();
  return instance;
}

bool bind_bytes_to_node(void* bytes, size_t size_bytes, int node_number) {
  constexpr int kBits = 1024;
  constexpr int kWordBits = 8 * sizeof(unsigned long);
  unsigned long mask[kBits / kWordBits] = {};
  if (node_number < 0 || node_number >= kBits) return false;
  mask[node_number / kWordBits] |= 1ul << (node_number % kWordBits);
  return syscall(SYS_mbind, bytes, size_bytes, MPOL_BIND, mask, kBits, 0) == 0;
}

}  // namespace palatine::realm
