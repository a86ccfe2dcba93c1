-- A type ends where a statement begins with `@`.
import "regent"

local c = regentlib.c

terra set(p : &int, value : int) : {}
  @p = value
end

task store(r : region(int), p : ptr(int, r)) : int
where reads writes(r) do
  var before : int
  @p += 2
  before = @p
  return before
end

task main()
  var x : int
  set(&x, 4)
  var r = region(ispace(ptr, 1), int)
  var p = dynamic_cast(ptr(int, r), 0)
  @p = x
  regentlib.assert(store(r, p) == 6, "after a variable")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
