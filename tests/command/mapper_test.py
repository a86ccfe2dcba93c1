#!/usr/bin/env python3
"""Programs with a mapper in C++: it is compiled beside the program and decides where and when tasks run."""

import unittest

from support import CommandTest

HEADER = """#ifdef __cplusplus
extern "C" {
#endif
void register_mappers(void);
#ifdef __cplusplus
}
#endif
"""

# A class `Chooser` derived from DefaultMapper for every processor; BODY is inside the class.
MAPPER = """#include "NAME.h"

#include <cstdio>
#include <cstring>

#include "mappers/default_mapper.h"
#include "mappers/logging_wrapper.h"

using namespace Legion;
using namespace Legion::Mapping;

class Chooser : public DefaultMapper {
public:
  Chooser(MapperRuntime* rt, Machine machine, Processor local) : DefaultMapper(rt, machine, local, "chooser") {}
BODY
};

static void create_mappers(Machine machine, HighLevelRuntime* runtime, const std::set<Processor>& local_procs)
{
  for (std::set<Processor>::const_iterator it = local_procs.begin(); it != local_procs.end(); it++)
    REGISTER
}

void register_mappers() { HighLevelRuntime::add_registration_callback(create_mappers); }
"""
REPLACE = "runtime->replace_default_mapper(new Chooser(runtime->get_mapper_runtime(), machine, *it), *it);"

PROGRAM = """import "regent"
local launcher = require("std/launcher")
local cmapper = launcher.build_library("NAME")
local c = regentlib.c
TASKS
launcher.launch(main, "NAME", cmapper.register_mappers, {"-lNAME"})
"""


class Mapper(CommandTest):
    def setUp(self):
        super().setUp()
        self.skip_without_cxx_library()

    def program(self, name, body, tasks, register=REPLACE):
        self.write(name + ".h", HEADER)
        self.write(name + ".cc",
                   MAPPER.replace("NAME", name).replace("BODY", body).replace("REGISTER", register))
        return self.write(name + ".rg", PROGRAM.replace("NAME", name).replace("TASKS", tasks))

    def test_priorities_and_processors(self):
        program = self.program("order", """
  TaskPriority default_policy_select_task_priority(MapperContext, const Task& task) override {
    const char* name = task.get_task_name();
    return strcmp(name, "first") == 0 ? 2 : strcmp(name, "second") == 0 ? 1 : 0;
  }
  void default_policy_select_target_processors(MapperContext, const Task& task,
                                               std::vector<Processor>& target_procs) override {
    target_procs.push_back(task.target_proc);
  }
  void default_policy_rank_processor_kinds(MapperContext, const Task& task,
                                           std::vector<Processor::Kind>& ranking) override {
    const bool blocks = strncmp(task.get_task_name(), "shard_", 6) == 0;
    ranking.push_back(blocks ? Processor::IO_PROC : Processor::LOC_PROC);
    ranking.push_back(blocks ? Processor::LOC_PROC : Processor::IO_PROC);
  }""", """
task third() c.printf("third\\n") end
task second() c.printf("second\\n") end
task first() c.printf("first\\n") end
task shard_of_it()
  var processor = c.legion_runtime_get_executing_processor(__runtime(), __context())
  regentlib.assert(c.legion_processor_kind(processor) == c.IO_PROC, "not where the mapper sends it")
  return 1
end
task main()
  var processor = c.legion_runtime_get_executing_processor(__runtime(), __context())
  regentlib.assert(c.legion_processor_kind(processor) == c.LOC_PROC, "not where the mapper sends it")
  third() second() first()
  regentlib.assert(shard_of_it() == 1, "wrong value")
end
""")
        # With one worker nothing runs before the main task waits.
        done = self.palatine("run", program, "-ll:cpu", "1", "-ll:io", "1")
        self.check(done, 0)
        self.assertEqual(done.stdout, "first\nsecond\nthird\n")

    def test_slices_instances_and_results(self):
        program = self.program("slices", """
  void slice_task(const MapperContext, const Task&, const SliceTaskInput& input, SliceTaskOutput& output) override {
    size_t k = 0;
    for (Domain::DomainPointIterator it(input.domain); it; it++, k++)
      output.slices.push_back(TaskSlice(Domain(*it, *it), local_cpus[k % local_cpus.size()], false, false));
  }
  LogicalRegion default_policy_select_instance_region(MapperContext, Memory, const RegionRequirement& req,
                                                      const LayoutConstraintSet&, bool, bool) override {
    return req.region;
  }
  void default_policy_select_target_processors(MapperContext, const Task& task,
                                               std::vector<Processor>& target_procs) override {
    target_procs.push_back(task.target_proc);
  }""", """
task add(r : region(ispace(int1d), int)) where reads writes(r) do
  var processor = c.legion_runtime_get_executing_processor(__runtime(), __context())
  for x in r do @x += [int](x) end
  return [int](processor.id)
end
task sum(r : region(ispace(int1d), int)) where reads(r) do
  var total = 0
  for x in r do total += @x end
  return total
end
task main()
  var r = region(ispace(int1d, 12), int)
  fill(r, 1)
  var p = partition(equal, r, ispace(int1d, 4))
  for step = 0, 3 do
    __demand(__index_launch) for k = 0, 4 do add(p[k]) end
  end
  c.printf("%d\\n", sum(r))
end
""")
        for cpus in "1", "3":
            done = self.palatine("run", program, "-ll:cpu", cpus)
            self.check(done, 0)
            self.assertEqual(done.stdout, f"{12 + 3 * 66}\n")

    def test_arguments_and_address_spaces(self):
        program = self.program("asks", "  using DefaultMapper::remote_cpus;\n  using DefaultMapper::remote_ios;", """
task main() end
""", register="""{
      Chooser* chooser = new Chooser(runtime->get_mapper_runtime(), machine, *it);
      InputArgs args = Runtime::get_input_args();
      for (int k = 1; k < args.argc; k++)
        if (it == local_procs.begin()) printf("%s\\n", args.argv[k]);
      if (it == local_procs.begin()) printf("%zu %zu\\n", chooser->remote_cpus.size(), chooser->remote_ios.size());
      runtime->replace_default_mapper(chooser, *it);
  }""")
        done = self.palatine("run", program, "-i", "input.json", "-ll:cpu", "3")
        self.check(done, 0, "-i\ninput.json\n1 0\n")

    def test_nonsense_is_refused(self):
        program = self.program("nothing", """
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (strcmp(task.get_task_name(), "step") == 0) output.chosen_instances[0].clear();
  }""", """
task step(grid : region(ispace(int1d), int)) where writes(grid) do end
task main()
  var grid = region(ispace(int1d, 12), int)
  step(grid)
end
""")
        done = self.palatine("run", program)
        self.check(done, 1, stderr_part="error: mapper `chooser`, call map_task for task `step`")
        self.assertIn("no instance is chosen for region requirement 0 (region `grid`)", done.stderr)

    def test_wrapped_mapper(self):
        program = self.program("wrapped", "", """
task step() end
task main()
  step()
end
""", register="""runtime->add_mapper(
      0, new LoggingWrapper(new Chooser(runtime->get_mapper_runtime(), machine, *it)), *it);""")
        done = self.palatine("run", program, "-level", "mapper=2")
        self.check(done, 0)
        # The log goes to the standard output.
        self.assertEqual(done.stdout.count("MAP_TASK for step"), 1)
        self.assertEqual(done.stdout.count("MAP_TASK for main"), 1)

    def test_ids_and_tags_of_tasks(self):
        program = self.program("numbers", """
  int number = 0;
  void map_task(const MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    printf("%s: mapper %d, tag %lu\\n", task.get_task_name(), number, static_cast<unsigned long>(task.tag));
    fflush(stdout);
  }""", """
task first() end
task second() end
first:set_mapper_id(7)
first:set_mapping_tag_id(5000000000)
second:set_mapping_tag_id(3)
task main()
  first()
  __fence(__execution, __block)
  second()
  __fence(__execution, __block)
  for k = 0, 2 do first() end
end
""", register="""{
      Chooser* seventh = new Chooser(runtime->get_mapper_runtime(), machine, *it);
      seventh->number = 7;
      runtime->replace_default_mapper(new Chooser(runtime->get_mapper_runtime(), machine, *it), *it);
      runtime->add_mapper(7, seventh, *it);
    }""")
        done = self.palatine("run", program, "-ll:cpu", "1")
        self.check(done, 0)
        first = "first: mapper 7, tag 5000000000\n"
        self.assertEqual(done.stdout,
                         "main: mapper 0, tag 0\n" + first + "second: mapper 0, tag 3\n" + first + first)

    def test_id_without_mapper(self):
        program = self.program("missing", "", """
task step() end
step:set_mapper_id(9)
task main()
  step()
end
""")
        self.check(self.palatine("run", program), 1, stderr_part="no mapper with id 9 is registered")

    def test_saved_program(self):
        program = self.program("saved", """
  void configure_context(const MapperContext ctx, const Task& task, ContextConfigOutput& output) override {
    DefaultMapper::configure_context(ctx, task, output);
    printf("window\\n");
    fflush(stdout);
  }""", """
task step() end
task main()
  step()
end
""")
        self.check(self.palatine("run", program, SAVEOBJ="1", OBJNAME=str(self.folder / "saved_program")), 0)
        done = self.execute(self.folder / "saved_program", LD_LIBRARY_PATH=str(self.folder))
        self.check(done, 0)
        self.assertEqual(done.stdout, "window\n")


if __name__ == "__main__":
    unittest.main()
