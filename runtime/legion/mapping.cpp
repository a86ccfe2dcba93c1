// Mapping for the running task's own accesses.
#include <algorithm>

#include "runtime/legion/context.h"
#include "runtime/legion/instance.h"
#include "runtime/legion/list.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Calls visit(use) for each group of a mapping's fields.
template <typename Visit>
void for_each_use(const Views& views, Region& region, const api::MapDesc& desc, Visit visit) {
  const bool is_write = desc.privilege != api::Privilege::read;
  for (uint16_t k = 0; k < desc.field_count;) {
    uint32_t group = desc.fields[k] / kGroupFields;
    uint64_t mask = 0;
    for (; k < desc.field_count && desc.fields[k] / kGroupFields == group; ++k) {
      mask |= uint64_t{1} << desc.fields[k] % kGroupFields;
    }
    for (const FieldGroup& part : fields_of_view(views, desc.region.view, {group, mask}))
      visit(Use{&region, part.group, part.mask, is_write});
  }
}

}  // namespace

ContextImpl::Accesses ContextImpl::accesses_of(const TaskInfo& info, const char* args, api::SourceLoc loc,
                                               std::vector<TaskInfo::Access>& room) const {
  auto is_list = [&](const TaskInfo::Access& access) {
    return info.desc->params[access.param].kind == api::ParamKind::list;
  };
  auto region_at = [&](const TaskInfo::Access& access) -> const api::Region& {
    return *reinterpret_cast<const api::Region*>(args + access.offset);
  };
  auto is_plain = [&](const TaskInfo::Access& access) {
    return !is_list(access) && region_at(access).view == 0;
  };
  if (std::ranges::all_of(info.accesses, is_plain)) return info.accesses;
  auto add = [&](const TaskInfo::Access& access, const api::Region& handle) {
    for (const FieldGroup& part :
         fields_of_view(forest().views(), handle.view, {access.group, access.mask})) {
      TaskInfo::Access& made = room.emplace_back(access);
      made.group = part.group;
      made.mask = part.mask;
      made.region = is_list(access) ? &region(handle.id, loc) : nullptr;
    }
  };
  for (const TaskInfo::Access& access : info.accesses) {
    if (!is_list(access)) {
      add(access, region_at(access));
      continue;
    }
    const auto& list = *reinterpret_cast<const ListImage*>(args + access.offset);
    for_each_leaf(list, *info.desc->params[access.param].list,
                  [&](const char* region) { add(access, *reinterpret_cast<const api::Region*>(region)); });
  }
  return room;
}

void ContextImpl::map_parameters() {
  const api::TaskDesc& desc = *task_.info.desc;
  if (desc.is_inner) return;
  std::vector<TaskInfo::Access> room;
  for (const TaskInfo::Access& access : accesses_of(task_.info, task_.args, desc.loc, room)) {
    // The regions of a list are mapped one by one, where the task uses them.
    if (access.region && !desc.is_leaf) continue;
    Use use = use_of(access, task_.args, desc.loc);
    allocate_fields(forest(), *use.region->root, use.group, use.mask, WhoMaps{desc.name, desc.loc});
    if (!desc.is_leaf) mapped_.push_back(use);
  }
  log_mapped(true);
}

void ContextImpl::log_mapped(bool is_new, const Use* also) {
  if (!schedule_log || is_leaf()) [[likely]]
    return;
  std::vector<Use> uses = mapped_;
  if (also) uses.push_back(*also);
  schedule_log->mapped(task_.done.id(), task_.info.desc->name, uses, is_new);
  if (also) schedule_log->mapped(task_.done.id(), task_.info.desc->name, mapped_, false);
}

void ContextImpl::wait_for(const Use& use) {
  if (!launches_) return;
  std::vector<realm::Event> earlier;
  // Only asks: what comes later in program order is launched after the accesses.
  dependences().ask(use, [&](realm::Event event) { earlier.push_back(event); });
  earlier.push_back(launches_->fence);
  for (realm::Event event : earlier) realm::wait(event);
}

void ContextImpl::map(const api::MapDesc* maps, uint32_t count, api::SourceLoc loc) {
  for (uint32_t k = 0; k < count; ++k) {
    if (runtime_.mapper) runtime_.mapper->inline_mapping(*this, maps[k]);
    for_each_use(forest().views(), region(maps[k].region.id, loc), maps[k], [&](const Use& use) {
      wait_for(use);
      mapped_.push_back(use);
    });
  }
  next_sequence(1);
  for (uint32_t k = 0; k < count; ++k) {
    for_each_use(forest().views(), region(maps[k].region.id, loc), maps[k], [&](const Use& use) {
      realm::wait(reserve(use, task_.info.desc->name, loc));
      allocate_fields(forest(), *use.region->root, use.group, use.mask, WhoMaps{task_.info.desc->name, loc});
    });
  }
  if (runtime_.gpus) [[unlikely]]
    move_mapped_home();
  log_mapped(true);
}

void ContextImpl::move_mapped_home(const Use* also) {
  const api::TaskDesc& desc = *task_.info.desc;
  std::vector<HostUse> uses;
  const auto add = [&](const Use& use) {
    uses.push_back({use.region, use.group, use.mask, true, use.is_write, desc.name, desc.loc});
  };
  for (const Use& use : mapped_) add(use);
  if (also) add(*also);
  runtime_.gpus->to_host_now(uses);
}

api::FieldAddress ContextImpl::read_now(Region& region, uint32_t field, api::SourceLoc loc, bool writes) {
  Use use{&region, field / kGroupFields, uint64_t{1} << field % kGroupFields, writes};
  wait_for(use);
  next_sequence(1);
  realm::wait(reserve(use, task_.info.desc->name, loc));
  allocate_fields(forest(), *region.root, use.group, use.mask, WhoMaps{task_.info.desc->name, loc});
  if (runtime_.gpus) [[unlikely]]
    move_mapped_home(&use);
  log_mapped(true, &use);
  return field_address(*region.root, field);
}

void ContextImpl::unmap(const api::MapDesc* maps, uint32_t count) {
  for (uint32_t k = 0; k < count; ++k) {
    // What was destroyed is not mapped any more.
    Region* region = forest().find_region(maps[k].region.id);
    if (!region) continue;
    for_each_use(forest().views(), *region, maps[k], [&](const Use& use) {
      for (Use& mapped : mapped_) {
        if (mapped.region == use.region && mapped.group == use.group) mapped.mask &= ~use.mask;
      }
    });
  }
  std::erase_if(mapped_, [](const Use& mapped) { return mapped.mask == 0; });
  log_mapped(false);
}

bool ContextImpl::conflicts_with_mapped(const Use& use) const {
  for (const Use& mapped : mapped_) {
    if (conflicts(mapped, use)) return true;
  }
  return false;
}

// Whether a leaf was given just this region with a field of it: most are asked for like that.
static bool names_field(const Task& task, const Region& region, uint32_t group, uint64_t bit) {
  const TaskInfo& info = task.info;
  if (!info.desc->is_leaf || info.desc->is_inner || info.has_lists) return false;
  for (const TaskInfo::Access& access : info.accesses) {
    const api::Region& given = *reinterpret_cast<const api::Region*>(task.args + access.offset);
    if (given.id == region.id && given.view == 0 && access.group == group && (access.mask & bit)) return true;
  }
  return false;
}

api::FieldAddress ContextImpl::field(Region& region, uint32_t field) {
  if (task_.gpu) [[unlikely]]
    return runtime_.gpus->field(task_, region, field);
  RootRegion& root = *region.root;
  uint32_t group = field / kGroupFields;
  uint64_t bit = uint64_t{1} << field % kGroupFields;
  if (names_field(task_, region, group, bit)) [[likely]]
    return field_address(root, field);
  auto covers = [&](const Use& use) {
    if (use.region->root != &root || use.group != group || !(use.mask & bit)) return false;
    for (const Region* r = &region;; r = r->parent->parent) {
      if (r == use.region) return true;
      if (r->is_root()) break;
    }
    return legion::contains(use.region->domain, region.domain);
  };
  bool is_mapped = false;
  for (const Use& use : mapped_) is_mapped = is_mapped || covers(use);
  const api::TaskDesc& desc = *task_.info.desc;
  if (!is_mapped && desc.is_leaf && !desc.is_inner) {
    std::vector<TaskInfo::Access> room;
    for (const TaskInfo::Access& access : accesses_of(task_.info, task_.args, desc.loc, room)) {
      is_mapped = is_mapped || covers(use_of(access, task_.args, desc.loc));
    }
  }
  if (!is_mapped) {
    realm::internal_error("task `%s` (%s:%u) accesses field `%s` of region `%s`, which is not mapped",
                          desc.name, desc.loc.file, desc.loc.line,
                          field < root.fields.size() ? root.fields[field].name : "?", root.name.c_str());
  }
  return field_address(root, field);
}

}  // namespace palatine::legion
