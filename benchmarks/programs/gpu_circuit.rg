-- A circuit of -n nodes and -m wires in one piece, five times -r steps: wires lead to nodes near by. Charges are reduced
-- into the nodes. Prints the seconds of a step, and a sum of all voltages.
import "regent"

local c = regentlib.c
local bench = terralib.includec("bench.h", { "-I." })

fspace node { capacitance : double, leakage : double, charge : double, voltage : double }
fspace wire { from : int32, to : int32, inductance : double, resistance : double, current : double }

__demand(__cuda)
task start_nodes(nodes : region(ispace(int1d), node))
where writes(nodes) do
  for i in nodes do
    var k = [int64](i)
    nodes[i].capacitance = 1.0 + 0.1 * (k % 13)
    nodes[i].leakage = 0.01 * (k % 3)
    nodes[i].charge = 0.0
    nodes[i].voltage = 0.1 * (7 * k % 19 - 9)
  end
end

__demand(__cuda)
task start_wires(wires : region(ispace(int1d), wire), nodes : int64, count : int64)
where writes(wires) do
  for w in wires do
    var k = [int64](w)
    var from = k * nodes / count
    wires[w].from = from
    wires[w].to = (from + 1 + k * 40503 % 2048) % nodes
    wires[w].inductance = 1.0 + 0.2 * (k % 4)
    wires[w].resistance = 1.0 + 0.3 * (k % 5)
    wires[w].current = 0.0
  end
end

__demand(__cuda)
task currents(nodes : region(ispace(int1d), node), wires : region(ispace(int1d), wire))
where reads(nodes.voltage, wires.{from, to, inductance, resistance}), reads writes(wires.current) do
  for w in wires do
    var difference = nodes[wires[w].from].voltage - nodes[wires[w].to].voltage
    var rate = 0.1 / wires[w].inductance
    var current = wires[w].current
    for s = 0, 4 do current += rate * (difference - wires[w].resistance * current) end
    wires[w].current = current
  end
end

__demand(__cuda)
task charges(nodes : region(ispace(int1d), node), wires : region(ispace(int1d), wire))
where reads(wires.{from, to, current}), reduces +(nodes.charge) do
  for w in wires do
    var moved = 0.1 * wires[w].current
    nodes[wires[w].from].charge += -moved
    nodes[wires[w].to].charge += moved
  end
end

__demand(__cuda)
task voltages(nodes : region(ispace(int1d), node))
where reads(nodes.{capacitance, leakage}), reads writes(nodes.{voltage, charge}) do
  for n in nodes do
    nodes[n].voltage = (nodes[n].voltage + nodes[n].charge / nodes[n].capacitance) * (1.0 - nodes[n].leakage)
    nodes[n].charge = 0.0
  end
end

__demand(__cuda)
task sum(nodes : region(ispace(int1d), node)) : double
where reads(nodes.voltage) do
  var total = 0.0
  for n in nodes do total += nodes[n].voltage * (1.0 + 0.001 * ([int64](n) % 7)) end
  return total
end

task main()
  var args = c.legion_runtime_get_input_args()
  var node_count = bench.bench_option(args.argc, args.argv, "-n", 1000)
  var wire_count = bench.bench_option(args.argc, args.argv, "-m", 4000)
  var steps = bench.bench_option(args.argc, args.argv, "-r", 2)
  var nodes = region(ispace(int1d, node_count), node)
  var wires = region(ispace(int1d, wire_count), wire)
  start_nodes(nodes)
  start_wires(wires, node_count, wire_count)
  for batch = 0, 5 do
    __fence(__execution, __block)
    var begin = bench.bench_seconds()
    for k = 0, steps do
      currents(nodes, wires)
      charges(nodes, wires)
      voltages(nodes)
    end
    __fence(__execution, __block)
    if batch > 0 then bench.bench_report("circuit", (bench.bench_seconds() - begin) / steps) end
  end
  bench.bench_report("check", sum(nodes))
end

regentlib.start(main)
