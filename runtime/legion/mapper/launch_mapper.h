// What the core asks when a program brings mappers of its own; see docs/mapping.md.
//
// Without mappers `Runtime::mapper` is null and all decisions are those of the core: any worker runs any
// task, and the one instance of a root is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/api/palatine_api.h"

namespace Legion {
class LayoutConstraintSet;
}

namespace palatine::legion {

class ContextImpl;
class DescribedAcquire;
class DescribedCopy;
class DescribedInline;
class DescribedPartition;
class DescribedRelease;
class Task;
struct Batch;
struct Partition;
struct Region;

class LaunchMapper {
 public:
  virtual ~LaunchMapper() = default;

  // The main task, before it is queued.
  virtual void main_task(Task& task) = 0;
  // A task whose dependences are known and whose analysis has not ended. True: the launching task goes on
  // when it is complete.
  virtual bool task(ContextImpl& context, Task& task) = 0;
  // All points of an index launch, likewise. They follow colours `first` and up of `partition`, if that is
  // not null. False: any worker may run them, as if there were no mappers.
  virtual bool points(ContextImpl& context, Batch& batch, Partition* partition, uint64_t first) = 0;
  // A mapping by the running task of its own.
  virtual void inline_mapping(ContextImpl& context, const api::MapDesc& map) = 0;
  virtual void copy(ContextImpl& context, Region& source, Region& target, const api::CopyField& field) = 0;
  // The same of programs in C++, which describe their operations themselves but for the task that they are
  // of. Instances that are not like a region's own memory are added to `layouts`.
  virtual void inline_mapping(ContextImpl& context, DescribedInline& operation,
                              std::vector<Legion::LayoutConstraintSet>& layouts) = 0;
  virtual void copy(ContextImpl& context, DescribedCopy& operation) = 0;
  virtual void partition(ContextImpl& context, DescribedPartition& operation) = 0;
  virtual void acquire(ContextImpl& context, DescribedAcquire& operation) = 0;
  virtual void release(ContextImpl& context, DescribedRelease& operation) = 0;
  // How many sub-tasks the running task may be ahead of (`limit`), and to how few it then waits.
  virtual void configure(ContextImpl& context, uint32_t& limit, uint32_t& wait_until) = 0;
  // The id of the processor that the task runs on; 0 when it is not known.
  virtual uint64_t processor_id(const Task& task) = 0;
  // What a mapper gives for a tunable.
  virtual std::vector<char> tunable(ContextImpl& context, uint32_t number, uint32_t mapper, uint64_t tag,
                                    const void* arguments, size_t size_bytes) = 0;
  virtual void begin_epoch(ContextImpl& context) = 0;
  virtual void end_epoch(ContextImpl& context) = 0;
};

}  // namespace palatine::legion
