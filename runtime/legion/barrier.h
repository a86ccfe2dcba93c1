// Phase barriers of operations.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/api/palatine_api.h"
#include "runtime/legion/standstill.h"
#include "runtime/realm/event.h"

namespace palatine::legion {

class Task;

// Who waits or arrives, for messages: a task, and the line.
struct BarrierUser {
  const char* task;
  api::SourceLoc loc;
};

// The phase barriers of one run. A barrier goes when nobody can use it any more: its name has ended, what was
// launched before that is complete, and what these operations arrive has arrived. Those whose names do not
// end go with the run. Any thread may call everything.
class PhaseBarriers {
 public:
  PhaseBarriers() = default;
  ~PhaseBarriers();
  PhaseBarriers(const PhaseBarriers&) = delete;
  PhaseBarriers& operator=(const PhaseBarriers&) = delete;

  // The name is its first use.
  void add(api::PhaseBarrier barrier);
  // The name ends; false when it did before. Its use is dropped later.
  bool end(api::PhaseBarrier barrier);
  // Any phase names the barrier.
  void use(api::PhaseBarrier barrier) { change(barrier, 1); }
  void drop(api::PhaseBarrier barrier) { change(barrier, -1); }

  // From now on a program of the language whose tasks all wait ends with a message that names those that were
  // noted.
  void watch();
  // Somebody is going to wait for this event of the phase before `barrier`.
  void note_wait(BarrierUser user, api::PhaseBarrier barrier, realm::Event event);
  // Who waits now of those that were noted, a line for each; empty when nobody does.
  std::string describe_waits();

 private:
  struct Wait {
    BarrierUser user;
    uint64_t phase;
    realm::Event event;
  };
  [[noreturn]] void bark();

  struct State {
    int64_t uses = 1;
    bool has_ended = false;
  };
  void change(api::PhaseBarrier barrier, int64_t uses);

  std::mutex mutex_;
  // By the handle without its phase. Guarded by `mutex_`.
  std::unordered_map<uint64_t, State> states_;
  // Guarded by `mutex_`. Those that are over go when there are many.
  std::vector<Wait> waits_;
  size_t many_waits_ = 64;
  // Gone before the other members.
  std::unique_ptr<Standstill> watch_;
};

// Triggers when the phase before this one is complete.
realm::Event previous_phase(api::PhaseBarrier barrier);
// Arrives when `done` triggers.
void arrive_after(PhaseBarriers& barriers, api::PhaseBarrier barrier, realm::Event done, BarrierUser user);

// The barriers that a task's descriptor names among its arguments, and those of one launch. Before the end of
// the task's analysis. True when there is something to wait for.
bool add_awaits(Task& task, const api::ConditionList& conditions);
void add_arrivals(Task& task, const api::ConditionList& conditions);
// Adds the barriers that one point of an index launch names and `all` lacks: the launch arrives at each once.
void collect_arrivals(const Task& task, std::vector<api::PhaseBarrier>& all);

}  // namespace palatine::legion
