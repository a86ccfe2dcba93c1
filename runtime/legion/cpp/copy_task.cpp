// Copies that fold values into their target, and copies through fields of points: a leaf task for each.
#include "runtime/legion/cpp/copy_task.h"

#include <cstring>

#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace {

using palatine::realm::fatal_error;

// The argument of the task, followed by the source fields and the target fields.
struct Header {
  uint32_t field_count = 0;
  ReductionOpID redop = 0;
  // Requirements 0 and 1 are source and target; these are the numbers of the fields of points, or 0.
  uint32_t source_index = 0, target_index = 0;
  FieldID source_index_field = 0, target_index_field = 0;
  bool skips_sources = false, skips_targets = false;
};

struct Elements {
  api::FieldAddress address;
  const core::Region* region;
  int dim;

  char* at(const int64_t* p) const {
    auto place = reinterpret_cast<uintptr_t>(address.base);
    for (int d = 0; d < dim; d++)
      place += static_cast<uintptr_t>(p[d]) * static_cast<uintptr_t>(address.stride_bytes[d]);
    return reinterpret_cast<char*>(place);
  }
};

Elements elements_of(const Task* task, unsigned index, FieldID field) {
  const LogicalRegion handle = task->regions[index].region;
  const core::Region& region = region_of(handle);
  const uint16_t slot = field_space_of(handle.get_field_space(), "a copy").slot_of(field);
  return {core::field_address(*region.root, slot), &region, region.domain.box.dim};
}

// Where a point of an index field leads. False: to no point of the region, and the copy leaves that out.
bool follow(const Elements& index, const int64_t* p, const Elements& into, bool skips, const Task* task,
            int64_t* result) {
  int64_t c[3] = {0, 0, 0};
  memcpy(c, index.at(p), static_cast<size_t>(into.dim) * sizeof(int64_t));
  memcpy(result, c, sizeof(c));
  if (into.region->domain.contains_point(c)) return true;
  if (!skips)
    fatal_error(
        "error: task `%s` copies through a field of points that leads to %s, which is not in the region",
        task->get_parent_task() ? task->get_parent_task()->get_task_name() : "?",
        text_of(to_point(into.dim, c)).c_str());
  return false;
}

void copy_body(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Header header;
  memcpy(&header, task->args, sizeof(header));
  const auto* fields =
      reinterpret_cast<const FieldID*>(static_cast<const char*>(task->args) + sizeof(header));
  const ReductionOp* op = header.redop ? &reduction_of(header.redop) : nullptr;
  Elements source_index = {}, target_index = {};
  if (header.source_index) source_index = elements_of(task, header.source_index, header.source_index_field);
  if (header.target_index) target_index = elements_of(task, header.target_index, header.target_index_field);
  for (uint32_t f = 0; f < header.field_count; f++) {
    const Elements source = elements_of(task, 0, fields[f]);
    const Elements target = elements_of(task, 1, fields[header.field_count + f]);
    const size_t size =
        field_space_of(task->regions[0].region.get_field_space(), "a copy").size_of(fields[f]);
    // The points of the fields of points, or those that both sides have.
    core::OwnedDomain points;
    if (header.source_index && header.target_index) {
      points = core::intersect(source_index.region->domain, target_index.region->domain);
    } else if (header.source_index) {
      points = core::intersect(source_index.region->domain, target.region->domain);
    } else if (header.target_index) {
      points = core::intersect(target_index.region->domain, source.region->domain);
    } else {
      points = core::intersect(source.region->domain, target.region->domain);
    }
    core::for_each_box(points, [&](const core::Box& box) {
      const uint64_t volume = box.volume();
      for (uint64_t k = 0; k < volume; k++) {
        int64_t p[3], from[3], to[3];
        box.point_at(k, p);
        memcpy(from, p, sizeof(p));
        memcpy(to, p, sizeof(p));
        if (header.source_index && !follow(source_index, p, source, header.skips_sources, task, from))
          continue;
        if (header.target_index && !follow(target_index, p, target, header.skips_targets, task, to)) continue;
        if (op) {
          op->cpu_apply_excl_fn(target.at(to), op->sizeof_lhs, source.at(from), op->sizeof_rhs, 1,
                                op->userdata);
        } else {
          memmove(target.at(to), source.at(from), size);
        }
      }
    });
  }
}

FieldID point_field(const TaskContext& context, const RegionRequirement& requirement, int dim) {
  const char* name = context.task.get_task_name();
  if (requirement.privilege_fields.size() != 1)
    fatal_error("error: task `%s` copies through %zu fields of points instead of one", name,
                requirement.privilege_fields.size());
  const FieldID field = *requirement.privilege_fields.begin();
  const FieldSpace space = requirement.handle_type == LEGION_PARTITION_PROJECTION
                               ? requirement.partition.get_field_space()
                               : requirement.region.get_field_space();
  const size_t size = field_space_of(space, "a copy").size_of(field);
  if (size != static_cast<size_t>(dim) * sizeof(int64_t))
    fatal_error(
        "error: task `%s` copies through field %s, whose elements of %zu bytes are no points of %d "
        "dimensions",
        name, field_name(space, field).c_str(), size, dim);
  return field;
}

}  // namespace

TaskID copy_task() {
  static const TaskID id = [] {
    const TaskID made = Runtime::generate_static_task_id();
    TaskVariantRegistrar registrar(made, "copy");
    registrar.set_leaf();
    Runtime::preregister_task_variant<copy_body>(registrar, "copy");
    return made;
  }();
  return id;
}

void launch_copy(TaskContext& context, const CopyTask& copy) {
  Header header;
  header.field_count = static_cast<uint32_t>(copy.source_fields.size());
  header.redop = copy.target.privilege == LEGION_REDUCE ? copy.target.redop : 0;
  TaskLauncher launcher(copy_task(), TaskArgument());
  // Folds are applied in place: in the core they write as everything else that is no reading.
  for (const RegionRequirement& requirement : {copy.source, copy.target})
    launcher.add_region_requirement(requirement);
  auto add_index = [&](const RegionRequirement* requirement, const LogicalRegion& into, uint32_t& index,
                       FieldID& field) {
    if (!requirement) return;
    index = static_cast<uint32_t>(launcher.region_requirements.size());
    field = point_field(context, *requirement, region_of(into).domain.box.dim);
    launcher.add_region_requirement(*requirement);
  };
  add_index(copy.source_index, copy.source.region, header.source_index, header.source_index_field);
  add_index(copy.target_index, copy.target.region, header.target_index, header.target_index_field);
  header.skips_sources = copy.skips_sources;
  header.skips_targets = copy.skips_targets;
  std::string argument(reinterpret_cast<const char*>(&header), sizeof(header));
  for (const std::vector<FieldID>* fields : {&copy.source_fields, &copy.target_fields})
    argument.append(reinterpret_cast<const char*>(fields->data()), fields->size() * sizeof(FieldID));
  launcher.argument = TaskArgument(argument.data(), argument.size());
  Runtime::get_runtime()->execute_task(&context, launcher);
}

}  // namespace Legion::Internal
