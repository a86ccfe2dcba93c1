-- A compressible viscous gas (the Navier-Stokes equations) between two walls, by finite volumes on -nx by -ny by -nz
-- hexahedra in -b slabs, -r steps. Cells and faces are an unstructured mesh: a face knows the cells on both sides. Each of
-- the four stages of a step of Runge and Kutta finds gradients from faces, then fluxes through faces, and changes cells.
-- Cells that faces of other pieces reach are shared; what faces of a piece reach of them elsewhere is its ghost.
-- Prints the seconds of all steps but the first, and a sum over the cells.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })
local mesh = terralib.includec("meshes.h", { "-I." })
local sqrt = regentlib.sqrt(double)
local fabs = regentlib.fabs(double)
local fmax = regentlib.fmax

local gamma, viscosity, conductivity = 1.4, 1e-4, 3e-4

fspace cell {
  -- 0 private, 1 shared
  kind : int1d,
  -- 1 / volume.
  inverse : double,
  -- Density, momentum and energy of a volume: before the step, and after it as far as stages have found out.
  before : double[5], after : double[5],
  -- Density, velocity and pressure, and what their three derivatives are in the volume together.
  state : double[5], gradient : double[15],
  -- What flows out.
  loss : double[5],
}
-- `left` and `right` are cells; the area vector leads from left to right, `apart` from one middle to the other. `kind` is 1 where a
-- cell is shared; `left_shared` and `right_shared` are the cells then.
fspace face(rcp : region(ispace(int1d), cell), rcs : region(ispace(int1d), cell), rcg : region(ispace(int1d), cell)) {
  owner : int1d, left : int32, right : int32, kind : int1d,
  left_shared : int1d(cell, rcp, rcs), right_shared : int1d(cell, rcp, rcs, rcg),
  area : double[3], apart : double[3],
}
fspace wall { owner : int1d, cell : int32, area : double[3] }
-- The cells of a face, before cells are known to be shared.
fspace ends { owner : int1d, left : int1d, right : int1d }

task initialize_cells(cells : region(ispace(int1d), cell), nx : int64, ny : int64, nz : int64)
where writes(cells) do
  var hexahedra = mesh.hex_mesh(nx, ny, nz)
  for i in cells do
    var middle : double[3]
    mesh.hex_middle(hexahedra, int64(i), &middle[0])
    var distance = 0.0
    for m = 0, 3 do distance += (middle[m] - 0.5) * (middle[m] - 0.5) end
    var density, pressure = 1.0, 1.0
    if distance < 0.06 then density, pressure = 2.0, 5.0 end
    var state : double[5], total : double[5], zero : double[15]
    for m = 0, 5 do state[m], total[m], cells[i].loss[m] = 0.0, 0.0, 0.0 end
    for m = 0, 15 do zero[m] = 0.0 end
    state[0], state[4] = density, pressure
    total[0], total[4] = density, pressure / (gamma - 1.0)
    cells[i].kind, cells[i].inverse = int1d(0), 1.0 / mesh.hex_volume(hexahedra, int64(i))
    cells[i].before, cells[i].after, cells[i].state, cells[i].gradient = total, total, state, zero
  end
end

task initialize_ends(faces : region(ispace(int1d), ends), nx : int64, ny : int64, nz : int64, per_piece : int64)
where writes(faces) do
  var hexahedra = mesh.hex_mesh(nx, ny, nz)
  for f in faces do
    var face = mesh.hex_face(hexahedra, int64(f))
    faces[f].left, faces[f].right, faces[f].owner = int1d(face.left), int1d(face.right), int1d(face.left / per_piece)
  end
end

-- Of all cells those that a face of another piece reaches, or whose own face does so.
task mark_shared(cells : region(ispace(int1d), cell), faces : region(ispace(int1d), ends), per_piece : int64)
where reads(faces), reads writes(cells.kind) do
  for f in faces do
    if int64(faces[f].owner) ~= int64(faces[f].right) / per_piece then
      cells[faces[f].left].kind = int1d(1)
      cells[faces[f].right].kind = int1d(1)
    end
  end
end

task initialize_faces(rc : region(ispace(int1d), cell), rcp : region(ispace(int1d), cell), rcs : region(ispace(int1d), cell),
                      rcg : region(ispace(int1d), cell), faces : region(ispace(int1d), face(rcp, rcs, rcg)),
                      e : region(ispace(int1d), ends), nx : int64, ny : int64, nz : int64)
where reads(e, rc.kind), writes(faces.{left, right, kind, left_shared, right_shared, area, apart}) do
  var hexahedra = mesh.hex_mesh(nx, ny, nz)
  for f in faces do
    var face = mesh.hex_face(hexahedra, int64(f))
    faces[f].left, faces[f].right = int32(face.left), int32(face.right)
    faces[f].kind = int1d(0)
    if rc[e[f].left].kind == int1d(1) or rc[e[f].right].kind == int1d(1) then faces[f].kind = int1d(1) end
    faces[f].left_shared = dynamic_cast(int1d(cell, rcp, rcs), e[f].left)
    faces[f].right_shared = dynamic_cast(int1d(cell, rcp, rcs, rcg), e[f].right)
    faces[f].area, faces[f].apart = face.area, face.apart
  end
end

task initialize_walls(walls : region(ispace(int1d), wall), nx : int64, ny : int64, nz : int64, per_piece : int64)
where writes(walls) do
  var hexahedra = mesh.hex_mesh(nx, ny, nz)
  for w in walls do
    var found = mesh.hex_wall(hexahedra, int64(w))
    walls[w].owner, walls[w].cell, walls[w].area = int1d(found.cell / per_piece), int32(found.cell), found.area
  end
end

-- `faces` are those between private cells; pieces need not wait for each other.
task find_gradients(rc : region(ispace(int1d), cell), rcp : region(ispace(int1d), cell), faces : region(ispace(int1d), face(wild, wild, wild)))
where reads(rc.state, faces.{left, right, area}), reads writes(rcp.gradient) do
  for f in faces do
    var l, r = f.left, f.right
    for m = 0, 5 do
      var mean = 0.5 * (rc[l].state[m] + rc[r].state[m])
      for d = 0, 3 do
        rcp[l].gradient[3 * m + d] += mean * f.area[d]
        rcp[r].gradient[3 * m + d] += -mean * f.area[d]
      end
    end
  end
end

-- `faces` are the other ones.
task find_shared_gradients(rc : region(ispace(int1d), cell), rcp : region(ispace(int1d), cell), rcs : region(ispace(int1d), cell),
                           rcg : region(ispace(int1d), cell), faces : region(ispace(int1d), face(rcp, rcs, rcg)))
where reads(rc.state, faces.{left, right, left_shared, right_shared, area}), reads writes(rcp.gradient),
      reduces +(rcs.gradient, rcg.gradient) do
  for f in faces do
    for m = 0, 5 do
      var mean = 0.5 * (rc[f.left].state[m] + rc[f.right].state[m])
      for d = 0, 3 do
        f.left_shared.gradient[3 * m + d] += mean * f.area[d]
        f.right_shared.gradient[3 * m + d] += -mean * f.area[d]
      end
    end
  end
end

-- The gas does not move at a wall.
task find_wall_gradients(cells : region(ispace(int1d), cell), walls : region(ispace(int1d), wall))
where reads(cells.state, walls), reads writes(cells.gradient) do
  for w in walls do
    for d = 0, 3 do
      cells[w.cell].gradient[d] += cells[w.cell].state[0] * w.area[d]
      cells[w.cell].gradient[12 + d] += cells[w.cell].state[4] * w.area[d]
    end
  end
end

-- A step from one cell to the next that is no steeper than its neighbours allow (van Albada).
local terra limited(a : double, b : double) : double
  var product = a * b
  if product > 0.0 then return product * (a + b) / (a * a + b * b) end
  return 0.0
end

local struct flow { e : double[5] }

-- What flows through a face from left to right: that of Rusanov of both sides' extrapolations, and friction and heat.
local terra flow_through(left : double[5], right : double[5], left_gradient : double[15], right_gradient : double[15],
                         left_inverse : double, right_inverse : double, area : double[3], apart : double[3]) : flow
  var l : double[5], r : double[5], g : double[15]
  for m = 0, 5 do
    var difference = right[m] - left[m]
    var l_slope, r_slope = 0.0, 0.0
    for d = 0, 3 do
      var l_gradient, r_gradient = left_inverse * left_gradient[3 * m + d], right_inverse * right_gradient[3 * m + d]
      l_slope = l_slope + l_gradient * apart[d]
      r_slope = r_slope + r_gradient * apart[d]
      g[3 * m + d] = 0.5 * (l_gradient + r_gradient)
    end
    l[m] = left[m] + 0.5 * limited(2.0 * l_slope - difference, difference)
    r[m] = right[m] - 0.5 * limited(2.0 * r_slope - difference, difference)
  end
  var size = sqrt(area[0] * area[0] + area[1] * area[1] + area[2] * area[2])
  var l_flow = l[1] * area[0] + l[2] * area[1] + l[3] * area[2]
  var r_flow = r[1] * area[0] + r[2] * area[1] + r[3] * area[2]
  var l_energy = l[4] / (gamma - 1.0) + 0.5 * l[0] * (l[1] * l[1] + l[2] * l[2] + l[3] * l[3])
  var r_energy = r[4] / (gamma - 1.0) + 0.5 * r[0] * (r[1] * r[1] + r[2] * r[2] + r[3] * r[3])
  var l_fastest = fabs(l_flow) + size * sqrt(gamma * l[4] / l[0])
  var r_fastest = fabs(r_flow) + size * sqrt(gamma * r[4] / r[0])
  var fastest = r_fastest
  if l_fastest > r_fastest then fastest = l_fastest end
  var f : flow
  f.e[0] = 0.5 * (l[0] * l_flow + r[0] * r_flow - fastest * (r[0] - l[0]))
  for d = 0, 3 do
    f.e[1 + d] = 0.5 * (l[0] * l[1 + d] * l_flow + r[0] * r[1 + d] * r_flow + (l[4] + r[4]) * area[d]
                        - fastest * (r[0] * r[1 + d] - l[0] * l[1 + d]))
  end
  f.e[4] = 0.5 * ((l_energy + l[4]) * l_flow + (r_energy + r[4]) * r_flow - fastest * (r_energy - l_energy))
  var density, pressure = 0.5 * (left[0] + right[0]), 0.5 * (left[4] + right[4])
  var stretch = (g[3] + g[7] + g[11]) * (2.0 / 3.0)
  for d = 0, 3 do
    var pull = -stretch * area[d]
    for e = 0, 3 do pull = pull + (g[3 + 3 * d + e] + g[3 + 3 * e + d]) * area[e] end
    f.e[1 + d] = f.e[1 + d] - viscosity * pull
    f.e[4] = f.e[4] - viscosity * pull * 0.5 * (left[1 + d] + right[1 + d])
    f.e[4] = f.e[4] - conductivity * (g[12 + d] - pressure / density * g[d]) / density * area[d]
  end
  return f
end

task find_flows(rc : region(ispace(int1d), cell), rcp : region(ispace(int1d), cell), faces : region(ispace(int1d), face(wild, wild, wild)))
where reads(rc.{state, gradient, inverse}, faces.{left, right, area, apart}), reads writes(rcp.loss) do
  for f in faces do
    var l, r = f.left, f.right
    var flow = flow_through(rc[l].state, rc[r].state, rc[l].gradient, rc[r].gradient, rc[l].inverse, rc[r].inverse, f.area, f.apart)
    for m = 0, 5 do
      rcp[l].loss[m] += flow.e[m]
      rcp[r].loss[m] += -flow.e[m]
    end
  end
end

task find_shared_flows(rc : region(ispace(int1d), cell), rcp : region(ispace(int1d), cell), rcs : region(ispace(int1d), cell),
                       rcg : region(ispace(int1d), cell), faces : region(ispace(int1d), face(rcp, rcs, rcg)))
where reads(rc.{state, gradient, inverse}, faces.{left, right, left_shared, right_shared, area, apart}),
      reads writes(rcp.loss), reduces +(rcs.loss, rcg.loss) do
  for f in faces do
    var l, r = f.left, f.right
    var flow = flow_through(rc[l].state, rc[r].state, rc[l].gradient, rc[r].gradient, rc[l].inverse, rc[r].inverse, f.area, f.apart)
    for m = 0, 5 do
      f.left_shared.loss[m] += flow.e[m]
      f.right_shared.loss[m] += -flow.e[m]
    end
  end
end

task find_wall_flows(cells : region(ispace(int1d), cell), walls : region(ispace(int1d), wall))
where reads(cells.state, walls), reads writes(cells.loss) do
  for w in walls do
    for d = 0, 3 do cells[w.cell].loss[1 + d] += cells[w.cell].state[4] * w.area[d] end
  end
end

-- Takes what has flown out in `dt` from the state before the step, and its share from that after it.
task change(cells : region(ispace(int1d), cell), dt : double, share : double, is_last : bool)
where reads(cells.inverse), reads writes(cells.{before, after, loss}), writes(cells.{state, gradient}) do
  for i in cells do
    var now : double[5]
    for m = 0, 5 do
      var rate = i.loss[m] * i.inverse
      var after = i.after[m] - share * rate
      now[m] = i.before[m] - dt * rate
      if is_last then
        now[m] = after
        i.before[m] = after
      end
      i.after[m] = after
      i.loss[m] = 0.0
    end
    var u, v, w = now[1] / now[0], now[2] / now[0], now[3] / now[0]
    i.state[0], i.state[1], i.state[2], i.state[3] = now[0], u, v, w
    i.state[4] = (gamma - 1.0) * (now[4] - 0.5 * now[0] * (u * u + v * v + w * w))
    for m = 0, 15 do i.gradient[m] = 0.0 end
  end
end

task sum(cells : region(ispace(int1d), cell)) : double
where reads(cells.{before, inverse}) do
  var total = 0.0
  for i in cells do
    for m = 0, 5 do total += i.before[m] / i.inverse * (1.0 + 0.001 * double(int64(i) % 7) + m) end
  end
  return total
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var nx = bench.bench_option(args.argc, args.argv, "-nx", 16)
  var ny = bench.bench_option(args.argc, args.argv, "-ny", 16)
  var nz = bench.bench_option(args.argc, args.argv, "-nz", 16)
  var pieces = bench.bench_option(args.argc, args.argv, "-b", 2)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 5)
  regentlib.assert(nz % pieces == 0 and nz / pieces >= 2, "pieces must have as many layers, two at least")

  var colors = ispace(int1d, pieces)
  var hexahedra = mesh.hex_mesh(nx, ny, nz)
  var cells = region(ispace(int1d, nx * ny * nz), cell)
  var all_ends = region(ispace(int1d, mesh.hex_faces(hexahedra)), ends)
  var faces = region(ispace(int1d, mesh.hex_faces(hexahedra)), face(wild, wild, wild))
  var walls = region(ispace(int1d, mesh.hex_walls(hexahedra)), wall)
  var per_piece = nx * ny * nz / pieces
  initialize_cells(cells, nx, ny, nz)
  initialize_ends(all_ends, nx, ny, nz, per_piece)
  initialize_walls(walls, nx, ny, nz, per_piece)
  mark_shared(cells, all_ends, per_piece)
  copy(all_ends.owner, faces.owner)

  var own = partition(equal, cells, colors)
  var by_kind = partition(cells.kind, ispace(int1d, 2))
  var all_private = by_kind[0]
  var all_shared = by_kind[1]
  var private = all_private & own
  var shared = all_shared & own
  var own_ends = partition(all_ends.owner, colors)
  var own_faces = partition(faces.owner, colors)
  var own_walls = partition(walls.owner, colors)
  var left_of = image(cells, own_ends, all_ends.left)
  var right_of = image(cells, own_ends, all_ends.right)
  var reached = left_of | right_of
  var ghost = (all_shared & reached) - shared
  __demand(__index_launch)
  for i in colors do initialize_faces(reached[i], private[i], shared[i], ghost[i], own_faces[i], own_ends[i], nx, ny, nz) end
  var faces_by_kind = partition(faces.kind, ispace(int1d, 2))
  var all_inner = faces_by_kind[0]
  var all_outer = faces_by_kind[1]
  var inner = all_inner & own_faces
  var outer = all_outer & own_faces

  var dt = 0.2 / fmax(nx, fmax(ny, nz))
  var start = 0.0
  for step = 0, steps do
    if step == 1 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    for stage = 0, 4 do
      __demand(__index_launch)
      for i in colors do find_gradients(reached[i], private[i], inner[i]) end
      __demand(__index_launch)
      for i in colors do find_shared_gradients(reached[i], private[i], shared[i], ghost[i], outer[i]) end
      __demand(__index_launch)
      for i in colors do find_wall_gradients(own[i], own_walls[i]) end
      __demand(__index_launch)
      for i in colors do find_flows(reached[i], private[i], inner[i]) end
      __demand(__index_launch)
      for i in colors do find_shared_flows(reached[i], private[i], shared[i], ghost[i], outer[i]) end
      __demand(__index_launch)
      for i in colors do find_wall_flows(own[i], own_walls[i]) end
      -- How far the next stage looks, and what this one counts.
      var ahead, share = dt, dt / 6.0
      if stage < 2 then ahead = 0.5 * dt end
      if stage == 1 or stage == 2 then share = dt / 3.0 end
      __demand(__index_launch)
      for i in colors do change(own[i], ahead, share, stage == 3) end
    end
  end
  __fence(__execution, __block)
  bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 1))
  bench.bench_report("check", sum(cells))
end

regentlib.start(main)
