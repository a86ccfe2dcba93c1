-- Shards that exchange ghost cells by copies between lists, in step by lists of phase barriers.
import "regent"

local c = regentlib.c

fspace cell { now : int64, next : int64 }

task start(r : region(ispace(int1d), cell))
where writes(r) do
  for x in r do
    x.now = int64(x)
    x.next = 0
  end
end

task smooth(r : region(ispace(int1d), cell), g : region(ispace(int1d), cell))
where reads(g.now), writes(r.next) do
  for x in r do
    var sum = g[x].now
    if int64(x) > int64(g.bounds.lo) then sum += g[x - 1].now end
    if int64(x) < int64(g.bounds.hi) then sum += g[x + 1].now end
    r[x].next = sum % 1000
  end
end

task accept(r : region(ispace(int1d), cell))
where reads(r.next), writes(r.now) do
  for x in r do x.now = x.next end
end

-- One shard owns one block. `full` are the barriers of what it sends, `filled` those of what it gets; `taken` and
-- `free` say that a ghost region was read.
task shard(own : regentlib.list(region(ispace(int1d), cell)),
           ghost : regentlib.list(region(ispace(int1d), cell)),
           parts : regentlib.list(regentlib.list(region(ispace(int1d), cell))),
           full : regentlib.list(regentlib.list(phase_barrier)),
           filled : regentlib.list(regentlib.list(phase_barrier)),
           free : regentlib.list(regentlib.list(phase_barrier)),
           taken : regentlib.list(regentlib.list(phase_barrier)),
           steps : int)
where reads writes(own), reads writes simultaneous(ghost.now), reads writes simultaneous(parts.now)
do
  var send, receive, emptied, read_it = full, filled, free, taken
  for t = 0, steps do
    emptied = advance(emptied)
    read_it = advance(read_it)
    copy(own.now, parts.now, arrives(send), awaits(emptied))
    send = advance(send)
    receive = advance(receive)
    smooth(own[0], ghost[0], awaits(receive), arrives(read_it))
    accept(own[0])
  end
end

task reference(r : region(ispace(int1d), cell), s : region(ispace(int1d), cell), steps : int)
where reads writes(r, s) do
  for t = 0, steps do
    for x in s do s[x].now = r[x].next end
    for x in r do
      var sum = s[x].now
      if int64(x) > 0 then sum += s[x - 1].now end
      if int64(x) < int64(r.bounds.hi) then sum += s[x + 1].now end
      r[x].next = sum % 1000
    end
  end
end

task main()
  var blocks, steps = 4, 6
  var r = region(ispace(int1d, 40), cell)
  var check = region(ispace(int1d, 40), cell)
  var spare = region(ispace(int1d, 40), cell)
  start(r)
  for x in check do x.next = int64(x) end
  fill(check.now, 0)
  fill(spare.{now, next}, 0)
  reference(check, spare, steps)

  var p = partition(equal, r, ispace(int1d, blocks))
  var t : transform(1, 1)
  t[{ 0, 0 }] = 10
  var q = restrict(r, t, rect1d { -1, 10 }, ispace(int1d, blocks))
  var indices = list_range(0, blocks)
  var own = list_slice_partition(p, indices)
  var ghost = list_duplicate_partition(q, indices)
  var common = list_cross_product(own, ghost)
  var full = list_phase_barriers(common)
  var filled = list_invert(ghost, common, full)
  var free = list_phase_barriers(common)
  var taken = list_invert(ghost, common, free)
  regentlib.assert(filled:num_leaves() == 10 and filled[0]:num_leaves() == 2 and filled[1]:num_leaves() == 3, "by receiver")
  -- Nothing has to be read before the first step.
  arrive(free)
  must_epoch
    for i = 0, blocks do
      var l = list_range(i, i + 1)
      shard(own[l], ghost[l], common[l], full[l], filled[l], free[l], taken[l], steps)
    end
  end
  for x in r do regentlib.assert(r[x].now == check[x].next, "as one task computes it") end
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
