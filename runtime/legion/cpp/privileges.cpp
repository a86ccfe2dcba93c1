#include "runtime/legion/cpp/privileges.h"

#include <algorithm>

#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

std::string Asking::text() const {
  std::string text = verb;
  if (task) text += std::string(" task `") + task + "`";
  if (provenance && !provenance->empty()) text += " (" + *provenance + ")";
  return text;
}

std::string who(const LaunchedTask& task) {
  std::string text = std::string("task `") + task.get_task_name() + "`";
  if (!task.provenance_view.empty()) text += " (" + std::string(task.provenance_view) + ")";
  return text;
}

api::Privilege privilege_of(const RegionRequirement& requirement) {
  if (requirement.is_no_access()) return api::Privilege::none;
  if (requirement.privilege == LEGION_REDUCE) return api::Privilege::reduce;
  if (requirement.privilege & LEGION_DISCARD_MASK) return api::Privilege::write_discard;
  if (requirement.privilege & LEGION_WRITE_PRIV) return api::Privilege::read_write;
  if (requirement.privilege & LEGION_READ_PRIV) return api::Privilege::read;
  return api::Privilege::none;
}

static unsigned coherence_of(const RegionRequirement& requirement) {
  return requirement.prop & ~LEGION_COLLECTIVE_MASK;
}

bool is_shared(const RegionRequirement& requirement) {
  const unsigned coherence = coherence_of(requirement);
  return coherence == LEGION_SIMULTANEOUS || coherence == LEGION_RELAXED;
}

static FieldSpace fields_of(const RegionRequirement& requirement) {
  return requirement.handle_type == LEGION_PARTITION_PROJECTION ? requirement.partition.get_field_space()
                                                                : requirement.region.get_field_space();
}

std::vector<uint16_t> slots_of(const RegionRequirement& requirement) {
  return field_space_of(fields_of(requirement), "a region requirement")
      .slots_of(requirement.privilege_fields);
}

// ---- against the task's own privileges

namespace {

// Whether `region` is `top` or lies in one of its partitions.
bool is_below(const core::Region* region, const core::Region& top) {
  for (; region; region = region->parent ? region->parent->parent : nullptr) {
    if (region == &top) return true;
  }
  return false;
}

const char* privilege_name(PrivilegeMode privilege) {
  if (privilege == LEGION_REDUCE) return "reduces";
  if ((privilege & LEGION_READ_WRITE) == LEGION_READ_WRITE) return "reads and writes";
  if (privilege & LEGION_WRITE_PRIV) return "writes";
  return privilege & LEGION_READ_PRIV ? "reads" : "no privilege";
}

bool covers(const RegionRequirement& have, const RegionRequirement& wanted) {
  const unsigned need = wanted.privilege & LEGION_READ_WRITE, own = have.privilege & LEGION_READ_WRITE;
  if (need & ~own) return false;
  return have.privilege != LEGION_REDUCE || wanted.redop == 0 || have.redop == wanted.redop;
}

}  // namespace

void check_requirement(TaskContext& context, const RegionRequirement& wanted, const Asking& asking) {
  const bool is_partition = wanted.handle_type == LEGION_PARTITION_PROJECTION;
  auto fail = [&](const std::string& problem) {
    realm::fatal_error("error: %s %s with a requirement %s", who(context.task).c_str(), asking.text().c_str(),
                       problem.c_str());
  };
  auto handle = [&] { return is_partition ? name_of(wanted.partition) : name_of(wanted.region); };
  if (is_partition ? !wanted.partition.exists() : !wanted.region.exists()) fail("that names no region");
  if (!wanted.parent.exists()) fail("on " + handle() + " without a parent region");
  const core::Region& parent = region_of(wanted.parent);
  const core::Region& used = is_partition ? *partition_of(wanted.partition).parent : region_of(wanted.region);
  if (!is_below(&used, parent))
    fail("on " + handle() + ", which does not lie in its parent " + name_of(wanted.parent));
  if (privilege_of(wanted) == api::Privilege::none) return;
  if (wanted.privilege == LEGION_REDUCE) reduction_of(wanted.redop);
  bool has_tree = false;
  std::set<FieldID> missing;
  for (const RegionRequirement& own : context.task.regions) {
    if (own.region.get_tree_id() != wanted.parent.get_tree_id()) continue;
    if (!has_tree) missing = wanted.privilege_fields;
    has_tree = true;
    const core::Region* top = context.core.forest().find_region(Handle::core_region(own.region));
    if (!top || !is_below(&parent, *top) || !covers(own, wanted)) continue;
    for (FieldID field : own.privilege_fields) missing.erase(field);
  }
  if (has_tree && missing.empty()) return;
  const Maker maker = has_tree ? Maker::other : maker_of(parent.root->id, context.task);
  if (maker == Maker::task) return;
  if (maker == Maker::destroyed) fail("on " + handle() + ", which was destroyed");
  if (!has_tree) fail("on " + handle() + ", but it has no privilege for that region and has not made it");
  fail("that " + std::string(privilege_name(wanted.privilege)) + " field " +
       field_name(wanted.parent.get_field_space(), *missing.begin()) + " of " + handle() +
       ", which exceeds its own privileges");
}

// ---- against each other

const FieldID* common_field(const RegionRequirement& a, const RegionRequirement& b) {
  auto p = a.privilege_fields.begin(), q = b.privilege_fields.begin();
  while (p != a.privilege_fields.end() && q != b.privilege_fields.end()) {
    if (*p == *q) return &*p;
    if (*p < *q) {
      ++p;
    } else {
      ++q;
    }
  }
  return nullptr;
}

bool may_run_together(const RegionRequirement& a, const RegionRequirement& b, bool is_epoch) {
  const api::Privilege p = privilege_of(a), q = privilege_of(b);
  auto only_reads = [](api::Privilege privilege) {
    return privilege == api::Privilege::none || privilege == api::Privilege::read;
  };
  if (p == api::Privilege::none || q == api::Privilege::none || (only_reads(p) && only_reads(q))) return true;
  if (p == api::Privilege::reduce && q == api::Privilege::reduce && a.redop == b.redop) return true;
  if (is_shared(a) && is_shared(b)) return true;
  return !is_epoch && coherence_of(a) == LEGION_ATOMIC && coherence_of(b) == LEGION_ATOMIC;
}

bool surely_overlap(const LogicalRegion& a, const LogicalRegion& b) {
  const core::Region &p = region_of(a), &q = region_of(b);
  if (&p == &q) return !p.domain.is_empty();
  // Sets of many boxes are compared by the analysis, and only once.
  constexpr uint64_t kLargest = 4096;
  for (const core::Region* region : {&p, &q}) {
    if (!region->domain.is_dense() && region->domain.volume() > kLargest) return false;
  }
  return core::overlaps(p.domain, q.domain);
}

void check_interference(const std::vector<RegionRequirement>& requirements,
                        const std::vector<LogicalRegion>* points, const Asking& asking) {
  const size_t count = requirements.size();
  for (size_t j = 1; j < count; j++) {
    for (size_t i = 0; i < j; i++) {
      const RegionRequirement &a = requirements[i], &b = requirements[j];
      if (a.parent.get_tree_id() != b.parent.get_tree_id() || may_run_together(a, b, false)) continue;
      const FieldID* field = common_field(a, b);
      if (!field) continue;
      auto refuse = [&](const LogicalRegion& x, const LogicalRegion& y) {
        if (!surely_overlap(x, y)) return;
        realm::fatal_error(
            "error: %s %s with region requirements %zu and %zu that interfere: they have elements of field "
            "%s in common (%s and %s), and one of them writes",
            running_context() ? who(running_context()->task).c_str() : "a task", asking.text().c_str(), i, j,
            field_name(x.get_field_space(), *field).c_str(), name_of(x).c_str(), name_of(y).c_str());
      };
      if (!points) {
        refuse(a.region, b.region);
        continue;
      }
      for (size_t k = 0; k + count <= points->size(); k += count) refuse((*points)[k + i], (*points)[k + j]);
    }
  }
}

void join_epoch(TaskContext& context, const LaunchedTask& task, std::vector<LogicalRegion> regions) {
  if (regions.empty()) {
    for (const RegionRequirement& requirement : task.regions) regions.push_back(requirement.region);
  }
  for (const EpochTask& earlier : context.epoch_tasks) {
    for (size_t i = 0; i < earlier.requirements.size(); i++) {
      for (size_t j = 0; j < task.regions.size(); j++) {
        const RegionRequirement &a = earlier.requirements[i], &b = task.regions[j];
        if (a.parent.get_tree_id() != b.parent.get_tree_id() || may_run_together(a, b, true)) continue;
        const FieldID* field = common_field(a, b);
        if (!field || !surely_overlap(earlier.regions[i], regions[j])) continue;
        realm::fatal_error(
            "error: %s launches a must epoch whose tasks cannot all run at the same time: task `%s` must "
            "wait "
            "for task `%s`, because they have elements of field %s of %s in common, and one of them writes",
            who(context.task).c_str(), task.get_task_name(), earlier.name.c_str(),
            field_name(a.parent.get_field_space(), *field).c_str(), name_of(a.parent).c_str());
      }
    }
  }
  context.epoch_tasks.push_back({task.get_task_name(), task.regions, std::move(regions)});
}

// ---- values that nobody has written

static std::string field_in_slot(FieldSpace handle, uint16_t slot) {
  FieldID id = 0;
  {
    const FieldSpaceImpl& space = field_space_of(handle, "a region requirement");
    std::shared_lock lock(space.mutex);
    for (const auto& [field, description] : space.fields) {
      if (description.slot == slot) id = field;
    }
  }
  return field_name(handle, id);
}

void note_use(TaskContext& context, const RegionRequirement& requirement, const std::vector<uint16_t>& slots,
              const Asking& asking) {
  const api::Privilege privilege = privilege_of(requirement);
  if (privilege == api::Privilege::none) return;
  core::Region* top = context.core.forest().find_region(requirement.parent.get_tree_id());
  if (!top) return;
  std::atomic<uint64_t>* written = top->root->written.get();
  for (uint16_t slot : slots) {
    std::atomic<uint64_t>& word = written[slot / core::kGroupFields];
    const uint64_t bit = uint64_t{1} << slot % core::kGroupFields;
    if (word.load(std::memory_order_relaxed) & bit) [[likely]]
      continue;
    word.fetch_or(bit, std::memory_order_relaxed);
    const bool needs_values = privilege == api::Privilege::read || privilege == api::Privilege::reduce;
    if (!needs_values || is_shared(requirement) || (requirement.flags & LEGION_SUPPRESS_WARNINGS_FLAG))
      continue;
    fprintf(stderr, "warning: %s %s with a requirement that %s field %s of %s, which nothing has written\n",
            who(context.task).c_str(), asking.text().c_str(), privilege_name(requirement.privilege),
            field_in_slot(fields_of(requirement), slot).c_str(), name_of(requirement.parent).c_str());
  }
}

void check_use(TaskContext& context, const RegionRequirement& requirement, const Asking& asking) {
  check_requirement(context, requirement, asking);
  note_use(context, requirement, slots_of(requirement), asking);
}

void note_discard(const RegionRequirement& requirement) {
  core::Region& region = region_of(requirement.region);
  if (!region.is_root()) return;
  for (uint16_t slot : slots_of(requirement))
    region.root->written[slot / core::kGroupFields].fetch_and(~(uint64_t{1} << slot % core::kGroupFields),
                                                              std::memory_order_relaxed);
}

RegionRequirement requirement_for(LogicalRegion region, LogicalRegion parent, const std::set<FieldID>& fields,
                                  PrivilegeMode privilege) {
  RegionRequirement requirement(region, privilege, LEGION_EXCLUSIVE, parent);
  for (FieldID field : fields) requirement.add_field(field);
  return requirement;
}

}  // namespace Legion::Internal
