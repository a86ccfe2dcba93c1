// MapperManager: the way of a launched task until its mapper is asked to map it.
#include <functional>
#include <sstream>

#include "runtime/legion/mapper/cpp_face.h"
#include "runtime/legion/mapper/manager_call.h"
#include "runtime/legion/mapper/mapper_error.h"
#include "runtime/legion/mapper/ready_queue.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

using Legion::Mapping::Mapper;

void MapperManager::hold(MappedTask& record) {
  realm::UserEvent mapped = realm::UserEvent::create();
  record.task->add_dependence(mapped);
  record.hold(mapped);
}

void MapperManager::main_task(Task& task) {
  MappedTask& record = add_record(task, nullptr, nullptr);
  main_record_ = &record;
  MappedProcessor* first = processors_.cpus().front();
  record.description.orig_proc = first->handle;
  record.description.current_proc = first->handle;
  // The main task's mapper calls wait like any others, so they need a task of their own.
  hold(record);
  // It begins when nobody asks about it any more: its own launches are then mapped by itself, in their order.
  realm::UserEvent asked = realm::UserEvent::create();
  task.add_dependence(asked);
  later([this, &record, asked]() mutable {
    select_options(record);
    enqueue(record);
    asked.trigger();
  });
}

bool MapperManager::select_options(MappedTask& record) {
  DescribedTask& description = record.description;
  Legion::Processor asked = description.current_proc;
  Mapper::TaskOptions options;
  options.initial_proc = asked;
  call(description.map_id, asked, "select_task_options", &description,
       [&](Mapper& mapper, MapperCall& context) {
         mapper.select_task_options(&context, description, options);
         if (!options.initial_proc.exists()) options.initial_proc = asked;
         if (!processors_.find(options.initial_proc)) context.reject("the initial processor runs no tasks");
       });
  description.target_proc = options.initial_proc;
  description.current_proc = options.initial_proc;
  description.stealable = options.stealable;
  return options.inline_task;
}

bool MapperManager::task(ContextImpl& context, Task& task) {
  if (cpp_face && !cpp_face->is_shown(task)) return false;
  if (is_memoized(context, task, task.done)) return false;
  MappedTask* parent = shown_record(context.task());
  MappedTask& record = add_record(task, parent, &context.task());
  task.run = &MapperManager::run_mapped;
  finish_when_done(record);
  if (context.is_in_epoch()) {
    hold(record);
    std::lock_guard lock(mutex_);
    epochs_[&context].push_back(&record);
    return false;
  }
  const bool is_inline = select_options(record);
  enqueue(record);
  if (!record.is_mapped()) {
    hold(record);
    return is_inline;
  }
  if (!is_inline) memoize(context, {&record}, task.done);
  return is_inline;
}

void MapperManager::enqueue(MappedTask& record) {
  ReadyQueue* queue;
  {
    std::lock_guard lock(mutex_);
    std::unique_ptr<ReadyQueue>& place = queues_[{record.description.map_id, record.description.target_proc}];
    if (!place) {
      place = std::make_unique<ReadyQueue>();
      place->mapper = record.description.map_id;
      place->processor = record.description.target_proc;
    }
    queue = place.get();
  }
  {
    std::lock_guard lock(queue->mutex);
    queue->ready.push_back(&record);
    // Who is asking the mapper sees the new task.
    if (queue->is_busy) return;
    queue->is_busy = true;
  }
  schedule(*queue);
}

namespace {

// Goes on with a queue when the mapper's event triggers.
struct DeferralWaiter : realm::Waiter {
  std::function<void()> action;
};

}  // namespace

void MapperManager::schedule(ReadyQueue& queue) {
  for (;;) {
    Mapper::SelectMappingInput input;
    std::vector<MappedTask*> ready;
    {
      std::lock_guard lock(queue.mutex);
      if (queue.ready.empty()) {
        queue.is_busy = false;
        return;
      }
      for (MappedTask* record : queue.ready) {
        ready.push_back(record);
        input.ready_tasks.push_back(&record->description);
      }
    }
    std::vector<MappedTask*> chosen;
    std::vector<std::pair<MappedTask*, Legion::Processor>> moved;
    realm::Event deferral;
    call(queue.mapper, queue.processor, "select_tasks_to_map", nullptr,
         [&](Mapper& mapper, MapperCall& context) {
           Mapper::SelectMappingOutput output;
           mapper.select_tasks_to_map(&context, input, output);
           for (MappedTask* record : ready) {
             if (output.map_tasks.count(&record->description)) {
               chosen.push_back(record);
               continue;
             }
             auto place = output.relocate_tasks.find(&record->description);
             if (place == output.relocate_tasks.end()) continue;
             if (!processors_.find(place->second)) {
               context.reject(std::string("task `") + record->description.name +
                              "` is sent to a processor that runs no tasks");
             }
             if (place->second == queue.processor) {
               chosen.push_back(record);
             } else {
               moved.emplace_back(record, place->second);
             }
           }
           if (chosen.empty() && moved.empty()) {
             if (!output.deferral_event.exists()) {
               context.reject("no task is mapped or moved, and there is no event after which to ask again");
             }
             deferral = realm::Event::from_id(output.deferral_event.id());
           }
         });
    {
      std::lock_guard lock(queue.mutex);
      for (MappedTask* record : chosen) queue.ready.remove(record);
      for (auto& entry : moved) queue.ready.remove(entry.first);
    }
    for (MappedTask* record : chosen) map(*record, nullptr);
    for (auto& entry : moved) {
      entry.first->description.target_proc = entry.second;
      entry.first->description.current_proc = entry.second;
      enqueue(*entry.first);
    }
    if (!chosen.empty() || !moved.empty() || deferral.has_triggered()) continue;
    auto* waiter = new DeferralWaiter;
    waiter->fire = [](realm::Waiter& self, bool) {
      auto& deferred = static_cast<DeferralWaiter&>(self);
      deferred.action();
      delete &deferred;
    };
    // Mapping may wait, which who triggers an event must not.
    waiter->action = [this, &queue] { later([this, &queue] { schedule(queue); }); };
    bool is_poisoned;
    if (deferral.subscribe(*waiter, is_poisoned)) return;
    delete waiter;
  }
}

void MapperManager::slice(MapperCall& context, const Legion::Task& task, const Legion::Domain& domain,
                          std::vector<Mapper::TaskSlice>& slices) {
  Mapper::SliceTaskInput input;
  input.domain = domain;
  Mapper::SliceTaskOutput output;
  context.slot.mapper->slice_task(&context, task, input, output);
  uint64_t volume = 0;
  for (const Mapper::TaskSlice& slice : output.slices) {
    if (slice.domain.get_dim() != domain.get_dim())
      context.reject("a slice has another number of dimensions");
    if (!processors_.find(slice.proc)) context.reject("a slice is sent to a processor that runs no tasks");
    volume += slice.domain.get_volume();
    slices.push_back(slice);
  }
  if (volume != domain.get_volume()) {
    context.reject("the slices have " + std::to_string(volume) + " points together, and the launch has " +
                   std::to_string(domain.get_volume()));
  }
}

namespace {

// No slice has a point of the launch, though they have as many points as it has.
[[noreturn]] void reject_slices(const char* task, const std::vector<Mapper::TaskSlice>& slices,
                                uint64_t number, const Legion::DomainPoint& point) {
  for (size_t a = 0; a < slices.size(); ++a) {
    for (size_t b = a + 1; b < slices.size(); ++b) {
      for (Legion::Domain::DomainPointIterator shared(slices[a].domain); shared; ++shared) {
        if (!slices[b].domain.contains(*shared)) continue;
        mapping_error("mapper of task `%s`, call slice_task: two slices have a point of the launch in common",
                      task);
      }
    }
  }
  std::ostringstream text;
  text << point;
  mapping_error("mapper of task `%s`, call slice_task: no slice has point %s (number %llu) of the launch",
                task, text.str().c_str(), static_cast<unsigned long long>(number));
}

}  // namespace

bool MapperManager::points(ContextImpl& context, Batch& batch, Partition* partition, uint64_t first) {
  if (is_memoized(context, batch.task(0), batch.all)) return false;
  MappedTask* parent = shown_record(context.task());
  const api::TaskDesc& desc = *batch.task(0).info.desc;
  // The points are those of the partition's colours, or numbers.
  Box box;
  box.hi[0] = static_cast<int64_t>(batch.count) - 1;
  if (partition && first == 0 && batch.count == partition->color_count) box = partition->colors;
  DescribedTask whole;
  whole.unique_id = next_unique_id_.fetch_add(1, std::memory_order_relaxed);
  if (cpp_face) {
    cpp_face->describe_launch(whole, batch.task(0));
  } else {
    whole.task_id = catalog_.task_of(desc).id;
    whole.is_index_space = true;
    whole.index_domain = to_domain(box);
    whole.slice_domain = whole.index_domain;
    describe(whole, runtime_.forest, batch.task(0));
  }
  const Legion::Domain domain = whole.index_domain;
  if (parent) {
    whole.parent_task = &parent->description;
    whole.depth = parent->description.depth + 1;
    whole.orig_proc = parent->description.current_proc;
    whole.current_proc = parent->description.current_proc;
  }
  for (Legion::RegionRequirement& req : whole.regions) {
    // Programs in C++ say so themselves.
    if (cpp_face) break;
    Region& region = region_of(runtime_.forest, req.region);
    if (partition && region.parent == partition) {
      req.handle_type = LEGION_PARTITION_PROJECTION;
      req.partition = to_handle(*partition);
      req.region = Legion::LogicalRegion();
      req.parent = to_handle(runtime_.forest, *partition->parent);
    }
  }

  std::vector<Mapper::TaskSlice> slices;
  Mapper::TaskOptions options;
  options.initial_proc = whole.current_proc;
  call(whole.map_id, whole.current_proc, "select_task_options", &whole,
       [&](Mapper& mapper, MapperCall& asked) {
         mapper.select_task_options(&asked, whole, options);
         if (!processors_.find(options.initial_proc)) asked.reject("the initial processor runs no tasks");
       });
  whole.target_proc = options.initial_proc;
  whole.stealable = options.stealable;
  if (batch.fold) {
    call(whole.map_id, whole.target_proc, "premap_task", &whole, [&](Mapper& mapper, MapperCall& asked) {
      Mapper::PremapTaskOutput output;
      output.new_target_proc = whole.target_proc;
      mapper.premap_task(&asked, whole, {}, output);
      if (!processors_.find(output.new_target_proc)) asked.reject("the new target processor runs no tasks");
      whole.target_proc = output.new_target_proc;
    });
  }
  call(whole.map_id, whole.target_proc, "slice_task", &whole,
       [&](Mapper&, MapperCall& asked) { slice(asked, whole, domain, slices); });
  for (size_t k = 0, rounds = 0; k < slices.size(); ++k) {
    if (!slices[k].recurse || slices[k].domain.get_volume() <= 1) continue;
    const Mapper::TaskSlice outer = slices[k];
    call(whole.map_id, outer.proc, "slice_task", &whole, [&](Mapper&, MapperCall& asked) {
      if (++rounds > batch.count + 64) asked.reject("slices are cut again and again without end");
      whole.slice_domain = outer.domain;
      std::vector<Mapper::TaskSlice> inner;
      slice(asked, whole, outer.domain, inner);
      slices[k] = inner.front();
      slices.insert(slices.end(), inner.begin() + 1, inner.end());
    });
    --k;
  }

  // Together the slices have as many points as the launch, so that each point is in one if it is in any.
  std::vector<MappedTask*> records;
  size_t at = 0;
  for (uint64_t k = 0; k < batch.count; ++k) {
    Task& task = batch.task(k);
    MappedTask& record = add_record(task, parent, &context.task());
    DescribedTask& description = record.description;
    if (!cpp_face) {
      description.is_index_space = true;
      description.index_domain = domain;
      description.index_point = point_of(box, k);
    }
    description.stealable = options.stealable;
    // Neighbours are mostly in one slice.
    size_t tried = 0;
    while (tried < slices.size() && !slices[at].domain.contains(description.index_point)) {
      at = at + 1 == slices.size() ? 0 : at + 1;
      ++tried;
    }
    if (tried == slices.size()) reject_slices(desc.name, slices, k, description.index_point);
    description.slice_domain = slices[at].domain;
    description.target_proc = slices[at].proc;
    description.current_proc = slices[at].proc;
    task.run = &MapperManager::run_mapped;
    finish_when_done(record);
    records.push_back(&record);
  }
  bool are_mapped = true;
  for (MappedTask* record : records) {
    enqueue(*record);
    if (record->is_mapped()) continue;
    are_mapped = false;
    hold(*record);
  }
  if (are_mapped) memoize(context, records, batch.all);
  return true;
}

}  // namespace palatine::legion
