#!/usr/bin/env python3
"""`terralib.saveobj`: terra functions as objects, libraries and programs for C."""

import unittest

from support import SANITIZER_FLAGS, CommandTest

FUNCTIONS = """local c = terralib.includecstring [[
#include <stdio.h>
#include <string.h>
struct point { int x; double y; };
]]
terra scale(p : c.point, by : double) : c.point
  p.x = p.x * int(by)
  p.y = p.y * by
  return p
end
terra length(text : rawstring) return int(c.strlen(text)) end
terra entry(argc : int, argv : &rawstring)
  c.printf("%d %d\\n", argc, length(argv[1]))
  return 3
end
"""

CALLER = """#include <stdio.h>
struct point { int x; double y; };
struct point scale(struct point p, double by);
int text_length(const char* text);
int main(void) {
  struct point p = {2, 1.5};
  p = scale(p, 3);
  printf("%d %g %d\\n", p.x, p.y, text_length("four"));
  return 0;
}
"""


class SaveFunctions(CommandTest):
    def test_an_object_for_c(self):
        self.write("save.t", FUNCTIONS + 'terralib.saveobj("made.o", { scale = scale, text_length = length })\n')
        self.check(self.palatine("run", "save.t"), 0, "")
        self.write("caller.c", CALLER)
        self.check(self.execute(self.compiler("cc"), *SANITIZER_FLAGS, "caller.c", "made.o", "-o", "caller"), 0)
        self.check(self.execute("./caller"), 0, "6 4.5 4\n")

    def test_globals_have_the_values_of_their_declarations(self):
        self.write("save.t", """local n = terralib.global(int, 3)
terra add(k : int) n = n + k return n end
assert(add(4) == 7)
n:set(50)
assert(add(4) == 54)
terralib.saveobj("made.o", { add = add })
""")
        self.check(self.palatine("run", "save.t"), 0, "")
        self.write("caller.c", """#include <stdio.h>
int add(int k);
int main(void) { printf("%d\\n", add(1)); return 0; }
""")
        self.check(self.execute(self.compiler("cc"), *SANITIZER_FLAGS, "caller.c", "made.o", "-o", "caller"), 0)
        self.check(self.execute("./caller"), 0, "4\n")

    def test_a_library_is_linked_again(self):
        self.write("save.t", FUNCTIONS + 'terralib.saveobj("libmade.so", "sharedlibrary", { text_length = length })\n')
        self.check(self.palatine("run", "save.t"), 0, "")
        self.write("use.rg", """import "regent"
terralib.linklibrary("./libmade.so")
local made = terralib.includecstring("int text_length(const char* text);")
task main() regentlib.c.printf("%d\\n", made.text_length("three")) end
regentlib.start(main)
""")
        self.check(self.palatine("run", "use.rg"), 0, "5\n")

    def test_an_object_of_several_parts_takes_no_libraries(self):
        self.write("libmade.c", "int twice(int n) { return 2 * n; }\n")
        self.check(self.execute(self.compiler("cc"), "-shared", "-fPIC", "libmade.c", "-o", "libmade.so"), 0)
        # The inline function is a part of its own, in C.
        self.write("save.t", """terralib.linklibrary("./libmade.so")
local c = terralib.includecstring [[
int twice(int n);
static inline int more(int n) { return n + 1; }
]]
terra entry() return c.twice(c.more(20)) end
terralib.saveobj("made.o", { made = entry })
""")
        self.check(self.palatine("run", "save.t"), 0, "")
        self.write("caller.c", "int made(void);\nint main(void) { return made(); }\n")
        self.check(self.execute(self.compiler("cc"), *SANITIZER_FLAGS, "caller.c", "made.o", "./libmade.so", "-o",
                                "caller"), 0)
        self.check(self.execute("./caller"), 42)

    def test_a_program(self):
        self.write("save.t", FUNCTIONS + 'terralib.saveobj("program", { main = entry })\n')
        self.check(self.palatine("run", "save.t"), 0, "")
        self.check(self.execute("./program", "abc"), 3, "2 3\n")

    def test_what_cannot_be_saved(self):
        for functions, message in (("{}", "there are no functions to save in `made.o`"),
                                   ("{ f = 3 }", "expected a terra function, got"),
                                   ("{ scale }", "expected names as keys of argument 2")):
            self.write("save.t", FUNCTIONS + f'terralib.saveobj("made.o", {functions})\n')
            done = self.palatine("run", "save.t")
            self.check(done, 1)
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    unittest.main()
