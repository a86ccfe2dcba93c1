-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- Traces whose values are others in each execution, and with tasks of the host between those of a device.
import "regent"

local c = regentlib.c

fspace cell { u : double, v : double, steps : int }

__demand(__cuda)
task push(r : region(ispace(int1d), cell), dt : double, step : int)
where reads writes(r.{u, steps}), reads(r.v) do
  for i in r do
    r[i].u += dt * r[i].v
    r[i].steps += step
  end
end

__demand(__cuda)
task pull(r : region(ispace(int1d), cell), dt : double, box : rect1d)
where reads(r.u), reads writes(r.v) do
  for i in box do r[i].v -= dt * r[i].u end
end

-- How many kernels follows from the step.
__demand(__cuda)
task damp(r : region(ispace(int1d), cell), step : int)
where reads writes(r.v) do
  for k = 0, step % 3 do
    for i in r do r[i].v *= 0.5 end
  end
end

task watch(r : region(ispace(int1d), cell), step : int)
where reads writes(r.v) do
  for i in r do r[i].v += step end
end

__demand(__cuda)
task energy(r : region(ispace(int1d), cell)) : double
where reads(r) do
  var total = 0.0
  for i in r do total += r[i].u * r[i].u + r[i].v * r[i].v + r[i].steps end
  return total
end

__demand(__cuda)
task longest(r : region(ispace(int1d), cell)) : double
where reads(r.u) do
  var dt = 1.0
  for i in r do dt min= 8.0 / (9.0 + r[i].u * r[i].u) end
  return dt
end

task main()
  var r = region(ispace(int1d, 40), cell)
  var colors = ispace(int1d, 4)
  var p = partition(equal, r, colors)
  fill(r.u, 1.0)
  fill(r.v, 0.0)
  fill(r.steps, 0)
  var dt = 0.5
  -- Only values change.
  for step = 0, 24 do
    dt = 1.0 / (2 + step)
    __demand(__trace)
    do
      __demand(__index_launch)
      for i in colors do push(p[i], dt, step) end
      __demand(__index_launch)
      for i in colors do pull(p[i], dt, rect1d { int1d(10 * i), int1d(10 * i + 4 + step % 5) }) end
    end
  end
  c.printf("%.6f\n", energy(r))
  -- A task of the host in the middle, and kernels that come and go.
  for step = 0, 24 do
    dt = 1.0 / (3 + step % 7)
    __demand(__trace)
    do
      __demand(__index_launch)
      for i in colors do push(p[i], dt, step) end
      damp(r, step / 8)
      watch(r, step)
      __demand(__index_launch)
      for i in colors do pull(p[i], dt, rect1d { int1d(10 * i), int1d(10 * i + 9) }) end
      damp(r, 1)
    end
  end
  c.printf("%.6f\n", energy(r))
  -- A time step that is known only when the device has computed it.
  for step = 0, 24 do
    __demand(__trace)
    do
      __demand(__index_launch)
      for i in colors do push(p[i], dt, step) end
      damp(r, 1)
      dt = longest(r)
    end
  end
  c.printf("%.6f %.6f\n", energy(r), dt)
end
regentlib.start(main)

--[==[ OUTPUT
11077.980664
53043.964969
64599.281924 0.009491
]==]
