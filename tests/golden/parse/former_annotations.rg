-- RUN: check
import "regent"

__demand(__external, __leaf)
--       ^~~~~~~~~~ WARNING: `__external` belongs to earlier versions of the language and has no effect
task outside() end

task main()
  __demand(__spmd)
--         ^~~~~~ WARNING: `__spmd` belongs to earlier versions of the language and has no effect
  for i = 0, 2 do outside() end
end
regentlib.start(main)
