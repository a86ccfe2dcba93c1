// Index launches.
#include <mutex>

#include "runtime/legion/cpp/argument_map.h"
#include "runtime/legion/cpp/grants.h"
#include "runtime/legion/cpp/launch_shape.h"
#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/task_launch.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {

Domain launch_domain_of(const Domain& domain, IndexSpace space) {
  return domain.exists() ? domain : domain_of(space);
}

// Functional functors override the forms with a launch domain, others those with a Mappable.
template <typename Handle>
LogicalRegion project(ProjectionFunctor& functor, const RegionRequirement& requirement, const Mappable* task,
                      unsigned index, const Handle& upper_bound, const DomainPoint& point,
                      const Domain& domain) {
  if (!functor.is_functional() && task) return functor.project(task, index, upper_bound, point);
  if (requirement.projection_args_size > 0)
    return functor.project(upper_bound, point, domain, requirement.projection_args,
                           requirement.projection_args_size);
  return functor.project(upper_bound, point, domain);
}

void check_projected(const RegionRequirement& requirement, const LogicalRegion& region,
                     const DomainPoint& point, const char* what) {
  if (!region.exists()) {
    realm::fatal_error("error: projection functor %u gives no region for point %s of %s",
                       requirement.projection, text_of(point).c_str(), what);
  }
  const core::Region* top = requirement.handle_type == LEGION_PARTITION_PROJECTION
                                ? partition_of(requirement.partition).parent
                                : &region_of(requirement.region);
  for (const core::Region* r = &region_of(region);; r = r->parent->parent) {
    if (r == top) return;
    if (r->is_root()) break;
  }
  realm::fatal_error(
      "error: projection functor %u gives a region for point %s of %s that does not lie in "
      "its upper bound",
      requirement.projection, text_of(point).c_str(), what);
}

struct Prepared {
  Launch* launch = nullptr;
  Shape* shape = nullptr;
  std::vector<api::Future> futures;
  std::vector<api::PhaseBarrier> barriers;
};

Prepared prepare(TaskContext& context, const KnownLaunch& known, const IndexTaskLauncher& launcher,
                 const Domain& domain, const ReductionOp* fold,
                 const std::vector<OutputRequirement>* outputs) {
  Variant& variant = *known.variant;
  // Only single tasks are inlined.
  if (context.task.variant.registrar.leaf_variant)
    realm::fatal_error("error: task `%s` launches task `%s`, but its variant is registered as a leaf",
                       context.task.get_task_name(), variant.task->name.c_str());
  Prepared prepared;
  LaunchedTask* task = describe(context, known, launcher);
  task->argument.assign(static_cast<const char*>(launcher.global_arg.get_ptr()),
                        launcher.global_arg.get_size());
  task->args = task->argument.data();
  task->arglen = task->argument.size();
  task->is_index_space = true;
  task->concurrent_task = launcher.concurrent;
  task->index_domain = domain;
  auto* launch = new Launch(task);
  prepared.launch = launch;
  launch->is_index = true;
  launch->fold = fold;
  if (launcher.concurrent && domain.get_volume() > 0)
    launch->barrier = Realm::Barrier::create_barrier(static_cast<unsigned>(domain.get_volume()));
  launch->points.open(task->index_domain);
  const size_t volume = launch->points.size();
  launch->points_left = volume;
  launch->outputs = make_output_store(context, task->get_task_name(), outputs, volume);
  const ArgumentMapImpl* map = launcher.argument_map.impl();
  if (map && !map->arguments.empty()) {
    for (size_t k = 0; k < volume; k++) {
      const UntypedBuffer bytes = launcher.argument_map.get_point(launch->points[k]);
      launch->point_arguments.emplace_back(static_cast<const char*>(bytes.get_ptr()), bytes.get_size());
    }
  }
  for (const ArgumentMap& futures : launcher.point_futures) {
    std::vector<Future>& list = launch->point_futures.emplace_back();
    for (size_t k = 0; k < volume; k++) {
      auto found = futures.impl()->arguments.find(launch->points[k]);
      if (found == futures.impl()->arguments.end())
        list.emplace_back();
      else if (found->second.future.exists())
        list.push_back(found->second.future);
      else
        list.push_back(Future::from_untyped_pointer(found->second.bytes.data(), found->second.bytes.size()));
    }
  }
  const auto count = static_cast<unsigned>(task->regions.size());
  const std::string what = std::string("task `") + task->get_task_name() + "`";
  launch->point_regions.reserve(volume * count);
  for (size_t k = 0; k < volume; k++) {
    const DomainPoint point = launch->points[k];
    // What functors see that want the task.
    task->index_point = point;
    for (unsigned r = 0; r < count; r++)
      launch->point_regions.push_back(
          projected_region(task->regions[r], task, r, point, domain, what.c_str()));
  }
  task->index_point = DomainPoint();
  const Asking asking("launches", task->get_task_name(), launcher.provenance);
  if (count > 1) check_interference(task->regions, &launch->point_regions, asking);
  if (context.epochs > 0) {
    for (size_t k = 0; k < volume; k++) {
      const auto first = launch->point_regions.begin() + static_cast<ptrdiff_t>(k * count);
      join_epoch(context, *task, {first, first + count});
    }
  }

  ShapeRequest request;
  request.form = fold ? LaunchForm::fold : LaunchForm::index;
  request.requirements = &task->regions;
  request.is_concurrent = launcher.concurrent || launcher.must_parallelism || context.epochs > 0;
  request.fold_bytes = fold ? fold->sizeof_rhs : 0;
  request.await_count = static_cast<uint16_t>(launcher.wait_barriers.size());
  request.arrive_count = static_cast<uint16_t>(launcher.arrive_barriers.size());
  prepared.futures = wait_list(launcher);
  for (const std::vector<Future>& futures : launch->point_futures) {
    for (api::Future& future : wait_list(futures)) prepared.futures.push_back(std::move(future));
  }
  request.has_futures = !prepared.futures.empty();
  prepared.shape = &shape_of(variant, request);
  for (unsigned r = 0; r < count; r++) note_use(context, task->regions[r], prepared.shape->fields[r], asking);
  prepared.barriers = barrier_list(launcher);
  return prepared;
}

api::Future issue(TaskContext& context, Prepared& prepared, const void* initial) {
  Launch& launch = *prepared.launch;
  const size_t count = launch.description->regions.size(), points = launch.points.size();
  if (points == 0) delete &launch;
  api::IndexLauncher launcher(context.core, prepared.shape->index_site, points);
  for (size_t k = 0; k < points; k++) {
    auto* arguments = new (launcher.point_args()) LaunchArguments{&launch, nullptr, k};
    for (size_t r = 0; r < count; r++)
      arguments->regions()[r] = api::Region{Handle::core_region(launch.point_regions[k * count + r])};
    char* barriers = reinterpret_cast<char*>(arguments);
    for (size_t b = 0; b < prepared.barriers.size(); b++) {
      const uint32_t offset = prepared.shape->params[count + b].offset;
      memcpy(barriers + offset, &prepared.barriers[b], sizeof(api::PhaseBarrier));
    }
  }
  for (const api::Future& future : prepared.futures)
    launcher.add_future({prepared.shape->future_param, &future});
  return launcher.issue(initial);
}

Future future_of(FutureMapImpl& map, size_t point) {
  api::FutureState* state = map.futures.at(point);
  state->add_reference();
  return Future(state);
}

FutureMapImpl* make_map(const Domain& domain) {
  auto* map = new FutureMapImpl;
  map->domain = domain;
  map->points = to_core(domain);
  return map;
}

}  // namespace

LogicalRegion projected_region(const RegionRequirement& requirement, const Mappable* task, unsigned index,
                               const DomainPoint& point, const Domain& domain, const char* what) {
  if (requirement.handle_type == LEGION_SINGULAR_PROJECTION) return requirement.region;
  const bool is_partition = requirement.handle_type == LEGION_PARTITION_PROJECTION;
  if (requirement.projection == 0) {
    if (!is_partition) return requirement.region;
    const core::Partition& partition = partition_of(requirement.partition);
    int64_t c[core::kMaxDim];
    coordinates_of(point, c);
    if (point.dim != partition.colors.dim || !partition.colors.contains_point(c))
      realm::fatal_error("error: %s: %s has no colour %s; its colours are %s", what,
                         name_of(requirement.partition).c_str(), text_of(point).c_str(),
                         text_of(to_domain(partition.colors)).c_str());
    return subregion_handle(requirement.partition, partition.colors.linear_index(c));
  }
  ProjectionFunctor& functor = projection_of(requirement.projection);
  const LogicalRegion region =
      is_partition ? project(functor, requirement, task, index, requirement.partition, point, domain)
                   : project(functor, requirement, task, index, requirement.region, point, domain);
  check_projected(requirement, region, point, what);
  return region;
}

}  // namespace Internal

using namespace Internal;

FutureMap Internal::LaunchCalls::execute_index_space(Context ctx, const IndexTaskLauncher& launcher,
                                                     std::vector<OutputRequirement>* outputs) {
  const KnownLaunch& known = check_launch(*ctx, launcher);
  const Variant& variant = *known.variant;
  const Domain domain = launch_domain_of(launcher.launch_domain, launcher.launch_space);
  FutureMapImpl* map = make_map(domain);
  FutureMap result(map);
  const size_t volume = domain.get_volume();
  if (!happens(launcher.predicate)) {
    const Future value = result_without_launch(launcher);
    map->futures.open(volume);
    for (size_t k = 0; k < volume; k++) {
      value.impl()->add_reference();
      map->futures.set(k, value.impl());
    }
    return result;
  }
  const size_t capacity = variant.result_bytes == kSelfSized ? 0 : variant.result_bytes;
  map->futures.open(volume, capacity, variant.result_bytes != 0);
  const LayoutsAside aside(*ctx);
  Prepared prepared = prepare(*ctx, known, launcher, domain, nullptr, outputs);
  map->add_reference();
  prepared.launch->results = map;
  const std::shared_ptr<OutputStore> store = prepared.launch->outputs;
  issue(*ctx, prepared, nullptr);
  if (!launcher.grants.empty()) use_grants(launcher.grants, ctx->core.all_launched());
  if (store) {
    result.wait_all_results();
    make_output_regions(*ctx, *store, domain, *outputs);
  }
  return result;
}

Future Internal::LaunchCalls::execute_index_space(Context ctx, const IndexTaskLauncher& launcher,
                                                  ReductionOpID redop, bool,
                                                  std::vector<OutputRequirement>* outputs) {
  if (serialized_reduction_of(redop)) {
    if (launcher.predicate == Predicate::FALSE_PRED) return result_without_launch(launcher);
    const FutureMap results = execute_index_space(ctx, launcher, outputs);
    return reduce_future_map(ctx, results, redop, true, 0, 0, nullptr, launcher.initial_value);
  }
  const KnownLaunch& known = check_launch(*ctx, launcher);
  const ReductionOp& op = reduction_of(redop);
  // What the fold starts from, as the core copies it.
  std::vector<char> room(sizeof(FutureValue) + (op.sizeof_rhs + 15) / 16 * 16 + 16);
  void* place = reinterpret_cast<void*>((reinterpret_cast<uintptr_t>(room.data()) + 15) / 16 * 16);
  auto* initial = new (place) FutureValue;
  if (launcher.initial_value.exists()) {
    const size_t size = launcher.initial_value.get_untyped_size();
    if (size != op.sizeof_rhs)
      palatine::realm::fatal_error("error: the initial value of a reduction has %zu bytes instead of %zu",
                                   size, op.sizeof_rhs);
    initial->set(launcher.initial_value.get_untyped_pointer(), size, size);
  } else {
    initial->set(op.identity, op.sizeof_rhs, op.sizeof_rhs);
  }
  if (!happens(launcher.predicate)) return result_without_launch(launcher);
  initial->owner = &op;
  const Domain domain = launch_domain_of(launcher.launch_domain, launcher.launch_space);
  const LayoutsAside aside(*ctx);
  Prepared prepared = prepare(*ctx, known, launcher, domain, &op, outputs);
  const std::shared_ptr<OutputStore> store = prepared.launch->outputs;
  Future result = adopt(issue(*ctx, prepared, initial));
  if (!launcher.grants.empty()) use_grants(launcher.grants, result.impl()->ready);
  if (store) {
    result.get_void_result();
    make_output_regions(*ctx, *store, domain, *outputs);
  }
  return result;
}

Future Internal::LaunchCalls::reduce_future_map(Context, const FutureMap& future_map, ReductionOpID redop,
                                                bool, MapperID, MappingTagID, const char*,
                                                Future initial_value) {
  const ReductionOp& op = reduction_of(redop);
  FutureMapImpl* map = future_map.impl();
  if (const Registry::SerializedReduction* serialized = serialized_reduction_of(redop)) {
    void* state = nullptr;
    size_t size = 0;
    serialized->init(&op, state, size);
    if (initial_value.exists()) serialized->fold(&op, state, size, initial_value.get_untyped_pointer());
    for (size_t k = 0; map && k < map->futures.count(); k++)
      serialized->fold(&op, state, size, future_of(*map, k).get_untyped_pointer());
    return Future::from_untyped_pointer(state, size, true);
  }
  std::vector<char> value(op.sizeof_rhs);
  const void* start = initial_value.exists() ? initial_value.get_untyped_pointer() : op.identity;
  memcpy(value.data(), start, op.sizeof_rhs);
  for (size_t k = 0; map && k < map->futures.count(); k++) {
    const Future future = future_of(*map, k);
    if (future.get_untyped_size() != op.sizeof_rhs)
      palatine::realm::fatal_error("error: reduce_future_map: a future holds %zu bytes instead of %zu",
                                   future.get_untyped_size(), op.sizeof_rhs);
    op.cpu_fold_excl_fn(value.data(), op.sizeof_rhs, future.get_untyped_pointer(), op.sizeof_rhs, 1,
                        op.userdata);
  }
  return Future::from_untyped_pointer(value.data(), value.size());
}

FutureMap Internal::LaunchCalls::construct_future_map(Context ctx, IndexSpace space,
                                                      const std::map<DomainPoint, Future>& futures, bool,
                                                      ShardingID, bool, const char*) {
  return construct_future_map(ctx, domain_of(space), futures);
}

FutureMap Internal::LaunchCalls::construct_future_map(Context, const Domain& domain,
                                                      const std::map<DomainPoint, Future>& futures, bool,
                                                      ShardingID, bool) {
  FutureMapImpl* map = make_map(domain);
  FutureMap result(map);
  map->futures.open(map->domain.get_volume());
  size_t number = 0;
  for (Domain::DomainPointIterator it(map->domain); it; it++) {
    auto found = futures.find(*it);
    if (found == futures.end())
      palatine::realm::fatal_error("error: construct_future_map: there is no value for point %s",
                                   text_of(*it).c_str());
    Future value = found->second.exists() ? found->second : Future::from_untyped_pointer(nullptr, 0);
    value.impl()->add_reference();
    map->futures.set(number++, value.impl());
  }
  return result;
}

FutureMap Internal::LaunchCalls::construct_future_map(Context ctx, IndexSpace space,
                                                      const std::map<DomainPoint, UntypedBuffer>& data, bool,
                                                      ShardingID, bool, const char*) {
  return construct_future_map(ctx, domain_of(space), data);
}

FutureMap Internal::LaunchCalls::construct_future_map(Context ctx, const Domain& domain,
                                                      const std::map<DomainPoint, UntypedBuffer>& data, bool,
                                                      ShardingID, bool) {
  std::map<DomainPoint, Future> futures;
  for (const auto& [point, buffer] : data)
    futures[point] = Future::from_untyped_pointer(buffer.get_ptr(), buffer.get_size());
  return construct_future_map(ctx, domain, futures);
}

template <typename Transform>
static FutureMap transform_map(const FutureMap& fm, IndexSpace new_domain, Transform transform) {
  FutureMapImpl* map = make_map(domain_of(new_domain));
  FutureMap result(map);
  map->futures.open(map->domain.get_volume());
  size_t number = 0;
  for (Domain::DomainPointIterator it(map->domain); it; it++) {
    const Future future = fm.get_future(transform(*it, map->domain, fm.get_future_map_domain()));
    future.impl()->add_reference();
    map->futures.set(number++, future.impl());
  }
  return result;
}

FutureMap Internal::LaunchCalls::transform_future_map(Context, const FutureMap& fm, IndexSpace new_domain,
                                                      PointTransformFnptr fnptr, const char*) {
  return transform_map(fm, new_domain, fnptr);
}

FutureMap Internal::LaunchCalls::transform_future_map(Context, const FutureMap& fm, IndexSpace new_domain,
                                                      PointTransformFunctor* functor, bool take_ownership,
                                                      const char*) {
  FutureMap result =
      transform_map(fm, new_domain, [&](const DomainPoint& point, const Domain& domain, const Domain& range) {
        return functor->transform_point(point, domain, range);
      });
  if (take_ownership) delete functor;
  return result;
}

}  // namespace Legion
