// Lists and texts in the argument structs of tasks: copying them for a launch, and the handles in lists.
//
// Generated code lays a list out as `ListImage` says; api::ListDesc tells what the elements are.
#pragma once

#include <cstdint>

#include "runtime/api/palatine_list.h"

namespace palatine::legion {

struct ListImage {
  uint64_t size;
  char* data;
  api::ListStore* store;
};

// Copies the elements of all lists of an argument struct, however deep, and its texts to one block, which is
// returned, and lets the argument struct refer to it; null when there is nothing to copy. free() gives it
// back. References that the lists held are not dropped.
void* copy_list_arguments(const api::TaskDesc& task, char* args);
// The same, and drops the references: for arguments that were made in place.
void* take_list_arguments(const api::TaskDesc& task, char* args);
bool has_list_arguments(const api::TaskDesc& task);

// Calls visit(address) for each element that is no list.
template <typename Visit>
void for_each_leaf(const ListImage& list, const api::ListDesc& desc, Visit&& visit) {
  for (uint64_t k = 0; k < list.size; ++k) {
    const char* element = list.data + k * desc.element_size_bytes;
    if (desc.element == api::ParamKind::list) {
      for_each_leaf(*reinterpret_cast<const ListImage*>(element), *desc.inner, visit);
    } else {
      visit(element);
    }
  }
}

}  // namespace palatine::legion
