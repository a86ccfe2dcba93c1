/* The part of Legion's C API that this runtime offers. Names, types and meanings are Legion's, so that
 * programs written for it compile and run; plain C.
 */
#ifndef LEGION_C_H
#define LEGION_C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "legion/legion_config.h"
#include "legion_c_dimensions.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef long long legion_coord_t;
typedef legion_coord_t coord_t;
typedef unsigned int legion_color_t;
typedef unsigned int legion_field_id_t;
typedef unsigned int legion_trace_id_t;
typedef unsigned int legion_task_id_t;
typedef unsigned int legion_variant_id_t;
typedef unsigned int legion_mapper_id_t;
typedef unsigned int legion_tunable_id_t;
typedef unsigned long legion_mapping_tag_id_t;
typedef realm_address_space_t legion_address_space_t;
typedef realm_processor_kind_t legion_processor_kind_t;
typedef realm_memory_kind_t legion_memory_kind_t;
typedef realm_id_t legion_proc_id_t;
typedef realm_id_t legion_memory_id_t;

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

LEGION_C_FOR_EACH_DIMENSION(LEGION_C_POINT_AND_RECT)

typedef struct legion_domain_point_t {
  int dim;
  coord_t point_data[LEGION_C_MAX_DIM];
} legion_domain_point_t;

/* A dense rectangle of `dim` dimensions: the lower corner, then the upper one. */
#define MAX_DOMAIN_DIM (2 * LEGION_C_MAX_DIM)
typedef unsigned int legion_type_tag_t;
typedef struct legion_domain_t {
  realm_id_t is_id;
  legion_type_tag_t is_type;
  int dim;
  coord_t rect_data[MAX_DOMAIN_DIM];
} legion_domain_t;

/* Sets of points for colours, from which partitions are made. */
typedef struct legion_coloring_t {
  void* impl;
} legion_coloring_t;
typedef struct legion_domain_coloring_t {
  void* impl;
} legion_domain_coloring_t;
typedef struct legion_point_coloring_t {
  void* impl;
} legion_point_coloring_t;
typedef struct legion_domain_point_coloring_t {
  void* impl;
} legion_domain_point_coloring_t;
typedef struct legion_multi_domain_point_coloring_t {
  void* impl;
} legion_multi_domain_point_coloring_t;

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

/* Different for each task that runs. */
unsigned long long legion_context_get_unique_id(legion_context_t context);

LEGION_C_FOR_EACH_DIMENSION(LEGION_C_DOMAIN_FUNCTIONS)
legion_domain_point_t legion_domain_point_origin(unsigned dim);
legion_domain_point_t legion_domain_point_nil(void);
bool legion_domain_point_is_null(legion_domain_point_t point);
bool legion_domain_contains(legion_domain_t domain, legion_domain_point_t point);

legion_domain_t legion_domain_empty(unsigned dim);
size_t legion_domain_get_volume(legion_domain_t domain);

/* Points of one dimension. Ranges include both ends. */
legion_coloring_t legion_coloring_create(void);
void legion_coloring_destroy(legion_coloring_t coloring);
void legion_coloring_ensure_color(legion_coloring_t coloring, legion_color_t color);
void legion_coloring_add_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point);
void legion_coloring_delete_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point);
bool legion_coloring_has_point(legion_coloring_t coloring, legion_color_t color, legion_ptr_t point);
void legion_coloring_add_range(legion_coloring_t coloring, legion_color_t color, legion_ptr_t start,
                               legion_ptr_t end);

legion_point_coloring_t legion_point_coloring_create(void);
void legion_point_coloring_destroy(legion_point_coloring_t coloring);
void legion_point_coloring_add_point(legion_point_coloring_t coloring, legion_domain_point_t color,
                                     legion_ptr_t point);
void legion_point_coloring_add_range(legion_point_coloring_t coloring, legion_domain_point_t color,
                                     legion_ptr_t start, legion_ptr_t end);

/* One rectangle for a colour, the last one given; the multi form keeps all of them. */
legion_domain_coloring_t legion_domain_coloring_create(void);
void legion_domain_coloring_destroy(legion_domain_coloring_t coloring);
void legion_domain_coloring_color_domain(legion_domain_coloring_t coloring, legion_color_t color,
                                         legion_domain_t domain);
legion_domain_t legion_domain_coloring_get_color_space(legion_domain_coloring_t coloring);

legion_domain_point_coloring_t legion_domain_point_coloring_create(void);
void legion_domain_point_coloring_destroy(legion_domain_point_coloring_t coloring);
void legion_domain_point_coloring_color_domain(legion_domain_point_coloring_t coloring,
                                               legion_domain_point_t color, legion_domain_t domain);

legion_multi_domain_point_coloring_t legion_multi_domain_point_coloring_create(void);
void legion_multi_domain_point_coloring_destroy(legion_multi_domain_point_coloring_t coloring);
void legion_multi_domain_point_coloring_color_domain(legion_multi_domain_point_coloring_t coloring,
                                                     legion_domain_point_t color, legion_domain_t domain);

/* Time since some fixed point in the past. */
unsigned long long legion_get_current_time_in_micros(void);
unsigned long long legion_get_current_time_in_nanos(void);

#ifdef __cplusplus
}
#endif

#include "legion_c_processor.h"
#include "legion_c_region.h"
/* What it declares is needed next. */

#include "legion_c_names.h"
#include "legion_c_program.h"
/* These build on it. */
#include "legion_c_tasks.h"

#include "legion_c_launch.h"

#include "legion_c_order.h"
#include "legion_c_partitions.h"
#include "legion_c_requirements.h"
/* These build on all of them. */
#include "legion_c_external.h"
#include "legion_c_forms.h"
#include "legion_c_layouts.h"
#include "legion_c_mapping.h"
#undef LEGION_C_OBJECT

#endif
