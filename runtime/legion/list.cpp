#include "runtime/legion/list.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

constexpr size_t kAlignment = 16;

size_t aligned(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

size_t bytes_of(const ListImage& list, const api::ListDesc& desc) {
  size_t bytes = aligned(list.size * desc.element_size_bytes);
  if (desc.element != api::ParamKind::list) return bytes;
  for (uint64_t k = 0; k < list.size; ++k) {
    bytes +=
        bytes_of(*reinterpret_cast<const ListImage*>(list.data + k * desc.element_size_bytes), *desc.inner);
  }
  return bytes;
}

// Moves the list's elements to `place`, which moves on behind them.
void copy_to(char*& place, ListImage& list, const api::ListDesc& desc) {
  char* elements = place;
  const size_t bytes = list.size * desc.element_size_bytes;
  place += aligned(bytes);
  if (bytes > 0) memcpy(elements, list.data, bytes);
  list.data = elements;
  list.store = nullptr;
  if (desc.element != api::ParamKind::list) return;
  for (uint64_t k = 0; k < list.size; ++k) {
    copy_to(place, *reinterpret_cast<ListImage*>(elements + k * desc.element_size_bytes), *desc.inner);
  }
}

template <typename Visit>
void for_each_text(const api::TaskDesc& task, char* args, Visit visit) {
  for (uint16_t k = 0; k < task.param_count; ++k) {
    const api::ParamDesc& param = task.params[k];
    char*& text = *reinterpret_cast<char**>(args + param.offset);
    if (param.kind == api::ParamKind::text && text) visit(text);
  }
}

template <typename Visit>
void for_each_packed(const api::TaskDesc& task, char* args, Visit visit) {
  for (uint16_t k = 0; k < task.param_count; ++k) {
    const api::ParamDesc& param = task.params[k];
    if (param.kind == api::ParamKind::packed) visit(args + param.offset, param.size_bytes, *param.pack);
  }
}

// Replaces the value by a copy of it and of all that belongs to it. `data`: room for what `write` says.
void repack(void* value, uint64_t size_bytes, const api::PackDesc& pack, char* data) {
  std::vector<std::max_align_t> fixed(size_bytes / sizeof(std::max_align_t) + 1);
  void* place = data;
  pack.write(value, fixed.data(), &place);
  place = data;
  pack.read(fixed.data(), &place, value);
}

template <typename Visit>
void for_each_list(const api::TaskDesc& task, char* args, Visit visit) {
  for (uint16_t k = 0; k < task.param_count; ++k) {
    const api::ParamDesc& param = task.params[k];
    if (param.kind == api::ParamKind::list)
      visit(*reinterpret_cast<ListImage*>(args + param.offset), *param.list);
  }
}

}  // namespace

void* copy_list_arguments(const api::TaskDesc& task, char* args) {
  size_t bytes = 0;
  for_each_list(task, args,
                [&](ListImage& list, const api::ListDesc& desc) { bytes += bytes_of(list, desc); });
  for_each_text(task, args, [&](char* text) { bytes += aligned(strlen(text) + 1); });
  for_each_packed(task, args, [&](char* value, uint64_t, const api::PackDesc& pack) {
    bytes += aligned(pack.size_bytes(value));
  });
  char* block = nullptr;
  if (bytes > 0) {
    block = static_cast<char*>(aligned_alloc(kAlignment, bytes));
    if (!block) realm::fatal_error("out of memory for the lists and texts that `%s` gets", task.name);
  }
  char* place = block;
  for_each_list(task, args, [&](ListImage& list, const api::ListDesc& desc) { copy_to(place, list, desc); });
  for_each_text(task, args, [&](char*& text) {
    const size_t length = strlen(text) + 1;
    text = static_cast<char*>(memcpy(place, text, length));
    place += aligned(length);
  });
  for_each_packed(task, args, [&](char* value, uint64_t size_bytes, const api::PackDesc& pack) {
    const size_t length = aligned(pack.size_bytes(value));
    repack(value, size_bytes, pack, place);
    place += length;
  });
  return block;
}

void* take_list_arguments(const api::TaskDesc& task, char* args) {
  std::vector<api::ListStore*> stores;
  for_each_list(task, args, [&](ListImage& list, const api::ListDesc&) { stores.push_back(list.store); });
  void* block = copy_list_arguments(task, args);
  for (api::ListStore* store : stores) api::drop(store);
  return block;
}

bool has_list_arguments(const api::TaskDesc& task) {
  for (uint16_t k = 0; k < task.param_count; ++k) {
    const api::ParamKind kind = task.params[k].kind;
    if (kind == api::ParamKind::list || kind == api::ParamKind::text || kind == api::ParamKind::packed)
      return true;
  }
  return false;
}

}  // namespace palatine::legion

void palatine::api::keep_text(void* result) {
  char*& text = *static_cast<char**>(result);
  if (text) text = strdup(text);
}

void palatine::api::keep_packed(void* result, uint64_t size_bytes, const PackDesc& pack) {
  const uint64_t length = pack.size_bytes(result);
  // What was read may point into the bytes that it was read from.
  auto* data = static_cast<char*>(length > 0 ? malloc(length) : nullptr);
  if (length > 0 && !data) realm::fatal_error("out of memory for the result of a task");
  legion::repack(result, size_bytes, pack, data);
}
