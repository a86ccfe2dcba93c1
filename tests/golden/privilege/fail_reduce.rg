-- RUN: check
import "regent"

task wrong_operator(r : region(ispace(int1d), int))
where reduces +(r) do
--              ^ NOTE: `wrong_operator` declares `reduces +(r)` here
  r[0] *= 2
--^~~~ ERROR: invalid privilege reduces *($r) for dereference of int1d(int32, $r)
end

task writes_only(r : region(ispace(int1d), int))
where writes(r) do
--           ^ NOTE: `writes_only` declares `writes(r)` here
  r[0] += 2
--^~~~ ERROR: invalid privilege reduces +($r) for dereference of int1d(int32, $r)
end

task read_while_reducing(r : region(ispace(int1d), int)) : int
where reduces +(r) do
--              ^ NOTE: `read_while_reducing` declares `reduces +(r)` here
  return r[0]
--       ^~~~ ERROR: invalid privilege reads($r) for dereference of int1d(int32, $r)
end

task of_bool(r : region(ispace(int1d), bool))
where reduces +(r) do
--              ^ ERROR: reduces + needs fields of numbers, got bool
end
