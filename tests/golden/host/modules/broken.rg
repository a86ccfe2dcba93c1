import "regent"

task broken(
end
