// Bytes outside of Realm's memories: of the program, and in files.
#include <algorithm>
#include <limits>

#include "realm/indexspace.h"
#include "realm/inst_layout.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"
#include "runtime/realm/instance/instance_record.h"
#include "runtime/realm/process.h"

namespace Realm {

namespace core = palatine::realm;

namespace {

// The first memory of the kind, one without bytes of its own before others; NO_MEMORY when there is none.
Memory memory_for(Memory::Kind kind) {
  Memory found = Memory::NO_MEMORY;
  for (const core::MemoryInfo& info : core::memories()) {
    if (info.kind != kind) continue;
    if (info.capacity_bytes == 0) return info.handle;
    if (!found.exists()) found = info.handle;
  }
  return found;
}

}  // namespace

bool ExternalMemoryResource::satisfies(const InstanceLayoutGeneric& layout) const {
  return layout.bytes_used <= size_in_bytes;
}

Memory ExternalMemoryResource::suggested_memory() const {
  return memory_for(Memory::SYSTEM_MEM);
}

void ExternalMemoryResource::print(std::ostream& os) const {
  os << "memory(base=" << std::hex << base << std::dec << ", size=" << size_in_bytes
     << (read_only ? ", readonly" : "") << ")";
}

bool ExternalFileResource::satisfies(const InstanceLayoutGeneric&) const {
  return true;
}

Memory ExternalFileResource::suggested_memory() const {
  return memory_for(Memory::FILE_MEM);
}

void ExternalFileResource::print(std::ostream& os) const {
  os << "file(name='" << filename << "', mode=" << static_cast<int>(mode) << ", offset=" << offset << ")";
}

ExternalInstanceResource* RegionInstance::generate_resource_info(bool read_only) const {
  const char* call = "RegionInstance::generate_resource_info";
  char* base;
  core::InstanceRecord& record = core::find_allocated_instance(*this, call, base);
  if (record.mapping) return nullptr;
  return new ExternalMemoryResource(reinterpret_cast<uintptr_t>(base), record.layout->bytes_used, read_only);
}

ExternalInstanceResource* RegionInstance::generate_resource_info(const IndexSpaceGeneric& space,
                                                                 span<const FieldID> fields,
                                                                 bool read_only) const {
  const char* call = "RegionInstance::generate_resource_info";
  char* base;
  core::InstanceRecord& record = core::find_allocated_instance(*this, call, base);
  if (record.mapping) return nullptr;
  if (!space.impl) core::bad_use(call, "the index space is empty");
  const std::unique_ptr<detail::PointSet> points = space.impl->points();
  const int dimension = record.layout->dimension();
  if (points->dimension() != dimension) {
    core::bad_use(call, "instance %llx has %d dimensions, the points have %d",
                  static_cast<unsigned long long>(id), dimension, points->dimension());
  }
  std::vector<FieldID> wanted(fields.begin(), fields.end());
  if (wanted.empty()) {
    for (const auto& [field, place] : record.layout->fields) wanted.push_back(field);
  }
  std::vector<int64_t> rects;
  points->list_rects(rects);
  int64_t first = std::numeric_limits<int64_t>::max(), end = std::numeric_limits<int64_t>::min();
  for (FieldID field : wanted) {
    const auto found = record.layout->fields.find(field);
    if (found == record.layout->fields.end()) {
      core::bad_use(call, "instance %llx has no field %d", static_cast<unsigned long long>(id), field);
    }
    const auto& list = record.piece_tables().lists[static_cast<size_t>(found->second.list_idx)];
    if (!list.is_affine) return nullptr;
    for (size_t r = 0; r < rects.size(); r += 2 * REALM_MAX_DIM) {
      for (const detail::AffinePieceData& piece : list.pieces) {
        int64_t low = piece.offset + static_cast<int64_t>(found->second.rel_offset), high = low;
        bool is_empty = false;
        for (int d = 0; d < dimension; ++d) {
          const int64_t lo = std::max(piece.lo[d], rects[r + static_cast<size_t>(d)]);
          const int64_t hi = std::min(piece.hi[d], rects[r + REALM_MAX_DIM + static_cast<size_t>(d)]);
          is_empty |= lo > hi;
          low += std::min(lo * piece.strides[d], hi * piece.strides[d]);
          high += std::max(lo * piece.strides[d], hi * piece.strides[d]);
        }
        if (is_empty) continue;
        first = std::min(first, low);
        end = std::max(end, high + found->second.size_in_bytes);
      }
    }
  }
  if (first > end) first = end = 0;
  return new ExternalMemoryResource(reinterpret_cast<uintptr_t>(base + first),
                                    static_cast<size_t>(end - first), read_only);
}

}  // namespace Realm
