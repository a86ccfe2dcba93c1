// What lies behind the functions of the fake driver: contexts, streams and their work, events, memory,
// graphs.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <set>
#include <thread>

#include "runtime/device/cuda_driver.h"
#include "support/device/fake_cuda.h"
#include "support/device/ptx_machine.h"

namespace palatine::device {

// Results that only the fake driver gives.
namespace cuda_result {
enum : int {
  not_initialized = 3,
  invalid_context = 201,
  no_binary = 209,
  invalid_ptx = 218,
  invalid_handle = 400,
  capture_unsupported = 900,
  capture_unjoined = 904,
};
}

struct CudaContextTag {
  int ordinal = 0;
  int uses = 0;
  std::set<CudaContext> peers;
};

struct CudaGraphNodeTag {
  std::function<void()> run;
  // Of a launch, else null.
  CudaFunctionHandle function = nullptr;
};

// Work that is written down to be done later, as often as is asked.
struct FakeCapture {
  CudaStreamHandle origin = nullptr;
  std::vector<std::shared_ptr<CudaGraphNodeTag>> work;
  // What the next work of each stream comes behind.
  std::map<CudaStreamHandle, std::vector<CudaGraphNodeHandle>> last;
  // Of each stream that takes part: how much it has put here, and what it knows to be done before.
  std::map<CudaStreamHandle, uint64_t> submitted;
  std::map<CudaStreamHandle, std::map<CudaStreamHandle, uint64_t>> knows;
};

struct CudaStreamTag {
  struct Work {
    std::function<void()> run;
    // A wait: not done before that point.
    CudaStreamHandle target = nullptr;
    uint64_t position = 0;
  };
  CudaContext context = nullptr;
  std::deque<Work> queue;
  uint64_t submitted = 0;
  uint64_t done = 0;
  // The thread does its next operation.
  bool is_busy = false;
  bool is_destroyed = false;
  std::shared_ptr<FakeCapture> capture;
};

struct CudaEventTag {
  CudaContext context = nullptr;
  CudaStreamHandle stream = nullptr;
  uint64_t position = 0;
  bool has_time = false;
  std::shared_ptr<uint64_t> time = std::make_shared<uint64_t>(0);
  // Recorded in a capture: what was known there.
  std::shared_ptr<FakeCapture> capture;
  std::map<CudaStreamHandle, uint64_t> knows;
  std::vector<CudaGraphNodeHandle> last;
};

struct CudaFunctionTag {
  std::string name;
  // One of the two.
  testing::FakeKernel kernel;
  const testing::PtxFunction* ptx = nullptr;
  testing::PtxModule* module = nullptr;
  int max_dynamic = 48 * 1024;
  std::vector<size_t> argument_bytes() const;
};

struct CudaModuleTag {
  CudaContext context = nullptr;
  std::vector<std::unique_ptr<CudaFunctionTag>> functions;
  std::unique_ptr<testing::PtxModule> ptx;
};

}  // namespace palatine::device

namespace palatine::device::testing {

struct FakeGraph {
  std::vector<std::shared_ptr<CudaGraphNodeTag>> work;
  // Of an instance: what it was made of.
  FakeGraph* origin = nullptr;
};

struct FakeBlock {
  size_t bytes;
  int type;
  int ordinal;
  // Memory in a range of addresses that may be used; what is mapped side by side is one block.
  bool is_mapped = false;
  // The program's own.
  bool is_registered = false;
};

// Addresses that were set aside, and what is mapped there, by address.
struct FakeRange {
  struct Mapping {
    size_t bytes;
    int ordinal;
    bool has_access = false;
  };
  size_t bytes;
  std::map<CudaAddress, Mapping> mappings;
};

// Memory made to be mapped.
struct FakeMemory {
  size_t bytes;
  int ordinal;
  bool is_mapped = false;
};

struct FakeState {
  FakeCuda control;
  bool is_initialised = false;
  std::vector<CudaContextTag> contexts{16};
  std::map<CudaAddress, FakeBlock> blocks;
  std::map<CudaAddress, FakeRange> ranges;
  std::map<CudaMemoryHandle, FakeMemory> memories;
  CudaMemoryHandle last_memory = 0;
  // Kept, so that events of destroyed streams stay valid.
  std::vector<std::unique_ptr<CudaStreamTag>> streams;
  std::set<CudaStreamHandle> live_streams;
  std::set<CudaEventHandle> live_events;
  std::set<CudaModuleHandle> live_modules;
  std::set<FakeGraph*> live_graphs;
  std::map<int, uint64_t> used_bytes;
  uint64_t clock = 0;

  // With a thread: something was queued; something was done.
  bool has_thread = false;
  uint64_t seed = 1;
  std::condition_variable_any queued, progress;
};

FakeState& state();
// With the lock held, all of them.
void start_thread();
void push(CudaStreamHandle stream, std::function<void()> run, CudaFunctionHandle function = nullptr);
void push_wait(CudaStreamHandle stream, CudaStreamHandle target, uint64_t position);
// Does the next operation; false when it waits or there is none. Not with a thread.
bool advance(CudaStreamHandle stream);
// Until operations up to `position` are done, or a kernel has failed.
void finish(std::unique_lock<std::recursive_mutex>& lock, CudaStreamHandle stream, uint64_t position);
// Whether a kernel on a device may use these bytes.
bool may_use(CudaContext context, uint64_t address, uint64_t bytes);
// Of the block around an address; null when there is none.
const std::pair<const CudaAddress, FakeBlock>* block_around(CudaAddress address, size_t bytes = 1);
int allocate(CudaAddress* address, size_t bytes, int type, int ordinal);
int release(CudaAddress address, bool is_pinned);
void write_report();
// Whether the driver takes such a launch; else the code of the error.
int check_launch(const CudaFunctionTag& function, const uint32_t (&shape)[6], uint32_t shared_bytes);
std::vector<std::vector<char>> copies_of_arguments(const CudaFunctionTag& function, void** arguments);
// The kernel's work, on copies of its arguments.
std::function<void()> kernel_work(CudaContext context, const CudaFunctionTag& function,
                                  const uint32_t (&shape)[6], uint32_t shared_bytes,
                                  std::vector<std::vector<char>> arguments);

}  // namespace palatine::device::testing
