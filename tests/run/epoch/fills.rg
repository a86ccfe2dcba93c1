-- Fills that wait for barriers and arrive at them.
import "regent"

struct pair { a : int, b : int }

task check(r : region(ispace(int1d), pair), a : int, b : int)
where reads(r) do
  for i in r do regentlib.assert(r[i].a == a and r[i].b == b, "what the fill left") end
end

task set(r : region(ispace(int1d), pair), n : int)
where reads writes(r) do
  for i in r do
    r[i].a = n
    r[i].b = n
  end
end

-- The fill comes first; it says so by its barrier.
task filler(r : region(ispace(int1d), pair), b : phase_barrier)
where reads writes simultaneous(r) do
  fill(r.{a, b}, 5, arrives(b))
end

-- Goes on after the fill, and lets the third task go on.
task setter(r : region(ispace(int1d), pair), b : phase_barrier, done : phase_barrier)
where reads writes simultaneous(r) do
  acquire(r, awaits(advance(b)))
  check(r, 5, 5)
  set(r, 7)
  release(r, arrives(done))
end

-- Waits with its fill, and arrives for the task itself.
task last(r : region(ispace(int1d), pair), done : phase_barrier, all : phase_barrier)
where reads writes simultaneous(r) do
  fill(r.b, 9, awaits(advance(done)), arrives(all))
end

task main()
  var r = region(ispace(int1d, 100), pair)
  fill(r.{a, b}, 1)
  var b, done, all = phase_barrier(1), phase_barrier(1), phase_barrier(1)
  must_epoch
    last(r, done, all)
    setter(r, b, done)
    filler(r, b)
  end
  await(advance(all))
  check(r, 7, 9)

  -- In one task.
  var one = phase_barrier(1)
  fill(r.a, 11, arrives(one))
  var next = advance(one)
  fill(r.b, 12, awaits(next))
  check(r, 11, 12)
  regentlib.c.printf("filled in turns\n")
end
regentlib.start(main)

--[==[ OUTPUT
filled in turns
]==]
