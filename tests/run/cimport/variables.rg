-- Variables that C defines: those of the library, and those of a text.
import "regent"

local c = terralib.includecstring [[
#include <stdio.h>
#include <stdlib.h>
]]
local mine = terralib.includecstring [[
struct settings { int level; double scale; };
int counter = 5;
struct settings current = { 2, 0.5 };
int table[4] = { 1, 2, 3, 4 };
static int hidden = 1;
int counted(void) { return counter + hidden; }
]]
assert(mine.hidden:get() == 1)

terra count() : int
  mine.counter = mine.counter + 1
  return mine.counter
end
assert(count() == 6, "while compiling")

terra add(x : int)
  mine.current.level = mine.current.level + x
  mine.table[1] = x
end

task main()
  regentlib.assert(count() == 6 and mine.counted() == 7, "the function of C sees the same variable")
  add(3)
  regentlib.assert(mine.current.level == 5 and mine.current.scale == 0.5, "a struct")
  regentlib.assert(mine.table[0] + mine.table[1] == 4, "an array")
  c.fprintf(c.stdout, "%d\n", mine.counter)
  c.fflush(c.stdout)
end
regentlib.start(main)

--[==[ OUTPUT
6
]==]
