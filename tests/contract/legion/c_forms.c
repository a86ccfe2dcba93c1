#include "contract/legion/c_forms.h"

#include <stdlib.h>
#include <string.h>

typedef legion_runtime_t R;
typedef legion_context_t C;

enum { kSize = 6, kPieces = 2 };

static const legion_untyped_buffer_t kNothing = {NULL, 0};

static legion_domain_t interval(coord_t lo, coord_t hi) {
  const legion_rect_1d_t rect = {{{lo}}, {{hi}}};
  return legion_domain_from_rect_1d(rect);
}

static legion_domain_point_t point(coord_t x) {
  const legion_point_1d_t p = {{x}};
  return legion_domain_point_from_point_1d(p);
}

typedef struct World {
  R runtime;
  C context;
  legion_index_space_t space, colors;
  legion_index_partition_t halves;
  legion_logical_region_t region, other;
  legion_logical_partition_t pieces, other_pieces;
} World;

static legion_logical_region_t make_region(World* world) {
  legion_future_t sizes[2];
  legion_field_id_t ids[] = {FORMS_X, FORMS_POINTER};
  const size_t bytes[] = {sizeof(long), sizeof(legion_point_1d_t)};
  for (int k = 0; k < 2; k++)
    sizes[k] = legion_future_from_untyped_pointer(world->runtime, &bytes[k], sizeof(bytes[k]));
  const legion_field_space_t fields =
      legion_field_space_create_with_futures(world->runtime, world->context, sizes, ids, 2, 0);
  for (int k = 0; k < 2; k++) legion_future_destroy(sizes[k]);
  return legion_logical_region_create(world->runtime, world->context, world->space, fields, false);
}

static World make_world(R runtime, C context) {
  World world = {runtime, context};
  world.space = legion_index_space_create_domain(runtime, context, interval(0, kSize - 1));
  world.colors = legion_index_space_create_domain(runtime, context, interval(0, kPieces - 1));
  world.halves = legion_index_partition_create_equal(runtime, context, world.space, world.colors, 1,
                                                     legion_auto_generate_id());
  world.region = make_region(&world);
  world.other = make_region(&world);
  world.pieces = legion_logical_partition_create(runtime, world.region, world.halves);
  world.other_pieces = legion_logical_partition_create(runtime, world.other, world.halves);
  return world;
}

static legion_logical_region_t piece(const World* world, coord_t color) {
  return legion_logical_partition_get_logical_subregion_by_color_domain_point(world->runtime, world->pieces,
                                                                              point(color));
}

static legion_physical_region_t map(const World* world, legion_logical_region_t region, legion_field_id_t field,
                                    legion_privilege_mode_t privilege) {
  legion_inline_launcher_t launcher = legion_inline_launcher_create_logical_region(
      region, privilege, LEGION_EXCLUSIVE, region, 0, false, 0, 0);
  legion_inline_launcher_add_field(launcher, field, true);
  const legion_physical_region_t mapped =
      legion_inline_launcher_execute(world->runtime, world->context, launcher);
  legion_inline_launcher_destroy(launcher);
  return mapped;
}

static void unmap(const World* world, legion_physical_region_t mapped) {
  legion_runtime_unmap_region(world->runtime, world->context, mapped);
  legion_physical_region_destroy(mapped);
}

static void write(const World* world, legion_logical_region_t region, legion_field_id_t field, coord_t k,
                  const void* value, size_t bytes) {
  const legion_physical_region_t mapped = map(world, region, field, LEGION_READ_WRITE);
  legion_accessor_array_1d_t accessor = legion_physical_region_get_field_accessor_array_1d(mapped, field);
  const legion_point_1d_t p = {{k}};
  legion_accessor_array_1d_write_point(accessor, p, value, bytes);
  legion_accessor_array_1d_destroy(accessor);
  unmap(world, mapped);
}

static long element_of(const World* world, legion_logical_region_t region, coord_t k) {
  const legion_physical_region_t mapped = map(world, region, FORMS_X, LEGION_READ_ONLY);
  legion_accessor_array_1d_t accessor = legion_physical_region_get_field_accessor_array_1d(mapped, FORMS_X);
  const legion_point_1d_t p = {{k}};
  const long value = *(const long*)legion_accessor_array_1d_ref_point(accessor, p);
  legion_accessor_array_1d_destroy(accessor);
  unmap(world, mapped);
  return value;
}

static void fill_all(const World* world, legion_logical_region_t region, long value) {
  legion_runtime_fill_field(world->runtime, world->context, region, region, FORMS_X, &value, sizeof(value),
                            legion_predicate_true());
}

static void fill_pieces(const World* world, FormsResults* results) {
  const R runtime = world->runtime;
  const C context = world->context;
  const legion_predicate_t always = legion_predicate_true();
  for (long form = 0; form < 6; form++) {
    const long value = 10 + form;
    const legion_future_t future = legion_future_from_untyped_pointer_detailed(
        runtime, memcpy(malloc(sizeof(value)), &value, sizeof(value)), sizeof(value), true, "here", false);
    fill_all(world, world->region, 0);
#define FILL(name, over, given)                                                                              \
  legion_runtime_index_fill_field##name(runtime, context over, world->pieces, world->region, FORMS_X, given, \
                                        0, always, 0, 0)
#define COMMA ,
#define VALUE &value, sizeof(value)
    switch (form) {
      case 0:
        FILL(, , VALUE);
        break;
      case 1:
        FILL(_with_space, COMMA world->colors, VALUE);
        break;
      case 2:
        FILL(_with_domain, COMMA interval(0, kPieces - 1), VALUE);
        break;
      case 3:
        FILL(_future, , future);
        break;
      case 4:
        FILL(_future_with_space, COMMA world->colors, future);
        break;
      default:
        FILL(_future_with_domain, COMMA interval(0, kPieces - 1), future);
    }
    results->filled[form] = element_of(world, world->region, kSize - 1);
    legion_future_destroy(future);
  }
}

static void attach_pieces(const World* world, FormsResults* results) {
  struct Element {
    long x;
    long y;
  } elements[kSize];
  for (int k = 0; k < kSize; k++) elements[k].x = elements[k].y = 100 + k;
  const legion_field_id_t fields[] = {FORMS_X, FORMS_POINTER};
  const legion_memory_t anywhere = {0};
  legion_index_attach_launcher_t launcher =
      legion_index_attach_launcher_create(world->region, LEGION_EXTERNAL_INSTANCE, false);
  legion_index_attach_launcher_set_restricted(launcher, false);
  legion_index_attach_launcher_set_provenance(launcher, "here");
  legion_index_attach_launcher_set_deduplicate_across_shards(launcher, false);
  for (int k = 0; k < kPieces; k++)
    legion_index_attach_launcher_attach_array_aos(launcher, piece(world, k), &elements[k * kSize / kPieces], true,
                                                  fields, 2, anywhere);
  legion_external_resources_t resources =
      legion_attach_external_resources(world->runtime, world->context, launcher);
  legion_index_attach_launcher_destroy(launcher);
  const long value = element_of(world, world->region, 2) + 1;  /* 103 */
  write(world, world->region, FORMS_X, 4, &value, sizeof(value));
  legion_physical_region_t second = legion_external_resources_get_region(
      resources, (unsigned)legion_external_resources_size(resources) - 1);
  legion_physical_region_destroy(second);
  legion_future_destroy(
      legion_detach_external_resources(world->runtime, world->context, resources, true, false));
  legion_external_resources_destroy(resources);
  for (int k = 0; k < kSize; k++) results->attached[k] = elements[k].x;
}

static void copy(const World* world, FormsResults* results) {
  const R runtime = world->runtime;
  for (coord_t k = 0; k < kSize; k++) {
    const long value = 20 + k;
    const legion_point_1d_t backwards = {{kSize - 1 - k}};
    write(world, world->region, FORMS_X, k, &value, sizeof(value));
    write(world, world->other, FORMS_POINTER, k, &backwards, sizeof(backwards));
  }
  fill_all(world, world->other, 0);
  legion_index_copy_launcher_t gather =
      legion_index_copy_launcher_create(interval(0, kPieces - 1), legion_predicate_true(), 0, 0);
  legion_index_copy_launcher_set_sharding_space(gather, world->colors);
  legion_index_copy_launcher_add_src_region_requirement_logical_partition(
      gather, world->pieces, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, world->region, 0, false);
  legion_index_copy_launcher_add_src_field(gather, 0, FORMS_X, true);
  legion_index_copy_launcher_add_dst_region_requirement_logical_partition(
      gather, world->other_pieces, 0, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, world->other, 0, false);
  legion_index_copy_launcher_add_dst_field(gather, 0, FORMS_X, true);
  legion_index_copy_launcher_add_src_indirect_region_requirement_logical_partition(
      gather, world->other_pieces, 0, FORMS_POINTER, LEGION_EXCLUSIVE, world->other, 0, false, false);
  legion_index_copy_launcher_set_possible_src_indirect_out_of_range(gather, false);
  legion_index_copy_launcher_execute(runtime, world->context, gather);
  legion_index_copy_launcher_destroy(gather);
  results->gathered = (double)element_of(world, world->other, 0);

  legion_index_copy_launcher_t sum =
      legion_index_copy_launcher_create(interval(0, kPieces - 1), legion_predicate_true(), 0, 0);
  legion_index_copy_launcher_add_src_region_requirement_logical_partition(
      sum, world->pieces, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE, world->region, 0, false);
  legion_index_copy_launcher_add_src_field(sum, 0, FORMS_X, true);
  legion_index_copy_launcher_add_dst_region_requirement_logical_partition_reduction(
      sum, world->other_pieces, 0, LEGION_REDOP_SUM_INT64, LEGION_EXCLUSIVE, world->other, 0, false);
  legion_index_copy_launcher_add_dst_field(sum, 0, FORMS_X, true);
  legion_index_copy_launcher_execute(runtime, world->context, sum);
  legion_index_copy_launcher_destroy(sum);
  results->reduced = element_of(world, world->other, 0);
}

static void use_names(const World* world, FormsResults* results) {
  const R runtime = world->runtime;
  const C context = world->context;
  const legion_blockify_1d_t four = {{{4}}, {{0}}};
  const legion_index_partition_t blocks = legion_index_partition_create_blockify_1d(
      runtime, context, world->space, four, legion_auto_generate_id());
  const legion_domain_t colors = legion_domain_from_index_space(
      runtime, legion_index_partition_get_color_space(runtime, blocks));
  results->blocks = (long)legion_domain_get_volume(colors);
  size_t count;
  legion_field_id_t* fields = legion_field_space_get_fields(runtime, context, world->region.field_space, &count);
  results->fields = (long)count;
  free(fields);
  const legion_domain_t bounds = interval(2, 7);
  const legion_future_t future = legion_future_from_untyped_pointer(runtime, &bounds, sizeof(bounds));
  size_t metadata_bytes = 1;
  legion_future_get_metadata(future, &metadata_bytes);
  results->futures = (long)(legion_domain_get_bounds_1d(bounds).hi.x[0] + (coord_t)metadata_bytes);
  legion_future_destroy(future);

  const legion_rect_2d_t rect = {{{1, 1}}, {{3, 2}}};
  char initial = 5;
  legion_deferred_buffer_char_2d_t buffer =
      legion_deferred_buffer_char_2d_create(rect, SYSTEM_MEM, &initial);
  const legion_point_2d_t first = {{1, 1}}, last = {{3, 2}};
  *legion_deferred_buffer_char_2d_ptr(buffer, last) = 7;
  results->buffered =
      *legion_deferred_buffer_char_2d_ptr(buffer, first) + 10 * *legion_deferred_buffer_char_2d_ptr(buffer, last);
  legion_deferred_buffer_char_2d_destroy(buffer);

  const long votes[] = {3, 4};
  long agreed[2];
  legion_future_t match = legion_context_consensus_match(runtime, context, votes, agreed, 2, sizeof(long));
  results->consensus = (long)*(const size_t*)legion_future_get_untyped_pointer(match) + 10 * agreed[1];
  legion_future_destroy(match);
  const legion_domain_transform_t identity = legion_domain_transform_identity(2, 2);
  results->identity = identity.matrix[0] + 10 * identity.matrix[1] + 100 * identity.matrix[3];
  legion_logical_partition_destroy_unordered(runtime, context, world->other_pieces, false);
  legion_context_progress_unordered_operations(runtime, context);
}

static void output(const World* world, legion_task_id_t produce, FormsResults* results) {
  legion_field_id_t field = FORMS_X;
  legion_output_requirement_t requirement =
      legion_output_requirement_create(world->region.field_space, &field, 1, 1, true);
  legion_task_launcher_t one = legion_task_launcher_create(produce, kNothing, legion_predicate_true(), 0, 0);
  legion_task_launcher_add_index_requirement(one, world->space, LEGION_NO_MEMORY, world->space, true);
  legion_future_destroy(
      legion_task_launcher_execute_outputs(world->runtime, world->context, one, &requirement, 1));
  legion_task_launcher_destroy(one);
  results->output_volume = element_of(world, legion_output_requirement_get_parent(requirement), 2);
  legion_output_requirement_destroy(requirement);

  requirement = legion_output_requirement_create(world->region.field_space, NULL, 0, 1, true);
  legion_output_requirement_add_field(requirement, FORMS_X, true);
  const legion_argument_map_t none = {NULL};
  legion_index_launcher_t many = legion_index_launcher_create(produce, interval(0, 3), kNothing, none,
                                                              legion_predicate_true(), false, 0, 0);
  legion_future_map_destroy(
      legion_index_launcher_execute_outputs(world->runtime, world->context, many, &requirement, 1));
  legion_index_launcher_destroy(many);
  const legion_logical_partition_t pieces = legion_output_requirement_get_partition(requirement);
  const legion_logical_region_t third = legion_logical_partition_get_logical_subregion_by_color_domain_point(
      world->runtime, pieces, point(2));
  const legion_domain_t domain =
      legion_index_space_get_domain(world->runtime, legion_logical_region_get_index_space(third));
  results->output_volume += 100 * (long)legion_domain_get_volume(domain);
  legion_output_requirement_destroy(requirement);
}

static void use_file(const World* world, const char* file, FormsResults* results) {
  legion_field_map_t datasets = legion_field_map_create();
  legion_field_map_insert(datasets, FORMS_X, "x");
  legion_attach_launcher_t launcher =
      legion_attach_launcher_create(world->region, world->region, LEGION_EXTERNAL_HDF5_FILE);
  legion_attach_launcher_set_mapped(launcher, false);
  legion_attach_launcher_attach_hdf5(launcher, file, datasets, LEGION_FILE_CREATE);
  legion_physical_region_t attached =
      legion_attach_launcher_execute(world->runtime, world->context, launcher);
  legion_attach_launcher_destroy(launcher);
  fill_all(world, world->region, 77);
  legion_future_destroy(
      legion_flush_detach_external_resource(world->runtime, world->context, attached, true));
  legion_physical_region_destroy(attached);
  fill_all(world, world->region, 0);
  attached = legion_runtime_attach_hdf5(world->runtime, world->context, file, world->region, world->region,
                                        datasets, LEGION_FILE_READ_ONLY);
  legion_runtime_unmap_region(world->runtime, world->context, attached);
  results->hdf5 = element_of(world, world->region, 3);
  legion_runtime_detach_hdf5(world->runtime, world->context, attached);
  legion_physical_region_destroy(attached);
  legion_field_map_destroy(datasets);
}

void use_forms(R runtime, C context, legion_task_id_t produce, const char* file,
               FormsResults* results) {
  const World world = make_world(runtime, context);
  fill_pieces(&world, results);
  attach_pieces(&world, results);
  copy(&world, results);
  output(&world, produce, results);
  use_file(&world, file, results);
  use_names(&world, results);
}

/* ---- layouts */

static legion_layout_constraint_set_t rows(void) {
  const legion_dimension_kind_t order[] = {LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F};
  legion_layout_constraint_set_t layout = legion_layout_constraint_set_create();
  legion_layout_constraint_set_add_ordering_constraint(layout, order, 3, false);
  legion_layout_constraint_set_add_memory_constraint(layout, SYSTEM_MEM);
  return layout;
}

static void check_rows(const void* data, size_t size, const void* user, size_t user_size,
                       realm_id_t processor) {
  legion_task_t task;
  const legion_physical_region_t* regions;
  unsigned count;
  C context;
  R runtime;
  legion_task_preamble(data, size, processor, &task, &regions, &count, &context, &runtime);
  const legion_rect_2d_t rect = {{{0, 0}}, {{2, 3}}};
  legion_rect_2d_t part;
  legion_byte_offset_t offsets[2];
  legion_accessor_array_2d_t accessor =
      legion_physical_region_get_field_accessor_array_2d(regions[0], FORMS_X);
  legion_accessor_array_2d_raw_rect_ptr(accessor, rect, &part, offsets);
  legion_accessor_array_2d_destroy(accessor);
  const long is_so = offsets[1].offset == sizeof(long) && offsets[0].offset == 4 * sizeof(long);
  legion_task_postamble(runtime, context, &is_so, sizeof(is_so));
}

legion_task_id_t register_row_task(void) {
  const legion_task_id_t id = legion_runtime_generate_library_task_ids((R){NULL}, "rows", 1);
  legion_layout_constraint_set_t layout = rows();
  legion_layout_constraint_set_add_alignment_constraint(layout, FORMS_X, LEGION_GE_EK, 64);
  legion_task_layout_constraint_set_t layouts = legion_task_layout_constraint_set_create();
  legion_task_layout_constraint_set_add_layout_constraint(
      layouts, 0, legion_layout_constraint_set_preregister(layout, "rows"));
  legion_layout_constraint_set_destroy(layout);
  legion_execution_constraint_set_t execution = legion_execution_constraint_set_create();
  legion_execution_constraint_set_add_processor_constraint(execution, LOC_PROC);
  legion_task_variant_registrar_t registrar = legion_task_variant_registrar_create(id, true, "by rows");
  legion_task_variant_registrar_set_execution_constraints(registrar, execution);
  legion_task_variant_registrar_set_layout_constraints(registrar, layouts);
  const legion_task_config_options_t leaf = {true, false, false, false};
  legion_task_variant_registrar_set_options(registrar, leaf);
  legion_task_variant_registrar_set_leaf_memory_pool_bounds(registrar, SYSTEM_MEM, 1024, 0);
  legion_runtime_preregister_task_variant_fnptr_with_registrar(registrar, &check_rows,
                                                               legion_auto_generate_id(), "rows_by_variant", NULL,
                                                               0, sizeof(long), true);
  legion_task_variant_registrar_destroy(registrar);
  legion_execution_constraint_set_destroy(execution);
  legion_task_layout_constraint_set_destroy(layouts);
  return id;
}

/* ---- mappers */

void answer_in_c(legion_mapper_runtime_t runtime, legion_mapper_context_t context, legion_mappable_t mappable,
                 legion_map_task_output_t output, legion_memory_t memory, int* count) {
  if (legion_mappable_get_type(mappable) != LEGION_TASK_MAPPABLE) return;
  const legion_task_t task = legion_mappable_as_task(mappable);
  if (strcmp(legion_task_get_name(task), "rows") != 0) return;
  (*count)++;
  const legion_field_id_t field = FORMS_X;
  legion_layout_constraint_set_t layout = rows();
  legion_layout_constraint_set_add_field_constraint(layout, &field, 1, false, false);
  const legion_logical_region_t region =
      legion_region_requirement_get_region(legion_task_get_requirement(task, 0));
  legion_physical_instance_t instance;
  bool is_new;
  if (!legion_mapper_runtime_find_or_create_physical_instance_layout_constraint(
          runtime, context, memory, layout, &region, 1, &instance, &is_new, true, 0, false))
    abort();
  if (!legion_mapper_runtime_acquire_instance(runtime, context, instance)) abort();
  legion_map_task_output_chosen_instances_clear_each(output, 0);
  legion_map_task_output_chosen_instances_set(output, 0, &instance, 1);
  const legion_processor_t target = legion_map_task_output_target_procs_get(output, 0);
  legion_map_task_output_target_procs_clear(output);
  legion_map_task_output_target_procs_add(output, target);
  legion_map_task_output_task_priority_set(output, 2);
  legion_physical_instance_destroy(instance);
  legion_layout_constraint_set_destroy(layout);
}

void slice_in_c(legion_slice_task_output_t output, legion_processor_t processor) {
  for (coord_t lo = 0; lo < 4; lo += 2) {
    const legion_task_slice_t slice = {interval(lo, lo + 1), processor, false, false};
    legion_slice_task_output_slices_add(output, slice);
  }
  legion_slice_task_output_verify_correctness_set(output, true);
}

static legion_logical_region_t shift(legion_runtime_t runtime, legion_logical_partition_t bound,
                                     legion_domain_point_t at, legion_domain_t domain, const void* args,
                                     size_t size) {
  const long by = size == sizeof(long) ? *(const long*)args : 0;
  return legion_logical_partition_get_logical_subregion_by_color_domain_point(
      runtime, bound, point((at.point_data[0] + by) % 4));
}

void register_shift(legion_projection_id_t id) {
  legion_runtime_preregister_projection_functor_args(id, true, 0, NULL, &shift);
}
