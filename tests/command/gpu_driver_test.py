#!/usr/bin/env python3
"""Programs with kernels on a CUDA driver: the PTX that the compiler makes, launched as on a real GPU.

The driver is the tests' own (tests/support/device/fake_cuda.h), which runs PTX on the host and refuses wrong calls, so
this tests everything but NVIDIA's part: the runtime's CUDA devices, the forms of kernels for devices with their shuffles,
barriers and atomics, and what becomes of faults.
"""

import os
import re
import sys
import unittest
from pathlib import Path

from support import PALATINE, SANITIZER_FLAGS, CommandTest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))

from program import Program  # noqa: E402

TOOLKITS = (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda", "/opt/cuda", "/usr/lib/cuda",
            "/usr/lib/nvidia-cuda-toolkit")
HAS_LIBDEVICE = any(next(Path(folder).glob("**/libdevice/libdevice.10.bc"), None) for folder in TOOLKITS if folder)

BROKEN = """import "regent"
fspace cell { at : int64, x : double }
__demand(__cuda)
task scatter(r : region(ispace(int1d), cell), s : region(ispace(int1d), double))
where reads(r), reduces +(s) do
  for i in r do s[r[i].at] += r[i].x end
end
task main()
  var r = region(ispace(int1d, 1000), cell)
  var s = region(ispace(int1d, 10), double)
  for i in r do
    r[i].at = [int64](i) % 10
    r[i].x = 1
  end
  r[500].at = 100000000
  fill(s, 0)
  scatter(r, s)
  regentlib.c.printf("%g\\n", s[0])
end
regentlib.start(main)
"""

START = """import "regent"
__demand(__cuda)
task start(r : region(ispace(int1d), double))
where writes(r) do
  for i in r do r[i] = 3 end
end
task main()
  var r = region(ispace(int1d, 10), double)
  for i in r do r[i] = 1 end
  start(r)
  var sum = 0.0
  for i in r do sum += r[i] end
  regentlib.c.printf("%g\\n", sum)
end
regentlib.start(main)
"""


# Tasks of the device and of the host in turns, on data that are large enough to be locked in place.
TURNS = """import "regent"
__demand(__cuda)
task triple(r : region(ispace(int1d), double))
where reads writes(r) do
  for i in r do r[i] = 3 * r[i] end
end
task sum_of(r : region(ispace(int1d), double))
where reads(r) do
  var sum = 0.0
  for i in r do sum += r[i] end
  return sum
end
task main()
  var r = region(ispace(int1d, 100000), double)
  var small = region(ispace(int1d, 10), double)
  for i in r do r[i] = 1 end
  for i in small do small[i] = 1 end
  for k = 0, 20 do
    triple(r)
    triple(small)
    if k % 5 == 4 then regentlib.c.printf("%.0f\\n", sum_of(r)) end
  end
  __delete(r)
end
regentlib.start(main)
"""

# Many points and few elements, and as many of both.
COUNTS = """import "regent"
__demand(__cuda)
task count(is : ispace(int1d), t : region(ispace(int1d), int32), m : int32)
where reduces +(t) do
  for i in is do t[int(i) %% m] += 1 end
end
task main()
  var t = region(ispace(int1d, 1000), int32)
  fill(t, 0)
  count(ispace(int1d, %d), t, %d)
  regentlib.c.printf("%%d %%d\\n", t[0], t[1])
end
regentlib.start(main)
"""


# A program that makes its streams itself, and gives them to a pool.
STREAMS = """#include <dlfcn.h>
#include <cstdio>
#include <cstdlib>
#include <umpire/ResourceManager.hpp>
#include <umpire/strategy/ResourceAwarePool.hpp>
#include <umpire/util/wrap_allocator.hpp>
#include <camp/camp.hpp>

static CUstream_st* make_stream(void* driver) {
  CUstream_st* stream = nullptr;
  auto make = (int (*)(CUstream_st**, unsigned, int))dlsym(driver, "cuStreamCreateWithPriority");
  return make && make(&stream, 1, 0) == 0 ? stream : nullptr;
}

int main() {
  using camp::resources::Cuda;
  void* driver = dlopen("libcuda.so.1", RTLD_NOW);
  Cuda own(0);
  own.wait();
  void* context = nullptr;
  int device = 0;
  ((int (*)(int*, int))dlsym(driver, "cuDeviceGet"))(&device, 0);
  ((int (*)(void**, int))dlsym(driver, "cuDevicePrimaryCtxRetain"))(&context, device);
  ((int (*)(void*))dlsym(driver, "cuCtxPushCurrent_v2"))(context);
  CUstream_st* made = make_stream(driver);
  if (!made) return 2;
  Cuda theirs = Cuda::CudaFromStream(made);
  camp::resources::Resource first{theirs};
  auto& manager = umpire::ResourceManager::getInstance();
  auto pool = manager.makeAllocator<umpire::strategy::ResourceAwarePool>("pool", manager.getAllocator("DEVICE"));
  void* a = pool.allocate(1 << 20, first);
  theirs.memset(a, 7, 1 << 20);
  pool.deallocate(a, first);
  void* b = pool.allocate(1 << 20, first);
  pool.deallocate(b, first);
  theirs.wait();
  std::printf("%d %d %d\\n", theirs.get_stream() == made, Cuda::CudaFromStream(made) == theirs, a == b);
  try {
    Cuda::CudaFromStream((CUstream_st*)&context);
  } catch (const std::runtime_error& error) {
    std::printf("%s\\n", error.what());
  }
  // The tests' driver knows no contexts any more when the pool goes at the end of the process.
  std::fflush(stdout);
  std::_Exit(0);
}
"""


@unittest.skipUnless(os.environ.get("PALATINE_FAKE_CUDA"), "PALATINE_FAKE_CUDA does not name the tests' driver")
@unittest.skipIf(SANITIZER_FLAGS, "the driver's thread is not instrumented")
class GpuDriver(CommandTest):
    def setUp(self):
        super().setUp()
        drivers = self.folder / "drivers"
        drivers.mkdir()
        (drivers / "libcuda.so.1").symlink_to(os.environ["PALATINE_FAKE_CUDA"])

    def run_on_driver(self, program, *arguments, seed=1, **environment):
        self.report = self.folder / "report"
        self.report.unlink(missing_ok=True)
        return self.execute(program, "-ll:cpu", 2, "--gpu=require", *arguments, LD_LIBRARY_PATH=str(self.folder / "drivers"),
                            PALATINE_FAKE_CUDA_THREAD=str(seed), PALATINE_FAKE_CUDA_REPORT=str(self.report), **environment)

    def check_report(self):
        """Kernels were launched, and nothing of the driver is alive at the end."""
        counts = self.counts()
        self.assertGreater(int(counts["cuLaunchKernel"]), 0)
        self.assertEqual({name: count for name, count in counts.items() if name.startswith("alive_") and count != "0"}, {})

    def test_programs(self):
        for path in sorted((ROOT / "tests/run/gpu").glob("*.rg")):
            test = Program(path)
            flags = test.settings.get("FLAGS", "").split()
            self.check(self.palatine("build", path, *flags, "-o", "program"), 0)
            is_failure = test.settings.get("EXIT", "0") != "0"
            for seed, devices in ((1, 1), (2, 2)):
                with self.subTest(f"{path.name}, seed {seed}"):
                    done = self.run_on_driver("./program", seed=seed, PALATINE_FAKE_CUDA_DEVICES=str(devices))
                    if not HAS_LIBDEVICE and "libdevice" in done.stderr:
                        # NVIDIA's functions come with the toolkit; without it a kernel that calls one says so.
                        self.assertEqual(done.returncode, 1)
                        self.assertRegex(done.stderr, r"`\w+` in a kernel needs libdevice of the CUDA toolkit")
                        continue
                    self.check(done, 1 if is_failure else 0)
                    # Threads print, and find what is wrong, in any order.
                    if is_failure:
                        self.assertRegex(done.stderr, r"out-of-bounds \(task `shift`, index \{\d, 4\}\)")
                    else:
                        self.assertEqual(sorted(done.stdout.splitlines()), sorted(test.blocks["OUTPUT"]))
                        self.check_report()

    def test_a_fault_of_a_kernel_ends_the_program(self):
        self.write("broken.rg", BROKEN)
        self.check(self.palatine("build", "broken.rg", "-o", "broken"), 0)
        done = self.run_on_driver("./broken")
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "", "no result of a kernel that failed")
        # The driver's own words, then the program's: what failed, where, and what was running.
        self.assertRegex(done.stderr, r"fake CUDA: kernel `kernel_scatter_1`, line \d+, thread \d+ of block \d+: reads 8 bytes at 0x")
        self.assertIn("cuda device 0 (Fake 70)", done.stderr)
        self.assertIn("task `scatter`", done.stderr)

    def counts(self):
        """How often each function of the driver was called, by the last run's report."""
        return dict(line.split() for line in self.report.read_text().splitlines())

    def counts_of_runs(self, name):
        """The counts of tests/run/gpu/NAME.rg, built as `traced`, with a seed each; its output must be right."""
        path = ROOT / f"tests/run/gpu/{name}.rg"
        self.check(self.palatine("build", path, "-o", "traced"), 0)
        self.expected = "\n".join(Program(path).blocks["OUTPUT"]) + "\n"
        for seed in range(1, 4):
            self.check(self.run_on_driver("./traced", seed=seed), 0, self.expected)
            self.check_report()
            yield self.counts()

    def test_a_trace_is_one_graph(self):
        for counts in self.counts_of_runs("traced"):
            self.assertEqual(counts.get("cuGraphInstantiate"), "1")
            self.assertGreater(int(counts["cuGraphLaunch"]), 40)
        self.check(self.run_on_driver("./traced", "-lg:no_graphs"), 0, self.expected)
        self.assertNotIn("cuGraphLaunch", self.counts())

    def test_parts_of_traces_are_graphs_whose_values_change(self):
        for counts in self.counts_of_runs("traced_steps"):
            # One for the first trace; two for the other, and others where the number of kernels has changed.
            self.assertLess(int(counts["cuGraphInstantiate"]), 8)
            self.assertGreater(int(counts["cuGraphLaunch"]), 40)
            # Eight kernels of the first trace have another value each time.
            self.assertGreater(int(counts["cuGraphExecKernelNodeSetParams"]), 8 * 20)

    def test_what_is_overwritten_is_not_copied(self):
        self.write("start.rg", START)
        self.check(self.palatine("build", "start.rg", "-o", "start"), 0)
        self.check(self.run_on_driver("./start"), 0, "30\n")
        counts = self.counts()
        # Home, for the sum.
        self.assertEqual(counts.get("cuMemcpyAsync"), "1")

    def test_memory_at_home_is_locked_while_its_region_lives(self):
        self.write("turns.rg", TURNS)
        self.check(self.palatine("build", "turns.rg", "-o", "turns"), 0)
        sums = "".join(f"{3 ** k * 100000}\n" for k in (5, 10, 15, 20))
        for devices in (1, 2):
            self.check(self.run_on_driver("./turns", PALATINE_FAKE_CUDA_DEVICES=str(devices)), 0, sums)
            self.check_report()
            counts = self.counts()
            self.assertEqual((counts["cuMemHostRegister"], counts["cuMemHostUnregister"]), ("1", "1"))

    def test_blocks_keep_tables_of_what_many_points_reduce_into(self):
        for points, elements, table_bytes in ((200000, 1000, 4000), (1000, 1000, 0)):
            self.write("counts.rg", COUNTS % (points, elements))
            self.check(self.palatine("build", "counts.rg", "-o", "counts"), 0)
            self.check(self.run_on_driver("./counts"), 0, f"{points // elements} {points // elements}\n")
            counts = self.counts()
            self.assertEqual(int(counts["largest_shared_bytes"]), table_bytes)

    def test_pools_take_streams_that_programs_have_made(self):
        library = Path(PALATINE).resolve().parent.parent / "lib/palatine"
        self.write("streams.cpp", STREAMS)
        self.check(self.execute(self.compiler("c++"), "-std=c++20", "-O1", "-I", library / "include", "streams.cpp", "-o", "streams",
                                library / "libpalatine_runtime.a", library / "libboost_context.a", "-lpthread", "-ldl"), 0)
        done = self.execute("./streams", LD_LIBRARY_PATH=str(self.folder / "drivers"), PALATINE_FAKE_CUDA_THREAD="1", PALATINE_DEVICE="cuda")
        self.check(done, 0)
        first, second = done.stdout.splitlines()
        self.assertEqual(first, "1 1 1")
        self.assertIn("cuStreamGetCtx of a stream that others have made on cuda device 0", second)

    def test_memory_of_the_device_runs_out(self):
        path = ROOT / "tests/run/gpu/points.rg"
        self.check(self.palatine("build", path, "-o", "program"), 0)
        done = self.run_on_driver("./program", PALATINE_FAKE_CUDA_MEMORY="4096")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, re.compile(r"out of memory.*cuda device 0", re.S))


if __name__ == "__main__":
    unittest.main()
