-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Tasks for GPUs that share their data with others while they run.
import "regent"

local c = regentlib.c

fspace cell { x : int64, y : int64 }

__demand(__cuda)
task fill_part(r : region(ispace(int1d), cell), lo : int64, hi : int64, b : phase_barrier)
where reads(r.y), reads writes simultaneous(r.x), arrives(b) do
  for i in rect1d { lo, hi - 1 } do r[i].x = r[i].y + lo end
end

task add_all(r : region(ispace(int1d), cell), b : phase_barrier)
where reads writes simultaneous(r.x), awaits(b) do
  var sum : int64 = 0
  for i in r do sum += r[i].x end
  r[0].x = sum
end

__demand(__cuda)
task scale(r : region(ispace(int1d), cell))
where reads writes(r.x) do
  for i in r do r[i].x *= 2 end
end

__demand(__cuda)
task count(r : region(ispace(int1d), cell), s : region(ispace(int1d), int64))
where reads(r.x), reads writes relaxed(s) do
  for i in r do s[r[i].x % 3] += 1 end
end

task main()
  var r = region(ispace(int1d, 300), cell)
  for i in r do
    r[i].x = -1
    r[i].y = [int64](i)
  end
  for round = 0, 5 do
    scale(r)
    var b = phase_barrier(2)
    must_epoch
      fill_part(r, 0, 100, b)
      fill_part(r, 100, 300, b)
      add_all(r, advance(b))
    end
    regentlib.assert(r[0].x == 299 * 150 + 200 * 100, "all parts were there")
    regentlib.assert(r[1].x == 1 and r[299].x == 399, "parts")
    scale(r)
    regentlib.assert(r[0].x == 2 * (299 * 150 + 200 * 100) and r[299].x == 798, "scaled")
  end
  var s = region(ispace(int1d, 3), int64)
  fill(s, 0)
  count(r, s)
  regentlib.assert(s[0] + s[1] + s[2] == 300, "counted")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
