-- `and` and `or` evaluate their right side only when it matters.
import "regent"

local c = regentlib.c

task never() : bool
  regentlib.assert(false, "evaluated")
  return true
end

task yes() : bool
  return true
end

task main()
  var t, f = true, false
  regentlib.assert(t and not f, "not")
  regentlib.assert(not (f and never()), "`and` stops")
  regentlib.assert(t or never(), "`or` stops")
  regentlib.assert(f or (t and yes()), "nested")
  regentlib.assert((t and f) or t and not f, "precedence")
  regentlib.assert((1 < 2) == (2 > 1) and (1 <= 1) and (1 >= 1) and (1 ~= 2), "comparisons")

  -- A division that is only reached when it is safe.
  var d = 0
  if d ~= 0 and 10 / d > 1 then
    regentlib.assert(false, "divided by zero")
  end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
