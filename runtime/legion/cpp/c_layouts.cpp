// Layouts, execution constraints and variants for C (legion/legion_c_layouts.h).
#include "runtime/legion/cpp/c_handles.h"

using namespace Legion;
using namespace Legion::Internal;

static LayoutConstraintSet& layout(legion_layout_constraint_set_t handle) {
  return object<LayoutConstraintSet>(handle);
}
static ExecutionConstraintSet& execution(legion_execution_constraint_set_t handle) {
  return object<ExecutionConstraintSet>(handle);
}

// ---- layouts

legion_layout_constraint_set_t legion_layout_constraint_set_create(void) {
  return {new LayoutConstraintSet};
}
void legion_layout_constraint_set_destroy(legion_layout_constraint_set_t handle) {
  delete &layout(handle);
}
legion_layout_constraint_id_t legion_layout_constraint_set_register(legion_runtime_t,
                                                                    legion_field_space_t fspace,
                                                                    legion_layout_constraint_set_t handle,
                                                                    const char* layout_name) {
  LayoutConstraintRegistrar registrar(from_c(fspace), layout_name);
  registrar.layout_constraints = layout(handle);
  return the_runtime()->register_layout(registrar);
}
legion_layout_constraint_id_t legion_layout_constraint_set_preregister(legion_layout_constraint_set_t handle,
                                                                       const char* layout_name) {
  LayoutConstraintRegistrar registrar(FieldSpace::NO_SPACE, layout_name);
  registrar.layout_constraints = layout(handle);
  return Runtime::preregister_layout(registrar);
}
void legion_layout_constraint_set_release(legion_runtime_t, legion_layout_constraint_id_t handle) {
  the_runtime()->release_layout(handle);
}
void legion_layout_constraint_set_add_specialized_constraint(legion_layout_constraint_set_t handle,
                                                             legion_specialized_constraint_t specialized,
                                                             legion_reduction_op_id_t redop) {
  layout(handle).add_constraint(SpecializedConstraint(specialized, redop));
}
void legion_layout_constraint_set_add_memory_constraint(legion_layout_constraint_set_t handle,
                                                        legion_memory_kind_t kind) {
  layout(handle).add_constraint(MemoryConstraint(static_cast<Memory::Kind>(kind)));
}
void legion_layout_constraint_set_add_field_constraint(legion_layout_constraint_set_t handle,
                                                       const legion_field_id_t* fields, size_t num_fields,
                                                       bool contiguous, bool inorder) {
  layout(handle).add_constraint(
      FieldConstraint(std::vector<FieldID>(fields, fields + num_fields), contiguous, inorder));
}
void legion_layout_constraint_set_add_ordering_constraint(legion_layout_constraint_set_t handle,
                                                          const legion_dimension_kind_t* dims,
                                                          size_t num_dims, bool contiguous) {
  layout(handle).add_constraint(
      OrderingConstraint(std::vector<DimensionKind>(dims, dims + num_dims), contiguous));
}
void legion_layout_constraint_set_add_tiling_constraint(legion_layout_constraint_set_t handle,
                                                        legion_dimension_kind_t dim, size_t value,
                                                        bool tiles) {
  layout(handle).add_constraint(TilingConstraint(dim, value, tiles));
}
void legion_layout_constraint_set_add_dimension_constraint(legion_layout_constraint_set_t handle,
                                                           legion_dimension_kind_t dim,
                                                           legion_equality_kind_t eq, size_t value) {
  layout(handle).add_constraint(DimensionConstraint(dim, eq, value));
}
void legion_layout_constraint_set_add_alignment_constraint(legion_layout_constraint_set_t handle,
                                                           legion_field_id_t field, legion_equality_kind_t eq,
                                                           size_t byte_boundary) {
  layout(handle).add_constraint(AlignmentConstraint(field, eq, byte_boundary));
}
void legion_layout_constraint_set_add_offset_constraint(legion_layout_constraint_set_t handle,
                                                        legion_field_id_t field, size_t offset) {
  layout(handle).add_constraint(OffsetConstraint(field, offset));
}
void legion_layout_constraint_set_add_pointer_constraint(legion_layout_constraint_set_t handle,
                                                         legion_memory_t memory, uintptr_t ptr) {
  layout(handle).add_constraint(PointerConstraint(from_c(memory), ptr));
}

// ---- execution constraints

void legion_execution_constraint_set_add_resource_constraint(legion_execution_constraint_set_t handle,
                                                             legion_resource_constraint_t resource,
                                                             legion_equality_kind_t eq, size_t value) {
  execution(handle).add_constraint(ResourceConstraint(resource, eq, value));
}
void legion_execution_constraint_set_add_launch_constraint(legion_execution_constraint_set_t handle,
                                                           legion_launch_constraint_t kind, size_t value) {
  execution(handle).add_constraint(LaunchConstraint(kind, value));
}
void legion_execution_constraint_set_add_launch_constraint_multi_dim(legion_execution_constraint_set_t handle,
                                                                     legion_launch_constraint_t kind,
                                                                     const size_t* values, int dims) {
  execution(handle).add_constraint(LaunchConstraint(kind, values, dims));
}
void legion_execution_constraint_set_add_colocation_constraint(legion_execution_constraint_set_t handle,
                                                               const unsigned* indexes, size_t num_indexes,
                                                               const legion_field_id_t* fields,
                                                               size_t num_fields) {
  execution(handle).add_constraint(ColocationConstraint(std::vector<unsigned>(indexes, indexes + num_indexes),
                                                        std::set<FieldID>(fields, fields + num_fields)));
}

// ---- variants

namespace {

// Names are the registrar's own.
struct Registrar {
  std::string name;
  TaskVariantRegistrar made;
};

// A result's size is found out when a task ends: what the registrar says of it is not needed.
VariantID add_variant(legion_task_variant_registrar_t handle, legion_task_pointer_wrapped_t code,
                      VariantID variant, const char* task_name, const void* data, size_t bytes) {
  Registrar& registrar = object<Registrar>(handle);
  if (!registrar.name.empty()) registrar.made.task_variant_name = registrar.name.c_str();
  return Runtime::preregister_task_variant(registrar.made, CodeDescriptor(code), data, bytes, task_name,
                                           variant);
}

}  // namespace

legion_task_variant_registrar_t legion_task_variant_registrar_create(legion_task_id_t tid, bool global,
                                                                     const char* variant_name) {
  return {new Registrar{variant_name ? variant_name : "", TaskVariantRegistrar(tid, global)}};
}
void legion_task_variant_registrar_destroy(legion_task_variant_registrar_t registrar) {
  delete &object<Registrar>(registrar);
}
void legion_task_variant_registrar_set_options(legion_task_variant_registrar_t registrar,
                                               legion_task_config_options_t options) {
  TaskVariantRegistrar& made = object<Registrar>(registrar).made;
  made.set_leaf(options.leaf);
  made.set_inner(options.inner);
  made.set_idempotent(options.idempotent);
  made.set_replicable(options.replicable);
}
void legion_task_variant_registrar_set_execution_constraints(legion_task_variant_registrar_t registrar,
                                                             legion_execution_constraint_set_t constraints) {
  object<Registrar>(registrar).made.execution_constraints = execution(constraints);
}
void legion_task_variant_registrar_set_layout_constraints(legion_task_variant_registrar_t registrar,
                                                          legion_task_layout_constraint_set_t constraints) {
  object<Registrar>(registrar).made.layout_constraints = object<TaskLayoutConstraintSet>(constraints);
}
void legion_task_variant_registrar_set_leaf_memory_pool_bounds(legion_task_variant_registrar_t registrar,
                                                               legion_memory_kind_t kind, size_t size,
                                                               unsigned alignment) {
  object<Registrar>(registrar).made.leaf_pool_bounds[static_cast<Memory::Kind>(kind)] =
      PoolBounds(size, alignment ? alignment : 16);
}
legion_variant_id_t legion_runtime_register_task_variant_fnptr_with_registrar(
    legion_runtime_t, legion_task_variant_registrar_t registrar,
    legion_task_pointer_wrapped_t wrapped_task_pointer, legion_variant_id_t variant_id, const void* userdata,
    size_t userlen, size_t, bool) {
  return add_variant(registrar, wrapped_task_pointer, variant_id, nullptr, userdata, userlen);
}
legion_variant_id_t legion_runtime_preregister_task_variant_fnptr_with_registrar(
    legion_task_variant_registrar_t registrar, legion_task_pointer_wrapped_t wrapped_task_pointer,
    legion_variant_id_t variant_id, const char* task_name, const void* userdata, size_t userlen, size_t,
    bool) {
  return add_variant(registrar, wrapped_task_pointer, variant_id, task_name, userdata, userlen);
}
