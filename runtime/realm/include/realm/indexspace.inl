// Templates of indexspace.h, which includes this file. They check nothing: the library does.
#pragma once

namespace Realm {

class REALM_PUBLIC_API IndexSpaceGenericImpl {
 public:
  virtual ~IndexSpaceGenericImpl() {}
  virtual IndexSpaceGenericImpl* clone() const = 0;
  virtual void destroy(Event wait_on) = 0;
  virtual Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
                     const ProfilingRequestSet& requests, Event wait_on, int priority) const = 0;
  // The points, for the runtime.
  virtual std::unique_ptr<detail::PointSet> points() const = 0;
};

namespace detail {

template <int N, typename T>
class GenericSpace final : public IndexSpaceGenericImpl {
 public:
  explicit GenericSpace(const IndexSpace<N, T>& space_in) : space(space_in) {}
  IndexSpaceGenericImpl* clone() const override { return new GenericSpace(space); }
  void destroy(Event wait_on) override { space.destroy(wait_on); }
  Event copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
             const ProfilingRequestSet& requests, Event wait_on, int priority) const override {
    return space.copy(srcs, dsts, requests, wait_on, priority);
  }
  std::unique_ptr<PointSet> points() const override { return std::make_unique<SpacePoints<N, T>>(space); }

  IndexSpace<N, T> space;
};

template <typename FT>
struct IsColor : std::is_integral<FT> {};
template <int N, typename T>
struct IsColor<Point<N, T>> : std::true_type {};
template <int N, typename T>
struct IsColor<Rect<N, T>> : std::true_type {};

}  // namespace detail

template <int N, typename T>
IndexSpace<N, T>::IndexSpace(const std::vector<Point<N, T>>& points, bool disjoint)
    : bounds(Rect<N, T>::make_empty()) {
  sparsity.id = 0;
  for (const Point<N, T>& p : points) bounds = bounds.union_bbox(Rect<N, T>(p, p));
  if (!points.empty()) sparsity = SparsityMap<N, T>::construct(points, false, disjoint);
}

template <int N, typename T>
IndexSpace<N, T>::IndexSpace(const std::vector<Rect<N, T>>& rects, bool disjoint)
    : bounds(Rect<N, T>::make_empty()) {
  sparsity.id = 0;
  for (const Rect<N, T>& r : rects) bounds = bounds.union_bbox(r);
  if (!bounds.empty()) sparsity = SparsityMap<N, T>::construct(rects, false, disjoint);
}

template <int N, typename T>
void IndexSpace<N, T>::destroy(Event wait_on) {
  if (sparsity.exists()) sparsity.destroy(wait_on);
}

template <int N, typename T>
Event IndexSpace<N, T>::make_valid(bool precise) const {
  return sparsity.exists() ? sparsity.impl()->make_valid(precise) : Event::NO_EVENT;
}

template <int N, typename T>
bool IndexSpace<N, T>::is_valid(bool precise) const {
  return !sparsity.exists() || sparsity.impl()->is_valid(precise);
}

template <int N, typename T>
template <typename LAMBDA>
void IndexSpace<N, T>::foreach_subrect(LAMBDA lambda) {
  for (IndexSpaceIterator<N, T> it(*this); it.valid; it.step()) lambda(it.rect);
}

template <int N, typename T>
template <typename LAMBDA>
void IndexSpace<N, T>::foreach_subrect(LAMBDA lambda, const Rect<N, T>& restriction) {
  for (IndexSpaceIterator<N, T> it(*this, restriction); it.valid; it.step()) lambda(it.rect);
}

template <int N, typename T>
Event IndexSpace<N, T>::fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
                             const void* fill_value, size_t fill_value_size, Event wait_on,
                             int priority) const {
  return detail::fill_space(*this, dsts, requests, fill_value, fill_value_size, wait_on, priority);
}

template <int N, typename T>
Event IndexSpace<N, T>::copy(const std::vector<CopySrcDstField>& srcs,
                             const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
                             Event wait_on, int priority) const {
  return detail::copy_space(*this, srcs, dsts, {}, requests, wait_on, priority);
}

template <int N, typename T>
Event IndexSpace<N, T>::copy(const std::vector<CopySrcDstField>& srcs,
                             const std::vector<CopySrcDstField>& dsts,
                             const std::vector<const typename CopyIndirection<N, T>::Base*>& indirects,
                             const ProfilingRequestSet& requests, Event wait_on, int priority) const {
  return detail::copy_space(*this, srcs, dsts, indirects, requests, wait_on, priority);
}

template <int N, typename T>
Event IndexSpace<N, T>::create_equal_subspace(size_t count, size_t granularity, unsigned index,
                                              IndexSpace& subspace, const ProfilingRequestSet& reqs,
                                              Event wait_on) const {
  std::vector<IndexSpace> pieces;
  const Event done = detail::equal_pieces(*this, "IndexSpace::create_equal_subspace", count, granularity,
                                          index, size_t(index) + 1, pieces, reqs, wait_on);
  subspace = pieces[0];
  return done;
}

template <int N, typename T>
Event IndexSpace<N, T>::create_equal_subspaces(size_t count, size_t granularity,
                                               std::vector<IndexSpace>& subspaces,
                                               const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::equal_pieces(*this, "IndexSpace::create_equal_subspaces", count, granularity, 0, count,
                              subspaces, reqs, wait_on);
}

template <int N, typename T>
Event IndexSpace<N, T>::create_weighted_subspaces(size_t count, size_t granularity,
                                                  const std::vector<int>& weights,
                                                  std::vector<IndexSpace>& subspaces,
                                                  const ProfilingRequestSet& reqs, Event wait_on) const {
  for (int weight : weights)
    if (weight < 0) detail::wrong_use("IndexSpace::create_weighted_subspaces", "a weight is negative");
  return create_weighted_subspaces(count, granularity, std::vector<size_t>(weights.begin(), weights.end()),
                                   subspaces, reqs, wait_on);
}

template <int N, typename T>
Event IndexSpace<N, T>::create_weighted_subspaces(size_t count, size_t granularity,
                                                  const std::vector<size_t>& weights,
                                                  std::vector<IndexSpace>& subspaces,
                                                  const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::weighted_pieces(*this, "IndexSpace::create_weighted_subspaces", count, granularity, weights,
                                 subspaces, reqs, wait_on);
}

template <int N, typename T>
template <typename FT>
Event IndexSpace<N, T>::create_subspace_by_field(
    const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data, FT color, IndexSpace& subspace,
    const ProfilingRequestSet& reqs, Event wait_on) const {
  static_assert(detail::IsColor<FT>::value, "colours are integers, booleans, points or rectangles");
  std::vector<IndexSpace> pieces;
  const Event done = detail::pieces_by_field(*this, "IndexSpace::create_subspace_by_field",
                                             detail::field_sources(field_data), &color, 1, sizeof(FT), pieces,
                                             reqs, wait_on);
  subspace = pieces[0];
  return done;
}

template <int N, typename T>
template <typename FT>
Event IndexSpace<N, T>::create_subspaces_by_field(
    const std::vector<FieldDataDescriptor<IndexSpace, FT>>& field_data, const std::vector<FT>& colors,
    std::vector<IndexSpace>& subspaces, const ProfilingRequestSet& reqs, Event wait_on) const {
  static_assert(detail::IsColor<FT>::value, "colours are integers, booleans, points or rectangles");
  // A std::vector<bool> has no elements to point to.
  std::vector<unsigned char> bytes(colors.size() * sizeof(FT));
  for (size_t i = 0; i < colors.size(); i++) {
    const FT color = colors[i];
    std::memcpy(bytes.data() + i * sizeof(FT), &color, sizeof(FT));
  }
  return detail::pieces_by_field(*this, "IndexSpace::create_subspaces_by_field",
                                 detail::field_sources(field_data), bytes.data(), colors.size(), sizeof(FT),
                                 subspaces, reqs, wait_on);
}

template <int N, typename T>
template <typename FT, typename FT2>
Event IndexSpace<N, T>::create_subspace_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>&,
                                                 const CodeDescriptor&, FT2, IndexSpace&,
                                                 const ProfilingRequestSet&, Event) const {
  detail::wrong_use("IndexSpace::create_subspace_by_field", "colours from a function are not supported");
}

template <int N, typename T>
template <typename FT, typename FT2>
Event IndexSpace<N, T>::create_subspaces_by_field(const std::vector<FieldDataDescriptor<IndexSpace, FT>>&,
                                                  const CodeDescriptor&, const std::vector<FT2>&,
                                                  std::vector<IndexSpace>&, const ProfilingRequestSet&,
                                                  Event) const {
  detail::wrong_use("IndexSpace::create_subspaces_by_field", "colours from a function are not supported");
}

namespace detail {

// The map as a DomainTransform from spaces of <N2, T2> to spaces of <N, T>.
template <int N, typename T, int N2, typename T2, typename TRANSFORM>
DomainTransform<N, T, N2, T2> domain_transform(const TRANSFORM& transform) {
  if constexpr (std::is_convertible<TRANSFORM, DomainTransform<N, T, N2, T2>>::value)
    return transform;
  else
    return StructuredTransform<N, T, N2, T2>(transform);
}

template <int N, typename T, int N2, typename T2>
Event images(const IndexSpace<N, T>& parent, const char* call, const DomainTransform<N, T, N2, T2>& transform,
             const std::vector<IndexSpace<N2, T2>>& sources, const std::vector<IndexSpace<N, T>>* without,
             std::vector<IndexSpace<N, T>>& images, const ProfilingRequestSet& reqs, Event wait_on) {
  switch (transform.type) {
    case DomainTransform<N, T, N2, T2>::STRUCTURED:
      return images_by_map(parent, call, affine_map(transform.structured_transform),
                           space_family(sources, call), without, images, reqs, wait_on);
    case DomainTransform<N, T, N2, T2>::UNSTRUCTURED_PTR:
      return images_by_field(
          parent, call, field_rows(sources, field_sources(transform.ptr_data), sizeof(Point<N, T>), call),
          false, without, images, reqs, wait_on);
    case DomainTransform<N, T, N2, T2>::UNSTRUCTURED_RANGE:
      return images_by_field(
          parent, call, field_rows(sources, field_sources(transform.range_data), sizeof(Rect<N, T>), call),
          true, without, images, reqs, wait_on);
    default:
      wrong_use(call, "the transform is empty");
  }
}

template <int N, typename T, int N2, typename T2>
Event preimages(const IndexSpace<N, T>& parent, const char* call,
                const DomainTransform<N2, T2, N, T>& transform,
                const std::vector<IndexSpace<N2, T2>>& targets, std::vector<IndexSpace<N, T>>& preimages,
                const ProfilingRequestSet& reqs, Event wait_on) {
  switch (transform.type) {
    case DomainTransform<N2, T2, N, T>::STRUCTURED:
      return preimages_by_map(parent, call, affine_map(transform.structured_transform),
                              space_family(targets, call), preimages, reqs, wait_on);
    case DomainTransform<N2, T2, N, T>::UNSTRUCTURED_PTR:
      return preimages_by_field(parent, call, field_sources(transform.ptr_data), false,
                                space_family(targets, call), preimages, reqs, wait_on);
    case DomainTransform<N2, T2, N, T>::UNSTRUCTURED_RANGE:
      return preimages_by_field(parent, call, field_sources(transform.range_data), true,
                                space_family(targets, call), preimages, reqs, wait_on);
    default:
      wrong_use(call, "the transform is empty");
  }
}

}  // namespace detail

template <int N, typename T>
template <int N2, typename T2, typename TRANSFORM>
Event IndexSpace<N, T>::create_subspace_by_image(const TRANSFORM& transform, const IndexSpace<N2, T2>& source,
                                                 IndexSpace& image, const ProfilingRequestSet& reqs,
                                                 Event wait_on) const {
  std::vector<IndexSpace> images;
  const Event done = detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_image",
                                                  detail::domain_transform<N, T, N2, T2>(transform), {source},
                                                  nullptr, images, reqs, wait_on);
  image = images[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2, typename TRANSFORM>
Event IndexSpace<N, T>::create_subspaces_by_image(const TRANSFORM& transform,
                                                  const std::vector<IndexSpace<N2, T2>>& sources,
                                                  std::vector<IndexSpace>& images,
                                                  const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image",
                                      detail::domain_transform<N, T, N2, T2>(transform), sources, nullptr,
                                      images, reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_image(const DomainTransform<N, T, N2, T2>& domain_transform,
                                                  const std::vector<IndexSpace<N2, T2>>& sources,
                                                  std::vector<IndexSpace>& images,
                                                  const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image", domain_transform,
                                      sources, nullptr, images, reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspace_by_image(
    const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
    const IndexSpace<N2, T2>& source, IndexSpace& image, const ProfilingRequestSet& reqs,
    Event wait_on) const {
  std::vector<IndexSpace> images;
  const Event done = detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_image",
                                                  DomainTransform<N, T, N2, T2>(field_data), {source},
                                                  nullptr, images, reqs, wait_on);
  image = images[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_image(
    const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
    const std::vector<IndexSpace<N2, T2>>& sources, std::vector<IndexSpace>& images,
    const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image",
                                      DomainTransform<N, T, N2, T2>(field_data), sources, nullptr, images,
                                      reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspace_by_image(
    const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Rect<N, T>>>& field_data,
    const IndexSpace<N2, T2>& source, IndexSpace& image, const ProfilingRequestSet& reqs,
    Event wait_on) const {
  std::vector<IndexSpace> images;
  const Event done = detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_image",
                                                  DomainTransform<N, T, N2, T2>(field_data), {source},
                                                  nullptr, images, reqs, wait_on);
  image = images[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_image(
    const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Rect<N, T>>>& field_data,
    const std::vector<IndexSpace<N2, T2>>& sources, std::vector<IndexSpace>& images,
    const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image",
                                      DomainTransform<N, T, N2, T2>(field_data), sources, nullptr, images,
                                      reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2, typename TRANSFORM>
Event IndexSpace<N, T>::create_subspace_by_preimage(const TRANSFORM& transform,
                                                    const IndexSpace<N2, T2>& target, IndexSpace& preimage,
                                                    const ProfilingRequestSet& reqs, Event wait_on) const {
  std::vector<IndexSpace> preimages;
  const Event done = detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_preimage",
                                                     detail::domain_transform<N2, T2, N, T>(transform),
                                                     {target}, preimages, reqs, wait_on);
  preimage = preimages[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2, typename TRANSFORM>
Event IndexSpace<N, T>::create_subspaces_by_preimage(const TRANSFORM& transform,
                                                     const std::vector<IndexSpace<N2, T2>>& targets,
                                                     std::vector<IndexSpace>& preimages,
                                                     const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_preimage",
                                         detail::domain_transform<N2, T2, N, T>(transform), targets,
                                         preimages, reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_preimage(const DomainTransform<N2, T2, N, T>& domain_transform,
                                                     const std::vector<IndexSpace<N2, T2>>& targets,
                                                     std::vector<IndexSpace>& preimages,
                                                     const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_preimage", domain_transform,
                                         targets, preimages, reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspace_by_preimage(
    const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
    const IndexSpace<N2, T2>& target, IndexSpace& preimage, const ProfilingRequestSet& reqs,
    Event wait_on) const {
  std::vector<IndexSpace> preimages;
  const Event done = detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_preimage",
                                                     DomainTransform<N2, T2, N, T>(field_data), {target},
                                                     preimages, reqs, wait_on);
  preimage = preimages[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_preimage(
    const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
    const std::vector<IndexSpace<N2, T2>>& targets, std::vector<IndexSpace>& preimages,
    const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_preimage",
                                         DomainTransform<N2, T2, N, T>(field_data), targets, preimages, reqs,
                                         wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspace_by_preimage(
    const std::vector<FieldDataDescriptor<IndexSpace, Rect<N2, T2>>>& field_data,
    const IndexSpace<N2, T2>& target, IndexSpace& preimage, const ProfilingRequestSet& reqs,
    Event wait_on) const {
  std::vector<IndexSpace> preimages;
  const Event done = detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspace_by_preimage",
                                                     DomainTransform<N2, T2, N, T>(field_data), {target},
                                                     preimages, reqs, wait_on);
  preimage = preimages[0];
  return done;
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_preimage(
    const std::vector<FieldDataDescriptor<IndexSpace, Rect<N2, T2>>>& field_data,
    const std::vector<IndexSpace<N2, T2>>& targets, std::vector<IndexSpace>& preimages,
    const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::preimages<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_preimage",
                                         DomainTransform<N2, T2, N, T>(field_data), targets, preimages, reqs,
                                         wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_image_with_difference(
    const std::vector<FieldDataDescriptor<IndexSpace<N2, T2>, Point<N, T>>>& field_data,
    const std::vector<IndexSpace<N2, T2>>& sources, const std::vector<IndexSpace>& diff_rhs,
    std::vector<IndexSpace>& images, const ProfilingRequestSet& reqs, Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image_with_difference",
                                      DomainTransform<N, T, N2, T2>(field_data), sources, &diff_rhs, images,
                                      reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_subspaces_by_image_with_difference(
    const DomainTransform<N, T, N2, T2>& domain_transform, const std::vector<IndexSpace<N2, T2>>& sources,
    const std::vector<IndexSpace>& diff_rhs, std::vector<IndexSpace>& images, const ProfilingRequestSet& reqs,
    Event wait_on) const {
  return detail::images<N, T, N2, T2>(*this, "IndexSpace::create_subspaces_by_image_with_difference",
                                      domain_transform, sources, &diff_rhs, images, reqs, wait_on);
}

template <int N, typename T>
template <int N2, typename T2>
Event IndexSpace<N, T>::create_association(
    const std::vector<FieldDataDescriptor<IndexSpace, Point<N2, T2>>>& field_data,
    const IndexSpace<N2, T2>& range, const ProfilingRequestSet& reqs, Event wait_on) const {
  const char* call = "IndexSpace::create_association";
  return detail::associate(*this, call, detail::field_sources(field_data),
                           detail::space_family(std::vector<IndexSpace<N2, T2>>{range}, call), reqs, wait_on);
}

#define REALM_SET_OPERATION(operation, one, many)                                                         \
  template <int N, typename T>                                                                            \
  Event IndexSpace<N, T>::one(const IndexSpace& lhs, const IndexSpace& rhs, IndexSpace& result,           \
                              const ProfilingRequestSet& reqs, Event wait_on) {                           \
    std::vector<IndexSpace> results;                                                                      \
    const Event done =                                                                                    \
        detail::set_operations(operation, "IndexSpace::" #one, &lhs, 1, &rhs, 1, results, reqs, wait_on); \
    result = results[0];                                                                                  \
    return done;                                                                                          \
  }                                                                                                       \
  template <int N, typename T>                                                                            \
  Event IndexSpace<N, T>::many(const std::vector<IndexSpace>& lhss, const std::vector<IndexSpace>& rhss,  \
                               std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,         \
                               Event wait_on) {                                                           \
    if (lhss.size() != rhss.size() && lhss.size() != 1 && rhss.size() != 1)                               \
      detail::wrong_use("IndexSpace::" #many, "the lists have different lengths");                        \
    return detail::set_operations(operation, "IndexSpace::" #many, lhss.data(), lhss.size(), rhss.data(), \
                                  rhss.size(), results, reqs, wait_on);                                   \
  }                                                                                                       \
  template <int N, typename T>                                                                            \
  Event IndexSpace<N, T>::many(const IndexSpace& lhs, const std::vector<IndexSpace>& rhss,                \
                               std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,         \
                               Event wait_on) {                                                           \
    return detail::set_operations(operation, "IndexSpace::" #many, &lhs, 1, rhss.data(), rhss.size(),     \
                                  results, reqs, wait_on);                                                \
  }                                                                                                       \
  template <int N, typename T>                                                                            \
  Event IndexSpace<N, T>::many(const std::vector<IndexSpace>& lhss, const IndexSpace& rhs,                \
                               std::vector<IndexSpace>& results, const ProfilingRequestSet& reqs,         \
                               Event wait_on) {                                                           \
    return detail::set_operations(operation, "IndexSpace::" #many, lhss.data(), lhss.size(), &rhs, 1,     \
                                  results, reqs, wait_on);                                                \
  }
REALM_SET_OPERATION(detail::SetOperation::kUnion, compute_union, compute_unions)
REALM_SET_OPERATION(detail::SetOperation::kIntersection, compute_intersection, compute_intersections)
REALM_SET_OPERATION(detail::SetOperation::kDifference, compute_difference, compute_differences)
#undef REALM_SET_OPERATION

template <int N, typename T>
Event IndexSpace<N, T>::compute_union(const std::vector<IndexSpace>& subspaces, IndexSpace& result,
                                      const ProfilingRequestSet& reqs, Event wait_on) {
  return detail::set_reduction(detail::SetOperation::kUnion, "IndexSpace::compute_union", subspaces, result,
                               reqs, wait_on);
}

template <int N, typename T>
Event IndexSpace<N, T>::compute_intersection(const std::vector<IndexSpace>& subspaces, IndexSpace& result,
                                             const ProfilingRequestSet& reqs, Event wait_on) {
  return detail::set_reduction(detail::SetOperation::kIntersection, "IndexSpace::compute_intersection",
                               subspaces, result, reqs, wait_on);
}

template <int N, typename T>
void IndexSpaceIterator<N, T>::reset(const IndexSpace<N, T>& _space) {
  reset(_space, _space.bounds);
}

template <int N, typename T>
void IndexSpaceIterator<N, T>::reset(const IndexSpace<N, T>& _space, const Rect<N, T>& _restrict) {
  reset(_space.bounds, _restrict, _space.sparsity.exists() ? _space.sparsity.impl() : nullptr);
  space = _space;
}

template <int N, typename T>
void IndexSpaceIterator<N, T>::reset(const Rect<N, T>& _bounds, const Rect<N, T>& _restrict,
                                     SparsityMapPublicImpl<N, T>* _s_impl) {
  space = IndexSpace<N, T>(_bounds);
  restriction = _bounds.intersection(_restrict);
  s_impl = _s_impl;
  rects_ = _s_impl ? &_s_impl->get_rects() : nullptr;
  cur_entry = 0;
  rect = Rect<N, T>::make_empty();
  valid = !restriction.empty();
  if (!valid) return;
  if (rects_)
    next_from(0);
  else
    rect = restriction;
}

template <int N, typename T>
bool IndexSpaceIterator<N, T>::next_from(size_t entry) {
  for (; entry < rects_->size(); entry++) {
    const Rect<N, T>& candidate = (*rects_)[entry];
    // The list is sorted by this coordinate.
    if (candidate.lo[N - 1] > restriction.hi[N - 1]) break;
    rect = candidate.intersection(restriction);
    if (rect.empty()) continue;
    cur_entry = entry;
    return true;
  }
  rect = Rect<N, T>::make_empty();
  return valid = false;
}

template <int N, typename T>
bool IndexSpaceIterator<N, T>::step() {
  if (!valid) return false;
  if (rects_) return next_from(cur_entry + 1);
  rect = Rect<N, T>::make_empty();
  return valid = false;
}

template <int N, typename T>
IndexSpaceGeneric::IndexSpaceGeneric(const IndexSpace<N, T>& space)
    : impl(new detail::GenericSpace<N, T>(space)) {}

template <int N, typename T>
IndexSpaceGeneric::IndexSpaceGeneric(const Rect<N, T>& rect)
    : impl(new detail::GenericSpace<N, T>(IndexSpace<N, T>(rect))) {}

template <int N, typename T>
IndexSpaceGeneric& IndexSpaceGeneric::operator=(const IndexSpace<N, T>& space) {
  return *this = IndexSpaceGeneric(space);
}

template <int N, typename T>
IndexSpaceGeneric& IndexSpaceGeneric::operator=(const Rect<N, T>& rect) {
  return *this = IndexSpaceGeneric(rect);
}

template <int N, typename T>
const IndexSpace<N, T>& IndexSpaceGeneric::as_index_space() const {
  const auto* typed = dynamic_cast<const detail::GenericSpace<N, T>*>(impl);
  if (!typed) detail::wrong_use("IndexSpaceGeneric::as_index_space", "the space is of another kind");
  return typed->space;
}

template <int N, typename T>
Event IndexSpaceGeneric::copy(const std::vector<CopySrcDstField>& srcs,
                              const std::vector<CopySrcDstField>& dsts,
                              const std::vector<const typename CopyIndirection<N, T>::Base*>& indirects,
                              const ProfilingRequestSet& requests, Event wait_on, int priority) const {
  return as_index_space<N, T>().copy(srcs, dsts, indirects, requests, wait_on, priority);
}

template <int N, typename T>
bool Rect<N, T>::contains(const IndexSpace<N, T>& space) const {
  return space.empty() || contains(space.bounds) || (!space.dense() && contains(space.tighten().bounds));
}

template <int N, typename T>
Event Rect<N, T>::fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
                       const void* fill_value, size_t fill_value_size) const {
  return fill(dsts, requests, fill_value, fill_value_size, Event::NO_EVENT, 0);
}

template <int N, typename T>
Event Rect<N, T>::fill(const std::vector<CopySrcDstField>& dsts, const ProfilingRequestSet& requests,
                       const void* fill_value, size_t fill_value_size, Event wait_on, int priority) const {
  return IndexSpace<N, T>(*this).fill(dsts, requests, fill_value, fill_value_size, wait_on, priority);
}

template <int N, typename T>
Event Rect<N, T>::copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
                       const ProfilingRequestSet& requests) const {
  return copy(srcs, dsts, requests, Event::NO_EVENT, 0);
}

template <int N, typename T>
Event Rect<N, T>::copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
                       const ProfilingRequestSet& requests, Event wait_on, int priority) const {
  return IndexSpace<N, T>(*this).copy(srcs, dsts, requests, wait_on, priority);
}

template <int N, typename T>
Event Rect<N, T>::copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
                       const IndexSpace<N, T>& mask, const ProfilingRequestSet& requests) const {
  return copy(srcs, dsts, mask, requests, Event::NO_EVENT, 0);
}

template <int N, typename T>
Event Rect<N, T>::copy(const std::vector<CopySrcDstField>& srcs, const std::vector<CopySrcDstField>& dsts,
                       const IndexSpace<N, T>& mask, const ProfilingRequestSet& requests, Event wait_on,
                       int priority) const {
  return IndexSpace<N, T>(intersection(mask.bounds), mask.sparsity)
      .copy(srcs, dsts, requests, wait_on, priority);
}

}  // namespace Realm
