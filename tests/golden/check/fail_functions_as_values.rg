-- RUN: check
-- What has no address: overloaded functions, tasks, functions of the runtime.
import "regent"

local either = terralib.overloadedfunction("either", {
  terra(x : int) return x end,
  terra(x : double) return x end })
terra use(f : {int} -> int) return f(1) end

task other() end

task main()
  use(either)
--    ^~~~~~ ERROR: `either` is overloaded and has no value: name one of its definitions
  var t = other
--        ^~~~~ ERROR: a task can only be called
  var a = regentlib.assert
--        ^~~~~~~~~~~~~~~~ ERROR: a function of regentlib can only be called
  use([either:getdefinitions()[1]])
end
