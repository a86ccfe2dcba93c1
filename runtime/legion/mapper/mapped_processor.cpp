#include "runtime/legion/mapper/mapped_processor.h"

#include "runtime/legion/crash.h"
#include "runtime/legion/task.h"

namespace palatine::legion {

MappedProcessor::MappedProcessor(Realm::Processor processor, realm::Scheduler& runs_on)
    : handle(processor), kind(processor.kind()), scheduler(runs_on) {
  run = &MappedProcessor::run_next;
}

void MappedProcessor::push(Task& task, int priority) {
  load_.fetch_add(1, std::memory_order_relaxed);
  {
    std::lock_guard lock(mutex_);
    queue_.push({priority, next_number_++, &task});
    if (is_active_) return;
    is_active_ = true;
  }
  scheduler.submit(*this);
}

void MappedProcessor::run_next(realm::Work& work, realm::Worker& worker) {
  auto& self = static_cast<MappedProcessor&>(work);
  Task* task;
  {
    std::lock_guard lock(self.mutex_);
    task = self.queue_.top().task;
    self.queue_.pop();
  }
  task->execute(worker);
  self.load_.fetch_sub(1, std::memory_order_relaxed);
  {
    std::lock_guard lock(self.mutex_);
    if (self.queue_.empty()) {
      self.is_active_ = false;
      return;
    }
  }
  // Behind other work: parked tasks that may go on must not wait for all that is queued here.
  self.scheduler.submit_last(self);
}

MappedProcessors::MappedProcessors(realm::Scheduler& cpu_workers) {
  Realm::Machine machine = Realm::Machine::get_machine();
  size_t io_count = Realm::Machine::ProcessorQuery(machine).only_kind(Realm::Processor::IO_PROC).count();
  if (io_count > 0) {
    io_workers_ = std::make_unique<realm::Scheduler>(static_cast<int>(io_count));
    io_thread_ = std::thread([this] {
      io_workers_->run([](auto loop) {
        CrashStack stack;
        loop();
      });
    });
  }
  for (Realm::Processor processor : Realm::Machine::ProcessorQuery(machine)) {
    if (processor.kind() == Realm::Processor::LOC_PROC) {
      processors_.push_back(std::make_unique<MappedProcessor>(processor, cpu_workers));
      cpus_.push_back(processors_.back().get());
    } else if (processor.kind() == Realm::Processor::IO_PROC) {
      processors_.push_back(std::make_unique<MappedProcessor>(processor, *io_workers_));
    }
  }
}

MappedProcessors::~MappedProcessors() {
  if (!io_workers_) return;
  io_workers_->stop();
  io_thread_.join();
}

MappedProcessor* MappedProcessors::find(Realm::Processor processor) {
  for (auto& candidate : processors_) {
    if (candidate->handle == processor) return candidate.get();
  }
  return nullptr;
}

}  // namespace palatine::legion
