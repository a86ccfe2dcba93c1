// What the compiler takes from NVIDIA's CUDA toolkit: $CUDA_HOME, $CUDA_PATH, or where it is usually
// installed.
#pragma once

#include <string>

namespace palatine::codegen {

// NVIDIA's functions for devices as bitcode. Empty when there is no toolkit.
std::string find_libdevice();
// The assembler of PTX, also from PATH. Empty when there is none.
std::string find_ptxas();

}  // namespace palatine::codegen
