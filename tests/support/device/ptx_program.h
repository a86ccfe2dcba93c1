// PTX as data: what `ptx_machine.h` runs. Understood is what Clang and nvcc make of ordinary kernels, without
// textures, half precision, matrix instructions and calls through pointers; anything else is an error that
// says so.
//
// Source: NVIDIA, Parallel Thread Execution ISA.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace palatine::device::testing {

enum class PtxType : uint8_t {
  none,
  pred,
  b8,
  u8,
  s8,
  b16,
  u16,
  s16,
  b32,
  u32,
  s32,
  f32,
  b64,
  u64,
  s64,
  f64
};
uint32_t size_of(PtxType type);

enum class PtxSpace : uint8_t { generic, param, global, shared, local };

struct PtxOperand {
  // `address`: register or symbol, plus a number. `list`: several registers in braces, or a pair `d|p`.
  enum class Kind : uint8_t { none, reg, number, special, symbol, address, label, list };
  Kind kind = Kind::none;
  // Of a predicate: `!%p1`.
  bool is_negated = false;
  // The register, or -1; of `special` which one; of `label` the instruction.
  int32_t index = -1;
  // The number, or what is added to an address. Bits of a floating-point number in the type it was written
  // as.
  uint64_t value = 0;
  bool is_float = false;
  std::string name;
  std::vector<PtxOperand> list;
};

// Special registers, as numbers of `PtxOperand::index`.
enum PtxSpecial : int32_t {
  kTidX,
  kTidY,
  kTidZ,
  kNtidX,
  kNtidY,
  kNtidZ,
  kCtaidX,
  kCtaidY,
  kCtaidZ,
  kNctaidX,
  kNctaidY,
  kNctaidZ,
  kLaneId,
  kWarpId,
  kWarpSize,
  kClock,
};

struct PtxInstruction {
  // `add`, and what follows it: `rn`, `f64`.
  std::string op;
  std::vector<std::string> words;
  // Types among the words, in order; the last one of most instructions counts.
  PtxType type = PtxType::none, source_type = PtxType::none;
  PtxSpace space = PtxSpace::generic;
  int guard = -1;
  bool is_guard_negated = false;
  std::vector<PtxOperand> operands;
  // Of `brx`: where to; of `call`: result, arguments.
  std::vector<int32_t> targets;
  std::vector<std::string> results, arguments;
  int line = 0;
  // For the machine: what `op` is.
  int code = -1;
  bool has(const char* word) const;
};

struct PtxVariable {
  uint64_t offset = 0, bytes = 0;
};

struct PtxFunction {
  std::string name;
  bool is_entry = false;
  // In order; of entries the kernel's arguments.
  std::vector<std::pair<std::string, PtxVariable>> params;
  std::vector<std::string> results;
  std::map<std::string, int> registers;
  std::vector<PtxInstruction> code;
  // Of the frame: local variables, and parameters of calls.
  std::map<std::string, PtxVariable> locals;
  uint64_t local_bytes = 0;
};

struct PtxProgram {
  std::map<std::string, std::unique_ptr<PtxFunction>> functions;
  // Variables in memory of blocks, and in the module's.
  std::map<std::string, PtxVariable> shared;
  uint64_t shared_bytes = 0;
  std::map<std::string, std::vector<char>> globals;
};

// Null, and why, e.g. `line 7: unknown instruction `frob``.
std::unique_ptr<PtxProgram> parse_ptx(const std::string& text, std::string& why);

}  // namespace palatine::device::testing
