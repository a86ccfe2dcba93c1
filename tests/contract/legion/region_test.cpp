// Regions, fields, partitions and accessors. Legion's API, sections 1, 4 and 5.
#include <gtest/gtest.h>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 11, FID_B = 3 };

Grid make_world(Context ctx, Runtime* runtime, const Domain& domain) {
  const Grid world = make_grid(ctx, runtime, domain, {{FID_A, sizeof(long)}, {FID_B, sizeof(double)}});
  runtime->attach_name(world.region, "world");
  runtime->attach_name(world.fields, FID_A, "a");
  return world;
}

RegionRequirement requirement(LogicalRegion region, PrivilegeMode mode, LogicalRegion parent,
                              FieldID field = FID_A) {
  RegionRequirement result(region, mode, EXCLUSIVE, parent);
  result.add_field(field);
  return result;
}

// Element p becomes its own coordinate plus the argument.
void write_own(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const long add = *static_cast<const long*>(task->args);
  const FieldAccessor<WRITE_DISCARD, long, 1> a(regions[0], FID_A);
  const DomainT<1> domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (PointInDomainIterator<1> it(domain); it(); it++) a[*it] = (*it)[0] + add;
}

long sum_all(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<READ_ONLY, long, 1> a(regions[0], FID_A);
  long sum = 0;
  const DomainT<1> domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (PointInDomainIterator<1> it(domain); it(); it++) sum += a[*it];
  return sum;
}

void add_one(const Task*, Regions regions, Context, Runtime*) {
  const ReductionAccessor<SumReduction<long>, false, 1> a(regions[0], FID_A, SumReduction<long>::REDOP_ID);
  const Rect<1> rect = regions[0];
  for (PointInRectIterator<1> it(rect); it(); it++) a[*it] <<= 1;
}

TEST(LegionRegion, TasksOnPiecesSeeWhatTasksBeforeThemWrote) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grid world = make_world(ctx, runtime, Rect<1>(5, 1004));
          const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, 7));
          const IndexPartition pieces = runtime->create_equal_partition(ctx, world.space, colors);
          EXPECT_TRUE(runtime->is_index_partition_disjoint(ctx, pieces));
          EXPECT_TRUE(runtime->is_index_partition_complete(ctx, pieces));
          const LogicalPartition parts = runtime->get_logical_partition(ctx, world.region, pieces);
          long expected = 0;
          for (long round = 0; round < 20; round++) {
            IndexLauncher write(task_id<void, write_own>("write_own", true), Domain(Rect<1>(0, 7)),
                                TaskArgument(&round, sizeof(round)), ArgumentMap());
            write.add_region_requirement(RegionRequirement(parts, 0, WRITE_DISCARD, EXCLUSIVE, world.region));
            write.add_field(0, FID_A);
            runtime->execute_index_space(ctx, write);
            TaskLauncher reduce(task_id<void, add_one>("add_one", true), TaskArgument());
            reduce.add_region_requirement(
                RegionRequirement(world.region, SumReduction<long>::REDOP_ID, EXCLUSIVE, world.region));
            reduce.add_field(0, FID_A);
            runtime->execute_task(ctx, reduce);
            TaskLauncher sum(task_id<long, sum_all>("sum_all", true), TaskArgument());
            sum.add_region_requirement(requirement(world.region, READ_ONLY, world.region));
            expected = 0;
            for (long k = 5; k <= 1004; k++) expected += k + round + 1;
            EXPECT_EQ(runtime->execute_task(ctx, sum).get_result<long>(), expected);
          }
          IndexLauncher sums(task_id<long, sum_all>("sum_all", true), Domain(Rect<1>(0, 7)), TaskArgument(),
                             ArgumentMap());
          sums.add_region_requirement(RegionRequirement(parts, 0, READ_ONLY, EXCLUSIVE, world.region));
          sums.add_field(0, FID_A);
          EXPECT_EQ(runtime->execute_index_space(ctx, sums, SumReduction<long>::REDOP_ID).get_result<long>(),
                    expected);
          runtime->destroy_index_space(ctx, colors);
          destroy(ctx, runtime, world);
        },
        workers);
  }
}

TEST(LegionRegion, InlineMappingOfTwoDimensions) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<2> rect({-3, 2}, {4, 9});
        const Grid world = make_world(ctx, runtime, rect);
        runtime->fill_field<long>(ctx, world.region, world.region, FID_A, 5);
        PhysicalRegion mapped =
            runtime->map_region(ctx, InlineLauncher(requirement(world.region, READ_WRITE, world.region)));
        const FieldAccessor<READ_WRITE, long, 2> a(mapped, FID_A);
        for (PointInRectIterator<2> it(rect); it(); it++) {
          EXPECT_EQ(a[*it], 5);
          a[it[0]][it[1]] = 100 * it[0] + it[1];
        }
        size_t strides[2];
        const long* base = a.ptr(rect, strides);
        EXPECT_EQ(base[2 * strides[0] + 3 * strides[1]], 100 * (-3 + 2) + (2 + 3));
        EXPECT_EQ(a.ptr(rect), base);
        EXPECT_EQ(a.read({4, 9}), 409);
        runtime->unmap_region(ctx, mapped);
        EXPECT_FALSE(mapped.is_mapped());
        destroy(ctx, runtime, world);
      },
      2);
}

TEST(LegionRegion, FieldsMayBeAllocatedAfterTheRegion) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        FieldAllocator allocator = runtime->create_field_allocator(ctx, world.fields);
        const FieldID later = allocator.allocate_field(sizeof(long));
        EXPECT_EQ(runtime->get_field_size(ctx, world.fields, later), sizeof(long));
        // A field may be no more than a name.
        const FieldID nothing = allocator.allocate_field(0);
        EXPECT_EQ(runtime->get_field_size(ctx, world.fields, nothing), 0u);
        runtime->unmap_region(
            ctx, runtime->map_region(ctx, requirement(world.region, WRITE_DISCARD, world.region, nothing)));
        runtime->fill_field<long>(ctx, world.region, world.region, later, 8);
        runtime->fill_field<long>(ctx, world.region, world.region, FID_A, 1);
        RegionRequirement both = requirement(world.region, READ_ONLY, world.region);
        both.add_field(later);
        PhysicalRegion mapped = runtime->map_region(ctx, both);
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A), l(mapped, later);
        for (int k = 0; k < 10; k++) EXPECT_EQ(10 * a[k] + l[k], 18);
        destroy(ctx, runtime, world);
      },
      1);
}

TEST(LegionRegion, HandlesLeadUpAndDownTheTree) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 99));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
        const IndexPartition outer = runtime->create_equal_partition(ctx, world.space, colors);
        const IndexSpace piece = runtime->get_index_subspace(ctx, outer, 2);
        EXPECT_EQ(runtime->get_index_space_domain(ctx, piece), Domain(Rect<1>(50, 74)));
        const IndexPartition inner = runtime->create_equal_partition(ctx, piece, colors, 1, 9);
        EXPECT_EQ(runtime->get_index_partition_color(ctx, inner), 9u);
        EXPECT_EQ(runtime->get_index_partition(ctx, piece, 9), inner);
        EXPECT_EQ(runtime->get_parent_index_space(ctx, inner), piece);
        EXPECT_EQ(runtime->get_parent_index_partition(ctx, piece), outer);
        EXPECT_EQ(runtime->get_index_space_color(ctx, piece), 2u);
        EXPECT_EQ(runtime->get_index_partition_depth(ctx, inner), 3u);
        const LogicalPartition parts = runtime->get_logical_partition(ctx, world.region, outer);
        const LogicalRegion part = runtime->get_logical_subregion_by_color(ctx, parts, 2);
        EXPECT_EQ(part.get_index_space(), piece);
        EXPECT_EQ(runtime->get_logical_subregion(ctx, parts, piece), part);
        EXPECT_EQ(runtime->get_parent_logical_partition(ctx, part), parts);
        EXPECT_EQ(runtime->get_parent_logical_region(ctx, parts), world.region);
        const IndexSpace leaf = runtime->get_index_subspace(ctx, inner, 0);
        const LogicalRegion by_tree =
            runtime->get_logical_subregion_by_tree(ctx, leaf, world.fields, world.region.get_tree_id());
        EXPECT_EQ(by_tree, runtime->get_logical_subregion_by_color(
                               ctx, runtime->get_logical_partition(ctx, part, inner), 0));
        EXPECT_EQ(leaf.get_tree_id(), world.space.get_tree_id());
        destroy(ctx, runtime, world);
      },
      1);
}

TEST(LegionRegion, PartitionsByWhatPointsHold) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 19));
        FieldAllocator allocator = runtime->create_field_allocator(ctx, world.fields);
        const FieldID color = allocator.allocate_field(sizeof(Point<1>));
        {
          PhysicalRegion mapped =
              runtime->map_region(ctx, requirement(world.region, WRITE_DISCARD, world.region, color));
          const FieldAccessor<WRITE_DISCARD, Point<1>, 1> c(mapped, color);
          for (int k = 0; k < 20; k++) c[k] = Point<1>(k % 3);
          runtime->unmap_region(ctx, mapped);
        }
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 2));
        const IndexPartition by_field =
            runtime->create_partition_by_field(ctx, world.region, world.region, color, colors);
        const Domain ones = runtime->get_index_space_domain(runtime->get_index_subspace(by_field, 1));
        EXPECT_FALSE(ones.dense());
        EXPECT_EQ(ones.get_volume(), 7u);
        EXPECT_TRUE(ones.contains(DomainPoint(4)));
        EXPECT_FALSE(ones.contains(DomainPoint(5)));
        // All points of colour c lead to point c.
        const IndexPartition image = runtime->create_partition_by_image(
            ctx, world.space, runtime->get_logical_partition(world.region, by_field), world.region, color,
            colors);
        EXPECT_EQ(runtime->get_index_space_domain(runtime->get_index_subspace(image, 2)),
                  Domain(Rect<1>(2, 2)));
        const IndexPartition back =
            runtime->create_partition_by_preimage(ctx, image, world.region, world.region, color, colors);
        EXPECT_EQ(runtime->get_index_space_domain(runtime->get_index_subspace(back, 0)).get_volume(), 7u);
        Transform<1, 1> by_five;
        by_five[0][0] = 5;
        const IndexPartition halo = runtime->create_partition_by_restriction(
            ctx, IndexSpaceT<1>(world.space), IndexSpaceT<1>(colors), by_five, Rect<1>(-1, 5));
        EXPECT_FALSE(runtime->is_index_partition_disjoint(halo));
        EXPECT_EQ(runtime->get_index_space_domain(runtime->get_index_subspace(halo, 0)),
                  Domain(Rect<1>(0, 5)));
        const IndexPartition rest =
            runtime->create_partition_by_difference(ctx, world.space, halo, by_field, colors);
        EXPECT_EQ(runtime->get_index_space_domain(runtime->get_index_subspace(rest, 0)).get_volume(), 4u);
        destroy(ctx, runtime, world);
      },
      2);
}

TEST(LegionRegion, PendingPartitionsAreFilledPieceByPiece) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 99));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, world.space, colors);
        const IndexPartition pending =
            runtime->create_pending_partition(ctx, world.space, colors, LEGION_COMPUTE_KIND);
        const IndexSpace all = runtime->create_index_space_union(ctx, pending, 0, halves);
        const IndexSpace none = runtime->create_index_space_difference(
            ctx, pending, 1, world.space, {runtime->get_index_subspace(halves, 0)});
        EXPECT_EQ(runtime->get_index_space_domain(all), Domain(Rect<1>(0, 99)));
        EXPECT_EQ(runtime->get_index_space_domain(none), Domain(Rect<1>(50, 99)));
        EXPECT_FALSE(runtime->is_index_partition_disjoint(pending));
        EXPECT_TRUE(runtime->is_index_partition_complete(pending));
        const LogicalPartition parts = runtime->get_logical_partition(world.region, pending);
        runtime->fill_field<long>(ctx, world.region, world.region, FID_A, 1);
        runtime->fill_field<long>(ctx, runtime->get_logical_subregion_by_color(parts, 1), world.region, FID_A,
                                  2);
        PhysicalRegion mapped = runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region));
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
        EXPECT_EQ(a[49], 1);
        EXPECT_EQ(a[50], 2);
        destroy(ctx, runtime, world);
      },
      2);
}

TEST(LegionRegion, NoIndexSpacesHaveNoPoints) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 9));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition pending = runtime->create_pending_partition(ctx, space, colors);
        const std::vector<IndexSpace> none;
        EXPECT_TRUE(runtime->get_index_space_domain(runtime->create_index_space_union(ctx, pending, 0, none))
                        .empty());
        EXPECT_TRUE(
            runtime->get_index_space_domain(runtime->create_index_space_intersection(ctx, pending, 1, none))
                .empty());
        EXPECT_FALSE(runtime->union_index_spaces(ctx, none).exists());
        EXPECT_FALSE(runtime->intersect_index_spaces(ctx, {IndexSpace::NO_SPACE}).exists());
        EXPECT_FALSE(runtime->subtract_index_spaces(ctx, IndexSpace::NO_SPACE, space).exists());
        const IndexSpace same = runtime->subtract_index_spaces(ctx, space, IndexSpace::NO_SPACE);
        EXPECT_EQ(runtime->get_index_space_domain(same), Domain(Rect<1>(0, 9)));
        const IndexSpace one = runtime->union_index_spaces(ctx, {IndexSpace::NO_SPACE, space});
        EXPECT_EQ(runtime->get_index_space_domain(IndexSpaceT<1>(one)), DomainT<1>(Rect<1>(0, 9)));
      },
      2);
}

TEST(LegionRegion, PartitionsEndWithTheirLastOwner) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 9));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, space, colors);
        const IndexSpace half = runtime->get_index_subspace(halves, 1);
        runtime->create_shared_ownership(ctx, halves);
        runtime->create_shared_ownership(ctx, half);
        runtime->destroy_index_partition(ctx, halves);
        EXPECT_TRUE(runtime->has_index_partition(ctx, space, 0));
        EXPECT_EQ(runtime->get_index_space_domain(half), Domain(Rect<1>(5, 9)));
        runtime->destroy_index_partition(ctx, halves);
        EXPECT_FALSE(runtime->has_index_partition(ctx, space, 0));
        runtime->destroy_index_space(ctx, half);
        runtime->destroy_index_space(ctx, space);
      },
      2);
}

// Point p uses piece (p + 1) % 4 of a partition.
class Next : public ProjectionFunctor {
 public:
  using ProjectionFunctor::project;
  LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point, const Domain&) override {
    return runtime->get_logical_subregion_by_color(upper_bound, DomainPoint((point[0] + 1) % 4));
  }
  bool is_functional() const override { return true; }
  unsigned get_depth() const override { return 0; }
};

TEST(LegionRegion, ProjectionFunctorsChooseTheRegionOfAPoint) {
  static const ProjectionID next = [] {
    const ProjectionID id = Runtime::generate_static_projection_id();
    Runtime::preregister_projection_functor(id, new Next);
    return id;
  }();
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grid world = make_world(ctx, runtime, Rect<1>(0, 39));
          const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
          const LogicalPartition parts = runtime->get_logical_partition(
              world.region, runtime->create_equal_partition(ctx, world.space, colors));
          const long add = 3;
          IndexLauncher write(task_id<void, write_own>("write_own", true), colors,
                              TaskArgument(&add, sizeof(add)), ArgumentMap());
          write.add_region_requirement(
              RegionRequirement(parts, next, WRITE_DISCARD, EXCLUSIVE, world.region));
          write.add_field(0, FID_A);
          runtime->execute_index_space(ctx, write);
          IndexLauncher sums(task_id<long, sum_all>("sum_all", true), colors, TaskArgument(), ArgumentMap());
          sums.add_region_requirement(RegionRequirement(parts, next, READ_ONLY, EXCLUSIVE, world.region));
          sums.add_field(0, FID_A);
          const FutureMap results = runtime->execute_index_space(ctx, sums);
          EXPECT_EQ(results.get_result<long>(3), 45 + 10 * add);
          EXPECT_EQ(results.get_result<long>(0), 145 + 10 * add);
          destroy(ctx, runtime, world);
        },
        workers);
  }
}

TEST(LegionRegion, CopiesGoBetweenRegions) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid from = make_world(ctx, runtime, Rect<1>(0, 99));
        const Grid to = make_world(ctx, runtime, Rect<1>(50, 149));
        const long add = 1000;
        TaskLauncher write(task_id<void, write_own>("write_own", true), TaskArgument(&add, sizeof(add)));
        write.add_region_requirement(requirement(from.region, WRITE_DISCARD, from.region));
        runtime->execute_task(ctx, write);
        runtime->fill_field<long>(ctx, to.region, to.region, FID_A, 1);
        CopyLauncher copy;
        copy.add_copy_requirements(requirement(from.region, READ_ONLY, from.region),
                                   requirement(to.region, WRITE_DISCARD, to.region));
        runtime->issue_copy_operation(ctx, copy);
        PhysicalRegion mapped = runtime->map_region(ctx, requirement(to.region, READ_ONLY, to.region));
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
        EXPECT_EQ(a[50], 1050);
        EXPECT_EQ(a[99], 1099);
        EXPECT_EQ(a[100], 1);
        destroy(ctx, runtime, from);
        destroy(ctx, runtime, to);
      },
      2);
}

TEST(LegionRegion, CopiesFoldGatherAndScatter) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid from = make_world(ctx, runtime, Rect<1>(0, 9));
        const Grid to = make_world(ctx, runtime, Rect<1>(0, 9));
        FieldAllocator allocator = runtime->create_field_allocator(ctx, to.fields);
        const FieldID index = allocator.allocate_field(sizeof(Point<1>));
        const long add = 0;
        TaskLauncher write(task_id<void, write_own>("write_own", true), TaskArgument(&add, sizeof(add)));
        write.add_region_requirement(requirement(from.region, WRITE_DISCARD, from.region));
        runtime->execute_task(ctx, write);
        runtime->fill_field<long>(ctx, to.region, to.region, FID_A, 100);
        {
          PhysicalRegion mapped =
              runtime->map_region(ctx, requirement(to.region, WRITE_DISCARD, to.region, index));
          const FieldAccessor<WRITE_DISCARD, Point<1>, 1> i(mapped, index);
          for (int k = 0; k < 10; k++) i[k] = Point<1>(9 - k);
          runtime->unmap_region(ctx, mapped);
        }
        auto check = [&](std::function<long(long)> expected) {
          PhysicalRegion mapped = runtime->map_region(ctx, requirement(to.region, READ_ONLY, to.region));
          const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
          for (long k = 0; k < 10; k++) EXPECT_EQ(a[k], expected(k));
          runtime->unmap_region(ctx, mapped);
        };
        CopyLauncher fold;
        RegionRequirement folded(to.region, SumReduction<long>::REDOP_ID, EXCLUSIVE, to.region);
        folded.add_field(FID_A);
        fold.add_copy_requirements(requirement(from.region, READ_ONLY, from.region), folded);
        runtime->issue_copy_operation(ctx, fold);
        check([](long k) { return 100 + k; });
        CopyLauncher gather;
        gather.add_copy_requirements(requirement(from.region, READ_ONLY, from.region),
                                     requirement(to.region, READ_WRITE, to.region));
        gather.add_src_indirect_field(index, RegionRequirement(to.region, READ_ONLY, EXCLUSIVE, to.region));
        runtime->issue_copy_operation(ctx, gather);
        check([](long k) { return 9 - k; });
        CopyLauncher scatter;
        scatter.add_copy_requirements(folded, requirement(from.region, READ_WRITE, from.region));
        scatter.src_requirements[0] = requirement(to.region, READ_ONLY, to.region);
        scatter.add_dst_indirect_field(index, RegionRequirement(to.region, READ_ONLY, EXCLUSIVE, to.region));
        runtime->issue_copy_operation(ctx, scatter);
        PhysicalRegion mapped = runtime->map_region(ctx, requirement(from.region, READ_ONLY, from.region));
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
        for (long k = 0; k < 10; k++) EXPECT_EQ(a[k], k);
        destroy(ctx, runtime, from);
        destroy(ctx, runtime, to);
      },
      2);
}

// A gather through points that lead to two elements after their own: the last two lead nowhere.
void gather_beyond(Context ctx, Runtime* runtime, bool may_lead_out) {
  const Grid from = make_world(ctx, runtime, Rect<1>(0, 9));
  const Grid to = make_world(ctx, runtime, Rect<1>(0, 9));
  FieldAllocator allocator = runtime->create_field_allocator(ctx, to.fields);
  const FieldID index = allocator.allocate_field(sizeof(Point<1>));
  runtime->fill_field<long>(ctx, from.region, from.region, FID_A, 7);
  runtime->fill_field<long>(ctx, to.region, to.region, FID_A, 100);
  PhysicalRegion mapped = runtime->map_region(ctx, requirement(to.region, WRITE_DISCARD, to.region, index));
  const FieldAccessor<WRITE_DISCARD, Point<1>, 1> i(mapped, index);
  for (int k = 0; k < 10; k++) i[k] = Point<1>(k + 2);
  runtime->unmap_region(ctx, mapped);
  CopyLauncher gather;
  if (!may_lead_out) gather.possible_src_indirect_out_of_range = false;
  gather.add_copy_requirements(requirement(from.region, READ_ONLY, from.region),
                               requirement(to.region, READ_WRITE, to.region));
  gather.add_src_indirect_field(index, RegionRequirement(to.region, READ_ONLY, EXCLUSIVE, to.region));
  runtime->issue_copy_operation(ctx, gather);
  mapped = runtime->map_region(ctx, requirement(to.region, READ_ONLY, to.region));
  const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
  for (long k = 0; k < 10; k++) EXPECT_EQ(a[k], k < 8 ? 7 : 100);
}

TEST(LegionRegion, GathersLeaveOutWhatLeadsNowhere) {
  run_legion([](Context ctx, Runtime* runtime) { gather_beyond(ctx, runtime, true); }, 2);
}

// Row-major: the element behind the first one has the next second coordinate.
void number_rows(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<READ_WRITE, long, 2> a(regions[0], FID_A);
  const Rect<2> rect = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  long* first = a.ptr(rect);
  for (size_t k = 0; k < rect.volume(); k++) first[k] += static_cast<long>(k);
}

TEST(LegionRegion, VariantsGetTheLayoutThatTheyWant) {
  static const TaskID task = [] {
    OrderingConstraint order({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, false);
    LayoutConstraintRegistrar layout(FieldSpace::NO_SPACE, "rows");
    layout.add_constraint(order);
    const TaskID id = Runtime::generate_static_task_id();
    TaskVariantRegistrar registrar(id, "number_rows");
    registrar.add_layout_constraint_set(0, Runtime::preregister_layout(layout));
    registrar.set_leaf();
    Runtime::preregister_task_variant<number_rows>(registrar, "number_rows");
    return id;
  }();
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<2> rect({2, 5}, {4, 8});
        const Grid world = make_world(ctx, runtime, rect);
        runtime->fill_field<long>(ctx, world.region, world.region, FID_A, 100);
        TaskLauncher launcher(task, TaskArgument());
        launcher.add_region_requirement(requirement(world.region, READ_WRITE, world.region));
        runtime->execute_task(ctx, launcher);
        PhysicalRegion mapped = runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region));
        const FieldAccessor<READ_ONLY, long, 2> a(mapped, FID_A);
        for (PointInRectIterator<2> it(rect); it(); it++)
          EXPECT_EQ(a[*it], 100 + (it[0] - 2) * 4 + (it[1] - 5));
        destroy(ctx, runtime, world);
      },
      2);
}

// ---- errors

void launch_writer(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const long add = 0;
  TaskLauncher write(task_id<void, write_own>("write_own", true), TaskArgument(&add, sizeof(add)));
  write.add_region_requirement(requirement(task->regions[0].region, READ_WRITE, task->regions[0].region));
  runtime->execute_task(ctx, write);
}

void expect_error(Body body, const char* message) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run_legion(std::move(body), 2), testing::ExitedWithCode(1), message);
}

TEST(LegionRegionError, PrivilegesOfTheParentAreNotExceeded) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        TaskLauncher launcher(task_id<void, launch_writer>("launch_writer"), TaskArgument());
        launcher.add_region_requirement(requirement(world.region, READ_ONLY, world.region));
        runtime->execute_task(ctx, launcher);
      },
      "task `launch_writer` launches task `write_own` with a requirement that reads and writes field `a` of "
      "region "
      "`world`, which exceeds its own privileges");
}

TEST(LegionRegionError, GathersThatMayNotLeadOut) {
  expect_error([](Context ctx, Runtime* runtime) { gather_beyond(ctx, runtime, false); },
               "copies through a field of points that leads to \\(1[01]\\), which is not in the region");
}

TEST(LegionRegionError, AccessorsKeepToPrivilegeFieldSizeAndBounds) {
  auto with_mapped = [](std::function<void(PhysicalRegion)> use) {
    return [use](Context ctx, Runtime* runtime) {
      const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
      use(runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region)));
    };
  };
  expect_error(with_mapped([](PhysicalRegion r) { FieldAccessor<READ_WRITE, long, 1> a(r, FID_A); }),
               "makes an accessor that writes field `a` of region `world` without the privilege");
  expect_error(with_mapped([](PhysicalRegion r) { FieldAccessor<READ_ONLY, int, 1> a(r, FID_A); }),
               "elements of 4 bytes on field `a` of region `world`, which has elements of 8 bytes");
  expect_error(with_mapped([](PhysicalRegion r) { FieldAccessor<READ_ONLY, double, 1> a(r, FID_B); }),
               "field 3 of region `world`, which its region requirement does not name");
  expect_error(with_mapped([](PhysicalRegion r) { FieldAccessor<READ_ONLY, long, 2> a(r, FID_A); }),
               "an accessor of 2 dimensions on region `world`, which has 1");
  expect_error(with_mapped([](PhysicalRegion r) {
                 FieldAccessor<READ_ONLY, long, 1, coord_t, Realm::AffineAccessor<long, 1>, true> a(r, FID_A);
                 fprintf(stderr, "%ld", a[10]);
               }),
               "accesses field `a` of region `world` at .10., which is not one of its points");
}

TEST(LegionRegionError, DeclaredPartitionsAreChecked) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 9));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        std::map<DomainPoint, Domain> domains{{0, Rect<1>(0, 5)}, {1, Rect<1>(5, 9)}};
        runtime->create_partition_by_domain(ctx, space, domains, colors, true, LEGION_DISJOINT_KIND);
      },
      "task `top_level` declares a partition of index space [0-9]+ disjoint, but some of its pieces overlap");
}

TEST(LegionRegionError, PartitionsAreDestroyedAsOftenAsTheyAreOwned) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 9));
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, space, colors);
        runtime->create_shared_ownership(ctx, halves);
        for (int k = 0; k < 3; k++) runtime->destroy_index_partition(ctx, halves);
      },
      "destroys index partition [0-9]+ of .* a second time");
}

}  // namespace
}  // namespace palatine::test
