// A driver of our own that looks like NVIDIA's to the loader: it does the work on the host, writes down every
// call and fails when it is told to, or when a call is wrong: handles that are not alive, contexts that are
// not current, addresses that are not its memory. Kernels are PTX (ptx_machine.h), or functions of the test.
//
// The tests load it by its path; the library and the test share this struct through `fake_cuda_control`. Work
// is queued and done when somebody asks: a query does one operation of the stream, a synchronisation all that
// it needs.
//
// Whole programs take it as `libcuda.so.1` from a folder in LD_LIBRARY_PATH, with these variables:
//   PALATINE_FAKE_CUDA_THREAD=SEED   a thread does the work, streams in turns that follow from the number
//   PALATINE_FAKE_CUDA_DEVICES=N     1 if not given
//   PALATINE_FAKE_CUDA_MEMORY=BYTES  of each device
//   PALATINE_FAKE_CUDA_FAIL=NAME:N[:CODE],...   the N-th call of that name fails with 999 or the code
//   PALATINE_FAKE_CUDA_REPORT=FILE   `NAME NUMBER` lines, written when the last context goes: what is still
//                                    alive then, and how many calls there were of each kind
// Its devices have capability 9.0; native code for them is PTX behind a line `fake native code for sm_90`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace palatine::device::testing {

struct FakeKernel {
  // Called for each thread; as `HostKernel`, with grid, block, block index and thread index as x, y, z.
  std::function<void(const uint32_t (&where)[12], void* shared, void** arguments)> run;
  std::vector<size_t> argument_bytes;
  int static_shared_bytes = 0;
};

struct FakeFault {
  // Counts down; the call that makes it 0 fails. 0: never.
  int calls_left = 0;
  int code = 0;
};

struct FakeCuda {
  // Guards everything; functions of the driver hold it while they run.
  std::recursive_mutex mutex;
  // One line a call: `cuMemAlloc 256`. Handles and addresses are left out, sizes, flags and numbers are in.
  // With a thread only the calls are counted.
  std::vector<std::string> log;
  std::map<std::string, uint64_t> calls;
  std::map<std::string, FakeFault> faults;
  // Every call but those that name errors fails with it, as after a fault of a kernel.
  int sticky_code = 0;
  // What the kernel did that is to blame for it.
  std::string kernel_fault;
  int device_count = 2;
  uint64_t memory_bytes = 64 << 20;
  // Overrides of device attributes.
  std::map<int, int> attributes;
  bool has_peer_access = true;
  // Whether memory can be mapped at addresses that were set aside.
  bool can_map = true;
  // Added to every address of device memory.
  uint64_t misalignment = 0;
  // Before those of a module's PTX.
  std::map<std::string, FakeKernel> kernels;
  std::map<std::string, std::vector<char>> globals;
  // What the compiler says about an image that contains `syntax error`.
  std::string error_log = "line 3: unexpected token";

  // The most memory that a launch gave to each block, beyond what the kernel declares.
  unsigned largest_shared_bytes = 0;

  // What is alive.
  int contexts = 0;
  int streams = 0;
  int events = 0;
  int modules = 0;
  size_t blocks = 0;
  // Ranges of addresses, and memory mapped in them or made to be.
  size_t ranges = 0;
  uint64_t mapped_bytes = 0;
  int graphs = 0;

  // Sets everything back to how it was at the start. Set by the library, which defines it.
  void (*clear)(FakeCuda& fake) = nullptr;
  void reset() { clear(*this); }
};

using FakeCudaControl = FakeCuda* (*)();

}  // namespace palatine::device::testing
