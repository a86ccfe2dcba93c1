// Templates of inst_layout.h, which includes this file.
#pragma once

namespace Realm {

template <int N, typename T>
InstanceLayoutGeneric* InstanceLayoutGeneric::choose_instance_layout(IndexSpace<N, T> is,
                                                                     const InstanceLayoutConstraints& ilc,
                                                                     const int dim_order[N]) {
  Rect<N, T> bounds = is.bounds;
  if (!is.dense() && is.is_valid()) {
    bounds = Rect<N, T>::make_empty();
    for (IndexSpaceIterator<N, T> it(is); it.valid; it.step()) bounds = bounds.union_bbox(it.rect);
  }
  std::vector<Rect<N, T> > covering;
  if (!bounds.empty()) covering.push_back(bounds);
  return choose_instance_layout<N, T>(is, covering, ilc, dim_order);
}

template <int N, typename T>
InstanceLayoutGeneric* InstanceLayoutGeneric::choose_instance_layout(IndexSpace<N, T> is,
                                                                     const std::vector<Rect<N, T> >& covering,
                                                                     const InstanceLayoutConstraints& ilc,
                                                                     const int dim_order[N]) {
  detail::check_dimension_order(N, dim_order);
  InstanceLayout<N, T>* layout = new InstanceLayout<N, T>();
  layout->space = is;
  layout->alignment_reqd = 32;
  layout->piece_lists.reserve(ilc.field_groups.size());
  for (const InstanceLayoutConstraints::FieldGroup& group : ilc.field_groups) {
    const detail::GroupShape shape = detail::shape_of_group(group);
    if (shape.alignment > layout->alignment_reqd) layout->alignment_reqd = shape.alignment;
    for (size_t k = 0; k < group.size(); ++k) {
      layout->fields[group[k].field_id] = {static_cast<int>(layout->piece_lists.size()), shape.offsets[k],
                                           static_cast<int>(group[k].size)};
    }
    layout->piece_lists.emplace_back();
    auto& pieces = layout->piece_lists.back().pieces;
    pieces.reserve(covering.size());
    for (const Rect<N, T>& rect : covering) {
      AffineLayoutPiece<N, T>* piece = new AffineLayoutPiece<N, T>;
      piece->bounds = rect;
      const size_t start = (layout->bytes_used + shape.alignment - 1) / shape.alignment * shape.alignment;
      piece->offset = start;
      size_t stride = shape.size_bytes;
      for (int i = 0; i < N; i++) {
        const int dim = dim_order[i];
        piece->strides[dim] = stride;
        piece->offset -= static_cast<size_t>(rect.lo[dim]) * stride;
        stride = detail::bytes_of_rows(
            stride, static_cast<size_t>(rect.hi[dim]) - static_cast<size_t>(rect.lo[dim]) + 1);
      }
      layout->bytes_used = std::min(start + stride, detail::kUnboundedBytes);
      pieces.push_back(piece);
    }
  }
  return layout;
}

namespace detail {

// Ends the program: the instance's layout has other dimensions or coordinates than the caller says.
[[noreturn]] REALM_PUBLIC_API void wrong_layout_type(RegionInstance inst, int dimension);

template <int N, typename T>
const InstanceLayout<N, T>* try_layout_as(const InstanceLayoutGeneric* layout) {
  return dynamic_cast<const InstanceLayout<N, T>*>(layout);
}

template <int N, typename T>
const InstanceLayout<N, T>& layout_as(RegionInstance inst, const InstanceLayoutGeneric* layout) {
  const InstanceLayout<N, T>* typed = try_layout_as<N, T>(layout);
  if (!typed) wrong_layout_type(inst, N);
  return *typed;
}

template <int N, typename T>
InstanceLayoutGeneric* fortran_layout(const IndexSpace<N, T>& space,
                                      const InstanceLayoutConstraints& constraints) {
  int order[N];
  for (int i = 0; i < N; i++) order[i] = i;
  return InstanceLayoutGeneric::choose_instance_layout<N, T>(space, constraints, order);
}

}  // namespace detail

}  // namespace Realm
