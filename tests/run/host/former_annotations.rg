-- Programs written for earlier versions of the language demand what has no meaning any more; `switch` and `case` are names.
import "regent"

__demand(__external)
task add(r : region(ispace(int1d), int), k : int)
where reads writes(r) do
  for p in r do r[p] += k end
end

task main()
  var r = region(ispace(int1d, 8), int)
  fill(r, 0)
  var switch = 0
  __demand(__spmd)
  do
    for case = 1, 4 do
      add(r, case)
      switch += case
    end
  end
  for p in r do regentlib.assert(r[p] == switch, "a sum is lost") end
  var pieces = partition(equal, r, ispace(int1d, 4))
  __demand(__parallel)
  for i = 0, 4 do
    add(pieces[i], 1)
  end
  for p in r do regentlib.assert(r[p] == switch + 1, "a piece is lost") end
  regentlib.c.printf("sum %d\n", switch)
end
regentlib.start(main)

--[==[ OUTPUT
sum 6
]==]
