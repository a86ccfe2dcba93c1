// One run of a program: what all its tasks share.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/legion/barrier.h"
#include "runtime/legion/collective.h"
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/grain.h"
#include "runtime/legion/region_tree.h"
#include "runtime/realm/memory.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

class LaunchMapper;
class Runtime;

// What the launch of a task needs to know about it, computed once.
struct TaskInfo {
  // A requirement, split by groups of fields.
  struct Access {
    uint16_t param;
    uint32_t offset;  // of the region in the argument struct
    uint32_t group;
    uint64_t mask;
    bool is_write;
    bool is_shared;
    // Whether the values that are there are used.
    bool needs_values;
    // The region itself, where the argument is a list of regions.
    Region* region = nullptr;
  };

  Runtime* runtime;
  const api::TaskDesc* desc;
  std::vector<Access> accesses;
  bool has_lists = false;
  // Of its index launches.
  mutable Grain grain;
  // Of its single launches, for `AtOnce`.
  mutable Grain single;
  // Has a body for GPUs that may be used.
  bool runs_on_gpu = false;
  // Others may use the same data at the same time (`simultaneous`, `relaxed`).
  bool shares_data = false;
  // Is a leaf, and nothing but its accesses says what it waits for: see at_once.h.
  bool is_plain_leaf = false;
};

// From the command line; docs/runtime.md lists the flags.
struct Options {
  int workers = 0;                 // -ll:cpu; 0: the processors that the process may use
  uint64_t memory_bytes = 0;       // -ll:csize; 0: what the process may use
  int io_workers = 0;              // -ll:io: processors for tasks that a mapper sends there
  uint64_t stack_bytes = 2 << 20;  // -ll:stacksize
  bool checks_schedule = false;    // -lg:check
  bool traces = true;              // not with -lg:no_tracing: traces are replayed
  bool graphs = true;              // not with -lg:no_graphs: on devices as graphs (trace_graph.h)
  uint32_t window = 1024;          // -lg:window: how many sub-tasks a task may be ahead of
  uint32_t grain = 0;              // -lg:grain: points of an index launch in one operation; 0: see grain.h
  std::vector<std::string> gpu_flags;  // what is said about GPUs, as it stands on the command line
};

class Runtime {
 public:
  Runtime(const Options& options, const api::ProgramDesc& program);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const TaskInfo& task_info(const api::TaskDesc& desc);

  realm::SystemMemory memory;
  Forest forest;
  realm::Scheduler scheduler;
  Collectives collectives;
  PhaseBarriers barriers;
  const Options options;
  // Null without mappers of the program. Set before the main task runs.
  LaunchMapper* mapper = nullptr;
  // Null when no task can run on a GPU. Gone before the other members.
  std::unique_ptr<GpuFace> gpus;
  // The command line, with the runtime's flags.
  int command_line_count = 0;
  char** command_line = nullptr;
  // The program's own arguments.
  std::vector<char*> arguments;

 private:
  std::unique_ptr<TaskInfo> describe(const api::TaskDesc& desc);

  // The program's tasks: never changed after construction, read without a lock.
  std::unordered_map<const api::TaskDesc*, std::unique_ptr<TaskInfo>> tasks_;
  // Tasks that the program's table lacks. Guarded by `mutex_`.
  std::unordered_map<const api::TaskDesc*, std::unique_ptr<TaskInfo>> late_tasks_;
  std::mutex mutex_;
};

}  // namespace palatine::legion
