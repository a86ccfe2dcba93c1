// Runs PTX on the host: what a GPU would do with the text that the compiler makes, with checks that a GPU
// does not make. Threads of a block are interleaved at random, in steps of some instructions, and so are
// neighbouring blocks; shuffles and barriers wait for who takes part. Memory is the host's.
//
// What is checked: each access lies in memory that the kernel may touch and is aligned; shuffles read from
// threads that take part; barriers are met by all threads or none; memory of blocks that nobody has written
// is not zero.
//
// Approximate instructions (`rcp.approx` and the like) are computed exactly and rounded as documented, so
// what follows from them may differ from a GPU in the last bits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/device/ptx_program.h"

namespace palatine::device::testing {

// A loaded program: the text and its variables in memory.
class PtxModule {
 public:
  // Null, and why.
  static std::unique_ptr<PtxModule> load(const std::string& text, std::string& why);

  // Null when there is none.
  const PtxFunction* kernel(const std::string& name) const;
  // The variable's memory; null when there is none.
  std::vector<char>* global(const std::string& name);
  const PtxProgram& program() const { return *program_; }

 private:
  std::unique_ptr<PtxProgram> program_;
};

struct PtxLaunch {
  uint32_t grid[3], block[3];
  uint32_t dynamic_shared_bytes = 0;
  // Copies of the arguments, in order.
  std::vector<std::vector<char>> arguments;
  // Whether a kernel may use these bytes; beyond the module's variables, which it may.
  std::function<bool(uint64_t address, uint64_t bytes)> may_use;
  // Of the interleaving.
  uint64_t seed = 1;
};

// Empty when the kernel ran to its end, else what it did wrong, e.g. `kernel `f`, line 12, thread 3 of block
// 0: writes 8 bytes at 0x10, which is not its memory`.
std::string run_ptx(PtxModule& module, const PtxFunction& kernel, const PtxLaunch& launch);

}  // namespace palatine::device::testing
