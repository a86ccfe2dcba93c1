// MapperManager: what mappers decided about the tasks of a trace, which they are not asked about again.
//
// A task that a mapper left to any worker, at its place in a trace, needs no record when the trace comes
// there again: it is run as if there were no mappers. When it launches others, or asks where it runs, it gets
// a record then.
//
// As in Legion a mapper may refuse (`memoize_operation`), and what would change its mind, as arguments or
// tags, is not looked at.
#include "realm/processor.h"
#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;

bool MapperManager::is_memoized(ContextImpl& context, const Task& task, realm::Event asker) {
  return !context.is_in_epoch() && context.dependences().is_mapped_anywhere(asker, task.info);
}

void MapperManager::memoize(ContextImpl& context, const std::vector<MappedTask*>& records,
                            realm::Event asker) {
  if (!context.dependences().is_traced(asker)) return;
  for (const MappedTask* record : records) {
    if (!record->is_ordinary) return;
  }
  DescribedTask& description = records.front()->description;
  Mapper::MemoizeOutput output;
  call(description.map_id, description.target_proc, "memoize_operation", &description,
       [&](Mapper& mapper, MapperCall& asked) { mapper.memoize_operation(&asked, description, {}, output); });
  if (output.memoize) context.dependences().note_mapped_anywhere(records.front()->task->info);
}

bool MapperManager::may_run_anywhere(const MappedTask& record) const {
  return record.targets.size() == processors_.cpus().size() &&
         record.targets.front()->kind == Realm::Processor::LOC_PROC;
}

MappedProcessor& MapperManager::here() {
  const realm::Worker* worker = realm::Worker::current();
  const size_t index = worker ? static_cast<size_t>(worker->index()) : 0;
  return *processors_.cpus()[index % processors_.cpus().size()];
}

MappedTask* MapperManager::shown_record(Task& task) {
  if (MappedTask* record = record_of(task)) return record;
  if (cpp_face && !cpp_face->is_shown(task)) return task.parent ? shown_record(*task.parent) : nullptr;
  MappedTask* parent = task.parent ? shown_record(*task.parent) : nullptr;
  if (!parent) return nullptr;
  std::lock_guard lock(late_records_);
  if (MappedTask* made = record_of(task)) return made;
  MappedTask& record = add_record(task, parent, nullptr);
  record.description.current_proc = here().handle;
  record.description.target_proc = record.description.current_proc;
  record.set_mapped();
  finish_when_done(record);
  return &record;
}

Legion::Processor MapperManager::processor_of(const Task& task) {
  if (MappedTask* record = record_of(task)) return record->description.current_proc;
  const bool is_shown = !cpp_face || cpp_face->is_shown(task);
  return is_shown || !task.parent ? here().handle : processor_of(*task.parent);
}

}  // namespace palatine::legion
