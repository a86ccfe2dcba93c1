// The data of a region while a task has it mapped. Source: Legion's API, section 5.
#pragma once

#include <memory>
#include <set>
#include <vector>

#include "legion/constraints.h"
#include "legion/launchers.h"
#include "legion/requirements.h"

namespace Legion {

namespace Internal {
struct PhysicalRegionImpl;
struct ExternalResourcesImpl;

// Where the elements of a field are: point p at `base` plus the sum of p[d] * strides[d] bytes.
struct FieldPlacement {
  uintptr_t base;
  size_t strides[LEGION_MAX_DIM];
  // The space of the region (for padding accessors that of the instance).
  Domain space;
  // Of data in several pieces, as tiles are: each with a base and strides of its own, and those above mean
  // nothing.
  struct Piece {
    coord_t lo[LEGION_MAX_DIM], hi[LEGION_MAX_DIM];
    uintptr_t base;
    size_t strides[LEGION_MAX_DIM];
  };
  std::shared_ptr<const std::vector<Piece>> pieces;
};
}  // namespace Internal

// A counted reference. Belongs to the task that mapped it; not thread safe.
class PhysicalRegion {
 public:
  PhysicalRegion() = default;
  PhysicalRegion(const PhysicalRegion& other);
  PhysicalRegion(PhysicalRegion&& other) noexcept : impl_(other.impl_) { other.impl_ = nullptr; }
  PhysicalRegion& operator=(const PhysicalRegion& other);
  PhysicalRegion& operator=(PhysicalRegion&& other) noexcept;
  ~PhysicalRegion();

  bool exists() const { return impl_ != nullptr; }
  bool operator==(const PhysicalRegion& other) const { return impl_ == other.impl_; }
  bool operator<(const PhysicalRegion& other) const { return impl_ < other.impl_; }
  size_t hash() const { return reinterpret_cast<size_t>(impl_) >> 4; }

  bool is_mapped() const;
  // Blocks until the data may be accessed.
  void wait_until_valid(bool silence_warnings = false, const char* warning_string = nullptr);
  bool is_valid() const;
  LogicalRegion get_logical_region() const;
  PrivilegeMode get_privilege() const;
  void get_memories(std::set<Memory>& memories, bool silence_warnings = false,
                    const char* warning_string = nullptr) const;
  void get_fields(std::vector<FieldID>& fields) const;
  template <int DIM, typename COORD_T>
  DomainT<DIM, COORD_T> get_bounds() const {
    return bounds();
  }
  template <int DIM, typename COORD_T>
  operator DomainT<DIM, COORD_T>() const {
    return bounds();
  }
  template <int DIM, typename COORD_T>
  operator Rect<DIM, COORD_T>() const {
    return bounds();
  }

  // For accessors: checks that the field is mapped with the privilege, and has the size unless that is 0.
  // Ends the program with a message that names task, region and field otherwise. Of data in several pieces it
  // is the place of the one that has all of `within`, when there is one.
  Internal::FieldPlacement placement(FieldID field, PrivilegeMode mode, size_t field_size, int dim,
                                     ReductionOpID redop = 0, bool with_padding = false,
                                     const Domain& within = Domain()) const;
  [[noreturn]] void fail_bounds(FieldID field, const DomainPoint& point) const;

  // For the runtime. Takes over a reference.
  explicit PhysicalRegion(Internal::PhysicalRegionImpl* adopted) : impl_(adopted) {}
  Internal::PhysicalRegionImpl* impl() const { return impl_; }

 private:
  Domain bounds() const;

  Internal::PhysicalRegionImpl* impl_ = nullptr;
};

struct AcquireLauncher : AcquireReleaseLauncher {
  PhysicalRegion physical_region;
  AcquireLauncher(LogicalRegion region, LogicalRegion parent, PhysicalRegion physical = PhysicalRegion(),
                  Predicate condition = Predicate(true), MapperID id = 0, MappingTagID tag_in = 0,
                  UntypedBuffer map_arg_in = UntypedBuffer(), const char* provenance_in = "")
      : AcquireReleaseLauncher(region, parent, condition, id, tag_in, map_arg_in, provenance_in),
        physical_region(physical) {}
};
struct ReleaseLauncher : AcquireReleaseLauncher {
  PhysicalRegion physical_region;
  ReleaseLauncher(LogicalRegion region, LogicalRegion parent, PhysicalRegion physical = PhysicalRegion(),
                  Predicate condition = Predicate(true), MapperID id = 0, MappingTagID tag_in = 0,
                  UntypedBuffer map_arg_in = UntypedBuffer(), const char* provenance_in = "")
      : AcquireReleaseLauncher(region, parent, condition, id, tag_in, map_arg_in, provenance_in),
        physical_region(physical) {}
};

// How external data is laid out. Arrays of structures have the fields in the order of `fields`.
struct AttachLauncherBase {
  ExternalResource resource;
  LogicalRegion parent;
  std::set<FieldID> privilege_fields;
  LayoutConstraintSet constraints;
  bool restricted;
  bool deduplicate_across_shards = false;
  std::string provenance;
  const std::vector<StaticDependence>* static_dependences = nullptr;

  void initialize_constraints(bool column_major, bool soa, const std::vector<FieldID>& fields,
                              const std::map<FieldID, size_t>* alignments = nullptr);

 protected:
  AttachLauncherBase(ExternalResource kind, LogicalRegion parent_in, bool restricted_in)
      : resource(kind), parent(parent_in), restricted(restricted_in) {}
};

struct AttachLauncher : AttachLauncherBase {
  LogicalRegion handle;
  const Realm::ExternalInstanceResource* external_resource = nullptr;
  bool mapped;
  bool collective = false;
  size_t footprint = 0;
  const char* file_name = nullptr;
  FileMode mode = LEGION_FILE_READ_ONLY;
  std::vector<FieldID> file_fields;
  // The dataset of each field of an HDF5 file.
  std::map<FieldID, const char*> field_files;

  AttachLauncher(ExternalResource kind, LogicalRegion handle_in, LogicalRegion parent_in,
                 const bool restricted_in = true, const bool mapped_in = true)
      : AttachLauncherBase(kind, parent_in, restricted_in), handle(handle_in), mapped(mapped_in) {}
  void attach_file(const char* name, const std::vector<FieldID>& fields, FileMode mode_in);
  void attach_hdf5(const char* name, const std::map<FieldID, const char*>& fields, FileMode mode_in);
  void attach_array_aos(void* base, bool column_major, const std::vector<FieldID>& fields,
                        Memory memory = Memory::NO_MEMORY,
                        const std::map<FieldID, size_t>* alignments = nullptr);
  void attach_array_soa(void* base, bool column_major, const std::vector<FieldID>& fields,
                        Memory memory = Memory::NO_MEMORY,
                        const std::map<FieldID, size_t>* alignments = nullptr);
};

struct IndexAttachLauncher : AttachLauncherBase {
  std::vector<LogicalRegion> handles;
  std::vector<const Realm::ExternalInstanceResource*> external_resources;
  FileMode mode = LEGION_FILE_READ_ONLY;
  std::vector<const char*> file_names;
  std::vector<FieldID> file_fields;
  // The dataset of each region.
  std::map<FieldID, std::vector<const char*>> field_files;
  std::vector<PointerConstraint> pointers;

  IndexAttachLauncher(ExternalResource kind, LogicalRegion parent_in, const bool restricted_in = true)
      : AttachLauncherBase(kind, parent_in, restricted_in) {}
  void add_external_resource(LogicalRegion handle, const Realm::ExternalInstanceResource* external) {
    handles.push_back(handle);
    external_resources.push_back(external);
  }
  void attach_file(LogicalRegion handle, const char* name, const std::vector<FieldID>& fields,
                   FileMode mode_in);
  void attach_hdf5(LogicalRegion handle, const char* name, const std::map<FieldID, const char*>& fields,
                   FileMode mode_in);
  void attach_array_aos(LogicalRegion handle, void* base, bool column_major,
                        const std::vector<FieldID>& fields, Memory memory = Memory::NO_MEMORY,
                        const std::map<FieldID, size_t>* alignments = nullptr);
  void attach_array_soa(LogicalRegion handle, void* base, bool column_major,
                        const std::vector<FieldID>& fields, Memory memory = Memory::NO_MEMORY,
                        const std::map<FieldID, size_t>* alignments = nullptr);
};

// What an index attach gave.
class ExternalResources {
 public:
  ExternalResources() = default;
  explicit ExternalResources(std::vector<PhysicalRegion> regions) : regions_(std::move(regions)) {}
  bool exists() const { return !regions_.empty(); }
  size_t size() const { return regions_.size(); }
  PhysicalRegion operator[](unsigned index) const { return regions_.at(index); }

 private:
  std::vector<PhysicalRegion> regions_;
};

}  // namespace Legion
