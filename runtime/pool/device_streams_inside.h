// For code of this project that has a stream of palatine/device_streams.h and needs the device's.
#pragma once

#include "runtime/device/device.h"
#include "runtime/pool/include/palatine/device_streams.h"

namespace palatine::devices {

device::Stream& inside(Stream& stream);

}  // namespace palatine::devices
