// Tasks that mappers decide about: what mappers are told of each, and what they answered.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "legion/mapping/mapper_runtime.h"
#include "runtime/legion/mapper/descriptions.h"
#include "runtime/realm/event.h"
#include "runtime/realm/free_list.h"

namespace palatine::legion {

class MappedProcessor;
class MapperManager;

// The record of a task; lives until the task is complete and reported.
struct MappedTask {
  DescribedTask description;
  Task* task = nullptr;
  MappedTask* parent = nullptr;
  // What the record is counted in, by the thread that runs this task; null for one that was made while the
  // task ran, and which nobody looks at behind its end.
  Task* parent_task = nullptr;
  std::vector<MappedProcessor*> targets;
  // The mapper chose what there would be without mappers: any CPU, the launched variant, the regions' own
  // memory.
  bool is_ordinary = false;
  // Nanoseconds.
  long long create_time = 0, ready_time = 0, start_time = 0;
  // Of map_task.
  Legion::Mapping::Mapper::MapTaskInput input;
  Legion::Mapping::Mapper::MapTaskOutput output;
  std::string provenance;

  struct DoneWaiter : realm::Waiter {
    MappedTask* record;
    MapperManager* manager;
  } done;
  MappedTask* next_free = nullptr;

  // The launching thread, when mappers were asked: true when they decided. If not, the task must wait for
  // `held`.
  bool is_mapped() const { return state_.load(std::memory_order_acquire) == State::mapped; }
  void hold(realm::UserEvent event);
  // Who asked the mapper, once.
  void set_mapped();

  // As it was made, except that lists keep their room.
  void clear();

 private:
  enum class State : uint8_t { asked, held, mapped };

  std::atomic<State> state_{State::asked};
  realm::UserEvent held_;  // is there in state `held`
};

// Records that are not in use. Any thread may use it.
class MappedTasks {
 public:
  MappedTask& take();
  void give_back(MappedTask& record);

 private:
  // More are freed: an index launch of a million points must not leave as many.
  static constexpr uint32_t kMostFree = 4096;

  realm::FreeList<MappedTask> free_;
  std::atomic<uint32_t> free_count_{0};
};

}  // namespace palatine::legion
