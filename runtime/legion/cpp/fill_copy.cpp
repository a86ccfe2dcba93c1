// Fills, copies and discards.
#include <algorithm>
#include <cstring>

#include "runtime/legion/barrier.h"
#include "runtime/legion/cpp/copy_task.h"
#include "runtime/legion/cpp/grants.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/shown_operations.h"
#include "runtime/legion/cpp/task_launch.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"

namespace Legion {

using namespace Internal;

static void fill_region(TaskContext& context, const LogicalRegion& handle, const LogicalRegion& parent,
                        const std::set<FieldID>& fields, const void* value, size_t value_size) {
  check_use(context, requirement_for(handle, parent, fields, LEGION_WRITE_DISCARD), "fills");
  const LayoutsAside aside(context);
  core::Region& region = region_of(handle);
  const FieldSpaceImpl& space = field_space_of(handle.get_field_space(), "fill_fields");
  for (FieldID field : fields) {
    const size_t size = space.size_of(field);
    if (size != value_size)
      palatine::realm::fatal_error(
          "error: task `%s` fills field %s of %s, which has elements of %zu bytes, with "
          "a value of %zu bytes",
          context.task.get_task_name(), field_name(handle.get_field_space(), field).c_str(),
          name_of(handle).c_str(), size, value_size);
    context.core.fill(region, space.slot_of(field), value, static_cast<uint32_t>(size), {"C++", 0});
  }
}

void Internal::DataCalls::fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid,
                                     const void* value, size_t value_size, Predicate pred) {
  fill_fields(ctx, handle, parent, std::set<FieldID>{fid}, value, value_size, pred);
}

void Internal::DataCalls::fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid,
                                     Future value, Predicate pred) {
  fill_fields(ctx, handle, parent, std::set<FieldID>{fid}, value, pred);
}

void Internal::DataCalls::fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent,
                                      const std::set<FieldID>& fields, const void* value, size_t value_size,
                                      Predicate pred) {
  if (happens(pred)) fill_region(*ctx, handle, parent, fields, value, value_size);
}

void Internal::DataCalls::fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent,
                                      const std::set<FieldID>& fields, Future value, Predicate pred) {
  if (!happens(pred)) return;
  const size_t size = value.get_untyped_size();
  fill_region(*ctx, handle, parent, fields, value.get_untyped_pointer(), size);
}

// Barriers of operations that the core does not give them to: the operations before them are complete when
// they arrive.
static void wait_barriers(TaskContext& context, const Launcher& launcher, const char* call) {
  if (!launcher.grants.empty()) wait_for(take_grants(launcher.grants), call);
  for (const PhaseBarrier& barrier : launcher.wait_barriers)
    context.core.await({barrier.get_barrier().id}, context.core.task().info.desc->loc);
}
static void arrive_barriers(TaskContext& context, const Launcher& launcher) {
  if (launcher.arrive_barriers.empty() && launcher.grants.empty()) return;
  const realm::Event done = context.core.all_launched();
  use_grants(launcher.grants, done);
  for (const PhaseBarrier& barrier : launcher.arrive_barriers)
    core::arrive_after(context.core.runtime().barriers, {barrier.get_barrier().id}, done,
                       {context.core.task().info.desc->name, context.core.task().info.desc->loc});
}

static const void* value_of_fill(const FillLauncherBase& launcher, size_t& size) {
  if (launcher.future.exists()) {
    size = launcher.future.get_untyped_size();
    return launcher.future.get_untyped_pointer();
  }
  size = launcher.argument.get_size();
  return launcher.argument.get_ptr();
}

void Internal::DataCalls::fill_fields(Context ctx, const FillLauncher& launcher) {
  if (!happens(launcher.predicate)) return;
  wait_barriers(*ctx, launcher, "fill_fields");
  size_t size = 0;
  const void* value = value_of_fill(launcher, size);
  fill_region(*ctx, launcher.handle, launcher.parent, launcher.fields, value, size);
  arrive_barriers(*ctx, launcher);
}

void Internal::DataCalls::fill_fields(Context ctx, const IndexFillLauncher& launcher) {
  if (!happens(launcher.predicate)) return;
  wait_barriers(*ctx, launcher, "fill_fields");
  size_t size = 0;
  const void* value = value_of_fill(launcher, size);
  RegionRequirement requirement =
      launcher.partition.exists()
          ? RegionRequirement(launcher.partition, launcher.projection, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE,
                              launcher.parent)
          : RegionRequirement(launcher.region, launcher.projection, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE,
                              launcher.parent);
  const Domain domain =
      launcher.launch_domain.exists() ? launcher.launch_domain : domain_of(launcher.launch_space);
  for (Domain::DomainPointIterator it(domain); it; it++) {
    const LogicalRegion region = projected_region(requirement, nullptr, 0, *it, domain, "an index fill");
    fill_region(*ctx, region, launcher.parent, launcher.fields, value, size);
  }
  arrive_barriers(*ctx, launcher);
}

// What is in the fields stays: nothing may be read of it before it is written.
void Internal::DataCalls::discard_fields(Context ctx, const DiscardLauncher& launcher) {
  const RegionRequirement requirement =
      requirement_for(launcher.handle, launcher.parent, launcher.fields, LEGION_WRITE_DISCARD);
  check_requirement(*ctx, requirement, "discards");
  note_discard(requirement);
}

// ---- copies

namespace {

// The fields of a copy, pairwise.
std::vector<FieldID> fields_of(const RegionRequirement& requirement) {
  if (!requirement.instance_fields.empty()) return requirement.instance_fields;
  return {requirement.privilege_fields.begin(), requirement.privilege_fields.end()};
}

// Number `index` of the copies of a launcher, for one point of it.
struct OneCopy {
  RegionRequirement source, target, source_index, target_index;
  // Of index copies whose points gather from, or scatter to, the regions of all points; see copy_task.h.
  std::shared_ptr<const core::OwnedDomain> source_reach, target_reach;
  std::vector<RegionRequirement> more;
};

void copy_fields(TaskContext& context, const CopyLauncherBase& launcher, size_t index, const OneCopy& one) {
  const char* name = context.task.get_task_name();
  CopyTask copy;
  copy.source = one.source;
  copy.target = one.target;
  copy.source_fields = fields_of(one.source);
  copy.target_fields = fields_of(one.target);
  if (copy.source_fields.size() != copy.target_fields.size())
    palatine::realm::fatal_error("error: task `%s` copies %zu fields to %zu", name, copy.source_fields.size(),
                                 copy.target_fields.size());
  const LogicalRegion &from = one.source.region, &to = one.target.region;
  const FieldSpaceImpl& source_space = field_space_of(from.get_field_space(), "issue_copy_operation");
  const FieldSpaceImpl& target_space = field_space_of(to.get_field_space(), "issue_copy_operation");
  const bool folds = one.target.privilege == LEGION_REDUCE;
  for (size_t k = 0; k < copy.source_fields.size(); k++) {
    const size_t source_size = source_space.size_of(copy.source_fields[k]);
    const size_t target_size = target_space.size_of(copy.target_fields[k]);
    const ReductionOp* op = folds ? &reduction_of(one.target.redop) : nullptr;
    if (op ? source_size != op->sizeof_rhs || target_size != op->sizeof_lhs : source_size != target_size)
      palatine::realm::fatal_error("error: task `%s` copies field %s to field %s, whose sizes do not fit",
                                   name, field_name(from.get_field_space(), copy.source_fields[k]).c_str(),
                                   field_name(to.get_field_space(), copy.target_fields[k]).c_str());
  }
  if (index < launcher.src_indirect_requirements.size()) copy.source_index = &one.source_index;
  if (index < launcher.dst_indirect_requirements.size()) copy.target_index = &one.target_index;
  core::Region &source = region_of(from), &target = region_of(to);
  if (folds || copy.source_index || copy.target_index) {
    copy.skips_sources = launcher.possible_src_indirect_out_of_range;
    copy.skips_targets = launcher.possible_dst_indirect_out_of_range;
    copy.source_index_is_range = copy.source_index && launcher.src_indirect_is_range.at(index);
    copy.target_index_is_range = copy.target_index && launcher.dst_indirect_is_range.at(index);
    if (copy.source_index_is_range && !copy.target_index_is_range && !folds)
      palatine::realm::fatal_error(
          "error: task `%s` gathers through a field of ranges: it must scatter through one, or reduce", name);
    copy.source_reach = one.source_reach;
    copy.target_reach = one.target_reach;
    copy.more = one.more;
    launch_copy(context, copy);
    return;
  }
  if (source.domain.box.dim != target.domain.box.dim)
    palatine::realm::fatal_error("error: task `%s` copies from %d to %d dimensions", name,
                                 source.domain.box.dim, target.domain.box.dim);
  for (size_t k = 0; k < copy.source_fields.size(); k++) {
    const api::CopyField field{source_space.slot_of(copy.source_fields[k]),
                               target_space.slot_of(copy.target_fields[k]), nullptr};
    context.core.copy(source, target, field, {}, {"C++", 0});
  }
}

// The requirement for one point.
RegionRequirement at_point(const std::vector<RegionRequirement>& requirements, size_t index,
                           const DomainPoint& point, const Domain& domain) {
  if (index >= requirements.size()) return RegionRequirement();
  RegionRequirement result = requirements[index];
  result.region =
      projected_region(result, nullptr, static_cast<unsigned>(index), point, domain, "an index copy");
  result.partition = LogicalPartition();
  result.handle_type = LEGION_SINGULAR_PROJECTION;
  return result;
}

std::vector<RegionRequirement> all_at_point(const std::vector<RegionRequirement>& requirements,
                                            const DomainPoint& point, const Domain& domain) {
  std::vector<RegionRequirement> all;
  for (size_t k = 0; k < requirements.size(); k++) all.push_back(at_point(requirements, k, point, domain));
  return all;
}

void ask_about_point(TaskContext& context, const CopyLauncherBase& launcher, const DomainPoint& point,
                     const Domain& domain) {
  if (!has_mappers(context)) return;
  ask_mapper(context, launcher,
             {all_at_point(launcher.src_requirements, point, domain),
              all_at_point(launcher.dst_requirements, point, domain),
              all_at_point(launcher.src_indirect_requirements, point, domain),
              all_at_point(launcher.dst_indirect_requirements, point, domain), point, domain});
}

void check_copy(TaskContext& context, const CopyLauncherBase& launcher) {
  const char* name = context.task.get_task_name();
  Asking copies("copies");
  copies.provenance = &launcher.provenance;
  if (launcher.src_requirements.size() != launcher.dst_requirements.size())
    palatine::realm::fatal_error("error: task `%s` copies %zu source requirements to %zu", name,
                                 launcher.src_requirements.size(), launcher.dst_requirements.size());
  for (const RegionRequirement& requirement : launcher.src_requirements)
    check_use(context, requirement, copies);
  for (const RegionRequirement& requirement : launcher.dst_requirements)
    check_use(context, requirement, copies);
  for (const RegionRequirement& requirement : launcher.src_indirect_requirements)
    check_use(context, requirement, copies);
  for (const RegionRequirement& requirement : launcher.dst_indirect_requirements)
    check_use(context, requirement, copies);
}

}  // namespace

// The points of an index copy, and what all of them use.
namespace {

class IndexCopy {
 public:
  IndexCopy(const IndexCopyLauncher& launcher, const Domain& domain) : launcher_(launcher), domain_(domain) {
    for (Domain::DomainPointIterator it(domain); it; it++) points_.push_back(*it);
  }

  void run(TaskContext& context) const {
    for (const DomainPoint& point : points_) ask_about_point(context, launcher_, point, domain_);
    for (size_t k = 0; k < launcher_.src_requirements.size(); k++) {
      const bool gathers =
          k < launcher_.src_indirect_requirements.size() && launcher_.collective_src_indirect_points;
      const bool scatters =
          k < launcher_.dst_indirect_requirements.size() && launcher_.collective_dst_indirect_points;
      const Side sources = gathers ? side_of(launcher_.src_requirements, k) : Side();
      const Side targets = scatters ? side_of(launcher_.dst_requirements, k) : Side();
      for (const DomainPoint& point : points_) {
        OneCopy one = {at_point(launcher_.src_requirements, k, point, domain_),
                       at_point(launcher_.dst_requirements, k, point, domain_),
                       at_point(launcher_.src_indirect_requirements, k, point, domain_),
                       at_point(launcher_.dst_indirect_requirements, k, point, domain_),
                       sources.reach,
                       targets.reach,
                       {}};
        add_more(one.source, sources, one.target, one.more);
        add_more(one.target, targets, one.source, one.more);
        copy_fields(context, launcher_, k, one);
      }
    }
  }

 private:
  // The regions of all points. Without reach: those of each point are its own.
  struct Side {
    std::vector<LogicalRegion> regions;
    std::shared_ptr<const core::OwnedDomain> reach;
    LogicalRegion bound;
  };

  Side side_of(const std::vector<RegionRequirement>& requirements, size_t index) const {
    Side side;
    for (const DomainPoint& point : points_) {
      const LogicalRegion region = at_point(requirements, index, point, domain_).region;
      if (std::find(side.regions.begin(), side.regions.end(), region) == side.regions.end())
        side.regions.push_back(region);
    }
    if (side.regions.size() < 2) return {};
    // Halves, and then both together, so that no long list is looked at for each region.
    std::vector<core::OwnedDomain> parts;
    for (const LogicalRegion& region : side.regions)
      parts.push_back(core::intersect(region_of(region).domain, region_of(region).domain));
    for (; parts.size() > 1; parts.resize((parts.size() + 1) / 2)) {
      for (size_t k = 0; 2 * k < parts.size(); k++)
        parts[k] = 2 * k + 1 < parts.size() ? core::unite(parts[2 * k], parts[2 * k + 1]) : parts[2 * k];
    }
    side.reach = std::make_shared<const core::OwnedDomain>(parts.front());
    const RegionRequirement& requirement = requirements[index];
    side.bound = requirement.handle_type == LEGION_PARTITION_PROJECTION
                     ? Runtime::get_runtime()->get_parent_logical_region(requirement.partition)
                     : requirement.region;
    return side;
  }

  // Widens one side of a copy to the regions of all points: to what they are parts of, and where the other
  // side lies in there, to each of them.
  static void add_more(RegionRequirement& own, const Side& side, const RegionRequirement& other,
                       std::vector<RegionRequirement>& more) {
    if (!side.reach) return;
    if (own.region.get_tree_id() != other.region.get_tree_id() || !common_field(own, other)) {
      own.region = side.bound;
      return;
    }
    for (const LogicalRegion& region : side.regions) {
      if (region == own.region) continue;
      more.push_back(own);
      more.back().region = region;
    }
  }

  const IndexCopyLauncher& launcher_;
  const Domain domain_;
  std::vector<DomainPoint> points_;
};

}  // namespace

void Internal::DataCalls::issue_copy_operation(Context ctx, const CopyLauncher& launcher) {
  check_copy(*ctx, launcher);
  if (!happens(launcher.predicate)) return;
  wait_barriers(*ctx, launcher, "issue_copy_operation");
  const LayoutsAside aside(*ctx);
  ask_about_point(*ctx, launcher, launcher.point, Domain());
  for (size_t k = 0; k < launcher.src_requirements.size(); k++) {
    copy_fields(*ctx, launcher, k,
                {at_point(launcher.src_requirements, k, launcher.point, Domain()),
                 at_point(launcher.dst_requirements, k, launcher.point, Domain()),
                 at_point(launcher.src_indirect_requirements, k, launcher.point, Domain()),
                 at_point(launcher.dst_indirect_requirements, k, launcher.point, Domain()),
                 nullptr,
                 nullptr,
                 {}});
  }
  arrive_barriers(*ctx, launcher);
}

void Internal::DataCalls::issue_copy_operation(Context ctx, const IndexCopyLauncher& launcher) {
  check_copy(*ctx, launcher);
  if (!happens(launcher.predicate)) return;
  wait_barriers(*ctx, launcher, "issue_copy_operation");
  const LayoutsAside aside(*ctx);
  const Domain domain =
      launcher.launch_domain.exists() ? launcher.launch_domain : domain_of(launcher.launch_space);
  IndexCopy(launcher, domain).run(*ctx);
  arrive_barriers(*ctx, launcher);
}

}  // namespace Legion
