// The implementations of devices that a test can be run with, by name.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "runtime/device/cuda.h"
#include "runtime/device/host.h"
#include "runtime/device/simulated.h"
#include "support/device/fake_cuda.h"

// Ends a test whose call of a device failed.
#define ASSERT_STATUS(expression)                             \
  do {                                                        \
    palatine::device::Status test_status_ = (expression);     \
    ASSERT_TRUE(test_status_.ok()) << test_status_.message(); \
  } while (false)

namespace palatine::device::testing {

// `host`; `stepped`, `hidden` (stepped, with hidden progress) and `threads`: simulated; `fake`: our driver in
// the place of NVIDIA's; `cuda`: the real one.
inline constexpr const char* kPlatforms[] = {"host", "stepped", "hidden", "threads", "fake", "cuda"};

inline FakeCuda& fake_cuda() {
  static FakeCuda* fake = [] {
    void* library = dlopen(PALATINE_TEST_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
    auto control = library ? reinterpret_cast<FakeCudaControl>(dlsym(library, "fake_cuda_control")) : nullptr;
    if (!control) {
      fprintf(stderr, "the fake driver %s does not load: %s\n", PALATINE_TEST_FAKE_CUDA, dlerror());
      abort();
    }
    return control();
  }();
  return *fake;
}

inline std::unique_ptr<Platform> open_fake_cuda() {
  fake_cuda();
  return open_cuda({PALATINE_TEST_FAKE_CUDA});
}

inline std::unique_ptr<Platform> open_platform(const std::string& name) {
  if (name == "host") return open_host();
  if (name == "cuda") return open_cuda();
  if (name == "fake") {
    fake_cuda().reset();
    return open_fake_cuda();
  }
  SimulatedOptions options;
  options.devices = 2;
  options.is_stepped = name != "threads";
  options.hides_progress = name == "hidden";
  return std::make_unique<SimulatedPlatform>(options);
}

}  // namespace palatine::device::testing
