-- RUN: check
-- A Lua error inside an escape is reported at its place, and everything else that is wrong is too.
import "regent"

local function make()
  error("cannot make it")
--^~~~~~~~~~~~~~~~~~~~~~~ ERROR: cannot make it
end

task main()
-- 1-11 NOTE: called from here
  var x = [make()]
--^~~~~~~~~~~~~~~~ NOTE: called from here
  var y : int = "text"
--^~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected int32 but got &int8
  return x + y
end

task other(a : undefined_type.int, b : int, [make()])
-- 1-53 ERROR: attempt to index global 'undefined_type' (a nil value)
  unknown(a, b)
--^~~~~~~ ERROR: name 'unknown' is undefined or nil
end

task reads_it(r : region(ispace(int1d), int))
-- 1-45 NOTE: called from here
where [make()] do
  for i in r do
    r[i] = [error({})]
--  ^~~~~~~~~~~~~~~~~~ ERROR: (error object is a table value)
    rescape
      remit rquote var ok = 1 end
      make()
    end
    other_unknown(i)
--  ^~~~~~~~~~~~~ ERROR: name 'other_unknown' is undefined or nil
  end
end

local q = rquote
-- 1-16 NOTE: called from here
  var z = [nothing.at_all]
--^~~~~~~~~~~~~~~~~~~~~~~~ ERROR: attempt to index global 'nothing' (a nil value)
end

task with_quote()
  [q]
  var s : make() = third_unknown
--                 ^~~~~~~~~~~~~ ERROR: name 'third_unknown' is undefined or nil
end

fspace fs { a : int, b : nope.nope }
-- 1-36 ERROR: attempt to index global 'nope' (a nil value)

terra f(x : make()) return x + [make()] + fourth_unknown end
--                                        ^~~~~~~~~~~~~~ ERROR: name 'fourth_unknown' is undefined or nil

local m = regentlib.macro(function(x) return make() end)
task uses_macro()
  var a = m(1)
--        ^~~~ ERROR: the macro failed: fail_escape_error.rg:6: cannot make it
  fifth_unknown()
--^~~~~~~~~~~~~ ERROR: name 'fifth_unknown' is undefined or nil
end
main()
-- 1-6 ERROR: task main cannot be called from Lua: tasks are called by tasks
