-- Tasks that a C++ program calls (main.cpp).
import "regent"

local sqrt = regentlib.sqrt(double)

task square_all(r : region(ispace(int1d), double))
where reads writes(r) do
  for i in r do r[i] = r[i] * r[i] end
end

task sum(r : region(ispace(int1d), double)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += r[i] end
  return total
end

-- The length of the vector (first, first, ...), computed by pieces.
task vector_length(elements : int, pieces : int, first : double) : double
  var r = region(ispace(int1d, elements), double)
  var p = partition(equal, r, ispace(int1d, pieces))
  fill(r, first)
  for i = 0, pieces do square_all(p[i]) end
  var total = 0.0
  for i = 0, pieces do total += sum(p[i]) end
  return sqrt(total)
end

task is_even(n : int64) : bool
  return n % 2 == 0
end

task main()
  regentlib.assert(vector_length(16, 4, 2.0) == 8.0, "vector_length")
end
regentlib.start(main)
