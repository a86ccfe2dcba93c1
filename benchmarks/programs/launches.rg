-- What a launch costs: empty tasks without regions, with one region, each after the other, on regions of their own, and as points of
-- index launches. Prints microseconds a task, from the first launch until all have run.
import "regent"

local c = regentlib.c
local clock = terralib.includecstring [[
#include <time.h>
static inline double microseconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e6 * now.tv_sec + 1e-3 * now.tv_nsec;
}
]]

local count = 20000
local points = 1000
local launches = 100

task empty(r : region(ispace(int1d), int)) where reads writes(r) do end
task reader(r : region(ispace(int1d), int)) where reads(r) do end

task nothing(i : int) end

__demand(__inner)
task spawn() : double
  __fence(__execution, __block)
  var start = clock.microseconds_now()
  for i = 0, count do
    nothing(i)
    var next = i + 1
  end
  __fence(__execution, __block)
  return (clock.microseconds_now() - start) / count
end

__demand(__inner)
task chain(r : region(ispace(int1d), int)) : double
where reads writes(r) do
  __fence(__execution, __block)
  var start = clock.microseconds_now()
  for i = 0, count do
    empty(r)
    -- A second statement keeps the loop from becoming an index launch.
    var next = i + 1
  end
  __fence(__execution, __block)
  return (clock.microseconds_now() - start) / count
end

__demand(__inner)
task readers(r : region(ispace(int1d), int)) : double
where reads(r) do
  __fence(__execution, __block)
  var start = clock.microseconds_now()
  for i = 0, count do
    reader(r)
    var next = i + 1
  end
  __fence(__execution, __block)
  return (clock.microseconds_now() - start) / count
end

__demand(__inner)
task pieces(r : region(ispace(int1d), int)) : double
where reads writes(r) do
  var p = partition(equal, r, ispace(int1d, points))
  __fence(__execution, __block)
  var start = clock.microseconds_now()
  for i = 0, count do
    empty(p[i % points])
    var next = i + 1
  end
  __fence(__execution, __block)
  return (clock.microseconds_now() - start) / count
end

__demand(__inner)
task index_launches(r : region(ispace(int1d), int)) : double
where reads writes(r) do
  var p = partition(equal, r, ispace(int1d, points))
  __fence(__execution, __block)
  var start = clock.microseconds_now()
  for k = 0, launches do
    __demand(__index_launch)
    for i = 0, points do
      empty(p[i])
    end
  end
  __fence(__execution, __block)
  return (clock.microseconds_now() - start) / (points * launches)
end

task main()
  var r = region(ispace(int1d, points), int)
  fill(r, 0)
  -- Once to warm up, once to measure.
  spawn()
  c.printf("spawn %.4f\n", spawn())
  chain(r)
  c.printf("chain %.4f\n", chain(r))
  readers(r)
  c.printf("readers %.4f\n", readers(r))
  pieces(r)
  c.printf("pieces %.4f\n", pieces(r))
  index_launches(r)
  c.printf("point %.4f\n", index_launches(r))
end

regentlib.start(main)
