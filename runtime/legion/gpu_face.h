// What the core asks when a program has tasks for GPUs (gpu/gpus.h). A program without such tasks links none
// of it: `Runtime::gpus` is null, and each place that would ask costs one branch.
//
// Data of a region have a home on the host (instance.h) and may have places in the memories of devices. Who
// is about to run something on the host says so here first; what is newer elsewhere is then copied home.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/api/palatine_api.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

class Runtime;
class Task;
class TraceLaunch;
struct Region;
struct RootRegion;

// Fields of one group that something on the host is about to use.
struct HostUse {
  Region* region;
  uint32_t group;
  uint64_t mask;
  // Needs the values that are there: false when every point is written before it is read.
  bool needs_values;
  bool is_write;
  const char* task_name;
  api::SourceLoc loc;
};

// What a device keeps to launch a trace again (gpu/recorded_trace.h).
class GpuTrace {
 public:
  virtual ~GpuTrace() = default;
};

class GpuFace {
 public:
  virtual ~GpuFace() = default;

  // Whether it can launch traces of tasks as one (trace_graph.h).
  virtual bool takes_traces() const = 0;
  // One whose preconditions are all there.
  virtual void begin(TraceLaunch& launch, realm::Worker& worker) = 0;

  // A task whose preconditions are all there. True: its body runs on the host, and its data are there. False:
  // it runs on a device, or is queued again when its data are there.
  virtual bool begin(Task& task, realm::Worker& worker) = 0;
  // True when the host may use the data now. False: `resume` is queued when it may, which need not ask again.
  virtual bool to_host(std::span<const HostUse> uses, realm::Work& resume) = 0;
  // Waits instead; on a fiber, or a thread that is no worker.
  virtual void to_host_now(std::span<const HostUse> uses) = 0;

  // True: a device that has the values fills the region, and `resume` is queued when it has. False: the host
  // has to.
  virtual bool fill_there(const HostUse& use, uint32_t field, const void* value, uint32_t size_bytes,
                          realm::Work& resume) = 0;

  // For the body of a task that runs on a device.
  virtual api::FieldAddress field(Task& task, Region& region, uint32_t field) = 0;
  virtual void fill(Task& task, Region& region, uint32_t field, const void* value, uint32_t size_bytes) = 0;
  // What the driver calls the task's stream, and its device.
  virtual void* native_stream(Task& task) = 0;
  virtual int device_number(Task& task) = 0;
  // Behind what is queued on the task's stream.
  virtual void call(Task& task, void (*function)(void* argument), void* argument) = 0;

  // Nothing uses the region any more, and nothing will.
  virtual void forget(RootRegion& root) = 0;
  // Triggers when the work that devices have now is over: tasks are complete before that. No event when they
  // have none.
  virtual realm::Event quiet() = 0;
  // Whether work of devices is under way, so that something will be queued without the workers' doing.
  virtual bool is_busy() const = 0;
};

struct GpuHooks {
  // Null when there are no GPUs to use. `flags` are those of the command line that are about GPUs. Ends the
  // program with a message when they ask for what is not there.
  std::unique_ptr<GpuFace> (*open)(Runtime& runtime, const std::vector<std::string>& flags);
};
// Null when the program has no tasks for GPUs. Set before `api::run`.
extern const GpuHooks* gpu_hooks;

}  // namespace palatine::legion
