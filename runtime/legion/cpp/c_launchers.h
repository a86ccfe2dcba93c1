// What the functions for launchers of all kinds share, for C (legion/legion_c_launch.h).
#pragma once

#include "runtime/legion/cpp/c_handles.h"

namespace Legion::Internal {

// Ends the program when there is no such requirement.
inline RegionRequirement& requirement_of(std::vector<RegionRequirement>& requirements, unsigned index) {
  if (index >= requirements.size())
    palatine::realm::fatal_error("error: a launcher has %zu region requirements, but no number %u",
                                 requirements.size(), index);
  return requirements[index];
}
inline unsigned add_requirement(std::vector<RegionRequirement>& requirements, RegionRequirement added) {
  requirements.push_back(std::move(added));
  return static_cast<unsigned>(requirements.size() - 1);
}
// Number `index`, or the next one.
inline void set_requirement(std::vector<RegionRequirement>& requirements, unsigned index,
                            RegionRequirement changed) {
  if (index == requirements.size()) requirements.emplace_back();
  requirement_of(requirements, index) = std::move(changed);
}

}  // namespace Legion::Internal

#define PALATINE_C_LAUNCHER(kind, Type)                                             \
  void legion_##kind##_launcher_destroy(legion_##kind##_launcher_t handle) {        \
    delete &object<Type>(handle);                                                   \
  }                                                                                 \
  void legion_##kind##_launcher_set_mapper_arg(legion_##kind##_launcher_t launcher, \
                                               legion_untyped_buffer_t arg) {       \
    object<Type>(launcher).map_arg = from_c(arg);                                   \
  }                                                                                 \
  void legion_##kind##_launcher_set_provenance(legion_##kind##_launcher_t launcher, \
                                               const char* provenance) {            \
    object<Type>(launcher).provenance = provenance;                                 \
  }

#define PALATINE_C_BARRIERS(kind, Type)                                                  \
  void legion_##kind##_launcher_add_wait_barrier(legion_##kind##_launcher_t launcher,    \
                                                 legion_phase_barrier_t bar) {           \
    object<Type>(launcher).add_wait_barrier(from_c(bar));                                \
  }                                                                                      \
  void legion_##kind##_launcher_add_arrival_barrier(legion_##kind##_launcher_t launcher, \
                                                    legion_phase_barrier_t bar) {        \
    object<Type>(launcher).add_arrival_barrier(from_c(bar));                             \
  }
