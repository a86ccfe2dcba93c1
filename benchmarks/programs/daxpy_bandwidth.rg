-- DAXPY as often as -r says over -n elements in -b blocks; prints the seconds of each repetition.
import "regent"

local c = regentlib.c
local clock = terralib.includecstring [[
#include <time.h>
static inline double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}
]]

fspace input { x : double, y : double }
fspace output { z : double }

local function make_option(flag, default)
  local task option() : int64
    var args = c.legion_runtime_get_input_args()
    var value : int64 = default
    for i = 1, args.argc - 1 do
      if c.strcmp(args.argv[i], flag) == 0 then
        value = c.atoll(args.argv[i + 1])
      end
    end
    return value
  end
  return option
end
local num_elements_option = make_option("-n", 1000000)
local num_blocks_option = make_option("-b", 2)
local num_repetitions_option = make_option("-r", 5)

task initialize(input_lr : region(ispace(int1d), input), output_lr : region(ispace(int1d), output))
where writes(input_lr, output_lr) do
  for i in input_lr do
    input_lr[i].x = 1.0
    input_lr[i].y = 2.0
  end
  for i in output_lr do
    output_lr[i].z = 0.0
  end
end

task daxpy(input_lr : region(ispace(int1d), input), output_lr : region(ispace(int1d), output), alpha : double)
where reads(input_lr.{x, y}), writes(output_lr.z) do
  for i in input_lr do
    output_lr[i].z = alpha*input_lr[i].x + input_lr[i].y
  end
end

task check(output_lr : region(ispace(int1d), output), expected : double)
where reads(output_lr) do
  for i in output_lr do
    regentlib.assert(output_lr[i].z == expected, "check failed")
  end
end

__demand(__inner)
task main()
  var is = ispace(int1d, num_elements_option())
  var input_lr = region(is, input)
  var output_lr = region(is, output)
  var colors = ispace(int1d, num_blocks_option())
  var input_lp = partition(equal, input_lr, colors)
  var output_lp = partition(equal, output_lr, colors)
  var repetitions = num_repetitions_option()

  for color in colors do
    initialize(input_lp[color], output_lp[color])
  end
  __fence(__execution, __block)
  for r = 0, repetitions do
    var start = clock.seconds_now()
    __demand(__index_launch)
    for color in colors do
      daxpy(input_lp[color], output_lp[color], 0.5 * r)
    end
    __fence(__execution, __block)
    c.printf("seconds %.9f\n", clock.seconds_now() - start)
  end
  for color in colors do
    check(output_lp[color], 0.5 * (repetitions - 1) + 2.0)
  end
end

regentlib.start(main)
