-- RUN: check
-- Two parameters of one name, two fields of one name.
import "regent"

task twice(a : int, a : double)
--                  ^ ERROR: name 'a' is already defined
--         ^ NOTE: the first definition of `a` is here
end

fspace cell { x : int, x : double }
--                     ^ ERROR: name 'x' is already defined
--            ^ NOTE: the first definition of `x` is here
