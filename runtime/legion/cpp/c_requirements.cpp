// Region requirements, the points of domains and messages for C (legion/legion_c_requirements.h).
#include "runtime/legion/cpp/c_handles.h"
#include "runtime/legion/cpp/running_task.h"

using namespace Legion;
using namespace Legion::Internal;

// ---- requirements

legion_region_requirement_t legion_region_requirement_create_logical_region(
    legion_logical_region_t handle, legion_privilege_mode_t priv, legion_coherence_property_t prop,
    legion_logical_region_t parent, legion_mapping_tag_id_t tag, bool verified) {
  return {new RegionRequirement(from_c(handle), priv, prop, from_c(parent), tag, verified)};
}
legion_region_requirement_t legion_region_requirement_create_logical_region_projection(
    legion_logical_region_t handle, legion_projection_id_t proj, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified) {
  return {new RegionRequirement(from_c(handle), proj, priv, prop, from_c(parent), tag, verified)};
}
legion_region_requirement_t legion_region_requirement_create_logical_partition(
    legion_logical_partition_t handle, legion_projection_id_t proj, legion_privilege_mode_t priv,
    legion_coherence_property_t prop, legion_logical_region_t parent, legion_mapping_tag_id_t tag,
    bool verified) {
  return {new RegionRequirement(from_c(handle), proj, priv, prop, from_c(parent), tag, verified)};
}
void legion_region_requirement_destroy(legion_region_requirement_t handle) {
  delete &object<RegionRequirement>(handle);
}
void legion_region_requirement_add_field(legion_region_requirement_t handle, legion_field_id_t field,
                                         bool instance_field) {
  object<RegionRequirement>(handle).add_field(field, instance_field);
}
void legion_region_requirement_add_flags(legion_region_requirement_t handle, legion_region_flags_t flags) {
  object<RegionRequirement>(handle).add_flags(flags);
}
legion_logical_region_t legion_region_requirement_get_region(legion_region_requirement_t handle) {
  return to_c(object<RegionRequirement>(handle).region);
}
legion_logical_region_t legion_region_requirement_get_parent(legion_region_requirement_t handle) {
  return to_c(object<RegionRequirement>(handle).parent);
}
legion_logical_partition_t legion_region_requirement_get_partition(legion_region_requirement_t handle) {
  return to_c(object<RegionRequirement>(handle).partition);
}
#define PALATINE_FIELDS_OF(kind)                                                                             \
  unsigned legion_region_requirement_get_##kind##_fields_size(legion_region_requirement_t handle) {          \
    return static_cast<unsigned>(object<RegionRequirement>(handle).kind##_fields.size());                    \
  }                                                                                                          \
  void legion_region_requirement_get_##kind##_fields(legion_region_requirement_t handle,                     \
                                                     legion_field_id_t* fields, unsigned fields_size) {      \
    const auto& known = object<RegionRequirement>(handle).kind##_fields;                                     \
    std::copy_n(known.begin(), std::min<size_t>(fields_size, known.size()), fields);                         \
  }                                                                                                          \
  legion_field_id_t legion_region_requirement_get_##kind##_field(legion_region_requirement_t handle,         \
                                                                 unsigned idx) {                             \
    const auto& known = object<RegionRequirement>(handle).kind##_fields;                                     \
    if (idx >= known.size())                                                                                 \
      palatine::realm::fatal_error("error: a region requirement has %zu " #kind " fields, but no number %u", \
                                   known.size(), idx);                                                       \
    return *std::next(known.begin(), static_cast<int>(idx));                                                 \
  }
PALATINE_FIELDS_OF(privilege)
PALATINE_FIELDS_OF(instance)
#undef PALATINE_FIELDS_OF
legion_privilege_mode_t legion_region_requirement_get_privilege(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).privilege;
}
legion_coherence_property_t legion_region_requirement_get_prop(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).prop;
}
legion_reduction_op_id_t legion_region_requirement_get_redop(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).redop;
}
legion_mapping_tag_id_t legion_region_requirement_get_tag(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).tag;
}
legion_handle_type_t legion_region_requirement_get_handle_type(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).handle_type;
}
legion_projection_id_t legion_region_requirement_get_projection(legion_region_requirement_t handle) {
  return object<RegionRequirement>(handle).projection;
}
legion_region_requirement_t legion_task_get_requirement(legion_task_t handle, unsigned idx) {
  Task& task = object<Task>(handle);
  if (idx >= task.regions.size())
    palatine::realm::fatal_error("error: task `%s` has %zu region requirements, but asks for number %u",
                                 task.get_task_name(), task.regions.size(), idx);
  return {&task.regions[idx]};
}

// ---- the points of a domain

legion_domain_point_iterator_t legion_domain_point_iterator_create(legion_domain_t handle) {
  return {new Domain::DomainPointIterator(from_c(handle))};
}
void legion_domain_point_iterator_destroy(legion_domain_point_iterator_t handle) {
  delete &object<Domain::DomainPointIterator>(handle);
}
bool legion_domain_point_iterator_has_next(legion_domain_point_iterator_t handle) {
  return static_cast<bool>(object<Domain::DomainPointIterator>(handle));
}
legion_domain_point_t legion_domain_point_iterator_next(legion_domain_point_iterator_t handle) {
  Domain::DomainPointIterator& iterator = object<Domain::DomainPointIterator>(handle);
  if (!iterator) palatine::realm::fatal_error("the iterator is at its end");
  const legion_domain_point_t point = to_c(*iterator);
  iterator++;
  return point;
}
legion_domain_point_t legion_domain_point_safe_cast(legion_runtime_t, legion_context_t ctx,
                                                    legion_domain_point_t point,
                                                    legion_logical_region_t region) {
  return to_c(the_runtime()->safe_cast(c_context(ctx, "legion_domain_point_safe_cast"), from_c(point),
                                       from_c(region)));
}
legion_domain_t legion_domain_from_index_space(legion_runtime_t runtime, legion_index_space_t is) {
  return legion_index_space_get_domain(runtime, is);
}
bool legion_domain_is_dense(legion_domain_t d) {
  return d.is_id == 0;
}

// ---- messages

legion_logger_t legion_logger_create(const char* name) {
  return {new Logger(name)};
}
void legion_logger_destroy(legion_logger_t handle) {
  delete &object<Logger>(handle);
}
#define PALATINE_LEVEL(level)                                               \
  void legion_logger_##level(legion_logger_t handle, const char* message) { \
    object<Logger>(handle).level() << message;                              \
  }                                                                         \
  bool legion_logger_want_##level(legion_logger_t handle) {                 \
    return object<Logger>(handle).want_##level();                           \
  }
PALATINE_LEVEL(spew)
PALATINE_LEVEL(debug)
PALATINE_LEVEL(info)
PALATINE_LEVEL(print)
PALATINE_LEVEL(warning)
PALATINE_LEVEL(error)
PALATINE_LEVEL(fatal)
#undef PALATINE_LEVEL
