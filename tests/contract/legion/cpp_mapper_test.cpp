// Mappers of programs of Legion's C++ interface: what they see of tasks, and what their answers do.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "contract/legion/cpp_mapper_support.h"

namespace palatine::test {
namespace {

using namespace Legion;
using namespace Legion::Mapping;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 70, FID_B = 7 };

// ---- what a mapper sees

std::string seen;  // of the task `write_b`

struct Seer : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (std::string(task.get_task_name()) != "write_b") return;
    const RegionRequirement& req = task.regions.at(0);
    const char *region, *field;
    runtime->retrieve_name(ctx, req.region, region);
    runtime->retrieve_name(ctx, req.region.get_field_space(), *req.privilege_fields.begin(), field);
    std::vector<FieldID> fields;
    runtime->get_field_space_fields(ctx, req.region.get_field_space(), fields);
    const LogicalPartition partition = runtime->get_parent_logical_partition(ctx, req.region);
    seen = std::string(region) + "." + field + ", " +
           std::to_string(runtime->get_field_size(ctx, req.region.get_field_space(), FID_B)) + " bytes, " +
           std::to_string(fields.size()) + " fields, points " +
           std::to_string(runtime->get_index_space_domain(ctx, req.region.get_index_space()).get_volume()) +
           ", colour " + std::to_string(runtime->get_logical_region_color(ctx, req.region)) + ", " +
           (runtime->is_index_partition_disjoint(ctx, partition.get_index_partition()) ? "disjoint"
                                                                                       : "aliased") +
           ", tag " + std::to_string(task.tag) + ", argument " +
           std::to_string(*static_cast<const int*>(task.args)) + " of " +
           task.get_parent_task()->get_task_name();
  }
};

void write_b(const Legion::Task* task, Regions regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<READ_WRITE, short, 1> b(regions[0], FID_B);
  const Domain domain = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (Domain::DomainPointIterator it(domain); it; it++) b[Point<1>(*it)] = 5;
}

TEST(LegionMapper, SeesTheProgramsOwnNames) {
  seen.clear();
  const int code = run_with_mapper(
      [](Context ctx, Runtime* runtime) {
        const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 11));
        const FieldSpace fields = runtime->create_field_space(ctx);
        FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
        allocator.allocate_field(sizeof(double), FID_A);
        allocator.allocate_field(sizeof(short), FID_B);
        runtime->attach_name(fields, FID_B, "b");
        const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
        runtime->attach_name(region, "whole");
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 2));
        const IndexPartition thirds = runtime->create_equal_partition(ctx, space, colors);
        const LogicalPartition pieces = runtime->get_logical_partition(ctx, region, thirds);
        const LogicalRegion piece = runtime->get_logical_subregion_by_color(ctx, pieces, 2);
        runtime->attach_name(piece, "last third");
        const int argument = 17;
        TaskLauncher launcher(task_id<void, write_b>("write_b", true),
                              TaskArgument(&argument, sizeof(argument)));
        launcher.tag = 99;
        launcher.add_region_requirement(RegionRequirement(piece, READ_WRITE, EXCLUSIVE, region));
        launcher.add_field(0, FID_B);
        runtime->execute_task(ctx, launcher);
        RegionRequirement read(piece, READ_ONLY, EXCLUSIVE, region);
        read.add_field(FID_B);
        const PhysicalRegion mapped = runtime->map_region(ctx, read);
        const FieldAccessor<READ_ONLY, short, 1> b(mapped, FID_B);
        EXPECT_EQ(b[Point<1>(8)], 5);
        EXPECT_EQ(b[Point<1>(11)], 5);
      },
      {"-ll:cpu", "2"}, mapper_class<Seer>());
  EXPECT_EQ(code, 0);
  EXPECT_EQ(
      seen,
      "last third.b, 2 bytes, 2 fields, points 4, colour 2, disjoint, tag 99, argument 17 of top_level");
}

// ---- operations other than tasks

std::vector<std::string> operations;

// Writes down which operations it is asked about, with the numbers that came with them.
struct Clerk : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  static std::string fields_of(const RegionRequirement& req) {
    std::string all;
    for (FieldID field : req.privilege_fields) all += " " + std::to_string(field);
    return all;
  }
  static std::string origin(const Mappable& operation) {
    const char* given = static_cast<const char*>(operation.mapper_data);
    return ", tag " + std::to_string(operation.tag) + " of " + operation.get_parent_task()->get_task_name() +
           " from `" + std::string(operation.get_provenance_string()) + "` with `" +
           std::string(given, operation.mapper_data_size) + "`";
  }
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (task.get_depth() > 0) operations.push_back(std::string(task.get_task_name()) + origin(task));
  }
  void map_inline(MapperContext ctx, const InlineMapping& operation, const MapInlineInput& input,
                  MapInlineOutput& output) override {
    operations.push_back("inline" + fields_of(operation.requirement) + origin(operation));
    if (operation.tag != 2) return DefaultMapper::map_inline(ctx, operation, input, output);
    LayoutConstraintSet last_first;
    last_first.add_constraint(OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, true));
    last_first.add_constraint(FieldConstraint(std::vector<FieldID>{FID_A}, false, false));
    PhysicalInstance instance;
    const Memory memory = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
    EXPECT_TRUE(
        runtime->create_physical_instance(ctx, memory, last_first, {operation.requirement.region}, instance));
    output.chosen_instances.push_back(instance);
  }
  void map_copy(MapperContext ctx, const Copy& operation, const MapCopyInput& input,
                MapCopyOutput& output) override {
    operations.push_back(
        "copy" + fields_of(operation.src_requirements.at(0)) + " to" +
        fields_of(operation.dst_requirements.at(0)) +
        (operation.is_index_space ? ", point " + std::to_string(operation.index_point[0]) : "") +
        origin(operation));
    DefaultMapper::map_copy(ctx, operation, input, output);
  }
  void map_partition(MapperContext ctx, const Legion::Partition& operation, const MapPartitionInput& input,
                     MapPartitionOutput& output) override {
    operations.push_back("partition " + std::to_string(operation.get_partition_kind()) +
                         fields_of(operation.requirement) + origin(operation));
    DefaultMapper::map_partition(ctx, operation, input, output);
  }
  void map_acquire(MapperContext, const Acquire& operation, const MapAcquireInput&,
                   MapAcquireOutput&) override {
    operations.push_back("acquire" + origin(operation));
  }
  void map_release(MapperContext, const Release& operation, const MapReleaseInput&,
                   MapReleaseOutput&) override {
    operations.push_back("release" + origin(operation));
  }
};

void nothing(const Legion::Task*, Regions, Context, Runtime*) {}

TEST(LegionMapper, IsAskedAboutEveryOperation) {
  operations.clear();
  const int code = run_with_mapper(
      [](Context ctx, Runtime* runtime) {
        const UntypedBuffer note("note", 4);
        const Grid grid = make_grid(ctx, runtime, Rect<2>({0, 0}, {3, 2}), {{FID_A, 8}, {FID_B, 16}});
        runtime->fill_field<long>(ctx, grid.region, grid.region, FID_A, 5);
        TaskLauncher task(task_id<void, nothing>("nothing", true), TaskArgument());
        task.tag = 1;
        task.map_arg = note;
        task.provenance = "here";
        runtime->execute_task(ctx, task);

        // In memory of another order, because the mapper wants it.
        RegionRequirement write(grid.region, READ_WRITE, EXCLUSIVE, grid.region);
        write.add_field(FID_A);
        PhysicalRegion mapped = runtime->map_region(ctx, InlineLauncher(write, 0, 2, 0, note, "here"));
        {
          const FieldAccessor<READ_WRITE, long, 2, coord_t, Realm::AffineAccessor<long, 2, coord_t>> a(mapped,
                                                                                                       FID_A);
          EXPECT_EQ(a.ptr(Point<2>(0, 1)) - a.ptr(Point<2>(0, 0)), 1);
          EXPECT_EQ(a[Point<2>(3, 1)], 5);
          for (PointInRectIterator<2> p(Rect<2>({0, 0}, {3, 2})); p(); p++) a[*p] = (*p)[0] % 2;
        }
        runtime->unmap_region(ctx, mapped);

        CopyLauncher copy(Predicate::TRUE_PRED, 0, 3, note, "here");
        const Grid other = make_grid(ctx, runtime, Rect<2>({0, 0}, {3, 2}), {{FID_A, 8}});
        copy.add_copy_requirements(RegionRequirement(grid.region, READ_ONLY, EXCLUSIVE, grid.region),
                                   RegionRequirement(other.region, WRITE_DISCARD, EXCLUSIVE, other.region));
        copy.add_src_field(0, FID_A);
        copy.add_dst_field(0, FID_A);
        runtime->issue_copy_operation(ctx, copy);
        IndexCopyLauncher copies(Domain(Rect<1>(0, 1)), Predicate::TRUE_PRED, 0, 4);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        const IndexPartition halves = runtime->create_equal_partition(ctx, grid.space, colors);
        const LogicalPartition from = runtime->get_logical_partition(ctx, grid.region, halves);
        copies.add_copy_requirements(RegionRequirement(from, 0, READ_ONLY, EXCLUSIVE, grid.region),
                                     RegionRequirement(from, 0, WRITE_DISCARD, EXCLUSIVE, grid.region));
        copies.add_src_field(0, FID_A);
        copies.add_dst_field(0, FID_A);
        runtime->issue_copy_operation(ctx, copies);
        const IndexPartition parity = runtime->create_partition_by_field(
            ctx, other.region, other.region, FID_A, colors, LEGION_AUTO_GENERATE_ID, 0, 5,
            LEGION_DISJOINT_COMPLETE_KIND, UntypedBuffer(), "here");
        EXPECT_EQ(
            runtime->get_index_space_domain(ctx, runtime->get_index_subspace(ctx, parity, 1)).get_volume(),
            6u);
        runtime->unmap_all_regions(ctx);
        AcquireLauncher acquire(grid.region, grid.region, PhysicalRegion(), Predicate::TRUE_PRED, 0, 6);
        acquire.add_field(FID_A);
        runtime->issue_acquire(ctx, acquire);
        ReleaseLauncher release(grid.region, grid.region, PhysicalRegion(), Predicate::TRUE_PRED, 0, 7);
        release.add_field(FID_A);
        runtime->issue_release(ctx, release);
      },
      {"-ll:cpu", "2"}, mapper_class<Clerk>());
  EXPECT_EQ(code, 0);
  const std::vector<std::string> expected = {"nothing, tag 1 of top_level from `here` with `note`",
                                             "inline 70, tag 2 of top_level from `here` with `note`",
                                             "copy 70 to 70, tag 3 of top_level from `here` with `note`",
                                             "copy 70 to 70, point 0, tag 4 of top_level from `` with ``",
                                             "copy 70 to 70, point 1, tag 4 of top_level from `` with ``",
                                             "partition 0 70, tag 5 of top_level from `here` with ``",
                                             "acquire, tag 6 of top_level from `` with ``",
                                             "release, tag 7 of top_level from `` with ``"};
  EXPECT_EQ(operations, expected);
}

// ---- where points run

struct Dealer : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void slice_task(MapperContext, const Legion::Task&, const SliceTaskInput& input,
                  SliceTaskOutput& output) override {
    size_t k = 0;
    for (Domain::DomainPointIterator it(input.domain); it; it++, k++)
      output.slices.push_back(TaskSlice(Domain(*it, *it), local_cpus[k % local_cpus.size()], false, false));
  }
  void default_policy_select_target_processors(MapperContext, const Legion::Task& task,
                                               std::vector<Processor>& processors) override {
    processors.push_back(task.target_proc);
  }
};

unsigned long long where(const Legion::Task* task, Regions, Context ctx, Runtime* runtime) {
  EXPECT_EQ(*static_cast<const int*>(task->local_args), task->index_point[0] * 10 + task->index_point[1]);
  EXPECT_EQ(task->current_proc, runtime->get_executing_processor(ctx));
  return runtime->get_executing_processor(ctx).id;
}

TEST(LegionMapper, DealsPointsToProcessors) {
  for (int workers : {1, 3}) {
    run_with_mapper(
        [](Context ctx, Runtime* runtime) {
          for (int round = 0; round < 10; round++) {
            const Rect<2> rect({1, 1}, {3, 4});
            ArgumentMap arguments;
            for (PointInRectIterator<2> it(rect); it(); it++) {
              const int value = static_cast<int>(it[0] * 10 + it[1]);
              arguments.set_point(DomainPoint(*it), TaskArgument(&value, sizeof(value)));
            }
            IndexLauncher launcher(task_id<unsigned long long, where>("where"), Domain(rect), TaskArgument(),
                                   arguments);
            const FutureMap places = runtime->execute_index_space(ctx, launcher);
            const Machine machine = Machine::get_machine();
            Machine::ProcessorQuery query(machine);
            query.only_kind(Processor::LOC_PROC);
            std::vector<Processor> cpus;
            for (Processor cpu : query) cpus.push_back(cpu);
            size_t k = 0;
            for (PointInRectIterator<2> it(rect); it(); it++, k++)
              EXPECT_EQ(places.get_result<unsigned long long>(DomainPoint(*it)), cpus[k % cpus.size()].id);
          }
        },
        {"-ll:cpu", std::to_string(workers)}, mapper_class<Dealer>());
  }
}

// ---- many at once

// Counts its calls, which the runtime must not run beside each other.
struct Counter : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  ~Counter() override { mapped += here_; }
  MapperSyncModel get_mapper_sync_model() const override { return SERIALIZED_NON_REENTRANT_MAPPER_MODEL; }
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    EXPECT_EQ(calls_++, 0);
    ++here_;
    EXPECT_EQ(task.regions.size(), task.get_depth() == 2 ? 1u : 0u);
    DefaultMapper::map_task(ctx, task, input, output);
    output.task_priority = here_ % 3;
    --calls_;
  }
  static inline int mapped = 0;

 private:
  int calls_ = 0, here_ = 0;
};

void add_one_number(const Legion::Task* task, Regions regions, Context, Runtime*) {
  const FieldAccessor<READ_WRITE, short, 1> b(regions[0], FID_B);
  b[Point<1>(0)] = static_cast<short>(b[Point<1>(0)] + *static_cast<const int*>(task->args));
}

// Launches a hundred tasks on a region of its own.
int hundred(const Legion::Task*, Regions, Context ctx, Runtime* runtime) {
  const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 0));
  const FieldSpace fields = runtime->create_field_space(ctx);
  runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(short), FID_B);
  const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
  runtime->fill_field<short>(ctx, region, region, FID_B, 0);
  for (int k = 1; k <= 100; k++) {
    TaskLauncher launcher(task_id<void, add_one_number>("add_one_number", true), TaskArgument(&k, sizeof(k)));
    launcher.add_region_requirement(RegionRequirement(region, READ_WRITE, EXCLUSIVE, region));
    launcher.add_field(0, FID_B);
    runtime->execute_task(ctx, launcher);
  }
  InlineLauncher launcher(RegionRequirement(region, READ_ONLY, EXCLUSIVE, region).add_field(FID_B));
  PhysicalRegion mapped = runtime->map_region(ctx, launcher);
  mapped.wait_until_valid();
  const FieldAccessor<READ_ONLY, short, 1> b(mapped, FID_B);
  return b[Point<1>(0)];
}

TEST(LegionMapper, IsCalledOnceAtATime) {
  for (int workers : {1, 4}) {
    Counter::mapped = 0;
    run_with_mapper(
        [](Context ctx, Runtime* runtime) {
          std::vector<Future> sums;
          for (int k = 0; k < 20; k++)
            sums.push_back(
                runtime->execute_task(ctx, TaskLauncher(task_id<int, hundred>("hundred"), TaskArgument())));
          for (const Future& sum : sums) EXPECT_EQ(sum.get_result<int>(), 5050);
        },
        {"-ll:cpu", std::to_string(workers)}, mapper_class<Counter>());
    EXPECT_EQ(Counter::mapped, 1 + 20 + 20 * 100);
  }
}

// ---- virtual mappings

// Launches on its region, and maps it itself at the end.
int begin_unmapped(const Legion::Task* task, Regions regions, Context ctx, Runtime* runtime) {
  EXPECT_FALSE(regions[0].is_mapped());
  const LogicalRegion region = task->regions[0].region;
  const int argument = 0;
  TaskLauncher launcher(task_id<void, write_b>("write_b", true), TaskArgument(&argument, sizeof(argument)));
  launcher.add_region_requirement(RegionRequirement(region, READ_WRITE, EXCLUSIVE, region));
  launcher.add_field(0, FID_B);
  runtime->execute_task(ctx, launcher);
  const PhysicalRegion mapped = runtime->map_region(ctx, 0);
  const FieldAccessor<READ_WRITE, short, 1> b(mapped, FID_B);
  return b[Point<1>(3)];
}

TEST(LegionMapper, LeavesMappingToTheTask) {
  auto program = [](Context ctx, Runtime* runtime) {
    const IndexSpace space = runtime->create_index_space(ctx, Rect<1>(0, 11));
    const FieldSpace fields = runtime->create_field_space(ctx);
    runtime->create_field_allocator(ctx, fields).allocate_field(sizeof(short), FID_B);
    const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
    TaskLauncher launcher(task_id<int, begin_unmapped>("begin_unmapped"), TaskArgument());
    launcher.add_region_requirement(
        RegionRequirement(region, READ_WRITE, EXCLUSIVE, region, DefaultMapper::VIRTUAL_MAP));
    launcher.add_field(0, FID_B);
    EXPECT_EQ(runtime->execute_task(ctx, launcher).get_result<int>(), 5);
  };
  EXPECT_EQ(run_legion(program, 2), 0);
  EXPECT_EQ(run_with_mapper(program, {"-ll:cpu", "2"}, mapper_class<DefaultMapper>()), 0);
}

// ---- variants, ids, tunables

struct Chooser : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (task.tag == 0) return;
    std::vector<VariantID> variants;
    runtime->find_valid_variants(ctx, task.task_id, variants, Processor::LOC_PROC);
    EXPECT_EQ(variants.size(), 3u);
    output.chosen_variant = static_cast<VariantID>(task.tag);
  }
  void select_tunable_value(MapperContext, const Legion::Task&, const SelectTunableInput& input,
                            SelectTunableOutput& output) override {
    runtime->pack_tunable<int>(static_cast<int>(input.tunable_id) + 1000, output);
  }
};

int one(const Legion::Task*, Regions, Context, Runtime*) {
  return 1;
}
int two(const Legion::Task*, Regions, Context, Runtime*) {
  return 2;
}
double three(const Legion::Task*, Regions, Context, Runtime*) {
  return 3;
}

template <typename T, T (*TASK)(const Legion::Task*, Regions, Context, Runtime*)>
void add_variant(TaskID task, VariantID id) {
  TaskVariantRegistrar registrar(task, "numbered");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf();
  Runtime::preregister_task_variant<T, TASK>(registrar, "numbered", id);
}

TaskID numbered_task() {
  static const TaskID task = [] {
    const TaskID id = Runtime::generate_static_task_id();
    add_variant<int, one>(id, 1);
    add_variant<int, two>(id, 2);
    add_variant<double, three>(id, 3);
    return id;
  }();
  return task;
}

TEST(LegionMapper, ChoosesVariantsAndTunables) {
  run_with_mapper(
      [](Context ctx, Runtime* runtime) {
        for (MappingTagID variant : {2, 1, 2}) {
          TaskLauncher launcher(numbered_task(), TaskArgument());
          launcher.tag = variant;
          EXPECT_EQ(runtime->execute_task(ctx, launcher).get_result<int>(), static_cast<int>(variant));
        }
        EXPECT_EQ(runtime->select_tunable_value(ctx, 23).get_result<int>(), 1023);
        EXPECT_NE(dynamic_cast<Chooser*>(runtime->get_mapper(ctx, 0)), nullptr);
      },
      {"-ll:cpu", "2"}, mapper_class<Chooser>());
}

TEST(LegionMapper, IsNotNeededForNumbersOfProcessors) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        EXPECT_EQ(runtime->get_tunable_value(ctx, DefaultMapper::DEFAULT_TUNABLE_NODE_COUNT), 1);
        EXPECT_EQ(runtime->get_tunable_value(ctx, DefaultMapper::DEFAULT_TUNABLE_LOCAL_CPUS), 3);
        EXPECT_EQ(runtime->get_tunable_value(ctx, DefaultMapper::DEFAULT_TUNABLE_GLOBAL_GPUS), 0);
      },
      3);
}

TEST(LegionMapperError, SaysWhatIsWrong) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto launch = [](MappingTagID variant, MapperID mapper) {
    run_with_mapper(
        [=](Context ctx, Runtime* runtime) {
          TaskLauncher launcher(numbered_task(), TaskArgument());
          launcher.tag = variant;
          launcher.map_id = mapper;
          runtime->execute_task(ctx, launcher);
        },
        {"-ll:cpu", "1"}, mapper_class<Chooser>());
  };
  EXPECT_EXIT(launch(3, 0), testing::ExitedWithCode(1),
              "variant 3 differs from the one that the task was launched");
  EXPECT_EXIT(launch(8, 0), testing::ExitedWithCode(1), "variant 8 of the task is not registered");
  EXPECT_EXIT(launch(0, 4), testing::ExitedWithCode(1), "no mapper with id 4 is registered");
  EXPECT_EXIT(run_legion([](Context ctx, Runtime* runtime) { runtime->get_tunable_value(ctx, 55); }, 1),
              testing::ExitedWithCode(1), "asks for tunable 55, but the program has no mapper");
}

}  // namespace
}  // namespace palatine::test
