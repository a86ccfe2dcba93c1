// Whether there is a library of HDF5, which the runtime loads when a program attaches a file.
#pragma once

#include <dlfcn.h>

namespace palatine::test {

inline bool has_hdf5() {
  for (const char* name : {"libhdf5.so", "libhdf5_serial.so", "libhdf5.so.103", "libhdf5_serial.so.103",
                           "libhdf5.so.200", "libhdf5_serial.so.200", "libhdf5.so.310"}) {
    if (void* library = dlopen(name, RTLD_LAZY)) {
      dlclose(library);
      return true;
    }
  }
  return false;
}

}  // namespace palatine::test
