-- A circuit of -p pieces with -npp nodes and -wpp wires each, -r steps. One wire of twenty leads to another piece. Nodes
-- that wires of other pieces lead to are shared; what wires of a piece reach of them elsewhere is its ghost. Prints
-- the seconds of all steps but the first three, and the sum of all voltages.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

local substeps = 4

fspace node {
  owner : int1d,
  -- 0 private, 1 shared
  kind : int1d,
  capacitance : double, leakage : double, charge : double, voltage : double,
}
fspace wire(rpn : region(ispace(int1d), node), rsn : region(ispace(int1d), node), rgn : region(ispace(int1d), node)) {
  from : int1d(node, rpn, rsn),
  to : int1d(node, rpn, rsn, rgn),
  inductance : double, resistance : double,
  current : double,
}
-- Where wires end, before nodes are known to be shared.
fspace ends { from : int1d, to : int1d }

task initialize_nodes(nodes : region(ispace(int1d), node), per_piece : int64)
where writes(nodes) do
  for n in nodes do
    nodes[n].owner = int1d(int64(n) / per_piece)
    nodes[n].kind = int1d(0)
    nodes[n].capacitance = 1.0 + bench.bench_random_real(4 * int64(n))
    nodes[n].leakage = 0.1 * bench.bench_random_real(4 * int64(n) + 1)
    nodes[n].charge = 0.0
    nodes[n].voltage = 2.0 * bench.bench_random_real(4 * int64(n) + 2) - 1.0
  end
end

task initialize_ends(wires : region(ispace(int1d), ends), pieces : int64, npp : int64, wpp : int64)
where writes(wires) do
  for w in wires do
    var piece = int64(w) / wpp
    var seed = 8 * int64(w)
    wires[w].from = int1d(piece * npp + bench.bench_random(seed, npp))
    var other = piece
    if bench.bench_random(seed + 1, 20) == 0 then other = bench.bench_random(seed + 2, pieces) end
    wires[w].to = int1d(other * npp + bench.bench_random(seed + 3, npp))
  end
end

-- Of all nodes those that a wire of another piece leads to.
task mark_shared(nodes : region(ispace(int1d), node), wires : region(ispace(int1d), ends), npp : int64, wpp : int64)
where reads(wires), reads writes(nodes.kind) do
  for w in wires do
    if int64(wires[w].to) / npp ~= int64(w) / wpp then nodes[wires[w].to].kind = int1d(1) end
  end
end

task initialize_wires(rpn : region(ispace(int1d), node), rsn : region(ispace(int1d), node), rgn : region(ispace(int1d), node),
                      wires : region(ispace(int1d), wire(rpn, rsn, rgn)), e : region(ispace(int1d), ends))
where reads(e), writes(wires) do
  for w in wires do
    wires[w].from = dynamic_cast(int1d(node, rpn, rsn), e[w].from)
    wires[w].to = dynamic_cast(int1d(node, rpn, rsn, rgn), e[w].to)
    wires[w].inductance = 1.0 + bench.bench_random_real(8 * int64(w) + 4)
    wires[w].resistance = 1.0 + bench.bench_random_real(8 * int64(w) + 5)
    wires[w].current = 0.0
  end
end

task calculate_currents(rpn : region(ispace(int1d), node), rsn : region(ispace(int1d), node), rgn : region(ispace(int1d), node),
                        wires : region(ispace(int1d), wire(rpn, rsn, rgn)))
where reads(rpn.voltage, rsn.voltage, rgn.voltage, wires.{from, to, inductance, resistance}), reads writes(wires.current) do
  for w in wires do
    var difference = w.from.voltage - w.to.voltage
    var rate = 0.1 / w.inductance
    var current = w.current
    for s = 0, substeps do
      current += rate * (difference - w.resistance * current)
    end
    w.current = current
  end
end

task distribute_charge(rpn : region(ispace(int1d), node), rsn : region(ispace(int1d), node), rgn : region(ispace(int1d), node),
                       wires : region(ispace(int1d), wire(rpn, rsn, rgn)))
where reads(wires.{from, to, current}), reads writes(rpn.charge), reduces +(rsn.charge, rgn.charge) do
  for w in wires do
    var moved = 0.1 * w.current
    w.from.charge += -moved
    w.to.charge += moved
  end
end

task update_voltages(rpn : region(ispace(int1d), node), rsn : region(ispace(int1d), node))
where reads(rpn.{capacitance, leakage}, rsn.{capacitance, leakage}), reads writes(rpn.{voltage, charge}, rsn.{voltage, charge}) do
  for n in rpn do
    n.voltage = (n.voltage + n.charge / n.capacitance) * (1.0 - n.leakage)
    n.charge = 0.0
  end
  for n in rsn do
    n.voltage = (n.voltage + n.charge / n.capacitance) * (1.0 - n.leakage)
    n.charge = 0.0
  end
end

task sum(nodes : region(ispace(int1d), node)) : double
where reads(nodes.voltage) do
  var total = 0.0
  for n in nodes do total += nodes[n].voltage * (1.0 + 0.001 * double(int64(n) % 7)) end
  return total
end

__demand(__inner)
task main()
  var args = c.legion_runtime_get_input_args()
  var pieces = bench.bench_option(args.argc, args.argv, "-p", 2)
  var npp = bench.bench_option(args.argc, args.argv, "-npp", 1000)
  var wpp = bench.bench_option(args.argc, args.argv, "-wpp", 4000)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 10)

  var colors = ispace(int1d, pieces)
  var nodes = region(ispace(int1d, pieces * npp), node)
  var all_ends = region(ispace(int1d, pieces * wpp), ends)
  initialize_nodes(nodes, npp)
  initialize_ends(all_ends, pieces, npp, wpp)
  mark_shared(nodes, all_ends, npp, wpp)

  var by_owner = partition(nodes.owner, colors)
  var by_kind = partition(nodes.kind, ispace(int1d, 2))
  var all_private = by_kind[0]
  var all_shared = by_kind[1]
  var private = all_private & by_owner
  var shared = all_shared & by_owner
  var wires = region(ispace(int1d, pieces * wpp), wire(wild, wild, wild))
  var own_wires = partition(equal, wires, colors)
  var own_ends = partition(equal, all_ends, colors)
  var reached = image(nodes, own_ends, all_ends.to)
  var ghost = (all_shared & reached) - shared

  __demand(__index_launch)
  for i in colors do initialize_wires(private[i], shared[i], ghost[i], own_wires[i], own_ends[i]) end
  var start = 0.0
  for step = 0, steps do
    if step == 3 then
      __fence(__execution, __block)
      start = bench.bench_seconds()
    end
    __demand(__index_launch)
    for i in colors do calculate_currents(private[i], shared[i], ghost[i], own_wires[i]) end
    __demand(__index_launch)
    for i in colors do distribute_charge(private[i], shared[i], ghost[i], own_wires[i]) end
    __demand(__index_launch)
    for i in colors do update_voltages(private[i], shared[i]) end
  end
  __fence(__execution, __block)
  bench.bench_report("seconds", (bench.bench_seconds() - start) / (steps - 3))
  bench.bench_report("check", sum(nodes))
end

regentlib.start(main)
