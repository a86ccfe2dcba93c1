-- RUN: check
-- A pointer type names a region that the task does not know.
import "regent"

local elsewhere = regentlib.newsymbol(region(ispace(int1d), int), "elsewhere")

task use(p : int1d(int, elsewhere)) : int
  return @p
--       ^~ ERROR: the region $elsewhere of pointer type int1d(int32, $elsewhere) is not known here
end

task asks(r : region(ispace(int1d), int))
-- 1-4 ERROR: requested reads($elsewhere) but $elsewhere is not a parameter
where reads(elsewhere) do
end
