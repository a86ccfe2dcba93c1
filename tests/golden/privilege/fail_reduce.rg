-- RUN: check
import "regent"

task wrong_operator(r : region(ispace(int1d), int))
where reduces +(r) do
  r[0] *= 2
end

task writes_only(r : region(ispace(int1d), int))
where writes(r) do
  r[0] += 2
end

task read_while_reducing(r : region(ispace(int1d), int)) : int
where reduces +(r) do
  return r[0]
end

task of_bool(r : region(ispace(int1d), bool))
where reduces +(r) do
end
