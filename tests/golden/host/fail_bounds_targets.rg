-- RUN: check -fbounds-checks 1 -fbounds-checks-targets other,[
import "regent"

task f() end
-- nowhere ERROR: -fbounds-checks-targets `other,[` is no list of patterns: malformed pattern (missing ']')
