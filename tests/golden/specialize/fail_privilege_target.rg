-- RUN: check
import "regent"

task unknown_target(r : region(ispace(int1d), int))
where reads(s) do
end

task number(r : region(ispace(int1d), int), n : int)
where reads(n) do
end

task elsewhere(r : region(ispace(int1d), int))
where reads(r.field) do
end
