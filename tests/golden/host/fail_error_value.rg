-- RUN: check
import "regent"

error({ code = 3 })
