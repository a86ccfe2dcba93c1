// Attached arrays and files. Their elements are copied into the region when they are attached, and back when
// they are detached or released; in between the region's own memory is used.
#include "runtime/legion/cpp/attachment.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "realm/cuda/cuda_access.h"
#include "runtime/legion/cpp/grants.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/shown_operations.h"
#include "runtime/legion/cpp/task_launch.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/hdf5_field.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

using palatine::realm::fatal_error;

ExternalLayout layout_of(const Attachment& attachment, const LogicalRegion& handle) {
  const core::Box& box = region_of(handle).domain.box;
  const FieldSpaceImpl& fields = field_space_of(handle.get_field_space(), "an attachment");
  ExternalLayout layout;
  const size_t volume = box.volume();
  auto alignment_of = [&](FieldID field) {
    auto found = attachment.alignments.find(field);
    return found == attachment.alignments.end() ? 1 : std::max<size_t>(found->second, 1);
  };
  auto aligned = [](size_t offset, size_t unit) { return (offset + unit - 1) / unit * unit; };
  size_t element_bytes = 0, widest = 1;
  for (FieldID field : attachment.fields) {
    const size_t size = fields.size_of(field), alignment = alignment_of(field);
    size_t& place = attachment.is_soa ? layout.bytes : element_bytes;
    place = aligned(place, alignment);
    layout.field_offsets.push_back(place);
    place += attachment.is_soa ? size * volume : size;
    widest = std::max(widest, alignment);
  }
  if (!attachment.is_soa) {
    element_bytes = aligned(element_bytes, widest);
    layout.bytes = element_bytes * volume;
  }
  for (FieldID field : attachment.fields) {
    std::array<size_t, LEGION_MAX_DIM>& strides = layout.strides.emplace_back();
    size_t stride = attachment.is_soa ? fields.size_of(field) : element_bytes;
    for (int k = 0; k < box.dim; k++) {
      const int d = attachment.is_column_major ? k : box.dim - 1 - k;
      strides[d] = stride;
      stride *= box.extent(d);
    }
  }
  return layout;
}

namespace {

void move_elements(const Attachment& attachment, const LogicalRegion& handle, char* base, bool to_region) {
  const core::Region& region = region_of(handle);
  const FieldSpaceImpl& fields = field_space_of(handle.get_field_space(), "an attachment");
  const core::Box& box = region.domain.box;
  const ExternalLayout layout = layout_of(attachment, handle);
  for (size_t f = 0; f < attachment.fields.size(); f++) {
    if (!attachment.attached.empty() && !attachment.attached.count(attachment.fields[f])) continue;
    const size_t size = fields.size_of(attachment.fields[f]);
    const api::FieldAddress inside = core::field_address(*region.root, fields.slot_of(attachment.fields[f]));
    core::for_each_box(region.domain, [&](const core::Box& part) {
      for (uint64_t k = 0; k < part.volume(); k++) {
        int64_t p[core::kMaxDim];
        part.point_at(k, p);
        uintptr_t own = reinterpret_cast<uintptr_t>(inside.base);
        size_t offset = 0;
        for (int d = 0; d < box.dim; d++) {
          own += static_cast<uintptr_t>(p[d]) * static_cast<uintptr_t>(inside.stride_bytes[d]);
          offset += static_cast<size_t>(p[d] - box.lo[d]) * layout.strides[f][static_cast<size_t>(d)];
        }
        char* element = reinterpret_cast<char*>(own);
        char* other = base + layout.field_offsets[f] + offset;
        if (to_region) {
          memcpy(element, other, size);
        } else {
          memcpy(other, element, size);
        }
      }
    });
  }
}

// The file's bytes; short files are filled up with zeros.
std::string read_file(const Attachment& attachment, size_t bytes) {
  std::string text(bytes, 0);
  FILE* file = fopen(attachment.file.c_str(), "rb");
  if (!file)
    fatal_error("error: the file `%s` cannot be attached: it cannot be read", attachment.file.c_str());
  fseek(file, static_cast<long>(attachment.file_offset), SEEK_SET);
  if (fread(text.data(), 1, bytes, file) < bytes && ferror(file))
    fatal_error("error: the file `%s` cannot be read", attachment.file.c_str());
  fclose(file);
  return text;
}

void write_file(const Attachment& attachment, const std::string& text) {
  FILE* file = fopen(attachment.file.c_str(), "r+b");
  if (!file) file = fopen(attachment.file.c_str(), "w+b");
  if (!file) fatal_error("error: the file `%s` cannot be written", attachment.file.c_str());
  fseek(file, static_cast<long>(attachment.file_offset), SEEK_SET);
  const bool is_written = fwrite(text.data(), 1, text.size(), file) == text.size();
  if (fclose(file) != 0 || !is_written)
    fatal_error("error: the file `%s` cannot be written", attachment.file.c_str());
}

// Calls visit(file, field, its slot, size in bytes, dataset) for all that is attached of an HDF5 file.
template <typename Visit>
void for_each_dataset(const Attachment& attachment, const LogicalRegion& handle, core::Hdf5File::Mode mode,
                      Visit visit) {
  const FieldSpaceImpl& fields = field_space_of(handle.get_field_space(), "an attachment");
  std::lock_guard lock(core::hdf5_mutex());
  core::Hdf5File file(attachment.file, mode);
  for (const auto& [field, dataset] : attachment.datasets)
    visit(file, fields.slot_of(field), static_cast<uint32_t>(fields.size_of(field)), dataset);
}

// New datasets hold bytes without a meaning: fields in C++ have no types.
void read_datasets(const Attachment& attachment, const LogicalRegion& handle) {
  using Mode = core::Hdf5File::Mode;
  const core::Region& region = region_of(handle);
  const bool is_new = attachment.mode == LEGION_FILE_CREATE;
  for_each_dataset(attachment, handle, is_new ? Mode::create : Mode::read_only,
                   [&](core::Hdf5File& file, uint16_t slot, uint32_t size, const std::string& dataset) {
                     if (is_new) {
                       file.create(dataset, {'o', size, 1}, core::hdf5_extents(region.domain.box));
                     } else if (!region.domain.is_empty()) {
                       core::read_dataset(region, slot, size, file, dataset);
                     }
                   });
}

void write_datasets(const Attachment& attachment, const LogicalRegion& handle) {
  const core::Region& region = region_of(handle);
  if (region.domain.is_empty()) return;
  for_each_dataset(attachment, handle, core::Hdf5File::Mode::read_write,
                   [&](core::Hdf5File& file, uint16_t slot, uint32_t size, const std::string& dataset) {
                     core::write_dataset(region, slot, size, file, dataset);
                   });
}

}  // namespace

void copy_in(const Attachment& attachment, const LogicalRegion& handle) {
  if (!attachment.datasets.empty()) return read_datasets(attachment, handle);
  if (attachment.base) {
    move_elements(attachment, handle, attachment.base, true);
    return;
  }
  if (attachment.mode == LEGION_FILE_CREATE) return;
  std::string text = read_file(attachment, layout_of(attachment, handle).bytes);
  move_elements(attachment, handle, text.data(), true);
}

void copy_out(const Attachment& attachment, const LogicalRegion& handle) {
  if (attachment.mode == LEGION_FILE_READ_ONLY) return;
  if (!attachment.datasets.empty()) return write_datasets(attachment, handle);
  if (attachment.base) {
    move_elements(attachment, handle, attachment.base, false);
    return;
  }
  std::string text(layout_of(attachment, handle).bytes, 0);
  move_elements(attachment, handle, text.data(), false);
  write_file(attachment, text);
}

// What a launcher says about the data of one region.
static std::shared_ptr<Attachment> attachment_of(const AttachLauncherBase& launcher,
                                                 const Realm::ExternalInstanceResource* resource,
                                                 const PointerConstraint* pointer, const char* file,
                                                 FileMode mode) {
  auto attachment = std::make_shared<Attachment>();
  attachment->fields = launcher.constraints.field_constraint.field_set;
  if (attachment->fields.empty())
    attachment->fields.assign(launcher.privilege_fields.begin(), launcher.privilege_fields.end());
  attachment->attached = launcher.privilege_fields;
  const std::vector<DimensionKind>& order = launcher.constraints.ordering_constraint.ordering;
  if (!order.empty()) {
    attachment->is_soa = order.front() != LEGION_DIM_F;
    auto at = [&](DimensionKind dim) { return std::find(order.begin(), order.end(), dim); };
    attachment->is_column_major = at(LEGION_DIM_Y) == order.end() || at(LEGION_DIM_X) < at(LEGION_DIM_Y);
  }
  for (const AlignmentConstraint& alignment : launcher.constraints.alignment_constraints)
    attachment->alignments[alignment.fid] = alignment.alignment;
  // It is memory, too, but not for the host.
  if (auto* on_device = dynamic_cast<const Realm::ExternalCudaMemoryResource*>(resource)) {
    fatal_error(
        "error: memory of device %d cannot be attached: programs in C++ use no devices; copy it to the "
        "host before, or use Realm's instances",
        on_device->cuda_device_id);
  }
  if (auto* memory = dynamic_cast<const Realm::ExternalMemoryResource*>(resource)) {
    attachment->base = reinterpret_cast<char*>(memory->base);
    attachment->mode = memory->read_only ? LEGION_FILE_READ_ONLY : LEGION_FILE_READ_WRITE;
  } else if (auto* on_disk = dynamic_cast<const Realm::ExternalFileResource*>(resource)) {
    attachment->file = on_disk->filename;
    attachment->file_offset = on_disk->offset;
    attachment->mode = on_disk->mode;
  } else if (resource) {
    fatal_error("error: attach_external_resource: a resource of this kind cannot be attached");
  } else if (pointer && pointer->is_valid) {
    attachment->base = reinterpret_cast<char*>(pointer->ptr);
  } else if (file) {
    attachment->file = file;
    attachment->mode = mode;
  } else {
    fatal_error("error: attach_external_resource: the launcher names no data");
  }
  return attachment;
}

static PhysicalRegion attach(TaskContext& context, const LogicalRegion& handle,
                             const AttachLauncherBase& launcher, bool is_mapped,
                             std::shared_ptr<Attachment> attachment) {
  std::set<FieldID> fields = launcher.privilege_fields;
  if (fields.empty()) fields.insert(attachment->fields.begin(), attachment->fields.end());
  PhysicalRegion region =
      map_inline(context, requirement_for(handle, launcher.parent, fields, LEGION_READ_WRITE),
                 "attach_external_resource");
  copy_in(*attachment, handle);
  region.impl()->attachment = std::move(attachment);
  if (!is_mapped) {
    unmap(context, region);
    std::erase(context.inline_regions, region);
  }
  return region;
}

static void flush(TaskContext& context, PhysicalRegion region, const char* call) {
  if (!region.impl() || !region.impl()->attachment)
    fatal_error("error: task `%s` calls %s for a region to which nothing is attached",
                context.task.get_task_name(), call);
  const bool was_mapped = region.is_mapped();
  map_again(context, region);
  copy_out(*region.impl()->attachment, region.get_logical_region());
  if (!was_mapped) unmap(context, region);
}

}  // namespace Internal

using namespace Internal;

void AttachLauncherBase::initialize_constraints(bool column_major, bool soa,
                                                const std::vector<FieldID>& fields,
                                                const std::map<FieldID, size_t>* alignments) {
  constraints.field_constraint = FieldConstraint(fields, true, true);
  std::vector<DimensionKind> order;
  if (!soa) order.push_back(LEGION_DIM_F);
  for (int k = 0; k < LEGION_MAX_DIM; k++) {
    const int d = column_major ? k : LEGION_MAX_DIM - 1 - k;
    order.push_back(static_cast<DimensionKind>(LEGION_DIM_X + d));
  }
  if (soa) order.push_back(LEGION_DIM_F);
  constraints.ordering_constraint = OrderingConstraint(order, false);
  if (!alignments) return;
  for (const auto& [field, alignment] : *alignments)
    constraints.alignment_constraints.push_back(AlignmentConstraint(field, LEGION_EQ_EK, alignment));
}

void AttachLauncher::attach_file(const char* name, const std::vector<FieldID>& fields, FileMode mode_in) {
  initialize_constraints(true, true, fields);
  privilege_fields.insert(fields.begin(), fields.end());
  file_name = name;
  file_fields = fields;
  mode = mode_in;
}

static std::vector<FieldID> fields_of(const std::map<FieldID, const char*>& datasets) {
  std::vector<FieldID> fields;
  for (const auto& entry : datasets) fields.push_back(entry.first);
  return fields;
}

void AttachLauncher::attach_hdf5(const char* name, const std::map<FieldID, const char*>& fields,
                                 FileMode mode_in) {
  attach_file(name, fields_of(fields), mode_in);
  field_files = fields;
}

void AttachLauncher::attach_array_aos(void* base, bool column_major, const std::vector<FieldID>& fields,
                                      Memory memory, const std::map<FieldID, size_t>* alignments) {
  initialize_constraints(column_major, false, fields, alignments);
  privilege_fields.insert(fields.begin(), fields.end());
  constraints.pointer_constraint = PointerConstraint(memory, reinterpret_cast<uintptr_t>(base));
}

void AttachLauncher::attach_array_soa(void* base, bool column_major, const std::vector<FieldID>& fields,
                                      Memory memory, const std::map<FieldID, size_t>* alignments) {
  initialize_constraints(column_major, true, fields, alignments);
  privilege_fields.insert(fields.begin(), fields.end());
  constraints.pointer_constraint = PointerConstraint(memory, reinterpret_cast<uintptr_t>(base));
}

void IndexAttachLauncher::attach_file(LogicalRegion handle, const char* name,
                                      const std::vector<FieldID>& fields, FileMode mode_in) {
  initialize_constraints(true, true, fields);
  privilege_fields.insert(fields.begin(), fields.end());
  handles.push_back(handle);
  file_names.push_back(name);
  file_fields = fields;
  mode = mode_in;
}

void IndexAttachLauncher::attach_hdf5(LogicalRegion handle, const char* name,
                                      const std::map<FieldID, const char*>& fields, FileMode mode_in) {
  // Fields that a region lacks have no dataset there.
  for (const auto& entry : fields) field_files[entry.first].resize(handles.size());
  attach_file(handle, name, fields_of(fields), mode_in);
  for (auto& [field, datasets] : field_files) {
    auto found = fields.find(field);
    datasets.push_back(found == fields.end() ? nullptr : found->second);
  }
}

void IndexAttachLauncher::attach_array_aos(LogicalRegion handle, void* base, bool column_major,
                                           const std::vector<FieldID>& fields, Memory memory,
                                           const std::map<FieldID, size_t>* alignments) {
  initialize_constraints(column_major, false, fields, handles.empty() ? alignments : nullptr);
  privilege_fields.insert(fields.begin(), fields.end());
  handles.push_back(handle);
  pointers.emplace_back(memory, reinterpret_cast<uintptr_t>(base));
}

void IndexAttachLauncher::attach_array_soa(LogicalRegion handle, void* base, bool column_major,
                                           const std::vector<FieldID>& fields, Memory memory,
                                           const std::map<FieldID, size_t>* alignments) {
  initialize_constraints(column_major, true, fields, handles.empty() ? alignments : nullptr);
  privilege_fields.insert(fields.begin(), fields.end());
  handles.push_back(handle);
  pointers.emplace_back(memory, reinterpret_cast<uintptr_t>(base));
}

PhysicalRegion Internal::DataCalls::attach_external_resource(Context ctx, const AttachLauncher& launcher) {
  auto attachment =
      attachment_of(launcher, launcher.external_resource, &launcher.constraints.pointer_constraint,
                    launcher.file_name, launcher.mode);
  attachment->datasets.insert(launcher.field_files.begin(), launcher.field_files.end());
  return attach(*ctx, launcher.handle, launcher, launcher.mapped, std::move(attachment));
}

Future Internal::DataCalls::detach_external_resource(Context ctx, PhysicalRegion region,
                                                     const bool flush_data, const bool, const char*) {
  if (flush_data || !region.impl()) flush(*ctx, region, "detach_external_resource");
  unmap_region(ctx, region);
  region.impl()->attachment.reset();
  return Future::from_untyped_pointer(nullptr, 0);
}

ExternalResources Internal::DataCalls::attach_external_resources(Context ctx,
                                                                 const IndexAttachLauncher& launcher) {
  std::vector<PhysicalRegion> regions;
  for (size_t k = 0; k < launcher.handles.size(); k++) {
    auto attachment = attachment_of(
        launcher, k < launcher.external_resources.size() ? launcher.external_resources[k] : nullptr,
        k < launcher.pointers.size() ? &launcher.pointers[k] : nullptr,
        k < launcher.file_names.size() ? launcher.file_names[k] : nullptr, launcher.mode);
    for (const auto& [field, datasets] : launcher.field_files) {
      if (k < datasets.size() && datasets[k]) attachment->datasets[field] = datasets[k];
    }
    regions.push_back(attach(*ctx, launcher.handles[k], launcher, false, std::move(attachment)));
  }
  return ExternalResources(std::move(regions));
}

Future Internal::DataCalls::detach_external_resources(Context ctx, ExternalResources resources,
                                                      const bool flush_data, const bool, const char*) {
  for (unsigned k = 0; k < resources.size(); k++) detach_external_resource(ctx, resources[k], flush_data);
  return Future::from_untyped_pointer(nullptr, 0);
}

// What stands before it in the program comes before what stands after it; with the launcher's barriers.
static bool order(TaskContext& context, const AcquireReleaseLauncher& launcher, const char* call) {
  // Whatever the task's privileges are.
  const RegionRequirement requirement =
      requirement_for(launcher.logical_region, launcher.parent_region, launcher.fields, LEGION_NO_ACCESS);
  const std::string calls = std::string("calls ") + call;
  check_requirement(context, requirement, calls.c_str());
  if (!happens(launcher.predicate)) return false;
  const std::vector<uint16_t> slots = slots_of(requirement);
  const std::vector<api::PhaseBarrier> barriers = barrier_list(launcher);
  const realm::Event done = context.core.order(
      region_of(launcher.logical_region), slots.data(), static_cast<uint32_t>(slots.size()),
      {barriers.data(), static_cast<uint32_t>(launcher.wait_barriers.size()),
       static_cast<uint32_t>(launcher.arrive_barriers.size())},
      take_grants(launcher.grants));
  use_grants(launcher.grants, done);
  return true;
}

void Internal::DataCalls::issue_acquire(Context ctx, const AcquireLauncher& launcher) {
  if (order(*ctx, launcher, "issue_acquire")) ask_mapper(*ctx, launcher);
}

void Internal::DataCalls::issue_release(Context ctx, const ReleaseLauncher& launcher) {
  if (!order(*ctx, launcher, "issue_release")) return;
  ask_mapper(*ctx, launcher);
  if (launcher.physical_region.exists() && launcher.physical_region.impl()->attachment)
    flush(*ctx, launcher.physical_region, "issue_release");
}

}  // namespace Legion
