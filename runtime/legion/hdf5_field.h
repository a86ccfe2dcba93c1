// Fields of regions and datasets of HDF5 files. The last dimension of a region is the slowest one of the
// dataset; a dataset has the region's bounding box.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "runtime/legion/box.h"
#include "runtime/legion/hdf5_library.h"

namespace palatine::legion {

struct Region;

// Held during calls of the library and of what follows; nobody waits while holding it.
std::mutex& hdf5_mutex();
// Of a dataset, slowest first.
std::vector<uint64_t> hdf5_extents(const Box& box);
// `field` has memory and elements of `size_bytes`.
void read_dataset(const Region& region, uint32_t field, uint32_t size_bytes, Hdf5File& file,
                  const std::string& dataset);
// Points inside the bounds that the region lacks keep what the file has there.
void write_dataset(const Region& region, uint32_t field, uint32_t size_bytes, Hdf5File& file,
                   const std::string& dataset);

}  // namespace palatine::legion
