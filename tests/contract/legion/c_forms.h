/* Code in C that tasks and mappers in C++ call: layouts, answers of mappers, attachments, output regions and
 * what is in legion_c_forms.h. */
#ifndef PALATINE_TESTS_C_FORMS_H
#define PALATINE_TESTS_C_FORMS_H

#include "legion/legion_c.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { FORMS_X = 10, FORMS_POINTER = 11 };

typedef struct FormsResults {
  long attached[6];     /* an array of structures that two pieces were attached to, after a fill of both */
  long filled[6];       /* elements after fills of pieces, in all six forms */
  double gathered;      /* through an index copy */
  long reduced;         /* of an element that an index copy reduced into */
  long blocks;          /* of a partition into blocks */
  long fields, futures; /* how many fields a field space of futures has, and the sum of their sizes */
  long buffered;        /* in a buffer of the task */
  long output_volume;   /* of a region that tasks gave */
  long hdf5;            /* an element that came back from a file */
  long consensus, identity;
} FormsResults;

/* In a task on one worker. `produce` is a task that gives output region 0 with FORMS_X as its field. */
void use_forms(legion_runtime_t runtime, legion_context_t context, legion_task_id_t produce, const char* file,
               FormsResults* results);
/* Registers a variant whose argument 0 has its last dimension contiguous; its result is 1 when that is so. */
legion_task_id_t register_row_task(void);
/* Answers for a mapper: the regions of tasks called `rows` get memory whose last dimension is contiguous.
 * Counts them. */
void answer_in_c(legion_mapper_runtime_t runtime, legion_mapper_context_t context, legion_mappable_t mappable,
                 legion_map_task_output_t output, legion_memory_t memory, int* count);
/* Slices points 0 to 3 in two. */
void slice_in_c(legion_slice_task_output_t output, legion_processor_t processor);
/* Point p of the launch gets colour (p + the number in the arguments) % 4. */
void register_shift(legion_projection_id_t id);

#ifdef __cplusplus
}
#endif

#endif
