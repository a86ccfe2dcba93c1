-- Tasks of one epoch that wait for each other through phase barriers.
import "regent"

local c = regentlib.c

task double(s : region(ispace(int1d), int), n : phase_barrier)
where reads writes(s), arrives(n) do
  for x in s do @x *= 2 end
end

task triple(s : region(ispace(int1d), int), n : phase_barrier)
where reads writes(s), awaits(n) do
  for x in s do @x *= 3 end
end

task add(s : region(ispace(int1d), int), n : int)
where reads writes(s) do
  for x in s do @x += n end
end

task left(s : region(ispace(int1d), int), n : phase_barrier)
where reads writes simultaneous(s) do
  double(s, n)
  triple(s, advance(advance(n)))
end

-- Runs between the two tasks of `left`.
task right(s : region(ispace(int1d), int), n : phase_barrier)
where reads writes simultaneous(s) do
  var next = advance(n)
  add(s, 10, awaits(next), arrives(next))
end

task ping(b : phase_barrier, rounds : int)
  for i = 0, rounds do
    arrive(b)
    b = advance(b)
    await(b)
  end
end

task main()
  var r = region(ispace(int1d, 5), int)
  fill(r, 1)
  var b = phase_barrier(1)
  must_epoch
    left(r, b)
    right(r, b)
  end
  for x in r do regentlib.assert(@x == 36, "in the order of the phases") end

  var both = phase_barrier(2)
  must_epoch
    ping(both, 20)
    ping(both, 20)
  end

  var more = phase_barrier(1)
  more = adjust(more, 1)
  arrive(more)
  arrive(more)
  more = advance(more)
  await(more)
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
