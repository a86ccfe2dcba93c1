-- RUN: check --explain
-- KEEP: kernel
-- Of each loop over points that touches data: whether it could be a kernel on a GPU.
import "regent"

task both(r : region(ispace(int1d), int), s : region(ispace(int1d), int))
where reads writes(r), reads(s) do
  for i in r do r[i] = s[i] end
  for i in r do r[i] = r[i + 1] end
  for i in s do regentlib.assert(s[i] >= 0, "sign") end
end

--[==[ OUTPUT
task `both` (kernels.rg:6)
  line 8: kernel on a GPU: its iterations can run in any order
  line 9: no kernel on a GPU: iterations may meet in an element of `r`: index what the loop writes with its variable, or reduce into it
  line 10: no kernel on a GPU: a kernel cannot end the program: reduce a condition into a variable, and check it behind the loop
]==]
