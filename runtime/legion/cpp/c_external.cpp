// Attachments and output regions for C (legion/legion_c_external.h).
#include <string>

#include "runtime/legion/cpp/c_handles.h"

using namespace Legion;
using namespace Legion::Internal;

// ---- one region

namespace {

// One attachment for each array: what is attached at once has one layout.
struct ArrayAttachment {
  struct Field {
    legion_field_id_t id;
    void* base;
    bool is_column_major;
  };
  AttachLauncher launcher;
  std::vector<Field> fields;
  bool is_file = false;
};

// The strings that launchers point to belong to the map.
struct FieldMap {
  std::map<FieldID, std::string> names;
  std::map<FieldID, const char*> pointers() const {
    std::map<FieldID, const char*> list;
    for (const auto& [field, name] : names) list[field] = name.c_str();
    return list;
  }
};

}  // namespace

legion_attach_launcher_t legion_attach_launcher_create(legion_logical_region_t logical_region,
                                                       legion_logical_region_t parent_region,
                                                       legion_external_resource_t resource) {
  return {new ArrayAttachment{AttachLauncher(resource, from_c(logical_region), from_c(parent_region)), {}}};
}
void legion_attach_launcher_destroy(legion_attach_launcher_t handle) {
  delete &object<ArrayAttachment>(handle);
}
void legion_attach_launcher_add_cpu_soa_field(legion_attach_launcher_t launcher, legion_field_id_t fid,
                                              void* base_ptr, bool column_major) {
  object<ArrayAttachment>(launcher).fields.push_back({fid, base_ptr, column_major});
}
void legion_attach_launcher_set_restricted(legion_attach_launcher_t handle, bool restricted) {
  object<ArrayAttachment>(handle).launcher.restricted = restricted;
}
void legion_attach_launcher_set_mapped(legion_attach_launcher_t handle, bool mapped) {
  object<ArrayAttachment>(handle).launcher.mapped = mapped;
}
void legion_attach_launcher_set_provenance(legion_attach_launcher_t handle, const char* provenance) {
  object<ArrayAttachment>(handle).launcher.provenance = provenance;
}
legion_physical_region_t legion_attach_launcher_execute(legion_runtime_t, legion_context_t ctx,
                                                        legion_attach_launcher_t launcher) {
  const Context context = c_context(ctx, "legion_attach_launcher_execute");
  ArrayAttachment& attachment = object<ArrayAttachment>(launcher);
  if (attachment.is_file)
    return {new PhysicalRegion(the_runtime()->attach_external_resource(context, attachment.launcher))};
  if (attachment.fields.size() != 1)
    palatine::realm::fatal_error(
        "error: legion_attach_launcher_execute: a launcher attaches the array of one field; this one has %zu",
        attachment.fields.size());
  const ArrayAttachment::Field& field = attachment.fields.front();
  AttachLauncher made = attachment.launcher;
  made.attach_array_soa(field.base, field.is_column_major, {field.id});
  return {new PhysicalRegion(the_runtime()->attach_external_resource(context, made))};
}
legion_future_t legion_detach_external_resource(legion_runtime_t, legion_context_t ctx,
                                                legion_physical_region_t handle) {
  return to_c(the_runtime()->detach_external_resource(c_context(ctx, "legion_detach_external_resource"),
                                                      object<PhysicalRegion>(handle)));
}
legion_future_t legion_flush_detach_external_resource(legion_runtime_t, legion_context_t ctx,
                                                      legion_physical_region_t handle, bool flush) {
  return to_c(the_runtime()->detach_external_resource(c_context(ctx, "legion_flush_detach_external_resource"),
                                                      object<PhysicalRegion>(handle), flush));
}
legion_future_t legion_unordered_detach_external_resource(legion_runtime_t, legion_context_t ctx,
                                                          legion_physical_region_t handle, bool flush,
                                                          bool unordered) {
  return to_c(
      the_runtime()->detach_external_resource(c_context(ctx, "legion_unordered_detach_external_resource"),
                                              object<PhysicalRegion>(handle), flush, unordered));
}
void legion_context_progress_unordered_operations(legion_runtime_t, legion_context_t ctx) {
  the_runtime()->progress_unordered_operations(
      c_context(ctx, "legion_context_progress_unordered_operations"));
}

// ---- HDF5

legion_field_map_t legion_field_map_create(void) {
  return {new FieldMap};
}
void legion_field_map_destroy(legion_field_map_t handle) {
  delete &object<FieldMap>(handle);
}
void legion_field_map_insert(legion_field_map_t handle, legion_field_id_t key, const char* value) {
  object<FieldMap>(handle).names[key] = value;
}
void legion_attach_launcher_attach_hdf5(legion_attach_launcher_t handle, const char* filename,
                                        legion_field_map_t field_map, legion_file_mode_t mode) {
  ArrayAttachment& attachment = object<ArrayAttachment>(handle);
  attachment.launcher.attach_hdf5(filename, object<FieldMap>(field_map).pointers(), mode);
  attachment.is_file = true;
}
void legion_attach_launcher_set_footprint(legion_attach_launcher_t launcher, size_t footprint) {
  object<ArrayAttachment>(launcher).launcher.footprint = footprint;
}
legion_physical_region_t legion_runtime_attach_hdf5(legion_runtime_t, legion_context_t ctx,
                                                    const char* filename, legion_logical_region_t handle,
                                                    legion_logical_region_t parent,
                                                    legion_field_map_t field_map, legion_file_mode_t mode) {
  AttachLauncher launcher(LEGION_EXTERNAL_HDF5_FILE, from_c(handle), from_c(parent));
  launcher.attach_hdf5(filename, object<FieldMap>(field_map).pointers(), mode);
  return {new PhysicalRegion(
      the_runtime()->attach_external_resource(c_context(ctx, "legion_runtime_attach_hdf5"), launcher))};
}
void legion_runtime_detach_hdf5(legion_runtime_t, legion_context_t ctx, legion_physical_region_t region) {
  the_runtime()->detach_external_resource(c_context(ctx, "legion_runtime_detach_hdf5"),
                                          object<PhysicalRegion>(region));
}

// ---- many regions

static IndexAttachLauncher& index_attach(legion_index_attach_launcher_t handle) {
  return object<IndexAttachLauncher>(handle);
}
static std::vector<FieldID> field_list(const legion_field_id_t* fields, size_t count) {
  return {fields, fields + count};
}

legion_index_attach_launcher_t legion_index_attach_launcher_create(legion_logical_region_t parent_region,
                                                                   legion_external_resource_t resource,
                                                                   bool restricted) {
  return {new IndexAttachLauncher(resource, from_c(parent_region), restricted)};
}
void legion_index_attach_launcher_destroy(legion_index_attach_launcher_t handle) {
  delete &index_attach(handle);
}
void legion_index_attach_launcher_set_restricted(legion_index_attach_launcher_t handle, bool restricted) {
  index_attach(handle).restricted = restricted;
}
void legion_index_attach_launcher_set_provenance(legion_index_attach_launcher_t handle,
                                                 const char* provenance) {
  index_attach(handle).provenance = provenance;
}
void legion_index_attach_launcher_set_deduplicate_across_shards(legion_index_attach_launcher_t handle,
                                                                bool deduplicate) {
  index_attach(handle).deduplicate_across_shards = deduplicate;
}
void legion_index_attach_launcher_attach_file(legion_index_attach_launcher_t handle,
                                              legion_logical_region_t region, const char* filename,
                                              const legion_field_id_t* fields, size_t num_fields,
                                              legion_file_mode_t mode) {
  index_attach(handle).attach_file(from_c(region), filename, field_list(fields, num_fields), mode);
}
void legion_index_attach_launcher_attach_hdf5(legion_index_attach_launcher_t handle,
                                              legion_logical_region_t region, const char* filename,
                                              legion_field_map_t field_map, legion_file_mode_t mode) {
  index_attach(handle).attach_hdf5(from_c(region), filename, object<FieldMap>(field_map).pointers(), mode);
}
#define PALATINE_C_INDEX_ATTACH(kind)                                                                  \
  void legion_index_attach_launcher_attach_array_##kind(                                               \
      legion_index_attach_launcher_t handle, legion_logical_region_t region, void* base_ptr,           \
      bool column_major, const legion_field_id_t* fields, size_t num_fields, legion_memory_t memory) { \
    index_attach(handle).attach_array_##kind(from_c(region), base_ptr, column_major,                   \
                                             field_list(fields, num_fields), from_c(memory));          \
  }
PALATINE_C_INDEX_ATTACH(soa)
PALATINE_C_INDEX_ATTACH(aos)
#undef PALATINE_C_INDEX_ATTACH
legion_external_resources_t legion_attach_external_resources(legion_runtime_t, legion_context_t ctx,
                                                             legion_index_attach_launcher_t launcher) {
  return {new ExternalResources(the_runtime()->attach_external_resources(
      c_context(ctx, "legion_attach_external_resources"), index_attach(launcher)))};
}
legion_future_t legion_detach_external_resources(legion_runtime_t, legion_context_t ctx,
                                                 legion_external_resources_t handle, bool flush,
                                                 bool unordered) {
  return to_c(the_runtime()->detach_external_resources(c_context(ctx, "legion_detach_external_resources"),
                                                       object<ExternalResources>(handle), flush, unordered));
}
void legion_external_resources_destroy(legion_external_resources_t handle) {
  delete &object<ExternalResources>(handle);
}
size_t legion_external_resources_size(legion_external_resources_t handle) {
  return object<ExternalResources>(handle).size();
}
legion_physical_region_t legion_external_resources_get_region(legion_external_resources_t handle,
                                                              unsigned index) {
  const ExternalResources& resources = object<ExternalResources>(handle);
  if (index >= resources.size())
    palatine::realm::fatal_error("error: %zu external resources have no number %u", resources.size(), index);
  return {new PhysicalRegion(resources[index])};
}

// ---- output regions

// The handles' requirements for a launch, and what the launch made of them.
class OutputList {
 public:
  OutputList(legion_output_requirement_t* handles, size_t count) : handles_(handles) {
    for (size_t k = 0; k < count; k++) list.push_back(object<OutputRequirement>(handles[k]));
  }
  ~OutputList() {
    for (size_t k = 0; k < list.size(); k++) object<OutputRequirement>(handles_[k]) = list[k];
  }
  OutputList(const OutputList&) = delete;
  OutputList& operator=(const OutputList&) = delete;

  std::vector<OutputRequirement> list;

 private:
  legion_output_requirement_t* handles_;
};

legion_output_requirement_t legion_output_requirement_create(legion_field_space_t field_space,
                                                             legion_field_id_t* fields, size_t fields_size,
                                                             int dim, bool global_indexing) {
  return {new OutputRequirement(from_c(field_space), std::set<FieldID>(fields, fields + fields_size), dim,
                                global_indexing)};
}
legion_output_requirement_t legion_output_requirement_create_region_requirement(
    legion_region_requirement_t handle) {
  return {new OutputRequirement(object<RegionRequirement>(handle))};
}
void legion_output_requirement_destroy(legion_output_requirement_t handle) {
  delete &object<OutputRequirement>(handle);
}
void legion_output_requirement_add_field(legion_output_requirement_t handle, legion_field_id_t field,
                                         bool instance) {
  object<OutputRequirement>(handle).add_field(field, instance);
}
legion_logical_region_t legion_output_requirement_get_region(legion_output_requirement_t handle) {
  return to_c(object<OutputRequirement>(handle).region);
}
legion_logical_region_t legion_output_requirement_get_parent(legion_output_requirement_t handle) {
  return to_c(object<OutputRequirement>(handle).parent);
}
legion_logical_partition_t legion_output_requirement_get_partition(legion_output_requirement_t handle) {
  return to_c(object<OutputRequirement>(handle).partition);
}
legion_future_t legion_task_launcher_execute_outputs(legion_runtime_t, legion_context_t ctx,
                                                     legion_task_launcher_t launcher,
                                                     legion_output_requirement_t* reqs, size_t reqs_size) {
  OutputList outputs(reqs, reqs_size);
  return to_c(the_runtime()->execute_task(c_context(ctx, "legion_task_launcher_execute_outputs"),
                                          object<TaskLauncher>(launcher), &outputs.list));
}
legion_future_map_t legion_index_launcher_execute_outputs(legion_runtime_t, legion_context_t ctx,
                                                          legion_index_launcher_t launcher,
                                                          legion_output_requirement_t* reqs,
                                                          size_t reqs_size) {
  OutputList outputs(reqs, reqs_size);
  return {new FutureMap(
      the_runtime()->execute_index_space(c_context(ctx, "legion_index_launcher_execute_outputs"),
                                         object<IndexTaskLauncher>(launcher), &outputs.list))};
}
legion_future_t legion_index_launcher_execute_reduction_and_outputs(
    legion_runtime_t, legion_context_t ctx, legion_index_launcher_t launcher, legion_reduction_op_id_t redop,
    bool deterministic, legion_output_requirement_t* reqs, size_t reqs_size) {
  OutputList outputs(reqs, reqs_size);
  return to_c(the_runtime()->execute_index_space(
      c_context(ctx, "legion_index_launcher_execute_reduction_and_outputs"),
      object<IndexTaskLauncher>(launcher), redop, deterministic, &outputs.list));
}
