#include "runtime/realm/instance/backing.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "realm/custom_serdez.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/reductions.h"

namespace palatine::realm {

namespace {

// A file that is gone when it is closed; -1 when none can be made.
int open_nameless_file(uint64_t size_bytes) {
  const char* folder = std::getenv("TMPDIR");
  std::string name = std::string(folder && *folder ? folder : "/tmp") + "/palatine-disk-XXXXXX";
  int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) return -1;
  unlink(name.c_str());
  if (ftruncate(file, static_cast<off_t>(size_bytes)) == 0) return file;
  close(file);
  return -1;
}

}  // namespace

char* reserve_bytes(uint64_t size_bytes, bool is_file) {
  void* bytes;
  if (is_file) {
    int file = open_nameless_file(size_bytes);
    if (file < 0) return nullptr;
    bytes = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
  } else {
    bytes =
        mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes != MAP_FAILED) madvise(bytes, size_bytes, MADV_HUGEPAGE);
  }
  return bytes == MAP_FAILED ? nullptr : static_cast<char*>(bytes);
}

void release_bytes(char* bytes, uint64_t size_bytes) {
  munmap(bytes, size_bytes);
}

std::shared_ptr<void> map_file(const std::string& name, realm_file_mode_t mode, size_t offset,
                               size_t size_bytes, char*& base, std::string& error) {
  auto fail = [&](const char* what) {
    error = std::string("cannot ") + what + " file `" + name + "`: " + std::strerror(errno);
    return std::shared_ptr<void>();
  };
  const bool is_read_only = mode == REALM_FILE_READ_ONLY;
  int flags = is_read_only ? O_RDONLY : O_RDWR;
  if (mode == REALM_FILE_CREATE) flags |= O_CREAT | O_TRUNC;
  int file = open(name.c_str(), flags | O_CLOEXEC, 0666);
  if (file < 0) return fail("open");
  struct stat status;
  if (fstat(file, &status) != 0) {
    close(file);
    return fail("read the size of");
  }
  if (static_cast<uint64_t>(status.st_size) < offset + size_bytes) {
    // Bytes behind the end cannot be mapped.
    if (is_read_only) {
      close(file);
      error = "file `" + name + "` has " + std::to_string(status.st_size) + " bytes, the instance needs " +
              std::to_string(offset + size_bytes);
      return nullptr;
    }
    if (ftruncate(file, static_cast<off_t>(offset + size_bytes)) != 0) {
      close(file);
      return fail("enlarge");
    }
  }
  if (size_bytes == 0) {
    close(file);
    return nullptr;
  }
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t before = offset % page;
  const size_t mapped = before + size_bytes;
  void* bytes = mmap(nullptr, mapped, is_read_only ? PROT_READ : PROT_READ | PROT_WRITE, MAP_SHARED, file,
                     static_cast<off_t>(offset - before));
  close(file);
  if (bytes == MAP_FAILED) return fail("map");
  base = static_cast<char*>(bytes) + before;
  return std::shared_ptr<void>(bytes, [mapped](void* address) { munmap(address, mapped); });
}

void destroy_objects(InstanceRecord& record) {
  char* base = record.base.load(std::memory_order_acquire);
  if (!base) return;
  const char* call = "RegionInstance::destroy";
  if (record.heap->info().gpu)
    bad_use(call, "objects in the memory of a GPU cannot be destroyed: instance %llx",
            static_cast<unsigned long long>(record.handle.id));
  for (const auto& destroyed : record.destroyed_fields) {
    if (destroyed.serdez_id == 0) continue;
    const Realm::CustomSerdezUntyped* serdez = find_serdez(destroyed.serdez_id);
    if (!serdez) bad_use(call, "serializer %d is not registered", destroyed.serdez_id);
    auto field = record.layout->fields.find(destroyed.field_id);
    if (field == record.layout->fields.end()) {
      bad_use(call, "instance %llx has no field %d", static_cast<unsigned long long>(record.handle.id),
              destroyed.field_id);
    }
    const int dimension = record.layout->dimension();
    for (const auto& piece :
         record.piece_tables().lists[static_cast<size_t>(field->second.list_idx)].pieces) {
      int64_t at[REALM_MAX_DIM];
      std::memcpy(at, piece.lo, sizeof(at));
      for (bool is_inside = true; is_inside;) {
        int64_t offset = piece.offset + static_cast<int64_t>(field->second.rel_offset);
        for (int i = 0; i < dimension; ++i) offset += at[i] * piece.strides[i];
        serdez->destroy(base + offset);
        int i = 0;
        while (i < dimension && at[i] == piece.hi[i]) at[i] = piece.lo[i], ++i;
        if (i == dimension) {
          is_inside = false;
        } else {
          ++at[i];
        }
      }
    }
  }
}

}  // namespace palatine::realm
