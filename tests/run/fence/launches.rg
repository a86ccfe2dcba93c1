-- A fence that does not block orders single launches and index launches that have nothing else in common.
import "regent"

local c = regentlib.c

task single(step : int)
  c.printf("step %d\n", step)
end

task point(i : int, step : int)
  c.printf("step %d\n", step)
end

task main()
  single(1)
  __fence(__execution)
  for i = 0, 3 do point(i, 2) end
  __fence(__execution)
  for i = 0, 3 do point(i, 3) end
  __fence(__execution)
  __fence(__execution)
  single(4)
end

regentlib.start(main)

--[==[ OUTPUT
step 1
step 2
step 2
step 2
step 3
step 3
step 3
step 4
]==]
