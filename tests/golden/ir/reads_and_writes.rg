-- RUN: emit --stage=ir
import "regent"

task axpy(x : region(ispace(int1d), double), y : region(ispace(int1d), double), a : double)
where reads(x), reads writes(y) do
  for i in x.ispace do
    y[i] += a * x[i]
  end
end

--[==[ OUTPUT
task axpy(x : region(ispace(int1d), double), y : region(ispace(int1d), double), a : double) : {}
  where reads(x)
  where reads(y)
  where writes(y)
  requires read x.{}
  requires read_write y.{}
  is leaf, idempotent, replicable
{
  for i : int1d($7) in x.ispace do
    y[i] += (a * x[i]) in double
  end
}
]==]
