// Every name of Legion's interface for programs, with the arguments that it takes: this file compiles and
// links, and nothing of it is called. Sections are those of the API.
#include <gtest/gtest.h>

#include "legion.h"
#include "mappers/default_mapper.h"
#include "mappers/forwarding_mapper.h"
#include "mappers/logging_wrapper.h"
#include "mappers/mapping_utilities.h"
#include "mappers/null_mapper.h"
#include "mappers/test_mapper.h"

namespace palatine::test {
namespace {

using namespace Legion;
using namespace Legion::Mapping;

// Anything, for calls that are not made.
template <typename T>
T& any() {
  static T* const none = nullptr;
  return *none;
}
template <typename T>
void use(T&&) {}

// ---- 1: handles, points, domains

__attribute__((used)) void handles() {
  Domain domain = Rect<2>({0, 0}, {1, 1});
  const DomainPoint point = Point<2>(1, 1);
  use(domain.contains(point) && domain.exists() && domain.dense() && domain.empty());
  use(domain.get_volume() + static_cast<size_t>(domain.get_dim()));
  use(domain.lo() == domain.hi());
  use(domain.intersection(domain).convex_hull(point));
  use(Domain::from_domain_point(point));
  use(domain.bounds<2, coord_t>());
  use(domain.is_id + domain.is_type);
  use(domain.dim + domain.rect_data[0]);
  use(point.get_dim() + point.point_data[0]);
  use(point.get_color() + (point.is_null() ? 1u : 0u));
  use(DomainPoint::nil() < point + point);
  for (Domain::DomainPointIterator it(domain); it; it++) use(*it == it.p);
  for (PointInRectIterator<2> it(domain.bounds<2, coord_t>(), false); it.valid(); it.step()) use(it[0]);
  for (PointInDomainIterator<2> it(domain); it(); it++) use((*it)[0]);
  for (RectInDomainIterator<2> it(domain); it(); it++) use(it->volume());
  AffineTransform<1, 2> affine;
  use(affine[Point<2>(0, 0)]);
  use(affine.is_identity());
  use(DomainTransform(Transform<2, 2>()).is_identity());
  use(DomainAffineTransform(affine)[point]);
  use(any<DomainScaleTransform>());
  IndexSpaceT<2> space(any<IndexSpace>());
  LogicalRegionT<2> region(any<LogicalRegion>());
  use(IndexPartitionT<2>(any<IndexPartition>()).get_tree_id() + space.get_tree_id());
  use(LogicalPartitionT<2>(any<LogicalPartition>()).get_index_partition());
  use(region.get_index_space().get_type_tag() + static_cast<TypeTag>(region.get_field_space().get_id()));
  use(IndexSpace::NO_SPACE.exists() && LogicalRegion::NO_REGION.exists() && IndexPartition::NO_PART.exists());
  use(UntypedBuffer(nullptr, 0).get_size() + TaskArgument().get_size());
  use(std::hash<LogicalRegion>()(region));
}

// ---- 2: registration and start-up

int value_task(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {
  return 0;
}
void void_task(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) {}
int value_task_with(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const long&) {
  return 0;
}
void void_task_with(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const long&) {}
void coded_task(const void*, size_t, const void*, size_t, Processor) {}

__attribute__((used)) void registration(Runtime* runtime) {
  TaskVariantRegistrar registrar(1, "name", true);
  use(TaskVariantRegistrar(1, false, "name"));
  registrar.add_constraint(ISAConstraint(1))
      .add_constraint(ProcessorConstraint(Processor::LOC_PROC))
      .add_constraint(ResourceConstraint(LEGION_L1_CACHE_SIZE, LEGION_GE_EK, 1))
      .add_constraint(LaunchConstraint(LEGION_CTA_SHAPE, 1))
      .add_constraint(ColocationConstraint(0, 1))
      .add_layout_constraint_set(0, 1);
  registrar.set_leaf();
  registrar.set_inner(false);
  registrar.set_idempotent(false);
  registrar.set_replicable(false);
  registrar.set_concurrent(false);
  registrar.set_concurrent_barrier(false);
  registrar.add_generator_task(2);
  registrar.leaf_pool_bounds[Memory::SYSTEM_MEM] = PoolBounds(4096);
  const long data = 0;
  const CodeDescriptor code(coded_task);
  Runtime::preregister_task_variant<int, value_task>(registrar, "name", 1);
  Runtime::preregister_task_variant<void_task>(registrar);
  Runtime::preregister_task_variant<int, long, value_task_with>(registrar, data, "name");
  Runtime::preregister_task_variant<long, void_task_with>(registrar, data);
  Runtime::preregister_task_variant(registrar, code, nullptr, 0, "name", LEGION_AUTO_GENERATE_ID, 4, true,
                                    true);
  runtime->register_task_variant<int, value_task>(registrar);
  runtime->register_task_variant<void_task>(registrar, 1);
  runtime->register_task_variant<int, long, value_task_with>(registrar, data);
  runtime->register_task_variant<long, void_task_with>(registrar, data);
  runtime->register_task_variant(registrar, code, nullptr, 0, 4, LEGION_AUTO_GENERATE_ID, true);
  Runtime::register_reduction_op<SumReduction<int>>(1, true);
  Runtime::preregister_projection_functor(1, nullptr);
  Runtime::preregister_sharding_functor(1, nullptr);
  Runtime::preregister_concurrent_coloring_functor(1, nullptr);
  runtime->register_projection_functor(1, nullptr, true);
  runtime->register_sharding_functor(1, nullptr);
  runtime->register_concurrent_coloring_functor(1, nullptr);
  const LayoutConstraintRegistrar layout(FieldSpace::NO_SPACE, "name");
  use(Runtime::preregister_layout(layout) + runtime->register_layout(layout));
  runtime->release_layout(1);
  runtime->get_layout_constraints(1, any<LayoutConstraintSet>());
  use(runtime->generate_dynamic_task_id() + Runtime::generate_static_task_id() +
      runtime->generate_library_task_ids("name", 1));
  use(runtime->generate_dynamic_mapper_id() + Runtime::generate_static_projection_id() +
      runtime->generate_library_sharding_ids("name", 1) + runtime->generate_dynamic_concurrent_id() +
      runtime->generate_dynamic_trace_id());
  use(Runtime::generate_static_reduction_id() + runtime->generate_library_serdez_ids("name", 1));
}

void callback(Machine, Runtime*, const std::set<Processor>&) {}
void callback_with(const RegistrationCallbackArgs&) {}

__attribute__((used)) void start_up(Runtime* runtime, Context ctx, int argc, char** argv) {
  Runtime::initialize(&argc, &argv, true, true);
  use(Runtime::start(argc, argv, false, true, false) + Runtime::wait_for_shutdown());
  Runtime::set_return_code(1);
  Runtime::set_top_level_task_id(1);
  Runtime::set_top_level_task_mapper_id(0);
  Runtime::add_registration_callback(callback, true, 0);
  Runtime::add_registration_callback(callback_with, UntypedBuffer(), true, 0);
  Runtime::perform_registration_callback(callback, true, true, 0);
  use(Runtime::get_input_args().argc);
  use(Runtime::has_runtime() && Runtime::has_context());
  use(Runtime::get_runtime(Processor::NO_PROC)->get_maximum_dimension());
  use(Runtime::get_context_task(Runtime::get_context()));
  use(Runtime::get_legion_version());
  use(Runtime::get_zero_time());
  Runtime::configure_MPI_interoperability(0);
  use(Runtime::create_external_handshake(true, 1, 1));
  use(Runtime::create_handshake(true, 1, 1));
  use(runtime->begin_implicit_task(1, 0, Processor::LOC_PROC, "name", false, 1, -1, DomainPoint()));
  runtime->unbind_implicit_task_from_external_thread(ctx);
  runtime->bind_implicit_task_to_external_thread(ctx);
  runtime->finish_implicit_task(ctx, Realm::Event::NO_EVENT);
  use(runtime->launch_top_level_task(TaskLauncher()));
  Runtime::legion_task_postamble(ctx, nullptr, 0, false, Realm::RegionInstance::NO_INST, nullptr, 0);
  Runtime::legion_task_postamble(ctx, static_cast<FutureFunctor*>(nullptr), false);
  Runtime::legion_task_postamble(ctx, Domain(), true);
}

// ---- 3: tasks and launchers

__attribute__((used)) void tasks(const Task& task) {
  use(task.task_id + task.map_id + task.tag);
  use(task.regions.size() + task.output_regions.size() + task.futures.size() + task.indexes.size());
  use(task.grants.size() + task.wait_barriers.size() + task.arrive_barriers.size());
  use(task.arglen + task.local_arglen);
  use(task.is_index_space || task.concurrent_task || task.must_epoch_task || task.local_function ||
      task.stealable);
  use(task.index_domain.contains(task.index_point));
  use(task.orig_proc == task.current_proc || task.target_proc == task.current_proc);
  use(task.steal_count);
  use(task.get_unique_id());
  use(task.get_depth());
  use(task.get_parent_task() == task.parent_task);
  use(task.get_provenance_string(true).size());
  use(task.get_mappable_type());
  use(task.as_task());
  use(task.get_task_name());
  use(task.get_slice_domain());
  use(task.get_shard_id() + task.get_total_shards());
  use(task.has_parent_task());
  use(task.sharding_space);
}

__attribute__((used)) void launchers(Runtime* runtime, Context ctx, LogicalRegion region,
                                     LogicalPartition partition, IndexSpace space) {
  const UntypedBuffer bytes;
  TaskLauncher single(1, bytes, Predicate::TRUE_PRED, 0, 0, bytes, "here");
  RegionRequirement requirement(region, READ_ONLY, EXCLUSIVE, region, 0, false);
  single.add_region_requirement(requirement).add_field(1);
  single.add_field(0, 1, true);
  single.add_index_requirement(IndexSpaceRequirement());
  single.add_future(Future());
  single.add_grant(Grant());
  single.add_wait_barrier(PhaseBarrier());
  single.add_arrival_barrier(PhaseBarrier());
  single.add_wait_handshake(LegionHandshake());
  single.add_arrival_handshake(MPILegionHandshake());
  single.set_predicate_false_future(Future());
  single.set_predicate_false_result(bytes);
  single.set_independent_requirements(true);
  single.enable_inlining = single.local_function_task = single.elide_future_return = single.silence_warnings =
      false;
  single.future_return_size = 4;
  single.static_dependences = nullptr;
  std::vector<OutputRequirement> outputs{OutputRequirement(FieldSpace(), {1}, 1, false)};
  outputs[0].set_type_tag<1, int>();
  outputs[0].set_projection(1, space);
  use(runtime->execute_task(ctx, single, &outputs));
  IndexTaskLauncher index(1, Domain(), bytes, ArgumentMap(), Predicate::TRUE_PRED, false, 0, 0, bytes,
                          "here");
  IndexLauncher by_space(1, space, bytes, ArgumentMap());
  index.point_futures.push_back(ArgumentMap(FutureMap()));
  index.concurrent = index.must_parallelism = false;
  index.concurrent_functor = 0;
  index.initial_value = Future();
  use(runtime->execute_index_space(ctx, index, &outputs));
  use(runtime->execute_index_space(ctx, by_space, 1, true, &outputs));
  InlineLauncher inlined(requirement, 0, 0, 0, bytes, "here");
  use(runtime->map_region(ctx, inlined));
  CopyLauncher copy(Predicate::TRUE_PRED, 0, 0, bytes, "here");
  use(copy.add_copy_requirements(requirement, requirement));
  copy.add_src_field(0, 1);
  copy.add_dst_field(0, 1);
  copy.add_src_indirect_field(1, requirement, false);
  copy.add_dst_indirect_field(1, requirement, true);
  copy.possible_src_indirect_out_of_range = copy.possible_dst_indirect_out_of_range = false;
  copy.possible_dst_indirect_aliasing = false;
  runtime->issue_copy_operation(ctx, copy);
  IndexCopyLauncher copies(space);
  copies.collective_src_indirect_points = copies.collective_dst_indirect_points = false;
  runtime->issue_copy_operation(ctx, copies);
  FillLauncher fill(region, region, bytes, Predicate::TRUE_PRED);
  fill.add_field(1);
  runtime->fill_fields(ctx, fill);
  runtime->fill_fields(ctx, FillLauncher(region, region, Future()));
  runtime->fill_fields(ctx, IndexFillLauncher(space, partition, region, bytes, 0));
  runtime->fill_fields(ctx, IndexFillLauncher(Domain(), region, region, Future(), 0));
  runtime->fill_field<int>(ctx, region, region, 1, 4, Predicate::TRUE_PRED);
  runtime->fill_field(ctx, region, region, 1, nullptr, 0);
  runtime->fill_field(ctx, region, region, 1, Future());
  runtime->fill_fields<int>(ctx, region, region, std::set<FieldID>(), 4);
  DiscardLauncher discard(region, region);
  discard.add_field(1);
  runtime->discard_fields(ctx, discard);
  AttachLauncher attach(LEGION_EXTERNAL_INSTANCE, region, region, true, true);
  attach.initialize_constraints(true, true, {1});
  attach.attach_array_aos(nullptr, true, {1}, Memory::NO_MEMORY);
  attach.attach_array_soa(nullptr, true, {1}, Memory::NO_MEMORY);
  attach.attach_file("file", {1}, LEGION_FILE_READ_ONLY);
  attach.attach_hdf5("file", {}, LEGION_FILE_READ_ONLY);
  use(runtime->detach_external_resource(ctx, runtime->attach_external_resource(ctx, attach), true, false,
                                        "here"));
  IndexAttachLauncher attaches(LEGION_EXTERNAL_INSTANCE, region, true);
  attaches.add_external_resource(region, nullptr);
  const ExternalResources resources = runtime->attach_external_resources(ctx, attaches);
  use(resources.size() + (resources[0].exists() ? 1u : 0u));
  use(runtime->detach_external_resources(ctx, resources, true, false, "here"));
  runtime->issue_acquire(ctx, AcquireLauncher(region, region, PhysicalRegion(), Predicate::TRUE_PRED));
  runtime->issue_release(ctx, ReleaseLauncher(region, region, PhysicalRegion(), Predicate::TRUE_PRED));
  MustEpochLauncher epoch(0, 0);
  epoch.add_single_task(DomainPoint(0), single);
  epoch.add_index_task(index);
  epoch.launch_domain = Domain();
  use(runtime->execute_must_epoch(ctx, epoch));
  PredicateLauncher predicates(false);
  predicates.add_predicate(Predicate::FALSE_PRED);
  use(runtime->create_predicate(ctx, predicates));
  TimingLauncher timing(LEGION_MEASURE_MICRO_SECONDS);
  timing.add_precondition(Future());
  use(runtime->issue_timing_measurement(ctx, timing));
  use(runtime->get_current_time(ctx, Future()));
  use(runtime->get_current_time_in_microseconds(ctx));
  use(runtime->get_current_time_in_nanoseconds(ctx));
  use(runtime->select_tunable_value(ctx, TunableLauncher(1, 0, 0, 4)));
  use(runtime->select_tunable_value(ctx, 1, 0, 0, nullptr, 0));
  ArgumentMap arguments;
  arguments.set_point(DomainPoint(0), bytes, true);
  arguments.set_point(DomainPoint(0), Future(), true);
  use(arguments.has_point(DomainPoint(0)) && arguments.remove_point(DomainPoint(0)));
  use(arguments.get_point(DomainPoint(0)));
  RegionRequirement reduce(partition, 0, 1, EXCLUSIVE, region);
  use(RegionRequirement(region, 0, std::set<FieldID>(), std::vector<FieldID>(), READ_WRITE, ATOMIC, region));
  reduce.add_fields({1}, true).add_flags(LEGION_COMPLETE_PROJECTION_WRITE_FLAG);
  reduce.set_projection_args(nullptr, 0, false);
  size_t size = 0;
  use(reduce.get_projection_args(&size));
  use(reduce.is_restricted() || reduce.is_no_access() || reduce.is_verified() ||
      reduce.has_field_privilege(1));
  use(runtime->get_output_region(ctx, 0).exists());
}

// ---- 4: index spaces, partitions, fields, regions

__attribute__((used)) void regions(Runtime* runtime, Context ctx, LogicalRegion region,
                                   LogicalPartition partition, IndexSpace space, IndexPartition pieces,
                                   FieldSpace fields) {
  use(runtime->create_index_space(ctx, Domain(), 0, "here"));
  use(runtime->create_index_space(ctx, Rect<1>(0, 1)));
  use(runtime->create_index_space(ctx, std::vector<Point<1>>()));
  use(runtime->create_index_space(ctx, std::vector<Rect<1>>()));
  use(runtime->create_index_space(ctx, std::vector<DomainPoint>()));
  use(runtime->create_index_space(ctx, std::vector<Domain>()));
  use(runtime->create_index_space(ctx, 1, Future()));
  use(runtime->union_index_spaces(ctx, {space}, "here"));
  use(runtime->intersect_index_spaces(ctx, {space}));
  use(runtime->subtract_index_spaces(ctx, space, space));
  runtime->destroy_index_space(ctx, space, false, true, "here");
  runtime->destroy_index_partition(ctx, pieces, false, true);
  runtime->create_shared_ownership(ctx, space);
  runtime->create_shared_ownership(ctx, region);
  use(runtime->get_index_space_domain(ctx, space) == runtime->get_index_space_domain(space));
  use(runtime->get_index_subspace(ctx, pieces, DomainPoint(0)));
  use(runtime->get_index_subspace(pieces, 0));
  use(runtime->has_index_subspace(ctx, pieces, DomainPoint(0)));
  use(runtime->get_index_partition(ctx, space, 0));
  use(runtime->has_index_partition(ctx, space, 0));
  use(runtime->get_index_space_color(ctx, space) + runtime->get_index_partition_color(ctx, pieces));
  use(runtime->get_index_space_color_point(ctx, space));
  use(runtime->get_parent_index_space(ctx, pieces) == space);
  use(runtime->get_parent_index_partition(ctx, space) == pieces);
  use(runtime->has_parent_index_partition(ctx, space));
  use(runtime->get_index_partition_color_space(ctx, pieces));
  use(runtime->get_index_partition_color_space_name(ctx, pieces));
  runtime->get_index_space_partition_colors(ctx, space, any<std::set<Color>>());
  use(runtime->is_index_partition_disjoint(ctx, pieces) && runtime->is_index_partition_complete(ctx, pieces));
  use(runtime->get_index_space_depth(ctx, space) + runtime->get_index_partition_depth(ctx, pieces));
  use(runtime->safe_cast(ctx, DomainPoint(0), region));
  use(runtime->create_field_space(ctx, "here"));
  use(runtime->create_field_space(ctx, std::vector<size_t>(), any<std::vector<FieldID>>(), 0));
  runtime->destroy_field_space(ctx, fields, false);
  use(runtime->get_field_size(ctx, fields, 1));
  runtime->get_field_space_fields(ctx, fields, any<std::vector<FieldID>>());
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  use(allocator.allocate_field(4, LEGION_AUTO_GENERATE_ID, 0, false) + allocator.allocate_field(Future(), 1));
  use(allocator.allocate_local_field(4));
  allocator.allocate_fields({4}, any<std::vector<FieldID>>());
  allocator.allocate_local_fields({4}, any<std::vector<FieldID>>());
  allocator.free_field(1, false);
  use(runtime->create_logical_region(ctx, space, fields, false, "here"));
  runtime->destroy_logical_region(ctx, region, false);
  use(runtime->get_logical_partition(ctx, region, pieces) == runtime->get_logical_partition(region, pieces));
  use(runtime->get_logical_partition_by_color(ctx, region, 0));
  use(runtime->get_logical_partition_by_tree(ctx, pieces, fields, 1));
  use(runtime->get_logical_subregion(ctx, partition, space));
  use(runtime->get_logical_subregion_by_color(ctx, partition, DomainPoint(0)));
  use(runtime->get_logical_subregion_by_tree(ctx, space, fields, 1));
  use(runtime->has_logical_subregion_by_color(ctx, partition, DomainPoint(0)));
  use(runtime->has_logical_partition_by_color(ctx, region, DomainPoint(0)));
  use(runtime->get_logical_region_color(ctx, region) + runtime->get_logical_partition_color(ctx, partition));
  use(runtime->get_logical_region_color_point(ctx, region) ==
      runtime->get_logical_partition_color_point(partition));
  use(runtime->get_parent_logical_region(ctx, partition) == region);
  use(runtime->get_parent_logical_partition(ctx, region) == partition);
  use(runtime->has_parent_logical_partition(ctx, region));
  const char* name = nullptr;
  const void* buffer = nullptr;
  size_t size = 0;
  runtime->attach_name(region, "name", false);
  runtime->attach_name(fields, 1, "name");
  runtime->attach_name(TaskID{1}, "name");
  runtime->retrieve_name(region, name);
  runtime->retrieve_name(fields, 1, name);
  runtime->attach_semantic_information(region, 1, nullptr, 0, false);
  use(runtime->retrieve_semantic_information(region, 1, buffer, size, true, false));
  runtime->reset_equivalence_sets(ctx, region, region, std::set<FieldID>());
}

__attribute__((used)) void partitions(Runtime* runtime, Context ctx, LogicalRegion region,
                                      LogicalPartition partition, IndexSpace space, IndexPartition pieces) {
  const IndexSpace colors = space;
  use(runtime->create_equal_partition(ctx, space, colors, 1, LEGION_AUTO_GENERATE_ID, "here"));
  use(runtime->create_partition_by_weights(ctx, space, std::map<DomainPoint, int>(), colors, 1));
  use(runtime->create_partition_by_weights(ctx, space, std::map<DomainPoint, size_t>(), colors));
  use(runtime->create_partition_by_weights(ctx, space, FutureMap(), colors));
  use(runtime->create_partition_by_union(ctx, space, pieces, pieces, colors, LEGION_COMPUTE_KIND));
  use(runtime->create_partition_by_intersection(ctx, space, pieces, pieces, colors));
  use(runtime->create_partition_by_intersection(ctx, space, pieces, LEGION_COMPUTE_KIND, 1, false));
  use(runtime->create_partition_by_difference(ctx, space, pieces, pieces, colors));
  use(runtime->create_cross_product_partitions(ctx, pieces, pieces,
                                               any<std::map<IndexSpace, IndexPartition>>()));
  use(runtime->create_partition_by_restriction(ctx, space, colors, any<DomainTransform>(), Domain()));
  use(runtime->create_partition_by_blockify(ctx, space, DomainPoint(1)));
  use(runtime->create_partition_by_blockify(ctx, space, DomainPoint(1), DomainPoint(0)));
  use(runtime->create_partition_by_domain(ctx, space, std::map<DomainPoint, Domain>(), colors, true));
  use(runtime->create_partition_by_domain(ctx, space, FutureMap(), colors));
  use(runtime->create_partition_by_rectangles(
      ctx, IndexSpaceT<1>(space), std::map<Point<1>, std::vector<Rect<1>>>(), IndexSpaceT<1>(colors)));
  use(runtime->create_partition_by_field(ctx, region, region, 1, colors, LEGION_AUTO_GENERATE_ID, 0, 0,
                                         LEGION_DISJOINT_KIND));
  use(runtime->create_partition_by_image(ctx, space, partition, region, 1, colors, LEGION_COMPUTE_KIND));
  use(runtime->create_partition_by_image_range(ctx, space, partition, region, 1, colors));
  use(runtime->create_partition_by_preimage(ctx, pieces, region, region, 1, colors));
  use(runtime->create_partition_by_preimage_range(ctx, pieces, region, region, 1, colors));
  runtime->create_association(ctx, region, region, 1, space);
  runtime->create_bidirectional_association(ctx, region, region, 1, region, region, 1);
  use(runtime->create_pending_partition(ctx, space, colors, LEGION_COMPUTE_KIND));
  use(runtime->create_index_space_union(ctx, pieces, DomainPoint(0), std::vector<IndexSpace>()));
  use(runtime->create_index_space_union(ctx, pieces, DomainPoint(0), pieces));
  use(runtime->create_index_space_intersection(ctx, pieces, DomainPoint(0), std::vector<IndexSpace>()));
  use(runtime->create_index_space_difference(ctx, pieces, DomainPoint(0), space, std::vector<IndexSpace>()));
}

// ---- 5: physical regions and accessors

__attribute__((used)) void accessors(Runtime* runtime, Context ctx, PhysicalRegion region) {
  use(region.exists() && region.is_mapped() && region.is_valid());
  region.wait_until_valid(true, "here");
  use(region.get_logical_region());
  use(region.get_privilege());
  region.get_memories(any<std::set<Memory>>());
  region.get_fields(any<std::vector<FieldID>>());
  use(region.get_bounds<1, coord_t>());
  const DomainT<1> points = region;
  const Rect<1> rect = region;
  const FieldAccessor<READ_WRITE, int, 1, coord_t, Realm::AffineAccessor<int, 1, coord_t>, true> affine(
      region, 1, sizeof(int), true, true, "here", 0);
  const FieldAccessor<READ_WRITE, int, 2> rows(region, 1, AffineTransform<1, 2>());
  const FieldAccessor<READ_WRITE, int, 1> bounded(region, 1, rect);
  size_t strides[1];
  affine.write(0, affine.read(0));
  affine.reduce<SumReduction<int>, true>(0, 1);
  use(affine.ptr(rect) == affine.ptr(rect, strides) && affine.ptr(Point<1>(0)) == &affine[0]);
  rows[0][1] = bounded[0];
  const ReductionAccessor<SumReduction<int>, true, 1> sum(region, 1, 1, true);
  sum.reduce(0, 1);
  sum[0] <<= 1;
  const UnsafeFieldAccessor<int, 1> unchecked(region, 1);
  const MultiRegionAccessor<int, 1> several(&region, &region + 1, 1);
  use(unchecked[0] + several[0] + affine.dim);
  for (PieceIterator it(region, 1, true); it.valid(); ++it) use(*it);
  for (SpanIterator<READ_ONLY, int, 1> it(region, 1); it(); it++)
    use(it->size() + it->step() + static_cast<size_t>(it->front() + it->back() + (*it)[0] + *it->data()));
  DeferredBuffer<int, 1> buffer(Memory::SYSTEM_MEM, Domain(rect));
  DeferredBuffer<int, 1> other(rect, Memory::SYSTEM_MEM, nullptr, 16, true);
  buffer.destroy(Realm::Event::NO_EVENT);
  DeferredValue<int> value(0);
  const DeferredReduction<SumReduction<int>, true> reduction;
  reduction.reduce(1);
  use(value.read() + value.ref() + *value.ptr());
  use(runtime->map_region(ctx, RegionRequirement(), 0, 0, "here"));
  use(runtime->map_region(ctx, 0u, 0, 0));
  runtime->remap_region(ctx, region, "here");
  runtime->unmap_region(ctx, region);
  runtime->unmap_all_regions(ctx);
  use(points.volume());
}

// ---- 6: futures, predicates, barriers, order

__attribute__((used)) void order(Runtime* runtime, Context ctx, Future future, FutureMap map) {
  future.get_void_result(true, "here");
  use(future.get_result<int>(true, "here") + future.get<int>());
  use(future.is_ready(true) && future.is_empty(true) && future.valid());
  size_t size = future.get_untyped_size();
  use(future.get_buffer(Memory::SYSTEM_MEM, &size));
  use(future.get_span<int, READ_ONLY>(Memory::SYSTEM_MEM));
  future.get_memories(any<std::set<Memory>>());
  use(future.get_metadata(&size));
  use(future.get_reference<int>());
  use(future.get_untyped_pointer());
  future.wait();
  use(Future::from_value(1) == Future::from_untyped_pointer(nullptr, 0, false));
  use(Future::from_domain(Domain(), true));
  use(map.get_result<int>(DomainPoint(0)));
  use(map[DomainPoint(0)] == map.get_future(DomainPoint(0)));
  map.get_void_result(DomainPoint(0));
  map.wait_all_results();
  use(map.get_future_map_domain());
  use(runtime->reduce_future_map(ctx, map, 1, true));
  use(runtime->construct_future_map(ctx, IndexSpace(), std::map<DomainPoint, UntypedBuffer>()));
  use(runtime->construct_future_map(ctx, Domain(), std::map<DomainPoint, Future>()));
  use(runtime->transform_future_map(ctx, map, IndexSpace(), PointTransformFnptr(nullptr)));
  use(runtime->transform_future_map(ctx, map, IndexSpace(), static_cast<PointTransformFunctor*>(nullptr),
                                    true));
  const Predicate predicate = runtime->create_predicate(ctx, future, "here");
  use(runtime->predicate_not(ctx, predicate) == runtime->predicate_and(ctx, predicate, predicate));
  use(runtime->get_predicate_future(ctx, runtime->predicate_or(ctx, predicate, predicate)));
  PhaseBarrier barrier = runtime->create_phase_barrier(ctx, 1);
  barrier.arrive(1);
  barrier.wait();
  barrier.alter_arrival_count(1);
  use(barrier.get_barrier());
  runtime->destroy_phase_barrier(ctx, runtime->advance_phase_barrier(ctx, barrier));
  DynamicCollective collective = runtime->create_dynamic_collective(ctx, 1, 1, nullptr, 0);
  runtime->arrive_dynamic_collective(ctx, collective, nullptr, 0, 1);
  runtime->defer_dynamic_collective_arrival(ctx, collective, future, 1);
  use(runtime->get_dynamic_collective_result(ctx, collective));
  runtime->destroy_dynamic_collective(ctx, runtime->advance_dynamic_collective(ctx, collective));
  Lock lock = runtime->create_lock(ctx);
  runtime->release_grant(ctx, runtime->acquire_grant(ctx, {LockRequest(lock, 0, true)}));
  runtime->destroy_lock(ctx, lock);
  const MPILegionHandshake handshake;
  handshake.mpi_handoff_to_legion();
  handshake.mpi_wait_on_legion();
  handshake.legion_handoff_to_mpi();
  handshake.legion_wait_on_mpi();
  use(runtime->issue_mapping_fence(ctx) == runtime->issue_execution_fence(ctx, "here"));
  runtime->begin_trace(ctx, 1, false, false, nullptr, "here");
  runtime->end_trace(ctx, 1);
  runtime->complete_frame(ctx);
  use(runtime->get_executing_processor(ctx));
  use(runtime->get_current_task(ctx));
  runtime->set_local_task_variable<int>(ctx, 1, nullptr);
  use(runtime->get_local_task_variable<int>(ctx, 1));
  runtime->yield(ctx);
  runtime->concurrent_task_barrier(ctx);
  use(runtime->query_available_memory(ctx, Memory::NO_MEMORY));
  runtime->print_once(ctx, stdout, "text");
  use(runtime->get_mapper(ctx, 0, Processor::NO_PROC));
  use(runtime->find_forward_MPI_mapping().size() + runtime->find_reverse_MPI_mapping().size());
  use(runtime->find_local_MPI_rank());
}

// ---- 8 and 9: mappers and constraints

__attribute__((used)) void mapping(const MapperRuntime& runtime, MapperContext ctx,
                                   PhysicalInstance& instance, const LayoutConstraintSet& layout,
                                   const std::vector<LogicalRegion>& regions) {
  bool created = false;
  size_t footprint = 0;
  const LayoutConstraint* unsat = nullptr;
  const Memory memory = Memory::NO_MEMORY;
  use(runtime.create_physical_instance(ctx, memory, layout, regions, instance, true, 0, false, &footprint,
                                       &unsat));
  use(runtime.create_physical_instance(ctx, memory, LayoutConstraintID{1}, regions, instance));
  use(runtime.find_or_create_physical_instance(ctx, memory, layout, regions, instance, created));
  use(runtime.find_physical_instance(ctx, memory, layout, regions, instance));
  runtime.find_physical_instances(ctx, memory, layout, regions, any<std::vector<PhysicalInstance>>());
  use(runtime.acquire_instance(ctx, instance));
  use(runtime.acquire_and_filter_instances(ctx, any<std::vector<PhysicalInstance>>(), true));
  runtime.release_instance(ctx, instance);
  runtime.set_garbage_collection_priority(ctx, instance, 0);
  use(runtime.collect_instance(ctx, instance) || runtime.redistrict_instance(ctx, instance, layout, regions));
  use(runtime.subscribe(ctx, instance));
  runtime.find_valid_variants(ctx, 1, any<std::vector<VariantID>>(), Processor::LOC_PROC);
  use(runtime.find_execution_constraints(ctx, 1, 1));
  use(runtime.find_task_layout_constraints(ctx, 1, 1));
  use(runtime.find_layout_constraints(ctx, 1));
  use(runtime.register_layout(ctx, layout));
  use(runtime.is_leaf_variant(ctx, 1, 1) || runtime.is_inner_variant(ctx, 1, 1) ||
      runtime.is_idempotent_variant(ctx, 1, 1) || runtime.is_replicable_variant(ctx, 1, 1));
  use(runtime.do_constraints_conflict(ctx, 1, 2) || runtime.do_constraints_entail(ctx, 1, 2));
  use(runtime.create_mapper_event(ctx));
  use(instance.get_location());
  use(instance.get_instance_id() + instance.get_instance_size());
  use(instance.get_instance_domain());
  use(instance.exists() || instance.is_normal_instance() || instance.is_virtual_instance() ||
      instance.is_reduction_instance() || instance.is_external_instance() || instance.has_field(1));
  use(instance.entails(layout, &unsat));
  use(PhysicalInstance::get_virtual_instance());
  LayoutConstraintSet set;
  set.add_constraint(SpecializedConstraint(LEGION_COMPACT_SPECIALIZE, 0, false, true, 2, 10))
      .add_constraint(MemoryConstraint(Memory::SYSTEM_MEM))
      .add_constraint(OrderingConstraint({LEGION_DIM_X, DIM_F}, true))
      .add_constraint(FieldConstraint(std::set<FieldID>{1}, true, true))
      .add_constraint(TilingConstraint(LEGION_DIM_X, 2, true))
      .add_constraint(DimensionConstraint(LEGION_DIM_X, LEGION_LT_EK, 2))
      .add_constraint(AlignmentConstraint(1, LEGION_EQ_EK, 16))
      .add_constraint(OffsetConstraint(1, 0))
      .add_constraint(PointerConstraint(memory, 0))
      .add_constraint(PaddingConstraint(DomainPoint(1), DomainPoint(1)))
      .add_constraint(PaddingConstraint(Domain()));
  use(set.entails(layout, 1, &unsat) || set.conflicts(layout, 1));
  use(SpecializedConstraint(NORMAL_SPECIALIZE) == SpecializedConstraint(REDUCTION_FOLD_SPECIALIZE));
  use(Utilities::to_string(Processor::LOC_PROC));
}

TEST(LegionNames, AreAllThere) {
  // That this file was compiled and linked is the test.
  EXPECT_NE(LEGION_REDOP_SUM_FLOAT64, LEGION_REDOP_SUM_INT32);
  EXPECT_EQ(static_cast<unsigned>(LEGION_READ_WRITE), 7u);
  EXPECT_EQ(static_cast<unsigned>(LEGION_WRITE_DISCARD), 0x10000007u);
}

}  // namespace
}  // namespace palatine::test
