#include "runtime/legion/hdf5_library.h"

#include <dlfcn.h>

#include <cstdlib>

#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

// Types of the library since version 1.10.
using Id = int64_t;
using Size = uint64_t;

constexpr unsigned kReadOnly = 0, kReadWrite = 1, kTruncate = 2;
constexpr Id kDefault = 0;
constexpr int kSelectSet = 0;

struct Library {
  int (*open)();
  int (*set_error_handler)(Id, void*, void*);
  Id (*file_open)(const char*, unsigned, Id);
  Id (*file_create)(const char*, unsigned, Id, Id);
  int (*file_close)(Id);
  Id (*dataset_open)(Id, const char*, Id);
  Id (*dataset_create)(Id, const char*, Id, Id, Id, Id, Id);
  Id (*dataset_space)(Id);
  Id (*dataset_type)(Id);
  int (*dataset_read)(Id, Id, Id, Id, Id, void*);
  int (*dataset_write)(Id, Id, Id, Id, Id, const void*);
  int (*dataset_close)(Id);
  Id (*space_create)(int, const Size*, const Size*);
  int (*space_rank)(Id);
  int (*space_extents)(Id, Size*, Size*);
  int (*space_select)(Id, int, const Size*, const Size*, const Size*, const Size*);
  int (*space_close)(Id);
  size_t (*type_size)(Id);
  Id (*type_copy)(Id);
  Id (*type_array)(Id, unsigned, const Size*);
  Id (*type_opaque)(int, size_t);
  int (*type_close)(Id);
  Id (*list_create)(Id);
  int (*list_groups)(Id, unsigned);
  int (*list_close)(Id);
  // Where the library keeps the numbers of its types.
  const Id* integers[2][4];
  const Id* floats[2];
  const Id* link_list;
};

// The program's own, if it has linked one.
void* find_library() {
  if (dlsym(RTLD_DEFAULT, "H5Fopen")) return RTLD_DEFAULT;
  std::vector<std::string> names;
  if (const char* name = std::getenv("HDF_LIBNAME")) names.push_back("lib" + std::string(name) + ".so");
  for (const char* name : {"libhdf5.so", "libhdf5_serial.so"}) {
    for (const char* version : {"", ".310", ".300", ".200", ".103", ".100"})
      names.push_back(std::string(name) + version);
  }
  for (const std::string& name : names) {
    if (void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
  }
  realm::fatal_error(
      "error: an HDF5 file is attached, but there is no HDF5 library (libhdf5.so; HDF_LIBNAME may name "
      "another)");
}

const Library& library() {
  static const Library loaded = [] {
    void* handle = find_library();
    Library result{};
    auto load = [&](auto& target, const char* name) {
      void* address = dlsym(handle, name);
      if (!address) realm::fatal_error("error: the HDF5 library has no `%s`", name);
      target = reinterpret_cast<std::remove_reference_t<decltype(target)>>(address);
    };
    load(result.open, "H5open");
    load(result.set_error_handler, "H5Eset_auto2");
    load(result.file_open, "H5Fopen");
    load(result.file_create, "H5Fcreate");
    load(result.file_close, "H5Fclose");
    load(result.dataset_open, "H5Dopen2");
    load(result.dataset_create, "H5Dcreate2");
    load(result.dataset_space, "H5Dget_space");
    load(result.dataset_type, "H5Dget_type");
    load(result.dataset_read, "H5Dread");
    load(result.dataset_write, "H5Dwrite");
    load(result.dataset_close, "H5Dclose");
    load(result.space_create, "H5Screate_simple");
    load(result.space_rank, "H5Sget_simple_extent_ndims");
    load(result.space_extents, "H5Sget_simple_extent_dims");
    load(result.space_select, "H5Sselect_hyperslab");
    load(result.space_close, "H5Sclose");
    load(result.type_size, "H5Tget_size");
    load(result.type_copy, "H5Tcopy");
    load(result.type_array, "H5Tarray_create2");
    load(result.type_opaque, "H5Tcreate");
    load(result.type_close, "H5Tclose");
    load(result.list_create, "H5Pcreate");
    load(result.list_groups, "H5Pset_create_intermediate_group");
    load(result.list_close, "H5Pclose");
    if (result.open() < 0) realm::fatal_error("error: the HDF5 library cannot be started");
    constexpr const char* kIntegers[2][4] = {
        {"H5T_NATIVE_INT8_g", "H5T_NATIVE_INT16_g", "H5T_NATIVE_INT32_g", "H5T_NATIVE_INT64_g"},
        {"H5T_NATIVE_UINT8_g", "H5T_NATIVE_UINT16_g", "H5T_NATIVE_UINT32_g", "H5T_NATIVE_UINT64_g"}};
    for (int sign = 0; sign < 2; ++sign) {
      for (int width = 0; width < 4; ++width) load(result.integers[sign][width], kIntegers[sign][width]);
    }
    load(result.floats[0], "H5T_NATIVE_FLOAT_g");
    load(result.floats[1], "H5T_NATIVE_DOUBLE_g");
    load(result.link_list, "H5P_CLS_LINK_CREATE_ID_g");
    return result;
  }();
  return loaded;
}

// Keeps the library from printing what is reported anyway. Its setting belongs to the thread.
void be_quiet() {
  library().set_error_handler(kDefault, nullptr, nullptr);
}

int width_of(uint32_t size_bytes) {
  return size_bytes == 1 ? 0 : size_bytes == 2 ? 1 : size_bytes == 4 ? 2 : 3;
}

// A new type, which the caller closes.
Id type_of(const Hdf5Element& element) {
  const Library& hdf5 = library();
  constexpr int kOpaque = 5;
  const uint32_t size = element.size_bytes / element.count;
  if (element.kind == 'o') return hdf5.type_opaque(kOpaque, element.size_bytes);
  const Id scalar = element.kind == 'f' ? *hdf5.floats[size == 4 ? 0 : 1]
                                        : *hdf5.integers[element.kind == 'u' ? 1 : 0][width_of(size)];
  if (element.count == 1) return hdf5.type_copy(scalar);
  const Size count = element.count;
  return hdf5.type_array(scalar, 1, &count);
}

}  // namespace

Hdf5File::Hdf5File(const std::string& path, Mode mode) : path_(path) {
  const Library& hdf5 = library();
  be_quiet();
  if (mode == Mode::create) {
    id_ = hdf5.file_create(path.c_str(), kTruncate, kDefault, kDefault);
    if (id_ < 0) realm::fatal_error("error: the HDF5 file `%s` cannot be created", path.c_str());
    return;
  }
  id_ = hdf5.file_open(path.c_str(), mode == Mode::read_only ? kReadOnly : kReadWrite, kDefault);
  if (id_ < 0)
    realm::fatal_error("error: the HDF5 file `%s` cannot be opened for %s", path.c_str(),
                       mode == Mode::read_only ? "reading" : "writing");
}

Hdf5File::~Hdf5File() {
  if (id_ >= 0) library().file_close(id_);
}

void Hdf5File::fail(const std::string& what) const {
  realm::fatal_error("error: the HDF5 file `%s`: %s", path_.c_str(), what.c_str());
}

template <typename Transfer>
void Hdf5File::transfer(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
                        Transfer transfer) {
  const Library& hdf5 = library();
  const std::string name = "dataset `" + dataset + "`";
  const Id data = hdf5.dataset_open(id_, dataset.c_str(), kDefault);
  if (data < 0) fail("there is no " + name);
  const Id type = hdf5.dataset_type(data);
  if (hdf5.type_size(type) != size_bytes) {
    fail(name + " has elements of " + std::to_string(hdf5.type_size(type)) + " bytes, but the field has " +
         std::to_string(size_bytes));
  }
  const Id space = hdf5.dataset_space(data);
  const int rank = hdf5.space_rank(space);
  if (rank != static_cast<int>(extents.size())) {
    fail(name + " has " + std::to_string(rank) + " dimensions, but the region has " +
         std::to_string(extents.size()));
  }
  std::vector<Size> there(extents.size()), start(extents.size(), 0);
  hdf5.space_extents(space, there.data(), nullptr);
  for (size_t k = 0; k < extents.size(); ++k) {
    if (there[k] < extents[k]) {
      fail(name + " has " + std::to_string(there[k]) + " elements in dimension " + std::to_string(k) +
           ", but the region needs " + std::to_string(extents[k]));
    }
  }
  hdf5.space_select(space, kSelectSet, start.data(), nullptr, extents.data(), nullptr);
  const Id memory = hdf5.space_create(rank, extents.data(), nullptr);
  const bool is_ok = transfer(data, type, memory, space) >= 0;
  hdf5.space_close(memory);
  hdf5.space_close(space);
  hdf5.type_close(type);
  hdf5.dataset_close(data);
  if (!is_ok) fail(name + " cannot be read or written");
}

void Hdf5File::read(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
                    void* data) {
  transfer(dataset, size_bytes, extents, [&](Id id, Id type, Id memory, Id space) {
    return library().dataset_read(id, type, memory, space, kDefault, data);
  });
}

void Hdf5File::write(const std::string& dataset, uint32_t size_bytes, const std::vector<uint64_t>& extents,
                     const void* data) {
  transfer(dataset, size_bytes, extents, [&](Id id, Id type, Id memory, Id space) {
    return library().dataset_write(id, type, memory, space, kDefault, data);
  });
}

void Hdf5File::create(const std::string& dataset, const Hdf5Element& element,
                      const std::vector<uint64_t>& extents) {
  const Library& hdf5 = library();
  const Id type = type_of(element);
  const Id space = hdf5.space_create(static_cast<int>(extents.size()), extents.data(), nullptr);
  const Id list = hdf5.list_create(*hdf5.link_list);
  hdf5.list_groups(list, 1);
  const Id data = hdf5.dataset_create(id_, dataset.c_str(), type, space, list, kDefault, kDefault);
  hdf5.list_close(list);
  hdf5.space_close(space);
  hdf5.type_close(type);
  if (data < 0) fail("dataset `" + dataset + "` cannot be created");
  hdf5.dataset_close(data);
}

}  // namespace palatine::legion
