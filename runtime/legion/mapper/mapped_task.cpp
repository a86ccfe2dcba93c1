#include "runtime/legion/mapper/mapped_task.h"

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

MappedTasks::~MappedTasks() {
  for (MappedTask* list : {free_, returned_.load(std::memory_order_acquire)}) {
    while (list) {
      MappedTask* next = list->next_free;
      delete list;
      list = next;
    }
  }
}

MappedTask& MappedTasks::take() {
  MappedTask* record;
  {
    std::lock_guard lock(mutex_);
    if (!free_) free_ = returned_.exchange(nullptr, std::memory_order_acquire);
    record = free_;
    if (record) free_ = record->next_free;
  }
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
  record.next_free = returned_.load(std::memory_order_relaxed);
  while (!returned_.compare_exchange_weak(record.next_free, &record, std::memory_order_release,
                                          std::memory_order_relaxed)) {
  }
}

}  // namespace palatine::legion
