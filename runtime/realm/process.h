// The running instance of the low-level runtime: what there is from `Runtime::start` to the end of
// `Runtime::wait_for_shutdown`.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "realm/memory.h"
#include "realm/processor.h"
#include "runtime/realm/work.h"

namespace palatine::realm {

class Gpu;
class Scheduler;

// A memory of the machine model. Instances are the business of runtime/realm/instance.
struct MemoryInfo {
  Realm::Memory handle;
  Realm::Memory::Kind kind;
  uint64_t capacity_bytes;
  // The node that its bytes are on; -1: anywhere.
  int numa_node = -1;
  // Whether a request may wait for bytes that will be released.
  bool defers_allocation = true;
  // Its bytes, when they are there already; else the memory is address space of its own.
  char* bytes = nullptr;
  // Not null: only work on this GPU can touch the bytes.
  Gpu* gpu = nullptr;
};

// All memories; the place in the list is `ID(memory).memory_mem_idx()`. Fixed while the runtime runs.
const std::vector<MemoryInfo>& memories();
// Null when the handle is no memory of this run.
const MemoryInfo* find_memory(Realm::Memory memory);

// Whether the runtime runs. Calls that need it say so in their message otherwise (`need_runtime`).
bool is_runtime_running();
void need_runtime(const char* call);

// The GPUs; empty when none were asked for. Fixed while the runtime runs.
const std::vector<std::unique_ptr<Gpu>>& gpus();

// Queues work that never waits on the workers that also run tasks.
void submit_background(Work& work);
// The workers of CPU processors and background work.
Scheduler& scheduler();

// Functions that are called at each start (the memories exist) and at each end (no operation is pending). Add
// them from constructors of static objects.
struct Component {
  Component(void (*start)(), void (*stop)());
};

}  // namespace palatine::realm
