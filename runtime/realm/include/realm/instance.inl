// Templates of instance.h; included by inst_layout.h.
#pragma once

#include <memory>

namespace Realm {

namespace detail {

// RegionInstance::create_instance with a layout that nobody changes any more.
REALM_PUBLIC_API Event create_with_layout(RegionInstance& inst, Memory memory,
                                          const std::shared_ptr<const InstanceLayoutGeneric>& layout,
                                          const ProfilingRequestSet& prs, Event wait_on);

// Programs create many instances of one layout one after the other; those of a thread share it. Layouts of sparse
// spaces depend on what is known of their points, so they are made each time.
template <int N, typename T, typename Sizes>
Event create_with_sizes(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space, const Sizes& field_sizes,
                        size_t block_size, const ProfilingRequestSet& prs, Event wait_on) {
  struct Last {
    Rect<N, T> bounds;
    Sizes field_sizes;
    size_t block_size = 0;
    std::shared_ptr<const InstanceLayoutGeneric> layout;
  };
  auto make = [&] {
    InstanceLayoutConstraints constraints(field_sizes, block_size);
    return std::shared_ptr<const InstanceLayoutGeneric>(fortran_layout(space, constraints));
  };
  if (!space.dense()) return create_with_layout(inst, memory, make(), prs, wait_on);
  static thread_local Last last;
  if (!last.layout || last.bounds != space.bounds || last.block_size != block_size ||
      last.field_sizes != field_sizes) {
    last = Last{space.bounds, field_sizes, block_size, make()};
  }
  return create_with_layout(inst, memory, last.layout, prs, wait_on);
}

}  // namespace detail

template <int N, typename T>
IndexSpace<N, T> RegionInstance::get_indexspace() const {
  return detail::layout_as<N, T>(*this, get_layout()).space;
}

template <int N>
IndexSpace<N, int> RegionInstance::get_indexspace() const {
  return get_indexspace<N, int>();
}

template <int N, typename T>
Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space,
                                      const std::vector<size_t>& field_sizes, size_t block_size,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  return detail::create_with_sizes(inst, memory, space, field_sizes, block_size, prs, wait_on);
}

template <int N, typename T>
Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space,
                                      const std::map<FieldID, size_t>& field_sizes, size_t block_size,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  return detail::create_with_sizes(inst, memory, space, field_sizes, block_size, prs, wait_on);
}

template <int N, typename T>
Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const Rect<N, T>& rect,
                                      const std::vector<size_t>& field_sizes, size_t block_size,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  return create_instance<N, T>(inst, memory, IndexSpace<N, T>(rect), field_sizes, block_size, prs, wait_on);
}

template <int N, typename T>
Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const Rect<N, T>& rect,
                                      const std::map<FieldID, size_t>& field_sizes, size_t block_size,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  return create_instance<N, T>(inst, memory, IndexSpace<N, T>(rect), field_sizes, block_size, prs, wait_on);
}

template <int N, typename T>
Event RegionInstance::create_file_instance(RegionInstance& inst, const char* file_name,
                                           const IndexSpace<N, T>& space, const std::vector<FieldID>& field_ids,
                                           const std::vector<size_t>& field_sizes, realm_file_mode_t file_mode,
                                           const ProfilingRequestSet& prs, Event wait_on) {
  InstanceLayoutConstraints constraints(field_ids, field_sizes, 0);
  ExternalFileResource file(file_name, file_mode);
  return create_external_instance(inst, file.suggested_memory(), detail::fortran_layout(space, constraints), file,
                                  prs, wait_on);
}

}  // namespace Realm
