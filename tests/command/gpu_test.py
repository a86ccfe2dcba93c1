#!/usr/bin/env python3
"""Programs with kernels on machines with fewer GPUs than the command line asks for."""

import unittest

from support import CommandTest

PROGRAM = """import "regent"
__demand(__cuda)
task square(r : region(ispace(int1d), int64)) where reads writes(r) do
  for i in r do r[i] = [int64](i) * [int64](i) end
end
task main()
  var r = region(ispace(int1d, 100), int64)
  square(r)
  var sum : int64 = 0
  for i in r do sum += r[i] end
  regentlib.c.printf("%lld\\n", sum)
end
regentlib.start(main)
"""
SUM = "328350\n"

# A kernel names the index at which it leaves a region, a loop of a processor only the pointer.
OUTSIDE = """import "regent"
__demand(__cuda)
task move(r : region(ispace(int1d), int), s : region(ispace(int1d), int)) where writes(r), reads(s) do
  for i in r do r[i] = s[i + 1] end
end
task main()
  var r = region(ispace(int1d, 100), int)
  var s = region(ispace(int1d, 100), int)
  fill(s, 1)
  move(r, s)
end
regentlib.start(main)
"""


class MissingGpus(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("square.rg", PROGRAM)
        self.check(self.palatine("build", "square.rg", "-o", "square"), 0)

    def test_what_ran_without_kernels_has_them_when_a_gpu_is_asked_for(self):
        self.write("outside.rg", OUTSIDE)
        by_kernel = "is out-of-bounds (task `move`, index 100)"
        for flags, has_kernel in [(["--gpu=off"], False), (["--gpu=simulated"], True), (["--gpu=off"], False)]:
            done = self.palatine("run", "outside.rg", "-fbounds-checks", "1", *flags)
            self.assertEqual(done.returncode != 0, True, done.stdout + done.stderr)
            self.assertIn("is out-of-bounds", done.stderr)
            self.assertEqual(by_kernel in done.stderr, has_kernel, done.stderr)

    def test_processors_run_what_no_gpu_can(self):
        done = self.execute("./square", "-ll:gpu", "64")
        self.check(done, 0, SUM, "warning: GPU ")
        self.assertIn(" is asked for: ", done.stderr)

    def test_a_required_gpu_is_an_error(self):
        done = self.execute("./square", "--gpu=require", "-ll:gpu", "64")
        self.check(done, 1, "", " is asked for: ")

    def test_nothing_is_said_when_none_is_asked_for(self):
        for flags in [], ["--gpu=off", "-ll:gpu", "64"], ["--gpu=simulated", "-ll:gpu", "2"]:
            done = self.execute("./square", *flags)
            self.check(done, 0, SUM)
            self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
