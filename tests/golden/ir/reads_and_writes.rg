-- RUN: emit --stage=ir
import "regent"

task axpy(x : region(ispace(int1d), double), y : region(ispace(int1d), double), a : double)
where reads(x), reads writes(y) do
  for i in x.ispace do
    y[i] += a * x[i]
  end
end
