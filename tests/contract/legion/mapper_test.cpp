// Mappers of a program: which calls arrive with what, and what their answers do.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "contract/legion/mapper_support.h"
#include "mappers/test_mapper.h"

namespace palatine::test {
namespace {

const api::TaskDesc kWork =
    mapped_task("work", kMappedWritesX, [](api::Context& context, const void* args, void*) {
      notes.add("ran on " + std::to_string(here(context).id) + " with " +
                std::to_string(static_cast<const MappedArgs*>(args)->value));
    });

api::TaskDesc main_task(TaskBody body) {
  api::TaskDesc main = plain_task("main", body);
  main.is_inner = true;
  return main;
}

// ---- one task

struct Recorder : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void select_task_options(MapperContext ctx, const Legion::Task& task, TaskOptions& output) override {
    DefaultMapper::select_task_options(ctx, task, output);
    notes.add(std::string("options ") + task.get_task_name());
  }
  void select_tasks_to_map(MapperContext, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    for (const Legion::Task* task : input.ready_tasks) {
      notes.add(std::string("ready ") + task->get_task_name());
      output.map_tasks.insert(task);
    }
  }
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    std::string line =
        std::string("map ") + task.get_task_name() + " depth " + std::to_string(task.get_depth());
    for (const Legion::RegionRequirement& req : task.regions) {
      const char* name;
      const char* field;
      runtime->retrieve_name(ctx, req.region, name);
      runtime->retrieve_name(ctx, req.region.get_field_space(), *req.privilege_fields.begin(), field);
      line += std::string(" ") + name + "." + field +
              (req.privilege == LEGION_READ_WRITE ? " read-write" : " other") + " in " +
              std::to_string(runtime->get_index_space_domain(ctx, req.region.get_index_space()).get_volume());
    }
    if (task.has_parent_task()) line += std::string(" of ") + task.get_parent_task()->get_task_name();
    notes.add(line);
  }
};

TEST(Mapper, IsAskedAboutEachTaskInOrder) {
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    launch_on(context, kWork, {mapped_region(context, 10), 7});
    context.execution_fence(true);
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Recorder>()), 0);
  std::vector<std::string> lines = notes.take();
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0], "options main");
  EXPECT_EQ(lines[1], "ready main");
  EXPECT_EQ(lines[2], "map main depth 0");
  EXPECT_EQ(lines[3], "options work");
  EXPECT_EQ(lines[4], "ready work");
  EXPECT_EQ(lines[5], "map work depth 1 grid.x read-write in 10 of main");
  EXPECT_EQ(lines[6].substr(0, 7), "ran on ");
}

TEST(Mapper, SeesFieldsOfTheTreeBehindAProjection) {
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    // What the task calls field 0 is y.
    const uint16_t fields[] = {1};
    api::Region region = mapped_region(context, 10);
    region.view = legion::ContextImpl::of(context).forest().views().compose(0, fields, 1);
    launch_on(context, kWork, {region, 7});
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Recorder>()), 0);
  std::vector<std::string> lines = notes.take();
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[5], "map work depth 1 grid.y read-write in 10 of main");
}

// Sends task `value` to CPU number `value`.
struct Spreader : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  Processor default_policy_select_initial_processor(MapperContext ctx, const Legion::Task& task) override {
    if (std::string(task.get_task_name()) != "work") {
      return DefaultMapper::default_policy_select_initial_processor(ctx, task);
    }
    return local_cpus[static_cast<size_t>(static_cast<const MappedArgs*>(task.args)->value)];
  }
  void default_policy_select_target_processors(MapperContext, const Legion::Task& task,
                                               std::vector<Processor>& targets) override {
    targets.push_back(task.target_proc);
  }
};

TEST(Mapper, ChoosesTheProcessor) {
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    for (int k = 0; k < 3; ++k) launch_on(context, kWork, {mapped_region(context, 10), k});
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "3"}, mapper_class<Spreader>()), 0);
  std::vector<std::string> lines = notes.take();
  ASSERT_EQ(lines.size(), 3u);
  std::map<std::string, std::string> processor_of_value;
  for (const std::string& line : lines) {
    size_t with = line.find(" with ");
    processor_of_value[line.substr(with + 6)] = line.substr(0, with);
  }
  EXPECT_NE(processor_of_value["0"], processor_of_value["1"]);
  EXPECT_NE(processor_of_value["1"], processor_of_value["2"]);
  EXPECT_NE(processor_of_value["0"], processor_of_value["2"]);
}

TEST(Mapper, SendsTasksToIoProcessors) {
  struct ToIo : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void default_policy_rank_processor_kinds(MapperContext, const Legion::Task& task,
                                             std::vector<Processor::Kind>& ranking) override {
      ranking = {Processor::LOC_PROC};
      if (std::string(task.get_task_name()) == "work") ranking = {Processor::IO_PROC, Processor::LOC_PROC};
    }
  };
  static std::atomic<int> kind;
  const api::TaskDesc work = mapped_task(
      "work", kMappedWritesX, [](api::Context& context, const void*, void*) { kind = here(context).kind(); });
  static const api::TaskDesc* launched;
  launched = &work;
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    launch_on(context, *launched, {mapped_region(context, 10), 0});
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1", "-ll:io", "1"}, mapper_class<ToIo>()), 0);
  EXPECT_EQ(kind.load(), static_cast<int>(Processor::IO_PROC));
}

// The program ends although none of its tasks ran on the workers that end last.
TEST(Mapper, SendsTheMainTaskToAnIoProcessor) {
  struct AllToIo : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void default_policy_rank_processor_kinds(MapperContext, const Legion::Task&,
                                             std::vector<Processor::Kind>& ranking) override {
      ranking = {Processor::IO_PROC, Processor::LOC_PROC};
    }
  };
  static std::atomic<int> kind, main_kind;
  static const api::TaskDesc work = mapped_task(
      "work", kMappedWritesX, [](api::Context& context, const void*, void*) { kind = here(context).kind(); });
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    main_kind = here(context).kind();
    launch_on(context, work, {mapped_region(context, 10), 0});
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2", "-ll:io", "1"}, mapper_class<AllToIo>()), 0);
  EXPECT_EQ(main_kind.load(), static_cast<int>(Processor::IO_PROC));
  EXPECT_EQ(kind.load(), static_cast<int>(Processor::IO_PROC));
}

TEST(Mapper, RunsTasksOfHigherPriorityFirst) {
  struct ByValue : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    Legion::TaskPriority default_policy_select_task_priority(MapperContext,
                                                             const Legion::Task& task) override {
      return std::string(task.get_task_name()) == "work" ? static_cast<const MappedArgs*>(task.args)->value
                                                         : 0;
    }
    void default_policy_select_target_processors(MapperContext, const Legion::Task&,
                                                 std::vector<Processor>& targets) override {
      targets.push_back(local_cpus.back());
    }
  };
  // With one worker nothing runs before the main task waits.
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    for (int k = 1; k <= 3; ++k) launch_on(context, kWork, {mapped_region(context, 10), k});
    context.execution_fence(true);
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<ByValue>()), 0);
  std::vector<std::string> lines = notes.take();
  ASSERT_EQ(lines.size(), 3u);
  for (int k = 0; k < 3; ++k) EXPECT_EQ(lines[static_cast<size_t>(k)].back(), static_cast<char>('3' - k));
}

// ---- index launches

TEST(Mapper, SlicesIndexLaunches) {
  struct PointByPoint : Spreader {
    using Spreader::Spreader;
    void slice_task(MapperContext, const Legion::Task& task, const SliceTaskInput& input,
                    SliceTaskOutput& output) override {
      EXPECT_TRUE(task.is_index_space);
      EXPECT_EQ(task.regions[0].handle_type, LEGION_PARTITION_PROJECTION);
      size_t k = 0;
      for (Legion::Domain::DomainPointIterator it(input.domain); it; it++, ++k) {
        output.slices.push_back(
            TaskSlice(Legion::Domain(*it, *it), local_cpus[k % local_cpus.size()], false, false));
      }
    }
    void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                  MapTaskOutput& output) override {
      DefaultMapper::map_task(ctx, task, input, output);
      if (!task.is_index_space) return;
      notes.add("point " + std::to_string(task.index_point.point_data[0]) + " colour " +
                std::to_string(runtime->get_logical_region_color(ctx, task.regions[0].region)));
    }
  };
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    api::Region region = mapped_region(context, 12);
    api::Partition partition =
        context.create_partition_equal(region, context.create_ispace<1>({0, 3}), kMappedLoc);
    launch_points(context, kWork, partition, 4);
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2"}, mapper_class<PointByPoint>()), 0);
  std::set<std::string> points, processors;
  for (const std::string& line : notes.take()) {
    if (line[0] == 'p') {
      points.insert(line);
    } else {
      processors.insert(line.substr(0, line.find(" with ")));
    }
  }
  EXPECT_EQ(points, (std::set<std::string>{"point 0 colour 0", "point 1 colour 1", "point 2 colour 2",
                                           "point 3 colour 3"}));
  EXPECT_EQ(processors.size(), 2u);
}

TEST(Mapper, CutsSlicesAgain) {
  struct Halves : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void slice_task(MapperContext, const Legion::Task&, const SliceTaskInput& input,
                    SliceTaskOutput& output) override {
      Legion::Rect<1> all = input.domain;
      long long middle = (all.lo[0] + all.hi[0]) / 2;
      output.slices.push_back(
          TaskSlice(Legion::Domain(Legion::Rect<1>(all.lo[0], middle)), local_cpus[0], true, false));
      if (middle < all.hi[0]) {
        output.slices.push_back(
            TaskSlice(Legion::Domain(Legion::Rect<1>(middle + 1, all.hi[0])), local_cpus[0], true, false));
      }
      notes.add("slice");
    }
  };
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    api::Partition partition = context.create_partition_equal(mapped_region(context, 8),
                                                              context.create_ispace<1>({0, 7}), kMappedLoc);
    launch_points(context, kWork, partition, 8);
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2"}, mapper_class<Halves>()), 0);
  int slices = 0, runs = 0;
  for (const std::string& line : notes.take()) ++(line == "slice" ? slices : runs);
  EXPECT_EQ(slices, 7);
  EXPECT_EQ(runs, 8);
}

// ---- deferral, measurements, contexts

std::atomic<int> running{0}, most_running{0}, finished{0};
const api::TaskDesc kSlow = mapped_task("slow", kMappedWritesX, [](api::Context&, const void*, void*) {
  int now = ++running;
  for (int seen = most_running; now > seen && !most_running.compare_exchange_weak(seen, now);) {
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  --running;
  ++finished;
});

// At most one `slow` task of the program at a time: the next is mapped when the one before is reported.
struct Backpressure : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  MapperSyncModel get_mapper_sync_model() const override { return SERIALIZED_NON_REENTRANT_MAPPER_MODEL; }
  void select_tasks_to_map(MapperContext ctx, const SelectMappingInput& input,
                           SelectMappingOutput& output) override {
    for (const Legion::Task* task : input.ready_tasks) {
      if (std::string(task->get_task_name()) == "slow") {
        if (in_flight_.exists()) continue;
        in_flight_ = runtime->create_mapper_event(ctx);
      }
      output.map_tasks.insert(task);
    }
    if (output.map_tasks.empty()) output.deferral_event = in_flight_;
  }
  void map_task(MapperContext ctx, const Legion::Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (std::string(task.get_task_name()) == "slow") {
      output.task_prof_requests.add_measurement<Legion::Mapping::ProfilingMeasurements::OperationStatus>()
          .add_measurement<Legion::Mapping::ProfilingMeasurements::OperationTimeline>();
    }
  }
  using DefaultMapper::report_profiling;
  void report_profiling(MapperContext ctx, const Legion::Task& task, const TaskProfilingInfo& info) override {
    using namespace Legion::Mapping::ProfilingMeasurements;
    EXPECT_STREQ(task.get_task_name(), "slow");
    OperationStatus status;
    EXPECT_TRUE(info.profiling_responses.get_measurement(status));
    EXPECT_EQ(status.result, OperationStatus::COMPLETED_SUCCESSFULLY);
    OperationTimeline timeline;
    EXPECT_TRUE(info.profiling_responses.get_measurement(timeline));
    EXPECT_TRUE(timeline.is_valid());
    EXPECT_GE(timeline.end_time - timeline.start_time, 1000000) << "the task sleeps for 2 ms";
    EXPECT_FALSE(info.profiling_responses.has_measurement<RuntimeOverhead>());
    runtime->trigger_mapper_event(ctx, in_flight_);
    in_flight_ = Legion::Mapping::MapperEvent();
  }

 private:
  Legion::Mapping::MapperEvent in_flight_;
};

TEST(Mapper, DefersTasksUntilAnEvent) {
  running = most_running = finished = 0;
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    for (int k = 0; k < 12; ++k) launch_on(context, kSlow, {mapped_region(context, 10), k});
  });
  // One mapper object for all processors.
  auto make = [](MapperRuntime* runtime, Machine machine, Processor processor) -> Mapper* {
    static Mapper* shared = nullptr;
    if (processor == Machine::ProcessorQuery(machine).first()) {
      shared = new Backpressure(runtime, machine, processor);
    }
    return shared;
  };
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "3"}, make), 0);
  EXPECT_EQ(finished.load(), 12);
  EXPECT_EQ(most_running.load(), 1);
}

TEST(Mapper, LimitsHowFarATaskRunsAhead) {
  struct Narrow : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void configure_context(MapperContext, const Legion::Task& task, ContextConfigOutput& output) override {
      notes.add(std::string("configure ") + task.get_task_name());
      output.max_window_size = 2;
      output.hysteresis_percentage = 50;
    }
  };
  static std::atomic<int> launched, worst;
  launched = worst = finished = 0;
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    for (int k = 0; k < 20; ++k) {
      launch_on(context, kSlow, {mapped_region(context, 10), k});
      int ahead = ++launched - finished;
      if (ahead > worst) worst = ahead;
    }
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2"}, mapper_class<Narrow>()), 0);
  EXPECT_EQ(notes.take(), std::vector<std::string>{"configure main"});
  EXPECT_EQ(finished.load(), 20);
  EXPECT_LE(worst.load(), 4);
}

// ---- operations that are no tasks

TEST(Mapper, IsAskedAboutInlineMappingsAndCopies) {
  struct Operations : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void map_inline(MapperContext ctx, const Legion::InlineMapping& op, const MapInlineInput& input,
                    MapInlineOutput& output) override {
      DefaultMapper::map_inline(ctx, op, input, output);
      notes.add(std::string("inline in ") + op.get_parent_task()->get_task_name() +
                (input.valid_instances.empty() ? " new" : " valid"));
    }
    void map_copy(MapperContext ctx, const Legion::Copy& op, const MapCopyInput& input,
                  MapCopyOutput& output) override {
      DefaultMapper::map_copy(ctx, op, input, output);
      EXPECT_TRUE(output.src_instances[0][0].is_virtual_instance());
      EXPECT_TRUE(output.dst_instances[0][0].is_normal_instance());
      notes.add("copy");
    }
  };
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Region a = mapped_region(context, 4), b = mapped_region(context, 4);
    api::MapDesc map{a, kMappedFields, 1, api::Privilege::read_write};
    context.map(&map, 1, kMappedLoc);
    *reinterpret_cast<int64_t*>(context.field(a, 0).base) = 42;
    context.unmap(&map, 1);
    api::CopyField field{0, 0, nullptr};
    context.copy(a, b, &field, 1, {}, kMappedLoc);
    map.region = b;
    context.map(&map, 1, kMappedLoc);
    EXPECT_EQ(*reinterpret_cast<int64_t*>(context.field(b, 0).base), 42);
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Operations>()), 0);
  EXPECT_EQ(notes.take(), (std::vector<std::string>{"inline in main new", "copy", "inline in main valid"}));
}

TEST(Mapper, GivesTasksOfAnEpochProcessorsOfTheirOwn) {
  struct Epochs : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void default_policy_select_target_processors(MapperContext, const Legion::Task& task,
                                                 std::vector<Processor>& targets) override {
      targets.push_back(task.target_proc);
    }
    void map_must_epoch(MapperContext ctx, const MapMustEpochInput& input,
                        MapMustEpochOutput& output) override {
      DefaultMapper::map_must_epoch(ctx, input, output);
      notes.add("epoch of " + std::to_string(input.tasks.size()) + " with " +
                std::to_string(input.constraints.size()) + " constraint");
    }
  };
  // Both must be running for either to end.
  static std::atomic<int> met;
  met = 0;
  static const api::TaskDesc meet =
      mapped_task("meet", kMappedSharesX, [](api::Context& context, const void*, void*) {
        ++met;
        auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (met.load() < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
        EXPECT_EQ(met.load(), 2);
        notes.add("on " + std::to_string(here(context).id));
      });
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    api::Region region = mapped_region(context, 4);
    context.begin_epoch();
    launch_on(context, meet, {region, 0});
    launch_on(context, meet, {region, 1});
    context.end_epoch();
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "2"}, mapper_class<Epochs>()), 0);
  std::vector<std::string> lines = notes.take();
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "epoch of 2 with 1 constraint");
  EXPECT_NE(lines[1], lines[2]);
}

TEST(Mapper, LetsTasksOfAnEpochShareAProcessor) {
  static realm::UserEvent arrived;
  arrived = realm::UserEvent::create();
  static api::TaskDesc meet = mapped_task("meet", kMappedSharesX, [](api::Context&, const void* args, void*) {
    const int32_t value = static_cast<const MappedArgs*>(args)->value;
    if (value == 0) realm::wait(arrived);
    notes.add("met " + std::to_string(value));
    if (value == 1) arrived.trigger();
  });
  meet.is_leaf = false;
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    api::Region region = mapped_region(context, 4);
    context.begin_epoch();
    for (int k = 0; k < 2; ++k) launch_on(context, meet, {region, k});
    context.end_epoch();
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "1"}, mapper_class<Recorder>()), 0);
  std::vector<std::string> met;
  for (const std::string& line : notes.take()) {
    if (line.rfind("met", 0) == 0) met.push_back(line);
  }
  EXPECT_EQ(met, (std::vector<std::string>{"met 1", "met 0"}));
}

TEST(Mapper, GetsMessagesOfOthers) {
  struct Talker : DefaultMapper {
    using DefaultMapper::DefaultMapper;
    void configure_context(MapperContext ctx, const Legion::Task&, ContextConfigOutput&) override {
      int number = 5;
      runtime->broadcast(ctx, &number, sizeof number, 3);
    }
    void handle_message(MapperContext, const MapperMessage& message) override {
      EXPECT_EQ(message.kind, 3u);
      EXPECT_EQ(message.size, sizeof(int));
      EXPECT_TRUE(message.broadcast);
      EXPECT_NE(message.sender, local_proc);
      notes.add("message " + std::to_string(*static_cast<const int*>(message.message)));
    }
  };
  api::TaskDesc main = main_task([](api::Context& context, const void*, void*) {
    launch_on(context, kSlow, {mapped_region(context, 4), 0});
    context.execution_fence(true);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  });
  EXPECT_EQ(run_mapped(main, {"-ll:cpu", "3"}, mapper_class<Talker>()), 0);
  EXPECT_EQ(notes.take(), (std::vector<std::string>{"message 5", "message 5"}));
}

// ---- results do not depend on the mapping

TEST(Mapper, ResultsAreThoseOfTheProgramUnderRandomDecisions) {
  static const api::TaskDesc add =
      mapped_task("add", kMappedWritesX, [](api::Context& context, const void* p, void*) {
        auto& args = *static_cast<const MappedArgs*>(p);
        auto* x = reinterpret_cast<int64_t*>(context.field(args.region, 0).base);
        api::Rect<1> bounds = context.bounds<1>(context.region_ispace(args.region));
        for (int64_t k = bounds.lo; k <= bounds.hi; ++k) x[k] = x[k] * 3 + args.value;
      });
  static uint64_t sum;
  api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    api::Region region = mapped_region(context, 16);
    api::Partition partition =
        context.create_partition_equal(region, context.create_ispace<1>({0, 3}), kMappedLoc);
    context.fill(region, 0, "\1\0\0\0\0\0\0", 8, kMappedLoc);
    for (int round = 0; round < 10; ++round) {
      launch_points(context, add, partition, 4);
      launch_on(context, add, {region, round});
    }
    api::MapDesc map{region, kMappedFields, 1, api::Privilege::read};
    context.map(&map, 1, kMappedLoc);
    sum = 0;
    for (int64_t k = 0; k < 16; ++k) {
      sum = sum * 31 + reinterpret_cast<uint64_t*>(context.field(region, 0).base)[k];
    }
  });
  run_program(main, 1);
  const uint64_t expected = sum;
  EXPECT_NE(expected, 0u);
  for (const char* workers : {"1", "2", "3", "7"}) {
    sum = 0;
    EXPECT_EQ(run_mapped(main, {"-ll:cpu", workers}, mapper_class<Legion::Mapping::TestMapper>()), 0);
    EXPECT_EQ(sum, expected) << workers << " workers";
    sum = 0;
    EXPECT_EQ(run_mapped(main, {"-ll:cpu", workers}, mapper_class<DefaultMapper>()), 0);
    EXPECT_EQ(sum, expected) << workers << " workers";
  }
}

}  // namespace
}  // namespace palatine::test
