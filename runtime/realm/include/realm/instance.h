// Instances: bytes of a memory with a layout, made and destroyed by deferred operations.
//
// A handle is valid as soon as `create_instance` returns; the returned event says when the bytes may be used.
// Allocation, destruction and their order are described in docs/runtime.md, "Allocation". A creation that
// fails poisons its event when the program asked for the status (profiling), and else ends the program with a
// message that says what was asked, what is free and the largest free block.
//
// A wrong use (a handle that names no instance, destroying twice) ends the program with a message that names
// the call and the handle.
//
// Thread safety: every call may be made from any thread, and from tasks.
// Source: Realm's public interface, chapter "RegionInstance".
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "realm/custom_serdez.h"
#include "realm/event.h"
#include "realm/memory.h"
#include "realm/point.h"
#include "realm/processor.h"
#include "realm/realm_c.h"
#include "realm/redop.h"
#include "realm/utils.h"

namespace Realm {

typedef ::realm_field_id_t FieldID;

class ExternalInstanceResource;
class IndexSpaceGeneric;
class InstanceLayoutGeneric;
class ProfilingRequestSet;

class REALM_PUBLIC_API RegionInstance {
 public:
  typedef ::realm_id_t id_t;
  id_t id{0};
  RegionInstance() = default;
  constexpr explicit RegionInstance(id_t id) : id(id) {}
  constexpr operator id_t() const { return id; }
  bool operator<(const RegionInstance& rhs) const { return id < rhs.id; }
  bool operator==(const RegionInstance& rhs) const { return id == rhs.id; }
  bool operator!=(const RegionInstance& rhs) const { return id != rhs.id; }

  static const RegionInstance NO_INST;
  bool exists() const { return id != 0; }

  Memory get_location() const;
  AddressSpace address_space() const;
  // Owned by the instance.
  const InstanceLayoutGeneric* get_layout() const;
  template <int N, typename T>
  IndexSpace<N, T> get_indexspace() const;
  template <int N>
  IndexSpace<N, int> get_indexspace() const;
  // The layout is known in this process once the event has triggered.
  Event fetch_metadata(Processor target) const;

  // Element-wise access; `offset` counts bytes from the instance's first. The accessors are much faster.
  void read_untyped(size_t offset, void* data, size_t datalen) const;
  void write_untyped(size_t offset, const void* data, size_t datalen) const;
  void reduce_apply_untyped(size_t offset, ReductionOpID redop_id, const void* data, size_t datalen,
                            bool exclusive = false) const;
  void reduce_fold_untyped(size_t offset, ReductionOpID redop_id, const void* data, size_t datalen,
                           bool exclusive = false) const;
  // Null when the range is not part of the instance.
  void* pointer_untyped(size_t offset, size_t datalen) const;

  template <typename T>
  T read(size_t offset) const {
    T value;
    read_untyped(offset, &value, sizeof(T));
    return value;
  }
  template <typename T>
  void write(size_t offset, T val) const {
    write_untyped(offset, &val, sizeof(T));
  }
  template <typename T>
  void reduce_apply(size_t offset, ReductionOpID redop_id, T val, bool exclusive = false) const {
    reduce_apply_untyped(offset, redop_id, &val, sizeof(T), exclusive);
  }
  template <typename T>
  void reduce_fold(size_t offset, ReductionOpID redop_id, T val, bool exclusive = false) const {
    reduce_fold_untyped(offset, redop_id, &val, sizeof(T), exclusive);
  }
  template <typename T>
  T* pointer(size_t offset) const {
    return static_cast<T*>(pointer_untyped(offset, sizeof(T)));
  }

  // Asks for the bytes when `wait_on` triggers.
  static Event create_instance(RegionInstance& inst, Memory memory, const InstanceLayoutGeneric& ilg,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  // Takes the layout over.
  static Event create_instance(RegionInstance& inst, Memory memory, InstanceLayoutGeneric* ilg,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);

  // `block_size`: 1 is an array of structures, everything else a structure of arrays, in Fortran order. The
  // form with a vector names each field by the sum of the sizes before it.
  template <int N, typename T>
  static Event create_instance(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space,
                               const std::vector<size_t>& field_sizes, size_t block_size,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  template <int N, typename T>
  static Event create_instance(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space,
                               const std::map<FieldID, size_t>& field_sizes, size_t block_size,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  template <int N, typename T>
  static Event create_instance(RegionInstance& inst, Memory memory, const Rect<N, T>& rect,
                               const std::vector<size_t>& field_sizes, size_t block_size,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  template <int N, typename T>
  static Event create_instance(RegionInstance& inst, Memory memory, const Rect<N, T>& rect,
                               const std::map<FieldID, size_t>& field_sizes, size_t block_size,
                               const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);

  // An instance over bytes that the program owns and keeps. When the resource cannot hold the layout `inst`
  // is NO_INST and the event poisoned.
  static Event create_external_instance(RegionInstance& inst, Memory memory, const InstanceLayoutGeneric& ilg,
                                        const ExternalInstanceResource& resource,
                                        const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  // Takes the layout over.
  static Event create_external_instance(RegionInstance& inst, Memory memory, InstanceLayoutGeneric* ilg,
                                        const ExternalInstanceResource& resource,
                                        const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  // Takes the layout over; its size says how many bytes there are at `base`.
  static Event create_external(RegionInstance& inst, Memory memory, uintptr_t base,
                               InstanceLayoutGeneric* ilg, const ProfilingRequestSet& prs,
                               Event wait_on = Event::NO_EVENT);
  // A structure of arrays from the beginning of a file.
  template <int N, typename T>
  static Event create_file_instance(RegionInstance& inst, const char* file_name,
                                    const IndexSpace<N, T>& space, const std::vector<FieldID>& field_ids,
                                    const std::vector<size_t>& field_sizes, realm_file_mode_t file_mode,
                                    const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);

  // A description of this instance's bytes for `create_external_instance`, which the caller deletes. They are
  // this instance's bytes only as long as it lives. Null for file instances that cannot be described.
  ExternalInstanceResource* generate_resource_info(bool read_only) const;
  // Only the bytes of these points and fields; the result covers everything between the first and the last.
  ExternalInstanceResource* generate_resource_info(const IndexSpaceGeneric& space, span<const FieldID> fields,
                                                   bool read_only) const;

  // Gives the bytes back when `wait_on` triggers; if that is poisoned the instance stays.
  void destroy(Event wait_on = Event::NO_EVENT) const;

  struct DestroyedField {
    DestroyedField() : field_id(FieldID(-1)), size(0), serdez_id(0) {}
    DestroyedField(FieldID fid, unsigned s, CustomSerdezID sid) : field_id(fid), size(s), serdez_id(sid) {}
    FieldID field_id;
    unsigned size;
    CustomSerdezID serdez_id;
  };
  // Destroys the objects of the fields first.
  void destroy(const std::vector<DestroyedField>& destroyed_fields, Event wait_on = Event::NO_EVENT) const;

  // Cuts the bytes, in order, into new instances and gives the rest back. This instance is gone then; the
  // bytes are neither moved nor changed. Layouts that do not fit fail as a creation does. A poisoned
  // `wait_on` cancels the new instances and keeps this one.
  Event redistrict(RegionInstance& instance, const InstanceLayoutGeneric* layout,
                   const ProfilingRequestSet& prs, Event wait_on = Event::NO_EVENT);
  Event redistrict(RegionInstance* instances, const InstanceLayoutGeneric** layouts, size_t num_layouts,
                   const ProfilingRequestSet* prs, Event wait_on = Event::NO_EVENT);

  // Ends the program with a message.
  void report_instance_fault(int reason, const void* reason_data, size_t reason_size) const;
};

inline constexpr RegionInstance RegionInstance::NO_INST = RegionInstance();

inline std::ostream& operator<<(std::ostream& os, RegionInstance r) {
  return os << std::hex << r.id << std::dec;
}

// Bytes outside of Realm's memories.
class REALM_PUBLIC_API ExternalInstanceResource {
 public:
  virtual ~ExternalInstanceResource() {}
  // Whether there is room for an instance of the layout.
  virtual bool satisfies(const InstanceLayoutGeneric& layout) const = 0;
  // Where an instance over these bytes should be created.
  virtual Memory suggested_memory() const = 0;
  virtual ExternalInstanceResource* clone() const = 0;

  friend std::ostream& operator<<(std::ostream& os, const ExternalInstanceResource& res) {
    res.print(os);
    return os;
  }

 protected:
  ExternalInstanceResource() = default;
  virtual void print(std::ostream& os) const = 0;
};

class REALM_PUBLIC_API ExternalMemoryResource : public ExternalInstanceResource {
 public:
  ExternalMemoryResource(uintptr_t _base, size_t _size_in_bytes, bool _read_only)
      : base(_base), size_in_bytes(_size_in_bytes), read_only(_read_only) {}
  ExternalMemoryResource(void* _base, size_t _size_in_bytes)
      : ExternalMemoryResource(reinterpret_cast<uintptr_t>(_base), _size_in_bytes, false) {}
  ExternalMemoryResource(const void* _base, size_t _size_in_bytes)
      : ExternalMemoryResource(reinterpret_cast<uintptr_t>(_base), _size_in_bytes, true) {}

  bool satisfies(const InstanceLayoutGeneric& layout) const override;
  Memory suggested_memory() const override;
  ExternalInstanceResource* clone() const override { return new ExternalMemoryResource(*this); }

  uintptr_t base;
  size_t size_in_bytes;
  bool read_only;

 protected:
  void print(std::ostream& os) const override;
};

// A part of a file, from `offset` on. With REALM_FILE_CREATE the file is made, or emptied, and has the size
// of the instance.
class REALM_PUBLIC_API ExternalFileResource : public ExternalInstanceResource {
 public:
  ExternalFileResource(const std::string& _filename, realm_file_mode_t _mode, size_t _offset = 0)
      : filename(_filename), offset(_offset), mode(_mode) {}

  bool satisfies(const InstanceLayoutGeneric& layout) const override;
  Memory suggested_memory() const override;
  ExternalInstanceResource* clone() const override { return new ExternalFileResource(*this); }

  std::string filename;
  size_t offset;
  realm_file_mode_t mode;

 protected:
  void print(std::ostream& os) const override;
};

}  // namespace Realm

REALM_HASH_HANDLE(Realm::RegionInstance)

#include "realm/inst_layout.h"
