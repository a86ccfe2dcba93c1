// Reading and writing HDF5 files. The library is loaded when a program first attaches a file; it is no part
// of the runtime. Not thread safe: one call at a time, as the library itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace palatine::legion {

// The type of a new dataset's elements.
struct Hdf5Element {
  char kind;  // 'i' signed, 'u' unsigned, 'f' floating; 'o' bytes without a meaning
  uint32_t size_bytes;
  uint32_t count;  // of the values in one element, 1 for a scalar
};

class Hdf5File {
 public:
  enum class Mode : uint8_t { read_only, read_write, create };

  // Opens the file; `create` makes a new one and replaces what is there. Ends the program with a message when
  // that is not possible or there is no HDF5 library.
  Hdf5File(const std::string& path, Mode mode);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  // The dataset must have elements of `size_bytes` and one dimension for each of `extents`, slowest first,
  // which it has at least. Ends the program with a message when it has not.
  void read(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
            void* data);
  void write(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
             const void* data);
  // Makes a dataset, and the groups that its name says.
  void create(const std::string& dataset, const Hdf5Element& element, const std::vector<uint64_t>& extents);

 private:
  template <typename Transfer>
  void transfer(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
                Transfer transfer);
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  int64_t id_ = -1;
};

}  // namespace palatine::legion
