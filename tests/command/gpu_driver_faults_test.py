#!/usr/bin/env python3
"""A program with kernels on a CUDA driver of which each call fails in turn: it prints what it should, or ends with a message
that names the call, and never prints a wrong number.

The driver is the tests' own (tests/support/device/fake_cuda.h). The first run counts the calls of each kind; then there is
a run for each of them, all of the few and some of the many.
"""

import os
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support import SANITIZER_FLAGS, CommandTest

# Kernels in one task and in index launches, values that go both ways, reductions into variables, into few and into many
# elements, fills, a region with holes, a field that is locked at home, and regions that end.
PROGRAM = """import "regent"
fspace cell { x : double, y : double, at : int1d }

__demand(__cuda)
task start(r : region(ispace(int1d), cell), n : int64)
where writes(r) do
  for i in r do
    r[i].x = 1.0
    r[i].y = 2.0
    r[i].at = int1d(([int64](i) * 7) % n)
  end
end
__demand(__cuda)
task step(r : region(ispace(int1d), cell))
where reads(r.y), reads writes(r.x) do
  for i in r do r[i].x += r[i].y end
end
__demand(__cuda)
task spread(r : region(ispace(int1d), cell), s : region(ispace(int1d), double))
where reads(r.{x, at}), reduces +(s) do
  for i in r do s[r[i].at] += r[i].x end
end
__demand(__cuda)
task sum(s : region(ispace(int1d), double)) : double
where reads(s) do
  var total = 0.0
  for i in s do total += s[i] end
  return total
end
task on_host(r : region(ispace(int1d), cell))
where reads writes(r.y) do
  for i in r do r[i].y += 1.0 end
end

task main()
  var n = 600
  var r = region(ispace(int1d, n), cell)
  var s = region(ispace(int1d, n), double)
  var colors = ispace(int1d, 3)
  var p = partition(equal, r, colors)
  var q = partition(equal, s, colors)
  var holes = image(s, p, r.at)
  start(r, n)
  for k = 0, 2 do
    fill(s, 0.0)
    __demand(__index_launch)
    for c in colors do step(p[c]) end
    spread(r, s)
    on_host(p[k])
    regentlib.c.printf("%.0f\\n", sum(s))
  end
  regentlib.c.printf("%.0f\\n", sum(holes[1]))
  for c in colors do regentlib.c.printf("%.0f\\n", sum(q[c])) end
  __delete(r)
  __delete(s)
end
regentlib.start(main)
"""

# Graphs whose values change, with a task of the host and kernels that come and go between them.
GRAPHS = """import "regent"
fspace cell { x : double, y : double }

__demand(__cuda)
task move(r : region(ispace(int1d), cell), dt : double)
where reads writes(r.x), reads(r.y) do
  for i in r do r[i].x += dt * r[i].y end
end
__demand(__cuda)
task turn(r : region(ispace(int1d), cell), dt : double, rounds : int)
where reads(r.x), reads writes(r.y) do
  for k = 0, rounds do
    for i in r do r[i].y += dt * r[i].x end
  end
end
task on_host(r : region(ispace(int1d), cell))
where reads writes(r.y) do
  for i in r do r[i].y -= 1.0 end
end
task show(r : region(ispace(int1d), cell))
where reads(r) do
  for i in r do regentlib.c.printf("%.3f %.3f\\n", r[i].x, r[i].y) end
end

task main()
  var r = region(ispace(int1d, 12), cell)
  var colors = ispace(int1d, 3)
  var p = partition(equal, r, colors)
  fill(r.x, 1.0)
  fill(r.y, 2.0)
  for k = 0, 16 do
    __demand(__trace)
    do
      for c in colors do move(p[c], 0.125 * k) end
      for c in colors do turn(p[c], 0.0625, 1) end
      on_host(r)
      for c in colors do turn(p[c], 0.015625 * k, 1 + k / 12) end
    end
    if k % 5 == 4 then show(r) end
  end
  show(r)
end
regentlib.start(main)
"""

# Ending a thing can fail when all results are there already.
ENDS = {"cuCtxPopCurrent", "cuDevicePrimaryCtxRelease", "cuEventDestroy", "cuMemAddressFree", "cuMemFree", "cuMemFreeHost",
        "cuMemRelease", "cuMemUnmap", "cuModuleUnload", "cuStreamDestroy", "cuStreamSynchronize"}
# Without memory that is mapped where it is needed there is memory that is not.
MAPPING = {"cuMemAddressReserve", "cuMemCreate", "cuMemGetAllocationGranularity", "cuMemMap", "cuMemSetAccess"}
# Without graphs tasks launch their kernels themselves.
GRAPH_CALLS = {"cuGraphDestroy", "cuGraphExecDestroy", "cuGraphExecKernelNodeSetParams", "cuGraphInstantiate", "cuGraphLaunch",
               "cuStreamBeginCapture", "cuStreamEndCapture", "cuStreamGetCaptureInfo"}
# Where these fail there is another way.
OPTIONAL = {"cuDeviceGetUuid", "cuDriverGetVersion", "cuFuncGetParamInfo", "cuGetErrorName", "cuGetErrorString", "cuMemGetInfo",
            "cuMemHostRegister", "cuMemHostUnregister", *MAPPING}


def chosen(count):
    """Two of the first calls, then fewer and fewer, and the last."""
    numbers, number = {count}, 1
    while number < count:
        numbers.add(number)
        number *= 2
    return sorted(numbers)


@unittest.skipUnless(os.environ.get("PALATINE_FAKE_CUDA"), "PALATINE_FAKE_CUDA does not name the tests' driver")
@unittest.skipIf(SANITIZER_FLAGS, "the driver's thread is not instrumented")
class GpuDriverFaults(CommandTest):
    def run_on_driver(self, devices, **environment):
        return self.execute("./program", "-ll:cpu", 2, "--gpu=require", LD_LIBRARY_PATH=str(self.folder / "drivers"),
                            PALATINE_FAKE_CUDA_THREAD="1", PALATINE_FAKE_CUDA_DEVICES=str(devices), timeout=60, **environment)

    def wrong(self, done, name, expected):
        """What is wrong with a run in which a call of this name failed; empty if nothing is."""
        if done.returncode == 0:
            return "" if done.stdout == expected else f"a wrong result: {done.stdout}"
        if done.returncode < 0:
            return f"killed by signal {-done.returncode}: {done.stderr}"
        if not expected.startswith(done.stdout):
            return f"wrong numbers before the end: {done.stdout}"
        if name in OPTIONAL:
            return f"there is another way, but: {done.stderr}"
        if name not in done.stderr or "999" not in done.stderr and "CUDA_ERROR_UNKNOWN" not in done.stderr:
            return f"the message names no call: {done.stderr}"
        return ""

    def setUp(self):
        super().setUp()
        drivers = self.folder / "drivers"
        drivers.mkdir()
        (drivers / "libcuda.so.1").symlink_to(os.environ["PALATINE_FAKE_CUDA"])

    def counts_of(self, report):
        return {words[0]: int(words[1]) for words in map(str.split, report.read_text().splitlines()) if words[0].startswith("cu")}

    def test_each_call_for_graphs(self):
        self.write("program.rg", GRAPHS)
        self.check(self.palatine("build", "program.rg", "-o", "program"), 0)
        report = self.folder / "report"
        first = self.run_on_driver(1, PALATINE_FAKE_CUDA_REPORT=str(report))
        self.check(first, 0)
        # The numbers are those without graphs.
        self.check(self.execute("./program", "--gpu=off"), 0, first.stdout)
        counts = self.counts_of(report)
        self.assertEqual(GRAPH_CALLS - set(counts), set())
        for name in sorted(GRAPH_CALLS):
            for number in chosen(counts[name]):
                with self.subTest(f"{name} fails at call {number}"):
                    self.check(self.run_on_driver(1, PALATINE_FAKE_CUDA_FAIL=f"{name}:{number}"), 0, first.stdout)
        # A code that says that the device is lost ends the program.
        for name in ("cuGraphLaunch", "cuGraphExecKernelNodeSetParams", "cuGraphInstantiate"):
            done = self.run_on_driver(1, PALATINE_FAKE_CUDA_FAIL=f"{name}:2:719")
            self.assertGreater(done.returncode, 0, name)
            self.assertTrue(first.stdout.startswith(done.stdout), "wrong numbers before the end")
            self.assertRegex(done.stderr, rf"program\.rg:\d+: task `\w+` \(launched at line \d+\): cannot launch it .* as a graph: .*{name}")

    def test_each_call(self):
        self.write("program.rg", PROGRAM)
        self.check(self.palatine("build", "program.rg", "-o", "program"), 0)
        for devices in (1, 2):
            report = self.folder / f"report{devices}"
            first = self.run_on_driver(devices, PALATINE_FAKE_CUDA_REPORT=str(report))
            self.check(first, 0)
            counts = self.counts_of(report)
            self.assertGreater(counts["cuLaunchKernel"], 10)
            orders = [(name, number) for name, count in sorted(counts.items()) for number in chosen(count)]

            def run(order, devices=devices):
                return self.run_on_driver(devices, PALATINE_FAKE_CUDA_FAIL=f"{order[0]}:{order[1]}")

            with ThreadPoolExecutor(2) as pool:
                runs = list(zip(orders, pool.map(run, orders)))
            ended = set()
            for (name, number), done in runs:
                with self.subTest(f"{devices} devices: {name} fails at call {number}"):
                    self.assertEqual(self.wrong(done, name, first.stdout), "")
                if done.returncode != 0:
                    ended.add(name)
            # What is not told of can do no harm; of two devices one may do alone what it should.
            if devices == 1:
                self.assertEqual({name for name in counts if name not in ended} - ENDS - OPTIONAL, set())


if __name__ == "__main__":
    unittest.main()
