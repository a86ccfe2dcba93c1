// The compiler's `-fNAME VALUE` flags (language reference 7.5), with upstream's names and defaults.
#pragma once

#include <string>
#include <vector>

namespace palatine {

struct Flags {
#define FLAG_SWITCH(member, name, value) bool member = value;
#define FLAG_NUMBER(member, name, value) double member = value;
#define FLAG_TEXT(member, name, value) std::string member = value;
#include "frontend/base/flags.def"
};

// `-fgpu none` or `off`, or `-fcuda 0`: tasks have no forms for GPUs.
bool makes_kernels(const Flags& flags);

// Of `-fgpu-arch`, else the environment's GPU_ARCH; empty: none.
std::string gpu_arch(const Flags& flags);

// Takes the flags and their values out of `arguments`. An empty string, or what is wrong: an unknown flag, a
// missing or a wrong value, flags that contradict each other. Afterwards `gpu` and `gpu_arch` hold what the
// older `cuda` and `cuda_arch` said.
std::string take_flags(std::vector<std::string>& arguments, Flags& flags);

}  // namespace palatine
