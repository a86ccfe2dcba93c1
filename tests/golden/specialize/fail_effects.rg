-- RUN: check
import "regent"

task number(r : region(ispace(int1d), int))
where [5] do
--    ^~~ ERROR: mismatch in specialization: expected a privilege or coherence mode but got value of type number
end
