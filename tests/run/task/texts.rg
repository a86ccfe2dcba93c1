-- A text is copied when a task is launched: the caller may change or free it at once.
import "regent"

local c = terralib.includecstring [[
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
]]

task compare(after : int, text : regentlib.string)
  var expected : int8[32]
  c.snprintf(&expected[0], 32, "text %d", after)
  regentlib.assert(c.strcmp([&int8](text), &expected[0]) == 0, "the text is as it was at the launch")
  return after + 1
end

task check(text : regentlib.string, r : region(ispace(int1d), int), is_null : bool)
where reads writes(r) do
  for x in r do
    if is_null then
      @x += int([&int8](text) == [&int8](nil))
    else
      @x += int(c.strcmp([&int8](text), "piece") == 0)
    end
  end
end

task longer(text : regentlib.string) : regentlib.string
  var room = [&int8](c.malloc(64))
  c.snprintf(room, 64, "<%s>", [&int8](text))
  return room
end

task same(text : regentlib.string) : regentlib.string
  return text
end

task main()
  var r = region(ispace(int1d, 6), int)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 3))
  var after = 0
  for k = 0, 3 do
    var text = [&int8](c.malloc(32))
    c.snprintf(text, 32, "text %d", k)
    after = compare(after, text)
    c.strcpy(text, "piece")
    __demand(__index_launch)
    for i = 0, 3 do check(text, p[i], false) end
    for i = 0, 3 do check([&int8](nil), p[i], true) end
    c.memset(text, 65, 31)
    c.free(text)
  end
  regentlib.assert(after == 3, "three tasks ran")
  for x in r do regentlib.assert(@x == 6, "no text is one, too") end

  var room : int8[16]
  c.strcpy(&room[0], "kept")
  var kept = same(&room[0])
  var nested = longer(longer(kept))
  c.strcpy(&room[0], "lost")
  regentlib.assert(c.strcmp([&int8](kept), "kept") == 0, "a result outlives the arguments")
  regentlib.assert(c.strcmp([&int8](nested), "<<kept>>") == 0, "results are arguments")
end
regentlib.start(main)
