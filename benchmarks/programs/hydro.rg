-- Lagrangian hydrodynamics on a mesh of -nx by -ny quadrilateral zones in -b pieces, -r steps: points move, zones are
-- compressed between them, and push their points with their pressure and an artificial viscosity along their sides
-- (compatible differences on a staggered grid; Caramana, Burton, Shashkov and Whalen 1998). A gas is hot in the middle.
-- Points that zones of other pieces reach are shared; what zones of a piece reach of them elsewhere is its ghost.
-- Prints the seconds of all steps but the first three, and sums over zones and points.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })
local mesh = terralib.includec("meshes.h", { "-I." })
local sqrt = regentlib.sqrt(double)
local fmax = regentlib.fmax
local fmin = regentlib.fmin

local gamma = 1.4
-- Of the artificial viscosity: in proportion to the speed of sound, and to the difference of velocities.
local linear, quadratic = 0.3, 1.2
-- The part of the time a sound takes through a zone, and by how much a step may be longer than the one before.
local courant, growth = 0.4, 1.1

fspace point {
  owner : int1d,
  -- 0 private, 1 shared
  kind : int1d,
  -- Where it is, and where it is half a step later.
  x : double, y : double, half_x : double, half_y : double,
  -- The velocity, and its mean over the step.
  u : double, v : double, mean_u : double, mean_v : double,
  force_x : double, force_y : double, mass : double,
  -- 0 where a wall holds it.
  free_x : double, free_y : double,
}
fspace zone { mass : double, volume : double, energy : double, pressure : double }
-- A side of a zone from its corner `at` to the corner of the zone's next side, and the force on that corner. Side k of
-- zone z is 4z + k. `kind` is that of the corner; if it is shared, `shared_at` tells whether the piece owns it.
fspace side(rsp : region(ispace(int1d), point), rgp : region(ispace(int1d), point)) {
  at : int32,
  kind : int1d,
  shared_at : int1d(point, rsp, rgp),
  force_x : double, force_y : double,
}
-- Where sides begin, before points are known to be shared.
fspace corner { at : int1d, piece : int1d }

task initialize_points(points : region(ispace(int1d), point), nx : int64, ny : int64, pieces : int64)
where writes(points) do
  for p in points do
    var i, j = int64(p) % (nx + 1), int64(p) / (nx + 1)
    points[p].owner = int1d(fmin(j, ny - 1) * pieces / ny)
    points[p].kind = int1d(0)
    points[p].x, points[p].y = mesh.quad_x(p, nx), mesh.quad_y(p, nx, ny)
    points[p].half_x, points[p].half_y = 0.0, 0.0
    points[p].u, points[p].v, points[p].mean_u, points[p].mean_v = 0.0, 0.0, 0.0, 0.0
    points[p].force_x, points[p].force_y, points[p].mass = 0.0, 0.0, 0.0
    points[p].free_x, points[p].free_y = 1.0, 1.0
    if i == 0 or i == nx then points[p].free_x = 0.0 end
    if j == 0 or j == ny then points[p].free_y = 0.0 end
  end
end

task initialize_corners(corners : region(ispace(int1d), corner), nx : int64, ny : int64, pieces : int64)
where writes(corners) do
  for s in corners do
    corners[s].at = int1d(mesh.quad_point(int64(s) / 4, int64(s) % 4, nx))
    corners[s].piece = int1d(int64(s) / 4 / nx * pieces / ny)
  end
end

-- Of all points those that a zone of another piece reaches.
task mark_shared(points : region(ispace(int1d), point), corners : region(ispace(int1d), corner))
where reads(corners, points.owner), reads writes(points.kind) do
  for s in corners do
    if points[corners[s].at].owner ~= corners[s].piece then points[corners[s].at].kind = int1d(1) end
  end
end

task initialize_zones(rp : region(ispace(int1d), point), rsp : region(ispace(int1d), point), rgp : region(ispace(int1d), point),
                      zones : region(ispace(int1d), zone), sides : region(ispace(int1d), side(rsp, rgp)),
                      corners : region(ispace(int1d), corner))
where reads(corners.at, rp.{kind, x, y}), writes(zones), reads writes(sides), reduces +(rp.mass) do
  for s in sides do
    sides[s].at = int32(int64(corners[s].at))
    sides[s].kind = rp[sides[s].at].kind
    sides[s].shared_at = dynamic_cast(int1d(point, rsp, rgp), corners[s].at)
    sides[s].force_x, sides[s].force_y = 0.0, 0.0
  end
  for z in zones do
    var x : double[4], y : double[4]
    for k = 0, 4 do
      var at = sides[4 * z + k].at
      x[k], y[k] = rp[at].x, rp[at].y
    end
    var volume = 0.5 * ((x[2] - x[0]) * (y[3] - y[1]) - (y[2] - y[0]) * (x[3] - x[1]))
    var dx, dy = 0.25 * (x[0] + x[1] + x[2] + x[3]) - 0.5, 0.25 * (y[0] + y[1] + y[2] + y[3]) - 0.5
    var energy = 1.0
    if dx * dx + dy * dy < 0.04 then energy = 10.0 end
    zones[z].volume, zones[z].mass, zones[z].energy = volume, volume, energy
    zones[z].pressure = (gamma - 1.0) * energy
    for k = 0, 4 do rp[sides[4 * z + k].at].mass += 0.25 * volume end
  end
end

task move_half(points : region(ispace(int1d), point), dt : double)
where reads(points.{x, y, u, v}), writes(points.{half_x, half_y}) do
  for p in points do
    p.half_x = p.x + 0.5 * dt * p.u
    p.half_y = p.y + 0.5 * dt * p.v
  end
end

-- The pressure of zones in the middle of the step, and what they push their corners with.
task find_forces(rp : region(ispace(int1d), point), zones : region(ispace(int1d), zone), sides : region(ispace(int1d), side(wild, wild)))
where reads(rp.{half_x, half_y, u, v}, sides.at, zones.{mass, volume, energy}),
      reads writes(zones.pressure), writes(sides.{force_x, force_y}) do
  for z in zones do
    var x : double[4], y : double[4], u : double[4], v : double[4]
    for k = 0, 4 do
      var at = sides[4 * z + k].at
      x[k], y[k], u[k], v[k] = rp[at].half_x, rp[at].half_y, rp[at].u, rp[at].v
    end
    var volume = 0.5 * ((x[2] - x[0]) * (y[3] - y[1]) - (y[2] - y[0]) * (x[3] - x[1]))
    var density = z.mass / volume
    var energy = fmax(z.energy - z.pressure * (volume - z.volume) / z.mass, 0.0)
    var pressure = (gamma - 1.0) * density * energy
    var sound = sqrt(gamma * (gamma - 1.0) * energy)
    var middle_x, middle_y = 0.25 * (x[0] + x[1] + x[2] + x[3]), 0.25 * (y[0] + y[1] + y[2] + y[3])
    var fx : double[4], fy : double[4]
    for k = 0, 4 do fx[k], fy[k] = 0.0, 0.0 end
    for k = 0, 4 do
      var n = (k + 1) % 4
      var dx, dy, du, dv = x[n] - x[k], y[n] - y[k], u[n] - u[k], v[n] - v[k]
      var mx, my = 0.5 * (x[n] + x[k]) - middle_x, 0.5 * (y[n] + y[k]) - middle_y
      var drag = density * (linear * sound + quadratic * sqrt(du * du + dv * dv)) * sqrt(mx * mx + my * my)
      if dx * du + dy * dv >= 0.0 then drag = 0.0 end
      var px, py = 0.5 * pressure * dy, -0.5 * pressure * dx
      fx[k] += px + drag * du
      fy[k] += py + drag * dv
      fx[n] += px - drag * du
      fy[n] += py - drag * dv
    end
    for k = 0, 4 do
      sides[4 * z + k].force_x, sides[4 * z + k].force_y = fx[k], fy[k]
    end
    z.pressure = pressure
  end
end

-- `sides` are those from private corners; pieces need not wait for each other.
task add_forces(rpp : region(ispace(int1d), point), sides : region(ispace(int1d), side(wild, wild)))
where reads(sides.{at, force_x, force_y}), reads writes(rpp.{force_x, force_y}) do
  for s in sides do
    rpp[s.at].force_x += s.force_x
    rpp[s.at].force_y += s.force_y
  end
end

-- `sides` are those from shared corners.
task add_shared_forces(rsp : region(ispace(int1d), point), rgp : region(ispace(int1d), point), sides : region(ispace(int1d), side(rsp, rgp)))
where reads(sides.{shared_at, force_x, force_y}), reduces +(rsp.{force_x, force_y}, rgp.{force_x, force_y}) do
  for s in sides do
    s.shared_at.force_x += s.force_x
    s.shared_at.force_y += s.force_y
  end
end

task accelerate(points : region(ispace(int1d), point), dt : double)
where reads(points.{mass, free_x, free_y}), reads writes(points.{x, y, u, v, force_x, force_y}), writes(points.{mean_u, mean_v}) do
  for p in points do
    var u = p.u + dt * p.free_x * p.force_x / p.mass
    var v = p.v + dt * p.free_y * p.force_y / p.mass
    var mean_u, mean_v = 0.5 * (p.u + u), 0.5 * (p.v + v)
    p.x += dt * mean_u
    p.y += dt * mean_v
    p.mean_u, p.mean_v = mean_u, mean_v
    p.u, p.v = u, v
    p.force_x, p.force_y = 0.0, 0.0
  end
end

-- Takes the work of the forces from the energy of zones; the result is how long the next step may be.
task do_work(rp : region(ispace(int1d), point), zones : region(ispace(int1d), zone), sides : region(ispace(int1d), side(wild, wild)),
             dt : double) : double
where reads(rp.{x, y, mean_u, mean_v}, sides.{at, force_x, force_y}, zones.mass),
      reads writes(zones.energy), writes(zones.volume) do
  var longest = 1e30
  for z in zones do
    var x : double[4], y : double[4]
    var work = 0.0
    for k = 0, 4 do
      var s = 4 * z + k
      var at = sides[s].at
      x[k], y[k] = rp[at].x, rp[at].y
      work += sides[s].force_x * rp[at].mean_u + sides[s].force_y * rp[at].mean_v
    end
    var volume = 0.5 * ((x[2] - x[0]) * (y[3] - y[1]) - (y[2] - y[0]) * (x[3] - x[1]))
    var energy = z.energy - dt * work / z.mass
    var length = 0.0
    for k = 0, 4 do
      var n = (k + 1) % 4
      length = fmax(length, (x[n] - x[k]) * (x[n] - x[k]) + (y[n] - y[k]) * (y[n] - y[k]))
    end
    longest min= courant * volume / sqrt(length * gamma * (gamma - 1.0) * fmax(energy, 1e-30))
    z.energy, z.volume = energy, volume
  end
  return longest
end

task sum_zones(zones : region(ispace(int1d), zone)) : double
where reads(zones.{mass, energy}) do
  var total = 0.0
  for z in zones do total += z.mass * z.energy * (1.0 + 0.001 * double(int64(z) % 7)) end
  return total
end

task sum_points(points : region(ispace(int1d), point)) : double
where reads(points.{mass, u, v}) do
  var total = 0.0
  for p in points do total += p.mass * (p.u * p.u + p.v * p.v) * (1.0 + 0.001 * double(int64(p) % 5)) end
  return total
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var nx = bench.bench_option(args.argc, args.argv, "-nx", 100)
  var ny = bench.bench_option(args.argc, args.argv, "-ny", 100)
  var pieces = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 10)
  regentlib.assert(ny % pieces == 0, "pieces must have as many rows of zones")

  var colors = ispace(int1d, pieces)
  var points = region(ispace(int1d, (nx + 1) * (ny + 1)), point)
  var corners = region(ispace(int1d, 4 * nx * ny), corner)
  initialize_points(points, nx, ny, pieces)
  initialize_corners(corners, nx, ny, pieces)
  mark_shared(points, corners)

  var by_owner = partition(points.owner, colors)
  var by_kind = partition(points.kind, ispace(int1d, 2))
  var all_private = by_kind[0]
  var all_shared = by_kind[1]
  var private = all_private & by_owner
  var shared = all_shared & by_owner
  var zones = region(ispace(int1d, nx * ny), zone)
  var sides = region(ispace(int1d, 4 * nx * ny), side(wild, wild))
  var own_corners = partition(equal, corners, colors)
  var own_sides = partition(equal, sides, colors)
  var own_zones = partition(equal, zones, colors)
  var reached = image(points, own_corners, corners.at)
  var ghost = (all_shared & reached) - shared

  __demand(__index_launch)
  for i in colors do initialize_zones(reached[i], shared[i], ghost[i], own_zones[i], own_sides[i], own_corners[i]) end
  var sides_by_kind = partition(sides.kind, ispace(int1d, 2))
  var all_inner = sides_by_kind[0]
  var all_outer = sides_by_kind[1]
  var inner = all_inner & own_sides
  var outer = all_outer & own_sides
  var start = 0.0
  var dt = 0.01 / nx
  for step = 0, steps do
    if step == 3 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    __demand(__index_launch)
    for i in colors do move_half(by_owner[i], dt) end
    __demand(__index_launch)
    for i in colors do find_forces(reached[i], own_zones[i], own_sides[i]) end
    __demand(__index_launch)
    for i in colors do add_forces(private[i], inner[i]) end
    __demand(__index_launch)
    for i in colors do add_shared_forces(shared[i], ghost[i], outer[i]) end
    __demand(__index_launch)
    for i in colors do accelerate(by_owner[i], dt) end
    var next = growth * dt
    __demand(__index_launch)
    for i in colors do next min= do_work(reached[i], own_zones[i], own_sides[i], dt) end
    dt = next
  end
  __fence(__execution, __block)
  bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 3))
  bench.bench_report("step", dt)
  bench.bench_report("check", sum_zones(zones) + sum_points(points))
end

regentlib.start(main)
