#include "runtime/legion/runtime.h"

#include <algorithm>
#include <map>

#include "runtime/legion/list.h"
#include "runtime/realm/machine.h"

namespace palatine::legion {

const GpuHooks* gpu_hooks = nullptr;

Runtime::Runtime(const Options& chosen, const api::ProgramDesc& program)
    : memory(chosen.memory_bytes ? chosen.memory_bytes : realm::allowed_memory_bytes()),
      forest(memory),
      scheduler(chosen.workers > 0 ? chosen.workers : realm::allowed_cpus()),
      options(chosen) {
  realm::Fiber::set_stack_bytes(options.stack_bytes);
  scheduler.set_idle_hook(
      [](void* self) {
        Runtime& runtime = *static_cast<Runtime*>(self);
        // A device that is at work will give the workers something to do.
        if (!runtime.gpus || !runtime.gpus->is_busy()) runtime.forest.memory_plan().when_idle();
      },
      this);
  for (uint32_t k = 0; k < program.task_count; ++k) tasks_[program.tasks[k]] = describe(*program.tasks[k]);
  const auto can_use_gpu = [](const auto& task) { return task.second->runs_on_gpu; };
  if (gpu_hooks && std::ranges::any_of(tasks_, can_use_gpu)) gpus = gpu_hooks->open(*this, options.gpu_flags);
  forest.set_gpus(gpus.get());
}

Runtime::~Runtime() {
  forest.set_gpus(nullptr);
}

std::unique_ptr<TaskInfo> Runtime::describe(const api::TaskDesc& desc) {
  auto info = std::make_unique<TaskInfo>();
  info->runtime = this;
  info->desc = &desc;
  info->has_lists = has_list_arguments(desc);
  for (uint16_t r = 0; r < desc.requirement_count; ++r) {
    const api::RequirementDesc& requirement = desc.requirements[r];
    if (requirement.privilege == api::Privilege::none) continue;
    std::map<uint32_t, uint64_t> groups;
    for (uint16_t f = 0; f < requirement.field_count; ++f) {
      groups[requirement.fields[f] / kGroupFields] |= uint64_t{1} << requirement.fields[f] % kGroupFields;
    }
    for (auto [group, mask] : groups) {
      info->accesses.push_back({requirement.param, desc.params[requirement.param].offset, group, mask,
                                requirement.privilege != api::Privilege::read, requirement.is_shared,
                                !requirement.overwrites});
    }
  }
  info->runs_on_gpu = desc.gpu_body && desc.is_leaf && !desc.is_inner;
  info->shares_data =
      std::ranges::any_of(info->accesses, [](const auto& access) { return access.is_shared; });
  info->is_plain_leaf =
      desc.is_leaf && !info->has_lists && !info->shares_data && !desc.await_count && !desc.arrive_count;
  return info;
}

const TaskInfo& Runtime::task_info(const api::TaskDesc& desc) {
  auto known = tasks_.find(&desc);
  if (known != tasks_.end()) return *known->second;
  std::lock_guard lock(mutex_);
  std::unique_ptr<TaskInfo>& info = late_tasks_[&desc];
  if (!info) info = describe(desc);
  return *info;
}

}  // namespace palatine::legion
