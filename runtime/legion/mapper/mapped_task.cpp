#include "runtime/legion/mapper/mapped_task.h"

#include <memory>

namespace palatine::legion {

namespace {

// A list without elements that has the room of another one.
template <typename List>
List room_of(List& list) {
  List room = std::move(list);
  room.clear();
  return room;
}

// The same of a list of lists, which keep theirs.
template <typename List>
List rooms_of(List& list) {
  for (auto& inner : list) inner.clear();
  return std::move(list);
}

}  // namespace

void MappedTask::hold(realm::UserEvent event) {
  held_ = event;
  State before = State::asked;
  if (state_.compare_exchange_strong(before, State::held, std::memory_order_acq_rel)) return;
  // It was mapped meanwhile.
  event.trigger();
}

void MappedTask::set_mapped() {
  if (state_.exchange(State::mapped, std::memory_order_acq_rel) == State::held) held_.trigger();
}

void MappedTask::clear() {
  // Requirements keep the memory of their fields: the next task's are assigned to them.
  auto regions = std::move(description.regions);
  auto futures = room_of(description.futures);
  auto valid_instances = rooms_of(input.valid_instances);
  auto valid_collectives = rooms_of(input.valid_collectives);
  auto chosen_instances = rooms_of(output.chosen_instances);
  auto source_instances = rooms_of(output.source_instances);
  auto target_procs = room_of(output.target_procs);
  auto processors = room_of(targets);
  auto text = room_of(provenance);
  std::destroy_at(this);
  std::construct_at(this);
  description.regions = std::move(regions);
  description.futures = std::move(futures);
  input.valid_instances = std::move(valid_instances);
  input.valid_collectives = std::move(valid_collectives);
  output.chosen_instances = std::move(chosen_instances);
  output.source_instances = std::move(source_instances);
  output.target_procs = std::move(target_procs);
  targets = std::move(processors);
  provenance = std::move(text);
}

MappedTask& MappedTasks::take() {
  MappedTask* record = free_.take();
  if (!record) return *new MappedTask;
  free_count_.fetch_sub(1, std::memory_order_relaxed);
  record->next_free = nullptr;
  return *record;
}

void MappedTasks::give_back(MappedTask& record) {
  if (free_count_.fetch_add(1, std::memory_order_relaxed) >= kMostFree) {
    free_count_.fetch_sub(1, std::memory_order_relaxed);
    delete &record;
    return;
  }
  record.clear();
  free_.give_back(&record);
}

}  // namespace palatine::legion
