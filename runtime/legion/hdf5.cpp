// `attach(hdf5, ...)` and `detach(hdf5, ...)`. The datasets are read into the region when they are attached,
// and written when they are released or detached; in between the region's own memory is used.
#include <cstring>
#include <mutex>

#include "runtime/legion/context.h"
#include "runtime/legion/hdf5_field.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

struct Attachment {
  const Runtime* runtime;
  const Region* region;
  uint32_t field;  // of the tree
  std::string file;
  std::string dataset;
  bool is_written;  // not only read
};

// What is attached now, in all runs. Guarded by the mutex, which also keeps the library's calls apart.
std::vector<Attachment> attachments;
std::atomic<size_t> attachment_count{0};

// Copies between a field of the region and an array of the bounding box, the first dimension fastest.
void move_elements(const Region& region, uint32_t field, size_t size, char* array, bool to_region) {
  const Box& whole = region.domain.box;
  const api::FieldAddress inside = field_address(*region.root, field);
  for_each_box(region.domain, [&](const Box& part) {
    const uint64_t row = part.extent(0);
    for (uint64_t first = 0; first < part.volume(); first += row) {
      int64_t p[kMaxDim] = {};
      part.point_at(first, p);
      uintptr_t own = reinterpret_cast<uintptr_t>(inside.base);
      for (int d = 0; d < part.dim; ++d)
        own += static_cast<uintptr_t>(p[d]) * static_cast<uintptr_t>(inside.stride_bytes[d]);
      char* other = array + whole.linear_index(p) * size;
      for (uint64_t k = 0; k < row;
           ++k, other += size, own += static_cast<uintptr_t>(inside.stride_bytes[0])) {
        char* element = reinterpret_cast<char*>(own);
        to_region ? memcpy(element, other, size) : memcpy(other, element, size);
      }
    }
  });
}

uint32_t size_of(const Region& region, uint32_t field) {
  return region.root->fields[field].size_bytes;
}

}  // namespace

std::mutex& hdf5_mutex() {
  static auto* mutex = new std::mutex;
  return *mutex;
}

std::vector<uint64_t> hdf5_extents(const Box& box) {
  std::vector<uint64_t> extents;
  for (int d = box.dim; d-- > 0;) extents.push_back(box.extent(d));
  return extents;
}

void read_dataset(const Region& region, uint32_t field, uint32_t size_bytes, Hdf5File& file,
                  const std::string& dataset) {
  const Box& box = region.domain.box;
  std::vector<char> array(box.volume() * size_bytes);
  file.read(dataset, size_bytes, hdf5_extents(box), array.data());
  move_elements(region, field, size_bytes, array.data(), true);
}

void write_dataset(const Region& region, uint32_t field, uint32_t size_bytes, Hdf5File& file,
                   const std::string& dataset) {
  const Box& box = region.domain.box;
  std::vector<char> array(box.volume() * size_bytes);
  if (region.domain.points) file.read(dataset, size_bytes, hdf5_extents(box), array.data());
  move_elements(region, field, size_bytes, array.data(), false);
  file.write(dataset, size_bytes, hdf5_extents(box), array.data());
}

// Waits for everything that uses the fields, and writes those that are attached.
static void write_attached(ContextImpl& context, const Region& region, uint32_t field, bool ends) {
  std::lock_guard lock(hdf5_mutex());
  for (size_t k = 0; k < attachments.size(); ++k) {
    Attachment& one = attachments[k];
    if (one.runtime != &context.runtime() || one.region != &region || one.field != field) continue;
    if (one.is_written && !region.domain.is_empty()) {
      Hdf5File file(one.file, Hdf5File::Mode::read_write);
      write_dataset(region, field, size_of(region, field), file, one.dataset);
    }
    if (!ends) continue;
    attachments.erase(attachments.begin() + static_cast<std::ptrdiff_t>(k));
    attachment_count.store(attachments.size(), std::memory_order_relaxed);
    return;
  }
}

}  // namespace palatine::legion

namespace palatine::api {

using legion::ContextImpl;

void Context::attach_hdf5(Region handle, const Hdf5Field* fields, uint32_t count, const char* path, int mode,
                          const char* const* names, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::Region& region = context.region(handle.id, loc);
  if (mode < 0 || mode > 2) runtime_error("an HDF5 file is attached with an unknown mode", loc);
  const auto opened = static_cast<legion::Hdf5File::Mode>(mode);
  const bool is_empty = region.domain.is_empty();
  std::vector<uint32_t> numbers;
  for (uint32_t k = 0; k < count; ++k) {
    numbers.push_back(context.forest().views().field(handle.view, fields[k].field));
    context.read_now(region, numbers.back(), loc, true);
  }
  std::lock_guard lock(legion::hdf5_mutex());
  legion::Hdf5File file(path, opened);
  for (uint32_t k = 0; k < count; ++k) {
    const FieldDesc& field = region.root->fields[numbers[k]];
    const std::string dataset = names ? names[k] : field.name;
    if (opened == legion::Hdf5File::Mode::create) {
      file.create(dataset, {fields[k].kind, field.size_bytes, fields[k].count},
                  legion::hdf5_extents(region.domain.box));
    } else if (!is_empty) {
      legion::read_dataset(region, numbers[k], field.size_bytes, file, dataset);
    }
    legion::attachments.push_back({&context.runtime(), &region, numbers[k], path, dataset,
                                   opened != legion::Hdf5File::Mode::read_only});
  }
  legion::attachment_count.store(legion::attachments.size(), std::memory_order_relaxed);
}

void Context::detach_hdf5(Region handle, const uint16_t* fields, uint32_t count, SourceLoc loc) {
  ContextImpl& context = ContextImpl::of(*this);
  legion::Region& region = context.region(handle.id, loc);
  for (uint32_t k = 0; k < count; ++k) {
    const uint32_t field = context.forest().views().field(handle.view, fields[k]);
    context.read_now(region, field, loc);
    legion::write_attached(context, region, field, true);
  }
}

void Context::flush_hdf5(Region handle, const uint16_t* fields, uint32_t count, SourceLoc loc) {
  if (legion::attachment_count.load(std::memory_order_relaxed) == 0) [[likely]]
    return;
  ContextImpl& context = ContextImpl::of(*this);
  legion::Region& region = context.region(handle.id, loc);
  {
    std::lock_guard lock(legion::hdf5_mutex());
    if (std::ranges::none_of(legion::attachments, [&](const auto& one) { return one.region == &region; }))
      return;
  }
  for (uint32_t k = 0; k < count; ++k) {
    const uint32_t field = context.forest().views().field(handle.view, fields[k]);
    context.read_now(region, field, loc);
    legion::write_attached(context, region, field, false);
  }
}

}  // namespace palatine::api
