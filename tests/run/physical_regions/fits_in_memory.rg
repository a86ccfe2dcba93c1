-- The limit counts what is accessed, field by field.
--
-- ARGS: -ll:csize 32
import "regent"

local c = regentlib.c

fspace cell { small : int8, large : double }

task touch(cells : region(ispace(int1d), cell)) : int
where reads writes(cells.small) do
  cells[9999999].small = 1
  return cells[9999999].small
end

task main()
  var r = region(ispace(int1d, 10000000), cell)
  regentlib.assert(touch(r) == 1, "one field fits")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
