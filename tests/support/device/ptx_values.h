// Arithmetic of PTX on bits: results of instructions that look at one thread's registers only.
#pragma once

#include <cstdint>
#include <string>

#include "support/device/ptx_program.h"

namespace palatine::device::testing {

uint64_t truncated(uint64_t bits, PtxType type);
int64_t signed_of(uint64_t bits, PtxType type);
bool is_signed(PtxType type);
bool is_floating(PtxType type);

double double_of(uint64_t bits);
float float_of(uint64_t bits);
uint64_t bits_of(double value);
uint64_t bits_of(float value);

// The result of an instruction of two or three operands; false when it is not known. `carry` is the thread's.
bool compute(const PtxInstruction& instruction, uint64_t a, uint64_t b, uint64_t c, bool& carry,
             uint64_t& result);
// Of `setp`; `compare` is `lt` and so on.
bool compare(const std::string& comparison, PtxType type, uint64_t a, uint64_t b);
// Of `cvt`.
uint64_t convert(const PtxInstruction& instruction, uint64_t a);
// Of `atom` and `red`: the new value.
bool combine(const PtxInstruction& instruction, uint64_t old, uint64_t b, uint64_t c, uint64_t& result);

}  // namespace palatine::device::testing
