-- RUN: check
import "regent"

task no_operator(r : region(ispace(int1d), int))
where reduces (r) do
--            ^ ERROR: expected operator near '('
end

task no_mode(r : region(ispace(int1d), int))
where sees(r) do
--        ^ ERROR: unexpected token in constraint near '('
--        ^ NOTE: privileges are `reads`, `writes` and `reduces +`
end
