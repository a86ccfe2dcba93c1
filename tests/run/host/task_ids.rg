-- Numbers that programs give to tasks.
import "regent"

task f() end
task g() end
f:set_task_id(1234)
assert(f:get_task_id() == 1234 and g:get_task_id() ~= 1234)

task main()
  f()
  regentlib.c.printf("ran\n")
end
main:set_task_id(77)
regentlib.start(main)

--[==[ OUTPUT
ran
]==]
