-- `if`, `elseif` and `else`; conditions behind the first that holds are not evaluated.
import "regent"

local c = regentlib.c

task sign(x : int) : int
  if x < 0 then
    return -1
  elseif x == 0 then
    return 0
  else
    return 1
  end
end

task fails() : bool
  regentlib.assert(false, "evaluated")
  return true
end

task main()
  regentlib.assert(sign(-5) == -1 and sign(0) == 0 and sign(5) == 1, "sign")
  var taken = 0
  if true then
    taken = 1
  elseif fails() then
    taken = 2
  end
  regentlib.assert(taken == 1, "first branch")
  if sign(3) == 2 then
    taken = 3
  end
  regentlib.assert(taken == 1, "no branch")
  if false then regentlib.assert(false, "a condition that never holds") end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
