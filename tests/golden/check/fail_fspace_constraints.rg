-- RUN: check
import "regent"

fspace inside(a : region(int)) {
  b : region(int),
} where b <= a end
--      ^~~~~~ NOTE: `inside` asks for the constraint here

fspace apart {
  a : region(int),
  b : region(int),
} where a * b end
--      ^~~~~ NOTE: `apart` asks for the constraint here

fspace holder {
  q : region(int),
  t : ptr(int, q),
}

task constructs()
  var r = region(ispace(ptr, 5), int)
  var s = region(ispace(ptr, 7), int)
  var x = [inside(r)] { b = s }
--        ^~~~~~~~~~~~~~~~~~~~~ ERROR: invalid cast missing constraint $s <= $r
  var y = apart { a = r, b = s }
  var z = apart { a = r, b = r }
--        ^~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid cast missing constraint $r * $r
  var u = [inside(r)] { b = 5 }
--        ^~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 1: expected region(int32) but got int32
  var v = holder { q = r, t = dynamic_cast(ptr(int, s), 0) }
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ptr(int32, $r) but got ptr(int32, $s)
  var w = apart { b = s }
--        ^~~~~~~~~~~~~~~ ERROR: expected 2 arguments but got 1
end

task takes(a : region(int), b : ptr(int, a)) end
--                          ^ NOTE: parameter `b` of `takes` is declared here

task unpacks(c : holder)
  var d = c.q
  var e = c.t
  takes(d, e)
--^~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ptr(int32, $d) but got ptr(int32, $q)
  var f = c.t
  if e == f then
--   ^~~~~~ ERROR: type mismatch between ptr(int32, $q) and ptr(int32, $q)
  end
  var {g = q, h = t} = c
  takes(g, h)
  @h = 5
--^~ ERROR: invalid privilege writes($g) for dereference of ptr(int32, $g)
  var {k} = c
--^~~~~~~~~~~ ERROR: no field 'k' in type holder()
end
