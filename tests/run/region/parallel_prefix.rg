-- RUN: run
import "regent"

fspace cell { input : int, forward : int, backward : double, value : double }

task scan(r : region(ispace(int1d), cell), direction : int)
where reads(r.{input, value}), reads writes(r.{forward, backward}) do
  __parallel_prefix(r.forward, r.input, +, direction)
  __parallel_prefix(r.backward, r.value, max, -direction)
end

task main()
  var r = region(ispace(int1d, 5, 10), cell)
  for i in r do
    r[i].input = int(i)
    r[i].value = (int(i) * 7) % 5
  end
  scan(r, 1)
  regentlib.assert(r[10].forward == 10 and r[14].forward == 60, "forwards")
  regentlib.assert(r[14].backward == 3 and r[10].backward == 4, "backwards")
  __parallel_prefix(r.forward, r.forward, *, -1)
  regentlib.assert(r[14].forward == 60 and r[13].forward == 46 * 60, "in place")
  regentlib.c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
