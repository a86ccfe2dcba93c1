-- Conjugate gradients with a sparse matrix in CSR: rows hold rect1d of their entries, images find the pieces.
import "regent"
local c = regentlib.c

fspace Row { entries : rect1d, x : double, b : double, r : double, p : double, q : double }
fspace Entry { col : int1d, value : double }

local N = 12      -- grid side
local ROWS = N * N
local PIECES = 3

task build(rows : region(ispace(int1d), Row), entries : region(ispace(int1d), Entry))
where reads writes(rows, entries) do
  var at : int64 = 0
  for r in rows do
    var i, j = int(r) / N, int(r) % N
    var first = at
    entries[at].col = r
    entries[at].value = 4.0
    at += 1
    if i > 0 then entries[at].col = int1d(r - N); entries[at].value = -1; at += 1 end
    if i < N - 1 then entries[at].col = int1d(r + N); entries[at].value = -1; at += 1 end
    if j > 0 then entries[at].col = int1d(r - 1); entries[at].value = -1; at += 1 end
    if j < N - 1 then entries[at].col = int1d(r + 1); entries[at].value = -1; at += 1 end
    rows[r].entries = rect1d { lo = first, hi = at - 1 }
    rows[r].x, rows[r].b = 0.0, 1.0 + int(r) % 5
    rows[r].r = rows[r].b
    rows[r].p = rows[r].b
    rows[r].q = 0
  end
end

task spmv(rows : region(ispace(int1d), Row), entries : region(ispace(int1d), Entry), halo : region(ispace(int1d), Row))
where reads(rows.entries, entries, halo.p), writes(rows.q) do
  for r in rows do
    var sum = 0.0
    for e in rows[r].entries do
      sum += entries[e].value * halo[entries[e].col].p
    end
    rows[r].q = sum
  end
end

local function dot(a, b)
  local task t(rows : region(ispace(int1d), Row)) : double
  where reads(rows.{[a], [b]}) do
    var sum = 0.0
    for r in rows do sum += r.[a] * r.[b] end
    return sum
  end
  t:set_name("dot_" .. a .. "_" .. b)
  return t
end
local dot_rr, dot_pq = dot("r", "r"), dot("p", "q")

local axpy = terralib.memoize(function(y, x)
  local task t(rows : region(ispace(int1d), Row), a : double)
  where reads(rows.[x]), reads writes(rows.[y]) do
    for r in rows do r.[y] += a * r.[x] end
  end
  return t
end)

task direction(rows : region(ispace(int1d), Row), beta : double)
where reads(rows.r), reads writes(rows.p) do
  for r in rows do r.p = r.r + beta * r.p end
end

task main()
  var rows = region(ispace(int1d, ROWS), Row)
  var entries = region(ispace(int1d, 5 * ROWS - 4 * N), Entry)
  build(rows, entries)
  var colors = ispace(int1d, PIECES)
  var p_rows = partition(equal, rows, colors)
  var p_entries = image(disjoint, entries, p_rows, rows.entries)
  var p_halo = image(rows, p_entries, entries.col)
  for k in colors do c.printf("piece %d: %llu rows, %llu entries, %llu columns\n", k, p_rows[k].volume, p_entries[k].volume, p_halo[k].volume) end
  var rr = 0.0
  for k in colors do rr += dot_rr(p_rows[k]) end
  var iterations = 0
  while rr > 1e-20 and iterations < 200 do
    __demand(__index_launch)
    for k in colors do spmv(p_rows[k], p_entries[k], p_halo[k]) end
    var pq = 0.0
    __demand(__index_launch)
    for k in colors do pq += dot_pq(p_rows[k]) end
    var alpha = rr / pq
    __demand(__index_launch)
    for k in colors do [axpy("x", "p")](p_rows[k], alpha) end
    __demand(__index_launch)
    for k in colors do [axpy("r", "q")](p_rows[k], -alpha) end
    var next = 0.0
    __demand(__index_launch)
    for k in colors do next += dot_rr(p_rows[k]) end
    var beta = next / rr
    rr = next
    __demand(__index_launch)
    for k in colors do direction(p_rows[k], beta) end
    iterations += 1
  end
  -- Check the solution against the matrix.
  for r in rows do rows[r].p = rows[r].x end
  for k in colors do spmv(p_rows[k], p_entries[k], p_halo[k]) end
  var worst = 0.0
  for r in rows do
    var d = rows[r].q - rows[r].b
    if d < 0 then d = -d end
    worst max= d
  end
  regentlib.assert(worst < 1e-8, "solves the system")
  c.printf("x[0] = %.9f\n", rows[0].x)
end
regentlib.start(main)

--[==[ OUTPUT
piece 0: 48 rows, 220 entries, 60 columns
piece 1: 48 rows, 232 entries, 72 columns
piece 2: 48 rows, 220 entries, 60 columns
x[0] = 3.762570875
]==]
