#include "runtime/realm/space/field_reader.h"

#include <cstring>

#include "runtime/realm/handles.h"
#include "runtime/realm/instance/instance_heap.h"

namespace palatine::realm::space {

template <int N, typename T>
FieldReader<N, T>::FieldReader(Realm::RegionInstance instance, size_t field, size_t value_bytes,
                               const char* call)
    : instance_(instance), field_(field), value_bytes_(value_bytes), call_(call) {
  const auto id = static_cast<unsigned long long>(instance.id);
  if (!instance.exists()) bad_use(call, "a field descriptor has no instance");
  const Realm::InstanceLayoutGeneric* layout = instance.get_layout();
  auto found = layout->fields.find(static_cast<Realm::FieldID>(field));
  if (found == layout->fields.end()) bad_use(call, "instance %llx has no field %zu", id, field);
  const auto& place = found->second;
  if (static_cast<size_t>(place.size_in_bytes) < value_bytes)
    bad_use(call, "field %zu of instance %llx has %d bytes; its values need %zu", field, id,
            place.size_in_bytes, value_bytes);
  if (layout->dimension() != N)
    bad_use(call, "instance %llx has %d dimensions; the index space has %d", id, layout->dimension(), N);
  std::vector<Realm::detail::AffinePieceData> pieces;
  if (!layout->affine_pieces(place.list_idx, pieces))
    bad_use(call, "field %zu of instance %llx lies in a layout that is not affine", field, id);
  void* base = layout->bytes_used == 0 ? nullptr : instance.pointer_untyped(0, layout->bytes_used);
  if (gpu_of(instance)) base = nullptr;
  is_addressable_ = base != nullptr;
  for (const auto& piece : pieces) {
    FieldPiece<N, T> mine;
    for (int i = 0; i < N; i++) {
      mine.bounds.lo[i] = static_cast<T>(piece.lo[i]);
      mine.bounds.hi[i] = static_cast<T>(piece.hi[i]);
      mine.view.strides[i] = piece.strides[i];
    }
    mine.view.base = reinterpret_cast<const std::byte*>(
        reinterpret_cast<uintptr_t>(base) + static_cast<uintptr_t>(piece.offset) + place.rel_offset);
    pieces_.push_back(mine);
  }
}

template <int N, typename T>
void FieldReader<N, T>::fetch(const FieldPiece<N, T>& piece, const Point<N, T>& first, uint64_t count,
                              std::vector<std::byte>& out) const {
  out.resize(count * value_bytes_);
  uintptr_t offset = reinterpret_cast<uintptr_t>(piece.view.at(first));
  if (piece.view.strides[0] == static_cast<ptrdiff_t>(value_bytes_)) {
    instance_.read_untyped(offset, out.data(), out.size());
    return;
  }
  for (uint64_t i = 0; i < count; i++, offset += static_cast<uintptr_t>(piece.view.strides[0]))
    instance_.read_untyped(offset, out.data() + i * value_bytes_, value_bytes_);
}

template <int N, typename T>
void FieldReader<N, T>::write(const Point<N, T>& p, const void* value) const {
  for (const FieldPiece<N, T>& piece : pieces_) {
    if (!piece.bounds.contains(p)) continue;
    const std::byte* at = piece.view.at(p);
    if (is_addressable_)
      std::memcpy(const_cast<std::byte*>(at), value, value_bytes_);
    else
      instance_.write_untyped(reinterpret_cast<uintptr_t>(at), value, value_bytes_);
    return;
  }
  not_held(1);
}

template <int N, typename T>
void FieldReader<N, T>::not_held(uint64_t points) const {
  bad_use(call_, "field %zu of instance %llx does not hold %llu of the points of its index space", field_,
          static_cast<unsigned long long>(instance_.id), static_cast<unsigned long long>(points));
}

#define X(N, T) template class FieldReader<N, T>;
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace palatine::realm::space
