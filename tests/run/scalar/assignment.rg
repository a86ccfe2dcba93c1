-- All right sides are evaluated before anything is stored; reductions compute in the meet of the types.
import "regent"

local c = regentlib.c

task main()
  var x, y = 1, 2
  x, y = y, x
  regentlib.assert(x == 2 and y == 1, "swap")
  var a : int, b : double = 7, 7
  regentlib.assert(a / 2 == 3 and b / 2 == 3.5, "declared types")

  var n = 0
  n += 0.5
  n += 0.5
  regentlib.assert(n == 0, "each step is converted back")
  n += 5
  n *= 4
  n -= 2
  n /= 4
  regentlib.assert(n == 4, "reductions")

  var i = 0
  var array : int[4]
  for k = 0, 4 do array[k] = 0 end
  i, array[i] = 2, 7
  regentlib.assert(array[2] == 7 and array[0] == 0, "the target's index is read when it is stored")

  var later : int
  later = 5
  regentlib.assert(later == 5, "assigned after its declaration")
  do
    var later = 6
    regentlib.assert(later == 6, "inner block")
  end
  regentlib.assert(later == 5, "outer again")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
