-- RUN: check
-- Globals that the program cannot have as they are when it starts, and those of types without a place in memory.
import "regent"

struct node { value : int, next : &node }
local c = terralib.includec("stdlib.h")
local first = terralib.global(&node, nil, "first")
-- 1-50 ERROR: global variable first points into the compiler, which the program does not have: set it where the program runs
terra add(value : int)
  var made = [&node](c.malloc(sizeof(node)))
  made.value = value
  made.next = first
  first = made
end
add(3)
assert(first:get().value == 3)

local handle = terralib.global(opaque, nil, "handle")
-- 1-53 ERROR: global variable handle cannot be used while compiling: the size of opaque is not known

task main()
  regentlib.c.printf("%d\n", first ~= nil)
end
regentlib.start(main)
handle:get()
