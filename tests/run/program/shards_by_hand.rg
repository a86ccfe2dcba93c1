-- 1-D diffusion, SPMD style: two shards in a must_epoch exchange ghosts through simultaneous regions and phase barriers.
import "regent"
local c = regentlib.c

local STEPS = 8
local N = 20

fspace cell { v : double, w : double }

task init(r : region(ispace(int1d), cell))
where writes(r) do
  for i in r do
    r[i].v = (int(i) * int(i)) % 7
    r[i].w = 0
  end
end

task give(r : region(ispace(int1d), cell), at : int1d, g : region(ispace(int1d), double))
where reads(r.v), writes(g) do
  for i in g do g[i] = r[at].v end
end

task compute(r : region(ispace(int1d), cell), has_left : bool, has_right : bool, g : region(ispace(int1d), double))
where reads writes(r), reads(g) do
  var b = r.bounds
  for i in r do
    var l, h = r[i].v, r[i].v
    if i ~= b.lo then l = r[i - 1].v elseif has_left then for k in g do l = g[k] end end
    if i ~= b.hi then h = r[i + 1].v elseif has_right then for k in g do h = g[k] end end
    r[i].w = r[i].v + 0.25 * (l - 2 * r[i].v + h)
  end
  for i in r do r[i].v = r[i].w end
end

task shard(id : int, r : region(ispace(int1d), cell), mine : region(ispace(int1d), double), theirs : region(ispace(int1d), double),
           full_mine : phase_barrier, full_theirs : phase_barrier, empty_mine : phase_barrier, empty_theirs : phase_barrier)
where reads writes(r), reads writes(mine), reads writes(theirs), simultaneous(mine, theirs), mine * theirs do
  var local_ghost = region(ispace(int1d, 1, 1 - id), double)
  var buffer = region(ispace(int1d, 1, id), double)
  var b = r.bounds
  empty_theirs = advance(empty_theirs)
  for t = 0, STEPS do
    var at : int1d
    if id == 0 then at = b.hi else at = b.lo end
    give(r, at, buffer)
    -- Wait until the other has read what was there.
    empty_mine = advance(empty_mine)
    full_theirs = advance(full_theirs)
    copy(buffer, mine, awaits(empty_mine), arrives(full_mine))
    copy(theirs, local_ghost, awaits(full_theirs), arrives(empty_theirs))
    full_mine = advance(full_mine)
    empty_theirs = advance(empty_theirs)
    compute(r, id == 1, id == 0, local_ghost)
  end
end

task main()
  var r = region(ispace(int1d, N), cell)
  var s = region(ispace(int1d, N), cell)
  var p = partition(equal, r, ispace(int1d, 2))
  var g = region(ispace(int1d, 2), double)
  var pg = partition(equal, g, ispace(int1d, 2))
  fill(g, 0)
  init(r)
  init(s)
  var r0, r1, g0, g1 = p[0], p[1], pg[0], pg[1]
  var full0, full1 = phase_barrier(1), phase_barrier(1)
  var empty0, empty1 = phase_barrier(1), phase_barrier(1)
  -- The buffers are empty at first.
  arrive(empty0)
  arrive(empty1)
  must_epoch
    shard(0, r0, g0, g1, full0, full1, empty0, empty1)
    shard(1, r1, g1, g0, full1, full0, empty1, empty0)
  end
  var dummy = region(ispace(int1d, 1), double)
  fill(dummy, 0)
  for t = 0, STEPS do compute(s, false, false, dummy) end
  var sum = 0.0
  for i in s do
    regentlib.assert(s[i].v == r[i].v, "as one shard")
    sum += s[i].v
  end
  c.printf("sum %.6f r[10] %.9f\n", sum, r[10].v)
end
regentlib.start(main)

--[==[ OUTPUT
sum 41.000000 r[10] 2.200286865
]==]
