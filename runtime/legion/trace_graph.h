// Traces that a device repeats as one: how an execution of a replayed trace becomes a single operation, which
// launches a graph (gpu/recorded_trace.h), instead of a task for each launch.
//
// A trace qualifies when all that it launches are tasks whose bodies for GPUs repeat
// (api::TaskDesc::gpu_repeats), without results, futures or barriers, and when what was launched, arguments
// included, was the same the last times. Then, in an execution that is replayed, launches are *collected*:
// they are compared with the recorded ones, and nothing else happens.
//
//   replaying ──begin──▶ collecting ──end, all were the same──▶ one operation, asked for by all that they ask
//                            │
//                            └── a launch is another, or anything else is asked ──▶ launched as tasks after
//                            all
//
// The operation waits for what the trace's launches wait for that is not among them, and later ones wait for
// it in their place. What it does is what the tasks do in the order of the program, so nothing is lost when
// the device cannot launch a graph: then they run one after another.
//
// Whoever asks the task's analysis anything ends the collecting first (ContextImpl::dependences).
//
// Thread safety: `TraceGraphs` belongs to one task.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/legion/dependence.h"
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/operation.h"

namespace palatine::legion {

class ContextImpl;
struct TaskInfo;

// A launch as the task made it: what must be the same for it to be the same. Sites are copied, as they may be
// gone when the launch is made after all.
struct GraphLaunch {
  const TaskInfo* info = nullptr;
  bool is_index = false;
  api::LaunchSiteDesc single{};
  api::IndexLaunchSiteDesc points{};
  std::vector<api::Projection> projections;  // of `points`
  uint64_t count = 1;
  size_t args_stride = 0;

  struct alignas(64) Unit {
    char bytes[64];
  };
  std::vector<Unit> args;

  char* args_of(uint64_t point) const {
    return const_cast<char*>(reinterpret_cast<const char*>(args.data())) + point * args_stride;
  }
  uint32_t line() const { return is_index ? points.loc.line : single.loc.line; }
  // Whether all points have these arguments.
  bool has_args(const char* other, size_t stride_bytes) const;
};

// What is launched as one. Never changed but for the last two members.
struct GraphTrace {
  std::vector<std::shared_ptr<const GraphLaunch>> launches;
  // What all of it uses, each once, and the names that say so.
  std::vector<Use> uses;
  std::vector<std::pair<uint32_t, Region*>> regions;
  // The device could not launch it.
  std::atomic<bool> has_failed{false};
  // The device's own; for who runs it, and there is one at a time since each waits for the one before.
  std::unique_ptr<GpuTrace> on_device;
};

// Of a recording (trace.h): its launches as they were the last time.
struct GraphRecord {
  // By operations and index launches; null for what devices cannot repeat.
  std::vector<std::shared_ptr<const GraphLaunch>> launches;
  bool has_changed = false;
  // How many executions of tasks it was the same in a row, and how many there must be.
  uint32_t unchanged = 0, patience = 1;
  // Null until it is needed.
  std::shared_ptr<GraphTrace> trace;
};

// An execution of a trace as one operation.
class TraceLaunch final : public Operation {
 public:
  TraceLaunch(realm::Scheduler& scheduler, Task& launched_by, std::shared_ptr<GraphTrace> of);
  const std::shared_ptr<GraphTrace> trace;
  Task* const parent;
  // All its work is queued. It is gone afterwards.
  void complete(realm::Worker& worker);

 private:
  Edge edge_room_[4];
};

class TraceGraphs {
 public:
  bool is_collecting() const { return trace_ != nullptr; }
  // A trace has begun, and what the analysis makes of it is known; it is about to end.
  void begin(ContextImpl& context);
  void end(ContextImpl& context);
  // Whether it is the next launch of the trace; else it has to be made, behind `leave`.
  bool collect(ContextImpl& context, const api::LaunchSiteDesc& site, const void* args);
  bool collect(ContextImpl& context, const api::IndexLaunchSiteDesc& site, uint64_t count, const char* args,
               size_t args_stride);
  // Makes the launches that were collected, as tasks. Does nothing otherwise.
  void leave(ContextImpl& context);
  // An operation without futures and conditions has asked the analysis.
  void note(ContextImpl& context, realm::Event asker, const api::LaunchSiteDesc& site, const char* args);
  void note(ContextImpl& context, realm::Event asker, const api::IndexLaunchSiteDesc& site, uint64_t count,
            const char* args, size_t args_stride);

 private:
  void note(ContextImpl& context, realm::Event asker, GraphLaunch&& launch, const char* args);
  bool may_launch(const ContextImpl& context) const;
  void launch(ContextImpl& context);

  std::shared_ptr<GraphRecord> record_;
  std::shared_ptr<GraphTrace> trace_;
  size_t next_ = 0;
};

}  // namespace palatine::legion
