/* The part of Legion's C API that this runtime offers. Names, types and meanings are Legion's, so that
 * programs written for it compile and run; plain C.
 */
#ifndef LEGION_C_H
#define LEGION_C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEGION_MAX_DIM 3

#ifdef __cplusplus
extern "C" {
#endif

typedef long long legion_coord_t;
typedef legion_coord_t coord_t;
typedef unsigned int legion_color_t;
typedef unsigned int legion_field_id_t;

/* Opaque handles. */
typedef struct legion_runtime_t {
  void* impl;
} legion_runtime_t;
typedef struct legion_context_t {
  void* impl;
} legion_context_t;

/* A pointer into an unstructured region; negative when null. */
typedef struct legion_ptr_t {
  long long int value;
} legion_ptr_t;

typedef struct legion_point_1d_t {
  coord_t x[1];
} legion_point_1d_t;
typedef struct legion_point_2d_t {
  coord_t x[2];
} legion_point_2d_t;
typedef struct legion_point_3d_t {
  coord_t x[3];
} legion_point_3d_t;

/* Both corners inclusive. */
typedef struct legion_rect_1d_t {
  legion_point_1d_t lo, hi;
} legion_rect_1d_t;
typedef struct legion_rect_2d_t {
  legion_point_2d_t lo, hi;
} legion_rect_2d_t;
typedef struct legion_rect_3d_t {
  legion_point_3d_t lo, hi;
} legion_rect_3d_t;

typedef struct legion_domain_point_t {
  int dim;
  coord_t point_data[LEGION_MAX_DIM];
} legion_domain_point_t;

typedef struct legion_byte_offset_t {
  int offset;
} legion_byte_offset_t;

/* The command line of the program, without the runtime's own flags. */
typedef struct legion_input_args_t {
  char** argv;
  int argc;
} legion_input_args_t;

legion_ptr_t legion_ptr_nil(void);
bool legion_ptr_is_null(legion_ptr_t ptr);

legion_input_args_t legion_runtime_get_input_args(void);

/* Time since some fixed point in the past. */
unsigned long long legion_get_current_time_in_micros(void);
unsigned long long legion_get_current_time_in_nanos(void);

#ifdef __cplusplus
}
#endif

#include "legion_c_region.h"

#endif
