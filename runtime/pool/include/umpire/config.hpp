// What this build of the headers can do. `UMPIRE_ENABLE_CUDA` says that the program is compiled as CUDA, so
// that it may launch kernels; the resources and memories of a device are there in any case.
#pragma once

#define UMPIRE_VERSION_MAJOR 2025
#define UMPIRE_VERSION_MINOR 12
#define UMPIRE_VERSION_PATCH 0
#define UMPIRE_VERSION_RC ""

#if defined(__CUDACC__) || defined(__CUDA__)
#define UMPIRE_ENABLE_CUDA 1
#endif
#define UMPIRE_ENABLE_DEVICE 1
#define UMPIRE_ENABLE_UM 1
#define UMPIRE_ENABLE_PINNED 1
