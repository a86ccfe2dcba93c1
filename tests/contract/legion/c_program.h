/* A program in C: its tasks, launchers, partitions and regions through Legion's C API. */
#ifndef PALATINE_TESTS_C_PROGRAM_H
#define PALATINE_TESTS_C_PROGRAM_H

#ifdef __cplusplus
extern "C" {
#endif

/* What the program computed. */
typedef struct CProgramResults {
  double sum_of_tasks;     /* of 1 + 2 k for the k below 100, by one task on all */
  double sum_of_pieces;    /* the same, folded over four tasks */
  double future_map[4];    /* of each piece */
  double filled, copied;   /* elements after a fill and a copy */
  double gathered;         /* the last element, through a field of pointers */
  long point_arguments[4]; /* what the points got: 10 k + 3 */
  long image_volume, preimage_volume, by_field_volume, restricted_volume, colored_volume, weighted_volume;
  long union_volume, intersection_volume, difference_volume;
  int is_disjoint, parent_is_found;
  long false_result;   /* of a launch that is not done */
  double reduced;      /* 10 plus the sum over the points of 1 + k, by a reduction of a region */
  double attached;     /* what tasks made of an array of the program's */
  long epoch;          /* what the second task of a must epoch was told by the first one, through a barrier */
  long projected;      /* the sum of 10 k + (the colour of a functor's piece) */
  double collected;    /* 5 plus the arrivals 2 and 3 at a dynamic collective */
  long requirement;    /* of a task: its field, 100 times the privilege, and 10000 times the fields */
  long points;         /* of a domain with a hole, one after the other */
  double index_filled; /* an element after a fill of all pieces with a future */
  long depth, shards;
  char name[32];
} CProgramResults;

/* Registers the tasks and runs the top-level task; gives the return code. */
int run_c_program(int argc, char** argv, CProgramResults* results);
/* A task that uses a field without privilege. */
int run_bad_c_program(int argc, char** argv);

#ifdef __cplusplus
}
#endif

#endif
