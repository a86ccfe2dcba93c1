// Index launches: all points in one allocation, analysed together where the points follow a partition.
//
// Points that depend on nothing, or only on what all points depend on, are queued as one strip. The worker
// that runs a strip gives the upper half of what is left away whenever its own queue is empty, so that others
// find something to steal; so the cost of queueing is paid a few times for each strip and not for each point.
#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <string>

#include "runtime/legion/barrier.h"
#include "runtime/legion/context.h"
#include "runtime/legion/list.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

namespace {

constexpr uint32_t kPointEdges = 2;

size_t aligned(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

// Consecutive tasks of a batch that are ready.
struct Strip : realm::Work {
  Batch* batch;
  uint64_t begin, end;

  static Strip* create(Batch& batch, uint64_t begin, uint64_t end) {
    Strip* strip = new (realm::allocate_block(sizeof(Strip))) Strip;
    strip->run = &Strip::run_tasks;
    strip->batch = &batch;
    strip->begin = begin;
    strip->end = end;
    return strip;
  }

  static void run_tasks(realm::Work& work, realm::Worker& worker) {
    Strip& strip = static_cast<Strip&>(work);
    Batch& batch = *strip.batch;
    uint64_t begin = strip.begin, end = strip.end;
    realm::free_block(&strip, sizeof(Strip));
    realm::Scheduler& scheduler = worker.scheduler();
    bool shares = scheduler.worker_count() > 1;
    while (begin < end) {
      if (shares && end - begin > 1 && worker.queue_looks_empty()) {
        uint64_t middle = begin + (end - begin) / 2;
        scheduler.submit(*create(batch, middle, end));
        end = middle;
      }
      // The batch is freed with its last task: nothing of it is touched after that.
      Task& task = batch.task(begin++);
      task.execute(worker);
    }
  }
};

// Queues a whole batch when what all its points depend on is done.
struct Gate final : Operation {
  Gate(realm::Scheduler& scheduler, Batch& all_points)
      : Operation(scheduler, &Gate::open, edge_room, 4), batch(all_points) {}
  Batch& batch;
  Edge edge_room[4];

  static void open(realm::Work& work, realm::Worker& worker) {
    Gate& gate = static_cast<Gate&>(static_cast<Operation&>(work));
    Batch& batch = gate.batch;
    gate.done.trigger();
    gate.~Gate();
    realm::free_block(&gate, sizeof(Gate));
    Strip* strip = Strip::create(batch, 0, batch.task_count());
    Strip::run_tasks(*strip, worker);
  }
};

}  // namespace

// What `api::IndexLauncher::batch_` points to.
struct IndexLaunch {
  ContextImpl& context;
  const api::IndexLaunchSiteDesc& site;
  const TaskInfo& info;
  uint64_t capacity;
  char* block;
  size_t block_bytes;
  char* args;
  size_t args_stride;
  std::vector<api::FutureArg> futures;
  // By the fields of the trees; all points have the same, see ContextImpl::accesses_of.
  ContextImpl::Accesses accesses = {};
  std::vector<TaskInfo::Access> access_room = {};

  static void* operator new(size_t size_bytes) { return realm::allocate_block(size_bytes); }
  static void operator delete(void* place) { realm::free_block(place, sizeof(IndexLaunch)); }

  // What the results are folded into: a value, or a future of it.
  api::Future issue(uint64_t count, const void* initial, api::FutureState* later = nullptr);

 private:
  // How one access of the launch's task follows from the points.
  struct Shape {
    const TaskInfo::Access* access;
    api::Projection projection;
    // Of `identity`: point k uses colour first + k. Null when the points do not follow a partition like that.
    Partition* partition = nullptr;
    uint64_t first = 0;
    RootRegion* root = nullptr;  // null when points may use several
  };
  using Shapes = SmallVector<Shape, 4>;
  void find_shapes(uint64_t count, Shapes& result);
  static bool may_interfere(const Shape& a, const Shape& b);
  // Ends the program when two points of a demanded launch use one subregion, and one of them writes.
  void refuse_interference(uint64_t count);
  bool uses_a_piece_twice(const TaskInfo::Access& a, const TaskInfo::Access& b, uint64_t count);
  // Of the points; see grain.h.
  uint32_t grain_shift(uint64_t count, bool is_ordered) const;
  // Whether the accesses follow from the arguments alone.
  bool is_direct() const { return accesses.data() == info.accesses.data(); }
  // Null when lanes cannot run what is launched here.
  std::shared_ptr<const RecordedLaunch> recorded_for_lanes(const Batch& batch) const;
  Use use_of_point(const TaskInfo::Access& access, uint64_t k) {
    return context.use_of(access, args + k * args_stride, site.loc);
  }
};

void IndexLaunch::find_shapes(uint64_t count, Shapes& result) {
  for (const TaskInfo::Access& access : accesses) {
    Shape shape{&access, site.projections[access.param]};
    Region& region = *use_of_point(access, 0).region;
    if (shape.projection == api::Projection::invariant_region) shape.root = region.root;
    if (shape.projection == api::Projection::identity && region.parent) {
      shape.root = region.root;
      shape.partition = region.parent;
      shape.first = region.color;
      for (uint64_t k = 1; k < count; ++k) {
        Region& next = *use_of_point(access, k).region;
        if (next.parent != shape.partition || next.color != shape.first + k) {
          shape.partition = nullptr;
          shape.root = nullptr;
          break;
        }
      }
    }
    result.push_back(shape);
  }
}

// Whether different points may conflict through two accesses.
bool IndexLaunch::may_interfere(const Shape& a, const Shape& b) {
  if (a.access->group != b.access->group || !(a.access->mask & b.access->mask)) return false;
  if (!a.access->is_write && !b.access->is_write) return false;
  if (a.access->is_shared && b.access->is_shared) return false;
  if (a.root && b.root && a.root != b.root) return false;
  return !(a.partition && a.partition == b.partition && a.first == b.first && a.partition->is_disjoint);
}

// The subregion of `partition` that a region is or lies in; null when there is none.
static Region* piece_of(Region& region, const Partition* partition) {
  for (Region* r = &region; !r->is_root(); r = r->parent->parent) {
    if (r->parent == partition) return r;
  }
  return nullptr;
}

bool IndexLaunch::uses_a_piece_twice(const TaskInfo::Access& a, const TaskInfo::Access& b, uint64_t count) {
  // The partition that both go through; `b`'s regions may lie deeper than `a`'s, or the other way.
  const Partition* partition = use_of_point(a, 0).region->parent;
  if (!partition || !piece_of(*use_of_point(b, 0).region, partition)) {
    partition = use_of_point(b, 0).region->parent;
    if (!partition || !piece_of(*use_of_point(a, 0).region, partition)) return false;
  }
  auto pieces = [&](const TaskInfo::Access& access) {
    std::vector<Region*> result;
    for (uint64_t k = 0; k < count; ++k) {
      if (Region* piece = piece_of(*use_of_point(access, k).region, partition)) result.push_back(piece);
    }
    std::sort(result.begin(), result.end());
    return result;
  };
  std::vector<Region*> first = pieces(a);
  if (&a == &b) return std::adjacent_find(first.begin(), first.end()) != first.end();
  std::vector<Region*> second = pieces(b), both;
  std::set_intersection(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(both));
  return !both.empty();
}

void IndexLaunch::refuse_interference(uint64_t count) {
  for (const TaskInfo::Access& later : accesses) {
    for (const TaskInfo::Access& earlier : accesses) {
      if (&earlier > &later || earlier.group != later.group || !(earlier.mask & later.mask)) continue;
      if (!earlier.is_write && !later.is_write) continue;
      if (!uses_a_piece_twice(earlier, later, count)) continue;
      std::string message =
          "loop optimization failed: argument " + std::to_string(later.param + 1) + " interferes with " +
          (earlier.param == later.param ? "itself" : "argument " + std::to_string(earlier.param + 1));
      api::runtime_error(message.c_str(), site.loop);
    }
  }
}

uint32_t IndexLaunch::grain_shift(uint64_t count, bool is_ordered) const {
  // Points that wait for each other, or go to processors of their own, stay alone.
  if (is_ordered || !info.desc->is_leaf || (info.runs_on_gpu && context.runtime().gpus) || info.has_lists ||
      info.desc->await_count > 0 || info.desc->arrive_count > 0 || context.runtime().mapper ||
      context.is_in_epoch())
    return 0;
  for (const TaskInfo::Access& access : accesses) {
    if (access.is_shared) return 0;
  }
  const Runtime& runtime = context.runtime();
  if (runtime.options.grain) return static_cast<uint32_t>(std::countr_zero(runtime.options.grain));
  return context.dependences().grain_shift(info.grain.shift(count, runtime.scheduler.worker_count()), count);
}

std::shared_ptr<const RecordedLaunch> IndexLaunch::recorded_for_lanes(const Batch& batch) const {
  const api::TaskDesc& desc = *info.desc;
  const Runtime& runtime = context.runtime();
  const bool is_plain = desc.is_leaf && desc.result_size_bytes == 0 && !site.fold && futures.empty() &&
                        !info.has_lists && desc.await_count == 0 && desc.arrive_count == 0;
  if (!is_plain || !is_direct() || runtime.gpus || !context.is_undisturbed()) return nullptr;
  if (runtime.mapper && !context.dependences().is_mapped_anywhere(batch.all, info)) return nullptr;
  auto launch = std::make_shared<RecordedLaunch>();
  launch->info = &info;
  launch->count = batch.count;
  launch->maps_once = batch.maps_once;
  for (const TaskInfo::Access& access : accesses) {
    if (access.is_shared) return nullptr;
    if (std::find(launch->offsets.begin(), launch->offsets.end(), access.offset) == launch->offsets.end())
      launch->offsets.push_back(access.offset);
  }
  for (uint64_t k = 0; k < batch.count; ++k) {
    for (uint32_t offset : launch->offsets) {
      static_assert(sizeof(api::Region) == sizeof(uint64_t));
      memcpy(&launch->regions.emplace_back(), args + k * args_stride + offset, sizeof(uint64_t));
    }
  }
  return launch;
}

api::Future IndexLaunch::issue(uint64_t count, const void* initial, api::FutureState* later) {
  const api::TaskDesc& desc = *info.desc;
  api::FutureState* folded = nullptr;
  if (site.fold) {
    folded = api::FutureState::create(desc.result_size_bytes, realm::Event());
    if (initial) memcpy(folded->value(), initial, desc.result_size_bytes);
  }
  api::Future result = folded ? api::Future(folded) : api::Future();
  if (count == 0) {
    realm::free_block(block, block_bytes);
    return result;
  }
  if (TraceGraphs* graphs = context.graphs(); graphs && graphs->is_open()) [[unlikely]] {
    if (!later && graphs->collect(context, site, count, args, args_stride, futures)) {
      realm::free_block(block, block_bytes);
      return result;
    }
    graphs->leave(context);
  }
  context.throttle();
  accesses = context.accesses_of(info, args, site.loc, access_room);
  if (site.needs_dynamic_check && site.is_demanded) refuse_interference(count);

  for (const api::FutureArg& argument : futures) {
    const api::ParamDesc& param = desc.params[argument.param];
    if (param.kind == api::ParamKind::value) continue;
    realm::wait(argument.future->state()->ready);
    for (uint64_t k = 0; k < count; ++k) {
      memcpy(args + k * args_stride + param.offset, argument.future->state()->value(), param.size_bytes);
    }
  }

  Batch& batch = *new (block) Batch;
  batch.parent = &context.task();
  batch.count = count;
  Shapes all_shapes;
  find_shapes(count, all_shapes);
  bool is_ordered = false;
  for (size_t a = 0; a < all_shapes.size(); ++a) {
    for (size_t b = a; b < all_shapes.size(); ++b) {
      is_ordered = is_ordered || may_interfere(all_shapes[a], all_shapes[b]);
    }
  }
  batch.maps_once = is_direct() && std::ranges::all_of(all_shapes, [](const Shape& s) { return s.root; });
  batch.grain_shift = grain_shift(count, is_ordered);
  const uint64_t task_count = batch.task_count();
  batch.remaining.store(task_count, std::memory_order_relaxed);
  batch.block_bytes = block_bytes;
  batch.task_stride = aligned(sizeof(Task) + kPointEdges * sizeof(Operation::Edge), 16);
  batch.tasks = block + aligned(sizeof(Batch), 64);
  batch.result_stride = aligned(desc.result_size_bytes, 16);
  batch.args_stride = args_stride;
  batch.results = batch.tasks + capacity * batch.task_stride;
  batch.pending_arguments =
      reinterpret_cast<PendingArgument*>(batch.results + capacity * batch.result_stride);
  batch.pending_argument_count = 0;
  batch.fold = site.fold;
  batch.future = folded;
  batch.initial = later;
  if (later) later->add_reference();
  batch.all = realm::UserEvent::create();
  realm::Event all = batch.all;
  if (folded) {
    folded->ready = all;
    folded->add_reference();
  }

  bool points_differ = false;
  // What all points wait for.
  SmallVector<realm::Event, 8> common;
  common.push_back(context.fence());
  for (const api::FutureArg& argument : futures) {
    const api::ParamDesc& param = desc.params[argument.param];
    if (param.kind != api::ParamKind::value) continue;
    api::FutureState* future = argument.future->state();
    future->add_reference();
    batch.pending_arguments[batch.pending_argument_count++] = {param.offset, param.size_bytes, future};
    common.push_back(future->ready);
  }

  PointEvents* events = new PointEvents;
  events->references = 1;
  events->grain_shift = batch.grain_shift;
  events->count = count;
  events->all = all;
  events->grains.reserve(task_count);
  const uint32_t first_sequence = context.next_sequence(count);
  for (uint64_t t = 0; t < task_count; ++t) {
    const uint64_t k = t << batch.grain_shift;
    char* place = batch.tasks + t * batch.task_stride;
    Task* task =
        new (place) Task(info, reinterpret_cast<Operation::Edge*>(place + sizeof(Task)), kPointEdges);
    task->parent = batch.parent;
    task->batch = &batch;
    task->args = args + k * args_stride;
    task->result = batch.results + k * batch.result_stride;
    task->pending_arguments = batch.pending_arguments;
    task->pending_argument_count = batch.pending_argument_count;
    task->launch_line = site.loc.line;
    if (info.has_lists) task->lists = take_list_arguments(desc, task->args);
    task->sequence = first_sequence + static_cast<uint32_t>(k);
    task->point_count = static_cast<uint32_t>(std::min(count - k, uint64_t{1} << batch.grain_shift));
    events->grains.push_back(task->done);
  }
  // Another one each time, where it may lead to something.
  if (desc.is_leaf && count >= 4 * static_cast<uint64_t>(context.runtime().scheduler.worker_count()))
    batch.task(first_sequence / count % task_count).is_measured = true;

  // A launch waits with each point and arrives as a whole.
  for (uint64_t t = 0; desc.await_count > 0 && t < task_count; ++t)
    points_differ = add_awaits(batch.task(t), {}) || points_differ;
  if (desc.arrive_count > 0) {
    std::vector<api::PhaseBarrier> arrivals;
    for (uint64_t t = 0; t < task_count; ++t) collect_arrivals(batch.task(t), arrivals);
    for (api::PhaseBarrier barrier : arrivals)
      arrive_after(context.runtime().barriers, barrier, all, {desc.name, desc.loc});
  }
  Analysis& analysis = context.dependences();
  bool blocks = false;
  auto reserve = [&](const Use& use) {
    if (desc.is_inner) return;
    realm::Event counted = context.reserve(use, desc.name, desc.loc);
    if (counted.exists()) common.push_back(counted);
  };
  auto add_point = [&](const Shape& shape, uint64_t k) {
    Task& task = batch.task(k >> batch.grain_shift);
    Use use = use_of_point(*shape.access, k);
    analysis.add_point(use, *events, k, [&](realm::Event event) {
      points_differ = true;
      task.add_dependence(event);
    });
    reserve(use);
    blocks = blocks || context.conflicts_with_mapped(use);
  };
  if (is_ordered) {
    // In the order of a loop: a point finds the points before it like any other operation.
    for (uint64_t k = 0; k < count; ++k) {
      for (const Shape& shape : all_shapes) add_point(shape, k);
    }
  } else {
    for (const Shape& shape : all_shapes) {
      Use use = use_of_point(*shape.access, 0);
      if (shape.partition) {
        use.region = shape.partition->parent;
        reserve(use);
        analysis.add_points(
            *shape.partition, shape.first, use, *events, [&](realm::Event event) { common.push_back(event); },
            [&](uint64_t grain, realm::Event event) {
              if (event == batch.task(grain).done) return;
              points_differ = true;
              batch.task(grain).add_dependence(event);
            });
        blocks = blocks || context.conflicts_with_mapped(use);
      } else if (shape.projection == api::Projection::invariant_region) {
        analysis.add_all(use, *events, [&](realm::Event event) { common.push_back(event); });
        reserve(use);
        blocks = blocks || context.conflicts_with_mapped(use);
      } else {
        for (uint64_t k = 0; k < count; ++k) add_point(shape, k);
      }
    }
  }
  if (analysis.wants_launch(all) && !is_ordered && !blocks) {
    if (auto recorded = recorded_for_lanes(batch)) analysis.note_launch(std::move(recorded));
  }
  if (context.runtime().gpus && !later) [[unlikely]]
    context.graphs()->note(context, all, site, count, args, args_stride, futures);
  common.remove_if([&](realm::Event event) { return event == all || event.has_triggered(); });
  if (schedule_log) [[unlikely]]
    schedule_log->merged(all, events->grains.data(), task_count);
  if (--events->references == 0) delete events;

  auto log_points = [&](realm::Event also) {
    for (uint64_t t = 0; t < task_count; ++t) context.log_launch(batch.task(t), site.loc, also);
  };
  context.add_live(all);
  context.task().add_children(count);
  realm::Scheduler& scheduler = context.runtime().scheduler;
  if (LaunchMapper* mapper = context.runtime().mapper) {
    const Shape* followed = nullptr;
    for (const Shape& shape : all_shapes) {
      if (shape.partition && !followed) followed = &shape;
    }
    const bool is_asked = mapper->points(context, batch, followed ? followed->partition : nullptr,
                                         followed ? followed->first : 0);
    // Each point goes its own way.
    points_differ = points_differ || is_asked;
  }
  if (!points_differ && common.empty()) {
    if (schedule_log) [[unlikely]]
      log_points(realm::Event::none());
    scheduler.submit(*Strip::create(batch, 0, task_count));
  } else if (!points_differ) {
    Gate* gate = new (realm::allocate_block(sizeof(Gate))) Gate(scheduler, batch);
    for (realm::Event event : common) gate->add_dependence(event);
    if (schedule_log) [[unlikely]] {
      schedule_log->merged(gate->done, *gate);
      log_points(gate->done);
    }
    if (gate->finish_analysis()) scheduler.submit(*gate);
  } else {
    // The batch may end as soon as its last task is released.
    char* tasks = batch.tasks;
    size_t stride = batch.task_stride;
    for (uint64_t t = 0; t < task_count; ++t) {
      Task& task = *reinterpret_cast<Task*>(tasks + t * stride);
      for (realm::Event event : common) task.add_dependence(event);
      if (schedule_log) [[unlikely]]
        context.log_launch(task, site.loc);
      if (task.finish_analysis()) task.scheduler().submit(task);
    }
  }
  if (blocks) context.wait_blocking(all);
  return result;
}

}  // namespace palatine::legion

namespace palatine::api {

using legion::IndexLaunch;

namespace {

// The launch whose points go to lanes is marked by a bit of its address.
constexpr uintptr_t kInLanes = 1;

size_t aligned(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

size_t args_alignment(const TaskDesc& desc) {
  return desc.args_align_bytes > 16 ? desc.args_align_bytes : 16;
}

IndexLaunch* make_launch(legion::ContextImpl& context, const IndexLaunchSiteDesc& site, uint64_t point_count,
                         size_t stride_bytes) {
  const TaskDesc& desc = *site.task;
  const size_t alignment = args_alignment(desc);
  const size_t task_stride =
      aligned(sizeof(legion::Task) + legion::kPointEdges * sizeof(legion::Operation::Edge), 16);
  const size_t args_at = aligned(sizeof(legion::Batch), 64) +
                         point_count * (task_stride + aligned(desc.result_size_bytes, 16)) +
                         desc.param_count * sizeof(legion::PendingArgument);
  const size_t block_bytes = args_at + alignment + point_count * stride_bytes;
  char* block = static_cast<char*>(realm::allocate_block(block_bytes));
  char* args = reinterpret_cast<char*>(aligned(reinterpret_cast<size_t>(block + args_at), alignment));
  return new IndexLaunch{context,      site, context.task_info(desc), point_count, block, block_bytes, args,
                         stride_bytes, {}};
}

legion::Lanes& lanes_of(void* batch) {
  return *reinterpret_cast<legion::Lanes*>(reinterpret_cast<uintptr_t>(batch) - kInLanes);
}

bool is_in_lanes(void* batch) {
  return reinterpret_cast<uintptr_t>(batch) & kInLanes;
}

// Whether all regions among the task's arguments are among those that the launch has recorded.
bool has_all_regions(const legion::RecordedLaunch& launch) {
  const TaskDesc& desc = *launch.info->desc;
  return std::all_of(desc.params, desc.params + desc.param_count, [&](const ParamDesc& param) {
    return param.kind != ParamKind::region ||
           std::find(launch.offsets.begin(), launch.offsets.end(), param.offset) != launch.offsets.end();
  });
}

// Issues the launch in the lanes, when it is what was recorded.
bool issue_in_lanes(legion::Lanes& lanes, const char* next_args) {
  const legion::Lanes::Call& call = lanes.call;
  legion::ContextImpl& context = *call.context;
  legion::Analysis& analysis = context.dependences();
  const legion::RecordedLaunch& launch = *call.step->launch;
  legion::Lanes::Record& record = *call.record;
  const bool has_equal_args = record.args_stride == 0;
  const bool is_same = analysis.lanes() == &lanes &&
                       analysis.lane_step(*call.site, launch.count) == call.step &&
                       context.is_undisturbed() &&
                       (has_equal_args || (next_args == record.args + launch.count * record.args_stride &&
                                           launch.has_regions(record.args, record.args_stride)));
  if (!is_same) return false;
  if (!call.sources.empty() && has_all_regions(launch))
    analysis.sources_of(*call.step).assign(call.sources.begin(), call.sources.end());
  record.loc = call.site->loc;
  record.first_sequence = context.next_sequence(launch.count);
  analysis.issue_to_lanes(*call.step, record);
  return true;
}

// An operation for each point, after all.
IndexLaunch* leave_lanes(legion::Lanes& lanes, size_t stride_bytes) {
  const legion::Lanes::Call& call = lanes.call;
  const legion::Lanes::Record& record = *call.record;
  const legion::RecordedLaunch& launch = *call.step->launch;
  IndexLaunch* made = make_launch(*call.context, *call.site, launch.count, stride_bytes);
  if (record.args_stride == 0) {
    for (uint64_t k = 0; k < launch.count; ++k) {
      char* const args = made->args + k * stride_bytes;
      memcpy(args, record.args, launch.info->desc->args_size_bytes);
      launch.write_regions(k, args);
    }
  } else {
    memcpy(made->args, record.args, launch.count * stride_bytes);
  }
  lanes.give_back();
  return made;
}

}  // namespace

IndexLauncher::IndexLauncher(Context& context, const IndexLaunchSiteDesc& site, uint64_t point_count) {
  legion::ContextImpl& impl = legion::ContextImpl::of(context);
  const TaskDesc& desc = *site.task;
  stride_bytes_ = aligned(desc.args_size_bytes ? desc.args_size_bytes : 1, args_alignment(desc));
  if (impl.has_lanes()) {
    if (const legion::LaneStep* step = impl.dependences().lane_step(site, point_count)) {
      legion::Lanes& lanes = *impl.dependences().lanes();
      if (legion::Lanes::Record* record =
              lanes.next_record(point_count, stride_bytes_, args_alignment(desc))) {
        lanes.call.begin(impl, site, *step, *record);
        batch_ = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(&lanes) + kInLanes);
        next_ = record->args - stride_bytes_;
        return;
      }
    }
  }
  IndexLaunch* launch = make_launch(impl, site, point_count, stride_bytes_);
  batch_ = launch;
  next_ = launch->args - stride_bytes_;
}

void* IndexLauncher::equal_args(const Source* sources, uint32_t source_count) {
  if (!is_in_lanes(batch_)) return nullptr;
  legion::Lanes::Call& call = lanes_of(batch_).call;
  const legion::Lanes::Sources& known = call.context->dependences().sources_of(*call.step);
  // How regions follow from the sources is the site's.
  const uint64_t site = reinterpret_cast<uintptr_t>(call.site);
  const bool are_known = !known.empty() && known.data()[0] == site &&
                         std::equal(known.begin() + 1, known.end(), sources, sources + source_count,
                                    [](uint64_t word, const Source& source) { return word == source.word; });
  if (!are_known) {
    call.sources.push_back(site);
    for (uint32_t k = 0; k < source_count; ++k) call.sources.push_back(sources[k].word);
    return nullptr;
  }
  legion::Lanes::Record& record = *call.record;
  record.args_stride = 0;
  // As if all points had been asked for.
  next_ += call.step->launch->count * stride_bytes_;
  return record.args;
}

void* IndexLauncher::leave_lanes() {
  if (!is_in_lanes(batch_)) return batch_;
  legion::Lanes& lanes = lanes_of(batch_);
  const ptrdiff_t filled = next_ - lanes.call.record->args;
  IndexLaunch* launch = api::leave_lanes(lanes, stride_bytes_);
  batch_ = launch;
  next_ = launch->args + filled;
  return launch;
}

IndexLauncher::~IndexLauncher() {
  if (is_in_lanes(batch_)) {
    lanes_of(batch_).give_back();
  } else if (auto* launch = static_cast<IndexLaunch*>(batch_)) {
    realm::free_block(launch->block, launch->block_bytes);
    delete launch;
  }
}

void IndexLauncher::add_future(const FutureArg& future) {
  auto& launch = *static_cast<IndexLaunch*>(leave_lanes());
  launch.futures.push_back(future);
}

Future IndexLauncher::issue(const void* initial) {
  if (is_in_lanes(batch_) && issue_in_lanes(lanes_of(batch_), next_ + stride_bytes_)) {
    batch_ = nullptr;
    return Future();
  }
  auto* launch = static_cast<IndexLaunch*>(leave_lanes());
  batch_ = nullptr;
  // Points that were asked for.
  uint64_t count = static_cast<uint64_t>(next_ + stride_bytes_ - launch->args) / stride_bytes_;
  Future result = launch->issue(count, initial);
  delete launch;
  return result;
}

Future IndexLauncher::issue_from(const Future& initial) {
  FutureState* state = initial.state();
  if (state->ready.has_triggered()) return issue(state->value());
  auto* launch = static_cast<IndexLaunch*>(leave_lanes());
  // Without points the result is the initial value.
  if (next_ + stride_bytes_ == launch->args) return initial;
  batch_ = nullptr;
  const uint64_t count = static_cast<uint64_t>(next_ + stride_bytes_ - launch->args) / stride_bytes_;
  Future result = launch->issue(count, nullptr, state);
  delete launch;
  return result;
}

}  // namespace palatine::api
