// Output regions: regions whose size a task decides. Legion's API, section 3.1.
#include <gtest/gtest.h>

#include "contract/legion/cpp_mapper_support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 4, FID_B = 2 };

FieldSpace make_fields(Context ctx, Runtime* runtime) {
  const FieldSpace fields = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  allocator.allocate_field(sizeof(long), FID_A);
  allocator.allocate_field(sizeof(int), FID_B);
  runtime->attach_name(fields, FID_A, "a");
  runtime->attach_name(fields, FID_B, "b");
  return fields;
}

// Point p gives p + 2 elements: 100 p + k in one field, k in the other.
void produce(const Task* task, Regions, Context ctx, Runtime* runtime) {
  std::vector<OutputRegion> outputs;
  runtime->get_output_regions(ctx, outputs);
  ASSERT_EQ(outputs.size(), 1u);
  const coord_t point = task->is_index_space ? task->index_point[0] : 0, count = point + 2;
  DeferredBuffer<long, 1> a(Rect<1>(10, 10 + count), Memory::SYSTEM_MEM);
  auto b = outputs[0].create_buffer<int, 1>(Point<1>(count), FID_B, nullptr, true);
  for (coord_t k = 0; k < count; k++) {
    a[10 + k] = 100 * point + k;
    b[k] = static_cast<int>(k);
  }
  outputs[0].return_data(Point<1>(count), FID_A, a);
}

long add_up(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  long sum = 0;
  const Domain domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  auto add = [&](auto n) {
    const FieldAccessor<READ_ONLY, long, n()> a(regions[0], FID_A);
    const FieldAccessor<READ_ONLY, int, n()> b(regions[0], FID_B);
    for (PointInDomainIterator<n()> it(domain); it(); it++) sum += a[*it] + b[*it];
  };
  if (domain.get_dim() == 1) {
    add(std::integral_constant<int, 1>());
  } else {
    add(std::integral_constant<int, 2>());
  }
  return sum;
}

long sum_of_piece(long p) {
  long sum = 0;
  for (long k = 0; k < p + 2; k++) sum += 100 * p + 2 * k;
  return sum;
}

FutureMap add_pieces(Context ctx, Runtime* runtime, const OutputRequirement& output) {
  IndexLauncher launcher(task_id<long, add_up>("add_up", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                         ArgumentMap());
  launcher.add_region_requirement(
      RegionRequirement(output.partition, 0, READ_ONLY, EXCLUSIVE, output.parent));
  launcher.add_field(0, FID_A);
  launcher.add_field(0, FID_B);
  return runtime->execute_index_space(ctx, launcher);
}

TEST(LegionOutput, OfOneTask) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          std::vector<OutputRequirement> outputs{
              OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1)};
          TaskLauncher producer(task_id<void, produce>("produce", true), TaskArgument());
          runtime->execute_task(ctx, producer, &outputs);
          const LogicalRegion region = outputs[0].parent;
          EXPECT_EQ(runtime->get_index_space_domain(ctx, region.get_index_space()), Domain(Rect<1>(0, 1)));
          TaskLauncher consumer(task_id<long, add_up>("add_up", true), TaskArgument());
          consumer.add_region_requirement(RegionRequirement(region, READ_ONLY, EXCLUSIVE, region));
          consumer.add_field(0, FID_A);
          consumer.add_field(0, FID_B);
          EXPECT_EQ(runtime->execute_task(ctx, consumer).get_result<long>(), sum_of_piece(0));
        },
        workers);
  }
}

TEST(LegionOutput, OfAnIndexLaunchHaveItsPointsInFront) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          std::vector<OutputRequirement> outputs{
              OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1, false)};
          IndexLauncher producer(task_id<void, produce>("produce", true), Domain(Rect<1>(0, 3)),
                                 TaskArgument(), ArgumentMap());
          runtime->execute_index_space(ctx, producer, &outputs);
          const Domain domain = runtime->get_index_space_domain(ctx, outputs[0].parent.get_index_space());
          EXPECT_EQ(domain.get_dim(), 2);
          EXPECT_EQ(domain.get_volume(), 2u + 3 + 4 + 5);
          EXPECT_TRUE(domain.contains(Point<2>(3, 4)));
          EXPECT_FALSE(domain.contains(Point<2>(2, 4)));
          const FutureMap sums = add_pieces(ctx, runtime, outputs[0]);
          for (long p = 0; p < 4; p++) EXPECT_EQ(sums.get_result<long>(p), sum_of_piece(p));
        },
        workers);
  }
}

// Point p has colour 3 - p.
struct Backwards : ProjectionFunctor {
  using ProjectionFunctor::project;
  LogicalRegion project(LogicalPartition upper_bound, const DomainPoint& point, const Domain&) override {
    return runtime->get_logical_subregion_by_color(upper_bound, DomainPoint(3 - point[0]));
  }
  bool is_functional() const override { return true; }
  unsigned get_depth() const override { return 0; }
};

TEST(LegionOutput, FunctorsColourThePieces) {
  static const ProjectionID backwards = [] {
    const ProjectionID id = Runtime::generate_static_projection_id();
    Runtime::preregister_projection_functor(id, new Backwards);
    return id;
  }();
  run_legion(
      [](Context ctx, Runtime* runtime) {
        std::vector<OutputRequirement> outputs{
            OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1, true)};
        outputs[0].set_projection(backwards, runtime->create_index_space(ctx, Rect<1>(0, 3)));
        IndexLauncher producer(task_id<void, produce>("produce", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                               ArgumentMap());
        runtime->execute_index_space(ctx, producer, &outputs);
        const FutureMap sums = add_pieces(ctx, runtime, outputs[0]);
        for (long p = 0; p < 4; p++) EXPECT_EQ(sums.get_result<long>(3 - p), sum_of_piece(p));
        // The pieces lie in the order of their colours.
        const LogicalRegion first = runtime->get_logical_subregion_by_color(outputs[0].partition, 0);
        EXPECT_EQ(runtime->get_index_space_domain(ctx, first.get_index_space()), Domain(Rect<1>(0, 4)));
      },
      2);
}

TEST(LegionOutput, WithGlobalIndicesLieSideBySide) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        std::vector<OutputRequirement> outputs{
            OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1, true)};
        IndexLauncher producer(task_id<void, produce>("produce", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                               ArgumentMap());
        runtime->execute_index_space(ctx, producer, &outputs);
        const LogicalRegion region = outputs[0].parent;
        EXPECT_EQ(runtime->get_index_space_domain(ctx, region.get_index_space()), Domain(Rect<1>(0, 13)));
        const FutureMap sums = add_pieces(ctx, runtime, outputs[0]);
        for (long p = 0; p < 4; p++) EXPECT_EQ(sums.get_result<long>(p), sum_of_piece(p));
        RegionRequirement reads(region, READ_ONLY, EXCLUSIVE, region);
        reads.add_field(FID_A);
        const PhysicalRegion mapped = runtime->map_region(ctx, reads);
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
        EXPECT_EQ(a[5], 200);
        EXPECT_EQ(a[13], 304);
      },
      2);
}

// A block of 3 - p by 2 + q elements, of which each is 10 x + y.
auto make_block(const Task* task, Context ctx, Runtime* runtime) {
  const Point<2> extents(3 - task->index_point[0], 2 + task->index_point[1]);
  auto a = runtime->get_output_region(ctx, 0).create_buffer<long, 2>(extents, FID_A, nullptr, true);
  for (PointInRectIterator<2> it(a.get_bounds()); it(); it++) a[*it] = 10 * (*it)[0] + (*it)[1];
  return a;
}
void produce_block(const Task* task, Regions, Context ctx, Runtime* runtime) {
  make_block(task, ctx, runtime);
}

// What four tasks give that make such blocks.
void check_blocks(Context ctx, Runtime* runtime, TaskID producer_id) {
  std::vector<OutputRequirement> outputs{OutputRequirement(make_fields(ctx, runtime), {FID_A}, 2, true)};
  IndexLauncher producer(producer_id, Domain(Rect<2>({0, 0}, {1, 1})), TaskArgument(), ArgumentMap());
  runtime->execute_index_space(ctx, producer, &outputs);
  const LogicalRegion region = outputs[0].parent;
  EXPECT_EQ(runtime->get_index_space_domain(ctx, region.get_index_space()), Domain(Rect<2>({0, 0}, {4, 4})));
  RegionRequirement reads(region, READ_ONLY, EXCLUSIVE, region);
  reads.add_field(FID_A);
  const PhysicalRegion mapped = runtime->map_region(ctx, reads);
  const FieldAccessor<READ_ONLY, long, 2> a(mapped, FID_A);
  for (PointInRectIterator<2> it(Rect<2>({0, 0}, {4, 4})); it(); it++) {
    const coord_t x = (*it)[0], y = (*it)[1];
    EXPECT_EQ(a[*it], 10 * (x < 3 ? x : x - 3) + (y < 2 ? y : y - 2));
  }
}

TEST(LegionOutput, BlocksOfTwoDimensionsFitTogether) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        check_blocks(ctx, runtime, task_id<void, produce_block>("produce_block", true));
      },
      2);
}

// Maps the tasks that read an output region to the instances that the tasks before have made, one for each
// field.
struct FindsOutputs : Mapping::DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(Mapping::MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (std::string(task.get_task_name()) != "add_up") return;
    output.chosen_instances[0].clear();
    for (FieldID field : task.regions[0].instance_fields) {
      LayoutConstraintSet wanted;
      wanted.add_constraint(MemoryConstraint(Memory::SYSTEM_MEM))
          .add_constraint(OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, false))
          .add_constraint(FieldConstraint(std::vector<FieldID>{field}, false, false));
      Mapping::PhysicalInstance found;
      EXPECT_TRUE(runtime->find_physical_instance(ctx, input.valid_instances[0][0].get_location(), wanted,
                                                  {task.regions[0].parent}, found));
      output.chosen_instances[0].push_back(found);
    }
  }
};

TEST(LegionOutput, MappersFindTheInstancesThatTasksHaveMade) {
  EXPECT_EQ(run_with_mapper(
                [](Context ctx, Runtime* runtime) {
                  std::vector<OutputRequirement> outputs{
                      OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1, false)};
                  IndexLauncher producer(task_id<void, produce>("produce", true), Domain(Rect<1>(0, 3)),
                                         TaskArgument(), ArgumentMap());
                  runtime->execute_index_space(ctx, producer, &outputs);
                  const FutureMap sums = add_pieces(ctx, runtime, outputs[0]);
                  for (long p = 0; p < 4; p++) EXPECT_EQ(sums.get_result<long>(p), sum_of_piece(p));
                },
                {"-ll:cpu", "2"}, mapper_class<FindsOutputs>()),
            0);
}

// The last dimension is contiguous, and buffers begin at multiples of 256 bytes.
struct OrdersOutputs : Mapping::DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(Mapping::MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (task.output_regions.empty()) return;
    LayoutConstraintSet& wanted = output.output_constraints.at(0);
    wanted.ordering_constraint = OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, false);
    wanted.alignment_constraints.assign(1, AlignmentConstraint(FID_A, LEGION_EQ_EK, 256));
  }
};

void produce_rows(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const auto a = make_block(task, ctx, runtime);
  EXPECT_EQ(a.ptr(Point<2>(0, 1)) - a.ptr(Point<2>(0, 0)), 1);
  EXPECT_EQ(a.ptr(Point<2>(1, 0)) - a.ptr(Point<2>(0, 0)), 2 + task->index_point[1]);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(a.ptr(Point<2>(0, 0))) % 256, 0u);
}

TEST(LegionOutput, MappersChooseHowBuffersLie) {
  for (int workers : kWorkerCounts) {
    const int code = run_with_mapper(
        [](Context ctx, Runtime* runtime) {
          check_blocks(ctx, runtime, task_id<void, produce_rows>("produce_rows", true));
        },
        {"-ll:cpu", std::to_string(workers)}, mapper_class<OrdersOutputs>());
    EXPECT_EQ(code, 0);
  }
}

// A leaf that has an output region of its own, and inlines a leaf with another one.
long inlines_a_producer(const Task*, Regions, Context ctx, Runtime* runtime) {
  runtime->get_output_region(ctx, 0).create_buffer<long, 1>(Point<1>(1), FID_A, nullptr, true)[0] = 7;
  std::vector<OutputRequirement> outputs{OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1)};
  TaskLauncher producer(task_id<void, produce>("produce", true), TaskArgument());
  producer.enable_inlining = true;
  runtime->execute_task(ctx, producer, &outputs);
  const LogicalRegion region = outputs.at(0).parent;
  TaskLauncher consumer(task_id<long, add_up>("add_up", true), TaskArgument());
  consumer.enable_inlining = true;
  consumer.add_region_requirement(RegionRequirement(region, READ_ONLY, EXCLUSIVE, region));
  consumer.add_field(0, FID_A);
  consumer.add_field(0, FID_B);
  return runtime->execute_task(ctx, consumer).get_result<long>();
}

TEST(LegionOutput, OfLeavesThatAreInlined) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          std::vector<OutputRequirement> outputs{OutputRequirement(make_fields(ctx, runtime), {FID_A}, 1)};
          TaskLauncher launcher(task_id<long, inlines_a_producer>("inlines_a_producer", true),
                                TaskArgument());
          EXPECT_EQ(runtime->execute_task(ctx, launcher, &outputs).get_result<long>(), sum_of_piece(0));
          RegionRequirement reads(outputs[0].parent, READ_ONLY, EXCLUSIVE, outputs[0].parent);
          reads.add_field(FID_A);
          const PhysicalRegion mapped = runtime->map_region(ctx, reads);
          EXPECT_EQ((FieldAccessor<READ_ONLY, long, 1>(mapped, FID_A)[0]), 7);
        },
        workers);
  }
}

void forget_a_field(const Task*, Regions, Context ctx, Runtime* runtime) {
  runtime->get_output_region(ctx, 0).create_buffer<int, 1>(Point<1>(1), FID_B, nullptr, true);
}
void return_another_type(const Task*, Regions, Context ctx, Runtime* runtime) {
  runtime->get_output_region(ctx, 0).create_buffer<int, 1>(Point<1>(1), FID_A, nullptr, true);
}

void expect_error(TaskID task, const char* message) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run_legion(
                  [task](Context ctx, Runtime* runtime) {
                    std::vector<OutputRequirement> outputs{
                        OutputRequirement(make_fields(ctx, runtime), {FID_A, FID_B}, 1)};
                    runtime->execute_task(ctx, TaskLauncher(task, TaskArgument()), &outputs);
                  },
                  1),
              testing::ExitedWithCode(1), message);
}

TEST(LegionOutputError, FieldsThatAreMissingOrOfAnotherSize) {
  expect_error(task_id<void, forget_a_field>("forget_a_field", true),
               "task `forget_a_field` ends without returning data for field `a` of output region 0");
  expect_error(
      task_id<void, return_another_type>("return_another_type", true),
      "task `return_another_type` returns elements of 4 bytes for field `a` of output region 0, which "
      "has 8");
}

void keep_variable(const Task*, Regions, Context ctx, Runtime* runtime) {
  runtime->set_local_task_variable<int>(ctx, 3, new int(7),
                                        [](void* value) { delete static_cast<int*>(value); });
  EXPECT_EQ(*runtime->get_local_task_variable<int>(ctx, 3), 7);
}

TEST(LegionOutput, VariablesBelongToATask) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        runtime
            ->execute_task(ctx, TaskLauncher(task_id<void, keep_variable>("keep_variable"), TaskArgument()))
            .get_void_result();
      },
      1);
}

}  // namespace
}  // namespace palatine::test
