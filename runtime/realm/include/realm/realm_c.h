// The C face of the low-level runtime: handle types, enumerations and calls.
//
// Handles are 64-bit ids; 0 is "none". Every call returns a status and gives results through pointers; a
// wrong argument gives the status that names it and has no effect. Thread safety: as the C++ calls.
#ifndef REALM_C_H
#define REALM_C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "realm/realm_config.h"

#define REALM_EXPORT REALM_PUBLIC_API
#define REALM_FNPTR

#ifdef __cplusplus
extern "C" {
#endif

typedef struct realm_runtime_st* realm_runtime_t;
typedef struct realm_profiling_request_set_st* realm_profiling_request_set_t;
typedef struct realm_processor_query_st* realm_processor_query_t;
typedef struct realm_memory_query_st* realm_memory_query_t;

typedef unsigned long long realm_id_t;
typedef realm_id_t realm_event_t;
typedef realm_id_t realm_user_event_t;
typedef realm_id_t realm_processor_t;
typedef realm_id_t realm_memory_t;
typedef realm_id_t realm_instance_t;
#define IDFMT "%llx"

typedef unsigned int realm_address_space_t;
typedef unsigned realm_task_func_id_t;
typedef int realm_reduction_op_id_t;
typedef int realm_custom_serdez_id_t;
typedef unsigned realm_event_gen_t;
typedef int realm_field_id_t;
typedef unsigned long long realm_barrier_timestamp_t;

#define REALM_NO_PROC ((realm_processor_t)0ULL)
#define REALM_NO_MEM ((realm_memory_t)0ULL)
#define REALM_NO_EVENT ((realm_event_t)0ULL)
#define REALM_NO_USER_EVENT ((realm_user_event_t)0ULL)

#define REALM_TASK_ID_PROCESSOR_NOP ((realm_task_func_id_t)0U)
#define REALM_TASK_ID_PROCESSOR_INIT ((realm_task_func_id_t)1U)
#define REALM_TASK_ID_PROCESSOR_SHUTDOWN ((realm_task_func_id_t)2U)
#define REALM_TASK_ID_FIRST_AVAILABLE ((realm_task_func_id_t)4U)

typedef enum realm_register_task_flags {
  REALM_REGISTER_TASK_DEFAULT = 0x0ULL,
  REALM_REGISTER_TASK_GLOBAL = 0x1ULL,
  REALM_REGISTER_TASK_NUM,
  REALM_REGISTER_TASK_MAX = 0x7fffffffULL,
} realm_register_task_flags_t;

typedef enum realm_processor_attr_enum {
  REALM_PROCESSOR_ATTR_KIND = 0x0ULL,
  REALM_PROCESSOR_ATTR_ADDRESS_SPACE,
  REALM_PROCESSOR_ATTR_NUM,
  REALM_PROCESSOR_ATTR_MAX = 0xFFFFFFFFFFFFFFFFULL,
} realm_processor_attr_t;

typedef enum realm_memory_attr_enum {
  REALM_MEMORY_ATTR_KIND = 0x0ULL,
  REALM_MEMORY_ATTR_ADDRESS_SPACE,
  REALM_MEMORY_ATTR_CAPACITY,
  REALM_MEMORY_ATTR_NUM,
  REALM_MEMORY_ATTR_MAX = 0xFFFFFFFFFFFFFFFFULL,
} realm_memory_attr_t;

/* The kinds with what they are. */
#define REALM_PROCESSOR_KINDS(__op__)                                                        \
  __op__(NO_KIND, "none") __op__(TOC_PROC, "GPU") __op__(LOC_PROC, "CPU core")               \
      __op__(UTIL_PROC, "utility tasks") __op__(IO_PROC, "tasks that block in system calls") \
          __op__(PROC_GROUP, "group of processors") __op__(PROC_SET, "set of processors")    \
              __op__(OMP_PROC, "pool of OpenMP threads") __op__(PY_PROC, "Python interpreter")

typedef enum realm_processor_kind_t {
#define C_ENUMS(name, desc) name,
  REALM_PROCESSOR_KINDS(C_ENUMS)
#undef C_ENUMS
} realm_processor_kind_t;

#define REALM_MEMORY_KINDS(__op__)                                                                           \
  __op__(NO_MEMKIND, "none") __op__(GLOBAL_MEM, "memory that all processes share")                           \
      __op__(SYSTEM_MEM, "memory of the process") __op__(REGDMA_MEM, "memory registered for the network")    \
          __op__(SOCKET_MEM, "memory of one NUMA node")                                                      \
              __op__(Z_COPY_MEM, "host memory that GPUs can access") __op__(GPU_FB_MEM, "memory of one GPU") \
                  __op__(DISK_MEM, "memory backed by a file of the runtime") __op__(HDF_MEM, "HDF5 files")   \
                      __op__(FILE_MEM, "files") __op__(LEVEL3_CACHE, "level 3 cache")                        \
                          __op__(LEVEL2_CACHE, "level 2 cache") __op__(LEVEL1_CACHE, "level 1 cache")        \
                              __op__(GPU_MANAGED_MEM, "memory that host and GPU page in")                    \
                                  __op__(GPU_DYNAMIC_MEM, "memory of one GPU, allocated as needed")

typedef enum realm_memory_kind_t {
#define C_ENUMS(name, desc) name,
  REALM_MEMORY_KINDS(C_ENUMS)
#undef C_ENUMS
} realm_memory_kind_t;

typedef enum realm_file_mode_t {
  REALM_FILE_READ_ONLY,
  REALM_FILE_READ_WRITE,
  REALM_FILE_CREATE,
  LEGION_FILE_READ_ONLY = REALM_FILE_READ_ONLY,
  LEGION_FILE_READ_WRITE = REALM_FILE_READ_WRITE,
  LEGION_FILE_CREATE = REALM_FILE_CREATE,
} realm_file_mode_t;

typedef void(REALM_FNPTR* realm_task_pointer_t)(const void* data, size_t datalen, const void* userdata,
                                                size_t userlen, realm_processor_t proc_id);

typedef enum realm_status_enum {
  REALM_SUCCESS = 0,
  REALM_ERROR = -1,
  REALM_ARGUMENT_ERROR_WITH_EXTRA_FLAGS = -1000,
  REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER = -1001,
  REALM_ARGUMENT_ERROR_UNKNOWN_INTEGER_UNIT = -1002,
  REALM_ARGUMENT_ERROR_MISSING_INPUT = -1003,
  REALM_ARGUMENT_ERROR_OUTPUT_STRING_TOO_SHORT = -1004,
  REALM_ARGUMENT_ERROR_METHOD_RETURN_FALSE = -1005,
  REALM_TOPOLOGY_ERROR_NO_AFFINITY = -2001,
  REALM_TOPOLOGY_ERROR_LINUX_NO_CPU_DIR = -2002,
  REALM_TOPOLOGY_ERROR_LINUX_NO_NUMA_DIR = -2003,
  REALM_TOPOLOGY_ERROR_HWLOC_INIT_FAILED = -2004,
  REALM_TOPOLOGY_ERROR_HWLOC_LOAD_TOPO_FAILED = -2005,
  REALM_TOPOLOGY_ERROR_HWLOC_TYPE_DEPTH_UNKNOWN = -2006,
  REALM_TOPOLOGY_ERROR_ENV_LOAD_FAILED = -2007,
  REALM_TOPOLOGY_ERROR_WIN32_NO_PROC_INFO = -2008,
  REALM_RUNTIME_ERROR_INVALID_RUNTIME = -3001,
  REALM_RUNTIME_ERROR_NOT_INITIALIZED = -3002,
  REALM_MACHINE_ERROR_INVALID_MACHINE = -4001,
  REALM_MEMORY_ERROR_INVALID_MEMORY = -5001,
  REALM_PROCESSOR_ERROR_INVALID_PROCESSOR = -6001,
  REALM_PROCESSOR_ERROR_INVALID_PROCESSOR_KIND = -6002,
  REALM_PROCESSOR_ERROR_INVALID_ATTRIBUTE = -6003,
  REALM_PROCESSOR_ERROR_INVALID_TASK_FUNCTION = -6004,
  REALM_MEMORY_ERROR_INVALID_MEMORY_KIND = -7001,
  REALM_MEMORY_ERROR_INVALID_ATTRIBUTE = -7002,
  REALM_EVENT_ERROR_INVALID_EVENT = -8001,
  REALM_PROCESSOR_QUERY_ERROR_INVALID_QUERY = -9001,
  REALM_PROCESSOR_QUERY_ERROR_INVALID_CALLBACK = -9002,
  REALM_MEMORY_QUERY_ERROR_INVALID_QUERY = -10001,
  REALM_MEMORY_QUERY_ERROR_INVALID_CALLBACK = -10002,
  REALM_ADDRESS_SPACE_INVALID = -11001
} realm_status_t;

typedef realm_status_t RealmStatus;

/* Called for each processor or memory of a query; a status other than REALM_SUCCESS ends the iteration. */
typedef realm_status_t(REALM_FNPTR* realm_processor_query_cb_t)(realm_processor_t p, void* user_data);
typedef realm_status_t(REALM_FNPTR* realm_memory_query_cb_t)(realm_memory_t m, void* user_data);

realm_status_t REALM_EXPORT realm_runtime_create(realm_runtime_t* runtime);
realm_status_t REALM_EXPORT realm_runtime_destroy(realm_runtime_t runtime);
realm_status_t REALM_EXPORT realm_runtime_get_runtime(realm_runtime_t* runtime);
realm_status_t REALM_EXPORT realm_runtime_init(realm_runtime_t runtime, int* argc, char*** argv);
realm_status_t REALM_EXPORT realm_runtime_signal_shutdown(realm_runtime_t runtime, realm_event_t wait_on,
                                                          int result_code);
realm_status_t REALM_EXPORT realm_runtime_wait_for_shutdown(realm_runtime_t runtime);
realm_status_t REALM_EXPORT realm_runtime_collective_spawn(realm_runtime_t runtime,
                                                           realm_processor_t target_proc,
                                                           realm_task_func_id_t task_id, const void* args,
                                                           size_t arglen, realm_event_t wait_on, int priority,
                                                           realm_event_t* event);

realm_status_t REALM_EXPORT realm_processor_register_task_by_kind(realm_runtime_t runtime,
                                                                  realm_processor_kind_t target_kind,
                                                                  realm_register_task_flags_t flags,
                                                                  realm_task_func_id_t task_id,
                                                                  realm_task_pointer_t func, void* user_data,
                                                                  size_t user_data_len, realm_event_t* event);
realm_status_t REALM_EXPORT realm_processor_spawn(realm_runtime_t runtime, realm_processor_t target_proc,
                                                  realm_task_func_id_t task_id, const void* args,
                                                  size_t arglen, realm_profiling_request_set_t prs,
                                                  realm_event_t wait_on, int priority, realm_event_t* event);
realm_status_t REALM_EXPORT realm_processor_get_attributes(realm_runtime_t runtime, realm_processor_t proc,
                                                           realm_processor_attr_t* attrs, uint64_t* values,
                                                           size_t num);
realm_status_t REALM_EXPORT realm_processor_query_create(realm_runtime_t runtime,
                                                         realm_processor_query_t* query);
realm_status_t REALM_EXPORT realm_processor_query_destroy(realm_processor_query_t query);
realm_status_t REALM_EXPORT realm_processor_query_restrict_to_kind(realm_processor_query_t query,
                                                                   realm_processor_kind_t kind);
realm_status_t REALM_EXPORT realm_processor_query_restrict_to_address_space(
    realm_processor_query_t query, realm_address_space_t address_space);
realm_status_t REALM_EXPORT realm_processor_query_iter(realm_processor_query_t query,
                                                       realm_processor_query_cb_t cb, void* user_data,
                                                       size_t max_queries);

realm_status_t REALM_EXPORT realm_memory_get_attributes(realm_runtime_t runtime, realm_memory_t mem,
                                                        realm_memory_attr_t* attrs, uint64_t* values,
                                                        size_t num);
realm_status_t REALM_EXPORT realm_memory_query_create(realm_runtime_t runtime, realm_memory_query_t* query);
realm_status_t REALM_EXPORT realm_memory_query_destroy(realm_memory_query_t query);
realm_status_t REALM_EXPORT realm_memory_query_restrict_to_kind(realm_memory_query_t query,
                                                                realm_memory_kind_t kind);
realm_status_t REALM_EXPORT realm_memory_query_restrict_to_address_space(realm_memory_query_t query,
                                                                         realm_address_space_t address_space);
realm_status_t REALM_EXPORT realm_memory_query_restrict_by_capacity(realm_memory_query_t query,
                                                                    size_t min_bytes);
realm_status_t REALM_EXPORT realm_memory_query_iter(realm_memory_query_t query, realm_memory_query_cb_t cb,
                                                    void* user_data, size_t max_queries);

realm_status_t REALM_EXPORT realm_event_wait(realm_runtime_t runtime, realm_event_t event);
realm_status_t REALM_EXPORT realm_event_merge(realm_runtime_t runtime, const realm_event_t* wait_for,
                                              size_t num_events, realm_event_t* event);
realm_status_t REALM_EXPORT realm_user_event_create(realm_runtime_t runtime, realm_user_event_t* event);
realm_status_t REALM_EXPORT realm_user_event_trigger(realm_runtime_t runtime, realm_user_event_t event);

#ifdef __cplusplus
}
#endif

#endif
