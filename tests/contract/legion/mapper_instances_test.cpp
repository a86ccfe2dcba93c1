// What mappers are told of instances, layouts and the region tree.
#include <gtest/gtest.h>

#include "contract/legion/mapper_support.h"

namespace palatine::test {
namespace {

using Legion::LayoutConstraint;
using Legion::LayoutConstraintSet;
using Legion::LogicalRegion;

// Calls `probe` when the task `work` is mapped.
std::function<void(DefaultMapper&, MapperContext, MapperRuntime&, const Legion::Task&,
                   const Mapper::MapTaskInput&, Memory)>
    probe;

struct Prober : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    if (std::string(task.get_task_name()) == "work") {
      probe(*this, ctx, *runtime, task, input,
            default_policy_select_target_memory(ctx, task.target_proc, task.regions[0]));
    }
    DefaultMapper::map_task(ctx, task, input, output);
  }
};

const api::TaskDesc kWork = mapped_task("work", kMappedWritesX, [](api::Context&, const void*, void*) {});

int run_probed(TaskBody body, std::vector<std::string> flags = {"-ll:cpu", "1"}) {
  api::TaskDesc main = plain_task("main", body);
  main.is_inner = true;
  return run_mapped(main, std::move(flags), mapper_class<Prober>());
}

// A launch on the second of four pieces of a region with 100 elements.
void launch_on_piece(api::Context& context, const void*, void*) {
  api::Region region = mapped_region(context, 100);
  api::Partition partition =
      context.create_partition_equal(region, context.create_ispace<1>({0, 3}), kMappedLoc);
  api::Region piece = context.subregion<1>(partition, 1, kMappedLoc);
  for (int k = 0; k < 2; ++k) launch_on(context, kWork, {piece, k});
}

LayoutConstraintSet layout(std::vector<Legion::DimensionKind> order, std::vector<Legion::FieldID> fields) {
  LayoutConstraintSet set;
  set.add_constraint(Legion::SpecializedConstraint())
      .add_constraint(Legion::MemoryConstraint(Memory::SYSTEM_MEM))
      .add_constraint(Legion::FieldConstraint(fields, false, false))
      .add_constraint(Legion::OrderingConstraint(order, false));
  return set;
}

TEST(MapperInstances, AreFoundAgain) {
  int probes = 0;
  probe = [&](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Legion::Task& task,
              const Mapper::MapTaskInput& input, Memory memory) {
    std::vector<LogicalRegion> regions{task.regions[0].region};
    PhysicalInstance first, second, third;
    bool created = false;
    LayoutConstraintSet fields_x = layout({LEGION_DIM_X, LEGION_DIM_F}, {0});
    EXPECT_TRUE(runtime.find_or_create_physical_instance(ctx, memory, fields_x, regions, first, created));
    EXPECT_EQ(created, probes == 0);
    EXPECT_TRUE(runtime.find_or_create_physical_instance(ctx, memory, fields_x, regions, second, created));
    EXPECT_FALSE(created);
    EXPECT_EQ(first, second);
    EXPECT_TRUE(runtime.create_physical_instance(ctx, memory, fields_x, regions, third));
    EXPECT_NE(first, third);
    EXPECT_LT(first, third);
    EXPECT_EQ(first.get_location(), memory);
    EXPECT_TRUE(first.is_normal_instance());
    EXPECT_TRUE(first.exists(true));
    EXPECT_TRUE(first.has_field(0));
    // All of the tree: 100 elements of 8 bytes.
    EXPECT_EQ(third.get_instance_domain().get_volume(), 100u);
    EXPECT_EQ(third.get_instance_size(), 800u);
    EXPECT_TRUE(first.entails(fields_x));
    std::set<Legion::FieldID> missing{0, 7};
    first.remove_space_fields(missing);
    EXPECT_EQ(missing, std::set<Legion::FieldID>{7});
    std::vector<PhysicalInstance> list{first, PhysicalInstance()};
    EXPECT_FALSE(runtime.acquire_and_filter_instances(ctx, list));
    EXPECT_EQ(list.size(), 1u);
    // The second launch finds what the first one wrote.
    EXPECT_EQ(input.valid_instances[0].size(), probes == 0 ? 0u : 1u);
    ++probes;
  };
  EXPECT_EQ(run_probed(&launch_on_piece), 0);
  EXPECT_EQ(probes, 2);
}

TEST(MapperInstances, AreRefusedWhenTheDataIsNotLikeThat) {
  probe = [&](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Legion::Task& task,
              const Mapper::MapTaskInput&, Memory memory) {
    std::vector<LogicalRegion> piece{task.regions[0].region};
    LogicalRegion root =
        runtime.get_parent_logical_region(ctx, runtime.get_parent_logical_partition(ctx, piece[0]));
    PhysicalInstance instance;
    const LayoutConstraint* unsat = nullptr;
    // Fields of one element beside each other. What was not satisfied is told by a pointer into the set.
    LayoutConstraintSet beside = layout({LEGION_DIM_F, LEGION_DIM_X}, {0, 1});
    EXPECT_FALSE(runtime.create_physical_instance(ctx, memory, beside, piece, instance, true, 0, false,
                                                  nullptr, &unsat));
    ASSERT_NE(unsat, nullptr);
    EXPECT_EQ(unsat->get_constraint_kind(), LEGION_ORDERING_CONSTRAINT);
    EXPECT_FALSE(instance.exists());
    // Only the piece; the whole tree is possible.
    LayoutConstraintSet usual = layout({LEGION_DIM_X, LEGION_DIM_F}, {0});
    EXPECT_FALSE(runtime.create_physical_instance(ctx, memory, usual, piece, instance, true, 0, true));
    EXPECT_TRUE(runtime.create_physical_instance(ctx, memory, usual, {root}, instance, true, 0, true));
    // A field that there is not, and another kind of memory.
    LayoutConstraintSet unknown = layout({LEGION_DIM_X}, {9});
    EXPECT_FALSE(runtime.create_physical_instance(ctx, memory, unknown, piece, instance, true, 0, false,
                                                  nullptr, &unsat));
    EXPECT_EQ(unsat->get_constraint_kind(), LEGION_FIELD_CONSTRAINT);
    LayoutConstraintSet elsewhere = usual;
    elsewhere.add_constraint(Legion::MemoryConstraint(Memory::GPU_FB_MEM));
    EXPECT_FALSE(runtime.create_physical_instance(ctx, memory, elsewhere, piece, instance, true, 0, false,
                                                  nullptr, &unsat));
    EXPECT_EQ(unsat->get_constraint_kind(), LEGION_MEMORY_CONSTRAINT);
    Memory files = *Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::FILE_MEM).begin();
    EXPECT_FALSE(runtime.create_physical_instance(ctx, files, usual, piece, instance));
  };
  EXPECT_EQ(run_probed(&launch_on_piece), 0);
}

TEST(MapperInstances, AreRefusedWhenMemoryIsShort) {
  bool is_large = false;
  probe = [&](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Legion::Task& task,
              const Mapper::MapTaskInput&, Memory memory) {
    PhysicalInstance instance;
    size_t footprint = 0;
    bool is_made =
        runtime.create_physical_instance(ctx, memory, layout({LEGION_DIM_X, LEGION_DIM_F}, {0, 1}),
                                         {task.regions[0].region}, instance, true, 0, false, &footprint);
    // 100000 elements of 16 bytes in 1 MiB; one field fits.
    EXPECT_EQ(is_made, !is_large);
    EXPECT_EQ(footprint, is_large ? 1600000u : 1600u);
    is_large = true;
  };
  TaskBody body = [](api::Context& context, const void*, void*) {
    launch_on(context, kWork, {mapped_region(context, 100), 0});
    launch_on(context, kWork, {mapped_region(context, 100000), 0});
  };
  // The default mapper asks for all fields and says so.
  EXPECT_EXIT(exit(run_probed(body, {"-ll:cpu", "1", "-ll:csize", "1"})), testing::ExitedWithCode(1),
              "cannot make an instance for region requirement 0 of task `work`");
}

TEST(MapperInstances, LieInATree) {
  probe = [&](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Legion::Task& task,
              const Mapper::MapTaskInput&, Memory) {
    LogicalRegion piece = task.regions[0].region;
    EXPECT_TRUE(runtime.has_parent_logical_partition(ctx, piece));
    Legion::LogicalPartition partition = runtime.get_parent_logical_partition(ctx, piece);
    LogicalRegion root = runtime.get_parent_logical_region(ctx, partition);
    EXPECT_FALSE(runtime.has_parent_logical_partition(ctx, root));
    EXPECT_EQ(runtime.get_logical_region_color(ctx, piece), 1u);
    EXPECT_EQ(runtime.get_logical_subregion_by_color(ctx, partition, 1), piece);
    LogicalRegion other = runtime.get_logical_subregion_by_color(ctx, partition, Legion::DomainPoint(2));
    EXPECT_NE(other, piece);
    EXPECT_FALSE(runtime.index_spaces_overlap(ctx, other.get_index_space(), piece.get_index_space()));
    EXPECT_TRUE(runtime.index_space_dominates(ctx, piece.get_index_space(), root.get_index_space()));
    EXPECT_FALSE(runtime.index_space_dominates(ctx, root.get_index_space(), piece.get_index_space()));
    EXPECT_TRUE(runtime.is_index_partition_disjoint(ctx, partition.get_index_partition()));
    EXPECT_TRUE(runtime.is_index_partition_complete(ctx, partition.get_index_partition()));
    Legion::Domain domain = runtime.get_index_space_domain(ctx, piece.get_index_space());
    EXPECT_EQ(domain, Legion::Domain(Legion::Rect<1>(25, 49)));
    EXPECT_EQ(runtime.get_index_partition_color_space(ctx, partition.get_index_partition()).get_volume(), 4u);
    EXPECT_EQ(runtime.get_index_space_depth(ctx, piece.get_index_space()), 2u);
    std::vector<Legion::FieldID> fields;
    runtime.get_field_space_fields(ctx, piece.get_field_space(), fields);
    EXPECT_EQ(fields, (std::vector<Legion::FieldID>{0, 1}));
    EXPECT_EQ(runtime.get_field_size(ctx, piece.get_field_space(), 1), 8u);
    Legion::IndexSpace both =
        runtime.union_index_spaces(ctx, {piece.get_index_space(), other.get_index_space()});
    EXPECT_EQ(runtime.get_index_space_domain(ctx, both).get_volume(), 50u);
    EXPECT_FALSE(runtime.is_index_space_empty(ctx, both));
  };
  EXPECT_EQ(run_probed(&launch_on_piece), 0);
}

TEST(MapperInstances, VariantsAreThoseOfTheProgram) {
  probe = [&](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Legion::Task& task,
              const Mapper::MapTaskInput&, Memory) {
    std::vector<Legion::VariantID> variants;
    runtime.find_valid_variants(ctx, task.task_id, variants, Processor::LOC_PROC);
    ASSERT_EQ(variants.size(), 1u);
    EXPECT_TRUE(runtime.is_leaf_variant(ctx, task.task_id, variants[0]));
    EXPECT_FALSE(runtime.is_inner_variant(ctx, task.task_id, variants[0]));
    EXPECT_TRUE(runtime.find_execution_constraints(ctx, task.task_id, variants[0])
                    .processor_constraint.can_use(Processor::IO_PROC));
    variants.clear();
    runtime.find_valid_variants(ctx, task.task_id, variants, Processor::TOC_PROC);
    EXPECT_TRUE(variants.empty());
    const char* name;
    runtime.retrieve_name(ctx, task.task_id, name);
    EXPECT_STREQ(name, "work");
    Legion::LayoutConstraintID first =
        runtime.register_layout(ctx, layout({LEGION_DIM_X, LEGION_DIM_F}, {0}));
    Legion::LayoutConstraintID second =
        runtime.register_layout(ctx, layout({LEGION_DIM_F, LEGION_DIM_X}, {0}));
    EXPECT_NE(first, second);
    EXPECT_TRUE(runtime.do_constraints_entail(ctx, first, first));
    EXPECT_TRUE(runtime.do_constraints_conflict(ctx, first, second));
  };
  EXPECT_EQ(run_probed(&launch_on_piece), 0);
}

// ---- answers that make no sense

// `work` is mapped as the default mapper does, and then spoilt.
typedef void (*Spoil)(const Legion::Task&, Mapper::MapTaskOutput&);
Spoil spoil;
struct Spoiler : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (std::string(task.get_task_name()) == "work") spoil(task, output);
  }
};

void expect_rejected(Spoil how, const char* message) {
  spoil = how;
  api::TaskDesc main = plain_task("main", &launch_on_piece);
  main.is_inner = true;
  const std::string pattern =
      "mapper `Default Mapper.*`, call map_task for task `work` \\(id [0-9]+\\): " + std::string(message);
  EXPECT_EXIT(exit(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Spoiler>())), testing::ExitedWithCode(1),
              pattern);
}

// As in that runtime: the task goes where it was sent before.
TEST(MapperWarnings, ThereIsNoTargetProcessor) {
  spoil = [](const Legion::Task&, Mapper::MapTaskOutput& output) { output.target_procs.clear(); };
  api::TaskDesc main = plain_task("main", &launch_on_piece);
  main.is_inner = true;
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2"}, mapper_class<Spoiler>()), 0);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("call map_task for task `work`"), std::string::npos) << said;
  EXPECT_NE(said.find("warning: mapper `Default Mapper"), std::string::npos) << said;
  EXPECT_NE(said.find("no target processor is chosen"), std::string::npos) << said;
}

TEST(MapperErrors, NameCallTaskAndRegion) {
  expect_rejected(
      [](const Legion::Task&, Mapper::MapTaskOutput& output) { output.chosen_instances[0].clear(); },
      "no instance is chosen for region requirement 0 \\(region `grid`\\)");
  expect_rejected([](const Legion::Task&, Mapper::MapTaskOutput& output) { output.chosen_variant = 77; },
                  "variant 77 of the task is not registered");
  expect_rejected(
      [](const Legion::Task&, Mapper::MapTaskOutput& output) { output.target_procs = {Processor(12345)}; },
      "a target processor does not exist");
  expect_rejected([](const Legion::Task&,
                     Mapper::MapTaskOutput& output) { output.chosen_instances[0][0] = PhysicalInstance(); },
                  "an instance that does not exist is chosen for region requirement 0");
  expect_rejected(
      [](const Legion::Task&, Mapper::MapTaskOutput& output) {
        output.chosen_instances[0].push_back(PhysicalInstance::get_virtual_instance());
      },
      "a virtual instance is chosen beside others");
  expect_rejected([](const Legion::Task&,
                     Mapper::MapTaskOutput& output) { output.chosen_instances[0][0].add_use_field(1); },
                  "no chosen instance has field `x` of region requirement 0");
  expect_rejected([](const Legion::Task&, Mapper::MapTaskOutput& output) { output.abort_mapping = true; },
                  "the mapper gives up");
  expect_rejected(
      [](const Legion::Task&, Mapper::MapTaskOutput& output) { output.chosen_instances.resize(3); },
      "instances are chosen for 3 region requirements, and the task has 1");
}

TEST(MapperErrors, SlicesMustCoverTheLaunch) {
  struct Half : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void slice_task(MapperContext, const Legion::Task&, const SliceTaskInput&,
                    SliceTaskOutput& output) override {
      output.slices.push_back(TaskSlice(Legion::Domain(Legion::Rect<1>(0, 1)), local_cpus[0], false, false));
    }
  };
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Partition partition = context.create_partition_equal(mapped_region(context, 8),
                                                              context.create_ispace<1>({0, 3}), kMappedLoc);
    launch_points(context, kWork, partition, 4);
  });
  EXPECT_EXIT(exit(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Half>())), testing::ExitedWithCode(1),
              "call slice_task for task `work` .*: the slices have 2 points together, and the launch has 4");
}

// Slices of as many points as the launch has: twice a point that it has, or one that it lacks.
template <int FIRST>
struct Shifted : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void slice_task(MapperContext, const Legion::Task&, const SliceTaskInput&,
                  SliceTaskOutput& output) override {
    const Legion::Rect<1> first(0, 1), second(FIRST, FIRST + 1);
    for (const Legion::Rect<1>& points : {first, second})
      output.slices.push_back(TaskSlice(Legion::Domain(points), local_cpus[0], false, false));
  }
};

TEST(MapperErrors, SlicesMustBeOfTheLaunch) {
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Partition partition = context.create_partition_equal(mapped_region(context, 8),
                                                              context.create_ispace<1>({0, 3}), kMappedLoc);
    launch_points(context, kWork, partition, 4);
  });
  EXPECT_EXIT(exit(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Shifted<1>>())),
              testing::ExitedWithCode(1),
              "task `work`, call slice_task: two slices have a point of the launch in common");
  EXPECT_EXIT(exit(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Shifted<7>>())),
              testing::ExitedWithCode(1),
              "task `work`, call slice_task: no slice has point .2. \\(number 2\\) of the launch");
}

TEST(MapperErrors, SomethingMustBeMappedOrAwaited) {
  struct Lazy : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void select_tasks_to_map(MapperContext, const SelectMappingInput&, SelectMappingOutput&) override {}
  };
  api::TaskDesc main = plain_task("main", &launch_on_piece);
  EXPECT_EXIT(exit(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Lazy>())), testing::ExitedWithCode(1),
              "call select_tasks_to_map: no task is mapped or moved");
}

}  // namespace
}  // namespace palatine::test
