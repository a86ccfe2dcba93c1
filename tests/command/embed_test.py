#!/usr/bin/env python3
"""C and C++ programs call tasks; programs are saved as files of every kind."""

import shutil
import unittest
from pathlib import Path

from support import PALATINE, SANITIZER_FLAGS, CommandTest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "embed"

SAVED = """import "regent"
local c = terralib.includecstring [[
#include <stdio.h>
static void set_up(void) { printf("set up\\n"); fflush(stdout); }
]]
local output, kind = "OUTPUT", KIND
task main() c.printf("running\\n") end
regentlib.saveobj(main, output, kind, c.set_up)
"""

TASKS = """import "regent"
task add(a : int, b : double) : double return a + b end
task nothing(flag : bool) end
task with_region(r : region(ispace(int1d), int)) where reads(r) do end
regentlib.save_tasks("tasks.h", "libtasks.so"MORE)
"""

CALLER = """#include <stdio.h>
#include "tasks.h"
int main(int argc, char** argv) {
  double sum = 0;
  tasks_h_register();
  add_run(argc, argv, 2, 0.5, &sum);
  nothing_run(argc, argv, true);
  printf("%g\\n", sum);
  return 0;
}
"""


class Embed(CommandTest):
    def build_with_cmake(self, example):
        """Builds an example's folder with CMake against the tree of the compiler; the folder of the results."""
        if not shutil.which("cmake"):
            self.skipTest("there is no cmake")
        root = Path(shutil.which(PALATINE) or PALATINE).resolve().parents[1]
        build = self.folder / "build"
        self.check(self.execute("cmake", "-G", "Ninja", "-S", example, "-B", build, f"-DPALATINE_ROOT={root}",
                                f"-DCMAKE_CXX_COMPILER={self.compiler('c++')}",
                                f"-DCMAKE_CXX_FLAGS={' '.join(SANITIZER_FLAGS)}"), 0)
        self.check(self.execute("cmake", "--build", build), 0)
        return build

    def test_example_with_cmake(self):
        done = self.execute(self.build_with_cmake(EXAMPLE) / "embed", "-ll:cpu", "2")
        self.check(done, 0)
        self.assertEqual(done.stdout, "length 30\n7 is odd\n")

    def test_legion_example_with_cmake(self):
        build = self.build_with_cmake(EXAMPLE.parent / "legion")
        for workers in "1", "4":
            done = self.execute(build / "heat", "-ll:cpu", workers)
            self.check(done, 0)
            self.assertEqual(done.stdout, "middle 1.000, edge 0.000, no heat lost\n")

    def test_save_tasks_for_c(self):
        self.write("tasks.rg", TASKS.replace("MORE", ""))
        self.check(self.palatine("run", "tasks.rg"), 0)
        header = (self.folder / "tasks.h").read_text()
        self.assertIn("int add_run(int argc, char** argv, int32_t a, double b, double* result);", header)
        self.assertNotIn("with_region", header)
        self.write("caller.c", CALLER)
        self.check(self.execute(self.compiler("cc"), *SANITIZER_FLAGS, "caller.c", "-L.", "-ltasks", "-Wl,-rpath,.", "-o",
                                "caller"), 0)
        done = self.execute("./caller")
        self.check(done, 0)
        self.assertEqual(done.stdout, "2.5\n")

    def test_save_tasks_with_a_first_task(self):
        self.write("tasks.rg", """import "regent"
task add(a : int, b : int) : int return a + b end
task main()
  var args = regentlib.c.legion_runtime_get_input_args()
  regentlib.c.printf("%d %s\\n", add(2, 3), args.argv[1])
end
regentlib.save_tasks("out/all-tasks.h", "libtasks.so", nil, nil, nil, nil, false, main)
""")
        (self.folder / "out").mkdir()
        self.check(self.palatine("run", "tasks.rg"), 0)
        self.write("caller.c", """#include "out/all-tasks.h"
int main(int argc, char** argv) {
  int sum = 0;
  all_tasks_h_register(argc, argv);
  return add_run(argc, argv, 20, 4, &sum) + sum;
}
""")
        self.check(self.execute(self.compiler("cc"), *SANITIZER_FLAGS, "caller.c", "-L.", "-ltasks", "-Wl,-rpath,.", "-o",
                                "caller"), 0)
        self.check(self.execute("./caller", "word", "-ll:cpu", "2"), 24, "5 word\n")

    def test_save_tasks_refuses_what_c_does_not_have(self):
        self.write("tasks.rg", TASKS.replace("MORE", ", nil, nil, nil, {with_region = with_region}"))
        done = self.palatine("run", "tasks.rg")
        self.check(done, 1)
        self.assertIn("task with_region cannot be called from C: its parameter `r` has type", done.stderr)

    def test_saveobj_runs_its_setup(self):
        self.write("saved.rg", SAVED.replace("OUTPUT", "saved").replace("KIND", "nil"))
        self.check(self.palatine("run", "saved.rg"), 0)
        done = self.execute("./saved")
        self.check(done, 0)
        self.assertEqual(done.stdout, "set up\nrunning\n")

    def test_saveobj_reports_at_the_call(self):
        self.write("saved.rg", SAVED.replace("OUTPUT", "saved.ll").replace("KIND", '"llvmir"'))
        done = self.palatine("run", "saved.rg")
        self.check(done, 1)
        self.assertIn("saved.rg:8:1: error: saving a program as llvmir is not supported yet", done.stderr)
        self.write("saved.rg", SAVED.replace("OUTPUT", "missing/saved").replace("KIND", "nil"))
        done = self.palatine("run", "saved.rg")
        self.check(done, 1)
        self.assertIn("saved.rg:8:1: error: cannot write `missing/saved`", done.stderr)

    def test_runtime_flags_pass_everywhere(self):
        self.write("empty.rg", 'import "regent"\ntask main() end\nregentlib.start(main)\n')
        self.check(self.palatine("check", "empty.rg", "-ll:cpu", "4", "-lg:no_fence_elision", "-level", "mapper=2"), 0)
        self.check(self.palatine("build", "empty.rg", "-ll:cpu", "4", "-o", "empty"), 0)
        self.check(self.palatine("check", "empty.rg", "--no-such-option"), 2)


if __name__ == "__main__":
    unittest.main()
