#include "runtime/realm/process.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "realm/id.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/fiber.h"
#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process_state.h"
#include "runtime/realm/reductions.h"
#include "runtime/realm/topology.h"
#include "runtime/realm/worker.h"

namespace palatine::realm {

namespace {

struct ComponentEntry {
  void (*start)();
  void (*stop)();
};

std::vector<ComponentEntry>& components() {
  static auto* instance = new std::vector<ComponentEntry>;
  return *instance;
}

// What exists while the runtime runs.
struct Process {
  // Run CPU processors and background work.
  Scheduler workers;
  // Utility and I/O processors have threads of their own, which sleep when there is nothing for them, so that
  // a task that blocks or spins on a CPU processor holds none of theirs up. Null without such processors.
  std::unique_ptr<Scheduler> helpers;
  // Processors of a NUMA node, and those for OpenMP, have threads of their own.
  struct Group {
    // The node that they stay on, or null.
    const NumaNode* node;
    // Of a parallel region; 0: nobody said.
    int openmp_threads;
    std::unique_ptr<Scheduler> workers;
    // The one whose tasks they run, or null.
    Gpu* gpu = nullptr;
  };
  // Each has a thread of its own. Gone after everything that uses their memories.
  GpuSet gpus;
  std::vector<Group> groups;
  std::vector<std::unique_ptr<ProcessorState>> processors;
  std::vector<MemoryInfo> memories;
  std::vector<std::thread> threads;
  const bool defers_allocation;

  Process(const CoreConfig& config, const NumaConfig& numa, const OpenMpConfig& openmp, const GpuConfig& gpu)
      : workers(config.cpu > 0 ? config.cpu : 1), gpus(gpu), defers_allocation(config.defers_allocation) {
    if (config.util + config.io > 0) helpers = std::make_unique<Scheduler>(config.util + config.io);
    for (int k = 0; k < config.cpu; ++k) add(Realm::Processor::LOC_PROC, workers);
    for (int k = 0; k < config.util; ++k) add(Realm::Processor::UTIL_PROC, *helpers);
    for (int k = 0; k < config.io; ++k) add(Realm::Processor::IO_PROC, *helpers);
    if (config.sysmem > 0) add(Realm::Memory::SYSTEM_MEM, config.sysmem);
    if (config.regmem > 0) add(Realm::Memory::REGDMA_MEM, config.regmem);
    if (config.diskmem > 0) add(Realm::Memory::DISK_MEM, config.diskmem);
    if (numa.is_wanted()) add_nodes(numa);
    if (openmp.processors > 0) add_openmp(openmp);
    add_gpus(gpu);
    // Holds nothing itself: it is where instances in files are.
    add(Realm::Memory::FILE_MEM, 0);
  }

  void add_nodes(const NumaConfig& numa) {
    for (const NumaNode& node : topology().nodes) {
      const size_t bytes = node.cpu_count > 0 ? numa.mem_bytes : numa.nocpu_mem_bytes;
      if (bytes > 0) add(Realm::Memory::SOCKET_MEM, bytes, node.number);
      if (numa.cpus == 0 || node.cpu_count == 0) continue;
      groups.push_back({&node, 0, std::make_unique<Scheduler>(numa.cpus)});
      for (int k = 0; k < numa.cpus; ++k)
        add(Realm::Processor::LOC_PROC, *groups.back().workers, node.number);
    }
  }

  void add_openmp(const OpenMpConfig& openmp) {
    std::vector<const NumaNode*> places;
    if (openmp.uses_numa) {
      for (const NumaNode& node : topology().nodes) {
        if (node.cpu_count > 0) places.push_back(&node);
      }
    }
    if (places.size() < 2) places.assign(1, nullptr);
    const auto kind = openmp.hides_kind ? Realm::Processor::LOC_PROC : Realm::Processor::OMP_PROC;
    const int place_count = static_cast<int>(places.size());
    for (int p = 0; p < place_count && p < openmp.processors; ++p) {
      const int count = (openmp.processors - p + place_count - 1) / place_count;
      const NumaNode* node = places[static_cast<size_t>(p)];
      groups.push_back({node, openmp.threads, std::make_unique<Scheduler>(count)});
      for (int k = 0; k < count; ++k) add(kind, *groups.back().workers, node ? node->number : -1);
    }
  }

  void add_gpus(const GpuConfig& config) {
    for (const auto& gpu : gpus.all()) {
      groups.push_back({nullptr, 0, std::make_unique<Scheduler>(1), gpu.get()});
      add(Realm::Processor::TOC_PROC, *groups.back().workers, -1, gpu.get());
      if (config.fbmem > 0) {
        MemoryInfo& memory = add(Realm::Memory::GPU_FB_MEM, config.fbmem);
        memory.bytes = gpu->bytes();
        memory.gpu = gpu.get();
      }
      if (gpu->pinned_bytes()) add(Realm::Memory::Z_COPY_MEM, config.zcmem).bytes = gpu->pinned_bytes();
      if (gpu->managed_bytes())
        add(Realm::Memory::GPU_MANAGED_MEM, config.managed).bytes = gpu->managed_bytes();
    }
  }

  void add(Realm::Processor::Kind kind, Scheduler& scheduler, int numa_node = -1, Gpu* gpu = nullptr) {
    Realm::ID id = Realm::ID::make_processor(0, static_cast<unsigned>(processors.size()));
    processors.push_back(
        std::make_unique<ProcessorState>(Realm::Processor(id.id), kind, scheduler, numa_node, gpu));
  }

  MemoryInfo& add(Realm::Memory::Kind kind, uint64_t capacity_bytes, int numa_node = -1) {
    Realm::ID id = Realm::ID::make_memory(0, static_cast<unsigned>(memories.size()));
    MemoryInfo info;
    info.handle = Realm::Memory(id.id);
    info.kind = kind;
    info.capacity_bytes = capacity_bytes;
    info.numa_node = numa_node;
    info.defers_allocation = defers_allocation;
    return memories.emplace_back(info);
  }

  bool is_idle() {
    for (auto& processor : processors) {
      if (processor->is_active()) return false;
    }
    for (Group& group : groups) {
      if (!group.workers->is_idle()) return false;
    }
    for (const auto& gpu : gpus.all()) {
      if (!gpu->is_idle()) return false;
    }
    return workers.is_idle() && (!helpers || helpers->is_idle());
  }
};

// Written at start and stop only. Acquire: another thread may use the runtime as soon as it sees it.
std::atomic<Process*> process{nullptr};

Process& need_process() {
  Process* current = process.load(std::memory_order_acquire);
  if (!current) fatal_error("error: the runtime has not been started");
  return *current;
}

}  // namespace

const std::vector<MemoryInfo>& memories() {
  return need_process().memories;
}

const MemoryInfo* find_memory(Realm::Memory memory) {
  Realm::ID id(memory.id);
  const std::vector<MemoryInfo>& all = memories();
  uint64_t index = id.memory_mem_idx();
  return id.is_memory() && index < all.size() && all[index].handle == memory ? &all[index] : nullptr;
}

bool is_runtime_running() {
  return process.load(std::memory_order_acquire) != nullptr;
}

void need_runtime(const char* call) {
  if (!is_runtime_running()) bad_use(call, "the runtime has not been started");
}

const std::vector<std::unique_ptr<Gpu>>& gpus() {
  return need_process().gpus.all();
}

void submit_background(Work& work) {
  need_process().workers.submit(work);
}

Scheduler& scheduler() {
  return need_process().workers;
}

Component::Component(void (*start)(), void (*stop)()) {
  components().push_back({start, stop});
}

const std::vector<std::unique_ptr<ProcessorState>>& processors() {
  return need_process().processors;
}

ProcessorState* find_processor(Realm::Processor processor) {
  Realm::ID id(processor.id);
  const auto& all = processors();
  uint64_t index = id.proc_proc_idx();
  return id.is_processor() && index < all.size() && all[index]->handle == processor ? all[index].get()
                                                                                    : nullptr;
}

void start_process(const CoreConfig& config, const NumaConfig& numa, const OpenMpConfig& openmp,
                   const GpuConfig& gpu) {
  Fiber::set_stack_bytes(openmp.processors > 0 ? std::max(config.stack_size, openmp.stack_size)
                                               : config.stack_size);
  Process* made = new Process(config, numa, openmp, gpu);
  process.store(made, std::memory_order_release);
  for (ComponentEntry& component : components()) component.start();
  made->threads.emplace_back([made] { made->workers.run(); });
  if (made->helpers) made->threads.emplace_back([made] { made->helpers->run(); });
  for (Process::Group& group : made->groups) {
    made->threads.emplace_back([&group] {
      group.workers->run([&group](auto loop) {
        if (group.node) sched_setaffinity(0, sizeof group.node->cpus, &group.node->cpus);
        if (group.openmp_threads > 0) set_openmp_threads(group.openmp_threads);
        if (group.gpu) group.gpu->check(group.gpu->device().use_on_this_thread(), "cannot use it");
        loop();
      });
    });
  }
}

bool is_process_idle() {
  return need_process().is_idle();
}

int process_threads() {
  const Process& current = need_process();
  int count = current.workers.worker_count() + (current.helpers ? current.helpers->worker_count() : 0);
  for (const Process::Group& group : current.groups) count += group.workers->worker_count();
  // Each is watched by one.
  return count + static_cast<int>(current.gpus.all().size());
}

void stop_process() {
  Process* current = &need_process();
  // Idle twice in a row: what one part handed to another in between is seen.
  for (int seen = 0; seen < 2;) {
    seen = current->is_idle() ? seen + 1 : 0;
    std::this_thread::sleep_for(std::chrono::microseconds(seen == 1 ? 20 : 100));
  }
  current->workers.stop();
  if (current->helpers) current->helpers->stop();
  for (Process::Group& group : current->groups) group.workers->stop();
  for (std::thread& thread : current->threads) thread.join();
  auto& all = components();
  for (size_t k = all.size(); k-- > 0;) all[k].stop();
  process.store(nullptr, std::memory_order_release);
  delete current;
}

}  // namespace palatine::realm
