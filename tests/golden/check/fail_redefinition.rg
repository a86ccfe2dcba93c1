-- RUN: check
-- Two parameters of one name, two fields of one name.
import "regent"

task twice(a : int, a : double)
end

fspace cell { x : int, x : double }
