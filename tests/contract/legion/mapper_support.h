// What the tests of mappers share: running a program of the core with a mapper on each processor.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "contract/runtime/support.h"
#include "mappers/default_mapper.h"
#include "runtime/legion/context.h"
#include "runtime/legion/mapper/manager.h"
#include "runtime/legion/mapper/startup.h"

namespace palatine::test {

using Legion::Machine;
using Legion::Memory;
using Legion::Processor;
using Legion::Mapping::DefaultMapper;
using Legion::Mapping::Mapper;
using Legion::Mapping::MapperContext;
using Legion::Mapping::MapperRuntime;
using Legion::Mapping::PhysicalInstance;

// Makes the mapper of a processor.
typedef std::function<Mapper*(MapperRuntime*, Machine, Processor)> MakeMapper;

inline MakeMapper& mapper_of_test() {
  static MakeMapper make;
  return make;
}

inline int run_mapped(const api::TaskDesc& main, std::vector<std::string> flags, MakeMapper make) {
  static const bool is_added = [] {
    legion::add_start_callback([](Machine machine, const std::set<Processor>& processors) {
      if (!mapper_of_test()) return;
      legion::MapperManager& mappers = legion::mappers_of_process("the test");
      for (Processor processor : processors) {
        mappers.replace_default_mapper(mapper_of_test()(mappers.mapper_runtime(), machine, processor),
                                       processor);
      }
    });
    return true;
  }();
  (void)is_added;
  mapper_of_test() = std::move(make);
  int code = run_program(main, std::move(flags));
  mapper_of_test() = nullptr;
  return code;
}

template <typename M>
MakeMapper mapper_class() {
  return [](MapperRuntime* runtime, Machine machine, Processor processor) -> Mapper* {
    return new M(runtime, machine, processor);
  };
}

// Where the running task runs.
inline Processor here(api::Context& context) {
  return legion::find_mappers_of_process()->processor_of(legion::ContextImpl::of(context).task());
}

// Lines that mappers and tasks write; in one order only where the test says so.
class Notes {
 public:
  void add(std::string line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> take() {
    std::lock_guard lock(mutex_);
    return std::move(lines_);
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};
inline Notes notes;

// ---- tasks on a region with the fields x and y of 8 bytes

struct MappedArgs {
  api::Region region;
  int32_t value;
};
inline const api::ParamDesc kMappedParams[] = {
    {"r", api::ParamKind::region, offsetof(MappedArgs, region), sizeof(api::Region)},
    {"value", api::ParamKind::value, offsetof(MappedArgs, value), 4}};
inline const uint16_t kMappedFields[] = {0, 1};
inline const api::FieldDesc kMappedFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
inline const api::FieldSpaceDesc kMappedSpace{"pair", kMappedFieldDescs, 2};
inline const api::RequirementDesc kMappedWritesX[] = {
    {0, api::Privilege::read_write, api::ReductionOp::add, kMappedFields, 1}};
inline const api::RequirementDesc kMappedReadsX[] = {
    {0, api::Privilege::read, api::ReductionOp::add, kMappedFields, 1}};
inline const api::RequirementDesc kMappedSharesX[] = {
    {0, api::Privilege::read_write, api::ReductionOp::add, kMappedFields, 1, true}};
inline const api::SourceLoc kMappedLoc{"test.rg", 10};

inline api::TaskDesc mapped_task(const char* name, const api::RequirementDesc* requirement, TaskBody body) {
  return task_with<MappedArgs>(name, body, true, kMappedParams, requirement, requirement ? 1 : 0);
}

inline api::Region mapped_region(api::Context& context, int64_t size, const char* name = "grid") {
  return context.create_region(context.create_ispace<1>({0, size - 1}), kMappedSpace, {name, {"test.rg", 7}});
}

inline void launch_on(api::Context& context, const api::TaskDesc& task, const MappedArgs& args) {
  api::LaunchSiteDesc site{&task, kMappedLoc};
  context.launch(site, &args, nullptr, 0);
}

// One point for each colour of a partition.
inline void launch_points(api::Context& context, const api::TaskDesc& task, api::Partition partition,
                          int64_t count) {
  static const api::Projection projections[] = {api::Projection::identity, api::Projection::value};
  api::IndexLaunchSiteDesc site{&task, kMappedLoc, projections, nullptr, false, false};
  api::IndexLauncher launcher(context, site, static_cast<uint64_t>(count));
  for (int64_t k = 0; k < count; ++k) {
    auto* args = static_cast<MappedArgs*>(launcher.point_args());
    args->region = context.subregion<1>(partition, k, kMappedLoc);
    args->value = static_cast<int32_t>(k);
  }
  launcher.issue(nullptr);
}

}  // namespace palatine::test
