// Parts of traces that a device repeats as one: how launches of a replayed trace become a single operation,
// which launches a graph (gpu/recorded_trace.h), instead of a task each.
//
// A part is launches behind each other, with nothing between them, of tasks whose bodies for GPUs repeat
// (api::TaskDesc::gpu_repeats), without results, conditions or barriers: the whole trace, or what stands
// between tasks on the host, fills and the like. What was launched, and with which regions, must have been
// the same the last times. Then, in an execution that is replayed, its launches are *collected*: they are
// compared with the recorded ones, and nothing else happens. Arguments that are values may be others in each
// execution: the operation has its own, and the graph is changed where it has others. So may those that come
// from futures, which the operation waits for.
//
//   open ──the part's first launch──▶ collecting ──its last one──▶ one operation, asked for by all that they
//                                         │                        ask; then open, for the next part
//                                         │
//                                         └── a launch is another, or anything else is asked ──▶ launched as
//                                             tasks after all, and closed until the next execution
//
// The operation waits for what the part's launches wait for that is not among them, and later ones wait for
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
#include <span>
#include <utility>
#include <vector>

#include "runtime/legion/dependence.h"
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/operation.h"

namespace palatine::legion {

class ContextImpl;
struct Recording;
struct TaskInfo;

// Argument structs of a launch's points.
struct alignas(64) GraphArgsUnit {
  char bytes[64];
};
using GraphArgs = std::vector<GraphArgsUnit>;

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

  // As it was when it was noted; values may be others later.
  std::shared_ptr<const GraphArgs> args;
  // The parameters whose values come from futures; nothing is there in `args`.
  std::vector<uint16_t> futures;

  char* args_of(uint64_t point, const GraphArgs& of) const {
    return const_cast<char*>(reinterpret_cast<const char*>(of.data())) + point * args_stride;
  }
  char* args_of(uint64_t point) const { return args_of(point, *args); }
  uint32_t line() const { return is_index ? points.loc.line : single.loc.line; }
  // What of the arguments is compared: all of it, or what is no value.
  enum class Part : uint8_t { all, handles };
  bool is_same_point(const char* own, const char* other, Part part) const;
  // Whether all points have these arguments.
  bool has_args(const char* other, size_t stride_bytes, Part part) const;
  // A copy of the arguments of all points.
  std::shared_ptr<const GraphArgs> copy_args(const char* from, size_t stride_bytes) const;
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

// Where it stands in a recording.
struct GraphPart {
  uint32_t first_group;
  size_t first_call;
  std::shared_ptr<GraphTrace> trace;
};

// Of a recording (trace.h): its launches as they were the last time.
struct GraphRecord {
  // By operations and index launches; null for what devices cannot repeat.
  std::vector<std::shared_ptr<const GraphLaunch>> launches;
  bool has_changed = false;
  // How many executions of tasks it was the same in a row, and how many there must be.
  uint32_t unchanged = 0, patience = 1;
  // In order; made when they are needed.
  bool has_parts = false;
  std::vector<GraphPart> parts;
};

// A value that need not be there yet, of all points of a launch.
struct GraphFuture {
  size_t launch;
  uint16_t param;
  api::Future future;
};

// An execution of a part as one operation.
class TraceLaunch final : public Operation {
 public:
  TraceLaunch(realm::Scheduler& scheduler, Task& launched_by, std::shared_ptr<GraphTrace> of);
  const std::shared_ptr<GraphTrace> trace;
  // The arguments of its launches; empty when they are those that were noted.
  std::vector<std::shared_ptr<const GraphArgs>> args;
  // It waits for them; then they are written to the arguments.
  std::vector<GraphFuture> futures;
  void take_futures();
  const std::shared_ptr<const GraphArgs>& args_of(size_t launch) const {
    return args.empty() ? trace->launches[launch]->args : args[launch];
  }
  Task* const parent;
  // All its work is queued. It is gone afterwards.
  void complete(realm::Worker& worker);

 private:
  Edge edge_room_[4];
};

class TraceGraphs {
 public:
  bool is_open() const { return record_ != nullptr; }
  bool is_collecting() const { return trace_ != nullptr; }
  // A trace has begun, and what the analysis makes of it is known; it is about to end.
  void begin(ContextImpl& context);
  void end(ContextImpl& context);
  // While it is open: whether it is the next launch of a part; else it has to be made, behind `leave`.
  using Futures = std::span<const api::FutureArg>;
  bool collect(ContextImpl& context, const api::LaunchSiteDesc& site, const void* args, Futures futures);
  bool collect(ContextImpl& context, const api::IndexLaunchSiteDesc& site, uint64_t count, const char* args,
               size_t args_stride, Futures futures);
  // Makes the launches that were collected, as tasks. Does nothing otherwise.
  void leave(ContextImpl& context);
  // An operation without conditions has asked the analysis.
  void note(ContextImpl& context, realm::Event asker, const api::LaunchSiteDesc& site, const char* args,
            Futures futures);
  void note(ContextImpl& context, realm::Event asker, const api::IndexLaunchSiteDesc& site, uint64_t count,
            const char* args, size_t args_stride, Futures futures);

 private:
  void note(ContextImpl& context, realm::Event asker, GraphLaunch&& launch, const char* args);
  // The launch that a part goes on with, or begins with, here; else null.
  const GraphLaunch* expected(ContextImpl& context);
  // That is what is launched, with these arguments.
  void take(ContextImpl& context, const GraphLaunch& launch, const char* args, size_t args_stride,
            Futures futures);
  bool may_launch(const ContextImpl& context) const;
  void launch(ContextImpl& context);

  // Of the trace that is executed; null when it is closed.
  std::shared_ptr<GraphRecord> record_;
  const Recording* recording_ = nullptr;
  size_t next_part_ = 0;
  // The part that is being collected, and how much of it was.
  std::shared_ptr<GraphTrace> trace_;
  size_t next_ = 0;
  // By its launches; empty while all have the arguments that were noted.
  std::vector<std::shared_ptr<const GraphArgs>> args_;
  std::vector<GraphFuture> futures_;
};

}  // namespace palatine::legion
