-- -n particles among -g by -g cells in -b strips, -r steps: each is counted in its cell and then pushed by the cell's
-- field, which follows from the counts. Particles are in equal pieces, which all add to the counts of all cells; or, with
-- -own 1, they belong to the strip that they are in, and are partitioned by strips anew in each step. Prints the seconds of all steps but the first two, and a sum over the cells.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace particle { x : double, y : double, vx : double, vy : double, strip : int1d }
fspace cell { count : double, field : double }

-- A coordinate in [0, 1), and the cell of a place.
local terra wrapped(x : double) : double
  if x < 0.0 then return x + 1.0 end
  if x >= 1.0 then return x - 1.0 end
  return x
end
local terra cell_at(x : double, y : double, g : int64) : int64
  return int64(y * g) * g + int64(x * g)
end

task initialize(particles : region(ispace(int1d), particle), g : int64, strips : int64)
where writes(particles) do
  for p in particles do
    var seed = 4 * int64(p)
    var y = bench.bench_random_real(seed + 1)
    particles[p].x = bench.bench_random_real(seed)
    particles[p].y = y
    particles[p].vx = 0.01 * (bench.bench_random_real(seed + 2) - 0.5)
    particles[p].vy = 0.01 * (bench.bench_random_real(seed + 3) - 0.5)
    particles[p].strip = int1d(int64(y * g) / (g / strips))
  end
end

task push(particles : region(ispace(int1d), particle), cells : region(ispace(int1d), cell), g : int64, strips : int64)
where reads writes(particles.{x, y, vx, vy}), writes(particles.strip), reads(cells.field) do
  for p in particles do
    var force = cells[cell_at(particles[p].x, particles[p].y, g)].field
    var vx = particles[p].vx + force
    var vy = particles[p].vy - force
    var x = wrapped(particles[p].x + vx)
    var y = wrapped(particles[p].y + vy)
    particles[p].vx = vx
    particles[p].vy = vy
    particles[p].x = x
    particles[p].y = y
    particles[p].strip = int1d(int64(y * g) / (g / strips))
  end
end

task count(particles : region(ispace(int1d), particle), cells : region(ispace(int1d), cell), g : int64, mean : double)
where reads(particles.{x, y}), reads writes(cells.{count, field}) do
  for i in cells do cells[i].count = 0.0 end
  for p in particles do
    cells[cell_at(particles[p].x, particles[p].y, g)].count += 1.0
  end
  for i in cells do cells[i].field = 1e-6 * (cells[i].count - mean) end
end

task add_up(particles : region(ispace(int1d), particle), cells : region(ispace(int1d), cell), g : int64)
where reads(particles.{x, y}), reduces +(cells.count) do
  for p in particles do
    cells[cell_at(particles[p].x, particles[p].y, g)].count += 1.0
  end
end

task set_field(cells : region(ispace(int1d), cell), mean : double)
where reads(cells.count), writes(cells.field) do
  for i in cells do cells[i].field = 1e-6 * (cells[i].count - mean) end
end

task sum(cells : region(ispace(int1d), cell)) : double
where reads(cells.count) do
  var total = 0.0
  for i in cells do total += cells[i].count * double(1 + int64(i) % 97) end
  return total
end

task number(cells : region(ispace(int1d), cell)) : double
where reads(cells.count) do
  var total = 0.0
  for i in cells do total += cells[i].count end
  return total
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 10000)
  var g = bench.bench_option(args.argc, args.argv, "-g", 32)
  var blocks = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 5)
  regentlib.assert(g % blocks == 0, "strips must have as many rows of cells")

  var colors = ispace(int1d, blocks)
  var particles = region(ispace(int1d, n), particle)
  var cells = region(ispace(int1d, g * g), cell)
  var strips = partition(equal, cells, colors)
  initialize(particles, g, blocks)
  fill(cells.{count, field}, 0.0)
  var mean = double(n) / double(g * g)
  var is_owned = bench.bench_option(args.argc, args.argv, "-own", 0) == 1
  var pieces = partition(equal, particles, colors)
  var start = 0.0
  -- After the last push there is one count more.
  for step = 0, steps + 1 do
    if step == 2 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    if step == steps then
      __fence(__execution, __block)
      bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 2))
    end
    if is_owned then
      var own = partition(particles.strip, colors)
      __demand(__index_launch)
      for i in colors do count(own[i], strips[i], g, mean) end
      if step < steps then
        __demand(__index_launch)
        for i in colors do push(own[i], strips[i], g, blocks) end
      end
      __delete(own)
    else
      fill(cells.count, 0.0)
      __demand(__index_launch)
      for i in colors do add_up(pieces[i], cells, g) end
      __demand(__index_launch)
      for i in colors do set_field(strips[i], mean) end
      if step < steps then
        __demand(__index_launch)
        for i in colors do push(pieces[i], cells, g, blocks) end
      end
    end
  end
  regentlib.assert(number(cells) == double(n), "particles were lost")
  bench.bench_report("check", sum(cells))
end

regentlib.start(main)
