-- A quote is the argument of a method also where it starts the next line.
import "regent"

local c = regentlib.c

local chosen = {}
function chosen:keep(value) self.value = value end
chosen:keep
  `3 + 4
chosen:keep -- a comment between them
  quote
    return [chosen.value] * 2
  end

terra doubled() [chosen.value] end

task main()
  c.printf("%d\n", doubled())
end
regentlib.start(main)

--[==[ OUTPUT
14
]==]
