-- RUN: check
import "regent"

task no_operator(r : region(ispace(int1d), int))
where reduces (r) do
end

task no_mode(r : region(ispace(int1d), int))
where sees(r) do
end
