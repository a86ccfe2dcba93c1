#!/usr/bin/env python3
"""gdb stops at a line of a `.rg` file and shows a local variable."""

import os
import shutil
import unittest

from support import CommandTest

PROGRAM = """import "regent"
local c = regentlib.c

task compute(n : int) : int
  var doubled = 2 * n
  var squared = doubled * doubled
  c.printf("%d\\n", squared)
  return squared
end

task main()
  compute(21)
end
regentlib.start(main)
"""


@unittest.skipUnless(shutil.which("gdb"), "gdb is not installed")
@unittest.skipIf(os.environ.get("PALATINE_SANITIZE"), "sanitized programs do not run under a debugger everywhere")
class Gdb(CommandTest):
    def test_break_and_print(self):
        self.write("debugged.rg", PROGRAM)
        self.check(self.palatine("build", "debugged.rg", "-o", "debugged", "-g"), 0)
        done = self.execute("gdb", "-batch", "-nx", "-ex", "set breakpoint pending on", "-ex", "break debugged.rg:7",
                            "-ex", "run", "-ex", "print doubled", "-ex", "print squared", "-ex", "print n",
                            "-ex", "backtrace 1", "-ex", "next", "-ex", "continue", self.folder / "debugged")
        output = done.stdout + done.stderr
        if "ptrace: Operation not permitted" in output or "Cannot PTRACE" in output:
            self.skipTest("this system does not let processes be traced")
        self.assertIn("debugged.rg:7", output)
        self.assertIn("$1 = 42", output)
        self.assertIn("$2 = 1764", output)
        self.assertIn("$3 = 21", output)
        # The source line is shown, and `next` goes to the next line of the program.
        self.assertIn('c.printf("%d\\n", squared)', output)
        self.assertIn("return squared", output)


if __name__ == "__main__":
    unittest.main()
