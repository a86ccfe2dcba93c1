#include "runtime/legion/partition_by_field.h"

#include <cstring>

#include "runtime/realm/space/by_field.h"
#include "runtime/realm/space/field_rows.h"
#include "runtime/realm/space/image.h"
#include "runtime/realm/space/preimage.h"

namespace palatine::legion {

namespace space = realm::space;

namespace {

// Dimensions that `domain` lacks have the coordinate 0.
template <int N>
space::FieldView<N, long long> view_of(const api::FieldAddress& address, const Box& domain) {
  space::FieldView<N, long long> view;
  view.base = reinterpret_cast<const std::byte*>(address.base);
  for (int d = 0; d < N; ++d) view.strides[d] = d < std::max(domain.dim, 3) ? address.stride_bytes[d] : 0;
  return view;
}

// A row of points of `dim` dimensions (or of rects: of two points each) as points of N dimensions. They are
// where they were when they have N dimensions anyway.
template <int N>
class PointRow {
 public:
  PointRow(const std::byte* values, ptrdiff_t stride, uint64_t length, int dim, bool is_rect)
      : values_(values), stride_(stride) {
    if constexpr (N > 3) {
      const size_t corners = is_rect ? 2 : 1;
      copies_.resize(length * corners, SpacePoint<N>(0));
      for (uint64_t k = 0; k < length; ++k) {
        const std::byte* from = values + static_cast<ptrdiff_t>(k) * stride;
        for (size_t corner = 0; corner < corners; ++corner) {
          memcpy(&copies_[k * corners + corner], from + corner * static_cast<size_t>(dim) * sizeof(int64_t),
                 static_cast<size_t>(dim) * sizeof(int64_t));
        }
      }
      values_ = reinterpret_cast<const std::byte*>(copies_.data());
      stride_ = static_cast<ptrdiff_t>(corners * sizeof(SpacePoint<N>));
    }
  }
  const std::byte* values() const { return values_; }
  ptrdiff_t stride() const { return stride_; }

 private:
  const std::byte* values_;
  ptrdiff_t stride_;
  std::vector<SpacePoint<N>> copies_;
};

template <int N, int C>
std::vector<OwnedDomain> by_field(const Domain& domain, const api::FieldAddress& field,
                                  const IndexSpace& colors) {
  using Color = std::conditional_t<C == 1, long long, SpacePoint<C>>;
  const Box& box = colors.domain.box;
  const uint64_t count = box.volume();
  std::vector<Color> all;
  all.reserve(count);
  for (uint64_t k = 0; k < count; ++k) {
    int64_t c[kMaxDim] = {};
    box.point_at(k, c);
    if constexpr (C == 1) {
      all.push_back(c[0]);
    } else {
      all.push_back(SpacePoint<C>(static_cast<const int64_t*>(c)));
    }
  }
  // Colours are numbered as they stand: in linear order.
  const space::ColorTable<Color> table(all);
  space::RunLists<N, long long> pieces(table.size());
  space::for_each_row(
      rects_of<N>(domain), view_of<N>(field, domain.box),
      [&](const SpacePoint<N>& first, uint64_t length, const std::byte* values, ptrdiff_t stride) {
        const PointRow<C> row(values, stride, length, box.dim, false);
        space::add_row_by_field(pieces, first, length, row.values(), row.stride(), table);
      });
  std::vector<OwnedDomain> result;
  result.reserve(count);
  for (uint64_t k = 0; k < count; ++k) {
    int64_t c[kMaxDim];
    box.point_at(k, c);
    SpaceRects<N> rects = space::RunLists<N, long long>::take({&pieces, 1}, k);
    if (!colors.domain.contains_point(c)) rects.clear();
    result.push_back(to_domain<N>(std::move(rects), domain.box.dim));
  }
  return result;
}

template <int M, int N>
std::vector<OwnedDomain> by_image(const Domain& parent, const Partition& source,
                                  const api::FieldAddress& field, bool is_rect) {
  space::ImageBuilder<N, long long> builder(to_space_rect<N>(parent.box), source.parent->domain.volume());
  std::vector<OwnedDomain> result;
  result.reserve(source.color_count);
  for (uint64_t color = 0; color < source.color_count; ++color) {
    space::for_each_row(
        rects_of<M>(source.domain_of(color)), view_of<M>(field, source.parent->domain.box),
        [&](const SpacePoint<M>&, uint64_t length, const std::byte* values, ptrdiff_t stride) {
          const PointRow<N> row(values, stride, length, parent.box.dim, is_rect);
          if (is_rect) {
            builder.add_rects(row.values(), row.stride(), length);
          } else {
            builder.add_points(row.values(), row.stride(), length);
          }
        });
    OwnedDomain image = to_domain<N>(builder.take(), parent.box.dim);
    result.push_back(parent.is_dense() ? std::move(image) : intersect(image, parent));
  }
  return result;
}

template <int M, int N>
std::vector<OwnedDomain> by_preimage(const Domain& domain, const Partition& target,
                                     const api::FieldAddress& field, bool is_rect) {
  std::vector<SpaceRects<N>> lists;
  lists.reserve(target.color_count);
  std::vector<const SpaceRects<N>*> targets;
  for (uint64_t color = 0; color < target.color_count; ++color) {
    lists.push_back(rects_of<N>(target.domain_of(color)));
    targets.push_back(&lists.back());
  }
  const int target_dim = target.parent->domain.box.dim;
  const space::Locator<N, long long> locator(targets, domain.volume());
  space::RunLists<M, long long> preimages(target.color_count);
  std::vector<uint32_t> found;
  space::for_each_row(
      rects_of<M>(domain), view_of<M>(field, domain.box),
      [&](const SpacePoint<M>& first, uint64_t length, const std::byte* values, ptrdiff_t stride) {
        const PointRow<N> row(values, stride, length, target_dim, is_rect);
        if (!is_rect) {
          locator.locate_points(
              row.values(), row.stride(), length, [&](uint32_t combination, uint64_t start, uint64_t count) {
                space::add_preimage(preimages, first, start, count, locator.targets(combination));
              });
          return;
        }
        for (uint64_t k = 0; k < length; ++k) {
          SpaceRect<N> rect;
          memcpy(&rect, row.values() + static_cast<ptrdiff_t>(k) * row.stride(), sizeof(rect));
          if (rect.empty()) continue;
          found.clear();
          locator.locate_rect(rect, found);
          space::add_preimage(preimages, first, k, 1, std::span<const uint32_t>(found));
        }
      });
  std::vector<OwnedDomain> result;
  result.reserve(target.color_count);
  for (uint64_t color = 0; color < target.color_count; ++color)
    result.push_back(
        to_domain<M>(space::RunLists<M, long long>::take({&preimages, 1}, color), domain.box.dim));
  return result;
}

}  // namespace

std::vector<OwnedDomain> pieces_by_field(const Domain& domain, const api::FieldAddress& field,
                                         const IndexSpace& colors) {
  return with_dimension(domain.box.dim, [&](auto n) {
    return with_dimension(colors.domain.box.dim,
                          [&](auto c) { return by_field<n(), c()>(domain, field, colors); });
  });
}

std::vector<OwnedDomain> pieces_by_image(const Domain& parent, const Partition& source,
                                         const api::FieldAddress& field, bool is_rect) {
  return with_dimension(source.parent->domain.box.dim, [&](auto m) {
    return with_dimension(parent.box.dim,
                          [&](auto n) { return by_image<m(), n()>(parent, source, field, is_rect); });
  });
}

std::vector<OwnedDomain> pieces_by_preimage(const Domain& domain, const Partition& target,
                                            const api::FieldAddress& field, bool is_rect) {
  return with_dimension(domain.box.dim, [&](auto m) {
    return with_dimension(target.parent->domain.box.dim,
                          [&](auto n) { return by_preimage<m(), n()>(domain, target, field, is_rect); });
  });
}

}  // namespace palatine::legion
