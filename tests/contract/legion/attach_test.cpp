// Attached arrays and files, and threads of the program as top-level tasks. Legion's API, sections 2 and 5.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <numeric>

#include "contract/legion/support.h"
#include "realm/cuda/cuda_access.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_X = 1, FID_Y = 2 };

struct Element {
  int x;
  double y;
};
const std::map<FieldID, size_t> kAlignments{{FID_X, alignof(int)}, {FID_Y, alignof(double)}};
constexpr int kElements = 6;

// As many as the grid has points.
std::vector<Element> make_elements() {
  std::vector<Element> elements;
  for (int k = 0; k < kElements; k++) elements.push_back({k, 0.5 * k});
  return elements;
}

Grid make_grid(Context ctx, Runtime* runtime) {
  return test::make_grid(ctx, runtime, Rect<2>({1, 1}, {3, 2}),
                         {{FID_X, sizeof(int)}, {FID_Y, sizeof(double)}});
}

void add_hundred(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<READ_WRITE, int, 2> x(regions[0], FID_X);
  const DomainT<2> domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (PointInDomainIterator<2> it(domain); it(); it++) x[*it] += 100;
}

void launch_adder(Context ctx, Runtime* runtime, LogicalRegion region) {
  TaskLauncher launcher(task_id<void, add_hundred>("add_hundred", true), TaskArgument());
  launcher.add_region_requirement(RegionRequirement(region, READ_WRITE, EXCLUSIVE, region));
  launcher.add_field(0, FID_X);
  runtime->execute_task(ctx, launcher);
}

TEST(LegionAttach, ArraysOfStructuresComeInAndGoOut) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime);
        std::vector<Element> elements = make_elements();
        AttachLauncher launcher(LEGION_EXTERNAL_INSTANCE, grid.region, grid.region, false, false);
        launcher.attach_array_aos(elements.data(), true, {FID_X, FID_Y}, Memory::NO_MEMORY, &kAlignments);
        const PhysicalRegion attached = runtime->attach_external_resource(ctx, launcher);
        EXPECT_FALSE(attached.is_mapped());
        launch_adder(ctx, runtime, grid.region);
        {
          RegionRequirement read(grid.region, READ_ONLY, EXCLUSIVE, grid.region);
          read.add_field(FID_Y);
          PhysicalRegion mapped = runtime->map_region(ctx, read);
          const FieldAccessor<READ_ONLY, double, 2> y(mapped, FID_Y);
          // The first dimension is the fastest.
          EXPECT_EQ(y[Point<2>(2, 1)], 0.5);
          EXPECT_EQ(y[Point<2>(1, 2)], 1.5);
          runtime->unmap_region(ctx, mapped);
        }
        runtime->detach_external_resource(ctx, attached).get_void_result();
        for (int k = 0; k < kElements; k++) EXPECT_EQ(elements[k].x, 100 + k);
      },
      2);
}

// Of an array of structures each field may be attached alone, and in another order of dimensions.
TEST(LegionAttach, FieldsOfOneArrayOneByOne) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime);
        std::vector<Element> elements = make_elements();
        Realm::ExternalMemoryResource resource(elements.data(), elements.size() * sizeof(Element));
        auto attach = [&](FieldID field, bool is_column_major) {
          AttachLauncher launcher(LEGION_EXTERNAL_INSTANCE, grid.region, grid.region, false, false);
          launcher.initialize_constraints(is_column_major, false, {FID_X, FID_Y}, &kAlignments);
          launcher.privilege_fields.insert(field);
          launcher.external_resource = &resource;
          return runtime->attach_external_resource(ctx, launcher);
        };
        const PhysicalRegion x = attach(FID_X, true), y = attach(FID_Y, false);
        launch_adder(ctx, runtime, grid.region);
        {
          RegionRequirement read(grid.region, READ_ONLY, EXCLUSIVE, grid.region);
          read.add_field(FID_X);
          read.add_field(FID_Y);
          PhysicalRegion mapped = runtime->map_region(ctx, read);
          const FieldAccessor<READ_ONLY, int, 2> a(mapped, FID_X);
          const FieldAccessor<READ_ONLY, double, 2> b(mapped, FID_Y);
          EXPECT_EQ(a[Point<2>(2, 1)], 101);
          EXPECT_EQ(b[Point<2>(2, 1)], 1.0);
          runtime->unmap_region(ctx, mapped);
        }
        runtime->detach_external_resource(ctx, x).wait();
        runtime->detach_external_resource(ctx, y).wait();
        for (int k = 0; k < kElements; k++) {
          EXPECT_EQ(elements[k].x, 100 + k);
          EXPECT_EQ(elements[k].y, 0.5 * k);
        }
        destroy(ctx, runtime, grid);
      },
      2);
}

TEST(LegionAttach, RowMajorArrays) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime);
        std::vector<int> values(6);
        std::iota(values.begin(), values.end(), 0);
        AttachLauncher launcher(LEGION_EXTERNAL_INSTANCE, grid.region, grid.region);
        launcher.initialize_constraints(false, true, {FID_X});
        launcher.privilege_fields.insert(FID_X);
        const Realm::ExternalMemoryResource resource(values.data(), values.size() * sizeof(int));
        launcher.external_resource = &resource;
        const PhysicalRegion attached = runtime->attach_external_resource(ctx, launcher);
        const FieldAccessor<READ_WRITE, int, 2> x(attached, FID_X);
        EXPECT_EQ(x[Point<2>(1, 2)], 1);
        EXPECT_EQ(x[Point<2>(2, 1)], 2);
        x[Point<2>(3, 2)] = 50;
        runtime->detach_external_resource(ctx, attached);
        EXPECT_EQ(values[5], 50);
      },
      1);
}

// The host cannot reach it.
TEST(LegionAttachDeathTest, MemoryOfADeviceIsRefused) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto program = [](Context ctx, Runtime* runtime) {
    const Grid grid = make_grid(ctx, runtime);
    Realm::ExternalCudaMemoryResource resource(3, reinterpret_cast<void*>(0x1000), 64);
    AttachLauncher launcher(LEGION_EXTERNAL_INSTANCE, grid.region, grid.region, false, false);
    launcher.initialize_constraints(true, false, {FID_X}, &kAlignments);
    launcher.privilege_fields.insert(FID_X);
    launcher.external_resource = &resource;
    runtime->attach_external_resource(ctx, launcher);
  };
  EXPECT_EXIT(run_legion(program, 1), testing::ExitedWithCode(1), "memory of device 3 cannot be attached");
}

TEST(LegionAttach, FilesKeepWhatTasksWrote) {
  const std::string name = testing::TempDir() + "/legion_attach_test.dat";
  FILE* file = fopen(name.c_str(), "wb");
  const int values[6] = {5, 6, 7, 8, 9, 10};
  fwrite(values, sizeof(int), 6, file);
  fclose(file);
  run_legion(
      [&](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime);
        AttachLauncher launcher(LEGION_EXTERNAL_POSIX_FILE, grid.region, grid.region, true, false);
        launcher.attach_file(name.c_str(), {FID_X}, LEGION_FILE_READ_WRITE);
        const PhysicalRegion attached = runtime->attach_external_resource(ctx, launcher);
        launch_adder(ctx, runtime, grid.region);
        runtime->detach_external_resource(ctx, attached);
      },
      2);
  int read[6] = {};
  file = fopen(name.c_str(), "rb");
  EXPECT_EQ(fread(read, sizeof(int), 6, file), 6u);
  fclose(file);
  remove(name.c_str());
  for (int k = 0; k < kElements; k++) EXPECT_EQ(read[k], values[k] + 100);
}

int twice(const Task* task, Regions, Context, Runtime*) {
  return 2 * *static_cast<const int*>(task->args);
}

// A new file, which regions get and change afterwards; each half of another region as one dataset.
TEST(LegionAttach, DatasetsOfHdf5Files) {
  const std::string path = testing::TempDir() + "attached_" + std::to_string(getpid()) + ".hdf";
  run_legion(
      [&](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime);
        auto attach = [&](std::map<FieldID, const char*> datasets, FileMode mode) {
          AttachLauncher launcher(LEGION_EXTERNAL_HDF5_FILE, grid.region, grid.region, false, false);
          launcher.attach_hdf5(path.c_str(), datasets, mode);
          return runtime->attach_external_resource(ctx, launcher);
        };
        auto value_of = [&](FieldID field, Point<2> point) {
          RegionRequirement read(grid.region, READ_ONLY, EXCLUSIVE, grid.region);
          read.add_field(field);
          const PhysicalRegion mapped = runtime->map_region(ctx, read);
          const double value = field == FID_X ? FieldAccessor<READ_ONLY, int, 2>(mapped, field)[point]
                                              : FieldAccessor<READ_ONLY, double, 2>(mapped, field)[point];
          runtime->unmap_region(ctx, mapped);
          return value;
        };
        PhysicalRegion file = attach({{FID_X, "x"}, {FID_Y, "group/y"}}, LEGION_FILE_CREATE);
        runtime->fill_field<int>(ctx, grid.region, grid.region, FID_X, 5);
        runtime->fill_field<double>(ctx, grid.region, grid.region, FID_Y, 0.5);
        launch_adder(ctx, runtime, grid.region);
        runtime->detach_external_resource(ctx, file).get_void_result();

        runtime->fill_field<int>(ctx, grid.region, grid.region, FID_X, -1);
        runtime->fill_field<double>(ctx, grid.region, grid.region, FID_Y, -1);
        file = attach({{FID_Y, "group/y"}}, LEGION_FILE_READ_ONLY);
        EXPECT_EQ(value_of(FID_X, {2, 2}), -1);
        EXPECT_EQ(value_of(FID_Y, {2, 2}), 0.5);
        runtime->fill_field<double>(ctx, grid.region, grid.region, FID_Y, 9);
        runtime->detach_external_resource(ctx, file).get_void_result();

        file = attach({{FID_X, "x"}, {FID_Y, "group/y"}}, LEGION_FILE_READ_WRITE);
        EXPECT_EQ(value_of(FID_X, {3, 1}), 105);
        EXPECT_EQ(value_of(FID_Y, {3, 1}), 0.5);
        launch_adder(ctx, runtime, grid.region);
        runtime->detach_external_resource(ctx, file).get_void_result();

        // Two rows of six columns, each as large as the grid.
        const Grid rows = test::make_grid(ctx, runtime, Rect<2>({1, 1}, {6, 2}), {{FID_X, sizeof(int)}});
        runtime->fill_field<int>(ctx, rows.region, rows.region, FID_X, 0);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const LogicalPartition halves = runtime->get_logical_partition(
            rows.region, runtime->create_equal_partition(ctx, rows.space, colors));
        IndexAttachLauncher launcher(LEGION_EXTERNAL_HDF5_FILE, rows.region, false);
        for (int half = 0; half < 2; half++)
          launcher.attach_hdf5(runtime->get_logical_subregion_by_color(halves, half), path.c_str(),
                               {{FID_X, "x"}}, LEGION_FILE_READ_ONLY);
        const ExternalResources resources = runtime->attach_external_resources(ctx, launcher);
        EXPECT_EQ(resources.size(), 2u);
        RegionRequirement read(rows.region, READ_ONLY, EXCLUSIVE, rows.region);
        read.add_field(FID_X);
        const PhysicalRegion mapped = runtime->map_region(ctx, read);
        const FieldAccessor<READ_ONLY, int, 2> x(mapped, FID_X);
        for (PointInRectIterator<2> it(Rect<2>({1, 1}, {6, 2})); it(); it++) EXPECT_EQ(x[*it], 205);
        runtime->unmap_region(ctx, mapped);
        runtime->detach_external_resources(ctx, resources);
      },
      2);
  remove(path.c_str());
}

TEST(LegionProgram, AThreadMayBeTheTopLevelTask) {
  const Legion::TaskID task = task_id<int, twice>("twice", true);
  for (int workers : {1, 3}) {
    std::string name = "test", flag = "-ll:cpu", count = std::to_string(workers);
    char* argv[] = {name.data(), flag.data(), count.data()};
    EXPECT_EQ(start_without_top_level_task(3, argv), 0);
    Runtime* runtime = Runtime::get_runtime();
    Context ctx = runtime->begin_implicit_task(4711, 0, Processor::LOC_PROC, "outside");
    EXPECT_STREQ(runtime->get_current_task(ctx)->get_task_name(), "outside");
    int sum = 0;
    // More than a task may be ahead of its sub-tasks.
    std::vector<Future> results;
    for (int k = 0; k < 3000; k++) {
      TaskLauncher launcher(task, TaskArgument(&k, sizeof(k)));
      results.push_back(runtime->execute_task(ctx, launcher));
    }
    for (const Future& result : results) sum += result.get_result<int>();
    EXPECT_EQ(sum, 2999 * 3000);
    runtime->finish_implicit_task(ctx);
    EXPECT_EQ(Runtime::wait_for_shutdown(), 0);
  }
}

}  // namespace
}  // namespace palatine::test
