// Templates of instance.h; included by inst_layout.h.
#pragma once

namespace Realm {

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
  InstanceLayoutConstraints constraints(field_sizes, block_size);
  return create_instance(inst, memory, detail::fortran_layout(space, constraints), prs, wait_on);
}

template <int N, typename T>
Event RegionInstance::create_instance(RegionInstance& inst, Memory memory, const IndexSpace<N, T>& space,
                                      const std::map<FieldID, size_t>& field_sizes, size_t block_size,
                                      const ProfilingRequestSet& prs, Event wait_on) {
  InstanceLayoutConstraints constraints(field_sizes, block_size);
  return create_instance(inst, memory, detail::fortran_layout(space, constraints), prs, wait_on);
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
