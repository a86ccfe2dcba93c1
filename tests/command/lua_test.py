#!/usr/bin/env python3
"""Lua functions that compiled code calls: by functions that run while compiling, and by the running program."""

import unittest

from support import HELLO, CommandTest

PROGRAM = """import "regent"
local ffi = require("ffi")
local calls = 0
struct pair { a : int, b : double[2] }

local add = terralib.cast({ int, double } -> double, function(x, y) calls = calls + 1 return x + y + calls end)
local swap = terralib.cast({ pair } -> pair, function(p)
  return { a = p.b[0], b = { p.a, p.b[1] } }
end)
local say = terralib.cast({ rawstring, bool } -> {}, function(text, flag)
  print(ffi.string(text) .. " " .. tostring(flag))
end)
local index = terralib.cast({ int2d } -> int64, function(p) return p.x * 10 + p.y end)

terra twice(x : int) : double return add(x, 0.5) + add(x, 0.5) end
assert(twice(1) == 1.5 + 1 + 1.5 + 2)

task work(x : int) : double return add(x, 0.25) end

task main()
  say("begin", true)
  var sum = 0.0
  for i = 0, 4 do sum += work(i) end
  regentlib.c.printf("%g\\n", sum)
  var p = swap(pair { a = 3, b = array(4.0, 5.0) })
  regentlib.c.printf("%d %g %g %lld\\n", p.a, p.b[0], p.b[1], index(int2d { 4, 2 }))
  say("end", false)
end
regentlib.start(main)
print("Lua again", calls)
"""

FAILING = """import "regent"
local f = terralib.cast({ int } -> int, function(x) error("no " .. x) end)
task main() regentlib.c.printf("%d\\n", f(3)) end
regentlib.start(main)
"""

AT_COMPILE_TIME = """import "regent"
local f = terralib.cast({ int } -> int, function(x) error("no " .. x) end)
terra g() : int return f(4) end
g()
"""

WITH_POINTER = """import "regent"
local f = terralib.cast({ &double } -> double, function(p) return p[0] + p[1] end)
terra near() : double
  var two = array(1.5, 2.0)
  return f(&two[0])
end
assert(near() == 3.5)
task main() regentlib.c.printf("%g\\n", near()) end
regentlib.start(main)
"""


class LuaFunctions(CommandTest):
    def test_values_go_both_ways(self):
        self.write("program.rg", PROGRAM)
        done = self.palatine("run", "program.rg", "-ll:cpu", "2")
        # The calls while compiling were two, so those of the tasks add 3 + 4 + 5 + 6.
        self.check(done, 0, stdout="begin true\n25\n4 3 5 42\nend false\nLua again\t6\n")
        self.assertEqual(done.stderr, "")

    def test_failure_ends_the_program(self):
        for text, argument in ((FAILING, 3), (AT_COMPILE_TIME, 4)):
            self.write("program.rg", text)
            done = self.palatine("run", "program.rg")
            self.check(done, 1, stderr_part=f"error: no {argument}")
            self.assertIn("program.rg:2: the Lua function failed", done.stderr)

    def test_pointers_stay_in_their_process(self):
        self.write("program.rg", WITH_POINTER)
        self.check(self.palatine("run", "program.rg"), 1,
                   stderr_part="program.rg:2: the program calls this Lua function with a pointer")

    def test_a_built_program_has_no_lua(self):
        self.write("program.rg", FAILING)
        self.check(self.palatine("build", "program.rg", "-o", "program"), 0)
        self.check(self.execute(self.folder / "program"), 1,
                   stderr_part="program.rg:2: the program calls this Lua function, which only `palatine run` can do")


class Environment(CommandTest):
    def test_programs_run_others(self):
        self.write("other.rg", HELLO)
        self.write("first.rg", 'assert(os.execute(os.getenv("REGENT") .. " other.rg") == 0)\n')
        self.check(self.palatine("run", "first.rg"), 0, "hello\n")
        self.check(self.palatine("run", "first.rg", REGENT="echo"), 0, "other.rg\n")


if __name__ == "__main__":
    unittest.main()
