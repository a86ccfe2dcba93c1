-- Tasks of an epoch that share a region take turns by `acquire`, `release` and barriers.
import "regent"

struct pair { a : int, b : int }

task add(r : region(ispace(int1d), pair), by : int)
where reads writes(r) do
  for i in r do
    r[i].a += by
    r[i].b += 2 * by
  end
end

task first(r : region(ispace(int1d), pair), b : phase_barrier)
where reads writes simultaneous(r) do
  acquire(r.{a, b})
  add(r, 1)
  release(r.{a, b}, arrives(b))
end

task check(r : region(ispace(int1d), pair))
where reads(r) do
  for i in r do regentlib.assert(r[i].a == 11 and r[i].b == 22, "what the first task left") end
end

task second(r : region(ispace(int1d), pair), b : phase_barrier)
where reads writes simultaneous(r) do
  var next = advance(b)
  acquire(r, awaits(next))
  check(r)
  add(r, 100)
  release(r)
end

task main()
  var r = region(ispace(int1d, 50), pair)
  for i in r do
    r[i].a = 10
    r[i].b = 20
  end
  var b = phase_barrier(1)
  must_epoch
    first(r, b)
    second(r, b)
  end
  for i in r do regentlib.assert(r[i].a == 111 and r[i].b == 222, "both tasks") end
  regentlib.c.printf("taken in turns\n")
end
regentlib.start(main)

--[==[ OUTPUT
taken in turns
]==]
