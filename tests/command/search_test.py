#!/usr/bin/env python3
"""Where modules, C headers and libraries of programs are looked for."""

import shutil
import unittest

from support import CommandTest

USES_MODULE = """import "regent"
local module = require("deep.module")
task main() regentlib.c.printf("%d\\n", [module.value]) end
regentlib.start(main)
"""

USES_HEADER = """import "regent"
PATH
local header = terralib.includec("apart.h")
task main() regentlib.c.printf("%d\\n", header.APART) end
regentlib.start(main)
"""

RUNTIME_HEADERS = """local folder = os.getenv("LG_RT_DIR")
for _, name in ipairs({ "realm.h", "legion/legion_c.h" }) do
  local file = assert(io.open(folder .. "/" .. name), name)
  file:close()
end
"""

# Neither library has all that it calls before both are there.
FIRST = "int second(int); int first(int x) { return second(x) + 1; }\n"
SECOND = "int second(int x) { return 10 * x; }\n"
USES_LIBRARIES = """import "regent"
terralib.linklibrary("./libfirst.so")
terralib.linklibrary("./libsecond.so")
terralib.linklibrary("libm.so.6")
local c = terralib.includecstring [[ int first(int x); double cbrt(double); ]]
terra here() return c.first(2) end
assert(here() == 21)
task main() regentlib.c.printf("%d %g\\n", c.first(3), c.cbrt(27)) end
regentlib.start(main)
"""


class Search(CommandTest):
    def run_program(self, text, stdout, **environment):
        self.write("program/main.rg", text)
        self.check(self.palatine("run", "program/main.rg", **environment), 0, stdout)

    def test_modules(self):
        self.write("elsewhere/deep/module.rg", "return { value = 3 }\n")
        self.run_program(USES_MODULE, "3\n", TERRA_PATH=f"?.t;{self.folder}/elsewhere/?.rg")
        extended = f'package.terrapath = package.terrapath .. ";{self.folder}/elsewhere/?.rg"\n' + USES_MODULE
        self.run_program(extended, "3\n")
        self.write("program/deep/module.rg", "return { value = 4 }\n")
        self.run_program(extended, "4\n")

    def test_headers(self):
        self.write("elsewhere/apart.h", "#define APART 5\n")
        self.run_program(USES_HEADER.replace("PATH", ""), "5\n", INCLUDE_PATH=f".;{self.folder}/elsewhere")
        extended = f'terralib.includepath = terralib.includepath .. ";{self.folder}/elsewhere"'
        self.run_program(USES_HEADER.replace("PATH", extended), "5\n")

    def test_runtime_headers(self):
        self.run_program(RUNTIME_HEADERS, "")
        done = self.palatine("run", "program/main.rg", LG_RT_DIR="/nowhere")
        self.check(done, 1, stderr_part="realm.h")

    def test_libraries(self):
        compiler = shutil.which("clang-19")
        for name, text in (("first", FIRST), ("second", SECOND)):
            self.write(f"{name}.c", text)
            self.check(self.execute(compiler, "-shared", "-fPIC", f"{name}.c", "-o", f"lib{name}.so"), 0)
        self.run_program(USES_LIBRARIES, "31 3\n")
        self.write("missing.rg", 'import "regent"\nterralib.linklibrary("libnowhere.so")\n')
        self.check(self.palatine("run", "missing.rg"), 1, stderr_part="there is no library 'libnowhere.so'")


if __name__ == "__main__":
    unittest.main()
