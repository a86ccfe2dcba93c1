-- The METG graphs in the language: `metg.h` says what they are. The points of a graph are the elements of a region, a
-- row is an index launch, and what a point depends on is an image of edges.
import "regent"

local c = regentlib.c
local metg = terralib.includec("metg.h", { "-I." })

-- Rows write the two fields in turns. An output is a tag and a digest, in a cache line of its own.
fspace cell { a : uint64[8], b : uint64[8] }
-- Where an edge of a point leads in each set of dependencies.
fspace edge { to_0 : int1d, to_1 : int1d, to_2 : int1d }

task set_edges(edges : region(ispace(int1d), edge), pattern : int, width : int)
where writes(edges) do
  for e in edges do
    var point = int(e) / metg.metg_max_inputs
    var number = int(e) % metg.metg_max_inputs
    var inputs : int[metg.metg_max_inputs]
    ;[terralib.newlist { 0, 1, 2 }:map(function(set)
      return rquote
        var count = metg.metg_inputs([metg.metg_pattern](pattern), width, set, point, &inputs[0])
        -- Points with fewer inputs name the first one again.
        var input = inputs[0]
        if number < count then input = inputs[number] end
        edges[e].["to_" .. set] = int1d(input)
      end
    end)]
  end
end

-- The first row has no inputs.
task first(own : region(ispace(int1d), cell), work : metg.metg_work)
where writes(own.a) do
  for point in own do
    own[point].a[0] = [uint64](metg.metg_tag(0, int(point)))
    own[point].a[1] = metg.metg_digest(0, int(point), 0)
    metg.metg_kernel(metg.metg_iterations(work, 0, int(point)))
  end
end

local function make_step(from, to)
  local task step(own : region(ispace(int1d), cell), inputs : region(ispace(int1d), cell), row : int64, work : metg.metg_work)
  where reads(inputs.[from]), writes(own.[to]) do
    var sum : uint64 = 0
    for input in inputs do
      regentlib.assert(inputs[input].[from][0] == [uint64](metg.metg_tag(row - 1, int(input))), "wrong input")
      sum += inputs[input].[from][1]
    end
    for point in own do
      metg.metg_kernel(metg.metg_iterations(work, row, int(point)))
      own[point].[to][0] = [uint64](metg.metg_tag(row, int(point)))
      own[point].[to][1] = metg.metg_digest(row, int(point), sum)
    end
  end
  step:set_name("step_" .. from .. to)
  return step
end
local step_ab, step_ba = make_step("a", "b"), make_step("b", "a")

task checksum(cells : region(ispace(int1d), cell), graph : int) : uint64
where reads(cells.a) do
  var sum : uint64 = 0
  for point in cells do
    sum += cells[point].a[1] * [uint64](2 * int(point) + 1)
  end
  return sum * [uint64](2 * graph + 1)
end

-- The task that runs all sizes: `graphs` graphs whose rows take `sets` sets of dependencies in turns. The rows after
-- the first come in groups of six, so that buffers and sets are known in the text.
local function make_sweep(graphs, sets)
  local width = regentlib.newsymbol(int, "width")
  local colors = regentlib.newsymbol("colors")
  local iterations, rows = regentlib.newsymbol(int64, "iterations"), regentlib.newsymbol(int64, "rows")
  local pattern, imbalance = regentlib.newsymbol(int, "pattern"), regentlib.newsymbol(float, "imbalance")
  local cells, own, inputs, works = {}, {}, {}, {}
  local declarations, fills = terralib.newlist(), terralib.newlist()
  for g = 1, graphs do
    cells[g], own[g], inputs[g] = regentlib.newsymbol("cells"), regentlib.newsymbol("own"), {}
    works[g] = regentlib.newsymbol(metg.metg_work, "work")
    local edges, edge_parts = regentlib.newsymbol("edges"), regentlib.newsymbol("edge_parts")
    declarations:insert(rquote
      var [cells[g]] = region(ispace(int1d, width), cell)
      var [own[g]] = partition(equal, [cells[g]], colors)
      var [edges] = region(ispace(int1d, width * metg.metg_max_inputs), edge)
      set_edges(edges, pattern, width)
      var [edge_parts] = partition(equal, edges, colors)
    end)
    for set = 0, sets - 1 do
      inputs[g][set] = regentlib.newsymbol("inputs")
      declarations:insert(rquote var [inputs[g][set]] = image([cells[g]], edge_parts, edges.["to_" .. set]) end)
    end
  end

  -- Row `row + offset` of all graphs.
  local function one_row(row, offset)
    local launches = terralib.newlist()
    local step = offset % 2 == 1 and step_ab or step_ba
    for g = 1, graphs do
      launches:insert(rquote
        __demand(__index_launch)
        for point in colors do
          step([own[g]][point], [inputs[g][offset % sets]][point], row + offset, [works[g]])
        end
      end)
    end
    return launches
  end
  local function run(number_of_rows)
    local row = regentlib.newsymbol(int64, "row")
    local firsts, group = terralib.newlist(), terralib.newlist()
    for g = 1, graphs do
      firsts:insert(rquote
        __demand(__index_launch)
        for point in colors do first([own[g]][point], [works[g]]) end
      end)
    end
    for offset = 1, 6 do group:insertall(one_row(row, offset)) end
    return rquote
      [firsts]
      __demand(__trace)
      for [row] = 0, number_of_rows - 1, 6 do
        [group]
      end
      __fence(__execution, __block)
    end
  end

  local warm_up, measured = run(rexpr metg.metg_warm_up_rows(rows) end), run(rows)
  local sum = regentlib.newsymbol(uint64, "sum")
  local checks, work = terralib.newlist(), terralib.newlist()
  for g = 1, graphs do
    work:insert(rquote var [works[g]] = metg.metg_work { iterations = iterations, imbalance = imbalance, graph = g - 1 } end)
    checks:insert(rquote sum += checksum([cells[g]], g - 1) end)
  end
  local __demand(__inner) task sweep(r : metg.metg_run)
    var [width] = r.width
    var [pattern] = [int](r.pattern)
    var [imbalance] = r.imbalance
    var [colors] = ispace(int1d, width)
    ;[declarations]
    for i = 0, r.size_count do
      var [iterations] = r.sizes[i]
      ;[work]
      var [rows] = metg.metg_rows(&r, iterations)
      var start = metg.metg_now()
      ;[warm_up]
      rows = metg.metg_measured_rows(&r, iterations, rows, metg.metg_warm_up_rows(rows), metg.metg_now() - start)
      start = metg.metg_now()
      ;[measured]
      var seconds = metg.metg_now() - start
      var [sum] = 0
      ;[checks]
      metg.metg_report(&r, iterations, rows, seconds, sum)
    end
  end
  sweep:set_name("sweep_" .. graphs .. "_" .. sets)
  return sweep
end

local sweep_1_1, sweep_1_3, sweep_4_1 = make_sweep(1, 1), make_sweep(1, metg.metg_period), make_sweep(4, 1)

task main()
  var args = c.legion_runtime_get_input_args()
  var r = metg.metg_arguments(args.argc, args.argv)
  if r.graphs == 4 and r.pattern ~= metg.metg_spread then
    sweep_4_1(r)
  elseif r.graphs ~= 1 then
    c.printf("1 graph, or 4 of stencil or nearest\n")
    c.exit(2)
  elseif r.pattern == metg.metg_spread then
    sweep_1_3(r)
  else
    sweep_1_1(r)
  end
end

regentlib.start(main)
