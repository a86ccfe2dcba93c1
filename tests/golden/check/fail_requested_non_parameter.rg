-- RUN: check
import "regent"

task main(r : region(ispace(int1d), int))
where reads(other), writes(r.{ a, b }) do
end
