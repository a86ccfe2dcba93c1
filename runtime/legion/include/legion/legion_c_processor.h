/* The processor that a task runs on. Included by legion_c.h. */
#ifndef LEGION_C_PROCESSOR_H
#define LEGION_C_PROCESSOR_H

#include "realm/realm_c.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct legion_processor_t {
  legion_proc_id_t id;
} legion_processor_t;

/* In a program without mappers a task that waits may go on on another processor. */
legion_processor_t legion_runtime_get_executing_processor(legion_runtime_t runtime, legion_context_t context);
legion_processor_kind_t legion_processor_kind(legion_processor_t proc);
legion_address_space_t legion_processor_address_space(legion_processor_t proc);

#ifdef __cplusplus
}
#endif

#endif
