// Processors, groups of them, and the registration and spawning of tasks.
//
// A processor runs its tasks one at a time; while a task waits, others run. Ready tasks run by priority
// (higher first), then in the order in which they became ready. Thread safety: any thread, any task.
#pragma once

#include <functional>
#include <map>
#include <ostream>
#include <vector>

#include "realm/event.h"
#include "realm/realm_c.h"
#include "realm/utils.h"

namespace Realm {

class ProfilingRequestSet;
class CodeDescriptor;

class REALM_PUBLIC_API Processor {
 public:
  typedef ::realm_id_t id_t;
  id_t id{REALM_NO_PROC};
  Processor() = default;
  constexpr explicit Processor(id_t id) : id(id) {}
  constexpr operator id_t() const { return id; }
  bool operator<(const Processor& rhs) const { return id < rhs.id; }
  bool operator==(const Processor& rhs) const { return id == rhs.id; }
  bool operator!=(const Processor& rhs) const { return id != rhs.id; }
  static const Processor NO_PROC;
  bool exists() const { return id != 0; }

  typedef ::realm_task_func_id_t TaskFuncID;
  typedef void (*TaskFuncPtr)(const void* args, size_t arglen, const void* user_data, size_t user_data_len,
                              Processor proc);

  enum Kind {
#define C_ENUMS(name, desc) name,
    REALM_PROCESSOR_KINDS(C_ENUMS)
#undef C_ENUMS
  };

  Kind kind() const;
  AddressSpace address_space() const;
  REALM_ATTR_DEPRECATED("use ProcessorGroup::create_group instead",
                        static Processor create_group(const span<const Processor>& members));
  // In: the capacity of `member_list`; out: the number of members, of which no more are written.
  void get_group_members(Processor* member_list, size_t& num_members) const;
  void get_group_members(std::vector<Processor>& member_list) const;
  int get_num_cores() const;

  enum {
    TASK_ID_PROCESSOR_NOP = REALM_TASK_ID_PROCESSOR_NOP,
    TASK_ID_PROCESSOR_INIT = REALM_TASK_ID_PROCESSOR_INIT,
    TASK_ID_PROCESSOR_SHUTDOWN = REALM_TASK_ID_PROCESSOR_SHUTDOWN,
    TASK_ID_FIRST_AVAILABLE = REALM_TASK_ID_FIRST_AVAILABLE,
  };

  // Runs a task when `wait_on` triggers; the result triggers when it has returned. The arguments are copied
  // now. A task that is not registered when it comes to run ends the program.
  Event spawn(TaskFuncID func_id, const void* args, size_t arglen, Event wait_on = Event::NO_EVENT,
              int priority = 0) const;
  Event spawn(TaskFuncID func_id, const void* args, size_t arglen, const ProfilingRequestSet& requests,
              Event wait_on = Event::NO_EVENT, int priority = 0) const;

  // Of the calling task; NO_PROC and NO_EVENT elsewhere.
  static Processor get_executing_processor();
  static Event get_current_finish_event();
  static void set_current_task_priority(int new_priority);
  // Between the calls the processor runs no other task, even when this one waits. They nest.
  static void enable_scheduler_lock();
  static void disable_scheduler_lock();

  // The result must have triggered before the task is spawned. `user_data` is copied and given to each run.
  Event register_task(TaskFuncID func_id, const CodeDescriptor& codedesc, const ProfilingRequestSet& prs,
                      const void* user_data = nullptr, size_t user_data_len = 0) const;
  static Event register_task_by_kind(Kind target_kind, bool global, TaskFuncID func_id,
                                     const CodeDescriptor& codedesc, const ProfilingRequestSet& prs,
                                     const void* user_data = nullptr, size_t user_data_len = 0);

  // Ends the calling task with a code of its own (see faults.h).
  static void report_execution_fault(int reason, const void* reason_data, size_t reason_size);
  // Ends the program with a message.
  void report_processor_fault(int reason, const void* reason_data, size_t reason_size) const;

  static const char* get_kind_name(Kind kind);
};

// Processors of one kind; a task spawned on a group runs on any one member.
class REALM_PUBLIC_API ProcessorGroup : public Processor {
 public:
  ProcessorGroup() = default;
  constexpr explicit ProcessorGroup(id_t id) : Processor(id) {}

  static ProcessorGroup create_group(const Processor* members, size_t num_members);
  static ProcessorGroup create_group(const span<const Processor>& members) {
    return create_group(members.data(), members.size());
  }
  // When `wait_on` triggers and the tasks spawned on it have started.
  void destroy(Event wait_on = Event::NO_EVENT) const;
  static const ProcessorGroup NO_PROC_GROUP;
};

inline constexpr Processor Processor::NO_PROC = Processor();
inline constexpr ProcessorGroup ProcessorGroup::NO_PROC_GROUP = ProcessorGroup();

inline std::ostream& operator<<(std::ostream& os, Processor p) {
  return os << std::hex << p.id << std::dec;
}
inline std::ostream& operator<<(std::ostream& os, Processor::Kind kind) {
  return os << Processor::get_kind_name(kind);
}

}  // namespace Realm

REALM_HASH_HANDLE(Realm::Processor)
REALM_HASH_HANDLE(Realm::ProcessorGroup)
