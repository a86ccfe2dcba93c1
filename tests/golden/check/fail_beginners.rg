-- RUN: check
-- Names of other kinds, types of other languages, and what is defined too late.
import "regent"

local N = 10
local double_of = function(x) return 2 * x end
fspace cell { a : flaot, b : double }
--            ^ ERROR: field type is undefined or nil
--                ^~~~~ NOTE: did you mean `float`?
fspace point { a : double }

task types(x : integer, y : string, z : boolan)
--         ^~~~~~~~~~~ ERROR: param type is undefined or nil
--             ^~~~~~~ NOTE: did you mean `int`?
--                      ^~~~~~~~~~ ERROR: param type is not a type
--                          ^~~~~~ NOTE: did you mean `rawstring`?
--                                  ^~~~~~~~~~ ERROR: param type is undefined or nil
end

terra terra_types(x : nosuch) : int
--                ^ ERROR: param type is undefined or nil
  return x
end
terra terra_result() : nosuch
--    ^~~~~~~~~~~~ ERROR: expected a type but got value of type nil
  return 1
end

task constants()
  N = 11
--^ ERROR: type mismatch: write expected an lvalue but got int32
--^ NOTE: `N` is a variable of Lua, whose value is a constant here; `var` declares variables of tasks
  N += 1
--^ ERROR: type mismatch: reduce expected an lvalue but got int32
--^ NOTE: `N` is a variable of Lua, whose value is a constant here; `var` declares variables of tasks
end

task functions()
  print("hello")
--^~~~~~~~~~~~~~ ERROR: unable to specialize non-function in function call position
--^~~~~~~~~~~~~~ NOTE: C functions are members of `regentlib.c`: `regentlib.c.printf(...)`
  double_of(3)
--^~~~~~~~~~~~ ERROR: unable to specialize non-function in function call position
--^~~~~~~~~~~~ NOTE: `double_of` is a function of Lua, which is called while compiling, in an escape: `[double_of(...)]`
end

task early()
  later(3)
--^~~~~ ERROR: name 'later' is undefined or nil
  -- task latest() is in a comment
  latest()
--^~~~~~ ERROR: name 'latest' is undefined or nil
end

task later(x : int)
--   ^~~~~ NOTE: `later` is defined here, further down; a name has to be defined before it is used
end

task values()
  var r = region(point, ispace(int1d, 4))
--               ^~~~~ ERROR: unable to specialize value of type type
--               ^~~~~ NOTE: this is a type, and a value is expected here
end

task often()
  for i in grid do grid[i] = grid[i] + 1 end
--         ^~~~ ERROR: name 'grid' is undefined or nil
end
