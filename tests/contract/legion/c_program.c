#include "contract/legion/c_program.h"

#include <stdlib.h>
#include <string.h>

#include "legion/legion_c.h"

enum { FID_X = 10, FID_TARGET = 11, FID_COLOR = 12 };
enum { kSize = 100, kPieces = 4 };

static CProgramResults* results;
static legion_task_id_t top_task, write_task, sum_task, argument_task, add_task, scale_task, tell_task, hear_task,
    color_task, bad_task;
static legion_reduction_op_id_t sum_of_doubles = LEGION_REDOP_SUM_FLOAT64;

static const legion_untyped_buffer_t kNothing = {NULL, 0};

typedef struct Body {
  legion_task_t task;
  const legion_physical_region_t* regions;
  unsigned region_count;
  legion_context_t context;
  legion_runtime_t runtime;
} Body;

static Body begin(const void* data, size_t size, realm_id_t processor) {
  Body body;
  legion_task_preamble(data, size, processor, &body.task, &body.regions, &body.region_count, &body.context,
                       &body.runtime);
  return body;
}

static legion_domain_t interval(coord_t lo, coord_t hi) {
  legion_rect_1d_t rect;
  rect.lo.x[0] = lo;
  rect.hi.x[0] = hi;
  return legion_domain_from_rect_1d(rect);
}

static legion_domain_point_t point(coord_t x) {
  legion_point_1d_t p;
  p.x[0] = x;
  return legion_domain_point_from_point_1d(p);
}

static legion_rect_1d_t bounds_of(Body* body, legion_physical_region_t region) {
  const legion_logical_region_t handle = legion_physical_region_get_logical_region(region);
  return legion_domain_get_rect_1d(
      legion_index_space_get_domain(body->runtime, legion_logical_region_get_index_space(handle)));
}

static long volume_of(Body* body, legion_index_space_t space) {
  long volume = 0;
  const legion_domain_t domain = legion_index_space_get_domain(body->runtime, space);
  legion_rect_in_domain_iterator_1d_t it = legion_rect_in_domain_iterator_create_1d(domain);
  for (; legion_rect_in_domain_iterator_valid_1d(it); legion_rect_in_domain_iterator_step_1d(it)) {
    const legion_rect_1d_t rect = legion_rect_in_domain_iterator_get_rect_1d(it);
    volume += rect.hi.x[0] - rect.lo.x[0] + 1;
  }
  legion_rect_in_domain_iterator_destroy_1d(it);
  return volume;
}

static long piece_volume(Body* body, legion_index_partition_t partition, coord_t color) {
  return volume_of(body,
                   legion_index_partition_get_index_subspace_domain_point(body->runtime, partition, point(color)));
}

/* ---- tasks */

static void write_elements(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_rect_1d_t rect = bounds_of(&body, body.regions[0]);
  const double step = *(const double*)user;
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(body.regions[0], FID_X);
  for (coord_t k = rect.lo.x[0]; k <= rect.hi.x[0]; k++) {
    const legion_point_1d_t p = {{k}};
    *(double*)legion_accessor_array_1d_ref_point(x, p) = 1 + step * (double)k;
  }
  legion_accessor_array_1d_destroy(x);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

static void add_up(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_rect_1d_t rect = bounds_of(&body, body.regions[0]);
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(body.regions[0], FID_X);
  legion_rect_1d_t part;
  legion_byte_offset_t stride;
  const char* element = legion_accessor_array_1d_raw_rect_ptr(x, rect, &part, &stride);
  double sum = 0;
  for (coord_t k = rect.lo.x[0]; k <= rect.hi.x[0]; k++, element += stride.offset) sum += *(const double*)element;
  legion_accessor_array_1d_destroy(x);
  legion_task_postamble(body.runtime, body.context, &sum, sizeof(sum));
}

/* The point's argument and the future's value. */
static void give_argument(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  legion_future_t future = legion_task_get_future(body.task, 0);
  long value = *(const long*)legion_task_get_local_args(body.task) +
               *(const long*)legion_future_get_untyped_pointer(future);
  if (legion_task_get_local_arglen(body.task) != sizeof(long) || legion_task_get_futures_size(body.task) != 1)
    value = -1;
  legion_future_destroy(future);
  legion_task_postamble(body.runtime, body.context, &value, sizeof(value));
}

static void add_to_all(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_point_1d_t zero = {{0}};
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(body.regions[0], FID_X);
  const coord_t k = legion_domain_point_get_point_1d(legion_task_get_index_point(body.task)).x[0];
  *(double*)legion_accessor_array_1d_ref_point(x, zero) += 1 + (double)k;
  legion_accessor_array_1d_destroy(x);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

static void scale(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_rect_1d_t rect = bounds_of(&body, body.regions[0]);
  const double factor = *(const double*)legion_task_get_args(body.task);
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(body.regions[0], FID_X);
  for (coord_t k = rect.lo.x[0]; k <= rect.hi.x[0]; k++) {
    double value;
    const legion_point_1d_t p = {{k}};
    legion_accessor_array_1d_read_point(x, p, &value, sizeof(value));
    value *= factor;
    legion_accessor_array_1d_write_point(x, p, &value, sizeof(value));
  }
  legion_accessor_array_1d_destroy(x);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

static long told;

static void tell(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  told = 42;
  legion_phase_barrier_arrive(body.runtime, body.context, *(const legion_phase_barrier_t*)legion_task_get_args(body.task),
                              1);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

static void hear(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_phase_barrier_t barrier = *(const legion_phase_barrier_t*)legion_task_get_args(body.task);
  legion_phase_barrier_wait(body.runtime, body.context, legion_phase_barrier_advance(body.runtime, body.context, barrier));
  legion_task_postamble(body.runtime, body.context, &told, sizeof(told));
}

/* 10 times the point, and the colour of the piece. */
static void give_color(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const long k = (long)legion_domain_point_get_point_1d(legion_task_get_index_point(body.task)).x[0];
  const legion_logical_region_t region = legion_physical_region_get_logical_region(body.regions[0]);
  long value = 10 * k * (long)legion_logical_region_get_color(body.runtime, region);
  legion_task_postamble(body.runtime, body.context, &value, sizeof(value));
}

static void use_without_privilege(const void* data, size_t size, const void* user, size_t user_size,
                                  realm_id_t processor) {
  Body body = begin(data, size, processor);
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(body.regions[0], FID_COLOR);
  legion_accessor_array_1d_destroy(x);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

/* Backwards. */
static legion_logical_region_t project(legion_runtime_t runtime, legion_logical_partition_t bound,
                                       legion_domain_point_t p, legion_domain_t domain) {
  return legion_logical_partition_get_logical_subregion_by_color_domain_point(
      runtime, bound, point(kPieces - 1 - p.point_data[0]));
}
static legion_projection_id_t backwards;

/* ---- the top-level task */

typedef struct Grid {
  legion_index_space_t space;
  legion_field_space_t fields;
  legion_logical_region_t region;
} Grid;

static Grid make_grid(Body* body) {
  Grid grid;
  grid.space = legion_index_space_create_domain(body->runtime, body->context, interval(0, kSize - 1));
  grid.fields = legion_field_space_create(body->runtime, body->context);
  legion_field_allocator_t allocator = legion_field_allocator_create(body->runtime, body->context, grid.fields);
  legion_field_allocator_allocate_field(allocator, sizeof(double), FID_X);
  legion_field_allocator_allocate_field(allocator, sizeof(legion_point_1d_t), FID_TARGET);
  legion_field_allocator_allocate_field(allocator, sizeof(legion_point_1d_t), FID_COLOR);
  legion_field_allocator_destroy(allocator);
  grid.region = legion_logical_region_create(body->runtime, body->context, grid.space, grid.fields, false);
  return grid;
}

static void destroy_grid(Body* body, Grid grid) {
  legion_logical_region_destroy(body->runtime, body->context, grid.region);
  legion_field_space_destroy(body->runtime, body->context, grid.fields);
  legion_index_space_destroy(body->runtime, body->context, grid.space);
}

static legion_future_t launch(Body* body, legion_task_id_t task, legion_privilege_mode_t privilege,
                              legion_logical_region_t region, legion_logical_region_t parent,
                              legion_untyped_buffer_t argument) {
  legion_task_launcher_t launcher =
      legion_task_launcher_create(task, argument, legion_predicate_true(), 0, 0);
  const unsigned index = legion_task_launcher_add_region_requirement_logical_region(
      launcher, region, privilege, LEGION_EXCLUSIVE, parent, 0, false);
  legion_task_launcher_add_field(launcher, index, FID_X, true);
  legion_task_launcher_set_provenance(launcher, "c_program.c");
  const legion_future_t result = legion_task_launcher_execute(body->runtime, body->context, launcher);
  legion_task_launcher_destroy(launcher);
  return result;
}

static double element_of(Body* body, legion_logical_region_t region, coord_t k) {
  legion_inline_launcher_t launcher = legion_inline_launcher_create_logical_region(
      region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, region, 0, false, 0, 0);
  legion_inline_launcher_add_field(launcher, FID_X, true);
  legion_physical_region_t mapped = legion_inline_launcher_execute(body->runtime, body->context, launcher);
  legion_physical_region_wait_until_valid(mapped);
  legion_accessor_array_1d_t x = legion_physical_region_get_field_accessor_array_1d(mapped, FID_X);
  const legion_point_1d_t p = {{k}};
  const double value = *(const double*)legion_accessor_array_1d_ref_point(x, p);
  legion_accessor_array_1d_destroy(x);
  legion_runtime_unmap_region(body->runtime, body->context, mapped);
  legion_physical_region_destroy(mapped);
  legion_inline_launcher_destroy(launcher);
  return value;
}

/* Element k points to k / 2, and has colour k % 4. */
static void write_pointers(Body* body, legion_logical_region_t region) {
  legion_inline_launcher_t launcher = legion_inline_launcher_create_logical_region(
      region, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, region, 0, false, 0, 0);
  legion_inline_launcher_add_field(launcher, FID_TARGET, true);
  legion_inline_launcher_add_field(launcher, FID_COLOR, true);
  legion_physical_region_t mapped = legion_inline_launcher_execute(body->runtime, body->context, launcher);
  legion_accessor_array_1d_t target = legion_physical_region_get_field_accessor_array_1d(mapped, FID_TARGET);
  legion_accessor_array_1d_t color = legion_physical_region_get_field_accessor_array_1d(mapped, FID_COLOR);
  for (coord_t k = 0; k < kSize; k++) {
    const legion_point_1d_t p = {{k}}, half = {{k / 2}}, rest = {{k % kPieces}};
    legion_accessor_array_1d_write_point(target, p, &half, sizeof(half));
    legion_accessor_array_1d_write_point(color, p, &rest, sizeof(rest));
  }
  legion_accessor_array_1d_destroy(target);
  legion_accessor_array_1d_destroy(color);
  legion_runtime_unmap_region(body->runtime, body->context, mapped);
  legion_physical_region_destroy(mapped);
  legion_inline_launcher_destroy(launcher);
}

static legion_index_launcher_t index_launcher(legion_task_id_t task, legion_logical_partition_t pieces,
                                              legion_projection_id_t projection, legion_privilege_mode_t privilege,
                                              legion_logical_region_t parent) {
  const legion_argument_map_t none = {NULL};
  legion_index_launcher_t launcher = legion_index_launcher_create(
      task, interval(0, kPieces - 1), kNothing, none, legion_predicate_true(), false, 0, 0);
  const unsigned index = legion_index_launcher_add_region_requirement_logical_partition(
      launcher, pieces, projection, privilege, LEGION_EXCLUSIVE, parent, 0, false);
  legion_index_launcher_add_field(launcher, index, FID_X, true);
  return launcher;
}

static void launch_tasks(Body* body, Grid grid, legion_logical_partition_t pieces) {
  legion_index_launcher_t writes =
      index_launcher(write_task, pieces, 0, LEGION_WRITE_DISCARD, grid.region);
  legion_future_map_destroy(legion_index_launcher_execute(body->runtime, body->context, writes));
  legion_index_launcher_destroy(writes);
  legion_future_t sum = launch(body, sum_task, LEGION_READ_ONLY, grid.region, grid.region, kNothing);
  results->sum_of_tasks = *(const double*)legion_future_get_untyped_pointer(sum);
  legion_future_destroy(sum);

  legion_index_launcher_t sums = index_launcher(sum_task, pieces, 0, LEGION_READ_ONLY, grid.region);
  sum = legion_index_launcher_execute_reduction(body->runtime, body->context, sums, sum_of_doubles);
  results->sum_of_pieces = *(const double*)legion_future_get_untyped_pointer(sum);
  legion_future_destroy(sum);
  legion_future_map_t each = legion_index_launcher_execute(body->runtime, body->context, sums);
  legion_future_map_wait_all_results(each);
  for (int k = 0; k < kPieces; k++) {
    legion_future_t one = legion_future_map_get_future(each, point(k));
    results->future_map[k] = *(const double*)legion_future_get_untyped_pointer(one);
    legion_future_destroy(one);
  }
  legion_future_map_destroy(each);
  legion_index_launcher_destroy(sums);

  legion_index_launcher_t colors = index_launcher(color_task, pieces, backwards, LEGION_READ_ONLY, grid.region);
  each = legion_index_launcher_execute(body->runtime, body->context, colors);
  for (int k = 0; k < kPieces; k++) {
    legion_future_t one = legion_future_map_get_future(each, point(k));
    results->projected += *(const long*)legion_future_get_untyped_pointer(one);
    legion_future_destroy(one);
  }
  legion_future_map_destroy(each);
  legion_index_launcher_destroy(colors);
}

static void give_arguments(Body* body) {
  legion_argument_map_t arguments = legion_argument_map_create();
  for (long k = 0; k < kPieces; k++) {
    const long value = 10 * k;
    const legion_untyped_buffer_t buffer = {(void*)&value, sizeof(value)};
    legion_argument_map_set_point(arguments, point(k), buffer, true);
  }
  const long three = 3;
  legion_future_t future = legion_future_from_untyped_pointer(body->runtime, &three, sizeof(three));
  legion_index_launcher_t launcher = legion_index_launcher_create(
      argument_task, interval(0, kPieces - 1), kNothing, arguments, legion_predicate_true(), false, 0, 0);
  legion_index_launcher_add_future(launcher, future);
  legion_future_map_t values = legion_index_launcher_execute(body->runtime, body->context, launcher);
  for (int k = 0; k < kPieces; k++) {
    legion_future_t one = legion_future_map_get_future(values, point(k));
    results->point_arguments[k] = *(const long*)legion_future_get_untyped_pointer(one);
    legion_future_destroy(one);
  }
  legion_future_map_destroy(values);
  legion_index_launcher_destroy(launcher);
  legion_argument_map_destroy(arguments);

  /* Not launched: the result is the future's. */
  legion_task_launcher_t single = legion_task_launcher_create(tell_task, kNothing, legion_predicate_false(), 0, 0);
  legion_task_launcher_set_predicate_false_future(single, future);
  legion_future_t otherwise = legion_task_launcher_execute(body->runtime, body->context, single);
  results->false_result = *(const long*)legion_future_get_untyped_pointer(otherwise);
  legion_future_destroy(otherwise);
  legion_task_launcher_destroy(single);
  legion_future_destroy(future);
}

static void fill_and_copy(Body* body, Grid grid) {
  Grid other = make_grid(body);
  const double seven = 7;
  legion_runtime_fill_field(body->runtime, body->context, other.region, other.region, FID_X, &seven, sizeof(seven),
                            legion_predicate_true());
  results->filled = element_of(body, other.region, kSize / 2);
  legion_copy_launcher_t copy = legion_copy_launcher_create(legion_predicate_true(), 0, 0);
  unsigned index = legion_copy_launcher_add_src_region_requirement_logical_region(
      copy, grid.region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, grid.region, 0, false);
  legion_copy_launcher_add_src_field(copy, index, FID_X, true);
  index = legion_copy_launcher_add_dst_region_requirement_logical_region(
      copy, other.region, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, other.region, 0, false);
  legion_copy_launcher_add_dst_field(copy, index, FID_X, true);
  legion_copy_launcher_execute(body->runtime, body->context, copy);
  results->copied = element_of(body, other.region, kSize / 2);
  /* The same through the field of pointers. */
  legion_copy_launcher_add_src_indirect_region_requirement_logical_region(
      copy, grid.region, FID_TARGET, LEGION_EXCLUSIVE, grid.region, 0, false, false);
  legion_copy_launcher_execute(body->runtime, body->context, copy);
  results->gathered = element_of(body, other.region, kSize - 1);
  legion_copy_launcher_destroy(copy);

  /* A reduction of all points into the first element. */
  const double ten = 10;
  legion_fill_launcher_t fill = legion_fill_launcher_create(other.region, other.region, FID_X, &ten, sizeof(ten),
                                                            legion_predicate_true(), 0, 0);
  legion_fill_launcher_execute(body->runtime, body->context, fill);
  legion_fill_launcher_destroy(fill);
  const legion_argument_map_t none = {NULL};
  legion_index_launcher_t adds = legion_index_launcher_create(
      add_task, interval(0, kPieces - 1), kNothing, none, legion_predicate_true(), false, 0, 0);
  index = legion_index_launcher_add_region_requirement_logical_region_reduction(
      adds, other.region, 0, sum_of_doubles, LEGION_EXCLUSIVE, other.region, 0, false);
  legion_index_launcher_add_field(adds, index, FID_X, true);
  legion_future_map_destroy(legion_index_launcher_execute(body->runtime, body->context, adds));
  legion_index_launcher_destroy(adds);
  results->reduced = element_of(body, other.region, 0);
  destroy_grid(body, other);
}

static void attach(Body* body) {
  Grid grid = make_grid(body);
  double array[kSize];
  for (int k = 0; k < kSize; k++) array[k] = k;
  legion_attach_launcher_t launcher =
      legion_attach_launcher_create(grid.region, grid.region, LEGION_EXTERNAL_INSTANCE);
  legion_attach_launcher_add_cpu_soa_field(launcher, FID_X, array, true);
  legion_physical_region_t attached = legion_attach_launcher_execute(body->runtime, body->context, launcher);
  double factor = 3;
  const legion_untyped_buffer_t argument = {&factor, sizeof(factor)};
  legion_runtime_unmap_region(body->runtime, body->context, attached);
  legion_future_destroy(launch(body, scale_task, LEGION_READ_WRITE, grid.region, grid.region, argument));
  legion_future_t detached = legion_detach_external_resource(body->runtime, body->context, attached);
  legion_future_get_void_result(detached);
  legion_future_destroy(detached);
  results->attached = array[kSize - 1];
  legion_physical_region_destroy(attached);
  legion_attach_launcher_destroy(launcher);
  destroy_grid(body, grid);
}

static void make_partitions(Body* body, Grid grid, legion_index_partition_t quarters,
                            legion_logical_partition_t pieces, legion_index_space_t colors) {
  const legion_color_t any = LEGION_AUTO_GENERATE_ID;
  const legion_runtime_t runtime = body->runtime;
  const legion_context_t context = body->context;
  results->is_disjoint = legion_index_partition_is_disjoint(runtime, quarters);
  const legion_index_space_t first =
      legion_index_partition_get_index_subspace_domain_point(runtime, quarters, point(0));
  const legion_index_partition_t above = legion_index_space_get_parent_index_partition(runtime, first);
  results->parent_is_found = above.id == quarters.id &&
                             legion_index_partition_get_parent_index_space(runtime, above).id == grid.space.id;
  write_pointers(body, grid.region);
  const legion_index_partition_t images =
      legion_index_partition_create_by_image(runtime, context, grid.space, pieces, grid.region, FID_TARGET, colors,
                                             LEGION_COMPUTE_KIND, any, 0, 0, kNothing);
  results->image_volume = piece_volume(body, images, 1);
  const legion_index_partition_t preimages = legion_index_partition_create_by_preimage(
      runtime, context, quarters, grid.region, grid.region, FID_TARGET, colors, LEGION_COMPUTE_KIND, any, 0, 0,
      kNothing);
  results->preimage_volume = piece_volume(body, preimages, 1);
  const legion_index_partition_t by_field = legion_index_partition_create_by_field(
      runtime, context, grid.region, grid.region, FID_COLOR, colors, any, 0, 0, LEGION_DISJOINT_KIND, kNothing);
  results->by_field_volume = piece_volume(body, by_field, 3);
  legion_domain_transform_t transform;
  memset(&transform, 0, sizeof(transform));
  transform.m = transform.n = 1;
  transform.matrix[0] = 20;
  const legion_index_partition_t restricted = legion_index_partition_create_by_restriction(
      runtime, context, grid.space, colors, transform, interval(0, 29), LEGION_COMPUTE_KIND, any);
  results->restricted_volume = piece_volume(body, restricted, 2);
  int weights[kPieces] = {1, 2, 3, 4};
  legion_domain_point_t points[kPieces];
  for (int k = 0; k < kPieces; k++) points[k] = point(k);
  const legion_index_partition_t weighted = legion_index_partition_create_by_weights(
      runtime, context, grid.space, points, weights, kPieces, colors, 1, any);
  results->weighted_volume = piece_volume(body, weighted, 3);
  results->union_volume = piece_volume(
      body,
      legion_index_partition_create_by_union(runtime, context, grid.space, quarters, restricted, colors,
                                             LEGION_COMPUTE_KIND, any),
      1);
  results->intersection_volume = piece_volume(
      body,
      legion_index_partition_create_by_intersection(runtime, context, grid.space, quarters, restricted, colors,
                                                    LEGION_COMPUTE_KIND, any),
      1);
  results->difference_volume = piece_volume(
      body,
      legion_index_partition_create_by_difference(runtime, context, grid.space, quarters, restricted, colors,
                                                  LEGION_COMPUTE_KIND, any),
      1);
  legion_multi_domain_point_coloring_t coloring = legion_multi_domain_point_coloring_create();
  legion_multi_domain_point_coloring_color_domain(coloring, point(0), interval(0, 4));
  legion_multi_domain_point_coloring_color_domain(coloring, point(0), interval(90, 94));
  legion_multi_domain_point_coloring_color_domain(coloring, point(1), interval(50, 59));
  const legion_index_partition_t colored = legion_index_partition_create_multi_domain_point_coloring(
      runtime, context, grid.space, interval(0, 1), coloring, LEGION_DISJOINT_KIND, any);
  results->colored_volume = 100 * piece_volume(body, colored, 0) + piece_volume(body, colored, 1);
  legion_multi_domain_point_coloring_destroy(coloring);
}

static void describe(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  const legion_region_requirement_t requirement = legion_task_get_requirement(body.task, 0);
  const unsigned count = legion_region_requirement_get_privilege_fields_size(requirement);
  long value = (long)legion_region_requirement_get_privilege_field(requirement, count - 1) +
               100 * (long)legion_region_requirement_get_privilege(requirement) + 10000 * (long)count;
  legion_task_postamble(body.runtime, body.context, &value, sizeof(value));
}
static legion_task_id_t describe_task;

static void use_more(Body* body, Grid grid, legion_index_space_t colors, legion_logical_partition_t pieces) {
  const double five = 5, two = 2, three = 3;
  legion_dynamic_collective_t collective =
      legion_dynamic_collective_create(body->runtime, body->context, 2, sum_of_doubles, &five, sizeof(five));
  legion_dynamic_collective_arrive(body->runtime, body->context, collective, &two, sizeof(two), 1);
  legion_future_t later = legion_future_from_untyped_pointer(body->runtime, &three, sizeof(three));
  legion_dynamic_collective_defer_arrival(body->runtime, body->context, collective, later, 1);
  collective = legion_dynamic_collective_advance(body->runtime, body->context, collective);
  legion_future_t sum = legion_dynamic_collective_get_result(body->runtime, body->context, collective);
  results->collected = *(const double*)legion_future_get_untyped_pointer(sum);
  legion_future_destroy(sum);
  legion_dynamic_collective_destroy(body->runtime, body->context, collective);

  legion_future_t described = launch(body, describe_task, LEGION_READ_ONLY, grid.region, grid.region, kNothing);
  results->requirement = *(const long*)legion_future_get_untyped_pointer(described);
  legion_future_destroy(described);

  const legion_index_space_t parts[] = {
      legion_index_space_create_domain(body->runtime, body->context, interval(1, 2)),
      legion_index_space_create_domain(body->runtime, body->context, interval(7, 8))};
  const legion_index_space_t both = legion_index_space_union(body->runtime, body->context, parts, 2);
  legion_domain_point_iterator_t it =
      legion_domain_point_iterator_create(legion_domain_from_index_space(body->runtime, both));
  while (legion_domain_point_iterator_has_next(it))
    results->points = 10 * results->points + (long)legion_domain_point_iterator_next(it).point_data[0];
  legion_domain_point_iterator_destroy(it);
  legion_index_space_create_shared_ownership(body->runtime, body->context, both);
  for (int k = 0; k < 2; k++) legion_index_space_destroy_unordered(body->runtime, body->context, both, false);

  legion_index_fill_launcher_t fill = legion_index_fill_launcher_create_from_future_with_space(
      colors, pieces, grid.region, FID_X, later, 0, legion_predicate_true(), 0, 0);
  legion_index_fill_launcher_execute(body->runtime, body->context, fill);
  legion_index_fill_launcher_destroy(fill);
  legion_future_destroy(later);
  results->index_filled = element_of(body, grid.region, kSize - 1);
  legion_discard_launcher_t discard = legion_discard_launcher_create(grid.region, grid.region);
  legion_discard_launcher_add_field(discard, FID_X);
  legion_discard_launcher_execute(body->runtime, body->context, discard);
  legion_discard_launcher_destroy(discard);
  legion_logger_t logger = legion_logger_create("c_program");
  legion_logger_debug(logger, "all is done");
  legion_logger_destroy(logger);
}

static void run_epoch(Body* body) {
  legion_phase_barrier_t barrier = legion_phase_barrier_create(body->runtime, body->context, 1);
  const legion_untyped_buffer_t argument = {&barrier, sizeof(barrier)};
  legion_must_epoch_launcher_t epoch = legion_must_epoch_launcher_create(0, 0);
  const legion_task_id_t tasks[] = {tell_task, hear_task};
  for (int k = 0; k < 2; k++) {
    legion_task_launcher_t launcher =
        legion_task_launcher_create(tasks[k], argument, legion_predicate_true(), 0, 0);
    legion_must_epoch_launcher_add_single_task(epoch, point(k), launcher);
    legion_task_launcher_destroy(launcher);
  }
  legion_future_map_t values = legion_must_epoch_launcher_execute(body->runtime, body->context, epoch);
  legion_future_t heard = legion_future_map_get_future(values, point(1));
  results->epoch = *(const long*)legion_future_get_untyped_pointer(heard);
  legion_future_destroy(heard);
  legion_future_map_destroy(values);
  legion_must_epoch_launcher_destroy(epoch);
  legion_phase_barrier_destroy(body->runtime, body->context, barrier);
}

static void run_top(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  results->depth = legion_task_get_depth(body.task);
  results->shards = (long)legion_runtime_total_shards(body.runtime, body.context);
  strncpy(results->name, legion_task_get_name(body.task), sizeof(results->name) - 1);
  Grid grid = make_grid(&body);
  legion_index_space_t colors = legion_index_space_create_domain(body.runtime, body.context, interval(0, kPieces - 1));
  legion_index_partition_t quarters = legion_index_partition_create_equal(body.runtime, body.context, grid.space,
                                                                          colors, 1, LEGION_AUTO_GENERATE_ID);
  legion_logical_partition_t pieces = legion_logical_partition_create(body.runtime, grid.region, quarters);
  launch_tasks(&body, grid, pieces);
  give_arguments(&body);
  make_partitions(&body, grid, quarters, pieces, colors);
  fill_and_copy(&body, grid);
  attach(&body);
  use_more(&body, grid, colors, pieces);
  run_epoch(&body);
  destroy_grid(&body, grid);
  legion_index_space_destroy(body.runtime, body.context, colors);
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

static void run_bad_top(const void* data, size_t size, const void* user, size_t user_size, realm_id_t processor) {
  Body body = begin(data, size, processor);
  Grid grid = make_grid(&body);
  legion_logical_region_attach_name(body.runtime, grid.region, "cells", false);
  legion_field_id_attach_name(body.runtime, grid.fields, FID_COLOR, "color", false);
  const double zero = 0;
  legion_runtime_fill_field(body.runtime, body.context, grid.region, grid.region, FID_X, &zero, sizeof(zero),
                            legion_predicate_true());
  legion_future_destroy(launch(&body, bad_task, LEGION_READ_ONLY, grid.region, grid.region, kNothing));
  legion_task_postamble(body.runtime, body.context, NULL, 0);
}

/* ---- registration */

static legion_task_id_t add_task_variant(const char* name, legion_task_pointer_wrapped_t function, bool is_leaf,
                                         const void* user, size_t user_size) {
  legion_execution_constraint_set_t execution = legion_execution_constraint_set_create();
  legion_execution_constraint_set_add_processor_constraint(execution, LOC_PROC);
  legion_task_layout_constraint_set_t layouts = legion_task_layout_constraint_set_create();
  const legion_task_config_options_t options = {is_leaf, false, false, false};
  const legion_task_id_t id = legion_runtime_preregister_task_variant_fnptr(
      LEGION_AUTO_GENERATE_ID, LEGION_AUTO_GENERATE_ID, name, name, execution, layouts, options, function, user,
      user_size);
  legion_task_layout_constraint_set_destroy(layouts);
  legion_execution_constraint_set_destroy(execution);
  return id;
}

static void register_tasks(void) {
  static bool is_done = false;
  if (is_done) return;
  is_done = true;
  const double step = 2;
  top_task = add_task_variant("top", &run_top, false, NULL, 0);
  write_task = add_task_variant("write", &write_elements, true, &step, sizeof(step));
  sum_task = add_task_variant("sum", &add_up, true, NULL, 0);
  argument_task = add_task_variant("argument", &give_argument, true, NULL, 0);
  add_task = add_task_variant("add", &add_to_all, true, NULL, 0);
  scale_task = add_task_variant("scale", &scale, true, NULL, 0);
  tell_task = add_task_variant("tell", &tell, false, NULL, 0);
  hear_task = add_task_variant("hear", &hear, false, NULL, 0);
  color_task = add_task_variant("color", &give_color, true, NULL, 0);
  describe_task = add_task_variant("describe", &describe, true, NULL, 0);
  bad_task = add_task_variant("careless", &use_without_privilege, true, NULL, 0);
  backwards = legion_runtime_generate_static_projection_id();
  legion_runtime_preregister_projection_functor(backwards, true, 0, NULL, &project);
}

int run_c_program(int argc, char** argv, CProgramResults* into) {
  results = into;
  register_tasks();
  legion_runtime_set_top_level_task_id(top_task);
  return legion_runtime_start(argc, argv, false);
}

int run_bad_c_program(int argc, char** argv) {
  register_tasks();
  legion_runtime_set_top_level_task_id(add_task_variant("bad_top", &run_bad_top, false, NULL, 0));
  return legion_runtime_start(argc, argv, false);
}
