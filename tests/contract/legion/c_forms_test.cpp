// Code in C below tasks and mappers in C++: legion_c_external.h, legion_c_forms.h, legion_c_layouts.h,
// legion_c_mapping.h.
#include "contract/legion/c_forms.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "contract/legion/cpp_mapper_support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

// Point p gives p + 1 elements, a single task 4: 30 + k.
void produce(const Task* task, Regions, Context ctx, Runtime* runtime) {
  const coord_t count = task->is_index_space ? task->index_point[0] + 1 : 4;
  auto x = runtime->get_output_region(ctx, 0).create_buffer<long, 1>(Point<1>(count), FORMS_X, nullptr, true);
  for (coord_t k = 0; k < count; k++) x[k] = 30 + k;
}

TEST(LegionCForms, DoWhatTheirNamesSay) {
  const std::string file = testing::TempDir() + "c_forms_" + std::to_string(getpid()) + ".hdf";
  for (int workers : kWorkerCounts) {
    FormsResults results = {};
    run_legion(
        [&](Context ctx, Runtime* runtime) {
          use_forms({runtime}, {ctx}, task_id<void, produce>("produce", true), file.c_str(), &results);
        },
        workers);
    for (long k = 0; k < 6; k++) {
      EXPECT_EQ(results.filled[k], 10 + k);
      EXPECT_EQ(results.attached[k], k == 4 ? 103 : 100 + k);
    }
    EXPECT_EQ(results.gathered, 25);
    EXPECT_EQ(results.reduced, 25 + 20);
    EXPECT_EQ(results.blocks, 2);
    EXPECT_EQ(results.fields, 2);
    EXPECT_EQ(results.futures, 7);
    EXPECT_EQ(results.buffered, 75);
    EXPECT_EQ(results.output_volume, 32 + 100 * 3);
    EXPECT_EQ(results.hdf5, 77);
    EXPECT_EQ(results.consensus, 2 + 40);
    EXPECT_EQ(results.identity, 101);
  }
  remove(file.c_str());
}

// ---- layouts

long rows(const Task*, Regions regions, Context, Runtime*) {
  typedef FieldAccessor<READ_WRITE, long, 2, coord_t, Realm::AffineAccessor<long, 2, coord_t>> Accessor;
  const Accessor x(regions[0], FORMS_X);
  return x.ptr(Point<2>(0, 1)) - x.ptr(Point<2>(0, 0)) == 1;
}

long launch_on_rows(Context ctx, Runtime* runtime, TaskID task) {
  const Grid grid = make_grid(ctx, runtime, Rect<2>({0, 0}, {2, 3}), {{FORMS_X, sizeof(long)}});
  TaskLauncher launcher(task, TaskArgument());
  launcher.add_region_requirement(RegionRequirement(grid.region, READ_WRITE, EXCLUSIVE, grid.region));
  launcher.add_field(0, FORMS_X);
  return runtime->execute_task(ctx, launcher).get_result<long>();
}

TEST(LegionCForms, RegistrarsHaveLayouts) {
  static const TaskID task = register_row_task();
  for (int workers : kWorkerCounts)
    run_legion([](Context ctx, Runtime* runtime) { EXPECT_EQ(launch_on_rows(ctx, runtime, task), 1); },
               workers);
}

// ---- mappers that ask C

int answers;
int colour(const Task* task, Regions, Context, Runtime* runtime) {
  return static_cast<int>(runtime->get_logical_region_color(task->regions[0].region));
}

struct AsksC : Mapping::DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(Mapping::MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    const Memory memory = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
    answer_in_c({runtime}, {ctx}, {const_cast<Task*>(&task)}, {&output}, {memory.id}, &answers);
  }
  void slice_task(Mapping::MapperContext, const Task& task, const SliceTaskInput&,
                  SliceTaskOutput& output) override {
    slice_in_c({&output}, {task.target_proc.id});
  }
};

TEST(LegionCForms, AnswerForMappers) {
  static const ProjectionID shift = [] {
    const ProjectionID id = Runtime::generate_static_projection_id();
    register_shift(id);
    return id;
  }();
  for (int workers : kWorkerCounts) {
    answers = 0;
    run_with_mapper(
        [](Context ctx, Runtime* runtime) {
          EXPECT_EQ(launch_on_rows(ctx, runtime, task_id<long, rows>("rows", true)), 1);
          const Grid grid = make_grid(ctx, runtime, Rect<1>(0, 7), {{FORMS_X, sizeof(long)}});
          const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
          const LogicalPartition pieces = runtime->get_logical_partition(
              grid.region, runtime->create_equal_partition(ctx, grid.space, colors));
          IndexLauncher launcher(task_id<int, colour>("colour", true), Domain(Rect<1>(0, 3)), TaskArgument(),
                                 ArgumentMap());
          launcher.add_region_requirement(
              RegionRequirement(pieces, shift, WRITE_DISCARD, EXCLUSIVE, grid.region));
          launcher.add_field(0, FORMS_X);
          const long by = 3;
          legion_index_launcher_set_projection_args({&launcher}, 0, &by, sizeof(by), false);
          const FutureMap colours = runtime->execute_index_space(ctx, launcher);
          for (int p = 0; p < 4; p++) EXPECT_EQ(colours.get_result<int>(p), (p + 3) % 4);
        },
        {"-ll:cpu", std::to_string(workers)}, mapper_class<AsksC>());
    EXPECT_EQ(answers, 1);
  }
}

}  // namespace
}  // namespace palatine::test
