-- RUN: check
import "regent"

task undefined_type(x : unknown)
--                  ^~~~~~~~~~~ ERROR: param type is undefined or nil
end

task no_type(x : 5)
--           ^~~~~ ERROR: param type is not a type
end
