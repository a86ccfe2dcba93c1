-- DAXPY in tasks: each task says what it reads and writes, and the runtime orders the calls by that. The main task
-- accesses no region itself, so it is an inner task and never waits for memory.
--
-- ARGS: -n 1000
import "regent"

local c = regentlib.c

fspace input {
  x : double,
  y : double,
}

fspace output {
  z : double,
}

-- The number behind `-n` on the command line.
task num_elements_option() : int
  var args = c.legion_runtime_get_input_args()
  var value = 1024
  for i = 1, args.argc - 1 do
    if c.strcmp(args.argv[i], "-n") == 0 then
      value = c.atoi(args.argv[i + 1])
    end
  end
  return value
end

task fill_x(input_lr : region(ispace(int1d), input), seed : int64)
where
  writes(input_lr.x)
do
  c.srand48(seed)
  for p in input_lr do
    p.x = c.drand48()
  end
end

task fill_y(input_lr : region(ispace(int1d), input), scale : double)
where
  writes(input_lr.y)
do
  for i in input_lr.ispace do
    input_lr[i].y = scale * int(i)
  end
end

task daxpy(input_lr : region(ispace(int1d), input),
           output_lr : region(ispace(int1d), output),
           alpha : double)
where
  reads(input_lr.{x, y}), writes(output_lr.z)
do
  for i in input_lr.ispace do
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
  for i in input_lr.ispace do
    var expected = alpha*input_lr[i].x + input_lr[i].y
    if expected ~= output_lr[i].z then
      errors += 1
    end
  end
  return errors
end

__demand(__inner)
task main()
  var num_elements = num_elements_option()
  c.printf("Running daxpy for %d elements\n", num_elements)

  var is = ispace(int1d, num_elements)
  var input_lr = region(is, input)
  var output_lr = region(is, output)
  var alpha = 0.75

  -- These two write different fields and may run at the same time.
  fill_x(input_lr, 42)
  fill_y(input_lr, 0.5)
  daxpy(input_lr, output_lr, alpha)

  var errors = count_errors(input_lr, output_lr, alpha)
  regentlib.assert(errors == 0, "check failed")
  c.printf("Check passed\n")
end

regentlib.start(main)

--[==[ OUTPUT
Running daxpy for 1000 elements
Check passed
]==]
