-- An execution fence: no later task starts before all earlier ones have ended.
import "regent"

local c = regentlib.c
local marks = terralib.includec("marks.h", { "-I." })

task add() marks.marks_add_slowly() end
task read() : int return marks.marks_read() end

task main()
  for i = 0, 10 do add() end
  __fence(__execution)
  var after = read()
  regentlib.assert(after == 10, "a fence between tasks")

  for i = 0, 10 do add() end
  __fence(__execution, __block)
  regentlib.assert(marks.marks_read() == 20, "a fence that blocks")
  __fence(__mapping)
  __fence(__mapping, __block)
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
