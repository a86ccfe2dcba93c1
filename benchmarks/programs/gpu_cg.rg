-- Conjugate gradients on the five-point Laplacian of a -n by -n grid, without a matrix, five times -r steps. Each step makes
-- two regions for what lives during the step, and deletes them. Prints the seconds of a step, and the squared norm of the
-- residual.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace point { x : double, r : double, p : double }

-- sum = 4 v(i) less those of the neighbours that there are.
local function add_laplacian(sum, value, i, n)
  return rquote
    sum = 4.0 * [value(i)]
    if i.x > 0 then sum -= [value(rexpr i - { 1, 0 } end)] end
    if i.x < n - 1 then sum -= [value(rexpr i + { 1, 0 } end)] end
    if i.y > 0 then sum -= [value(rexpr i - { 0, 1 } end)] end
    if i.y < n - 1 then sum -= [value(rexpr i + { 0, 1 } end)] end
  end
end

-- The right side is the matrix times ones.
__demand(__cuda)
task start(r : region(ispace(int2d), point), n : int64) : double
where writes(r) do
  var rr = 0.0
  for i in r do
    var value = 0.0
    if i.x == 0 or i.x == n - 1 then value += 1.0 end
    if i.y == 0 or i.y == n - 1 then value += 1.0 end
    r[i].x = 0.0
    r[i].r = value
    r[i].p = value
    rr += value * value
  end
  return rr
end

__demand(__cuda)
task multiply(r : region(ispace(int2d), point), q : region(ispace(int2d), double), n : int64) : double
where reads(r.p), writes(q) do
  var pq = 0.0
  for i in r do
    var sum = 0.0
    [add_laplacian(sum, function(at) return rexpr r[at].p end end, i, n)]
    q[i] = sum
    pq += sum * r[i].p
  end
  return pq
end

__demand(__cuda)
task scale(t : region(ispace(int2d), double), q : region(ispace(int2d), double), alpha : double)
where writes(t), reads(q) do
  for i in t do t[i] = alpha * q[i] end
end

__demand(__cuda)
task move(r : region(ispace(int2d), point), t : region(ispace(int2d), double), alpha : double) : double
where reads(r.p, t), reads writes(r.{x, r}) do
  var rr = 0.0
  for i in r do
    r[i].x += alpha * r[i].p
    var residual = r[i].r - t[i]
    r[i].r = residual
    rr += residual * residual
  end
  return rr
end

__demand(__cuda)
task turn(r : region(ispace(int2d), point), beta : double)
where reads(r.r), reads writes(r.p) do
  for i in r do r[i].p = r[i].r + beta * r[i].p end
end

task main()
  var args = c.legion_runtime_get_input_args()
  var n = bench.bench_option(args.argc, args.argv, "-n", 30)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 2)
  var is = ispace(int2d, { n, n })
  var r = region(is, point)
  var rr = start(r, n)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, steps do
      var q = region(is, double)
      var t = region(is, double)
      var alpha = rr / multiply(r, q, n)
      scale(t, q, alpha)
      var next = move(r, t, alpha)
      turn(r, next / rr)
      rr = next
      __delete(q)
      __delete(t)
    end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("cg", (bench.bench_seconds() - begin) / steps) end
  end
  bench.bench_report("check", rr)
end

regentlib.start(main)
