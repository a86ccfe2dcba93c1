-- How the cost of a launch grows: one thing is varied at a time. Prints `AXIS SIZE NANOSECONDS`, the time of an empty
-- task from its launch until all have run; the argument `quick` leaves the large sizes out, `tiny` is for tests.
import "regent"

local c = regentlib.c
local clock = terralib.includecstring [[
#include <time.h>
static inline double nanoseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e9 * now.tv_sec + now.tv_nsec;
}
]]

fspace cell { a : int, b : int }
fspace edge { to : int1d }

task write_a(r : region(ispace(int1d), cell)) where reads writes(r.a) do end
task update(own : region(ispace(int1d), cell), near : region(ispace(int1d), cell))
where reads writes(own.a), reads(near.b) do end
task exchange(own : region(ispace(int1d), cell), near : region(ispace(int1d), cell))
where reads writes(own.b), reads(near.a) do end

task set_edges(edges : region(ispace(int1d), edge), stride : int64, n : int64)
where writes(edges) do
  for e in edges do edges[e].to = int1d((int64(e) * stride) % n) end
end

-- The first pass warms up, the best of the others counts.
local passes = 4

-- A loop that launches on all colors, `count` times, and what a point of it takes.
local function per_point(colors, points, count, launches)
  local result = regentlib.newsymbol(double, "result")
  return rquote
    var [result] = 1e30
    for pass = 0, passes do
      __fence(__execution, __block)
      var start = clock.nanoseconds_now()
      for k = 0, count do
        [launches]
      end
      __fence(__execution, __block)
      var taken = (clock.nanoseconds_now() - start) / (double(count) * points)
      if pass > 0 and taken < result then result = taken end
    end
  end, result
end

-- About as many points for each number of subregions.
local function repetitions(n, points)
  return rexpr points / n + 1 end
end

local subregions = (function()
  local colors, p = regentlib.newsymbol("colors"), regentlib.newsymbol("p")
  local n, total = regentlib.newsymbol(int64, "n"), regentlib.newsymbol(int64, "total")
  local measured, result = per_point(colors, n, repetitions(n, total), rquote
    __demand(__index_launch)
    for i in colors do write_a(p[i]) end
  end)
  local __demand(__inner) task subregions([n], [total])
    var r = region(ispace(int1d, n), cell)
    var [colors] = ispace(int1d, n)
    var [p] = partition(equal, r, colors)
    ;[measured]
    c.printf("subregions %ld %.3f\n", n, [result])
  end
  return subregions
end)()

-- Own pieces are written and those around them are read, field by field in turns.
local function overlapping(name, make_near)
  local colors, p, near = regentlib.newsymbol("colors"), regentlib.newsymbol("p"), regentlib.newsymbol("near")
  local n, total, r = regentlib.newsymbol(int64, "n"), regentlib.newsymbol(int64, "total"), regentlib.newsymbol("r")
  local measured, result = per_point(colors, rexpr 2 * n end, repetitions(n, total), rquote
    __demand(__index_launch)
    for i in colors do update(p[i], near[i]) end
    __demand(__index_launch)
    for i in colors do exchange(p[i], near[i]) end
  end)
  local __demand(__inner) task overlap([n], [total])
    var [r] = region(ispace(int1d, 4 * n), cell)
    var [colors] = ispace(int1d, n)
    var [p] = partition(equal, [r], [colors])
    ;[make_near(r, p, colors, near, n)]
    ;[measured]
    c.printf([name .. " %ld %.3f\n"], n, [result])
  end
  overlap:set_name(name)
  return overlap
end

task around(box : rect1d) : rect1d
  return rect1d { box.lo - 1, box.hi + 1 }
end
local halo = overlapping("halo", function(r, p, colors, near, n)
  return rquote var [near] = image(r, p, around) end
end)
local sparse = overlapping("sparse", function(r, p, colors, near, n)
  return rquote
    var edges = region(ispace(int1d, 4 * n), edge)
    set_edges(edges, 7, 4 * n)
    var edge_parts = partition(equal, edges, colors)
    var [near] = image(r, edge_parts, edges.to)
  end
end)

local function make_fields(count)
  local wide = terralib.types.newstruct("wide_" .. count)
  local names = terralib.newlist()
  for i = 1, count do
    names:insert("f" .. i)
    wide.entries:insert({ names[i], int })
  end
  local task write_all(r : region(ispace(int1d), wide)) where reads writes(r) do end
  write_all:set_name("write_all_" .. count)
  local __demand(__inner) task fields()
    var points = 64
    var r = region(ispace(int1d, points), wide)
    fill(r.{[names]}, 0)
    var p = partition(equal, r, ispace(int1d, points))
    var best = 1e30
    for pass = 0, passes do
      __fence(__execution, __block)
      var start = clock.nanoseconds_now()
      for k = 0, 200 do
        __demand(__index_launch)
        for i = 0, points do write_all(p[i]) end
      end
      __fence(__execution, __block)
      var taken = (clock.nanoseconds_now() - start) / (200 * points)
      if pass > 0 and taken < best then best = taken end
    end
    c.printf("fields %d %.3f\n", count, best)
  end
  fields:set_name("fields_" .. count)
  return fields
end

local function make_arguments(count)
  local parameters, regions, privileges = terralib.newlist(), terralib.newlist(), terralib.newlist()
  for i = 1, count do
    local parameter = regentlib.newsymbol(region(ispace(int1d), cell), "r" .. i)
    parameters:insert(parameter)
    privileges:insert(regentlib.privilege(regentlib.reads, parameter, "a"))
    privileges:insert(regentlib.privilege(regentlib.writes, parameter, "a"))
    regions:insert(regentlib.newsymbol("s" .. i))
  end
  local task write_each([parameters]) where [privileges] do end
  write_each:set_name("write_each_" .. count)
  local declarations = regions:map(function(r)
    return rquote
      var [r] = region(ispace(int1d, 10), cell)
      fill([r].{a, b}, 0)
    end
  end)
  local __demand(__inner) task arguments()
    [declarations]
    var best = 1e30
    for pass = 0, passes do
      __fence(__execution, __block)
      var start = clock.nanoseconds_now()
      for k = 0, 5000 do
        write_each([regions])
        var next = k + 1
      end
      __fence(__execution, __block)
      var taken = (clock.nanoseconds_now() - start) / 5000
      if pass > 0 and taken < best then best = taken end
    end
    c.printf("arguments %d %.3f\n", count, best)
  end
  arguments:set_name("arguments_" .. count)
  return arguments
end

-- The time of a thousand launches after others of the same kind.
__demand(__inner)
task issued(largest : int64)
  var points : int64 = 100
  var r = region(ispace(int1d, points), cell)
  fill(r.{a, b}, 0)
  var p = partition(equal, r, ispace(int1d, points))
  var done : int64 = 0
  var size : int64 = 1000
  while size <= largest do
    for k = done, size - 1000 do
      write_a(p[k % points])
      var next = k + 1
    end
    __fence(__execution, __block)
    var start = clock.nanoseconds_now()
    for k = size - 1000, size do
      write_a(p[k % points])
      var next = k + 1
    end
    __fence(__execution, __block)
    c.printf("issued %ld %.3f\n", size, (clock.nanoseconds_now() - start) / 1000)
    done = size
    size = size * 4
  end
end

local function make_partitions(count)
  local points, launches = 64, 256
  local names = terralib.newlist()
  for i = 1, count do names:insert(regentlib.newsymbol("p" .. i)) end
  local r = regentlib.newsymbol("r")
  local declarations = names:map(function(p)
    return rquote var [p] = partition(equal, [r], ispace(int1d, points)) end
  end)
  local turns = names:map(function(p)
    return rquote
      __demand(__index_launch)
      for i = 0, points do write_a([p][i]) end
    end
  end)
  local __demand(__inner) task partitions()
    var [r] = region(ispace(int1d, 4 * points), cell)
    fill([r].{a, b}, 0)
    ;[declarations]
    var best = 1e30
    for pass = 0, passes do
      __fence(__execution, __block)
      var start = clock.nanoseconds_now()
      for k = 0, launches / count do
        [turns]
      end
      __fence(__execution, __block)
      var taken = (clock.nanoseconds_now() - start) / launches
      if pass > 0 and taken < best then best = taken end
    end
    c.printf("partitions %d %.3f\n", count, best)
  end
  partitions:set_name("partitions_" .. count)
  return partitions
end

-- The first piece of the first piece of ... of a region.
local function make_depth(count)
  local region_at = { [0] = regentlib.newsymbol("r") }
  local declarations = terralib.newlist()
  for level = 1, count do
    local p = regentlib.newsymbol("p" .. level)
    region_at[level] = regentlib.newsymbol("r" .. level)
    declarations:insert(rquote
      var [p] = partition(equal, [region_at[level - 1]], ispace(int1d, 2))
      var [region_at[level]] = [p][0]
    end)
  end
  local __demand(__inner) task depth()
    var [region_at[0]] = region(ispace(int1d, 1024), cell)
    fill([region_at[0]].{a, b}, 0)
    ;[declarations]
    var best = 1e30
    for pass = 0, passes do
      __fence(__execution, __block)
      var start = clock.nanoseconds_now()
      for k = 0, 5000 do
        write_a([region_at[count]])
        var next = k + 1
      end
      __fence(__execution, __block)
      var taken = (clock.nanoseconds_now() - start) / 5000
      if pass > 0 and taken < best then best = taken end
    end
    c.printf("depth %d %.3f\n", count, best)
  end
  depth:set_name("depth_" .. count)
  return depth
end

local function calls(sizes, make)
  local all = terralib.newlist()
  for _, size in ipairs(sizes) do
    local measured = make(size)
    -- One at a time.
    all:insert(rquote
      measured()
      __fence(__execution, __block)
    end)
  end
  return all
end

task main()
  var args = c.legion_runtime_get_input_args()
  var largest : int64 = 1 << 17
  var most_issued : int64 = 1000000
  var total : int64 = 200000
  if args.argc > 1 and c.strcmp(args.argv[1], "quick") == 0 then
    largest = 1 << 12
    most_issued = 100000
    total = 20000
  elseif args.argc > 1 and c.strcmp(args.argv[1], "tiny") == 0 then
    largest = 1 << 7
    most_issued = 1000
    total = 500
  end
  var n : int64 = 16
  while n <= largest do
    subregions(n, total)
    __fence(__execution, __block)
    halo(n, total)
    __fence(__execution, __block)
    sparse(n, total)
    __fence(__execution, __block)
    n = n * 8
  end
  issued(most_issued)
  __fence(__execution, __block)
  ;[calls({ 1, 4, 16, 64, 256, 512 }, make_fields)]
  ;[calls({ 1, 2, 4, 8, 16 }, make_arguments)]
  ;[calls({ 1, 2, 4, 8, 16, 64 }, make_partitions)]
  ;[calls({ 1, 2, 4, 8 }, make_depth)]
end

regentlib.start(main)
