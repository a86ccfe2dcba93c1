#!/usr/bin/env python3
"""What `-fgpu` and `-fgpu-arch` make of kernels: nothing, PTX, native code beside it, and what the runtime loads.

The toolkit's assembler is replaced by a script, which makes native code for the tests' own driver. With the real one
there is a last test.
"""

import os
import unittest
from pathlib import Path

from gpu_test import PROGRAM, SUM
from ptx_test import find_ptxas
from support import SANITIZER_FLAGS, CommandTest

ASSEMBLER = """#!/bin/sh
echo "$2" >> "$0.log"
if [ "$2" = sm_75 ]; then echo "sm_75 is not for me" >&2; exit 1; fi
{ echo "fake native code for $2"; cat "$3"; } > "$5"
"""


class GpuFlags(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("square.rg", PROGRAM)
        self.ptxas = self.write("toolkit/bin/ptxas", ASSEMBLER)
        self.ptxas.chmod(0o755)

    def build(self, *flags, **environment):
        return self.palatine("build", "square.rg", "-o", "square", *flags, CUDA_HOME=str(self.folder / "toolkit"),
                             **environment)

    def holds(self, text):
        return text.encode() in (self.folder / "square").read_bytes()

    def assembled(self):
        log = Path(f"{self.ptxas}.log")
        return log.read_text().split() if log.exists() else []

    def check_runs(self):
        self.check(self.execute("./square", "--gpu=simulated"), 0, SUM)

    def test_none_makes_no_kernels(self):
        for flags in (["-fgpu", "none"], ["-fgpu", "off"], ["-fcuda", "0"], ["-fgpu", "none", "-fgpu-arch", "90"]):
            self.check(self.build(*flags), 0, stderr_part="")
            self.assertFalse(self.holds(".target sm_70"), flags)
            self.check_runs()
            emitted = self.palatine("emit", "square.rg", "--stage=ptx", *flags)
            self.check(emitted, 0, "")
        self.assertEqual(self.assembled(), [])
        for flags in ([], ["-fgpu", "cuda"], ["-fcuda", "1"]):
            self.check(self.build(*flags), 0)
            self.assertTrue(self.holds(".target sm_70"), flags)
            self.assertFalse(self.holds("fake native code"), flags)
            self.check_runs()

    def test_demands_count_without_kernels_too(self):
        self.write("square.rg", PROGRAM.replace("  for i in r do r[i] =", "  r[0] = 1\n  for i in r do r[i] ="))
        self.check(self.build("-fgpu", "none"), 1, stderr_part="found a region access outside parallelizable loops")

    def test_names_of_devices(self):
        done = self.build("-fgpu-arch", "hopper,sm_80,90a,100")
        self.check(done, 0)
        self.assertEqual(done.stderr, "")
        names = ["sm_90", "sm_80", "sm_90a", "sm_100"]
        self.assertEqual(self.assembled(), names)
        for name in names:
            self.assertTrue(self.holds(f"fake native code for {name}\n"), name)
        self.assertTrue(self.holds(".target sm_70"))
        self.check_runs()
        # From the cache.
        self.check(self.build("-fcuda-arch", "80"), 0)
        self.check(self.build(GPU_ARCH="volta"), 0)
        self.assertEqual(self.assembled(), [*names, "sm_70"])
        self.assertTrue(self.holds("fake native code for sm_70\n"))

    def test_what_is_compiled_for_another_machine_has_a_gpu(self):
        self.write("square.rg", PROGRAM.replace('import "regent"', 'import "regent"\nprint(regentlib.check_gpu_available())'))
        for flags, answer in ((["-fgpu-offline", "1"], "true\n"), (["-fcuda-offline", "1"], "true\n"),
                              (["-fgpu-offline", "1", "-fgpu", "none"], "false\n"), (["-fgpu", "cuda"], "true\n")):
            self.check(self.build(*flags), 0, answer)
        self.check(self.build("-fgpu-offline", "1", "-fgpu-arch", "90"), 0, "true\n")
        self.assertEqual(self.assembled(), ["sm_90"])

    def test_what_is_run_at_once_has_the_devices_that_it_asks_for(self):
        self.write("square.rg", PROGRAM.replace('import "regent"', 'import "regent"\nprint(regentlib.check_gpu_available())'))
        for flags, answer in ((["--gpu=simulated"], "true\n"), (["--gpu=off"], "false\n"), (["--gpu=simulated", "--gpu=off"], "false\n"),
                              (["-fgpu", "none", "--gpu=simulated"], "false\n")):
            done = self.palatine("run", "square.rg", *flags)
            self.assertEqual(done.stdout.splitlines(True)[:1], [answer], f"{flags}\n{done.stderr}")

    def test_wrong_names(self):
        for name in ("pascal", "60", "sm_", "gfx90a", "90,x"):
            self.check(self.build("-fgpu-arch", name), 1, stderr_part="-fgpu-arch takes `volta`, ")
        self.check(self.build("-fgpu", "hip"), 2, stderr_part="-fgpu `hip`: AMD's GPUs are not supported; there are `cuda` and `none`")
        self.check(self.build("-fgpu", "opencl"), 2, stderr_part="-fgpu `opencl`: there are `cuda` and `none`")
        self.check(self.build("-fgpu-offline", "1", "-fcuda-offline", "1"), 2, stderr_part="exclude each other")
        self.check(self.build("-fgpu", "cuda", "-fcuda", "1"), 2, stderr_part="exclude each other")
        self.check(self.build("-fgpu-arch", "80", "-fcuda-arch", "80"), 2, stderr_part="exclude each other")

    def test_what_cannot_be_assembled_is_left_to_the_driver(self):
        done = self.build("-fgpu-arch", "75,90")
        self.check(done, 0, stderr_part="warning: no native code for sm_75; the program holds PTX")
        self.assertIn("ptxas: sm_75 is not for me", done.stderr)
        self.assertTrue(self.holds("fake native code for sm_90\n"))
        self.check_runs()

    @unittest.skipIf(find_ptxas(), "there is a CUDA toolkit")
    def test_without_a_toolkit(self):
        self.ptxas.unlink()
        done = self.build("-fgpu-arch", "90")
        self.check(done, 0, stderr_part="warning: no native code for sm_90: ptxas of the CUDA toolkit was not found")
        self.assertTrue(self.holds(".target sm_70"))

    @unittest.skipUnless(os.environ.get("PALATINE_FAKE_CUDA"), "PALATINE_FAKE_CUDA does not name the tests' driver")
    @unittest.skipIf(SANITIZER_FLAGS, "the driver's thread is not instrumented")
    def test_what_is_loaded(self):
        (self.folder / "libcuda.so.1").symlink_to(os.environ["PALATINE_FAKE_CUDA"])
        # The driver's devices are of sm_90, and it refuses other native code.
        for names, native in (("90", 1), ("80,90,100", 1), ("90a", 0), ("80", 0), ("100", 0), ("75", 0)):
            self.check(self.build("-fgpu-arch", names), 0)
            report = self.folder / "report"
            done = self.execute("./square", "--gpu=require", LD_LIBRARY_PATH=str(self.folder), PALATINE_FAKE_CUDA_THREAD="1",
                                PALATINE_FAKE_CUDA_REPORT=str(report))
            self.check(done, 0, SUM)
            counts = dict(line.split() for line in report.read_text().splitlines())
            self.assertEqual(int(counts.get("native_images", 0)), native, names)
            self.assertGreater(int(counts["cuLaunchKernel"]), 0)

    @unittest.skipUnless(find_ptxas(), "the CUDA toolkit is not installed (no ptxas)")
    def test_the_assembler_of_the_toolkit(self):
        self.check(self.palatine("build", "square.rg", "-o", "square"), 0)
        before = (self.folder / "square").stat().st_size
        done = self.palatine("build", "square.rg", "-o", "square", "-fgpu-arch", "90,100")
        self.check(done, 0)
        self.assertEqual(done.stderr, "")
        self.assertGreater((self.folder / "square").stat().st_size, before + 4000)
        self.assertEqual(len(list(self.cache.glob("*.cubin"))), 2)
        self.check_runs()


if __name__ == "__main__":
    unittest.main()
