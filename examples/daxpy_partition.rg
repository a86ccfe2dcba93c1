-- DAXPY over an equal partition: each loop over the colors becomes one index launch, whose points run in parallel.
-- `-n N` sets the number of elements, `-b N` that of blocks.
--
-- ARGS: -n 1000 -b 7
import "regent"

local c = regentlib.c

fspace input {
  x : double,
  y : double,
}

fspace output {
  z : double,
}

-- A task that gives the number behind `flag` on the command line: Lua runs while the program is compiled and may
-- define as many tasks as it likes.
local function make_option(flag, default)
  local task option() : int
    var args = c.legion_runtime_get_input_args()
    var value : int = default
    for i = 1, args.argc - 1 do
      if c.strcmp(args.argv[i], flag) == 0 then
        value = c.atoi(args.argv[i + 1])
      end
    end
    return value
  end
  return option
end

local num_elements_option = make_option("-n", 1024)
local num_blocks_option = make_option("-b", 4)

task initialize(input_lr : region(ispace(int1d), input))
where
  writes(input_lr.{x, y})
do
  for i in input_lr do
    input_lr[i].x = 0.25 * int64(i)
    input_lr[i].y = 1.0 / (1.0 + int64(i))
  end
end

task daxpy(input_lr : region(ispace(int1d), input),
           output_lr : region(ispace(int1d), output),
           alpha : double)
where
  reads(input_lr.{x, y}), writes(output_lr.z)
do
  for i in input_lr do
    output_lr[i].z = alpha*input_lr[i].x + input_lr[i].y
  end
end

task count_errors(input_lr : region(ispace(int1d), input),
                  output_lr : region(ispace(int1d), output),
                  alpha : double) : int
where
  reads(input_lr, output_lr)
do
  var errors = 0
  for i in input_lr do
    var expected = alpha * (0.25 * int64(i)) + 1.0 / (1.0 + int64(i))
    if c.fabs(expected - output_lr[i].z) > 1e-12 * c.fabs(expected) then
      errors += 1
    end
  end
  return errors
end

__demand(__inner)
task main()
  var num_elements = num_elements_option()
  var num_blocks = num_blocks_option()
  c.printf("Running daxpy for %d elements in %d blocks\n", num_elements, num_blocks)

  var is = ispace(int1d, num_elements)
  var input_lr = region(is, input)
  var output_lr = region(is, output)

  var colors = ispace(int1d, num_blocks)
  var input_lp = partition(equal, input_lr, colors)
  var output_lp = partition(equal, output_lr, colors)
  var alpha = 0.75

  __demand(__index_launch)
  for color in colors do
    initialize(input_lp[color])
  end

  __demand(__index_launch)
  for color in colors do
    daxpy(input_lp[color], output_lp[color], alpha)
  end

  -- The results of the points are added up.
  var errors = 0
  __demand(__index_launch)
  for color in colors do
    errors += count_errors(input_lp[color], output_lp[color], alpha)
  end
  regentlib.assert(errors == 0, "check failed")
  c.printf("Check passed\n")
end

regentlib.start(main)

--[==[ OUTPUT
Running daxpy for 1000 elements in 7 blocks
Check passed
]==]
