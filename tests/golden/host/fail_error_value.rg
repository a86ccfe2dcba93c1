-- RUN: check
import "regent"

error({ code = 3 })
-- 1-19 ERROR: (error object is a table value)
