-- RUN: check
import "regent"

task main() end
--[[ a comment without an end
