-- Monte Carlo of photons through a slab cut into shards that run for the whole time beside each other: queues between
-- neighbours are regions of their own, copied explicitly; barriers say when a queue is full and when it may be filled
-- again; tallies go through dynamic collectives. Each photon has its own stream of random numbers, so order is no matter.
import "regent"
local c = regentlib.c
local format = require("std/format")
local C = terralib.includecstring [[
#include <math.h>
#include <stdlib.h>
#include <stdint.h>
]]
local SHARDS, ROUNDS, PER, QUEUE, CELLS = 4, 3, 25, 64, 8

struct Rng { s : uint64 }
terra Rng.methods.seeded(k : uint64) : Rng
  return Rng { (k + 1) * 0x9e3779b97f4a7c15ULL }
end
terra Rng:next() : double
  self.s = self.s + 0x9e3779b97f4a7c15ULL
  var z = self.s
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL
  z = z ^ (z >> 31)
  return [double](z >> 11) * (1.0 / 9007199254740992.0)
end
terra Rng:exponential(rate : double) : double return -C.log(1.0 - self:next()) / rate end
Rng.methods.direction = macro(function(self) return `2.0 * self:next() - 1.0 end)

struct Photon { x : double, mu : double, weight : double, rng : Rng, alive : bool }
fspace Slot { p : Photon }
fspace Tally { absorbed : int64, collisions : int }

-- Until it is absorbed or leaves [lo, hi); tallies of cells are counted in integers, so sums are exact.
local function fly()
  return terra(p : Photon, lo : double, hi : double, absorbed : &int64, collisions : &int) : Photon
    while p.alive and p.x >= lo and p.x < hi do
      var d = p.rng:exponential(1.7)
      var border = terralib.select(p.mu > 0, hi, lo)
      var x = p.x + p.mu * d
      if (p.mu > 0 and x >= hi) or (p.mu <= 0 and x < lo) then
        p.x = terralib.select(p.mu > 0, hi, lo - 1e-12)
      else
        p.x = x
        var k = [int]((x - lo) / (hi - lo) * CELLS)
        collisions[k] = collisions[k] + 1
        if p.rng:next() < 0.3 then
          absorbed[k] = absorbed[k] + [int64](p.weight * 1024)
          p.alive = false
        else
          p.mu = p.rng:direction()
          if p.mu == 0 then p.mu = 1e-3 end
        end
      end
    end
    return p
  end
end
local fly_in_shard = fly()
-- The shards form a ring.
local terra around(p : Photon, shard : int) : {Photon, int}
  if p.x >= shard + 1 then
    if shard == SHARDS - 1 then p.x = 0 end
    return p, (shard + 1) % SHARDS
  end
  if shard == 0 then p.x = p.x + SHARDS end
  return p, (shard + SHARDS - 1) % SHARDS
end

task load(r : region(ispace(int1d), Slot), shard : int) where writes(r) do
  var k = 0
  for s in r do
    var p = Photon { x = shard + 0.5, mu = 1.0, weight = 1.0, rng = [Rng.methods.seeded](shard * 1000 + k), alive = k < PER }
    p.mu = p.rng:direction()
    s.p = p
    k += 1
  end
end

__demand(__inline)
task push(q : region(ispace(int1d), Slot), at : int, p : Photon) : int where writes(q) do
  regentlib.assert(at < QUEUE, "a queue is full")
  q[at + q.bounds.lo].p = p
  return at + 1
end

__demand(__leaf)
task move(r : region(ispace(int1d), Slot), rt : region(ispace(int1d), Tally), left : region(ispace(int1d), Slot), right : region(ispace(int1d), Slot), shard : int) : int
where reads writes(r), reads writes(rt), writes(left, right) do
  var absorbed : int64[CELLS]
  var collisions : int[CELLS]
  for k = 0, CELLS do absorbed[k] = 0 collisions[k] = 0 end
  var nl, nr, moved = 0, 0, 0
  for s in r do
    if s.p.alive then
      var p = fly_in_shard(s.p, shard, shard + 1, absorbed, collisions)
      s.p.alive = false
      if p.alive then
        var to_right = p.x >= shard + 1
        var q = around(p, shard)
        p = q._0
        if to_right then
          nr = push(right, nr, p)
        else
          nl = push(left, nl, p)
        end
        moved += 1
      end
    end
  end
  var dead = Photon { 0.0, 0.0, 0.0, Rng { 0ULL }, false }
  while nl < QUEUE do nl = push(left, nl, dead) end
  while nr < QUEUE do nr = push(right, nr, dead) end
  var k = 0
  for t in rt do
    t.absorbed += absorbed[k]
    t.collisions += collisions[k]
    k += 1
  end
  return moved
end

__demand(__leaf)
task take(r : region(ispace(int1d), Slot), q : region(ispace(int1d), Slot)) where reads writes(r), reads(q) do
  var at = r.bounds.lo
  for s in q do
    if s.p.alive then
      while r[at].p.alive do at = at + 1 end
      regentlib.assert(at <= r.bounds.hi, "no room")
      r[at].p = s.p
    end
  end
end

-- What goes left and right, and what comes from there, for one shard and all rounds.
task shard_main(r : region(ispace(int1d), Slot), rt : region(ispace(int1d), Tally),
    to_left : region(ispace(int1d), Slot), to_right : region(ispace(int1d), Slot),
    from_left : region(ispace(int1d), Slot), from_right : region(ispace(int1d), Slot),
    left_in : region(ispace(int1d), Slot), right_in : region(ispace(int1d), Slot),
    full_left : phase_barrier, full_right : phase_barrier, empty_left : phase_barrier, empty_right : phase_barrier,
    in_left : phase_barrier, in_right : phase_barrier, out_left : phase_barrier, out_right : phase_barrier,
    sum : dynamic_collective(int), shard : int)
where reads writes(r, rt, to_left, to_right),
      reads writes simultaneous(from_left, from_right, left_in, right_in), no_access_flag(from_left, from_right, left_in, right_in),
      from_left * left_in, from_left * from_right, right_in * left_in, from_right * right_in do
  load(r, shard)
  var moved = 0
  for round = 0, ROUNDS do
    moved = move(r, rt, to_left, to_right, shard)
    -- into the neighbours' queues, when these are empty
    copy(to_left, left_in, awaits(empty_left), arrives(full_left))
    copy(to_right, right_in, awaits(empty_right), arrives(full_right))
    empty_left, empty_right = advance(empty_left), advance(empty_right)
    full_left, full_right = advance(full_left), advance(full_right)
    in_left, in_right = advance(in_left), advance(in_right)
    acquire(from_left, awaits(in_left))
    take(r, from_left)
    release(from_left, arrives(out_left))
    acquire(from_right, awaits(in_right))
    take(r, from_right)
    release(from_right, arrives(out_right))
    out_left, out_right = advance(out_left), advance(out_right)
    arrive(sum, moved)
    sum = advance(sum)
    var all = dynamic_collective_get_result(sum)
    if shard == 0 and round == ROUNDS - 1 then c.printf("%d moved in the last round\n", all) end
  end
end

terra serial(absorbed : &int64, collisions : &int) : int
  var moved = 0
  for shard = 0, SHARDS do
    for k = 0, PER do
      var p = Photon { x = shard + 0.5, mu = 1.0, weight = 1.0, rng = Rng.seeded(shard * 1000 + k), alive = true }
      p.mu = p.rng:direction()
      var at = shard
      for round = 0, ROUNDS do
        if p.alive then
          p = fly_in_shard(p, at, at + 1, absorbed + at * CELLS, collisions + at * CELLS)
          if p.alive then
            if round == ROUNDS - 1 then moved = moved + 1 end
            p, at = around(p, at)
          end
        end
      end
    end
  end
  return moved
end

task check(rt : region(ispace(int1d), Tally)) : int where reads(rt) do
  var absorbed : int64[SHARDS * CELLS]
  var collisions : int[SHARDS * CELLS]
  for k = 0, SHARDS * CELLS do absorbed[k], collisions[k] = 0, 0 end
  var moved = serial(absorbed, collisions)
  for k in rt do
    regentlib.assert(rt[k].absorbed == absorbed[int(k)] and rt[k].collisions == collisions[int(k)], "tally")
  end
  return moved
end

task zero(rt : region(ispace(int1d), Tally)) where writes(rt) do
  for t in rt do t.absorbed, t.collisions = 0, 0 end
end

-- Names of everything that belongs to a shard or to the border on its right.
local function named(prefix)
  local names = {}
  for s = 0, SHARDS - 1 do names[s] = regentlib.newsymbol(prefix .. s) end
  return setmetatable(names, { __index = function(t, k) return type(k) == "number" and rawget(t, k % SHARDS) or nil end })
end
local r, to_left, to_right = named("r"), named("to_left"), named("to_right")
-- queue towards the right of shard s is taken by s + 1; the one towards the left by s - 1
local right_queue, left_queue = named("right_queue"), named("left_queue")
local full_r, full_l, empty_r, empty_l = named("full_r"), named("full_l"), named("empty_r"), named("empty_l")

task main()
  var rt = region(ispace(int1d, SHARDS * CELLS), Tally)
  var pt = partition(equal, rt, ispace(int1d, SHARDS))
  zero(rt)
  var sum = dynamic_collective(int, +, SHARDS)
  rescape
    for s = 0, SHARDS - 1 do
      remit rquote
        var [r[s]] = region(ispace(int1d, 4 * QUEUE), Slot)
        var [to_left[s]] = region(ispace(int1d, QUEUE), Slot)
        var [to_right[s]] = region(ispace(int1d, QUEUE), Slot)
        var [right_queue[s]] = region(ispace(int1d, QUEUE), Slot)
        var [left_queue[s]] = region(ispace(int1d, QUEUE), Slot)
        var [full_r[s]], [full_l[s]], [empty_r[s]], [empty_l[s]] = phase_barrier(1), phase_barrier(1), phase_barrier(1), phase_barrier(1)
      end
    end
  end
  must_epoch
    rescape
      for s = 0, SHARDS - 1 do
        remit rquote
          shard_main([r[s]], pt[s], [to_left[s]], [to_right[s]],
            [right_queue[s - 1]], [left_queue[s + 1]], [left_queue[s]], [right_queue[s]],
            [full_l[s]], [full_r[s]], [empty_l[s]], [empty_r[s]],
            [full_r[s - 1]], [full_l[s + 1]], [empty_r[s - 1]], [empty_l[s + 1]], sum, s)
        end
      end
    end
  end
  var moved = check(rt)
  format.println("{} moved, serially", moved)
end
regentlib.start(main)

--[==[ OUTPUT
7 moved in the last round
7 moved, serially
]==]
