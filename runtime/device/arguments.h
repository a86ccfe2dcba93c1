// Checks of the arguments of a stream's calls, which are the same for all devices.
#pragma once

#include "runtime/device/device.h"

namespace palatine::device {

// The longest pattern of a fill, in bytes.
constexpr size_t kMaxPatternBytes = 256;

// Puts the pitches that are 0 and takes dimensions without gaps together, so that a copy without any has one
// row. An error when an address is null, a pitch too small or a size overflows. Nothing is to be copied when
// the result has no bytes.
Status normalize(StridedCopy& copy, const Device& device);

// Errors of the arguments of a copy and of a fill.
Status check_copy(const void* dst, const void* src, size_t size_bytes, const Device& device);
Status check_fill(const void* dst, const void* pattern, size_t pattern_bytes, size_t count,
                  const Device& device);

// An error when `device` cannot run `kernel` in that shape.
Status check_shape(const Device& device, const Kernel& kernel, const LaunchShape& shape);
// For messages.
std::string describe_shape(const LaunchShape& shape);

}  // namespace palatine::device
