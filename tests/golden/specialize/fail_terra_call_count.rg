-- RUN: check
import "regent"

terra f(x : int) : int return x end
f(1, 2)
-- 1-7 ERROR: f expected 1 arguments, got 2
