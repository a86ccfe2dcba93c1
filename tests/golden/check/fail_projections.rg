-- RUN: check
-- Projections that name too little, too much or the wrong thing.
import "regent"

struct vec2 { x : double, y : double }
fspace cell { id : int64, v : vec2, w : vec2, c : complex64 }

local none = terralib.newlist()
local two = terralib.newlist({ "a", "b" })
local deep = regentlib.field_path("v", "x")

task whole(r : region(ispace(int1d), vec2))
--         ^ NOTE: parameter `r` of `whole` is declared here
--         ^ NOTE: parameter `r` of `whole` is declared here
where reads writes(r) do
--                 ^ NOTE: `whole` declares `writes(r)` here
--                 ^ NOTE: `whole` declares `reads(r)` here
--                 ^ NOTE: `whole` declares `writes(r)` here
end

task main()
  var r = region(ispace(int1d, 5), cell)
  var s = region(ispace(int1d, 5), double)
  var p = partition(equal, r, ispace(int1d, 2))
  var a = r.{}
--        ^~~~ ERROR: projection needs at least one field path
  var b = r.{[none]}
--        ^~~~~~~~~~ ERROR: projection needs at least one field path
  var c = r.{[two] = id}
--           ^~~~~ ERROR: mismatch in specialization: expected 2 fields to rename but got 1 fields
  var d = r.{[deep] = id}
--           ^~~~~~ ERROR: type mismatch: expected string for renaming but found table
  var e = r.{v.x, w.x}
--                ^ ERROR: field name x collides in projection
  var f = r.{g = v, g = w}
--                      ^ ERROR: field name g collides in projection
  var g = r.{g = v.{x, y}, g = w.{z = y, x}}
--                             ^ ERROR: field name x collides in projection
  var h = r.{u}
--           ^ ERROR: no field 'u' in region $r
  var i = r.{v.{x, z}}
--                 ^ ERROR: no field 'z' in region $r.v
  var j = r.{id.{x}}
--               ^ ERROR: no field 'x' in region $r.id
  var k = s.{x}
--        ^~~~~ ERROR: type mismatch: expected struct or fspace but got double
  var t = r.{c.real}
--             ^~~~ ERROR: type mismatch: projection onto real requires a field space type that permits field slicing but complex64 disallowed field slicing
  var l = p.{v}
--        ^~~~~ ERROR: type mismatch: expected region but got partition(disjoint, $r, ispace(int1d))
  var m = r.{v}
  var n = m.{x}
--        ^~~~~ ERROR: nested projection is not allowed
  var o = partition(equal, m, ispace(int1d, 2))
--        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: a projected region cannot be partitioned
  whole(r.{x = v.x})
--^~~~~~~~~~~~~~~~~~ ERROR: incompatible types: {x : double} has 1 fields but vec2 expects 2 fields
  whole(r.{x = v.x, y = id})
--^~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected double for field y but got int64
end

task reader(r : region(ispace(int1d), cell))
where reads(r.v), writes(r.w) do
--          ^~~ NOTE: `reader` declares `reads(r.v)` here
--          ^~~ NOTE: `reader` declares `reads(r.v)` here
--          ^~~ NOTE: `reader` declares `reads(r.v)` here
--          ^~~ NOTE: `reader` declares `reads(r.v)` here
  whole(r.{v})
--^~~~~~~~~~~~ ERROR: invalid privileges in argument 1: writes($r.{v})
  whole(r.{x = v.x, y = w.y})
--^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in argument 1: reads($r.{x=v.x,y=w.y})
--^~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: invalid privileges in argument 1: writes($r.{x=v.x,y=w.y})
  var q = r.{w}
  for i in q do q[i].x += 1.0 end
--              ^~~~~~ ERROR: invalid privilege reduces +($q.x) for dereference of int1d(vec2, $q)
end
