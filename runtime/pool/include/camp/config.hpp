// Which resources there are. `Host` and `Cuda` always exist here: without a GPU, `Cuda` is a simulated
// device.
#pragma once

#define CAMP_VERSION_MAJOR 2025
#define CAMP_VERSION_MINOR 12
#define CAMP_VERSION_PATCH 0
#define CAMP_HAVE_CUDA 1
