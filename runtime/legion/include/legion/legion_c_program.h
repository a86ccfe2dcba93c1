/* The part of Legion's C API about the running program: tasks, processors and memories, fences and traces,
 * and objects that C code makes. Included by legion_c.h. Names, types and meanings are Legion's; plain C.
 *
 * May be used by any thread while the program runs, except for what takes a context: that is for the running
 * task. What does not fit (a region as an argument that does not exist, say) ends the program with a message.
 */
#ifndef LEGION_C_PROGRAM_H
#define LEGION_C_PROGRAM_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct legion_task_t {
  void* impl;
} legion_task_t;
typedef struct legion_future_t {
  void* impl;
} legion_future_t;
typedef struct legion_machine_t {
  void* impl;
} legion_machine_t;
typedef struct legion_processor_query_t {
  void* impl;
} legion_processor_query_t;
typedef struct legion_memory_query_t {
  void* impl;
} legion_memory_query_t;
typedef struct legion_field_allocator_t {
  void* impl;
} legion_field_allocator_t;
typedef struct legion_memory_t {
  legion_memory_id_t id;
} legion_memory_t;
typedef struct legion_terra_index_cross_product_t {
  legion_logical_partition_t partition;
  legion_logical_partition_t other;
  unsigned int id;
} legion_terra_index_cross_product_t;

/* ---- the running task */

const char* legion_task_get_name(legion_task_t task);
/* The arguments as the runtime keeps them. */
void* legion_task_get_args(legion_task_t task);
size_t legion_task_get_arglen(legion_task_t task);
bool legion_task_get_is_index_space(legion_task_t task);
/* The point of an index launch, or of the innermost loop around a single launch; without dimensions when
 * there is none. Of tasks of the language only that use `__task()`. */
legion_domain_point_t legion_task_get_index_point(legion_task_t task);

/* ---- processors and memories: one processor for each worker, one memory for all */

legion_memory_kind_t legion_memory_kind(legion_memory_t memory);
legion_address_space_t legion_memory_address_space(legion_memory_t memory);

legion_machine_t legion_machine_create(void);
void legion_machine_destroy(legion_machine_t handle);
void legion_machine_get_all_processors(legion_machine_t machine, legion_processor_t* processors, size_t size);
size_t legion_machine_get_all_processors_size(legion_machine_t machine);
void legion_machine_get_all_memories(legion_machine_t machine, legion_memory_t* memories, size_t size);
size_t legion_machine_get_all_memories_size(legion_machine_t machine);

/* Queries belong to the caller. `next` gives a processor with id 0 behind the last one. */
legion_processor_query_t legion_processor_query_create(legion_machine_t machine);
void legion_processor_query_destroy(legion_processor_query_t handle);
void legion_processor_query_only_kind(legion_processor_query_t query, legion_processor_kind_t kind);
void legion_processor_query_local_address_space(legion_processor_query_t query);
size_t legion_processor_query_count(legion_processor_query_t query);
legion_processor_t legion_processor_query_first(legion_processor_query_t query);
legion_processor_t legion_processor_query_next(legion_processor_query_t query, legion_processor_t after);
legion_memory_query_t legion_memory_query_create(legion_machine_t machine);
void legion_memory_query_destroy(legion_memory_query_t handle);
void legion_memory_query_only_kind(legion_memory_query_t query, legion_memory_kind_t kind);
void legion_memory_query_local_address_space(legion_memory_query_t query);
void legion_memory_query_has_affinity_to_processor(legion_memory_query_t query, legion_processor_t processor,
                                                   unsigned min_bandwidth, unsigned max_latency);
void legion_memory_query_best_affinity_to_processor(legion_memory_query_t query, legion_processor_t processor,
                                                    unsigned min_bandwidth, unsigned max_latency);
/* There is one address space, and its memories are one another's best. */
legion_processor_query_t legion_processor_query_create_copy(legion_processor_query_t query);
void legion_processor_query_same_address_space_as_processor(legion_processor_query_t query,
                                                            legion_processor_t processor);
void legion_processor_query_same_address_space_as_memory(legion_processor_query_t query,
                                                         legion_memory_t memory);
void legion_processor_query_has_affinity_to_memory(legion_processor_query_t query, legion_memory_t memory,
                                                   unsigned min_bandwidth, unsigned max_latency);
void legion_processor_query_best_affinity_to_memory(legion_processor_query_t query, legion_memory_t memory,
                                                    int bandwidth_weight, int latency_weight);
/* One of those that there are, with id 0 when there is none. */
legion_processor_t legion_processor_query_random(legion_processor_query_t query);
legion_memory_query_t legion_memory_query_create_copy(legion_memory_query_t query);
void legion_memory_query_same_address_space_as_processor(legion_memory_query_t query,
                                                         legion_processor_t processor);
void legion_memory_query_same_address_space_as_memory(legion_memory_query_t query, legion_memory_t memory);
void legion_memory_query_has_affinity_to_memory(legion_memory_query_t query, legion_memory_t memory,
                                                unsigned min_bandwidth, unsigned max_latency);
void legion_memory_query_best_affinity_to_memory(legion_memory_query_t query, legion_memory_t memory,
                                                 int bandwidth_weight, int latency_weight);
legion_memory_t legion_memory_query_random(legion_memory_query_t query);
size_t legion_memory_query_count(legion_memory_query_t query);
legion_memory_t legion_memory_query_first(legion_memory_query_t query);
legion_memory_t legion_memory_query_next(legion_memory_query_t query, legion_memory_t after);
/* Where the fields of a mapped region lie. */
size_t legion_physical_region_get_memory_count(legion_physical_region_t handle);
legion_memory_t legion_physical_region_get_memory(legion_physical_region_t handle, size_t index);

/* ---- fences: what is launched after comes after all that was launched before */

legion_future_t legion_runtime_issue_execution_fence(legion_runtime_t runtime, legion_context_t context);
legion_future_t legion_runtime_issue_mapping_fence(legion_runtime_t runtime, legion_context_t context);

/* ---- futures. Handles belong to the caller; values stay until the last handle is destroyed. */

legion_future_t legion_future_from_untyped_pointer(legion_runtime_t runtime, const void* buffer, size_t size);
legion_future_t legion_future_copy(legion_future_t handle);
void legion_future_destroy(legion_future_t handle);
void legion_future_get_void_result(legion_future_t handle);
void legion_future_wait(legion_future_t handle, bool silence_warnings, const char* warning_string);
bool legion_future_is_empty(legion_future_t handle, bool block);
bool legion_future_is_ready(legion_future_t handle);
/* These wait. */
const void* legion_future_get_untyped_pointer(legion_future_t handle);
size_t legion_future_get_untyped_size(legion_future_t handle);

/* The time of the call since some moment in the past: a double, and two int64_t. */
legion_future_t legion_issue_timing_op_seconds(legion_runtime_t runtime, legion_context_t context);
legion_future_t legion_issue_timing_op_microseconds(legion_runtime_t runtime, legion_context_t context);
legion_future_t legion_issue_timing_op_nanoseconds(legion_runtime_t runtime, legion_context_t context);

/* What a mapper gives for a tunable; without mappers the numbers of processors that the default mapper knows.
 */
legion_future_t legion_runtime_select_tunable_value(legion_runtime_t runtime, legion_context_t context,
                                                    legion_tunable_id_t tunable, legion_mapper_id_t mapper,
                                                    legion_mapping_tag_id_t tag);

/* ---- traces: hints, without effect */

void legion_runtime_begin_trace(legion_runtime_t runtime, legion_context_t context, legion_trace_id_t trace,
                                bool logical_only);
void legion_runtime_end_trace(legion_runtime_t runtime, legion_context_t context, legion_trace_id_t trace);

/* ---- index spaces and partitions */

/* The dense rectangles of a domain, in order. Iterators belong to the caller. */
#define LEGION_RECT_ITERATOR(N)                                                                       \
  typedef struct legion_rect_in_domain_iterator_##N##d_t {                                            \
    void* impl;                                                                                       \
  } legion_rect_in_domain_iterator_##N##d_t;                                                          \
  legion_rect_in_domain_iterator_##N##d_t legion_rect_in_domain_iterator_create_##N##d(               \
      legion_domain_t domain);                                                                        \
  void legion_rect_in_domain_iterator_destroy_##N##d(legion_rect_in_domain_iterator_##N##d_t handle); \
  bool legion_rect_in_domain_iterator_valid_##N##d(legion_rect_in_domain_iterator_##N##d_t handle);   \
  /* Whether there is another one. */                                                                 \
  bool legion_rect_in_domain_iterator_step_##N##d(legion_rect_in_domain_iterator_##N##d_t handle);    \
  legion_rect_##N##d_t legion_rect_in_domain_iterator_get_rect_##N##d(                                \
      legion_rect_in_domain_iterator_##N##d_t handle);
LEGION_C_FOR_EACH_DIMENSION(LEGION_RECT_ITERATOR)
#undef LEGION_RECT_ITERATOR

/* The points of a one-dimensional index space, in order; of earlier versions. Iterators belong to the caller.
 */
typedef struct legion_index_iterator_t {
  void* impl;
} legion_index_iterator_t;
legion_index_iterator_t legion_index_iterator_create(legion_runtime_t runtime, legion_context_t context,
                                                     legion_index_space_t handle);
void legion_index_iterator_destroy(legion_index_iterator_t handle);
bool legion_index_iterator_has_next(legion_index_iterator_t handle);
legion_ptr_t legion_index_iterator_next(legion_index_iterator_t handle);
/* The next points without a hole between them, at most `max_count`: the first one, and how many. */
legion_ptr_t legion_index_iterator_next_span(legion_index_iterator_t handle, size_t* count, size_t max_count);

/* Points 0 to count - 1. */
legion_index_space_t legion_index_space_create(legion_runtime_t runtime, legion_context_t context,
                                               size_t count);
legion_index_space_t legion_index_space_create_domain(legion_runtime_t runtime, legion_context_t context,
                                                      legion_domain_t domain);
/* Memory is given back at the end of the program. */
void legion_index_space_destroy(legion_runtime_t runtime, legion_context_t context,
                                legion_index_space_t handle);
/* The bounds; `is_id` names the index space if it has holes. */
legion_domain_t legion_index_space_get_domain(legion_runtime_t runtime, legion_index_space_t handle);
bool legion_index_space_has_multiple_domains(legion_runtime_t runtime, legion_index_space_t handle);

/* Of the index space of a region: `region.index_space`. */
legion_index_partition_t legion_index_partition_create_equal(legion_runtime_t runtime,
                                                             legion_context_t context,
                                                             legion_index_space_t parent,
                                                             legion_index_space_t color_space,
                                                             size_t granularity, legion_color_t color);
void legion_index_partition_destroy(legion_runtime_t runtime, legion_context_t context,
                                    legion_index_partition_t handle);
bool legion_index_partition_is_disjoint(legion_runtime_t runtime, legion_index_partition_t handle);
bool legion_index_partition_is_complete(legion_runtime_t runtime, legion_index_partition_t handle);
legion_color_t legion_index_partition_get_color(legion_runtime_t runtime, legion_index_partition_t handle);
legion_index_space_t legion_index_partition_get_color_space(legion_runtime_t runtime,
                                                            legion_index_partition_t handle);
legion_index_space_t legion_index_partition_get_index_subspace(legion_runtime_t runtime,
                                                               legion_index_partition_t handle,
                                                               legion_color_t color);
legion_index_space_t legion_index_partition_get_index_subspace_domain_point(legion_runtime_t runtime,
                                                                            legion_index_partition_t handle,
                                                                            legion_domain_point_t color);

/* A partition whose pieces are given one by one, each once, before anything else is done with it. No index
 * spaces at all have no points together. A piece is what of the points lies in the partition's parent. */
legion_index_partition_t legion_index_partition_create_pending_partition(
    legion_runtime_t runtime, legion_context_t context, legion_index_space_t parent,
    legion_index_space_t color_space, legion_partition_kind_t kind, legion_color_t color);
legion_index_space_t legion_index_partition_create_index_space_union_spaces(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t parent,
    legion_domain_point_t color, const legion_index_space_t* spaces, size_t count);
legion_index_space_t legion_index_partition_create_index_space_union_partition(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t parent,
    legion_domain_point_t color, legion_index_partition_t handle);
legion_index_space_t legion_index_partition_create_index_space_intersection_spaces(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t parent,
    legion_domain_point_t color, const legion_index_space_t* spaces, size_t count);
legion_index_space_t legion_index_partition_create_index_space_intersection_partition(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t parent,
    legion_domain_point_t color, legion_index_partition_t handle);
legion_index_space_t legion_index_partition_create_index_space_difference(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t parent,
    legion_domain_point_t color, legion_index_space_t initial, const legion_index_space_t* spaces,
    size_t count);

/* ---- field spaces and regions */

legion_field_space_t legion_field_space_create(legion_runtime_t runtime, legion_context_t context);
void legion_field_space_destroy(legion_runtime_t runtime, legion_context_t context,
                                legion_field_space_t handle);
legion_field_allocator_t legion_field_allocator_create(legion_runtime_t runtime, legion_context_t context,
                                                       legion_field_space_t handle);
void legion_field_allocator_destroy(legion_field_allocator_t handle);
/* `desired` may be LEGION_AUTO_GENERATE_ID. Fields that are allocated after a region was made are not its. */
legion_field_id_t legion_field_allocator_allocate_field(legion_field_allocator_t allocator, size_t size_bytes,
                                                        legion_field_id_t desired);
legion_logical_region_t legion_logical_region_create(legion_runtime_t runtime, legion_context_t context,
                                                     legion_index_space_t index, legion_field_space_t fields,
                                                     bool task_local);
void legion_logical_region_destroy(legion_runtime_t runtime, legion_context_t context,
                                   legion_logical_region_t handle);
/* The partition `handle` of the region, which must be the one whose index space it partitions. */
legion_logical_partition_t legion_logical_partition_create(legion_runtime_t runtime,
                                                           legion_logical_region_t parent,
                                                           legion_index_partition_t handle);
void legion_logical_partition_destroy(legion_runtime_t runtime, legion_context_t context,
                                      legion_logical_partition_t handle);
legion_logical_region_t legion_logical_partition_get_logical_subregion_by_color_domain_point(
    legion_runtime_t runtime, legion_logical_partition_t parent, legion_domain_point_t color);

/* The product of partitions, which Regent programs import. `colors` gets a color for each. */
legion_terra_index_cross_product_t legion_terra_index_cross_product_create_multi(
    legion_runtime_t runtime, legion_context_t context, legion_index_partition_t* partitions,
    legion_color_t* colors, size_t count);
legion_terra_index_cross_product_t legion_terra_index_cross_product_create(legion_runtime_t runtime,
                                                                           legion_context_t context,
                                                                           legion_index_partition_t lhs,
                                                                           legion_index_partition_t rhs);
/* The product that begins with this partition, made by the program before. */
legion_terra_index_cross_product_t legion_terra_index_cross_product_import(legion_index_partition_t partition,
                                                                           legion_color_t color);

#ifdef __cplusplus
}
#endif

#endif
