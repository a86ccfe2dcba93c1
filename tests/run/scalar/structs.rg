-- Structs and arrays are values; constructors convert by name or by position.
import "regent"

local c = regentlib.c

struct vec { x : double, y : double }
struct particle {
  pos : vec
  vel : vec
  id : int
  history : int[3]
}
fspace pair { first : int, second : double }

task step(p : particle, dt : double) : particle
  p.pos.x += dt * p.vel.x
  p.pos.y += dt * p.vel.y
  p.history[p.id % 3] += 1
  return p
end

task main()
  var origin : vec = { x = 0.0, y = 0.0 }
  var v = vec { 1.0, 2.0 }
  regentlib.assert(v.x == 1.0 and v.y == 2.0, "by position")
  var swapped : vec = { y = 3.0, x = 4.0 }
  regentlib.assert(swapped.x == 4.0 and swapped.y == 3.0, "by name")

  var p : particle
  p.pos = origin
  p.vel = v
  p.id = 4
  for i = 0, 3 do p.history[i] = 0 end
  var q = step(p, 0.5)
  regentlib.assert(q.pos.x == 0.5 and q.pos.y == 1.0, "result")
  regentlib.assert(q.history[1] == 1 and q.history[0] == 0, "array in a struct")
  regentlib.assert(p.pos.x == 0.0 and p.history[1] == 0, "parameters are copies")

  var r : pair = { first = 3, second = 1.5 }
  regentlib.assert(r.first + r.second == 4.5, "a field space as a value")
  var t = { 10, 2.5 }
  regentlib.assert(t._1 == 10 and t._2 == 2.5, "an anonymous value")
  var other = q
  other.pos.x = 9.0
  regentlib.assert(q.pos.x == 0.5, "assignment copies")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
