/* What the C API has for each number of dimensions: LEGION_C_FOR_EACH_DIMENSION(X) is X(N) for all of them.
 * Plain C.
 *
 * The C API, and with it programs of the language, knows LEGION_C_MAX_DIM dimensions; the C++ interface
 * LEGION_MAX_DIM.
 */
#ifndef LEGION_C_DIMENSIONS_H
#define LEGION_C_DIMENSIONS_H

#define LEGION_C_MAX_DIM 9
#define LEGION_C_FOR_EACH_DIMENSION(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9)

/* Rects have both corners inclusive. */
#define LEGION_C_POINT_AND_RECT(N)       \
  typedef struct legion_point_##N##d_t { \
    coord_t x[N];                        \
  } legion_point_##N##d_t;               \
  typedef struct legion_rect_##N##d_t {  \
    legion_point_##N##d_t lo, hi;        \
  } legion_rect_##N##d_t;

#define LEGION_C_DOMAIN_FUNCTIONS(N)                                                        \
  legion_domain_point_t legion_domain_point_from_point_##N##d(legion_point_##N##d_t point); \
  legion_point_##N##d_t legion_domain_point_get_point_##N##d(legion_domain_point_t point);  \
  legion_domain_t legion_domain_from_rect_##N##d(legion_rect_##N##d_t rect);                \
  legion_rect_##N##d_t legion_domain_get_rect_##N##d(legion_domain_t domain);

/* The elements of one field. The field must be mapped and the number of dimensions the region's; anything
 * else ends the program with a message.
 *
 * raw_rect_ptr: the address of the first element of `rect`; `*subrect` is the part that can be reached from
 * there, which is all of it, and `offsets[d]` the bytes from one element to the next one of dimension d.
 * ref_point, read_point, write_point: one element: its address, or `bytes` of it copied to `dst` or from
 * `src`. */
#define LEGION_C_ACCESSOR(N)                                                                                 \
  typedef struct legion_accessor_array_##N##d_t {                                                            \
    void* impl;                                                                                              \
  } legion_accessor_array_##N##d_t;                                                                          \
  legion_accessor_array_##N##d_t legion_physical_region_get_field_accessor_array_##N##d(                     \
      legion_physical_region_t handle, legion_field_id_t field);                                             \
  void* legion_accessor_array_##N##d_raw_rect_ptr(legion_accessor_array_##N##d_t handle,                     \
                                                  legion_rect_##N##d_t rect, legion_rect_##N##d_t* subrect,  \
                                                  legion_byte_offset_t* offsets);                            \
  void* legion_accessor_array_##N##d_ref_point(legion_accessor_array_##N##d_t handle,                        \
                                               legion_point_##N##d_t point);                                 \
  void legion_accessor_array_##N##d_read_point(legion_accessor_array_##N##d_t handle,                        \
                                               legion_point_##N##d_t point, void* dst, size_t bytes);        \
  void legion_accessor_array_##N##d_write_point(legion_accessor_array_##N##d_t handle,                       \
                                                legion_point_##N##d_t point, const void* src, size_t bytes); \
  void legion_accessor_array_##N##d_destroy(legion_accessor_array_##N##d_t handle);

#endif
