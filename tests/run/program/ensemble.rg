-- SKIP: no_futures: conditions of predicated statements are futures
-- An ensemble of oscillators with different parameters: each member steps until its own condition, without the top
-- level waiting for it: predicated conditionals and loops, futures through structs, results folded, nested launches.
import "regent"
local c = regentlib.c
local format = require("std/format")
local timing = require("std/timing")
local M = terralib.includec("math.h")
local MEMBERS, CHUNK = 6, 4

struct State { t : double, energy : double, steps : int, done : bool }
terra State.metamethods.__add(a : State, b : State) : State
  return State { a.t + b.t, a.energy + b.energy, a.steps + b.steps, a.done and b.done }
end
struct Params { omega : double, damping : double, x0 : double, limit : int }

fspace Osc { x : double, v : double, trace : double[CHUNK] }

terra params_of(k : int) : Params return Params { 1.0 + 0.3 * k, 0.1 + 0.05 * (k % 3), 1.0 + k, 40 + 7 * k } end

task init(r : region(ispace(int1d), Osc), k : int) where writes(r) do
  var p = params_of(k)
  for o in r do
    o.x, o.v = p.x0 + 0.01 * (int(o) % 4), 0.0
    for i = 0, CHUNK do o.trace[i] = 0.0 end
  end
end

task step(r : region(ispace(int1d), Osc), k : int, s : State, dt : double) : State
where reads writes(r) do
  var p = params_of(k)
  var e = 0.0
  for o in r do
    for i = 0, CHUNK do
      o.v += dt * (-p.omega * p.omega * o.x - p.damping * o.v)
      o.x += dt * o.v
      o.trace[i] = o.x
    end
    e += 0.5 * (o.v * o.v + p.omega * p.omega * o.x * o.x)
  end
  return State { t = s.t + CHUNK * dt, energy = e, steps = s.steps + CHUNK, done = false }
end
task small(s : State, threshold : double) : bool return s.energy < threshold end
task go_on(s : State, k : int, threshold : double) : bool
  return s.energy >= threshold and s.steps < params_of(k).limit
end
task kick(r : region(ispace(int1d), Osc), k : int) where reads writes(r.v) do
  for o in r do o.v += 0.5 + 0.1 * k end
end
task amplitude(r : region(ispace(int1d), Osc)) : double where reads(r.{x, trace}) do
  var a = 0.0
  for o in r do
    a max= M.fabs(o.x)
    for i = 0, CHUNK do a max= M.fabs(o.trace[i]) end
  end
  return a
end
task is_quiet(a : double) : bool return a < 1.2 end
task steps_of(s : State) : int return s.steps end
task energy_of(s : State) : double return s.energy end

terra serial(k : int, n : int, dt : double, threshold : double, x : &double, v : &double) : {int, double}
  var p = params_of(k)
  var energy, steps = 1e30, 0
  for i = 0, n do x[i], v[i] = p.x0 + 0.01 * ((k * n + i) % 4), 0.0 end
  while energy >= threshold and steps < p.limit do
    energy = 0
    for i = 0, n do
      for s = 0, CHUNK do
        v[i] = v[i] + dt * (-p.omega * p.omega * x[i] - p.damping * v[i])
        x[i] = x[i] + dt * v[i]
      end
      energy = energy + 0.5 * (v[i] * v[i] + p.omega * p.omega * x[i] * x[i])
    end
    steps = steps + CHUNK
  end
  if energy < threshold then for i = 0, n do v[i] = v[i] + 0.5 + 0.1 * k end end
  return steps, energy
end
task check(r : region(ispace(int1d), Osc), k : int, s : State, dt : double, threshold : double) where reads(r.{x, v}) do
  var x : double[16]
  var v : double[16]
  var q = serial(k, int(r.volume), dt, threshold, x, v)
  var i = 0
  for o in r do
    regentlib.assert(M.fabs(o.x - x[i]) < 1e-12 and M.fabs(o.v - v[i]) < 1e-12, "oscillator")
    i += 1
  end
  regentlib.assert(q._0 == s.steps and M.fabs(q._1 - s.energy) < 1e-12, "state")
end

__demand(__inner)
task member(r : region(ispace(int1d), Osc), k : int, dt : double, threshold : double) : State
where reads writes(r) do
  var s : State = State { t = 0.0, energy = 1e30, steps = 0, done = false }
  init(r, k)
  var more = go_on(s, k, threshold)
  __demand(__predicate)
  while more do
    s = step(r, k, s, dt)
    more = go_on(s, k, threshold)
  end
  var quiet = small(s, threshold)
  __demand(__predicate)
  if quiet then
    kick(r, k)
  end
  check(r, k, s, dt, threshold)
  return s
end

task sum_of(rs : region(ispace(int1d), State)) : State where reads(rs) do
  var total = State { 0.0, 0.0, 0, true }
  for s in rs do total = total + @s end
  return total
end
task keep(rs : region(ispace(int1d), State), s : State) where writes(rs) do
  for k in rs do @k = s end
end

task main()
  var start = timing.get_current_time_in_microseconds()
  var r = region(ispace(int1d, 4 * MEMBERS), Osc)
  var rs = region(ispace(int1d, MEMBERS), State)
  var ms = ispace(int1d, MEMBERS)
  var p, ps = partition(equal, r, ms), partition(equal, rs, ms)
  var dt, threshold = 0.05, 2.0
  var steps, energy, largest = 0, 0.0, 0.0
  for k in ms do
    var s = member(p[k], int(k), dt, threshold)
    keep(ps[k], s)
    steps += steps_of(s)
    energy += energy_of(s)
  end
  for k in ms do largest max= amplitude(p[k]) end
  var quiet = is_quiet(largest)
  if quiet then
    for k in ms do kick(p[k], 1) end
  else
    for k in ms do kick(p[k], 0) end
  end
  var all = sum_of(rs)
  regentlib.assert(all.steps == steps and M.fabs(all.energy - energy) < 1e-12 and not all.done, "sums")
  regentlib.assert(timing.get_current_time_in_microseconds() >= start, "time")
  format.println("{} steps, energy {.6e}, largest {.6}", steps, energy, largest)
end
regentlib.start(main)

--[==[ OUTPUT
324 steps, energy 4.785106e+02, largest 4.137545
]==]
