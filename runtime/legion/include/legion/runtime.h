// The calls of a program. Source: Legion's API, sections 2, 3, 4 and 6.
//
// Calls with a Context belong to the running task that received it, and to no other. Handles are returned at
// once; calls that wait say so. Misuse ends the program with a message that names the task and what it used.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "legion/accessors.h"
#include "legion/calls/data.h"
#include "legion/calls/order.h"
#include "legion/calls/regions.h"
#include "legion/calls/registration.h"

namespace Legion {

namespace Mapping {
class Mapper;
class MapperRuntime;
}  // namespace Mapping

typedef void (*RegistrationCallbackFnptr)(Machine machine, Runtime* rt,
                                          const std::set<Processor>& local_procs);
typedef void (*RegistrationWithArgsCallbackFnptr)(const RegistrationCallbackArgs& args);

class Runtime : public Internal::RegionCalls,
                public Internal::DataCalls,
                public Internal::OrderCalls,
                public Internal::RegistrationCalls {
 public:
  // ---- the running task

  const Task* get_local_task(Context ctx) { return get_current_task(ctx); }
  const Task* get_current_task(Context ctx);
  Processor get_executing_processor(Context ctx);
  // Values of the running task by number, for code that it calls. `destructor` is called at its end.
  void* get_local_task_variable_untyped(Context ctx, LocalVariableID id);
  void set_local_task_variable_untyped(Context ctx, LocalVariableID id, const void* value,
                                       void (*destructor)(void*) = nullptr);
  template <typename T>
  T* get_local_task_variable(Context ctx, LocalVariableID id) {
    return static_cast<T*>(get_local_task_variable_untyped(ctx, id));
  }
  template <typename T>
  void set_local_task_variable(Context ctx, LocalVariableID id, const T* value,
                               void (*destructor)(void*) = nullptr) {
    set_local_task_variable_untyped(ctx, id, value, destructor);
  }
  void raise_region_exception(Context ctx, PhysicalRegion region, bool nuclear);
  // Leaves may allocate as much as there is: nothing was set aside for them.
  void release_memory_pool(Context, Memory) {}
  // Nothing is recorded for a profiler.
  void start_profiling_range(Context) {}
  void stop_profiling_range(Context, const char*) {}
  static void enable_profiling() {}
  static void disable_profiling() {}
  static void dump_profiling() {}

  // ---- names and other information about handles

#define LEGION_NAMES(Handle)                                                                            \
  void attach_name(Handle handle, const char* name, bool is_mutable = false, bool local_only = false);  \
  void retrieve_name(Handle handle, const char*& result);                                               \
  void attach_semantic_information(Handle handle, SemanticTag tag, const void* buffer, size_t size,     \
                                   bool is_mutable = false, bool local_only = false);                   \
  bool retrieve_semantic_information(Handle handle, SemanticTag tag, const void*& result, size_t& size, \
                                     bool can_fail = false, bool wait_until_ready = false);
  LEGION_NAMES(TaskID)
  LEGION_NAMES(IndexSpace)
  LEGION_NAMES(IndexPartition)
  LEGION_NAMES(FieldSpace)
  LEGION_NAMES(LogicalRegion)
  LEGION_NAMES(LogicalPartition)
#undef LEGION_NAMES
  void attach_name(FieldSpace handle, FieldID fid, const char* name, bool is_mutable = false,
                   bool local_only = false);
  void retrieve_name(FieldSpace handle, FieldID fid, const char*& result);
  void attach_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag, const void* buffer,
                                   size_t size, bool is_mutable = false, bool local_only = false);
  bool retrieve_semantic_information(FieldSpace handle, FieldID fid, SemanticTag tag, const void*& result,
                                     size_t& size, bool can_fail = false, bool wait_until_ready = false);

  // ---- mappers (legion/legion_mapping.h)

  Mapping::MapperRuntime* get_mapper_runtime();
  void add_mapper(MapperID map_id, Mapping::Mapper* mapper, Processor proc = Processor::NO_PROC);
  void replace_default_mapper(Mapping::Mapper* mapper, Processor proc = Processor::NO_PROC);
  Mapping::Mapper* get_mapper(Context ctx, MapperID id, Processor target = Processor::NO_PROC);

  // ---- the program

  static const char* get_legion_version();
  static size_t get_maximum_dimension() { return LEGION_MAX_DIM; }
  // Runs the top-level task and returns the return code. With `background` returns 0 at once; then
  // `wait_for_shutdown` waits and returns it. `filter` removes the runtime's flags from `argv`.
  static int start(int argc, char** argv, bool background = false, bool supply_default_mapper = true,
                   bool filter = false);
  // Parses flags ahead of `start`.
  static void initialize(int* argc, char*** argv, bool filter = false, bool parse = true);
  static int wait_for_shutdown();
  static void set_return_code(int return_code);
  // LEGION_AUTO_GENERATE_ID: none.
  static void set_top_level_task_id(TaskID top_id);
  static void set_top_level_task_mapper_id(MapperID mapper_id);
  static const InputArgs& get_input_args();
  static void add_registration_callback(RegistrationCallbackFnptr callback, bool dedup = true,
                                        size_t dedup_tag = 0);
  static void add_registration_callback(RegistrationWithArgsCallbackFnptr callback,
                                        const UntypedBuffer& buffer, bool dedup = true, size_t dedup_tag = 0);
  // The former name.
  static void set_registration_callback(RegistrationCallbackFnptr callback) {
    add_registration_callback(callback);
  }
  static void perform_registration_callback(RegistrationCallbackFnptr callback, bool global,
                                            bool deduplicate = true, size_t dedup_tag = 0);
  static bool has_runtime();
  static Runtime* get_runtime(Processor p = Processor::NO_PROC);
  static bool has_context();
  static Context get_context();
  static const Task* get_context_task(Context ctx);
  // Tasks are never replicated: each is its only shard.
  ShardID get_shard_id(Context, bool I_know_what_I_am_doing = false) {
    (void)I_know_what_I_am_doing;
    return 0;
  }
  size_t get_num_shards(Context, bool I_know_what_I_am_doing = false) {
    (void)I_know_what_I_am_doing;
    return 1;
  }
  // ---- other programs in the process

  // `init_in_ext`: who goes first; it hands off before it waits.
  static LegionHandshake create_external_handshake(bool init_in_ext = true, int ext_participants = 1,
                                                   int legion_participants = 1);
  static MPILegionHandshake create_handshake(bool init_in_MPI = true, int mpi_participants = 1,
                                             int legion_participants = 1);
  // One process is one rank.
  static void configure_MPI_interoperability(int rank);
  bool is_MPI_interop_configured();
  const std::map<int, AddressSpace>& find_forward_MPI_mapping();
  const std::map<AddressSpace, int>& find_reverse_MPI_mapping();
  int find_local_MPI_rank();

  // For tasks that are registered as code.
  static void legion_task_preamble(const void* data, size_t datalen, Processor p, const Task*& task,
                                   const std::vector<PhysicalRegion>*& regions, Context& ctx,
                                   Runtime*& runtime);
  static void legion_task_postamble(Context ctx, const void* retvalptr = nullptr, size_t retvalsize = 0,
                                    bool owned = false,
                                    Realm::RegionInstance inst = Realm::RegionInstance::NO_INST,
                                    const void* metadataptr = nullptr, size_t metadatasize = 0);
  // The value is where `resource` says, in memory that the host may read; it is copied. `freefunc` is called
  // with it when it is not needed any more.
  static void legion_task_postamble(Context ctx, const void* retvalptr, size_t retvalsize, bool owned,
                                    const Realm::ExternalInstanceResource& resource,
                                    void (*freefunc)(const Realm::ExternalInstanceResource&) = nullptr,
                                    const void* metadataptr = nullptr, size_t metadatasize = 0);
  // The value that the functor gives, at once.
  static void legion_task_postamble(Context ctx, FutureFunctor* callback_functor, bool owned = false);
  static void legion_task_postamble(Context ctx, const Domain& domain, bool take_ownership,
                                    const void* metadataptr = nullptr, size_t metadatasize = 0);

  // Makes the calling thread a task; needs `start` in the background.
  Context begin_implicit_task(TaskID top_task_id, MapperID mapper_id, Processor::Kind proc_kind,
                              const char* task_name = nullptr, bool control_replicable = false,
                              unsigned shard_per_address_space = 1, int shard_id = -1,
                              DomainPoint shard_point = DomainPoint());
  void finish_implicit_task(Context ctx, Realm::Event effects = Realm::Event::NO_EVENT);
  // Another thread goes on with the task.
  void unbind_implicit_task_from_external_thread(Context ctx);
  void bind_implicit_task_to_external_thread(Context ctx);
  // Runs a task as a top-level task, under the same condition. By a thread that is no task.
  Future launch_top_level_task(const TaskLauncher& launcher);
};

typedef Runtime HighLevelRuntime;

// What code that is registered as a task calls itself.
class LegionTaskWrapper {
 public:
  static void legion_task_preamble(const void* data, size_t datalen, Processor p, const Task*& task,
                                   const std::vector<PhysicalRegion>*& regions, Context& ctx,
                                   Runtime*& runtime) {
    Runtime::legion_task_preamble(data, datalen, p, task, regions, ctx, runtime);
  }
  static void legion_task_postamble(Context ctx, const void* retvalptr = nullptr, size_t retvalsize = 0,
                                    bool owned = false) {
    Runtime::legion_task_postamble(ctx, retvalptr, retvalsize, owned);
  }
};

}  // namespace Legion

#define LEGION_PRINT_ONCE(runtime, ctx, file, ...)           \
  do {                                                       \
    char legion_text[4096];                                  \
    snprintf(legion_text, sizeof(legion_text), __VA_ARGS__); \
    (runtime)->print_once(ctx, file, legion_text);           \
  } while (0)
