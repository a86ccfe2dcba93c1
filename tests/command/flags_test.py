#!/usr/bin/env python3
"""The compiler's `-f` flags: each one is accepted, and those that do something do it."""

import re
import unittest
from pathlib import Path

from support import HELLO, CommandTest

SOURCE = Path(__file__).resolve().parents[2]

BEYOND = """import "regent"
task inside(r : region(ispace(int1d), int)) where reads writes(r) do r[0] = 1 end
task beyond(r : region(ispace(int1d), int), i : int) where reads writes(r) do r[i] = 1 end
terra first(values : &int[1], i : int) return (@values)[i] end
task main()
  var r = region(ispace(int1d, 4), int)
  fill(r, 0)
  inside(r)
  var values = array(1, 2, 3)
  regentlib.c.printf("%d\\n", first([&int[1]](&values[0]), 2))
  if CONDITION then beyond(r, 4) end
end
regentlib.start(main)
"""

SUM = """import "regent"
task sum(r : region(ispace(int1d), double)) : double where reads(r) do
  var s = 0.0
  for e in r do s += r[e] end
  return s
end
task main()
  var r = region(ispace(int1d, 100), double)
  fill(r, 0.5)
  regentlib.c.printf("%g\\n", sum(r))
end
regentlib.start(main)
"""


class Flags(CommandTest):
    def test_every_flag_is_accepted_and_described(self):
        listed = re.findall(r'^FLAG_(\w+)\(\w+, "([\w-]+)", (.*)\)$', (SOURCE / "frontend/base/flags.def").read_text(), re.M)
        self.assertGreater(len(listed), 50)
        page = (SOURCE / "docs/language/flags.md").read_text()
        for _, name, _ in listed:
            self.assertIn(f"`-f{name}", page)
        words = []
        for kind, name, value in listed:
            if name not in ("cuda", "cuda-arch", "flow", "gpu-arch"):
                words += [f"-f{name}", {"true": "1", "false": "0"}.get(value, value.strip('"'))]
        self.write("hello.rg", HELLO)
        self.check(self.palatine("run", "hello.rg", *words, "-fgpu", "none"), 0, "hello\n")

    def test_bounds_of_some_tasks(self):
        self.write("beyond.rg", BEYOND.replace("CONDITION", "true"))
        done = self.palatine("run", "beyond.rg", "-fbounds-checks", "1")
        self.check(done, 1, stderr_part="beyond.rg:3: pointer int1d(int32, $r) is out-of-bounds")
        done = self.palatine("run", "beyond.rg", "-fbounds-checks", "1", "-fbounds-checks-targets", "nothing,^bey")
        self.check(done, 1, stderr_part="beyond.rg:3: pointer int1d(int32, $r) is out-of-bounds")
        self.assertEqual(self.checked_lines("nothing,^bey"), ["3"])
        self.assertEqual(self.checked_lines("inside"), ["2"])
        # Terra functions are never checked.
        self.write("beyond.rg", BEYOND.replace("CONDITION", "false"))
        self.check(self.palatine("run", "beyond.rg", "-fbounds-checks", "1"), 0, "3\n")

    def checked_lines(self, targets):
        done = self.palatine("emit", "beyond.rg", "-fbounds-checks", "1", "-fbounds-checks-targets", targets)
        self.check(done, 0)
        return re.findall(r"api::in_bounds<1>\(.*\{beyond_rg, (\d+)\}", done.stdout)

    def test_tasks_are_shown(self):
        self.write("hello.rg", HELLO)
        done = self.palatine("run", "hello.rg", "-fpretty", "1")
        self.check(done, 0)
        self.assertIn("task main()", done.stdout)
        self.assertNotIn("\nhello\n", done.stdout)

    def test_arithmetic_that_may_be_rearranged(self):
        self.write("sum.rg", SUM)
        self.check(self.palatine("run", "sum.rg", "-ffast-math", "1"), 0, "50\n")
        fast = self.palatine("emit", "sum.rg", "-ffast-math", "1").stdout
        self.assertIn("#pragma clang fp reassociate(on)", fast)
        self.assertNotIn("#pragma clang fp", self.palatine("emit", "sum.rg", "-ffast-math", "0").stdout)

    def test_traces_are_left_out(self):
        self.write("traced.rg", HELLO.replace("  c.printf", "  __demand(__trace)\n  for i = 0, 2 do work() work() end\n  c.printf")
                   .replace("task main", "task work() end\ntask main"))
        self.check(self.palatine("run", "traced.rg", "-ftrace", "0"), 0, "hello\n")
        self.assertIn("api::Trace", self.palatine("emit", "traced.rg").stdout)
        self.assertNotIn("api::Trace", self.palatine("emit", "traced.rg", "-ftrace", "0").stdout)


if __name__ == "__main__":
    unittest.main()
