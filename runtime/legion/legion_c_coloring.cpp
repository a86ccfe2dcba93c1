// Colorings and domains of the C interface.
#include "runtime/legion/coloring.h"
#include "runtime/legion/include/legion/legion_c.h"

namespace {

using palatine::legion::Box;
using palatine::legion::Coloring;

template <typename Handle>
Coloring& coloring_of(Handle handle) {
  return *static_cast<Coloring*>(handle.impl);
}
template <typename Handle>
void destroy(Handle handle) {
  delete static_cast<Coloring*>(handle.impl);
}

Coloring::Color color_of(legion_color_t color) {
  return Coloring::Color(static_cast<int64_t>(color));
}
Coloring::Color color_of(const legion_domain_point_t& color) {
  Coloring::Color result;
  for (int d = 0; d < (color.dim > 0 ? color.dim : 1); ++d) result[d] = color.point_data[d];
  return result;
}

Box range(legion_ptr_t first, legion_ptr_t last) {
  Box box;
  box.lo[0] = first.value;
  box.hi[0] = last.value;
  return box;
}
Box box_of(const legion_domain_t& domain) {
  Box box;
  box.dim = domain.dim > 0 ? domain.dim : 1;
  for (int d = 0; d < box.dim; ++d) {
    box.lo[d] = domain.rect_data[d];
    box.hi[d] = domain.rect_data[box.dim + d];
  }
  return box;
}
legion_domain_t domain_of(const Box& box) {
  legion_domain_t domain = {};
  domain.dim = box.dim;
  for (int d = 0; d < box.dim; ++d) {
    domain.rect_data[d] = box.lo[d];
    domain.rect_data[box.dim + d] = box.hi[d];
  }
  return domain;
}

template <int N, typename Rect>
legion_domain_t domain_from(const Rect& rect) {
  Box box;
  box.dim = N;
  for (int d = 0; d < N; ++d) {
    box.lo[d] = rect.lo.x[d];
    box.hi[d] = rect.hi.x[d];
  }
  return domain_of(box);
}
template <int N, typename Rect>
Rect rect_from(const legion_domain_t& domain) {
  const Box box = box_of(domain);
  Rect rect;
  for (int d = 0; d < N; ++d) {
    rect.lo.x[d] = box.lo[d];
    rect.hi.x[d] = box.hi[d];
  }
  return rect;
}

}  // namespace

legion_domain_t legion_domain_empty(unsigned dim) {
  Box box;
  box.dim = static_cast<int>(dim);
  return domain_of(box);
}
#define PALATINE_FOR_DIMENSION(N)                                                            \
  legion_domain_point_t legion_domain_point_from_point_##N##d(legion_point_##N##d_t point) { \
    legion_domain_point_t result = {};                                                       \
    result.dim = N;                                                                          \
    for (int d = 0; d < N; ++d) result.point_data[d] = point.x[d];                           \
    return result;                                                                           \
  }                                                                                          \
  legion_point_##N##d_t legion_domain_point_get_point_##N##d(legion_domain_point_t point) {  \
    legion_point_##N##d_t result = {};                                                       \
    for (int d = 0; d < N; ++d) result.x[d] = point.point_data[d];                           \
    return result;                                                                           \
  }                                                                                          \
  legion_domain_t legion_domain_from_rect_##N##d(legion_rect_##N##d_t rect) {                \
    return domain_from<N>(rect);                                                             \
  }                                                                                          \
  legion_rect_##N##d_t legion_domain_get_rect_##N##d(legion_domain_t domain) {               \
    return rect_from<N, legion_rect_##N##d_t>(domain);                                       \
  }
LEGION_C_FOR_EACH_DIMENSION(PALATINE_FOR_DIMENSION)
#undef PALATINE_FOR_DIMENSION

legion_domain_point_t legion_domain_point_origin(unsigned dim) {
  legion_domain_point_t result = {};
  result.dim = static_cast<int>(dim);
  return result;
}
// Without dimensions.
legion_domain_point_t legion_domain_point_nil(void) {
  legion_domain_point_t result = {};
  result.dim = -1;
  return result;
}
bool legion_domain_point_is_null(legion_domain_point_t point) {
  return point.dim < 0;
}
bool legion_domain_contains(legion_domain_t domain, legion_domain_point_t point) {
  if (domain.dim != point.dim) return false;
  for (int d = 0; d < domain.dim; ++d) {
    if (point.point_data[d] < domain.rect_data[d] || point.point_data[d] > domain.rect_data[domain.dim + d])
      return false;
  }
  return true;
}

size_t legion_domain_get_volume(legion_domain_t domain) {
  return box_of(domain).volume();
}

legion_coloring_t legion_coloring_create(void) {
  return {new Coloring};
}
void legion_coloring_destroy(legion_coloring_t coloring) {
  destroy(coloring);
}
void legion_coloring_ensure_color(legion_coloring_t coloring, legion_color_t color) {
  coloring_of(coloring).ensure(color_of(color));
}
void legion_coloring_add_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point) {
  coloring_of(coloring).add(color_of(color), range(point, point));
}
void legion_coloring_delete_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point) {
  coloring_of(coloring).remove_point(color_of(color), point.value);
}
bool legion_coloring_has_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point) {
  return coloring_of(coloring).has_point(color_of(color), point.value);
}
void legion_coloring_add_range(legion_coloring_t coloring, legion_color_t color, legion_ptr_t start,
                               legion_ptr_t end) {
  coloring_of(coloring).add(color_of(color), range(start, end));
}

legion_point_coloring_t legion_point_coloring_create(void) {
  return {new Coloring};
}
void legion_point_coloring_destroy(legion_point_coloring_t coloring) {
  destroy(coloring);
}
void legion_point_coloring_add_point(legion_point_coloring_t coloring, legion_domain_point_t color,
                                     legion_ptr_t point) {
  coloring_of(coloring).add(color_of(color), range(point, point));
}
void legion_point_coloring_add_range(legion_point_coloring_t coloring, legion_domain_point_t color,
                                     legion_ptr_t start, legion_ptr_t end) {
  coloring_of(coloring).add(color_of(color), range(start, end));
}

legion_domain_coloring_t legion_domain_coloring_create(void) {
  return {new Coloring};
}
void legion_domain_coloring_destroy(legion_domain_coloring_t coloring) {
  destroy(coloring);
}
void legion_domain_coloring_color_domain(legion_domain_coloring_t coloring, legion_color_t color,
                                         legion_domain_t domain) {
  coloring_of(coloring).set(color_of(color), box_of(domain));
}
legion_domain_t legion_domain_coloring_get_color_space(legion_domain_coloring_t coloring) {
  return domain_of(coloring_of(coloring).colors(1));
}

legion_domain_point_coloring_t legion_domain_point_coloring_create(void) {
  return {new Coloring};
}
void legion_domain_point_coloring_destroy(legion_domain_point_coloring_t coloring) {
  destroy(coloring);
}
void legion_domain_point_coloring_color_domain(legion_domain_point_coloring_t coloring,
                                               legion_domain_point_t color, legion_domain_t domain) {
  coloring_of(coloring).set(color_of(color), box_of(domain));
}

legion_multi_domain_point_coloring_t legion_multi_domain_point_coloring_create(void) {
  return {new Coloring};
}
void legion_multi_domain_point_coloring_destroy(legion_multi_domain_point_coloring_t coloring) {
  destroy(coloring);
}
void legion_multi_domain_point_coloring_color_domain(legion_multi_domain_point_coloring_t coloring,
                                                     legion_domain_point_t color, legion_domain_t domain) {
  coloring_of(coloring).add(color_of(color), box_of(domain));
}
