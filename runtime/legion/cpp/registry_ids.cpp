// Ids that the runtime gives out, and registered layouts.
#include <mutex>

#include "runtime/legion/cpp/registry.h"
#include "runtime/realm/fatal.h"

namespace Legion {

using Internal::Registry;

namespace {

// Ids of a kind, `count` in a row. They lie above those that applications choose.
unsigned next_ids(const char* kind, unsigned first, size_t count) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  unsigned& next = registry.next_ids.try_emplace(kind, first).first->second;
  const unsigned id = next;
  next += static_cast<unsigned>(count);
  return id;
}

// The same ids for the same library.
unsigned library_ids(const char* kind, const char* library, size_t count) {
  const std::string name = std::string(kind) + " of " + library;
  {
    Registry& registry = Registry::get();
    std::shared_lock lock(registry.mutex);
    auto known = registry.library_ids.find(name);
    if (known != registry.library_ids.end()) return known->second;
  }
  const std::string all = std::string("library ") + kind;
  const unsigned id = next_ids(all.c_str(), LEGION_INITIAL_LIBRARY_ID_OFFSET, count);
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  return registry.library_ids.try_emplace(name, id).first->second;
}

constexpr unsigned kFirst = LEGION_MAX_APPLICATION_TASK_ID + 4096;

}  // namespace

#define LEGION_IDS(Type, name)                                                                         \
  Type Internal::RegistrationCalls::generate_dynamic_##name##_id() {                                   \
    return static_cast<Type>(next_ids(#name, kFirst, 1));                                              \
  }                                                                                                    \
  Type Internal::RegistrationCalls::generate_static_##name##_id() {                                    \
    return static_cast<Type>(next_ids(#name, kFirst, 1));                                              \
  }                                                                                                    \
  Type Internal::RegistrationCalls::generate_library_##name##_ids(const char* library, size_t count) { \
    return static_cast<Type>(library_ids(#name, library, count));                                      \
  }
LEGION_IDS(TaskID, task)
LEGION_IDS(MapperID, mapper)
LEGION_IDS(ProjectionID, projection)
LEGION_IDS(ShardingID, sharding)
LEGION_IDS(ConcurrentID, concurrent)
LEGION_IDS(ReductionOpID, reduction)
LEGION_IDS(CustomSerdezID, serdez)
LEGION_IDS(TraceID, trace)
#undef LEGION_IDS

LayoutConstraintID Internal::RegistrationCalls::preregister_layout(const LayoutConstraintRegistrar& registrar,
                                                                   LayoutConstraintID id) {
  if (id == LEGION_AUTO_GENERATE_ID) id = next_ids("layout", kFirst, 1);
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  Registry::Layout layout{registrar.layout_constraints, registrar.handle,
                          registrar.layout_name ? registrar.layout_name : ""};
  if (!registry.layouts.try_emplace(id, std::move(layout)).second)
    palatine::realm::fatal_error("error: layout %lu is registered twice", id);
  return id;
}

static Registry::Layout& layout_of(LayoutConstraintID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.layouts.find(id);
  if (found == registry.layouts.end())
    palatine::realm::fatal_error("error: no layout with id %lu is registered", id);
  return found->second;
}

void Internal::RegistrationCalls::release_layout(LayoutConstraintID id) {
  layout_of(id);
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  registry.layouts.erase(id);
}

FieldSpace Internal::RegistrationCalls::get_layout_constraint_field_space(LayoutConstraintID id) {
  return layout_of(id).fields;
}

void Internal::RegistrationCalls::get_layout_constraints(LayoutConstraintID id,
                                                         LayoutConstraintSet& constraints) {
  constraints = layout_of(id).constraints;
}

const char* Internal::RegistrationCalls::get_layout_constraints_name(LayoutConstraintID id) {
  return layout_of(id).name.c_str();
}

}  // namespace Legion
