-- RUN: check
-- What is written by who knows other languages better: one message for each mistake, and what is meant.
import "regent"

task comments()
  // C has these
--^ ERROR: unexpected token in expression near '/'
--^ NOTE: comments begin with `--`
  var x = 1 /* and these */
--           ^ ERROR: unexpected token in expression near '*'
--           ^ NOTE: comments begin with `--`
end

task words()
  var end = 3
--    ^~~ ERROR: <name> expected near 'end'
--    ^~~ NOTE: this is a word of the language and cannot be the name of a variable or field
  for in = 0, 3 do end
--    ^~ ERROR: <name> expected near 'in'
--    ^~ NOTE: this is a word of the language and cannot be the name of a variable or field
  var reads : int = 1
--    ^~~~~ ERROR: <name> expected near 'reads'
--    ^~~~~ NOTE: this is a word of the language and cannot be the name of a variable or field
end

task strings(n : int)
  var s = "a" .. "b"
--            ^~ ERROR: unexpected token in expression near '..'
--            ^~ NOTE: strings are joined while compiling, by Lua: `[a .. b]`
  var count = #s
--            ^ ERROR: unexpected token in expression near '#'
--            ^ NOTE: `#` counts the elements of Lua's lists: `[#list]`
  if n <> 3 then end
--      ^ ERROR: unexpected token in expression near '>'
--      ^ NOTE: `a ~= b` compares for being different
end

task loops()
  for i in 0, 10 do end
--          ^ ERROR: 'do' expected near ','
--          ^ NOTE: a loop over numbers is `for i = 0, 10 do`
end

task definitions()
  task inner(r : region(ispace(int1d), int)) where reads(r) do
--^~~~ ERROR: tasks cannot be defined inside a task near task
    if true then return end
  end
  terra f(x : int) while x > 0 do x = x - 1 end end
--^~~~~ ERROR: functions cannot be defined inside a task near 'terra'
  local x = 3
--^~~~~ ERROR: variables inside a task are declared with `var`, not with `local` near 'local'
  function g() end
--^~~~~~~~ ERROR: functions cannot be defined inside a task near 'function'
  local function h() for i = 1, 2 do end end
--^~~~~ ERROR: functions cannot be defined inside a task near 'local'
  var y = 
end
-- 1-3 ERROR: unexpected token in expression near 'end'

task privileges(r : region(ispace(int1d), int))
where read(r), write(r), readwrites(r), reduce(r) do
--        ^ ERROR: unexpected token in constraint near '('
--        ^ NOTE: the privilege is `reads`
--                  ^ ERROR: unexpected token in constraint near '('
--                  ^ NOTE: the privilege is `writes`
--                                 ^ ERROR: unexpected token in constraint near '('
--                                 ^ NOTE: the privilege is `reads writes`
--                                            ^ ERROR: unexpected token in constraint near '('
--                                            ^ NOTE: the privilege is `reduces +`
end

task forgotten_do(r : region(ispace(int1d), int))
where reads(r)
  for i in r do var x = r[i] end
--^~~ ERROR: 'do' expected near 'for'
end

task unfinished()
  regentlib.c.printf("hello)
--                   ^~~~~~~ ERROR: unfinished string
end
