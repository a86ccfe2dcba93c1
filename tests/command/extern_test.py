#!/usr/bin/env python3
"""Tasks that are declared in the program and implemented in C++ beside it."""

import unittest

from support import CommandTest

HEADER = """#ifdef __cplusplus
extern "C" {
#endif
enum { TID_SCALE = 1000, TID_TOTAL, TID_TWICE, TID_NOTHING, TID_PIECES, TID_SPARSE, TID_LAUNCH, TID_POINT };
void register_tasks(void);
#ifdef __cplusplus
}
#endif
"""

# What every one of them shares.
CODE = """#include "code.h"
#include <cassert>
#include <cstdio>
#include "legion.h"
using namespace Legion;

struct Mix { double a; int b; };
enum { FID_T = 101, FID_N, FID_P };

template <typename T, int N> using Reads = FieldAccessor<READ_ONLY, T, N, coord_t, Realm::AffineAccessor<T, N, coord_t>>;
template <typename T, int N>
using Changes = FieldAccessor<READ_WRITE, T, N, coord_t, Realm::AffineAccessor<T, N, coord_t>>;

template <void (*Body)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void add(TaskID id, const char* name)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf(id != TID_LAUNCH);
  Runtime::preregister_task_variant<Body>(registrar, name);
}
template <typename R, R (*Body)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
void add(TaskID id, const char* name)
{
  TaskVariantRegistrar registrar(id, name);
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  registrar.set_leaf();
  Runtime::preregister_task_variant<R, Body>(registrar, name);
}
BODIES
void register_tasks() { REGISTER }
"""

PROGRAM = """import "regent"
local c = regentlib.c
local cpp = require("std/launcher").build_library("code")
struct Mix { a : double, b : int }
fspace cell { t : double, n : int, p : int2d }
TASKS
regentlib.start(main, cpp.register_tasks)
"""

SCALE = """
struct ScaleArgs {
  uint64_t mask[1];
  LogicalRegion r;
  double factor;
  Mix mix;
  bool flag;
  FieldID fields[3];
};
static void scale(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  assert(task->arglen == sizeof(ScaleArgs) && regions.size() == 2);
  const ScaleArgs& args = *static_cast<const ScaleArgs*>(task->args);
  assert(args.flag && args.fields[0] == FID_T && args.fields[1] == FID_N && args.fields[2] == FID_P);
  assert(args.r == regions[0].get_logical_region() && Runtime::get_context() == ctx);
  assert(task->regions[0].privilege == READ_ONLY && task->regions[1].privilege == READ_WRITE);
  const Reads<double, 2> t(regions[0], FID_T);
  const Changes<int, 2> n(regions[1], FID_N);
  double factor = args.factor;
  if (args.mask[0] & 2) {
    assert(task->futures.size() == 1);
    factor = task->futures[0].get_result<double>();
  } else {
    assert(task->futures.empty());
  }
  const Rect<2> all = runtime->get_index_space_domain(ctx, args.r.get_index_space());
  for (PointInRectIterator<2> p(all); p(); p++) n[*p] += static_cast<int>(t[*p] * factor) + args.mix.b;
}

struct TotalArgs {
  uint64_t mask[1];
  LogicalRegion r, sums;
  FieldID fields[3], sum_fields[1];
};
static double total(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const TotalArgs& args = *static_cast<const TotalArgs*>(task->args);
  const Reads<int, 2> n(regions[0], FID_N);
  const ReductionAccessor<SumReduction<double>, true, 1, coord_t, Realm::AffineAccessor<double, 1, coord_t>> sums(
      regions[1], args.sum_fields[0], LEGION_REDOP_SUM_FLOAT64);
  double sum = 0;
  const Domain all = runtime->get_index_space_domain(ctx, args.r.get_index_space());
  for (PointInDomainIterator<2> p(all); p(); p++) {
    sum += n[*p];
    sums[0] <<= n[*p];
  }
  return sum;
}
"""


class Extern(CommandTest):
    def setUp(self):
        super().setUp()
        self.skip_without_cxx_library()

    def run_program(self, bodies, register, tasks, *flags):
        self.write("code.h", HEADER)
        self.write("code.cc", CODE.replace("BODIES", bodies).replace("REGISTER", register))
        program = self.write("program.rg", PROGRAM.replace("TASKS", tasks))
        return self.palatine("run", program, *flags)

    def test_regions_and_values(self):
        for flags in (["-ll:cpu", "1"], ["-ll:cpu", "4", "-lg:check"], ["-ll:cpu", "2", "-findex-launch", "0"]):
            demand = "" if "-findex-launch" in flags else "__demand(__index_launch)"
            done = self.run_program(SCALE, "add<scale>(TID_SCALE, \"scale\"); add<double, total>(TID_TOTAL, \"total\");", """
extern task scale(r : region(ispace(int2d), cell), factor : double, mix : Mix, flag : bool)
where reads(r.t), reads writes(r.n) end
scale:set_task_id(cpp.TID_SCALE)
local tasks = {}
extern task tasks.total(r : region(ispace(int2d), cell), sums : region(ispace(int1d), double)) : double
where reads(r.n), reduces +(sums) end
tasks.total:set_task_id(cpp.TID_TOTAL)
task two() : double return 2 end
task main()
  var r, sums = region(ispace(int2d, {6, 4}), cell), region(ispace(int1d, 1), double)
  fill(r.t, 1.5)
  fill(r.n, 1)
  fill(sums, 0)
  var colors = ispace(int1d, 3)
  var p = partition(equal, r, colors)
  scale(r, 2, Mix { 1, 10 }, true)
  DEMAND
  for i in colors do scale(p[i], 4, Mix { 1, 0 }, true) end
  var factor = two()
  scale(r, factor, Mix { 1, 0 }, true)
  DEMAND
  for i in colors do scale(p[i], factor, Mix { 1, 0 }, true) end
  for i in r do regentlib.assert(r[i].n == 26, "a value is wrong") end
  var sum = 0.0
  DEMAND
  for i in colors do sum += tasks.total(p[i], sums) end
  c.printf("%g %g\\n", sum, sums[0])
end
""".replace("DEMAND", demand), *flags)
            self.check(done, 0, "624 624\n")

    def test_futures_and_no_arguments(self):
        bodies = """
static Mix twice(const Task* task, const std::vector<PhysicalRegion>& regions, Context, Runtime*)
{
  assert(regions.empty() && task->futures.size() == 2);
  return Mix{2 * task->futures[0].get_result<double>(), 2 * task->futures[1].get_result<int>()};
}
static int nothing(const Task* task, const std::vector<PhysicalRegion>& regions, Context, Runtime*)
{
  return regions.empty() && task->arglen == 0 ? 7 : 0;
}
"""
        done = self.run_program(bodies, "add<Mix, twice>(TID_TWICE, \"twice\"); add<int, nothing>(TID_NOTHING, \"n\");", """
extern task twice(x : regentlib.future(double), y : regentlib.future(int)) : Mix
twice:set_task_id(cpp.TID_TWICE)
twice:set_calling_convention(regentlib.convention.manual())
extern task nothing() : int
nothing:set_task_id(cpp.TID_NOTHING)
task three() : int return 3 end
task main()
  var m = twice(1.5, three())
  c.printf("%g %d %d\\n", m.a, m.b, nothing())
end
""")
        self.check(done, 0, "3 6 7\n")

    def test_scratch_fields(self):
        bodies = """
struct Args { uint64_t mask[1]; LogicalRegion r; int value; FieldID fields[3]; };
static void scratch(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const Args& args = *static_cast<const Args*>(task->args);
  // The field has the number of the scratch field, also in the requirements; the others keep theirs.
  assert(args.fields[0] == FID_T && args.fields[2] == FID_P);
  assert((args.fields[1] != FID_N) == (args.value > 0));
  assert(task->regions[1].privilege_fields == std::set<FieldID>{args.fields[1]});
  const Reads<double, 1> t(regions[0], FID_T);
  const Changes<int, 1> n(regions[1], args.fields[1]);
  for (PointInDomainIterator<1> p(runtime->get_index_space_domain(ctx, args.r.get_index_space())); p(); p++)
    n[*p] += static_cast<int>(t[*p]) + args.value;
}
"""
        for flags in (["-ll:cpu", "1"], ["-ll:cpu", "3", "-lg:check"]):
            done = self.run_program(bodies, "add<scratch>(TID_SCALE, \"scratch\");", """
extern task scratch(r : region(ispace(int1d), cell), value : int)
where reads(r.t), reads writes(r.n) end
scratch:set_task_id(cpp.TID_SCALE)
task sum(r : region(ispace(int1d), cell)) : int where reads(r.n) do
  var total = 0
  for i in r do total += r[i].n end
  return total
end
task main()
  var r = region(ispace(int1d, 12), cell)
  fill(r.t, 2.5)
  fill(r.n, 1)
  var p = partition(equal, r, ispace(int1d, 3))
  var s = with_scratch_fields(r.n, allocate_scratch_fields(r.n))
  var q = partition(equal, s, ispace(int1d, 3))
  fill(s.n, 100)
  scratch(s, 10)
  for i in q.colors do scratch(q[i], 20) end
  for i in p.colors do scratch(p[i], 0) end
  c.printf("%d %d\\n", sum(r), sum(s))
end
""", *flags)
            self.check(done, 0, f"{12 * 3} {12 * 134}\n")

    def test_partitions_and_index_spaces(self):
        bodies = """
struct Args { uint64_t mask[1]; LogicalRegion r; LogicalPartition p; IndexSpace colors; FieldID fields[3]; };
static int pieces(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const Args& args = *static_cast<const Args*>(task->args);
  // No privilege is a requirement as well.
  assert(regions.size() == 1 && args.fields[2] == FID_P);
  int all = 0;
  for (PointInDomainIterator<1> c(runtime->get_index_space_domain(ctx, args.colors)); c(); c++) {
    const LogicalRegion piece = runtime->get_logical_subregion_by_color(ctx, args.p, *c);
    all = 100 * all + runtime->get_index_space_domain(ctx, piece.get_index_space()).get_volume();
  }
  return all;
}
struct SparseArgs { uint64_t mask[1]; LogicalRegion r; FieldID fields[2]; };
static int sparse(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const SparseArgs& args = *static_cast<const SparseArgs*>(task->args);
  const Reads<int, 1> a(regions[0], args.fields[1]);
  int sum = 0;
  for (PointInDomainIterator<1> p(runtime->get_index_space_domain(ctx, args.r.get_index_space())); p(); p++) sum += a[*p];
  return sum;
}
"""
        done = self.run_program(bodies, "add<int, pieces>(TID_PIECES, \"p\"); add<int, sparse>(TID_SPARSE, \"s\");", """
extern task pieces(r : region(ispace(int2d), cell), p : partition(disjoint, r, ispace(int1d)), colors : ispace(int1d)) : int
pieces:set_task_id(cpp.TID_PIECES)
fspace piece { color : int1d, value : int }
extern task sparse(r : region(ispace(int1d), piece)) : int where reads(r.value) end
sparse:set_task_id(cpp.TID_SPARSE)
task main()
  var r = region(ispace(int2d, {6, 4}), cell)
  var colors = ispace(int1d, 3)
  var p = partition(equal, r, colors)
  c.printf("%d %d\\n", pieces(r, p, colors), pieces(r, p, ispace(int1d, 2)))
  -- Numbers of regions are given again.
  for round = 0, 600 do
    var s = region(ispace(int1d, 10 + round % 3), piece)
    for i in s do s[i].value = int(i) % 2 end
    for i in s do s[i].color = int1d(int(i) % 2) end
    var q = partition(s.color, ispace(int1d, 2))
    regentlib.assert(sparse(q[1]) == 5 + (round % 3) / 2 and sparse(q[0]) == 0, "a sum is wrong")
    __delete(s)
  end
end
""", "-ll:cpu", "2")
        self.check(done, 0, "80808 808\n")

    def test_launches_and_points(self):
        bodies = """
struct Args { uint64_t mask[1]; LogicalRegion r; FieldID fields[1]; };
static void point(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const Changes<int, 1> a(regions[0], 101);
  for (PointInDomainIterator<1> p(runtime->get_index_space_domain(ctx, regions[0].get_logical_region().get_index_space())); p(); p++)
    a[*p] += task->is_index_space ? 10 * static_cast<int>(task->index_point[0]) + 1 : 1000;
}
static void launch(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime)
{
  const Args& args = *static_cast<const Args*>(task->args);
  TaskLauncher launcher(TID_POINT, TaskArgument(nullptr, 0));
  launcher.add_region_requirement(RegionRequirement(args.r, READ_WRITE, EXCLUSIVE, args.r));
  launcher.add_field(0, args.fields[0]);
  runtime->execute_task(ctx, launcher);
}
"""
        done = self.run_program(bodies, "add<launch>(TID_LAUNCH, \"launch\"); add<point>(TID_POINT, \"point\");", """
extern task launch(r : region(ispace(int1d), int)) where reads writes(r) end
launch:set_task_id(cpp.TID_LAUNCH)
extern task point(r : region(ispace(int1d), int)) where reads writes(r) end
point:set_task_id(cpp.TID_POINT)
task main()
  var r = region(ispace(int1d, 3), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 3))
  launch(r)
  __demand(__index_launch)
  for i = 0, 3 do point(p[i]) end
  for i in r do c.printf("%d\\n", r[i]) end
end
""", "-ll:cpu", "2")
        self.check(done, 0, "1001\n1011\n1021\n")

    def test_library_with_errors(self):
        self.write("code.h", HEADER)
        self.write("code.cc", "int no = language;\n")
        program = self.write("program.rg", PROGRAM.replace("TASKS", "task main() c.printf(\"runs\\n\") end\n"))
        for command in ("run", "check"):
            done = self.palatine(command, program)
            self.check(done, 1, "", "program.rg:3:1: error: cannot compile the library code: c++ ")
        # Lua may need it before the program is linked.
        self.write("code.h", "int answer(void);\n")
        self.write("code.cc", "extern \"C\" int answer(void) { return 42; }\n")
        program = self.write("program.rg", """import "regent"
local cpp = require("std/launcher").build_library("code")
local number = cpp.answer()
assert(number == 42)
task main() regentlib.c.printf("%d %d\\n", number, cpp.answer()) end
regentlib.start(main)
""")
        self.check(self.palatine("run", program), 0, "42 42\n")
        # The second time it is in the cache.
        self.check(self.palatine("run", program, CXX="false"), 1, "")
        self.check(self.palatine("run", program), 0, "42 42\n")

    # Functions of the C API take the handles of C++ there, also in programs that register no tasks in C.
    def test_calls_of_the_c_api(self):
        body = """
#include "legion/legion_c.h"
static int n(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime* runtime)
{
  const int value = 12;
  legion_runtime_t handle = {runtime};
  legion_future_t future = legion_future_from_untyped_pointer(handle, &value, sizeof(value));
  const int sum = static_cast<Future*>(future.impl)->get_result<int>() +
                  *static_cast<const int*>(legion_future_get_untyped_pointer(future));
  legion_future_destroy(future);
  return sum;
}
"""
        done = self.run_program(body, "add<int, n>(TID_NOTHING, \"n\");", """
extern task f() : int
f:set_task_id(cpp.TID_NOTHING)
task main() c.printf("%d\\n", f()) end
""")
        self.check(done, 0, "24\n")

    def test_errors(self):
        body = "static int n(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*) { return 1; }"
        add = "add<int, n>(TID_NOTHING, \"n\");"
        tasks = """
extern task f() : RESULT
f:set_task_id(cpp.NUMBER)
task main() c.printf("%d\\n", f()) end
"""
        done = self.run_program(body, add, tasks.replace("RESULT", "int64").replace("NUMBER", "TID_NOTHING"))
        self.check(done, 1, "", "program.rg:7: error: task `f` has a result of 8 bytes, but the code registered for it "
                                "(number 1003) returns 4\n")
        done = self.run_program(body, add, tasks.replace("RESULT", "int").replace("NUMBER", "TID_TWICE"))
        self.check(done, 1, "", "program.rg:7: error: task `f` is implemented elsewhere, under the number 1002, but no code "
                                "is registered with this number\n")
        accessor = """
static int n(const Task*, const std::vector<PhysicalRegion>& regions, Context, Runtime*)
{
  const Changes<int, 1> a(regions[0], 101);
  return a[0];
}
"""
        done = self.run_program(accessor, add, """
extern task f(r : region(ispace(int1d), int)) : int where reads(r) end
f:set_task_id(cpp.TID_NOTHING)
task main()
  var r = region(ispace(int1d, 1), int)
  fill(r, 0)
  c.printf("%d\\n", f(r))
end
""")
        self.check(done, 1, "", "error: task `n` makes an accessor that writes field 101 of region `r` without the privilege "
                                "for it\n")


if __name__ == "__main__":
    unittest.main()
