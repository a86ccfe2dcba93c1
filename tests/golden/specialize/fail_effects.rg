-- RUN: check
import "regent"

task number(r : region(ispace(int1d), int))
where [5] do
end
