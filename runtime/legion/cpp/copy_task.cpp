// Copies that fold values into their target, and copies through fields of points: a leaf task for each.
#include "runtime/legion/cpp/copy_task.h"

#include <cinttypes>
#include <cstring>

#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

namespace {

using palatine::realm::fatal_error;

// Where the points of index fields may lead, for all points of an index copy.
struct Reach {
  std::shared_ptr<const core::OwnedDomain> source, target;
};

// The argument of the task, followed by the source fields and the target fields.
struct Header {
  uint32_t field_count = 0;
  ReductionOpID redop = 0;
  // Requirements 0 and 1 are source and target; these are the numbers of the fields of points, or 0.
  uint32_t source_index = 0, target_index = 0;
  FieldID source_index_field = 0, target_index_field = 0;
  bool source_is_range = false, target_is_range = false;
  bool skips_sources = false, skips_targets = false;
  // Owned by the task.
  Reach* reach = nullptr;
};

struct Elements {
  api::FieldAddress address;
  const core::Domain* domain;
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
  return {core::field_address(*region.root, slot), &region.domain, region.domain.box.dim};
}

// Whether a copy uses a point that an index field leads to. False: it leads to no point of the region, and
// the copy leaves that out.
bool is_used(const Elements& into, const int64_t* c, bool skips, const Task* task) {
  if (into.domain->contains_point(c)) return true;
  if (!skips)
    fatal_error(
        "error: task `%s` copies through a field of points that leads to %s, which is not in the region",
        task->get_parent_task() ? task->get_parent_task()->get_task_name() : "?",
        text_of(to_point(into.dim, c)).c_str());
  return false;
}

// What an index field leads to: a point, or a rectangle.
core::Box follow(const Elements& index, const int64_t* p, int dim, bool is_range) {
  core::Box box;
  box.dim = dim;
  int64_t c[2 * LEGION_MAX_DIM];
  memcpy(c, index.at(p), static_cast<size_t>(is_range ? 2 * dim : dim) * sizeof(int64_t));
  for (int d = 0; d < dim; d++) {
    box.lo[d] = c[d];
    box.hi[d] = c[is_range ? dim + d : d];
  }
  return box;
}

core::Box box_of_point(const int64_t* p, int dim) {
  core::Box box;
  box.dim = dim;
  for (int d = 0; d < dim; d++) box.lo[d] = box.hi[d] = p[d];
  return box;
}

// One field of a copy.
struct FieldCopy {
  const Task* task;
  const Header& header;
  Elements source, target, source_index, target_index;
  const ReductionOp* op;
  size_t size;

  void move(const int64_t* from, const int64_t* to) const {
    if (header.source_index && !is_used(source, from, header.skips_sources, task)) return;
    if (header.target_index && !is_used(target, to, header.skips_targets, task)) return;
    if (op) {
      op->cpu_apply_excl_fn(target.at(to), op->sizeof_lhs, source.at(from), op->sizeof_rhs, 1, op->userdata);
    } else {
      memmove(target.at(to), source.at(from), size);
    }
  }

  // Everything that point p of the index fields stands for.
  void at(const int64_t* p) const {
    const core::Box from = header.source_index ? follow(source_index, p, source.dim, header.source_is_range)
                                               : box_of_point(p, source.dim);
    const core::Box to = header.target_index ? follow(target_index, p, target.dim, header.target_is_range)
                                             : box_of_point(p, target.dim);
    const uint64_t sources = from.volume(), targets = to.volume();
    const bool is_pairwise = header.source_is_range && header.target_is_range;
    if (is_pairwise && sources != targets)
      fatal_error("error: task `%s` copies through fields of ranges, which lead from %" PRIu64
                  " elements to %" PRIu64,
                  task->get_parent_task() ? task->get_parent_task()->get_task_name() : "?", sources, targets);
    int64_t a[core::kMaxDim], b[core::kMaxDim];
    for (uint64_t t = 0; t < targets; t++) {
      to.point_at(t, b);
      for (uint64_t s = is_pairwise ? t : 0; s < (is_pairwise ? t + 1 : sources); s++) {
        from.point_at(s, a);
        move(a, b);
      }
    }
  }
};

void copy_body(const Task* task, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  Header header;
  memcpy(&header, task->args, sizeof(header));
  const std::unique_ptr<Reach> reach(header.reach);
  const auto* fields =
      reinterpret_cast<const FieldID*>(static_cast<const char*>(task->args) + sizeof(header));
  FieldCopy copy = {task, header, {}, {}, {}, {}, header.redop ? &reduction_of(header.redop) : nullptr, 0};
  if (header.source_index)
    copy.source_index = elements_of(task, header.source_index, header.source_index_field);
  if (header.target_index)
    copy.target_index = elements_of(task, header.target_index, header.target_index_field);
  for (uint32_t f = 0; f < header.field_count; f++) {
    copy.source = elements_of(task, 0, fields[f]);
    copy.target = elements_of(task, 1, fields[header.field_count + f]);
    copy.size = field_space_of(task->regions[0].region.get_field_space(), "a copy").size_of(fields[f]);
    // The points of the fields of points, or those that both sides have.
    core::OwnedDomain points;
    if (header.source_index && header.target_index) {
      points = core::intersect(*copy.source_index.domain, *copy.target_index.domain);
    } else if (header.source_index) {
      points = core::intersect(*copy.source_index.domain, *copy.target.domain);
    } else if (header.target_index) {
      points = core::intersect(*copy.target_index.domain, *copy.source.domain);
    } else {
      points = core::intersect(*copy.source.domain, *copy.target.domain);
    }
    if (reach && reach->source) copy.source.domain = reach->source.get();
    if (reach && reach->target) copy.target.domain = reach->target.get();
    core::for_each_box(points, [&](const core::Box& box) {
      const uint64_t volume = box.volume();
      int64_t p[core::kMaxDim];
      for (uint64_t k = 0; k < volume; k++) {
        box.point_at(k, p);
        copy.at(p);
      }
    });
  }
}

FieldID point_field(const TaskContext& context, const RegionRequirement& requirement, int dim,
                    bool is_range) {
  const char* name = context.task.get_task_name();
  if (requirement.privilege_fields.size() != 1)
    fatal_error("error: task `%s` copies through %zu fields of points instead of one", name,
                requirement.privilege_fields.size());
  const FieldID field = *requirement.privilege_fields.begin();
  const FieldSpace space = requirement.handle_type == LEGION_PARTITION_PROJECTION
                               ? requirement.partition.get_field_space()
                               : requirement.region.get_field_space();
  const size_t size = field_space_of(space, "a copy").size_of(field);
  if (size != static_cast<size_t>(is_range ? 2 * dim : dim) * sizeof(int64_t))
    fatal_error(
        "error: task `%s` copies through field %s, whose elements of %zu bytes are no %s of %d "
        "dimensions",
        name, field_name(space, field).c_str(), size, is_range ? "rectangles" : "points", dim);
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
  auto add_index = [&](const RegionRequirement* requirement, const LogicalRegion& into, bool is_range,
                       uint32_t& index, FieldID& field) {
    if (!requirement) return;
    index = static_cast<uint32_t>(launcher.region_requirements.size());
    field = point_field(context, *requirement, region_of(into).domain.box.dim, is_range);
    launcher.add_region_requirement(*requirement);
  };
  add_index(copy.source_index, copy.source.region, copy.source_index_is_range, header.source_index,
            header.source_index_field);
  add_index(copy.target_index, copy.target.region, copy.target_index_is_range, header.target_index,
            header.target_index_field);
  header.source_is_range = copy.source_index && copy.source_index_is_range;
  header.target_is_range = copy.target_index && copy.target_index_is_range;
  if (copy.source_reach || copy.target_reach) header.reach = new Reach{copy.source_reach, copy.target_reach};
  for (const RegionRequirement& requirement : copy.more) launcher.add_region_requirement(requirement);
  header.skips_sources = copy.skips_sources;
  header.skips_targets = copy.skips_targets;
  std::string argument(reinterpret_cast<const char*>(&header), sizeof(header));
  for (const std::vector<FieldID>* fields : {&copy.source_fields, &copy.target_fields})
    argument.append(reinterpret_cast<const char*>(fields->data()), fields->size() * sizeof(FieldID));
  launcher.argument = TaskArgument(argument.data(), argument.size());
  Runtime::get_runtime()->execute_task(&context, launcher);
}

}  // namespace Legion::Internal
