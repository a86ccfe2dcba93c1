-- z = alpha * x + y, sequentially: everything happens in the main task, on regions that it creates and accesses.
-- `-n N` sets the number of elements.
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

task main()
  var num_elements = num_elements_option()
  c.printf("Running daxpy for %d elements\n", num_elements)

  var is = ispace(int1d, num_elements)
  var input_lr = region(is, input)
  var output_lr = region(is, output)

  for i in is do
    input_lr[i].x = c.drand48()
    input_lr[i].y = c.drand48()
  end

  var alpha = c.drand48()

  for i in is do
    output_lr[i].z = alpha*input_lr[i].x + input_lr[i].y
  end

  for i in is do
    var expected = alpha*input_lr[i].x + input_lr[i].y
    var received = output_lr[i].z
    regentlib.assert(expected == received, "check failed")
  end
  c.printf("Check passed\n")
end

regentlib.start(main)

--[==[ OUTPUT
Running daxpy for 1000 elements
Check passed
]==]
