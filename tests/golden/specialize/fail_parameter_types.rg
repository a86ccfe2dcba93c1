-- RUN: check
import "regent"

task undefined_type(x : unknown)
end

task no_type(x : 5)
end
