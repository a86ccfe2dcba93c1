// Starting and stopping the runtime, and what is registered for the whole process.
//
// Objects of this class are handles of the one runtime of the process. After `wait_for_shutdown` a new one
// can be started. Thread safety: start-up and shutdown from one thread; the rest from any.
#pragma once

#include <string>
#include <vector>

#include "realm/event.h"
#include "realm/module_config.h"
#include "realm/processor.h"

namespace Realm {

class Module;
struct ReductionOpUntyped;
template <typename REDOP>
struct ReductionOp;
class CustomSerdezUntyped;
template <typename SERDEZ>
class CustomSerdezWrapper;
typedef ::realm_custom_serdez_id_t CustomSerdezID;

class REALM_PUBLIC_API Runtime {
 public:
  Runtime();
  static Runtime get_runtime();
  static const char* get_library_version();

  // All steps of the start. The arguments stay as they are; words that are no flags of it are ignored. A
  // wrong value of a flag ends the program with a message and code 1.
  bool init(int* argc, char*** argv);

  // The steps of `init`, in this order, for programs that change settings in between.
  bool network_init(int* argc, char*** argv);
  bool create_configs(int argc, char** argv);
  // Null when there is no such part. The runtime itself is "core".
  ModuleConfig* get_module_config(const std::string& name) const;
  void parse_command_line(int argc, char** argv);
  void parse_command_line(std::vector<std::string>& cmdline, bool remove_realm_args = false);
  void finish_configure();
  bool configure_from_command_line(int argc, char** argv);
  bool configure_from_command_line(std::vector<std::string>& cmdline, bool remove_realm_args = false);
  void start();

  // On all processors. False when the id is taken.
  bool register_task(Processor::TaskFuncID taskid, Processor::TaskFuncPtr taskptr);

  // False when the id is taken. Operators are copied.
  bool register_reduction(Event& event, ReductionOpID redop_id, const ReductionOpUntyped* redop);
  bool register_reduction(ReductionOpID redop_id, const ReductionOpUntyped* redop) {
    Event event = Event::NO_EVENT;
    if (!register_reduction(event, redop_id, redop)) return false;
    event.wait();
    return true;
  }
  template <typename REDOP>
  bool register_reduction(ReductionOpID redop_id) {
    const ReductionOp<REDOP> redop;
    return register_reduction(redop_id, &redop);
  }
  template <typename REDOP>
  bool register_reduction(Event& event, ReductionOpID redop_id) {
    const ReductionOp<REDOP> redop;
    return register_reduction(event, redop_id, &redop);
  }

  bool register_custom_serdez(CustomSerdezID serdez_id, const CustomSerdezUntyped* serdez);
  template <typename SERDEZ>
  bool register_custom_serdez(CustomSerdezID serdez_id) {
    const CustomSerdezWrapper<SERDEZ> serdez;
    return register_custom_serdez(serdez_id, &serdez);
  }

  // One task; called by every process with the same arguments.
  Event collective_spawn(Processor target_proc, Processor::TaskFuncID task_id, const void* args,
                         size_t arglen, Event wait_on = Event::NO_EVENT, int priority = 0);
  // One task for each processor of the kind, or for each process.
  Event collective_spawn_by_kind(Processor::Kind target_kind, Processor::TaskFuncID task_id, const void* args,
                                 size_t arglen, bool one_per_node = false, Event wait_on = Event::NO_EVENT,
                                 int priority = 0);

  enum RunStyle { ONE_TASK_ONLY, ONE_TASK_PER_NODE, ONE_TASK_PER_PROC };
  REALM_ATTR_DEPRECATED("use collective_spawn calls instead",
                        void run(Processor::TaskFuncID task_id = 0, RunStyle style = ONE_TASK_ONLY,
                                 const void* args = nullptr, size_t arglen = 0, bool background = false));

  // Asks for the end when `wait_on` has triggered (and the calling task has finished). Asking again needs
  // the same event and code.
  void shutdown(Event wait_on = Event::NO_EVENT, int result_code = 0);
  // Waits for it, stops the runtime and returns the code.
  int wait_for_shutdown();

  // Null when there is no such part.
  template <typename T>
  T* get_module(const char* name) {
    return dynamic_cast<T*>(get_module_untyped(name));
  }

 protected:
  Module* get_module_untyped(const char* name);
  void* impl;
};

}  // namespace Realm
