#include "runtime/legion/task.h"

#include <chrono>
#include <cstring>
#include <thread>

#include "runtime/legion/context.h"
#include "runtime/legion/lane_plan.h"
#include "runtime/legion/points_at_hand.h"
#include "runtime/legion/run_after.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

Task::Task(const TaskInfo& task_info, Edge* edges, uint32_t edge_capacity)
    : Operation(
          task_info.runtime->scheduler,
          [](realm::Work& work, realm::Worker& worker) {
            static_cast<Task&>(static_cast<Operation&>(work)).execute(worker);
          },
          edges, edge_capacity),
      info(task_info) {}

Task* Task::running() {
  const realm::Worker* worker = realm::Worker::current();
  return worker ? static_cast<Task*>(const_cast<void*>(worker->note)) : nullptr;
}

// Resolves future arguments and calls the body.
void Task::run_body(bool is_mapped) {
  realm::Worker::current()->note = this;
  for (uint32_t k = 0; k < pending_argument_count; ++k) {
    const PendingArgument& argument = pending_arguments[k];
    memcpy(args + argument.offset, argument.future->value(), argument.size_bytes);
    if (!batch) argument.future->drop_reference();
  }
  ContextImpl context(*this);
  if (!info.desc->is_leaf) context_ = &context;
  if (gpu) [[unlikely]] {
    info.desc->gpu_body(context, args, result);
    return;
  }
  if (!is_mapped) context.map_parameters();
  info.desc->body(context, args, result);
}

// Of a leaf.
void Task::run_points() {
  const Grain::Clock::time_point start = is_measured ? Grain::Clock::now() : Grain::Clock::time_point();
  run_body();
  for (uint32_t k = 1; k < point_count; ++k) {
    args += batch->args_stride;
    result = static_cast<char*>(result) + batch->result_stride;
    ++sequence;
    run_body(batch->maps_once);
  }
  if (is_measured) (batch ? info.grain : info.single).note(Grain::Clock::now() - start, point_count);
}

void Task::run_block(const Block& block) {
  realm::Worker::current()->note = this;
  args = block.args;
  sequence = block.first_sequence;
  for (uint64_t k = 0; k < block.count;) {
    ContextImpl context(*this);
    do {
      if (block.args_stride == 0) block.launch.write_regions(block.first + k, args);
      if (block.at_hand) {
        context.take_at_hand(block.at_hand + k * block.at_hand_per_point, block.at_hand_per_point);
      } else if (k == 0 || !block.launch.maps_once) {
        context.map_parameters();
      }
      info.desc->body(context, args, result);
      ++k, args += block.args_stride, ++sequence;
    } while (k < block.count && context.is_unused());
  }
}

void Task::execute(realm::Worker& worker) {
  if (GpuFace* gpus = info.runtime->gpus.get()) [[unlikely]] {
    if (!gpus->begin(*this, worker)) return;
  }
  if (schedule_log) [[unlikely]]
    schedule_log->started(done);
  if (info.desc->is_leaf) {
    run_points();
    worker.note = nullptr;
    worker.begin_finish();
    complete(this);
    worker.end_finish();
    return;
  }
  realm::Fiber& fiber =
      realm::Fiber::acquire([](void* task) { static_cast<Task*>(task)->run_body(); },
                            [](void* task, realm::Worker&) { static_cast<Task*>(task)->body_done(); }, this);
  worker.run_fiber(fiber);
}

bool Task::register_wait(realm::Fiber& fiber, void* argument) {
  Task& task = *static_cast<Task*>(argument);
  task.waiting_ = &fiber;
  uint32_t waited = task.waited_count_;
  uint64_t wait = kWaits | uint64_t{waited} << 32;
  // Release: the child that wakes the task sees `waiting_`. Acquire: if nobody is waited for, their work is
  // seen. After the addition the task may already run elsewhere.
  uint64_t before = task.children_.fetch_add(wait, std::memory_order_acq_rel);
  return static_cast<uint32_t>(before) > waited;
}

void Task::wait_for_children(uint32_t count) {
  count_children();
  waited_count_ = kBody + count;
  // Acquire: what the children did is seen.
  if (static_cast<uint32_t>(children_.load(std::memory_order_acquire)) > waited_count_) {
    realm::Worker* worker = realm::Worker::current();
    if (!worker) {
      // A thread of the program that is the task (cpp/implicit_task.cpp): nobody could wake it.
      while (static_cast<uint32_t>(children_.load(std::memory_order_acquire)) > waited_count_)
        std::this_thread::sleep_for(std::chrono::microseconds(50));
      may_be_outstanding_ = count;
      return;
    }
    if (!worker->fiber()) {
      realm::internal_error("leaf task `%s` waits for sub-tasks", info.desc->name);
    }
    worker->fiber()->park(&register_wait, this);
    children_.fetch_sub(kWaits | uint64_t{waited_count_} << 32, std::memory_order_acquire);
    realm::Worker::current()->note = this;
  }
  may_be_outstanding_ = count;
}

void Task::throttle(uint32_t limit, uint32_t wait_until) {
  if (may_be_outstanding_ < limit) return;
  count_children();
  may_be_outstanding_ = static_cast<uint32_t>(children_.load(std::memory_order_relaxed)) - kBody;
  if (may_be_outstanding_ >= limit) wait_for_children(wait_until);
}

void Task::body_done() {
  // Children that were not added yet are not subtracted: what remains is their number.
  child_done(this, kBody - uncounted_);
}

void Task::child_done(Task* parent, uint64_t count) {
  if (!parent) return;
  // Release: whoever completes or wakes the parent sees the child's work; acquire: that one sees all of it.
  uint64_t before = parent->children_.fetch_sub(count, std::memory_order_acq_rel);
  uint32_t old_count = static_cast<uint32_t>(before);
  uint32_t new_count = old_count - static_cast<uint32_t>(count);
  if (before & kWaits) {
    uint32_t waited = static_cast<uint32_t>(before >> 32) & ~(1u << 31);
    if (old_count > waited && new_count <= waited) parent->scheduler().submit(parent->waiting_->work());
    return;
  }
  if (new_count == 0) complete(parent);
}

void Task::complete(Task* task) {
  if (schedule_log) [[unlikely]]
    schedule_log->ended(task->done);
  Task* parent = task->parent;
  if (Batch* batch = task->batch) {
    realm::UserEvent done = task->done;
    done.trigger();
    if (batch->remaining.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      realm::Event initial = batch->initial ? batch->initial->ready : realm::Event();
      run_after(initial, [batch] { batch->finish(); });
    }
    return;
  }
  realm::UserEvent done = task->done;
  api::FutureState* future = task->future;
  // The main task ends the program, also when a mapper sent it to threads of its own.
  Runtime* runtime = task->info.runtime;
  realm::Scheduler* workers = parent ? nullptr : &runtime->scheduler;
  size_t block_bytes = task->block_bytes;
  task->~Task();
  realm::free_block(task, block_bytes);
  done.trigger();
  if (future) future->drop_reference();
  if (parent) {
    child_done(parent, 1);
  } else if (GpuFace* gpus = runtime->gpus.get()) {
    run_after(gpus->quiet(), [workers] { workers->stop(); });
  } else {
    workers->stop();
  }
}

void Batch::finish() {
  if (initial) {
    memcpy(future->value(), initial->value(), future->size_bytes);
    initial->drop_reference();
  }
  Task* const launcher = parent;
  const uint64_t point_count = count;
  if (future) {
    for (uint64_t k = 0; k < count; ++k) fold(future->value(), results + k * result_stride);
  }
  if (auto destroy = task(0).info.desc->destroy_result) {
    for (uint64_t k = 0; k < count; ++k) destroy(results + k * result_stride);
  }
  realm::UserEvent all_done = all;
  api::FutureState* folded = future;
  for (uint32_t k = 0; k < pending_argument_count; ++k) pending_arguments[k].future->drop_reference();
  for (uint64_t k = 0; k < task_count(); ++k) task(k).~Task();
  realm::free_block(this, block_bytes);
  all_done.trigger();
  if (folded) folded->drop_reference();
  Task::child_done(launcher, point_count);
}

}  // namespace palatine::legion
